import type { Gap } from '../gap.ts'
import { mayHideRuns } from './gap-weight.ts'

/** Gaps of one reason, which is told up to a semicolon (what follows is of the one gap alone): the first of them, how many there are, and whether runs may be missing for their sake. */
export interface GapGroup {
  readonly first: Gap
  readonly count: number
  readonly hidesRuns: boolean
}

const MOST_GROUPS = 50

/** Puts a gap to those of its reason; reasons beyond the first fifty count as one. */
export function addGap(groups: Map<string, GapGroup>, found: Gap): void {
  const [why = ''] = found.why.split('; ', 1)
  const reason = groups.has(why) || groups.size < MOST_GROUPS ? why : ''
  const known = groups.get(reason)
  groups.set(reason, {
    first: known?.first ?? found,
    count: (known?.count ?? 0) + 1,
    hidesRuns: known?.hidesRuns === true || mayHideRuns(found),
  })
}
