import type { Address, EvidenceWithoutFindings } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
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

const CLOSED =
  /\b(dropp?(?:ed|ing)?|abandon(?:ed|ing)?|gave up|give up|giving up|no more(?! than)|closed|exhausted|dead[- ]end|never again|not worth|done with|rul(?:ed?|ing) out|leave it at that|no point|is out|are out)\b/i
const OPENED = /\b(not|never|un|don'?t|didn'?t|shouldn'?t|wouldn'?t|instead of|re-?open)\W+(?:\w+\W+)?$/i
/** What is no direction: rows and columns are dropped too, and what is only considered is not closed. */
const OTHER =
  /\bdropp?(?:ed|ing)? (?:them|rows?|columns?|cols?|duplicates?|na|nans?|out(?:liers)?|\d+|the (?:rows?|columns?|duplicates?|outliers))\b|\b(?:if|when|unless|should we|maybe|perhaps)\b/i
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

/** The first sentence of a note that closes something, as it stands there; null where none does. */
export function closingWords(text: string): string | null {
  const sentence = sentencesOf(text).find(isClosing)
  return sentence === undefined ? null : beginningOf(sentence)
}

/** A sentence, or of a long one its first whole words: what is quoted may end within none. */
function beginningOf(sentence: string): string {
  return sentence.length <= LONGEST ? sentence : sentence.slice(0, LONGEST).replace(/\s+\S*$/, '')
}

function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?;])\s+|\n/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function isClosing(sentence: string): boolean {
  const word = CLOSED.exec(sentence)
  return (
    word !== null &&
    !OTHER.test(sentence) &&
    !OPENED.test(sentence.slice(0, word.index)) &&
    !/\?\s*$/.test(sentence)
  )
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
