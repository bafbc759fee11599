import { alsoLead, toldAlone } from '../documents/other-logs.ts'
import { TRAJECTORIES } from '../documents/trajectories-fold.ts'
import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import { type ProjectRuns, projectsOf } from '../evidence/projects-of.ts'
import { reportedRowAt } from '../evidence/reported-cell.ts'
import { isMadeOf, type LogAccount } from './log-account.ts'
import { MORE } from './log-labels.ts'
import { expressionsIn, MARK, mark, plain } from './source-lines.ts'

/** Whether a line may stand in a folded part, by its summary, for every summary that a version prints. */
const FOLDS: ReadonlyMap<string, FoldLine> = new Map<string, FoldLine>([
  ['More of this entry', isMore],
  [
    'On the failures',
    (text: string, entry: LogAccount) => isMadeOf(text, entry.parts.statements('unworked'), entry),
  ],
  ['Further rows of the table', () => false],
  ['Computed from the log', (text, entry) => isMadeOf(text, entry.parts.findings, entry)],
  // Its table is held against the evidence by itself.
  [TRAJECTORIES, () => false],
  ['All runs', isCutList],
  ['Earlier runs that are mentioned', () => false],
  ['What varied, what was held fixed', isSetting],
  ['The notes, as written', isNote],
  ['The notes held against the log', isJudged],
  ['Tables in the notes: reported by hand, not logged', isReported],
  ['Data and code state', isState],
  ['What could not be read', isGap],
  ['How this entry was made and checked', isProvenance],
])

/** What may stand in a folded part; undefined where no version has one of this summary. */
export function foldOf(summary: string, evidence: Evidence): FoldLine | undefined {
  return projectOfFold(summary, evidence) === null ? FOLDS.get(summary) : () => false
}

/** The project whose table a folded part holds. */
export function projectOfFold(summary: string, evidence: Evidence): ProjectRuns | null {
  const projects = projectsOf(evidence.runs)
  return projects.length < 2
    ? null
    : (projects.find(({ label }) => summary === `Results of ${plain(label)}`) ?? null)
}

/** Whether a line, without the mark of a list, may stand in a folded part. */
export type FoldLine = (text: string, entry: LogAccount) => boolean

function isMore(text: string, entry: LogAccount): boolean {
  for (const [label, allowed] of MORE)
    if (text.startsWith(`${label}: `))
      return isMadeOf(
        text.slice(label.length + 2),
        allowed.flatMap((one) => one(entry.parts)),
        entry,
      )
  return isMadeOf(text, entry.parts.conclusions(false), entry)
}

/** How a judgement of what notes claim is printed. */
export const JUDGEMENTS: ReadonlyMap<string, string> = new Map([
  ['Agrees with the log', 'agree'],
  ['No such run is logged', 'no such run'],
  ['Cannot be told from the log', 'cannot tell'],
  ['Not checked, in a language that is not known here', 'not checked'],
])

/** What stands over a long list of runs. */
function isCutList(text: string, { evidence, told }: LogAccount): boolean {
  const isLong = evidence.runs.length > SHORT_LIST
  if (isLong) told.add('the list of runs is cut')
  return isLong && text === 'The first of them; the rest are in the evidence.'
}

/** No version cuts a list of runs that is no longer. */
const SHORT_LIST = 100

