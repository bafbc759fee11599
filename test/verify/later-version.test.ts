import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed, verifyDocument } from '../../src/verify/rederive.ts'
import { putWords } from '../support/put-words.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

/** A narrate of later, which may print otherwise: it composes nothing again to the byte. */
const later = { templates: templateEngine(PACKAGE_ROOT), version: '99.0.0' }

const DAYS = ['2026-03-03', '2026-03-05', '2026-03-06', '2026-03-09']
const FIXTURES = path.join(PACKAGE_ROOT, 'test', 'fixtures', 'records')

let project: VerifiedProject
let record: JsonObject
let markdown: string

beforeAll(async () => {
  project = await verifiedProject(DAYS)
  const id = project.ids.find((one) => one.startsWith('2026-03-09')) ?? ''
  record = await project.record(id)
  markdown = await project.markdown(id)
}, 120_000)

afterAll(() => project.remove())

// biome-ignore lint/suspicious/noExplicitAny: a record is changed here in ways that its type forbids
type Loose = any

/** A change of a record, told in its document too, with every digest made anew. */
function forged(change: (record: Loose) => void) {
  const changed: Loose = structuredClone(record)
  change(changed)
  expect(changed).not.toEqual(record)
  return rederive(changed, resealed(changed, markdown), later)
}

