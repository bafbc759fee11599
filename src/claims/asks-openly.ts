import type { Sentence, Token } from './tokens.ts'

const YES_OR_NO =
  /^(is|are|was|were|does|do|did|has|have|had|can|could|would|should|will|shall|may|might|must)$/
const WHICH = /^(which|what|where|who|whose|when|whether|how)$/
/** What stands behind these is told and not asked, within a question too: "since [[r1]] beats [[r2]]". */
const TOLD_BEHIND_COMMA = /^(as|since|because|given|while|and|but|so)$/
const TOLD = /^(although|though|whereas|despite|why)$/

/**
 * Whether a word stands where a question asks and tells nothing: behind the opening of a question ("did the data change", "which
 * changes were kept"), also of one addressed to somebody ("Ask Ada: did …"), and before a clause that tells something.
 * "Why did [[r1]] beat [[r2]]?" tells that it did.
 */
export function asksOpenly({ tokens, isQuestion }: Sentence, at: number, isOfChoice: boolean): boolean {
  if (!isQuestion) return false
  const opening = isOfChoice ? YES_OR_NO : new RegExp(`${YES_OR_NO.source}|${WHICH.source}`)
  const from = startOf(tokens, at)
  let index = at
  for (; index >= from; index--) {
    const token = tokens[index]
    if (token?.kind !== 'word') continue
    if (TOLD.test(token.lower)) return false
    const [before, next] = [tokens[index - 1], tokens[index + 1]]
    const isBehindComma = before?.kind === 'mark' && before.text === ','
    const isAsked = next?.kind === 'word' && opening.test(next.lower)
    if (index > from && isBehindComma && TOLD_BEHIND_COMMA.test(token.lower)) return isAsked
    if (index < at && /^(because)$/.test(token.lower)) return false
  }
  const first = tokens[from]
  return first?.kind === 'word' && opening.test(first.lower)
}

/** Where the question begins: behind the last colon before the word. */
function startOf(tokens: readonly Token[], at: number): number {
  return tokens.slice(0, at).findLastIndex((token) => token.kind === 'mark' && token.text === ':') + 1
}
