import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { type ReportedPlace, reportedRowAt } from '../evidence/reported-cell.ts'
import { clauseAround } from './clause.ts'
import { isRelationWord } from './lexicon.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { EvaluatedPiece, Sentence } from './tokens.ts'

/** Words that may frame a quotation: they say that something was written, never what was meant by it. */
const FRAME = new Set(
  'typed reported report hand table row column by a an one error errors reason than below above and as at about also again but by concerning day entry for from had has have here in is it its later log logged logs lists list next no not note noted notes now of on or our planned question quote remark run runs said same say says scientist shows show so still step steps that the their them then there these they this those today to tomorrow was were what when where which while who whose with word words writes wrote written you your yours metric value values parameter setting settings status finished failed killed running crashed tracker records record recorded against hypothesis expected decided decision plan idea open metrics lead primary main decides holds gives gave caveat hypothesis'.split(
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
  const addresses = pieces.flatMap((piece) =>
    piece.kind === 'slot' &&
    (piece.value.kind === 'quote' || (piece.value.kind === 'number' && piece.value.field === 'reported'))
      ? piece.value.cites
      : [],
  )
  const cited = new Set(addresses.map((address) => address.split('.')[0] ?? ''))
  const rows = addresses.flatMap((address) => reportedRowAt(evidence, address) ?? [])
  if (cited.size === 0)
    return [
      unsupported(
        'What the scientist said is printed in their words: use [[quote(note, "words that stand in the note")]].',
      ),
    ]
  const noteWords = new Set(
    [
      ...evidence.quotes.filter((quote) => cited.has(quote.address)).map(({ text }) => text),
      ...rows.flatMap(({ table, row }) => [row.text, table.heading ?? '', ...(table.header ?? [])]),
      ...evidence.documents.filter((one) => cited.has(one.address)).flatMap(({ passages }) => passages),
    ].flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []),
  )
  const unattributed = sentences.flatMap((sentence) => [
    ...reportedProblems(sentence, evidence),
    ...misreadColumns(sentence, evidence, phrases),
  ])
  if (unattributed.length > 0) return unattributed
  const nameWords = new Set(phrases.flatMap((phrase) => phrase.words))
  const strange = sentences
    .flatMap((sentence) => sentence.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])))
    .filter(
      (word) =>
        !noteWords.has(word) &&
        !nameWords.has(word) &&
        !isRelationWord(word, ['cause', 'reading']) &&
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

const SAYING =
  /^(wrote|writes|written|write|typed|reported|report|said|says|say|note|notes|noted|planned|remark|quote|entry)$/

/** A number of a note is said as written by a person, and of no run that the note does not name. */
function reportedProblems(sentence: Sentence, evidence: Evidence): readonly Problem[] {
  const { tokens } = sentence
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot' || token.value.kind !== 'number' || token.value.field !== 'reported') return []
    if (!tokens.slice(0, at).some((one) => one.kind === 'word' && SAYING.test(one.lower)))
      return [
        unsupported(
          `[[${token.written}]] was written by a person; say so before it: "You wrote [[${token.written}]]".`,
        ),
      ]
    const note =
      evidence.quotes.find((quote) => token.value.cites[0]?.startsWith(`${quote.address}.`))?.text ??
      reportedRowAt(evidence, token.value.cites[0] ?? '')?.row.text ??
      ''
    const [from, to] = clauseAround(tokens, at)
    const stranger = tokens
      .slice(from, to)
      .find(
        (one) =>
          one.kind === 'slot' && one.value.kind === 'run' && !namesRun(note, one.value.address, evidence),
      )
    return stranger === undefined
      ? []
      : [
          unsupported(
            `The note of [[${token.written}]] names no such run; tell what the run logs in a clause of its own.`,
          ),
        ]
  })
}

/** A cell of a table is said under its own column's name; what a column without a head holds is not guessed. */
function misreadColumns(
  { tokens }: Sentence,
  evidence: Evidence,
  phrases: readonly NamePhrase[],
): readonly Problem[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot') return []
    const [address = ''] = token.value.cites
    const place = reportedRowAt(evidence, address)
    const column = /\.col(\d+)$/.exec(address)?.[1]
    if (place === null || column === undefined) return []
    const head = headOf(place, Number(column))
    const [from, to] = clauseAround(tokens, at)
    const words = tokens.slice(from, to).map((one) => (one.kind === 'word' ? one.lower : null))
    const named = words.flatMap((_, index) => {
      const phrase = phraseAt(phrases, words, index)
      return phrase === null || phrase.field === 'attribute' ? [] : [phrase]
    })
    const strange = named.find((phrase) => head === null || !isNamedBy(head, phrase))
    return strange === undefined
      ? []
      : [
          unsupported(
            head === null
              ? `The table of [[${token.written}]] names no such column, so "${strange.words.join(' ')}" cannot be said of it; quote its row.`
              : `[[${token.written}]] stands in the column "${head}", not under "${strange.words.join(' ')}".`,
          ),
        ]
  })
}

/** What a row's column is called; null where the table has no head, or the row another number of cells than it. */
function headOf({ table, row }: ReportedPlace, column: number): string | null {
  return row.mark === 'malformed' ? null : (table.header?.[column - 1] ?? null)
}

function isNamedBy(head: string, { words, names }: NamePhrase): boolean {
  const headWords = wordsOf(head)
  return (
    words.every((word) => headWords.includes(word)) ||
    names.some((name) => wordsOf(name).join(' ') === headWords.join(' '))
  )
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function namesRun(note: string, address: string, evidence: Evidence): boolean {
  const run = findRun(evidence, address)?.run
  return (
    run !== undefined &&
    (note.includes(run.id.slice(0, 6)) || (run.name.length > 2 && note.includes(run.name)))
  )
}
