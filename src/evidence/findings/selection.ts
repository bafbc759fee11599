import { isBroken, type Run } from '../../runs/run.ts'
import { difference, isSameValue } from '../../statistics/difference.ts'
import { acrossChanges } from '../across-changes.ts'
import type { Candidate } from '../candidates.ts'
import { movesWithThreshold } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { metricSlot } from '../headline.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'
import { leastDifference, type NoiseFloor } from '../noise-floor.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { isSetting, type Search, searchOf } from '../search-of.ts'
import { triedValue } from '../setting-of.ts'
import { isTelling } from '../what-varied.ts'
import { pairFindings } from './minimal-pairs.ts'

const FEWEST = 3
const MOST_NAMED = 4
const MOST_AVERAGED = 30
/** Two settings that differ in more are not told by what they differ in. */
const MOST_TOGETHER = 4
/** What a noise floor rests on where no seed tells. */
const UNLABELLED = 'runs with the same settings (no seed logged)'
/** The confidence with which the first is told from the second. */
const LEVEL = 0.95

const TEST = /(^|[^a-z])(test|testing|holdout|hold_out|heldout|held_out)([^a-z]|$)/i
const VALIDATION = /(^|[^a-z])(val|valid|validation|dev|eval|cv)(?=[^a-z]|$)/i
const TUNED_ON =
  /(tuned|optimi[sz]ed|chosen|selected|best|max)[_ -]?(on|over|by|at)?[_ -]?(val|valid|validation|dev|test|eval)/i

/**
 * How honest a selection can be: the best of how many settings, how far ahead, and how far ahead luck alone would put the
 * best of as many equal ones; whether it was chosen on the test set; which runs have a held-out result; and whether a
 * threshold was tuned on the very part that the metric is reported on. For the session's largest set of runs
 * that may be ranked, left-behind data and protocols after all others.
 */
export function selection(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const chosen = searchOf(evidence)
  if (chosen === null) return tunedThreshold(evidence, metric)
  const told = [
    ...(chosen.candidates.length >= FEWEST ? [bestOfMany(evidence, chosen)] : []),
    ...(chosen.candidates.length === 2 ? firstOfTwo(evidence, metric, chosen) : []),
    ...(chosen.candidates.length >= 2 ? heldOut(evidence, metric, chosen) : []),
  ].map(
    (finding): NewFinding =>
      chosen.label === '' || !finding.sentence.includes('this.among')
        ? finding
        : {
            ...finding,
            texts: { ...finding.texts, among: { text: chosen.label, from: 'what the log tells apart' } },
          },
  )
  return [...told, ...tunedThreshold(evidence, metric)]
}

function amongOf({ label }: Search): string {
  return label === '' ? '' : ' ([[this.among]])'
}

