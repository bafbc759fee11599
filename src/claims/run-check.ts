import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { evaluate } from './evaluate.ts'
import { type Expression, parseCheck } from './expression.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import type { CheckResult } from './statement.ts'
import { type NumberValue, united, type Value } from './value.ts'

/** The runs that an expression names one by one; a long list stands for a group and names none. */
export function explicitRuns(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'address':
      return /^r\d+$/.test(expression.address.root) ? [expression.address.root] : []
    case 'call':
      return /^(min|max|mean|sd|argbest|rank|count|same|differ)$/.test(expression.name) &&
        expression.operands.length > 4
        ? []
        : united(expression.operands.map(explicitRuns))
    case 'comparison':
      return united([explicitRuns(expression.left), explicitRuns(expression.right)])
    default:
      return []
  }
}

/** Evaluates a check; `value` is null where it cannot be, `problem` says what is wrong with it. */
export function runCheck(
  written: string,
  named: ReadonlySet<string>,
  evidence: Evidence,
): { readonly result: CheckResult; readonly value: Value | null; readonly problem: Problem | null } {
  const parsed = parseCheck(written)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  const shown = written.slice(0, 200)
  if (isRefusal(value))
    return {
      result: { written, holds: false, actual: value.reason },
      value: null,
      problem: unsupported(`check "${shown}": ${value.reason}`),
    }
  if (value.kind !== 'truth') {
    const reason = `check "${shown}" is a ${value.kind}; a check compares, or asks differ, same or includes.`
    return { result: { written, holds: false, actual: reason }, value: null, problem: unsupported(reason) }
  }
  const problem = value.holds
    ? null
    : contradicted(`check "${shown}" does not hold: ${value.actual.slice(0, 300)}.`)
  const spoken = explicitRuns(parsed as Expression)
  const strangers = spoken.filter((run) => !named.has(run))
  // "Only [[r4]] is above …" has its checks on the others as well.
  const stray =
    strangers.length < spoken.length || strangers.length === 0 || named.size === 0
      ? null
      : unsupported(
          `check "${shown}" speaks of ${strangers.join(', ')}, which no slot of the text names; name the run, or drop the check.`,
        )
  return { result: { written, holds: value.holds, actual: value.actual }, value, problem: problem ?? stray }
}

/** A check that holds whatever was logged: `x == x`, `x <= max(x, …)`, `last >= min`, `abs(…) > 0`, `count(…) > 0`. */
export function saysNothing({ made }: Value): boolean {
  const [a, b] = made?.operands ?? []
  if (a?.kind !== 'number' || b?.kind !== 'number') return false
  if (a.made === null && b.made === null && a.field !== 'literal' && a.cites.join() === b.cites.join())
    return true
  const isLoose = /^[<>]=$/.test(made?.by ?? '')
  const isExtreme = (value: NumberValue) =>
    /^(min|max)$/.test(value.made?.by ?? '') || /^(min|max)$/.test(value.point ?? '')
  if (isLoose && (isExtreme(a) || isExtreme(b)) && a.name === b.name && shareRuns(a, b)) return true
  const zero = [a, b].find((side) => side.field === 'literal' && side.value === 0)
  const other = zero === a ? b : a
  return (
    zero !== undefined &&
    (other.made?.operands ?? []).every(({ kind }) => kind !== 'names') &&
    /^(>|>=|<|<=|!=)$/.test(made?.by ?? '') &&
    /^(abs|count)$/.test(other.made?.by ?? 'count')
  )
}

function shareRuns(a: NumberValue, b: NumberValue): boolean {
  return a.runs.every((run) => b.runs.includes(run)) || b.runs.every((run) => a.runs.includes(run))
}
