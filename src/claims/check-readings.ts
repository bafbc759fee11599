import type { Evidence } from '../evidence/evidence.ts'
import { nameProblem } from './check-name-of-value.ts'
import { isSetting, runProblem } from './check-run-of-value.ts'
import type { NamePhrase } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { Basis } from './statement.ts'
import { isObject, type Sentence, type SlotToken, type Token } from './tokens.ts'

/** A value slot must stand under words that name it: its metric or parameter, its point, and its run. */
export function checkReadings(
  sentence: Sentence,
  previous: Sentence | null,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
  basis: Basis = 'observed',
): readonly Problem[] {
  const { tokens } = sentence
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot') return []
    // "Run [[r8]] with n_epochs [[r4.n_epochs]]": a proposal gives a run the setting of another.
    const isLent = basis === 'proposed' && isSetting(token.value)
    return [
      nameProblem(tokens, at, token, phrases),
      isLent ? null : runProblem(tokens, at, token, previous, evidence),
      relationSlotProblem(tokens, at, token),
    ].filter((problem) => problem !== null)
  })
}

/** A printed relation must stand between the runs that it was computed from, in their order. */
function relationSlotProblem(tokens: readonly Token[], at: number, slot: SlotToken): Problem | null {
  if (slot.value.kind !== 'relation') return null
  const [a, b] = slot.value.made?.operands ?? []
  const before = tokens
    .slice(0, at)
    .findLast(
      (token, index) => token.kind === 'slot' && token.value.runs.length === 1 && !isObject(tokens, index),
    )
  const behind = tokens.slice(at + 1).find((token) => token.kind === 'slot' && token.value.runs.length > 0)
  const isWrong =
    (before?.kind === 'slot' && a !== undefined && !before.value.runs.some((run) => a.runs.includes(run))) ||
    (behind?.kind === 'slot' && b !== undefined && !behind.value.runs.some((run) => b.runs.includes(run)))
  const isBound = before !== undefined || behind !== undefined
  if (!isBound)
    return unsupported(
      `[[${slot.written}]] needs its runs as slots around it: the first before it, the second behind it.`,
    )
  return isWrong
    ? unsupported(
        `[[${slot.written}]] stands between other runs than it compares; put ${a?.runs.join(', ')} before it and ${b?.runs.join(', ')} behind it.`,
      )
    : null
}
