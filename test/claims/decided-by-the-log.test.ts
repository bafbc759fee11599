import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import type { Basis } from '../../src/claims/statement.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const run = (model: string, lr: number, auc: number, losses: readonly number[], seconds: number) => ({
  params: { model, lr, 'net.seq_len': seconds },
  metrics: {
    val_auc: auc,
    val_loss: losses,
    train_loss: losses.map((loss) => loss / 2),
    test_auc: auc - 0.01,
    best_threshold: auc / 2,
  },
  seconds,
})
/** r1 to r4 finished one after the other, r5 failed. Of val_auc and test_auc higher is better, of the losses lower. */
const log = makeEvidence({
  primary: 'val_auc',
  directions: { val_auc: 'higher', test_auc: 'higher', val_loss: 'lower', train_loss: 'lower' },
  runs: [
    run('gbt', 0.1, 0.8, [0.5, 0.3, 0.4], 60),
    run('gbt', 0.2, 0.81, [0.6, 0.5, 0.45], 90),
    run('mlp', 0.1, 0.9, [0.4, 0.35], 30),
    run('mlp', 0.2, 0.7, [0.7, 0.69], 300),
    { ...run('mlp', 0.3, 0.6, [0.9], 10), status: 'failed', name: 'late-try-3' },
  ],
  groups: [
    { label: 'model=gbt', runs: ['r1', 'r2'] },
    { label: 'model=mlp', runs: ['r3', 'r4', 'r5'] },
  ],
  notes: ['one of them is the winner, I hope; leaves 7 is not better without'],
})

function judged(text: string, basis: Basis, checks: readonly string[] = []): string {
  const verdict = checkStatement({ path: 'reading[0]', text, basis, checks }, log)
  if (verdict.kind === 'supported') return verdict.isTurned === true ? 'an inference' : 'supported'
  return `${verdict.kind}: ${verdict.reason}`
}

describe('a relation that the words tell beyond doubt', () => {
  it.each([
    ['[[r2]] has a higher val_auc than [[r1]].', '[[r1]] has a higher val_auc than [[r2]].'],
    ['val_auc rose from [[r1]] to [[r3]].', 'val_auc fell from [[r1]] to [[r3]].'],
    ['val_auc did not fall from [[r1]] to [[r3]].', 'val_auc did not rise from [[r1]] to [[r3]].'],
    [
      'Compared with [[r1]], [[r3]] has a greater val_auc.',
      'Compared with [[r3]], [[r1]] has a greater val_auc.',
    ],
    [
      'The minimum of val_loss is lower in [[r1]] than in [[r3]].',
      'The minimum of val_loss is lower in [[r3]] than in [[r1]].',
    ],
    ['[[r3]] is above [[r1]] and [[r2]] in val_auc.', '[[r2]] is above [[r1]] and [[r3]] in val_auc.'],
    ['[[r1]] is slightly lower in val_auc than [[r2]].', '[[r4]] is slightly lower in val_auc than [[r3]].'],
    ['[[r4]] is far lower in val_auc than [[r3]].', '[[r1]] is far lower in val_auc than [[r2]].'],
    ['[[r3]] was faster than [[r1]].', '[[r4]] was faster than [[r1]].'],
    ['[[r3]] has the highest val_auc.', '[[r2]] has the highest val_auc.'],
    ['By val_auc [[r3]] comes first.', 'By val_auc [[r1]] comes first.'],
    ['[[r3]] has the best val_auc of the [[g2]].', '[[r4]] has the best val_auc of the [[g2]].'],
    ['No other run has a higher val_auc than [[r3]].', 'No other run has a higher val_auc than [[r2]].'],
    ['[[r2]] is the runner-up by val_auc.', '[[r1]] is the runner-up by val_auc.'],
    ['[[r1]] ended above its minimum of val_loss.', '[[r2]] ended above its minimum of val_loss.'],
    ['In [[r2]], val_loss was lowest at the end.', 'In [[r1]], val_loss was lowest at the end.'],
    [
      'val_loss of [[r2]] was still falling at its last step.',
      'val_loss of [[r1]] was still falling at its last step.',
    ],
    [
      '[[r2]] (lr [[r2.lr]]) reaches val_auc [[r2.val_auc]], higher than [[r1.val_auc]] in [[r1]] (lr [[r1.lr]]).',
      '[[r1]] (lr [[r1.lr]]) reaches val_auc [[r1.val_auc]], higher than [[r2.val_auc]] in [[r2]] (lr [[r2.lr]]).',
    ],
    ['[[r1]] started before [[r3]].', '[[r3]] started before [[r1]].'],
    ['[[r1]] was the first run.', '[[r2]] was the first run.'],
    [
      'The best threshold of [[r2]] is not below that of [[r1]].',
      'The best threshold of [[r1]] is not below that of [[r2]].',
    ],
    ['All runs but [[r5]] finished.', 'All runs but [[r4]] finished.'],
    ['Of [[r4]] and [[r5]], only [[r4]] finished.', 'Of [[r4]] and [[r5]], only [[r5]] finished.'],
    [
      '[[r2]] has a lower val_auc than [[r3]], which has the highest val_auc.',
      '[[r3]] has a higher val_auc than [[r2]], which has the highest val_auc.',
    ],
  ])('needs no check where it holds, and falls where it does not: %s', (holds, fails) => {
    expect(judged(holds, 'observed')).toBe('supported')
    expect(judged(fails, 'observed')).toMatch(/^contradicted/)
    expect(judged(`Probably ${fails}`, 'inferred')).not.toBe('supported')
  })

  it.each([
    ['x >= x', 'r1.val_auc >= r1.val_auc'],
    ['a value against the highest of all', 'r1.val_auc <= max(val_auc, finished)'],
    ['a size above zero', 'abs(delta(r1.val_auc, r3.val_auc)) > 0'],
    ['how many runs there are', 'count(all) > 0'],
  ])('is not borne by a check that holds whatever was logged: %s', (_, check) => {
    expect(judged('[[r1]] has a higher val_auc than [[r3]].', 'observed', [check])).toMatch(/^contradicted/)
    expect(judged('[[r1]] and [[r3]] are similar in val_auc.', 'observed', [check])).not.toBe('supported')
  })
})

