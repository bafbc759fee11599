import { expect, test } from 'vitest'
import { listedMetrics } from '../../src/documents/listed-metrics.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const LOGGED = [
  'val_f1',
  'val_auc',
  'val_recall',
  'val_precision',
  'val_loss',
  'test_loss',
  'train_loss',
  'val_ce_loss',
]

test.each([
  [LOGGED, ['val_f1'], ['val_f1', 'val_loss', 'test_loss', 'val_auc', 'val_ce_loss']],
  [['val_f1', 'val_auc'], ['val_auc'], ['val_auc', 'val_f1']],
  [['accuracy', 'train_loss'], ['accuracy'], ['accuracy', 'train_loss']],
  [
    ['a', 'b', 'c', 'd', 'e', 'f', 'val_loss'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ],
])('of %j, where a document speaks of %j, a list of runs holds %j', (logged, spokenOf, expected) => {
  const metrics = (place: number) => Object.fromEntries(logged.map((name, index) => [name, index + place]))
  const evidence = gather(
    [0.1, 0.2].map((place, index) => makeRun({ id: `${index}`.repeat(8), metrics: metrics(place) })),
  )
  expect(listedMetrics(spokenOf, evidence)).toEqual(expected)
})