/** The better of two settings that no pair of runs compares, where a noise floor tells what seeds do. */
function firstOfTwo(
  evidence: EvidenceWithoutFindings,
  metric: string,
  compared: Search,
): readonly NewFinding[] {
  const [winner, other] = compared.candidates
  if (winner === undefined || other === undefined || pairFindings(evidence).clean.length > 0) return []
  const { noise } = compared
  const gap = Math.abs(difference(other.mean, winner.mean))
  if (noise === null || gap === 0) return []
  const blur = blurOf(winner, other, noise)
  if (![gap, blur].every(Number.isFinite)) return []
  const [first, second] = [winner.runs[0], other.runs[0]]
  const choice = [...first.run.params.keys()]
    .sort()
    .find((name) => isTelling(name) && isLoggedOtherwise(name, first.run, second.run))
  const level = ({ address }: EvidenceRun): string => `[[${address}.param[${JSON.stringify(choice)}]]]`
  const bundle = differingIn(first.run, second.run)
  const levels = (one: EvidenceRun): string =>
    bundle
      .map((name) =>
        one.run.params.has(name)
          ? `${name} [[${one.address}.param[${JSON.stringify(name)}]]]`
          : `${name} unset`,
      )
      .join(', ')
  const ahead =
    choice === undefined
      ? bundle.length === 0 || bundle.length > MOST_TOGETHER
        ? `[[${first.address}]] is ahead of [[${second.address}]], which differ in ${bundle.length === 0 ? 'nothing logged but data or code' : 'many settings'}`
        : `${levels(first)}${bundle.length > 1 ? ' together are' : ' is'} ahead of ${levels(second)}`
      : `${choice} ${level(first)} is ahead of ${level(second)}, other settings apart too`
  const side = ({ runs, values }: Candidate): string =>
    values.length < 2 || runs.length > MOST_AVERAGED
      ? `[[${metricSlot(runs[0], metric)}]] in [[${runs[0].address}]]`
      : `mean [[mean(${runs.map((one) => metricSlot(one, metric)).join(', ')})]] over [[count(${runs.map(({ address }) => address).join(', ')})]] runs, the best [[${runs[0].address}]]`
  const [lender, another] = noise.firsts
  const isTheirs = [...winner.runs, ...other.runs].some((one) => one === lender)
  const elsewhere =
    lender === undefined || another !== undefined || isTheirs
      ? ''
      : ` in the setting of [[${lender.address}]]`
  const measured = (value: number, how: string): FindingValue => ({
    value,
    unit: evidence.metrics.unit(metric),
    metric,
    how,
  })
  return [
    {
      kind: 'selection',
      scope: noise.scope,
      sentence: `${ahead}${amongOf(compared)}: ${metric} better by [[this.gap]] (${side(winner)}; ${side(other)}), ${gap > blur ? 'more' : 'no more'} than ${noise.isSeeded ? 'seeds explain' : `${UNLABELLED} differ by`}${elsewhere} ([[this.blur]]).`,
      rests: restsOn([...winner.runs, ...other.runs]),
      values: {
        gap: measured(gap, 'difference of the means of the two settings'),
        blur: measured(blur, 'least difference of two such means that seeds alone rarely make, at 95 %'),
      },
    },
  ]
}

/** The settings that two runs differ in, in the order of their names. */
function differingIn(a: Run, b: Run): readonly string[] {
  const meaning = (run: Run, name: string): string | null => {
    const text = run.params.get(name)
    return text === undefined ? null : (triedValue(name, text, run)?.key ?? null)
  }
  return [...new Set([...a.params.keys(), ...b.params.keys()])]
    .sort()
    .filter((name) => meaning(a, name) !== meaning(b, name))
}

function isLoggedOtherwise(name: string, a: Run, b: Run): boolean {
  const [one, other] = [a.params.get(name), b.params.get(name)]
  return one !== undefined && other !== undefined && one !== other
}

/** The least difference of the means of two candidates that seeds alone rarely make. */
function blurOf(a: Candidate, b: Candidate, noise: NoiseFloor): number {
  return leastDifference(noise, a.values.length, b.values.length, LEVEL)
}

