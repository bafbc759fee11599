import { type ChainBreak, type ChainLink, type ChainReport, checkLinks } from '../stores/chain.ts'
import type { Redaction } from '../stores/redaction.ts'

/**
 * The chain of a store's records as it is: what is broken in it, aside from what redactions account for and from records that
 * cannot be read (those are told by themselves), and the records that no later one names.
 */
export function checkRecords(
  links: readonly ChainLink[],
  redactions: readonly Redaction[],
  unreadable: ReadonlySet<string>,
): { readonly broken: readonly ChainBreak[]; readonly heads: ChainReport['heads'] } {
  const { breaks, heads } = checkLinks(links)
  const present = new Map(links.map(({ id, digest }) => [id, digest]))
  const broken = breaks.filter(
    ({ id, digest }) => !unreadable.has(id) && !isRedacted(redactions, id, digest, present.get(id)),
  )
  return { broken, heads }
}

/** Whether redactions lead from the record that is named to the one that is there. */
export function isRedacted(
  redactions: readonly Redaction[],
  id: string,
  named: string,
  present: string | undefined,
): boolean {
  let digest = named
  for (let step = 0; step <= redactions.length; step++) {
    if (digest === present) return true
    const next = redactions.find((one) => one.document === id && one.before === digest)
    if (next === undefined) return false
    digest = next.after
  }
  return false
}
