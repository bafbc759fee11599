import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { phaseSubjectSchema } from '../../src/documents/phase/phase-subject.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const GOLDEN = path.resolve(import.meta.dirname, '../golden')
const DRAFT = path.resolve(import.meta.dirname, '../fixtures/answered-by-hand/phase-forty-seven-runs.json')

describe('narrate phase', () => {
  test('without a model opens with the call and tells each approach; verify finds nothing', async () => {
    const copy = await exampleCopy()
    const { code, stdout } = await copy.run(['phase', '--no-model', '--yes', '--quiet'])
    expect(code).toBe(0)
    expect(stdout).toContain('**Pivot.** The last 4 of 12 finished runs brought no new best val_f1')
    await expect(await copy.body('phases')).toMatchFileSnapshot(`${GOLDEN}/phase-forty-seven-runs.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('with a draft answered by hand tells its call beside that of the numbers; verify finds nothing', async () => {
    const copy = await exampleCopy()
    const model = scriptedModel([await readFile(DRAFT, 'utf8')])
    const { code, stdout } = await copy.run(['phase', '--yes', '--quiet'], { model })
    expect(code).toBe(0)
    expect(stdout).toContain('**Stop.**')
    expect(stdout).toContain('By the numbers alone: pivot.')
    await expect(await copy.body('phases')).toMatchFileSnapshot(
      `${GOLDEN}/phase-forty-seven-runs-answered-by-hand.md`,
    )
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('a figure changed by hand, in the text or in the table, is found', async () => {
    const copy = await exampleCopy()
    await copy.run(['phase', '--no-model', '--yes', '--quiet'])
    const file = await copy.file('phases')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('val_f1 0.2818', 'val_f1 0.2918'))
    const { code, stdout } = await copy.run(['verify', '--quiet'])
    expect(code).toBe(1)
    expect(stdout).toContain('0.2918')
  })

  test('cites the entries of its span, and may be of some of them alone', async () => {
    const copy = await exampleCopy()
    for (const day of ['2026-03-03', '2026-03-04'])
      await copy.run(['log', '--all-users', '--no-model', '--yes', '--quiet', '--since', day, '--until', day])
    const whole = await copy.run(['phase', '--no-model', '--dry-run', '--quiet'])
    expect(whole.stdout).toContain('Documents of the phase')
    const one = await copy.run(['phase', '--entries', '2026-03-04', '--no-model', '--dry-run', '--quiet'])
    expect(one.stdout).toContain('9 runs, all finished')
  })

  test.each([
    [['--experiment', 'caravan/oversampling'], '9 runs, all finished'],
    [['--since', '2026-03-09', '--until', '2026-03-10'], '13 runs: 12 finished, 1 failed'],
    [['--top', '5', 'val_auc'], '5 runs, all finished'],
    [['--filter', "params.model = 'xgboost'"], '8 runs: 7 finished, 1 failed'],
    [['--target', 'val_f1=0.3'], '**Stop.** The target, val_f1 0.3, is reached: 0.3015'],
    [['--target', 'val_f1 = 30%'], '**Stop.** The target, val_f1 0.3, is reached: 0.3015'],
  ])('is about what is chosen: %s', async (options, text) => {
    const copy = await exampleCopy()
    const { code, stdout } = await copy.run(['phase', ...options, '--no-model', '--dry-run', '--quiet'])
    expect(stdout).toContain(text)
    expect(code).toBe(0)
  })

  test.each([
    [['--target', 'val_f1'], '--target "val_f1" is no metric with a value.'],
    [['--target', 'val_f=0.3'], 'Did you mean val_f1?'],
    [['--top', 'val_f1'], '--top val_f1 is no count with a metric.'],
    [['--top', '3', 'nothing'], 'Whether a higher or a lower nothing is better is not known.'],
    [['--entries', 'nowhere'], 'No document has an id like "nowhere".'],
  ])('says in a sentence what is wrong: %s', async (options, sentence) => {
    const copy = await exampleCopy()
    const { code, stderr } = await copy.run(['phase', ...options, '--no-model', '--quiet'])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })

  test("the project's own target holds where none is typed, and may be of other runs", async () => {
    const copy = await exampleCopy()
    const settings = path.join(copy.root, 'narrate.yaml')
    const yaml = await readFile(settings, 'utf8')
    await writeFile(settings, `${yaml}\nplan:\n  target: { val_f1: 0.3 }\n`)
    const met = await copy.run(['phase', '--no-model', '--yes', '--quiet'])
    expect(met.stdout).toContain('**Stop.** The target, val_f1 0.3, is reached: 0.3015')
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
    const other = await copy.run(['phase', '--target', 'val_f1=0.4', '--no-model', '--dry-run', '--quiet'])
    expect(other.stdout).not.toContain('is reached')
    await writeFile(settings, `${yaml}\nplan:\n  target: { mae: 0.3 }\n`)
    expect(await copy.run(['phase', '--no-model', '--dry-run', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('the target of an older phase, which does not say where it was named, was an option', () => {
    const frozen = { asked: [], target: { metric: 'val_f1', value: 0.3, text: '0.3' } }
    expect(phaseSubjectSchema.parse(frozen).target).toMatchObject({ from: '--target' })
  })

  test('a phase without runs is said to be one, and nothing is saved', async () => {
    const copy = await exampleCopy()
    const { code, stderr, stdout } = await copy.run(['phase', '--experiment', 'none', '--no-model', '--json'])
    expect(stderr).toContain('Nothing to tell: no run is in this phase')
    expect(JSON.parse(stdout)).toMatchObject({ document: null, runs: [] })
    expect(code).toBe(0)
  })
})
