import { isRefusal, type Refusal, refuse } from '../evidence/refusal.ts'
import { type Expression, scanSlot } from './expression.ts'

/** A piece of a text with slots, as written. */
export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'slot'; readonly written: string; readonly expression: Expression }

/** Stands for a slot where only the words of a text are looked at. */
export const SLOT_MARK = '\uFFFC'

/** Splits a text at its slots `[[expression]]`; a slot that cannot be parsed refuses the whole text. */
export function splitText(text: string): readonly Piece[] | Refusal {
  if (text.includes(SLOT_MARK)) return refuse('The text holds a character that stands for slots.')
  const pieces: Piece[] = []
  let position = 0
  while (position < text.length) {
    const open = text.indexOf('[[', position)
    const words = text.slice(position, open < 0 ? text.length : open)
    if (words.includes(']]')) return refuse('There is a ]] without its [[.')
    if (words !== '') pieces.push({ kind: 'words', text: words })
    if (open < 0) break
    const slot = scanSlot(text, open + 2)
    if (isRefusal(slot)) return refuse(`${text.slice(open, open + 60)}: ${slot.reason}`)
    pieces.push({
      kind: 'slot',
      written: text.slice(open + 2, slot.end - 2).trim(),
      expression: slot.expression,
    })
    position = slot.end
  }
  return pieces
}
