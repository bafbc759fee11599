import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed, verifyDocument } from '../../src/verify/rederive.ts'
import { type ExampleCopy, exampleCopy } from '../support/example-copy.ts'
import { putValue, putWords } from '../support/put-words.ts'
import { scriptedModel } from '../support/scripted-model.ts'

/** A narrate of later, which may print otherwise: it composes nothing again to the byte. */
const later = { templates: templateEngine(PACKAGE_ROOT), version: '99.0.0' }

const DRAFT = path.resolve(import.meta.dirname, '../fixtures/answered-by-hand/phase-forty-seven-runs.json')

async function summary(copy: ExampleCopy): Promise<{ record: JsonObject; markdown: string }> {
  const file = await copy.file('phases')
  const evidence = path.join(copy.root, 'narrative/evidence', `${path.basename(file, '.md')}.json`)
  return { record: JSON.parse(await readFile(evidence, 'utf8')), markdown: await readFile(file, 'utf8') }
}

function kindsAfter(
  { record, markdown }: Awaited<ReturnType<typeof summary>>,
  change: (record: JsonObject) => void,
): readonly string[] {
  const changed = structuredClone(record)
  change(changed)
  return rederive(changed, resealed(changed, markdown), later).map(({ kind }) => kind)
}

test('a later version finds nothing in a summary of a phase, and every lie in it', async () => {
  const copy = await exampleCopy()
  for (const day of ['2026-03-03', '2026-03-04'])
    await copy.run(['log', '--all-users', '--no-model', '--yes', '--quiet', '--since', day, '--until', day])
  await copy.run(['phase', '--no-model', '--yes', '--quiet'])
  const whole = await summary(copy)
  const { findings, notices } = verifyDocument(whole.record, whole.markdown, later)
  expect(findings).toEqual([])
  expect(notices[0]?.says).toContain('each line of it was held against its record')
  const lies: readonly (readonly [string | RegExp, string])[] = [
    [/(?<=^# .*: )\w+(?= after)/, 'stop'],
    ['**Pivot.**', '**Continue.**'],
    [/(?<=\*\*Pivot\.\*\* [^\n]*)brought no new best/, 'brought a new best'],
    [/\*\*Pivot\.\*\* [^\n]*\n/, ''],
    [/ of run time(?=\n)/, ' of coffee'],
    ['**Explored and found**', '**Proven**'],
    [/(?<=\n- \*\*[^*\n]*\*\* \()\w+/, 'winning'],
    [/(?<=\n- \*\*[^*\n]*\*\* \(\w+\)\.)[^\n]*/, ' It won.'],
    [/(?<=\| best \| status \|\n\|[^\n]*\n\|[^\n]*\| )\w+(?= \|\n)/, 'won'],
    [/(?<=\| best \| status \|\n)\|[^\n]*\n/, ''],
    [/(?<=\| best \| status \|\n\|[^\n]*\n)\|[^\n]*\n/, ''],
    [/\n- \*\*[^*\n]*\*\* \([^\n]*/, ''],
    ['Documents of the phase', 'Documents of no phase'],
    ['xychart-beta', 'pie'],
    [/\n\n<details>/, '\n\nThe model was deployed.\n\n<details>'],
    [/(?<=\*\*Learned\*\*\n+)- [^\n]*/, '- It was free.'],
  ]
  for (const [from, to] of lies)
    expect(
      kindsAfter(whole, (record) => putWords(record, from, to)),
      `${from}`,
    ).toContain('composition')
  const words = /(?<=\n- [^\n]*“)[^”\n]{12,}(?=”)/
  expect(kindsAfter(whole, (record) => putValue(record, words, 'all of it won'))).toContain('value')
}, 60_000)

test('a later version finds nothing in a summary that a model drafted, and another call in it', async () => {
  const copy = await exampleCopy()
  const model = scriptedModel([await readFile(DRAFT, 'utf8')])
  await copy.run(['phase', '--yes', '--quiet'], { model })
  const whole = await summary(copy)
  expect(rederive(whole.record, whole.markdown, later)).toEqual([])
  const lies: readonly (readonly [string | RegExp, string])[] = [
    ['**Stop.**', '**Continue.**'],
    ['By the numbers alone: pivot.', 'By the numbers alone: continue.'],
    [/By the numbers alone: [^\n]*\n/, ''],
    ['**Next phase (proposed)**', '**Next phase (decided)**'],
  ]
  for (const [from, to] of lies)
    expect(
      kindsAfter(whole, (record) => putWords(record, from, to)),
      `${from}`,
    ).toContain('composition')
}, 60_000)

test.each([
  [['--experiment', 'caravan/oversampling']],
  [['--since', '2026-03-09', '--until', '2026-03-10']],
  [['--top', '5', 'val_auc']],
  [['--filter', "params.model = 'xgboost'"]],
  [['--target', 'val_f1=0.3']],
])(
  'a later version finds nothing in a summary of what is chosen: %s',
  async (options) => {
    const copy = await exampleCopy()
    await copy.run(['phase', ...options, '--no-model', '--yes', '--quiet'])
    const { record, markdown } = await summary(copy)
    expect(rederive(record, markdown, later)).toEqual([])
  },
  60_000,
)
