import type { DataSet, Experiment, Point, Run, RunKey } from '../../src/runs/run.ts'
import { plantCurves, plantMetric, pointsOf, summaryOf } from './planted-curves.ts'
import {
  type Break,
  CAUSES,
  type Plan,
  type Planned,
  type PlantedHistory,
  type PlantedKind,
} from './planted-history.ts'
import type { Level } from './planted-themes.ts'
import type { Random } from './seeded-random.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MINUTE = 60_000
const ADJECTIVES = ['bold', 'calm', 'rare', 'loud', 'mute', 'shy', 'keen', 'wry'] as const
const ANIMALS = ['ape', 'crow', 'elk', 'finch', 'hare', 'moth', 'newt', 'seal', 'vole'] as const
const WORDS = ['baseline', 'try', 'again', 'test', 'final', 'fix', 'sweep', 'check'] as const

const TOGETHER: readonly PlantedKind[] = ['replicates', 'minimal pair', 'confounded pair', 'cross-validation']

/** A planned run with what is known when it is written. */
interface Writing {
  readonly planned: Planned
  readonly index: number
  readonly name: string
  readonly startedAt: number
  /** Whether the run comes behind a break. */
  readonly after: (what: Break) => boolean
}

/** A plan as a tracker would hold it: working days, one run after the other, each with its parameters, metrics and curves. */
export function writePlannedRuns(plan: Plan): Pick<PlantedHistory, 'runs' | 'experiments' | 'histories'> {
  const { random, habits, theme } = plan
  const digests = [random.hex(8), random.hex(8), random.hex(8)] as const
  const second = plan.breaks.find(({ what }) => what === 'primary metric')?.at ?? Number.POSITIVE_INFINITY
  const measured = new Map<string, ReadonlyMap<string, readonly Point[]>>()
  const histories = new Map<RunKey, ReadonlyMap<string, readonly Point[]>>()
  const runs: Run[] = []
  // Nobody commits in the middle of a comparison.
  const together = new Set(
    plan.events
      .filter(({ kind }) => TOGETHER.includes(kind))
      .flatMap(({ runs: members }) => members.slice(1)),
  )
  let clock = Date.UTC(2026, 2, 2, 8, 0) + random.whole(0, 120) * MINUTE
  let commit = random.hex(40)
  for (const [index, planned] of plan.runs.entries()) {
    if (clock % DAY > 17 * HOUR && planned.parent === null) {
      clock = Math.floor(clock / DAY) * DAY + DAY + random.between(7.5, 9.5) * HOUR
      if (random.chance(0.4) && !together.has(index)) commit = random.hex(40)
    }
    const startedAt = Math.round(clock)
    const endedAt = Math.round(clock + random.between(4, 55) * MINUTE * (planned.failure === null ? 1 : 0.2))
    clock = endedAt + random.between(1, 12) * MINUTE
    const id = random.hex(32)
    const experiment =
      index < second ? { id: '1', name: theme.name } : { id: '2', name: `${theme.name}-final` }
    const key = `mlflow:${experiment.id}/${id}`
    const after = (what: Break): boolean => plan.breaks.some((one) => one.what === what && index >= one.at)
    const writing = { planned, index, name: nameOf(planned, index, plan), startedAt, after }
    const params = paramsOf(writing, plan)
    const series = measuredBefore(writing, plan, measured) ?? seriesOf(writing, plan)
    measured.set(settingKey(planned), series)
    histories.set(key, series)
    runs.push({
      key,
      id,
      source: 'mlflow',
      experiment,
      name: writing.name,
      user: 'ines',
      url: null,
      status: planned.failure === null ? 'finished' : 'failed',
      deleted: false,
      startedAt,
      endedAt,
      parent: planned.parent === null ? null : (runs[planned.parent]?.key ?? null),
      params,
      metrics: new Map([...series].map(([metric, points]) => [metric, summaryOf(points)])),
      tags: new Map(CAUSES.filter(([, cause]) => cause === planned.failure)),
      note: null,
      code: {
        commit: habits.commits ? commit : null,
        dirty: habits.commits ? false : null,
        branch: null,
        entryPoint: 'train.py',
      },
      dataSets: dataSetsOf(plan, digests, after('evaluation data')),
      artifacts: null,
      gaps: [],
      origins: {
        run: { source: 'mlflow', file: `${id}/meta.yaml` },
        params: new Map(
          [...params.keys()].map((one) => [one, { source: 'mlflow', file: `${id}/params/${one}` }]),
        ),
        metrics: new Map(
          [...series.keys()].map((one) => [one, { source: 'mlflow', file: `${id}/metrics/${one}` }]),
        ),
      },
    })
  }
  return { runs, histories, experiments: experimentsOf(plan, runs) }
}

