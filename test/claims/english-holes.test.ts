import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import type { Basis } from '../../src/claims/statement.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { shopEvidence } from '../bench/faithfulness/shop-evidence.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const shop = shopEvidence()
const diary = makeEvidence({
  runs: [{ params: { arch: 'tcn' }, metrics: { val_auc: 0.8 } }],
  notes: [
    'no idea yet whether attention pays off',
    'attention pays off. If the seeds agree we keep it, and the sampler is fine',
    'I doubt the sampler is the cause; unless it rains the sensors work',
    'we never saw the loss fall, and the data are clean',
    'the new loss helps. not sure the seeds matter',
    'about as good?! if true we need no area data',
  ],
})

type Row = readonly [Basis, string, ...string[]]

function judged([basis, text, ...checks]: Row, evidence: Evidence): string {
  const verdict = checkStatement({ path: 'reading[0]', text, basis, checks }, evidence)
  return 'reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind
}

/** A claim that the shop's log does not bear out, and what is so told in the same shape. */
const PAIRS: readonly (readonly [what: string, lies: readonly Row[], honest: readonly Row[]])[] = [
  [
    'the reason of a proposal',
    [
      ['proposed', 'Repeat [[r1]], since [[r1]] beats [[r4]] in val_auc.'],
      ['proposed', 'Repeat [[r1]], because [[r1]] has a higher val_auc than [[r4]].'],
      ['proposed', 'Repeat [[r1]], as it beats [[r4]] in val_auc.'],
      ['proposed', 'As [[r1]] is better than [[r4]] in val_auc, repeat it.'],
      ['proposed', 'Repeat [[r1]]: it beats [[r4]] in val_auc.'],
      ['proposed', 'Repeat [[r1]]; it beats [[r4]] in val_auc.'],
      ['proposed', 'Repeat [[r1]], for it beats [[r4]] in val_auc.'],
      ['proposed', 'Repeat [[r1]], which beats [[r4]] in val_auc.'],
      ['proposed', 'Repeat [[r1]], since it leads in val_auc.'],
      ['proposed', 'Repeat [[r4]], since it failed.'],
      ['proposed', 'Since [[r1]] improved on [[r4]] in val_auc, repeat [[r1]].'],
    ],
    [
      ['proposed', 'Repeat [[r4]], since [[r4]] beats [[r1]] in val_auc.'],
      ['proposed', 'Repeat [[r4]], because [[r4]] has a higher val_auc than [[r1]].'],
      ['proposed', 'Repeat [[r4]], as it beats [[r1]] in val_auc.'],
      ['proposed', 'As [[r4]] is better than [[r1]] in val_auc, repeat it.'],
      ['proposed', 'Repeat [[r4]]: it beats [[r1]] in val_auc.'],
      ['proposed', 'Repeat [[r4]]; it beats [[r1]] in val_auc.'],
      ['proposed', 'Repeat [[r4]], which beats [[r1]] in val_auc.'],
      ['proposed', 'Repeat [[r4]], since it leads in val_auc.', 'argbest(val_auc, churns) == r4'],
      ['proposed', 'Repeat [[r6]], since it failed.'],
      ['proposed', 'It is better to raise the rate of [[r4]] than to repeat [[r1]].'],
      ['proposed', 'Repeat [[r2]] and [[r3]] with more seeds, since their val_f1 differs.'],
      ['proposed', 'Run [[r4]] with smote, since no xgb run used it.'],
      ['proposed', 'Give xgb more seeds, since [[r4]] is the only one with it.', 'count(r4) == 1'],
      ['proposed', 'Repeat [[r4]] with seed [[r3.seed]], since a higher rate may help.'],
      ['proposed', 'Repeat [[r1]] because it is the same data.'],
      ['proposed', 'Vary the rate alone, as more changes would tell nothing.'],
      ['proposed', 'As a next step, lower the rate of [[r4]].'],
      ['proposed', 'As in [[r2]], use a higher rate for [[r4]].'],
      ['proposed', 'Repeat [[r2]] with other seeds, since it is not known which is better.'],
      ['proposed', 'Repeat [[r4]] and [[r1]], because [[r4]] is ahead of [[r1]] in val_auc.'],
      ['proposed', 'Because [[r6]] failed, run [[r6]] with a smaller rate.'],
      ['proposed', 'Run [[r1]] with the same seed as [[r2]].'],
      ['proposed', 'Run [[r1]] with a higher rate than [[r4]].'],
      ['proposed', 'Use [[r4]] as the control, to see whether [[r1]] beats it.'],
    ],
  ],
  [
    'a split before a comma',
    [
      ['observed', 'On the test set, [[r1]] reached [[r1.val_auc]].'],
      ['observed', 'On the test set, [[r1]] has a val_auc of [[r1.val_auc]].'],
      ['observed', '[[r1]], on the test set, reached [[r1.val_auc]].'],
      ['observed', 'In training, [[r1]] reached [[r1.val_auc]].'],
    ],
    [
      ['observed', 'On the validation set, [[r1]] reached [[r1.val_auc]].'],
      ['observed', 'On the validation set, [[r1]] has a val_auc of [[r1.val_auc]].'],
      ['observed', 'On the training set, [[r1]] reached [[r1.train_logloss]].'],
    ],
  ],
  [
    'a lead that may be, where the log decides it',
    [
      ['inferred', '[[r1]] may lead in val_auc.'],
      ['inferred', '[[r1]] might be the best in val_auc.'],
    ],
    [
      ['inferred', '[[r5]] may lead in val_auc.'],
      ['inferred', '[[r1]] may lead once its rate is raised.'],
    ],
  ],
  [
    'earlier and later',
    [
      ['observed', '[[r4]] was earlier finished than [[r1]].'],
      ['observed', '[[r4]] finished earlier than [[r1]].'],
      ['observed', '[[r1]] was started later than [[r4]].'],
      ['observed', '[[r4]] was finished before [[r1]].'],
    ],
    [
      ['observed', '[[r1]] was earlier finished than [[r4]].'],
      ['observed', '[[r4]] was later finished than [[r1]].'],
      ['observed', '[[r1]] was finished before [[r4]].'],
      ['observed', '[[r4]] was started later than [[r1]].'],
    ],
  ],
  [
    'a status put beside a run',
    [
      ['observed', '[[r4]], the failed run, has a val_auc of [[r4.val_auc]].'],
      ['observed', '[[r4]], a failed run, has a val_auc of [[r4.val_auc]].'],
      ['observed', '[[r4]] (the failed run) has a val_auc of [[r4.val_auc]].'],
    ],
    [
      ['observed', '[[r4]], the finished run, has a val_auc of [[r4.val_auc]].'],
      ['observed', '[[r6]], the failed run, has a val_f1 of [[r6.val_f1]].'],
    ],
  ],
  [
    'a setting denied',
    [
      ['observed', '[[r2]] uses no smote.'],
      ['observed', 'Without smote [[r2]] reached [[r2.val_auc]] in val_auc.'],
      ['observed', '[[r2]] does not use smote.'],
      ['observed', '[[r2]] lacks smote.'],
      ['observed', '[[r2]] ran with no smote.'],
      ['observed', '[[r1]] and [[r2]] used no smote.'],
      ['observed', '[[r2]] without smote has a val_auc of [[r2.val_auc]].'],
    ],
    [
      ['observed', '[[r1]] uses no smote.'],
      ['observed', 'Without smote [[r1]] reached [[r1.val_auc]] in val_auc.'],
      ['observed', '[[r1]] does not use smote.'],
      ['observed', '[[r1]] ran with no smote.'],
      ['observed', '[[r4]] has a higher val_auc than the runs without smote, [[r1]] at [[r1.val_auc]].'],
      ['observed', '[[r2]] with smote has a lower val_auc than [[r1]] without smote.'],
      ['inferred', '[[r2]] might do better in val_auc without smote.'],
      ['observed', '[[r1]] without smote has a val_auc of [[r1.val_auc]].'],
    ],
  ],
  [
    'hardly a difference',
    [
      ['observed', '[[r1]] and [[r4]] are barely different in val_f1.'],
      ['observed', '[[r1]] and [[r4]] are barely different.'],
      ['observed', '[[r1]] and [[r4]] hardly differ in val_f1.'],
      ['observed', '[[r1]] and [[r4]] hardly differ in val_f1.', 'r1.val_f1 != r4.val_f1'],
      ['observed', '[[r1]] and [[r4]] differ little in val_f1.', 'r1.val_f1 != r4.val_f1'],
      ['observed', '[[r1]] and [[r4]] scarcely differ in val_f1.', 'r1.val_f1 != r4.val_f1'],
    ],
    [
      ['observed', '[[r1]] and [[r2]] hardly differ in val_auc.'],
      ['observed', '[[r1]] and [[r2]] hardly differ in val_auc.', 'abs(pct(r1.val_auc, r2.val_auc)) < 2'],
      ['observed', '[[r1]] and [[r2]] are barely different in val_auc.'],
    ],
  ],
  [
    'a value given behind a colon',
    [
      ['observed', '[[r4]] is better than [[r1]] in val_auc: its val_auc is [[r1.val_auc]].'],
      ['observed', '[[r4]] is better than [[r1]] in val_auc; its val_auc is [[r1.val_auc]].'],
    ],
    [
      ['observed', '[[r4]] is better than [[r1]] in val_auc: its val_auc is [[r4.val_auc]].'],
      ['observed', '[[r4]] is better than [[r1]] in val_auc; its val_auc is [[r4.val_auc]].'],
    ],
  ],
  [
    'a comparison of durations that are printed',
    [
      ['observed', 'With [[r1.duration]] [[r1]] took longer than [[r4]] with [[r4.duration]].'],
      ['observed', 'With [[r1.duration]], [[r1]] took longer than [[r4]] with [[r4.duration]].'],
      ['observed', 'With [[r4.duration]] [[r4]] was faster than [[r1]] with [[r1.duration]].'],
    ],
    [
      ['observed', 'With [[r4.duration]] [[r4]] took longer than [[r1]] with [[r1.duration]].'],
      ['observed', 'With [[r4.duration]], [[r4]] took longer than [[r1]] with [[r1.duration]].'],
    ],
  ],
  [
    'a setting as the subject of a change',
    [
      ['observed', 'The other model improved the val_auc in [[r4]] against [[r1]].'],
      ['observed', 'The other model improved the val_auc of [[r4]] over [[r1]].', 'r4.val_auc > r1.val_auc'],
    ],
    [
      [
        'inferred',
        'The other model may have improved the val_auc of [[r4]] over [[r1]].',
        'r4.val_auc > r1.val_auc',
      ],
      ['observed', '[[r4]] improved the val_auc against [[r1]].'],
    ],
  ],
  [
    'runs with a setting, named',
    [
      ['observed', 'Both runs with smote, [[r2]] and [[r4]], finished.'],
      ['observed', 'The runs with smote, [[r2]] and [[r4]], finished.'],
      ['observed', 'Both smote runs, [[r2]] and [[r4]], finished.'],
      ['observed', 'The runs without smote, [[r1]] and [[r2]], finished.'],
    ],
    [
      ['observed', 'Both runs with smote, [[r2]] and [[r3]], finished.'],
      ['observed', 'The runs with smote, [[r2]] and [[r3]], finished.'],
      ['observed', 'Both smote runs, [[r2]] and [[r3]], finished.'],
      ['observed', 'The runs without smote, [[r1]] and [[r4]], finished.'],
    ],
  ],
  [
    'the ends of another group',
    [
      ['observed', 'val_auc of the finished runs lies between [[g1.val_auc.min]] and [[g1.val_auc.max]].'],
      ['observed', 'The finished runs have a val_auc between [[g1.val_auc.min]] and [[g1.val_auc.max]].'],
      ['observed', 'Among the finished runs val_auc ranges from [[g1.val_auc.min]] to [[g1.val_auc.max]].'],
    ],
    [
      ['observed', 'val_auc of the finished runs lies between [[g3.val_auc.min]] and [[g3.val_auc.max]].'],
      ['observed', 'val_auc of the [[g1]] lies between [[g1.val_auc.min]] and [[g1.val_auc.max]].'],
      [
        'observed',
        'val_auc of the finished smote runs lies between [[g1.val_auc.min]] and [[g1.val_auc.max]].',
      ],
    ],
  ],
]

