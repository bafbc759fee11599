import { candidatesAmong } from '../../evidence/candidates.ts'
import { comparableFor } from '../../evidence/comparable-as.ts'
import { counted } from '../../evidence/counted.ts'
import type {
  Evidence,
  EvidenceRun,
  EvidenceWithoutFindings,
  FindingText,
  FindingValue,
  NewFinding,
} from '../../evidence/evidence.ts'
import { dataSetOf } from '../../evidence/fact-at.ts'
import { disappeared } from '../../evidence/findings/disappeared.ts'
import { headlineValue, metricSlot } from '../../evidence/headline.ts'
import { addressesOf, joined, listRuns, restsOn, unnamedOf } from '../../evidence/listed-runs.ts'
import {
  floorOf,
  leastDifference,
  measuredReplicates,
  type NoiseFloor,
  noiseFloor,
} from '../../evidence/noise-floor.ts'
import { numberFindings } from '../../evidence/number-findings.ts'
import { outcomeOf } from '../../evidence/outcome-of.ts'
import { replicatesAmong } from '../../evidence/replicates.ts'
import { searchOf } from '../../evidence/search-of.ts'
import { triedIn } from '../../evidence/setting-of.ts'
import { isBroken, isDone, shortId } from '../../runs/run.ts'
import type { Direction } from '../../settings.ts'
import { difference } from '../../statistics/difference.ts'
import { criteriaFixed } from './criteria-fixed.ts'
import { criterionAddress, type DecisionSubject, optionAddress } from './decision-subject.ts'
import type { Flip } from './decision-table.ts'
import { type DecisionTable, type ScoredFinalist, scoreFinalists, scoreOfRun } from './score-finalists.ts'

const MOST_RESTS = 300
/** A project of as many other runs is frozen whole with its decision: all that was counted over it can be counted again. */
const MOST_FROZEN = 5000
const VALIDATION = /(^|[^a-z])(val|valid|validation|dev|eval|cv)(?=[^a-z]|$)/i
const TEST = /(^|[^a-z])(test|testing|holdout|hold_out|heldout|held_out)([^a-z]|$)/i

/**
 * What a decision works out of the evidence: when the criteria were fixed, each criterion's scale, each finalist's score,
 * the margin with its noise, flip points, dominated finalists, whether they may be compared, whether the test set chose,
 * and which candidates are not among the finalists. What looks at other runs of the project is of scope `project`.
 */
export function decisionFindings(
  evidence: EvidenceWithoutFindings,
  subject: DecisionSubject,
): readonly NewFinding[] {
  const table = scoreFinalists(evidence, subject)
  return [
    ...margin(evidence, table),
    ...flips(table),
    ...falls(table),
    ...chosen(table, subject),
    ...scores(table),
    ...front(table),
    ...criteriaFixed(evidence, subject),
    ...scales(table),
    ...comparability(table),
    ...testSet(evidence, table),
    ...candidates(evidence, table),
  ]
}

/** Evidence of a decision with what is found of another choice: all else that was found does not depend on who was chosen. */
export function withChoice(evidence: Evidence, subject: DecisionSubject): Evidence {
  const kept = evidence.findings.filter(({ kind }) => kind !== 'chosen')
  const last = evidence.findings.reduce((most, { address }) => Math.max(most, Number(address.slice(1))), 0)
  const told = numberFindings(chosen(scoreFinalists(evidence, subject), subject), last)
  return { ...evidence, findings: [...kept, ...told] }
}

/** The letter that stands for a criterion in the names of values: `valueA`. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`
}

/** How a finalist is named in a sentence: its run, which is linked, where its name is the run's own; else its name. */
export function optionSlot({ name, runs }: Pick<ScoredFinalist, 'name' | 'runs'>, place: number): string {
  const [only, another] = runs
  const isOwn = only?.run.name === name || `${only?.run.name} ${shortId(only?.run.id ?? '')}` === name
  return only !== undefined && another === undefined && isOwn
    ? `[[${only.address}]]`
    : `[[${optionAddress(place)}]]`
}

function slotOf(table: DecisionTable, place: number): string {
  const finalist = table.finalists[place]
  if (finalist === undefined) throw new Error('a finalist of the table')
  return optionSlot(finalist, place)
}

function criterionSlot(place: number): string {
  return `[[${criterionAddress(place)}]]`
}

function percent(share: number, how: string): FindingValue {
  return { value: share * 100, unit: '%', metric: null, how }
}

function runsOf(finalists: readonly (ScoredFinalist | undefined)[]): readonly string[] {
  return finalists.flatMap((one) => one?.runs ?? []).map(({ address }) => address)
}

