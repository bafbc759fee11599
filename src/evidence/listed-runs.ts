import type { Address, EvidenceRun } from './evidence.ts'

/** As many runs as one expression may list. */
const MOST_COUNTED = 300

/** Of more runs than these, one fewer is named and the rest counted. */
const MOST_NAMED = 5

/** Runs for a sentence: the first few as slots, a count of the rest: "[[r1]], [[r2]] and [[count(r3, r4)]] more". */
export function listedRuns(addresses: readonly Address[], most = MOST_NAMED): string {
  const { named, rest } = namedFirst(addresses, most)
  if (rest.length === 0) return joined(named)
  const more = rest.length > MOST_COUNTED ? 'more' : `[[count(${rest.join(', ')})]] more`
  return `${named.join(', ')} and ${more}`
}

/** Runs for behind a colon: by name, as slots; of many the first few, and `rest` (an address of a value) prints how many more. */
export function listRuns(runs: readonly EvidenceRun[], rest: string): string {
  const { named } = namedFirst(addressesOf(runs), MOST_NAMED)
  return unnamedOf(runs) === 0 ? named.join(', ') : `${named.join(', ')} and [[${rest}]] more`
}

/** How many runs `listRuns` leaves unnamed: the value that its `rest` must print. */
export function unnamedOf(runs: readonly EvidenceRun[]): number {
  return namedFirst(addressesOf(runs), MOST_NAMED).rest.length
}

function namedFirst(
  addresses: readonly Address[],
  most: number,
): { readonly named: readonly string[]; readonly rest: readonly Address[] } {
  const shown = addresses.length > most ? addresses.slice(0, most - 1) : addresses
  return { named: shown.map((address) => `[[${address}]]`), rest: addresses.slice(shown.length) }
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
