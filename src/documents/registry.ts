import type { JsonValue } from '../json.ts'
import { decisionKind } from './decision/decision-kind.ts'
import type { DocumentKindName } from './document.ts'
import type { DocumentKind } from './document-kind.ts'
import { logKind } from './log-kind.ts'
import { makeOwnKind } from './own-kind.ts'
import { phaseKind } from './phase/phase-kind.ts'
import { planKind } from './plan/plan-kind.ts'
import { reconstructionKind } from './reconstruction/reconstruction-kind.ts'

/** The kinds of documents that can be written and worked out again. */
const DOCUMENT_KINDS: readonly DocumentKind[] = [
  decisionKind,
  logKind,
  phaseKind,
  planKind,
  reconstructionKind,
]

/** The kind of this name; null for one that this version does not know. */
export function documentKind(name: DocumentKindName): DocumentKind | null {
  return DOCUMENT_KINDS.find((kind) => kind.name === name) ?? null
}

/** The kind of a frozen document: one of narrate's own, or the project's own as its schema was frozen with it. */
export function kindOfRecord(name: DocumentKindName, subject: JsonValue | undefined): DocumentKind | null {
  const known = documentKind(name)
  if (known !== null) return known
  if (typeof subject !== 'object' || subject === null || !('schema' in subject)) return null
  const own = makeOwnKind(name, subject.schema ?? null)
  return 'why' in own ? null : own
}
