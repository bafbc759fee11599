import type { EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { isSeed, minimalPairsAmong, replicatesAmong } from '../what-varied.ts'

const MOST_PAIRS = 4
const MOST_REPLICATES = 3

/** What can be told apart: pairs of runs that differ in one setting, replicates, and whether a seed was logged at all. */
export function variation(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const comparable = [
    ...Map.groupBy(
      evidence.runs.filter(({ run }) => run.params.size > 0),
      (one) => one.comparableAs,
    ).values(),
  ]
  const told = comparable.flat()
  if (told.length < 2) return []
  const pairs = comparable.flatMap((runs) => minimalPairsAmong(runs, evidence.factors))
  const replicates = replicatesAmong(told)
  const seedLogged = told.some(({ run }) => [...run.params.keys()].some(isSeed))
  const rests = told.map((one) => one.address)
  const pairSentence =
    pairs.length === 0
      ? 'No two runs differ in a single setting, seeds aside.'
      : `Runs that differ in a single setting, seeds aside: ${pairs
          .slice(0, MOST_PAIRS)
          .map((pair) => `[[${pair.a}]] and [[${pair.b}]] (${pair.param})`)
          .join('; ')}${pairs.length > MOST_PAIRS ? '; and more' : ''}.`
  const seedSentence =
    replicates.length > 0
      ? ` Replicates: ${replicates
          .slice(0, MOST_REPLICATES)
          .map((group) => group.map((address) => `[[${address}]]`).join(', '))
          .join('; ')}${replicates.length > MOST_REPLICATES ? '; and more' : ''}.`
      : seedLogged
        ? ' No setting was repeated with another seed.'
        : ' No seed is logged.'
  return [
    { kind: 'variation', sentence: pairSentence, rests },
    { kind: replicates.length > 0 ? 'replicates' : 'variation', sentence: seedSentence.trim(), rests },
  ]
}
