import { isBroken } from '../../runs/run.ts'
import { counted } from '../counted.ts'
import type { EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { restsOn } from '../listed-runs.ts'
import { isHeldOut, isTraining, mostFrequent, type TellingCurve, tellingCurves } from '../telling-curves.ts'

const MOST_NAMED = 3
const LETTERS = ['A', 'B', 'C']
const TRAINED = /loss|reward|return/i

/**
 * Runs whose curve was still getting better over its last fifth, by more than noise (`CurveShape.lateGain`): they may have been
 * stopped too early. The held-out curve decides where there is one, since training goes on improving when a model overfits.
 */
export function stillImproving(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const deciding = evidence.runs.flatMap((one) => {
    if (one.run.status !== 'finished' && !isBroken(one.run)) return []
    const curves = tellingCurves(one, evidence)
    const first =
      curves.find(({ metric }) => isHeldOut(metric)) ??
      curves.find(({ metric }) => isTraining(metric) || TRAINED.test(metric))
    return first === undefined ? [] : [first]
  })
  const told = mostFrequent(
    // What ended in no number was not stopped too early.
    deciding.filter(({ shape, curve }) => shape.lateGain !== null && !curve.endsNonFinite),
  ).toSorted((a, b) => gainOf(b) - gainOf(a))
  const [first] = told
  if (first === undefined) return []
  const all = deciding.filter(({ metric }) => metric === first.metric).length
  const shown = told.slice(0, MOST_NAMED)
  const named = shown.map(
    ({ one }, index) =>
      `[[${one.address}]] (by [[this.gain${LETTERS[index]}]]${one.run.status === 'finished' ? '' : `; ${one.run.status}`})`,
  )
  const rest = told.length - shown.length
  const counts = told.length === all ? '[[this.runs]]' : '[[this.runs]] of [[this.curved]]'
  return [
    {
      kind: 'still-improving',
      sentence:
        told.length === 1
          ? `${first.metric} was still improving over the last fifth of ${named.join()}.`
          : `${first.metric} was still improving over the last fifth of ${counts} runs: ${named.join(', ')}${rest > 0 ? ' and [[this.more]] more' : ''}.`,
      rests: restsOn(told.map(({ one }) => one)),
      values: {
        ...Object.fromEntries(
          shown.map(({ metric, shape }, index): [string, FindingValue] => [
            `gain${LETTERS[index]}`,
            {
              value: shape.lateGain ?? 0,
              unit: null,
              metric,
              how: 'rise of a straight line through the last fifth of the points, at least four standard errors',
            },
          ]),
        ),
        runs: counted(told.length, 'count'),
        curved: counted(all, `runs with a curve of ${first.metric}`),
        ...(rest > 0 ? { more: counted(rest, 'count') } : {}),
      },
    },
  ]
}

/** The gain against the size of what is measured, to say the largest first. */
function gainOf({ shape, curve }: TellingCurve): number {
  return (shape.lateGain ?? 0) / (Math.abs(curve.endLevel ?? 0) || 1)
}
