import type { Finding } from '../evidence/evidence.ts'
import { shortId } from '../runs/run.ts'
import type { Account, Missing } from './account.ts'
import { type FoldLine, foldOf } from './account-for-folds.ts'
import { isFooter } from './account-for-log.ts'
import { accountForTable } from './account-for-table.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { LogAccount } from './log-account.ts'
import { missingOfLog } from './missing-of-log.ts'
import { expressionsIn, mark, type SourceLine, templateOf } from './source-lines.ts'
import { toldParts } from './told-parts.ts'
import { walkLines } from './walk-lines.ts'

/** A line as a document must print it, in the place where it stands. */
export interface Expected {
  /** Its forms in all versions: `SourceLine.text` without the mark of a list, of a row of a table `rowOf` its cells. */
  readonly forms: readonly string[]
  /** Further forms, where they are too many to be written down. */
  readonly isForm?: (text: string) => boolean
  /** What is left out where it is not there, in words behind "It leaves out"; null where a version may do without it. */
  readonly what: string | null
  /** What of the record it tells: `finding k3`, `statement risks[0]`. */
  readonly owners: readonly string[]
}

/** Lines in the order in which they stand. */
export type Stretch = readonly Expected[]

/** What one kind of document prints, place by place. */
export interface Outline {
  /**
   * The lines of each place, one or more stretches of them, each in its order. A stretch that several places share goes on
   * in the later one. The place `''` is what stands under no heading, label or summary.
   */
  readonly places: ReadonlyMap<string, readonly Stretch[]>
  /** Summaries of folded parts whose lines are looked at one by one, beside those that log entries have. */
  readonly folds: ReadonlyMap<string, FoldLine>
  /** What a document of this kind may leave out of all that a log entry prints: `finding k3`. */
  readonly mayLeaveOut: (owner: string) => boolean
}

/** A line of ours that every version prints. */
export function ours(what: string, ...forms: readonly string[]): Expected {
  return { forms, what, owners: [] }
}

/** A computed sentence. */
export function told({ address, sentence }: Finding, what: string | null = null): Expected {
  return { forms: [templateOf(sentence) ?? ''], what, owners: [`finding ${address}`] }
}

/** A statement of the draft, or nothing where it may not be printed; `isSeen` where it stands among what was seen. */
export function stated(
  { frozen, parts }: LogAccount,
  path: string,
  isSeen: boolean,
  written: (text: string) => string = (text) => text,
): Stretch {
  const forms = parts.statementAt(path, isSeen).map(({ text }) => written(text))
  if (forms.length === 0) return []
  const holds = frozen.statements.some((one) => one.path === path && one.verdict === 'supported')
  return [{ forms, what: holds ? `a statement that holds (${path})` : null, owners: [`statement ${path}`] }]
}

/** The same for all statements of a section of the draft. */
export function statedIn(
  entry: LogAccount,
  section: string,
  isSeen: boolean,
  written?: (text: string) => string,
): Stretch {
  return entry.frozen.statements
    .filter(({ path }) => path.startsWith(`${section}[`) && /^\[\d+\]$/.test(path.slice(section.length)))
    .flatMap(({ path }) => stated(entry, path, isSeen, written))
}

/** A line that a version may do without. */
export function optional(line: Expected): Expected {
  return { ...line, what: null }
}

