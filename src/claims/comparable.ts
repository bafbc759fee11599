import { type Refusal, refuse } from '../evidence/refusal.ts'
import { convert, dimensionOf } from './units.ts'
import { type NumberValue, united } from './value.ts'

const SPLIT =
  /^(train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|dev|holdout|oof|cv)(?=[_\-/. ]|$)|(?<=[_\-/. ])(train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|dev|holdout|oof|cv)$/i

/** A metric's name without the split it was measured on: `val_loss` and `train/loss` are both `loss`. */
export function stemOf(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(SPLIT, '')
    .replace(/^[_\-/. ]*loss[_\-/. ]+(?=\S)/, '')
    .replace(/^[_\-/. ]+|[_\-/. ]+$/g, '')
  return stem === '' ? name.toLowerCase() : stem
}

/**
 * Why numbers may not be held against each other, or null where they may: not finite, units that do not turn into one
 * another, other metrics, other splits of other runs, other points of a series, a mean of maxima against a maximum of means,
 * other data sets, other targets. A literal has the unit of what it is held against, unless it is written with one.
 */
export function whyNotComparable(values: readonly NumberValue[]): Refusal | null {
  for (const value of values)
    if (!Number.isFinite(value.value))
      return refuse(
        `${labelOf(value)} is ${value.value}, which is not comparable with anything; leave it out.`,
      )
  const measured = values.filter((value) => value.field !== 'literal')
  const literal = values.find(({ field, unit }) => field === 'literal' && unit !== null)
  const beside = measured.find(({ unit }) => literal !== undefined && unitsDiffer(unit, literal.unit))
  if (literal !== undefined && beside !== undefined)
    return refuse(
      beside.unit === null
        ? `The unit of ${labelOf(beside)} is not known; write the number without ${unitName(literal.unit)}.`
        : `${labelOf(beside)} is in ${unitName(beside.unit)} and the literal in ${unitName(literal.unit)}; write it in ${unitName(beside.unit)}.`,
    )
  for (let index = 1; index < measured.length; index++) {
    const [a, b] = [measured[index - 1], measured[index]]
    if (a === undefined || b === undefined) continue
    const reason = pairReason(a, b)
    if (reason !== null) return refuse(reason)
  }
  const dataSets = united(values.map((value) => value.dataSets))
  const isOneSplit = new Set(measured.map((value) => value.name)).size === 1
  if (dataSets.length > 1 && isOneSplit)
    return refuse(
      `The values were measured on ${dataSets.length} different data sets; compare runs of one data set.`,
    )
  const splits = isOneSplit ? null : otherSplit(measured)
  if (splits !== null) return refuse(splits)
  const targets = united(values.map((value) => value.targets))
  // How long a fit took is no score of what it predicts.
  const isTime = measured.every(({ unit }) => unit === 's')
  if (targets.length > 1 && !isTime)
    return refuse(`The runs predict different targets: ${sorted(values)}; compare runs of one target.`)
  const protocols = united(values.map((value) => value.protocols))
  if (protocols.length > 1 && isOneSplit)
    return refuse(
      `The protocol changed between these runs (${protocols.map((text) => text.slice(0, 60)).join(' | ')}); compare runs of one side.`,
    )
  return null
}

/** Which runs predict what: `r1, r2 (flow); r3 (level)`. */
function sorted(values: readonly NumberValue[]): string {
  const runs = new Map<string, string[]>()
  for (const value of values)
    for (const target of value.targets) runs.set(target, [...(runs.get(target) ?? []), ...value.runs])
  return [...runs]
    .map(([target, of]) => `${[...new Set(of)].slice(0, 16).join(', ')} (${target.slice(0, 40)})`)
    .slice(0, 4)
    .join('; ')
}

