import type { Address, EvidenceRun } from './evidence.ts'

/** As many runs as one expression may list. */
const MOST_COUNTED = 300

/** Runs for a sentence: the first few as slots, a count of the rest: "[[r1]], [[r2]] and [[count(r3, r4)]] more". */
export function listedRuns(addresses: readonly Address[], most = 5): string {
  const shown = addresses.length > most ? addresses.slice(0, most - 1) : addresses
  const rest = addresses.slice(shown.length)
  const names = shown.map((address) => `[[${address}]]`)
  if (rest.length === 0) return joined(names)
  const more = rest.length > MOST_COUNTED ? 'more' : `[[count(${rest.join(', ')})]] more`
  return `${names.join(', ')} and ${more}`
}

/** Words for a sentence: "a", "a and b", "a, b and c". */
export function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** A finding rests on no more addresses than that: the first ones tell. */
const MOST_RESTS = 300

/** The addresses of runs that a finding rests on, the first three hundred of them. */
export function restsOn(runs: readonly EvidenceRun[]): readonly Address[] {
  return runs.slice(0, MOST_RESTS).map(({ address }) => address)
}

/** The addresses of runs. */
export function addressesOf(runs: readonly EvidenceRun[]): readonly Address[] {
  return runs.map(({ address }) => address)
}
