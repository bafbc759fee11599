import { setImmediate } from 'node:timers/promises'
import { NarrateError } from '../../errors.ts'
import { type Gap, gap, isGap } from '../../gap.ts'
import type { World } from '../../world.ts'
import { noSuchMetric, noSuchRun } from '../no-such-run.ts'
import { oneOfEqual } from '../one-of-equal.ts'
import { missingExperiments } from '../query-rules.ts'
import { quoted } from '../quoted.ts'
import type { Artifact, Experiment, Point, Run, RunKey, RunSummary } from '../run.ts'
import type { ArtifactPart, OpenOptions, RunQuery, RunSource } from '../run-source.ts'
import { stopIfCancelled } from '../stop-if-cancelled.ts'
import type { ArtifactArchive } from './artifact-archive.ts'
import {
  type ArtifactFolder,
  countArtifacts,
  isBelow,
  listArtifacts,
  noSuchArtifact,
  readArtifactPart,
} from './artifact-folder.ts'
import { asOfNow } from './as-of-now.ts'
import { collectRun } from './collect-run.ts'
import { decodeRun, encodeRun } from './encode-run.ts'
import { type Fingerprint, fingerprintOf } from './fingerprint.ts'
import { headOf, inOrder, isOfExperiment, matches, type RunHead } from './known-run-matches.ts'
import type { KnownRun, LoadedRun, Reading, RunPlace } from './loaded-run.ts'
import {
  isSettled,
  type RunMemory,
  rememberRuns,
  VALUES_HELD,
  VALUES_HELD_BESIDE_CACHE,
} from './run-memory.ts'
import { collectSeries } from './series.ts'

/**
 * What an adapter over files says; `filesSource` does the rest. Nothing here throws for what a log holds: what cannot be read is a
 * gap.
 */
export interface FilesAdapter<Place extends RunPlace> {
  readonly kind: string
  readonly alias: string
  readonly location: string
  /** The folder (or file) that everything lies in, absolute and real. */
  readonly root: string
  readonly idsAreUnique: boolean
  /** True where all that lies in a run's folder is the run's, whatever wrote it. Left out: false. */
  readonly ownsFolders?: boolean
  /** True where reading a run without its history is much cheaper than with it. */
  readonly hasCheapList: boolean
  /** True where nothing of the runs is kept for a second look: finding them is reading them, or they lie in a database. Left out: false. */
  readonly keepsNothing?: boolean
  /** Where the runs lie, found by listing alone, in the order of their names. */
  places(): Iterable<Place | Gap> | AsyncIterable<Place | Gap>
  /** Reads one run once, from its beginning to its end, with bounded memory; a gap where there is no run to be read. */
  load(place: Place, reading: Reading): Promise<LoadedRun | Gap>
  /** Experiments with what people wrote about them; left out: those that the runs name. */
  experiments?(): AsyncIterable<Experiment | Gap>
  close?(): Promise<void>
}

const RUNS_BETWEEN_BREATHS = 16

/** A place with the fingerprint its files had when it was listed. */
interface Listed<Place> {
  readonly kind: 'listed'
  readonly place: Place
  readonly print: Fingerprint
}

/**
 * A source of runs that lie in files, one adapter's format behind it: queries, keys (`alias:id`), summaries of series, histories,
 * artifacts, cancelling, and what was read before: it is kept in memory, and in the cache folder where there is one, and never
 * believed where a file has changed.
 */
