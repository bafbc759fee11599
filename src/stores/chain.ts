import type { JsonObject } from '../json.ts'
import { linkTo, previousOf, type RecordLink } from './evidence-record.ts'

/** A frozen record and the id it is filed under. */
export interface ChainRecord {
  readonly id: string
  readonly evidence: JsonObject
}

/** A record that a later one names: `missing` is gone, `altered` is there and no longer what was named. */
export interface ChainBreak {
  readonly kind: 'missing' | 'altered'
  readonly id: string
  readonly digest: string
  /** The record that names it. */
  readonly namedBy: string
}

export interface ChainReport {
  readonly breaks: readonly ChainBreak[]
  /** Records that nobody names. Loss or alteration of these does not show in the chain. */
  readonly heads: readonly RecordLink[]
}

/** What the chain needs of a record: its own digest and the records that it names. */
export interface ChainLink extends RecordLink {
  readonly previous: readonly RecordLink[]
}

/** A record as a link of the chain. */
export function chainLink({ id, evidence }: ChainRecord): ChainLink {
  return { ...linkTo(id, evidence), previous: previousOf(evidence) }
}

/** Holds all records against the digests that later records carry of them. */
export function checkChain(records: readonly ChainRecord[]): ChainReport {
  return checkLinks(records.map(chainLink))
}

/** The same for records of which only the links are left in memory. */
export function checkLinks(records: readonly ChainLink[]): ChainReport {
  const links = new Map(records.map((link) => [link.id, link]))
  const breaks = records.flatMap(({ id: namedBy, previous }) =>
    previous.flatMap(({ id, digest }): ChainBreak[] => {
      const link = links.get(id)
      if (link === undefined) return [{ kind: 'missing', id, digest, namedBy }]
      return link.digest === digest ? [] : [{ kind: 'altered', id, digest, namedBy }]
    }),
  )
  const named = new Set(records.flatMap(({ previous }) => previous.map(({ id }) => id)))
  const heads = records.filter(({ id }) => !named.has(id)).map(({ id, digest }) => ({ id, digest }))
  return { breaks, heads: sortedById(heads) }
}

/**
 * The ids that the next record names, of all records and their links: complete ones that no other names. After a git
 * merge of two branches there are two. An incomplete record (its document was deleted, or its save never ended) counts
 * only where a complete one rests on it.
 */
export function headsOf(
  links: ReadonlyMap<string, readonly RecordLink[]>,
  isComplete: (id: string) => boolean,
): readonly string[] {
  const complete = [...links.keys()].filter(isComplete)
  const known = new Set<string>()
  const named = new Set<string>()
  const waiting = [...complete]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (known.has(id)) continue
    known.add(id)
    for (const link of links.get(id) ?? []) {
      named.add(link.id)
      waiting.push(link.id)
    }
  }
  return complete.filter((id) => !named.has(id)).toSorted()
}

function sortedById(links: readonly RecordLink[]): readonly RecordLink[] {
  return links.toSorted((left, right) => (left.id < right.id ? -1 : 1))
}