/** The first against the second: how far ahead, and whether seeds alone would make as much. */
function margin(evidence: EvidenceWithoutFindings, table: DecisionTable): readonly NewFinding[] {
  const { winner, runnerUp, finalists, margin: lead } = table
  if (winner === null)
    return [
      {
        kind: 'margin',
        warns: true,
        sentence: 'No finalist may win and has every value that weighs: nothing is ranked.',
        rests: runsOf(finalists),
      },
    ]
  const first = finalists[winner]
  if (runnerUp === null || lead === null)
    return [
      {
        kind: 'margin',
        warns: true,
        sentence: `${slotOf(table, winner)} is the only finalist that may win and has every value that weighs: nothing is ahead of or behind it.`,
        rests: runsOf([first]),
      },
    ]
  const second = finalists[runnerUp]
  const ahead = `${slotOf(table, winner)} is ahead of ${slotOf(table, runnerUp)} by [[this.margin]] in the weighted score`
  const values = {
    margin: counted(lead.value, 'difference of the two highest weighted scores'),
  }
  const single = [first, second].filter((one) => one?.runs.length === 1)
  const alone =
    single.length === 0
      ? ''
      : single.length === 2
        ? ' Both are single runs.'
        : ` ${single[0] === first ? slotOf(table, winner) : slotOf(table, runnerUp)} is a single run.`
  const rests = runsOf([first, second])
  const own = lead.noise
  const noise = own ?? projectNoise(evidence, table, first)
  if (noise === null)
    return [
      {
        kind: 'margin',
        warns: true,
        sentence: `${ahead}; its noise is not known: nothing that can be compared was repeated often enough with other seeds.${alone}`,
        rests,
        values,
      },
      ...metricMargin(evidence, table, winner, runnerUp),
    ]
  const blur = leastDifference(noise, ...drawsOf([first, second]))
  const isLuck = mayBeLuck(evidence, first)
  const grouped = finalists.filter(({ runs }) => runs.length > 1)
  const whose =
    own === null
      ? 'replicates in the project'
      : grouped.every(({ areReplicates }) => areReplicates)
        ? 'replicates among the finalists'
        : 'runs of the finalists, which do not all differ in the seed alone'
  const told: NewFinding = {
    kind: 'margin',
    scope: own === null ? 'project' : 'session',
    warns: lead.value <= blur || isLuck,
    sentence: `${ahead}, ${
      lead.value <= blur
        ? 'no more than seeds explain'
        : isLuck
          ? 'more than seeds explain between two, though as the best of several its lead may be luck'
          : 'more than seeds explain'
    } ([[this.blur]] at [[this.level]], from the scatter of [[this.runs]] ${whose}).${alone}`,
    rests: [...new Set([...rests, ...repeatsOf(evidence, noise)])].slice(0, MOST_RESTS),
    values: {
      ...values,
      blur: counted(
        blur,
        'least difference of two such scores that seeds alone rarely make: t · pooled standard deviation of the weighted scores of replicates · √(1/n + 1/m)',
      ),
      level: percent(0.95, 'two-sided level'),
      runs: counted(noise.runs, 'replicates whose weighted scores scatter'),
    },
  }
  return [told, ...metricMargin(evidence, table, winner, runnerUp)]
}

/** All runs of the settings that a noise floor rests on, so that it can be worked out again from them. */
function repeatsOf(evidence: EvidenceWithoutFindings, { firsts }: NoiseFloor): readonly string[] {
  const settings = new Set(firsts.map(({ run }) => triedIn(run)))
  return [...evidence.runs, ...evidence.earlier]
    .filter(({ run }) => settings.has(triedIn(run)))
    .map(({ address }) => address)
}

/** How many runs stand behind two scores. */
function drawsOf(pair: readonly (ScoredFinalist | undefined)[]): readonly [number, number] {
  const [a = 1, b = 1] = pair.map((one) => Math.max(1, one?.perRun.length ?? 1))
  return [a, b]
}

/** How weighted scores scatter between seeds in the rest of the project, where no finalist was repeated. */
function projectNoise(
  evidence: EvidenceWithoutFindings,
  table: DecisionTable,
  first: ScoredFinalist | undefined,
): NoiseFloor | null {
  const [one] = first?.runs ?? []
  if (one === undefined) return null
  const metric = heaviestMetric(table)
  const all = [...evidence.runs, ...evidence.earlier].filter(
    (other) => comparableFor(other, metric) === comparableFor(one, metric),
  )
  const scored = replicatesAmong(all.filter(({ run }) => isDone(run))).map((group) =>
    group.flatMap((member) => {
      const value = scoreOfRun(member, table.criteria, evidence)
      return value === null ? [] : [{ one: member, value }]
    }),
  )
  return floorOf(scored.filter((group) => group.length > 1))
}

