import type { Document } from '../../../src/documents/document.ts'
import type { JsonValue } from '../../../src/json.ts'
import type { Span } from '../../../src/render/marks.ts'
import type { Random } from '../../support/seeded-random.ts'
import type { Ground } from './ground.ts'
import { pickOf } from './words.ts'

/**
 * How far the one who changes a document goes. `body` changes the text in file and record; `spans` also what the record
 * keeps of the printed values; `draft` also the statement as it was drafted, still called supported; `finding` also the
 * sentence that narrate computed, in the evidence.
 */
export const DEPTHS = ['body', 'spans', 'draft', 'finding'] as const

export type Depth = (typeof DEPTHS)[number]

/** A change of a finished document that makes it say something else. */
export interface Mutation {
  readonly kind: string
  readonly depth: Depth
  /** The document with the change, or null where it has nothing to change in that way. */
  readonly change: (document: Document, ground: Ground, random: Random) => Document | null
}

/** The text with a passage replaced, and the places of printed values moved with it. */
function replaced(
  document: Document,
  at: number,
  length: number,
  by: string,
  asPrinted: (span: Span) => Partial<Span> = () => ({}),
): Document {
  const { body } = document
  const spans = spansOf(document).flatMap((span): Span[] => {
    if (span.end <= at) return [span]
    if (span.start >= at + length)
      return [{ ...span, start: span.start + by.length - length, end: span.end + by.length - length }]
    if (span.start >= at && span.end <= at + length && by.length === 0) return []
    return [{ ...span, end: span.end + by.length - length, ...asPrinted(span) }]
  })
  const changed = `${body.slice(0, at)}${by}${body.slice(at + length)}`
  return {
    ...document,
    body: changed,
    evidence: { ...document.evidence, body: changed, spans: spans.map((span) => ({ ...span })) },
  }
}

function spansOf(document: Document): readonly Span[] {
  // The document was composed by narrate in this process: its spans are spans.
  return (document.evidence.spans ?? []) as unknown as readonly Span[]
}

/** Statements in draft and record with a text changed wherever it stands. */
function redrafted(document: Document, before: string, after: string): Document {
  const { draft = null, statements = [] } = document.evidence
  return {
    ...document,
    evidence: {
      ...document.evidence,
      draft: withText(draft, before, after),
      statements: withText(statements, before, after),
    },
  }
}

/** A value with a text in it changed wherever it is a whole member. */
function withText(value: JsonValue, before: string, after: string): JsonValue {
  const turn = (one: JsonValue): JsonValue => {
    if (typeof one === 'string') return one === before ? after : one
    if (typeof one !== 'object' || one === null) return one
    return Array.isArray(one)
      ? one.map(turn)
      : Object.fromEntries(Object.entries(one).map(([name, member]) => [name, turn(member)]))
  }
  return turn(value)
}

/** Words of a kind with what makes them false. */
type Swap = readonly (readonly [string, string])[]

const DIRECTIONS: Swap = [
  ['higher', 'lower'],
  ['above', 'below'],
  ['rose', 'fell'],
  ['better', 'worse'],
  ['faster', 'slower'],
  ['longer', 'shorter'],
  ['larger', 'smaller'],
  ['increased', 'decreased'],
  ['ahead', 'behind'],
]
const RANKS: Swap = [
  ['highest', 'lowest'],
  ['Highest', 'Lowest'],
  ['best', 'worst'],
  ['first', 'latest'],
]
const AGGREGATIONS: Swap = [
  ['mean', 'maximum'],
  ['mean', 'median'],
  ['minimum', 'final'],
  ['standard deviation', 'mean'],
]
const STATUSES: Swap = [
  ['failed', 'finished'],
  ['finished', 'failed'],
  ['killed', 'finished'],
  ['Failures', 'Successes'],
]
const DATA_SETS: Swap = [
  ['validation', 'test'],
  ['val_', 'test_'],
  ['train_', 'val_'],
  ['training', 'test'],
]

/** Changes a word of the text outside of printed values, in both directions of the pair. */
function swapping(swaps: Swap, isBothWays: boolean, isDrafted: boolean): Mutation['change'] {
  const pairs = isBothWays ? [...swaps, ...swaps.map(([a, b]) => [b, a] as const)] : swaps
  return (document, ground, random) => {
    if (isDrafted) return swappedInDraft(document, pairs.filter(isFalseIn(ground)), random)
    const places = pairs.flatMap(([from, to]) =>
      [
        ...document.body.matchAll(
          new RegExp(`(?<![\\p{L}\\d_])${from}${from.endsWith('_') ? '' : '(?![\\p{L}\\d_])'}`, 'gu'),
        ),
      ]
        .filter(
          ({ index }) =>
            !spansOf(document).some(({ start, end }) => index < end && index + from.length > start),
        )
        .map(({ index }) => ({ at: index, from, to })),
    )
    const place = pickOf(random, places)
    return place === null ? null : replaced(document, place.at, place.from.length, place.to)
  }
}

