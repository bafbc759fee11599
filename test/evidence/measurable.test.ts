import { describe, expect, test } from 'vitest'
import { measurablesIn } from '../../src/evidence/measurable.ts'

const METRICS = ['val_auc', 'val_loss', 'loss', 'acc', 'top5_acc', 'metrics/mAP50(B)']

/** A measurable form in short. */
function short(text: string, metrics: readonly string[] | null = METRICS): readonly string[] {
  return measurablesIn(text, metrics).map((one) => {
    switch (one.kind) {
      case 'bound':
        return `${one.metric} ${one.relation} ${one.figure.value}${one.figure.isPercent ? '%' : ''}`
      case 'range':
        return `${one.metric} ${one.low.value} to ${one.high.value}`
      case 'against':
        return `${one.metric} ${one.relation} ${one.run}`
      default:
        return one satisfies never
    }
  })
}

describe('what is plain is recognised', () => {
  test.each([
    ['val_auc > 0.76', ['val_auc above 0.76']],
    ['val auc will be above .76', ['val_auc above 0.76']],
    ['VAL_AUC at least 76 %', ['val_auc at least 76%']],
    ['I think val_loss stays below 3e-2', ['val_loss below 0.03']],
    ['val_loss <= 0.3 and val_auc >= 0.8', ['val_loss at most 0.3', 'val_auc at least 0.8']],
    ['val_auc 0.75–0.77', ['val_auc 0.75 to 0.77']],
    ['val_auc 0.75-0.77', ['val_auc 0.75 to 0.77']],
    ['val_auc between 0.75 and 0.77', ['val_auc 0.75 to 0.77']],
    ['val_loss lower than 3fa2c1', ['val_loss below 3fa2c1']],
    ['val_auc better than lgbm-s2', ['val_auc better than lgbm-s2'.replace(' than', '')]],
    ['metrics/mAP50(B) > 0.5', ['metrics/mAP50(B) above 0.5']],
    ['top5_acc > 0.9', ['top5_acc above 0.9']],
  ])('%s', (text, expected) => {
    expect(short(text)).toEqual(expected)
  })

  test('by any name in that place where no metric is known yet', () => {
    expect(short('my_score > 0.5', null)).toEqual(['my_score above 0.5'])
  })
})

describe('what is not plain is left to words', () => {
  test.each([
    'val_auc better than baseline',
    'better than before',
    'val_auc will not be above 0.76',
    "val_auc won't exceed 0.76",
    'val_auc might be > 0.76',
    'unknown_metric > 0.5',
    'val_auc about 0.76',
    'val_auc improves',
    'depth > 6 is too much',
    'val_auc 0.9 to 0.1',
    'val_auc_boot > 0.5',
  ])('%s', (text) => {
    expect(short(text)).toEqual([])
  })
})
