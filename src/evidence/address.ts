import { RUN_STATUSES } from '../runs/run.ts'
import type {
  Evidence,
  EvidenceDataSet,
  EvidenceDocument,
  EvidenceQuote,
  EvidenceRun,
  Finding,
  Given,
  GivenValue,
  Group,
  ReportedTable,
} from './evidence.ts'
import { nearestNames, type Refusal, refuse } from './refusal.ts'
import { type ReportedPlace, reportedRowAt } from './reported-cell.ts'
import { runError } from './run-error.ts'

/** An address as it is written, before the evidence says what it means: a root and what follows its dots. */
export interface WrittenAddress {
  readonly root: string
  readonly steps: readonly AddressStep[]
}

export type AddressStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'param' | 'metric' | 'tag'; readonly name: string }
  | { readonly kind: 'at'; readonly step: number }

export type PointChoice =
  | { readonly kind: 'first' | 'last' | 'min' | 'max' }
  | { readonly kind: 'at'; readonly step: number }

export type Statistic = 'mean' | 'sd' | 'min' | 'max' | 'count'

/** A field of a run. A metric's point is always said here: what was left out is its headline value. */
export type Field =
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'metric'; readonly name: string; readonly point: PointChoice; readonly step: boolean }
  | { readonly kind: 'attribute'; readonly name: AttributeName }

export const ATTRIBUTES = [
  'status',
  'started',
  'ended',
  'duration',
  'user',
  'commit',
  'name',
  'error',
] as const
export type AttributeName = (typeof ATTRIBUTES)[number]
const POINTS = ['first', 'last', 'min', 'max'] as const
const STATISTICS: readonly string[] = ['mean', 'sd', 'min', 'max', 'count']

/** What an address names in one evidence. A bare `field` has no run: it stands in functions over a group only. */
export type Place =
  | { readonly kind: 'run'; readonly run: EvidenceRun }
  | { readonly kind: 'run-field'; readonly run: EvidenceRun; readonly field: Field }
  | { readonly kind: 'group'; readonly group: Group }
  | {
      readonly kind: 'group-field'
      readonly group: Group
      readonly field: Field
      readonly statistic: Statistic
    }
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'finding-value'; readonly finding: Finding; readonly name: string }
  | { readonly kind: 'quote'; readonly quote: EvidenceQuote }
  | { readonly kind: 'quote-value'; readonly quote: EvidenceQuote; readonly index: number }
  | { readonly kind: 'reported-row'; readonly reported: ReportedPlace }
  /** A cell of a table that a person typed, counted from 1 as it stands; its column is what the person called it. */
  | { readonly kind: 'reported-cell'; readonly reported: ReportedPlace; readonly column: number }
  | { readonly kind: 'document'; readonly document: EvidenceDocument }
  | { readonly kind: 'given'; readonly given: Given; readonly value: GivenValue | null }
  | {
      readonly kind: 'given-field'
      readonly given: Given
      readonly name: string
      readonly value: GivenValue
    }
  | { readonly kind: 'data-set'; readonly dataSet: EvidenceDataSet }

/** What is given to a document by its command, and what gives it; only some kinds of documents have it. */
const GIVEN: Readonly<Record<string, string>> = {
  target: 'targets are given when a plan is asked for',
  budget: 'a budget is given when a plan is asked for',
  deadline: 'a deadline is given when a plan is asked for',
  criterion: 'criteria come from the criteria file of a decision',
  proposal: 'proposals stand in plans and in statements of basis "proposed" that set parameters',
}
const ADDRESS = /^[rgnkdcpt]\d+$|^data\d+$/

const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy
const PLAIN = /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u
const LONGEST_NAME = 500

/**
 * Reads an address out of a longer text from `start` on, as far as it goes. Gives where it ends, so that the parser of
 * expressions can go on from there.
 */
