import { isDone } from '../../runs/run.ts'
import { comparableFor } from '../comparable-as.ts'
import { targetOf } from '../comparable-sets.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { type InProduction, inProduction } from '../in-production.ts'
import { leastDifference, noiseFloor } from '../noise-floor.ts'
import { startOf } from '../start-of.ts'
import { againstSeeds } from './against-seeds.ts'

const MOST_TOLD = 2

/**
 * The run in production as a baseline: where it stands by the lead metric, and by how much the best of the document's runs that
 * may be ranked with it leads or trails, held against the noise between seeds where that is known. It is told beside
 * runs that do the same task only: of its experiment or its registered model, on its data, or as narrate.yaml names it.
 */
export function againstProduction(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) === null) return []
  return inProduction(evidence)
    .runs.flatMap((used): readonly NewFinding[] => {
      const rivals = rivalsOf(used, metric, evidence)
      return rivals === null ? [] : [tell(used, rivals, metric, evidence)]
    })
    .slice(0, MOST_TOLD)
}

/**
 * What keeps the run in production from being the baseline that it should be: it was measured under another protocol, lacks the
 * metric or did not finish; or nobody knows which run it is though narrate.yaml or the project's goal speaks of one.
 */
export function productionMissed(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const { runs, unknown } = inProduction(evidence)
  const present = withoutFolds(rankedBy(metric, evidence.runs, evidence.metrics))
  if (present.length === 0) return []
  return [
    ...unknown.map((name) => unknownName(name, present)),
    ...(runs.length === 0 && unknown.length === 0 ? onlyInGoal(present, evidence) : []),
    ...runs.flatMap((used) => notComparable(used, metric, evidence)),
  ].slice(0, MOST_TOLD)
}

