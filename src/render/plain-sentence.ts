import { evaluate } from '../claims/evaluate.ts'
import { digitsTogether, printValue } from '../claims/print-value.ts'
import { splitText } from '../claims/split-text.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'

/**
 * A sentence of ours with every value printed, for prompts and terminals. Runs stand as their addresses, so that a model
 * can cite them, or as names for a person.
 */
export function plainSentence(
  sentence: string,
  evidence: Evidence,
  runs: 'addresses' | 'names' = 'addresses',
): string {
  const pieces = splitText(sentence)
  if (isRefusal(pieces)) throw new Error(`${sentence}: ${pieces.reason}`)
  const worths = pieces.map((piece) => {
    if (piece.kind === 'words') return piece.text
    const value = evaluate(piece.expression, evidence)
    if (isRefusal(value)) throw new Error(`${piece.written}: ${value.reason}`)
    return value
  })
  const numbers = worths.flatMap((one) => (typeof one !== 'string' && one.kind === 'number' ? [one] : []))
  const significant = digitsTogether(numbers)
  return worths
    .map((value) => {
      if (typeof value === 'string') return value
      if (value.kind === 'run' && runs === 'addresses') return value.address
      return value.kind === 'quote'
        ? `"${value.text}"`
        : printValue(value, evidence, { isMagnitude: true, significant })
    })
    .join('')
}
