import type { Token } from './tokens.ts'

/** "[[r13]] failed: the network was down": what stands behind the colon is why, and no slot says so. */
export function toldAfterFailure(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex(
    (token) => token.kind === 'word' && /^(failed|crashed|died|broke|killed|aborted)$/.test(token.lower),
  )
  const [mark, next] = [tokens[at + 1], tokens[at + 2]]
  return (
    at >= 0 &&
    mark?.kind === 'mark' &&
    /[:–—]/.test(mark.text) &&
    next?.kind === 'word' &&
    tokens.slice(at + 2).every((token) => token.kind !== 'slot' || token.value.kind === 'run')
  )
}