export function scanAddress(
  text: string,
  start: number,
): { readonly address: WrittenAddress; readonly end: number } | Refusal {
  const root = wordAt(text, start)
  if (root === null)
    return refuse(
      `"${excerpt(text, start)}" begins no address; an address is a run and, behind a dot, its metric or parameter.`,
    )
  let position = start + root.length
  const steps: AddressStep[] = []
  if ((root === 'param' || root === 'metric') && text[position] === '[') {
    const named = nameInBrackets(text, position)
    if ('kind' in named) return named
    steps.push({ kind: root, name: named.name })
    position = named.end
  }
  while (text[position] === '.' && steps.length < 8) {
    const name = wordAt(text, position + 1)
    if (name === null)
      return refuse(
        `"${excerpt(text, position)}" names no field; names that are no plain word are written param["…"] or metric["…"].`,
      )
    const after = position + 1 + name.length
    if ((name === 'param' || name === 'metric' || name === 'tag') && text[after] === '[') {
      const named = nameInBrackets(text, after)
      if ('kind' in named) return named
      steps.push({ kind: name, name: named.name })
      position = named.end
      continue
    }
    const at = name === 'at' ? /^\((\d{1,15})\)/.exec(text.slice(after, after + 20)) : null
    if (at === null) {
      steps.push({ kind: 'name', name })
      position = after
    } else {
      steps.push({ kind: 'at', step: Number(at[1]) })
      position = after + at[0].length
    }
  }
  return { address: { root, steps }, end: position }
}

/** Parses a text that is one address and nothing else. */
export function parseAddress(text: string): WrittenAddress | Refusal {
  const scanned = scanAddress(text, 0)
  if ('kind' in scanned) return scanned
  return scanned.end === text.length
    ? scanned.address
    : refuse(`"${excerpt(text, scanned.end)}" is too much behind the address ${text.slice(0, scanned.end)}.`)
}

/** What a written address names: short forms and group words resolved, ambiguous ones refused. */
export function resolveAddress(evidence: Evidence, written: WrittenAddress): Place | Refusal {
  const { root, steps } = written
  if ((root === 'param' || root === 'metric') && steps[0] !== undefined && steps[0].kind !== 'name')
    return bareField(evidence, steps)
  const run = findRun(evidence, root)
  if (run !== undefined) return placeInRun(evidence, run, steps)
  const group = findGroup(evidence, root)
  if (group !== null) return placeInGroup(evidence, group, steps)
  const quote = evidence.quotes.find((candidate) => candidate.address === root)
  if (quote !== undefined) return placeInQuote(quote, steps)
  const finding = evidence.findings.find((candidate) => candidate.address === root)
  if (finding !== undefined) return placeInFinding(finding, steps)
  const of = evidence.given.find((candidate) => candidate.address === root)
  if (of !== undefined) return placeInGiven(of, steps)
  const table = hasField(evidence, root) ? undefined : reportedTableOf(evidence, root)
  if (table !== undefined) return placeInTable(evidence, root, table, steps)
  const alone = placeAlone(evidence, root)
  if (alone !== null) return steps.length === 0 ? alone : refuse(`${root} has no fields.`)
  if (ADDRESS.test(root) && !hasField(evidence, root)) return refuse(missing(evidence, root))
  const given = Object.hasOwn(GIVEN, root) ? GIVEN[root] : undefined
  if (given !== undefined && !hasField(evidence, root))
    return refuse(`This document has no ${root}: ${given}.`)
  return bareField(evidence, [{ kind: 'name', name: root }, ...steps])
}

/** The canonical form: long names, the point always said, `g1` instead of its word. */
export function printPlace(place: Place): string {
  switch (place.kind) {
    case 'run':
      return place.run.address
    case 'run-field':
      return `${place.run.address}.${printField(place.field)}`
    case 'group':
      return place.group.address
    case 'group-field':
      return `${place.group.address}.${printField(place.field)}.${place.statistic}`
    case 'field':
      return printField(place.field)
    case 'finding':
      return place.finding.address
    case 'finding-value':
      return `${place.finding.address}.${place.name}`
    case 'quote':
      return place.quote.address
    case 'quote-value':
      return `${place.quote.address}.v${place.index + 1}`
    case 'reported-row':
      return `${place.reported.address}.row${place.reported.rowNumber}`
    case 'reported-cell':
      return `${place.reported.address}.row${place.reported.rowNumber}.col${place.column}`
    case 'document':
      return place.document.address
    case 'given':
      return place.given.address
    case 'given-field':
      return `${place.given.address}.${PLAIN.test(place.name) ? place.name : `param[${JSON.stringify(place.name)}]`}`
    case 'data-set':
      return place.dataSet.address
    default:
      return place satisfies never
  }
}

/** A field in canonical form: `metric["val_loss"].min.step`. */
export function printField(field: Field): string {
  if (field.kind === 'attribute') return field.name
  if (field.kind === 'param' || field.kind === 'tag') return `${field.kind}[${JSON.stringify(field.name)}]`
  const point = field.point.kind === 'at' ? `at(${field.point.step})` : field.point.kind
  return `metric[${JSON.stringify(field.name)}].${point}${field.step ? '.step' : ''}`
}

