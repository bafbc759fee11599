import { type Gap, isGap } from '../../src/gap.ts'
import type { Experiment, Point, Run, RunSummary } from '../../src/runs/run.ts'
import type { RunSource } from '../../src/runs/run-source.ts'
import {
  type DumpedPoint,
  type DumpedRun,
  type DumpedStore,
  readDump,
  type UnreadableRun,
} from './mlflow-dump.ts'

/**
 * Where narrate says something else than MLflow's client, and means to. Each is counted wherever it occurs; anything
 * that is not named here is a difference, and fails.
 */
export const DELIBERATE = {
  'step of a tied metric':
    'MLflow reports step 0 for a line of five fields (a metric tied to a data set); the step is in the file',
  'last value of a tied metric': 'so MLflow takes the last value by time alone where the steps say otherwise',
  'infinity in a database': 'MLflow stores infinity as the greatest double and reports that number',
  'unknown user': 'MLflow says "unknown" or nothing; narrate says null, or who the tag names',
  'name of a nameless run': 'MLflow says nothing; narrate takes the tag, else the first characters of the id',
  'run that MLflow cannot read': 'MLflow raises an error; narrate reads the run, or tells a gap',
} as const

type DeliberateName = keyof typeof DELIBERATE

/** What comparing one store gave. */
export interface Comparison {
  readonly mlflow: string
  readonly remarks: readonly string[]
  readonly runs: number
  readonly params: number
  readonly tags: number
  readonly metrics: number
  readonly points: number
  /** Versions of registered models. */
  readonly registered: number
  /** Runs whose histories MLflow had no time to read. */
  readonly runsWithoutHistories: number
  readonly gaps: number
  readonly deliberate: ReadonlyMap<DeliberateName, number>
  readonly differences: readonly string[]
}

