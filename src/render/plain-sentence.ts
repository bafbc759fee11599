import { evaluate } from '../claims/evaluate.ts'
import { printValue } from '../claims/print-value.ts'
import { splitText } from '../claims/split-text.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'

/** A sentence of ours with the addresses of runs left standing and every value printed: for prompts, not for documents. */
export function plainSentence(sentence: string, evidence: Evidence): string {
  const pieces = splitText(sentence)
  if (isRefusal(pieces)) throw new Error(`${sentence}: ${pieces.reason}`)
  return pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.text
      const value = evaluate(piece.expression, evidence)
      if (isRefusal(value)) throw new Error(`${piece.written}: ${value.reason}`)
      if (value.kind === 'run') return value.address
      return value.kind === 'quote' ? `"${value.text}"` : printValue(value, evidence, { isMagnitude: true })
    })
    .join('')
}
