import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const run = (lr: number, depth: number, model: string, auc: number) => ({
  params: { lr, max_depth: depth, model },
  metrics: { val_auc: auc },
})
/** r1 and r2 differ in lr and max_depth, r1 and r3 in lr alone, r4 failed. */
const log = makeEvidence({
  primary: 'val_auc',
  directions: { val_auc: 'higher' },
  runs: [
    run(0.1, 4, 'gbt', 0.8),
    run(0.2, 6, 'gbt', 0.85),
    run(0.2, 4, 'gbt', 0.82),
    { ...run(0.2, 4, 'mlp', 0.1), status: 'failed' },
  ],
})
const higher = 'r2.val_auc > r1.val_auc'
const differ = 'differ(r1, r2, lr)'

function shown(text: string, checks: readonly string[]): string {
  const verdict = checkStatement({ path: 'table.remarks[0]', text, basis: 'observed', checks }, log)
  if (verdict.kind !== 'supported') return `${verdict.kind}: ${verdict.reason}`
  return `${verdict.statement.basis}${verdict.isTurned === true ? ', turned' : ''}`
}

describe('a setting that explains a result', () => {
  it.each([
    'Because of its lr, [[r2]] has a higher val_auc than [[r1]].',
    'Through its lr, [[r2]] has a higher val_auc than [[r1]].',
    'Its lr of [[r2.lr]] sets [[r2]] above [[r1]] in val_auc.',
    'As its lr is [[r2.lr]], [[r2]] has a higher val_auc than [[r1]].',
    '[[r2]] has a higher val_auc than [[r1]]: the lr did it.',
    '[[r2]] has a higher val_auc than [[r1]]; the ground is its lr.',
    'Lr is why [[r2]] has a higher val_auc than [[r1]].',
    'The change in lr gave [[r2]] a higher val_auc than [[r1]].',
    'Setting lr differently moved val_auc: it is higher in [[r2]] than in [[r1]].',
    'A different max_depth is behind the higher val_auc of [[r2]] against [[r1]].',
    'Had [[r2]] kept the lr of [[r1]], its val_auc would not be higher.',
    'Another model puts [[r2]] above [[r1]] in val_auc.',
  ])('is shown as an inference: %s', (text) => {
    expect(shown(text, [higher, differ])).toBe('inferred, turned')
  })

  it.each([
    'Because of its lr, [[r3]] has a higher val_auc than [[r1]].',
    'Its lr of [[r3.lr]] sets [[r3]] above [[r1]] in val_auc.',
  ])('is observed over a minimal pair: %s', (text) => {
    expect(shown(text, ['r3.val_auc > r1.val_auc', 'differ(r1, r3) == "lr"'])).toBe('observed')
  })

  it('is none where the pair differs in another setting', () => {
    const text = 'Its max_depth of [[r3.max_depth]] sets [[r3]] above [[r1]] in val_auc.'
    expect(shown(text, ['r3.val_auc > r1.val_auc', 'differ(r1, r3) == "lr"'])).toBe('inferred, turned')
  })

  it('is left out where the comparison beside it is false', () => {
    const verdict = shown('Through its lr, [[r1]] has a higher val_auc than [[r2]].', [higher])
    expect(verdict).toMatch(/^contradicted/)
  })
})

describe('a setting beside a comparison that explains nothing', () => {
  it.each([
    '[[r2]] with lr [[r2.lr]] has a higher val_auc than [[r1]] with lr [[r1.lr]].',
    '[[r2]] and [[r1]] differ in lr, and [[r2]] has the higher val_auc.',
    'At a lr of [[r2.lr]], [[r2]] has a higher val_auc than [[r1]], whose lr is [[r1.lr]].',
    '[[r2]] (lr [[r2.lr]]) is higher in val_auc than [[r1]] (lr [[r1.lr]]).',
    '[[r2]] has a higher val_auc than [[r1]]; their max_depth differs as well.',
    '[[r2]] ran with another lr than [[r1]] and has a higher val_auc.',
    '[[r2]] has the highest val_auc and the highest lr of the finished runs, [[r2.lr]].',
    'The val_auc of [[r2]], which ran with lr [[r2.lr]], is higher than that of [[r1]].',
  ])('is observed: %s', (text) => {
    expect(shown(text, [higher, differ])).toBe('observed')
  })
})

describe('a reason that no log holds', () => {
  it.each(['[[r4]] failed because of its lr.', '[[r4]] failed: its inputs were missing.'])(
    'is shown as an inference: %s',
    (text) => {
      expect(shown(text, ['status(r4) == failed'])).toBe('inferred, turned')
    },
  )
})