function isSetting(text: string, { evidence, told }: LogAccount): boolean {
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
  // From each place it is tried once, however names begin like one another.
  const open = [text.length]
  const seen = new Set(open)
  for (const left of open) {
    const rest = text.slice(text.length - left)
    for (const name of names) {
      if (rest === name) return true
      const next = left - name.length - 2
      if (!rest.startsWith(`${name}, `) || seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return false
}

function isNote(text: string, { evidence, told }: LogAccount): boolean {
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

function isJudged(text: string, entry: LogAccount): boolean {
  const { evidence, told } = entry
  if (isUncheckedIn(text, entry) || isProposed(text, entry)) return true
  const [, words = '', list = ''] = /^([^:]+): (.*)\.$/s.exec(text) ?? []
  const judgement = JUDGEMENTS.get(words)
  if (judgement === undefined) return false
  told.add(`judged ${judgement}`)
  const slots = new Set(evidence.noteClaims.filter((claim) => claim.judgement === judgement).map(claimSlot))
  return listed(list).every((slot) => slots.has(slot))
}

type Claim = Evidence['noteClaims'][number]

function claimSlot({ quote, said }: Claim): string {
  return mark(`quote(${quote}, ${JSON.stringify(said)})`)
}

/** Members of a list that end in a value each; a value may hold what stands between them. */
function listed(list: string): readonly string[] {
  const end = mark('').slice(1)
  return list.split(`${end}; `).map((one, at, all) => (at < all.length - 1 ? `${one}${end}` : one))
}

/** Claims in a language in which only names and figures are looked at. */
function isUncheckedIn(text: string, { evidence, told }: LogAccount): boolean {
  const [, language, list = ''] =
    /^Not checked but for names and figures \(([^()]*)\): (.*)\.$/s.exec(text) ?? []
  if (language === undefined) return false
  told.add('judged not checked')
  const slots = new Set(
    evidence.noteClaims
      .filter(({ judgement }) => judgement === 'not checked')
      .filter(({ texts }) => plain(texts.language?.text ?? 'a language not known here') === language)
      .map(claimSlot),
  )
  return listed(list).every((slot) => slots.has(slot))
}

/** Words that may be names of runs, each with the runs that it may be. */
function isProposed(text: string, { evidence }: LogAccount): boolean {
  const lead = 'Likely names of runs, none applied (narrate.yaml keeps one under aliases): '
  if (!text.startsWith(lead) || !text.endsWith('.')) return false
  const proposed = new Set(
    evidence.noteClaims
      .filter(({ judgement }) => judgement === 'proposed')
      .map((claim) => `${claimSlot(claim)} – ${claim.runs.map((run) => mark(run)).join(', ')}`),
  )
  return listed(text.slice(lead.length, -1)).every((one) => proposed.has(one))
}

function isReported(text: string, { evidence, told }: LogAccount): boolean {
  if (text === 'The first rows of them; the rest is in the evidence.')
    return evidence.reported.some(({ rows }) => rows.length > 0)
  const [expression = ''] = expressionsIn(text)
  const head = /^t(\d+)\.head$/.exec(expression)?.[1]
  if (head !== undefined) {
    const header = evidence.reported[Number(head) - 1]?.header ?? null
    return header !== null && text === mark(expression)
  }
  const found = reportedRowAt(evidence, expression)
  if (found !== null && /^t\d+\.row\d+$/.test(expression)) {
    const { mark: said } = found.row
    return text === `${mark(expression)} – ${mark(`${expression}.place`)}${said === null ? '' : ` (${said})`}`
  }
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

function isState(text: string, { evidence, told }: LogAccount): boolean {
  const match = (pattern: string): readonly [string, readonly EvidenceRun[]] | null => {
    const found = new RegExp(`^${pattern}$`, 's').exec(text)
    const runs = found === null ? null : runsIn(found.at(-1) ?? '', evidence)
    return found === null || runs === null ? null : [found[1] ?? '', runs]
  }
  const users = [...new Set(evidence.runs.flatMap(({ run }) => run.user ?? []))]
  if (users.length > 0 && text === `Run by ${users.map(plain).join(', ')}.`) return true
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
  for (const { run } of evidence.runs)
    for (const one of run.also ?? []) {
      const lead = alsoLead(one, plain)
      const named =
        text.startsWith(lead) && text.endsWith('.') ? runsIn(text.slice(lead.length, -1), evidence) : null
      if (named === null) continue
      for (const { address } of named) told.add(`other source of ${address}`)
      return named.every((each) => each.run.also?.some((also) => alsoLead(also, plain) === lead) === true)
    }
  if (toldAlone(evidence.runs, plain).includes(text)) return true
  const file = match(`Data from ${MARK} \\([^()]*\\): (.*)\\.`)
  if (file !== null) {
    const [expression, runs] = file
    const [, of, name = ''] = /^(r\d+)\.param\[("(?:[^"\\]|\\.)*")\]$/.exec(expression) ?? []
    const first = evidence.runs.find(({ address }) => address === of)?.run
    if (first === undefined) return false
    const param = String(JSON.parse(name))
    return (
      text.startsWith(`Data from ${mark(expression)} (${plain(param)}): `) &&
      runs.every(({ run }) => run.params.get(param) === first.params.get(param))
    )
  }
  const noData =
    match('No data set is recorded for (.*)\\.') ?? match('No digest of the data is recorded for (.*)\\.')
  if (noData !== null) {
    for (const { address } of noData[1]) told.add(`data of ${address}`)
    return noData[1].every(({ run }) => run.dataSets.length === 0)
  }
  return evidence.dataSets.some(({ address, name, digest, context, runs }) => {
    const lead = `Data ${plain(`${name}, digest ${digest}${context === null ? '' : ` (${context})`}`)}: `
    const named =
      text.startsWith(lead) && text.endsWith('.') ? runsIn(text.slice(lead.length, -1), evidence) : null
    if (named === null) return false
    told.add(`data ${address}`)
    return new Set(named).size === runs.length && named.every((one) => runs.includes(one.address))
  })
}

/** The runs that a list names; null where it is none. */
function runsIn(list: string, { runs }: Evidence): readonly EvidenceRun[] | null {
  if (list === 'all runs' || list === 'any run') return runs
  const found = list.split(', ').map((one) => runs.find(({ address }) => one === mark(address)))
  const known = found.flatMap((one) => one ?? [])
  return known.length === found.length ? known : null
}

function isGap(text: string, { evidence, told }: LogAccount): boolean {
  const at = evidence.gaps.findIndex(
    ({ what, where, why }) => plain(`${what} (${where}): ${why}`).trim() === text,
  )
  told.add(`gap ${at}`)
  return at >= 0
}

export function isProvenance(text: string, { frozen, told }: LogAccount): boolean {
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
