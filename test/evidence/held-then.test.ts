import { describe, expect, test } from 'vitest'
import type { GatherRequest } from '../../src/evidence/gather-evidence.ts'
import type { Experiment } from '../../src/runs/run.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const DAY = Date.UTC(2026, 2, 2)
const experiment = (id: string, primary: string | null): Experiment => ({
  id,
  name: `experiment ${id}`,
  note: null,
  primaryMetric: primary === null ? null : { name: primary, greaterIsBetter: true },
  origin: { source: 'mlflow', file: 'meta.yaml' },
})
const run = (id: string, at: number, experimentId = '2') => ({
  ...makeRun({ id, metrics: { val_auc: 0.7, val_f1: 0.2, test_auc: 0.7 }, startedAt: DAY + at }),
  experiment: { id: experimentId, name: `experiment ${experimentId}` },
})
const settings = { primary: 'val_f1', directions: {}, headline: {}, units: {} }

function lead(notes: readonly string[], options: Partial<GatherRequest> = {}) {
  const { lead: told, metrics } = gather([run('bbbb1111', 9)], notes, {
    metrics: settings,
    earlier: [run('aaaa1111', -9, '1')],
    experiments: [experiment('1', 'val_auc'), experiment('2', null)],
    isPast: true,
    ...options,
  })
  return [told?.metric, metrics.primaryFrom, metrics.primaryNow]
}
const NOW = ['val_f1', 'narrate.yaml', null]

describe('on a day that is over', () => {
  test('the metric that the log stated until then decides, where the words of the day bear it out', () => {
    expect(lead(['smote: auc got worse'])).toEqual([
      'val_auc',
      'experiment experiment 1 in the tracker',
      'val_f1',
    ])
    expect(lead(['smote: auc worse, f1 better', 'f1 again'])).toEqual(NOW)
    expect(lead(['a quiet day'])).toEqual(NOW)
  })

  test('the metric that the notes alone speak of decides where the log states none', () => {
    const silent = { experiments: [experiment('1', null), experiment('2', null)] }
    expect(lead(['auc got worse'], silent)).toEqual(['val_auc', 'the notes of that day', 'val_f1'])
    expect(lead(['auc got worse, f1 did not'], silent)).toEqual(NOW)
  })

  test('a run that states the present metric settles it', () => {
    const tagged = makeRun({ id: 'cccc1111', tags: { primary_metric: 'val_f1' }, startedAt: DAY - 1 })
    expect(lead(['auc got worse'], { earlier: [run('aaaa1111', -9, '1'), tagged] })).toEqual(NOW)
  })
})

test('on the day itself narrate.yaml says what decides', () => {
  expect(lead(['smote: auc got worse'], { isPast: false })).toEqual(NOW)
})
