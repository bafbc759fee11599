import { comparableFor } from '../../evidence/comparable-as.ts'
import type { Evidence, EvidenceRun, EvidenceWithoutFindings } from '../../evidence/evidence.ts'
import { withoutFolds } from '../../evidence/folds.ts'
import { rankedBy } from '../../evidence/headline.ts'
import { judgeRuns, type PrimaryBreak, primaryBreaks } from '../../evidence/judge-runs.ts'
import { type Level, levelsTried } from '../../evidence/levels-tried.ts'
import { isModelName, modelFamily } from '../../evidence/model-family.ts'
import { type Progress, progressOf } from '../../evidence/progress-of.ts'
import { settingOf } from '../../evidence/setting-of.ts'
import { startOf } from '../../evidence/start-of.ts'
import { type ClosingWords, closingWords } from './closing-words.ts'

/** What is known of an approach: a person closed it, its best stopped moving, nobody went on with it, or it goes on. */
export type ApproachStatus = 'closed' | 'exhausted' | 'left' | 'open'

/** A line of attack of the phase: a level of what was compared, or an experiment where no parameter tells them apart. */
export interface Approach {
  /** The parameter it is a level of; null for an experiment. */
  readonly param: string | null
  readonly value: string
  /** In order of their start; folds of cross-validations are not among them. */
  readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
  readonly status: ApproachStatus
  /** The metric that decided when it was tried, and its runs that may be ranked with its newest one; null where none may. */
  readonly judged: Judged | null
  /** The passage that closed it; null for another status. */
  readonly closedBy: ClosingWords | null
  /** Where another metric became the primary one after its last run. */
  readonly overtaken: PrimaryBreak | null
}

interface Judged {
  readonly metric: string
  /** Best first. */
  readonly ranked: readonly [EvidenceRun, ...EvidenceRun[]]
  /** The best of the other approaches' runs that may be ranked with these. */
  readonly rival: EvidenceRun | null
  readonly progress: Progress | null
}

const MOST_APPROACHES = 12
/** A level that nearly all runs share is the ground of the phase and no approach. */
const GROUND = 0.9
/** Beside what is mainly compared, what most runs share is the usual way. */
const MOST_BESIDE = 0.5
/** Finished runs and different settings that an approach needs before it may be exhausted. */
const FEWEST_RANKED = 6
const FEWEST_SETTINGS = 4
/** The share of the phase's runs since, and the time, that make an approach one that was left. */
const LEAST_SINCE = 1 / 3
const LEAST_TIME = 2 * 24 * 3_600_000

/**
 * The approaches of a phase in the order in which they were begun: levels of the parameters that a comparison is usually
 * about, in words, models that predict without looking aside; where there are no two of them, experiments. A person's closing word counts before any rule. An approach is
 * exhausted where six finished runs with four settings may be ranked and none in the second half of them was a new best;
 * it was left where a third of the runs and two days came since.
 */
export function approachesOf(evidence: EvidenceWithoutFindings): readonly Approach[] {
  const ordered = withoutFolds(evidence.runs).toSorted((a, b) => startOf(a) - startOf(b))
  const levels = distinct(
    withoutGround(levelsTried(ordered), ordered).filter(
      ({ runs }) => !runs.every(({ run }) => modelFamily(run) === 'trivial'),
    ),
  )
  const chosen = levels.length >= 2 ? levels : experimentsOf(ordered)
  if (chosen.length < 2) return []
  const breaks = primaryBreaks(ordered, evidence)
  return chosen
    .toSorted((a, b) => b.runs.length - a.runs.length)
    .slice(0, MOST_APPROACHES)
    .flatMap((level) => approachOf(level, ordered, breaks, evidence))
    .sort((a, b) => startOf(a.runs[0]) - startOf(b.runs[0]))
}

/** How an approach is named: "model random_forest", "experiment caravan/final". */
export function nameOfApproach({ param, value }: Pick<Approach, 'param' | 'value'>): string {
  return `${param ?? 'experiment'} ${value}`
}

interface Chosen {
  readonly param: string | null
  readonly value: string
  readonly runs: readonly EvidenceRun[]
}

