import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import { outcomeProblem } from '../../src/claims/check-outcome.ts'
import type { Basis } from '../../src/claims/statement.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const run = (
  id: string,
  model: string,
  seed: number,
  auc: number,
  more: Readonly<Record<string, string>> = {},
) =>
  makeRun({
    id,
    startedAt: Date.UTC(2026, 2, 2, 8) + Number.parseInt(id, 16),
    params: {
      model,
      seed: String(seed),
      threshold: 'tuned_on_val',
      max_epochs: '40',
      dataset: 'pears',
      ...more,
    },
    metrics: { val_auc: auc, val_loss: 1 - auc, train_auc: auc + 0.001, best_threshold: 0.2 },
    tags: { estimator_class: 'sklearn.Thing' },
  })
/** r1 to r3 and r4 to r6 are two settings with three seeds each; r7 leads, on other pears; r8 logged no val_auc. */
const log: Evidence = gather(
  [
    run('aa11', 'gbt', 1, 0.8),
    run('aa22', 'gbt', 2, 0.82),
    run('aa33', 'gbt', 3, 0.79),
    run('bb11', 'xgb', 1, 0.815),
    run('bb22', 'xgb', 2, 0.83),
    run('bb33', 'xgb', 3, 0.8),
    run('cc11', 'xgb', 7, 0.95, { dataset: 'plums' }),
    makeRun({
      id: 'dd11',
      params: { model: 'gbt', dataset: 'pears', seed: '1' },
      metrics: { val_loss: 0.3 },
    }),
  ],
  ['- every xgb seed beats every gbt seed on val_auc'],
  {
    metrics: {
      directions: { val_auc: 'higher', train_auc: 'higher' },
      headline: {},
      units: {},
      primary: 'val_auc',
    },
  },
)
const pears = log.groups.find(({ label }) => label.includes('dataset=pears'))?.address ?? 'no such group'

function judged(basis: Basis, text: string, checks: readonly string[]): string {
  const verdict = checkStatement({ path: 'table.remarks[0]', text, basis, checks }, log)
  if (verdict.kind !== 'supported') return `${verdict.kind}: ${verdict.reason}`
  return verdict.isTurned === true ? 'an inference' : 'supported'
}

