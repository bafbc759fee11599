import { basename } from 'node:path'
import { type Gap, gap, isGap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import { type Acceptance, digestOfBody, isAcceptance, parseAcceptance } from './acceptance.ts'
import { type EvidenceRecord, parseRecord } from './evidence-record.ts'
import { type KeyHistory, keyHistory } from './key-history.ts'
import { normaliseMarkdown } from './normalise-markdown.ts'
import type { AcceptanceSummary, DocumentSummary, StoreContents, StoredFile } from './store.ts'
import {
  EVIDENCE_FOLDER,
  evidenceIds,
  folderOfKind,
  KIND_FOLDERS,
  type MarkdownFile,
  readEvidence,
  readRedactions,
  readRelinks,
  walkMarkdown,
} from './store-folder.ts'

/** A document as it was found. Paths in the summary are relative to the store. */
export interface DocumentEntry {
  readonly summary: DocumentSummary
  readonly markdown: string
  /** The Markdown without its front matter. */
  readonly body: string
}

/** All documents of a store, oldest first, and what could not be read of it. */
export async function readEntries(
  root: string,
): Promise<{ readonly entries: readonly DocumentEntry[]; readonly gaps: readonly Gap[] }> {
  const found = new Map<string, DocumentEntry>()
  const gaps: Gap[] = []
  for await (const file of walkMarkdown(root)) {
    const entry = isGap(file) ? file : await readEntry(root, file)
    if (entry === null) continue
    if (isGap(entry)) {
      gaps.push(entry)
      continue
    }
    const { id, path } = entry.summary
    const other = found.get(id)
    if (other === undefined) {
      found.set(id, entry)
      continue
    }
    // Of two files with one id the one where we would have put it is the document; else the first by path.
    const isHome = path === homeOf(entry.summary)
    if (isHome) found.set(id, entry)
    const [kept, copy] = isHome ? [path, other.summary.path] : [other.summary.path, path]
    gaps.push(gap(copy, copy, `it carries the id of ${kept}, ${id}`))
  }
  const { acceptances, gaps: unread } = await readAcceptances(root, found)
  const redactions = Map.groupBy(await readRedactions(root), ({ document }) => document)
  const history = keyHistory(await readRelinks(root))
  const entries = withAcceptances(withSuccessors([...found.values()]), acceptances).map((entry) => ({
    ...entry,
    summary: {
      ...withPresentKeys(entry.summary, history),
      redactions: redactions.get(entry.summary.id) ?? [],
    },
  }))
  return { entries: entries.toSorted(byDate), gaps: [...gaps, ...unread] }
}

/** A summary with the keys that its runs have now. */
function withPresentKeys(summary: DocumentSummary, history: KeyHistory): DocumentSummary {
  const now = (key: string): string => history.now(key, summary.savedAt)
  const relinked = summary.runs.flatMap((from) => (now(from) === from ? [] : [{ from, to: now(from) }]))
  return {
    ...summary,
    runs: relinked.length === 0 ? summary.runs : [...new Set(summary.runs.map(now))],
    told: summary.told.map((one) => ({ ...one, key: now(one.key) })),
    relinked,
  }
}

/** The acceptances among the records that no document goes with. */
async function readAcceptances(
  root: string,
  documents: ReadonlyMap<string, DocumentEntry>,
): Promise<{ readonly acceptances: readonly Acceptance[]; readonly gaps: readonly Gap[] }> {
  const acceptances: Acceptance[] = []
  const gaps: Gap[] = []
  for (const id of await evidenceIds(root)) {
    if (documents.has(id)) continue
    const evidence = await readEvidence(root, id)
    if ('why' in evidence || !isAcceptance(evidence.value)) continue
    const acceptance = parseAcceptance(evidence.value)
    if (acceptance === null)
      gaps.push(gap(id, `${EVIDENCE_FOLDER}/${id}.json`, 'it is no longer the acceptance that was saved'))
    else acceptances.push(acceptance)
  }
  return { acceptances: acceptances.toSorted((left, right) => left.at - right.at), gaps }
}

function withAcceptances(
  entries: readonly DocumentEntry[],
  acceptances: readonly Acceptance[],
): readonly DocumentEntry[] {
  const byDocument = Map.groupBy(acceptances, ({ of }) => of.id)
  return entries.map((entry) => ({
    ...entry,
    summary: {
      ...entry.summary,
      acceptances: (byDocument.get(entry.summary.id) ?? []).map((one) =>
        summariseAcceptance(one, entry.body),
      ),
    },
  }))
}

/** What is shown of an acceptance of the document that now has this body. */
export function summariseAcceptance(acceptance: Acceptance, body: string): AcceptanceSummary {
  const { id, by, email, at, because, despite = null, signature } = acceptance
  const isOfThisText = acceptance.body === digestOfBody(body)
  return { id, by, email, at, because, despite, signed: signature?.format ?? null, isOfThisText }
}

/** Every file that is or was a document, and every id of evidence. Paths are relative to the store. */
export async function readContents(root: string): Promise<StoreContents> {
  const recordIds = await evidenceIds(root)
  const known = new Set(recordIds)
  const documents: StoredFile[] = []
  const gaps: Gap[] = []
  for await (const file of walkMarkdown(root)) {
    if (isGap(file)) {
      gaps.push(file)
      continue
    }
    const { path, parts, text } = file
    const frontMatter = parts.kind === 'parts' ? parts.frontMatter : {}
    const written = typeof frontMatter.id === 'string' ? frontMatter.id : null
    const named = basename(path, '.md')
    if (written !== null && known.has(written)) documents.push({ id: written, path, markdown: text })
    else if (known.has(named)) documents.push({ id: named, path, markdown: text })
    else if (written !== null && (namesKind(frontMatter.kind) || 'evidence' in frontMatter))
      documents.push({ id: written, path, markdown: text })
  }
  return { documents, recordIds, redactions: await readRedactions(root), gaps }
}

/** Where a document of this id and kind is written, relative to the store. */
export function homeOf({ id, kind }: Pick<DocumentSummary, 'id' | 'kind'>): string {
  return `${folderOfKind(kind)}/${id}.md`
}

/** The summary of a record and its file. A title or date that a person mended in the front matter is shown. */
export function summarise(
  record: EvidenceRecord,
  path: string,
  frontMatter: Readonly<Record<string, unknown>>,
  body: string,
): DocumentSummary {
  const { id, kind, runs, notes, places, supersedes, told, savedAt } = record
  const { title, date } = frontMatter
  return {
    id,
    kind,
    title: typeof title === 'string' && title !== '' ? title : record.title,
    date: typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : record.date,
    path,
    evidencePath: `${EVIDENCE_FOLDER}/${id}.json`,
    runs,
    relinked: [],
    told,
    places,
    notes,
    savedAt,
    supersedes,
    supersededBy: null,
    edited: normaliseMarkdown(body) !== normaliseMarkdown(record.body),
    acceptances: [],
    redactions: [],
  }
}

/** One file as a document; null where it is a person's own file that never was one. */
async function readEntry(root: string, file: MarkdownFile): Promise<DocumentEntry | Gap | null> {
  const { path, parts, text } = file
  if (parts.kind === 'broken') return gap(path, path, parts.why)
  const id = parts.kind === 'parts' ? parts.frontMatter.id : undefined
  if (parts.kind === 'none' || typeof id !== 'string') {
    const ours = await readEvidence(root, basename(path, '.md'))
    return 'value' in ours ? gap(path, path, 'its front matter no longer says its id') : null
  }
  const evidence = await readEvidence(root, id)
  if ('why' in evidence) {
    return namesKind(parts.frontMatter.kind) ? gap(id, path, evidence.why) : null
  }
  return entryOf(evidence.value, id, file, parts.frontMatter, parts.body, text)
}

function entryOf(
  value: JsonObject,
  id: string,
  { path }: MarkdownFile,
  frontMatter: Readonly<Record<string, unknown>>,
  body: string,
  markdown: string,
): DocumentEntry | Gap {
  const parsed = parseRecord(value)
  if ('why' in parsed) return gap(id, `${EVIDENCE_FOLDER}/${id}.json`, parsed.why)
  const { record } = parsed
  if (record.id !== id) {
    return gap(id, `${EVIDENCE_FOLDER}/${id}.json`, `it is the evidence of ${record.id}`)
  }
  return { summary: summarise(record, path, frontMatter, body), markdown, body }
}

function namesKind(kind: unknown): boolean {
  return typeof kind === 'string' && kind in KIND_FOLDERS
}

function withSuccessors(entries: readonly DocumentEntry[]): readonly DocumentEntry[] {
  const successors = new Map<string, string>()
  for (const { summary } of entries.toSorted(byDate)) {
    if (summary.supersedes !== null) successors.set(summary.supersedes, summary.id)
  }
  return entries.map((entry) => ({
    ...entry,
    summary: { ...entry.summary, supersededBy: successors.get(entry.summary.id) ?? null },
  }))
}

function byDate({ summary: left }: DocumentEntry, { summary: right }: DocumentEntry): number {
  if (left.date !== right.date) return left.date < right.date ? -1 : 1
  return left.savedAt - right.savedAt || (left.id < right.id ? -1 : 1)
}
