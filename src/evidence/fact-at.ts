import type { DataSet, Origin, Run } from '../runs/run.ts'
import {
  type AttributeName,
  type Field,
  type Place,
  parseAddress,
  printPlace,
  resolveAddress,
  type Statistic,
} from './address.ts'
import type { Aggregation, Evidence, EvidenceRun, Fact, FactValue, GivenValue, Group } from './evidence.ts'
import { nearestNames, type Refusal, refuse } from './refusal.ts'
import { numberOfCell } from './reported-cell.ts'
import { runError } from './run-error.ts'
import { wholeRuns } from './whole-runs.ts'

/** The one value at an address, in whatever form the address is written; a refusal says what exists instead. */
export function factAt(evidence: Evidence, address: string): Fact | Refusal {
  const written = parseAddress(address)
  if ('kind' in written) return written
  const place = resolveAddress(evidence, written)
  return place.kind === 'refused' ? place : factAtPlace(evidence, place)
}

/** The value at a place that was already resolved. Runs, groups and bare fields are no values. */
export function factAtPlace(evidence: Evidence, place: Place): Fact | Refusal {
  const address = printPlace(place)
  switch (place.kind) {
    case 'run-field':
      return runFact(evidence, place.run, place.field, address)
    case 'group-field':
      return groupFact(evidence, place.group, place.field, place.statistic, address)
    case 'quote':
      return textFact(address, 'quote', 'quote', place.quote.text, 'reported')
    case 'quote-value': {
      const value = place.quote.values[place.index]
      if (value === undefined) return refuse(`${place.quote.address} holds no such number.`)
      return {
        ...textFact(address, 'quote', 'value', value.text, 'reported'),
        value: { kind: 'number', value: value.value, text: value.text },
        unit: value.unit,
      }
    }
    case 'reported-row':
      return textFact(address, 'quote', 'row', place.reported.row.text, 'reported')
    case 'reported-cell': {
      const cell = place.reported.row.cells[place.column - 1] ?? ''
      const value = numberOfCell(cell)
      if (value === null)
        return refuse(
          `${address} holds no number but "${cell.slice(0, 60)}"; quote its row: quote(${address.replace(/\.col\d+$/, '')}, "words that stand in it").`,
        )
      return {
        ...textFact(address, 'quote', 'value', value.text, 'reported'),
        value: { kind: 'number', value: value.value, text: value.text },
        unit: value.unit,
      }
    }
    case 'finding':
      return textFact(address, 'finding', place.finding.kind, place.finding.sentence, 'computed')
    case 'finding-value': {
      const text = place.finding.texts[place.name]
      // The value of an item is named as the item is: "commit", "seed".
      const name = place.name === 'value' ? (place.finding.texts.item?.text ?? place.name) : place.name
      if (text !== undefined) return textFact(address, 'finding', name, text.text, 'computed')
      const value = place.finding.values[place.name]
      if (value === undefined) return refuse(`${place.finding.address} has no value ${place.name}.`)
      return {
        ...blank(address, 'finding', value.metric ?? place.name, {
          kind: 'number',
          value: value.value,
          text: String(value.value),
        }),
        standing: 'computed',
        unit: value.unit,
      }
    }
    case 'given':
      return place.value === null
        ? textFact(address, 'given', 'name', place.given.name, 'given')
        : givenFact(evidence, address, place.given.name, place.value)
    case 'given-field':
      return givenFact(evidence, address, place.name, place.value)
    case 'document':
      return textFact(address, 'attribute', 'title', place.document.title, 'logged')
    case 'data-set':
      return textFact(address, 'attribute', 'name', place.dataSet.name, 'logged')
    case 'run':
      return refuse(
        `${address} is a run, not a value; name one of its fields: ${address}.duration, ${address}.status.`,
      )
    case 'group':
      return refuse(
        `${address} is a group, not a value; count(${address}) or ${address}.metric["…"].mean are values.`,
      )
    case 'field':
      return refuse(`${address} belongs to no run; name the run before it, or take a function over a group.`)
    default:
      return place satisfies never
  }
}

function givenFact(evidence: Evidence, address: string, name: string, { value, unit }: GivenValue): Fact {
  const direction = address.startsWith('target.') ? evidence.metrics.direction(name) : null
  return { ...blank(address, 'given', name, value), standing: 'given', unit, direction }
}

/**
 * Which data a metric was measured on: the digest of the run's evaluation data set (the one whose context fits the
 * metric's split, where there are several), else of its only data set, else null.
 */
