import type { Evidence } from '../evidence/evidence.ts'
import { isRelationWord } from './lexicon.ts'
import type { NamePhrase } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { EvaluatedPiece, Sentence } from './tokens.ts'

/** Words that may frame a quotation: they say that something was written, never what was meant by it. */
const FRAME = new Set(
  'a an one than below above and as at about also again but by concerning day entry for from had has have here in is it its later log logged logs lists list next no not note noted notes now of on or our planned question quote remark run runs said same say says scientist shows show so still step steps that the their them then there these they this those today to tomorrow was were what when where which while who whose with word words writes wrote written you your yours metric value values parameter setting settings status finished failed killed running crashed tracker records record recorded against hypothesis expected decided decision plan idea open'.split(
    ' ',
  ),
)
/** Framing that tells an attitude; it may only be said if the note itself has the word. */
const ATTITUDES = new Set(['expected', 'decided', 'decision'])

/**
 * What the scientist said is printed in their words: a quotation or a number of a note, framed by words that say nothing
 * more, or by words that stand in the quoted note.
 */
export function checkNoted(
  pieces: readonly EvaluatedPiece[],
  sentences: readonly Sentence[],
  evidence: Evidence,
  phrases: readonly NamePhrase[],
): readonly Problem[] {
  const cited = new Set(
    pieces.flatMap((piece) =>
      piece.kind === 'slot' &&
      (piece.value.kind === 'quote' || (piece.value.kind === 'number' && piece.value.field === 'reported'))
        ? piece.value.cites.map((address) => address.split('.')[0] ?? '')
        : [],
    ),
  )
  if (cited.size === 0)
    return [
      unsupported(
        'What the scientist said is printed in their words: use [[quote(n1, "words that stand in the note")]].',
      ),
    ]
  const noteWords = new Set(
    evidence.quotes
      .filter((quote) => cited.has(quote.address))
      .flatMap((quote) => quote.text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []),
  )
  const nameWords = new Set(phrases.flatMap((phrase) => phrase.words))
  const strange = sentences
    .flatMap((sentence) => sentence.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])))
    .filter(
      (word) =>
        !noteWords.has(word) &&
        !nameWords.has(word) &&
        !isRelationWord(word) &&
        (!FRAME.has(word) || ATTITUDES.has(word)),
    )
  return strange.length === 0
    ? []
    : [
        unsupported(
          `${[...new Set(strange)]
            .slice(0, 6)
            .map((word) => `"${word}"`)
            .join(', ')}: not the scientist's words; quote them, or say it with basis "inferred".`,
        ),
      ]
}
