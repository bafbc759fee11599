import { comparableFor } from '../evidence/comparable-as.ts'
import { withoutFolds } from '../evidence/folds.ts'
import type { Account } from './account.ts'
import { foldOf, projectOfFold } from './account-for-folds.ts'
import { isProjectLine, projectAlone } from './account-for-projects.ts'
import { accountForTable } from './account-for-table.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { isMadeOf, type LogAccount } from './log-account.ts'
import { isCounts, isTitle } from './log-heading.ts'
import { LABELS } from './log-labels.ts'
import { missingOfLog } from './missing-of-log.ts'
import { expressionsIn, MARK, mark, plain, type SourceLine } from './source-lines.ts'
import { toldParts } from './told-parts.ts'
import { walkLines } from './walk-lines.ts'

/**
 * The lines of a log entry against what its record says: every line must be a title, count, note, table row, label or
 * closing line as a version of narrate prints it, true of the evidence, or hold findings, statements and quotations of
 * the record in full, under labels that they belong to. It knows the fixed words of every version: a version that
 * prints others adds them here, and takes none away.
 */
export function accountForLog(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  const entry: LogAccount = { frozen, evidence: frozen.thawed, parts: toldParts(frozen), told: new Set() }
  const unaccounted = walkLines<Place>(lines, {
    start: { kind: 'top' },
    open: ({ text }, place) => {
      const next = placeAfter(text, place, entry)
      return next === null
        ? null
        : { place: next.place, isSaid: next.rest === null || isUnder(next.rest, next.place, entry) }
    },
    stay: ({ text }, place) => (place.kind === 'label' && !text.startsWith('- ') ? { kind: 'top' } : place),
    isSaid: (line, place, index) => {
      if (index === 0) return isTitle(line, entry)
      if (index === 1) return isCounts(line.text, entry)
      return line.text.startsWith('- ')
        ? isUnder(line.text.slice(2), place, entry)
        : isParagraph(line, place, entry)
    },
    ofTable: (table, place) => {
      const account = accountForTable(table, entry.evidence)
      if (place.kind === 'fold') for (const run of account.runs) entry.told.add(`row of ${run}`)
      else for (const run of table.flatMap(runsIn)) entry.told.add(`in the table ${run}`)
      return [...account.unaccounted, ...ofOthers(table, place, entry)]
    },
  })
  return { unaccounted, missing: missingOfLog(entry) }
}

/** Runs whose values stand in a row. */
function runsIn({ cells }: SourceLine): readonly string[] {
  return cells.flatMap(expressionsIn).flatMap((expression) => /^r\d+/.exec(expression) ?? [])
}

/** Rows of a project's table that hold runs of another one. */
function ofOthers(
  table: readonly SourceLine[],
  place: Place,
  { evidence }: LogAccount,
): readonly SourceLine[] {
  const project = place.kind === 'fold' ? projectOfFold(place.summary, evidence) : null
  if (project === null) return []
  const own = new Set(project.runs.map(({ address }) => address))
  return table.filter((line) => runsIn(line).some((run) => !own.has(run)))
}

/** Where in an entry a line stands. */
type Place =
  | { readonly kind: 'top' }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'fold'; readonly summary: string }

/** The place that a line opens, with what stands behind its label; null where it opens none. */
function placeAfter(
  text: string,
  place: Place,
  { evidence }: LogAccount,
): { readonly place: Place; readonly rest: string | null } | null {
  if (text === '</details>') return { place: { kind: 'top' }, rest: null }
  const summary = /^<details><summary>(.*)<\/summary>$/.exec(text)?.[1]
  if (summary !== undefined && foldOf(summary, evidence) !== undefined)
    return { place: { kind: 'fold', summary }, rest: null }
  if (place.kind === 'fold') return null
  const labelled = /^\*\*([^*]+?)[:.]?\*\*(?: (.*))?$/s.exec(text)
  const label = labelled?.[1]
  if (label === undefined || !LABELS.has(label)) return null
  return { place: { kind: 'label', label }, rest: labelled?.[2] ?? null }
}

function isUnder(text: string, place: Place, entry: LogAccount): boolean {
  switch (place.kind) {
    case 'fold':
      return foldOf(place.summary, entry.evidence)?.(text, entry) ?? false
    case 'label':
      entry.told.add(`label ${place.label}`)
      // Where somebody wrote, what was decided and what is next are two lines.
      if (place.label === 'Decided, next' && entry.evidence.quotes.some(({ kind }) => kind !== 'experiment'))
        return false
      return isMadeOf(
        text,
        (LABELS.get(place.label) ?? []).flatMap((allowed) => allowed(entry.parts)),
        entry,
      )
    case 'top':
      return isMadeOf(text, entry.parts.statements('table.remarks'), entry)
    default:
      return place satisfies never
  }
}

