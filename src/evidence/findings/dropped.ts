import { comparableFor } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { metricSlot, rankedBy } from '../headline.ts'
import { judgeRuns, type PrimaryBreak, primaryBreaks } from '../judge-runs.ts'
import { type Level, levelsTried } from '../levels-tried.ts'
import { startOf } from '../start-of.ts'

const MOST_TOLD = 2
const FEWEST_RUNS = 3
/** Runs that must have come since, and their share of all: what rests for a day was not dropped. */
const FEWEST_SINCE = 10
const LEAST_SINCE = 1 / 3
const LEAST_TIME = 2 * 24 * 3_600_000
/** How seldom chance may crowd a level's runs so closely. */
const CHANCE = 0.05
const FEWEST_BESIDE = 5

/**
 * What was tried and then left: a model, method or feature set of three runs or more that stand closer together than chance would
 * have them, with a third of the project's runs and two days since; and the best run of an experiment that ended as long
 * ago, whose model or method nobody ran after it. Over a whole project; over a day only what its notes name.
 */
export function dropped(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const ordered = withoutFolds([...evidence.runs, ...evidence.earlier])
    .filter(({ run }) => run.startedAt !== null)
    .toSorted((a, b) => startOf(a) - startOf(b))
  const fewest = Math.max(FEWEST_SINCE, Math.ceil(ordered.length * LEAST_SINCE))
  const newest = ordered.at(-1)
  if (newest === undefined || ordered.length < fewest + FEWEST_RUNS) return []
  const isLongAgo = (place: number): boolean => {
    const one = ordered[place]
    return (
      one !== undefined &&
      ordered.length - 1 - place >= fewest &&
      startOf(newest) - startOf(one) >= LEAST_TIME
    )
  }
  const levels = levelsTried(ordered)
  const left = levels
    .filter((level) => isLongAgo(level.last) && isCrowded(level, ordered.length, levels.length))
    .filter((level) => isAsked(level, evidence))
    .toSorted((a, b) => b.runs.length - a.runs.length || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_TOLD)
  const alone = levels.filter((level) => level.runs.length < FEWEST_RUNS && isLongAgo(level.last))
  if (left.length === 0 && alone.length === 0) return []
  const breaks = primaryBreaks(ordered, evidence)
  return [
    ...left.flatMap((level) => tellLevel(level, ordered, breaks, evidence)),
    ...(evidence.earlier.length > 0 ? [] : notFollowed(alone, ordered, breaks, isLongAgo, evidence)).slice(
      0,
      1,
    ),
  ]
}

/**
 * Whether chance would seldom crowd so many runs into so short a stretch: k points of n fall within a window of w with a
 * probability of about k (w / n)^(k - 1) (the range of uniform values). Held against the number of levels looked at.
 */
function isCrowded({ runs, first, last }: Level, all: number, levels: number): boolean {
  const count = runs.length
  if (count < FEWEST_RUNS) return false
  return count * ((last - first + 1) / all) ** (count - 1) * levels < CHANCE
}

/** A day's entry tells only what its notes name; a whole project has no notes. */
function isAsked({ value }: Level, { earlier, quotes }: EvidenceWithoutFindings): boolean {
  if (earlier.length === 0) return true
  const words = plain(value)
  return quotes.some(({ kind, text }) => kind !== 'experiment' && ` ${plain(text)} `.includes(` ${words} `))
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function tellLevel(
  { param, runs }: Level,
  ordered: readonly EvidenceRun[],
  breaks: readonly PrimaryBreak[],
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const [newest] = runs.slice(-1)
  if (newest === undefined) return []
  const judged = judgeRuns(runs, breaks, evidence)
  const own = new Set(runs.map(({ address }) => address))
  const [best, rival] =
    judged === null
      ? []
      : [
          judged.ranked[0],
          rankedBy(
            judged.metric,
            ordered.filter(
              (one) =>
                !own.has(one.address) &&
                comparableFor(one, judged.metric) === comparableFor(judged.newest, judged.metric),
            ),
            evidence.metrics,
          )[0],
        ]
  const slot = (one: EvidenceRun): string =>
    judged === null ? '' : `[[${metricSlot(one, judged.metric)}]] in [[${one.address}]]`
  const isWhole =
    judged === null || rankedBy(judged.metric, runs, evidence.metrics).length === judged.ranked.length
  const values =
    judged === null || best === undefined
      ? ''
      : ` Its best ${judged.metric}${isWhole ? '' : ' that may be ranked with others'} is ${slot(best)}${rival === undefined ? '' : `, the best of ${isWhole ? 'the others' : 'those'} ${slot(rival)}`}.`
  const later = breaks.find(({ at }) => startOf(at) > startOf(newest))
  const unjudged =
    later === undefined
      ? ''
      : ` None of them was run since [[${later.at.address}]], when [[this.primary]] became the primary metric.`
  return [
    {
      kind: 'disappeared',
      scope: evidence.earlier.length > 0 ? 'project' : 'session',
      sentence: `${param} [[${newest.address}.param[${JSON.stringify(param)}]]] was not run again after [[${newest.address}]] ([[this.runs]] runs until then, [[this.since]] others since).${values}${unjudged}`,
      rests: [
        ...new Set([
          ...runs.slice(-300).map(({ address }) => address),
          ...[best, rival, later?.at].flatMap((one) => one?.address ?? []),
        ]),
      ],
      values: {
        runs: counted(runs.length, 'runs of this level, folds aside'),
        since: since(newest, evidence),
      },
      ...(unjudged === ''
        ? {}
        : { texts: { primary: { text: later?.to ?? '', from: 'statement in the log' } } }),
    },
  ]
}

/** Experiments that ended long ago with a best run whose model or method was not run after it. */
function notFollowed(
  alone: readonly Level[],
  ordered: readonly EvidenceRun[],
  breaks: readonly PrimaryBreak[],
  isLongAgo: (place: number) => boolean,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const place = new Map(ordered.map((one, index) => [one.address, index]))
  const byExperiment = Map.groupBy(ordered, ({ run }) => `${run.source} ${run.experiment.id}`)
  if (byExperiment.size < 2) return []
  return [...byExperiment.values()].flatMap((runs): readonly NewFinding[] => {
    const [newest] = runs.slice(-1)
    if (newest === undefined || !isLongAgo(place.get(newest.address) ?? ordered.length)) return []
    const judged = judgeRuns(runs, breaks, evidence)
    const [best, second] = judged?.ranked ?? []
    if (judged === null || best === undefined || second === undefined) return []
    if (judged.ranked.length < FEWEST_BESIDE) return []
    const level = alone.find(({ runs: own }) => own.at(-1) === best)
    if (level === undefined) return []
    return [
      {
        kind: 'disappeared',
        sentence: `[[${best.address}]] has the best ${judged.metric} of its experiment, [[${metricSlot(best, judged.metric)}]] (then [[${metricSlot(second, judged.metric)}]] in [[${second.address}]]), and none of the [[this.since]] runs since has its ${level.param}, [[${best.address}.param[${JSON.stringify(level.param)}]]].`,
        rests: [best.address, second.address],
        values: {
          since: since(best, evidence),
        },
      },
    ]
  })
}

function since(last: EvidenceRun, { runs, earlier }: EvidenceWithoutFindings) {
  const later = [...runs, ...earlier].filter((one) => startOf(one) > startOf(last))
  return counted(later.length, 'runs of the project that started behind it')
}
