import { comparableFor } from '../comparable-as.ts'
import type { Address, EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { headlineValue } from '../headline.ts'
import { modelFamily } from '../model-family.ts'
import { leastDifference } from '../noise-floor.ts'
import { dataOf } from '../same-ground.ts'
import { seedOf } from '../seed-of.ts'
import { type CandidateReason, candidatesOf } from './candidates.ts'
import { type ClosedDirection, closedBy } from './closed-by.ts'
import { costOfRun, type RunCost } from './cost-of-run.ts'
import { type ExpectedRange, expectedRange, type NoGround } from './expected-range.ts'
import { dataInUse, type Lint, lintProposal } from './lint-proposal.ts'
import { type Past, pastOf } from './past.ts'
import type { PlanSubject } from './plan-subject.ts'
import type { Proposal } from './proposal.ts'
import { type SettledProposal, settleProposal } from './settle-proposal.ts'

/** What evidence must hold for a plan. */
export type PlanEvidence = Pick<
  EvidenceWithoutFindings,
  'runs' | 'earlier' | 'deleted' | 'metrics' | 'rules' | 'lead' | 'quotes' | 'documents'
>

/** An experiment with all that was worked out for it. */
export interface Planned {
  /** `s1`, `s2`, … of narrate's own, `p1`, `p2`, … of a model's. */
  readonly id: string
  readonly proposal: Proposal
  readonly settled: SettledProposal
  /** What its range and stop rule are worked out from: the plan's past, or that of the run begun from, where it predicts another target. */
  readonly past: Past | null
  /** What those runs share, where they are not the plan's; empty where they are. */
  readonly among: string
  readonly lint: Lint
  /** Where somebody wrote that its direction is closed; null where nobody did. */
  readonly closed: ClosedDirection | null
  readonly expected: ExpectedRange | NoGround | null
  readonly cost: RunCost | null
  /** How many runs it takes. */
  readonly runs: number
  /** When to stop: the mean of its runs does not pass this value. Null where there is nothing to hold it against. */
  readonly stop: StopRule | null
  /** Why narrate proposes it; null for a model's. */
  readonly reason: CandidateReason | null
  readonly shownBy: readonly EvidenceRun[]
  /** Whether it runs a linear or trivial model, to hold others against. */
  readonly isBaseline: boolean
}

/** A value that the mean of the new runs must pass for the experiment to go on. */
export interface StopRule {
  readonly value: number
  /** Whether it lies beyond what seeds explain, or is the bare value of the setting to beat. */
  readonly isBeyondSeeds: boolean
  /** Whether it is the best setting itself that is run again, and has to hold its place. */
  readonly isOfBest: boolean
  /** The setting that is to be beaten, by its first run. */
  readonly against: EvidenceRun
}

/** What a plan is made of, before a model has a word in it. */
export interface Plan {
  readonly metric: string
  readonly past: Past | null
  /** narrate's own proposals, the first ones first; none that was tried. */
  readonly own: readonly Planned[]
  /** How far the best lies from the target, in the target's direction: above nought where it is not reached. Null where none was given. */
  readonly gap: number | null
}

const MOST_OWN = 6
/** The order in which reasons have their first turn. */
const REASONS: readonly CandidateReason[] = [
  'few seeds',
  'edge',
  'helped elsewhere',
  'still improving',
  'not under present conditions',
  'between',
  'tell apart',
  'failed once',
  'never varied',
]
/** Reasons whose candidates come in the order of their weight already. */
const IN_ORDER: readonly CandidateReason[] = ['few seeds', 'not under present conditions', 'tell apart']

const remembered = new WeakMap<object, Map<string, Plan>>()

/** The plan that the runs give; the same for the same runs and the same that was asked. */
export function planOf(evidence: PlanEvidence, subject: PlanSubject): Plan {
  const known = remembered.get(evidence.runs) ?? new Map<string, Plan>()
  remembered.set(evidence.runs, known)
  const key = JSON.stringify([
    subject,
    evidence.lead?.metric,
    evidence.earlier.length,
    evidence.deleted.length,
  ])
  const plan = known.get(key) ?? makePlan(evidence, subject)
  known.set(key, plan)
  return plan
}

function makePlan(evidence: PlanEvidence, subject: PlanSubject): Plan {
  const metric = subject.target?.metric ?? evidence.lead?.metric ?? ''
  const past = pastOf(evidence, metric)
  if (past === null) return { metric, past, own: [], gap: null }
  const all = candidatesOf(past, evidence).map((candidate, index) => ({
    ...assess(`s${index + 1}`, candidate, past, evidence),
    reason: candidate.reason,
    shownBy: candidate.shownBy,
  }))
  const open = withoutDoubles(all.filter(({ lint, reason }) => isOpen(lint, reason)))
  const own = inTurns(open, past).map((one, index) => ({ ...one, id: `s${index + 1}` }))
  const best = headlineValue(past.best, metric, evidence.metrics)
  const gap =
    subject.target === null || best === null
      ? null
      : past.direction === 'higher'
        ? subject.target.value - best
        : best - subject.target.value
  return { metric, past, own: own.slice(0, MOST_OWN), gap }
}

/** A setting that failed may be run once more; anything else that was tried may not. */
function isOpen(lint: Lint, reason: CandidateReason): boolean {
  if (reason === 'failed once') return lint.kind === 'tried' && !lint.hasFinished && lint.runs.length === 1
  return lint.kind === 'new' || lint.kind === 'replicates'
}

/** Works out what is known of one proposal. */
export function assess(id: string, proposal: Proposal, past: Past | null, evidence: PlanEvidence): Planned {
  const from = evidence.runs.find(({ address }) => address === proposal.from)
  if (from === undefined) throw new Error(`${proposal.from} is no run of the evidence`)
  const settled = settleProposal(proposal, from, evidence.runs)
  const lint = lintProposal(proposal, settled, evidence)
  const have = lint.kind === 'replicates' ? new Set(lint.runs.map(({ run }) => seedOf(run))).size : 0
  const own = past === null ? null : pastFor(settled, past, evidence)
  const expected = own === null ? null : expectedRange(settled, proposal.seeds, own)
  const isBaseline = /^(linear|trivial)$/.test(modelFamily({ ...from.run, params: settled.params }) ?? '')
  return {
    id,
    proposal,
    settled,
    past: own,
    among: own === null || own === past ? '' : comparableFor(from, own.metric),
    lint,
    closed: closedBy(settled, evidence),
    expected,
    cost: costOfRun(settled, evidence.runs),
    runs: Math.max(1, proposal.seeds - have),
    isBaseline,
    stop: own === null || isBaseline ? null : stopOf(settled, proposal.seeds, own, evidence),
    reason: null,
    shownBy: [],
  }
}

/**
 * The past that a proposal goes on from: that of the plan; of a run that predicts another target, or stands on other data that is still
 * in use, that of the runs it may be ranked with. What was given up is not gone on from.
 */
function pastFor({ from, changes }: SettledProposal, past: Past, evidence: PlanEvidence): Past {
  const { metric, ranked } = past
  const ground = comparableFor(from, metric)
  const [now] = ranked
  const { threshold, split } = from.protocol
  const isGivenUp =
    now === undefined ||
    now.protocol.threshold !== threshold ||
    now.protocol.split !== split ||
    dataInUse(from, evidence.runs) !== dataOf(from.run)
  if (isGivenUp || ground === comparableFor(now, metric)) return past
  if (changes.some(({ param }) => ground.includes(`${param}=`))) return past
  const own = evidence.runs.filter((one) => comparableFor(one, metric) === ground)
  return pastOf({ ...evidence, runs: own }, metric) ?? past
}

/**
 * The best setting is to be beaten, by more than seeds explain where these are known; the best itself, run again, must hold its
 * place before the next one.
 */
function stopOf(
  settled: SettledProposal,
  seeds: number,
  past: Past,
  { metrics }: PlanEvidence,
): StopRule | null {
  const [best, next] = past.present
  const isBest = settled.changes.length === 0 && best?.runs.includes(settled.from) === true
  const against = isBest ? next : best
  if (against === undefined) return null
  const [first] = against.runs
  if (isBest) return { value: against.mean, isBeyondSeeds: false, isOfBest: true, against: first }
  const value = against.runs.length === 1 ? headlineValue(first, past.metric, metrics) : against.mean
  if (value === null) return null
  if (past.floor === null) return { value, isBeyondSeeds: false, isOfBest: false, against: first }
  const least = leastDifference(past.floor, seeds, against.runs.length)
  return {
    value: past.direction === 'higher' ? value + least : value - least,
    isBeyondSeeds: true,
    isOfBest: false,
    against: first,
  }
}

function withoutDoubles(all: readonly Planned[]): readonly Planned[] {
  const seen = new Set<string>()
  return all.filter(({ settled, proposal }) => {
    const key = settingKey(settled, proposal.seeds)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The same text for proposals of one setting. */
export function settingKey({ params }: Pick<SettledProposal, 'params'>, seeds: number): string {
  return JSON.stringify([[...params].sort(([a], [b]) => (a < b ? -1 : 1)), seeds > 1])
}

/** One of each reason in turn; within a reason those first that may reach furthest. */
function inTurns(open: readonly Planned[], { direction }: Past): readonly Planned[] {
  const queues = REASONS.map((reason) =>
    open
      .filter((one) => one.reason === reason)
      .map((one, index) => ({ one, index, reach: reachOf(one, direction) }))
      .sort((a, b) =>
        IN_ORDER.includes(reason) ? a.index - b.index : b.reach - a.reach || a.index - b.index,
      )
      .map(({ one }) => one),
  )
  const rounds = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: rounds }, (_, round) => queues.flatMap((queue) => queue[round] ?? [])).flat()
}

function reachOf({ expected }: Planned, direction: Past['direction']): number {
  if (expected === null || 'reason' in expected) return Number.NEGATIVE_INFINITY
  return direction === 'higher' ? expected.high : -expected.low
}

/** Whether a range was found. */
export function isRange(expected: Planned['expected']): expected is ExpectedRange {
  return expected !== null && !('reason' in expected)
}

/** The best value that a range reaches; null where there is none. */
export function reachOfRange({ expected, past: own }: Planned, past: Past): number | null {
  // What another target may reach says nothing of this one.
  if (!isRange(expected) || own !== past) return null
  return past.direction === 'higher' ? expected.high : expected.low
}

/** Where an experiment stands in its plan. */
export interface Scheduled {
  readonly planned: Planned
  /** Of the whole experiment, in the budget's unit; null where like runs do not tell. */
  readonly amount: number | null
  /** Why the amount is not known, where the time of a run is. */
  readonly lacks: 'GPU hours' | 'price' | null
  /** Seconds on the clock from the start of the plan until it is done; null where a time is not known. */
  readonly doneAfter: number | null
  /** What of the budget is spent when it is done; null as above. */
  readonly spent: number | null
  readonly isInBudget: boolean | null
  readonly isInTime: boolean | null
}

/** Lays out experiments one after the other, as many runs at once as there may be. */
export function schedule(
  plan: readonly Planned[],
  subject: PlanSubject,
  { rules }: Pick<PlanEvidence, 'rules'>,
): readonly Scheduled[] {
  let [seconds, spent]: [number | null, number | null] = [0, 0]
  return plan.map((planned) => {
    const { cost, runs } = planned
    const amount = amountOf(planned, subject, rules)
    const rounds = Math.ceil(runs / subject.atOnce)
    seconds = seconds === null || cost === null ? null : seconds + rounds * cost.seconds
    spent = spent === null || amount === null ? null : spent + amount
    const left = subject.deadline === null ? null : (subject.deadline.until - subject.at) / 1000
    return {
      planned,
      amount,
      lacks: amount === null && cost !== null ? lackOf(planned, subject, rules) : null,
      doneAfter: seconds,
      spent,
      isInBudget: subject.budget === null || spent === null ? null : spent <= subject.budget.amount,
      isInTime: left === null || seconds === null ? null : seconds <= left,
    }
  })
}

function amountOf(
  { cost, runs }: Planned,
  { budget }: PlanSubject,
  { costs }: PlanEvidence['rules'],
): number | null {
  if (budget === null) return null
  if (budget.unit === 'runs') return runs
  if (cost === null) return null
  const [hours, gpuHours] = [
    (runs * cost.seconds) / 3600,
    cost.gpuHours === null ? null : runs * cost.gpuHours,
  ]
  if (budget.unit === 'hours') return hours
  if (budget.unit === 'gpu-hours') return gpuHours
  if (gpuHours !== null && costs.perGpuHour !== undefined) return gpuHours * costs.perGpuHour
  return costs.perHour === undefined ? null : hours * costs.perHour
}

function lackOf(
  { cost }: Planned,
  { budget }: PlanSubject,
  { costs }: PlanEvidence['rules'],
): Scheduled['lacks'] {
  if (budget === null) return null
  const isPriced = costs.perGpuHour !== undefined || costs.perHour !== undefined
  if (budget.unit === 'money' && !isPriced) return 'price'
  return cost?.gpuHours === null ? 'GPU hours' : 'price'
}

/** The addresses that all of it rests on. */
export function restsOfPlanned({ settled, expected, shownBy, stop, cost }: Planned): readonly Address[] {
  const runs = [
    settled.from,
    ...shownBy,
    ...(isRange(expected) ? expected.grounds.flatMap((ground) => ground.runs) : []),
    ...(stop === null ? [] : [stop.against]),
    ...(cost?.like ?? []),
  ]
  return [...new Set(runs.map(({ address }) => address))].slice(0, 60)
}
