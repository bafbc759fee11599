import { hash } from 'node:crypto'
import { numberOut } from './files/encode-run.ts'
import { sameOptimisations, samePrograms } from './join-programs.ts'
import { PROGRAM } from './programs/program.ts'
import type { RunKey, RunSummary } from './run.ts'
import type { RunSource } from './run-source.ts'

/** A run as one source lists it, and the folders that are its own (absolute, real), where it has any. */
export interface RunSeen {
  readonly source: Pick<RunSource, 'kind' | 'alias' | 'idsAreUnique' | 'ownsFolders'>
  readonly run: RunGlimpse
  readonly folders: readonly string[]
}

/** What of a run tells that it is another one, and no more: a hundred thousand of them are held at once. */
export interface RunGlimpse extends Pick<RunSummary, 'key' | 'id' | 'name' | 'startedAt' | 'endedAt'> {
  readonly hasParams: boolean
  /** The parameters and tags that may name the run's own id or folder; of what an optimiser tried, its texts and what became of it. */
  readonly params: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
  /** A digest of all parameters and of the last values; null where there are none, or where no other log of the kind is looked at. */
  readonly values: string | null
}

/** A run as `joinRuns` looks at it. `hasSiblings`: another log of its kind is looked at, of which it may be a copy. */
export function glimpseOf(run: RunSummary, hasSiblings: boolean): RunGlimpse {
  const { key, id, name, startedAt, endedAt, params, tags, metrics } = run
  const isProgram = PROGRAM.test(id)
  const isTold = ([each]: readonly [string, string]): boolean =>
    saidBy(each) !== null || (isProgram && (each.startsWith('text:') || each === 'gepa.proposal'))
  const hasValues = params.size + metrics.size > 0
  return {
    key,
    id,
    name,
    startedAt,
    endedAt,
    hasParams: params.size > 0,
    params: new Map([...params].filter(isTold)),
    tags: new Map([...tags].filter(isTold)),
    values: hasSiblings && hasValues ? digestOf(run) : null,
  }
}

function digestOf({ params, metrics }: RunSummary): string {
  const byName = (
    [left]: readonly [string, ...unknown[]],
    [right]: readonly [string, ...unknown[]],
  ): number => (left < right ? -1 : 1)
  const values = [...metrics].map(
    ([name, { last, lastStep, count }]) => [name, numberOut(last), numberOut(lastStep), count] as const,
  )
  return hash('sha256', JSON.stringify([[...params].toSorted(byName), values.toSorted(byName)]))
}

/** A run of another source that is the same run, and the evidence for it in words: "its files lie below this run's". */
export interface SameRun {
  readonly key: RunKey
  readonly why: string
}

/** One run that several sources tell. */
export interface JoinedRun {
  /** The run that keeps its key: the one the others lie in, else the one that tells more. */
  readonly primary: RunKey
  readonly others: readonly [SameRun, ...SameRun[]]
}

/** Two runs that may be the same, and why it is not plain. */
export interface MaybeSame {
  readonly runs: readonly [RunKey, RunKey]
  readonly why: string
}

/** What is the same run, and what was left apart because it is not plain. */
export interface RunJoins {
  readonly joined: readonly JoinedRun[]
  readonly maybe: readonly MaybeSame[]
}

/** A name that a run gives to the id of its own run in another log, without punctuation; `parent_run_id` and the like are of other runs. */
const OWN_ID = /^(mlflow|wandb|tracking|tracker)?(?:run(?:id|uuid|url|uri|path|key)?|id|uuid|url|uri)$/
const BARE = /^(?:run|id|uuid|url|uri|runpath)$/
/** A name for the folder that a run logs to. */
const OWN_FOLDER =
  /^(?:tensorboard|tb|summary)?log(?:ging)?(?:dir|directory|folder|path)$|^(?:tensorboard|tb)dir$|^rundir$/
