import type { MetricRules } from '../evidence/evidence.ts'
import type { Asked, Tried, TriedSetting } from '../evidence/find-tried.ts'
import type { Gap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import { gapToJson } from './runs-json.ts'
import { headlineIn, type TriedRun } from './tried-run.ts'

/** What `narrate tried` found out. */
export interface TriedAnswer {
  readonly asked: Asked
  /** Where the whole setting is from: "of the run 3fa2c1", "in conf.yaml"; null where only what was typed counts. */
  readonly of: string | null
  readonly found: Tried<TriedRun>
  /** How many runs were looked at. */
  readonly runs: number
  /** Whether only an experiment or a span was looked at. */
  readonly isNarrowed: boolean
  /** The metric that leads, and the rules it is taken by. */
  readonly metric: string | null
  readonly metrics: MetricRules
  readonly gaps: readonly Gap[]
}

/** As many settings are shown, at a terminal and in `--json`. */
export const SHOWN_SETTINGS = 5

/** The settings that an answer rests on: those that match, or, where none does, the nearest. */
export function shownSettings({ found, metric, metrics }: TriedAnswer): readonly TriedSetting<TriedRun>[] {
  if (found.answer === 'no') return found.settings.slice(0, SHOWN_SETTINGS)
  const matching = found.settings.filter(({ match }) => match === found.answer)
  const direction = metric === null ? null : metrics.direction(metric)
  if (metric === null || direction === null) return matching.slice(0, SHOWN_SETTINGS)
  const sign = direction === 'higher' ? -1 : 1
  const worth = ({ runs }: TriedSetting<TriedRun>): number =>
    Math.min(
      ...runs.map((run) => {
        const value = headlineIn(run, metric)
        return value === null ? Number.POSITIVE_INFINITY : sign * value
      }),
    )
  return matching.toSorted((a, b) => worth(a) - worth(b)).slice(0, SHOWN_SETTINGS)
}

/** The runs that match, in all settings. */
export function matchingRuns({ found }: TriedAnswer): readonly TriedRun[] {
  return found.answer === 'no'
    ? []
    : found.settings.filter(({ match }) => match === found.answer).flatMap(({ runs }) => runs)
}

/** Milliseconds that the runs took, as far as their ends are logged. */
export function timeSpent(runs: readonly TriedRun[]): number {
  return runs.reduce(
    (sum, { startedAt, endedAt }) =>
      startedAt === null || endedAt === null ? sum : sum + Math.max(0, endedAt - startedAt),
    0,
  )
}

/**
 * The `--json` value of `tried`: `tried` and `match` are the answer, `matching` counts the runs it rests on, and `settings`
 * are at most five, as the table shows them.
 */
export function triedToJson(answer: TriedAnswer): JsonObject {
  const { asked, found, metric, metrics } = answer
  const matching = matchingRuns(answer)
  return {
    tried: found.answer !== 'no',
    match: found.answer === 'no' ? null : found.answer,
    asked: Object.fromEntries(asked.params),
    scope: asked.scope,
    runs: answer.runs,
    matching: matching.length,
    deleted: matching.filter((run) => run.deleted).length,
    secondsSpent: timeSpent(matching) / 1000,
    metric: metric === null ? null : { name: metric, direction: metrics.direction(metric) },
    settings: shownSettings(answer).map((setting) => ({
      match: setting.match,
      distance: setting.distance,
      differs: setting.differs.map((one) => ({
        name: one.name,
        asked: one.asked,
        logged: one.logged,
        near: one.isNear,
      })),
      runs: setting.runs.map((run) => ({
        key: run.key,
        id: run.id,
        name: run.name,
        status: run.status,
        deleted: run.deleted,
        why: run.why,
        startedAt: run.startedAt === null ? null : new Date(run.startedAt).toISOString(),
        value: metric === null ? null : headlineIn(run, metric),
      })),
    })),
    gaps: answer.gaps.map(gapToJson),
  }
}
