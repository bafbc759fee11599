import { NarrateError } from '../errors.ts'
import { runsOfOneSetting } from '../evidence/replicates.ts'
import { settingOf, triedValue } from '../evidence/setting-of.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { Run, RunKey, RunSummary } from '../runs/run.ts'
import type { RunSource } from '../runs/run-source.ts'
import type { Settings } from '../settings.ts'
import type { OpenedSources } from './open-sources.ts'

/** Another run, as a line about it names it. */
export interface Relative {
  readonly key: RunKey
  readonly id: string
  readonly name: string
  readonly status: RunSummary['status']
}

/** A parameter with its value in the other run and in this one; null where it was not logged. */
export interface ParamDifference {
  readonly param: string
  readonly other: string | null
  readonly own: string | null
}

/** The runs that a run belongs with: those of its experiment, and its repeats in the whole project. */
export interface Relatives {
  readonly parent: Relative | null
  readonly children: readonly Relative[]
  /** Runs of the same settings, code and data, seeds and paths aside. */
  readonly replicates: readonly Relative[]
  /** Other runs of the project with the same settings, seed and data, on whatever code. */
  readonly repeats: readonly Relative[]
  /**
   * The run whose settings are nearest, with what differs; the earlier one of equals is passed over for the later. Null
   * where no other run shares a setting.
   */
  readonly nearest: { readonly run: Relative; readonly differs: readonly ParamDifference[] } | null
}

const MOST_CANDIDATES = 50

/**
 * Looks through the experiment of a run for its parent, children, replicates and the run of the nearest settings. Reads
 * summaries, and whole only those that may be replicates. What cannot be read is added to the gaps.
 */
export async function findRelatives(
  run: Run,
  source: RunSource,
  project: { readonly sources: OpenedSources['sources']; readonly repeats: Settings['repeats'] },
  gaps: Gap[],
): Promise<Relatives> {
  const children: Relative[] = []
  const same: RunSummary[] = []
  let nearest: { readonly run: RunSummary; readonly distance: number } | null = null
  const settings = settingsOf(run)
  for await (const other of source.list({ experiments: [run.experiment.id], order: 'oldest' })) {
    if (isGap(other)) {
      gaps.push(other)
      continue
    }
    if (other.key === run.key) continue
    if (other.parent === run.key) children.push(relativeOf(other))
    if (settings.size === 0) continue
    const { distance, shared } = distanceOf(settings, settingsOf(other))
    if (distance === 0) same.push(other)
    else if (shared > 0 && (nearest === null || distance <= nearest.distance))
      nearest = { run: other, distance }
  }
  const candidates: Run[] = []
  for (const { key } of same.slice(-MOST_CANDIDATES)) {
    const whole = await readOr(source, key, gaps)
    if (whole !== null) candidates.push(whole)
  }
  const alike = runsOfOneSetting([run, ...candidates].map((one) => ({ run: one }))).find((group) =>
    group.some((one) => one.run === run),
  )
  const replicates = (alike ?? []).flatMap((one) => (one.run === run ? [] : [relativeOf(one.run)]))
  const repeated = await findRepeatsOf(run, project)
  // Of the same settings, but of other code or data.
  const apart = candidates.findLast(({ key }) => !replicates.some((one) => one.key === key))
  if (apart !== undefined) nearest = { run: apart, distance: 0 }
  const parent = run.parent === null ? null : await readOr(source, run.parent, gaps)
  return {
    parent: parent === null ? null : relativeOf(parent),
    children,
    replicates,
    repeats: repeated.filter(({ key }) => !replicates.some((one) => one.key === key)),
    nearest:
      nearest === null ? null : { run: relativeOf(nearest.run), differs: differencesOf(nearest.run, run) },
  }
}

/**
 * The runs of the project that have the settings, seed and data of one, the earliest first. What cannot be read of other
 * experiments is no gap of this run.
 */
async function findRepeatsOf(
  run: Run,
  { sources, repeats }: Parameters<typeof findRelatives>[2],
): Promise<readonly Relative[]> {
  const own = settingOf(run, repeats)
  const ownWithoutData = settingOf({ ...run, dataSets: [] }, repeats)
  const found: Run[] = []
  if (own === null || ownWithoutData === null) return []
  for (const { source, experiments } of sources) {
    const keys: RunKey[] = []
    for await (const other of source.list({
      ...(experiments === undefined ? {} : { experiments }),
      order: 'oldest',
    })) {
      if (isGap(other) || other.key === run.key) continue
      if (settingOf({ ...other, dataSets: [] }, repeats)?.key === ownWithoutData.key) keys.push(other.key)
    }
    for (const key of keys.slice(-MOST_CANDIDATES)) {
      const whole = await readOr(source, key, [])
      if (whole !== null && settingOf(whole, repeats)?.key === own.key) found.push(whole)
    }
  }
  return found.map(relativeOf)
}

/** The parameters in which two runs differ, in the order of their names; seeds are told, paths and the like are not. */
export function differencesOf(other: RunSummary, own: RunSummary): readonly ParamDifference[] {
  const names = [...new Set([...other.params.keys(), ...own.params.keys()])].sort()
  return names.flatMap((param) => {
    const [theirs, ours] = [other.params.get(param) ?? null, own.params.get(param) ?? null]
    return theirs === ours || isBookkeeping(param) ? [] : [{ param, other: theirs, own: ours }]
  })
}

/** What was tried, whatever the notation. */
function settingsOf(run: RunSummary): ReadonlyMap<string, string> {
  return new Map(
    [...run.params].flatMap(([name, text]) => {
      const value = triedValue(name, text, run)
      return value === null ? [] : [[name, value.key] as const]
    }),
  )
}

function distanceOf(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): { readonly distance: number; readonly shared: number } {
  let shared = 0
  for (const [name, value] of a) if (b.get(name) === value) shared += 1
  const both = [...a.keys()].filter((name) => b.has(name)).length
  return { distance: a.size + b.size - both - shared, shared }
}

async function readOr(source: RunSource, key: RunKey, gaps: Gap[]): Promise<Run | null> {
  try {
    return await source.read(key)
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    gaps.push(gap(`run ${key}`, source.location, error.message))
    return null
  }
}

function relativeOf({ key, id, name, status }: RunSummary): Relative {
  return { key, id, name, status }
}
