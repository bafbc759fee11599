import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { EvidenceDocument } from '../evidence/evidence.ts'
import { type Gap, isGap } from '../gap.ts'
import { splitSentences } from '../notes/split-sentences.ts'
import type { DocumentSummary, Store } from '../stores/store.ts'
import { readPassages } from './read-passages.ts'

/** Documents that may be cited, oldest first, and what of the store could not be read. */
export interface EarlierDocuments {
  readonly documents: readonly EvidenceDocument[]
  readonly gaps: readonly Gap[]
}

const recordSchema = z.object({ body: z.string() })
const MOST_PASSAGES = 80
const LONGEST_PASSAGE = 400

/**
 * Documents of the store that pass and were not superseded, with their sentences as they were checked and frozen: an
 * edit by hand is not among them. `root` is the project's folder.
 */
export async function readEarlierDocuments(
  store: Store,
  root: string,
  isWanted: (summary: DocumentSummary) => boolean,
): Promise<EarlierDocuments> {
  const summaries: DocumentSummary[] = []
  const gaps: Gap[] = []
  for await (const found of store.list({})) {
    if (isGap(found)) gaps.push(found)
    else if (found.supersededBy === null && isWanted(found)) summaries.push(found)
  }
  summaries.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.savedAt - b.savedAt))
  const documents: EvidenceDocument[] = []
  for (const summary of summaries) {
    const text = await readFile(path.join(root, summary.evidencePath), 'utf8')
    const record = recordSchema.safeParse(JSON.parse(text))
    if (!record.success) continue
    documents.push({
      address: `d${documents.length + 1}`,
      id: summary.id,
      kind: summary.kind,
      title: summary.title,
      date: summary.date,
      path: path.posix.relative(store.location, summary.path),
      runs: summary.runs,
      passages: sentencesOf(record.data.body),
    })
  }
  return { documents, gaps }
}

/** What a document says outside its tables, a sentence each; how it was made is no part of it. */
function sentencesOf(body: string): readonly string[] {
  return readPassages(body)
    .filter(({ cell }) => cell === null)
    .flatMap(({ text }) => withMarks(splitSentences(text).map(({ start, end }) => text.slice(start, end))))
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence.length > 0 && sentence.length <= LONGEST_PASSAGE)
    .slice(0, MOST_PASSAGES)
}

/** How a sentence is marked that is not read off the log: "*(inferred)*" behind its full stop is part of it. */
const MARK = /^\((?:unchecked|inferred|proposed)(?:, (?:inferred|proposed))?\)$/

function withMarks(sentences: readonly string[]): readonly string[] {
  const marked: string[] = []
  for (const sentence of sentences)
    if (MARK.test(sentence.trim()) && marked.length > 0) marked.push(`${marked.pop()} ${sentence.trim()}`)
    else marked.push(sentence)
  return marked
}
