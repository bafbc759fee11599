import { type Field, findGroup, findRun, printField, resolveAddress } from '../evidence/address.ts'
import type { Address, Evidence, Group } from '../evidence/evidence.ts'
import { statisticOf } from '../evidence/fact-at.ts'
import { isRefusal, nearestNames, type Refusal, refuse } from '../evidence/refusal.ts'
import { wholeRuns } from '../evidence/whole-runs.ts'
import { isBroken } from '../runs/run.ts'
import { difference, isSameValue } from '../statistics/difference.ts'
import { inOneUnit, whyNotComparable } from './comparable.ts'
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
  first: (operands, evidence, evaluate) => atEnd('first', operands, evidence, evaluate),
  last: (operands, evidence, evaluate) => atEnd('last', operands, evidence, evaluate),
  duration: (operands, evidence, evaluate) => duration(operands, evidence, evaluate),
  status: (operands, evidence, evaluate) => callOfRuns('status', operands, evidence, evaluate),
  differ: (operands, evidence, evaluate) => callOfRuns('differ', operands, evidence, evaluate),
  same: (operands, evidence, evaluate) => callOfRuns('same', operands, evidence, evaluate),
  includes: (operands, evidence, evaluate) => callOfRuns('includes', operands, evidence, evaluate),
  quote: (operands, evidence, evaluate) => callOfRuns('quote', operands, evidence, evaluate),
}

