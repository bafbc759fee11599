import { type Context, wordAt } from './relation-claim.ts'
import type { Token } from './tokens.ts'

/** "The new run [[r31]]", "today's best, [[r31]]": a run of before is none of today. */
export function earlierAsNew(tokens: readonly Token[], { evidence }: Context): string | null {
  const found = tokens.find(
    (token, at) =>
      token.kind === 'slot' &&
      token.value.kind === 'run' &&
      evidence.earlier.some(({ address }) => address === token.written.trim()) &&
      [1, 2, 3, 4].some((back) =>
        /^(new|newest|today|today's|tonight|tonight's|fresh)$/.test(wordAt(tokens, at - back)),
      ),
  )
  return found?.kind === 'slot' ? found.written.trim() : null
}
