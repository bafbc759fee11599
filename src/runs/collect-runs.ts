import { NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import { type Curve, type TracedCurve, traceCurve } from './curve.ts'
import { identityOf } from './identity.ts'
import { listWholeRuns } from './list-runs.ts'
import { pairMetrics } from './pair-metrics.ts'
import { readExperiments } from './read-experiments.ts'
import { readLogTail } from './read-log-tail.ts'
import {
  type Experiment,
  isBroken,
  type LogTail,
  type Point,
  type Run,
  type RunKey,
  type RunSummary,
} from './run.ts'
import type { OpenedSource, RunSource } from './run-source.ts'
import { samplePoints } from './sample-points.ts'
import { sameName, usersCalled } from './users-called.ts'

/**
 * Whose runs a document tells. `identity` are names that the user may go by (git name and e-mail, login name); where
 * none of them occurs and at most one name does, the runs are told all the same. `users` were named, and only they count.
 */
export type Whose =
  | { readonly kind: 'all' }
  | { readonly kind: 'users'; readonly names: readonly string[] }
  | { readonly kind: 'identity'; readonly names: readonly string[] }

export interface CollectRequest {
  readonly sources: readonly OpenedSource[]
  /** Milliseconds since 1970; `until` is not in it. */
  readonly span: { readonly from: number; readonly until: number }
  readonly whose: Whose
  /** Runs that documents have told already, with the end they told (null: told while still open). */
  readonly told: readonly { readonly key: RunKey; readonly endedAt: number | null }[]
  /** How many runs get their histories read; the rest is told without, and that is said. Default: 200. */
  readonly mostHistories?: number
  /** How many of the project's other runs are read, newest first, for findings to hold these against. Default: 5 000. */
  readonly mostEarlier?: number
  readonly signal: AbortSignal
  /** Called with the chosen runs before any of them is read whole. */
  readonly onChosen?: (chosen: ChosenRuns) => void
  readonly onRead?: (done: number, all: number) => void
}

/** Which runs of a span are told, and what was left out and why. */
export interface ChosenRuns {
  /** Oldest first. */
  readonly runs: readonly RunSummary[]
  /** Other people's runs. */
  readonly others: { readonly count: number; readonly users: readonly string[] }
  /** How many were told as ended before. */
  readonly toldBefore: number
  /** Sentences that the user should read: why all users were taken, what was left out. */
  readonly remarks: readonly string[]
  readonly gaps: readonly Gap[]
  /** How many sources could be listed, of how many. */
  readonly readSources: number
}

/** The chosen runs, read whole. */
export interface CollectedRuns extends Omit<ChosenRuns, 'runs'> {
  readonly runs: readonly Run[]
  /** Up to twelve points per metric: first, last, lowest, highest and some between, in order of step. */
  readonly points: ReadonlyMap<RunKey, ReadonlyMap<string, readonly Point[]>>
  /** What whole series tell, where a history was read and holds more than one point. */
  readonly curves: ReadonlyMap<RunKey, ReadonlyMap<string, Curve>>
  /** The end of the log of runs that failed or were killed, where they left one. */
  readonly logTails: ReadonlyMap<RunKey, LogTail>
  /** The project's other runs that started before the end of the span, whoever's they are, told before or deleted. */
  readonly earlier: readonly Run[]
  /** How many children of a parent started after the span, for parents of runs told here. */
  readonly laterChildren: ReadonlyMap<RunKey, number>
  /** The experiments that the runs belong to. */
  readonly experiments: readonly Experiment[]
}

const MOST_HISTORIES = 200
const MOST_EARLIER = 5_000
const MOST_LOGS = 50
const SILENT_AFTER = 3 * 24 * 3_600_000

/**
 * The runs a log entry tells: active in the span, of the user, and not yet told as ended. They are read with histories
 * folded into summaries and a few sample points. A source, run or history that cannot be read becomes a `Gap`.
 */
export async function collectRuns(request: CollectRequest): Promise<CollectedRuns> {
  const { signal } = request
  const listed = await listActive(request)
  const chosen = choose(listed, request)
  request.onChosen?.(chosen)

  const runs: Run[] = []
  const points = new Map<RunKey, ReadonlyMap<string, readonly Point[]>>()
  const curves = new Map<RunKey, ReadonlyMap<string, Curve>>()
  const gaps: Gap[] = [...chosen.gaps]
  const remarks: string[] = [...chosen.remarks]
  const most = request.mostHistories ?? MOST_HISTORIES
  let silent = 0
  for (const [index, summary] of chosen.runs.entries()) {
    signal.throwIfAborted()
    request.onRead?.(index, chosen.runs.length)
    const source = listed.sourceOf.get(summary.key)
    if (source === undefined) throw new Error(`${summary.key} came from no source`)
    const withHistory = index < most
    const run = await readRun(source, summary.key, withHistory, gaps)
    if (run === null) continue
    const series = withHistory ? await readSeries(source, run, signal, gaps) : NO_SERIES
    if (isSilent(run, series.points, request.span.from)) {
      silent += 1
      continue
    }
    runs.push(run)
    points.set(run.key, series.points)
    curves.set(run.key, series.curves)
  }
  if (chosen.runs.length > most) {
    gaps.push(
      gap(
        `histories of ${chosen.runs.length - most} runs`,
        'the newest of the span',
        `only the first ${most} runs of a span have their histories read; lowest and highest values of the others are not known`,
      ),
    )
  }
  if (silent > 0) {
    remarks.push(
      `${silent} ${silent === 1 ? 'run is' : 'runs are'} still marked as running but logged nothing for days: left out.`,
    )
  }
  const logTails = await readLogTails(runs, (run) => listed.sourceOf.get(run.key), signal, gaps)
  const earlier = runs.length === 0 ? [] : await readEarlier(request, runs, gaps)
  const laterChildren = await countLaterChildren(request, runs, gaps)
  const experiments = await readExperiments(request.sources, [...runs, ...earlier], signal)
  gaps.push(...experiments.gaps)
  return {
    ...chosen,
    runs,
    points,
    curves,
    logTails,
    earlier,
    laterChildren,
    experiments: experiments.experiments,
    gaps: withoutRepeats(gaps),
    remarks,
  }
}

interface Listed {
  readonly runs: readonly RunSummary[]
  readonly sourceOf: ReadonlyMap<RunKey, RunSource>
  readonly gaps: readonly Gap[]
  readonly readSources: number
  readonly twice: number
}

async function listActive({ sources, span, signal }: CollectRequest): Promise<Listed> {
  const runs: RunSummary[] = []
  const sourceOf = new Map<RunKey, RunSource>()
  const gaps: Gap[] = []
  const ids = new Map<string, string>()
  let readSources = 0
  let twice = 0
  for (const { source, experiments } of sources) {
    try {
      for await (const found of source.list({
        activeSince: span.from,
        startedBefore: span.until,
        ...(experiments === undefined ? {} : { experiments }),
      })) {
        signal.throwIfAborted()
        if (isGap(found)) {
          gaps.push(found)
          continue
        }
        // A store that was migrated holds the same runs as the one it came from.
        const id = identityOf(source, found.id)
        const before = ids.get(id)
        if (before !== undefined && before !== source.alias) {
          twice += 1
          continue
        }
        ids.set(id, source.alias)
        runs.push(found)
        sourceOf.set(found.key, source)
      }
      readSources += 1
    } catch (error) {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      gaps.push(gap(`source ${source.alias}`, source.location, error.message))
    }
  }
  runs.sort((a, b) => (a.startedAt ?? Infinity) - (b.startedAt ?? Infinity) || (a.key < b.key ? -1 : 1))
  return { runs, sourceOf, gaps, readSources, twice }
}

function choose(listed: Listed, { whose, told }: CollectRequest): ChosenRuns {
  const { mine, others, remark } = divide(listed.runs, whose)
  // A run that was resumed and ended again has a new end, and is told again.
  const ends = new Set(told.map(({ key, endedAt }) => `${key} ${endedAt}`))
  const ended = new Set(told.flatMap(({ key, endedAt }) => (endedAt === null ? [] : [key])))
  const isTold = (run: RunSummary): boolean =>
    run.endedAt !== null &&
    (ends.has(`${run.key} ${run.endedAt}`) || (run.also ?? []).some(({ key }) => ended.has(key)))
  const runs = mine.filter((run) => !isTold(run))
  const remarks = remark === null ? [] : [remark]
  if (listed.twice > 0) {
    remarks.push(
      `${listed.twice} ${listed.twice === 1 ? 'run stands' : 'runs stand'} in two sources under one id: told once.`,
    )
  }
  return {
    runs,
    others: {
      count: others.length,
      users: [...new Set(others.map((run) => run.user ?? 'unknown'))].sort(),
    },
    toldBefore: mine.length - runs.length,
    remarks,
    gaps: listed.gaps,
    readSources: listed.readSources,
  }
}

interface Divided {
  readonly mine: readonly RunSummary[]
  readonly others: readonly RunSummary[]
  readonly remark: string | null
}

function divide(runs: readonly RunSummary[], whose: Whose): Divided {
  if (whose.kind === 'all') return { mine: runs, others: [], remark: null }
  const users = [...new Set(runs.flatMap((run) => (run.user === null ? [] : [run.user])))].sort()
  const wanted = new Set(whose.names.map(sameName))
  const names = new Set(
    whose.kind === 'users'
      ? whose.names.flatMap((name) => usersCalled(name, users))
      : users.filter((user) => wanted.has(sameName(user))),
  )
  const isNamed = (run: RunSummary): boolean => run.user !== null && names.has(run.user)
  const named = runs.filter(isNamed)
  const strangers = users.filter((user) => !names.has(user))
  if (whose.kind === 'users')
    return { mine: named, others: runs.filter((run) => !isNamed(run)), remark: null }

  if (named.length > 0) {
    // A run without a user is nobody else's where nobody else logs here.
    const isMine = (run: RunSummary): boolean => isNamed(run) || (run.user === null && strangers.length === 0)
    return { mine: runs.filter(isMine), others: runs.filter((run) => !isMine(run)), remark: null }
  }
  if (runs.length === 0) return { mine: [], others: [], remark: null }
  const [stranger] = strangers
  if (strangers.length <= 1) {
    return {
      mine: runs,
      others: [],
      remark:
        stranger === undefined
          ? 'The runs carry no user: all of them are told.'
          : `All runs are logged as "${stranger}": they are taken as yours (users: in narrate.yaml settles it).`,
    }
  }
  return {
    mine: [],
    others: runs,
    remark: `None of the runs is yours by name (${whose.names.join(', ') || 'no name is known'}); they are by ${strangers.join(', ')}. Say --user NAME or --all-users, or set users: in narrate.yaml.`,
  }
}

async function readRun(
  source: RunSource,
  key: RunKey,
  withHistory: boolean,
  gaps: Gap[],
): Promise<Run | null> {
  try {
    return await source.read(key, { withHistory })
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    gaps.push(gap(`run ${key}`, source.location, error.message))
    return null
  }
}

/** What was read of a run's series, by metric. */
export interface RunSeries {
  /** Up to twelve points per metric, in order of step. */
  readonly points: ReadonlyMap<string, readonly Point[]>
  /** None for a metric of one point. */
  readonly curves: ReadonlyMap<string, Curve>
}

const NO_SERIES: RunSeries = { points: new Map(), curves: new Map() }

/** Reads every history of a run once, keeping a few points and what the whole of it tells. */
export async function readSeries(
  source: RunSource,
  run: Run,
  signal: AbortSignal,
  gaps: Gap[],
): Promise<RunSeries> {
  const points = new Map<string, readonly Point[]>()
  const curves = new Map<string, TracedCurve>()
  const pairs = pairMetrics([...run.metrics].flatMap(([name, { count }]) => (count === 1 ? [] : [name])))
  // Held-out series first: their best steps are where the training series beside them are looked at.
  const order = [...run.metrics].sort(([left], [right]) => Number(pairs.has(right)) - Number(pairs.has(left)))
  for (const [name, metric] of order) {
    signal.throwIfAborted()
    const origin = run.origins.metrics.get(name)
    if (metric.count === 1 && origin !== undefined) {
      points.set(name, [{ step: metric.lastStep, value: metric.last, time: null, origin }])
      continue
    }
    const curve = traceCurve(stepsBeside(name, pairs, curves))
    const sampled = await samplePoints(traced(source.history(run.key, name), curve.add))
    points.set(name, sampled.points)
    const whole = curve.finish()
    if (whole !== null && whole.curve.count > 1) curves.set(name, whole)
    // What is wrong with a series is told by the run already, where its source tells it.
    gaps.push(
      ...sampled.gaps.filter(
        (one) => !run.gaps.some((told) => told.where === one.where && told.why === one.why),
      ),
    )
  }
  return { points: inOrder(run, points), curves: inOrder(run, besideTraining(curves, pairs)) }
}

/** The curves of one run, those of held-out data with what the training data said at their best steps. */
function besideTraining(
  traced: ReadonlyMap<string, TracedCurve>,
  pairs: ReadonlyMap<string, string>,
): ReadonlyMap<string, Curve> {
  return new Map(
    [...traced].map(([name, { curve }]) => {
      const metric = pairs.get(name)
      const training = metric === undefined ? undefined : traced.get(metric)
      if (metric === undefined || training === undefined) return [name, curve]
      return [
        name,
        {
          ...curve,
          training: {
            metric,
            atLowest: training.at(curve.lowest.step),
            atHighest: training.at(curve.highest.step),
            last: training.curve.last,
            endLevel: training.curve.endLevel,
          },
        },
      ]
    }),
  )
}

/** The steps where the held-out curves beside a training series were lowest and highest. */
function stepsBeside(
  name: string,
  pairs: ReadonlyMap<string, string>,
  curves: ReadonlyMap<string, TracedCurve>,
): readonly number[] {
  return [...pairs]
    .filter(([, training]) => training === name)
    .flatMap(([heldOut]) => curves.get(heldOut)?.curve ?? [])
    .flatMap(({ lowest, highest }) => [lowest.step ?? [], highest.step ?? []].flat())
}

/** What was read of a run's metrics, in the order in which the run has them. */
function inOrder<Of>({ metrics }: Run, read: ReadonlyMap<string, Of>): ReadonlyMap<string, Of> {
  return new Map(
    [...metrics.keys()].flatMap((name) => {
      const one = read.get(name)
      return one === undefined ? [] : [[name, one] as const]
    }),
  )
}

async function* traced(
  series: AsyncIterable<Point | Gap>,
  add: (point: Point) => void,
): AsyncIterable<Point | Gap> {
  for await (const found of series) {
    if (!isGap(found)) add(found)
    yield found
  }
}

/**
 * The ends of the logs of the runs that failed or were killed: of the newest fifty. What cannot be read of many runs for the
 * same reason is one gap.
 */
export async function readLogTails(
  runs: readonly Run[],
  sourceOf: (run: Run) => RunSource | undefined,
  signal: AbortSignal,
  gaps: Gap[],
): Promise<ReadonlyMap<RunKey, LogTail>> {
  const broken = runs.filter(isBroken)
  const tails = new Map<RunKey, LogTail>()
  const unread: Gap[] = []
  for (const run of broken.slice(-MOST_LOGS)) {
    signal.throwIfAborted()
    const source = sourceOf(run)
    if (source === undefined) throw new Error(`${run.key} came from no source`)
    const read = await readLogTail(source, run)
    if (read.tail !== null) tails.set(run.key, read.tail)
    unread.push(...read.gaps)
  }
  for (const [why, alike] of Map.groupBy(unread, (one) => one.why)) {
    const [first] = alike
    if (first === undefined) continue
    gaps.push(alike.length === 1 ? first : gap(`logs of ${alike.length} failed runs`, first.where, why))
  }
  if (broken.length > MOST_LOGS)
    gaps.push(
      gap(
        `logs of ${broken.length - MOST_LOGS} failed runs`,
        'the oldest of the span',
        `only the newest ${MOST_LOGS} that failed have their logs looked at`,
      ),
    )
  return tails
}

/** The newest other runs of all sources together, each once; what cannot be read of a source is a gap already. */
async function readEarlier(
  { sources, span, signal, mostEarlier = MOST_EARLIER }: CollectRequest,
  told: readonly Run[],
  gaps: Gap[],
): Promise<readonly Run[]> {
  const own = new Set(told.map(({ key }) => key))
  const earlier: Run[] = []
  const query = {
    startedBefore: span.until,
    includeDeleted: true,
    limit: mostEarlier + told.length,
  }
  for await (const found of listWholeRuns(sources.map(withFailureAsGap), query)) {
    signal.throwIfAborted()
    if (isGap(found)) gaps.push(found)
    else if (!own.has(found.run.key) && earlier.length < mostEarlier) earlier.push(found.run)
  }
  if (earlier.length === mostEarlier)
    gaps.push(
      gap(
        'runs of the project',
        'before the newest',
        `only the newest ${mostEarlier} are held against those told here`,
      ),
    )
  return earlier
}

/** A source whose runs end with a gap where it breaks. */
function withFailureAsGap({ source, ...opened }: OpenedSource): OpenedSource {
  return {
    ...opened,
    source: {
      ...source,
      async *readAll(query) {
        try {
          yield* source.readAll(query)
        } catch (error) {
          if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
          yield gap(`source ${source.alias}`, source.location, error.message)
        }
      },
    },
  }
}

/** Children that started after the span, by parents of runs told; nothing is listed where no run told is nested. */
async function countLaterChildren(
  { sources, span, signal, mostEarlier = MOST_EARLIER }: CollectRequest,
  told: readonly Run[],
  gaps: Gap[],
): Promise<ReadonlyMap<RunKey, number>> {
  const parents = new Set(told.flatMap(({ parent }) => parent ?? []))
  const counts = new Map<RunKey, number>()
  if (parents.size === 0) return counts
  for (const { source, experiments } of sources) {
    try {
      for await (const found of source.list({
        activeSince: span.until,
        limit: mostEarlier,
        ...(experiments === undefined ? {} : { experiments }),
      })) {
        signal.throwIfAborted()
        if (isGap(found)) gaps.push(found)
        else if (
          found.parent !== null &&
          parents.has(found.parent) &&
          found.startedAt !== null &&
          found.startedAt >= span.until
        )
          counts.set(found.parent, (counts.get(found.parent) ?? 0) + 1)
      }
    } catch (error) {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      gaps.push(gap(`source ${source.alias}`, source.location, error.message))
    }
  }
  return counts
}

/** Listing runs and listing experiments stumble over the same files. */
export function withoutRepeats(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((one) => [JSON.stringify(one), one])).values()]
}

/** A run left open for ever by a crash: it started before the span, and its newest point is days older than it. */
function isSilent(run: Run, points: ReadonlyMap<string, readonly Point[]>, from: number): boolean {
  if (run.endedAt !== null || run.startedAt === null) return false
  const times = [...points.values()].flatMap((series) =>
    series.flatMap(({ time }) => (time === null ? [] : [time])),
  )
  return Math.max(run.startedAt, ...times) < from - SILENT_AFTER
}