/** Cells of a row in the form in which rows are compared. */
export function rowOf(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** A table: its heading, and its rows in their order. */
export function tableOf(
  what: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Stretch {
  return [
    ours(`the heading of ${what}`, rowOf(...header)),
    ...rows.map((row) => ours(`a row of ${what}`, rowOf(...row))),
  ]
}

type Place =
  | { readonly kind: 'top' }
  | { readonly kind: 'heading' | 'label' | 'list'; readonly name: string }
  | { readonly kind: 'fold'; readonly summary: string }

/**
 * The lines of a document against the outline that its record gives: every line stands where and in the order in which
 * it is printed, none stands twice, and none is left out. `outlineOf` makes the outline; parts of the record are told by
 * what was met.
 */
export function accountByOutline(
  frozen: FrozenRecord,
  lines: readonly SourceLine[],
  outlineOf: (entry: LogAccount) => Outline,
): Account {
  const entry: LogAccount = { frozen, evidence: frozen.thawed, parts: toldParts(frozen), told: new Set() }
  const { folds, mayLeaveOut, places } = outlineOf(entry)
  entry.told.add('title')
  const sequences = new Map(
    [...new Set([...places.values()].flat())].map((stretch) => [stretch, sequenceOf(stretch, entry)]),
  )
  const opened = new Set<string>()
  const take = (name: string, text: string): boolean =>
    places.get(name)?.some((stretch) => sequences.get(stretch)?.take(text)) ?? false
  const enter = (name: string): boolean => {
    const isFirst = !opened.has(name)
    opened.add(name)
    return isFirst
  }
  const inTurn = turnsOf(entry)
  const isOutOfTurn = rowTurns()
  const open = (line: SourceLine, place: Place) => {
    const { text } = line
    if (text === '</details>') return { place: { kind: 'top' } as const, isSaid: place.kind !== 'top' }
    const summary = /^<details><summary>(.*)<\/summary>$/.exec(text)?.[1]
    if (summary !== undefined) {
      if (places.has(summary))
        return { place: { kind: 'list', name: summary } as const, isSaid: enter(summary) }
      return foldFor(summary, folds, entry) === undefined
        ? null
        : { place: { kind: 'fold', summary } as const, isSaid: enter(summary) }
    }
    if (place.kind === 'fold') return null
    const heading = /^##+ (.*)$/s.exec(text)?.[1]
    if (heading !== undefined && places.has(text))
      return { place: { kind: 'heading', name: text } as const, isSaid: enter(text) }
    const [, label, rest] = /^\*\*([^*]+?)[:.]?\*\*(?: (.*))?$/s.exec(text) ?? []
    if (label === undefined || !places.has(label)) return null
    return {
      place: { kind: 'label', name: label } as const,
      isSaid: enter(label) && (rest === undefined || take(label, rest)),
    }
  }
  const unaccounted = walkLines<Place>(lines, {
    start: { kind: 'top' },
    open,
    stay: ({ text }, place) => (place.kind === 'label' && !isOfList(text) ? { kind: 'top' } : place),
    isSaid: (line, place) => {
      const text = withOwn(line).replace(/^[-*] /, '')
      if (place.kind === 'fold')
        return inTurn(place.summary, text) && (foldFor(place.summary, folds, entry)?.(text, entry) ?? false)
      if (take(place.kind === 'top' ? '' : place.name, text)) return true
      // It stands behind all that is not folded, under whatever came last.
      return !isOfList(line.text) && !entry.told.has('footer') && isFooter(line.text, entry)
    },
    ofTable: (rows, place) => {
      if (place.kind === 'fold') {
        const account = accountForTable(rows, entry.evidence)
        for (const run of account.runs) entry.told.add(`row of ${run}`)
        return [...account.unaccounted, ...rows.filter((row) => isOutOfTurn(row))]
      }
      const name = place.kind === 'top' || place.kind === 'label' ? '' : place.name
      const width = rows[0].cells.length
      return rows.filter((row, at) =>
        at === 1
          ? row.cells.length !== width || !row.cells.every((cell) => /^-+$/.test(cell))
          : !take(name, withOwn(row)),
      )
    },
  })
  const missing = [...sequences.values()].flatMap((sequence) => sequence.missing())
  const rowless = entry.evidence.earlier.filter(({ address }) => !entry.told.has(`row of ${address}`))
  // Its places hold the statements.
  const isElsewhere = (owner: string): boolean => owner.startsWith('statement ') || mayLeaveOut(owner)
  return {
    unaccounted,
    missing: [
      ...[...places.keys()]
        .filter((name) => name.startsWith('## ') && !opened.has(name))
        .map((name) => ({ what: 'a heading', text: name })),
      ...missing,
      ...missingOfLog(entry, isElsewhere),
      ...rowless.map(({ run }) => ({
        what: 'the row of another run',
        text: `${run.name} (${shortId(run.id)})`,
      })),
    ],
  }
}

/** Beginnings of lines of folded parts, in the order in which they stand there. */
const LEADS: readonly RegExp[] = [
  ...[/^Varied:/, /^Held fixed:/, /^Logged by some/],
  ...[/^Run by/, /^(?:Commit|No commit)/, /^Uncommitted/, /^Data/, /^No data set/],
  ...[/^Agrees/, /^No such run/, /^Cannot be told/, /^Not checked/, /^Likely names/],
  ...[/^(?:Written|Drafted)/, /^What was left out/, /^Not shown/, /^narrate /],
]

/** Whether a line of a folded part stands there once and behind those that come before it. */
function turnsOf({ evidence }: LogAccount): (summary: string, text: string) => boolean {
  const seen = new Set<string>()
  const reached = new Map<string, number>()
  const order = [
    ...evidence.findings.map(({ sentence }) => templateOf(sentence)),
    ...evidence.quotes.map(({ address }) => mark(address)),
  ]
  return (summary, text) => {
    const known = order.findIndex((one) => one !== null && (text === one || text.startsWith(`${one} – `)))
    const turn = known >= 0 ? known : LEADS.findIndex((lead) => lead.test(text)) + placeOfCommit(text)
    const isNext = !seen.has(`${summary} ${text}`) && (turn < 0 || turn >= (reached.get(summary) ?? 0))
    seen.add(`${summary} ${text}`)
    if (turn >= 0) reached.set(summary, turn)
    return isNext
  }
}

/** Commits come in the order of the first runs that have them: below one, so that all stay between the same others. */
function placeOfCommit(text: string): number {
  const first = /^(?:Commit|No commit)/.test(text)
    ? /^r(\d+)/.exec(expressionsIn(text)[0] ?? '')?.[1]
    : undefined
  return first === undefined ? 0 : 1 - 1 / (1 + Number(first))
}

/** Rows of runs come in the order of their addresses. */
function rowTurns(): (row: SourceLine) => boolean {
  let last = 0
  return ({ cells }) => {
    const run = Number(/^<a id="r(\d+)">/.exec(cells[0] ?? '')?.[1] ?? Number.NaN)
    const isBefore = run <= last
    if (Number.isFinite(run)) last = run
    return isBefore
  }
}

function foldFor(
  summary: string,
  folds: ReadonlyMap<string, FoldLine>,
  { evidence }: LogAccount,
): FoldLine | undefined {
  return folds.get(summary) ?? foldOf(summary, evidence)
}

function isOfList(text: string): boolean {
  return /^[-*] /.test(text)
}

/** Values of ours that no expression stands behind: what they print is what tells them apart. */
const OWN = /^(?:script|decision\.rank|setup\.\w+)$/

/** A line, or a row, with values of ours as they are exactly. */
function withOwn({ cells, text, values }: SourceLine): string {
  const whole = cells.length === 0 ? text : rowOf(...cells)
  let at = 0
  return values
    .filter(({ expression }) => OWN.test(expression))
    .reduce((line, { expression, exact }) => {
      const found = line.indexOf(mark(expression), at)
      if (found < 0) return line
      const shown = own(expression, exact)
      at = found + shown.length
      return `${line.slice(0, found)}${shown}${line.slice(found + mark(expression).length)}`
    }, whole)
}

/** A value of ours in the form in which lines of an outline hold it. */
export function own(expression: string, exact: string): string {
  return mark(`${expression} ${exact}`)
}

/** Lines that are taken in their order, each once. */
function sequenceOf(expected: readonly Expected[], entry: LogAccount) {
  const taken = new Set<Expected>()
  let next = 0
  return {
    take: (text: string): boolean => {
      const found = expected.findIndex(
        ({ forms, isForm }, at) => at >= next && (forms.includes(text) || isForm?.(text) === true),
      )
      const line = expected[found]
      if (line === undefined) return false
      next = found + 1
      taken.add(line)
      for (const owner of line.owners) entry.told.add(owner)
      return true
    },
    missing: (): readonly Missing[] =>
      expected.flatMap((line) =>
        line.what === null || taken.has(line)
          ? []
          : [{ what: line.what, text: readable(line.forms[0] ?? '') }],
      ),
  }
}

/** A form as a person reads it, with expressions in place of values. */
function readable(form: string): string {
  return form.replace(/[\uE000\uE001]/g, '`')
}