/** Whether the search says that its best, one of these runs, leads by no more than luck may give the best of as many. */
function mayBeLuck(evidence: EvidenceWithoutFindings, first: ScoredFinalist | undefined): boolean {
  const search = searchOf(evidence)
  const best = search?.candidates[0]?.runs ?? []
  return search?.ahead?.verdict === 'may be luck' && best.some((one) => first?.runs.includes(one) === true)
}

/** The same by the metric that weighs most, against what seeds make of it in the whole project. */
function metricMargin(
  evidence: EvidenceWithoutFindings,
  { criteria, finalists }: DecisionTable,
  winner: number,
  runnerUp: number,
): readonly NewFinding[] {
  const heaviest = criteria
    .map((one, place) => ({ one, place }))
    .filter(({ one }) => one.measure.kind === 'metric' && one.share > 0)
    .toSorted((a, b) => b.one.share - a.one.share)[0]
  const [first, second] = [finalists[winner], finalists[runnerUp]]
  if (heaviest === undefined || first === undefined || second === undefined) return []
  const { one, place } = heaviest
  if (one.measure.kind !== 'metric' || one.direction === null) return []
  const metric = one.measure.name
  const [a, b] = [first.values[place], second.values[place]]
  if (a === undefined || b === undefined || a.value === null || b.value === null) return []
  const gap = difference(b.value, a.value)
  const name = `[[o${winner + 1}]]`
  const direction = one.direction === 'higher' ? gap : -gap
  const words = direction === 0 ? 'is the same in both' : direction > 0 ? 'is better in' : 'is worse in'
  const own = noiseFloor(evidence, metric, evidence.runs)
  const wide =
    own ??
    floorOf(
      measuredReplicates(
        evidence,
        metric,
        [...evidence.runs, ...evidence.earlier].filter((run) =>
          first.runs.some((mine) => comparableFor(mine, metric) === comparableFor(run, metric)),
        ),
      ),
    )
  const unit = one.unit
  const gapValue: FindingValue = {
    value: Math.abs(gap),
    unit,
    metric,
    how: 'difference of the two values of the table',
  }
  const subject = direction === 0 ? `${metric} ${words}` : `${metric} ${words} ${name} by [[this.gap]]`
  if (wide === null)
    return [
      {
        kind: 'margin',
        sentence: `${subject}; nothing logged tells what seeds make of it.`,
        rests: runsOf([first, second]),
        ...(direction === 0 ? {} : { values: { gap: gapValue } }),
      },
    ]
  const blur = leastDifference(wide, Math.max(1, a.perRun.length), Math.max(1, b.perRun.length))
  return [
    {
      kind: 'margin',
      scope: own === null ? 'project' : 'session',
      warns: Math.abs(gap) <= blur && direction !== 0,
      sentence: `${subject}; seeds alone make up to [[this.blur]] (scatter of [[this.runs]] runs${own === null ? ' of the project' : ''}).`,
      rests: [...new Set([...runsOf([first, second]), ...repeatsOf(evidence, wide)])].slice(0, MOST_RESTS),
      values: {
        ...(direction === 0 ? {} : { gap: gapValue }),
        blur: {
          value: blur,
          unit,
          metric,
          how: 'least difference of two such means that seeds alone rarely make, at 95 %',
        },
        runs: counted(wide.runs, 'replicates'),
      },
    },
  ]
}

interface Turn {
  readonly place: number
  readonly flip: Flip
  readonly side: 'more' | 'less'
  readonly distance: number
}

