import { counted } from '../../counted.ts'
import type { FindingValue } from '../../evidence.ts'
import type { Cell } from '../../minimal-pairs.ts'
import { isWholeLead, leadBehind, type SearchLead } from '../../search-of.ts'
import { differenceOf } from '../difference-of.ts'
import type { Measured } from './measure.ts'
import type { Teller } from './teller.ts'

/** Whether a finding says that more than seeds made a difference. */
export interface Judgement {
  readonly better: readonly Cell[]
  readonly worse: readonly Cell[]
  /** Of the means, or of their means over several pairs. */
  readonly difference: number
  readonly isBeyond: boolean
}

type Judged = { readonly judgement: Judgement | null } & (
  | { readonly says: 'beyond' | 'within' | 'nothing' }
  | { readonly says: 'luck'; readonly ahead: SearchLead }
)

/**
 * What a finding says of a difference, from the lower or earlier settings to the higher or later ones. `nothing` where nothing
 * tells what seeds do, and where the search says more of the same lead; `luck` where it says less.
 */
export function judge(
  from: readonly Cell[],
  to: readonly Cell[],
  effect: number,
  noise: Measured['noise'],
  { evidence, metric, search }: Teller,
): Judged {
  const direction = evidence.metrics.direction(metric)
  const says = noise === 'unknown' ? 'nothing' : noise
  if (says === 'nothing' || direction === null || effect === 0) return { says, judgement: null }
  const [better, worse] = effect > 0 === (direction === 'higher') ? [to, from] : [from, to]
  const difference = Math.abs(effect)
  const isBeyond = says === 'beyond'
  const ahead = leadBehind(search, better)
  if (!isBeyond && ahead?.verdict === 'stands out' && isWholeLead(difference, ahead))
    return { says: 'nothing', judgement: null }
  if (isBeyond && ahead?.verdict === 'may be luck' && difference <= ahead.most)
    return { says: 'luck', ahead, judgement: { better, worse, difference, isBeyond: false } }
  return { says, judgement: { better, worse, difference, isBeyond } }
}

/** What is judged in words: `ofSeeds` where seeds decide. What is no more than luck adds the values that it prints. */
export function verdictWords(
  judged: Judged,
  ofSeeds: () => string,
  { evidence, metric, search }: Teller,
  values: Record<string, FindingValue>,
): string {
  switch (judged.says) {
    case 'nothing':
      return ''
    case 'beyond':
    case 'within':
      return ofSeeds()
    case 'luck':
      values.searched = counted(
        search?.candidates.length ?? 0,
        'settings compared, runs that differ in the seed alone folded',
      )
      values.most = differenceOf(
        evidence,
        metric,
        judged.ahead.most,
        'lead that one of a hundred searches among equal settings exceeds',
      )
      return ', no more than luck may give the best of [[this.searched]] settings ([[this.most]])'
    default:
      return judged satisfies never
  }
}
