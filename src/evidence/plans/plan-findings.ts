import { cutText } from '../cut-text.ts'
import type { EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { restsOn } from '../listed-runs.ts'
import { leastDifference } from '../noise-floor.ts'
import { progressOf } from '../progress-of.ts'
import { closingWords } from './closed-by.ts'
import { type LowReturn, lowReturns } from './low-return.ts'
import type { Past } from './past.ts'
import { type Plan, planOf, reachOfRange, type Scheduled, schedule } from './plan-of.ts'
import type { PlanSubject } from './plan-subject.ts'
import { findingOfPlanned } from './tell-planned.ts'

/**
 * What a plan works out of the runs: where the best stands against the target, whether anything grounded reaches it, the
 * experiments that follow from the runs alone, and what is not worth more runs. Silent where no run carries the metric.
 */
export function planFindings(evidence: EvidenceWithoutFindings, subject: PlanSubject): readonly NewFinding[] {
  const plan = planOf(evidence, subject)
  const { past } = plan
  if (past === null) return []
  const scheduled = schedule(plan.own, subject, evidence)
  return [
    ...target(plan, past, evidence, subject),
    ...pivot(plan, past, scheduled, evidence),
    ...scheduled.map((one) => findingOfPlanned(one, past, subject)),
    ...lowReturns(past).map((one) => tellLowReturn(one, past)),
    ...closedInNotes(evidence),
    ...given(subject),
    ...heldAgainst(evidence),
  ]
}

const MOST_CLOSED = 2
/** What "it" was, only the sentences around it tell. */
const NAMES_NOTHING = /\b(dropp?\w*|abandon\w*|closed?|gave up on) (it|that|this)\b/i

/** What notes close, in their words, the latest of them. */
function closedInNotes({ quotes }: EvidenceWithoutFindings): readonly NewFinding[] {
  return quotes
    .filter(({ kind, text }) => {
      const words = kind === 'experiment' ? null : closingWords(text)
      return words !== null && !NAMES_NOTHING.test(words)
    })
    .slice(-MOST_CLOSED)
    .map(({ address, text }) => ({
      kind: 'low-return',
      scope: 'project',
      sentence: `Closed in the notes: [[quote(${address}, ${JSON.stringify((closingWords(text) ?? '').replace(/[.;]$/, ''))})]].`,
      rests: [address],
    }))
}

/** What was given beside the target, and what was not. */
function given({ at, budget, deadline, resources, atOnce }: PlanSubject): readonly NewFinding[] {
  const values = {
    ...(deadline === null
      ? {}
      : {
          left: {
            value: Math.max(0, (deadline.until - at) / 1000),
            unit: 's',
            metric: null,
            how: 'from when the plan was asked for to the end of that day',
          },
        }),
    ...(atOnce === 1 ? {} : { atOnce: { value: atOnce, unit: null, metric: null, how: '--at-once' } }),
  }
  const parts = [
    budget === null ? 'no budget given' : 'budget [[budget]]',
    deadline === null ? 'no deadline given' : 'deadline [[deadline]] ([[this.left]] left)',
    resources === null ? 'no resources given' : 'resources [[resources]]',
    ...(atOnce === 1 ? [] : ['[[this.atOnce]] runs at once']),
  ]
  return [{ kind: 'target', scope: 'project', sentence: `Given: ${parts.join('; ')}.`, rests: [], values }]
}

/** Runs that are not told, and deleted ones, are kept with the plan: its experiments are held against them as well. */
function heldAgainst({ runs, earlier, deleted }: EvidenceWithoutFindings): readonly NewFinding[] {
  const others = [...earlier, ...deleted]
  if (others.length === 0) return []
  return [
    {
      kind: 'target',
      scope: 'project',
      sentence: `What is proposed is held against [[this.all]] runs, [[this.deleted]] of them deleted.`,
      rests: others.map(({ address }) => address),
      values: {
        all: { value: runs.length + others.length, unit: null, metric: null, how: 'runs of the project' },
        deleted: { value: deleted.length, unit: null, metric: null, how: 'runs deleted in the tracker' },
      },
    },
  ]
}

const LONGEST_AMONG = 100

function target(
  { gap }: Plan,
  past: Past,
  { metrics }: EvidenceWithoutFindings,
  subject: PlanSubject,
): readonly NewFinding[] {
  const { metric, best, ranked, floor } = past
  const values: Record<string, NonNullable<NewFinding['values']>[string]> = {
    runs: { value: ranked.length, unit: null, metric: null, how: 'finished runs that may be ranked now' },
  }
  const sharing = past.among === '' ? '' : ' ([[this.among]])'
  const of =
    ranked.length === 1
      ? `the one run that may be ranked now${sharing}`
      : `the [[this.runs]] runs that may be ranked now${sharing}`
  const texts =
    past.among === ''
      ? {}
      : { among: { text: cutText(past.among, LONGEST_AMONG), from: 'what the log tells apart' } }
  const where = `The best ${metric} of ${of} is [[${metricSlot(best, metric)}]] in [[${best.address}]]`
  if (subject.target === null || gap === null)
    return [
      {
        kind: 'target',
        scope: 'project',
        sentence: `${where}; no target was given.`,
        rests: restsOn(ranked),
        values,
        texts,
      },
    ]
  const value = headlineValue(best, metric, metrics) ?? 0
  values.gap = {
    value: Math.abs(gap),
    unit: null,
    metric,
    how: 'distance from the best to the target',
  }
  const isAbove = subject.target.value > value
  const least = floor === null ? null : leastDifference(floor)
  if (least !== null)
    values.least = {
      value: least,
      unit: null,
      metric,
      how: 'difference of two runs that seeds alone explain at 95 %',
    }
  const noise =
    least === null
      ? ' How far seeds alone scatter it is not known.'
      : Math.abs(gap) <= least
        ? ' Two runs that differ in the seed alone may lie as far apart: up to [[this.least]].'
        : ' Seeds alone move a run by up to [[this.least]].'
  return [
    {
      kind: 'target',
      scope: 'project',
      sentence:
        gap > 0
          ? `${where}; the target [[${targetSlot(metric)}]] is [[this.gap]] ${isAbove ? 'higher' : 'lower'}.${noise}`
          : `${where}: the target [[${targetSlot(metric)}]] is reached, by [[this.gap]].${noise}`,
      rests: restsOn(ranked),
      values,
      texts,
    },
  ]
}

/** How the target is written in an expression. */
export function targetSlot(metric: string): string {
  return /^[A-Za-z_]\w*$/.test(metric) ? `target.${metric}` : `target.param[${JSON.stringify(metric)}]`
}

/** Whether to stay or to turn elsewhere, as far as ranges tell. */
export type PivotAnswer = 'confirm' | 'stay' | 'turn' | 'open'

/** What the plan's own ranges say of the target. */
export function pivotAnswer(
  { gap }: Plan,
  past: Past,
  scheduled: readonly Scheduled[],
  target: number | null,
): PivotAnswer {
  if (gap !== null && gap <= 0) return 'confirm'
  const grounded = scheduled.filter(({ planned }) => reachOfRange(planned, past) !== null)
  if (target === null || grounded.length === 0) return 'open'
  return furthest(grounded, past, target) === null ? 'turn' : 'stay'
}

/** The first experiment whose range holds the target; null where none does. */
function furthest(grounded: readonly Scheduled[], past: Past, target: number): Scheduled | null {
  return (
    grounded.find(({ planned }) => {
      const reach = reachOfRange(planned, past)
      return reach !== null && (past.direction === 'higher' ? reach >= target : reach <= target)
    }) ?? null
  )
}

/** Whether to stay or to turn, by the ranges of the experiments of a plan. */
export function pivot(
  plan: Plan,
  past: Past,
  scheduled: readonly Scheduled[],
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): readonly NewFinding[] {
  const { metric, direction, best } = past
  const targetValue = plan.gap === null ? null : targetOf(plan, past, evidence)
  const answer = pivotAnswer(plan, past, scheduled, targetValue)
  const since = sinceBest(past, evidence)
  const values: Record<string, NonNullable<NewFinding['values']>[string]> =
    since === null
      ? {}
      : { since: { value: since, unit: null, metric: null, how: 'ranked runs that started after the best' } }
  const course =
    since === null || since === 0
      ? ''
      : ` [[this.since]] ${since === 1 ? 'run' : 'runs'} since the best brought no better one.`
  const common = { kind: 'pivot' as const, scope: 'project' as const }
  if (answer === 'confirm')
    return [
      {
        ...common,
        sentence: `Confirm before anything new: the target is reached in [[${best.address}]].${course}`,
        rests: [best.address],
        values,
      },
    ]
  if (answer === 'open')
    return [
      {
        ...common,
        sentence: `Open: ${targetValue === null ? 'without a target there is nothing to reach or to miss' : 'no experiment has a range that past runs ground'}.${course}`,
        rests: [best.address],
        values,
      },
    ]
  const grounded = scheduled.filter(({ planned }) => reachOfRange(planned, past) !== null)
  const reaching = furthest(grounded, past, targetValue ?? 0)
  if (reaching !== null) {
    values.reach = {
      value: reachOfRange(reaching.planned, past) ?? 0,
      unit: null,
      metric,
      how: 'better end of the range of an experiment',
    }
    return [
      {
        ...common,
        sentence:
          `Stay: past runs allow ${metric} up to [[this.reach]] for an experiment of this plan, and the target lies within.${course}`.replace(
            'up to',
            direction === 'higher' ? 'up to' : 'down to',
          ),
        rests: [best.address, reaching.planned.settled.from.address],
        values,
      },
    ]
  }
  const reaches = grounded.flatMap(({ planned }) => reachOfRange(planned, past) ?? [])
  const far = direction === 'higher' ? Math.max(...reaches) : Math.min(...reaches)
  values.reach = { value: far, unit: null, metric, how: 'best end of all ranges that past runs ground' }
  return [
    {
      ...common,
      sentence: `No experiment of this plan reaches the target as far as past runs tell: the furthest range ends at ${metric} [[this.reach]]. A larger step, a fundamentally different approach, or another target.${course}`,
      rests: [best.address, ...grounded.map(({ planned }) => planned.settled.from.address)].slice(0, 60),
      values,
    },
  ]
}

function targetOf({ gap }: Plan, past: Past, { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>): number {
  const value = headlineValue(past.best, past.metric, metrics) ?? 0
  return past.direction === 'higher' ? value + (gap ?? 0) : value - (gap ?? 0)
}

function sinceBest(past: Past, { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>): number | null {
  return progressOf(past.ranked, past.metric, metrics)?.sinceBest.runs ?? null
}

function tellLowReturn(one: LowReturn, { metric }: Past): NewFinding {
  const common = {
    kind: 'low-return' as const,
    scope: 'project' as const,
    rests: restsOn(one.runs).slice(0, 60),
  }
  const pairs = { value: one.pairs, unit: null, metric: null, how: 'pairs of settings alike in all else' }
  if (one.kind === 'within seeds')
    return {
      ...common,
      sentence: `${one.param}: in [[this.pairs]] pairs of settings that differ in it alone, ${metric} moved by [[this.most]] at most, and seeds alone explain [[this.least]].`,
      values: {
        pairs,
        most: { value: one.most, unit: null, metric, how: 'greatest difference of a pair' },
        least: {
          value: one.least,
          unit: null,
          metric,
          how: 'difference of two runs that seeds alone explain at 95 %',
        },
      },
    }
  return {
    ...common,
    sentence: `${one.param}=[[${one.shown.address}.param[${JSON.stringify(one.param)}]]]: ${metric} was worse each time, by [[this.least]] to [[this.most]] in [[this.pairs]] pairs of settings that differ in ${one.param} alone.`,
    values: {
      pairs,
      least: { value: one.least, unit: null, metric, how: 'least loss of a pair' },
      most: { value: one.most, unit: null, metric, how: 'greatest loss of a pair' },
    },
  }
}