export function filesSource<Place extends RunPlace>(
  adapter: FilesAdapter<Place>,
  world: World,
  options: OpenOptions = {},
): RunSource {
  // Opened when the first run is read.
  let memory: Promise<RunMemory<KnownRun>> | null = null
  const { kind, alias, location, idsAreUnique, ownsFolders = false } = adapter
  // Where the runs lay when they were last listed.
  let index: ReadonlyMap<string, Listed<Place>> | null = null
  // What could not be listed then.
  let unlisted: readonly Gap[] = []
  // What lists chose by, of runs whose files have been silent.
  const heads = new Map<string, { readonly print: string; readonly head: RunHead }>()
  const breathe = breather(world)
  return {
    kind,
    alias,
    location,
    idsAreUnique,
    experiments,
    list,
    readAll,
    find,
    read,
    history,
    artifacts,
    readArtifact,
    folders,
    ownsFolders,
    async close() {
      await (await memory)?.close()
      memory = null
      await adapter.close?.()
    },
  }

  async function* experiments(): AsyncIterable<Experiment | Gap> {
    if (adapter.experiments !== undefined) return yield* adapter.experiments()
    const seen = new Set<string>()
    for await (const found of listed()) {
      if (isGap(found)) {
        yield found
        continue
      }
      const head = await glance(found.place, found.print)
      // Why a run cannot be read is told by lists.
      if ('kind' in head || seen.has(head.experiment.id)) continue
      const known = await know(found.place, false, found.print)
      if (isGap(known)) continue
      seen.add(known.run.experiment.id)
      const { experiment, origins } = known.run
      yield { ...experiment, note: null, primaryMetric: null, origin: origins.run }
    }
  }

  async function* list(query: RunQuery): AsyncIterable<RunSummary | Gap> {
    for await (const found of chosenRuns(query)) {
      if ('kind' in found) yield found
      else {
        yield summaryOf(found.known)
        yield* found.known.run.gaps
      }
    }
  }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    for await (const found of chosenRuns(query))
      yield 'kind' in found ? found : wholeRun(found.place, found.known)
  }

  /** The chosen runs in order; before them what cannot be read of the others. */
  async function* chosenRuns(
    query: RunQuery,
  ): AsyncIterable<Gap | { readonly place: Place; readonly known: KnownRun }> {
    const heads: RunHead[] = []
    const there = new Map<string, Listed<Place>>()
    const experimentsThere = new Map<string, { id: string; name: string; deleted: boolean }>()
    for await (const found of listed()) {
      if (isGap(found)) {
        yield found
        continue
      }
      const { place, print } = found
      const { experiment } = place
      if (experiment !== undefined) {
        experimentsThere.set(experiment.id, { ...experiment, deleted: false })
        if (!isOfExperiment(experiment, query)) continue
      }
      const head = await glance(place, print)
      if ('kind' in head) {
        yield head
        continue
      }
      experimentsThere.set(head.experiment.id, { ...head.experiment, deleted: false })
      if (!matches(head, query)) continue
      heads.push(head)
      there.set(place.id, found)
    }
    yield* missingExperiments(query, [...experimentsThere.values()], location)
    for (const { id } of inOrder(heads, query.order ?? 'oldest').slice(0, query.limit)) {
      const found = there.get(id)
      if (found === undefined) continue
      await breathe()
      const known = await know(found.place, query.withHistory ?? false, found.print)
      yield isGap(known) ? known : { place: found.place, known }
    }
  }

  /** Every place, and the index of them once all were given. */
  async function* places(): AsyncIterable<Listed<Place> | Gap> {
    const found = new Map<string, Listed<Place>>()
    const gaps: Gap[] = []
    stopIfCancelled(world)
    for await (const place of adapter.places()) {
      await breathe()
      if (place.kind !== 'gap' && !found.has(place.id)) {
        const listed = { kind: 'listed', place, print: place.print ?? printOf(place) } as const
        found.set(place.id, listed)
        yield listed
        continue
      }
      const told =
        place.kind === 'gap'
          ? place
          : gap(`run ${quoted(place.id)}`, place.where, 'another run of the source has the same id')
      gaps.push(told)
      yield told
    }
    index = found
    unlisted = gaps
    for (const id of heads.keys()) if (!found.has(id)) heads.delete(id)
    ;(await memory)?.retain(new Set(found.keys()))
  }

  /** Every place, as lists look at them. */
  async function* listed(): AsyncIterable<Listed<Place> | Gap> {
    if (options.listsOnce !== true || index === null) return yield* places()
    yield* unlisted
    for (const one of index.values()) {
      await breathe()
      yield one
    }
  }

  /** What a run is chosen and ordered by, without reading it again where it was looked at before. */
  async function glance(place: Place, print: Fingerprint): Promise<RunHead | Gap> {
    const before = heads.get(place.id)
    if (before?.print === print.text) return before.head
    const known = await know(place, false, print)
    if (isGap(known)) return known
    const head = headOf(known, print)
    // The state of a log without an end is a matter of the time.
    if (known.open === null && isSettled(print, world.now())) heads.set(place.id, { print: print.text, head })
    return head
  }

  async function know(
    place: Place,
    withHistory: boolean,
    print: Fingerprint = place.print ?? printOf(place),
  ): Promise<KnownRun | Gap> {
    const isWhole = withHistory || !adapter.hasCheapList
    memory ??= openMemory(adapter, world, options)
    const { recall, keep } = await memory
    const remembered = recall(place.id, print, isWhole)
    if (remembered !== null) return asOfNow(remembered, world.now())
    const { reading, finish } = collectRun(place.id, alias, isWhole, () => stopIfCancelled(world))
    const loaded = await adapter.load(place, reading)
    options.onRead?.()
    if (isLoadGap(loaded)) return loaded
    const known = finish(loaded)
    keep(place.id, print, isWhole, known)
    return asOfNow(known, world.now())
  }

  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    const keys: RunKey[] = []
    for await (const found of listed())
      if (!isGap(found) && isNamed(found.place.id, idPrefix)) keys.push(`${alias}:${found.place.id}`)
    return keys
  }

  async function read(key: RunKey, options: { readonly withHistory?: boolean } = {}): Promise<Run> {
    const place = await locate(key)
    const known = await know(place, options.withHistory ?? false)
    if (!isGap(known)) return wholeRun(place, known)
    throw unreadable(key, known)
  }

  async function* history(key: RunKey, metric: string): AsyncIterable<Point | Gap> {
    const place = await locate(key)
    const names = new Set<string>()
    const points = collectSeries()
    const loaded = await adapter.load(place, {
      withHistory: true,
      stop: () => stopIfCancelled(world),
      series(name, file) {
        names.add(name)
        return name === metric ? points.from(file) : null
      },
    })
    if (isLoadGap(loaded)) throw unreadable(key, loaded)
    const stated = loaded.stated?.get(metric)
    const gaps = loaded.gaps.filter(({ what }) => what === `metric ${metric}`)
    if (points.size() === 0 && stated === undefined && gaps.length === 0)
      throw noSuchMetric(place.id, metric, [...new Set([...names, ...(loaded.stated?.keys() ?? [])])].sort())
    if (points.size() === 0 && stated !== undefined)
      yield { step: stated.step, value: stated.value, time: null, origin: originOf(stated.file, stated.line) }
    for (const { step, time, value, line, file } of points.inOrder())
      yield { step, time, value, origin: originOf(file, line) }
    yield* gaps
  }

  async function* artifacts(key: RunKey): AsyncIterable<Artifact | Gap> {
    const place = await locate(key)
    if (isArchive(place.artifacts)) return yield* place.artifacts.list(alias)
    const folder = artifactFolder(place)
    if (folder !== null) yield* listArtifacts(folder, alias)
  }

  async function readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap> {
    const place = await locate(key)
    if (!isArchive(place.artifacts)) return readArtifactPart(artifactFolder(place), key, path, part)
    const read = await place.artifacts.read(path, part)
    if (read === null) throw noSuchArtifact(key, path)
    return read
  }

  async function folders(key: RunKey): Promise<readonly string[]> {
    // A folder is a matter of the place alone: what the run's files hold is none.
    const known = key.startsWith(`${alias}:`) ? index?.get(key.slice(alias.length + 1)) : undefined
    const { artifacts: own, logs = [] } = known?.place ?? (await locate(key))
    return own === null || isArchive(own) ? logs : [own.path, ...logs]
  }

  /** Finds a run by its key, which may come from anywhere: no path is made of it. */
  async function locate(key: RunKey): Promise<Place> {
    stopIfCancelled(world)
    if (!key.startsWith(`${alias}:`))
      throw new NarrateError('source', `${quoted(key)} is no run of the source ${alias}.`, {
        hint: `Its keys begin with ${alias}:.`,
      })
    const id = key.slice(alias.length + 1)
    const before = index?.get(id)
    if (before !== undefined && printOf(before.place).text === before.print.text) return before.place
    for await (const found of places()) if (!isGap(found) && found.place.id === id) return found.place
    throw noSuchRun(key, location)
  }

  function wholeRun(place: Place, { run }: KnownRun): Run {
    if (run.artifacts !== undefined) return { ...run, artifacts: run.artifacts }
    const folder = artifactFolder(place)
    return { ...run, artifacts: folder === null ? 0 : countArtifacts(folder) }
  }

  function artifactFolder({ artifacts: folder }: Place): ArtifactFolder | null {
    if (folder === null || isArchive(folder)) return null
    return folder.path === adapter.root || isBelow(folder.path, adapter.root) ? folder : null
  }

  function originOf(file: string, line: number | undefined): Point['origin'] {
    return line === undefined || line === 0 ? { source: alias, file } : { source: alias, file, line }
  }

  function unreadable(key: RunKey, { why, where }: Gap): NarrateError {
    return new NarrateError('source', `The run ${quoted(key)} cannot be read: ${why}.`, {
      hint: `Look at ${quoted(where)} in ${location}.`,
    })
  }
}

