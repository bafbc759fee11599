import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../src/claims/languages/find-language.ts'
import { LANGUAGE_CODES } from '../../src/cli/check-language.ts'
import { verifyDocument } from '../../src/verify/rederive.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const GOLDEN = path.resolve(import.meta.dirname, '../golden')
const FIXTURES = path.resolve(import.meta.dirname, '../fixtures')
const QUIET = ['--yes', '--quiet']
const DAY = ['--since', '2026-03-05', '--until', '2026-03-05']

describe('a document in German', () => {
  test('of a day with a draft answered by hand', async () => {
    const copy = await exampleCopy()
    const draft = await readFile(path.join(FIXTURES, 'answered-by-hand/log-2026-03-05-de.json'), 'utf8')
    const model = scriptedModel([draft, draft, draft])
    await copy.run(['log', ...DAY, ...QUIET, '--language', 'de'], { model })
    await expect(await copy.body('log')).toMatchFileSnapshot(`${GOLDEN}/log-2026-03-05-de.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('holds no label of the English one where narrate alone wrote it', async () => {
    const copy = await exampleCopy()
    await copy.run(['log', ...DAY, ...QUIET, '--language', 'de', '--no-model'])
    const body = await copy.body('log')
    expect(body).toContain('*Ohne Modell geschrieben: jeder Wert ist aus dem Log gelesen.*')
    expect(body).toContain('stehen auf Englisch')
    const labels = body.match(/^\*\*[^*]+\*\*|^<details><summary>.*|^\| (run|Lauf) .*/gm) ?? []
    expect(labels.length).toBeGreaterThan(8)
    expect(labels.join('\n')).not.toMatch(/\b(the|and|run|runs|what|how|not|notes|status of|started)\b/i)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test.each([
    ['phase', ['--since', '2026-03-02', '--until', '2026-03-10'], '**Richtung ändern.**'],
    ['plan', ['--target', 'val_auc=0.78', '--budget', '20 runs'], '**Bleiben oder umkehren?**'],
    ['reconstruct', ['smote-1.0'], '## Um eine Wiederholung zu prüfen'],
  ])('of the kind %s stands when it is verified', async (command, args, words) => {
    const copy = await exampleCopy()
    const { stdout } = await copy.run([command, ...args, '--no-model', ...QUIET, '--language', 'de'])
    expect(stdout).toContain(words)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('is asked for in narrate.yaml, and the flag goes before it', async () => {
    const copy = await exampleCopy()
    const settings = path.join(copy.root, 'narrate.yaml')
    await writeFile(settings, `${await readFile(settings, 'utf8')}\nlanguage: de\n`)
    const shown = async (...args: readonly string[]) =>
      (await copy.run(['log', ...DAY, '--no-model', '--dry-run', '--quiet', ...args])).stdout
    expect(await shown()).toContain('**Entschieden:**')
    expect(await shown('--language', 'en')).toContain('**Decided:**')
    await writeFile(settings, 'language: fr\n')
    expect(await copy.run(['log', ...DAY, '--no-model', '--dry-run'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('narrate does not write fr.'),
    })
  })

  test('is drafted by a model that is told which German is read', async () => {
    const copy = await exampleCopy()
    const { stdout } = await copy.run(['log', ...DAY, '--no-model', '--show-payload', '--language', 'de'])
    expect(stdout).toContain('LANGUAGE: write every text of your answer in German')
  })

  test('answers a question, and leaves out what the log contradicts', async () => {
    const copy = await exampleCopy()
    const answer = JSON.stringify({
      recorded: 'yes',
      answer: [
        { text: 'Du schreibst: [[quote(n1, "SMOTE day")]].', basis: 'noted', checks: [] },
        { text: '[[r1]] ist fehlgeschlagen.', basis: 'observed', checks: [] },
        { text: '[[r1]] wurde abgeschlossen.', basis: 'observed', checks: [] },
      ],
      not_recorded: [],
    })
    const { stdout } = await copy.run(['ask', 'SMOTE day: smote-1.0?', '--language', 'de', '--quiet'], {
      model: scriptedModel([answer, answer, answer]),
    })
    expect(stdout).toContain('wurde abgeschlossen.')
    expect(stdout).not.toContain('fehlgeschlagen')
    expect(stdout).toMatch(/1 Satz geprüft, 2 weggelassen/)
  })

  test('that another version of narrate wrote in a language not known here is left alone', () => {
    const verified = verifyDocument({ language: 'xx', kind: 'log' }, '# x\n', {
      templates: { render: () => '', digest: () => '' },
      version: '0',
    })
    expect(verified).toMatchObject({ findings: [], notices: [{ kind: 'other-language' }] })
  })
})

test('the codes that are offered are those of the languages there are', () => {
  expect(LANGUAGE_CODES).toEqual(['en', ...LANGUAGES.map(({ code }) => code)])
})
