import type { Evidence } from '../../src/evidence/evidence.ts'
import { gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { type Curve, traceCurve } from '../../src/runs/curve.ts'
import type { Point, Run, RunKey } from '../../src/runs/run.ts'
import type { PlantedHistory } from './planted-history.ts'

const DAY = 24 * 3_600_000

/** The evidence of a whole planted project, as `narrate runs findings` gathers it. */
export function gatherPlanted(history: PlantedHistory): Evidence {
  return gatherRuns(history, history.runs, [])
}

/** The evidence of a planted project's last day, with the days before as the project's other runs. */
export function gatherLastDay(history: PlantedHistory): Evidence {
  const last = history.runs.at(-1)?.startedAt ?? 0
  const isToday = ({ startedAt }: Run): boolean =>
    Math.floor((startedAt ?? 0) / DAY) === Math.floor(last / DAY)
  return gatherRuns(
    history,
    history.runs.filter(isToday),
    history.runs.filter((run) => !isToday(run)),
  )
}

function gatherRuns(history: PlantedHistory, runs: readonly Run[], earlier: readonly Run[]): Evidence {
  const times = runs.flatMap(({ startedAt, endedAt }) => [startedAt ?? 0, endedAt ?? 0])
  return gatherEvidence({
    project: { name: 'Planted', goal: null },
    span: { from: Math.min(...times), until: Math.max(...times) + 1, timeZone: 'UTC' },
    runs: runs.map((run) => ({ run, ...seriesOf(history.histories.get(run.key) ?? new Map()) })),
    earlier,
    otherRuns: { count: 0, users: [] },
    experiments: history.experiments,
    notes: [],
    gaps: [],
    metrics: history.metrics,
    rules: { repeats: { ignore: [], tolerance: 0.01 }, waivers: [], costs: { currency: 'USD' } },
    mask: (text) => text,
  })
}

/** What a reader keeps of a run's series. */
export function seriesOf(series: ReadonlyMap<RunKey, readonly Point[]>): {
  readonly points: ReadonlyMap<string, readonly Point[]>
  readonly curves: ReadonlyMap<string, Curve>
} {
  const points = new Map<string, readonly Point[]>()
  const curves = new Map<string, Curve>()
  for (const [metric, whole] of series) {
    points.set(metric, whole.length > 12 ? [...whole.slice(0, 4), ...whole.slice(-4)] : whole)
    const traced = traceCurve()
    for (const point of whole) traced.add(point)
    const curve = traced.finish()
    if (curve !== null && whole.length > 1) curves.set(metric, curve)
  }
  return { points, curves }
}
