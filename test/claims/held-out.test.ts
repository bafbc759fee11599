import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import type { Basis } from '../../src/claims/statement.ts'
import { shopEvidence } from '../bench/faithfulness/shop-evidence.ts'

const shop = shopEvidence()

type Row = readonly [Basis, string, ...string[]]

const LIES: readonly Row[] = [
  // An observation that reads nothing.
  ['observed', '[[r4]] is ready for production.'],
  ['observed', '[[r4]] is ready for production.', 'r4.val_auc > r1.val_auc'],
  ['observed', '[[r4]] was started with corrupted files.'],
  ['observed', '[[r4]] has val_auc [[r4.val_auc]]. It was approved by the board.'],
  // Words that nothing checks, in whatever language.
  ['observed', '[[r4]] has a val_auc of [[r4.val_auc]] and predicts the floods.'],
  ['observed', '[[r4]] has a val_auc of [[r4.val_auc]], sju av ti.'],
  ['observed', '[[r4]] undercuts [[r1]] in val_auc.', 'r4.val_auc > r1.val_auc'],
  // Measures, settings and parts of the data under another name.
  ['observed', 'The accuracy of [[r1]] is [[r1.val_auc]].'],
  ['observed', 'On the test set [[r1]] reached [[r1.val_auc]].'],
  ['observed', '[[r1]] reached a training AUC of [[r1.val_auc]].'],
  ['observed', '[[r1]] has a validation log loss of [[r1.train_logloss]].'],
  ['observed', '[[r1]] used a dropout of [[r1.rate]].'],
  ['observed', '[[r1]] has [[r1.leaves]] hidden units.'],
  ['observed', '[[r1]] ended at a validation log loss of [[r1.val_logloss.min]].'],
  ['observed', '[[r1]] finished with [[r1.val_logloss.min]] as its val_logloss.'],
  ['observed', 'val_logloss of [[r1]] is [[r1.val_logloss.min]] at the end.'],
  // The value of another run, where no run stands as a slot.
  ['observed', 'xgb reached a val_f1 of [[r3.val_f1]].'],
  ['observed', 'The failed runs reached [[r4.val_f1]] in val_f1.'],
  ['observed', 'Runs of [[g1]] have a val_auc of [[r4.val_auc]].'],
  // Directions.
  ['observed', '[[r4]] took less time than [[r1]].', 'r4.duration > r1.duration'],
  ['observed', 'val_auc went up by [[delta(r4.val_auc, r1.val_auc)]] from [[r4]] to [[r1]].'],
  ['observed', 'val_auc goes down from [[r1]] to [[r4]].', 'r4.val_auc > r1.val_auc'],
  ['observed', '[[r4]] has less val_auc than [[r1]].', 'r4.val_auc > r1.val_auc'],
  ['observed', '[[r4]] lies under [[r1]] in val_auc.', 'r4.val_auc > r1.val_auc'],
  ['observed', '[[g1]] have a higher mean val_auc than [[r4]].', 'g1.val_auc.mean < r4.val_auc'],
  [
    'observed',
    'The runs of [[g1]] lie above the control [[r1]] in val_auc.',
    'max(val_auc, smoted) > r1.val_auc',
  ],
  [
    'observed',
    '[[r1]] was still falling in val_logloss at its end.',
    'r1.val_logloss.last > r1.val_logloss.min',
  ],
  ['observed', 'val_logloss of [[r1]] is lowest at its last step, [[r1.val_logloss.min]].'],
  // Superlatives and order.
  ['observed', '[[r2]] is the top performer with val_f1 [[r2.val_f1]].'],
  ['observed', '[[r4]] is the best run of the [[g3]].', 'rank(r4, val_auc, churns) == 1'],
  ['observed', '[[r3]] is the best run overall on val_f1.', 'r3.val_f1 == max(val_f1, churns)'],
  ['observed', '[[r3]] was the longest run.', 'r3.duration == max(duration, smoted)'],
  ['observed', '[[r1]] is the first run to reach a high val_auc.', 'r1.started == min(started, all)'],
  // Quantities, equality and difference.
  ['observed', 'Most finished runs use smote.', 'count(smoted) > count(failed)'],
  ['observed', 'All runs of [[g2]] have the same sampling.', 'same(r2, r3, sampling)'],
  ['observed', '[[r2]] matches [[r1]] in every metric.', 'abs(pct(r2.val_auc, r1.val_auc)) < 2'],
  ['observed', '[[r1]] and [[r4]] ran with the same settings.', 'same(r1, r4, sampling, seed)'],
  ['observed', '[[r1]] and [[r4]] differ only in model.', 'differ(r1, r4, model)'],
  ['observed', 'val_f1 of [[r1]] is close to that of [[r3]].', 'r1.val_f1 < 1'],
  ['observed', 'All finished runs used the same model.', 'same(r1, r2, model)'],
  ['observed', '[[r1]] and [[r4]] have identical settings but different seeds.', 'same(r1, r4, sampling)'],
  ['observed', 'The failed gbt runs [[r1]] and [[r2]] use rate [[r1.rate]].'],
  [
    'inferred',
    'Since [[r1]] and [[r4]] differ only in model, the model may matter.',
    'count(differ(r1, r4)) == 2',
  ],
  // Causes and endings.
  ['observed', 'The sampling makes [[r2]] slower than [[r1]].', 'r2.duration > r1.duration'],
  ['observed', '[[r6]] failed: it ran out of memory.', 'status(r6) == failed'],
  ['observed', '[[r6]] failed on its model.', 'status(r6) == failed'],
  ['observed', '[[r6]] ran through to the end.'],
  ['observed', '[[r1]] broke down after [[r1.duration]].'],
  ['observed', '[[r1]] was stopped before the end, with val_auc [[r1.val_auc]].'],
  // A person's words.
  ['noted', '[[quote(n1, "smote is not better")]], which you proved with [[r1]].'],
  ['noted', '[[quote(n1, "better than plain")]]'],
  ['noted', '[[quote(n1, "it holds")]]'],
  ['noted', '[[quote(n2, "we drop it, no longer")]]'],
  ['inferred', 'The plan was to move on to xgb, [[r4]].'],
  ['inferred', 'It was decided to keep [[r4]].'],
  // Numbers in other words.
  ['inferred', '[[r4]] may need a fortnight.'],
  ['proposed', 'Run [[r4]] with dobbelt rate.'],
  ['proposed', 'Run [[r4]] with siebenundzwanzig leaves.'],
  ['inferred', 'The smote runs [[r2]] and [[r3]] are a duo.'],
]

