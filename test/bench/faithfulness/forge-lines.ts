import type { JsonObject } from '../../../src/json.ts'
import type { Span } from '../../../src/render/marks.ts'
import type { Random } from '../../support/seeded-random.ts'
import { pickOf } from './words.ts'

/** A text with the values that are printed in it, whatever kind of document it is. */
interface Printed {
  readonly body: string
  readonly spans: readonly Span[]
}

/** A way to change the lines of a document, text and kept values alike; null where the document gives no occasion. */
export interface Forgery {
  readonly kind: string
  readonly forge: (printed: Printed, random: Random) => Printed | null
}

/** A record changed so, with nothing in it that still tells what it was. */
export function forged(record: JsonObject, { forge }: Forgery, random: Random): JsonObject | null {
  const { body, spans } = record as unknown as Printed
  const made = forge({ body, spans }, random)
  return made === null || made.body === body
    ? null
    : ({ ...record, body: made.body, spans: made.spans } as unknown as JsonObject)
}

/** A stretch of the text in place of another, with its own values; values that it touches are none any more. */
function put({ body, spans }: Printed, start: number, end: number, made: Printed): Printed {
  const by = made.body.length - (end - start)
  return {
    body: body.slice(0, start) + made.body + body.slice(end),
    spans: [
      ...spans.filter((span) => span.end <= start),
      ...made.spans.map((span) => ({ ...span, start: span.start + start, end: span.end + start })),
      ...spans
        .filter((span) => span.start >= end)
        .map((span) => ({ ...span, start: span.start + by, end: span.end + by })),
    ],
  }
}

function words(body: string): Printed {
  return { body, spans: [] }
}

function cut({ body, spans }: Printed, start: number, end: number): Printed {
  return {
    body: body.slice(start, end),
    spans: spans
      .filter((span) => span.start >= start && span.end <= end)
      .map((span) => ({ ...span, start: span.start - start, end: span.end - start })),
  }
}

interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Lines with their line breaks. */
function linesOf({ body }: Printed): readonly Line[] {
  return [...body.matchAll(/[^\n]+\n/g)].map(({ index, 0: text }) => ({
    ...{ start: index, end: index + text.length, text },
  }))
}

const isItem = ({ text }: Line): boolean => /^[-*] /.test(text)
const isRow = ({ text }: Line): boolean => /^\|/.test(text) && !/^\|[ -]*---/.test(text)

function dropping(passes: (line: Line) => boolean): Forgery['forge'] {
  return (printed, random) => {
    const line = pickOf(random, linesOf(printed).filter(passes))
    return line === null ? null : put(printed, line.start, line.end, words(''))
  }
}

/** Two lines of a kind that stand one below the other change places. */
function turning(passes: (line: Line) => boolean): Forgery['forge'] {
  return (printed, random) => {
    const lines = linesOf(printed)
    const pairs = lines.flatMap((line, at) => {
      const next = lines[at + 1]
      const isRuled = /^\|[ -]*---/.test(next?.text ?? '')
      return next !== undefined &&
        !isRuled &&
        line.end === next.start &&
        passes(line) &&
        passes(next) &&
        line.text !== next.text
        ? [[line, next] as const]
        : []
    })
    const pair = pickOf(random, pairs)
    if (pair === null) return null
    const [first, second] = [pair[0], pair[1]].map(({ start, end }) => cut(printed, start, end))
    if (first === undefined || second === undefined) return null
    const shifted = second.body.length
    return put(printed, pair[0].start, pair[1].end, {
      body: second.body + first.body,
      spans: [
        ...second.spans,
        ...first.spans.map((span) => ({ ...span, start: span.start + shifted, end: span.end + shifted })),
      ],
    })
  }
}

/** A line of a list stands behind one of another list, too; with `isMoved` no more where it stood. */
function copying(isMoved: boolean): Forgery['forge'] {
  return (printed, random) => {
    const lines = linesOf(printed).filter(isItem)
    const line = pickOf(random, lines)
    if (line === null) return null
    const between = (a: number, b: number): string => printed.body.slice(Math.min(a, b), Math.max(a, b))
    const others = lines.filter(
      (other) => other !== line && (!isMoved || /\n\s*\n/.test(between(line.end, other.start))),
    )
    const other = pickOf(random, others)
    if (other === null) return null
    const made = cut(printed, line.start, line.end)
    const put1 = (p: Printed, at: number) => put(p, at, at, made)
    if (!isMoved) return put1(printed, other.end)
    return other.start > line.start
      ? put(put1(printed, other.end), line.start, line.end, words(''))
      : put1(put(printed, line.start, line.end, words('')), other.end)
  }
}

