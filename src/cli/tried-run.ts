import { oneOfEqual } from '../runs/one-of-equal.ts'
import type { RunSummary } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import { headlineOf } from './format-run.ts'
import { whyFailed } from './why-failed.ts'

/** What `tried` holds of a run: it looks at all runs there are. */
export interface TriedRun
  extends Pick<
    RunSummary,
    'key' | 'id' | 'name' | 'status' | 'deleted' | 'startedAt' | 'endedAt' | 'params'
  > {
  /** Why it failed, where its log tells. */
  readonly why: string | null
  /** The metrics it logged, with the last value of each and the one that stands for it, in one order. */
  readonly metrics: readonly string[]
  readonly lasts: readonly number[]
  readonly headlines: readonly number[]
}

/** Takes of runs what is held of each; runs that logged the same metrics share their names. */
export function triedRuns(settings: Settings): (run: RunSummary) => TriedRun {
  const lists = new Map<string, readonly string[]>()
  const same = oneOfEqual()
  return (run) => {
    const { key, id, name, status, deleted, startedAt, endedAt, params } = run
    const names = [...run.metrics.keys()]
    const list = JSON.stringify(names)
    const metrics = lists.get(list) ?? names
    lists.set(list, metrics)
    const why = whyFailed(run)
    return {
      key,
      id,
      name,
      status,
      deleted,
      startedAt,
      endedAt,
      params,
      why: why === null ? null : same(why),
      metrics,
      lasts: [...run.metrics.values()].map(({ last }) => last),
      headlines: names.map((metric) => headlineOf(run, metric, settings) ?? Number.NaN),
    }
  }
}

/** The value that stands for a metric of a run; null where it logged none that is finite. */
export function headlineIn({ metrics, headlines }: TriedRun, metric: string): number | null {
  const value = headlines[metrics.indexOf(metric)]
  return value !== undefined && Number.isFinite(value) ? value : null
}
