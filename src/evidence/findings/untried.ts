import { isSameValue } from '../../statistics/difference.ts'
import { rankCorrelation } from '../../statistics/rank-correlation.ts'
import { comparableFor } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { finishedRuns } from '../finished-runs.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { joined, listedRuns } from '../listed-runs.ts'
import { modelFamily } from '../model-family.ts'
import { asksForMeasurement, isAside } from '../setting-of.ts'
import { settingValue } from '../setting-value.ts'
import { isSeed, isTelling } from '../what-varied.ts'
import { productionMissed } from './production.ts'

const MOST_FINDINGS = 3
const MOST_EDGES = 2
/** Finished runs that must stand in a set before a baseline is missed beside them. */
const FEWEST_BESIDE = 5
const FEWEST_LEVELS = 4
const FEWEST_RUNS = 5
const CHANCE = 0.05
const MOST_FACTORS = 12
const MOST_CELLS_MISSING = 3
const LEVELS_OF_A_GRID = 6

/**
 * What the search never tried: a simple baseline beside the runs that are ranked now (none at all, or only ones on other
 * data); values beyond the edge of a range where the best run lies at that edge and the trend leads there; cells of a grid
 * that was run but for a few. It looks at the runs that may be ranked with the session's newest one, the project's other runs
 * among them, and is silent about baselines where the models' names tell nothing.
 */
export function untried(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const present = presentSet(evidence, metric)
  if (present === null) return []
  return [
    ...productionMissed(evidence),
    ...baseline(present, evidence),
    ...edges(present, metric, evidence).slice(0, MOST_EDGES),
    ...corner(present),
  ].slice(0, MOST_FINDINGS)
}

interface Present {
  /** All runs of the set, whatever their status; folds of cross-validations aside. */
  readonly runs: readonly EvidenceRun[]
  readonly ranked: readonly EvidenceRun[]
  readonly others: readonly EvidenceRun[]
  readonly scope: 'session' | 'project'
}

/** The runs that may be ranked with the newest run of the session that carries the metric. */
function presentSet(evidence: EvidenceWithoutFindings, metric: string): Present | null {
  const all = withoutFolds([...evidence.runs, ...evidence.earlier])
  const isOwn = new Set(evidence.runs.map(({ address }) => address))
  const newest = rankedBy(metric, all, evidence.metrics)
    .filter(({ address }) => isOwn.has(address))
    .reduce<EvidenceRun | null>(
      (last, one) => (last === null || endOf(one) >= endOf(last) ? one : last),
      null,
    )
  if (newest === null) return null
  const runs = all.filter((one) => comparableFor(one, metric) === comparableFor(newest, metric))
  return {
    runs,
    ranked: rankedBy(metric, runs, evidence.metrics),
    others: all.filter((one) => comparableFor(one, metric) !== comparableFor(newest, metric)),
    scope: evidence.earlier.length > 0 ? 'project' : 'session',
  }
}

function endOf({ run }: EvidenceRun): number {
  return run.endedAt ?? run.startedAt ?? 0
}

/** A run that could not be read may be the baseline that seems to be missing. */
const UNREAD = /^(the )?(runs?|source|experiments?)\b/

function baseline(
  { ranked, others, scope }: Present,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const families = ranked.map(({ run }) => modelFamily(run))
  const known = families.filter((family) => family !== null)
  if (ranked.length < FEWEST_BESIDE || known.length * 2 < ranked.length) return []
  if (!known.includes('other')) return []
  const elsewhere = others.filter(({ run }) => run.status === 'finished')
  const isSimple = (one: EvidenceRun): boolean => {
    const family = modelFamily(one.run)
    return family === 'linear' || (family === 'trivial' && !known.includes('trivial'))
  }
  const common = { kind: 'untried' as const, scope }
  const own = new Set(evidence.runs)
  const here = ranked.filter((one) => own.has(one)).length
  // The page that this stands on shows the session's runs alone: whose runs are counted is said.
  const isWider = here < ranked.length
  const [whose, toldHere] = isWider
    ? [`the project's [[this.runs]] ${finishedRuns(evidence)}`, ' ([[this.here]] told here)']
    : [`the [[this.runs]] ${finishedRuns(evidence)}`, '']
  const values = {
    runs: counted(ranked.length, 'finished runs that may be ranked with the newest one'),
    ...(isWider ? { here: counted(here, 'those of them that the document tells') } : {}),
  }
  const simple = known.includes('linear') ? [] : elsewhere.filter(isSimple)
  if (simple.length > 0) {
    const kinds = new Set(simple.map(({ run }) => modelFamily(run)))
    const word = kinds.size === 2 ? 'linear or trivial' : kinds.has('linear') ? 'linear' : 'trivial'
    const [ground, where] = isOtherData(simple, ranked)
      ? ['on the present data', 'ran on other data']
      : ['under the present protocol', 'ran under another one']
    return [
      {
        ...common,
        sentence: `No ${word} baseline among ${whose} ${ground}${toldHere}: ${listedRuns(simple.map(({ address }) => address))} ${where}.`,
        rests: simple.map(({ address }) => address),
        values,
      },
    ]
  }
  if (
    !known.includes('linear') &&
    !known.includes('trivial') &&
    !evidence.gaps.some(({ what }) => UNREAD.test(what))
  ) {
    return [
      {
        ...common,
        sentence: `No run is a simple baseline (a constant, the last value, a linear model), by its name and parameters: what ${whose}${toldHere} gain over one is not logged.`,
        rests: ranked.slice(0, 300).map(({ address }) => address),
        values,
      },
    ]
  }
  return []
}

