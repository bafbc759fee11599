import type { EvidenceQuote } from './evidence.ts'

/** How many of these passages name the metric, in full or by the last word of its name. */
export function mentionsOf(metric: string, quotes: readonly Pick<EvidenceQuote, 'text'>[]): number {
  const words = metric.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  const last = words.at(-1) ?? metric
  return quotes.filter(({ text }) => {
    const said = text.toLowerCase().split(/[^\p{L}\p{N}_]+/u)
    return said.includes(metric.toLowerCase()) || said.includes(last)
  }).length
}
