import { findGroup, findRun } from '../evidence/address.ts'
import { cutText } from '../evidence/cut-text.ts'
import type { Evidence, Group } from '../evidence/evidence.ts'
import { shortId } from '../runs/run.ts'
import { roundDecimal } from './round-decimal.ts'
import type { Segment } from './statement.ts'
import type { NumberValue, Value } from './value.ts'

const SIGNIFICANT = 4
const MOST_SIGNIFICANT = 17
/** A logged text of any length stands in a sentence; longer than a screen's few lines, it is cut. The evidence keeps it whole. */
const LONGEST_TEXT = 300

/** Whether a change (`delta`, `pct`) is printed with its sign or, where the words before it tell the direction, without. */
export interface PrintOptions {
  readonly significant?: number
  readonly isMagnitude?: boolean
}

/**
 * What the reader sees of a value. Numbers: four significant digits, half away from zero on the decimal text, integers
 * whole; parameters as they were logged where that is short. Durations are told in human units, times in the zone of the
 * evidence, changes with `%`. A run is its name and its short id.
 */
export function printValue(value: Value, evidence: Evidence, options: PrintOptions = {}): string {
  switch (value.kind) {
    case 'number':
      return printNumber(value, options)
    case 'text':
      return cutText(value.text, LONGEST_TEXT)
    case 'time':
      return printTime(value.at, evidence.span.timeZone)
    case 'run':
      return printRun(value.address, evidence)
    case 'group':
      return printGroup(value.label, findGroup(evidence, value.address)?.kind)
    case 'names':
      return value.names.length === 0 ? 'nothing' : value.names.join(', ')
    case 'quote':
      return value.text
    case 'finding':
      return value.sentence
    case 'truth':
      return value.actual
    case 'relation':
      return value.words
    default:
      return value satisfies never
  }
}

/** What kind of thing a value is when it is printed: a run is linked, a quotation set in its marks. */
export function showsOf(value: Value): Extract<Segment, { kind: 'slot' }>['shows'] {
  switch (value.kind) {
    case 'run':
    case 'number':
    case 'quote':
    case 'relation':
    case 'time':
      return value.kind
    default:
      return 'text'
  }
}

/** The full value, as the evidence keeps it. */
export function printExact(value: Value, evidence: Evidence): string {
  if (value.kind === 'number') {
    const text = value.text ?? String(value.value)
    return value.field === 'literal' && value.unit !== null ? `${text} ${value.unit}` : text
  }
  if (value.kind === 'time') return new Date(value.at).toISOString()
  if (value.kind === 'run') return findRun(evidence, value.address)?.run.key ?? value.address
  if (value.kind === 'text') return value.text
  return printValue(value, evidence)
}

/**
 * How many significant digits numbers that are printed together need, so that no two different ones of the same
 * quantity look alike: four, or as many more as it takes.
 */
export function digitsTogether(values: readonly NumberValue[]): number {
  for (let significant = SIGNIFICANT; significant < MOST_SIGNIFICANT; significant++) {
    const seen = new Map<string, NumberValue>()
    const isClear = values.every((value) => {
      const printed = `${value.unit} ${value.made?.by ?? ''} ${printNumber(value, { significant })}`
      const other = seen.get(printed)
      seen.set(printed, value)
      return other === undefined || isSameNumber(other, value)
    })
    if (isClear) return significant
  }
  return MOST_SIGNIFICANT
}

/** Whether two numbers are one; what was computed is known but for the last bits of a double. */
function isSameNumber(a: NumberValue, b: NumberValue): boolean {
  if (a.field !== 'computed' && b.field !== 'computed') return a.value === b.value
  return Math.abs(a.value - b.value) <= 1e-12 * Math.max(Math.abs(a.value), Math.abs(b.value))
}

/** A time as `2026-11-20 18:30` in a zone. */
export function printTime(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** Seconds as people say them: `42 s`, `3.4 min`, `5.2 h`, `3.1 days`. */
export function printDuration(seconds: number, significant = 2): string {
  const size = Math.abs(seconds)
  if (size < 60) return `${roundDecimal(seconds, significant)} s`
  if (size < 3600) return `${roundDecimal(seconds / 60, significant)} min`
  if (size < 172_800) return `${roundDecimal(seconds / 3600, significant)} h`
  return `${roundDecimal(seconds / 86_400, significant)} days`
}

/** A run's name and its short id; one of them where the name says the id already. */
export function printRun(address: string, evidence: Evidence): string {
  const run = findRun(evidence, address)?.run
  if (run === undefined) return address
  const short = shortId(run.id)
  const name = run.name.length > 48 ? `${run.name.slice(0, 47)}…` : run.name
  return run.name === '' || run.name === run.id || run.name.startsWith(short) ? short : `${name} (${short})`
}

/** A group as it reads in a sentence: `model=lgbm` is "runs with model lgbm". */
function printGroup(label: string, kind: Group['kind'] | undefined): string {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(label) ?? []
  const isSetting = kind === 'level' || kind === 'family'
  if (!isSetting || name === undefined || value === undefined) return label
  return value === 'not logged' ? `runs that do not log ${name}` : `runs with ${name} ${value}`
}

function printNumber(value: NumberValue, options: PrintOptions): string {
  const significant = options.significant ?? SIGNIFICANT
  const isChange = /^(delta|pct)$/.test(value.made?.by ?? '')
  const number = options.isMagnitude === true && isChange ? Math.abs(value.value) : value.value
  if (!Number.isFinite(number)) return String(number)
  if (value.unit === 's' && value.field !== 'literal')
    return printDuration(number, significant > SIGNIFICANT ? significant - 2 : 2)
  if (value.field === 'reported') return withUnit(value.text ?? String(number), value.unit)
  if (value.field === 'param' && value.text !== null && significantDigits(value.text) <= significant)
    return value.text.trim()
  return withUnit(roundDecimal(number, significant), value.unit)
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '').length
}

function withUnit(text: string, unit: string | null): string {
  if (unit === null || unit === 'step') return text
  if (unit === '%') return text.endsWith('%') ? text : `${text}%`
  return `${text} ${unit === 'pp' ? 'percentage points' : unit}`
}