/** Where each weight turns the decision, the nearest first. */
function flips(table: DecisionTable): readonly NewFinding[] {
  const { criteria, moves, ranking, shares, winner } = table
  if (winner === null || ranking.length < 2) return []
  const turns = moves
    .flatMap(({ up, down }, place): readonly Turn[] => {
      const share = shares[place] ?? 0
      return [
        ...(up === null ? [] : [{ place, flip: up, side: 'more', distance: up.share - share } as const]),
        ...(down === null
          ? []
          : [{ place, flip: down, side: 'less', distance: share - down.share } as const]),
      ]
    })
    .toSorted((a, b) => a.distance - b.distance || a.place - b.place)
  if (turns.length === 0)
    return [
      {
        kind: 'flip',
        sentence: `No weight, moved alone, lets another finalist win: ${slotOf(table, winner)} stays first however much any one criterion counts.`,
        rests: runsOf(table.finalists),
      },
    ]
  const fixed = criteria.flatMap((_, place) =>
    turns.some((turn) => turn.place === place) ? [] : [criterionSlot(place)],
  )
  return [
    ...turns.map(({ place, flip, side }): NewFinding => {
      const weight = criteria[place]?.criterion.weight ?? 0
      const others = criteria.reduce((sum, one) => sum + one.criterion.weight, 0) - weight
      const needed = flip.share >= 1 ? null : (flip.share / (1 - flip.share)) * others
      return {
        kind: 'flip',
        sentence: `${slotOf(table, flip.by)} wins once ${criterionSlot(place)} counts ${side} than [[this.flip]] of all weight, now [[this.share]]${needed === null ? '' : `: a weight of [[this.weight]] in place of [[${criterionAddress(place)}.weight]], the others as they are`}.`,
        rests: runsOf([table.finalists[winner], table.finalists[flip.by]]),
        values: {
          flip: percent(
            flip.share,
            'the share of all weight at which the two scores are level, the others in proportion',
          ),
          share: percent(shares[place] ?? 0, 'weight over the sum of weights'),
          ...(needed === null ? {} : { weight: counted(needed, 'the weight that gives that share') }),
        },
      }
    }),
    ...(fixed.length === 0
      ? []
      : [
          {
            kind: 'flip' as const,
            sentence: `No weight of ${joined(fixed)} changes who wins.`,
            rests: runsOf([table.finalists[winner]]),
          },
        ]),
  ]
}

/** How far each measured value of the first may fall before another finalist wins: what new data would have to show to decide again. */
function falls(table: DecisionTable): readonly NewFinding[] {
  const { criteria, finalists, winner } = table
  const first = winner === null ? undefined : finalists[winner]
  if (winner === null || first === undefined) return []
  const values: Record<string, FindingValue> = {}
  const turning = table.falls.flatMap((fall, place) => {
    const { best, direction, measure, unit, worst } = criteria[place] ?? {}
    const now = first.values[place]?.value ?? null
    if (fall === null || now === null || worst == null || best == null || worst === best) return []
    const metric = measure?.kind === 'metric' ? measure.name : null
    const letter = letterOf(place)
    values[`level${letter}`] = {
      value: worst + fall.utility * (best - worst),
      unit: unit ?? null,
      metric,
      how: 'the value at which the two scores are level, all else as it is and by the scale of this record',
    }
    values[`now${letter}`] = { value: now, unit: unit ?? null, metric, how: 'what it is worth now' }
    const way = direction === 'lower' ? 'rises above' : 'falls below'
    return [
      {
        by: fall.by,
        words: `${criterionSlot(place)} ${way} [[this.level${letter}]] (now [[this.now${letter}]])`,
      },
    ]
  })
  const [one] = turning
  if (one === undefined) return []
  return [
    {
      kind: 'flip',
      sentence: `${slotOf(table, winner)} stays first until, all else as it is, ${turning.map(({ words }) => words).join(' or ')}; then ${slotOf(table, one.by)} wins.`,
      rests: runsOf([first, finalists[one.by]]),
      values,
    },
  ]
}

/** A choice against the score, printed as one; and what weight would bear it out. */
function chosen(table: DecisionTable, { selected }: DecisionSubject): readonly NewFinding[] {
  if (selected === null) return []
  const { finalists, shares, winner, toSelect, criteria } = table
  const own = finalists[selected.finalist]
  if (own === undefined) throw new Error('a finalist was chosen')
  const barred = own.bars.map(({ kind, criterion }) =>
    kind === 'unfinished'
      ? 'it did not finish'
      : `${criterionSlot(criterion)} ${kind === 'fails' ? 'is not' : 'is not shown to be'} [[${criterionAddress(criterion)}.threshold]]`,
  )
  const against: readonly NewFinding[] =
    winner === null || winner === selected.finalist
      ? []
      : [
          {
            kind: 'chosen',
            warns: true,
            sentence: own.isComplete
              ? `Chosen against the score: ${slotOf(table, selected.finalist)} has [[this.own]], ${slotOf(table, winner)} has [[this.first]].`
              : `Chosen without a rank: ${slotOf(table, selected.finalist)} lacks values that weigh; ${slotOf(table, winner)} has the highest score, [[this.first]].`,
            rests: runsOf([own, finalists[winner]]),
            values: {
              ...(own.isComplete ? { own: counted(own.score.low, 'weighted score') } : {}),
              first: counted(finalists[winner]?.score.low ?? 0, 'weighted score'),
            },
          },
        ]
  const bars: readonly NewFinding[] =
    barred.length === 0
      ? []
      : [
          {
            kind: 'chosen',
            warns: true,
            sentence: `Chosen although it may not win by the criteria: ${joined(barred)}.`,
            rests: runsOf([own]),
          },
        ]
  const nearest = (toSelect ?? [])
    .flatMap((span, place) => {
      const share = shares[place] ?? 0
      if (span === null) return []
      const to = share < span.from ? span.from : span.to
      return [{ place, to, side: share < span.from ? 'at least' : 'at most', distance: Math.abs(to - share) }]
    })
    .toSorted((a, b) => a.distance - b.distance)[0]
  const turned: readonly NewFinding[] =
    toSelect === null || criteria.length < 2
      ? []
      : [
          nearest === undefined
            ? {
                kind: 'chosen',
                sentence: `No weight, moved alone, puts ${slotOf(table, selected.finalist)} first.`,
                rests: runsOf([own]),
              }
            : {
                kind: 'chosen',
                sentence: `${slotOf(table, selected.finalist)} would be first if ${criterionSlot(nearest.place)} counted ${nearest.side} [[this.needed]] of all weight, now [[this.share]].`,
                rests: runsOf([own]),
                values: {
                  needed: percent(nearest.to, 'the nearest share with which it is first or level'),
                  share: percent(shares[nearest.place] ?? 0, 'weight over the sum of weights'),
                },
              },
        ]
  return [...against, ...bars, ...turned]
}