/** A run by its address, told or earlier. They are numbered in order, so that the place is tried before all are searched. */
export function findRun(evidence: Evidence, address: string | undefined): EvidenceRun | undefined {
  if (address === undefined) return undefined
  const expected = evidence.runs[Number(address.slice(1)) - 1]
  if (expected?.address === address) return expected
  return (
    evidence.runs.find((run) => run.address === address) ??
    evidence.earlier.find((run) => run.address === address) ??
    evidence.deleted.find((run) => run.address === address)
  )
}

/** A group by its address or its word; `all` and the statuses are groups even where the evidence made none. */
export function findGroup(evidence: Evidence, name: string): Group | null {
  const made = evidence.groups.find((group) => group.address === name || group.word === name)
  if (made !== undefined) return made
  if (name === 'all')
    return {
      address: name,
      kind: 'status',
      label: 'all runs',
      word: name,
      runs: evidence.runs.map((run) => run.address),
    }
  if (!RUN_STATUSES.some((status) => status === name)) return null
  const runs = evidence.runs.filter((run) => run.run.status === name).map((run) => run.address)
  return { address: name, kind: 'status', label: `${name} runs`, word: name, runs }
}

function placeInRun(evidence: Evidence, run: EvidenceRun, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return { kind: 'run', run }
  const field = fieldOf(
    evidence,
    first,
    rest,
    new Set(run.run.params.keys()),
    new Set(run.run.metrics.keys()),
    run.address,
    first.kind === 'name' && first.name === 'error' && runError(run) !== null,
  )
  return field.kind === 'refused' ? field : { kind: 'run-field', run, field }
}

function placeInGroup(evidence: Evidence, group: Group, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return { kind: 'group', group }
  const last = rest.at(-1)
  if (last?.kind !== 'name' || !STATISTICS.includes(last.name))
    return refuse(`A value of ${group.address} needs a statistic at its end: mean, sd, min, max or count.`)
  const members = evidence.runs.filter((run) => group.runs.includes(run.address))
  const { params, metrics } = namesOf(members)
  const field = fieldOf(evidence, first, rest.slice(0, -1), params, metrics, group.address)
  if (field.kind === 'refused') return field
  return { kind: 'group-field', group, field, statistic: last.name as Statistic }
}

function bareField(evidence: Evidence, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return refuse('An address is missing.')
  const { params, metrics } = namesOf(evidence.runs)
  const field = fieldOf(evidence, first, rest, params, metrics, null)
  if (
    field.kind === 'refused' &&
    first.kind === 'name' &&
    !params.has(first.name) &&
    !metrics.has(first.name)
  ) {
    const words = evidence.groups.flatMap((group) => (group.word === null ? [] : [group.word]))
    return refuse(
      `There is no run, group, metric or parameter called ${first.name}; nearest: ${nearestNames([...metrics, ...params, ...words], first.name)}.`,
    )
  }
  return field.kind === 'refused' ? field : { kind: 'field', field }
}

function placeInQuote(quote: EvidenceQuote, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return { kind: 'quote', quote }
  const index = first.kind === 'name' && rest.length === 0 ? /^v(\d{1,4})$/.exec(first.name)?.[1] : undefined
  if (index === undefined) return refuse(`${quote.address} has values only: ${quote.address}.v1 and so on.`)
  if (quote.values[Number(index) - 1] === undefined)
    return refuse(
      quote.values.length === 0
        ? `${quote.address} holds no number.`
        : `${quote.address} holds ${quote.address}.v1 to ${quote.address}.v${quote.values.length} only.`,
    )
  return { kind: 'quote-value', quote, index: Number(index) - 1 }
}

function reportedTableOf(evidence: Evidence, root: string): ReportedTable | undefined {
  const number = /^t(\d{1,4})$/.exec(root)?.[1]
  return number === undefined ? undefined : evidence.reported[Number(number) - 1]
}

