import type { JsonObject } from '../json.ts'
import type { VerifyFinding } from '../verify/verify-finding.ts'
import type { VerifiedStore } from '../verify/verify-store.ts'

/** What `verify --json` prints of documents: each with what was found of it, then what was found of the store. */
export function verifiedToJson({ documents, findings, heads }: VerifiedStore): JsonObject {
  return {
    documents: documents.map((one) => ({
      id: one.id,
      path: one.path,
      stands: one.findings.length === 0,
      findings: one.findings.map(findingToJson),
      notices: one.notices.map((notice) => ({ ...notice })),
    })),
    findings: findings.map(findingToJson),
    heads: [...heads],
  }
}

function findingToJson({ kind, where, says, lines }: VerifyFinding): JsonObject {
  return { kind, where, says, lines: [...lines] }
}
