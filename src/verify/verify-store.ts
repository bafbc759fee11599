import type { JsonObject } from '../json.ts'
import { type Acceptance, isAcceptance, parseAcceptance } from '../stores/acceptance.ts'
import { digestOf } from '../stores/canonical-json.ts'
import { type ChainBreak, type ChainLink, chainLink } from '../stores/chain.ts'
import { isRedaction, parseRedaction } from '../stores/redaction.ts'
import { isRelink, parseRelink } from '../stores/relink.ts'
import type { Store, StoredFile } from '../stores/store.ts'
import { checkRecords, isRedacted } from './check-records.ts'
import { type Composer, verifyDocument } from './rederive.ts'
import { bySeriousness, found, type Verified, type VerifyFinding } from './verify-finding.ts'

/** A document of the store with what was found of it. */
export interface VerifiedFile extends Verified {
  readonly id: string
  /** Relative to the project. */
  readonly path: string
}

/** What was found of a store. */
export interface VerifiedStore {
  readonly documents: readonly VerifiedFile[]
  /** Of the store as a whole: its chain, evidence without a document, what could not be read. */
  readonly findings: readonly VerifyFinding[]
  /** Records that no later one names: that they are all there, and the ones that were saved, is not in the chain. */
  readonly heads: readonly string[]
}

/** Which documents are verified: all of a store, or those of some files. */
export type Wanted = 'all' | ReadonlySet<string>

/**
 * Verifies documents of a store: all, or those whose paths are wanted. Of a part, what was found of the store as a
 * whole is told as far as it touches them. Evidence is read one record at a time.
 */
export async function verifyStore(
  store: Pick<Store, 'contents' | 'evidence'>,
  composer: Composer,
  wanted: Wanted,
  onVerified: (done: number, of: number) => void,
): Promise<VerifiedStore> {
  const { documents, recordIds, redactions, gaps } = await store.contents()
  const chosen = wanted === 'all' ? documents : documents.filter(({ path }) => wanted.has(path))
  const filesOf = Map.groupBy(chosen, ({ id }) => id)
  const owned = new Set(documents.map(({ id }) => id))
  const verified = new Map<StoredFile, VerifiedFile>()
  const orphans: VerifyFinding[] = []
  const links: ChainLink[] = []
  const acceptances: Acceptance[] = []
  const unreadable = new Set<string>()
  for (const id of recordIds) {
    const files = filesOf.get(id) ?? []
    const place = `evidence/${id}.json`
    const read = await store.evidence(id)
    if ('why' in read) {
      unreadable.add(id)
      const says = `${read.why.charAt(0).toUpperCase()}${read.why.slice(1)}.`
      if (!owned.has(id)) orphans.push(found('unreadable', place, says))
      for (const file of files) verified.set(file, unread(file, found('unreadable', null, says)))
      continue
    }
    const link = chainLink({ id, evidence: read.value })
    links.push(link)
    const redacted = redactions
      .filter(({ document, after }) => document === id && after === link.digest)
      .toReversed()
    if (isAcceptance(read.value)) {
      const acceptance = parseAcceptance(read.value)
      if (acceptance === null || !isAsMade(read.value))
        orphans.push(found('altered', place, 'It is no longer the acceptance that was saved.'))
      else acceptances.push(acceptance)
    } else if (isRedaction(read.value)) {
      if (parseRedaction(read.value) === null)
        orphans.push(
          found(
            'altered',
            place,
            'This record of a redaction is not as it was saved, so it accounts for no words that are missing.',
          ),
        )
    } else if (isRelink(read.value)) {
      if (parseRelink(read.value)?.id !== id)
        orphans.push(
          found(
            'altered',
            place,
            'This record of a relink is not as it was saved, so no key is followed by it.',
          ),
        )
    } else if (!owned.has(id))
      orphans.push(found('orphan', place, 'No document belongs to this evidence: its Markdown is missing.'))
    for (const file of files) {
      const { path, markdown } = file
      verified.set(file, { id, path, ...verifyDocument(read.value, markdown, composer, redacted[0]) })
      onVerified(verified.size, chosen.length)
    }
  }
  for (const file of chosen)
    if (!verified.has(file))
      verified.set(
        file,
        unread(file, found('missing', null, `Its evidence is missing: evidence/${file.id}.json.`)),
      )
  const { broken, heads } = checkRecords(links, redactions, unreadable)
  const present = new Map(links.map(({ id, digest }) => [id, digest]))
  const whole: VerifyFinding[] = [
    ...(wanted === 'all'
      ? [
          ...orphans,
          ...gaps.map(({ where, why }) => found('unreadable', where, `It cannot be read: ${why}.`)),
        ]
      : []),
    ...broken
      .filter((one) => !filesOf.has(one.id) && (wanted === 'all' || filesOf.has(one.namedBy)))
      .map((one) => found('chain', `evidence/${one.id}.json`, brokenSentence(one))),
    ...copies(chosen),
  ]
  return {
    documents: chosen.flatMap((file) => {
      const one = verified.get(file)
      if (one === undefined) return []
      const own = broken
        .filter(({ id }) => id === file.id)
        .map((link) => found('chain', null, brokenSentence(link)))
      const accepted = acceptances
        .filter(
          ({ of }) => of.id === file.id && !isRedacted(redactions, of.id, of.digest, present.get(of.id)),
        )
        .map(({ by }) =>
          found(
            'altered',
            null,
            `The evidence that ${by} accepted is not the one that is here: it was altered since.`,
          ),
        )
      return [{ ...one, findings: bySeriousness([...one.findings, ...own, ...accepted]) }]
    }),
    findings: bySeriousness(whole),
    heads: heads.map(({ id }) => id),
  }
}

/** Whether an acceptance still carries the characters of its own digest in its id. */
function isAsMade({ id, signature: _, ...unnamed }: JsonObject): boolean {
  return typeof id === 'string' && id.endsWith(`-accepted-${digestOf(unnamed).slice(0, 4)}`)
}

function unread({ id, path }: StoredFile, finding: VerifyFinding): VerifiedFile {
  return { id, path, notices: [], findings: [finding] }
}

function brokenSentence({ kind, namedBy }: ChainBreak): string {
  return kind === 'missing'
    ? `The chain is broken: ${namedBy} names this evidence, and it is gone.`
    : `The chain is broken: this evidence is not the one that ${namedBy} names; it was altered since.`
}

/** Files that carry one id: which of them is the document is not told by the store. */
function copies(files: readonly StoredFile[]): readonly VerifyFinding[] {
  return [...Map.groupBy(files, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : others.map(({ path }) => found('orphan', path, `It carries the id of ${first.path}.`)),
  )
}
