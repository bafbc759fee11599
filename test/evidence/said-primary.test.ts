import { expect, test } from 'vitest'
import { saidPrimary } from '../../src/evidence/said-primary.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const run = makeRun({
  id: 'aaaa1111',
  metrics: { val_auc: 0.8, val_f1: 0.2, test_f1: 0.19, val_loss: 0.3, train_loss: 0.2, accuracy: 0.7 },
})

function primary(...lines: readonly string[]): string | null {
  return saidPrimary(gather([run], lines).quotes, [run])?.metric ?? null
}

test.each([
  ['primary metric is F1 now', 'val_f1'],
  ['The primary metric: `val_auc`.', 'val_auc'],
  ['we report val_f1', 'val_f1'],
  ['from today we look at F1', 'val_f1'],
  ['From now on: F1 decides.', 'val_f1'],
  ['from here on `val_f1` at a **tuned** threshold decides, no longer `val_auc`', 'val_f1'],
  ['Decides: `val_auc` (higher is better).', 'val_auc'],
  ['f1 is the main metric, auc only for information', 'val_f1'],
  ['main metric = accuracy', 'accuracy'],
])('"%s" names %s', (text, metric) => {
  expect(primary(text)).toBe(metric)
})

test.each([
  ['auc went up a bit'],
  ['f1 is at the default 0.5 cut, only for information'],
  ['auc is no longer the primary metric'],
  ['the primary metric is latency'],
  ['the primary metric should be discussed tomorrow'],
  ['we report to the campaign team'],
  ['loss looked fine from here on'],
  ['we use dropout from today on'],
])('"%s" names none', (text) => {
  expect(primary(text)).toBeNull()
})

test('the last word in a text counts, and where it stands is told', () => {
  expect(saidPrimary(gather([run], ['primary metric is auc', 'primary metric is f1']).quotes, [run])).toEqual(
    {
      metric: 'val_f1',
      from: 'your note',
    },
  )
  expect(primary('The primary metric is AUC. Update: the primary metric is F1.')).toBe('val_f1')
})

test('the description of an experiment counts behind the notes', () => {
  const experiment = {
    id: '1',
    name: 'final',
    note: 'Decides: `val_auc`.',
    primaryMetric: null,
    origin: { source: 'mlflow', file: '1/meta.yaml' },
  }
  const told = gather([run], [], { experiments: [experiment] })
  expect([told.metrics.primary, told.metrics.primaryFrom]).toEqual([
    'val_auc',
    'the description of experiment final',
  ])
  const noted = gather([run], ['from today we look at F1'], { experiments: [experiment] })
  expect([noted.metrics.primary, noted.metrics.primaryFrom]).toEqual(['val_f1', 'your note'])
})
