import { lstatSync } from 'node:fs'
import { whyNotRead } from './read-text.ts'

/** What a file system tells of some files without reading them. */
export interface Fingerprint {
  /** Size, times of change and inode of each path; alike as long as nobody wrote to any. */
  readonly text: string
  /** When the first and the last of them were written (ms); null where none is there. */
  readonly oldest: number | null
  readonly newest: number | null
  /** When any of them last changed, in what it holds or otherwise (ms). */
  readonly changed: number | null
}

/**
 * The fingerprint of files and folders, in the order given; what is not there is part of it. Those that are only `watched` are too, but do not tell when
 * anything was written.
 */
export function fingerprintOf(paths: readonly string[], watched: readonly string[] = []): Fingerprint {
  let oldest: number | null = null
  let newest: number | null = null
  let changed: number | null = null
  const parts = [...paths, ...watched].map((path, index) => {
    const entry = entryOf(path)
    if (entry === null) return '-'
    const written = Number(entry.mtimeMs)
    const isDating = index < paths.length
    if (isDating && (oldest === null || written < oldest)) oldest = written
    if (isDating && (newest === null || written > newest)) newest = written
    const last = Math.max(written, Number(entry.ctimeMs))
    if (changed === null || last > changed) changed = last
    // The time of the last change of state tells a write that put the time of the last write back.
    return `${entry.size}:${entry.mtimeNs}:${entry.ctimeNs}:${entry.ino}`
  })
  return { text: parts.join(' '), oldest, newest, changed }
}

function entryOf(path: string) {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch (error) {
    // Not permitted, or a file where a folder was: not there for us.
    whyNotRead(error)
    return null
  }
}
