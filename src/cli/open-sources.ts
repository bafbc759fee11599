import { createHash } from 'node:crypto'
import { access, constants, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import { rememberFolders } from '../runs/files/folder.ts'
import type { MaybeSame } from '../runs/join-runs.ts'
import { joinSources } from '../runs/joined-sources.ts'
import type { RunSummary } from '../runs/run.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../runs/run-source.ts'
import { parseLocation } from '../runs/sources/mlflow/location.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { readVersion } from './package-root.ts'
import { cleanLine } from './terminal/clean-text.ts'

/** A source that could be opened, and which of its experiments are meant (all where left out). */
export interface OpenedSource {
  readonly source: RunSource
  readonly experiments?: readonly string[]
}

/** What was opened and what could not be; closing it closes all of them. */
export interface OpenedSources {
  readonly sources: readonly OpenedSource[]
  /** One gap per location that could not be opened. */
  readonly unread: readonly Gap[]
  /** Where the locations came from, for a sentence: "narrate.yaml", "--source". */
  readonly from: 'narrate.yaml' | '--source' | 'MLFLOW_TRACKING_URI' | 'the project folder'
  /** Runs that may be the same as one, which is not plain enough to join them; none where narrate.yaml says `joins: false`. */
  maybeSame(run: RunSummary): Promise<readonly MaybeSame[]>
  close(): Promise<void>
}

/** A run log in sight: what kind it is, where, and the alias that its run keys begin with. */
export interface FoundSource {
  readonly kind: RunSourceKind
  readonly location: string
  readonly alias: string
  readonly experiments?: readonly string[]
  readonly fields?: OpenOptions['fields']
}

/**
 * Opens the run logs a command reads: those of `--source`; else those of narrate.yaml; else MLFLOW_TRACKING_URI; else
 * what is found in the project folder. What cannot be opened arrives as a `Gap`; having none at all is no error here
 * (`requireSources` makes it one).
 */
export async function openSources(
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] = [],
): Promise<OpenedSources> {
  const { found, unread, from } = await findSources(project, kinds, world, given)
  const sources: OpenedSource[] = []
  const failures: Gap[] = [...unread]
  // Relative URIs of narrate.yaml are meant from its folder.
  const here = from === 'narrate.yaml' ? { ...world, cwd: project.root } : world
  for (const one of found) {
    const { alias, location, experiments } = one
    try {
      const source = await openSource(one, project, here)
      sources.push(experiments === undefined ? { source } : { source, experiments })
    } catch (error) {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      failures.push(gap(`source ${alias}`, shown(location, project), withHint(error)))
    }
  }
  const joined = joinSources(project.settings.joins ? sources : [])
  return {
    sources: project.settings.joins ? joined.sources : sources,
    maybeSame: joined.maybeSame,
    unread: failures,
    from,
    async close() {
      for (const { source } of sources) await source.close()
    },
  }
}

/** Opens one run log that `findSources` or `findEverySource` gave; errors as its kind's `open`. */
export function openSource(
  { kind, location, alias, fields }: FoundSource,
  project: Project,
  world: World,
): Promise<RunSource> {
  return kind.open(location, alias, world, {
    ...cacheOf(project),
    ...(fields === undefined ? {} : { fields }),
  })
}

/** Only a project that was set up keeps what it read; looking at a folder leaves nothing behind. */
function cacheOf({ root, settingsFile }: Project): Pick<OpenOptions, 'cache'> {
  if (settingsFile === null) return {}
  return { cache: { folder: path.join(root, '.narrate', 'cache', 'runs'), stamp: readVersion() } }
}

/** Throws `NarrateError('source')` where nothing could be opened: an unreadable log never looks like "no runs". */
export function requireSources(opened: OpenedSources): void {
  if (opened.sources.length > 0) return
  const [first] = opened.unread
  if (first === undefined) {
    throw new NarrateError('source', 'No run log is in sight.', {
      hint: 'Name one with --source PATH, set MLFLOW_TRACKING_URI, or list it in narrate.yaml (`narrate init`).',
    })
  }
  throw new NarrateError('source', `No run log could be read: ${opened.unread.map(sentence).join(' ')}`, {
    hint: `It was named by ${opened.from}.`,
  })
}

/** A gap as one sentence. */
export function sentence({ what, where, why }: Gap): string {
  const place = where === '' || what.includes(where) ? what : `${what} (${where})`
  return `${place}: ${/[.!?]$/.test(why) ? why : `${why}.`}`
}

interface Found {
  readonly found: readonly FoundSource[]
  readonly unread: readonly Gap[]
  readonly from: OpenedSources['from']
}

/** The run logs in sight, not yet opened; see `openSources` for the order in which places are looked at. */
export function findSources(
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] = [],
): Promise<Found> {
  return rememberFolders(() => lookForSources(project, kinds, world, given))
}

