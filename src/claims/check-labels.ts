import type { Evidence } from '../evidence/evidence.ts'
import { countProblem, rankProblem, totalProblem } from './check-count-labels.ts'
import { pointProblem, stepProblem } from './check-point-labels.ts'
import { attributeProblem, placeProblem, splitProblem, typedRunProblem } from './check-source-labels.ts'
import { groupProblem, ownExtremeProblem, pairProblem, statisticProblem } from './check-statistic-labels.ts'
import {
  changeProblem,
  gluedProblem,
  perProblem,
  timeProblem,
  tookProblem,
  unitProblem,
} from './check-unit-labels.ts'
import { type Labelled, labelsBefore } from './labelled.ts'
import type { NamePhrase } from './name-phrases.ts'
import type { Problem } from './problem.ts'
import type { Sentence } from './tokens.ts'
import type { NumberValue } from './value.ts'

/**
 * The words beside a value say of what kind it is, and must be right: a mean, a spread, a change, a total, a first or last
 * point, steps or epochs, the part of the data, when a run started, which runs were counted. Names are `checkReadings`' matter.
 */
export function checkLabels(
  sentence: Sentence,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
): readonly Problem[] {
  const { tokens } = sentence
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot') return []
    const { value } = token
    const slot: Labelled = { tokens, at, written: token.written, before: labelsBefore(tokens, at), evidence }
    const found =
      value.kind === 'number'
        ? ofNumber(slot, value, phrases)
        : value.kind === 'time'
          ? [timeProblem(slot, value.name)]
          : value.kind === 'text'
            ? [attributeProblem(slot, value.name ?? '', phrases)]
            : []
    return found.filter((problem) => problem !== null)
  })
}

function ofNumber(
  slot: Labelled,
  value: NumberValue,
  phrases: readonly NamePhrase[],
): readonly (Problem | null)[] {
  if (value.field === 'reported') return [gluedProblem(slot)]
  const common = [gluedProblem(slot), unitProblem(slot, value), changeProblem(slot, value)]
  if (value.made?.by === 'count') return [...common, countProblem(slot, value)]
  if (value.made?.by === 'rank') return [...common, rankProblem(slot, value)]
  return [
    ...common,
    groupProblem(slot, value),
    statisticProblem(slot, value),
    pointProblem(slot, value),
    stepProblem(slot, value),
    perProblem(slot, value),
    tookProblem(slot, value),
    pairProblem(slot, value),
    ownExtremeProblem(slot, value),
    placeProblem(slot, value),
    totalProblem(slot, value),
    splitProblem(slot, value, phrases),
    typedRunProblem(slot, value),
  ]
}