const isNumber = ({ printed }: Span): boolean => /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?( ?%| s| ms)?$/.test(printed)
const isRun = ({ expression }: Span): boolean => /^r\d+$/.test(expression)

/** A number is printed with another digit, and the record says that it was. */
const otherDigit: Forgery['forge'] = (printed, random) => {
  const span = pickOf(random, printed.spans.filter(isNumber))
  if (span === null) return null
  const places = [...span.printed].flatMap((character, at) => (/\d/.test(character) ? [at] : []))
  const at = places[random.whole(0, places.length - 1)] ?? 0
  const made = `${span.printed.slice(0, at)}${(Number(span.printed[at]) + random.whole(1, 9)) % 10}${span.printed.slice(at + 1)}`
  return put(printed, span.start, span.end, {
    body: made,
    spans: [{ ...span, printed: made, start: 0, end: made.length }],
  })
}

/** A value gives way to another true one that stands elsewhere in the document, with its link. */
function exchanging(passes: (span: Span) => boolean): Forgery['forge'] {
  return (printed, random) => {
    const own = printed.spans.filter(passes)
    const span = pickOf(random, own)
    const other = pickOf(
      random,
      own.filter(
        (one) => span !== null && one.expression !== span.expression && one.printed !== span.printed,
      ),
    )
    if (span === null || other === null) return null
    const whole = ({ start, end }: Span) => {
      const link =
        printed.body[start - 1] === '[' ? /^\]\([^()\s]*\)/.exec(printed.body.slice(end))?.[0] : undefined
      return link === undefined ? { start, end } : { start: start - 1, end: end + link.length }
    }
    const [from, to] = [whole(span), whole(other)]
    return put(printed, from.start, from.end, cut(printed, to.start, to.end))
  }
}

type Pair = readonly [string, string]

