import { findRun } from '../evidence/address.ts'
import type { Decision } from './decide-comparison.ts'
import { type Claim, type Context, namesNear, slotValues, wordAt } from './relation-claim.ts'
import { runsOfSlots } from './tokens.ts'

/** "[[r4]] trains past its best step": the best point of the run's series stands before its last; null where the words say another thing. */
export function decideBestStep(claim: Claim, context: Context): Decision | null {
  const { tokens, at, end, written } = claim
  const isStep = /^(step|epoch|iteration|point|checkpoint)$/.test(wordAt(tokens, end))
  const isPast =
    /^(its|their)$/.test(wordAt(tokens, at - 1)) && /^(past|beyond|after)$/.test(wordAt(tokens, at - 2))
  const [address, ...others] = runsOfSlots(tokens)
  if (
    written !== 'best' ||
    !isStep ||
    !isPast ||
    claim.isNegated ||
    address === undefined ||
    others.length > 0
  )
    return null
  const printed = slotValues(tokens).flatMap((value) =>
    value.kind === 'number' && value.name !== null ? [value.name.replace(/ step$/, '')] : [],
  )
  const names = [...new Set([...namesNear(claim, context), ...printed])]
  const [name] = names
  const metric = findRun(context.evidence, address)?.run.metrics.get(name ?? '')
  const direction = name === undefined ? null : context.evidence.metrics.direction(name)
  const best = direction === null ? null : direction === 'lower' ? metric?.minStep : metric?.maxStep
  if (names.length !== 1 || metric === undefined || best === null || best === undefined) return null
  if (metric.lastStep === null) return null
  return best < metric.lastStep
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `${name} of ${address} is at its best at its last step` }
}