function bestOfMany(evidence: EvidenceWithoutFindings, search: Search): NewFinding {
  const { metric, runs, candidates, noise, ahead } = search
  const [winner, runnerUp] = candidates
  if (winner === undefined || runnerUp === undefined) throw new Error('there are candidates')
  const unit = evidence.metrics.unit(metric)
  const measured = (value: number, how: string): FindingValue => ({ value, unit, metric, how })
  const broken = runs.filter(({ run }) => isBroken(run)).length
  const ranked = candidates.reduce((sum, one) => sum + one.runs.length, 0)
  const counts = {
    settings: counted(candidates.length, 'settings compared, runs that differ in the seed alone folded'),
    ranked: counted(ranked, 'finished runs with the metric'),
    ...(broken > 0 ? { broken: counted(broken, 'failed or killed runs') } : {}),
  }
  const isShared = isSameValue(winner.mean, runnerUp.mean)
  const best = `[[${winner.runs[0].address}]]${isShared ? ` (alike with [[${runnerUp.runs[0].address}]])` : ''}`
  const failed =
    broken === 0 ? '' : `; [[this.broken]] more failed or ${broken === 1 ? 'was' : 'were'} killed`
  const across = acrossChanges(
    candidates.flatMap((one) => one.runs),
    evidence,
  )
  const size = `[[this.settings]] settings by ${metric}${amongOf(search)}${across.words} ([[this.ranked]] runs${failed})`
  const rests = candidates.slice(0, 300).map((one) => one.runs[0].address)
  const untold = (why: string): NewFinding => ({
    kind: 'selection',
    sentence: `${best} is the best of ${size}${why}.`,
    rests,
    values: counts,
    texts: across.texts,
  })
  const ofBest = pairFindings(evidence).judged.filter(({ better }) => isSetting(winner, better, metric))
  const gap = Math.abs(difference(runnerUp.mean, winner.mean))
  const blur = noise === null ? Number.NaN : blurOf(winner, runnerUp, noise)
  if (noise === null || ahead === null || !Number.isFinite(gap + blur))
    // A pair that seeds were held against tells more than that nothing is known.
    return untold(ofBest.length > 0 ? '' : '; nothing logged tells how much of its lead is luck')
  const values = {
    ...counts,
    lead: measured(ahead.lead, 'mean of the best setting against the median of all settings'),
    luck: measured(
      ahead.luck,
      'expected maximum of as many equal normal draws, scaled by the noise between repeats',
    ),
    most: measured(ahead.most, 'lead that one of a hundred searches among equal settings exceeds'),
    ...(noise.isSeeded
      ? {}
      : {
          repeated: counted(
            noise.runs,
            'finished runs that share all logged settings with another, no seed logged',
          ),
        }),
  }
  if (ahead.verdict === 'may be luck')
    return {
      kind: 'selection',
      scope: noise.scope,
      warns: true,
      sentence: `The lead of ${best} may be luck: the best of ${size} is [[this.lead]] ahead of the middle one; among equal settings the best would be ahead by about [[this.luck]], at times by [[this.most]]${noise.isSeeded ? '' : `, by the scatter of [[this.repeated]] ${UNLABELLED}`}.`,
      rests,
      values,
      texts: across.texts,
    }
  if (ahead.lender !== null)
    return untold(
      `; how much of its lead is luck is not known: the only ${noise.isSeeded ? 'seeds' : UNLABELLED} are those of [[${ahead.lender.address}]], far from it`,
    )
  // Where a pair compares the two best, it decides.
  const paired = ofBest.find(({ worse }) => isSetting(runnerUp, worse, metric))
  const isClose = paired === undefined ? gap <= blur : !paired.isBeyond
  return {
    kind: 'selection',
    scope: noise.scope,
    sentence: `${best} stands out: the best of ${size} is [[this.lead]] ahead of the middle one, where ${noise.isSeeded ? 'seeds alone' : `the scatter of [[this.repeated]] ${UNLABELLED}`} would put it about [[this.luck]] ahead.${isClose ? ` It is not told apart from the next, [[${runnerUp.runs[0].address}]]: [[this.gap]] ahead${paired === undefined ? `, ${noise.isSeeded ? 'seeds' : 'such runs'} alone make [[this.blur]]` : ''}.` : ''}`,
    rests,
    texts: across.texts,
    values: isClose
      ? {
          ...values,
          gap: measured(gap, 'difference of the means of the two best settings'),
          ...(paired === undefined
            ? {
                blur: measured(
                  blur,
                  'least difference of two such means that seeds alone rarely make, at 95 %',
                ),
              }
            : {}),
        }
      : values,
  }
}