/** Each finalist's weighted score, or why it has none. */
function scores(table: DecisionTable): readonly NewFinding[] {
  const { criteria, finalists, ranking, shares, winner } = table
  const best = winner === null ? null : (finalists[winner]?.score.low ?? null)
  return finalists.map((finalist, place): NewFinding => {
    const { bars, beyond, score, values, row } = finalist
    const missing = values.flatMap((value, index) => (value.value === null ? [{ value, index }] : []))
    const weighing = missing.filter(({ index }) => (shares[index] ?? 0) > 0)
    const rank = ranking.indexOf(place)
    const who = slotOf(table, place)
    const kept: Record<string, FindingValue> = {}
    for (const [index, value] of values.entries()) {
      const letter = letterOf(index)
      const criterion = criteria[index]
      const utility = row.utilities[index] ?? null
      if (value.value === null || criterion === undefined) continue
      const metric = criterion.measure.kind === 'metric' ? criterion.measure.name : null
      const how =
        value.perRun.length > 1
          ? `${criterion.criterion.aggregation ?? 'mean'} over its runs`
          : value.perRun.length === 1
            ? 'value of its run'
            : 'given'
      kept[`value${letter}`] = { value: value.value, unit: criterion.unit, metric, how }
      if (value.sd !== null)
        kept[`sd${letter}`] = {
          value: value.sd,
          unit: criterion.unit,
          metric,
          how: 'sample standard deviation over its runs',
        }
      if (utility !== null) {
        kept[`utility${letter}`] = counted(utility, 'from the worst (0) to the best (1) end of the scale')
        kept[`points${letter}`] = counted(utility * (shares[index] ?? 0), 'utility times share of all weight')
      }
    }
    const reasons = [
      ...bars.map(({ kind, criterion }) =>
        kind === 'unfinished'
          ? 'it did not finish'
          : kind === 'fails'
            ? `${criterionSlot(criterion)} is [[this.value${letterOf(criterion)}]] and must be [[${criterionAddress(criterion)}.threshold]]`
            : `whether ${criterionSlot(criterion)} is [[${criterionAddress(criterion)}.threshold]] is not recorded`,
      ),
      ...weighing.map(({ value, index }) => `${criterionSlot(index)} is not recorded (${value.why})`),
    ]
    const clipped = joined(beyond.map(criterionSlot))
    const cut = beyond.length === 0 ? '' : ` Beyond the end of its scale, and counted as the end: ${clipped}.`
    const light = missing.filter(({ index }) => (shares[index] ?? 0) === 0)
    const lacks =
      light.length === 0
        ? ''
        : ` Not recorded, and of no weight: ${joined(light.map(({ index }) => criterionSlot(index)))}.`
    const rests = [optionAddress(place), ...runsOf([finalist])]
    if (bars.some(({ kind }) => kind === 'unfinished'))
      return {
        kind: 'score',
        warns: true,
        sentence: `${who} may not win: it did not finish.`,
        rests,
      }
    if (weighing.length > 0) {
      const could = best === null || score.high >= best
      return {
        kind: 'score',
        warns: could,
        sentence: `${who} has no rank: ${joined(reasons)}. Its score lies between [[this.low]] and [[this.high]]${best === null ? '' : could ? (bars.some(({ kind }) => kind !== 'unknown') ? '' : ', so it could yet win') : ', so it cannot win whatever it is'}.${cut}${lacks}`,
        rests,
        values: {
          low: counted(score.low, 'weighted score with nothing for what is missing'),
          high: counted(score.high, 'weighted score with all for what is missing'),
          ...kept,
        },
      }
    }
    const all = { score: counted(score.low, 'sum of utility times share of all weight'), ...kept }
    return {
      kind: 'score',
      warns: bars.length > 0,
      sentence:
        bars.length > 0
          ? `${who} may not win: ${joined(reasons)}. Its score would be [[this.score]].${cut}${lacks}`
          : `${who} scores [[this.score]]${rank === 0 ? ', the highest' : ''}.${cut}${lacks}`,
      rests,
      values: all,
    }
  })
}