async function lookForSources(
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[],
): Promise<Found> {
  const named = project.settings.sources.map(({ at, as, experiments, fields }) => ({
    location: absolute(at, project.root),
    alias: as,
    ...(experiments === undefined ? {} : { experiments }),
    ...(fields === undefined ? {} : { fields }),
  }))
  if (given.length === 0 && named.length > 0) {
    const found: FoundSource[] = []
    const unread: Gap[] = []
    for (const source of named) {
      const hits = await lookAtNamed(source.location, kinds, { ...world, cwd: project.root })
      if (hits.length === 1 && hits[0] !== undefined) found.push({ ...source, ...hits[0] })
      else
        unread.push(
          gap(
            `source ${source.alias}`,
            shown(source.location, project),
            await why(source.location, hits, project),
          ),
        )
    }
    return { found, unread, from: 'narrate.yaml' }
  }

  const uri = world.env.MLFLOW_TRACKING_URI
  const from =
    given.length > 0
      ? '--source'
      : uri === undefined || uri === ''
        ? 'the project folder'
        : 'MLFLOW_TRACKING_URI'
  const places =
    from === '--source'
      ? given.map((at) => absolute(at, world.cwd))
      : [from === 'MLFLOW_TRACKING_URI' ? absolute(uri ?? '', world.cwd) : project.root]

  const hits: { readonly kind: RunSourceKind; readonly location: string }[] = []
  const unread: Gap[] = []
  for (const place of places) {
    const here = await (from === 'the project folder' ? look : lookAtNamed)(place, kinds, world)
    if (here.length === 0 && from !== 'the project folder') {
      unread.push(gap('run log', shown(place, project), await why(place, here, project)))
    }
    hits.push(...here.filter((hit) => !hits.some((known) => known.location === hit.location)))
  }
  return { found: await withAliases(hits, named, project, world), unread, from }
}

/** A run log in sight and what named it; where it is no log that can be read, why. */
export type Sight =
  | { readonly kind: 'log'; readonly source: FoundSource; readonly from: string }
  | { readonly kind: 'nothing'; readonly location: string; readonly from: string; readonly why: string }

/** Variables by which trackers are told where to write, each with the kind of log that lies there. */
const PLACES: readonly { readonly variable: string; readonly kind: string }[] = [
  { variable: 'MLFLOW_TRACKING_URI', kind: 'mlflow' },
  { variable: 'WANDB_DIR', kind: 'wandb' },
]

/**
 * All run logs that a project might want to name: those of `--source`; else those of the project folder and those that the
 * environment names, each once. Nothing is opened.
 */
export async function findEverySource(
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] = [],
): Promise<readonly Sight[]> {
  const named = PLACES.flatMap(({ variable, kind }) => {
    const value = world.env[variable]?.trim() ?? ''
    const known = kinds.filter(({ name }) => name === kind)
    return value === '' || known.length === 0
      ? []
      : [{ place: absolute(value, world.cwd), from: variable, kinds: known }]
  })
  const places =
    given.length > 0
      ? given.map((at) => ({ place: absolute(at, world.cwd), from: '--source', kinds }))
      : [{ place: project.root, from: 'the project folder', kinds }, ...named]
  const hits: (Hit & { readonly from: string })[] = []
  const nothing: Sight[] = []
  for (const { place, from, kinds: wanted } of places) {
    const here = await rememberFolders(() => look(place, wanted, world))
    if (here.length === 0 && from !== 'the project folder')
      nothing.push({ kind: 'nothing', location: place, from, why: await why(place, here, project) })
    for (const hit of here)
      if (!hits.some((known) => onDisk(known.location, world) === onDisk(hit.location, world)))
        hits.push({ ...hit, from })
  }
  const found = await withAliases(hits, [], project, world)
  return [
    ...found.map((source, index): Sight => ({ kind: 'log', source, from: hits[index]?.from ?? '' })),
    ...nothing,
  ]
}

/** A tracking URI of this disk as its path, so that a log named in two ways is one. */
function onDisk(location: string, world: World): string {
  const parsed = parseLocation(location, world.cwd)
  return parsed.kind === 'path' ? parsed.path : location
}

interface Hit {
  readonly kind: RunSourceKind
  readonly location: string
}

/** The same for a place that somebody named: where it is a log whose runs own all that lies below it, it is that one alone. */
async function lookAtNamed(
  place: string,
  kinds: readonly RunSourceKind[],
  world: World,
): Promise<readonly Hit[]> {
  if (!isUri(place) && (await isDirectory(place)))
    for (const kind of kinds) if (await kind.owns?.(place, world)) return [{ kind, location: place }]
  return look(place, kinds, world)
}

/** The logs inside a folder (itself, where it is one), or the one at a place. */
async function look(place: string, kinds: readonly RunSourceKind[], world: World): Promise<readonly Hit[]> {
  if (!isUri(place) && (await isDirectory(place))) {
    const hits: Hit[] = []
    for (const kind of kinds) {
      const locations = [...(await kind.detect(place, world))].sort()
      hits.push(...locations.map((location) => ({ kind, location })))
    }
    if (hits.length > 0) return hits
  }
  for (const kind of kinds) {
    if (await kind.recognises(place, world)) return [{ kind, location: place }]
  }
  return []
}

