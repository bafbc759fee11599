import type { TrainingAt } from '../../runs/curve.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { restsOn } from '../listed-runs.ts'
import { secondsOf } from '../run-time.ts'
import {
  bestSlot,
  bestValue,
  isHeldOut,
  isTraining,
  isWord,
  lastSlot,
  mostFrequent,
  type TellingCurve,
  tellingCurves,
} from '../telling-curves.ts'

const MOST_NAMED = 3
const LETTERS = ['A', 'B', 'C']
/** A plateau is told where it began in the first half of a curve. */
const EARLY = 0.5
/** What came after a plateau is told from two minutes on: the next runs will spend them again. */
const LEAST_SECONDS = 120
/** The share of its range that a curve on a plateau does not gain, as `CurveShape.flatFrom` has it. */
const FLAT_PERCENT = 2
/** By how much the best in a plateau stays below being better than the best before, as `CurveShape.flatFrom` has it. */
const BEST_PERCENT = 5
/** What a run must have lost to be counted, as `CurveShape.worsenedBy` has it; those that lost less are told by `lesserOf`. */
const LOST_PERCENT = { gain: 10, level: 5 }

/**
 * What whole curves tell that last values do not: values that stopped being numbers, divergence, validation that got worse
 * while training went on, and plateaus reached early. One finding each, over all runs that show it; how each is recognised
 * stands at `CurveShape`.
 */
export function curves(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const telling = evidence.runs.map((one) => tellingCurves(one, evidence)).filter((some) => some.length > 0)
  return [...notNumbers(evidence), ...diverged(telling), ...overfitted(telling), ...flat(telling)].slice(0, 4)
}

/** Series that held numbers first and none from some step to their end. */
function notNumbers(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const broken = evidence.runs.flatMap((one) => {
    const ended = [...one.curves]
      .filter(([metric, curve]) => curve.endsNonFinite && curve.nonFiniteFrom !== null && isWord(metric))
      .sort(
        ([left, a], [right, b]) =>
          (a.nonFiniteFrom?.step ?? 0) - (b.nonFiniteFrom?.step ?? 0) ||
          Number(isTraining(right)) - Number(isTraining(left)) ||
          (left < right ? -1 : 1),
      )
    const [first] = ended
    if (first === undefined) return []
    const [metric, curve] = first
    return [{ one, metric, step: curve.steps === 'none' ? null : (curve.nonFiniteFrom?.step ?? null) }]
  })
  const [first] = broken
  if (first === undefined) return noNumberAtAll(evidence)
  const shown = broken.slice(0, MOST_NAMED)
  const values = Object.fromEntries(
    shown.flatMap(({ metric, step }, index) =>
      step === null
        ? []
        : [[`nanStep${LETTERS[index]}`, stepValue(step, `first step of ${metric} whose value is no number`)]],
    ),
  )
  const from = (index: number): string =>
    shown[index]?.step === null ? '' : ` from step [[this.nanStep${LETTERS[index]}]] on`
  if (broken.length === 1) {
    const whole = partnerOf(first.one, first.metric)
    return [
      {
        kind: 'curve',
        sentence: `${first.metric} is no number${first.step === null ? ' at the end of' : `${from(0)} in`} [[${first.one.address}]]${statusOf(first.one)}${whole === null ? '' : `; ${whole} stayed finite`}.`,
        rests: [first.one.address, lastSlot(first)],
        values,
      },
    ]
  }
  const named = shown.map(({ one, metric }, index) => `[[${one.address}]] (${metric}${from(index)})`)
  return [
    {
      kind: 'curve',
      sentence: `In [[this.runs]] runs a metric ended in values that are no numbers: ${named.join(', ')}${more(broken.length - shown.length)}.`,
      rests: restsOn(broken.map(({ one }) => one)),
      values: {
        ...values,
        runs: counted(broken.length, 'count'),
        ...moreValue(broken.length - shown.length),
      },
    },
  ]
}

/** The other one of a pair of training and held-out series, where all of it was finite. */
function partnerOf(one: EvidenceRun, metric: string): string | null {
  const own = one.curves.get(metric)?.training?.metric
  const partner =
    own ??
    [...one.curves]
      .filter(([, curve]) => curve.training?.metric === metric)
      .map(([name]) => name)
      .sort()[0]
  return partner !== undefined && one.curves.get(partner)?.nonFinite === 0 ? partner : null
}

