import { type JsonObject, jsonNumber } from '../json.ts'
import type { Candidate } from '../verify/candidates.ts'
import type { VerifyFinding } from '../verify/verify-finding.ts'
import type { VerifiedStore } from '../verify/verify-store.ts'
import type { FiguresOfFile } from './render-figures.ts'

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

/** What it prints of another Markdown file: its numbers beside a metric or a run, each with where it may come from. */
export function figuresToJson({ path, figures, unnamed }: FiguresOfFile): JsonObject {
  const candidates = (some: readonly Candidate[]): readonly JsonObject[] =>
    some.map(({ known, how }) => ({ ...known, value: jsonNumber(known.value), how }))
  return {
    path,
    figures: figures.map((one) => ({
      line: one.line,
      text: one.figure.text,
      value: one.figure.value,
      unit: one.figure.unit,
      names: [...one.names],
      runs: [...one.runs],
      candidates: candidates(one.candidates),
      elsewhere: candidates(one.elsewhere),
    })),
    unnamed,
  }
}

function findingToJson({ kind, where, says, lines }: VerifyFinding): JsonObject {
  return { kind, where, says, lines: [...lines] }
}