export function dataSetOf(run: Run, metric: string): string | null {
  const isTraining = /^train(ing)?(?![a-z])/i.test(metric)
  const fitting = run.dataSets.filter((dataSet) => {
    if (dataSet.context === null) return false
    return isTraining
      ? /^train/i.test(dataSet.context)
      : /^(eval|test|valid|val$|dev$|hold)/i.test(dataSet.context)
  })
  const split = /^(test|val|eval|dev|hold)/i.exec(metric)?.[0].toLowerCase()
  const ofSplit = fitting.filter(
    (dataSet) => split !== undefined && dataSet.context?.toLowerCase().startsWith(split),
  )
  return onlyDigest(ofSplit) ?? onlyDigest(fitting) ?? onlyDigest(run.dataSets)
}

/** A number as trackers log it in text: decimal or scientific, NaN and infinities included; null for anything else. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN
  const infinite = /^([+-]?)inf(inity)?$/i.exec(trimmed)
  if (infinite === null) return null
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function runFact(evidence: Evidence, one: EvidenceRun, field: Field, address: string): Fact | Refusal {
  const { run, points, address: owner } = one
  if (field.kind === 'attribute') return attributeFact(one, field.name, address)
  if (field.kind === 'tag') {
    const text = run.tags.get(field.name)
    return text === undefined
      ? refuse(
          `${owner} has no tag called ${field.name}; tags: ${nearestNames(run.tags.keys(), field.name)}.`,
        )
      : { ...blank(address, 'attribute', field.name, { kind: 'text', text }), origin: run.origins.run }
  }
  if (field.kind === 'param') {
    const text = run.params.get(field.name)
    if (text === undefined)
      return refuse(
        `${owner} has no parameter called ${field.name}; parameters: ${nearestNames(run.params.keys(), field.name)}.`,
      )
    const number = parseNumber(text)
    const value: FactValue =
      number === null ? { kind: 'text', text } : { kind: 'number', value: number, text }
    return {
      ...blank(address, 'param', field.name, value),
      aggregation: 'logged',
      origin: run.origins.params.get(field.name) ?? run.origins.run,
    }
  }
  const summary = run.metrics.get(field.name)
  if (summary === undefined)
    return refuse(
      `${owner} has no metric called ${field.name}; metrics: ${nearestNames(run.metrics.keys(), field.name)}.`,
    )
  const read = readPoint()
  if ('kind' in read) return read
  const fact = {
    ...blank(address, 'metric', field.name, {
      kind: 'number' as const,
      value: read.value,
      text: String(read.value),
    }),
    aggregation: field.point.kind as Aggregation,
    dataSet: dataSetOf(run, field.name),
    origin: read.origin,
  }
  return field.step
    ? { ...fact, unit: 'step' }
    : { ...fact, unit: evidence.metrics.unit(field.name), direction: evidence.metrics.direction(field.name) }

  function readPoint(): { readonly value: number; readonly origin: Origin } | Refusal {
    if (field.kind !== 'metric' || summary === undefined) return refuse(`${address} is no metric.`)
    const origin = run.origins.metrics.get(field.name) ?? run.origins.run
    const { point } = field
    if (point.kind === 'at') {
      const kept = points.get(field.name) ?? []
      const found = kept.findLast((candidate) => candidate.step === point.step)
      if (found !== undefined) return { value: field.step ? point.step : found.value, origin: found.origin }
      const steps = kept.flatMap((candidate) => (candidate.step === null ? [] : [String(candidate.step)]))
      return refuse(
        `${owner} has no ${field.name} at step ${point.step} in the evidence; steps: ${nearestNames(steps, String(point.step))}.`,
      )
    }
    if (point.kind === 'first') return readFirst()
    const values = {
      last: [summary.last, summary.lastStep],
      min: [summary.min, summary.minStep],
      max: [summary.max, summary.maxStep],
    } as const
    const [value, step] = values[point.kind]
    const wanted = field.step ? step : value
    if (wanted === null)
      return refuse(
        `The ${field.step ? 'step of the ' : ''}${point.kind} of ${field.name} is not known for ${owner}; its last value is.`,
      )
    return { value: wanted, origin }
  }

  /** Summaries of trackers do not keep it: it is known where the history was read, or where it is the only value. */
  function readFirst(): { readonly value: number; readonly origin: Origin } | Refusal {
    const kept = points.get(field.name) ?? []
    const first =
      one.curves.get(field.name)?.first ??
      kept[0] ??
      (summary?.count === 1 ? { value: summary.last, step: summary.lastStep } : null)
    const isStep = field.kind === 'metric' && field.step
    const wanted = isStep ? first?.step : first?.value
    if (wanted === undefined || wanted === null)
      return refuse(
        `The ${isStep ? 'step of the ' : ''}first value of ${field.name} is not known for ${owner}: its history was not read; its last value is.`,
      )
    return {
      value: wanted,
      origin: kept[0]?.origin ?? run.origins.metrics.get(field.name) ?? run.origins.run,
    }
  }
}

