import { z } from 'zod'
import { type Approach, approachesOf, nameOfApproach } from '../documents/phase/approaches.ts'
import { wordsOf } from '../documents/phase/phase-findings.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import { headlineValue } from '../evidence/headline.ts'
import { joined } from '../evidence/listed-runs.ts'
import { capital } from '../render/capital.ts'
import type { Account } from './account.ts'
import { foldOf, isProvenance } from './account-for-folds.ts'
import { isFooter } from './account-for-log.ts'
import { accountForTable } from './account-for-table.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { isMadeOf, type LogAccount } from './log-account.ts'
import { isCountOfRuns } from './log-heading.ts'
import { missingOfLog } from './missing-of-log.ts'
import { expressionsIn, mark, plain, type SourceLine, templateOf } from './source-lines.ts'
import { type Part, toldParts } from './told-parts.ts'
import { walkLines } from './walk-lines.ts'

/** The lines of a summary of a phase against what its record says, as `accountForLog` holds those of a log entry. */
export function accountForPhase(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  const entry: LogAccount = { frozen, evidence: frozen.thawed, parts: toldParts(frozen), told: new Set() }
  const unaccounted = walkLines<Place>(lines, {
    start: { kind: 'top' },
    open: ({ text }, place) => {
      const next = placeAfter(text, place, entry)
      return next === null ? null : { place: next, isSaid: true }
    },
    stay: ({ text }, place) => (place.kind === 'label' && !text.startsWith('- ') ? { kind: 'top' } : place),
    isSaid: ({ text }, place, index) => {
      if (index === 0) return isTitle(text, entry)
      return index === 1 ? isCounts(text, entry) : isLine(text, place, entry)
    },
    ofTable: (table, place) => {
      if (place.kind === 'top' && table[0].cells[0] === 'approach')
        return table.filter((row, at) => !isRowOfApproaches(row, at, entry))
      const account = accountForTable(table, entry.evidence)
      if (place.kind === 'fold') for (const run of account.runs) entry.told.add(`row of ${run}`)
      return account.unaccounted
    },
  })
  // It tells its first findings on cost alone.
  const costs = new Set(
    entry.evidence.findings.filter(({ kind }) => kind === 'cost').map(({ address }) => `finding ${address}`),
  )
  const rowless = approachesTold(entry.evidence).filter(
    ({ finding }) => !entry.told.has(`row of ${finding.address}`),
  )
  return {
    unaccounted,
    missing: [
      ...missingOfLog(entry, (owner) => costs.has(owner)),
      ...rowless.map(({ name }) => ({ what: 'the row of an approach', text: name })),
    ],
  }
}

type Place =
  | { readonly kind: 'top' }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'fold'; readonly summary: string }

type Said = (text: string, entry: LogAccount) => boolean

const LABELS: ReadonlyMap<string, Said> = new Map<string, Said>([
  ['Best so far', madeOf(statements('best'), findings())],
  ['Explored and found', (text, entry) => isApproach(text, entry) || isNeverJudged(text, entry)],
  ['Learned', madeOf(statements('learned'), findings('minimal-pair', 'spread'))],
  ['To know when comparing', madeOf(findings('protocol'))],
  ['The notes against the log', madeOf(findings('discrepancy'))],
  ['What remains', madeOf(statements('remains'), findings('untried'), quotes)],
  ['Worth doing next (computed)', madeOf(findings('still-improving'))],
  ['Next phase (proposed)', madeOf(statements('next_phase'))],
  ['Cost', madeOf(findings('cost'))],
])

const OWN_FOLDS: ReadonlyMap<string, Said> = new Map<string, Said>([
  ['Best so far, as a chart', isChart],
  ['Documents of the phase', isDocument],
  ['More approaches', madeOf(findings('approach'))],
  ['More that the notes leave open', madeOf(statements('remains'), quotes)],
  ['More changes of the protocol', madeOf(findings('protocol'))],
  ['How this summary was made and checked', isProvenance],
])

function placeAfter(text: string, place: Place, { evidence }: LogAccount): Place | null {
  if (text === '</details>') return { kind: 'top' }
  const summary = /^<details><summary>(.*)<\/summary>$/.exec(text)?.[1]
  if (summary !== undefined && (OWN_FOLDS.has(summary) || foldOf(summary, evidence) !== undefined))
    return { kind: 'fold', summary }
  const label = /^\*\*([^*]+)\*\*$/.exec(text)?.[1]
  return place.kind !== 'fold' && label !== undefined && LABELS.has(label) ? { kind: 'label', label } : null
}