/** Metrics that were logged several times and never as a number. */
function noNumberAtAll(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const logged = new Map<string, number>()
  const empty: { readonly one: EvidenceRun; readonly metric: string }[] = []
  for (const one of evidence.runs)
    for (const [metric, { count, nonFinite, last }] of one.run.metrics) {
      logged.set(metric, (logged.get(metric) ?? 0) + 1)
      const isEmpty =
        count === null || nonFinite === null ? !Number.isFinite(last) && count === 1 : nonFinite === count
      if (isEmpty && isWord(metric)) empty.push({ one, metric })
    }
  const most = mostFrequent(empty)
  const [first] = most
  if (first === undefined) return []
  const metrics = new Set(empty.map(({ metric }) => metric)).size
  const runs = [...new Set(empty.map(({ one }) => one))]
  const values = {
    empty: counted(most.length, 'count'),
    logged: counted(logged.get(first.metric) ?? most.length, 'count'),
    ...(metrics > 1 ? { others: counted(metrics - 1, 'count') } : {}),
  }
  const others =
    metrics === 1 ? '' : `, [[this.others]] more ${metrics === 2 ? 'metric' : 'metrics'} likewise`
  return [
    {
      kind: 'curve',
      sentence:
        most.length === 1
          ? `No value of ${first.metric} in [[${first.one.address}]] is a number${others}.`
          : `No value of ${first.metric} is a number in [[this.empty]] of the [[this.logged]] runs that logged it${others}.`,
      rests: restsOn(runs),
      values,
    },
  ]
}

function diverged(telling: readonly (readonly TellingCurve[])[]): readonly NewFinding[] {
  const found = telling.flatMap((curvesOfRun) => {
    const bad = curvesOfRun.filter(({ shape }) => shape.diverged)
    // Held-out data that got worse while training improved was overfitted.
    const own = bad.filter(({ curve }) => {
      const training = curve.training?.metric
      return training === undefined || bad.some(({ metric }) => metric === training)
    })
    const [first] = [...own.filter(({ metric }) => isTraining(metric)), ...own]
    return first === undefined ? [] : [first]
  })
  const [first] = found
  if (first === undefined) return []
  const told = mostFrequent(found)
  const named = told.slice(0, MOST_NAMED).map((one) => `[[${one.one.address}]] (${fromBest(one)})`)
  return [
    {
      kind: 'curve',
      sentence: `${told[0]?.metric ?? first.metric} gave back what it had gained in ${named.join(', ')}${more(told.length - named.length)}.`,
      rests: restsOn(told.map(({ one }) => one)),
      values: moreValue(told.length - named.length),
    },
  ]
}

/** "best 0.2 at step 40, last 5.1 at step 99". */
function fromBest(curve: TellingCurve): string {
  const step = curve.curve.steps === 'none' ? '' : ` at step [[${bestSlot(curve)}.step]]`
  return `best [[${bestSlot(curve)}]]${step}, last [[${lastSlot(curve)}]]${step === '' ? '' : ` at step [[${lastSlot(curve)}.step]]`}`
}

function overfitted(telling: readonly (readonly TellingCurve[])[]): readonly NewFinding[] {
  const paired = telling.flatMap((curvesOfRun) => {
    const first = curvesOfRun.find(({ metric, curve }) => isHeldOut(metric) && curve.training !== null)
    return first === undefined ? [] : [first]
  })
  const told = mostFrequent(paired.filter(isOverfitted)).toSorted((a, b) => growthOf(b) - growthOf(a))
  const [worst] = told
  const training = worst?.curve.training
  if (worst === undefined || training == null) return []
  const alike = paired.filter(({ metric }) => metric === worst.metric)
  const all = alike.length
  const named = told.slice(0, MOST_NAMED).map((one) => `[[${one.one.address}]] (${fromBest(one)})`)
  const where =
    told.length === 1 && all === 1
      ? named.join()
      : `[[this.runs]] of [[this.paired]] runs: ${named.join(', ')}${more(told.length - named.length)}`
  const meanwhile = whileTraining(worst, told.length)
  const others = lesserOf(alike, told)
  return [
    {
      kind: 'curve',
      sentence: `${worst.metric} got worse after its best while ${training.metric} went on improving, in ${where}.${meanwhile.sentence}${others.sentence} Counted are runs whose last tenths are worse than the best one by [[this.ofGain]] of the gain or [[this.ofLevel]] of the level, beyond their noise.`,
      rests: restsOn(told.map(({ one }) => one)),
      values: {
        runs: counted(told.length, 'count'),
        paired: {
          ...counted(all, 'count'),
          how: `runs with curves of ${worst.metric} and ${training.metric}`,
        },
        ofGain: share(LOST_PERCENT.gain, 'share of the gain, as `CurveShape.worsenedBy` has it'),
        ofLevel: share(LOST_PERCENT.level, 'share of the best level, as `CurveShape.worsenedBy` has it'),
        ...meanwhile.values,
        ...others.values,
        ...moreValue(told.length - named.length),
      },
    },
  ]
}

