import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { evaluate } from './evaluate.ts'
import { digitsTogether, printExact, printValue, showsOf } from './print-value.ts'
import { splitText } from './split-text.ts'
import type { Segment } from './statement.ts'
import type { EvaluatedPiece } from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

/**
 * The pieces of a statement as they are printed, numbers with as many digits as keep them apart. `tellsSize` is whether words
 * before a change tell its direction, so that it stands without its sign.
 */
export function segmentsOf(
  pieces: readonly EvaluatedPiece[],
  evidence: Evidence,
  tellsSize: (before: string) => boolean = tellsSizeInEnglish,
): readonly Segment[] {
  const numbers = pieces.flatMap((piece) => (piece.kind === 'slot' ? numbersBehind(piece.value) : []))
  const significant = digitsTogether(numbers)
  return pieces.map((piece, index): Segment => {
    if (piece.kind === 'words') return piece
    const before = pieces
      .slice(0, index)
      .map((one) => (one.kind === 'words' ? one.text : ' | '))
      .join('')
    const isMagnitude = tellsSize(before) && /^(delta|pct)$/.test(piece.value.made?.by ?? '')
    return {
      kind: 'slot',
      expression: piece.written,
      printed: printSlot(piece.value, evidence, { significant, isMagnitude }),
      exact: printExact(piece.value, evidence),
      shows: showsOf(piece.value),
      cites: piece.value.cites,
    }
  })
}

function tellsSizeInEnglish(before: string): boolean {
  return (
    /\b(by|gap of|difference of|differ by|margin of|drop of|gain of|rise of|increase of|decrease of|improvement of) (about |only |just )?$/i.test(
      before,
    ) &&
    // "Changes by" leaves to the sign which way.
    !/\b(chang(es?|ed)|moves?|moved|shifts?|shifted|by:) by (about |only |just )?$/i.test(before)
  )
}

/** The numbers whose print must stay apart: those printed, and those a printed relation was computed from. */
function numbersBehind(value: Value): readonly NumberValue[] {
  if (value.kind === 'number') return [value]
  return value.kind === 'relation' ? (value.made?.operands ?? []).filter((one) => one.kind === 'number') : []
}

/** A finding's sentence has slots of its own, in our hand; findings hold no findings. */
function printSlot(
  value: Value,
  evidence: Evidence,
  options: { readonly significant: number; readonly isMagnitude: boolean },
): string {
  if (value.kind !== 'finding') return printValue(value, evidence, options)
  const pieces = splitText(value.sentence)
  if (isRefusal(pieces)) return value.sentence
  return pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.text
      const inner = evaluate(piece.expression, evidence)
      return isRefusal(inner) ? `[[${piece.written}]]` : printValue(inner, evidence, options)
    })
    .join('')
}
