import type { Token } from './tokens.ts'

const CLAUSE_WORDS = new Set([
  'and',
  'but',
  'while',
  'whereas',
  'although',
  'though',
  'yet',
  'against',
  'than',
])

/** Where the clause around a token begins and ends: between commas, brackets and conjunctions that join no runs. */
export function clauseAround(tokens: readonly Token[], at: number): readonly [number, number] {
  const isEdge = (index: number) => {
    const token = tokens[index]
    if (token === undefined) return true
    if (token.kind === 'mark') return /[,;:()—–]/.test(token.text) && !joinsRuns(tokens, index)
    return token.kind === 'word' && CLAUSE_WORDS.has(token.lower) && !joinsRuns(tokens, index)
  }
  let from = at
  while (from > 0 && !isEdge(from - 1)) from--
  let to = at + 1
  while (to < tokens.length && !isEdge(to)) to++
  return [from, to]
}

/** "and" or a comma between two runs makes a list of them and ends no clause. */
function joinsRuns(tokens: readonly Token[], index: number): boolean {
  const isJoint = (token: Token | undefined) =>
    (token?.kind === 'word' && token.lower === 'and') || (token?.kind === 'mark' && token.text === ',')
  let before = index
  while (before >= 0 && isJoint(tokens[before])) before--
  let behind = index
  while (behind < tokens.length && isJoint(tokens[behind])) behind++
  const [a, b] = [tokens[before], tokens[behind]]
  return a?.kind === 'slot' && a.value.kind === 'run' && b?.kind === 'slot' && b.value.kind === 'run'
}
