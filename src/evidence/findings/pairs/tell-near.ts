import type { NewFinding } from '../../evidence.ts'
import { finishedRuns } from '../../finished-runs.ts'
import { metricSlot } from '../../headline.ts'
import type { nearestPair } from '../../minimal-pairs.ts'
import { among, textsOf } from './pair-words.ts'
import { restsOf, scopeOf, type Teller } from './teller.ts'

/** The two runs that come nearest to a pair for a parameter, where none differ in it alone. */
export function tellNear(pair: ReturnType<typeof nearestPair> & object, teller: Teller): NewFinding {
  const { metric, told } = teller
  const [a, b] = [pair.from.runs[0], pair.to.runs[0]]
  return {
    kind: 'variation',
    scope: scopeOf([pair], told),
    sentence: `No two ${finishedRuns(teller.evidence)} differ in ${pair.param} alone${among(teller)}; nearest come ${a === undefined ? '' : `[[${a.address}]] (${metric} [[${metricSlot(a, metric)}]])`} and ${b === undefined ? '' : `[[${b.address}]] ([[${metricSlot(b, metric)}]])`}, where ${pair.confound} changed too.`,
    rests: restsOf([pair.from, pair.to]),
    ...textsOf(teller),
  }
}
