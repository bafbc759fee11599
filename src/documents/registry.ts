import type { DocumentKindName } from './document.ts'
import type { DocumentKind } from './document-kind.ts'
import { logKind } from './log-kind.ts'
import { phaseKind } from './phase/phase-kind.ts'
import { reconstructionKind } from './reconstruction/reconstruction-kind.ts'

/** The kinds of documents that can be written and worked out again. */
const DOCUMENT_KINDS: readonly DocumentKind[] = [logKind, phaseKind, reconstructionKind]

/** The kind of this name; null for one that this version does not know. */
export function documentKind(name: DocumentKindName | string): DocumentKind | null {
  return DOCUMENT_KINDS.find((kind) => kind.name === name) ?? null
}
