import type { Evidence, EvidenceDataSet, Group, NewFinding } from '../../src/evidence/evidence.ts'
import type { Gap } from '../../src/gap.ts'
import type { DataSet, MetricSummary, Origin, Point, Run, RunStatus } from '../../src/runs/run.ts'
import type { Direction, Headline } from '../../src/settings.ts'

/** A metric as a test writes it: one value logged once, a series, or the summary itself. */
export type MadeMetric = number | readonly number[] | MetricSummary

export interface MadeRun {
  readonly id?: string
  readonly name?: string
  readonly experiment?: string
  readonly user?: string | null
  readonly status?: RunStatus
  /** Milliseconds since 1970, or an ISO time. */
  readonly started?: number | string | null
  /** Seconds; null for a run without an end. */
  readonly seconds?: number | null
  readonly params?: Readonly<Record<string, string | number>>
  readonly metrics?: Readonly<Record<string, MadeMetric>>
  readonly dataSets?: readonly DataSet[]
  readonly commit?: string | null
  readonly url?: string | null
}

export interface MadeEvidence {
  readonly project?: string
  readonly goal?: string | null
  readonly timeZone?: string
  /** In order: r1, r2, … */
  readonly runs?: readonly MadeRun[]
  /** Texts in order: n1, n2, …; numbers in them become values. */
  readonly notes?: readonly string[]
  readonly groups?: readonly (Omit<Group, 'address' | 'kind' | 'word'> &
    Partial<Pick<Group, 'kind' | 'word'>>)[]
  readonly findings?: readonly NewFinding[]
  readonly gaps?: readonly Gap[]
  readonly directions?: Readonly<Record<string, Direction>>
  readonly headlines?: Readonly<Record<string, Headline>>
  readonly units?: Readonly<Record<string, string>>
  readonly primary?: string | null
  readonly documents?: Evidence['documents']
  readonly given?: Evidence['given']
}

const ORIGIN: Origin = { source: 'mlflow', file: 'mlflow.db' }
const FIRST_START = Date.UTC(2026, 10, 20, 8)

/**
 * Evidence made by hand for tests. Runs become r1, r2, … as given, with ids such as `a1000000…`; groups "finished",
 * "failed", … are made for the statuses that occur, behind the groups given. A series of a metric is cited by step from 0.
 */
