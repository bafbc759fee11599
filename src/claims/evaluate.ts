import { type Place, printPlace, resolveAddress } from '../evidence/address.ts'
import { isTarget, movesWithThreshold } from '../evidence/comparable-as.ts'
import type { Evidence, EvidenceRun, Fact } from '../evidence/evidence.ts'
import { factAtPlace } from '../evidence/fact-at.ts'
import { isRefusal, type Refusal, refuse } from '../evidence/refusal.ts'
import { callFunction } from './call-function.ts'
import { compareValues } from './compare-values.ts'
import type { Expression } from './expression.ts'
import { COMPUTED, type Value } from './value.ts'

/** What an expression is worth in this evidence; a refusal teaches what exists or what may be computed. Never throws. */
export function evaluate(expression: Expression, evidence: Evidence): Value | Refusal {
  switch (expression.kind) {
    case 'number':
      return {
        ...COMPUTED,
        field: 'literal',
        value: expression.value,
        unit: expression.unit,
        text: expression.unit === null ? expression.written : null,
        runs: [],
        cites: [],
        made: null,
      }
    case 'text':
      return {
        kind: 'text',
        text: expression.text,
        name: null,
        isLiteral: true,
        runs: [],
        cites: [],
        made: null,
      }
    case 'address': {
      const place = resolveAddress(evidence, expression.address)
      return place.kind === 'refused' ? place : valueAt(place, evidence)
    }
    case 'call':
      return callFunction(expression.name, expression.operands, evidence, evaluate)
    case 'comparison':
      return evaluateComparison(expression, evidence)
    default:
      return expression satisfies never
  }
}

/** The value at a place: a fact with what decides whether it may be held against others, or the run or group itself. */
export function valueAt(place: Place, evidence: Evidence): Value | Refusal {
  const cites = [printPlace(place)]
  if (place.kind === 'run') return { kind: 'run', address: place.run.address, runs: cites, cites, made: null }
  if (place.kind === 'group')
    return {
      kind: 'group',
      address: place.group.address,
      label: place.group.label,
      runs: place.group.runs,
      cites,
      made: null,
    }
  if (place.kind === 'group-field') return groupValue(place, evidence, cites)
  if (place.kind === 'field')
    return refuse(
      `${cites[0]} is of no run; name the run before it, or take a function over a group: min(${'name' in place.field ? place.field.name : ''}, finished).`,
    )
  if (place.kind === 'quote')
    return refuse(
      `A note is cited in its own words: quote(${place.quote.address}, "words that stand in it").`,
    )
  if (place.kind === 'reported-row')
    return refuse(
      `A row of a table is cited in its own words, or by a cell: quote(${cites[0]}, "words that stand in it"), ${cites[0]}.col2.`,
    )
  if (place.kind === 'finding')
    return {
      kind: 'finding',
      sentence: place.finding.sentence,
      finding: place.finding.kind,
      runs: runsOf(place.finding.rests),
      cites,
      made: null,
    }
  const fact = factAtPlace(evidence, place)
  if (isRefusal(fact)) return fact
  const run = place.kind === 'run-field' ? place.run : null
  return valueOfFact(fact, run, place.kind === 'data-set' ? place.dataSet.runs : [], evidence)
}