function placeInTable(
  evidence: Evidence,
  root: string,
  table: ReportedTable,
  steps: readonly AddressStep[],
): Place | Refusal {
  const [first, second, ...more] = steps.map((step) => (step.kind === 'name' ? step.name : ''))
  const reported = first === undefined ? null : reportedRowAt(evidence, `${root}.${first}`)
  if (reported === null || !/^row\d{1,4}$/.test(first ?? ''))
    return refuse(
      `${root} is a table of the notes: its rows are ${root}.row1 to ${root}.row${table.rows.length}, their cells ${root}.row1.col1 and so on.`,
    )
  if (second === undefined) return { kind: 'reported-row', reported }
  const column = Number(/^col(\d{1,4})$/.exec(second)?.[1])
  if (more.length > 0 || reported.row.cells[column - 1] === undefined)
    return refuse(
      `The cells of ${root}.${first} are ${root}.${first}.col1 to ${root}.${first}.col${reported.row.cells.length}.`,
    )
  return { kind: 'reported-cell', reported, column }
}

function placeInFinding(finding: Finding, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return { kind: 'finding', finding }
  const names = [...Object.keys(finding.values), ...Object.keys(finding.texts)]
  if (first.kind === 'name' && rest.length === 0 && names.includes(first.name))
    return { kind: 'finding-value', finding, name: first.name }
  return refuse(
    names.length === 0
      ? `${finding.address} has no fields.`
      : `The values of ${finding.address} are ${names.map((name) => `${finding.address}.${name}`).join(', ')}.`,
  )
}

/** `target.val_auc`, `c1.weight`; a name that is no plain word stands as `target.param["val/auc"]`. */
function placeInGiven(given: Given, steps: readonly AddressStep[]): Place | Refusal {
  const [first, ...rest] = steps
  if (first === undefined) return { kind: 'given', given, value: given.value }
  const name = first.kind === 'at' ? undefined : first.name
  const value = name === undefined || rest.length > 0 ? undefined : given.fields.get(name)
  if (name !== undefined && value !== undefined) return { kind: 'given-field', given, name, value }
  const names = [...given.fields.keys()]
  return refuse(
    names.length === 0
      ? `${given.address} has no fields.`
      : `The values of ${given.address} are ${names.map((one) => `${given.address}.${one}`).join(', ')}.`,
  )
}

function placeAlone(evidence: Evidence, root: string): Place | null {
  const document = evidence.documents.find((candidate) => candidate.address === root)
  if (document !== undefined) return { kind: 'document', document }
  const dataSet = evidence.dataSets.find((candidate) => candidate.address === root)
  return dataSet === undefined ? null : { kind: 'data-set', dataSet }
}

/** The field that steps behind a run, a group or nothing name. `owner` is null for a bare field. */
function fieldOf(
  evidence: Evidence,
  first: AddressStep,
  rest: readonly AddressStep[],
  params: ReadonlySet<string>,
  metrics: ReadonlySet<string>,
  owner: string | null,
  hasError = false,
): Field | Refusal {
  const where = owner ?? 'No run'
  const known = ATTRIBUTES.filter((name) => name !== 'error' || hasError)
  // People call metrics "error"; where they do, only a run that broke has an error of another kind.
  const isTaken = (name: AttributeName): boolean =>
    name === 'error' && !hasError && (params.has(name) || metrics.has(name))
  const has = owner === null ? 'has' : `${owner} has`
  if (first.kind === 'at') return refuse('at(…) follows a metric: run.metric["name"].at(10).')
  const attribute = ATTRIBUTES.find((name) => first.kind === 'name' && name === first.name && !isTaken(name))
  if (attribute !== undefined)
    return rest.length === 0 ? { kind: 'attribute', name: attribute } : refuse(`${attribute} has no points.`)
  if (first.kind === 'tag')
    return owner !== null && rest.length === 0
      ? { kind: 'tag', name: first.name }
      : refuse('A tag is of one run and has no points: run.tag["name"].')
  const isParam = first.kind !== 'metric' && params.has(first.name)
  const isMetric = first.kind !== 'param' && metrics.has(first.name)
  if (first.kind === 'name' && isParam && isMetric)
    return refuse(
      `${first.name} is both a parameter and a metric; write param["${first.name}"] or metric["${first.name}"].`,
    )
  if (isParam)
    return rest.length === 0
      ? { kind: 'param', name: first.name }
      : refuse(
          `${first.name} is a parameter and has no points; only metrics have .first, .last, .min, .max and .at(step).`,
        )
  if (isMetric) return metricField(evidence, first.name, rest)
  const near =
    first.kind === 'param'
      ? `parameters: ${nearestNames(params, first.name)}`
      : first.kind === 'metric'
        ? `metrics: ${nearestNames(metrics, first.name)}`
        : `nearest: ${nearestNames([...metrics, ...params, ...known], first.name)}`
  const what = first.kind === 'name' ? 'parameter or metric' : first.kind === 'param' ? 'parameter' : 'metric'
  return refuse(
    owner === null
      ? `${where} has a ${what} called ${first.name}; ${near}.`
      : `${has} no ${what} called ${first.name}; ${near}.`,
  )
}

