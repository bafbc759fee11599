import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import type { Basis } from '../../src/claims/statement.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const run = (
  model: string,
  encoder: string,
  lr: number,
  balanced: boolean,
  values: { readonly auc: number; readonly f1: number; readonly loss: readonly number[] },
) => ({
  params: {
    model,
    encoder,
    lr,
    balanced: balanced ? 'True' : 'False',
    C: lr * 10,
    'net/depth': 4,
    objective: 'mse',
  },
  metrics: {
    val_auc: values.auc,
    val_f1: values.f1,
    val_loss: values.loss,
    val_recall: 0,
    fit_seconds: values.auc * 10,
    test_accuracy: values.auc - 0.1,
    avrg_test_acc: values.auc - 0.2,
  },
  seconds: 60,
})
/** r1 to r4 finished, r5 and r6 failed; r4 leads by val_auc, r2 the forests, r3 the tcn encoders. */
const made = makeEvidence({
  primary: 'val_auc',
  directions: { val_auc: 'higher', val_f1: 'higher', val_loss: 'lower' },
  units: { fit_seconds: 's' },
  runs: [
    run('random_forest', 'tcn', 0.1, true, { auc: 0.8, f1: 0.1, loss: [0.5, 0.3, 0.4] }),
    run('random_forest', 'gru', 0.2, false, { auc: 0.85, f1: 0.2, loss: [0.6, 0.5] }),
    run('lightgbm', 'tcn', 0.2, false, { auc: 0.86, f1: 0.3, loss: [0.7, 0.2] }),
    run('lightgbm', 'gru', 0.1, true, { auc: 0.87, f1: 0.05, loss: [0.45, 0.35] }),
    {
      ...run('lstmnet', 'tcn', 0.1, true, { auc: 0.1, f1: 0, loss: [0.9] }),
      params: { model: 'lstmnet', encoder: 'tcn', lr: 0.1, objective: 'focal' },
      status: 'failed',
    },
    { params: { model: 'lstmnet', encoder: 'gru', lr: 0.2, objective: 'mse' }, status: 'failed' },
  ],
  groups: [
    { label: 'model=random_forest', runs: ['r1', 'r2'] },
    { label: 'model=lightgbm', runs: ['r3', 'r4'] },
    { label: 'encoder=tcn', runs: ['r1', 'r3'] },
    { label: 'encoder=gru', runs: ['r2', 'r4'] },
  ],
  notes: ['the lead was luck; random forest is out'],
})
const level = (value: string, ...runs: readonly string[]) => ({ value, runs })
const log: Evidence = {
  ...made,
  factors: [
    { param: 'model', levels: [level('random_forest', 'r1', 'r2'), level('lightgbm', 'r3', 'r4')] },
    { param: 'encoder', levels: [level('tcn', 'r1', 'r3'), level('gru', 'r2', 'r4')] },
    { param: 'balanced', levels: [level('False', 'r2', 'r3'), level('True', 'r1', 'r4')] },
  ],
}

function judged(basis: Basis, text: string, checks: readonly string[]): string {
  const verdict = checkStatement({ path: 'table.remarks[0]', text, basis, checks }, log)
  if (verdict.kind !== 'supported') return `${verdict.kind}: ${verdict.reason}`
  return verdict.isTurned === true ? 'an inference' : 'supported'
}

