import { comparableFor } from '../evidence/comparable-as.ts'
import type { Account } from './account.ts'
import { FOLDS } from './account-for-folds.ts'
import { accountForTable } from './account-for-table.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { isMadeOf, type LogAccount } from './log-account.ts'
import { LABELS } from './log-labels.ts'
import { missingOfLog } from './missing-of-log.ts'
import { expressionsIn, MARK, mark, plain, type SourceLine } from './source-lines.ts'
import { toldParts } from './told-parts.ts'

/**
 * The lines of a log entry against what its record says: every line must be a title, count, note, table row, label or
 * closing line as a version of narrate prints it, true of the evidence, or hold findings, statements and quotations of
 * the record in full, under labels that they belong to. It knows the fixed words of every version: a version that
 * prints others adds them here, and takes none away.
 */
export function accountForLog(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  const entry: LogAccount = { frozen, evidence: frozen.thawed, parts: toldParts(frozen), told: new Set() }
  const unaccounted: SourceLine[] = []
  let place: Place = { kind: 'top' }
  let table: SourceLine[] = []
  const endTable = (): void => {
    if (table.length === 0) return
    const account = accountForTable(table, entry.evidence)
    unaccounted.push(...account.unaccounted)
    if (place.kind === 'fold') for (const run of account.runs) entry.told.add(`row of ${run}`)
    table = []
  }
  for (const [index, line] of lines.entries()) {
    if (line.cells.length > 0) {
      table.push(line)
      continue
    }
    endTable()
    const next = placeAfter(line.text, place)
    if (next !== null) {
      place = next.place
      if (next.rest !== null && !isUnder(next.rest, place, entry)) unaccounted.push(line)
      continue
    }
    if (place.kind === 'label' && !line.text.startsWith('- ')) place = { kind: 'top' }
    const isSaid =
      index === 0
        ? isTitle(line.text, entry)
        : index === 1
          ? isCounts(line.text, entry)
          : line.text.startsWith('- ')
            ? isUnder(line.text.slice(2), place, entry)
            : isParagraph(line.text, place, entry)
    if (!isSaid) unaccounted.push(line)
  }
  endTable()
  return {
    unaccounted: unaccounted.toSorted((a, b) => a.line - b.line),
    missing: missingOfLog(entry),
  }
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
): { readonly place: Place; readonly rest: string | null } | null {
  if (text === '</details>') return { place: { kind: 'top' }, rest: null }
  const summary = /^<details><summary>(.*)<\/summary>$/.exec(text)?.[1]
  if (summary !== undefined && FOLDS.has(summary)) return { place: { kind: 'fold', summary }, rest: null }
  if (place.kind === 'fold') return null
  const labelled = /^\*\*([^*]+?)[:.]?\*\*(?: (.*))?$/s.exec(text)
  const label = labelled?.[1]
  if (label === undefined || !LABELS.has(label)) return null
  return { place: { kind: 'label', label }, rest: labelled?.[2] ?? null }
}

function isUnder(text: string, place: Place, entry: LogAccount): boolean {
  switch (place.kind) {
    case 'fold':
      return FOLDS.get(place.summary)?.(text, entry) ?? false
    case 'label':
      entry.told.add(`label ${place.label}`)
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

function isTitle(text: string, { evidence, parts, told }: LogAccount): boolean {
  const title = text.replace(/^# /, '')
  if (title === text) return false
  told.add('title')
  if (parts.titles.some((part) => part.text === title)) return true
  const project = plain(evidence.project.name)
  if (!title.startsWith(`${project}: `)) return false
  const rest = title.slice(project.length + 2)
  if (rest === 'a day without runs') return evidence.runs.length === 0
  if (rest === `${mark('count(all)')} run${evidence.runs.length === 1 ? '' : 's'}`) return true
  const [value = '', run = ''] = expressionsIn(rest)
  const metric = /^(r\d+)\.metric\[(".*")\]$/s.exec(value)
  if (metric === null || metric[1] !== run) return false
  const name = String(JSON.parse(metric[2] ?? '""'))
  const word = evidence.metrics.direction(name) === 'lower' ? 'lowest' : 'highest'
  const isBest = evidence.findings.some(({ kind, rests }) => kind === 'best' && rests[0] === run)
  return isBest && rest === `${word} ${plain(name)} ${mark(value)} (${mark(run)})`
}

function isCounts(text: string, { evidence }: LogAccount): boolean {
  const { runs, otherRuns } = evidence
  const pieces = text.split(' · ')
  if (pieces.shift() !== mark('span')) return false
  const [counts = '', ...rest] = pieces
  const users = otherRuns.users.length === 0 ? 'others' : otherRuns.users.map(plain).join(', ')
  const isRest = rest.every(
    (piece) =>
      piece === `${mark('others')} by ${users} not told` ||
      new RegExp(`^notes typed on ${mark('notes.day')}(?:, ${mark('notes.day')})*$`).test(piece),
  )
  if (!isRest || (otherRuns.count > 0 && !rest.some((piece) => piece.startsWith(mark('others')))))
    return false
  if (runs.length === 0) return counts === 'no runs'
  const nested = ', some nested in others'
  const isNested = runs.some(({ run }) => run.parent !== null)
  if (!isNested && counts.endsWith(nested)) return false
  const total = `${mark('count(all)')} run${runs.length === 1 ? '' : 's'}`
  const plainCounts = counts.endsWith(nested) ? counts.slice(0, -nested.length) : counts
  if (!plainCounts.startsWith(total)) return false
  const told = plainCounts.slice(total.length)
  const one = /^, (?:all )?(\w+)$/.exec(told)
  if (one !== null) return runs.every(({ run }) => run.status === one[1])
  const statuses = new Set(runs.map(({ run }) => String(run.status)))
  const parts = told.startsWith(': ') ? told.slice(2).split(', ') : []
  return (
    parts.length === statuses.size &&
    [...statuses].every((status) => parts.includes(`${mark(`count(${status})`)} ${status}`))
  )
}

function isParagraph(text: string, place: Place, entry: LogAccount): boolean {
  if (place.kind === 'fold') return isUnder(text, place, entry)
  return (
    isMadeOf(text, entry.parts.findings, entry) ||
    isMadeOf(text, entry.parts.conclusions(true), entry) ||
    isTableNote(text, entry) ||
    isFooter(text, entry)
  )
}

function isTableNote(text: string, { evidence }: LogAccount): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false
  const { lead, metrics, runs } = evidence
  const labels = new Set(
    runs
      .flatMap((one) => [one.comparableAs, lead === null ? '' : comparableFor(one, lead.metric)])
      .map(plain),
  )
  const names = new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))
  let rest = text.slice(1, -1)
  const take = (sentence: string, isTrue = true): boolean => {
    if (!isTrue || !(rest === sentence || rest.startsWith(`${sentence} `))) return false
    rest = rest.slice(sentence.length).trimStart()
    return true
  }
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
      const lead = `${mark('not_ranked')} with `
      if (!behind.startsWith(lead)) return false
      behind = behind.slice(lead.length)
      const [label] = [...labels].filter((one) => behind.startsWith(one)).sort((a, b) => b.length - a.length)
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

function isFooter(text: string, { frozen, told }: LogAccount): boolean {
  const inside = /^\*([^*].*)\*$/s.exec(text)?.[1]
  if (inside === undefined) return false
  told.add('footer')
  if (frozen.draft === null) return inside === 'Written without a model: every value is read from the log.'
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
