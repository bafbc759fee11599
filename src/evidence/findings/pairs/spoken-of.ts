import type { EvidenceWithoutFindings } from '../../evidence.ts'
import { isTelling } from '../../what-varied.ts'

/** Parameters that the notes name, the most named first. */
export function spokenOf(evidence: EvidenceWithoutFindings): readonly string[] {
  const text = evidence.quotes
    .filter(({ kind }) => kind !== 'experiment' && kind !== 'commit')
    .map((quote) => quote.text.toLowerCase())
    .join('\n')
  const words = ` ${text.replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  const counted = evidence.factors.flatMap(({ param, levels }) => {
    const name = ` ${param
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `
    const named = name.trim().length < 2 ? 0 : words.split(name).length - 1
    const byLevel = isTelling(param)
      ? levels.reduce(
          (sum, { value }) =>
            sum +
            (value === null || !/^\p{L}{3,}$/u.test(value)
              ? 0
              : words.split(` ${value.toLowerCase()} `).length - 1),
          0,
        )
      : 0
    const count = named + byLevel
    return count === 0 ? [] : [{ param, count }]
  })
  return counted.sort((a, b) => b.count - a.count || (a.param < b.param ? -1 : 1)).map(({ param }) => param)
}