/**
 * Levels that are lines of attack: all of the parameter that names the model, else of the one most runs have; of other parameters those
 * that less than half of the runs have. What nearly all runs share is none.
 */
function withoutGround(levels: readonly Level[], ordered: readonly EvidenceRun[]): readonly Chosen[] {
  const byParam = [...Map.groupBy(levels, ({ param }) => param)]
  const sizeOf = (members: readonly Level[]): number =>
    members.reduce((sum, { runs }) => sum + runs.length, 0)
  const main = byParam.toSorted(
    ([a, ofA], [b, ofB]) => Number(isModelName(b)) - Number(isModelName(a)) || sizeOf(ofB) - sizeOf(ofA),
  )[0]?.[0]
  return byParam.flatMap(([param, members]) => {
    const most = (param === main ? GROUND : MOST_BESIDE) * ordered.length
    return members.filter(({ runs }) => runs.length < most)
  })
}

/** Levels of two parameters that the very same runs have are one approach. */
function distinct(levels: readonly Chosen[]): readonly Chosen[] {
  return [
    ...Map.groupBy(levels, ({ runs }) => runs.map(({ address }) => address).join(' ')).values(),
  ].flatMap(([first]) => first ?? [])
}

/** By their names: an experiment that was deleted and begun anew is still one approach. */
function experimentsOf(ordered: readonly EvidenceRun[]): readonly Chosen[] {
  return [...Map.groupBy(ordered, ({ run }) => `${run.source} ${run.experiment.name}`).values()].flatMap(
    (runs): readonly Chosen[] => {
      const [first] = runs
      return first === undefined ? [] : [{ param: null, value: first.run.experiment.name, runs }]
    },
  )
}

function approachOf(
  { param, value, runs }: Chosen,
  ordered: readonly EvidenceRun[],
  breaks: readonly PrimaryBreak[],
  evidence: EvidenceWithoutFindings,
): readonly Approach[] {
  const [first, ...others] = runs
  if (first === undefined) return []
  const own = [first, ...others] as const
  const last = own.at(-1) ?? first
  const judged = judgedOf(own, ordered, breaks, evidence)
  const closedBy = closingWords({ value, runs: own }, ordered, evidence.quotes)
  const since = ordered.filter((one) => startOf(one) > startOf(last))
  const newest = ordered.at(-1) ?? last
  const wasLeft =
    since.length >= LEAST_SINCE * ordered.length && startOf(newest) - startOf(last) >= LEAST_TIME
  const status =
    closedBy !== null ? 'closed' : wasLeft ? 'left' : isExhausted(judged, evidence) ? 'exhausted' : 'open'
  return [
    {
      param,
      value,
      runs: own,
      status,
      judged,
      closedBy,
      overtaken: breaks.find(({ at }) => startOf(at) > startOf(last)) ?? null,
    },
  ]
}

function judgedOf(
  runs: Approach['runs'],
  ordered: readonly EvidenceRun[],
  breaks: readonly PrimaryBreak[],
  evidence: EvidenceWithoutFindings,
): Judged | null {
  const judged = judgeRuns(runs, breaks, evidence)
  const [best, ...others] = judged?.ranked ?? []
  if (judged === null || best === undefined) return null
  const own = new Set(runs.map(({ address }) => address))
  const side = comparableFor(judged.newest, judged.metric)
  const rivals = ordered.filter((one) => !own.has(one.address) && comparableFor(one, judged.metric) === side)
  return {
    metric: judged.metric,
    ranked: [best, ...others],
    rival: rankedBy(judged.metric, rivals, evidence.metrics)[0] ?? null,
    progress: progressOf([best, ...others], judged.metric, evidence.metrics),
  }
}

function isExhausted(judged: Judged | null, { rules }: Pick<Evidence, 'rules'>): boolean {
  const progress = judged?.progress ?? null
  if (judged === null || progress === null || progress.series.length < FEWEST_RANKED) return false
  const settings = new Set(judged.ranked.map(({ run }) => settingOf(run, rules.repeats)?.seedless))
  return settings.size >= FEWEST_SETTINGS && progress.sinceBest.runs * 2 >= progress.series.length
}
