import type { Evidence } from '../evidence/evidence.ts'

/** Why words that name a run by its id or address are refused: runs are slots, so that they link and are checked. */
export function findRunsInWords(words: string, evidence: Evidence): readonly string[] {
  const reasons: string[] = []
  for (const match of words.matchAll(/[\p{L}\p{N}_-]+/gu)) {
    const token = match[0]
    const lower = token.toLowerCase()
    if (/^r\d+$/.test(lower)) reasons.push(`"${token}" is typed as a word; write [[${lower}]].`)
    if (lower.length < 6) continue
    const run = [...evidence.runs, ...evidence.earlier].find((one) =>
      one.run.id.toLowerCase().startsWith(lower),
    )
    if (run !== undefined && /\d/.test(run.run.id))
      reasons.push(`"${token}" is a run's id typed by hand; write [[${run.address}]].`)
    else if (/^[0-9a-f]{8,}$/.test(lower) && /\d/.test(lower))
      reasons.push(`"${token}" looks like a run's id, but no run has it.`)
  }
  return reasons
}
