import type { Experiment, Point, Run, RunKey, RunStatus } from '../../src/runs/run.ts'
import type { Readable } from './gather-planted.ts'
import { pointsOf, summaryOf } from './planted-curves.ts'
import type { PlantedHistory } from './planted-history.ts'

/** What is done to a history before it is read: what logs of broken clocks, odd programs and hostile hands look like. */
export interface Spoiling {
  /** Names that the first parameters, metrics and runs get instead of their own. */
  readonly names: readonly string[]
  /** Values that the first parameters get in every other run. */
  readonly texts: readonly string[]
  readonly values:
    | 'kept'
    | 'all equal'
    | 'huge'
    | 'tiny'
    | 'not a number'
    | 'infinite'
    | 'negative'
    | 'some not a number'
    | 'none'
  readonly times: 'kept' | 'none' | 'all the same' | 'end before start' | 'some missing'
  readonly statuses: 'kept' | 'failed' | 'running' | 'mixed'
  readonly parents: 'kept' | 'itself' | 'the next' | 'unknown'
  readonly ids: 'kept' | 'alike'
  /** How many runs are taken, and how many of them are today's. */
  readonly most: number
  readonly today: number
}

export interface SpoiledHistory extends Readable {
  readonly runs: readonly Run[]
  readonly earlier: readonly Run[]
}

const STATUSES: readonly RunStatus[] = ['finished', 'failed', 'killed', 'running', 'scheduled', 'unknown']

/** The history with everything in it changed as asked; what is repeated, paired or broken in it stays so as far as can be. */
export function spoilHistory(history: PlantedHistory, spoiling: Spoiling): SpoiledHistory {
  const rename = renamer(history, spoiling.names)
  const taken = history.runs.slice(0, spoiling.most)
  const histories = new Map<RunKey, ReadonlyMap<string, readonly Point[]>>()
  const runs = taken.map((run, index): Run => {
    const series = new Map(
      spoiling.values === 'none'
        ? []
        : [...(history.histories.get(run.key) ?? new Map<string, readonly Point[]>())].map(
            ([metric, points]) => [
              rename(metric),
              pointsOf(
                points.map(({ value }, step) => spoilValue(value, step + index, spoiling.values)),
                metric,
                0,
                1,
              ),
            ],
          ),
    )
    histories.set(run.key, series)
    const params = new Map(
      [...run.params].map(([name, text], place) => [
        rename(name),
        index % 2 === 0 ? (spoiling.texts[place] ?? text) : text,
      ]),
    )
    return {
      ...run,
      ...(spoiling.ids === 'alike' ? { id: `${run.id.slice(0, 1)}${'0'.repeat(30)}${index}` } : {}),
      name: spoiling.names[index % 5] ?? run.name,
      experiment: { ...run.experiment, name: rename(run.experiment.name) },
      ...timesOf(run, index, spoiling.times),
      status: statusOf(run, index, spoiling.statuses),
      parent: parentOf(run, taken[index + 1], spoiling.parents),
      params,
      metrics: new Map([...series].map(([metric, points]) => [metric, summaryOf(points)])),
      tags: new Map([...run.tags].map(([name, text]) => [name, spoiling.texts[0] ?? text])),
      dataSets: run.dataSets.map((one) => ({ ...one, name: rename(one.name) })),
      origins: {
        run: run.origins.run,
        params: new Map([...params.keys()].map((name) => [name, run.origins.run])),
        metrics: new Map([...series.keys()].map((name) => [name, run.origins.run])),
      },
    }
  })
  const experiments = history.experiments.map(
    (one): Experiment => ({
      ...one,
      name: rename(one.name),
      primaryMetric:
        one.primaryMetric === null ? null : { ...one.primaryMetric, name: rename(one.primaryMetric.name) },
    }),
  )
  const first = Math.max(0, runs.length - spoiling.today)
  return {
    histories,
    experiments,
    metrics: history.metrics,
    runs: runs.slice(first),
    earlier: runs.slice(0, first),
  }
}

/** Metrics are renamed first, then parameters, then whatever is named besides; no two things get one name. */
function renamer({ runs, experiments }: PlantedHistory, names: readonly string[]): (name: string) => string {
  const [last] = runs.slice(-1)
  const own = [
    ...(last?.metrics.keys() ?? []),
    ...(last?.params.keys() ?? []),
    ...experiments.map(({ name }) => name),
    ...(last?.dataSets.map(({ name }) => name) ?? []),
  ]
  const renamed = new Map<string, string>()
  for (const [index, name] of own.entries()) {
    const given = names[index]
    if (given !== undefined && !renamed.has(name) && !own.includes(given)) renamed.set(name, given)
  }
  return (name) => renamed.get(name) ?? name
}

function spoilValue(value: number, place: number, how: Spoiling['values']): number {
  switch (how) {
    case 'kept':
    case 'none':
      return value
    case 'all equal':
      return 0.5
    case 'huge':
      return value * 1e150
    case 'tiny':
      return value * 1e-300
    case 'not a number':
      return Number.NaN
    case 'infinite':
      return place % 3 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    case 'negative':
      return -value
    case 'some not a number':
      return place % 4 === 0 ? Number.NaN : value
    default:
      return how satisfies never
  }
}

function timesOf(run: Run, index: number, how: Spoiling['times']): Pick<Run, 'startedAt' | 'endedAt'> {
  const { startedAt, endedAt } = run
  switch (how) {
    case 'kept':
      return { startedAt, endedAt }
    case 'none':
      return { startedAt: null, endedAt: null }
    case 'all the same':
      return { startedAt: Date.UTC(2026, 2, 2), endedAt: Date.UTC(2026, 2, 2) }
    case 'end before start':
      return { startedAt: endedAt, endedAt: startedAt }
    case 'some missing':
      return { startedAt: index % 3 === 0 ? null : startedAt, endedAt: index % 4 === 0 ? null : endedAt }
    default:
      return how satisfies never
  }
}

function statusOf(run: Run, index: number, how: Spoiling['statuses']): RunStatus {
  switch (how) {
    case 'kept':
      return run.status
    case 'failed':
    case 'running':
      return how
    case 'mixed':
      return STATUSES[index % STATUSES.length] ?? 'unknown'
    default:
      return how satisfies never
  }
}

function parentOf(run: Run, next: Run | undefined, how: Spoiling['parents']): RunKey | null {
  switch (how) {
    case 'kept':
      return run.parent
    case 'itself':
      return run.key
    case 'the next':
      return next?.key ?? null
    case 'unknown':
      return 'mlflow:1/gone'
    default:
      return how satisfies never
  }
}
