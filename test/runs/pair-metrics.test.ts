import { expect, test } from 'vitest'
import { pairMetrics } from '../../src/runs/pair-metrics.ts'

test.each([
  [['val_loss', 'train_loss'], [['val_loss', 'train_loss']]],
  [['loss', 'val_loss', 'accuracy'], [['val_loss', 'loss']]],
  [['l2.train', 'l2.valid'], [['l2.valid', 'l2.train']]],
  [['eval/loss', 'train/loss'], [['eval/loss', 'train/loss']]],
  [['valLoss', 'trainLoss'], [['valLoss', 'trainLoss']]],
  [['train_focal_loss', 'val_focal_loss', 'val_auc'], [['val_focal_loss', 'train_focal_loss']]],
  [
    ['train_loss', 'val_loss', 'test_loss'],
    [
      ['val_loss', 'train_loss'],
      ['test_loss', 'train_loss'],
    ],
  ],
  [['train_loss', 'loss', 'val_loss'], [['val_loss', 'train_loss']]],
  [['validation_0-logloss', 'validation_1-logloss'], []],
  [['train', 'test'], []],
  [['trainable', 'value', 'latest_value'], []],
])('%j', (names, pairs) => {
  expect([...pairMetrics(names)]).toEqual(pairs)
})