function attributeFact(one: EvidenceRun, name: AttributeName, address: string): Fact | Refusal {
  const { run, address: owner } = one
  const value = attributeValue()
  if ('reason' in value) return value
  const fact = blank(address, 'attribute', name, value)
  const origin = (name === 'error' ? runError(one)?.origin : null) ?? run.origins.run
  return { ...fact, unit: name === 'duration' ? 's' : null, aggregation: 'logged', origin }

  function attributeValue(): FactValue | Refusal {
    switch (name) {
      case 'status':
        return { kind: 'text', text: run.status }
      case 'name':
        return { kind: 'text', text: run.name }
      case 'user':
        return run.user === null ? refuse(`${owner} logs no user.`) : { kind: 'text', text: run.user }
      case 'commit':
        return run.code.commit === null
          ? refuse(`${owner} logs no commit.`)
          : { kind: 'text', text: run.code.commit }
      case 'error': {
        const error = runError(one)
        return error === null
          ? refuse(`${owner} logs no error; its status is ${run.status}.`)
          : { kind: 'text', text: error.line }
      }
      case 'started':
        return run.startedAt === null
          ? refuse(`${owner} logs no start.`)
          : { kind: 'time', at: run.startedAt }
      case 'ended':
        return run.endedAt === null
          ? refuse(`${owner} logs no end; its status is ${run.status}.`)
          : { kind: 'time', at: run.endedAt }
      case 'duration': {
        if (run.startedAt === null || run.endedAt === null)
          return refuse(
            `${owner} has no duration: it logs no ${run.startedAt === null ? 'start' : 'end'}; its status is ${run.status}.`,
          )
        const seconds = (run.endedAt - run.startedAt) / 1000
        return { kind: 'number', value: seconds, text: String(seconds) }
      }
      default:
        return name satisfies never
    }
  }
}

function groupFact(
  evidence: Evidence,
  group: Group,
  field: Field,
  statistic: Statistic,
  address: string,
): Fact | Refusal {
  const values: number[] = []
  const dataSets = new Set<string | null>()
  let sample: Fact | null = null
  const members = evidence.runs.filter(({ address }) => group.runs.includes(address))
  const isRanked = field.kind === 'metric' && statistic !== 'count'
  for (const run of isRanked ? wholeRuns(members, field.name) : members) {
    const fact = runFact(evidence, run, field, address)
    if ('reason' in fact || fact.value.kind !== 'number' || !Number.isFinite(fact.value.value)) continue
    values.push(fact.value.value)
    dataSets.add(fact.dataSet)
    sample = fact
  }
  const computed = statisticOf(values, statistic)
  if (computed === null || sample === null)
    return statistic === 'count'
      ? {
          ...blank(address, 'group', 'count', { kind: 'number', value: 0, text: '0' }),
          standing: 'computed',
          aggregation: 'count',
        }
      : refuse(
          `${group.address} has ${values.length === 0 ? 'no value' : 'too few values'} of ${'name' in field ? field.name : ''} for ${statistic}.`,
        )
  const isCount = statistic === 'count'
  const digests = [...dataSets].filter((digest) => digest !== null)
  if (digests.length > 1 && !isCount)
    return refuse(
      `The runs of ${group.address} were measured on ${digests.length} different data sets; take those of one.`,
    )
  return {
    address,
    standing: 'computed',
    field: 'group',
    name: sample.name,
    value: { kind: 'number', value: computed, text: String(computed) },
    unit: isCount ? null : sample.unit,
    direction: isCount || statistic === 'sd' ? null : sample.direction,
    aggregation: statistic,
    dataSet: dataSets.size === 1 ? sample.dataSet : null,
    origin: null,
  }
}

/** A statistic of finite values: the sample standard deviation (n - 1) for `sd`; null where there are too few. */
export function statisticOf(values: readonly number[], statistic: Statistic): number | null {
  if (statistic === 'count') return values.length
  if (values.length === 0) return null
  if (statistic === 'min') return values.reduce((a, b) => Math.min(a, b))
  if (statistic === 'max') return values.reduce((a, b) => Math.max(a, b))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (statistic === 'mean') return mean
  if (values.length < 2) return null
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

function onlyDigest(dataSets: readonly DataSet[]): string | null {
  const digests = new Set(dataSets.map((dataSet) => dataSet.digest))
  return digests.size === 1 ? ([...digests][0] ?? null) : null
}

function blank(address: string, field: Fact['field'], name: string, value: FactValue): Fact {
  return {
    address,
    standing: 'logged',
    field,
    name,
    value,
    unit: null,
    direction: null,
    aggregation: null,
    dataSet: null,
    origin: null,
  }
}

function textFact(
  address: string,
  field: Fact['field'],
  name: string,
  text: string,
  standing: Fact['standing'],
): Fact {
  return { ...blank(address, field, name, { kind: 'text', text }), standing }
}