/** Whether both sides tell their data, and share none. */
function isOtherData(a: readonly EvidenceRun[], b: readonly EvidenceRun[]): boolean {
  const digests = (runs: readonly EvidenceRun[]): ReadonlySet<string> =>
    new Set(runs.flatMap(({ run }) => run.dataSets.map(({ digest }) => digest)))
  const [left, right] = [digests(a), digests(b)]
  return left.size > 0 && right.size > 0 && ![...left].some((digest) => right.has(digest))
}

/**
 * Numeric parameters whose best run lies at the edge of what was tried: with four values or more, the second-best value
 * next to the edge, and a rank correlation between parameter and metric that leads there by less than a chance of one in
 * twenty. Zero and one are edges of their own accord.
 */
function edges(
  { ranked, scope }: Present,
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const direction = evidence.metrics.direction(metric)
  if (direction === null) return []
  const sign = direction === 'higher' ? 1 : -1
  const names = [...new Set(ranked.flatMap(({ run }) => [...run.params.keys()]))]
    .filter((name) => !isSeed(name) && !isAside(name, '') && !asksForMeasurement(name))
    .sort()
  const told = new Set<string>()
  const valued = ranked.map((one) => ({ one, value: headlineValue(one, metric, evidence.metrics) }))
  return names
    .flatMap((param) => {
      const settingIn = ({ run }: EvidenceRun): number | null => {
        const setting = parseNumber(run.params.get(param) ?? '')
        return setting === null || !Number.isFinite(setting) ? null : setting
      }
      // The first is the best of all: where it lies inside, no more need be looked at.
      if (isInside(ranked, settingIn)) return []
      const pairs = valued.flatMap(({ one, value }) => {
        const setting = settingIn(one)
        return setting === null || value === null ? [] : [{ one, setting, value }]
      })
      const levels = [...Map.groupBy(pairs, ({ setting }) => setting)].sort(([a], [b]) => a - b)
      if (levels.length < FEWEST_LEVELS || pairs.length < FEWEST_RUNS) return []
      // Ranked best first, so that the first of each level is its best.
      const bests = levels.map(([setting, [first]]) => ({
        setting,
        value: first?.value ?? 0,
        one: first?.one,
      }))
      const order = bests
        .map((_, index) => index)
        .sort((a, b) => sign * ((bests[b]?.value ?? 0) - (bests[a]?.value ?? 0)))
      const [top = 0, second = 0] = order
      const [first, next] = [bests[top], bests[second]]
      const isEdge = top === 0 || top === bests.length - 1
      if (!isEdge || Math.abs(top - second) !== 1 || first === undefined || next === undefined) return []
      if (first.setting === 0 || first.setting === 1 || isSameValue(first.value, next.value)) return []
      const trend = rankCorrelation(
        pairs.map(({ setting }) => setting),
        pairs.map(({ value }) => sign * value),
      )
      if (trend === null || trend.chance >= CHANCE || trend.rho > 0 !== top > 0) return []
      const division = levels.map(([, members]) => members.map(({ one }) => one.address).join(' ')).join('|')
      if (told.has(division) || first.one === undefined || next.one === undefined) return []
      told.add(division)
      const setting = (one: EvidenceRun): string => `[[${one.address}.param[${JSON.stringify(param)}]]]`
      const finding: NewFinding = {
        kind: 'untried',
        scope,
        sentence: `The best ${metric} lies at the ${top === 0 ? 'smallest' : 'largest'} ${param} tried, ${setting(first.one)} ([[${metricSlot(first.one, metric)}]] in [[${first.one.address}]]), and gets better towards it (rank correlation [[this.trend]] over [[this.runs]] runs): ${top === 0 ? 'smaller' : 'larger'} values were not tried.`,
        rests: [first.one.address, next.one.address],
        values: {
          trend: { value: sign * trend.rho, unit: null, metric: null, how: "Spearman's rank correlation" },
          runs: counted(pairs.length, 'finished runs that log the parameter and the metric'),
        },
      }
      return [{ finding, strength: Math.abs(trend.rho) }]
    })
    .sort((a, b) => b.strength - a.strength)
    .map(({ finding }) => finding)
}