/** Reads a store with narrate and compares all that it says with what MLflow's client said of the same store. */
export async function compareStore(source: RunSource, dump: string): Promise<Comparison> {
  const differences: string[] = []
  const deliberate = new Map<DeliberateName, number>()
  const counts = {
    runs: 0,
    params: 0,
    tags: 0,
    metrics: 0,
    points: 0,
    registered: 0,
    runsWithoutHistories: 0,
    gaps: 0,
  }
  const known = (name: DeliberateName) => deliberate.set(name, (deliberate.get(name) ?? 0) + 1)
  const same = (what: string, theirs: unknown, ours: unknown) => {
    const [left, right] = [written(theirs), written(ours)]
    if (left !== right) differences.push(`${what}: MLflow ${short(left)}, narrate ${short(right)}`)
  }

  const listed = await collect(source.list({ includeDeleted: true }))
  const active = new Set((await collect(source.list({}))).found.map((run) => run.id))
  const experiments = await collect(source.experiments({ includeDeleted: true }))
  counts.gaps = listed.gaps + experiments.gaps
  const summaries = new Map(listed.found.map((run) => [run.id, run]))
  if (summaries.size !== listed.found.length) differences.push('narrate lists a run twice')

  let store: DumpedStore | null = null
  const seen = new Set<string>()
  for await (const dumped of readDump(dump)) {
    if ('experiments' in dumped) {
      store = dumped
      compareExperiments(dumped, experiments.found)
      continue
    }
    seen.add(dumped.id)
    if ('unreadable' in dumped) {
      known('run that MLflow cannot read')
      compareUnreadable(dumped)
      continue
    }
    const summary = summaries.get(dumped.id)
    if (summary === undefined) {
      differences.push(`run ${dumped.id}: MLflow has it, narrate does not`)
      continue
    }
    counts.runs += 1
    await compareRun(dumped, summary, await source.read(summary.key))
  }
  if (store === null) throw new Error(`${dump} is empty`)
  for (const id of summaries.keys())
    if (!seen.has(id)) differences.push(`run ${id}: narrate has it, MLflow does not`)
  return { mlflow: store.mlflow, remarks: store.remarks, ...counts, deliberate, differences }

  function compareExperiments(dumped: DumpedStore, ours: readonly Experiment[]): void {
    const theirs = dumped.experiments.map(({ id, name, tags }) => ({
      id,
      name,
      note: tags['mlflow.note.content'] || null,
      primary: tags['mlflow.experiment.primaryMetric.name'] || null,
    }))
    const told = ours.map(({ id, name, note, primaryMetric }) => ({
      id,
      name,
      note,
      primary: primaryMetric?.name ?? null,
    }))
    same('experiments', theirs.sort(byId), told.sort(byId))
  }

  function compareUnreadable(dumped: UnreadableRun): void {
    if (!summaries.has(dumped.id) && counts.gaps === 0)
      differences.push(
        `run ${dumped.id}: neither MLflow nor narrate reads it, and narrate has no gap that says so`,
      )
  }

  async function compareRun(dumped: DumpedRun, summary: RunSummary, run: Run): Promise<void> {
    const what = `run ${dumped.id}`
    const stage = store?.experiments.find(({ id }) => id === dumped.experiment)?.stage
    same(
      `${what} listed without the deleted`,
      dumped.stage === 'active' && stage === 'active',
      active.has(dumped.id),
    )
    for (const [how, ours] of [
      ['listed', summary],
      ['read', run],
    ] as const) {
      const place = `${what} (${how})`
      same(`${place} experiment`, dumped.experiment, ours.experiment.id)
      same(`${place} status`, dumped.status.toLowerCase(), ours.status)
      same(`${place} start`, dumped.start, ours.startedAt)
      same(`${place} end`, dumped.end, ours.endedAt)
      same(
        `${place} parent`,
        dumped.tags['mlflow.parentRunId'] ?? null,
        ours.parent?.split('/').at(-1) ?? null,
      )
      if (dumped.name) same(`${place} name`, dumped.name, ours.name)
      else {
        if (ours === summary) known('name of a nameless run')
        same(`${place} name`, dumped.tags['mlflow.runName'] || dumped.id.slice(0, 8), ours.name)
      }
      if (dumped.user && dumped.user !== 'unknown') same(`${place} user`, dumped.user, ours.user)
      else {
        if (ours === summary) known('unknown user')
        same(`${place} user`, dumped.tags['mlflow.user'] || null, ours.user)
      }
      same(`${place} params`, sorted(dumped.params), sorted(Object.fromEntries(ours.params)))
      const ownTags = Object.entries(dumped.tags).filter(([name]) => !name.startsWith('mlflow.'))
      same(`${place} tags`, sorted(Object.fromEntries(ownTags)), sorted(Object.fromEntries(ours.tags)))
      compareLast(place, dumped, ours)
    }
    counts.params += summary.params.size
    counts.tags += Object.keys(dumped.tags).length
    counts.gaps += run.gaps.length
    same(`${what} note`, dumped.tags['mlflow.note.content'] || null, run.note)
    same(`${what} commit`, dumped.tags['mlflow.source.git.commit'] ?? null, run.code.commit)
    same(
      `${what} branch`,
      dumped.tags['mlflow.source.git.branch'] ?? dumped.tags['mlflow.gitBranchName'] ?? null,
      run.code.branch,
    )
    same(`${what} entry point`, dumped.tags['mlflow.source.name'] || null, run.code.entryPoint)
    same(
      `${what} data sets`,
      dumped.data.map(([name, digest, context]) => [name, digest, context || null].join('|')).sort(),
      run.dataSets.map(({ name, digest, context }) => [name, digest, context].join('|')).sort(),
    )
    same(
      `${what} registered models`,
      dumped.registered
        .map(([model, version, stage, aliases]) => [model, version, stage ?? 'None', ...aliases].join('|'))
        .sort(),
      (run.registered ?? [])
        .map(({ model, version, stage, aliases }) => [model, version, stage ?? 'None', ...aliases].join('|'))
        .sort(),
    )
    counts.registered += dumped.registered.length
    if (dumped.histories === null) {
      counts.runsWithoutHistories += 1
      return
    }
    for (const metric of Object.keys(dumped.metrics))
      await compareHistory(`${what} metric ${metric}`, dumped.histories[metric] ?? [], summary, metric)
  }

  function compareLast(place: string, dumped: DumpedRun, ours: RunSummary): void {
    const isListed = summaries.get(dumped.id) === ours
    same(`${place} names of metrics`, Object.keys(dumped.metrics).sort(), [...ours.metrics.keys()].sort())
    for (const [name, last] of Object.entries(dumped.metrics)) {
      const told = ours.metrics.get(name)?.last
      if (isListed) counts.metrics += 1
      if (told === undefined || isSame(last, told)) continue
      if (isStoredInfinity(last, told)) isListed && known('infinity in a database')
      else if (dumped.histories?.[name]?.some(({ isTied }) => isTied))
        isListed && known('last value of a tied metric')
      else same(`${place} last ${name}`, last, told)
    }
  }

  async function compareHistory(
    what: string,
    theirs: readonly DumpedPoint[],
    summary: RunSummary,
    metric: string,
  ): Promise<void> {
    const { found: ours, gaps } = await collect(source.history(summary.key, metric))
    counts.gaps += gaps
    counts.points += theirs.length
    if (ours.length !== theirs.length) {
      same(`${what} number of points`, theirs.length, ours.length)
      return
    }
    compareOrder(what, ours)
    // MLflow gives them in the order of the file, or by time: they are matched by all that a point says.
    const [left, right] = [[...theirs].sort(byPoint(tiedLast)), [...ours].sort(byPoint(tiedLast))]
    const isTied = theirs.some((point) => point.isTied)
    left.forEach((point, index) => {
      const other = right[index]
      if (other === undefined) return
      if (isTied && point.step === 0 && other.step !== 0) known('step of a tied metric')
      else same(`${what} step`, point.step, other.step)
      same(`${what} time at step ${other.step}`, point.time, other.time)
      if (isSame(point.value, other.value)) return
      if (isStoredInfinity(point.value, other.value)) known('infinity in a database')
      else same(`${what} value at step ${other.step}`, point.value, other.value)
    })
    function tiedLast(step: number | null): number {
      return theirs.some((point) => point.isTied) ? 0 : (step ?? 0)
    }
  }

  function compareOrder(what: string, points: readonly Point[]): void {
    points.slice(1).forEach((point, index) => {
      const before = points[index]
      if (before === undefined) return
      const steps = (point.step ?? 0) - (before.step ?? 0)
      if (steps < 0 || (steps === 0 && (point.time ?? 0) < (before.time ?? 0)))
        differences.push(`${what}: narrate's points are not in the order of step, then time`)
    })
  }
}

