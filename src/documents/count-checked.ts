import type { Verdict } from '../claims/statement.ts'

/** How many statements of a draft are printed, by what they were held against; and those that are not. */
export interface Checked {
  /** They cite the log, or checks over it hold. */
  readonly againstLog: number
  /** They cite notes alone: quotations, found there word for word. */
  readonly quoted: number
  /** What somebody might do next: nothing that was logged can bear it out. */
  readonly proposed: number
  /** They cite nothing, and nothing in them is anything that could be held against the log. */
  readonly inWords: number
  readonly marked: number
  readonly leftOut: number
}

/** Counts the verdicts on a draft; each is in one count. */
export function countChecked(verdicts: readonly Verdict[]): Checked {
  const counts = { againstLog: 0, quoted: 0, proposed: 0, inWords: 0, marked: 0, leftOut: 0 }
  for (const verdict of verdicts) counts[kindOf(verdict)] += 1
  return counts
}

function kindOf(verdict: Verdict): keyof Checked {
  if (verdict.kind !== 'supported')
    return verdict.kind === 'unsupported' && verdict.segments !== null ? 'marked' : 'leftOut'
  if (verdict.statement.basis === 'proposed') return 'proposed'
  if (verdict.checks.length > 0 || verdict.cites.some((address) => !OF_NOTE.test(address)))
    return 'againstLog'
  return verdict.cites.length > 0 ? 'quoted' : 'inWords'
}

/** Addresses of quotes, of tables in the notes and of earlier documents. */
const OF_NOTE = /^[ndt]\d+(\.|$)/