/** Who is no better than another anywhere, and who is left. */
function front(table: DecisionTable): readonly NewFinding[] {
  const { finalists } = table
  const complete = finalists.flatMap((one, place) =>
    one.row.utilities.every((utility) => utility !== null) ? [place] : [],
  )
  if (complete.length < 2) return []
  const isDominated = (place: number): boolean => (finalists[place]?.dominatedBy.length ?? 0) > 0
  const kept = complete.filter((place) => !isDominated(place))
  const gone = complete.filter(isDominated)
  return [
    ...gone.map(
      (place): NewFinding => ({
        kind: 'front',
        sentence: `${slotOf(table, place)} is dominated by ${joined((finalists[place]?.dominatedBy ?? []).map((by) => slotOf(table, by)))}: on no criterion better, on one or more worse.`,
        rests: runsOf([
          finalists[place],
          ...(finalists[place]?.dominatedBy ?? []).map((by) => finalists[by]),
        ]),
      }),
    ),
    kept.length === 1
      ? {
          kind: 'front',
          sentence: `There is no trade-off: ${slotOf(table, kept[0] ?? 0)} is as good as the others on every criterion.`,
          rests: runsOf(finalists),
        }
      : {
          kind: 'front',
          sentence: `On the trade-off front: ${joined(kept.map((place) => slotOf(table, place)))}; each is better than the others on some criterion.`,
          rests: runsOf(kept.map((place) => finalists[place])),
        },
  ]
}

/** Each criterion's share and scale. */
function scales({ criteria, shares }: DecisionTable): readonly NewFinding[] {
  return criteria.map(({ assumed, best, criterion, direction, measure, unit, worst }, place): NewFinding => {
    const metric = measure.kind === 'metric' ? measure.name : null
    const end = (value: number, which: 'worst' | 'best'): FindingValue => ({
      value,
      unit,
      metric,
      how: assumed.includes(which) ? "the finalists' own extreme" : criterion.from,
    })
    const isFlat = worst !== null && best !== null && difference(worst, best) === 0
    const own =
      assumed.length === 0
        ? ''
        : `, ${assumed.length === 2 ? 'both' : assumed[0] === 'worst' ? 'the first' : 'the second'} the finalists’ own ${assumed.length === 2 ? 'extremes' : 'extreme'}: scores shift when a finalist leaves`
    return {
      kind: 'criterion',
      sentence: `${criterionSlot(place)}${direction === null ? '' : ` (${direction} is better)`} counts [[this.share]] of all weight; ${
        worst === null || best === null
          ? 'no finalist has a value of it'
          : isFlat
            ? 'all finalists have the same value, and it decides nothing'
            : `its scale runs from [[this.worst]] to [[this.best]]${own}`
      }.`,
      rests: [criterionAddress(place)],
      values: {
        share: percent(shares[place] ?? 0, 'weight over the sum of weights'),
        ...(worst === null || best === null ? {} : { worst: end(worst, 'worst'), best: end(best, 'best') }),
      },
    }
  })
}