function isParagraph(line: SourceLine, place: Place, entry: LogAccount): boolean {
  const { text } = line
  if (place.kind === 'fold') return isUnder(text, place, entry)
  return (
    isMadeOf(text, entry.parts.findings, entry) ||
    isMadeOf(text, entry.parts.conclusions(true), entry) ||
    isTableNote(text, entry) ||
    isProjectLine(line, entry) ||
    isFooter(text, entry)
  )
}

function isTableNote(text: string, entry: LogAccount): boolean {
  const { evidence } = entry
  if (!text.startsWith('(') || !text.endsWith(')')) return false
  const { lead, metrics, runs } = evidence
  const labels = new Set(
    runs
      .flatMap((one) => [one.comparableAs, lead === null ? '' : comparableFor(one, lead.metric)])
      .map(plain),
  )
  const hasFolds = withoutFolds(runs).length < runs.length
  const reasons = [
    ...[...labels].map((label) => `${mark('not_ranked')} with ${label}`),
    ...(hasFolds ? [`${mark('not_ranked.folds')} folds of a cross-validation`] : []),
  ]
  const names = new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))
  let rest = text.slice(1, -1)
  const take = (sentence: string, isTrue = true): boolean => {
    if (!isTrue || !(rest === sentence || rest.startsWith(`${sentence} `))) return false
    rest = rest.slice(sentence.length).trimStart()
    return true
  }
  const alone = projectAlone(rest, entry)
  if (alone !== null) take(alone)
  while (rest !== '') {
    const primary = plain(metrics.primary ?? '')
    const isTaken =
      take('No primary metric is set.', metrics.primary === null) ||
      take(`${primary}, the primary metric, is not logged.`, metrics.primary !== null) ||
      [...names].some((name) =>
        take(
          `${plain(lead?.metric ?? '')} is the primary metric of narrate.yaml; the notes speak of ${plain(name)}.`,
          metrics.primary === lead?.metric && name !== lead?.metric,
        ),
      ) ||
      take(
        `${plain(lead?.metric ?? '')} decided then (${plain(metrics.primaryFrom ?? '')}); narrate.yaml names ${plain(metrics.primaryNow ?? '')} now.`,
        lead !== null && !lead.assumed && metrics.primaryNow !== null,
      ) ||
      take('Compared on the test set.', /test/i.test(lead?.metric ?? '')) ||
      take('±: standard deviation over the runs beside it.') ||
      take('Further rows are folded.') ||
      takeNotRanked()
    if (!isTaken) return false
  }
  return true

  function takeNotRanked(): boolean {
    if (!rest.startsWith('Not ranked: ')) return false
    let behind = rest.slice('Not ranked: '.length)
    for (;;) {
      const [label] = [...reasons].filter((one) => behind.startsWith(one)).sort((a, b) => b.length - a.length)
      if (label === undefined) return false
      behind = behind.slice(label.length)
      if (behind.startsWith('.')) {
        rest = behind.slice(1).trimStart()
        return true
      }
      if (!behind.startsWith(', ')) return false
      behind = behind.slice(2)
    }
  }
}

const COUNTED = new Map([
  ['statements', /^statements? (?:checked against the log|printed)$/],
  ['statements.quoted', /^quoted from notes$/],
  ['statements.proposed', /^suggested$/],
  ['statements.in_words', /^in words that no log can bear out$/],
  ['statements.marked', /^(?:of them )?marked unchecked$/],
  ['statements.left_out', /^left out$/],
])

const UNDRAFTED = [
  'Written without a model: every value is read from the log.',
  'Written without a model: every value is read from the log, worked out of it, or was given.',
]

/** The line that says how far a document was checked. */
export function isFooter(text: string, { frozen, told }: LogAccount): boolean {
  const inside = /^\*([^*].*)\*$/s.exec(text)?.[1]
  if (inside === undefined) return false
  told.add('footer')
  if (frozen.draft === null) return UNDRAFTED.includes(inside)
  const said = inside
    .replace(/\.$/, '')
    .split(/[,;] /)
    .every((piece) => {
      const [, expression = '', words = ''] = new RegExp(`^${MARK} (.*)$`, 's').exec(piece) ?? []
      return COUNTED.get(expression)?.test(words) ?? false
    })
  return said && addsUp(frozen)
}

/** Whether the counts of statements come to as many as were frozen; how they are told apart may differ by version. */
function addsUp({ spans, statements }: FrozenRecord): boolean {
  const sum = (passes: (expression: string) => boolean): number =>
    spans
      .filter(({ expression }) => expression.startsWith('statements') && passes(expression))
      .reduce((total, { printed }) => total + Number(printed), 0)
  const isNotHeld = (expression: string): boolean => /marked$|left_out$/.test(expression)
  const held = statements.filter(({ verdict }) => verdict === 'supported').length
  const proposed = statements.filter(({ verdict, basis }) => verdict === 'supported' && basis === 'proposed')
  const toldProposed = spans.find(({ expression }) => expression === 'statements.proposed')
  return (
    sum((expression) => !isNotHeld(expression)) === held &&
    sum(isNotHeld) === statements.length - held &&
    (toldProposed === undefined || toldProposed.printed === String(proposed.length))
  )
}