/** Parameters as the project's programs write them, beside what every program writes on its own. */
function paramsOf(writing: Writing, { theme, habits, random }: Plan): ReadonlyMap<string, string> {
  const { planned, after } = writing
  const written = new Map(Object.entries(theme.constants))
  for (const [setting, level] of planned.setting)
    written.set(`${habits.prefix}${setting}`, planned.retyped.get(setting) ?? typed(level))
  written.set('epochs', after('budget') ? '60' : '20')
  written.set('test_size', after('split') ? '0.3' : '0.2')
  if (theme.second === 'val_f1') written.set('threshold', after('threshold') ? 'tuned_on_val' : '0.5')
  if (planned.fold !== null) written.set('fold', String(planned.fold))
  if (habits.seeds !== 'none') written.set(habits.seedName, String(planned.seed))
  for (const own of habits.bookkeeping) written.set(own, bookkept(own, writing, random))
  return new Map([...written].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A value as Python prints it. */
function typed(level: Level): string {
  if (typeof level === 'boolean') return level ? 'True' : 'False'
  return typeof level === 'number' && Math.abs(level) < 1e-4 ? level.toExponential() : String(level)
}

function bookkept(own: string, { name, startedAt, index }: Writing, random: Random): string {
  switch (own) {
    case 'output_dir':
      return `/home/ines/runs/${name}_${index}`
    case 'checkpoint_path':
      return `checkpoints/${startedAt}/best.ckpt`
    case 'timestamp':
      return new Date(startedAt).toISOString()
    case 'hostname':
      return random.pick(['gpu-01', 'gpu-02', 'laptop'])
    default:
      return name
  }
}

function nameOf(planned: Planned, index: number, { random, habits, theme }: Plan): string {
  switch (habits.names) {
    case 'settings':
      return theme.tuned
        .slice(0, 3)
        .map(({ name }) => `${name.slice(0, 2)}${planned.setting.get(name)}`)
        .join('-')
    case 'numbers':
      return `run_${index + 1}`
    case 'words':
      return `${random.pick(WORDS)}${random.chance(0.5) ? '' : `-${random.whole(2, 9)}`}`
    case 'animals':
      return `${random.pick(ADJECTIVES)}-${random.pick(ANIMALS)}-${random.whole(1, 999)}`
    default:
      return habits.names satisfies never
  }
}

function dataSetsOf(
  { habits, theme }: Plan,
  [training, evaluation, other]: readonly [string, string, string],
  isChanged: boolean,
): readonly DataSet[] {
  const measured = isChanged ? other : evaluation
  switch (habits.dataSets) {
    case 'both':
      return [
        { name: `${theme.name} train`, digest: training, context: 'training' },
        { name: `${theme.name} holdout`, digest: measured, context: 'eval' },
      ]
    case 'one':
      return [{ name: theme.name, digest: measured, context: null }]
    case 'none':
      return []
    default:
      return habits.dataSets satisfies never
  }
}

/** Where training is deterministic, the same settings with the same seed give the same series at other times. */
function measuredBefore(
  { planned, startedAt }: Writing,
  { habits }: Plan,
  measured: ReadonlyMap<string, ReadonlyMap<string, readonly Point[]>>,
): ReadonlyMap<string, readonly Point[]> | null {
  const known = habits.deterministic ? measured.get(settingKey(planned)) : undefined
  if (known === undefined) return null
  return new Map(
    [...known].map(([metric, points]) => [
      metric,
      points.map((point, index) => ({ ...point, time: startedAt + index * 1000 })),
    ]),
  )
}

function settingKey(planned: Planned): string {
  return JSON.stringify([[...planned.setting], planned.seed, planned.fold, planned.role, planned.protocol])
}

/** All series of a run: losses step by step, and what is measured at the end. A failed run has the beginning of its losses. */
function seriesOf({ planned, startedAt, after }: Writing, plan: Plan): ReadonlyMap<string, readonly Point[]> {
  const { theme, habits, random } = plan
  const steps = random.whole(25, 60)
  const { train, val } = plantCurves(planned.shape, random, steps)
  const [trainName, valName] = theme.losses
  const series = new Map<string, readonly Point[]>()
  if (planned.role === 'parent') {
    const value = measure(planned, plan)
    series.set(`cv_${theme.primary}_mean`, pointsOf([value], 'cv', startedAt, 1))
    return series
  }
  const until = planned.failure === null ? steps : random.whole(0, 6)
  if (until > 0) {
    series.set(trainName, pointsOf(train.slice(0, until), trainName, startedAt, 1))
    series.set(valName, pointsOf(val.slice(0, until), valName, startedAt, 1))
  }
  if (planned.failure !== null) return series
  const value = measure(planned, plan)
  const shift = theme.second === 'val_f1' ? (after('threshold') ? -0.1 : -0.35) : -0.05
  series.set(
    theme.primary,
    pointsOf(
      habits.primaryCurve ? plantMetric(planned.shape, value, random, steps, theme.direction) : [value],
      theme.primary,
      startedAt,
      1,
    ),
  )
  series.set(
    theme.second,
    pointsOf([value + shift + habits.noise * random.normal()], theme.second, startedAt, 1),
  )
  return series
}

/** What a run's settings are worth, with noise. */
function measure(planned: Planned, { theme, habits, random }: Plan): number {
  let value = theme.base
  for (const tuned of theme.tuned) {
    const level = planned.setting.get(tuned.name)
    if (level !== undefined) value += (habits.surface.get(tuned.name) ?? 0) * tuned.place(level)
  }
  const better = theme.direction === 'higher' ? 1 : -1
  return Number((value + habits.noise * (random.normal() + better * planned.bonus)).toFixed(6))
}

function experimentsOf({ theme, breaks }: Plan, runs: readonly Run[]): readonly Experiment[] {
  const states = breaks.some(({ what }) => what === 'primary metric')
  return [...new Map(runs.map(({ experiment }) => [experiment.id, experiment])).values()].map(
    (experiment, index) => {
      const name = index === 0 ? theme.primary : theme.second
      const greaterIsBetter =
        name === theme.primary ? theme.direction === 'higher' : theme.second === 'val_f1'
      return {
        ...experiment,
        note: null,
        primaryMetric: states ? { name, greaterIsBetter } : null,
        origin: { source: 'mlflow', file: `${experiment.id}/meta.yaml` },
      }
    },
  )
}
