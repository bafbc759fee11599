import { expect, it } from 'vitest'
import { checkStatements } from '../../src/claims/check-draft.ts'
import { repairReasons } from '../../src/claims/repair-reasons.ts'
import { riverEvidence } from '../support/river-evidence.ts'

it('tells a model line by line where it went wrong and what exists instead', () => {
  const statements = [
    { path: 'results[0]', text: '[[r7]] has the lowest test loss, 0.13.', basis: 'observed', checks: [] },
    { path: 'results[1]', text: '[[r13]] finished.', basis: 'observed', checks: [] },
    { path: 'results[2]', text: '[[r1]] has test loss [[r1.test_lost]].', basis: 'observed', checks: [] },
    {
      path: 'results[3]',
      text: '[[r1]] has test loss [[r1.test_loss]].',
      basis: 'observed',
      checks: ['r3.test_loss > r2.test_loss'],
    },
    { path: 'results[4]', text: '[[r1]] has test loss [[r1.test_loss]].', basis: 'observed', checks: [] },
  ] as const
  expect(repairReasons(checkStatements(statements, riverEvidence()))).toEqual([
    'results[0]: "0.13.": a number that is no slot; write the value as a slot, such as [[run.metric]] or [[count(finished)]], or leave it out.',
    'results[0]: "lowest" is not what the log says: r11 is lower in test_loss than r7.',
    'results[1]: "finished" beside r13, whose status is failed.',
    'results[2]: [[r1.test_lost]]: r1 has no parameter or metric called test_lost; nearest: test_loss, val_loss, train_loss, status, started, lr, inputs, ended and 10 more.',
    'results[3]: check "r3.test_loss > r2.test_loss" speaks of r3, r2, which no slot of the text names; name the run, or drop the check.',
  ])
})
