import { type Claim, type Context, slotValues, touches } from './relation-claim.ts'
import type { Value } from './value.ts'

export function hasCheck(claim: Claim, context: Context, isForm: (value: Value) => boolean): boolean {
  return context.checks
    .concat(slotValues(claim.tokens))
    .some((value) => isForm(value) && touches(value, claim.allRuns))
}

export function isEquality(value: Value): boolean {
  if (value.kind !== 'truth') return value.kind === 'relation' && value.words === 'equal to'
  const by = value.made?.by ?? ''
  if (by === 'same') return true
  if (by === '==') return isBetweenRuns(value)
  const isBound = by === '<' || by === '<='
  return isBound && (value.made?.operands ?? []).some((side) => side.made?.by === 'abs')
}

/** `r1.lr == r2.lr`, where `status(r1) == failed` says nothing of two runs. */
function isBetweenRuns(value: Value): boolean {
  const sides = value.made?.operands ?? []
  return (
    sides.every((side) => side.runs.length > 0 || (side.kind === 'number' && side.field === 'reported')) &&
    (value.runs.length > 1 || sides.some((side) => side.runs.length === 0))
  )
}

export function isDifference(value: Value): boolean {
  const by = value.made?.by ?? ''
  if (value.kind === 'names') return value.names.length > 0
  if (/^(!=|<|>)$/.test(by)) return isBetweenRuns(value)
  return (
    /^(differ|delta|pct|compare)$/.test(by) ||
    (by === '==' && (value.made?.operands ?? []).some((side) => side.kind === 'names'))
  )
}

export function isTimeOrder(value: Value): boolean {
  return (value.made?.operands ?? []).some((side) => side.kind === 'time')
}

export function isSingleDifference(value: Value): boolean {
  const [a, b] = value.made?.operands ?? []
  return (
    [a, b].some((side) => side?.kind === 'names' && side.names.length === 1) ||
    [a, b].some(
      (side) =>
        side?.kind === 'number' &&
        side.value === 1 &&
        side.made?.by === 'count' &&
        side.made.operands.some((one) => one.kind === 'names'),
    )
  )
}

export function hasFinding(context: Context, kind: RegExp): boolean {
  return context.sentences.some((sentence) =>
    sentence.tokens.some(
      (token) => token.kind === 'slot' && token.value.kind === 'finding' && kind.test(token.value.finding),
    ),
  )
}
