import { evaluate } from '../claims/evaluate.ts'
import type { Expression } from '../claims/expression.ts'
import type { Language } from '../claims/languages/language.ts'
import { digitsTogether, printExact, printValue, showsOf } from '../claims/print-value.ts'
import { roundDecimal } from '../claims/round-decimal.ts'
import { splitText } from '../claims/split-text.ts'
import type { Segment } from '../claims/statement.ts'
import type { NumberValue, Value } from '../claims/value.ts'
import type { Printer } from '../documents/printer.ts'
import { findRun } from '../evidence/address.ts'
import { cutText } from '../evidence/cut-text.ts'
import type { Evidence, EvidenceQuote } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { reportedRowAt } from '../evidence/reported-cell.ts'
import { shortId } from '../runs/run.ts'
import { escapeMarkdown } from './escape-markdown.ts'
import type { Marks } from './marks.ts'
import { sayRunsOnce } from './say-runs-once.ts'

type Slot = Extract<Segment, { kind: 'slot' }>

const LONGEST_QUOTE = 600
const LONGEST_CELL = 48
const LONGEST_TEXT = 160
const MOST_DECIMALS = 5

/**
 * Prints evidence into text for a template: our own sentences with their slots worked out, and what the checker already
 * turned into segments. An expression of ours that does not resolve is a mistake of ours and throws. Values by themselves are printed
 * in the document's language; our sentences are English, and so is what stands in them.
 */
export function createPrinter(evidence: Evidence, marks: Marks, language: Language | null = null): Printer {
  const worthOf = (text: string): Value => {
    const pieces = splitText(`[[${text}]]`)
    if (isRefusal(pieces)) throw new Error(`${text}: ${pieces.reason}`)
    const [piece] = pieces
    if (piece?.kind !== 'slot') throw new Error(`${text} is no expression`)
    return worth(piece.expression, evidence)
  }
  const inLanguage = (slot: Slot, value: Value): Slot => ({
    ...slot,
    printed: language?.printed(value, slot.printed, '', evidence) ?? slot.printed,
  })
  const slotOf = (expression: string, value: Value, significant?: number): Slot => ({
    kind: 'slot',
    expression,
    printed: cutText(
      printValue(value, evidence, {
        isMagnitude: true,
        ...(significant === undefined ? {} : { significant }),
      }),
      value.kind === 'text' ? LONGEST_TEXT : LONGEST_QUOTE,
    ),
    exact: printExact(value, evidence),
    shows: showsOf(value),
    cites: value.cites,
  })
  const quoted = (quote: EvidenceQuote, printed: string): string =>
    marks.slot({
      kind: 'slot',
      expression: quote.address,
      printed,
      // A part of a note stands for the whole of it.
      exact: evidence.quotes.find(({ address }) => address === quote.address)?.text ?? quote.text,
      shows: 'quote',
      cites: [quote.address],
    })
  return {
    words: escapeMarkdown,
    own: (slot) =>
      marks.slot({
        kind: 'slot',
        ...slot,
        printed: slot.shows === 'time' && language !== null ? language.span(slot.printed) : slot.printed,
      }),
    segments: (segments) => marks.text(sayRunsOnce(segments)),
    value: (expression) => {
      const value = worthOf(expression)
      return marks.slot(inLanguage(slotOf(expression, value), value))
    },
    quote: (quote, length = LONGEST_QUOTE) => quoted(quote, cutAtWord(withoutEmphasis(quote.text), length)),
    asWritten: (quote) => quoted(quote, cutAtWord(quote.text, LONGEST_QUOTE)),
    sentence: (text) => {
      const pieces = splitText(text)
      if (isRefusal(pieces)) throw new Error(`${text}: ${pieces.reason}`)
      const values = pieces.map((piece) => (piece.kind === 'slot' ? worth(piece.expression, evidence) : null))
      const significant = digitsTogether(values.flatMap((value) => (value?.kind === 'number' ? value : [])))
      return marks.text(
        pieces.map((piece, index) => {
          const value = values[index] ?? null
          return piece.kind === 'words' || value === null
            ? { kind: 'words', text: piece.kind === 'words' ? piece.text : '' }
            : slotOf(piece.written, value, significant)
        }),
      )
    },
    column: (expressions) => {
      const values = expressions.map((expression) => ({ expression, value: worthOf(expression) }))
      const numbers = values.flatMap(({ value }) => (value.kind === 'number' ? value : []))
      const significant = digitsTogether(numbers)
      const decimals = decimalsOfColumn(numbers, significant)
      return values.map(({ expression, value }) => {
        const printed = printValue(value, evidence, { isMagnitude: true, significant })
        const aligned =
          value.kind === 'number' && decimals !== null ? roundTo(value.value, decimals) : printed
        return marks.slot(inLanguage({ ...slotOf(expression, value), printed: cell(aligned) }, value))
      })
    },
    shortRun: (address) => marks.slot(idSlot(address, evidence, 'run')),
    idOf: (address) => marks.slot(idSlot(address, evidence, 'text')),
    rowPlace: (row) => {
      const found = reportedRowAt(evidence, row)
      if (found === null) throw new Error(`${row} is no row of a table in the notes`)
      const place = `${found.table.file}:${found.row.line}`
      return marks.slot({
        kind: 'slot',
        expression: `${row}.place`,
        printed: place,
        exact: place,
        shows: 'text',
        cites: [row],
      })
    },
  }
}

