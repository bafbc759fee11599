import { checkStatements } from '../../../src/claims/check-draft.ts'
import type { Statement, Verdict } from '../../../src/claims/statement.ts'
import type { BenchCase } from './case.ts'
import type { Ground } from './ground.ts'

/** What a checker makes of a statement. */
export interface Judged {
  readonly verdict: 'supported' | 'contradicted' | 'unsupported'
  /** Whether it would be printed with a mark that nothing vouches for it. */
  readonly isMarked: boolean
  readonly reason: string | null
  /** The words that would be printed, slots left out; null where nothing is printed or the checker does not say. */
  readonly words: readonly string[] | null
}

/** Whatever judges statements over the evidence of one history: narrate itself, or another program. */
export type Checker = (ground: Ground, statements: readonly Statement[]) => Promise<readonly Judged[]>

export const narrateChecker: Checker = async (ground, statements) =>
  checkStatements(statements, ground.evidence).map(judgedOf)

function judgedOf(verdict: Verdict): Judged {
  const segments = verdict.kind === 'contradicted' ? null : verdict.segments
  // An observation that is printed as an inference carries that mark: nothing vouches for it as it was told.
  const isTurned = verdict.kind === 'supported' && verdict.isTurned === true
  return {
    verdict: isTurned ? 'unsupported' : verdict.kind,
    isMarked: isTurned || (verdict.kind === 'unsupported' && segments !== null),
    reason: verdict.kind === 'supported' ? null : verdict.reason,
    words: segments === null ? null : segments.flatMap((one) => (one.kind === 'words' ? [one.text] : [])),
  }
}

export function statementOf({ statement }: BenchCase): Statement {
  return { path: 'reading[0]', ...statement }
}
