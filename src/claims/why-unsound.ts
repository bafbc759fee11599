import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { evaluate } from './evaluate.ts'
import { splitText } from './split-text.ts'

/** Why a sentence of ours cannot be said in this evidence, or null where every slot in it resolves. */
export function whyUnsound(sentence: string, evidence: Evidence): string | null {
  const pieces = splitText(sentence)
  if (isRefusal(pieces)) return pieces.reason
  for (const piece of pieces) {
    if (piece.kind === 'words') continue
    const value = evaluate(piece.expression, evidence)
    if (isRefusal(value)) return value.reason
  }
  return null
}