describe('what is said beside the values', () => {
  it.each([
    [
      'observed',
      '[[r3]] ends with a train_loss [[r3.train_loss]] far below its val_loss [[r3.val_loss]].',
      ['r3.train_loss < r3.val_loss'],
    ],
    ['observed', '[[r1]] and [[r2]] differ in [[differ(r1, r2)]].', ['differ(r1, r2, net.seq_len)']],
    ['observed', '[[r5]] failed; [[count(finished)]] runs finished.', []],
    ['observed', '[[r1]] finished after a duration of [[r1.duration]].', []],
    ['observed', 'The maximum val_auc of the [[g1]] is [[g1.val_auc.max]].', []],
    ['proposed', 'Run [[r1]] with the lr of [[r2]], [[r2.lr]].', []],
    ['proposed', 'Repeat [[r1]] with other seeds.', []],
    ['inferred', 'Values on a single split, such as [[r1.val_auc]] in [[r1]], may be luck.', []],
    ['inferred', 'Is [[r5]] still running, or was it killed?', []],
    ['inferred', 'The lead of [[r3]] may be luck, since no setting was repeated.', []],
    ['noted', '[[quote(n1, "leaves 7 is not better without")]]', []],
  ] as const)('is honest and stands (%s): %s', (basis, text, checks) => {
    expect(judged(text, basis, checks)).toBe('supported')
  })

  it.each([
    ['observed', 'Through its lr, [[r3]] has a higher val_auc than [[r1]].'],
    ['observed', 'Its lr gives [[r3]] a higher val_auc than [[r1]].'],
    ['observed', '[[r5]] failed: the network was down.'],
    ['observed', '[[r1]] was tuned before it reached a val_auc of [[r1.val_auc]].'],
    ['inferred', '[[r3]] confirms your suspicion.'],
    ['inferred', 'You were pleased with [[r3]].'],
    ['observed', '[[r1]], with mlp, has a val_auc of [[r1.val_auc]].'],
    ['observed', 'With model mlp, [[r1]] has a val_auc of [[r1.val_auc]].'],
    ['observed', '[[r1]], that is late-try-3, has a val_auc of [[r1.val_auc]].'],
    ['observed', '[[r5]] ran to its end with a val_auc of [[r5.val_auc]].'],
    ['observed', '[[r1]] is among the failed runs, with a val_auc of [[r1.val_auc]].'],
  ] as const)('claims what no log holds and falls (%s): %s', (basis, text) => {
    expect(judged(text, basis)).not.toBe('supported')
  })
})
