import { isDone } from '../../runs/run.ts'
import type { EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { finishedRuns } from '../finished-runs.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue } from '../headline.ts'
import { restsOn } from '../listed-runs.ts'
import { layOut, minimalPairs } from '../minimal-pairs.ts'
import { plainName } from '../plain-name.ts'
import { timelineOf } from '../timeline.ts'
import { pairFindings } from './minimal-pairs.ts'

const MOST_PAIRS = 4
const MOST_BLOCKS = 6

/**
 * What can be told apart: that no two finished runs differ in a single setting, or, where no metric tells what came of it, which
 * do; and in which order the session went.
 */
export function variation(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  return [...pairing(evidence), ...order(evidence)]
}

function pairing(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  const finished = withoutFolds(evidence.runs, [...evidence.runs, ...evidence.earlier]).filter(
    ({ run }) => isDone(run) && run.params.size > 0,
  )
  // What failed, or measured nothing that could be compared, is no side of a pair.
  const told =
    metric === undefined
      ? finished
      : finished.filter((one) => headlineValue(one, metric, evidence.metrics) !== null)
  if (told.length < 2) return []
  if (pairFindings(evidence).clean.length > 0) return []
  const rests = restsOn(told)
  const pairs = [...Map.groupBy(told, (one) => one.comparableAs).values()].flatMap((runs) => {
    const { contrasts, lines } = minimalPairs(layOut(runs), evidence.rules.repeats.tolerance)
    return [
      ...contrasts.flatMap(({ param, pairs: found }) =>
        found.map(({ from, to }) => ({ param, a: from.runs[0], b: to.runs[0] })),
      ),
      ...lines.flatMap(({ param, cells }) =>
        cells.slice(1).map(({ runs: [b] }, index) => ({ param, a: cells[index]?.runs[0], b })),
      ),
    ]
  })
  if (pairs.length === 0)
    return [
      {
        kind: 'variation',
        sentence: `No two ${finishedRuns(evidence)} ${told.length < finished.length ? `with ${metric} ` : ''}differ in a single setting, seeds aside.`,
        rests,
      },
    ]
  return [
    {
      kind: 'variation',
      sentence: `Runs that differ in a single setting, seeds aside: ${pairs
        .slice(0, MOST_PAIRS)
        .flatMap(({ a, b, param }) =>
          a === undefined || b === undefined ? [] : [`[[${a.address}]] and [[${b.address}]] (${param})`],
        )
        .join('; ')}${pairs.length > MOST_PAIRS ? '; and more' : ''}.`,
      rests,
    },
  ]
}

/** The session in the order in which it went, where it has a few parts. */
function order(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const blocks = timelineOf(evidence.runs)
  const isTold =
    blocks.length > 1 &&
    blocks.length <= MOST_BLOCKS &&
    evidence.runs.length >= 2 * blocks.length &&
    blocks.every(({ label }) => label !== null)
  if (!isTold) return []
  const values: Record<string, FindingValue> = {}
  const parts = blocks.map(({ label, runs, from }, index) => {
    const name = `block${String.fromCharCode(65 + index)}`
    values[name] = { value: runs.length, unit: null, metric: null, how: 'runs one after the other' }
    const [first] = runs
    const since = from === null || first === undefined ? '' : ` from [[${first.address}.started]]`
    return `[[this.${name}]] ${runs.length === 1 ? 'run' : 'runs'} of ${plainName(label ?? '')}${since}`
  })
  return [
    {
      kind: 'variation',
      sentence: `In order: ${parts.join(', then ')}.`,
      rests: blocks.flatMap(({ runs }) => runs[0]?.address ?? []),
      values,
    },
  ]
}
