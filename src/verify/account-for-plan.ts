import { draftedPlan, tellDropped } from '../documents/plan/drafted-plan.ts'
import { type PlanDraft, planDraftSchema } from '../documents/plan/plan-draft.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import { joined } from '../evidence/listed-runs.ts'
import { type PlanSubject, planSubjectSchema } from '../evidence/plans/plan-subject.ts'
import { LEAST_SHARE } from '../evidence/plans/tell-planned.ts'
import type { Account } from './account.ts'
import { isProvenance } from './account-for-folds.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { LogAccount } from './log-account.ts'
import { isCountOfRuns } from './log-heading.ts'
import {
  accountByOutline,
  type Expected,
  type Outline,
  optional,
  ours,
  type Stretch,
  stated,
  statedIn,
  tableOf,
  told,
} from './outline.ts'
import { MARK, mark, plain, type SourceLine, templateOf } from './source-lines.ts'

/** The lines of a plan against what its record says, as `accountForLog` holds those of a log entry. */
export function accountForPlan(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  return accountByOutline(frozen, lines, (entry) => outlineOf(entry, lines))
}

interface Asked {
  readonly entry: LogAccount
  readonly evidence: Evidence
  readonly subject: PlanSubject
  readonly draft: PlanDraft | null
  readonly metric: string
}

function outlineOf(entry: LogAccount, lines: readonly SourceLine[]): Outline {
  const { evidence, frozen } = entry
  const subject = planSubjectSchema.parse(frozen.subject)
  const draft = frozen.draft === null ? null : planDraftSchema.parse(frozen.draft)
  const asked: Asked = {
    ...{ entry, evidence, subject, draft },
    metric: plain(subject.target?.metric ?? evidence.lead?.metric ?? ''),
  }
  const experiments = experimentsOf(asked)
  // How many are told in full, and how many in a line each, may differ by version.
  const inFull = experiments.filter(({ id }) => lines.some(({ text }) => text.startsWith(`### ${id}: `)))
  const further = experiments.filter((one) => !inFull.includes(one))
  const ofKind = (kind: Finding['kind']) => evidence.findings.filter((finding) => finding.kind === kind)
  const targets = ofKind('target')
  const pivot = ofKind('pivot').at(-1)
  const low = [...ofKind('low-return').map((one) => told(one)), ...statedIn(entry, 'low_return', true)]
  const dropped = droppedFrom(asked)
  const quotes = Array.from({ length: MOST_QUOTES }, (): Expected => aQuote(entry))
  const shown = new Set(experiments.map(({ finding }) => finding))
  const untold = new Set(
    evidence.findings
      .filter(
        (one) => (one.kind === 'proposal' && !shown.has(one)) || (one.kind === 'pivot' && one !== pivot),
      )
      .map(({ address }) => `finding ${address}`),
  )
  const first: Stretch = [
    titleOf(asked, experiments[0]),
    {
      ...ours('its span and counts'),
      isForm: (text) =>
        text.startsWith(`${mark('span')} · `) && isCountOfRuns(text.slice(mark('span').length + 3), evidence),
    },
    ...(targets.length === 0 ? [noPast(asked)] : targets.map((one) => told(one))),
    ...atMost(MOST_STANDING, statedIn(entry, 'standing', true)),
    ...tableOfExperiments(asked, inFull),
    ...noteUnderTable(asked, inFull),
  ]
  return {
    places: new Map<string, readonly Stretch[]>([
      ['', [first]],
      ['To stay or to turn?', [stayOrTurn(asked, pivot)]],
      ...inFull.map((one) => [`### ${headingOf(one)}`, [experimentInFull(asked, one)]] as const),
      [
        'Not worth it now',
        [low.length === 0 ? [ours('what is not worth it', 'the runs advise against nothing.')] : low],
      ],
      ['Order', [atMost(1, statedIn(entry, 'order', false))]],
      ['Left out, since it was tried or closed', [dropped]],
      ['Planned in the notes', draft === null ? [quotes] : []],
      ['Open', [draft === null ? quotes : atMost(MOST_QUESTIONS, statedIn(entry, 'questions', false))]],
      ['Further experiments', [further.flatMap((one) => inALine(asked, one))]],
      ['More that is not worth it now', [low, dropped]],
    ]),
    folds: new Map([['How this plan was made and checked', isProvenance]]),
    mayLeaveOut: (owner) => untold.has(owner),
  }
}

/** As versions print them; further ones stand in the record. */
const [MOST_STANDING, MOST_QUESTIONS, MOST_QUOTES] = [2, 2, 5]

function atMost(count: number, lines: Stretch): Stretch {
  return lines.map((line, at) => (at < count ? line : optional(line)))
}

function aQuote({ parts }: LogAccount): Expected {
  return { forms: parts.quotes.map(({ text }) => text), what: null, owners: [] }
}

