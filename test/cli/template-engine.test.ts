import { describe, expect, test } from 'vitest'
import { templateEngine } from '../../src/cli/template-engine.ts'
import { NarrateError } from '../../src/errors.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function engine(files: Readonly<Record<string, string>>) {
  return templateEngine(await temporaryFolder(files))
}

async function complaint(files: Readonly<Record<string, string>>, context: object): Promise<string> {
  const templates = await engine(files)
  try {
    return `rendered ${templates.render('prompts/log', context)}`
  } catch (error) {
    if (error instanceof NarrateError) return `${error.kind}: ${error.message}`
    throw error
  }
}

describe('the template engine', () => {
  test('renders a file with its partials, and escapes nothing', async () => {
    const templates = await engine({
      'templates/log.md.hbs': '# {{title}}\n{{#each rows}}{{> row}}{{/each}}',
      'templates/partials/row.hbs': '- {{this}}\n',
    })
    expect(templates.render('templates/log.md', { title: '<a> & "b"', rows: ['x', '{{title}}'] })).toBe(
      '# <a> & "b"\n- x\n- {{title}}\n',
    )
  })

  test.each([
    [
      { 'prompts/log.hbs': 'a\n\n{{missing}}' },
      'template: prompts/log.hbs:3: "missing" not defined in [object Object].',
    ],
    [{ 'prompts/log.hbs': 'a\n{{#if}}' }, /^template: prompts\/log\.hbs:2: Parse error on line 2/],
    [
      { 'prompts/log.hbs': '{{> nowhere}}' },
      'template: prompts/log.hbs:1: The partial nowhere could not be found.',
    ],
    [
      { 'prompts/log.hbs': '{{> inner}}', 'prompts/partials/inner.hbs': '\n{{missing}}' },
      'template: prompts/partials/inner.hbs:2: "missing" not defined in [object Object].',
    ],
    [{ 'templates/log.md.hbs': '' }, 'template: prompts/log.hbs is not there.'],
  ])('%j is answered with file and line', async (files, sentence) => {
    expect(await complaint({ ...files }, {})).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    )
  })

  test.each(['{{constructor.name}}', '{{__proto__}}', '{{title.constructor}}', '{{toString}}'])(
    '%s reaches no prototype',
    async (source) => {
      expect(await complaint({ 'prompts/log.hbs': source }, { title: 'x' })).toMatch(
        /^(template: .*|rendered )$/,
      )
    },
  )

  test('a digest changes with the template and with its partials', async () => {
    const files = { 'templates/log.md.hbs': 'a', 'templates/partials/row.hbs': 'b' }
    const digest = (await engine(files)).digest('templates/log.md')
    expect((await engine({ ...files })).digest('templates/log.md')).toBe(digest)
    expect(
      (await engine({ ...files, 'templates/partials/row.hbs': 'c' })).digest('templates/log.md'),
    ).not.toBe(digest)
    expect((await engine({ ...files, 'templates/log.md.hbs': 'c' })).digest('templates/log.md')).not.toBe(
      digest,
    )
  })
})
