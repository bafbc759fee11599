import { comparableSets } from '../../evidence/comparable-sets.ts'
import { counted } from '../../evidence/counted.ts'
import type {
  Address,
  EvidenceRun,
  EvidenceWithoutFindings,
  FindingText,
  FindingValue,
} from '../../evidence/evidence.ts'
import { finishedRuns } from '../../evidence/finished-runs.ts'
import { withoutFolds } from '../../evidence/folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../../evidence/headline.ts'
import { leastDifference, noiseFloor } from '../../evidence/noise-floor.ts'
import { progressOf } from '../../evidence/progress-of.ts'
import { capital } from '../../render/capital.ts'
import type { Approach } from './approaches.ts'
import type { PhaseSubject } from './phase-subject.ts'

/** What the numbers of a phase alone come to, with the reason as a sentence of ours. */
export interface Call {
  readonly word: 'continue' | 'pivot' | 'stop' | 'undecided'
  readonly sentence: string
  readonly rests: readonly Address[]
  readonly values: Readonly<Record<string, FindingValue>>
  readonly texts: Readonly<Record<string, FindingText>>
}

/** Fewer finished runs that may be ranked call nothing. */
const FEWEST_RANKED = 6
/** Where nothing tells the noise, less than this share of the whole gain is little. */
const SMALL_SHARE = 0.05

/**
 * The call by a rule: stop where the target is reached; undecided below six finished runs that may be ranked; continue where
 * the last third of them moved the best by more than seeds explain (where that is not known, by a twentieth of the whole gain or
 * more); else pivot where another approach is open or was left, else stop.
 */
export function callOf(
  evidence: EvidenceWithoutFindings,
  approaches: readonly Approach[],
  { target }: PhaseSubject,
): Call {
  const none = { rests: [], values: {}, texts: {} }
  const metric = evidence.lead?.metric
  if (metric === undefined)
    return { word: 'undecided', sentence: 'No metric was logged by which runs could be ranked.', ...none }
  const reached = target === null ? null : targetReached(evidence, target)
  if (reached !== null) return reached
  const [set] = comparableSets(evidence, metric)
  const runs = set?.own ?? []
  const among = set === undefined || set.label === '' ? '' : ' ([[this.among]])'
  const texts: Call['texts'] =
    among === '' ? {} : { among: { text: set?.label ?? '', from: 'what the log tells apart' } }
  const progress = progressOf(runs, metric, evidence.metrics)
  const end = progress?.series.at(-1)
  const turn = progress?.series.at(-1 - (progress?.last.runs ?? 0))
  if (
    progress === null ||
    end === undefined ||
    turn === undefined ||
    progress.series.length < FEWEST_RANKED
  ) {
    const ranked = rankedBy(metric, withoutFolds(runs), evidence.metrics)
    return {
      word: 'undecided',
      sentence: `Too few to call: [[this.ranked]] finished ${ranked.length === 1 ? 'run' : 'runs'} may be ranked by ${metric}${among} among the newest.`,
      rests: ranked.slice(0, 5).map(({ address }) => address),
      values: { ranked: counted(ranked.length, 'finished runs that may be ranked with the newest') },
      texts,
    }
  }
  const floor = noiseFloor(evidence, metric, runs)
  const noise = floor === null ? null : leastDifference(floor)
  const { before, last } = progress
  const isSmall =
    last.gain === 0 ||
    (noise === null ? last.gain < SMALL_SHARE * (before.gain + last.gain) : last.gain <= noise)
  const slot = (run: Address): string => `[[${run}.metric[${JSON.stringify(metric)}]]] in [[${run}]]`
  const values: Record<string, FindingValue> = {
    last: counted(last.runs, 'finished runs in the last third'),
    ranked: counted(progress.series.length, 'finished runs that may be ranked'),
    ...(noise === null
      ? {}
      : {
          noise: {
            value: noise,
            unit: null,
            metric,
            how: 'least difference of two single runs that seeds do not explain at 95 %, from replicates',
          },
        }),
  }
  const rests = [...new Set([turn.bestRun, end.bestRun])]
  const against =
    noise === null
      ? '; how far seeds move it is not known'
      : isSmall
        ? ', no more than seeds explain ([[this.noise]])'
        : ', more than seeds explain ([[this.noise]])'
  const gain =
    last.gain === 0
      ? `the last [[this.last]] of [[this.ranked]] ${finishedRuns(evidence)} brought no new best ${metric}${among}; it is ${slot(end.bestRun)}`
      : `the last [[this.last]] of [[this.ranked]] ${finishedRuns(evidence)} moved the best ${metric}${among} from ${slot(turn.bestRun)} to ${slot(end.bestRun)}${against}`
  if (!isSmall) return { word: 'continue', sentence: `${capital(gain)}.`, rests, values, texts }
  const elsewhere = approaches.filter(
    (one) =>
      (one.status === 'open' || one.status === 'left') && !one.runs.some((run) => isOne(run, end.bestRun)),
  )
  return {
    word: elsewhere.length > 0 ? 'pivot' : 'stop',
    sentence: `${capital(gain)}. ${elsewhere.length > 0 ? 'Of the approaches that it has no part in, [[this.elsewhere]] are neither closed nor exhausted.' : 'No other approach is open.'}`,
    rests,
    values: {
      ...values,
      ...(elsewhere.length > 0
        ? {
            elsewhere: counted(
              elsewhere.length,
              'approaches without the best run that nobody closed and that are not exhausted',
            ),
          }
        : {}),
    },
    texts,
  }
}

function isOne(one: EvidenceRun, address: Address): boolean {
  return one.address === address
}

/** The call where a run has the value that was aimed at; null where none has. */
function targetReached(
  evidence: EvidenceWithoutFindings,
  target: NonNullable<PhaseSubject['target']>,
): Call | null {
  const direction = evidence.metrics.direction(target.metric)
  const [best] = rankedBy(target.metric, withoutFolds(evidence.runs), evidence.metrics)
  const value = best === undefined ? null : headlineValue(best, target.metric, evidence.metrics)
  if (best === undefined || value === null || direction === null) return null
  if (direction === 'lower' ? value > target.value : value < target.value) return null
  return {
    word: 'stop',
    sentence: `The target, ${target.metric} [[target.${fieldOf(target.metric)}]], is reached: [[${metricSlot(best, target.metric)}]] in [[${best.address}]].`,
    rests: [best.address],
    values: {},
    texts: {},
  }
}

/** A metric's name as a field of the target, where it is a plain word. */
function fieldOf(metric: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(metric) ? metric : `param[${JSON.stringify(metric)}]`
}
