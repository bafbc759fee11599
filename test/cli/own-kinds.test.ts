import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { Model } from '../../src/models/model.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    { id: 'aaaa1111', name: 'rf', params: { model: 'rf' }, metrics: { val_auc: [[0, 0.8471]] } },
    { id: 'bbbb2222', name: 'lgbm', params: { model: 'lgbm' }, metrics: { val_auc: [[0, 0.86]] } },
  ],
}
const SCHEMA = JSON.stringify(
  {
    type: 'object',
    properties: {
      title: { type: 'string' },
      mood: { enum: ['good', 'bad'] },
      well: { type: 'array', items: { $ref: '#/$defs/statement' }, maxItems: 3 },
    },
  },
  null,
  2,
)
const RETRO = {
  'narrative/kinds/retro/schema.json': SCHEMA,
  'narrative/kinds/retro/prompt.hbs':
    'TASK: a retrospective.\n\n{{> evidence}}\n- title, mood, what went well\n',
  'narrative/kinds/retro/template.md.hbs':
    '# {{title}}\n\n{{span}} · {{counts}}\n{{#if answer.mood}}\n\nMood: {{answer.mood}}\n{{/if}}\n{{#each answer.well}}\n- {{this}}\n{{/each}}\n\n{{footer}}\n',
}
const ANSWER = JSON.stringify({
  title: 'A look at [[r2]]',
  mood: 'good',
  well: [
    { text: 'val_auc of [[r2]] is [[r2.val_auc]].', basis: 'observed', checks: [] },
    { text: 'val_auc of [[r1]] is 0.99.', basis: 'observed', checks: [] },
  ],
})

async function project(files: Readonly<Record<string, string>> = RETRO) {
  const cwd = await temporaryFolder({
    'narrate.yaml': 'project: churn\nusers: all\ncommits: false\nsources:\n  - at: runs\n    as: main\n',
    ...files,
  })
  async function run(
    argv: readonly string[],
    { model, ...options }: Partial<TestWorldOptions> & { model?: Model } = {},
  ) {
    const { world, stdout, stderr } = makeWorld({ cwd, ...options })
    const code = await main(argv, world, {
      ...PARTS,
      sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: LOG })],
      chooseModel: async () => ({ model: model ?? null, reason: 'none is named', remember: null }),
    })
    return { code, stdout: stdout(), stderr: stderr() }
  }
  return { cwd, run }
}

