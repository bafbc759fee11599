import type { Fingerprint } from './fingerprint.ts'
import type { KnownRun } from './loaded-run.ts'

/**
 * Runs that were read before. `recall` gives one only where the fingerprint of its files is the one it was kept with; `isWhole` tells
 * what was read with its histories from what was not.
 */
export interface RunMemory {
  recall(id: string, print: Fingerprint, isWhole: boolean): KnownRun | null
  keep(id: string, print: Fingerprint, isWhole: boolean, run: KnownRun): void
  /** Tells which runs there are: all others may be forgotten. */
  retain(ids: ReadonlySet<string>): void
  close(): Promise<void>
}

// A file system dates writes no finer than this (FAT: two seconds), so a file may change again unseen.
const UNSETTLED = 2_100
const MOST_VALUES = 400_000

/** The runs read last, in memory; as many as hold 400 000 parameters and metrics together. */
export function rememberRuns(now: () => number): RunMemory {
  const kept = new Map<string, { readonly print: string; readonly run: KnownRun; readonly weight: number }>()
  let weight = 0
  const drop = (key: string): void => {
    weight -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }
  return {
    recall(id, print, isWhole) {
      const key = `${isWhole} ${id}`
      const found = kept.get(key)
      if (found === undefined || found.print !== print.text) return null
      kept.delete(key)
      kept.set(key, found)
      return found.run
    },
    keep(id, print, isWhole, known) {
      const key = `${isWhole} ${id}`
      drop(key)
      if (!isSettled(print, now())) return
      const { params, metrics, tags, gaps } = known.run
      const own = 20 + params.size + metrics.size + tags.size + gaps.length
      kept.set(key, { print: print.text, run: known, weight: own })
      weight += own
      for (const oldest of kept.keys()) {
        if (weight <= MOST_VALUES) break
        drop(oldest)
      }
    },
    retain: () => {},
    close: async () => {},
  }
}

/** Whether files were last written so long ago that their next change will show in their fingerprint. */
export function isSettled({ changed }: Fingerprint, now: number): boolean {
  return changed === null || changed <= now - UNSETTLED
}