/** What a second reader wrote, and the same words told of what is not so. */
const PAIRS: readonly (readonly [
  what: string,
  basis: Basis,
  honest: readonly [string, ...string[]],
  lie: readonly [string, ...string[]],
])[] = [
  [
    'a question to somebody whether something changed',
    'inferred',
    ['Ask Ada: did the data grow between [[r1]] and [[r4]], and is the version that [[r1]] used still kept?'],
    ['Ask Ada: why did the data grow between [[r1]] and [[r4]], and is it kept?'],
  ],
  [
    'a question of all of something',
    'inferred',
    ['Ask Ada: did dataset [[r1.dataset]] of [[r1]] mean fruit for each column, as the log names it alone?'],
    ['Ask Ada: is dataset [[r1.dataset]] of [[r1]] meant, since each run beats [[r7]]?'],
  ],
  [
    'a question which of two is ahead',
    'inferred',
    ['Is [[r4]] better than [[r1]] with other seeds?'],
    ['Why is [[r3]] better than [[r1]]?'],
  ],
  [
    'sameness of two with a third beside them',
    'inferred',
    [
      '[[r1]] and [[r2]] have the same model, lower in val_auc than [[r7]].',
      'same(r1, r2, model)',
      'r1.val_auc < r7.val_auc',
      'r2.val_auc < r7.val_auc',
    ],
    ['[[r1]] and [[r2]] have the same model, so does [[r4]].', 'same(r1, r2, model)'],
  ],
  [
    'that nothing tells',
    'inferred',
    ['Without val_auc in [[r8]] nothing tells whether it leads on dataset [[r8.dataset]].'],
    ['Nothing tells [[r1]] from [[r7]].'],
  ],
  [
    'what a logged value says was done',
    'observed',
    ['[[r1]] has val_auc [[r1.val_auc]] at a tuned threshold.'],
    ['[[r1]] has val_auc [[r1.val_auc]] at a tuned model.'],
  ],
  [
    'a setting that is to change',
    'proposed',
    ['Repeat [[r1]] with max_epochs raised, to see more of it.'],
    ['Repeat [[r1]], since it improved with val_auc raised.'],
  ],
  [
    'what may be varied',
    'inferred',
    ['[[r1]] finished with val_auc [[r1.val_auc]], so settings can now be varied.', 'status(r1) == finished'],
    ['[[r1]] finished with val_auc [[r1.val_auc]], where settings varied.', 'status(r1) == finished'],
  ],
  [
    'an order of other things than runs',
    'inferred',
    ['val_auc [[r1.val_auc]] of [[r1]] probably tells of the most recent task.'],
    ['val_auc [[r1.val_auc]] is that of the most recent run, [[r1]].'],
  ],
  [
    'a bound of seed noise',
    'observed',
    [
      '[[r4]] leads [[r1]] in val_auc by less than seed noise',
      'r4.val_auc > r1.val_auc',
      'delta(r1.val_auc, r4.val_auc) < 0.03',
    ],
    [
      '[[r7]] leads [[r1]] in val_auc by less than seed noise',
      'r7.val_auc > r1.val_auc',
      'delta(r1.val_auc, r7.val_auc) < 0.2',
    ],
  ],
  [
    'what seeds explain, of two runs, without a bound',
    'inferred',
    ['[[r4]] has a higher val_auc than [[r1]], no more than seeds explain.', 'r4.val_auc > r1.val_auc'],
    ['[[r7]] has a higher val_auc than [[r1]], no more than seeds explain.', 'r7.val_auc > r1.val_auc'],
  ],
  [
    'within noise, and not beyond it',
    'observed',
    ['The val_auc of [[r4]] is higher than that of [[r1]], within noise.', 'r4.val_auc > r1.val_auc'],
    ['The val_auc of [[r7]] is higher than that of [[r1]], beyond noise.', 'r7.val_auc > r1.val_auc'],
  ],
  [
    'data beside features',
    'observed',
    ['[[r1]] ran model [[r1.model]] with seed [[r1.seed]] on dataset [[r1.dataset]].'],
    ['[[r1]] ran model [[r1.model]] with seed [[r1.dataset]].'],
  ],
  [
    'within noise, as an observation',
    'observed',
    [
      'val_auc [[r1.val_auc]] of [[r1]] is lower than [[r4.val_auc]] of [[r4]], within seed noise.',
      'r1.val_auc < r4.val_auc',
      'delta(r1.val_auc, r4.val_auc) < 0.03',
    ],
    [
      'val_auc [[r1.val_auc]] of [[r1]] is lower than [[r7.val_auc]] of [[r7]], within seed noise.',
      'r1.val_auc < r7.val_auc',
      'delta(r1.val_auc, r7.val_auc) < 0.2',
    ],
  ],
  [
    'the highest of a group that holds a run without the metric',
    'observed',
    [`[[r5]] has the highest val_auc of the [[${pears}]].`, `r5.val_auc == max(val_auc, ${pears})`],
    [`[[r4]] has the highest val_auc of the [[${pears}]].`, `r4.val_auc <= max(val_auc, ${pears})`],
  ],
  [
    'the highest where a value is printed',
    'observed',
    ['[[r5]] has the highest val_auc on dataset [[r5.dataset]].', `r5.val_auc == max(val_auc, ${pears})`],
    ['[[r4]] has the highest val_auc on dataset [[r4.dataset]].', `r4.val_auc <= max(val_auc, ${pears})`],
  ],
  [
    'the name of a tag',
    'inferred',
    ['[[r1]] has the tag estimator_class, so logging was probably automatic.'],
    ['[[r1]] has the tag esti_mator, so logging was probably automatic.'],
  ],
  [
    'a setting between a run and its value',
    'observed',
    ['val_auc of [[r1]], with threshold [[r1.threshold]], is [[r1.val_auc]].'],
    ['val_loss of [[r1]], with threshold [[r1.threshold]], is [[r1.val_auc]].'],
  ],
  [
    'two metrics of a run that lie close, without abs',
    'inferred',
    [
      '[[r1]] has train_auc [[r1.train_auc]] close to its val_auc [[r1.val_auc]].',
      'delta(r1.val_auc, r1.train_auc) < 0.01',
    ],
    [
      '[[r1]] has train_auc [[r1.train_auc]] close to its val_loss [[r1.val_loss]].',
      'delta(r1.train_auc, r1.val_loss) < 0.01',
    ],
  ],
  [
    'how a model may fail',
    'inferred',
    ['[[r1]] may fail where whole fruit is asked for: its val_loss is [[r1.val_loss]].'],
    ['[[r1]] did fail: its val_loss is [[r1.val_loss]].'],
  ],
]

describe('what a second reader wrote first', () => {
  it.each(PAIRS)('holds: %s', (_what, basis, [text, ...checks]) => {
    expect(judged(basis, text, checks)).toBe('supported')
  })

  it.each(PAIRS)('falls where it is not so: %s', (_what, basis, _honest, [text, ...checks]) => {
    expect(judged(basis, text, checks)).not.toBe('supported')
  })
})

describe('a claim about every run', () => {
  const hypothesis = '[[quote(n1, "every xgb seed beats every gbt seed on val_auc")]]'

  it('is refuted by one counterexample, however near it lies', () => {
    const reason = { text: '[[r6]] is lower than [[r2]] in val_auc', checks: ['r6.val_auc < r2.val_auc'] }
    expect(outcomeProblem({ outcome: 'refuted', hypothesis, reason }, log)).toBeNull()
  })

  it('is not supported by one pair', () => {
    const reason = { text: '[[r5]] is higher than [[r2]] in val_auc', checks: ['r5.val_auc > r2.val_auc'] }
    expect(outcomeProblem({ outcome: 'supported', hypothesis, reason }, log)).toContain('no further apart')
  })
})
