import type { EvidenceRun } from './evidence.ts'

const MOST_NAMED = 5
/** As many runs as one expression may list. */
const MOST_COUNTED = 300

/** Runs by name, in a sentence; many of them by the first few and a count of the rest. */
export function listRuns(runs: readonly EvidenceRun[], mostNamed = MOST_NAMED): string {
  const shown = runs.length > mostNamed ? runs.slice(0, mostNamed - 1) : runs
  const rest = runs.slice(shown.length, shown.length + MOST_COUNTED).map((one) => one.address)
  const names = shown.map((one) => `[[${one.address}]]`).join(', ')
  if (rest.length === 0) return names
  return shown.length + rest.length < runs.length
    ? `${names} and more`
    : `${names} and [[count(${rest.join(', ')})]] more`
}

/** The addresses of runs that a finding rests on: no more than one expression may list. */
export function addressesOf(runs: readonly EvidenceRun[]): readonly string[] {
  return runs.slice(0, MOST_COUNTED).map((one) => one.address)
}
