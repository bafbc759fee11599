import type { Fingerprint } from './fingerprint.ts'

/** What of a fingerprint is looked at. */
export type Print = Pick<Fingerprint, 'text' | 'changed'>

/**
 * What was read of runs before. `recall` gives it only where the fingerprint of the run's files is the one it was kept with; `isWhole` tells
 * what was read with its histories from what was not.
 */
export interface RunMemory<Known> {
  recall(id: string, print: Print, isWhole: boolean): Known | null
  keep(id: string, print: Print, isWhole: boolean, known: Known): void
  /** Tells which runs there are: all others may be forgotten. */
  retain(ids: ReadonlySet<string>): void
  close(): Promise<void>
}

// A file system dates writes no finer than this (FAT: two seconds), so a file may change again unseen.
const UNSETTLED = 2_100
/** So many values of runs are held in memory where reading them again means reading their files; */
export const VALUES_HELD = 400_000
/** and so many where a cache gives them back. */
export const VALUES_HELD_BESIDE_CACHE = 20_000

/** The runs read last, in memory; as many as hold `most` values together, as `weigh` counts them. */
export function rememberRuns<Known>(
  now: () => number,
  weigh: (known: Known) => number,
  most: number,
): RunMemory<Known> {
  const kept = new Map<string, { readonly print: string; readonly known: Known; readonly weight: number }>()
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
      return found.known
    },
    keep(id, print, isWhole, known) {
      const key = `${isWhole} ${id}`
      drop(key)
      if (!isSettled(print, now())) return
      const own = 20 + weigh(known)
      kept.set(key, { print: print.text, known, weight: own })
      weight += own
      for (const oldest of kept.keys()) {
        if (weight <= most) break
        drop(oldest)
      }
    },
    retain: () => {},
    close: async () => {},
  }
}

/** Whether files were last written so long ago that their next change will show in their fingerprint. */
export function isSettled({ changed }: Pick<Fingerprint, 'changed'>, now: number): boolean {
  return changed === null || changed <= now - UNSETTLED
}