/**
 * Whether a statement with the words changed is false whatever it says: another split only where no metric is of it, and
 * no minimum told as the final value, which it may be.
 */
function isFalseIn({ runs }: Ground): (pair: readonly [string, string]) => boolean {
  const splits = ['val', 'train', 'test']
  return ([from, to]) => {
    const split = splits.find((one) => to.startsWith(one))
    return from === 'minimum' || to === 'minimum'
      ? false
      : split === undefined ||
          !runs.some(({ metrics }) => [...metrics.keys()].some((name) => name.startsWith(split)))
  }
}

/** The same word changed in a statement, in the draft it came from, and where the text prints it. */
function swappedInDraft(document: Document, pairs: Swap, random: Random): Document | null {
  const candidates = pairs.flatMap(([from, to]) =>
    statementsWith(document, from).flatMap((text) =>
      text.split(/\[\[.*?\]\]/).flatMap((piece) => {
        const at = document.body.indexOf(piece)
        const within = piece.search(
          new RegExp(`(?<![\\p{L}\\d_])${from}${from.endsWith('_') ? '' : '(?![\\p{L}\\d_])'}`, 'u'),
        )
        return piece.length > from.length + 4 && at >= 0 && within >= 0
          ? [{ text, piece, at: at + within, within, from, to }]
          : []
      }),
    ),
  )
  const found = pickOf(random, candidates)
  if (found === null) return null
  const { text, piece, at, within, from, to } = found
  const turned = `${piece.slice(0, within)}${to}${piece.slice(within + from.length)}`
  return redrafted(replaced(document, at, from.length, to), text, text.replace(piece, turned))
}

/** A word changed in a sentence that narrate computed, in the evidence and where the text prints it. */
function swappedInFinding(swaps: Swap): Mutation['change'] {
  const pairs = [...swaps, ...swaps.map(([a, b]) => [b, a] as const)]
  return (document, _ground, random) => {
    const { evidence = null } = document.evidence
    const { findings } = evidence as unknown as { findings: readonly { sentence: string }[] }
    const candidates = pairs.flatMap(([from, to]) =>
      findings.flatMap(({ sentence }) =>
        sentence.split(/\[\[.*?\]\]/).flatMap((piece) => {
          const at = document.body.indexOf(piece)
          const within = piece.search(new RegExp(`(?<![\\p{L}\\d_])${from}(?![\\p{L}\\d_])`, 'u'))
          return piece.length > from.length + 4 && at >= 0 && within >= 0
            ? [{ sentence, piece, at: at + within, within, from, to }]
            : []
        }),
      ),
    )
    const found = pickOf(random, candidates)
    if (found === null) return null
    const { sentence, piece, at, within, from, to } = found
    const turned = sentence.replace(
      piece,
      `${piece.slice(0, within)}${to}${piece.slice(within + from.length)}`,
    )
    const changed = replaced(document, at, from.length, to)
    return {
      ...changed,
      evidence: { ...changed.evidence, evidence: withText(evidence, sentence, turned) },
    }
  }
}

/** Texts of supported statements that hold a word. */
function statementsWith(document: Document, word: string): readonly string[] {
  const statements = (document.evidence.statements ?? []) as unknown as readonly {
    text: string
    verdict: string
  }[]
  return statements
    .filter(({ text, verdict }) => verdict === 'supported' && text.includes(word))
    .map(({ text }) => text)
}

/** Changes a printed value; with `isKept` the record is made to say that this is what was printed. */
function printing(
  passes: (span: Span) => boolean,
  print: (span: Span, random: Random, ground: Ground) => string | null,
  isKept: boolean,
): Mutation['change'] {
  return (document, ground, random) => {
    const span = pickOf(random, spansOf(document).filter(passes))
    const printed = span === null ? null : print(span, random, ground)
    if (span === null || printed === null || printed === span.printed) return null
    return replaced(document, span.start, span.end - span.start, printed, (one) =>
      isKept ? { printed, exact: one.exact === one.printed ? printed : one.exact } : {},
    )
  }
}

