import { isDone } from '../../runs/run.ts'
import { comparableFor } from '../comparable-as.ts'
import type { EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue } from '../headline.ts'
import { layOut, nearestPair, minimalPairs as pairsOf } from '../minimal-pairs.ts'
import { LEVEL, noiseFloor } from '../noise-floor.ts'
import { remember } from '../remember.ts'
import { searchOf } from '../search-of.ts'
import type { Judgement } from './pairs/judge.ts'
import { ranAgain } from './pairs/ran-again.ts'
import { spokenOf } from './pairs/spoken-of.ts'
import { tellContrast } from './pairs/tell-contrast.ts'
import { tellLine } from './pairs/tell-line.ts'
import { tellNear } from './pairs/tell-near.ts'
import { type Candidate, isOfSession, type Teller } from './pairs/teller.ts'

const MOST_FINDINGS = 4
const MOST_OF_ONE_PARAMETER = 2

/**
 * What a single change did to the lead metric: runs that differ in one parameter (or in parameters that always change
 * together), seeds and bookkeeping aside, on the same code and data as far as these are known. The effect is told with
 * its sign by the metric's direction, over how many pairs it shows, and whether seeds alone do as much. The strongest
 * evidence comes first; then settings that ran again on other data or other code, and what comes nearest to a pair for
 * the parameter that the notes speak of most.
 */
export function minimalPairs(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { clean, others } = pairFindings(evidence)
  return [...clean, ...others]
}

/** The same in two parts: pairs that differ in one thing on one ground, and what is beside them. */
export const pairFindings = remember((evidence: EvidenceWithoutFindings): PairFindings => {
  const metric = evidence.lead?.metric
  if (metric === undefined) return { clean: [], others: [], judged: [] }
  const told = new Set(evidence.runs.map(({ address }) => address))
  const measured = withoutFolds([...evidence.runs, ...evidence.earlier]).filter(
    (one) => isDone(one.run) && headlineValue(one, metric, evidence.metrics) !== null,
  )
  const spoken = spokenOf(evidence)
  const found: Candidate[] = []
  const near: NewFinding[] = []
  let isCompared = false
  const sets = Map.groupBy(measured, (one) => comparableFor(one, metric))
  const laidOut = [...sets].flatMap(([label, runs]) => {
    const own = runs.filter(({ address }) => told.has(address)).length
    if (own === 0) return []
    const layout = layOut(runs)
    const { contrasts, lines } = pairsOf(layout, evidence.rules.repeats.tolerance)
    return [{ label, own, runs, layout, contrasts, lines }]
  })
  laidOut.sort((a, b) => b.own - a.own)
  // One of many comparisons exceeds what seeds do by chance: the level is shared among all that could be told.
  const comparisons = laidOut.reduce(
    (sum, { contrasts, lines }) =>
      sum +
      contrasts.filter(({ pairs }) => pairs.some((pair) => isOfSession(pair, told))).length +
      lines.reduce((count, { cells }) => count + (cells.length * (cells.length - 1)) / 2, 0),
    0,
  )
  for (const { label, runs, layout, contrasts, lines } of laidOut) {
    const floor = noiseFloor(evidence, metric, runs)
    const teller: Teller = {
      evidence,
      metric,
      told,
      runs,
      floor,
      only: floor?.firsts.length === 1 ? (floor.firsts[0] ?? null) : null,
      spoken,
      search: searchOf(evidence),
      label: laidOut.length > 1 ? label : '',
      comparisons: Math.max(1, comparisons),
      level: 1 - (1 - LEVEL) / Math.max(1, comparisons),
    }
    found.push(
      ...contrasts.flatMap((contrast) => tellContrast(contrast, teller)),
      ...lines.flatMap((line) => tellLine(line, teller)),
    )
    const most = spoken[0]
    if (most === undefined) continue
    isCompared ||= [...contrasts, ...lines].some(
      ({ param, together }) => param === most || together.includes(most),
    )
    const pair = nearestPair(layout, most, evidence.rules.repeats.tolerance)
    if (pair !== null && isOfSession(pair, told)) near.push(tellNear(pair, teller))
  }
  found.sort((a, b) => b.strength - a.strength)
  const ofParameter = new Map<string, number>()
  const chosen = found.filter(({ param }) => {
    const count = (ofParameter.get(param) ?? 0) + 1
    ofParameter.set(param, count)
    return count <= MOST_OF_ONE_PARAMETER
  })
  const repeated = ranAgain(measured, metric, evidence, told)
  const others = [...repeated, ...(isCompared ? [] : near.slice(0, 1))]
  const shown = chosen.slice(0, MOST_FINDINGS - others.length)
  return {
    clean: shown.flatMap(({ finding, also }) => [finding, ...also]),
    others,
    judged: shown.flatMap(({ judgement }) => judgement ?? []),
  }
})

interface PairFindings {
  readonly clean: readonly NewFinding[]
  readonly others: readonly NewFinding[]
  /** What `clean` says of seeds. */
  readonly judged: readonly Judgement[]
}
