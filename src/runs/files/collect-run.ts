import type { MetricSummary, Origin } from '../run.ts'
import { sortedByName } from '../sorted-by-name.ts'
import type { KnownRun, LoadedRun, Reading } from './loaded-run.ts'
import { summaryOfValue } from './loaded-run.ts'
import { summariseSeries } from './series.ts'

/** Takes the points of one run while an adapter reads it, and makes the run of them and of what the adapter gives back. */
export function collectRun(
  id: string,
  alias: string,
  withHistory: boolean,
  stop: () => void,
): { readonly reading: Reading; finish(loaded: LoadedRun): KnownRun } {
  const series = new Map<string, ReturnType<typeof summariseSeries>>()
  return {
    reading: {
      withHistory,
      stop,
      series(metric, file) {
        const known = series.get(metric)
        if (known !== undefined) return known.from(file)
        const made = summariseSeries()
        series.set(metric, made)
        return made.from(file)
      },
    },
    finish: (loaded) => finish(loaded),
  }

  function finish(loaded: LoadedRun): KnownRun {
    const metrics = new Map<string, MetricSummary>()
    const metricOrigins = new Map<string, Origin>()
    let lastLogged: number | null = null
    for (const [metric, summary] of series) {
      const finished = summary.finish()
      if (finished === null) continue
      metrics.set(metric, finished.summary)
      metricOrigins.set(metric, originOf(finished))
      if (finished.time !== null && (lastLogged === null || finished.time > lastLogged))
        lastLogged = finished.time
    }
    for (const [metric, stated] of loaded.stated ?? []) {
      const known = metrics.get(metric)
      metrics.set(
        metric,
        known === undefined
          ? summaryOfValue(stated, withHistory)
          : { ...known, last: stated.value, lastStep: stated.step },
      )
      metricOrigins.set(metric, originOf(stated))
    }
    const params = [...loaded.params]
    return {
      lastLogged,
      open: loaded.open ?? null,
      run: {
        key: `${alias}:${id}`,
        id,
        source: alias,
        experiment: { id: loaded.experiment.id, name: loaded.experiment.name },
        name: loaded.name,
        user: loaded.user ?? null,
        url: loaded.url ?? null,
        status: loaded.status,
        deleted: loaded.deleted ?? false,
        startedAt: loaded.startedAt,
        endedAt: loaded.endedAt,
        parent: loaded.parent ? `${alias}:${loaded.parent}` : null,
        params: sortedByName(new Map(params.map(([name, { text }]) => [name, text]))),
        metrics: sortedByName(metrics),
        tags: sortedByName(loaded.tags ?? new Map()),
        note: loaded.note || null,
        code: { commit: null, dirty: null, branch: null, entryPoint: null, ...loaded.code },
        ...(loaded.environmentKept === undefined ? {} : { environmentKept: loaded.environmentKept }),
        dataSets: loaded.dataSets ?? [],
        ...(loaded.registered === undefined ? {} : { registered: loaded.registered }),
        ...(loaded.artifacts === undefined ? {} : { artifacts: loaded.artifacts }),
        gaps: loaded.gaps,
        origins: {
          run: originOf(loaded.origin),
          params: sortedByName(new Map(params.map(([name, logged]) => [name, originOf(logged)]))),
          metrics: sortedByName(metricOrigins),
        },
      } satisfies KnownRun['run'],
    }
  }

  function originOf({ file, line }: { readonly file: string; readonly line?: number }): Origin {
    return line === undefined || line === 0 ? { source: alias, file } : { source: alias, file, line }
  }
}