function isLine(text: string, place: Place, entry: LogAccount): boolean {
  const item = text.replace(/^- /, '')
  switch (place.kind) {
    case 'fold':
      return (OWN_FOLDS.get(place.summary) ?? foldOf(place.summary, entry.evidence))?.(item, entry) ?? false
    case 'label':
      return LABELS.get(place.label)?.(item, entry) ?? false
    case 'top':
      return isVerdict(text, entry) || text === '**What remains:** not recorded.' || isFooter(text, entry)
    default:
      return place satisfies never
  }
}

type PartsOf = (entry: LogAccount) => readonly Part[]

function madeOf(...allowed: readonly PartsOf[]): Said {
  return (text, entry) =>
    isMadeOf(
      text,
      allowed.flatMap((one) => one(entry)),
      entry,
    )
}

function statements(section: string): PartsOf {
  return ({ parts }) => parts.statements(section)
}

function quotes({ parts }: LogAccount): readonly Part[] {
  return parts.quotes
}

/** Sentences of findings; of these kinds alone, where any are named. */
function findings(...kinds: readonly Finding['kind'][]): PartsOf {
  return ({ evidence, parts }) => {
    const owners = new Set(
      evidence.findings
        .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
        .map(({ address }) => `finding ${address}`),
    )
    return parts.findings.filter(({ owner }) => owners.has(owner))
  }
}

function verdictOf({ findings: all }: Evidence): Finding | undefined {
  return all.find(({ kind }) => kind === 'verdict')
}