const isNumber = ({ printed }: Span): boolean => /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/.test(printed)
const isRun = ({ expression }: Span): boolean => /^r\d+$/.test(expression)

function otherDigit(span: Span, random: Random): string {
  const places = [...span.printed].flatMap((character, at) => (/\d/.test(character) ? [at] : []))
  const at = places.at(random.whole(0, places.length - 1)) ?? 0
  return `${span.printed.slice(0, at)}${(Number(span.printed[at]) + random.whole(1, 9)) % 10}${span.printed.slice(at + 1)}`
}

function otherRun(span: Span, random: Random, ground: Ground): string | null {
  const other = pickOf(
    random,
    ground.runs.filter(({ address, name }) => address !== span.expression && !span.printed.includes(name)),
  )
  return other === null ? null : `${other.name} (${other.id.slice(0, 8)})`
}

/** Takes a line of a list, or a sentence of ours, out of the text. */
const omitting: Mutation['change'] = (document, _ground, random) => {
  const lines = [...document.body.matchAll(/^(?:- |\*\*Failures|\*\*Decided|\*\*Next).*\n/gm)]
  const line = pickOf(random, lines)
  return line === null ? null : replaced(document, line.index, line[0].length, '')
}

/** Adds words behind a sentence. */
function adding(words: readonly string[]): Mutation['change'] {
  return (document, _ground, random) => {
    const ends = [...document.body.matchAll(/(?<=\S)\.(?=\n)/g)]
    const end = pickOf(random, ends)
    const said = pickOf(random, words)
    return end === null || said === null ? null : replaced(document, end.index, 0, said)
  }
}

function unitOf(span: Span, random: Random): string {
  return `${span.printed}${pickOf(random, [' %', ' ms', ' h', ' GB', ' points', ' k']) ?? ' %'}`
}

const CAUSES = [
  ' because of the learning rate',
  ' thanks to the larger model',
  ', caused by the new data',
  ', which proves the hypothesis',
  ' due to overfitting',
]
const CLAIMS = [
  ' It was deployed to production.',
  ' The result was reproduced by a colleague.',
  ' All tests pass.',
  ' This is statistically significant.',
  ' The best value so far is 0.97.',
  ' Seven more runs agree.',
]

/** Every change, told apart by how deep it goes. */
export const MUTATIONS: readonly Mutation[] = [
  { kind: 'value', depth: 'body', change: printing(isNumber, otherDigit, false) },
  { kind: 'value', depth: 'spans', change: printing(isNumber, otherDigit, true) },
  { kind: 'run', depth: 'body', change: printing(isRun, otherRun, false) },
  { kind: 'run', depth: 'spans', change: printing(isRun, otherRun, true) },
  { kind: 'unit', depth: 'body', change: printing(isNumber, unitOf, false) },
  { kind: 'unit', depth: 'spans', change: printing(isNumber, unitOf, true) },
  { kind: 'direction', depth: 'body', change: swapping(DIRECTIONS, true, false) },
  { kind: 'direction', depth: 'draft', change: swapping(DIRECTIONS, true, true) },
  { kind: 'rank', depth: 'body', change: swapping(RANKS, true, false) },
  { kind: 'rank', depth: 'draft', change: swapping(RANKS, true, true) },
  { kind: 'aggregation', depth: 'body', change: swapping(AGGREGATIONS, true, false) },
  { kind: 'aggregation', depth: 'draft', change: swapping(AGGREGATIONS, true, true) },
  { kind: 'status', depth: 'body', change: swapping(STATUSES, false, false) },
  { kind: 'status', depth: 'draft', change: swapping(STATUSES, false, true) },
  { kind: 'data set', depth: 'body', change: swapping(DATA_SETS, true, false) },
  { kind: 'data set', depth: 'draft', change: swapping(DATA_SETS, true, true) },
  { kind: 'direction', depth: 'finding', change: swappedInFinding(DIRECTIONS) },
  { kind: 'rank', depth: 'finding', change: swappedInFinding(RANKS) },
  { kind: 'aggregation', depth: 'finding', change: swappedInFinding(AGGREGATIONS) },
  { kind: 'status', depth: 'finding', change: swappedInFinding(STATUSES) },
  { kind: 'omission', depth: 'body', change: omitting },
  { kind: 'cause', depth: 'body', change: adding(CAUSES) },
  { kind: 'claim added', depth: 'body', change: adding(CLAIMS) },
]
