import type { Decision } from './decide-comparison.ts'
import { type Claim, type Context, wordAt } from './relation-claim.ts'
import { subjectBefore } from './tokens.ts'

/** "[[r7]] is the only run with objective focal": no other run logs that value. Null where the words name no setting and its value. */
export function decideOnlyWith(
  { tokens, at, end, isNegated, written }: Claim,
  which: string,
  { evidence, phraseNames }: Context,
): Decision | null {
  const isNamed =
    /^(runs?|one|model)$/.test(wordAt(tokens, end)) && /^(with|on|using)$/.test(wordAt(tokens, end + 1))
  if (which !== 'only' || written !== 'only' || isNegated || !isNamed) return null
  const subjects = new Set(
    subjectBefore(tokens, at).flatMap(({ value }) => (value.kind === 'run' ? value.runs : [])),
  )
  const words: string[] = []
  for (let index = end + 2; wordAt(tokens, index) !== ''; index++) words.push(wordAt(tokens, index))
  const value = words.at(-1) ?? ''
  const names = phraseNames(words.slice(0, -1))
  const params = names.filter((name) =>
    evidence.runs.some(({ run }) => run.params.get(name)?.toLowerCase() === value),
  )
  const [param] = params
  if (subjects.size === 0 || param === undefined || params.length > 1) return null
  const having = evidence.runs.filter(({ run }) => run.params.get(param)?.toLowerCase() === value)
  const other =
    having.find(({ address }) => !subjects.has(address))?.address ??
    [...subjects].find((run) => having.every(({ address }) => address !== run))
  return other === undefined
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `${param} of ${other} says otherwise` }
}
