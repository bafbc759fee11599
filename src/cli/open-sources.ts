import { access, constants, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import { rememberFolders } from '../runs/files/folder.ts'
import type { MaybeSame } from '../runs/join-runs.ts'
import { joinSources } from '../runs/joined-sources.ts'
import type { RunKey, RunSummary } from '../runs/run.ts'
import type { OpenedSource, OpenOptions, RunSource, RunSourceKind } from '../runs/run-source.ts'
import { parseLocation } from '../runs/sources/mlflow/location.ts'
import type { KeyHistory } from '../stores/key-history.ts'
import type { World } from '../world.ts'
import { chooseAliases, placeDigest } from './choose-aliases.ts'
import type { Project } from './find-project.ts'
import { readVersion } from './package-root.ts'
import { readKeyHistory } from './read-key-history.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { isElsewhere, namedPlaces } from './tracker-variables.ts'

/** Fewer are read before anybody could read how many. */
const WORTH_COUNTING = 100
/** The kind whose logs are read by `lines` alone. */
const CONSOLE = 'console'

/** What was opened and what could not be; closing it closes all of them. */
export interface OpenedSources {
  readonly sources: readonly OpenedSource[]
  /** One gap per location that could not be opened. */
  readonly unread: readonly Gap[]
  /** Where the locations came from, for a sentence: "narrate.yaml", "--source". */
  readonly from: 'narrate.yaml' | '--source' | 'MLFLOW_TRACKING_URI' | 'the project folder'
  /** Runs that may be the same as one, which is not plain enough to join them; none where narrate.yaml says `joins: false`. */
  maybeSame(run: RunSummary): Promise<readonly MaybeSame[]>
  /** The key of the run that a run of this key is told as part of; null where it is told by itself, or is none. */
  primaryOf(key: RunKey): Promise<RunKey | null>
  /** What runs were called before (`narrate relink`); read once. */
  keys(): Promise<KeyHistory>
  /** What is going on while runs are read, for a line of progress: how many were read that were not kept from before. */
  readonly reading: () => string
  close(): Promise<void>
}

/** A run log in sight: what kind it is, where, and the alias that its run keys begin with. */
export interface FoundSource {
  readonly kind: RunSourceKind
  readonly location: string
  readonly alias: string
  readonly experiments?: readonly string[]
  readonly fields?: OpenOptions['fields']
  readonly lines?: readonly string[]
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
  let read = 0
  const onRead = (): void => {
    read += 1
  }
  const failures: Gap[] = [...unread]
  // Relative URIs of narrate.yaml are meant from its folder.
  const here = from === 'narrate.yaml' ? { ...world, cwd: project.root } : world
  for (const one of found) {
    const { alias, location, experiments } = one
    try {
      const source = counted(await openSource(one, project, here, onRead), onRead)
      sources.push(experiments === undefined ? { source } : { source, experiments })
    } catch (error) {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      failures.push(gap(`source ${alias}`, shown(location, project), withHint(error)))
    }
  }
  let keys: Promise<KeyHistory> | null = null
  const joined = joinSources(project.settings.joins ? sources : [])
  return {
    sources: project.settings.joins ? joined.sources : sources,
    maybeSame: joined.maybeSame,
    primaryOf: joined.primaryOf,
    unread: failures,
    from,
    reading: () => (read < WORTH_COUNTING ? 'Reading runs' : `Reading runs: ${read} so far`),
    keys() {
      keys ??= readKeyHistory(project)
      return keys
    },
    async close() {
      for (const { source } of sources) await source.close()
    },
  }
}

/** Runs that lie in no folders of their own are read as they are listed: each of a source counts once, however often it is listed. */
function counted(source: RunSource, onRead: () => void): RunSource {
  if (source.folders !== undefined) return source
  let most = 0
  return {
    ...source,
    list: (query) => counting(source.list(query)),
    readAll: (query) => counting(source.readAll(query)),
  }

  async function* counting<Run extends RunSummary>(runs: AsyncIterable<Run | Gap>): AsyncIterable<Run | Gap> {
    let count = 0
    for await (const found of runs) {
      if (!isGap(found)) count += 1
      if (count > most) {
        most = count
        onRead()
      }
      yield found
    }
  }
}

/** Opens one run log that `findSources` or `findEverySource` gave; errors as its kind's `open`. */
export function openSource(
  { kind, location, alias, fields, lines }: FoundSource,
  project: Project,
  world: World,
  onRead?: () => void,
): Promise<RunSource> {
  return kind.open(location, alias, world, {
    ...cacheOf(project),
    listsOnce: true,
    ...(onRead === undefined ? {} : { onRead }),
    ...(fields === undefined ? {} : { fields }),
    ...(lines === undefined ? {} : { lines }),
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
  const named = project.settings.sources.map(({ at, as, kind, experiments, fields, lines }) => ({
    location: absolute(at, project.root),
    alias: as,
    only: kind ?? null,
    ...(experiments === undefined ? {} : { experiments }),
    ...(fields === undefined ? {} : { fields }),
    ...(lines === undefined ? {} : { lines: typeof lines === 'string' ? [lines] : lines }),
  }))
  if (given.length === 0 && named.length > 0) {
    const found: FoundSource[] = []
    const unread: Gap[] = []
    for (const { only, ...source } of named) {
      // A file of text is a log where somebody says so, whatever else it may look like.
      const told = source.lines === undefined ? undefined : kinds.find(({ name }) => name === CONSOLE)
      const hits =
        told === undefined
          ? await meantBy({ ...source, only }, project, kinds, world)
          : [{ kind: told, location: source.location }]
      if (hits.length === 1 && hits[0] !== undefined) found.push({ ...source, ...hits[0] })
      else
        unread.push(
          gap(
            `source ${source.alias}`,
            shown(source.location, project),
            only === null || kinds.some(({ name }) => name === only)
              ? await why(source.location, hits, project, world)
              : `narrate knows no kind of run log called ${only}: it knows ${kinds.map(({ name }) => name).join(', ')}`,
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
    const isNamed = named.some(({ location }) => location === place)
    const here = await lookAt(place, isNamed, project, kinds, world)
    if (here.length === 0 && from !== 'the project folder') {
      unread.push(gap('run log', shown(place, project), await why(place, here, project, world)))
    }
    hits.push(...here.filter((hit) => !hits.some((known) => known.location === hit.location)))
  }
  return { found: await withAliases(hits, await onTheSpot(named), project, world), unread, from }

  /** The named places as the logs that lie there: a folder may stand for the one that it holds. */
  async function onTheSpot<Named extends Meant>(
    sources: readonly Named[],
  ): Promise<readonly Omit<Named, 'only'>[]> {
    return Promise.all(
      sources.map(async ({ only, ...source }) => {
        const [hit, ...more] = await meantBy({ ...source, only }, project, kinds, world)
        return hit === undefined || more.length > 0 ? source : { ...source, location: hit.location }
      }),
    )
  }
}

/**
 * A run log in sight and what named it; where it is no log that can be read, why. A server elsewhere that the environment alone names is not to
 * be asked unasked.
 */
export type Sight =
  | { readonly kind: 'log' | 'server elsewhere'; readonly source: FoundSource; readonly from: string }
  | { readonly kind: 'nothing'; readonly location: string; readonly from: string; readonly why: string }

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
  const named = namedPlaces(world).flatMap(({ variable, location, kind }) => {
    const known = kinds.filter(({ name }) => name === kind)
    return known.length === 0 ? [] : [{ place: absolute(location, world.cwd), from: variable, kinds: known }]
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
      nothing.push({ kind: 'nothing', location: place, from, why: await why(place, here, project, world) })
    for (const hit of here)
      if (!hits.some((known) => onDisk(known.location, world) === onDisk(hit.location, world)))
        hits.push({ ...hit, from })
  }
  const found = await withAliases(hits, [], project, world)
  return [
    ...found.map((source, index): Sight => {
      const from = hits[index]?.from ?? ''
      const isUnasked = from !== '--source' && isElsewhere(source.location, world)
      return { kind: isUnasked ? 'server elsewhere' : 'log', source, from }
    }),
    ...nothing,
  ]
}

/** A tracking URI of this disk as its path, so that a log named in two ways is one. */
export function onDisk(location: string, world: Pick<World, 'cwd'>): string {
  const parsed = parseLocation(location, world.cwd)
  return parsed.kind === 'path' ? parsed.path : location
}

interface Hit {
  readonly kind: RunSourceKind
  readonly location: string
}

/**
 * The logs at a place that somebody named. A folder whose logs are all of one kind is one log, where narrate.yaml names it
 * (`isNamed`) or it is no project: its runs keep the paths below it, whatever lies there.
 */
async function lookAt(
  place: string,
  isNamed: boolean,
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
): Promise<readonly Hit[]> {
  const there = isNamed ? { ...world, cwd: project.root } : world
  if (place !== project.root && !isUri(place) && (await isDirectory(place)))
    for (const kind of kinds) if (await kind.owns?.(place, there)) return [{ kind, location: place }]
  const hits = await look(place, kinds, there)
  const [first, ...more] = hits
  const isOne =
    first?.kind.takesAllBelow === true &&
    more.length > 0 &&
    more.every(({ kind }) => kind === first.kind) &&
    place !== project.root &&
    (isNamed || !(await isWork(place)))
  return isOne ? [{ kind: first.kind, location: place }] : hits
}

/** What narrate.yaml says of a place: `only` is the kind of log that is meant there, null where it says none. */
interface Meant {
  readonly location: string
  readonly only: string | null
}

/**
 * The log that a source of narrate.yaml means: all there are where that is not plain. Where several lie at or below its place it is the one at the very
 * place; where a kind is told that takes all below a folder, it is the place itself, wherever its logs lie there, so that keys do not change when another
 * comes; and so it is where logs of another kind that is told lie in several folders below.
 */
async function meantBy(
  { location, only }: Meant,
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
): Promise<readonly Hit[]> {
  const known = only === null ? kinds : kinds.filter(({ name }) => name === only)
  const [kind] = only === null ? [] : known
  if (kind?.takesAllBelow === true && (await kind.recognises(location, world))) return [{ kind, location }]
  const hits = await lookAt(location, true, project, known, world)
  if (hits.length < 2) return hits
  const exact = hits.filter((hit) => hit.location === location)
  if (exact.length === 1) return exact
  return kind !== undefined && (await kind.recognises(location, world)) ? [{ kind, location }] : hits
}

const WORK =
  /^(?:\.git|\.hg|narrate\.yaml|pyproject\.toml|setup\.py|requirements.*\.txt|package\.json|.+\.(?:py|ipynb))$/

/** Whether a folder is somebody's work rather than a log. */
async function isWork(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => WORK.test(name))
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

async function why(place: string, hits: readonly Hit[], project: Project, world: World): Promise<string> {
  if (hits.length > 1) {
    return `it holds several run logs: name one of ${hits.map((hit) => shown(hit.location, project)).join(', ')}, or its kind (kind: ${hits[0]?.kind.name})`
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
  const { console } = await import('../runs/sources/console/console.ts')
  const [guessed] = await console.guess(place, world)
  if (guessed !== undefined)
    return `it holds console logs alone, which are read where narrate.yaml says what their lines mean (lines: [${guessed.lines}] may fit)`
  return 'it is no run log that narrate knows, and holds none'
}

/** Hits with the aliases that narrate.yaml gives to their places, else with those that `chooseAliases` finds. */
async function withAliases(
  hits: readonly Hit[],
  named: readonly { readonly location: string; readonly alias: string }[],
  project: Project,
  world: World,
): Promise<readonly FoundSource[]> {
  const known = new Map(named.map((source) => [onDisk(source.location, { cwd: project.root }), source]))
  const found = hits.map((hit) => {
    const location = onDisk(hit.location, world)
    return { ...hit, shown: shown(location, project), named: known.get(location) }
  })
  const left = found.filter((hit) => hit.named === undefined)
  const taken = new Set(named.map(({ alias }) => alias))
  const aliases = await chooseAliases(left, taken, project, world)
  return found.map((hit) => ({
    kind: hit.kind,
    alias: aliases.get(hit) ?? hit.kind.name,
    ...hit.named,
    location: hit.location,
  }))
}

/** Where the logs of some aliases are, as documents remember it: a digest of each place. */
export async function placesOf(
  aliases: ReadonlySet<string>,
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const { found, from } = await findSources(project, kinds, world, given)
  const here = from === 'narrate.yaml' ? { ...world, cwd: project.root } : world
  return Object.fromEntries(
    found.flatMap(({ alias, location }) =>
      aliases.has(alias) ? [[alias, placeDigest(shown(onDisk(location, here), project))]] : [],
    ),
  )
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

/** Whether a location is an address; `databricks`, too, is one to MLflow, by itself. */
function isUri(location: string): boolean {
  if (/^databricks(?:-uc)?$/.test(location)) return true
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
