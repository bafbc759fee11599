import { type Field, findGroup, findRun, printField, resolveAddress } from '../evidence/address.ts'
import type { Address, Evidence } from '../evidence/evidence.ts'
import { statisticOf } from '../evidence/fact-at.ts'
import { isRefusal, nearestNames, type Refusal, refuse } from '../evidence/refusal.ts'
import { difference, isSameValue } from '../statistics/difference.ts'
import { whyNotComparable } from './comparable.ts'
import type { Evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { callOfRuns } from './functions-of-runs.ts'
import { COMPUTED, type NumberValue, united, type Value } from './value.ts'

type Call = (operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate) => Value | Refusal

/** The functions that slots and checks may call; prompts/README.md tells them to prompt authors. */
export const FUNCTIONS: Readonly<Record<string, Call>> = {
  delta: (operands, evidence, evaluate) => ofTwo('delta', operands, evidence, evaluate),
  pct: (operands, evidence, evaluate) => ofTwo('pct', operands, evidence, evaluate),
  ratio: (operands, evidence, evaluate) => ofTwo('ratio', operands, evidence, evaluate),
  compare: (operands, evidence, evaluate) => ofTwo('compare', operands, evidence, evaluate),
  abs: (operands, evidence, evaluate) => absolute(operands, evidence, evaluate),
  mean: (operands, evidence, evaluate) => statistic('mean', operands, evidence, evaluate),
  sd: (operands, evidence, evaluate) => statistic('sd', operands, evidence, evaluate),
  min: (operands, evidence, evaluate) => statistic('min', operands, evidence, evaluate),
  max: (operands, evidence, evaluate) => statistic('max', operands, evidence, evaluate),
  count: (operands, evidence, evaluate) => count(operands, evidence, evaluate),
  rank: (operands, evidence, evaluate) => rank(operands, evidence, evaluate),
  argbest: (operands, evidence, evaluate) => argbest(operands, evidence, evaluate),
  status: (operands, evidence, evaluate) => callOfRuns('status', operands, evidence, evaluate),
  differ: (operands, evidence, evaluate) => callOfRuns('differ', operands, evidence, evaluate),
  same: (operands, evidence, evaluate) => callOfRuns('same', operands, evidence, evaluate),
  includes: (operands, evidence, evaluate) => callOfRuns('includes', operands, evidence, evaluate),
  quote: (operands, evidence, evaluate) => callOfRuns('quote', operands, evidence, evaluate),
}

/** Calls a function of the expression language by its name. */
export function callFunction(
  name: string,
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  return call === undefined
    ? refuse(
        `There is no function ${name.slice(0, 40)}; nearest: ${nearestNames(Object.keys(FUNCTIONS), name)}.`,
      )
    : call(operands, evidence, evaluate)
}

function ofTwo(
  by: string,
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  if (operands.length !== 2) return refuse(`${by}(a, b) takes two values.`)
  const numbers = numbersOf(by, operands, evidence, evaluate)
  if (isRefusal(numbers)) return numbers
  const [a, b] = numbers
  if (a === undefined || b === undefined) return refuse(`${by}(a, b) takes two values.`)
  const reason = whyNotComparable(numbers)
  if (reason !== null) return reason
  const common = commonOf(numbers, by)
  const derived = {
    ...COMPUTED,
    ...common,
    dataSets: united([a.dataSets, b.dataSets]),
    targets: united([a.targets, b.targets]),
    protocols: united([a.protocols, b.protocols]),
  }
  if (by === 'compare') return { ...common, kind: 'relation', words: relationWords(a.value, b.value) }
  if (by === 'delta')
    return {
      ...derived,
      value: exactDifference(a.value, b.value),
      unit: a.unit === '%' ? 'pp' : a.unit,
      name: a.name,
    }
  if (a.value === 0) return refuse(`${by}(a, b) divides by ${a.cites[0] ?? 'a'}, which is zero.`)
  if (by === 'ratio') return { ...derived, value: b.value / a.value }
  return { ...derived, value: (difference(a.value, b.value) / Math.abs(a.value)) * 100, unit: '%' }
}

function absolute(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const numbers = numbersOf('abs', operands, evidence, evaluate)
  if (isRefusal(numbers)) return numbers
  const [only, ...more] = numbers
  if (only === undefined || more.length > 0) return refuse('abs(a) takes one value.')
  return {
    ...only,
    value: Math.abs(only.value),
    text: null,
    field: 'computed',
    made: { by: 'abs', operands: numbers },
  }
}

function statistic(
  by: 'mean' | 'sd' | 'min' | 'max',
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  const numbers = spread(by, operands, evidence, evaluate)
  if (isRefusal(numbers)) return numbers
  const times = numbers.times
  if (times !== null) {
    if (by === 'mean' || by === 'sd') return refuse(`${by} takes numbers, not times.`)
    const at = statisticOf(
      times.map((time) => time.at),
      by,
    )
    const first = times[0]
    if (at === null || first === undefined) return refuse(`${by}(…) found no time.`)
    return { kind: 'time', at, name: first.name, ...commonOf(times, by) }
  }
  const { values } = numbers
  const reason = whyNotComparable(values)
  if (reason !== null) return reason
  const first = values[0]
  const computed = statisticOf(
    values.map((value) => value.value),
    by,
  )
  if (first === undefined || computed === null)
    return refuse(`${by}(…) needs ${by === 'sd' ? 'two values at least' : 'a value'}.`)
  return {
    ...first,
    ...commonOf(values, by),
    value: computed,
    text:
      by === 'min' || by === 'max' ? (values.find((value) => value.value === computed)?.text ?? null) : null,
    direction: by === 'sd' ? null : first.direction,
    field: first.field === 'literal' ? 'literal' : first.field === 'metric' ? 'metric' : 'computed',
    statistics: [...first.statistics, by],
    dataSets: united(values.map((value) => value.dataSets)),
    targets: united(values.map((value) => value.targets)),
    protocols: united(values.map((value) => value.protocols)),
  }
}

/** Counts runs of groups, listed runs, names (of a differ) or the runs of a group that have a field. */
function count(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const field = fieldOperand(operands, evidence)
  const values: Value[] = []
  if (field !== null) {
    const found = spread('count', operands, evidence, evaluate)
    const counted = isRefusal(found) ? [] : (found.times ?? found.values)
    const runs = runsOfOperands(operands.slice(1), evidence, evaluate)
    if (isRefusal(runs)) return runs
    return {
      ...COMPUTED,
      value: counted.length,
      runs,
      cites: united(counted.map((one) => one.cites)),
      made: { by: 'count', operands: counted },
    }
  }
  for (const operand of operands) {
    const value = evaluate(operand, evidence)
    if (isRefusal(value)) return value
    values.push(value)
  }
  if (values.some((value) => value.kind === 'number' && value.field === 'literal'))
    return refuse('count(…) counts runs, not literals.')
  const names = values.flatMap((value) => (value.kind === 'names' ? value.names : []))
  const isNames = values.some((value) => value.kind === 'names')
  const isRuns = values.every((value) => value.kind === 'run' || value.kind === 'group')
  if (!isNames && !isRuns)
    return refuse(
      'count(…) takes runs, groups, or a metric and a group: count(failed), count(val_auc, finished).',
    )
  const common = commonOf(values, 'count')
  return { ...COMPUTED, ...common, value: isNames ? names.length : common.runs.length }
}

/** The place of a run among others, best first: `rank(r7, val_auc, finished)` or `rank(r7.val_auc, r1.val_auc, …)`. */
function rank(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const [head, ...rest] = operands
  if (head === undefined || rest.length === 0)
    return refuse('rank takes a run, a metric and a group: rank(r7, val_auc, finished).')
  const first = evaluate(head, evidence)
  if (isRefusal(first)) return first
  if (first.kind !== 'run' && first.kind !== 'number')
    return refuse('rank begins with a run or one of its values.')
  const found = spread('rank', rest, evidence, evaluate)
  if (isRefusal(found)) return found
  if (found.times !== null) return refuse('rank takes numbers.')
  const own = first.kind === 'number' ? first : found.values.find((value) => value.runs[0] === first.address)
  if (own === undefined) return refuse(`${first.cites[0]} is not among the values that are ranked.`)
  const values = found.values.some((value) => value.cites[0] === own.cites[0])
    ? found.values
    : [own, ...found.values]
  const sign = directionSign(values)
  if (typeof sign !== 'number') return sign
  const place = 1 + values.filter((value) => sign * difference(own.value, value.value) > 0).length
  return {
    ...COMPUTED,
    ...commonOf(values, 'rank'),
    value: place,
    runs: united([own.runs, ...values.map((value) => value.runs)]),
    made: { by: 'rank', operands: [own, ...values] },
  }
}

function argbest(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const found = spread('argbest', operands, evidence, evaluate)
  if (isRefusal(found)) return found
  if (found.times !== null) return refuse('argbest takes numbers.')
  const sign = directionSign(found.values)
  if (typeof sign !== 'number') return sign
  const best = found.values.reduce((a, b) => (sign * b.value > sign * a.value ? b : a))
  const ties = found.values.filter((value) => isSameValue(value.value, best.value))
  if (ties.length > 1)
    return refuse(`${ties.map((value) => value.runs[0]).join(' and ')} are equally good; none is best.`)
  const address = best.runs[0]
  const status = findRun(evidence, address)?.run.status
  if (address === undefined || best.runs.length > 1) return refuse('argbest takes values of single runs.')
  if (status === 'failed' || status === 'killed')
    return refuse(
      `${address} has the best value but its status is ${status}; a crashed run cannot be best: rank finished runs.`,
    )
  return { ...commonOf(found.values, 'argbest'), kind: 'run', address }
}

/** +1 where higher is better, -1 where lower is; refused where values may not be ranked. */
function directionSign(values: readonly NumberValue[]): 1 | -1 | Refusal {
  const reason = whyNotComparable(values)
  if (reason !== null) return reason
  const first = values[0]
  if (first === undefined) return refuse('There is nothing to rank.')
  if (first.direction === null)
    return refuse(
      `Whether higher or lower ${first.name ?? 'values'} are better is not known; only higher and lower may be said.`,
    )
  return first.direction === 'higher' ? 1 : -1
}

/** The single values that a list of operands stands for: given ones, or those of a field over runs and groups. */
function spread(
  by: string,
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
):
  | { readonly values: readonly NumberValue[]; readonly times: null }
  | { readonly values: readonly []; readonly times: readonly Extract<Value, { kind: 'time' }>[] }
  | Refusal {
  const field = fieldOperand(operands, evidence)
  if (field === null) {
    const listed = operands.map((operand) => evaluate(operand, evidence))
    const refusal = listed.find((value) => isRefusal(value))
    if (refusal !== undefined && isRefusal(refusal)) return refusal
    const times = listed.filter((value) => value.kind === 'time')
    if (times.length === listed.length && times.length > 0) return { values: [], times }
    const numbers = numbersOf(by, operands, evidence, evaluate)
    return isRefusal(numbers) ? numbers : { values: numbers, times: null }
  }
  const runs = runsOfOperands(operands.slice(1), evidence, evaluate)
  if (isRefusal(runs)) return runs
  const values: NumberValue[] = []
  const times: Extract<Value, { kind: 'time' }>[] = []
  for (const run of runs) {
    const written = `${run}.${printField(field)}`
    const value = evaluate(
      { kind: 'address', written, address: { root: run, steps: stepsOf(field) } },
      evidence,
    )
    if (isRefusal(value)) continue
    if (value.kind === 'time') times.push(value)
    // A run that never got a finite value is in no ranking; gaps tell of it.
    if (value.kind === 'number' && Number.isFinite(value.value)) values.push(value)
  }
  if (times.length > 0) return { values: [], times }
  return values.length === 0
    ? refuse(`None of these runs has a value of ${field.name}.`)
    : { values, times: null }
}

/** The field that leads the operands of a function over runs: `min(test_loss, finished)`. */
function fieldOperand(operands: readonly Expression[], evidence: Evidence): Field | null {
  const [first, second] = operands
  if (first?.kind !== 'address' || second === undefined) return null
  const place = resolveAddress(evidence, first.address)
  return place.kind === 'field' ? place.field : null
}

function runsOfOperands(
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): readonly Address[] | Refusal {
  const runs: Address[] = []
  for (const operand of operands) {
    const word =
      operand.kind === 'address' && operand.address.steps.length === 0
        ? findGroup(evidence, operand.address.root)
        : null
    const value = word === null ? evaluate(operand, evidence) : null
    if (value !== null && isRefusal(value)) return value
    if (value !== null && value.kind !== 'run')
      return refuse('Behind a metric stand groups or runs: min(test_loss, finished), min(test_loss, r1, r2).')
    runs.push(...(word?.runs ?? []), ...(value?.kind === 'run' ? [value.address] : []))
  }
  return [...new Set(runs)]
}

function numbersOf(
  by: string,
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): readonly NumberValue[] | Refusal {
  const numbers: NumberValue[] = []
  for (const operand of operands) {
    const value = evaluate(operand, evidence)
    if (isRefusal(value)) return value
    if (value.kind !== 'number')
      return refuse(`${by}(…) takes numbers; ${operand.written.slice(0, 60)} is a ${value.kind}.`)
    if (value.field === 'literal')
      return refuse(`${by}(…) takes values of the evidence, not the literal ${operand.written}.`)
    numbers.push(value)
  }
  return numbers
}

function commonOf(values: readonly Value[], by: string) {
  return {
    runs: united(values.map((value) => value.runs)),
    cites: united(values.map((value) => value.cites)),
    made: { by, operands: values },
  }
}

function stepsOf(field: Field) {
  if (field.kind === 'attribute') return [{ kind: 'name', name: field.name }] as const
  if (field.kind === 'param' || field.kind === 'tag') return [{ kind: field.kind, name: field.name }] as const
  const point = field.point.kind === 'at' ? field.point : ({ kind: 'name', name: field.point.kind } as const)
  const name = { kind: 'metric', name: field.name } as const
  return field.step ? [name, point, { kind: 'name', name: 'step' } as const] : [name, point]
}

/** b - a without the noise of binary fractions: both are decimal texts of at most seventeen digits. */
function exactDifference(a: number, b: number): number {
  return Number(difference(a, b).toPrecision(12))
}

function relationWords(a: number, b: number): string {
  if (isSameValue(a, b)) return 'equal to'
  return a < b ? 'lower than' : 'higher than'
}