/** What a reader of a log wrote, and the same words told of what is not so. */
const PAIRS: readonly (readonly [
  what: string,
  basis: Basis,
  honest: readonly [string, ...string[]],
  lie: readonly [string, ...string[]],
])[] = [
  [
    'the level that words name beside a superlative',
    'observed',
    ['The best forest [[r2]] has val_auc [[r2.val_auc]].', 'r2.val_auc == max(val_auc, g1)'],
    ['The best forest [[r1]] has val_auc [[r1.val_auc]].', 'r1.val_auc <= max(val_auc, g1)'],
  ],
  [
    'a level by its setting denied',
    'inferred',
    ['The highest unbalanced run, [[r3]], reaches val_auc [[r3.val_auc]].', 'r3.val_auc >= r2.val_auc'],
    ['The highest unbalanced run, [[r2]], reaches val_auc [[r2.val_auc]].', 'r2.val_auc <= r3.val_auc'],
  ],
  [
    'the run of a relative clause',
    'observed',
    [
      '[[r1]] has a lower val_auc than [[r4]], which has the highest val_auc.',
      'r1.val_auc < r4.val_auc',
      'r4.val_auc == max(val_auc, finished)',
    ],
    [
      '[[r1]] has a lower val_auc than [[r3]], which has the highest val_auc.',
      'r1.val_auc < r3.val_auc',
      'r4.val_auc == max(val_auc, finished)',
    ],
  ],
  [
    'with another close behind',
    'inferred',
    ['[[r4]] leads on val_auc, with [[r3]] close behind.'],
    ['[[r3]] leads on val_auc, with [[r4]] close behind.'],
  ],
  [
    'two verbs of one subject',
    'inferred',
    ['[[r4]] leads [[r2]] on val_auc but trails on val_f1.', 'r4.val_f1 < r2.val_f1'],
    ['[[r3]] leads [[r2]] on val_auc but trails on val_f1.', 'r3.val_f1 > r2.val_f1'],
  ],
  [
    'means of groups beside their levels',
    'observed',
    [
      'Mean val_auc is higher with encoder gru, [[g4.val_auc.mean]], than with encoder tcn, [[g3.val_auc.mean]].',
    ],
    [
      'Mean val_auc is higher with encoder tcn, [[g4.val_auc.mean]], than with encoder gru, [[g3.val_auc.mean]].',
    ],
  ],
  [
    'settings in brackets',
    'observed',
    ['[[r2]] (lr [[r2.lr]]) lies above [[r1]] (lr [[r1.lr]]) in val_auc.'],
    ['[[r2]] (lr [[r2.lr]]) lies below [[r1]] (lr [[r1.lr]]) in val_auc.'],
  ],
  [
    'a setting with its own value before the metric',
    'observed',
    ['[[r2]] has val_auc [[r2.val_auc]], yet [[r1]] with lr [[r1.lr]] has [[r1.val_auc]].'],
    ['[[r2]] has val_auc [[r2.val_auc]], yet [[r1]] with lr [[r1.lr]] has [[r1.val_f1]].'],
  ],
  [
    'a value that goes on with the metric before',
    'observed',
    ['[[r4]] took [[r4.fit_seconds]] to fit, [[r1]] [[r1.fit_seconds]].'],
    ['[[r4]] took [[r4.fit_seconds]] to fit, [[r1]] [[r1.val_loss]].'],
  ],
  [
    'a range of a group',
    'observed',
    ['The [[g1]] spread in val_auc from [[g1.val_auc.min]] to [[g1.val_auc.max]].'],
    ['The [[g1]] have a spread of [[g1.val_auc.max]] in val_auc.'],
  ],
  [
    'the end of a group as a bound',
    'observed',
    ['val_auc is never above [[finished.val_auc.max]] in the finished runs.'],
    ['val_auc is never above [[finished.val_auc.min]] in the finished runs.'],
  ],
  [
    'one value in every run',
    'observed',
    [
      'val_recall is the same, [[finished.val_recall.max]], in all finished runs.',
      'same(finished, val_recall)',
    ],
    ['val_f1 is the same, [[finished.val_f1.max]], in all finished runs.', 'same(finished, val_f1)'],
  ],
  [
    'the two runs that are named',
    'proposed',
    ['Repeat [[r1]] and [[r2]], because the two differ in lr.'],
    ['Repeat [[r1]] and [[r2]] two times, because they differ in lr.'],
  ],
  [
    'a single one of what is not counted',
    'inferred',
    ['The val_auc of [[r1]] on one split may be chance.'],
    ['The val_auc of [[r1]] after one hour may be chance.'],
  ],
  [
    'a level that never finished',
    'inferred',
    ['[[r4]] leads on val_auc; lstmnet never finished.'],
    ['[[r4]] leads on val_auc; lightgbm never finished.'],
  ],
  [
    'all runs of a level',
    'observed',
    ['Every run with model lstmnet that ended has failed.', 'count(failed) == 2'],
    ['Every run with encoder tcn that ended has failed.', 'count(failed) == 2'],
  ],
  [
    'the only run with a value',
    'observed',
    ['[[r5]] is the only run with objective focal.'],
    ['[[r5]] is the only run with encoder tcn.'],
  ],
  [
    'runs that finished, named behind',
    'observed',
    [
      'Both runs that finished, [[r1]] and [[r2]], have a lower val_auc than [[r4]].',
      'r1.val_auc < r4.val_auc',
      'r2.val_auc < r4.val_auc',
    ],
    [
      'Both runs that finished, [[r1]] and [[r5]], have a lower val_auc than [[r4]].',
      'r1.val_auc < r4.val_auc',
      'r5.val_auc < r4.val_auc',
    ],
  ],
  [
    'not all',
    'observed',
    ['Not all runs finished.', 'count(finished) < count(all)'],
    ['Not every run of [[g1]] finished.', 'count(finished) < count(all)'],
  ],
  [
    'some',
    'observed',
    ['Some runs failed.', 'count(failed) > 0'],
    ['Some runs were killed.', 'count(killed) > 0'],
  ],
  [
    'a rise told by the values',
    'observed',
    ['While [[r1]] stays at a val_auc of [[r1.val_auc]], [[r2]] rises to [[r2.val_auc]].'],
    ['While [[r2]] stays at a val_auc of [[r2.val_auc]], [[r1]] rises to [[r1.val_auc]].'],
  ],
  [
    'past its best step',
    'inferred',
    ['[[r1]] trains past its best step: val_loss has its minimum at step [[r1.val_loss.min.step]].'],
    ['[[r2]] trains past its best step: val_loss has its minimum at step [[r2.val_loss.min.step]].'],
  ],
  [
    'a direction that is dropped',
    'inferred',
    ['Random forest is dropped: [[quote(n1, "random forest is out")]]'],
    ['val_auc of the forests is dropped: [[quote(n1, "random forest is out")]]'],
  ],
  [
    'two kinds of accuracy of one run',
    'inferred',
    ['test_accuracy of [[r1]] is higher than its avrg_test_acc.', 'r1.test_accuracy > r1.avrg_test_acc'],
    ['test_accuracy of [[r1]] is lower than its avrg_test_acc.', 'r1.test_accuracy > r1.avrg_test_acc'],
  ],
  [
    'a name with a slash in a call',
    'observed',
    ['[[r1]] and [[r2]] have the same net/depth.', 'same(r1, r2, net/depth)'],
    ['[[r1]] and [[r2]] have a different net/depth.', 'differ(r1, r2, net/depth)'],
  ],
  ['a setting of one letter', 'observed', ['[[r1]] ran with C [[r1.C]].'], ['[[r2]] ran with C [[r2.lr]].']],
  [
    'an ill-typed check beside words that compare nothing',
    'observed',
    ['[[r1]] has val_auc [[r1.val_auc]] and val_loss [[r1.val_loss]].', 'r1.val_auc > r1.val_loss'],
    [
      '[[r1]] has a steadier val_auc, [[r1.val_auc]], with val_loss [[r1.val_loss]].',
      'r1.val_auc > r1.val_loss',
    ],
  ],
  [
    'two metrics of two runs',
    'observed',
    ["[[r1]]'s val_f1 is lower than that of [[r2]]."],
    ["[[r1]]'s val_f1 is lower than the val_auc of [[r2]]."],
  ],
  [
    'the longest of the runs that are listed',
    'inferred',
    [
      'The failed runs [[r5]] and [[r6]] probably broke before any training: their longest duration is [[failed.duration.max]].',
    ],
    [
      'The failed runs [[r5]] and [[r6]] probably broke before any training: their longest duration is [[failed.duration.min]].',
    ],
  ],
]

describe('what readers of logs wrote first', () => {
  it.each(PAIRS)('holds: %s', (_what, basis, [text, ...checks]) => {
    expect(judged(basis, text, checks)).toBe('supported')
  })

  it.each(PAIRS)('falls where it is not so: %s', (_what, basis, _honest, [text, ...checks]) => {
    expect(judged(basis, text, checks)).not.toBe('supported')
  })
})

describe('a word that values what was read', () => {
  it.each([
    ['[[r1]] and [[r2]] hardly move: val_auc is [[r1.val_auc]] and [[r2.val_auc]].', 'an inference'],
    [
      'val_auc lies between [[g1.val_auc.min]] and [[g1.val_auc.max]] in the [[g1]], a narrow range.',
      'an inference',
    ],
    ['[[r1]] has a val_auc of [[r1.val_auc]] on the hospital cohort.', 'unsupported'],
    ['[[r1]] has a val_auc of [[r1.val_auc]] and was audited.', 'unsupported'],
  ])('is shown as an inference where it names nothing that was measured: %s', (text, told) => {
    expect(judged('observed', text, []).split(':')[0]).toBe(told)
  })
})