/** Words of ours in place of others, outside of values. */
function swapping(pairs: readonly Pair[]): Forgery['forge'] {
  return (printed, random) => {
    const places = [...pairs, ...pairs.map(([a, b]) => [b, a] as const)].flatMap(([from, to]) =>
      from === ''
        ? []
        : [
            ...printed.body.matchAll(
              new RegExp(`(?<![\\p{L}\\d_])${from.replace(/[*()]/g, '\\$&')}(?![\\p{L}\\d_])`, 'gu'),
            ),
          ]
            .filter(
              ({ index }) =>
                !printed.spans.some(({ start, end }) => index < end && index + from.length > start) &&
                !/[(#/][^\s()]*$/.test(printed.body.slice(0, index)),
            )
            .map(({ index }) => ({ at: index, from, to })),
    )
    const place = pickOf(random, places)
    return place === null ? null : put(printed, place.at, place.at + place.from.length, words(place.to))
  }
}

const LABELS: readonly Pair[] = [
  ['LOGGED', 'INFERRED'],
  ['LOGGED', 'UNKNOWN'],
  ['GIT', 'SIBLING'],
  ['REPORTED', 'LOGGED'],
  ['(proposed)', '(inferred)'],
  ['*(inferred)*', ''],
  ['(contested)', ''],
]
const VERDICTS: readonly Pair[] = [
  ['best', 'worst'],
  ['highest', 'lowest'],
  ['chosen', 'proposed'],
  ['Good', 'Bad'],
  ['Neutral', 'Good'],
  ['higher', 'lower'],
  ['better', 'worse'],
  ['more', 'less'],
  ['asserted', 'proven'],
  ['single run', 'proven run'],
  ['Stay', 'Turn'],
  ['stay', 'turn elsewhere'],
  ['replicates', 'folds'],
  ['not recorded', 'settled'],
  ['Not recorded', 'Settled'],
  ['by score', 'by hand'],
  ['None', 'All'],
  ['ahead of', 'behind'],
  ['in part', 'in full'],
  ['nobody', 'the team'],
  ['not known', 'known'],
  ['cannot', 'can'],
  ['depends', 'does not depend'],
]
const RULES: readonly Pair[] = [
  ['rise above', 'fall below'],
  ['at most', 'at least'],
  ['no more of it', 'more of it'],
  ['No run has had', 'A run has had'],
  ['new seed', 'old seed'],
  ['more seeds', 'once more'],
  ['no ground', 'good ground'],
  ['that was tried', 'that is new'],
  ['the deadline comes first', 'the deadline is kept'],
  ['within', 'beyond'],
  ['finishes', 'fails'],
  ['same', 'other'],
  ['uncommitted', 'committed'],
  ['who ran it', 'who knows it'],
  ['with which seed', 'without a seed'],
  ['before or after', 'after'],
  ['Which', 'Whose'],
]

const CLAIMS = [
  'It was deployed to production.',
  'The result was reproduced by a colleague.',
  'Legal has approved it.',
  'This is statistically significant.',
  'Seven more runs agree.',
  'Nothing else is to be asked.',
]

/** A sentence behind another, as a line of a list, or as a paragraph. */
function adding(form: 'sentence' | 'item' | 'paragraph'): Forgery['forge'] {
  return (printed, random) => {
    const lines = linesOf(printed).filter(
      (line) =>
        (form === 'paragraph' ? /^[^|\-*<`\s]/.test(line.text) : isItem(line)) &&
        line.text.trimEnd().endsWith('.'),
    )
    const line = pickOf(random, lines)
    const said = pickOf(random, CLAIMS)
    if (line === null || said === null) return null
    if (form === 'sentence') return put(printed, line.end - 1, line.end - 1, words(` ${said}`))
    return put(printed, line.end, line.end, words(form === 'item' ? `- ${said}\n` : `\n${said}\n`))
  }
}

/** A heading, a label or a summary that says something else. */
const renaming: Forgery['forge'] = (printed, random) => {
  const names = [
    ...printed.body.matchAll(
      /(?<=^##+ )[^\n[“]+(?=\n)|(?<=^\*\*|^- \*\*)[^*\n[]+?(?=[:.]\*\*)|(?<=<summary>)[^<]+/gm,
    ),
  ].filter(
    ({ index, 0: text }) =>
      !printed.spans.some(({ start, end }) => index < end && index + text.length > start),
  )
  const name = pickOf(random, names)
  return name === null
    ? null
    : put(
        printed,
        name.index,
        name.index + name[0].length,
        words(pickOf(random, ['Proven', 'Approved', 'Settled facts']) ?? ''),
      )
}

/** A heading or a label with all that stands under it, or a folded part, is left out. */
const withoutSection: Forgery['forge'] = (printed, random) => {
  const parts = [
    ...printed.body.matchAll(/^<details>[\s\S]*?<\/details>\n/gm),
    ...printed.body.matchAll(/^###? [\s\S]*?(?=^##|^<details>|^\*\d|^\*Written)/gm),
    ...printed.body.matchAll(/^\*\*[^*\n]+[:.?]?\*\*[^\n]*\n(?:\n?- [^\n]*\n)*/gm),
  ]
  const part = pickOf(random, parts)
  return part === null ? null : put(printed, part.index, part.index + part[0].length, words(''))
}

/** Every change of lines. */
export const FORGERIES: readonly Forgery[] = [
  { kind: 'number', forge: otherDigit },
  { kind: 'value of another place', forge: exchanging(isNumber) },
  { kind: 'another run', forge: exchanging(isRun) },
  { kind: 'label', forge: swapping(LABELS) },
  { kind: 'verdict word', forge: swapping(VERDICTS) },
  { kind: 'rule or question', forge: swapping(RULES) },
  { kind: 'heading or label renamed', forge: renaming },
  { kind: 'row left out', forge: dropping(isRow) },
  { kind: 'line left out', forge: dropping(isItem) },
  {
    kind: '“not recorded” left out',
    forge: dropping(
      (line) => /not recorded/i.test(line.text) && (isItem(line) || isRow(line) || /^\*\*/.test(line.text)),
    ),
  },
  { kind: 'paragraph left out', forge: dropping((line) => /^[^|\-<`\s#]/.test(line.text)) },
  { kind: 'section left out', forge: withoutSection },
  { kind: 'rows turned round', forge: turning(isRow) },
  { kind: 'lines turned round', forge: turning(isItem) },
  { kind: 'line told twice', forge: copying(false) },
  { kind: 'line moved elsewhere', forge: copying(true) },
  { kind: 'sentence added', forge: adding('sentence') },
  { kind: 'line added', forge: adding('item') },
  { kind: 'paragraph added', forge: adding('paragraph') },
]
