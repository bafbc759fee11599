import { describe, expect, it } from 'vitest'
import { outcomeProblem } from '../../src/claims/check-outcome.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const run = (id: string, model: string, rate: string, seed: string, auc: number) =>
  makeRun({ id, params: { model, rate, seed }, metrics: { val_auc: auc } })
/** r1 to r4: one setting with four seeds, which move val_auc by a few hundredths. */
const shop = gather(
  [
    run('aa11', 'gbt', '0.1', '1', 0.8),
    run('aa22', 'gbt', '0.1', '2', 0.82),
    run('aa33', 'gbt', '0.1', '3', 0.78),
    run('aa44', 'gbt', '0.1', '4', 0.81),
    run('bb11', 'xgb', '0.1', '1', 0.825),
    run('bb33', 'xgb', '0.3', '1', 0.95),
  ],
  ['- xgb should beat gbt by far', '- the rate matters', '- we will get there', '- xgb gets above 0.9'],
)
const quote = (note: number, words: string) => `[[quote(n${note}, "${words}")]]`
const beats = quote(1, 'xgb should beat gbt by far')

describe('the outcome of a hypothesis', () => {
  it.each([
    ['a comparison across the levels it names', 'supported', beats, 'r6.val_auc > r2.val_auc'],
    ['anything, where nothing is concluded', 'inconclusive', beats, ''],
    [
      'a figure held against a run of the level it names',
      'supported',
      quote(4, 'xgb gets above 0.9'),
      'r6.val_auc > 0.9',
    ],
    [
      'any comparison, where it names no setting',
      'refuted',
      quote(3, 'we will get there'),
      'r6.val_auc > r1.val_auc',
    ],
    [
      'a comparison of means, however small',
      'supported',
      beats,
      'r5.val_auc > mean(val_auc, r1, r2, r3, r4)',
    ],
  ] as const)('may rest on %s', (_, outcome, hypothesis, check) => {
    const reason = { text: '[[r6]] against the others', checks: check === '' ? [] : [check] }
    expect(outcomeProblem({ outcome, hypothesis, reason }, shop)).toBeNull()
  })

  it.each([
    ['nothing but a value', beats, '[[r6]] reached [[r6.val_auc]]', [], 'needs a comparison'],
    [
      'a check that does not hold',
      beats,
      '[[r6]] and [[r2]]',
      ['r6.val_auc < r2.val_auc'],
      'needs a comparison',
    ],
    [
      'runs that share the setting it names',
      quote(2, 'the rate matters'),
      '[[r1]]',
      ['r2.val_auc > r3.val_auc'],
      'about rate',
    ],
    ['runs of one of the levels it compares', beats, '[[r1]]', ['r2.val_auc > r3.val_auc'], 'about model'],
    [
      'single runs that seeds alone put as far apart',
      beats,
      '[[r5]]',
      ['r5.val_auc > r2.val_auc'],
      'other seeds alone',
    ],
    [
      'a slot of a difference that seeds alone make',
      beats,
      '[[r5]] by [[delta(r2.val_auc, r5.val_auc)]]',
      [],
      'other seeds alone',
    ],
  ] as const)('may not rest on %s', (_, hypothesis, text, checks, why) => {
    expect(outcomeProblem({ outcome: 'supported', hypothesis, reason: { text, checks } }, shop)).toContain(
      why,
    )
  })
})