function pairReason(a: NumberValue, b: NumberValue): string | null {
  if (unitClash(a, b) && (a.unit === 'step') !== (b.unit === 'step')) {
    const [steps, other] = a.unit === 'step' ? [a, b] : [b, a]
    return `${labelOf(steps)} counts the steps of the log, which need not be what ${labelOf(other)} counts (epochs, batches); compare steps with steps.`
  }
  if (unitClash(a, b))
    return `${labelOf(a)} is in ${unitName(a.unit)} and ${labelOf(b)} in ${unitName(b.unit)}; compare values of one unit.`
  const isReported = a.field === 'reported' || b.field === 'reported'
  if (a.name !== null && b.name !== null && !isReported) {
    const isSame =
      a.field === 'metric' && b.field === 'metric' ? familyOf(a.name) === familyOf(b.name) : a.name === b.name
    // Two times, or two sizes, are of one kind whatever they are called: "the fit took most of the duration".
    const isOfOneKind = dimensionOf(a.unit) !== null && dimensionOf(a.unit) === dimensionOf(b.unit)
    if (!isSame && !isOfOneKind && !isSpreadOf(a, b) && !isSpreadOf(b, a))
      return `${a.name} and ${b.name} are different quantities; compare one with itself.`
  }
  const isOneRun = a.runs.length === 1 && b.runs.length === 1 && a.runs[0] === b.runs[0]
  if (a.point !== null && b.point !== null && a.point !== b.point && a.name === b.name && !isOneRun)
    return `${labelOf(a)} is the ${a.point} of its series and ${labelOf(b)} the ${b.point}; take the same point of both.`
  if (a.statistics.length > 1 && b.statistics.length > 1 && a.statistics.join() !== b.statistics.join())
    return `One is a ${nested(a)}, the other a ${nested(b)}; aggregate both in the same order.`
  return null
}

/** `test_accuracy` and `avrg_test_acc` are both accuracies: one name for what is spelled in several ways, and for its average. */
function familyOf(name: string): string {
  const parts = stemOf(name).split(/[_\-/. ]+/)
  return parts
    .filter((part) => !/^(avg|avrg|average|mean|train|val|valid|test)$/.test(part) && part !== '')
    .map((part) => (part === 'acc' ? 'accuracy' : part))
    .join('_')
}

/** A logged standard deviation is in the unit of its metric: a difference may be held against it. */
function isSpreadOf(spread: NumberValue, value: NumberValue): boolean {
  const match = /^(.+?)[_-]?(boot(strap)?[_-]?)?(sd|std|stddev|stderr|se|sem)$/i.exec(spread.name ?? '')
  return match?.[1]?.replace(/[_-]$/, '').toLowerCase() === nameInside(value)?.toLowerCase()
}

/** The metric a value is of; for a difference the metric it is a difference of. */
function nameInside(value: NumberValue): string | null {
  const [first] = value.made?.operands ?? []
  return value.name ?? (first?.kind === 'number' ? first.name : null)
}

function unitClash(a: NumberValue, b: NumberValue): boolean {
  if (!unitsDiffer(a.unit, b.unit)) return false
  // A number typed into a note without a unit may mean any; a bare ratio or count may not.
  if (a.field === 'reported' && a.unit === null) return false
  return !(b.field === 'reported' && b.unit === null)
}

function unitsDiffer(a: string | null, b: string | null): boolean {
  return a !== b && convert(1, a, b) === null
}

/** Numbers in the unit of the first of them that is no literal, as far as their units turn into one another. */
export function inOneUnit(values: readonly NumberValue[]): readonly NumberValue[] {
  const unit = (values.find(({ field }) => field !== 'literal') ?? values[0])?.unit ?? null
  return values.map((value) => {
    const converted = value.unit === unit ? null : convert(value.value, value.unit, unit)
    return converted === null ? value : { ...value, value: converted, text: null, unit }
  })
}

/**
 * A run's validation loss may be held against its own test loss, and a group's against the group's; of different runs
 * only the same split tells anything.
 */
function otherSplit(values: readonly NumberValue[]): string | null {
  const metrics = values.filter(({ field, name }) => field === 'metric' && name !== null)
  const [first] = metrics
  const other = metrics.find(
    ({ name, unit, runs }) =>
      name !== first?.name &&
      dimensionOf(unit) === null &&
      [...runs].sort().join() !== [...(first?.runs ?? [])].sort().join(),
  )
  return first === undefined || other === undefined
    ? null
    : `${labelOf(first)} and ${labelOf(other)} are of different runs and measured on different parts of the data; compare one metric between runs, or two splits within one run.`
}

function unitName(unit: string | null): string {
  if (unit === '%') return 'per cent'
  if (unit === 'pp') return 'percentage points'
  if (unit === 'step') return 'steps'
  if (unit === 's') return 'seconds'
  return unit ?? 'no unit'
}

function nested(value: NumberValue): string {
  return [...value.statistics].reverse().join(' of ')
}

function labelOf(value: NumberValue): string {
  return value.cites[0] ?? value.name ?? String(value.value)
}
