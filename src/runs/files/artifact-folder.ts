import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import { NarrateError } from '../../errors.ts'
import { type Gap, gap } from '../../gap.ts'
import { quoted } from '../quoted.ts'
import type { Artifact, RunKey } from '../run.ts'
import { type ArtifactPart, spanOfPart } from '../run-source.ts'
import { countFiles, readEntry, walkFiles } from './folder.ts'
import { whyNotRead } from './read-text.ts'

const MOST_LISTED = 10_000
const GONE = 'it is gone'
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The folder that a run's artifacts lie in; `where` is its path from the location that the user named. */
export interface ArtifactFolder {
  readonly path: string
  readonly where: string
  /** Which of the files below it are artifacts, by their paths with `/`; left out: all. */
  readonly takes?: (name: string) => boolean
  /** Where it is known which files they are: their paths with `/`. Nothing else is looked for. */
  readonly files?: readonly string[]
}

/** How many artifacts there are; null where it cannot be seen, or there are too many to count. */
export function countArtifacts(folder: ArtifactFolder): number | null {
  return folder.takes === undefined && folder.files === undefined
    ? countFiles(folder.path)
    : walk(folder).files.length
}

/** Whether a path is a folder, no link itself, that truly lies below another one, whatever links lead there. */
export function isBelow(path: string, root: string): boolean {
  try {
    if (readEntry(path).kind !== 'folder') return false
    const inside = relative(realpathSync.native(root), realpathSync.native(path))
    return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)
  } catch (error) {
    // Gone, or not permitted: then it is not there for us.
    whyNotRead(error)
    return false
  }
}

/**
 * The gap that stands for artifacts in a place that is not read; null where the log names MLflow's own place on a disk, and nothing is
 * there: a run that left none has no folder in a copied store.
 */
export function elsewhere(
  run: { readonly key: RunKey; readonly id: string; readonly where: string },
  uri: string | null,
  isRefused: boolean,
): Gap | null {
  const isLocal = uri === null || !/^(?!file:)[a-z][a-z0-9+.-]+:/i.test(uri)
  const isOwn = uri === null || uri === '' || uri.endsWith(`/${run.id}/artifacts`)
  if (isLocal && isOwn && !isRefused) return null
  return gap(`artifacts of ${run.key}`, run.where, 'the artifacts are elsewhere')
}

/** Every ordinary file below the folder; links are not followed and come as gaps. */
export function* listArtifacts(folder: ArtifactFolder, source: string): Iterable<Artifact | Gap> {
  const { files, gaps } = walk(folder)
  for (const { name, path } of files.slice(0, MOST_LISTED)) {
    const file = joined(folder.where, name)
    const size = sizeOf(path)
    yield typeof size === 'number'
      ? { path: name, size, origin: { source, file } }
      : gap(`artifact ${quoted(name)}`, file, size)
  }
  if (files.length > MOST_LISTED)
    yield gap(
      `${files.length - MOST_LISTED} artifacts`,
      folder.where,
      `only the first ${MOST_LISTED} are listed`,
    )
  yield* gaps
}

/**
 * A part of a file below the folder (null: the artifacts are elsewhere). The path is only believed where the listing has it;
 * it may come from anywhere.
 */
export function readArtifactPart(
  folder: ArtifactFolder | null,
  key: RunKey,
  path: string,
  part: ArtifactPart,
): Uint8Array | Gap {
  const found = folder === null ? undefined : walk(folder).files.find(({ name }) => name === path)
  if (folder === null || found === undefined) throw noSuchArtifact(key, path, folder !== null)
  try {
    const file = openSync(found.path, FLAGS)
    try {
      return readPart(file, part)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return gap(`artifact ${quoted(path)}`, joined(folder.where, path), whyNotRead(error))
  }
}

/** The error of an artifact that is not listed. */
export function noSuchArtifact(key: RunKey, path: string, isListed = true): NarrateError {
  return new NarrateError('source', `Run ${key} has no artifact called ${quoted(path)}.`, {
    hint: isListed ? 'It is not in the list of its artifacts.' : 'Its artifacts are elsewhere.',
  })
}

function readPart(file: number, part: ArtifactPart): Uint8Array {
  const { start, length } = spanOfPart(part, fstatSync(file).size)
  const read = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const some = readSync(file, read, filled, length - filled, start + filled)
    // A file that was cut while it was read.
    if (some === 0) break
    filled += some
  }
  return new Uint8Array(read.buffer, read.byteOffset, filled)
}

function walk(folder: ArtifactFolder): {
  readonly files: readonly { readonly name: string; readonly path: string }[]
  readonly gaps: readonly Gap[]
} {
  if (folder.files !== undefined) return filesNamed(folder, folder.files)
  const files: { readonly name: string; readonly path: string }[] = []
  const gaps = walkFiles(folder.path, 'artifact', folder.where, (name, path) => {
    if (folder.takes?.(name) !== false) files.push({ name, path })
  })
  return { files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)), gaps }
}

/** Those of some files that are there, not through a link; a log may name any path. */
function filesNamed(folder: ArtifactFolder, names: readonly string[]): ReturnType<typeof walk> {
  const files: { readonly name: string; readonly path: string }[] = []
  const gaps: Gap[] = []
  for (const name of names.toSorted()) {
    const path = `${folder.path}/${name}`
    if (relative(folder.path, path).startsWith('..')) continue
    const above = dirname(path)
    const size = sizeOf(path)
    if (typeof size !== 'number') {
      if (size !== GONE) gaps.push(gap(`artifact ${quoted(name)}`, joined(folder.where, name), size))
    } else if (above === folder.path || isBelow(above, folder.path)) files.push({ name, path })
  }
  return { files, gaps }
}

/** The bytes of an ordinary file, or why they cannot be told: a folder may be listed by those who may not look at what it lists. */
function sizeOf(path: string): number | string {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false })
    return entry?.isFile() ? entry.size : GONE
  } catch (error) {
    return whyNotRead(error)
  }
}

function joined(where: string, name: string): string {
  return where === '' ? name : `${where}/${name}`
}