async function openMemory<Place extends RunPlace>(
  { kind, alias, root, keepsNothing = false }: FilesAdapter<Place>,
  world: World,
  { cache, fields, lines }: OpenOptions,
): Promise<RunMemory<KnownRun>> {
  const now = () => world.now()
  const near = rememberRuns(
    now,
    ({ run }: KnownRun) => run.params.size + run.metrics.size + run.tags.size + run.gaps.length,
    cache === undefined || keepsNothing ? VALUES_HELD : VALUES_HELD_BESIDE_CACHE,
  )
  if (cache === undefined || keepsNothing) return near
  const { cacheFile, keepRuns } = await import('./keep-runs.ts')
  const same = oneOfEqual()
  const kept = { encode: encodeRun, decode: (text: string) => decodeRun(text, same) }
  // Times without a zone are read in the user's.
  const stamp = JSON.stringify([cache.stamp, world.timeZone, fields ?? null, lines ?? null])
  return keepRuns(cacheFile(cache.folder, [kind, alias, root]), stamp, near, kept, now)
}

/** Whether an id is meant by the beginning of it, or of its last part: `exp-003` for `0042-churn/exp-003-xgboost`. */
function isNamed(id: string, prefix: string): boolean {
  return id.startsWith(prefix) || id.slice(id.lastIndexOf('/') + 1).startsWith(prefix)
}

/** What the file system tells of a place now. */
function printOf({ files, watched }: RunPlace): Fingerprint {
  return fingerprintOf(files, watched)
}

function isArchive(artifacts: RunPlace['artifacts']): artifacts is ArtifactArchive {
  return artifacts !== null && 'kind' in artifacts
}

function isLoadGap(loaded: LoadedRun | Gap): loaded is Gap {
  return 'kind' in loaded
}

function summaryOf({ run }: KnownRun): RunSummary {
  const { key, id, source, experiment, name, user, url, status, deleted } = run
  const { startedAt, endedAt, parent, params, metrics, tags } = run
  return {
    key,
    id,
    source,
    experiment,
    name,
    user,
    url,
    status,
    deleted,
    startedAt,
    endedAt,
    parent,
    params,
    metrics,
    tags,
  }
}

/** Gives way to the event loop now and then, and stops where the user has. */
function breather(world: World): () => Promise<void> {
  let runs = 0
  return async () => {
    runs += 1
    if (runs % RUNS_BETWEEN_BREATHS === 0) await setImmediate()
    stopIfCancelled(world)
  }
}
