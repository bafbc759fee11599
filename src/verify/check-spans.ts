import { evaluate } from '../claims/evaluate.ts'
import { parseCheck } from '../claims/expression.ts'
import { printExact, printRun, printValue } from '../claims/print-value.ts'
import { splitText } from '../claims/split-text.ts'
import type { Value } from '../claims/value.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { escapeMarkdown, unescapeMarkdown } from '../render/escape-markdown.ts'
import type { Span } from '../render/marks.ts'
import { withoutEmphasis } from '../render/print-evidence.ts'
import { SETTINGS_AGAIN } from '../render/settings-again.ts'
import { figuresIn } from './figures.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/** Spans that narrate prints of its own: no expression stands behind them. They are held against a new composition. */
const OWN =
  /^(span|statements|statements\.marked|statements\.left_out|others|not_ranked|not_ranked\.folds|project\.runs|project\.failed|notes\.day|written|selection|d\d+\.date|n\d+\.place|script|setup\.\w+|t\d+\.(?:head|row\d+(?:\.place)?))$/

/**
 * Every printed value against its expression, worked out again over the evidence. `again` are the spans of the document
 * composed again: what it prints for an expression is right whatever its form.
 */
export function checkSpans(
  body: string,
  spans: readonly Span[],
  evidence: Evidence,
  again: readonly Span[],
): readonly VerifyFinding[] {
  const lineOf = lineFinder(body)
  const right = new Set(again.map(formOf))
  return spans.flatMap((span): VerifyFinding[] => {
    const where = `line ${lineOf(span.start)}`
    const stands = body.slice(span.start, span.end)
    if (stands !== span.printed)
      return [
        found(
          'value',
          where,
          `Where ${span.expression} was printed as “${span.printed}” stands “${stands}”.`,
        ),
      ]
    if (right.has(formOf(span))) return []
    const wrong = whatIsWrong(span, evidence)
    return wrong === null ? [] : [found('value', where, wrong)]
  })
}

function formOf({ expression, printed, exact }: Span): string {
  return JSON.stringify([expression, printed, exact])
}

/** Why a span cannot be what its expression is worth; null where it can. */
function whatIsWrong(span: Span, evidence: Evidence): string | null {
  const { expression, exact } = span
  const printed = unescapeMarkdown(span.printed)
  if (OWN.test(expression)) return `“${printed}” (${expression}) does not follow from the evidence.`
  const quote = evidence.quotes.find(({ address }) => address === expression)
  if (quote !== undefined)
    return quote.text === exact && isPartOf(printed, quote.text)
      ? null
      : `“${printed}” is not what the note says (${expression}).`
  const pieces = splitText(`[[${expression}]]`)
  const [piece] = isRefusal(pieces) ? [] : pieces
  const parsed = piece?.kind === 'slot' ? piece.expression : parseCheck(expression)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  if (isRefusal(value)) return `“${printed}” (${expression}) cannot be worked out: ${value.reason}`
  const worth = printExact(value, evidence)
  if (worth !== exact || !agrees(printed, value, evidence))
    return `“${printed}” stands for ${expression}, which is ${printValue(value, evidence)} (${worth}).`
  return null
}

/** Whether a print is one of the forms that a value is printed in, whatever the version. */
function agrees(printed: string, value: Value, evidence: Evidence): boolean {
  if (value.kind === 'run') {
    const whole = printRun(value.address, evidence)
    return printed === whole || whole.endsWith(`(${printed})`) || whole.startsWith(`${printed} (`)
  }
  if (value.kind === 'names' && SETTINGS_AGAIN.includes(printed)) return true
  if (value.kind === 'number')
    return numberForms(value, evidence).has(printed) || roundsTo(printed, value.value)
  // Words of a finding are looked at where it is found again.
  if (value.kind === 'finding') return true
  const whole = plain(printValue(value, evidence))
  return isCutOf(printed, whole)
}

function numberForms(value: Value, evidence: Evidence): ReadonlySet<string> {
  const forms = new Set<string>()
  for (let significant = 4; significant <= 17; significant++)
    for (const isMagnitude of [false, true])
      forms.add(plain(printValue(value, evidence, { significant, isMagnitude })))
  return forms
}

/** Whether a bare number is that value rounded to the decimals it shows, two digits of it at least. */
function roundsTo(printed: string, value: number): boolean {
  const [figure] = /^-?\d+\.\d+$/.test(printed) ? figuresIn(printed) : []
  if (figure === undefined) return false
  const digits = printed.replace(/^-?0*\.?0*/, '').replace('.', '').length
  return digits >= 2 && Math.abs(figure.value - value) <= figure.tolerance * (1 + 1e-9)
}

/** Whether a text stands in another word for word, cut at its end where an ellipsis stands. */
function isPartOf(printed: string, whole: string): boolean {
  const words = printed.replace(/\s*…$/, '')
  return (
    [whole, withoutEmphasis(whole)].some((text) => plain(text).includes(words)) || isCutOf(printed, whole)
  )
}

/** Whether a text is another whole, or cut where an ellipsis stands in it; lists lose their brackets. */
function isCutOf(printed: string, whole: string): boolean {
  const text = plain(whole)
  if (printed === text) return true
  const pieces = printed.split('…').map((piece) => piece.trim())
  if (pieces.length < 2) return listed(text) === listed(printed)
  const [first = '', second = ''] = pieces
  return text.includes(first.replace(/\s*\(\d+\)$/, '')) && text.includes(second.replace(/\s*\(\d+\)$/, ''))
}

function listed(text: string): string {
  return text.replace(/[[\](){}'"\s]/g, '')
}

/** A text as it comes back out of Markdown. */
function plain(text: string): string {
  return unescapeMarkdown(escapeMarkdown(text))
}

/** The number of the line that a place of a text is on, from 1. */
export function lineFinder(text: string): (index: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return (index) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < index) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}