/** Whether others lie on either side of the first run that tells the setting, or none tells it. */
function isInside(ranked: readonly EvidenceRun[], settingIn: (one: EvidenceRun) => number | null): boolean {
  let edge: number | null = null
  let [hasSmaller, hasLarger] = [false, false]
  for (const one of ranked) {
    const setting = settingIn(one)
    if (setting === null) continue
    edge ??= setting
    if (setting < edge) hasSmaller = true
    if (setting > edge) hasLarger = true
    if (hasSmaller && hasLarger) return true
  }
  return edge === null
}

/** A parameter of a grid: its few levels, each with a run that shows how it was written. */
interface Side {
  readonly param: string
  readonly levels: readonly string[]
  readonly of: ReadonlyMap<EvidenceRun, string>
}

/**
 * Cells of a grid that were not run: two parameters of two to six values, crossed but for one to three cells, and as evenly as a
 * plan does it. Chance leaves cells empty too: where the other cells hold unequal numbers of runs, or a parameter
 * takes a new value in most runs, it was a random search and nothing is said.
 */
function corner({ runs, scope }: Present): readonly NewFinding[] {
  const sides = sidesOf(runs)
  for (const [index, a] of sides.entries())
    for (const b of sides.slice(index + 1)) {
      const missing = missingCells(a, b)
      if (missing === null) continue
      const shown = (side: Side, level: string): string => {
        const run = [...side.of].find(([, text]) => text === level)?.[0]
        return `${side.param}=[[${run?.address}.param[${JSON.stringify(side.param)}]]]`
      }
      const cells = missing.map(([left, right]) => `${shown(a, left)} with ${shown(b, right)}`)
      return [
        {
          kind: 'untried',
          scope,
          sentence: `Never run in the grid of ${a.param} and ${b.param}: ${joined(cells)}; the other [[this.cells]] cells were.`,
          rests: [...a.of.keys()]
            .filter((run) => b.of.has(run))
            .slice(0, 300)
            .map(({ address }) => address),
          values: {
            cells: counted(a.levels.length * b.levels.length - missing.length, 'cells of the grid with runs'),
          },
        },
      ]
    }
  return []
}

function sidesOf(runs: readonly EvidenceRun[]): readonly Side[] {
  const names = [...new Set(runs.flatMap(({ run }) => [...run.params.keys()]))].filter(
    (name) => !isSeed(name) && !isAside(name, '') && !asksForMeasurement(name),
  )
  const sides: Side[] = []
  const told = new Set<string>()
  for (const param of names) {
    // Values that mean the same are one level, in the text of the first run.
    const firsts = new Map<string, string>()
    const of = new Map(
      runs.flatMap((one) => {
        const text = one.run.params.get(param)
        if (text === undefined) return []
        const { key } = settingValue(param, text)
        const first = firsts.get(key) ?? text
        firsts.set(key, first)
        return [[one, first] as const]
      }),
    )
    const levels = [...new Set(of.values())]
    const isNumeric = levels.every((text) => parseNumber(text) !== null)
    if (isNumeric && levels.length > Math.max(LEVELS_OF_A_GRID, of.size / 2)) return []
    if (levels.length < 2 || levels.length > LEVELS_OF_A_GRID) continue
    // Parameters that change together are one side.
    const division = runs.map((one) => levels.indexOf(of.get(one) ?? '')).join(' ')
    if (told.has(division)) continue
    told.add(division)
    sides.push({ param, levels, of })
  }
  return sides
    .sort(
      (a, b) =>
        Number(isTelling(b.param)) - Number(isTelling(a.param)) ||
        b.of.size - a.of.size ||
        (a.param < b.param ? -1 : 1),
    )
    .slice(0, MOST_FACTORS)
}

function missingCells(a: Side, b: Side): readonly (readonly [string, string])[] | null {
  const counts = new Map<string, number>()
  for (const [run, left] of a.of) {
    const right = b.of.get(run)
    if (right === undefined) continue
    const cell = JSON.stringify([left, right])
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  const cells = a.levels.length * b.levels.length
  const missing = a.levels.flatMap((left) =>
    b.levels.flatMap((right) => (counts.has(JSON.stringify([left, right])) ? [] : [[left, right] as const])),
  )
  const isNearlyWhole =
    missing.length > 0 && missing.length <= MOST_CELLS_MISSING && missing.length * 4 <= cells
  if (!isNearlyWhole || counts.size < 5) return null
  const filledOf = (side: 0 | 1, level: string, across: number): number =>
    across - missing.filter((cell) => cell[side] === level).length
  const isCrossed =
    a.levels.every((level) => filledOf(0, level, b.levels.length) >= 2) &&
    b.levels.every((level) => filledOf(1, level, a.levels.length) >= 2)
  const numbers = [...counts.values()]
  const average = numbers.reduce((sum, count) => sum + count, 0) / numbers.length
  const variance = numbers.reduce((sum, count) => sum + (count - average) ** 2, 0) / (numbers.length - 1)
  return isCrossed && variance < EVENNESS * average ? missing : null
}

/** Chance spreads runs over cells with a variance about as large as the mean (Poisson); a plan does it more evenly. */
const EVENNESS = 0.25
