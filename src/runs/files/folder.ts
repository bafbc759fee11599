import { AsyncLocalStorage } from 'node:async_hooks'
import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { type Gap, gap } from '../../gap.ts'
import { whyNotRead } from './read-text.ts'

const MAXIMUM_DEPTH = 64
const MAXIMUM_COUNTED = 100_000

/** The entries of a folder in the order of their names, or why they cannot be listed. */
export type FolderRead =
  | { readonly kind: 'entries'; readonly entries: readonly Dirent[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string }

export function readFolder(path: string): FolderRead {
  const known = remembered.getStore()
  if (known === undefined) return listFolder(path)
  const seen = known.folders.get(path)
  if (seen !== undefined) return seen
  const read = listFolder(path)
  known.entries += read.kind === 'entries' ? 1 + read.entries.length : 1
  if (known.entries <= MOST_REMEMBERED) known.folders.set(path, read)
  return read
}

const remembered = new AsyncLocalStorage<{ readonly folders: Map<string, FolderRead>; entries: number }>()
const MOST_REMEMBERED = 300_000

/** While `act` runs, it lists each folder once: eight kinds of logs are looked for in the same ones. */
export function rememberFolders<Value>(act: () => Promise<Value>): Promise<Value> {
  return remembered.run({ folders: new Map(), entries: 0 }, act)
}

function listFolder(path: string): FolderRead {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    entries.sort((left, right) => (left.name < right.name ? -1 : 1))
    return { kind: 'entries', entries }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return missing ? { kind: 'missing' } : { kind: 'unreadable', why: whyNotRead(error) }
  }
}

/** Whether a path is a folder, not through a symbolic link; `unreadable` where something else is there. */
export function readEntry(
  path: string,
):
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string } {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false })
    if (entry === undefined) return { kind: 'missing' }
    if (entry.isDirectory()) return { kind: 'folder' }
    const why = entry.isSymbolicLink() ? 'it is a symbolic link, which is not followed' : 'it is no folder'
    return { kind: 'unreadable', why }
  } catch (error) {
    return { kind: 'unreadable', why: whyNotRead(error) }
  }
}

/**
 * Calls `take` with every ordinary file below a folder; names are joined with `/` on every system, as MLflow does for
 * names like `val/acc`. Links are not followed and come back as gaps, so that no loop is walked and nothing outside is read.
 */
export function walkFiles(
  folder: string,
  what: string,
  where: string,
  take: (name: string, path: string) => void,
): readonly Gap[] {
  const gaps: Gap[] = []
  walk(folder, '', 0)
  return gaps

  function walk(path: string, prefix: string, depth: number): void {
    const read = depth > MAXIMUM_DEPTH ? TOO_DEEP : readFolder(path)
    if (read.kind === 'unreadable') gaps.push(gap(`${what} ${prefix}`.trim(), `${where}/${prefix}`, read.why))
    if (read.kind !== 'entries') return
    for (const entry of read.entries) {
      const name = prefix + entry.name
      if (entry.isDirectory()) walk(`${path}/${entry.name}`, `${name}/`, depth + 1)
      else if (entry.isFile()) take(name, `${path}/${entry.name}`)
      else
        gaps.push(
          gap(`${what} ${name}`, `${where}/${name}`, 'it is a link or no ordinary file, and not followed'),
        )
    }
  }
}

const TOO_DEEP: FolderRead = { kind: 'unreadable', why: 'the folders are nested too deep' }

/** How many files lie below a folder; null where it cannot be seen, or holds more than can be counted. */
export function countFiles(folder: string): number | null {
  const folders = [folder]
  let count = 0
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const read = readFolder(next)
    if (read.kind !== 'entries') return null
    for (const entry of read.entries) {
      if (entry.isDirectory()) folders.push(`${next}/${entry.name}`)
      else count += 1
    }
    if (count + folders.length > MAXIMUM_COUNTED) return null
  }
  return count
}
