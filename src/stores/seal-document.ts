import type { Document } from '../documents/document.ts'
import type { JsonObject } from '../json.ts'
import { digestOf } from './canonical-json.ts'
import { type EvidenceRecord, makeRecord, type RecordLink } from './evidence-record.ts'
import { renderMarkdownFile } from './front-matter.ts'

/** A document as it is written: its record, and the Markdown that names the record's digest. */
export interface SealedDocument {
  readonly value: JsonObject
  readonly record: EvidenceRecord
  readonly frontMatter: JsonObject
  readonly markdown: string
}

/**
 * The two files of a document. The Markdown carries the SHA-256 of the evidence (of its canonical JSON, as later records
 * name it), and the evidence the body: a change of either shows in the other.
 */
export function sealDocument(
  document: Document,
  savedAt: string,
  previous: readonly RecordLink[],
): SealedDocument {
  const { value, record } = makeRecord(document, savedAt, previous)
  const frontMatter = {
    ...document.frontMatter,
    id: document.id,
    evidence: `../evidence/${document.id}.json`,
    evidenceDigest: digestOf(value),
  }
  return { value, record, frontMatter, markdown: renderMarkdownFile(frontMatter, document.body) }
}