function isTitle(text: string, { evidence, parts, told }: LogAccount): boolean {
  told.add('title')
  const title = text.replace(/^# /, '')
  if (title === text) return false
  const call = verdictOf(evidence)?.texts.call?.text ?? 'undecided'
  const word = call === 'undecided' ? 'too early to call' : call
  const count = `${mark('count(all)')} run${evidence.runs.length === 1 ? '' : 's'}`
  return (
    parts.titles.some((part) => part.text === title) ||
    title === `${plain(evidence.project.name)}: ${word} after ${count}`
  )
}

function isCounts(text: string, { evidence }: LogAccount): boolean {
  const [span, counts = '', ...rest] = text.split(' · ')
  const ruled = verdictOf(evidence)
  const time = ruled === undefined ? [] : [`${mark(`${ruled.address}.time`)} of run time`]
  return span === mark('span') && isCountOfRuns(counts, evidence) && rest.join() === time.join()
}

const draftSchema = z.looseObject({
  verdict: z.object({ call: z.string() }),
  approaches: z.array(z.object({ approach: z.string() })),
})

/** The call with what it rests on: the model's where its reason may be printed, and behind it that of the numbers. */
function isVerdict(text: string, entry: LogAccount): boolean {
  const { evidence, frozen, parts, told } = entry
  const ruled = verdictOf(evidence)
  const call = ruled?.texts.call?.text ?? 'undecided'
  const sentence = ruled === undefined ? '' : (templateOf(ruled.sentence) ?? '')
  const reasons = parts.statementAt('verdict.reason')
  const isByRule = text === `By the numbers alone: ${call}. ${sentence}`
  if (isByRule || (reasons.length === 0 && text === `**${capital(call)}.** ${sentence}`.trim())) {
    told.add('verdict')
    if (ruled !== undefined) told.add(`finding ${ruled.address}`)
    return true
  }
  const drafted = draftSchema.safeParse(frozen.draft).data
  if (drafted === undefined) return false
  const found = reasons.find((reason) => text === `**${capital(drafted.verdict.call)}.** ${reason.text}`)
  if (found !== undefined) told.add(found.owner)
  return found !== undefined
}

interface Told {
  readonly approach: Approach
  readonly name: string
  readonly finding: Finding
}

function approachesTold(evidence: Evidence): readonly Told[] {
  return approachesOf(evidence).flatMap((approach) => {
    const name = nameOfApproach(approach)
    const own = approach.param === null ? approach.value : name
    const finding = evidence.findings.find(
      ({ kind, texts }) => kind === 'approach' && texts.approach?.text === own,
    )
    return finding === undefined ? [] : [{ approach, name, finding }]
  })
}

/** What is said of an approach as the lines of a document are compared. */
function wordsFor({ approach, finding }: Told, evidence: Evidence) {
  const words = wordsOf(approach, evidence)
  const say = (text: string): string => templateOf(text.replaceAll('[[this.', `[[${finding.address}.`)) ?? ''
  return {
    name: say(words.name),
    result: say(words.result),
    status: say(words.status),
    reopen: say(words.reopen),
  }
}

/** `**lgbm** (open). …`: what it came to, where it stands, the words that closed it, what would re-open it. */
function isApproach(text: string, entry: LogAccount): boolean {
  const { evidence, frozen, parts } = entry
  const drafted = draftSchema.safeParse(frozen.draft).data?.approaches ?? []
  const all = approachesTold(evidence)
  return all.some((one) => {
    const { approach, finding, name } = one
    const lead = `**${plain(name)}** (${approach.status}).`
    if (text !== lead && !text.startsWith(`${lead} `)) return false
    const { result, status, reopen } = wordsFor(one, evidence)
    const owner = `finding ${finding.address}`
    const { closedBy } = approach
    const closing =
      closedBy === null
        ? []
        : [
            mark(`quote(${closedBy.quote.address}, ${JSON.stringify(closedBy.words)})`),
            ...all
              .filter((other) => other.approach.closedBy?.quote === closedBy.quote && other !== one)
              .map((other) => `(The note quoted for ${plain(other.name)}.)`),
          ]
    const said = drafted.flatMap((other, index) =>
      other.approach.trim() === name
        ? ['finding', 'reopen'].flatMap((part) => parts.statementAt(`approaches[${index}].${part}`))
        : [],
    )
    const ours = [result, status, reopen, ...closing].filter((words) => words !== '')
    const rest = text.slice(lead.length).trim()
    const hasResult = result === '' || said.length > 0 || rest.startsWith(result)
    const isSaid =
      hasResult &&
      (rest === '' || isMadeOf(rest, [...ours.map((words) => ({ text: words, owner })), ...said], entry))
    if (isSaid) entry.told.add(owner)
    return isSaid
  })
}

function isNeverJudged(text: string, { evidence }: LogAccount): boolean {
  const overtaken = approachesTold(evidence).filter(
    ({ approach }) => approach.overtaken !== null && approach.status !== 'open',
  )
  const [first] = overtaken
  if (first === undefined) return false
  const names = overtaken.map((one) => wordsFor(one, evidence).name)
  const primary = mark(`${first.finding.address}.primary`)
  return text === `Re-open: never judged by ${primary}, which decides now: ${joined(names)}.`
}

/** The heading, the ruling, or the row of one approach: its runs, their time, its best and where it stands. */
function isRowOfApproaches({ cells }: SourceLine, at: number, { evidence, told }: LogAccount): boolean {
  if (at === 0) return cells.join('|') === 'approach|runs|run time|best|status'
  if (at === 1) return cells.length === 5 && cells.every((cell) => /^-+$/.test(cell))
  return approachesTold(evidence).some(({ approach, finding, name }) => {
    const best = approach.judged?.ranked[0].address
    const value =
      approach.judged === null
        ? '–'
        : `${plain(approach.judged.metric)} ${mark(`${best}.metric[${JSON.stringify(approach.judged.metric)}]`)} ${mark(best ?? '')}`
    const isOwn =
      cells.join('\n') ===
      [
        plain(name),
        mark(`${finding.address}.runs`),
        mark(`${finding.address}.time`),
        value,
        approach.status,
      ].join('\n')
    if (isOwn) told.add(`row of ${finding.address}`)
    return isOwn
  })
}

function isDocument(text: string, { evidence }: LogAccount): boolean {
  return evidence.documents.some(({ address }) => text === `${mark(`${address}.date`)}: ${mark(address)}`)
}

/** A line of the chart: its frame, or values of the lead metric that never get worse. */
function isChart(text: string, { evidence }: LogAccount): boolean {
  const { lead, metrics, runs } = evidence
  const metric = lead?.metric ?? ''
  const frame = [
    '```mermaid',
    '```',
    'xychart-beta',
    `title "Best ${metric} so far"`,
    'x-axis "finished runs, in the order of their ends"',
    `y-axis "${metric}"`,
  ]
  if (frame.includes(text)) return true
  const values = expressionsIn(text).map((expression) => {
    const one = runs.find(({ address }) => expression === `${address}.metric[${JSON.stringify(metric)}]`)
    return one === undefined ? null : headlineValue(one, metric, metrics)
  })
  const isLower = metrics.direction(metric) === 'lower'
  return (
    text === `line [${expressionsIn(text).map(mark).join(', ')}]` &&
    values.every((value, at) => {
      const before = values[at - 1] ?? value
      return value !== null && before !== null && (isLower ? value <= before : value >= before)
    })
  )
}
