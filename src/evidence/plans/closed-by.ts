import type { Address, EvidenceWithoutFindings } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { isClosing, sentenceSpans } from '../is-closing.ts'
import { isTelling } from '../what-varied.ts'
import { otherNamesOf } from './resolve-value.ts'
import type { SettledProposal } from './settle-proposal.ts'

/** Words by which somebody closed a direction: in a note, or in an earlier document. */
export interface ClosedDirection {
  /** `n4` or `d2`. */
  readonly address: Address
  /** As they stand there. */
  readonly words: string
  /** The value that they name. */
  readonly value: string
}

const LONGEST = 160

/**
 * Whether notes or earlier phases and decisions say that the direction of a proposal is closed: a sentence that closes something
 * and names a value that the proposal sets, in words. Numbers name nothing by themselves.
 */
export function closedBy(
  { from, params, changes }: Pick<SettledProposal, 'from' | 'params' | 'changes'>,
  {
    quotes,
    documents,
    runs,
    earlier,
  }: Pick<EvidenceWithoutFindings, 'quotes' | 'documents' | 'runs' | 'earlier'>,
): ClosedDirection | null {
  const names = [
    ...changes.map(({ param }) => param),
    ...[...from.run.params.keys()].filter((name) => isTelling(name)),
  ]
  const values = [...new Set(names)].flatMap((name) => {
    const text = params.get(name) ?? ''
    if (text.length < 4 || text.length > 40 || parseNumber(text) !== null) return []
    if (/^(true|false|none)$/i.test(text)) return []
    return [
      {
        text,
        names: [text, ...otherNamesOf(text)],
        param: isTelling(name) && !MODEL.test(name) ? name : null,
        others: [...new Set([...runs, ...earlier].flatMap(({ run }) => run.params.get(name) ?? []))].filter(
          (level) => level !== text && parseNumber(level) === null,
        ),
      },
    ]
  })
  // Read from the end: the newest note first, and what a document made of the notes behind them.
  const texts = [
    ...documents
      .filter(({ kind }) => kind === 'phase' || kind === 'decision')
      .flatMap(({ address, passages }) => passages.map((text) => ({ address, text }))),
    ...quotes.map(({ address, text }) => ({ address, text })),
  ]
  for (const value of values)
    for (const { address, text } of texts.toReversed()) {
      const sentence = sentencesOf(text).find((one) => closes(one, value))
      if (sentence !== undefined) return { address, words: beginningOf(sentence), value: value.text }
    }
  return null
}

/**
 * The first sentence of a note that closes something, as it stands there; "parked" says nothing without what was said before
 * it, which comes with it. Null where none does, or too little is said.
 */
export function closingWords(text: string): string | null {
  const spans = sentenceSpans(text)
  const index = spans.findIndex(({ start, end }) => isClosing(text.slice(start, end)))
  const found = spans[index]
  if (found === undefined) return null
  const sentence = text.slice(found.start, found.end)
  if (wordsOf(sentence) >= FEWEST_WORDS) return beginningOf(sentence)
  const first = spans.slice(0, index).find(({ start }) => found.end - start <= LONGEST)
  return first === undefined ? null : text.slice(first.start, found.end)
}

const FEWEST_WORDS = 2

function wordsOf(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
}

/** A sentence, or of a long one its first whole words: what is quoted may end within none. */
function beginningOf(sentence: string): string {
  return sentence.length <= LONGEST ? sentence : sentence.slice(0, LONGEST).replace(/\s+\S*$/, '')
}

function sentencesOf(text: string): readonly string[] {
  return sentenceSpans(text).map(({ start, end }) => text.slice(start, end))
}

/**
 * A sentence that closes something names the value, or what the parameter is about: "oversampling" for `sampling`. One that names
 * another value of the parameter, "sampling random (closed)", closes that one alone.
 */
function closes(
  sentence: string,
  {
    names,
    param,
    others,
  }: { readonly names: readonly string[]; readonly param: string | null; readonly others: readonly string[] },
): boolean {
  if (!isClosing(sentence)) return false
  const plain = (text: string): string =>
    ` ${text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `
  const said = plain(sentence)
  if (names.some((name) => said.includes(plain(name)))) return true
  if (others.some((other) => said.includes(plain(other)))) return false
  return (
    param !== null && param.length >= 6 && said.split(' ').some((word) => word.endsWith(param.toLowerCase()))
  )
}

const MODEL =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|classifier|learner)([_.-]?(name|type|class))?$/i
