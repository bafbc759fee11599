import { isSameValue } from '../../statistics/difference.ts'
import { type ComparableSet, comparableSets } from '../comparable-sets.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { finishedRuns } from '../finished-runs.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { joined } from '../listed-runs.ts'
import { leastDifference, noiseFloor } from '../noise-floor.ts'
import { FEWEST_OF_COURSE, type Progress, progressOf } from '../progress-of.ts'
import { settingOf } from '../setting-of.ts'
import { isTelling } from '../what-varied.ts'
import { againstSeeds, noiseOf } from './against-seeds.ts'
import { againstProduction } from './production.ts'

const FEWEST_SINCE_BEST = 6
/** The last third gained little where it gained less than this share of the whole gain, and the noise is not known. */
const SMALL_SHARE = 0.05
/** Runs and different settings that a direction needs before anything is said of it. */
const FEWEST_OF_LEVEL = 8
const FEWEST_SETTINGS = 4
const MOST_LEVELS = 3
const MOST_FINDINGS = 3

type Told = Pick<ComparableSet, 'runs' | 'isProject'> & { readonly among: string }

/**
 * How the search goes, over the session's runs and the project's other ones that may be ranked with them by the lead metric:
 * whether the session brought a new best (that it did not is told beside runs of its own experiments only); whether the best still moves; which directions (levels of the parameters that a
 * comparison is about) have stopped gaining; and first of all how the session's best stands against the run in production.
 *
 * Gains are said to diminish where the last third of twelve or more ranked runs moved the best by no more than two
 * seeds of one setting may differ, or, where no repeats tell it, by less than a twentieth of the whole gain (from the median of
 * the first third to the best). A direction has stopped where its last half brought no new best of its own, over
 * eight runs and four settings or more.
 */
export function progress(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) === null) return []
  const production = againstProduction(evidence)
  const sets = comparableSets(evidence, metric)
    .filter(({ isClosed }) => !isClosed)
    .flatMap((set) =>
      ofSet({ ...set, among: set.label === '' ? '' : ` (${set.label})` }, metric, evidence, production),
    )
  return [...production, ...sets].slice(0, MOST_FINDINGS)
}

function ofSet(
  told: Told,
  metric: string,
  evidence: EvidenceWithoutFindings,
  production: readonly NewFinding[],
): readonly NewFinding[] {
  const whole = progressOf(told.runs, metric, evidence.metrics)
  if (whole === null) return []
  const floor = noiseFloor(evidence, metric, told.runs)
  const noise = floor === null ? null : leastDifference(floor)
  const course = courseOf(whole, told, noise, evidence)
  // The best of the project's other runs may be the one in production, which it was held against already.
  const fresh = newBest(whole, told, evidence, noise, course !== null).filter(
    (one) => !production.some((other) => isOfSameRuns(one, other)),
  )
  // The last third may have brought the very step that the session did.
  const isSameStep = fresh.some((one) => course?.some((other) => isOfSameRuns(one, other)))
  return [...fresh, ...(isSameStep ? [] : (course ?? [])), ...directions(told, metric, evidence)]
}

function isOfSameRuns(a: NewFinding, b: NewFinding): boolean {
  return [...a.rests].sort().join() === [...b.rests].sort().join()
}

