import { type Dirent, realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { type Gap, gap } from '../../gap.ts'
import { quoted } from '../quoted.ts'
import { readFolder } from './folder.ts'
import { whyNotRead } from './read-text.ts'

/** A folder below the root of a walk, and what lies in it, in the order of the names. */
export interface WalkedFolder {
  readonly kind: 'folder'
  readonly path: string
  /** Its path from the root with `/`; empty for the root itself. */
  readonly name: string
  readonly depth: number
  readonly files: readonly string[]
  readonly folders: readonly string[]
}

export interface WalkOptions {
  /** The root has depth 0. Default: 12. */
  readonly deepest?: number
  /** Whether to go into a folder; default: not into those that hold no log (`isNoLogFolder`). */
  readonly enter?: (name: string, parent: WalkedFolder) => boolean
  /** Asked when it is a folder's turn, by its path from the root: whether it is still worth a look. */
  readonly isWanted?: (name: string) => boolean
}

const DEEPEST = 12
const MOST_FOLDERS = 500_000

const NO_LOG_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'site-packages',
  'dist-packages',
  'venv',
  'env',
  'virtualenv',
  '__pycache__',
  'conda-meta',
])

/** Whether a folder of this name holds packages or the work of a tool, and no log of runs: hidden ones, `node_modules`, `venv`. */
export function isNoLogFolder(name: string): boolean {
  return name.startsWith('.') || NO_LOG_FOLDERS.has(name)
}

/**
 * Every folder at or below a root, parents first, in the order of the names. Symbolic links are not followed: one that leads to a place
 * inside the root is left out in silence (the place is walked by its own name), any other to a folder comes as a gap, and so does what
 * cannot be listed or lies too deep.
 */
export function* walkFolders(root: string, options: WalkOptions = {}): Generator<WalkedFolder | Gap> {
  const deepest = options.deepest ?? DEEPEST
  const enter = options.enter ?? ((name: string) => !isNoLogFolder(name))
  const waiting: { readonly path: string; readonly name: string; readonly depth: number }[] = [
    { path: root, name: '', depth: 0 },
  ]
  let count = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, name, depth } = next
    if (options.isWanted?.(name) === false) continue
    const where = name === '' ? '.' : name
    count += 1
    if (count > MOST_FOLDERS) {
      yield gap('folders', where, `there are more than ${MOST_FOLDERS}: the others are not looked at`)
      return
    }
    const read = readFolder(path)
    if (read.kind !== 'entries') {
      yield gap(`folder ${quoted(where)}`, where, read.kind === 'missing' ? 'it is gone' : read.why)
      continue
    }
    const links: Gap[] = []
    const folder: WalkedFolder = {
      kind: 'folder',
      path,
      name,
      depth,
      files: read.entries.filter((entry) => entry.isFile()).map((entry) => entry.name),
      folders: read.entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name),
    }
    for (const entry of read.entries.filter((each) => each.isSymbolicLink())) {
      const why = enter(entry.name, folder) ? whyLost(root, path, entry) : null
      const place = joined(name, entry.name)
      if (why !== null) links.push(gap(`link ${quoted(place)}`, place, why))
    }
    yield folder
    yield* links
    const inner = folder.folders.filter((each) => enter(each, folder))
    if (inner.length > 0 && depth === deepest)
      yield gap(`folders in ${quoted(where)}`, where, 'the folders are nested too deep')
    else
      for (const each of inner.toReversed())
        waiting.push({ path: `${path}${sep}${each}`, name: joined(name, each), depth: depth + 1 })
  }
}

/** Why not following a link may lose something; null where it does not. */
function whyLost(root: string, folder: string, entry: Dirent): string | null {
  try {
    const target = realpathSync(`${folder}${sep}${entry.name}`)
    const inside = relative(realpathSync(root), target)
    return inside.split(sep)[0] === '..'
      ? 'it is a symbolic link that leads elsewhere, and not followed'
      : null
  } catch (error) {
    const why = whyNotRead(error)
    return why === 'it is gone' ? 'it is a symbolic link that leads nowhere' : why
  }
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