function valueOfFact(
  fact: Fact,
  run: EvidenceRun | null,
  otherRuns: readonly string[],
  evidence: Evidence,
): Value {
  const isDataWaived = evidence.rules.waivers.some(({ across }) => across === 'evaluation data')
  const isMeasured = run !== null && fact.field === 'metric' && fact.unit !== 'step'
  const common = { runs: run === null ? otherRuns : [run.address], cites: [fact.address], made: null }
  if (fact.value.kind === 'time') return { ...common, kind: 'time', at: fact.value.at, name: fact.name }
  if (fact.value.kind === 'text')
    return { ...common, kind: 'text', text: fact.value.text, name: fact.name, isLiteral: false }
  return {
    ...COMPUTED,
    ...common,
    value: fact.value.value,
    text: fact.value.text,
    unit: fact.unit,
    direction: fact.direction,
    field:
      fact.field === 'quote'
        ? 'reported'
        : fact.field === 'param'
          ? 'param'
          : fact.field === 'metric'
            ? 'metric'
            : fact.field === 'finding' || fact.field === 'given'
              ? 'computed'
              : 'attribute',
    name: fact.field === 'quote' ? null : fact.unit === 'step' ? `${fact.name} step` : fact.name,
    point: fact.field === 'metric' ? fact.aggregation : null,
    dataSets: fact.dataSet === null || isDataWaived ? [] : [fact.dataSet],
    targets: isMeasured ? targetsOf(run) : [],
    protocols: isMeasured ? protocolsOf(run, fact.name) : [],
  }
}

function groupValue(
  place: Extract<Place, { kind: 'group-field' }>,
  evidence: Evidence,
  cites: readonly string[],
): Value | Refusal {
  const made = callFunction(
    place.statistic,
    [
      {
        kind: 'address',
        written: printPlace({ kind: 'field', field: place.field }),
        address: fieldAddress(place.field),
      },
      { kind: 'address', written: place.group.address, address: { root: place.group.address, steps: [] } },
    ],
    evidence,
    evaluate,
  )
  return isRefusal(made) ? made : { ...made, cites }
}

function fieldAddress(field: Extract<Place, { kind: 'field' }>['field']) {
  if (field.kind === 'attribute') return { root: field.name, steps: [] }
  const name = { kind: field.kind, name: field.name } as const
  if (field.kind === 'param' || field.kind === 'tag') return { root: field.kind, steps: [name] }
  const point = field.point.kind === 'at' ? field.point : ({ kind: 'name', name: field.point.kind } as const)
  return {
    root: 'metric',
    steps: [name, point, ...(field.step ? [{ kind: 'name', name: 'step' } as const] : [])],
  }
}

/** Words stand for themselves on the side of a comparison whose other side is a text: `status(r13) == failed`. */
function evaluateComparison(
  expression: Extract<Expression, { kind: 'comparison' }>,
  evidence: Evidence,
): Value | Refusal {
  const left = evaluate(expression.left, evidence)
  const right = evaluate(expression.right, evidence)
  const other = isRefusal(left) || left.kind === 'group' ? right : left
  const isText = !isRefusal(other) && (other.kind === 'text' || other.kind === 'names')
  const operands = [left, right].map((value, index) => {
    const side = index === 0 ? expression.left : expression.right
    const isWord = side.kind === 'address' && side.address.steps.length === 0
    if (!isText || !isWord || value === other || (!isRefusal(value) && value.kind !== 'group')) return value
    return {
      kind: 'text',
      text: side.address.root,
      name: null,
      isLiteral: true,
      runs: [],
      cites: [],
      made: null,
    } as const
  })
  const [a, b] = operands
  if (a === undefined || b === undefined) return refuse('A comparison needs two sides.')
  if (isRefusal(a)) return a
  if (isRefusal(b)) return b
  return compareValues(a, expression.operator, b, expression.within, evidence)
}

/** What a run predicts, in one text: two labels (a positive and a negative one) are one target. */
function targetsOf(run: EvidenceRun): readonly string[] {
  const named = [...run.run.params].filter(([name]) => isTarget(name)).map(([, text]) => text)
  return named.length === 0 ? [] : [named.join(', ')]
}

/** A run beside no break has no side, and may be held against all. */
function protocolsOf({ protocol }: EvidenceRun, metric: string): readonly string[] {
  const sides = [protocol.split, movesWithThreshold(metric) ? protocol.threshold : '']
  const text = sides.filter((side) => side !== '').join(' ')
  return text === '' ? [] : [text]
}

function runsOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.flatMap((address) => /^r\d+(?![\p{L}\d])/u.exec(address)?.[0] ?? []))]
}

export type Evaluate = (expression: Expression, evidence: Evidence) => Value | Refusal
