import { NarrateError } from '../../src/errors.ts'
import { type Gap, isGap } from '../../src/gap.ts'
import type { Artifact, Experiment, Point, Run } from '../../src/runs/run.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../src/runs/run-source.ts'
import type { World } from '../../src/world.ts'

/** A run with all that its source tells of it. */
export interface SeenRun {
  readonly run: Run
  readonly points: ReadonlyMap<string, readonly Point[]>
  readonly artifacts: readonly Artifact[]
}

/** All that one look at a location tells; `refused` where it could not be opened at all. */
export interface Seen {
  readonly runs: ReadonlyMap<string, SeenRun>
  readonly experiments: readonly Experiment[]
  readonly gaps: readonly Gap[]
  readonly refused: NarrateError | null
  /** What of single runs was refused: it is told by an error, not by a gap. */
  readonly refusals: readonly NarrateError[]
}

/**
 * Asks a source everything that a source can be asked. Fails where anything is thrown but `NarrateError('source')`, and where list,
 * `readAll` and `read` do not agree.
 */
export async function readEverything(
  kind: RunSourceKind,
  location: string,
  world: World,
  options?: OpenOptions,
): Promise<Seen> {
  const gaps: Gap[] = []
  let source: RunSource
  try {
    await kind.recognises(location, world)
    await kind.detect(location, world)
    source = await kind.open(location, 'logs', world, options)
  } catch (error) {
    return { runs: new Map(), experiments: [], gaps, refused: refusal(error), refusals: [] }
  }
  const refusals: NarrateError[] = []
  const orNull = async <Value>(action: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await action()
    } catch (error) {
      refusals.push(refusal(error))
      return null
    }
  }
  try {
    const experiments = await valuesOf(source.experiments(), gaps)
    const listed = await valuesOf(source.list({}), gaps)
    const keys = listed.map(({ key }) => key)
    if (new Set(keys).size < keys.length) throw new Error(`a run is listed twice: ${keys.join(', ')}`)
    await valuesOf(source.list({ withHistory: true, order: 'newest', limit: 3 }), [])
    const whole = new Map(
      (await valuesOf(source.readAll({ withHistory: true }), gaps)).map((run) => [run.key, run]),
    )
    const runs = new Map<string, SeenRun>()
    for (const { key } of listed) {
      const run = whole.get(key) ?? (await orNull(() => source.read(key, { withHistory: true })))
      if (run === null) continue
      gaps.push(...run.gaps)
      const points = new Map<string, readonly Point[]>()
      for (const metric of run.metrics.keys())
        points.set(metric, (await orNull(() => valuesOf(source.history(key, metric), gaps))) ?? [])
      const artifacts = (await orNull(() => valuesOf(source.artifacts(key), gaps))) ?? []
      const [first] = artifacts
      if (first !== undefined)
        await orNull(() => source.readArtifact(key, first.path, { from: 'tail', bytes: 64 }))
      runs.set(key, { run, points, artifacts })
    }
    return { runs, experiments, gaps, refused: null, refusals }
  } finally {
    await source.close()
  }
}

async function valuesOf<Value extends object>(
  stream: AsyncIterable<Value | Gap>,
  gaps: Gap[],
): Promise<Value[]> {
  const values: Value[] = []
  for await (const value of stream) {
    if (isGap(value)) gaps.push(value)
    else values.push(value as Value)
  }
  return values
}

/** The error, where it is one that a source may throw; throws it again where it is not. */
function refusal(error: unknown): NarrateError {
  if (error instanceof NarrateError && error.kind === 'source') return error
  throw error
}