/** Whether the finalists were measured alike: protocol, data, code. */
function comparability(table: DecisionTable): readonly NewFinding[] {
  const runs = table.finalists.flatMap((one) => one.runs)
  if (runs.length < 2) return []
  const rests = restsOn(runs)
  const apart = table.criteria.flatMap(({ measure, share }, place) => {
    if (measure.kind !== 'metric' || share === 0) return []
    const having = runs.filter(({ run }) => run.metrics.has(measure.name))
    const sides = new Set(having.map((one) => comparableFor(one, measure.name)))
    return sides.size > 1 ? [{ place, sides: [...sides] }] : []
  })
  const metrics = table.criteria.flatMap(({ measure }) => (measure.kind === 'metric' ? [measure.name] : []))
  const digests = new Set(
    runs.flatMap(({ run }) =>
      metrics.filter((name) => run.metrics.has(name)).map((name) => dataSetOf(run, name)),
    ),
  )
  const commits = new Set(runs.map(({ run }) => run.code.commit))
  const texts: Record<string, FindingText> = {}
  const told: string[] = []
  if (apart.length > 0) {
    for (const [index, { sides }] of apart.entries())
      texts[`sides${letterOf(index)}`] = {
        text: sides.map((side) => (side === '' ? 'not told' : side)).join(' against '),
        from: 'what the log tells apart',
      }
    told.push(
      `The finalists were not measured alike by ${joined(apart.map(({ place }, index) => `${criterionSlot(place)} ([[this.sides${letterOf(index)}]])`))}: their values may not be compared.`,
    )
  } else told.push('Nothing logged tells the finalists’ target, split or threshold apart.')
  const known = [...digests].filter((digest) => digest !== null)
  const [digest] = known
  if (known.length === 0) told.push('Which data they were measured on is not recorded.')
  else if (known.length === 1 && digest !== undefined && !digests.has(null)) {
    texts.digest = { text: digest, from: 'digest of the data set' }
    told.push('All were measured on the same data (digest [[this.digest]]).')
  } else if (known.length > 1) told.push('They were measured on different data.')
  else told.push('The data is recorded for some of them only.')
  if (commits.size > 1 || commits.has(null))
    told.push(
      commits.size === 1
        ? 'No commit is recorded for any of them.'
        : commits.has(null)
          ? 'A commit is recorded for some of them only.'
          : 'They ran on [[this.commits]] commits.',
    )
  else told.push('They ran on the same commit.')
  return [
    {
      kind: 'comparability',
      warns: apart.length > 0,
      sentence: told.join(' '),
      rests,
      values:
        commits.size > 1 && !commits.has(null)
          ? { commits: counted(commits.size, 'different commits of the finalists') }
          : {},
      texts,
    },
  ]
}

/** Whether a test metric weighs in the choice; else what the test set says of the finalists, where it was opened. */
function testSet(evidence: EvidenceWithoutFindings, table: DecisionTable): readonly NewFinding[] {
  const tested = table.criteria.flatMap(({ measure, share }, place) =>
    measure.kind === 'metric' && TEST.test(measure.name) && share > 0 ? [place] : [],
  )
  if (tested.length > 0)
    return [
      {
        kind: 'comparability',
        warns: true,
        sentence: `The test set chose: ${joined(tested.map(criterionSlot))} weighs in the score, so its value for the winner is no measure of new data.`,
        rests: tested.map(criterionAddress),
      },
    ]
  const heaviest = heaviestMetric(table)
  const opened = heaviest === null ? [] : table.finalists.flatMap((one) => testedRun(evidence, one, heaviest))
  if (opened.length === 0)
    return [
      {
        kind: 'comparability',
        sentence: 'No test metric weighs in the score, and none is logged for a finalist.',
        rests: runsOf(table.finalists),
      },
    ]
  const own = new Set(table.finalists.flatMap((one) => one.runs))
  return [
    {
      kind: 'comparability',
      scope: opened.every(({ one }) => own.has(one)) ? 'session' : 'project',
      sentence: `No test metric weighs in the score. ${opened
        .map(({ copyOf, metric, one }) =>
          copyOf === null
            ? `[[${one.address}]] has ${metric} [[${metricSlot(one, metric)}]]`
            : `[[${one.address}]], which repeats [[${copyOf.address}]] to the digit, has ${metric} [[${metricSlot(one, metric)}]]`,
        )
        .join('; ')}.`,
      rests: opened.flatMap(({ copyOf, one }) =>
        copyOf === null ? [one.address] : [one.address, copyOf.address],
      ),
    },
  ]
}

const MOST_TESTED = 2

/** The runs of a finalist, or exact repeats of them, that log the test metric which answers to a metric. */
function testedRun(
  evidence: EvidenceWithoutFindings,
  { runs }: ScoredFinalist,
  metric: string,
): readonly { readonly one: EvidenceRun; readonly copyOf: EvidenceRun | null; readonly metric: string }[] {
  const wanted = metric.replace(VALIDATION, '$1test').toLowerCase()
  const testOf = ({ run }: EvidenceRun): string | undefined =>
    [...run.metrics.keys()].find((name) => name !== metric && name.toLowerCase() === wanted)
  const own = runs.flatMap((one) => {
    const name = testOf(one)
    return name === undefined ? [] : [{ one, copyOf: null, metric: name }]
  })
  if (own.length > 0) return own.slice(0, MOST_TESTED)
  const outcome = ({ run }: EvidenceRun): string => outcomeOf(run, (name) => !TEST.test(name))
  const known = new Map(runs.filter(({ run }) => run.metrics.size > 1).map((one) => [outcome(one), one]))
  return evidence.earlier
    .flatMap((one) => {
      const name = isDone(one.run) ? testOf(one) : undefined
      const copyOf = name === undefined ? undefined : known.get(outcome(one))
      return name === undefined || copyOf === undefined ? [] : [{ one, copyOf, metric: name }]
    })
    .slice(0, MOST_TESTED)
}