function noPast({ evidence, metric }: Asked): Expected {
  return ours(
    'why nothing can be planned',
    evidence.runs.length === 0
      ? 'No run is logged: there is nothing to plan from.'
      : metric === ''
        ? 'No run logs a metric: there is nothing to plan from.'
        : `No finished run carries ${metric} with a direction that is known: narrate.yaml says which way is better (metrics.directions).`,
  )
}

/** An experiment as its finding tells it, cut into its parts. All are in the form in which lines are compared. */
interface Experiment {
  readonly id: string
  readonly finding: Finding
  readonly whole: string
  readonly from: string
  /** `max_depth ⟨k4.setA⟩`, or that nothing is changed. */
  readonly change: string
  readonly params: readonly string[]
  readonly reason: string
  readonly set: string
  readonly expected: string
  readonly stop: string
  readonly cost: string
  readonly tried: string
}

/** The experiments of the plan in their order: of a drafted one those that were worked out with the draft. */
function experimentsOf({ draft, entry, evidence, metric }: Asked): readonly Experiment[] {
  const own =
    draft === null ? evidence.findings : evidence.findings.slice(entry.frozen.gathered.findings.length)
  return own.flatMap((finding) => {
    const id = finding.texts.id?.text
    return finding.kind !== 'proposal' || id === undefined ? [] : [partsOf(finding, id, metric)]
  })
}

function partsOf(finding: Finding, id: string, metric: string): Experiment {
  const whole = templateOf(finding.sentence) ?? ''
  const [lead = '', from = ''] = new RegExp(`From ${MARK}: `).exec(whole) ?? []
  const begins = whole.indexOf(lead)
  const rest = whole.slice(begins + lead.length)
  const costAt = rest.indexOf(' Cost: ')
  const stopAt = rest.slice(0, costAt).indexOf(' Stop: ')
  const before = rest.slice(0, stopAt < 0 ? costAt : stopAt)
  const range = [`. Expected ${metric}`, `. ${metric}`]
    .map((words) => before.indexOf(words))
    .find((at) => at >= 0)
  const set = before.slice(0, range ?? before.length)
  const end = rest.indexOf('. ', costAt + 1)
  const changes = changesOf(finding, set)
  return {
    ...{ id, finding, whole, from, set },
    change:
      changes.length === 0
        ? (finding.values.runs?.value ?? 1) > 1
          ? 'none: more seeds'
          : 'none: once more'
        : joined(changes.map(({ words }) => words)),
    params: changes.map(({ param }) => param),
    reason: whole.slice(0, begins).trim(),
    expected: before.slice((range ?? before.length) + 1).trim(),
    stop: stopAt < 0 ? '' : rest.slice(stopAt, costAt).trim(),
    cost: rest.slice(costAt, end + 1).trim(),
    tried: rest.slice(end + 1).trim(),
  }
}

/** What is set, read out of the sentence: `max_depth ⟨k4.setA⟩ (there …) and …`. */
function changesOf(
  { address, texts }: Finding,
  set: string,
): readonly { readonly param: string; readonly words: string }[] {
  return Object.keys(texts)
    .filter((name) => /^set[A-Z]$/.test(name))
    .flatMap((name) => {
      const value = mark(`${address}.${name}`)
      const [at, isUnset] = [set.indexOf(` ${value} (`), set.indexOf(` ${value} (`) < 0]
      const stop = isUnset ? set.indexOf(' not set (') : at
      if (stop < 0) return []
      const head = set.slice(0, stop)
      const start = Math.max(
        0,
        ...[') and ', '), '].map(
          (sign) => head.lastIndexOf(sign) + sign.length * Number(head.includes(sign)),
        ),
      )
      const param = head.slice(start)
      return [{ param, words: isUnset ? `no ${param}` : `${param} ${value}` }]
    })
}

function titleOf({ entry, evidence, subject, metric }: Asked, first: Experiment | undefined): Expected {
  const drafted = entry.parts.titles.map(({ text }) => `# ${text}`)
  const target = evidence.findings.find(({ kind, values }) => kind === 'target' && values.runs !== undefined)
  const gap =
    target?.values.gap === undefined || subject.target === null
      ? ''
      : `${metric} ${mark(`${target.address}.gap`)} ${/is reached/.test(target.sentence) ? 'past' : 'from'} the target; `
  const next =
    first === undefined
      ? 'nothing follows from the runs'
      : first.params.length === 0
        ? `next, ${first.change === 'none: more seeds' ? 'more seeds' : 'once more'} of ${mark(first.from)}`
        : `next, ${joined(first.params)} from ${mark(first.from)}`
  return ours(
    'its title',
    ...(drafted.length > 0 ? drafted : [`# ${plain(evidence.project.name)}: ${gap}${next}`]),
  )
}

const ANSWERS: Readonly<Record<PlanDraft['pivot']['answer'], string>> = {
  stay: 'stay',
  turn: 'turn elsewhere',
  confirm: 'confirm first',
  open: 'open',
}

