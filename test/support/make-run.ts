import type { MetricSummary, Run } from '../../src/runs/run.ts'

/** What a test says of a run; the rest is filled with plain defaults. A metric is its last value, or a summary. */
export interface RunSketch extends Partial<Omit<Run, 'params' | 'metrics' | 'tags' | 'experiment'>> {
  readonly id: string
  readonly params?: Readonly<Record<string, string>>
  readonly metrics?: Readonly<Record<string, number | Partial<MetricSummary>>>
  readonly tags?: Readonly<Record<string, string>>
  readonly experiment?: string
}

/** A run by hand, for tests. */
export function makeRun(sketch: RunSketch): Run {
  const experiment = sketch.experiment ?? 'forecast'
  const origin = { source: 'mlflow', file: `1/${sketch.id}/meta.yaml` }
  const metrics = new Map(
    Object.entries(sketch.metrics ?? {}).map(([name, value]) => [name, makeSummary(value)] as const),
  )
  const params = new Map(Object.entries(sketch.params ?? {}))
  return {
    key: `mlflow:1/${sketch.id}`,
    source: 'mlflow',
    name: `run-${sketch.id.slice(0, 4)}`,
    user: 'ines',
    url: null,
    status: 'finished',
    deleted: false,
    startedAt: Date.UTC(2026, 2, 2, 10, 0),
    endedAt: Date.UTC(2026, 2, 2, 10, 30),
    parent: null,
    note: null,
    code: { commit: null, dirty: null, branch: null, entryPoint: null },
    dataSets: [],
    artifacts: null,
    gaps: [],
    ...sketch,
    experiment: { id: '1', name: experiment },
    params,
    metrics,
    tags: new Map(Object.entries(sketch.tags ?? {})),
    origins: {
      run: origin,
      params: new Map(
        [...params.keys()].map((name) => [name, { source: 'mlflow', file: `1/${sketch.id}/params/${name}` }]),
      ),
      metrics: new Map(
        [...metrics.keys()].map((name) => [
          name,
          { source: 'mlflow', file: `1/${sketch.id}/metrics/${name}`, line: 1 },
        ]),
      ),
    },
  }
}

function makeSummary(value: number | Partial<MetricSummary>): MetricSummary {
  const last = typeof value === 'number' ? value : (value.last ?? Number.NaN)
  const single = { last, lastStep: 0, min: last, max: last, minStep: 0, maxStep: 0, count: 1, nonFinite: 0 }
  return typeof value === 'number' ? single : { ...single, ...value }
}
