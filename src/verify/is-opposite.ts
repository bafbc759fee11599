/** Words of computed sentences of which one says the opposite of the other. */
const PAIRS = [
  ['higher', 'lower'],
  ['highest', 'lowest'],
  ['above', 'below'],
  ['better', 'worse'],
  ['best', 'worst'],
  ['ahead', 'behind'],
  ['rose', 'fell'],
  ['rises', 'falls'],
  ['increased', 'decreased'],
  ['improved', 'worsened'],
  ['faster', 'slower'],
  ['longer', 'shorter'],
  ['larger', 'smaller'],
  ['more', 'less'],
  ['first', 'last'],
  ['first', 'latest'],
  ['before', 'after'],
  ['beyond', 'within'],
  ['flatters', 'understates'],
  ['failed', 'finished'],
  ['killed', 'finished'],
  ['mean', 'median'],
  ['mean', 'maximum'],
  ['mean', 'minimum'],
  ['minimum', 'final'],
  ['deviation', 'mean'],
  ['val', 'test'],
  ['val', 'train'],
  ['validation', 'test'],
  ['training', 'test'],
  ['all', 'none'],
  ['always', 'never'],
] as const

const OPPOSITES: ReadonlySet<string> = new Set(PAIRS.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]))

/** Whether two texts are the same but for words of which one says the opposite of the other. */
export function isOpposite(one: string, other: string): boolean {
  const [left, right] = [wordsOf(one), wordsOf(other)]
  const differing = left.flatMap((word, at) => (word === right[at] ? [] : [`${word} ${right[at] ?? ''}`]))
  return (
    left.length === right.length && differing.length > 0 && differing.every((pair) => OPPOSITES.has(pair))
  )
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
