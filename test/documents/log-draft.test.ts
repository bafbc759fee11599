import { describe, expect, it } from 'vitest'
import { checkStatements } from '../../src/claims/check-draft.ts'
import { type LogDraft, statementsOfLog } from '../../src/documents/log-draft.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const evidence = makeEvidence({
  primary: 'val_auc',
  directions: { val_auc: 'higher' },
  runs: [
    { params: { model: 'gbt' }, metrics: { val_auc: 0.81 } },
    { params: { model: 'xgb' }, metrics: { val_auc: 0.86 } },
    { params: { model: 'mlp' }, metrics: { val_auc: 0.84 } },
  ],
  notes: ['xgb should win'],
})

const observed = (text: string, ...checks: readonly string[]) => ({
  text,
  basis: 'observed' as const,
  checks: [...checks],
})

function draft(title: string, conclusion: readonly string[], remark: readonly string[]): LogDraft {
  const [reason = '', ...checks] = conclusion
  const [remarked, ...more] = remark
  return {
    title,
    title_checks: [],
    conclusions:
      reason === ''
        ? []
        : [
            {
              hypothesis: '[[quote(n1, "xgb should win")]]',
              outcome: 'supported',
              reason: observed(reason, ...checks),
            },
          ],
    table: {
      axis: null,
      metrics: [],
      remarks: remarked === undefined ? [] : [observed(remarked, ...more)],
    },
    discrepancies: [],
    reading: [],
    unworked: [],
    decisions: [],
    next_steps: [],
    suggestions: [],
    questions: [],
  }
}

function titleOf(...parts: Parameters<typeof draft>): string {
  const [title] = checkStatements(statementsOfLog(draft(...parts)), evidence)
  return title === undefined ? '' : title.kind === 'supported' ? 'supported' : title.reason
}

const BEST = ['[[r2]] is the best run in val_auc.', 'argbest(val_auc, finished) == r2'] as const
const BETTER = ['[[r2]] has a higher val_auc than [[r1]].', 'r2.val_auc > r1.val_auc'] as const

describe('a title', () => {
  it.each([
    ['[[r2]] leads on val_auc', BEST, []],
    ['[[r2]] leads with a val_auc of [[r2.val_auc]]', BEST, []],
    ['[[r2]] leads on val_auc', [], BEST],
    ['[[r2]] leads [[r1]] on val_auc', BETTER, []],
    ['[[r2]] beats [[r1]] on val_auc', [], BETTER],
    ['[[r2]] at a val_auc of [[r2.val_auc]]', [], []],
  ] as const)('stands on the checks of conclusions and remarks: %s', (title, conclusion, remark) => {
    expect(titleOf(title, conclusion, remark)).toBe('supported')
  })

  it.each([
    ['xgb leads on val_auc', [], []],
    ['[[r3]] leads on val_auc', [], []],
    ['[[r3]] leads on val_auc', BETTER, []],
    ['[[r1]] leads on val_auc', BEST, []],
    ['[[r1]] leads [[r2]] on val_auc', BETTER, []],
    ['[[r3]] leads [[r2]] on val_auc', BETTER, []],
    ['[[r2]] reaches 0.86', BEST, []],
    ['Three runs, [[r2]] ahead', BEST, []],
    ['[[r2]] at a val_auc of [[r1.val_auc]]', BEST, []],
  ] as const)('says nothing that the log does not: %s', (title, conclusion, remark) => {
    expect(titleOf(title, conclusion, remark)).not.toBe('supported')
  })
})
