import type { Address, EvidenceWithoutFindings } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
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
  /\b(drop(?:ped|ping|s)?|abandon(?:ed|ing)?|gave up|give up|giving up|no more|closed?|exhausted|dead[- ]end|never again|not worth|done with|rul(?:ed?|ing) out|leave it at that|no point)\b/i
const OPENED = /\b(not|never|un|don'?t|didn'?t|shouldn'?t|wouldn'?t|instead of|re-?open)\W+(?:\w+\W+)?$/i
const LONGEST = 160

/**
 * Whether notes or earlier phases and decisions say that the direction of a proposal is closed: a sentence that closes something
 * and names a value that the proposal sets, in words. Numbers name nothing by themselves.
 */
export function closedBy(
  { from, params, changes }: Pick<SettledProposal, 'from' | 'params' | 'changes'>,
  { quotes, documents }: Pick<EvidenceWithoutFindings, 'quotes' | 'documents'>,
): ClosedDirection | null {
  const set = changes.flatMap(({ param }) => params.get(param) ?? [])
  const model = [...from.run.params].flatMap(([name, text]) =>
    /(^|[_./-])(model|algorithm|estimator|classifier|sampling|method|objective)$/i.test(name) ? [params.get(name) ?? text] : [],
  )
  const values = [...new Set([...set, ...model])].filter(
    (text) => text.length >= 4 && text.length <= 40 && parseNumber(text) === null && !/^(true|false|none)$/i.test(text),
  )
  const texts = [
    ...quotes.map(({ address, text }) => ({ address, text })),
    ...documents
      .filter(({ kind }) => kind === 'phase' || kind === 'decision')
      .flatMap(({ address, passages }) => passages.map((text) => ({ address, text }))),
  ]
  for (const value of values)
    for (const { address, text } of texts.toReversed()) {
      const sentence = text.split(/(?<=[.!?;])\s+|\n/).find((one) => closes(one, value))
      if (sentence !== undefined) return { address, words: sentence.trim().slice(0, LONGEST), value }
    }
  return null
}

function closes(sentence: string, value: string): boolean {
  const word = CLOSED.exec(sentence)
  if (word === null || OPENED.test(sentence.slice(0, word.index)) || /\?\s*$/.test(sentence)) return false
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
  return ` ${plain(sentence)} `.includes(` ${plain(value).trim()} `)
}
