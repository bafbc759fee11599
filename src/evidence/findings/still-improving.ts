import { isBroken, isDone } from '../../runs/run.ts'
import { counted } from '../counted.ts'
import type { EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { restsOn } from '../listed-runs.ts'
import {
  bestSlot,
  bestValue,
  isHeldOut,
  isTraining,
  mostFrequent,
  type TellingCurve,
  tellingCurves,
} from '../telling-curves.ts'

const MOST_NAMED = 3
const LETTERS = ['A', 'B', 'C']
const TRAINED = /loss|reward|return/i

/**
 * Runs whose curve was still getting better over its last fifth, by more than noise (`CurveShape.lateFrom`): they may have been
 * stopped too early. The held-out curve decides where there is one, since training goes on improving when a model overfits.
 */
export function stillImproving(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const deciding = evidence.runs.flatMap((one) => {
    if (!isDone(one.run) && !isBroken(one.run)) return []
    const curves = tellingCurves(one, evidence)
    const first =
      curves.find(({ metric }) => isHeldOut(metric)) ??
      curves.find(({ metric }) => isTraining(metric) || TRAINED.test(metric))
    return first === undefined ? [] : [first]
  })
  const told = mostFrequent(
    // What ended in no number was not stopped too early.
    deciding.filter(({ shape, curve }) => shape.lateFrom !== null && !curve.endsNonFinite),
  ).toSorted((a, b) => gainOf(b) - gainOf(a))
  const [first] = told
  if (first === undefined) return []
  const all = deciding.filter(({ metric }) => metric === first.metric).length
  const shown = told.slice(0, MOST_NAMED)
  const named = shown.map((one, index) => {
    const letter = LETTERS[index]
    const hasSteps = one.curve.steps !== 'none' && one.shape.lateFrom?.step != null
    const before = `[[this.before${letter}]]${hasSteps ? ` at step [[this.step${letter}]]` : ''}`
    const best = `[[${bestSlot(one)}]]${hasSteps ? ` at step [[${bestSlot(one)}.step]]` : ''}`
    const { address, run } = one.one
    return `[[${address}]] (from ${before} to ${best}${run.status === 'finished' ? '' : `; ${run.status}`})`
  })
  const rest = told.length - shown.length
  const counts = told.length === all ? '[[this.runs]]' : '[[this.runs]] of [[this.curved]]'
  return [
    {
      kind: 'still-improving',
      sentence:
        told.length === 1
          ? `${first.metric} was still improving at the end of ${named.join()}.`
          : `${first.metric} was still improving at the end of ${counts} runs: ${named.join(', ')}${rest > 0 ? ' and [[this.more]] more' : ''}.`,
      rests: restsOn(told.map(({ one }) => one)),
      values: {
        ...Object.fromEntries(
          shown.flatMap(({ metric, shape: { lateFrom } }, index): [string, FindingValue][] => {
            const how = `best point of ${metric} before the last fifth of the points (the last five where those are more), over which a straight line rises by at least four standard errors`
            return [
              [`before${LETTERS[index]}`, { value: lateFrom?.value ?? 0, unit: null, metric, how }],
              ...(lateFrom?.step == null
                ? []
                : [
                    [
                      `step${LETTERS[index]}`,
                      { value: lateFrom.step, unit: 'step', metric: null, how: `step of the ${how}` },
                    ] satisfies [string, FindingValue],
                  ]),
            ]
          }),
        ),
        runs: counted(told.length, 'count'),
        curved: counted(all, `runs with a curve of ${first.metric}`),
        ...(rest > 0 ? { more: counted(rest, 'count') } : {}),
      },
    },
  ]
}

/** The gain against the size of what is measured, to say the largest first. */
function gainOf(one: TellingCurve): number {
  const { lateFrom } = one.shape
  const gain = lateFrom === null ? 0 : Math.abs(bestValue(one) - lateFrom.value)
  return gain / (Math.abs(one.curve.endLevel ?? 0) || 1)
}
