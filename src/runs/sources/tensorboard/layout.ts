/** What the layout of runs needs to know of a folder with event files. */
export interface FolderTraits {
  /** Relative to the location, with `/`; empty for the location itself. */
  readonly path: string
  /** Tags of scalar values. */
  readonly tags: readonly string[]
  readonly startedAt: number | null
  readonly lastLogged: number | null
  /** Whether the hparams plugin speaks in it. */
  readonly isSession: boolean
  /** Whether no tag has values of two steps. */
  readonly isSingle: boolean
  /** `experiment` where only the hparams plugin speaks, of runs that lie elsewhere; `damaged` where nothing could be read. */
  readonly holds: 'run' | 'experiment' | 'damaged'
}

/** A folder's part in a run. */
export interface RunPart {
  readonly path: string
  /** Stands before each tag: `validation/`. */
  readonly prefix: string
  /** Where the folder is one curve of `add_scalars`: its tag becomes this metric. */
  readonly curve: { readonly tag: string; readonly metric: string } | null
  /** Whether it is a sub-folder of `add_hparams`, whose values tell the run's parameters and final scores. */
  readonly isHparams: boolean
}

/** A run as a folder and the folders below that belong to it. The id is the folder's path, `.` for the location itself. */
export interface RunLayout {
  readonly id: string
  readonly parts: readonly RunPart[]
}

const SPLIT = /^(?:train|training|val|valid|validation|test|testing|dev|eval|evaluation|eval_.+)$/i

/**
 * Which folders are runs of their own, and which are parts of one, as writers make them. Folders come parents first:
 * - `train` and `validation` beside each other, at work in the same time, with no other run beside them (Keras, estimators): parts of the folder
 *   they lie in;
 * - `<main tag>_<name>` (PyTorch) or `<main tag>/<name>` (tensorboardX) with the main tag alone: one curve of `add_scalars`;
 * - the only folder of an hparams session, without curves, below a folder that is a run without a session (`add_hparams`).
 *
 * `countIn` tells how many folders with event files lie directly in a folder, those of other families too.
 */
export function layOutRuns(
  folders: readonly FolderTraits[],
  countIn: (folder: string) => number,
): readonly RunLayout[] {
  const byPath = new Map(folders.map((folder) => [folder.path, folder]))
  const children = Map.groupBy(
    folders.filter(({ path }) => path !== ''),
    ({ path }) => parentOf(path),
  )
  const owners = new Map<string, { readonly owner: string; readonly part: Omit<RunPart, 'path'> }>()
  for (const folder of folders) {
    const found = curveOwner(folder) ?? splitOwner(folder) ?? hparamsOwner(folder)
    if (found !== null) owners.set(folder.path, found)
  }

  const owning = new Set([...owners.values()].map(({ owner }) => owner))
  const runs = new Map<string, RunPart[]>()
  for (const folder of folders) {
    if (folder.holds !== 'run' && !owners.has(folder.path) && !owning.has(folder.path)) continue
    let owner = folder.path
    let part: Omit<RunPart, 'path'> = { prefix: '', curve: null, isHparams: false }
    for (let next = owners.get(owner); next !== undefined; next = owners.get(owner)) {
      part = {
        prefix: next.part.prefix + part.prefix,
        curve: part.curve ?? next.part.curve,
        isHparams: part.isHparams || next.part.isHparams,
      }
      owner = next.owner
    }
    const parts = runs.get(owner) ?? []
    runs.set(owner, parts)
    parts.push({ path: folder.path, ...part })
  }
  return [...runs].map(([path, parts]) => ({ id: path === '' ? '.' : path, parts }))

  function curveOwner({ path, tags, isSession }: FolderTraits) {
    const [tag] = tags
    if (tag === undefined || tags.length !== 1 || isSession) return null
    const inTorch = `${tag.replaceAll('/', '_')}_`
    for (let owner = path; owner !== ''; ) {
      owner = parentOf(owner)
      const below = owner === '' ? path : path.slice(owner.length + 1)
      const name = below.startsWith(inTorch)
        ? below.slice(inTorch.length)
        : below.startsWith(`${tag}/`)
          ? below.slice(tag.length + 1)
          : ''
      if (name !== '' && byPath.has(owner)) {
        const curve = { tag, metric: `${tag}/${name}` }
        return { owner, part: { prefix: '', curve, isHparams: false } }
      }
    }
    return null
  }

  function splitOwner(folder: FolderTraits) {
    const { path } = folder
    if (path === '' || !SPLIT.test(baseOf(path)) || folder.isSession) return null
    const owner = parentOf(path)
    // What `add_scalars` wrote beside them says nothing of whose they are.
    const all = children.get(owner) ?? []
    if (all.length !== countIn(owner)) return null
    const beside = all.filter((child) => curveOwner(child) === null)
    const splits = beside.filter((child) => SPLIT.test(baseOf(child.path)))
    if (splits.length < 2 || splits.length !== beside.length) return null
    if (!splits.some((other) => other !== folder && areTogether(folder, other))) return null
    return { owner, part: { prefix: `${baseOf(path)}/`, curve: null, isHparams: false } }
  }

  function hparamsOwner(folder: FolderTraits) {
    if (folder.path === '' || !folder.isSingle || !isSession(folder)) return null
    const owner = byPath.get(parentOf(folder.path))
    if (owner === undefined || owner.isSession || owner.holds === 'experiment') return null
    const sessions = (children.get(owner.path) ?? []).filter(isSession)
    if (sessions.length !== 1) return null
    return { owner: owner.path, part: { prefix: '', curve: null, isHparams: true } }
  }
}

/**
 * The folder whose runs can only be told together with this one's: the topmost one that may own it. Folders of different
 * families share no run.
 */
export function familyOf(path: string, isEventFolder: (path: string) => boolean): string {
  let family = path
  for (let next: string | null = path; next !== null && next !== ''; ) {
    const parent = parentOf(next)
    const grandparent = parent === '' ? null : parentOf(parent)
    next =
      SPLIT.test(baseOf(next)) || isEventFolder(parent)
        ? parent
        : grandparent !== null && isEventFolder(grandparent)
          ? grandparent
          : null
    if (next !== null) family = next
  }
  return family
}

const GENERIC =
  /^(?:tensorboard(?:[_-]logs?)?|tb(?:[_-]?logs?)?|tf(?:[_-]?logs?)?|logs?|events?|summar(?:y|ies)|tfevents)$/i

/**
 * What a run in this folder is called by: the folder without a last part that only says what is in it
 * (`run-7/tensorboard_logs` is run-7), and the folder above as its experiment; empty for the location itself.
 */
export function namesOf(path: string): { readonly folder: string; readonly experiment: string } {
  const parent = parentOf(path)
  const own = parent !== '' && GENERIC.test(baseOf(path)) ? parent : path
  return { folder: own, experiment: parentOf(own) }
}

// The name that `add_hparams` gives where it is given none, the time; it is known by it where the session itself is damaged.
function isSession({ path, isSession: speaks }: FolderTraits): boolean {
  return speaks || /^\d{9,11}\.\d+$/.test(baseOf(path))
}

function areTogether(one: FolderTraits, other: FolderTraits): boolean {
  if (one.startedAt === null || other.startedAt === null) return true
  return (
    one.startedAt <= (other.lastLogged ?? other.startedAt) + SLACK &&
    other.startedAt <= (one.lastLogged ?? one.startedAt) + SLACK
  )
}

// A validation is written when an epoch is over, a test when the training is.
const SLACK = 60_000

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
