import { type Claim, type Context, namesNear, slotValues, touches } from './relation-claim.ts'
import type { Value } from './value.ts'

export function hasCheck(claim: Claim, context: Context, isForm: (value: Value) => boolean): boolean {
  const found = context.checks
    .concat(slotValues(claim.tokens))
    .filter(
      (value) =>
        isForm(value) && touches(value, claim.allRuns) && isOnNames(value, namesNear(claim, context)),
    )
  const covered = new Set(found.flatMap((value) => value.runs))
  const spoken = claim.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  return found.length > 0 && (covered.size === 0 || spoken.every((run) => covered.has(run)))
}

/** Whether a check is on one of the metrics or parameters that the words name. */
function isOnNames(value: Value, names: readonly string[]): boolean {
  const params = value.cites.flatMap((cite) => /\.param\["(.*)"\]$/.exec(cite)?.[1] ?? [])
  const isNamed = value.kind === 'truth' && /^(same|differ)$/.test(value.made?.by ?? '')
  const told = isNamed ? params : (value.made?.operands ?? []).flatMap((side) => namesInside(side))
  return names.length === 0 || told.length === 0 || told.some((name) => names.includes(name))
}

function namesInside(value: Value): readonly string[] {
  const own = (value.kind === 'number' || value.kind === 'text') && value.name !== null ? [value.name] : []
  return own.length > 0 ? own : (value.made?.operands ?? []).flatMap((side) => namesInside(side))
}

export function isEquality(value: Value): boolean {
  if (value.kind !== 'truth') return value.kind === 'relation' && value.words === 'equal to'
  const by = value.made?.by ?? ''
  if (by === 'same') return true
  if (by === '==') return isBetweenRuns(value)
  const isBound = by === '<' || by === '<='
  const [a, b] = value.made?.operands ?? []
  return isBound && a?.made?.by === 'abs' && b?.kind === 'number' && b.field === 'literal'
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
