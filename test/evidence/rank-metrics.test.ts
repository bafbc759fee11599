import { describe, expect, test } from 'vitest'
import { metricRules } from '../../src/evidence/metric-rules.ts'
import { rankMetrics } from '../../src/evidence/rank-metrics.ts'
import { makeRun } from '../support/make-run.ts'

function ranked(primary: string | undefined, runs: readonly Readonly<Record<string, number>>[]) {
  const rules = metricRules(
    { ...(primary === undefined ? {} : { primary }), directions: {}, headline: {}, units: {} },
    [],
  )
  return rankMetrics(
    runs.map((metrics, index) => makeRun({ id: `${index}`.repeat(8), metrics })),
    rules,
  )
}

describe('rankMetrics', () => {
  test('the primary metric comes first, then the same measure on the test set, however few runs logged it', () => {
    expect(
      ranked('val_f1', [
        { val_auc: 0.7, val_f1: 0.2, train_f1: 0.9 },
        { val_auc: 0.8, val_f1: 0.3, train_f1: 0.8 },
        { val_auc: 0.9, val_f1: 0.3, test_f1: 0.2, train_f1: 0.7 },
      ]).slice(0, 3),
    ).toEqual(['val_f1', 'test_f1', 'val_auc'])
  })

  test('what Ultralytics measures on its validation images stands before its losses', () => {
    const logged = { 'val/box_loss': 0.7, 'train/box_loss': 0.6, 'metrics/mAP50-95(B)': 0.5 }
    const runs = [logged, { 'val/box_loss': 0.6, 'train/box_loss': 0.5, 'metrics/mAP50-95(B)': 0.6 }]
    expect(ranked(undefined, runs)).toEqual(['metrics/mAP50-95(B)', 'val/box_loss', 'train/box_loss'])
  })

  test('training data is no other held-out data', () => {
    expect(
      ranked('val_f1', [
        { val_f1: 0.2, train_f1: 0.9, val_auc: 0.6 },
        { val_f1: 0.3, train_f1: 0.8, val_auc: 0.7 },
      ]).at(-1),
    ).toBe('train_f1')
  })

  test('with no primary metric, held-out ones that vary stand before training and constant ones', () => {
    expect(
      ranked(undefined, [
        { train_loss: 0.2, val_loss: 0.3, accuracy: 1 },
        { train_loss: 0.1, val_loss: 0.4, accuracy: 1 },
      ]),
    ).toEqual(['val_loss', 'train_loss', 'accuracy'])
  })

  test('what was measured over an epoch is no counter, the epoch is', () => {
    const logged = {
      epoch_loss: 0.2,
      'validation/epoch_accuracy': 0.8,
      epoch: 9,
      'train/epoch_time': 3,
      'train/epoch': 9,
    }
    expect(ranked(undefined, [logged])).toEqual(['validation/epoch_accuracy', 'epoch_loss'])
  })

  test.each([
    ['Value Loss', 'Episode reward'],
    ['train/policy_gradient_loss', 'rollout/ep_rew_mean'],
    ['loss/critic', 'val_loss'],
    ['d_loss', 'fid'],
  ])('the loss of a part, %s, stands behind %s', (part, whole) => {
    const runs = [{ [part]: 0.2, [whole]: -3 }, { [part]: 0.1, [whole]: -2 }, { [part]: 0.3 }]
    expect(ranked(undefined, runs)).toEqual([whole, part])
  })

  test('a loss that is no part of a model stands by how often it was logged', () => {
    const runs = [{ cross_entropy_loss: 0.2, accuracy: 0.5 }, { cross_entropy_loss: 0.1 }]
    expect(ranked(undefined, runs)).toEqual(['cross_entropy_loss', 'accuracy'])
  })
})
