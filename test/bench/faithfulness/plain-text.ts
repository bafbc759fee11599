import { evaluate } from '../../../src/claims/evaluate.ts'
import { printValue } from '../../../src/claims/print-value.ts'
import { splitText } from '../../../src/claims/split-text.ts'
import { isRefusal } from '../../../src/evidence/refusal.ts'
import type { Ground } from './ground.ts'

/** A text as a reader would see it if nobody checked it: slots printed, those that mean nothing left as they are. */
export function plainText(text: string, { evidence }: Ground): string {
  const pieces = splitText(text)
  if (isRefusal(pieces)) return text
  return pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.text
      const value = evaluate(piece.expression, evidence)
      return isRefusal(value) || value.kind === 'truth' ? `[[${piece.written}]]` : printValue(value, evidence)
    })
    .join('')
}