/** An id that was drawn: nobody else has it by chance. */
const DRAWN = /^(?=.*\d)[0-9a-f]{12,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What a name of a parameter or tag says that its value is: the id of the run's own in a log (of a kind, or of any), or its folder. */
interface Said {
  readonly id: { readonly kind: string | undefined } | null
  readonly isFolder: boolean
}

// A hundred thousand runs bear the same few names.
const said = new Map<string, Said | null>()
const MOST_NAMES = 10_000

function saidBy(name: string): Said | null {
  const known = said.get(name)
  if (known !== undefined) return known
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const own = BARE.test(plain) ? null : OWN_ID.exec(plain)
  const kind = own?.[1]?.startsWith('track') === true ? undefined : own?.[1]
  // GEPA's names may stand behind a prefix: `opt/run_dir`.
  const isFolder = OWN_FOLDER.test(plain) || /\/run_dir$/.test(name)
  const meant = own === null && !isFolder ? null : { id: own === null ? null : { kind }, isFolder }
  if (said.size < MOST_NAMES) said.set(name, meant)
  return meant
}

interface Link {
  readonly container: RunSeen
  readonly inner: RunSeen
  readonly why: string
}

/**
 * Which runs of different sources are one run, by plain evidence alone: one's files lie in the other's folder or below a folder of its drawn
 * id, both lie in the very same folder, both carry the same drawn id, or one names the other's id or folder as its own. What several runs
 * could be meant by is `maybe`. The order of the list is that of the sources: it decides ties.
 */
export function joinRuns(seen: readonly RunSeen[]): RunJoins {
  const all = withoutCopies(seen)
  const maybe: MaybeSame[] = []
  const below = linksByPlace(all, maybe)
  const rank = new Map(all.map((one, index) => [one, index]))
  const root = (one: RunSeen): RunSeen => {
    const link = below.get(one)
    return link === undefined ? one : root(link.container)
  }
  const named = [...linksByName(all), ...sameOptimisations(all), ...linksByCopy(all)]
    .map((link) => ({ ...link, from: root(link.inner), to: root(link.container) }))
    .filter(({ from, to }) => from !== to)
  // One run of a log is one run of another: where two claim it, neither is believed.
  const groups = groupsOf(named)
  const members = new Map<RunSeen, SameRun[]>()
  const add = (primary: RunSeen, one: RunSeen, why: string): void => {
    members.set(primary, [...(members.get(primary) ?? []), { key: one.run.key, why }])
  }
  const primaryOf = new Map<RunSeen, { readonly primary: RunSeen; readonly why: string }>()
  for (const group of groups) {
    if (new Set(group.runs.map(({ source }) => source.alias)).size < group.runs.length) {
      for (const { from, to, why } of group.links)
        maybe.push({ runs: [from.run.key, to.run.key], why: `${why}, and so it is with another run` })
      continue
    }
    const [primary, ...others] = [...group.runs].sort(
      (a, b) => tells(b) - tells(a) || (rank.get(a) ?? 0) - (rank.get(b) ?? 0),
    )
    if (primary === undefined) continue
    for (const one of others) {
      const link = group.links.find(({ from, to }) => from === one || to === one)
      primaryOf.set(one, { primary, why: link?.why ?? 'the same id' })
    }
  }
  for (const one of all) {
    const top = root(one)
    const above = primaryOf.get(top)
    const why = below.get(one)?.why ?? above?.why
    const primary = above?.primary ?? top
    if (primary !== one && why !== undefined) add(primary, one, why)
  }
  // Runs that were joined take with them what was tried in them.
  const byKey = new Map(all.map((one) => [one.run.key, one]))
  for (const [primary, others] of [...members])
    for (const { key } of others) {
      const run = byKey.get(key)?.run
      for (const { one, other, isDoubted } of run === undefined ? [] : samePrograms(primary.run, run, all))
        if (isDoubted)
          maybe.push({
            runs: [one.run.key, other.run.key],
            why: 'it is called the same in the same optimisation, and has other texts',
          })
        else add(one, other, 'it is the same iteration of the same optimisation')
    }
  const joined = [...members].flatMap(([primary, [first, ...more]]): readonly JoinedRun[] =>
    first === undefined ? [] : [{ primary: primary.run.key, others: [first, ...more] }],
  )
  return { joined, maybe }
}

/** Runs of other sources that share no more than their name or their start with a run: never joined, only said. */
export function runsAlike(run: RunSummary, seen: readonly RunSeen[]): readonly MaybeSame[] {
  const own = seen.find((one) => one.run.key === run.key)
  if (own === undefined) return []
  return seen.flatMap(({ source, run: other }): readonly MaybeSame[] => {
    if (source.kind === own.source.kind) return []
    const why =
      other.id === run.id
        ? 'the same id'
        : other.name !== '' && other.name === run.name
          ? 'the same name'
          : run.startedAt !== null &&
              other.startedAt !== null &&
              Math.abs(run.startedAt - other.startedAt) <= SAME_START
            ? 'started in the same second'
            : null
    return why === null ? [] : [{ runs: [run.key, other.key], why }]
  })
}

const SAME_START = 1000

/** A store that was migrated holds the same runs as the one it came from: the first stands for both. */
function withoutCopies(seen: readonly RunSeen[]): readonly RunSeen[] {
  const first = new Map<string, string>()
  return seen.filter(({ source, run }) => {
    if (!source.idsAreUnique) return true
    const id = `${source.kind} ${run.id}`
    const alias = first.get(id) ?? source.alias
    first.set(id, alias)
    return alias === source.alias
  })
}

/** Which run each lies in: the nearest folder above it (or its own) that is another source's run, by its place or by its drawn id. */
function linksByPlace(all: readonly RunSeen[], maybe: MaybeSame[]): ReadonlyMap<RunSeen, Link> {
  const byFolder = new Map<string, RunSeen[]>()
  for (const one of all)
    for (const folder of new Set(one.folders)) byFolder.set(folder, [...(byFolder.get(folder) ?? []), one])
  const byId = Map.groupBy(
    all.filter(({ run }) => DRAWN.test(run.id)),
    ({ run }) => run.id,
  )
  const rank = new Map(all.map((one, index) => [one, index]))
  const links = new Map<RunSeen, Link>()
  for (const inner of all) {
    const found = inner.folders.map(nearest).find((one) => one !== null)
    if (found === undefined || found === null) continue
    if (found.runs.length > 1 || found.isShared) {
      for (const { run } of found.runs)
        maybe.push({ runs: [run.key, inner.run.key], why: `${found.why}, and so it is with another run` })
      continue
    }
    const [container] = found.runs
    if (container !== undefined) links.set(inner, { container, inner, why: found.why })

    function nearest(
      folder: string,
    ): { readonly runs: readonly RunSeen[]; readonly isShared: boolean; readonly why: string } | null {
      const isOther = (one: RunSeen): boolean => one.source.alias !== inner.source.alias
      for (const at of upwards(folder)) {
        const here = (byFolder.get(at) ?? []).filter(isOther)
        const sharing = (byFolder.get(at) ?? []).filter((one) => !isOther(one))
        // In the same folder the one that tells more is the run, the other a part of it.
        const above = here.filter((one) =>
          at === folder ? isAbove(one, inner) : one.source.ownsFolders === true,
        )
        if (above.length > 0)
          return at === folder
            ? { runs: above, isShared: sharing.length > 1, why: 'it lies in the same folder' }
            : { runs: above, isShared: false, why: "its files lie below this run's" }
        const ids = (byId.get(at.slice(at.search(/[^/\\]*$/))) ?? []).filter(isOther)
        if (ids.length > 0)
          return { runs: ids, isShared: false, why: "its folder is called by this run's id" }
      }
      return null
    }
  }
  return links

  function isAbove(one: RunSeen, other: RunSeen): boolean {
    return (
      tells(one) - tells(other) > 0 ||
      (tells(one) === tells(other) && (rank.get(one) ?? 0) < (rank.get(other) ?? 0))
    )
  }
}

/** A folder, then those above it. */
function upwards(folder: string): readonly string[] {
  const found: string[] = []
  for (let at = folder; at !== ''; ) {
    found.push(at)
    const cut = Math.max(at.lastIndexOf('/'), at.lastIndexOf('\\'))
    at = cut < 0 ? '' : at.slice(0, cut)
  }
  return found
}

/** What runs say themselves: the same drawn id, or another's id or folder under a name that says it is their own. */
function linksByName(all: readonly RunSeen[]): readonly Link[] {
  const byId = Map.groupBy(all, ({ run }) => lastPart(run.id))
  const byLastPart = Map.groupBy(
    all.flatMap((one) => one.folders.map((folder) => ({ one, folder: folder.replaceAll('\\', '/') }))),
    ({ folder }) => lastPart(folder),
  )
  return all.flatMap((inner): readonly Link[] => {
    const links: Link[] = []
    const isOther = (one: RunSeen): boolean => one.source.alias !== inner.source.alias
    if (DRAWN.test(inner.run.id))
      for (const container of (byId.get(inner.run.id) ?? []).filter(isOther))
        if (container.run.id === inner.run.id) links.push({ container, inner, why: 'both carry the same id' })
    for (const [what, texts] of [
      ['tag', inner.run.tags],
      ['parameter', inner.run.params],
    ] as const)
      for (const [name, value] of texts) {
        const meant = saidBy(name)
        if (meant?.id) {
          const { kind } = meant.id
          // A short id says something only of the log that it is said to be of.
          for (const word of new Set(value.split(/[\s/\\:?#&=,;]+/)))
            for (const container of (byId.get(word) ?? []).filter(isOther))
              if (kind === undefined ? DRAWN.test(word) : container.source.kind === kind)
                links.push({ container, inner, why: `the ${what} ${name} names it` })
        }
        if (meant?.isFolder)
          for (const container of foldersMeant(value).filter(isOther))
            links.push({ container, inner, why: `the ${what} ${name} names its folder` })
      }
    return links
  })

  function foldersMeant(written: string): readonly RunSeen[] {
    const path = written
      .replaceAll('\\', '/')
      .replace(/^(?:file:\/\/)?(?:\.\/)*/, '')
      .replace(/\/+$/, '')
    if (path === '' || path.startsWith('..')) return []
    return (byLastPart.get(lastPart(path)) ?? [])
      .filter(({ folder }) => folder === path || (!path.startsWith('/') && folder.endsWith(`/${path}`)))
      .map(({ one }) => one)
  }
}

/**
 * Runs of two logs of one kind, of which one is a copy of the other: the same name, a start at the same fraction of a second, the same end, parameters
 * and values. A start by whole seconds is no evidence: two machines may begin at once.
 */
function linksByCopy(all: readonly RunSeen[]): readonly Link[] {
  const alike = Map.groupBy(
    all.filter(
      ({ source, run }) => !source.idsAreUnique && run.startedAt !== null && run.startedAt % 1000 !== 0,
    ),
    ({ source, run }) => JSON.stringify([source.kind, lastPart(run.id), run.startedAt, run.endedAt]),
  )
  return [...alike.values()].flatMap(([container, ...others]): readonly Link[] =>
    others.flatMap((inner) =>
      container !== undefined &&
      container.source.alias !== inner.source.alias &&
      container.run.values !== null &&
      container.run.values === inner.run.values
        ? [{ container, inner, why: 'its log is a copy: start, end, parameters and values are the same' }]
        : [],
    ),
  )
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

interface NamedLink extends Link {
  readonly from: RunSeen
  readonly to: RunSeen
}

/** Runs that are linked with each other, directly or by others. */
function groupsOf(
  links: readonly NamedLink[],
): readonly { readonly runs: readonly RunSeen[]; readonly links: readonly NamedLink[] }[] {
  const groupOf = new Map<RunSeen, { runs: Set<RunSeen>; links: NamedLink[] }>()
  for (const link of links) {
    const one = groupOf.get(link.from) ?? { runs: new Set([link.from]), links: [] }
    const other = groupOf.get(link.to) ?? { runs: new Set([link.to]), links: [] }
    const both =
      one === other
        ? one
        : { runs: new Set([...one.runs, ...other.runs]), links: [...one.links, ...other.links] }
    both.links.push(link)
    for (const run of both.runs) groupOf.set(run, both)
  }
  return [...new Set(groupOf.values())].map(({ runs, links: own }) => ({ runs: [...runs], links: own }))
}

/**
 * How much a log tells of a run beside its values. What a source is comes first, so that a key does not change as a run goes on; then
 * parameters, then whether its kind tells how runs end (TensorBoard's can only be guessed, and what was printed often tells not even when).
 */
function tells({ source, run }: RunSeen): number {
  return (
    (source.idsAreUnique ? 16 : 0) +
    (source.ownsFolders === true ? 8 : 0) +
    (run.hasParams ? 4 : 0) +
    (source.kind === 'console' ? 0 : source.kind === 'tensorboard' ? 1 : 2)
  )
}