async function collect<Value extends object>(
  stream: AsyncIterable<Value | Gap>,
): Promise<{ readonly found: Value[]; readonly gaps: number }> {
  const found: Value[] = []
  let gaps = 0
  for await (const value of stream) {
    if (isGap(value)) gaps += 1
    else found.push(value)
  }
  return { found, gaps }
}

/** MLflow's databases hold infinity as the greatest double. */
function isStoredInfinity(theirs: number, ours: number): boolean {
  return Math.abs(theirs) === Number.MAX_VALUE && ours === Math.sign(theirs) * Number.POSITIVE_INFINITY
}

function isSame(left: number, right: number): boolean {
  return left === right || (Number.isNaN(left) && Number.isNaN(right))
}

function byPoint(stepOf: (step: number | null) => number) {
  const rank = (value: number) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value)
  return (
    left: { readonly step: number | null; readonly time: number | null; readonly value: number },
    right: { readonly step: number | null; readonly time: number | null; readonly value: number },
  ) =>
    stepOf(left.step) - stepOf(right.step) ||
    (left.time ?? 0) - (right.time ?? 0) ||
    compare(rank(left.value), rank(right.value))
}

function compare(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0
}

function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
}

function written(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

// What differs stands behind what is equal: the middle of a long text is left out.
function short(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 150)} … ${text.slice(-150)}`
}