function stayOrTurn({ draft, entry }: Asked, pivot: Finding | undefined): Stretch {
  const own = pivot === undefined ? null : told(pivot)
  const theirs =
    draft === null
      ? []
      : stated(entry, 'pivot.reason', true, (text) => `*Reading: ${ANSWERS[draft.pivot.answer]}.* ${text}`)
  const [reading] = theirs
  if (own === null || reading === undefined) return own === null ? theirs : [own]
  return [
    {
      forms: reading.forms.map((text) => `${own.forms[0]} ${text}`),
      what: reading.what,
      owners: [...own.owners, ...reading.owners],
    },
    ...(reading.what === null ? [own] : []),
  ]
}

function tableOfExperiments({ metric, subject }: Asked, experiments: readonly Experiment[]): Stretch {
  if (experiments.length === 0) return []
  const hasShare =
    subject.budget !== null && experiments.some(({ finding }) => finding.values.share !== undefined)
  return tableOf(
    'the table of experiments',
    ['', 'change', 'from', `expected ${metric}`, 'runs', 'time', ...(hasShare ? ['of the budget'] : [])],
    experiments.map(({ change, finding, from, id }) => {
      const { address, values } = finding
      const cell = (name: string): string => (values[name] === undefined ? '–' : mark(`${address}.${name}`))
      return [
        ...[id, change, mark(from)],
        values.low === undefined ? 'no ground' : `${cell('low')} – ${cell('high')}`,
        ...[cell('runs'), cell('total')],
        ...(hasShare
          ? [(values.share?.value ?? LEAST_SHARE) < LEAST_SHARE ? 'hardly any' : cell('share')]
          : []),
      ]
    }),
  )
}

/** Of fewer experiments it is said that the runs lead to no more. */
const FEWEST = 3

function noteUnderTable({ subject }: Asked, experiments: readonly Experiment[]): Stretch {
  const last = experiments.at(-1)?.finding
  if (last?.values.done === undefined) return []
  const done = experiments.length === 1 ? 'It is done after' : 'In this order they are done after'
  const deadline = subject.deadline === null ? '' : `, the deadline is ${mark('deadline')}`
  const few = experiments.length < FEWEST ? ' Past runs lead to no further experiment.' : ''
  return [
    ours(
      'when its experiments are done',
      `${done} ${mark(`${last.address}.done`)} of running${deadline}. A range is what past runs show, no promise; what is not set stays as in the run named.${few}`,
    ),
  ]
}

function headingOf({ change, from, id }: Experiment): string {
  return `${id}: ${change}, from ${mark(from)}`
}

/** What a model says of an experiment that it proposed: why, and why again. */
function saidOf({ draft, entry }: Asked, { id, reason }: Experiment) {
  const path = `proposals[${Number(id.slice(1)) - 1}]`
  const isTheirs = draft !== null && reason === '' && id.startsWith('p')
  return {
    why: isTheirs ? stated(entry, `${path}.hypothesis`, false) : [],
    again: (isSeen: boolean) => (isTheirs ? stated(entry, `${path}.repeat_because`, isSeen) : []),
  }
}

function experimentInFull(asked: Asked, one: Experiment): Stretch {
  const { cost, expected, finding, id, reason, set, stop, tried } = one
  const { why, again } = saidOf(asked, one)
  const line = (...forms: readonly string[]): Expected => ({
    ...ours(`a line of experiment ${id}`, ...forms),
    owners: [`finding ${finding.address}`],
  })
  const own = `**Set:** ${set}. ${tried}`
  const because = again(true).flatMap(({ forms }) => forms.map((text) => `${own} Again because: ${text}`))
  return [
    ...(reason === '' ? why : [line(reason)]),
    line(...(because.length === 0 ? [own] : because)),
    line(
      expected
        .replace(/^Expected /, '**Expected** ')
        .replace(/^(?!\*\*)(.*?): no ground/s, '**Expected** $1: no ground'),
    ),
    ...[stop, cost]
      .filter((text) => text !== '')
      .map((text) => line(text.replace(/^(Stop|Cost):/, '**$1:**'))),
  ]
}

function inALine(asked: Asked, one: Experiment): Stretch {
  const { finding, id, whole } = one
  const { why, again } = saidOf(asked, one)
  const reasons = why.length === 0 ? [''] : why.flatMap(({ forms }) => forms.map((text) => `${text} `))
  const ends = again(false).flatMap(({ forms }) => forms.map((text) => ` Again because: ${text}`))
  return [
    {
      ...ours(
        `experiment ${id}`,
        ...reasons.flatMap((reason) =>
          (ends.length === 0 ? [''] : ends).map((end) => `${id}: ${reason}${whole}${end}`),
        ),
      ),
      owners: [`finding ${finding.address}`],
    },
  ]
}

/** Proposals of the draft that do not stand in the plan, in words of ours. */
function droppedFrom({ draft, evidence, subject }: Asked): Stretch {
  if (draft === null) return []
  return draftedPlan(evidence, draft, subject)
    .judged.filter(({ problem }) => problem !== null)
    .map((one) => ours('a proposal that was left out', templateOf(tellDropped(one)) ?? ''))
}