/** A sentence that follows another, with the values it prints; empty where there is nothing to say. */
interface Added {
  readonly sentence: string
  readonly values: Readonly<Record<string, FindingValue>>
}

const NOTHING: Added = { sentence: '', values: {} }

/** What the training curve went from and to while the held-out one got worse, as two points of its log. */
function whileTraining(one: TellingCurve, told: number): Added {
  const { training } = one.curve
  const then = trainingAtBest(one)?.point
  if (training == null || then?.step == null) return NOTHING
  const { metric, last } = training
  if (last.step === null) return NOTHING
  return {
    sentence: ` ${metric} went from [[this.trainingThen]] at step [[this.trainingThenStep]] to [[this.trainingLast]] at step [[this.trainingLastStep]]${told === 1 ? '' : ` in [[${one.one.address}]]`}.`,
    values: {
      trainingThen: {
        value: then.value,
        unit: null,
        metric,
        how: `last point of ${metric} up to the best step of ${one.metric}`,
      },
      trainingThenStep: stepValue(then.step, 'step of that point'),
      trainingLast: { value: last.value, unit: null, metric, how: `last point of ${metric}` },
      trainingLastStep: stepValue(last.step, `last step of ${metric}`),
    },
  }
}

/**
 * The other runs whose held-out curve ended worse than its best while training went on improving: not counted, and not hidden, since
 * where they lie close to the counted ones the line between them is one of degree.
 */
function lesserOf(alike: readonly TellingCurve[], told: readonly TellingCurve[]): Added {
  const those = new Set(told)
  const lost = alike.filter((one) => !those.has(one) && lossOf(one) > 0 && isTrainedOn(one, 0)).map(lossOf)
  const [first] = told
  if (lost.length === 0 || first === undefined) return NOTHING
  const least = Math.min(...lost)
  const most = Math.max(...lost)
  const isLess = most < Math.min(...told.map(lossOf))
  const range = least === most ? 'by [[this.mostLost]]' : 'by [[this.leastLost]] to [[this.mostLost]]'
  const who =
    lost.length + told.length === alike.length ? 'the other [[this.others]]' : '[[this.others]] more'
  return {
    sentence: isLess
      ? ` In ${who} it ended worse than its best by less: ${range}.`
      : ` In ${who} it ended worse than its best as well, ${range}: little against the noise or the gain of those curves.`,
    values: {
      others: counted(lost.length, 'runs that lost something and are not counted'),
      ...(least === most ? {} : { leastLost: lostValue(least, first.metric) }),
      mostLost: lostValue(most, first.metric),
    },
  }
}

/** Whether held-out data got worse after its best and the training level at the end is better than it was then. */
function isOverfitted(one: TellingCurve): boolean {
  return one.shape.worsenedBy !== null && lossOf(one) > 0 && isTrainedOn(one)
}

/** Whether the training level at the end is better, by a share of it, than it was where held-out data was best. */
function isTrainedOn(one: TellingCurve, least = 0.02): boolean {
  const then = trainingAtBest(one)?.level
  const end = one.curve.training?.endLevel
  if (then == null || end == null || one.curve.endsNonFinite) return false
  const gained = one.direction === 'lower' ? then - end : end - then
  return gained > least * Math.abs(then)
}

function trainingAtBest({ curve: { training }, direction }: TellingCurve): TrainingAt | null {
  return (direction === 'lower' ? training?.atLowest : training?.atHighest) ?? null
}

/** How much worse the last value is than the best. */
function lossOf(one: TellingCurve): number {
  return Math.abs(one.curve.last.value - bestValue(one))
}