const HONEST: readonly Row[] = [
  // Each was refused once.
  ['observed', '[[r4]] is the finished xgb run.'],
  [
    'inferred',
    'Since [[r2]] and [[r3]] differ only in seed, their gap is probably noise.',
    'count(differ(r2, r3)) == 1',
  ],
  ['inferred', 'The rate of [[r1]], [[r2]] and [[r3]] is probably close to the target.'],
  ['observed', 'The finished gbt runs [[r1]] and [[r2]] use rate [[r1.rate]].', 'r1.rate == r2.rate'],
  ['observed', '[[r1]] was fitted with [[r1.leaves]] leaves and [[r1.seed]] seeds.'],
  [
    'observed',
    '[[r1]] and [[r2]] are close in val_auc with rate [[r1.rate]] and [[r2.rate]].',
    'abs(pct(r1.val_auc, r2.val_auc)) < 2',
  ],
  [
    'observed',
    '[[r1]] and [[r4]] have identical sampling but different models.',
    'same(r1, r4, sampling)',
    'differ(r1, r4, model)',
  ],
  ['observed', 'All finished runs used the same leaves.', 'same(finished, leaves)'],
  [
    'observed',
    'None of the [[g1]] came above a val_auc of [[r4.val_auc]], that of [[r4]].',
    'max(val_auc, g1) < r4.val_auc',
  ],
  ['observed', 'The train log loss of [[r1]] ended at [[r1.train_logloss]].'],
  ['observed', 'Validation log loss of [[r1]] was lowest at step [[r1.val_logloss.min.step]].'],
  ['observed', '[[g1]] have a lower mean val_auc than [[r4]].', 'g1.val_auc.mean < r4.val_auc'],
  [
    'observed',
    '[[g1]] have a mean val_auc of [[g1.val_auc.mean]], lower than [[r4]] at [[r4.val_auc]].',
    'g1.val_auc.mean < r4.val_auc',
  ],
  [
    'observed',
    'On the same sampling, [[r4]] has a higher val_auc than [[r1]], [[r4.val_auc]] against [[r1.val_auc]].',
    'same(r4, r1, sampling)',
    'r4.val_auc > r1.val_auc',
  ],
  [
    'observed',
    '[[r3]] with seed [[r3.seed]] has a higher val_auc than [[r2]] with seed [[r2.seed]].',
    'r3.val_auc > r2.val_auc',
  ],
  [
    'observed',
    'The gap between [[r1]] and [[r2]] in val_auc is only [[abs(delta(r1.val_auc, r2.val_auc))]].',
  ],
  [
    'observed',
    'The change from [[r1]] to [[r2]] in val_auc is smaller than the spread over seeds in [[g1]].',
    'abs(delta(r1.val_auc, r2.val_auc)) < delta(g1.val_auc.min, g1.val_auc.max)',
  ],
  ['observed', 'Of the runs in [[g1]], [[r3]] came out best on val_auc.', 'argbest(val_auc, g1) == r3'],
  ['observed', 'All runs of [[g1]] share the sampling [[r2.sampling]].', 'same(r2, r3, sampling)'],
  ['observed', 'All runs of [[g2]] have the same leaves.', 'min(leaves, g2) == max(leaves, g2)'],
  ['observed', '[[r1]] and [[r4]] do not share all settings.', 'count(differ(r1, r4)) > 0'],
  ['observed', '[[r2]] and [[r3]] differ only in seed.', 'differ(r2, r3) == "seed"'],
  ['observed', '[[r4]] took more time than [[r1]].', 'r4.duration > r1.duration'],
  [
    'observed',
    '[[r2]] was still falling in val_logloss at its last step.',
    'r2.val_logloss.last == r2.val_logloss.min',
  ],
  ['observed', 'Most finished runs use gbt.', 'count(gbts) > count(failed)'],
  ['observed', '[[r1]] and [[r2]] use gbt.'],
  ['inferred', 'The mlp may be at fault: [[r6]] failed, while [[r1]] on the sampling of [[r6]] finished.'],
  [
    'inferred',
    'Sampling may hurt the run: attention may be due.'.replace(
      'Sampling may hurt the run: attention may be due.',
      '[[r2]]: its sampling may be the reason; the selection may be too small.',
    ),
  ],
  ['inferred', '[[r3]] was probably still improving when it ended.'],
  ['noted', '[[quote(n1, "smote is not better than plain")]]'],
]

const statement = ([basis, text, ...checks]: Row) => ({ path: 'reading[0]', basis, text, checks })

describe('a lie of another kind', () => {
  it.each(LIES.map((row) => [row.slice(1).join(' | '), row] as const))(
    'is never supported as it is told: %s',
    (_text, row) => {
      const verdict = checkStatement(statement(row), shop)
      expect(verdict.kind === 'supported' && verdict.isTurned !== true).toBe(false)
    },
  )
})

describe('an honest statement of another kind', () => {
  it.each(HONEST.map((row) => [row.slice(1).join(' | '), row] as const))('is supported: %s', (_text, row) => {
    const verdict = checkStatement(statement(row), shop)
    expect('reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind).toBe('supported')
  })
})

describe('an observation in words of no log', () => {
  it('keeps its values and is printed as unchecked', () => {
    const verdict = checkStatement(
      statement(['observed', '[[r4]] has a val_auc of [[r4.val_auc]] in rainy weather.']),
      shop,
    )
    expect(verdict).toMatchObject({ kind: 'unsupported', segments: expect.any(Array) })
    expect('reason' in verdict ? verdict.reason : '').toMatch(/"rainy", "weather"/)
  })
})
