import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { Sentence, SlotToken, Token } from './tokens.ts'

/**
 * "[[r4]] took [[r4.fit_seconds]] to fit, [[r1]] only [[r1.fit_seconds]]": a value that no words of its sentence name goes on with
 * the metric of the value before it. One of another metric would be read as one of that.
 */
export function ellipsisProblems(
  { tokens }: Sentence,
  previous: Sentence | null,
  phrases: readonly NamePhrase[],
): readonly Problem[] {
  const said = new Set(namesIn(tokens, phrases))
  const earlier = previous?.tokens.findLast(isMetricValue) ?? null
  return tokens.flatMap((token, at) => {
    if (!isMetricValue(token) || said.has(nameOf(token))) return []
    const before = tokens.slice(0, at).findLast(isMetricValue) ?? (said.size === 0 ? earlier : null)
    if (before === null || before === undefined || nameOf(before) === nameOf(token)) return []
    return [
      unsupported(
        `[[${token.written}]] is ${nameOf(token)}, but no words name it and the value before it is ${nameOf(before)}; name it beside the slot.`,
      ),
    ]
  })
}

function isMetricValue(token: Token): token is SlotToken {
  return (
    token.kind === 'slot' &&
    token.value.kind === 'number' &&
    token.value.field === 'metric' &&
    token.value.unit !== 'step' &&
    token.value.name !== null
  )
}

function nameOf({ value }: SlotToken): string {
  return value.kind === 'number' ? (value.name ?? '') : ''
}

/** Metrics that words name, by any phrase that may mean them. */
function namesIn(tokens: readonly Token[], phrases: readonly NamePhrase[]): readonly string[] {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  return words.flatMap((_, at) => {
    const phrase = phraseAt(phrases, words, at)
    return phrase === null || phrase.field === 'param' ? [] : phrase.names
  })
}