function growthOf(one: TellingCurve): number {
  return lossOf(one) / (Math.abs(bestValue(one)) || 1)
}

function flat(telling: readonly (readonly TellingCurve[])[]): readonly NewFinding[] {
  const firsts = telling.flatMap((curvesOfRun) => {
    const first = curvesOfRun.find(({ metric }) => !isTraining(metric)) ?? curvesOfRun[0]
    return first === undefined || first.curve.steps !== 'rising' ? [] : [first]
  })
  const early = firsts.filter(
    ({ shape, curve }) =>
      shape.flatFrom !== null &&
      shape.flatFrom.share <= EARLY &&
      shape.flatFrom.step !== null &&
      shape.worsenedBy === null &&
      !curve.endsNonFinite,
  )
  const told = mostFrequent(early).toSorted((a, b) => restOf(b) - restOf(a))
  const [first] = told
  const seconds = told.reduce((sum, one) => sum + restOf(one), 0)
  if (first === undefined || seconds < LEAST_SECONDS) return []
  const all = firsts.filter(({ metric }) => metric === first.metric).length
  const shown = told.slice(0, MOST_NAMED)
  const named = shown.map((one, index) => `[[${one.one.address}]] (${flatOf(one, LETTERS[index] ?? '')})`)
  return [
    {
      kind: 'curve',
      sentence: `${first.metric} stopped gaining in the first half of ${all === 1 ? '' : '[[this.runs]] of [[this.curved]] runs: '}${named.join(', ')}${more(told.length - shown.length)}. What came after took [[this.afterwards]] (gains below [[this.tolerance]], or within the noise and below [[this.ofBest]] of the best, are not counted).`,
      rests: restsOn(told.map(({ one }) => one)),
      values: {
        ...Object.fromEntries(
          shown.flatMap(({ metric, shape: { flatFrom } }, index): [string, FindingValue][] => {
            const best = (value: number, when: string): FindingValue => ({
              value,
              unit: null,
              metric,
              how: `best value of ${metric} ${when} the plateau`,
            })
            return flatFrom === null
              ? []
              : [
                  [
                    `flatStep${LETTERS[index]}`,
                    stepValue(flatFrom.step ?? 0, 'first step of the plateau, to a twentieth of the points'),
                  ],
                  [`bestBefore${LETTERS[index]}`, best(flatFrom.bestBefore, 'before')],
                  [`bestSince${LETTERS[index]}`, best(flatFrom.bestSince, 'in')],
                ]
          }),
        ),
        tolerance: share(
          FLAT_PERCENT,
          'share of what had been gained since the worst quarter of the points before, or of the best value where that is less',
        ),
        ofBest: share(BEST_PERCENT, 'share of the best value before the plateau'),
        runs: counted(told.length, 'count'),
        curved: counted(all, `runs with a curve of ${first.metric}`),
        afterwards: {
          value: seconds,
          unit: 's',
          metric: null,
          how: 'durations times the share of the points in the plateau',
        },
        ...moreValue(told.length - shown.length),
      },
    },
  ]
}

/** "from step 100 of 400 on: best 0.1376 before, 0.1363 since". */
function flatOf(one: TellingCurve, letter: string): string {
  return `from step [[this.flatStep${letter}]] of [[${lastSlot(one)}.step]] on: best [[this.bestBefore${letter}]] before, [[this.bestSince${letter}]] since`
}

/** Seconds of a run after its curve became flat. */
function restOf({ one, shape }: TellingCurve): number {
  return (secondsOf(one.run) ?? 0) * (1 - (shape.flatFrom?.share ?? 1))
}

function statusOf({ run }: EvidenceRun): string {
  return run.status === 'finished' ? '' : ` (${run.status})`
}

function more(count: number): string {
  return count > 0 ? ' and [[this.more]] more' : ''
}

function moreValue(count: number): Readonly<Record<string, FindingValue>> {
  return count > 0 ? { more: counted(count, 'count') } : {}
}

function stepValue(value: number, how: string): FindingValue {
  return { value, unit: 'step', metric: null, how }
}

function share(value: number, how: string): FindingValue {
  return { value, unit: '%', metric: null, how }
}

function lostValue(value: number, metric: string): FindingValue {
  return { value, unit: null, metric, how: 'difference of the last value and the best one' }
}