export function makeEvidence(made: MadeEvidence): Evidence {
  const runs = (made.runs ?? []).map((run, index) => makeRun(run, index))
  const given = (made.groups ?? []).map((group) => ({ kind: 'level' as const, word: null, ...group }))
  const statuses = [...new Set(runs.map(({ run }) => run.status))].map((status) => ({
    kind: 'status' as const,
    label: `${status} runs`,
    word: status as string,
    runs: runs.filter(({ run }) => run.status === status).map((run) => run.address),
  }))
  const dataSets = new Map<string, EvidenceDataSet>()
  for (const { run, address } of runs)
    for (const dataSet of run.dataSets) {
      const known = dataSets.get(dataSet.digest)
      dataSets.set(dataSet.digest, {
        ...dataSet,
        address: known?.address ?? `data${dataSets.size + 1}`,
        runs: [...(known?.runs ?? []), address],
      })
    }
  return {
    project: { name: made.project ?? 'example', goal: made.goal ?? null },
    span: { from: FIRST_START, until: FIRST_START + 86_400_000, timeZone: made.timeZone ?? 'UTC' },
    runs,
    earlier: [],
    deleted: [],
    otherRuns: { count: 0, users: [] },
    experiments: [],
    factors: [],
    constants: new Map(),
    lead: null,
    groups: [...given, ...statuses].map((group, index) => ({ ...group, address: `g${index + 1}` })),
    findings: (made.findings ?? []).map((finding, index) => ({
      warns: false,
      scope: 'session' as const,
      values: {},
      texts: {},
      ...finding,
      address: `k${index + 1}`,
    })),
    quotes: (made.notes ?? []).map((text, index) => ({
      address: `n${index + 1}`,
      text,
      noteId: `note${index + 1}`,
      place: 'notes.md',
      line: index + 1,
      author: null,
      at: null,
      heading: null,
      kind: 'journal' as const,
      expectation: null,
      about: { runs: [], confidence: 'open' as const, by: null },
      values: [...text.matchAll(/(?<![\w.])(\d+(?:\.\d+)?)(\s?%)?/g)].map((match) => ({
        value: Number(match[1]),
        text: match[1] ?? '',
        unit: match[2] === undefined ? null : '%',
      })),
    })),
    reported: [],
    noteClaims: [],
    question: null,
    dataSets: [...dataSets.values()],
    gaps: made.gaps ?? [],
    metrics: {
      primary: made.primary ?? null,
      primaryFrom: made.primary === undefined ? null : 'narrate.yaml',
      primaryNow: null,
      direction: (metric) => made.directions?.[metric] ?? null,
      directionFrom: (metric) => (made.directions?.[metric] === undefined ? null : 'narrate.yaml'),
      headline: (metric) => made.headlines?.[metric] ?? 'last',
      unit: (metric) => made.units?.[metric] ?? null,
    },
    rules: {
      repeats: { ignore: [], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
    },
    documents: made.documents ?? [],
    given: made.given ?? [],
  }
}

function makeRun(made: MadeRun, index: number): Evidence['runs'][number] {
  const id = made.id ?? `a${index + 1}`.padEnd(32, '0')
  const started =
    made.started === undefined
      ? FIRST_START + index * 600_000
      : typeof made.started === 'string'
        ? Date.parse(made.started)
        : made.started
  const status = made.status ?? 'finished'
  const seconds = made.seconds === undefined ? (status === 'running' ? null : 120) : made.seconds
  const params = new Map(Object.entries(made.params ?? {}).map(([name, value]) => [name, String(value)]))
  const metrics = new Map(
    Object.entries(made.metrics ?? {}).map(([name, metric]) => [name, summaryOf(metric)]),
  )
  const points = new Map(
    Object.entries(made.metrics ?? {}).flatMap(([name, metric]) =>
      Array.isArray(metric) ? [[name, pointsOf(metric)] as const] : [],
    ),
  )
  const experiment = made.experiment ?? 'experiment'
  const run: Run = {
    key: `mlflow:1/${id}`,
    id,
    source: 'mlflow',
    experiment: { id: '1', name: experiment },
    name: made.name ?? id,
    user: made.user ?? null,
    url: made.url ?? null,
    status,
    deleted: false,
    startedAt: started,
    endedAt: started === null || seconds === null ? null : started + seconds * 1000,
    parent: null,
    params,
    metrics,
    tags: new Map(),
    note: null,
    code: { commit: made.commit ?? null, dirty: null, branch: null, entryPoint: null },
    dataSets: made.dataSets ?? [],
    artifacts: null,
    gaps: [],
    origins: { run: ORIGIN, params: new Map(), metrics: new Map() },
  }
  return {
    address: `r${index + 1}`,
    run,
    points,
    curves: new Map(),
    logTail: null,
    comparableAs: '',
    protocol: { ground: '', split: '', threshold: '' },
  }
}

function pointsOf(values: readonly number[]): readonly Point[] {
  return values.map((value, step) => ({ step, value, time: null, origin: ORIGIN }))
}

function summaryOf(metric: MadeMetric): MetricSummary {
  if (typeof metric === 'object' && !Array.isArray(metric)) return metric as MetricSummary
  const values: readonly number[] = typeof metric === 'number' ? [metric] : (metric as readonly number[])
  const finite = values.filter((value) => Number.isFinite(value))
  const min = finite.length === 0 ? null : Math.min(...finite)
  const max = finite.length === 0 ? null : Math.max(...finite)
  return {
    last: values.at(-1) ?? Number.NaN,
    lastStep: values.length - 1,
    min,
    max,
    minStep: min === null ? null : values.indexOf(min),
    maxStep: max === null ? null : values.indexOf(max),
    count: values.length,
    nonFinite: values.length - finite.length,
  }
}