function heldOut(evidence: EvidenceWithoutFindings, metric: string, compared: Search): readonly NewFinding[] {
  const { candidates } = compared
  const [winner] = candidates
  if (winner === undefined) return []
  const rests = candidates.slice(0, 300).map((one) => one.runs[0].address)
  if (TEST.test(metric))
    return [
      {
        kind: 'selection',
        warns: true,
        sentence:
          evidence.lead?.assumed === true
            ? `${metric} is a test metric, and [[this.settings]] settings${amongOf(compared)} are ranked by it: where it chose, its best value is no measure of new data.`
            : `Selected on the test set: ${metric} decides among [[this.settings]] settings${amongOf(compared)}, so its best value is no measure of new data.`,
        rests,
        values: { settings: counted(candidates.length, 'settings compared') },
      },
    ]
  if (!VALIDATION.test(metric)) return []
  const test = testOf(evidence, metric)
  if (test === null) return []
  const opened = evidence.runs.filter(({ run }) => run.metrics.has(test) && run.status === 'finished')
  const shown = opened.slice(0, MOST_NAMED)
  const named = shown
    .map((one) => `[[${one.address}]] ([[${metricSlot(one, test)}]]${both(one, metric)})`)
    .join(', ')
  const more = opened.length > shown.length ? ' and [[this.more]] more' : ''
  const hasIt = winner.runs.some(({ run }) => run.metrics.has(test))
  return [
    {
      kind: 'selection',
      sentence: `${test} is logged for ${named}${more}${hasIt ? '' : `; not for the best by ${metric}, [[${winner.runs[0].address}]]`}.`,
      rests: [...shown, ...(hasIt ? [] : [winner.runs[0]])].map((one) => one.address),
      ...(more === '' ? {} : { values: { more: counted(opened.length - shown.length, 'other runs') } }),
    },
  ]
}

function both(one: EvidenceRun, metric: string): string {
  return one.run.metrics.has(metric) ? `, ${metric} [[${metricSlot(one, metric)}]]` : ''
}

/** The test metric that answers to a validation metric: the same name with the other word. */
function testOf(evidence: EvidenceWithoutFindings, metric: string): string | null {
  const wanted = metric.replace(VALIDATION, '$1test').toLowerCase()
  const names = new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  return [...names].find((name) => name.toLowerCase() === wanted) ?? null
}

/** A threshold that was tuned on the part its metric is reported on makes that metric too good. */
function tunedThreshold(evidence: EvidenceWithoutFindings, lead: string): readonly NewFinding[] {
  const tuned = evidence.runs.flatMap((one) => {
    const settings = [...one.run.params].filter(
      ([name, text]) => /threshold|cut_?off/i.test(name) && TUNED_ON.test(text),
    )
    return settings.map(([param, text]) => ({ one, param, part: TUNED_ON.exec(text)?.[3] ?? '' }))
  })
  const [first] = tuned
  if (first === undefined) return []
  const isPart = first.part.toLowerCase().startsWith('test') ? TEST : VALIDATION
  const logged = rankMetrics(
    tuned.map(({ one }) => one.run),
    evidence.metrics,
  )
  const flattered = [lead, ...logged].find(
    (name) => logged.includes(name) && movesWithThreshold(name) && isPart.test(name) && !isStatistic(name),
  )
  if (flattered === undefined) return []
  const measured = tuned.map(({ one }) => one).filter(({ run }) => run.metrics.has(flattered))
  if (measured.length === 0) return []
  const isAll = measured.length > 1 && measured.length === evidence.runs.length
  return [
    {
      kind: 'selection',
      warns: true,
      sentence: `${flattered} flatters ${isAll ? 'all ' : ''}[[this.tuned]] runs${isAll ? '' : ` (${listRuns(measured, 'this.others')})`}: their ${first.param} is [[${first.one.address}.param[${JSON.stringify(first.param)}]]], the part that ${flattered} is measured on.`,
      rests: restsOn(measured),
      values: {
        tuned: counted(measured.length, 'runs with such a threshold and the metric'),
        ...(isAll || unnamedOf(measured) === 0
          ? {}
          : { others: counted(unnamedOf(measured), 'runs not named') }),
      },
    },
  ]
}

function isStatistic(metric: string): boolean {
  return /(^|[^a-z])(sd|std|se|count|n)$/i.test(metric)
}