function metricField(evidence: Evidence, name: string, rest: readonly AddressStep[]): Field | Refusal {
  const [choice, step, ...more] = rest
  if (choice === undefined)
    return { kind: 'metric', name, point: { kind: evidence.metrics.headline(name) }, step: false }
  const isStep = step?.kind === 'name' && step.name === 'step'
  if (more.length > 0 || (step !== undefined && !isStep))
    return refuse(`Behind a point of ${name} only .step may stand.`)
  if (choice.kind === 'at') return { kind: 'metric', name, point: choice, step: isStep }
  const point = choice.kind === 'name' ? POINTS.find((kind) => kind === choice.name) : undefined
  if (point !== undefined) return { kind: 'metric', name, point: { kind: point }, step: isStep }
  if (choice.kind === 'name' && choice.name === 'step' && step === undefined)
    return { kind: 'metric', name, point: { kind: evidence.metrics.headline(name) }, step: true }
  return refuse(`The points of ${name} are .first, .last, .min, .max and .at(step).`)
}

/** Whether runs log a parameter or metric of this name, such as `c1` or `budget`: it is meant then. */
function hasField({ runs }: Evidence, name: string): boolean {
  return runs.some(({ run }) => run.params.has(name) || run.metrics.has(name))
}

function namesOf(runs: readonly EvidenceRun[]) {
  return {
    params: new Set(runs.flatMap((run) => [...run.run.params.keys()])),
    metrics: new Set(runs.flatMap((run) => [...run.run.metrics.keys()])),
  }
}

function missing(evidence: Evidence, root: string): string {
  const kinds: Record<string, readonly [string, readonly { readonly address: string }[]]> = {
    r: ['run', evidence.runs],
    g: ['group', evidence.groups],
    n: ['quote', evidence.quotes],
    k: ['finding', evidence.findings],
    data: ['data set', evidence.dataSets],
    d: ['document', evidence.documents],
    t: ['table of the notes', evidence.reported.map((_, index) => ({ address: `t${index + 1}` }))],
    c: ['criterion', evidence.given.filter(({ address }) => /^c\d/.test(address))],
    p: ['proposal', evidence.given.filter(({ address }) => /^p\d/.test(address))],
  }
  const [kind, known] = kinds[root.replace(/\d+$/, '')] ?? ['address', []]
  const first = known[0]?.address
  const last = known.at(-1)?.address
  if (/^[cp]\d/.test(root) && first === undefined)
    return `There is no ${kind} ${root}: ${GIVEN[kind]}, and this document has none.`
  if (first === undefined) return `There is no ${kind} ${root}: this evidence has none.`
  return `There is no ${kind} ${root}; there ${first === last ? `is ${first} only` : `are ${first} to ${last}`}.`
}

function wordAt(text: string, position: number): string | null {
  WORD.lastIndex = position
  return WORD.exec(text)?.[0] ?? null
}

/** Reads `["name"]`, quoted as in JSON or with single quotes. */
function nameInBrackets(
  text: string,
  start: number,
): { readonly name: string; readonly end: number } | Refusal {
  const string = scanString(text, start + 1)
  if (string === null || text[string.end] !== ']')
    return refuse(`"${excerpt(text, start)}" is no name; write ["name"] with quotation marks.`)
  return { name: string.text, end: string.end + 1 }
}

/** Reads a quoted text with `\"` and `\\` as escapes; null where none begins or it does not end. */
export function scanString(
  text: string,
  start: number,
): { readonly text: string; readonly end: number } | null {
  const mark = text[start]
  if (mark !== '"' && mark !== "'") return null
  let read = ''
  for (let position = start + 1; position < text.length && read.length <= LONGEST_NAME; position++) {
    const character = text[position] ?? ''
    if (character === mark) return { text: read, end: position + 1 }
    const next = text[position + 1]
    if (character === '\\' && (next === mark || next === '\\')) {
      read += next
      position++
    } else {
      read += character
    }
  }
  return null
}

function excerpt(text: string, position: number): string {
  const piece = text.slice(position, position + 24)
  return piece === '' ? 'end of the text' : piece
}
