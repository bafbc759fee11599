import type { Evidence } from '../../src/evidence/evidence.ts'
import { gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { readSeries } from '../../src/runs/collect-runs.ts'
import type { Run } from '../../src/runs/run.ts'
import { fakeSource } from './fake-source.ts'
import type { PlantedHistory } from './planted-history.ts'

const DAY = 24 * 3_600_000

/** The evidence of a whole planted project, as `narrate runs findings` gathers it. */
export function gatherPlanted(history: PlantedHistory): Promise<Evidence> {
  return gatherRuns(history, history.runs, [])
}

/** The evidence of a planted project's last day, with the days before as the project's other runs. */
export function gatherLastDay(history: PlantedHistory): Promise<Evidence> {
  const last = history.runs.at(-1)?.startedAt ?? 0
  const isToday = ({ startedAt }: Run): boolean =>
    Math.floor((startedAt ?? 0) / DAY) === Math.floor(last / DAY)
  return gatherRuns(
    history,
    history.runs.filter(isToday),
    history.runs.filter((run) => !isToday(run)),
  )
}

/** What evidence needs of a history. */
export type Readable = Pick<PlantedHistory, 'histories' | 'experiments' | 'metrics'>

/** Evidence of some runs of a history, with others of it as the project's other runs. */
export async function gatherRuns(
  history: Readable,
  runs: readonly Run[],
  earlier: readonly Run[],
): Promise<Evidence> {
  const times = runs.flatMap(({ startedAt, endedAt }) => [startedAt ?? 0, endedAt ?? 0])
  const source = {
    ...fakeSource({ runs: [] }, 'mlflow'),
    async *history(key: string, metric: string) {
      yield* history.histories.get(key)?.get(metric) ?? []
    },
  }
  const read = []
  for (const run of runs)
    read.push({ run, ...(await readSeries(source, run, new AbortController().signal, [])) })
  return gatherEvidence({
    project: { name: 'Planted', goal: null },
    span: { from: Math.min(...times), until: Math.max(...times) + 1, timeZone: 'UTC' },
    runs: read,
    earlier,
    otherRuns: { count: 0, users: [] },
    experiments: history.experiments,
    notes: [],
    gaps: [],
    metrics: history.metrics,
    rules: {
      repeats: { ignore: [], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
    },
    mask: (text) => text,
  })
}