/** Whether the session beat the project's other runs, and by how much. */
function newBest(
  whole: Progress,
  told: Told,
  evidence: EvidenceWithoutFindings,
  noise: number | null,
  isCourseTold: boolean,
): readonly NewFinding[] {
  const { metric, direction } = whole
  const isOwn = new Set(evidence.runs.map(({ address }) => address))
  const ranked = rankedBy(metric, withoutFolds(told.runs), evidence.metrics)
  const own = ranked.find(({ address }) => isOwn.has(address))
  const others = ranked.filter(({ address }) => !isOwn.has(address))
  const [other] = others
  if (own === undefined || other === undefined || others.length < FEWEST_SINCE_BEST) return []
  const [ownValue, otherValue] = [own, other].map((one) => headlineValue(one, metric, evidence.metrics))
  if (isSameValue(ownValue ?? Number.NaN, otherValue ?? Number.NaN)) return []
  const isBetter = ranked.indexOf(own) < ranked.indexOf(other)
  const experiments = new Set(evidence.runs.map(({ run }) => run.experiment.id))
  if (!isBetter && (isCourseTold || !experiments.has(other.run.experiment.id))) return []
  const [ownSlot, otherSlot] = [metricSlot(own, metric), metricSlot(other, metric)]
  const apart = `[[abs(delta(${otherSlot}, ${ownSlot}))]]`
  const against = againstSeeds(own, other, Math.abs((ownValue ?? 0) - (otherValue ?? 0)), noise, evidence)
  const side = (direction === 'higher') === isBetter ? 'above' : 'below'
  return [
    {
      kind: 'progress',
      scope: 'project',
      sentence: isBetter
        ? `New best ${metric} of the project${told.among}: [[${ownSlot}]] in [[${own.address}]], ${apart} ${side} [[${other.address}]] ([[${otherSlot}]])${against.words}.`
        : `No new best ${metric} of the project${told.among}: [[${ownSlot}]] in [[${own.address}]] is ${apart} ${side} [[${other.address}]] ([[${otherSlot}]]).`,
      rests: [own.address, other.address],
      ...(isBetter ? { values: against.values } : {}),
    },
  ]
}

/** Whether the best still moves; null where the search is too short to tell. */
function courseOf(
  whole: Progress,
  told: Told,
  noise: number | null,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] | null {
  const { metric, series, last, before, sinceBest } = whole
  const end = series.at(-1)
  const turn = series.at(-1 - last.runs)
  if (series.length < FEWEST_OF_COURSE || end === undefined || turn === undefined) return null
  const slot = (run: string): string => `[[${run}.metric[${JSON.stringify(metric)}]]]`
  const common = {
    kind: 'progress' as const,
    scope: told.isProject ? ('project' as const) : ('session' as const),
  }
  if (last.gain === 0) {
    if (sinceBest.runs < FEWEST_SINCE_BEST) return null
    const spent = sinceBest.seconds === null || sinceBest.seconds < 60 ? '' : ' ([[this.time]] of running)'
    return [
      {
        ...common,
        sentence: `No new best ${metric}${told.among} in the last [[this.since]] of [[this.runs]] ${finishedRuns(evidence)}${spent}: it is still ${slot(end.bestRun)} in [[${end.bestRun}]].`,
        rests: [end.bestRun, end.run],
        values: {
          since: counted(sinceBest.runs, 'finished runs that ended behind the best one'),
          runs: counted(series.length, 'finished runs that may be ranked'),
          ...(spent === '' ? {} : { time: inSeconds(sinceBest.seconds ?? 0) }),
        },
      },
    ]
  }
  const isSmall = noise === null ? last.gain < SMALL_SHARE * (before.gain + last.gain) : last.gain <= noise
  const moved = `the last [[this.last]] of [[this.runs]] ${finishedRuns(evidence)} moved the best ${metric}${told.among} from ${slot(turn.bestRun)} ([[${turn.bestRun}]]) to ${slot(end.bestRun)} ([[${end.bestRun}]])`
  const against = !isSmall
    ? ''
    : noise === null
      ? ', [[this.share]] of the whole gain'
      : ', within the noise between seeds ([[this.noise]])'
  const hours =
    last.seconds !== null && before.seconds !== null && Math.min(last.seconds, before.seconds) >= 3600
      ? { last: (last.gain / last.seconds) * 3600, before: (before.gain / before.seconds) * 3600 }
      : null
  return [
    {
      ...common,
      sentence: `${isSmall ? 'Gains diminish' : 'The best still moves'}: ${moved}${against}. Per run that is [[this.perRun]], before it was [[this.perRunBefore]]${hours === null ? '' : '; per hour [[this.perHour]], before [[this.perHourBefore]]'}.`,
      rests: [...new Set([turn.bestRun, end.bestRun])],
      values: {
        last: counted(last.runs, 'finished runs in the last third'),
        runs: counted(series.length, 'finished runs that may be ranked'),
        perRun: gained(metric, last.gain / last.runs, 'gain of the last third, divided by its runs'),
        perRunBefore: gained(
          metric,
          before.gain / before.runs,
          'gain from the median of the first third through two thirds, divided by the runs until then',
        ),
        ...(hours === null
          ? {}
          : {
              perHour: gained(metric, hours.last, 'gain of the last third per hour of running'),
              perHourBefore: gained(metric, hours.before, 'gain until then per hour of running'),
            }),
        ...(isSmall && noise === null
          ? {
              share: {
                value: (100 * last.gain) / (before.gain + last.gain),
                unit: '%',
                metric: null,
                how: 'gain of the last third, of the gain from the median of the first third to the best',
              },
            }
          : {}),
        ...(isSmall && noise !== null ? { noise: noiseOf(metric, noise) } : {}),
      },
    },
  ]
}