describe('a kind of document of the project’s own', () => {
  test('is drafted, checked, printed by its template, kept and listed', async () => {
    const { cwd, run } = await project()
    const { code, stdout } = await run(['write', 'retro'], { model: scriptedModel([ANSWER, ANSWER, ANSWER]) })
    expect(stdout).toBe(
      [
        '# A look at [lgbm (bbbb2222)](#r2)',
        '',
        '20 Nov 2026 · 2 runs, all finished',
        '',
        'Mood: good',
        '- val_auc of [lgbm](#r2) is 0.86.',
        '',
        '*2 statements checked against the log, 1 left out.*',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
    expect(await readdir(path.join(cwd, 'narrative/retro'))).toHaveLength(1)
    const { stdout: list } = await run(['list', '--kind', 'retro', '--json'])
    expect(JSON.parse(list).documents).toMatchObject([{ kind: 'retro', title: 'A look at lgbm (bbbb2222)' }])
  })

  test('is written without a model, too', async () => {
    const { run } = await project()
    const { code, stdout } = await run(['write', 'retro', '--no-model'])
    expect(stdout).toContain('# churn: retro')
    expect(code).toBe(0)
  })

  test('its prompt holds the evidence and its schema', async () => {
    const { run } = await project()
    const { stdout } = await run(['write', 'retro', '--show-payload'])
    const { user, schema } = JSON.parse(stdout)
    expect(user).toContain('TASK: a retrospective.\n\nPROJECT churn')
    expect(schema.name).toBe('retro')
    expect(schema.jsonSchema.properties.mood).toMatchObject({ enum: ['good', 'bad'] })
  })

  test('verify stands, says when the folder is gone, and finds a changed value then, too', async () => {
    const { cwd, run } = await project()
    await run(['write', 'retro', '--yes'], { model: scriptedModel([ANSWER, ANSWER, ANSWER]) })
    expect((await run(['verify'])).code).toBe(0)
    await rename(path.join(cwd, 'narrative/kinds'), path.join(cwd, 'gone'))
    const gone = await run(['verify'])
    expect(gone.stdout).toContain('1 stands')
    expect(gone.stdout).toContain('Of a kind whose folder is gone')
    expect(gone.code).toBe(0)
    const [name = ''] = await readdir(path.join(cwd, 'narrative/evidence'))
    const file = path.join(cwd, 'narrative/evidence', name)
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('0.86', '0.87'))
    expect((await run(['verify'])).code).toBe(1)
  })

  test('another template since is said, and no change of the document', async () => {
    const { cwd, run } = await project()
    await run(['write', 'retro', '--no-model', '--yes'])
    await writeFile(path.join(cwd, 'narrative/kinds/retro/template.md.hbs'), '# {{title}}\n')
    const { code, stdout } = await run(['verify'])
    expect(stdout).toContain('Printed by other templates')
    expect(code).toBe(0)
  })

  test.each<[string, Readonly<Record<string, string>>, string, number]>([
    ['no folder', {}, 'The project has no kind of document called retro.', 2],
    [
      'broken JSON',
      { ...RETRO, 'narrative/kinds/retro/schema.json': '{\n  "type": "object",\n  oops\n}' },
      'narrative/kinds/retro/schema.json:3: it is no JSON',
      4,
    ],
    [
      'a number in the schema',
      { ...RETRO, 'narrative/kinds/retro/schema.json': SCHEMA.replace('"string"', '"number"') },
      'narrative/kinds/retro/schema.json: properties.title: a model types no number',
      4,
    ],
    ['no template', { ...RETRO, 'narrative/kinds/retro/template.md.hbs': '' }, '', 0],
    [
      'a field that is not there',
      { ...RETRO, 'narrative/kinds/retro/template.md.hbs': '# {{title}}\n\n{{answer.moood}}\n' },
      'narrative/kinds/retro/template.md.hbs:3: "moood" not defined',
      4,
    ],
    [
      'a template that does not parse',
      { ...RETRO, 'narrative/kinds/retro/template.md.hbs': '# {{title}}\n{{#if table}}\n' },
      'narrative/kinds/retro/template.md.hbs:',
      4,
    ],
  ])('%s', async (_, files, words, expected) => {
    const { cwd, run } = await project(files)
    const { code, stderr } = await run(['write', 'retro', '--no-model'])
    expect(stderr).toContain(words)
    expect(code).toBe(expected)
    if (expected !== 0) expect(await readdir(cwd)).not.toContain('.narrate')
  })

  test('a kind that nobody knows has no list', async () => {
    const { run } = await project()
    const { code, stderr } = await run(['list', '--kind', 'lgo'])
    expect(stderr).toContain('There is no kind of document called lgo.')
    expect(code).toBe(2)
  })
})

describe('prompts and templates', () => {
  test('list tells where each comes from', async () => {
    const { run } = await project({ ...RETRO, 'narrative/templates/partials/table.hbs': 'x' })
    const { stdout } = await run(['templates', 'list', '--json'])
    const { templates } = JSON.parse(stdout)
    expect(templates).toContainEqual({ name: 'log.md', from: null, problem: null })
    expect(templates).toContainEqual({
      name: 'retro.md',
      from: 'narrative/kinds/retro/template.md.hbs',
      problem: null,
    })
    expect(templates).toContainEqual({
      name: 'partials/table',
      from: 'narrative/templates/partials/table.hbs',
      problem: null,
    })
  })

  test('an ejected copy changes nothing until it is edited; then it is used, and documents say so', async () => {
    const { cwd, run } = await project({})
    await run(['log', '-m', 'x', '--yes'])
    const ejected = await run(['templates', 'eject', 'log'])
    expect(ejected.stdout).toBe('narrative/templates/log.md.hbs\n')
    expect((await run(['verify'])).stdout).not.toContain('other templates')
    const file = path.join(cwd, 'narrative/templates/log.md.hbs')
    await writeFile(file, `OURS\n\n${await readFile(file, 'utf8')}`)
    expect((await run(['log', '-m', 'y', '--dry-run'])).stdout).toMatch(/^OURS\n\n# /)
    expect((await run(['verify'])).stdout).toContain('Printed by other templates')
    const again = await run(['templates', 'eject', 'log'])
    expect(again.stderr).toContain('narrative/templates/log.md.hbs is there already.')
    expect(again.code).toBe(2)
  })

  test('a partial may be replaced alone', async () => {
    const { run } = await project({ 'narrative/prompts/partials/slots.hbs': 'MY SLOTS\n' })
    const { stdout } = await run(['log', '-m', 'x', '--show-payload'])
    const { system } = JSON.parse(stdout)
    expect(system).toContain('MY SLOTS')
    expect(system).toContain('you never write a number')
    expect((await run(['prompts', 'show', 'partials/slots'])).stdout).toBe('MY SLOTS\n')
  })

  test('a broken one is named with its line: exit code 4', async () => {
    const { run } = await project({ 'narrative/templates/log.md.hbs': '# {{title}}\n\n{{#each}}\n' })
    const { code, stderr } = await run(['templates', 'list'])
    expect(stderr).toMatch(/narrative\/templates\/log\.md\.hbs:\d+: /)
    expect(code).toBe(4)
    const log = await run(['log', '-m', 'x', '--yes'])
    expect(log.stderr).toContain('narrative/templates/log.md.hbs')
    expect(log.code).toBe(4)
  })

  test('a name that there is not is answered with those there are', async () => {
    const { run } = await project({})
    const { code, stderr } = await run(['prompts', 'show', 'lgo'])
    expect(stderr).toContain('There is no prompt called lgo.')
    expect(stderr).toContain('partials/slots')
    expect(code).toBe(2)
  })
})

describe('--language', () => {
  test.each([
    ['en', 0],
    ['en-GB', 0],
    ['de', 0],
    ['de-CH', 0],
    ['fr', 2],
    ['', 2],
  ])('%s exits %d', async (language, expected) => {
    const { run } = await project({})
    const { code } = await run(['log', '-m', 'x', '--dry-run', `--language=${language}`])
    expect(code).toBe(expected)
  })
})