async function why(place: string, hits: readonly Hit[], project: Project): Promise<string> {
  if (hits.length > 1) {
    return `it holds several run logs: name one of ${hits.map((hit) => shown(hit.location, project)).join(', ')}`
  }
  if (isUri(place)) return 'nothing that narrate can read is there'
  try {
    await stat(place)
  } catch (error) {
    return isMissing(error) ? 'it does not exist' : messageOf(error)
  }
  // A closed folder looks empty to whoever may not list it.
  if (!(await isOpen(place))) return 'there is no permission to read it'
  const within = await readdir(place).catch(() => [])
  for (const name of within.slice(0, 1000)) {
    if (!(await isOpen(path.join(place, name))))
      return `there is no permission to read ${cleanLine(name)} in it`
  }
  return 'it is no run log that narrate knows, and holds none'
}

/**
 * Aliases that stay the same, in whatever order places are found: the one narrate.yaml gives to that place; else the one that documents tell
 * its runs by; else the kind's name for the only one of its kind, and for several the kind's name with four characters of the place's digest.
 */
async function withAliases(
  hits: readonly Hit[],
  named: readonly { readonly location: string; readonly alias: string }[],
  project: Project,
  world: World,
): Promise<readonly FoundSource[]> {
  const known = new Map(named.map((source) => [source.location, source]))
  const left = hits.filter(({ location }) => !known.has(location))
  const written = left.length === 0 ? new Map<string, readonly string[]>() : await idsTold(project, world)
  const taken = new Set(named.map(({ alias }) => alias))
  const aliases = new Map<Hit, string>()
  for (const [kind, own] of Map.groupBy(left, (hit) => hit.kind)) {
    const bare = taken.has(kind.name) ? null : await holderOf(written.get(kind.name) ?? [], own, world)
    for (const hit of own) {
      const distinct = `${kind.name}-${digest(shown(hit.location, project))}`
      const isBare =
        hit === bare ||
        (own.length === 1 && !taken.has(kind.name) && (bare !== null || !written.has(distinct)))
      const alias = isBare
        ? kind.name
        : taken.has(distinct)
          ? `${kind.name}-${digest(shown(hit.location, project), 12)}`
          : distinct
      aliases.set(hit, alias)
    }
    for (const hit of own) taken.add(aliases.get(hit) ?? kind.name)
  }
  return hits.map((hit) => ({
    ...hit,
    ...(known.get(hit.location) ?? { alias: aliases.get(hit) ?? hit.kind.name }),
  }))
}

const MOST_TRIED = 20

/** Ids of runs that documents tell, by the alias they tell them under. */
async function idsTold(project: Project, world: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const { root, settings } = project
  const ids = new Map<string, string[]>()
  // A look at a folder without documents costs nothing.
  if (!(await isDirectory(path.join(root, settings.store)))) return ids
  const { stores } = await import('../stores/registry.ts')
  for await (const found of stores.directory({ root, folder: settings.store, world }).list({})) {
    if (isGap(found)) continue
    for (const key of found.runs) {
      const colon = key.indexOf(':')
      const alias = key.slice(0, colon)
      ids.set(alias, [...(ids.get(alias) ?? []), key.slice(colon + 1)])
    }
  }
  return ids
}

/** The one of several logs that holds most of the runs told under their kind's bare name; the first of equals, null where none holds any. */
async function holderOf(ids: readonly string[], hits: readonly Hit[], world: World): Promise<Hit | null> {
  const tried = [...new Set(ids)].slice(0, MOST_TRIED)
  if (tried.length === 0) return null
  const [only] = hits
  if (hits.length === 1 && only !== undefined) return only
  let best: { readonly hit: Hit; readonly held: number } | null = null
  for (const hit of hits) {
    const held = await countHeld(tried, hit, world)
    if (held > (best?.held ?? 0)) best = { hit, held }
  }
  return best?.hit ?? null
}

async function countHeld(ids: readonly string[], { kind, location }: Hit, world: World): Promise<number> {
  try {
    const source = await kind.open(location, kind.name, world)
    try {
      let held = 0
      for (const id of ids) {
        const keys = await source.find(id.slice(id.lastIndexOf('/') + 1))
        if (keys.includes(`${kind.name}:${id}`)) held += 1
      }
      return held
    } finally {
      await source.close()
    }
  } catch (error) {
    // Why it cannot be opened is told where it is opened for its runs.
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return 0
  }
}

function digest(text: string, length = 4): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** A location as the user sees it: relative to the project where it lies inside, without a password. */
export function shown(location: string, project: Project): string {
  if (isUri(location)) return location.replace(/\/\/[^/@]*@/, '//***@')
  const relative = path.relative(project.root, location)
  return relative === '' ? '.' : relative.startsWith('..') ? location : relative
}

function absolute(location: string, from: string): string {
  return isUri(location) ? location : path.resolve(from, location)
}

function isUri(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(location) && !/^[a-z]:[\\/]/i.test(location)
}

async function isDirectory(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function withHint(error: NarrateError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
}

function isOpen(place: string): Promise<boolean> {
  return access(place, constants.R_OK).then(
    () => true,
    () => false,
  )
}
