import { type Context, wordAt } from './relation-claim.ts'
import { isObject, type Token } from './tokens.ts'

const DAY = /^(new|newest|fresh|today|today's|tonight|tonight's)$/
const SESSION = /^(session|day|evening|morning|afternoon|night|week)('s)?$/
/** What holds a run against those of the day, or denies that it is one: "ahead of all runs of the day". */
const APART =
  /^(than|above|below|against|ahead|behind|over|under|beats?|outperforms?|exceeds?|trails|leads|unlike|like|as|outside|not|no|none|never|nor|neither|all|any|every|each|from|to|since|before|until|till|earlier|reference|baseline)$/

/** "The new run [[r31]]", "today's best, [[r31]]", "[[r31]] is one of the runs of the day": a run of before is none of today. */
export function earlierAsNew(tokens: readonly Token[], { evidence }: Context): string | null {
  const before = new Set(evidence.earlier.map(({ address }) => address))
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'slot' || token.value.runs.length !== 1 || isObject(tokens, at)) continue
    const [run = ''] = token.value.runs
    if (!before.has(run) || !/^(run|number|text|time)$/.test(token.value.kind)) continue
    const isCalledNew = [1, 2, 3, 4].some((back) => DAY.test(wordAt(tokens, at - back)))
    if (isCalledNew || isPlacedInDay(tokens, at)) return run
  }
  return null
}

/** Whether words of the day stand behind a run, with nothing between them that parts the run from the day. */
function isPlacedInDay(tokens: readonly Token[], at: number): boolean {
  for (let index = at + 1; index < tokens.length && index < at + 14; index++) {
    const token = tokens[index]
    // A value is what is told of the run; another run is another subject.
    if (token?.kind === 'slot' && token.value.kind !== 'number') return false
    if (token?.kind === 'mark' && /[;:(]/.test(token.text)) return false
    if (token?.kind !== 'word') continue
    if (APART.test(token.lower)) return false
    const isOfDay =
      SESSION.test(token.lower) &&
      /^(the|this|today's|our|current)$/.test(wordAt(tokens, index - 1)) &&
      !/^(before|ago|earlier|after)$/.test(wordAt(tokens, index + 1))
    if (isOfDay || (DAY.test(token.lower) && !/^(best|reference)$/.test(wordAt(tokens, index + 1))))
      return true
  }
  return false
}
