import type { EvidenceRun } from '../evidence.ts'

const MOST_NAMED = 5

/** How many runs `listRuns` leaves unnamed: the value that its `rest` must print. */
export function unnamedOf(runs: readonly EvidenceRun[]): number {
  return runs.length > MOST_NAMED ? runs.length - MOST_NAMED + 1 : 0
}

/** Runs by name, as slots; of many the first few, and `rest` (an address of a value) prints how many more. */
export function listRuns(runs: readonly EvidenceRun[], rest: string): string {
  const unnamed = unnamedOf(runs)
  const named = runs
    .slice(0, runs.length - unnamed)
    .map((one) => `[[${one.address}]]`)
    .join(', ')
  return unnamed === 0 ? named : `${named} and [[${rest}]] more`
}