/** The metric that weighs most; null where none does. */
function heaviestMetric({ criteria }: DecisionTable): string | null {
  const [first] = criteria
    .filter(({ measure, share }) => measure.kind === 'metric' && share > 0)
    .toSorted((a, b) => b.share - a.share)
  return first?.measure.kind === 'metric' ? first.measure.name : null
}

/** What the finalists were chosen out of, what is better and no finalist, and what disappeared on the way. */
function candidates(evidence: EvidenceWithoutFindings, table: DecisionTable): readonly NewFinding[] {
  const own = new Set(table.finalists.flatMap((one) => one.runs).map(({ address }) => address))
  const all = [...evidence.runs, ...evidence.earlier]
  const broken = all.filter(({ run }) => isBroken(run)).length
  const deleted = evidence.deleted.length
  const heaviest = table.criteria
    .filter(({ measure, share, direction }) => measure.kind === 'metric' && share > 0 && direction !== null)
    .toSorted((a, b) => b.share - a.share)[0]
  const metric = heaviest?.measure.kind === 'metric' ? heaviest.measure.name : null
  const first = evidence.runs[0]
  const side =
    metric === null || first === undefined
      ? []
      : all.filter((one) => comparableFor(one, metric) === comparableFor(first, metric))
  const settings = metric === null ? 0 : candidatesAmong(side, metric, evidence.metrics).length
  const search: NewFinding = {
    kind: 'candidates',
    scope: 'project',
    sentence: `The finalists were chosen out of [[this.runs]] ${all.length === 1 ? 'run' : 'runs'} of the project, ${broken === 0 ? 'none of which failed' : `[[this.broken]] of which failed or ${broken === 1 ? 'was' : 'were'} killed`}${deleted === 0 ? '' : '; [[this.deleted]] more were deleted'}${settings === 0 ? '' : `; [[this.settings]] ${settings === 1 ? 'setting' : 'settings'} can be compared by ${metric}`}.`,
    rests:
      evidence.earlier.length + deleted > MOST_FROZEN
        ? []
        : addressesOf([...evidence.earlier, ...evidence.deleted]),
    values: {
      runs: counted(all.length, 'runs of the project that are not deleted'),
      ...(broken === 0 ? {} : { broken: counted(broken, 'failed or killed runs') }),
      ...(deleted === 0 ? {} : { deleted: counted(deleted, 'runs deleted in the tracker') }),
      ...(settings === 0
        ? {}
        : { settings: counted(settings, 'settings compared, runs that differ in the seed alone folded') }),
    },
  }
  const gone = disappeared({
    ...evidence,
    runs: all,
    earlier: [],
    span: { ...evidence.span, from: 0, until: Number.MAX_SAFE_INTEGER },
  })
  // What the finder of every document says of it is not said again.
  const known = new Set(disappeared(evidence).map(({ sentence }) => sentence))
  return [
    search,
    ...(metric === null || heaviest?.direction == null
      ? []
      : betterOutside(evidence, side, metric, heaviest.direction, own)),
    ...gone
      .filter(({ sentence }) => !known.has(sentence))
      .map((one): NewFinding => ({ ...one, kind: 'candidates', scope: 'project' })),
  ]
}

/** Runs that are no finalists and better than every finalist by the metric that weighs most. */
function betterOutside(
  evidence: EvidenceWithoutFindings,
  side: readonly EvidenceRun[],
  metric: string,
  direction: Direction,
  own: ReadonlySet<string>,
): readonly NewFinding[] {
  const sign = direction === 'lower' ? -1 : 1
  const worth = (one: EvidenceRun): number => {
    const value = isDone(one.run) ? headlineValue(one, metric, evidence.metrics) : null
    return value === null ? Number.NEGATIVE_INFINITY : sign * value
  }
  const best = Math.max(...evidence.runs.filter(({ address }) => own.has(address)).map(worth))
  const better = side
    .filter((one) => !own.has(one.address) && worth(one) > best)
    .toSorted((a, b) => worth(b) - worth(a))
  if (better.length === 0 || !Number.isFinite(best)) return []
  const unnamed = unnamedOf(better)
  return [
    {
      kind: 'candidates',
      scope: 'project',
      warns: true,
      sentence: `No finalist, though better by ${metric} than any: ${listRuns(better, 'this.others')}. Why they are none is not recorded.`,
      rests: restsOn(better),
      ...(unnamed === 0 ? {} : { values: { others: counted(unnamed, 'runs not named') } }),
    },
  ]
}
