import type { Evidence } from '../evidence/evidence.ts'
import { gap } from '../gap.ts'
import { whyUnsound } from './why-unsound.ts'

/** A finding that the expressions' own rules refuse is not told; that it was left out is a gap the reader sees. */
export function withSoundFindings(evidence: Evidence): Evidence {
  const judged = evidence.findings.map((finding) => ({
    finding,
    refusal: whyUnsound(finding.sentence, evidence),
  }))
  const unsound = judged.flatMap(({ finding, refusal }) =>
    refusal === null ? [] : [gap(`a finding (${finding.kind})`, finding.address, refusal)],
  )
  if (unsound.length === 0) return evidence
  return {
    ...evidence,
    findings: judged.flatMap(({ finding, refusal }) => (refusal === null ? [finding] : [])),
    gaps: [...evidence.gaps, ...unsound],
  }
}
