import { type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, slotValues, touches } from './relation-claim.ts'
import type { Value } from './value.ts'

export function quantityProblem(
  claim: Claim,
  which: 'all' | 'none' | 'only' | 'most',
  context: Context,
): Problem | null {
  const values = context.checks.concat(slotValues(claim.tokens))
  const made = (value: Value): readonly string[] => [
    value.made?.by ?? '',
    ...(value.made?.operands ?? []).flatMap((side) => made(side)),
  ]
  const touching = values.filter(
    (value) => claim.allRuns.size === 0 || touches(value, claim.allRuns) || value.runs.length === 0,
  )
  if (which === 'all') {
    const listed = [...claim.allRuns]
    const spoken = claim.tokens
      .filter((token) => token.kind === 'slot' && token.value.kind !== 'run')
      .flatMap((token) => (token.kind === 'slot' ? token.value.runs : []))
    const covered = new Set([...context.checks.flatMap((value) => value.runs), ...spoken])
    if (listed.length > 1 && listed.every((run) => covered.has(run))) return null
    if (touching.some((value) => isAllCheck(value))) return null
    return unsupported(
      `"${claim.written}" needs a check over all it means: count(finished) == count(all), max(test_loss, finished) < a bound, or a check for each run named.`,
    )
  }
  if (which === 'most')
    return touching.some((value) => isCountComparison(value))
      ? null
      : unsupported(`"${claim.written}" needs a check of counts: count(finished) > count(failed).`)
  if (which === 'none')
    return touching.some((value) =>
      made(value).some((by) => /^(count|min|max|same|differ|argbest|rank)$/.test(by)),
    )
      ? null
      : unsupported(
          `"${claim.written}" needs a check: count(failed) == 0, or a bound by min(…) or max(…) over the group.`,
        )
  return touching.some(
    (value) =>
      value.kind === 'truth' &&
      made(value).some((by) => /^(count|rank|argbest|differ|same|min|max|includes)$/.test(by)),
  )
    ? null
    : unsupported(
        `"${claim.written}" needs a check over the group: count(…) == …, rank(r1, val_auc, finished) == …, or differ(r1, r2) == "name".`,
      )
}

function isAllCheck(value: Value): boolean {
  const by = value.made?.by ?? ''
  if (by === 'same' || by === 'differ') return true
  const sides = value.made?.operands ?? []
  if (by === '==' && sides.every((side) => side.made?.by === 'count')) return true
  return /^[<>]=?$/.test(by) && sides.some((side) => side.made?.by === 'min' || side.made?.by === 'max')
}

function isCountComparison(value: Value): boolean {
  return (
    /^[<>]=?$/.test(value.made?.by ?? '') &&
    (value.made?.operands ?? []).some((side) => side.made?.by === 'count')
  )
}