/** Levels of what is compared that have stopped gaining, against those that still do. */
function directions(told: Told, metric: string, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const names = [...new Set(told.runs.flatMap(({ run }) => [...run.params.keys()]))].filter(isTelling).sort()
  return names
    .flatMap((param) => {
      const levels = [
        ...Map.groupBy(
          told.runs.filter(({ run }) => run.params.has(param)),
          ({ run }) => run.params.get(param),
        ).values(),
      ].filter((runs) => runs.length >= FEWEST_OF_LEVEL)
      if (levels.length < 2) return []
      const judged = levels.flatMap((runs) => judgeLevel(runs, metric, evidence))
      const stopped = judged.filter(({ hasStopped }) => hasStopped).slice(0, MOST_LEVELS)
      const rising = judged.filter(({ isRising }) => isRising).slice(0, MOST_LEVELS)
      if (stopped.length === 0 || rising.length === 0) return []
      const level = (run: string): string => `[[${run}.param[${JSON.stringify(param)}]]]`
      const names = ['sinceFirst', 'sinceSecond', 'sinceThird']
      const still = rising.map(
        ({ best }) => `${level(best.address)} ([[${metricSlot(best, metric)}]] in [[${best.address}]])`,
      )
      const done = stopped.map(
        ({ best }, index) =>
          `${level(best.address)} ([[${metricSlot(best, metric)}]] in [[${best.address}]], [[this.${names[index]}]] runs ago)`,
      )
      return [
        {
          kind: 'progress' as const,
          scope: told.isProject ? ('project' as const) : ('session' as const),
          sentence: `By ${param}, the best ${metric}${told.among} still got better lately with ${joined(still)}, and no longer with ${joined(done)}.`,
          rests: [...rising, ...stopped].map(({ best }) => best.address),
          values: Object.fromEntries(
            stopped.map(({ since }, index) => [
              names[index] ?? '',
              counted(since, 'finished runs of this level that ended behind its best one'),
            ]),
          ),
        },
      ]
    })
    .slice(0, 1)
}

function judgeLevel(
  runs: readonly EvidenceRun[],
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly {
  readonly best: EvidenceRun
  readonly since: number
  readonly hasStopped: boolean
  readonly isRising: boolean
}[] {
  const own = progressOf(runs, metric, evidence.metrics)
  const end = own?.series.at(-1)
  const best = runs.find(({ address }) => address === end?.bestRun)
  if (own === null || best === undefined || own.series.length < FEWEST_OF_LEVEL) return []
  const ranked = new Set(own.series.map(({ run }) => run))
  const settings = new Set<string | undefined>()
  for (const { address, run } of runs) {
    if (settings.size >= FEWEST_SETTINGS) break
    if (ranked.has(address)) settings.add(settingOf(run, evidence.rules.repeats)?.seedless)
  }
  if (settings.size < FEWEST_SETTINGS) return []
  const since = own.sinceBest.runs
  return [
    {
      best,
      since,
      hasStopped: since * 2 >= own.series.length,
      isRising: since * 4 < own.series.length,
    },
  ]
}

function inSeconds(value: number): FindingValue {
  return { value, unit: 's', metric: null, how: 'durations of the runs that ended behind the best one' }
}

function gained(metric: string, value: number, how: string): FindingValue {
  return { value, unit: null, metric, how }
}