/** Functions that people expect under another name, or that there are not on purpose, and what to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  median: 'there are mean, sd, min and max',
  avg: 'write mean(…)',
  average: 'write mean(…)',
  std: 'write sd(…)',
  stddev: 'write sd(…)',
  stdev: 'write sd(…)',
  var: 'write sd(…)',
  sum: 'duration(group) adds up durations, count(group) counts runs; there are no other sums',
  total: 'duration(group) adds up durations, count(group) counts runs; there are no other sums',
  len: 'write count(…)',
  argmax: 'write argbest(metric, group), or a check run.metric == max(metric, group)',
  argmin: 'write argbest(metric, group), or a check run.metric == min(metric, group)',
  best: 'write argbest(metric, group)',
  diff: 'write delta(a, b), or differ(run, run) for settings',
  change: 'write delta(a, b) or pct(a, b)',
  percent: 'write pct(a, b)',
  round: 'numbers are rounded when they are printed',
  not: 'write the check the other way round: !=, <, differ(…)',
  and: 'write two checks',
  or: 'write the one that holds',
}

/** Calls a function of the expression language by its name. */
export function callFunction(
  name: string,
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  const instead = Object.hasOwn(INSTEAD, name.toLowerCase()) ? INSTEAD[name.toLowerCase()] : undefined
  if (call === undefined && instead !== undefined) return refuse(`There is no function ${name}; ${instead}.`)
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
  if (by === 'delta') {
    const between = timeBetween(operands, evidence, evaluate)
    if (between !== null) return between
  }
  const logged = numbersOf(by, operands, evidence, evaluate)
  if (isRefusal(logged)) return logged
  const reason = whyNotComparable(logged)
  if (reason !== null) return reason
  const numbers = inOneUnit(logged)
  const [a, b] = numbers
  if (a === undefined || b === undefined) return refuse(`${by}(a, b) takes two values.`)
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

/** The seconds from one time to another; null where the operands are no times, so that they may be numbers. */
function timeBetween(
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal | null {
  const times = operands.map((operand) => evaluate(operand, evidence))
  const [a, b] = times
  if (a === undefined || b === undefined || isRefusal(a) || isRefusal(b)) return null
  if (a.kind !== 'time' || b.kind !== 'time') return null
  return { ...COMPUTED, ...commonOf([a, b], 'delta'), value: (b.at - a.at) / 1000, unit: 's' }
}

/**
 * `first(finished)` and `last(r1, r2, …)` are the run that started first or last; `first(r1.loss)` is the first value of a
 * series. Where a run logs no start, or two started together, none was first.
 */
function atEnd(
  by: 'first' | 'last',
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  const [only] = operands
  const place =
    operands.length === 1 && only?.kind === 'address' ? resolveAddress(evidence, only.address) : null
  if (place?.kind === 'run-field') {
    if (place.field.kind !== 'metric')
      return refuse(
        `${by}(…) takes runs, a group, or a metric of one run; ${printField(place.field)} is no series.`,
      )
    const field: Field = { ...place.field, point: { kind: by } }
    const address = { root: place.run.address, steps: stepsOf(field) }
    return evaluate({ kind: 'address', written: `${address.root}.${printField(field)}`, address }, evidence)
  }
  const runs = runsOfOperands(operands, evidence, evaluate, by)
  if (isRefusal(runs)) return runs
  if (runs.length === 0) return refuse(`${by}(…) is of a group without runs.`)
  const times: Extract<Value, { kind: 'time' }>[] = []
  for (const run of runs) {
    const started = findRun(evidence, run)?.run.startedAt ?? null
    if (started === null)
      return refuse(
        `${run} logs no start, so that which run was ${by} is not known; leave it out of ${by}(…).`,
      )
    times.push({
      kind: 'time',
      at: started,
      name: 'started',
      runs: [run],
      cites: [`${run}.started`],
      made: null,
    })
  }
  const end = statisticOf(
    times.map((time) => time.at),
    by === 'first' ? 'min' : 'max',
  )
  const found = times.filter((time) => time.at === end)
  const address = found[0]?.runs[0]
  if (address === undefined || found.length > 1)
    return refuse(`${found.map((time) => time.runs[0]).join(' and ')} started together; none was ${by}.`)
  return { ...commonOf(times, by), kind: 'run', address }
}

/** How long a run took, or several together: `duration(r1)`, `duration(finished)`. All must have ended. */
function duration(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const runs = runsOfOperands(operands, evidence, evaluate, 'duration')
  if (isRefusal(runs)) return runs
  const values: NumberValue[] = []
  for (const run of runs) {
    const value = evaluate(
      {
        kind: 'address',
        written: `${run}.duration`,
        address: { root: run, steps: [{ kind: 'name', name: 'duration' }] },
      },
      evidence,
    )
    if (isRefusal(value)) return value
    if (value.kind === 'number') values.push(value)
  }
  const [first, ...more] = values
  if (first === undefined) return refuse('duration(…) is of a group without runs.')
  if (more.length === 0) return first
  const seconds = values.reduce((sum, value) => sum + value.value, 0)
  return { ...COMPUTED, ...commonOf(values, 'duration'), value: seconds, unit: 's', name: 'duration' }
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
  const reason = whyNotComparable(numbers.values)
  if (reason !== null) return reason
  const values = inOneUnit(numbers.values)
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
    // A spread of percentages is in percentage points, as their differences are.
    unit: by === 'sd' && first.unit === '%' ? 'pp' : first.unit,
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
    const runs = runsOfOperands(operands.slice(1), evidence, evaluate, 'count')
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
      'count(…) takes runs, groups, or a metric and a group: count(failed), count(metric, finished).',
    )
  const common = commonOf(values, 'count')
  return { ...COMPUTED, ...common, value: isNames ? names.length : common.runs.length }
}

/** The place of a run among others, best first: `rank(r7, val_auc, finished)` or `rank(r7.val_auc, r1.val_auc, …)`. */
function rank(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const [head, ...rest] = operands
  if (head === undefined || rest.length === 0)
    return refuse('rank takes a run, a metric and a group: rank(run, metric, finished).')
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
  const run = findRun(evidence, address)?.run
  if (address === undefined || best.runs.length > 1) return refuse('argbest takes values of single runs.')
  if (run !== undefined && isBroken(run))
    return refuse(
      `${address} has the best value but its status is ${run.status}; a crashed run cannot be best: rank finished runs.`,
    )
  return { ...commonOf(found.values, 'argbest'), kind: 'run', address }
}

/** +1 where higher is better, -1 where lower is; refused where values may not be ranked. */
function directionSign(values: readonly NumberValue[]): 1 | -1 | Refusal {
  const reason = whyNotComparable(values)
  if (reason !== null) return reason
  const first = values[0]
  if (first === undefined) return refuse('There is nothing to rank.')
  const turned = values.find((value) => value.direction !== null && value.direction !== first.direction)
  if (turned !== undefined && first.direction !== null)
    return refuse(
      `Of ${first.name} ${first.direction} is better, of ${turned.name} ${turned.direction}; rank one metric.`,
    )
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
  const runs = runsOfOperands(operands.slice(1), evidence, evaluate, by, field)
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
  const isText = runs.some((run) => isTextField(run, field, evidence))
  if (values.length === 0 && isText)
    return refuse(
      `${field.name} is a text; ask same(group, ${field.name}) or includes(${field.name}, "…", group).`,
    )
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

function isTextField(run: Address, field: Field, evidence: Evidence): boolean {
  return field.kind === 'param' && findRun(evidence, run)?.run.params.has(field.name) === true
}

/** The runs that groups and runs in the brackets of a function stand for, behind its metric where it has one. */
function runsOfOperands(
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
  by: string,
  field: Field | null = null,
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
      return refuse(
        field === null
          ? `${by}(…) takes runs and groups; ${operand.written.slice(0, 60)} is a ${value.kind}.`
          : `Behind ${field.name} stand groups or runs: ${by}(${field.name}, finished); ${operand.written.slice(0, 60)} is a ${value.kind}.`,
      )
    runs.push(...membersOf(word, by, field, evidence), ...(value?.kind === 'run' ? [value.address] : []))
  }
  return [...new Set(runs)]
}

/** The runs of a group that a function over a metric looks at: those that broke off are counted, and in no mean or extreme. */
function membersOf(
  group: Group | null,
  by: string,
  field: Field | null,
  evidence: Evidence,
): readonly Address[] {
  if (group === null) return []
  if (field?.kind !== 'metric' || by === 'count') return group.runs
  const members = evidence.runs.filter(({ address }) => group.runs.includes(address))
  return wholeRuns(members, field.name).map(({ address }) => address)
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
      return refuse(
        `${by}(…) takes numbers; ${operand.written.slice(0, 60)} is a ${value.kind}${value.kind === 'group' ? `: ${by}(metric, ${operand.written.slice(0, 60)})` : ''}.`,
      )
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