describe('a later version', () => {
  test('finds nothing in entries of four days, drafted or not', async () => {
    for (const id of project.ids) {
      const { findings, notices } = verifyDocument(
        await project.record(id),
        await project.markdown(id),
        later,
      )
      expect(findings).toEqual([])
      expect(notices[0]).toMatchObject({
        kind: 'other-version',
        says: expect.stringContaining('each line of it was held against its record'),
      })
    }
    expect(project.ids).toHaveLength(DAYS.length)
  })

  test.each<[string, string | RegExp, string]>([
    ['a turned comparison', 'higher than', 'lower than'],
    ['a status of a computed sentence', 'failed after step', 'finished after step'],
    ['a status of a count', /(?<=: \d) finished/, ' killed'],
    ['a status in a table of results', /failed(?= \[b91d19b0\])/, 'finished'],
    ['a heading of a column', /(?<=\| )val_f1(?= \| val_auc \|)/, 'test_f1'],
    ['a label', '**Failures:**', '**Successes:**'],
    ['a summary', 'Computed from the log', 'Proven by the log'],
    ['a cause behind a sentence', /\.(?=\n)/, ' because of the learning rate.'],
    ['a claim in a line of its own', '\n\n<details>', '\n\nThe model was deployed.\n\n<details>'],
    ['a claim in the list of settings', /(?<=Held fixed: [^.]*)\.\n/, ', seed=7.\n'],
    ['a claim in the closing lines', 'the evidence is frozen beside this file.', 'all tests passed.'],
    ['a note that is about other runs', / \(likely about [^\n]*\n/, ' (noted, no run)\n'],
    ['a judgement of a note', 'Agrees with the log', 'No such run is logged'],
    ['the outcome of a conclusion', '**Inconclusive.**', '**Supported.**'],
    ['how it was checked', 'checked against the log', 'proven by the log'],
    ['a commit that other runs have', /(?<=- Commit [^:]*: )\[[^\n]*/, 'all runs.'],
    ['a value moved into bold', /(?<=\| )0\.2842(?= ± )/, '**0.2842**'],
    ['a failure left out', /\*\*Failures:\*\*[^\n]*\n/, ''],
    ['a computed sentence left out', /- [^\n]*differ in the seed alone[^\n]*\n/, ''],
    ['a statement left out', /The status of [^\n]*? is failed\. ?/, ''],
    ['a passage of the notes left out', /- “reran the comparison[^\n]*\n/, ''],
    ['the row of a run left out', /\| <a id="r7"><\/a>[^\n]*\n/, ''],
    ['the decisions left out', /\*\*Decided:\*\*[^\n]*\n/, ''],
    ['the settings that varied left out', /- Varied: [^\n]*\n/, ''],
    ['the link of a run', '](#r4)', '](#r1)'],
  ])('finds %s, with every digest made anew', (_, from, to) => {
    const findings = forged((changed) => putWords(changed, from, to))
    expect(findings.map(({ kind }) => kind)).toContain('composition')
  })

  test('shows the line whose words nothing accounts for', () => {
    const findings = forged((changed) => putWords(changed, '**Failures:**', '**Successes:**'))
    expect(findings[0]).toMatchObject({
      kind: 'composition',
      where: expect.stringMatching(/^line \d+$/),
      says: 'It holds words that nothing in the record accounts for.',
      lines: [expect.stringMatching(/^\+ \*\*Successes:\*\* /)],
    })
  })

  test('finds a title in the record that is not the one printed', () => {
    const findings = forged((changed) => {
      changed.title = 'A great success'
      changed.id = changed.id.replace(/^(\d{4}-\d\d-\d\d)-.*(-\w{4})$/, '$1-a-great-success$2')
    })
    expect(findings.map(({ says }) => says)).toContain(
      'Its title in the record is not the one that it prints.',
    )
  })

  test('finds a statement of the draft whose words its values do not bear', () => {
    const findings = forged((changed) => {
      const turned = (text: string) => text.replace('The fit_seconds of', 'The val_auc of')
      putWords(changed, 'The fit_seconds of', 'The val_auc of')
      for (const one of [...changed.draft.reading, ...changed.statements]) one.text = turned(one.text)
    })
    expect(findings.map(({ kind }) => kind)).toContain('statement')
  })

  test.each([
    ['flatters', 'understates'],
    ['failed after step', 'finished after step'],
    ['got worse after its best', 'got better after its best'],
  ])('finds a computed sentence turned round in evidence and text: %s', (from, to) => {
    const findings = forged((changed) => {
      putWords(changed, from, to)
      for (const finding of changed.evidence.findings) finding.sentence = finding.sentence.replace(from, to)
    })
    expect(findings).toMatchObject([
      { kind: 'finding', says: expect.stringContaining('Its words say the opposite') },
    ])
  })

  test('finds counts of statements that do not add up', () => {
    const findings = forged((changed) => {
      for (const span of changed.spans)
        if (span.expression === 'statements') {
          putWords(changed, `*${span.printed} statements`, '*9 statements')
          changed.spans.push({ ...span, end: span.start + 1, printed: '9', exact: '9' })
          changed.spans.sort((a: Loose, b: Loose) => a.start - b.start)
          break
        }
    })
    expect(findings.map(({ says }) => says)).toContain(
      'It holds words that nothing in the record accounts for.',
    )
  })
})

describe('an entry of an early commit', () => {
  const read = async () => ({
    early: JSON.parse(await readFile(path.join(FIXTURES, 'early-entry.json'), 'utf8')) as JsonObject,
    text: await readFile(path.join(FIXTURES, 'early-entry.md'), 'utf8'),
  })

  test.each(['99.0.0', '0.1.0'])('stands for narrate %s', async (version) => {
    const { early, text } = await read()
    const { findings, notices } = verifyDocument(early, text, { ...later, version })
    expect(findings).toEqual([])
    expect(notices.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['other-version', 'no-digest']))
  })

  test('is found where a value of it was changed', async () => {
    const { early, text } = await read()
    const changed = JSON.parse(JSON.stringify(early).replaceAll('0.287', '0.387')) as JsonObject
    const findings = rederive(changed, text.replaceAll('0.287', '0.387'), later)
    expect(findings.map(({ kind }) => kind)).toContain('value')
  })

  test('is found where a word of it was changed', async () => {
    const { early, text } = await read()
    const turn = (words: string) =>
      words.replace('**Failed:**', '**Worked:**').replace('**Failures:**', '**Worked!!!:**')
    const findings = rederive({ ...early, body: turn(String(early.body)) }, turn(text), later)
    expect(findings.map(({ kind }) => kind)).toContain('composition')
  })
})