describe.each(PAIRS)('%s', (_what, lies, honest) => {
  it.each(lies.map((row) => [row.join(' | '), row] as const))(
    'is refused where it is not so: %s',
    (_text, row) => {
      const verdict = checkStatement(
        { path: 'reading[0]', basis: row[0], text: row[1], checks: row.slice(2) },
        shop,
      )
      expect(verdict.kind === 'supported' && verdict.isTurned !== true).toBe(false)
    },
  )
  it.each(honest.map((row) => [row.join(' | '), row] as const))(
    'is said where it is so: %s',
    (_text, row) => {
      expect(judged(row, shop)).toBe('supported')
    },
  )
})

describe('a quotation cut out of its sentence', () => {
  const CUT: readonly (readonly [string, RegExp])[] = [
    ['[[quote(n1, "attention pays off")]]', /no idea yet whether attention pays off/],
    ['[[quote(n2, "the seeds agree")]]', /If the seeds agree/],
    ['[[quote(n3, "the sampler is the cause")]]', /doubt the sampler/],
    ['[[quote(n3, "it rains")]]', /unless it rains/],
    ['[[quote(n4, "the loss fall")]]', /never saw the loss fall/],
    ['[[quote(n5, "the seeds matter")]]', /not sure the seeds matter/],
    ['[[quote(n6, "true")]]', /if true/],
  ]
  it.each(CUT)('out of what it depends on is refused, with the words to take in: %s', (text, words) => {
    expect(judged(['noted', text], diary)).toMatch(/^unsupported/)
    expect(judged(['noted', text], diary)).toMatch(words)
    expect(judged(['inferred', `[[r1]] may be worth it: ${text}`], diary)).toMatch(/^unsupported/)
  })

  it.each([
    '[[quote(n1, "no idea yet whether attention pays off")]]',
    '[[quote(n1, "whether attention pays off")]]',
    '[[quote(n2, "attention pays off")]]',
    '[[quote(n2, "If the seeds agree we keep it")]]',
    '[[quote(n2, "the sampler is fine")]]',
    '[[quote(n3, "I doubt the sampler is the cause")]]',
    '[[quote(n3, "unless it rains the sensors work")]]',
    '[[quote(n4, "the data are clean")]]',
    '[[quote(n5, "the new loss helps")]]',
    '[[quote(n5, "not sure the seeds matter")]]',
    '[[quote(n6, "about as good?!")]]',
  ])('in a whole that keeps it is printed: %s', (text) => {
    expect(judged(['noted', text], diary)).toBe('supported')
  })
})