/** The document's finished runs, best first, that may be ranked with the run in production; null where there is no such comparison. */
function rivalsOf(
  used: InProduction,
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly [EvidenceRun, ...EvidenceRun[]] | null {
  const { one } = used
  if (!isDone(one.run) || headlineValue(one, metric, evidence.metrics) === null) return null
  const side = comparableFor(one, metric)
  const others = evidence.runs.filter(
    (other) =>
      other !== one &&
      comparableFor(other, metric) === side &&
      isSameTask(used, other) &&
      !isInside(other, one),
  )
  const [best, ...more] = withoutFolds(rankedBy(metric, others, evidence.metrics))
  return best === undefined ? null : [best, ...more]
}

/** Children of a run are parts of it. */
function isInside(other: EvidenceRun, one: EvidenceRun): boolean {
  return other.run.parent === one.run.key || one.run.parent === other.run.key
}

/** One store may hold the runs of several tasks: what is logged must say that this is the same one. */
function isSameTask({ one, isNamed }: InProduction, other: EvidenceRun): boolean {
  if (targetOf(one) !== targetOf(other)) return false
  if (isNamed) return true
  const [a, b] = [one.run, other.run]
  return (
    (a.source === b.source && a.experiment.id === b.experiment.id) ||
    (a.registered ?? []).some(({ model }) =>
      (b.registered ?? []).some((version) => a.source === b.source && version.model === model),
    ) ||
    a.dataSets.some(({ digest }) => digest !== '' && b.dataSets.some((set) => set.digest === digest))
  )
}

function tell(
  { one, mark }: InProduction,
  rivals: readonly [EvidenceRun, ...EvidenceRun[]],
  metric: string,
  evidence: EvidenceWithoutFindings,
): NewFinding {
  const [best] = rivals
  const [usedSlot, bestSlot] = [metricSlot(one, metric), metricSlot(best, metric)]
  const gap =
    (headlineValue(best, metric, evidence.metrics) ?? 0) - (headlineValue(one, metric, evidence.metrics) ?? 0)
  const isAhead = gap > 0 === (evidence.metrics.direction(metric) === 'higher')
  const isOwn = evidence.runs.includes(one)
  const others = rivals.length === 1 ? '' : isOwn ? 'The best other run, ' : 'The best run told here, '
  const stands =
    gap === 0
      ? 'stands level with it'
      : `${isAhead ? 'leads it' : 'trails it'} by [[abs(delta(${usedSlot}, ${bestSlot}))]]`
  const side = comparableFor(one, metric)
  const floor = noiseFloor(
    evidence,
    metric,
    [...evidence.runs, ...evidence.earlier].filter((other) => comparableFor(other, metric) === side),
  )
  const noise = floor === null || gap === 0 ? null : leastDifference(floor)
  const [better, worse] = isAhead ? [best, one] : [one, best]
  const against = againstSeeds(better, worse, Math.abs(gap), noise, evidence)
  return {
    kind: 'progress',
    scope: isOwn ? 'session' : 'project',
    sentence: `In production ([[this.mark]]) is [[${one.address}]], with ${metric} [[${usedSlot}]]. ${others}[[${best.address}]]${others === '' ? '' : ','} ${stands}, at [[${bestSlot}]]${against.words}.`,
    rests: [best.address, one.address],
    texts: { mark },
    values: against.values,
  }
}

function notComparable(
  used: InProduction,
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const { one, mark } = used
  const alike = evidence.runs.filter((other) => other !== one && isSameTask(used, other))
  const ranked = withoutFolds(rankedBy(metric, alike, evidence.metrics))
  const [newest] = ranked.toSorted((a, b) => (b.run.startedAt ?? 0) - (a.run.startedAt ?? 0))
  if (newest === undefined || rivalsOf(used, metric, evidence) !== null) return []
  // A run told here that others of now may not be ranked with is a matter of the protocol's own findings.
  if (evidence.runs.includes(one) && !used.isNamed && ranked.every((other) => startOf(other) < startOf(one)))
    return []
  const [theirs, ours] = [one, newest].map((each) => comparableFor(each, metric))
  const isElsewhere = theirs !== ours
  const why = !one.run.metrics.has(metric)
    ? `it has no ${metric}`
    : !isDone(one.run)
      ? `its status is [[${one.address}.status]]`
      : isElsewhere
        ? `it was measured under another protocol${theirs && ours ? ' ([[this.former]]; now [[this.present]])' : ''}, and was not run again under this one`
        : null
  if (why === null) return []
  return [
    {
      kind: 'untried',
      scope: evidence.runs.includes(one) ? 'session' : 'project',
      sentence: `The run in production ([[this.mark]]), [[${one.address}]], is no baseline for the runs told here: ${why}.`,
      rests: [one.address, newest.address],
      texts: {
        mark,
        ...(why.includes('this.former') && theirs !== undefined && ours !== undefined
          ? {
              former: { text: theirs, from: 'what the log tells apart' },
              present: { text: ours, from: 'what the log tells apart' },
            }
          : {}),
      },
    },
  ]
}

function unknownName(name: string, present: readonly EvidenceRun[]): NewFinding {
  return {
    kind: 'untried',
    sentence:
      'narrate.yaml names [[this.name]] as in production; no run that was read has this id or name, so nothing is held against it.',
    rests: present.slice(0, 1).map(({ address }) => address),
    texts: { name: { text: name, from: 'narrate.yaml' } },
  }
}

/** Words of a goal that speak of a model in use. Oil wells and films have production, too. */
const GOAL =
  /\b(?:model|system|baseline|version|forecaster|classifier|detector|predictor|one)\b[^.;]{0,20}\bin (?:production|use)\b|\bproduction (?:model|system|baseline|run)\b|\b(?:incumbent|deployed)\b|\bchampion model\b/i

/** A run that could not be read may be the one. */
const UNREAD = /^(the )?(runs?|source|experiments?)\b/
const FEWEST_BESIDE = 5

function onlyInGoal(
  present: readonly EvidenceRun[],
  { project, gaps }: EvidenceWithoutFindings,
): readonly NewFinding[] {
  if (project.goal === null || !GOAL.test(project.goal) || present.length < FEWEST_BESIDE) return []
  if (gaps.some(({ what }) => UNREAD.test(what))) return []
  return [
    {
      kind: 'untried',
      sentence:
        'The goal speaks of a model in use, and no run that was read is marked as it: what the finished runs gain over it is not logged.',
      rests: present.slice(0, 300).map(({ address }) => address),
    },
  ]
}
