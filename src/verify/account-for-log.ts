import { whyUnsound } from '../claims/why-unsound.ts'
import { comparableFor } from '../evidence/comparable-as.ts'
import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import type { Account, Missing } from './account.ts'
import { accountForTable } from './account-for-table.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { expressionsIn, MARK, mark, plain, type SourceLine } from './source-lines.ts'
import { type Part, type ToldParts, toldParts } from './told-parts.ts'

/**
 * The lines of a log entry against what its record says: every line must be a title, count, note, table row, label or
 * closing line as a version of narrate prints it, true of the evidence, or hold findings, statements and quotations of
 * the record in full, under labels that they belong to. It knows the fixed words of every version: a version that
 * prints others adds them here, and takes none away.
 */
export function accountForLog(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  const entry: Entry = { frozen, evidence: frozen.thawed, parts: toldParts(frozen), told: new Set() }
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
    missing: missingOf(entry),
  }
}

interface Entry {
  readonly frozen: FrozenRecord
  readonly evidence: Evidence
  readonly parts: ToldParts
  /** What was met: owners of parts, and names of lines that are always there. */
  readonly told: Set<string>
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

/** What may stand under a label of the visible part, or behind it in the folded one. */
type Allowed = (parts: ToldParts) => readonly Part[]

const NOT_RECORDED: Allowed = () => [{ text: 'not recorded.', owner: 'nothing' }]

const LABELS: ReadonlyMap<string, readonly Allowed[]> = new Map<string, readonly Allowed[]>([
  ['Reading (inferred)', [said('reading')]],
  ['In your words', [quotes]],
  ['Did not work; caveats', [said('unworked'), quotes]],
  ['Did not work, and caveats', [said('unworked'), quotes]],
  ['Did not work', [said('unworked'), quotes]],
  ['Decided', [said('decisions'), quotes, NOT_RECORDED]],
  ['Next', [said('next_steps'), quotes, NOT_RECORDED]],
  ['Suggested', [said('suggestions')]],
  ['Open', [said('questions'), quotes, (parts) => parts.questions]],
  ['Your note against the log', [said('discrepancies'), findings]],
  ['To know when comparing', [said('table.remarks'), findings]],
  ['Failures', [findings]],
  ['Failed', [findings]],
])

/** Labels of single lines among what the limits folded. */
const MORE: ReadonlyMap<string, readonly Allowed[]> = new Map([
  ...LABELS,
  ['Computed', [findings]],
  ['Result', [findings, said('table.remarks')]],
  ['Remark', [said('table.remarks')]],
  ['Did not work, or a caveat', [said('unworked'), quotes]],
  ['Did not work, caveat', [said('unworked'), quotes]],
])

type FoldLine = (text: string, entry: Entry) => boolean

const FOLDS: ReadonlyMap<string, FoldLine> = new Map<string, FoldLine>([
  ['More of this entry', isMore],
  ['Further rows of the table', () => false],
  ['Computed from the log', (text, entry) => isOf(text, findings(entry.parts), entry)],
  ['All runs', (text) => text === 'The first of them; the rest are in the evidence.'],
  ['Earlier runs that are mentioned', () => false],
  ['What varied, what was held fixed', isSetting],
  ['The notes, as written', isNote],
  ['The notes held against the log', isJudged],
  ['Tables in the notes: reported by hand, not logged', isReported],
  ['Data and code state', isState],
  ['What could not be read', isGap],
  ['How this entry was made and checked', isProvenance],
])

function said(section: string): Allowed {
  return (parts) => parts.statements(section)
}

function quotes(parts: ToldParts): readonly Part[] {
  return parts.quotes
}

function findings(parts: ToldParts): readonly Part[] {
  return parts.findings
}

function isUnder(text: string, place: Place, entry: Entry): boolean {
  switch (place.kind) {
    case 'fold':
      return FOLDS.get(place.summary)?.(text, entry) ?? false
    case 'label':
      entry.told.add(`label ${place.label}`)
      return isOf(
        text,
        (LABELS.get(place.label) ?? []).flatMap((allowed) => allowed(entry.parts)),
        entry,
      )
    case 'top':
      return isOf(text, entry.parts.statements('table.remarks'), entry)
    default:
      return place satisfies never
  }
}

/** Whether a text is one or more parts one behind the other, whole; those that it is are told. */
function isOf(text: string, parts: readonly Part[], { told }: Entry): boolean {
  const split = (rest: string): readonly Part[] | null => {
    const whole = parts.filter((part) => part.text === rest)
    if (whole.length > 0) return whole
    for (const part of parts)
      for (const between of [' ', ' · ']) {
        if (!rest.startsWith(`${part.text}${between}`)) continue
        const more = split(rest.slice(part.text.length + between.length))
        if (more !== null) return [part, ...more]
      }
    return null
  }
  const found = split(text)
  for (const { owner } of found ?? []) told.add(owner)
  return found !== null
}

function isTitle(text: string, { frozen, evidence, parts, told }: Entry): boolean {
  const title = text.replace(/^# /, '')
  if (title === text) return false
  told.add('title')
  if (parts.titles.some((part) => part.text === title)) return true
  const project = plain(evidence.project.name)
  if (!title.startsWith(`${project}: `) || frozen.kind.name !== 'log') return false
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

function isCounts(text: string, { evidence }: Entry): boolean {
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

function isParagraph(text: string, place: Place, entry: Entry): boolean {
  if (place.kind === 'fold')
    return (
      FOLD_TEXTS.includes(text) ||
      // Older versions listed without marks.
      isUnder(text, place, entry)
    )
  return (
    isOf(text, entry.parts.findings, entry) ||
    isOf(text, entry.parts.conclusions(true), entry) ||
    isTableNote(text, entry) ||
    isFooter(text, entry)
  )
}

const FOLD_TEXTS = [
  'The first of them; the rest are in the evidence.',
  'The first rows of them; the rest is in the evidence.',
]

function isTableNote(text: string, { evidence }: Entry): boolean {
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

function isFooter(text: string, { frozen, told }: Entry): boolean {
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

function isMore(text: string, entry: Entry): boolean {
  for (const [label, allowed] of MORE)
    if (text.startsWith(`${label}: `))
      return isOf(
        text.slice(label.length + 2),
        allowed.flatMap((one) => one(entry.parts)),
        entry,
      )
  return isOf(text, entry.parts.conclusions(false), entry)
}

function isSetting(text: string, { evidence, told }: Entry): boolean {
  const { factors, constants } = evidence
  const shown = (name: string, value: string): string =>
    plain(`${name}=${value.length > 80 ? `${value.slice(0, 80)}…` : value}`)
  const levels = factors.flatMap(({ param, levels }) =>
    levels.flatMap(({ value }) => (value === null ? [] : shown(param, value))),
  )
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['Varied', factors.map(({ param }) => plain(param))],
    ['Held fixed', [...constants].map(([name, value]) => shown(name, value))],
    ['Logged by some runs only, with one value', levels],
  ]
  return kinds.some(([lead, names]) => {
    if (!text.startsWith(`${lead}: `) || !text.endsWith('.')) return false
    told.add(`settings ${lead}`)
    const list = text.slice(lead.length + 2, -1)
    const settings = list.split(', ').map((one) => one.replace(/=.*$/s, ''))
    for (const { param } of factors) if (settings.includes(plain(param))) told.add(`setting ${plain(param)}`)
    return list === 'nothing that was logged' || isList(list, names)
  })
}

/** Whether a text is some of these, joined by commas. */
function isList(text: string, names: readonly string[]): boolean {
  return names.some(
    (name) => text === name || (text.startsWith(`${name}, `) && isList(text.slice(name.length + 2), names)),
  )
}

function isNote(text: string, { evidence, told }: Entry): boolean {
  const [expression = '', place = ''] = expressionsIn(text)
  const quote = evidence.quotes.find(({ address }) => address === expression)
  if (quote === undefined) return false
  told.add(`note ${quote.address}`)
  const lead = `${mark(expression)} – ${mark(`${expression}.place`)}`
  if (place === '' || !text.startsWith(lead)) return false
  const behind = text.slice(lead.length)
  const { about } = quote
  if (behind === '') return true
  if (behind === ' (noted, no run)') return about.confidence === 'open'
  const match = /^ \((about|likely about) (.*?)( and others)?\)$/s.exec(behind)
  if (match === null || about.confidence === 'open') return false
  if ((match[1] === 'about') !== (about.confidence === 'certain')) return false
  const named = (match[2] ?? '').split(', ')
  return (
    named.every((one, at) => one === mark(about.runs[at] ?? '')) &&
    (match[3] === undefined) === (named.length === about.runs.length)
  )
}

const JUDGEMENTS: ReadonlyMap<string, string> = new Map([
  ['Agrees with the log', 'agree'],
  ['No such run is logged', 'no such run'],
  ['Cannot be told from the log', 'cannot tell'],
  ['Not checked, in a language that is not known here', 'not checked'],
])

function isJudged(text: string, { evidence, told }: Entry): boolean {
  const [, words = '', list = ''] = /^([^:]+): (.*)\.$/s.exec(text) ?? []
  const judgement = JUDGEMENTS.get(words)
  if (judgement === undefined) return false
  told.add(`judged ${judgement}`)
  const slots = new Set(
    evidence.noteClaims
      .filter((claim) => claim.judgement === judgement)
      .map((claim) => mark(`quote(${claim.quote}, ${JSON.stringify(claim.said)})`)),
  )
  return list.split('; ').every((slot) => slots.has(slot))
}

/** Whether a claim was judged so that the record can quote, and that no other judgement prints. */
function isJudgedSo(evidence: Evidence, judgement: string): boolean {
  const slots = (judged: (other: string) => boolean) =>
    evidence.noteClaims.flatMap((claim) => {
      const slot = `[[quote(${claim.quote}, ${JSON.stringify(claim.said)})]]`
      return judged(claim.judgement) &&
        claim.quote !== null &&
        claim.log === null &&
        whyUnsound(slot, evidence) === null
        ? [slot]
        : []
    })
  const others = new Set(slots((other) => other !== judgement))
  return slots((other) => other === judgement).some((slot) => !others.has(slot))
}

function isReported(text: string, { evidence, told }: Entry): boolean {
  const [expression = ''] = expressionsIn(text)
  const at = /^reported\((.*)\)$/s.exec(expression)?.[1]
  const rows = evidence.reported.flatMap((table) => [
    { at: `${table.file}:${table.line}`, mark: null },
    ...table.rows.map((row) => ({ at: `${table.file}:${row.line}`, mark: row.mark })),
  ])
  told.add(`reported ${at}`)
  return rows.some(
    (row) =>
      row.at === at &&
      text ===
        `${mark(expression)} – ${mark(`${expression}.place`)}${row.mark === null ? '' : ` (${row.mark})`}`,
  )
}

function isState(text: string, { evidence, told }: Entry): boolean {
  const match = (pattern: string): readonly [string, readonly EvidenceRun[]] | null => {
    const found = new RegExp(`^${pattern}$`, 's').exec(text)
    const runs = found === null ? null : runsIn(found.at(-1) ?? '', evidence)
    return found === null || runs === null ? null : [found[1] ?? '', runs]
  }
  const commit = match(`Commit ${MARK}: (.*)\\.`)
  if (commit !== null) {
    const [expression, runs] = commit
    const of = evidence.runs.find(({ address }) => expression === `${address}.commit`)
    for (const { address } of runs) told.add(`commit of ${address}`)
    return of !== undefined && runs.every(({ run }) => run.code.commit === of.run.code.commit)
  }
  const none = match('No commit is recorded for (.*)\\.')
  if (none !== null) {
    for (const { address } of none[1]) told.add(`commit of ${address}`)
    return none[1].every(({ run }) => run.code.commit === null)
  }
  const dirty = match('Uncommitted changes: (.*)\\.')
  if (dirty !== null) {
    for (const { address } of dirty[1]) told.add(`changes of ${address}`)
    return dirty[1].every(({ run }) => run.code.dirty === true)
  }
  const noData = match('No data set is recorded for (.*)\\.')
  if (noData !== null) {
    for (const { address } of noData[1]) told.add(`data of ${address}`)
    return noData[1].every(({ run }) => run.dataSets.length === 0)
  }
  return evidence.dataSets.some(({ address, name, digest, context, runs }) => {
    const lead = `Data ${plain(`${name}, digest ${digest}${context === null ? '' : ` (${context})`}`)}: `
    const told1 =
      text.startsWith(lead) && text.endsWith('.') ? runsIn(text.slice(lead.length, -1), evidence) : null
    if (told1 === null) return false
    told.add(`data ${address}`)
    return told1.length === runs.length && told1.every((one) => runs.includes(one.address))
  })
}

/** The runs that a list names; null where it is none. */
function runsIn(list: string, { runs }: Evidence): readonly EvidenceRun[] | null {
  if (list === 'all runs' || list === 'any run') return runs
  const found = list.split(', ').map((one) => runs.find(({ address }) => one === mark(address)))
  const known = found.flatMap((one) => one ?? [])
  return known.length === found.length ? known : null
}

function isGap(text: string, { evidence, told }: Entry): boolean {
  const at = evidence.gaps.findIndex(
    ({ what, where, why }) => plain(`${what} (${where}): ${why}`).trim() === text,
  )
  told.add(`gap ${at}`)
  return at >= 0
}

function isProvenance(text: string, { frozen, told }: Entry): boolean {
  const { model, fallback, narrate } = frozen.provenance
  if (text === `narrate ${narrate}; the evidence is frozen beside this file.`) {
    told.add('version')
    return true
  }
  const writer =
    frozen.draft === null || model === null
      ? `Written without a model${fallback === null ? '' : `: ${plain(fallback).trim()}`}`
      : `Drafted by ${plain(`${model.provider}/${model.name}`)}; a program printed every value and checked every statement.`
  if (text === writer) {
    told.add('writer')
    return true
  }
  const left = frozen.leftOutOfPrompt.findIndex((what) => text === `Not shown to the model: ${plain(what)}.`)
  told.add(`left out ${left}`)
  return left >= 0 || (text === 'What was left out and why stands in the evidence.' && frozen.draft !== null)
}

/** What every version prints and that was not met. */
function missingOf({ frozen, evidence, told }: Entry): readonly Missing[] {
  const missing: Missing[] = []
  const need = (owner: string, what: string, text: string | null = null): void => {
    if (!told.has(owner)) missing.push({ what, text })
  }
  for (const { address, sentence } of evidence.findings)
    need(`finding ${address}`, `what narrate computed (${address})`, sentence)
  for (const one of frozen.statements)
    if (one.verdict === 'supported' && isAlwaysPrinted(one))
      need(`statement ${one.path}`, `a statement that holds (${one.path})`, one.text)
  for (const { address, text } of evidence.quotes)
    need(`note ${address}`, `a passage of the notes (${address})`, text)
  for (const { address, run } of evidence.runs.slice(0, MOST_LISTED))
    need(`row of ${address}`, `the row of a run`, `${run.name} (${run.id.slice(0, 8)})`)
  for (const { address, run } of evidence.runs) {
    need(
      `commit of ${address}`,
      'the commit of a run, or that it has none',
      `${run.name} (${run.id.slice(0, 8)})`,
    )
    if (run.code.dirty === true)
      need(
        `changes of ${address}`,
        'that a run had uncommitted changes',
        `${run.name} (${run.id.slice(0, 8)})`,
      )
    if (run.dataSets.length === 0)
      need(`data of ${address}`, 'that a run records no data set', `${run.name} (${run.id.slice(0, 8)})`)
  }
  for (const { address, name } of evidence.dataSets) need(`data ${address}`, 'a data set', name)
  for (const [index, { what, where, why }] of evidence.gaps.slice(0, MOST_GAPS).entries())
    need(`gap ${index}`, 'what could not be read', `${what} (${where}): ${why}`)
  if (evidence.runs.length > 0)
    for (const lead of ['Varied', 'Held fixed']) need(`settings ${lead}`, `the line “${lead}”`)
  const single = evidence.factors.filter(
    ({ param, levels }) => !isBookkeeping(param) && levels.filter(({ value }) => value !== null).length === 1,
  )
  // Which settings are bookkeeping may be decided otherwise by another version: all of them are left out by none.
  if (single.length > 0 && !single.some(({ param }) => told.has(`setting ${plain(param)}`)))
    need('settings of some runs', 'the settings that some runs alone logged')
  for (const [words, judgement] of JUDGEMENTS)
    if (isJudgedSo(evidence, judgement)) need(`judged ${judgement}`, `the line “${words}”`)
  for (const label of ['Decided', 'Next']) need(`label ${label}`, `the line “${label}”`)
  need('title', 'its title')
  need('footer', 'the line that says how it was checked')
  need('writer', 'who wrote it')
  need('version', 'the version of narrate that printed it')
  for (const [index, what] of frozen.leftOutOfPrompt.entries())
    need(`left out ${index}`, 'what the model was not shown', what)
  return missing
}

/** As versions list them; further ones are in the evidence alone. */
const MOST_LISTED = 300
const MOST_GAPS = 100

/** A title may give way to ours, a quotation to the same words above it, a discrepancy to the one that narrate found. */
function isAlwaysPrinted({ path, text }: FrozenRecord['statements'][number]): boolean {
  const isQuote = /^[^\p{L}\p{N}]*\[\[quote\((?:(?!\]\]).)*\]\][^\p{L}\p{N}]*$/su.test(text)
  return !/^(title|discrepancies)|hypothesis$|outcome$/.test(path) && !isQuote
}