/** The words of a note without Markdown's marks of emphasis around them: `**bold**`. */
export function withoutEmphasis(text: string): string {
  return text.replace(/(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1/g, '$2')
}

/** A text of at most so many characters, cut between two words where there is a space to cut at. */
function cutAtWord(text: string, length: number): string {
  const cut = cutText(text, length)
  return cut === text ? text : cut.replace(/(?<=\S{3}.*)\s+\S*…$/su, ' …')
}

function idSlot(address: string, evidence: Evidence, shows: Slot['shows']): Slot {
  const run = findRun(evidence, address)?.run
  if (run === undefined) throw new Error(`${address} is no run of the evidence`)
  return {
    kind: 'slot',
    expression: address,
    printed: shortId(run.id),
    exact: run.key,
    shows,
    cites: [address],
  }
}

function worth(expression: Expression, evidence: Evidence): Value {
  const value = evaluate(expression, evidence)
  if (isRefusal(value)) throw new Error(value.reason)
  return value
}

/**
 * How many decimals the metrics of a table column are printed with: as many as the one that needs most, so that the
 * column reads as one. Null where the column is no such column, or one of them would need too many.
 */
function decimalsOfColumn(values: readonly NumberValue[], significant: number): number | null {
  const plain = values.every(
    (value) => value.field !== 'param' && value.unit === null && Number.isFinite(value.value),
  )
  if (!plain || values.length < 2) return null
  // A deviation is worth two digits, and its mean no more decimals than that.
  const deviations = values.filter(({ made }) => made?.by === 'sd')
  const telling = deviations.length > 0 ? deviations : values
  const needed = telling.map(({ value }) => {
    const printed = roundDecimal(value, deviations.length > 0 ? 2 : significant)
    return printed.includes('e') ? Number.POSITIVE_INFINITY : (printed.split('.')[1]?.length ?? 0)
  })
  const most = Math.max(...needed)
  return most === 0 || most > MOST_DECIMALS ? null : most
}

/** A number rounded to a count of decimals, by the same rule as every other, with its zeros kept. */
function roundTo(value: number, decimals: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  const digits = decimals + exponent + 1
  const rounded = digits < 1 ? '0' : roundDecimal(value, digits)
  const [whole = '0', fraction = ''] = rounded.split('.')
  return `${whole}.${fraction.padEnd(decimals, '0')}`
}

/** A text in a table cell: a list without its brackets, by its first and last member where it is long; else cut in the middle. */
function cell(text: string): string {
  const members = listMembers(text)
  const plain = members === undefined ? text : members.join(', ')
  const [first, last] = [members?.[0], members?.at(-1)]
  if (plain.length <= LONGEST_CELL) return plain
  if (members !== undefined && members.length > 1 && first !== undefined && last !== undefined)
    return `${middle(first)} … ${middle(last)} (${members.length})`
  return middle(text)
}

/** The members of a logged list, `['a', 'b']` or `(1, 2)`; undefined for any other text in brackets. */
function listMembers(text: string): readonly string[] | undefined {
  const inside = /^\[([^[\]]*)\]$|^\(([^()]*)\)$|^\{([^{}]*)\}$/s.exec(text.trim())
  const list = inside?.[1] ?? inside?.[2] ?? inside?.[3]
  if (list === undefined || !/[,'"]/.test(list)) return undefined
  return list.split(/,\s*/).map((member) => member.replace(/^['"]|['"]$/g, ''))
}

function middle(text: string): string {
  return text.length <= LONGEST_CELL
    ? text
    : `${text.slice(0, LONGEST_CELL / 2)}…${text.slice(-(LONGEST_CELL / 2 - 1))}`
}
