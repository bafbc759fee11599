import { difference } from '../../../statistics/difference.ts'
import type { FindingValue } from '../../evidence.ts'
import type { Line } from '../../minimal-pairs.ts'
import { leastDifference } from '../../noise-floor.ts'
import { differenceOf } from '../difference-of.ts'
import { againstBest } from './best-over-all.ts'
import { judge, verdictWords } from './judge.ts'
import { among, changeOf, elsewhere, needWords, outcome, sidesOf, singleRuns, textsOf } from './pair-words.ts'
import { type Candidate, meanOf, restsOf, scopeOf, type Teller, telling } from './teller.ts'

/** What a parameter did over three values or more, with nothing else changed. Silent where none of it was run in the session. */
export function tellLine(line: Line, teller: Teller): readonly Candidate[] {
  const { evidence, metric, told, floor } = teller
  const cells = line.cells
  const [first] = cells
  const last = cells.at(-1)
  if (first === undefined || last === undefined) return []
  if (!cells.some(({ runs }) => runs.some(({ address }) => told.has(address)))) return []
  const means = cells.map((cell) => meanOf(cell, teller))
  const steps = means.slice(1).map((value, index) => difference(means[index] ?? value, value))
  const whole = difference(means[0] ?? 0, means.at(-1) ?? 0)
  const along = steps.filter((step) => Math.sign(step) === Math.sign(whole) && step !== 0).length
  const values: Record<string, FindingValue> = {
    levels: { value: cells.length, unit: null, metric: null, how: 'values of the parameter that were run' },
    steps: { value: steps.length, unit: null, metric: null, how: 'steps between neighbouring values' },
    along: { value: along, unit: null, metric: null, how: 'steps in the direction of the whole' },
    effect: differenceOf(
      evidence,
      metric,
      Math.abs(whole),
      'difference between the first and the last value',
    ),
  }
  const range = difference(Math.min(...means), Math.max(...means))
  if (!Number.isFinite(range)) return []
  const need = floor === null ? null : leastDifference(floor, 1, 1, teller.level)
  const [lowest, highest] = [Math.min(...means), Math.max(...means)].map((mean) =>
    cells.filter((_, index) => means[index] === mean),
  )
  const judged = judge(
    lowest ?? [],
    highest ?? [],
    range,
    need === null ? 'unknown' : range > need ? 'beyond' : 'within',
    teller,
  )
  const path =
    along === steps.length
      ? `${metric}${among(teller)} ${outcome(whole, teller)}, step by step`
      : `${metric}${among(teller)} ${outcome(whole, teller)} in the end${whole === 0 ? '' : ', that way in [[this.along]] of [[this.steps]] steps'}`
  const words = (bound: number): string =>
    `, ${range > bound ? 'more' : 'no more'} than seeds explain${elsewhere(cells, teller)} ${needWords(bound, teller, values)}`
  const direction = evidence.metrics.direction(metric)
  const [better, worse] = whole > 0 === (direction === 'higher') ? [last, first] : [first, last]
  const against = direction === null || whole === 0 ? '' : againstBest(line.param, better, worse, teller)
  const noise = need === null ? '' : verdictWords(judged, () => words(need), teller, values)
  return [
    {
      param: line.param,
      strength:
        (along === steps.length ? 45 : 20) +
        telling(line.param, teller) +
        (judged.says === 'luck' || judged.says === 'within' ? -15 : 0),
      finding: {
        kind: 'minimal-pair',
        scope: scopeOf([{ from: { runs: cells.flatMap(({ runs }) => runs) }, to: { runs: [] } }], told),
        sentence: `${changeOf(line, first, last, line.together.length === 0 ? 'alone from ' : 'from ', ' to ')} ([[this.levels]] values): ${path} (${sidesOf({ from: first, to: last }, metric)})${noise}${against}${singleRuns(cells, teller, values)}.`,
        rests: restsOf(cells),
        values,
        ...textsOf(teller),
      },
      also: [],
      judgement: judged.judgement,
    },
  ]
}
