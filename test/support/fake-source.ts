import path from 'node:path'
import { NarrateError } from '../../src/errors.ts'
import type { Gap } from '../../src/gap.ts'
import { isGap } from '../../src/gap.ts'
import type { Experiment, MetricSummary, Point, Run } from '../../src/runs/run.ts'
import type { RunQuery, RunSource, RunSourceKind } from '../../src/runs/run-source.ts'

/** What a fake log holds: runs with whole series, experiments, and gaps that its list gives. */
export interface FakeLog {
  readonly runs: readonly FakeRun[]
  readonly experiments?: readonly Experiment[]
  readonly gaps?: readonly Gap[]
  /** Makes opening fail with this message. */
  readonly broken?: string
  /** Makes listing fail with this message. */
  readonly unlisted?: string
}

export interface FakeRun {
  /** The experiment `churn` where none is given. */
  readonly experiment?: Run['experiment']
  readonly id: string
  readonly name?: string
  readonly user?: string | null
  readonly status?: Run['status']
  readonly deleted?: boolean
  readonly startedAt?: string | null
  readonly endedAt?: string | null
  readonly params?: Readonly<Record<string, string>>
  readonly metrics?: Readonly<Record<string, readonly (readonly [number | null, number, string?])[]>>
  readonly parent?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly note?: string
  readonly gaps?: readonly Gap[]
  /** Texts by path. */
  readonly artifacts?: Readonly<Record<string, string>>
}

/** A kind of run log that lives in memory: each absolute location holds one. */
export function fakeKind(logs: Readonly<Record<string, FakeLog>>, name = 'fake'): RunSourceKind {
  return {
    name,
    recognises: async (location) => location in logs,
    detect: async (directory) =>
      Object.keys(logs).filter((location) => `${location}${path.sep}`.startsWith(directory + path.sep)),
    open: async (location, alias) => {
      const log = logs[location]
      if (log === undefined) throw new Error(`no fake log at ${location}`)
      if (log.broken !== undefined) throw new NarrateError('source', log.broken)
      return fakeSource(log, alias, location, name)
    },
  }
}

export function fakeSource(log: FakeLog, alias: string, location = '/logs/fake', kind = 'fake'): RunSource {
  const runs = new Map(log.runs.map((fake) => [`${alias}:1/${fake.id}`, { fake, run: toRun(fake, alias) }]))
  async function* list(query: RunQuery): AsyncIterable<Run | Gap> {
    if (log.unlisted !== undefined) throw new NarrateError('source', log.unlisted)
    yield* log.gaps ?? []
    const matching = [...runs.values()].map(({ run }) => run).filter((run) => answers(run, query))
    const newest = query.order === 'newest' ? -1 : 1
    matching.sort((a, b) => newest * ((a.startedAt ?? 0) - (b.startedAt ?? 0)))
    yield* matching
      .slice(0, query.limit)
      .map((run) => (query.withHistory === true ? run : withoutHistory(run)))
  }
  return {
    kind,
    idsAreUnique: true,
    alias,
    location,
    list,
    readAll: list,
    async *experiments() {
      yield* log.experiments ?? []
    },
    find: async (prefix) =>
      [...runs].filter(([, { fake }]) => fake.id.startsWith(prefix)).map(([key]) => key),
    read: async (key, options) => {
      const found = runs.get(key)
      if (found === undefined) throw new NarrateError('source', `${key} names no run.`)
      return options?.withHistory === true ? found.run : withoutHistory(found.run)
    },
    async *history(key, metric) {
      const series = runs.get(key)?.fake.metrics?.[metric] ?? []
      yield* series.map(
        ([step, value, time], index): Point => ({
          step,
          value,
          time: time === undefined ? null : Date.parse(time),
          origin: { source: alias, file: metric, line: index + 1 },
        }),
      )
    },
    async *artifacts(key) {
      for (const [path, text] of Object.entries(runs.get(key)?.fake.artifacts ?? {}))
        yield { path, size: Buffer.byteLength(text), origin: { source: alias, file: path } }
    },
    readArtifact: async (key, path, { from, bytes }) => {
      const text = runs.get(key)?.fake.artifacts?.[path]
      if (text === undefined) throw new NarrateError('source', `${key} has no artifact ${path}.`)
      const whole = Buffer.from(text)
      return from === 'head' ? whole.subarray(0, bytes) : whole.subarray(Math.max(0, whole.length - bytes))
    },
    close: async () => undefined,
  }
}

function answers(run: Run, query: RunQuery): boolean {
  const lastActive = run.endedAt ?? Number.POSITIVE_INFINITY
  return (
    (query.activeSince === undefined || lastActive >= query.activeSince) &&
    (query.startedBefore === undefined || (run.startedAt ?? 0) < query.startedBefore) &&
    (query.users === undefined || (run.user !== null && query.users.includes(run.user))) &&
    (query.includeDeleted === true || !run.deleted) &&
    (query.statuses === undefined || query.statuses.includes(run.status)) &&
    (query.experiments === undefined ||
      query.experiments.includes(run.experiment.name) ||
      query.experiments.includes(run.experiment.id))
  )
}

function toRun(fake: FakeRun, alias: string): Run {
  const origin = { source: alias, file: fake.id }
  const metrics = Object.entries(fake.metrics ?? {})
  return {
    key: `${alias}:1/${fake.id}`,
    id: fake.id,
    source: alias,
    experiment: fake.experiment ?? { id: '1', name: 'churn' },
    name: fake.name ?? fake.id,
    user: fake.user === undefined ? 'ola' : fake.user,
    url: null,
    status: fake.status ?? 'finished',
    deleted: fake.deleted ?? false,
    startedAt: at(fake.startedAt, '2026-11-20T10:00:00Z'),
    endedAt: at(fake.endedAt, '2026-11-20T10:10:00Z'),
    parent: fake.parent === undefined ? null : `${alias}:1/${fake.parent}`,
    params: new Map(Object.entries(fake.params ?? {})),
    metrics: new Map(metrics.map(([name, series]) => [name, summarise(series)])),
    tags: new Map(Object.entries(fake.tags ?? {})),
    note: fake.note ?? null,
    code: { commit: null, dirty: null, branch: null, entryPoint: null },
    dataSets: [],
    artifacts: null,
    gaps: (fake.gaps ?? []).filter(isGap),
    origins: {
      run: origin,
      params: new Map(),
      metrics: new Map(metrics.map(([name]) => [name, { source: alias, file: `${fake.id}/${name}` }])),
    },
  }
}

function summarise(series: readonly (readonly [number | null, number, string?])[]): MetricSummary {
  const finite = series.map(([, value]) => value).filter(Number.isFinite)
  const last = series.at(-1)
  const min = finite.length === 0 ? null : Math.min(...finite)
  const max = finite.length === 0 ? null : Math.max(...finite)
  return {
    last: last?.[1] ?? Number.NaN,
    lastStep: last?.[0] ?? null,
    min,
    max,
    minStep: series.find(([, value]) => value === min)?.[0] ?? null,
    maxStep: series.find(([, value]) => value === max)?.[0] ?? null,
    count: series.length,
    nonFinite: series.length - finite.length,
  }
}

function withoutHistory(run: Run): Run {
  return { ...run, metrics: new Map([...run.metrics].map(([name, metric]) => [name, lastOnly(metric)])) }
}

function lastOnly(metric: MetricSummary): MetricSummary {
  return { ...metric, min: null, max: null, minStep: null, maxStep: null, count: null, nonFinite: null }
}

function at(time: string | null | undefined, fallback: string): number | null {
  return time === null ? null : Date.parse(time ?? fallback)
}
