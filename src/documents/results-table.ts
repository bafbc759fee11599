import { comparableFor } from '../evidence/comparable-as.ts'
import type { Address, Evidence, EvidenceRun, Factor, Group } from '../evidence/evidence.ts'
import { findRepeats } from '../evidence/find-repeats.ts'
import { withoutFolds } from '../evidence/folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../evidence/headline.ts'
import { mentionsOf } from '../evidence/mentions-of.ts'
import { remember } from '../evidence/remember.ts'
import { isBookkeeping, isSeed, isTelling } from '../evidence/what-varied.ts'
import { isDone, isNamedByItsId } from '../runs/run.ts'

/** One cell: words of ours around expressions. A number column shares one precision. */
export interface Cell {
  readonly runs: readonly Address[]
  readonly expressions: readonly string[]
  /** What stands between the values: a comma, or ± between a mean and a standard deviation. */
  readonly between: ', ' | ' ± '
  /** Runs that a value beside it was computed over, printed before the text. */
  readonly over: readonly Address[]
  readonly text: string | null
  /** The metric and value it shows, where it may take part in being the best of its column. */
  readonly value: { readonly metric: string; readonly number: number } | null
  readonly best: boolean
}

/** A results table before it is printed. `hidden` rows are folded; runs that cannot be ranked here are counted. */
export interface ResultsTable {
  readonly axis: string | null
  readonly metrics: readonly string[]
  readonly header: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** The rows, by their place, that stand in the visible part however little room there is: those of runs the title names. */
  readonly kept: readonly number[]
  readonly notRanked: readonly { readonly label: string; readonly runs: readonly Address[] }[]
  /** Folds of cross-validations, which stand for a part of the data each and are in no row of their own. */
  readonly folds: readonly Address[]
}

const MOST_METRICS = 2
const MOST_OTHERS = 3
/**
 * The table of results: a row per level of the axis with its best run first, or a row per run where no axis gathers
 * runs. Only runs that may be ranked against each other stand in it; the rest are named as not ranked. The runs that the
 * title names stand in it in any case, in rows of their own where they are not the best of a level.
 */
export function resultsTable(
  evidence: Evidence,
  choice: {
    readonly axis: string | null
    readonly metrics: readonly string[]
    readonly titled?: readonly Address[]
  },
): ResultsTable | null {
  const lead = evidence.lead?.metric
  if (lead === undefined) return null
  const raced = withoutFolds(evidence.runs)
  const [main, ...otherSets] = comparableSets(evidence, raced, lead)
  if (main === undefined) return null
  const metrics = tableMetrics(evidence, lead, choice.metrics)
  const axis = usableAxis(evidence, main.runs, choice.axis)
  const rows =
    axis === null ? rowsByRun(evidence, main.runs, metrics) : rowsByLevel(evidence, main.runs, axis, metrics)
  const hasOthers = axis !== null && rows.some((row) => row[2] !== undefined && !isEmpty(row[2]))
  const shown = axis === null || hasOthers ? rows : rows.map((row) => row.filter((_, column) => column !== 2))
  const columns = axis === null ? ['run', ...varyingColumns(evidence, main.runs)] : [axis.param]
  const titled = new Set(choice.titled ?? [])
  const all = withTitled(markBest(shown, evidence, main.runs), [...titled], {
    evidence,
    among: main.runs,
    axis,
    metrics,
    hasOthers,
  })
  return {
    axis: axis?.param ?? null,
    metrics,
    header: [
      ...columns,
      ...metrics.flatMap((metric, index) => [
        columnName(evidence, metric),
        ...(hasOthers && index === 0 ? ['other runs'] : []),
      ]),
    ],
    rows: all,
    kept: all.flatMap((row, index) => (row.some((cell) => showsAny(cell, titled)) ? [index] : [])),
    notRanked: otherSets.map(({ label, runs }) => ({ label, runs: runs.map((one) => one.address) })),
    folds: evidence.runs.filter((one) => !raced.includes(one)).map(({ address }) => address),
  }
}

/** Sets of runs that may be ranked, the one with most finished runs that carry the metric first. */
function comparableSets(
  evidence: Evidence,
  among: readonly EvidenceRun[],
  metric: string,
): readonly { readonly label: string; readonly runs: readonly EvidenceRun[] }[] {
  // An empty parent of nested runs has nothing to be ranked by.
  const measured = among.filter(({ run }) => run.params.size > 0 || run.metrics.size > 0)
  return [...Map.groupBy(measured, (one) => comparableFor(one, metric))]
    .map(([label, runs]) => ({ label, runs, weight: rankedBy(metric, runs, evidence.metrics).length }))
    .sort((a, b) => b.weight - a.weight)
}

/** The metrics shown: the lead one, then those the model chose, else validation ones; only logged ones. */
function tableMetrics(evidence: Evidence, lead: string, chosen: readonly string[]): readonly string[] {
  const logged = new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  const mentioned = mentionedIn(evidence)
  const wanted = chosen.filter((metric) => logged.has(metric) && metric !== lead)
  const fallback = [...logged]
    .filter((metric) => metric !== lead && evidence.metrics.direction(metric) !== null)
    .map((metric) => ({
      metric,
      weight: mentioned(metric) * 2 + (/val|test|eval/i.test(metric) ? 1 : 0),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.metric < b.metric ? -1 : 1))
    .map(({ metric }) => metric)
    .slice(0, 1)
  const spoken = spokenBeside(evidence)
  const { primaryNow } = evidence.metrics
  const later = primaryNow !== null && logged.has(primaryNow) ? [primaryNow] : []
  const others = wanted.length > 0 ? wanted : [...later, ...fallback]
  return [...new Set([lead, ...(spoken === null ? [] : [spoken]), ...others])].slice(0, MOST_METRICS)
}

/** Counts the notes that name a metric. */
function mentionedIn({ quotes }: Evidence): (metric: string) => number {
  const notes = quotes.filter(({ kind }) => kind !== 'experiment')
  return (metric) => mentionsOf(metric, notes)
}

/**
 * The logged metric that the notes name at least as often as the primary one of narrate.yaml, which holds for the project as it is now:
 * on an earlier day another may have decided. Null where there is none.
 */
export function spokenBeside(evidence: Evidence): string | null {
  const { lead, metrics, runs } = evidence
  if (lead === null || lead.assumed || metrics.primaryFrom !== 'narrate.yaml') return null
  const logged = new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))
  const mentioned = mentionedIn(evidence)
  const [most] = [...logged]
    .filter(
      (metric) => metric !== lead.metric && metrics.direction(metric) !== null && !/train/i.test(metric),
    )
    .map((metric) => ({ metric, count: mentioned(metric) }))
    .sort((a, b) => b.count - a.count || Number(/val/i.test(b.metric)) - Number(/val/i.test(a.metric)))
  return most !== undefined && most.count > 0 && most.count >= mentioned(lead.metric) ? most.metric : null
}

/** The factor to group by: the model's choice where it gathers runs, else the most telling one that does. */
function usableAxis(evidence: Evidence, runs: readonly EvidenceRun[], wanted: string | null): Factor | null {
  const among = new Set(runs.map((one) => one.address))
  const lead = evidence.lead?.metric ?? ''
  const ranked = new Set(rankedBy(lead, runs, evidence.metrics).map(({ address }) => address))
  const gathers = (factor: Factor): boolean => {
    const levels = factor.levels
      .map((level) => level.runs.filter((address) => among.has(address)))
      .filter((level) => level.length > 0)
    // Where one level alone has a result nothing is compared along it.
    const results = levels.filter((level) => level.some((address) => ranked.has(address))).length
    return levels.length > 1 && levels.some((level) => level.length > 1) && (results > 1 || ranked.size < 2)
  }
  const usable = evidence.factors.filter(
    (factor) => !isSeed(factor.param) && !isBookkeeping(factor.param) && gathers(factor),
  )
  const name =
    wanted === null ? null : (/^param\["(.*)"\]$/.exec(wanted)?.[1] ?? wanted.replace(/^param\./, ''))
  const hasResult = (level: Factor['levels'][number]): boolean =>
    level.value !== null && level.runs.some((address) => ranked.has(address))
  const telling = usable
    .filter((factor) => isTelling(factor.param))
    .filter((factor) => ranked.size < 2 || factor.levels.filter(hasResult).length > 1)
    .sort((a, b) => b.levels.length - a.levels.length || a.param.length - b.param.length)
  return usable.find((factor) => factor.param === name) ?? telling[0] ?? null
}

function rowsByLevel(
  evidence: Evidence,
  runs: readonly EvidenceRun[],
  axis: Factor,
  metrics: readonly string[],
): readonly (readonly Cell[])[] {
  const [lead = '', ...rest] = metrics
  const originals = originalsOf(evidence)
  const rows = [...Map.groupBy(runs, ({ run }) => run.params.get(axis.param) ?? null)].map(
    ([value, members]) => {
      const all = mostToldFirst(rankedBy(lead, members, evidence.metrics), lead, rest, evidence)
      const ranked = replicatesOf(evidence, all) === null ? onePerOriginal(all, originals) : all
      const [first, ...others] = ranked
      const unranked = members.filter((one) => !all.includes(one))
      const label: Cell =
        value === null
          ? words('not logged')
          : { ...words(null), expressions: [`${members[0]?.address}.param[${JSON.stringify(axis.param)}]`] }
      const replicates = replicatesOf(evidence, ranked)
      const broken = words(
        unranked.length === 0 ? null : [...new Set(unranked.map(({ run }) => run.status))].join(', '),
      )
      const more = others.length > MOST_OTHERS ? '…' : null
      const cells: readonly Cell[] =
        replicates === null
          ? [
              label,
              first === undefined
                ? words('no result')
                : { ...metricCell(evidence, first, lead), runs: [first.address] },
              {
                ...words([more, broken.text].filter((text) => text !== null).join(' ') || null),
                expressions: others.slice(0, MOST_OTHERS).map((one) => metricSlot(one, lead)),
                runs: unranked.map((one) => one.address),
              },
              ...rest.map((metric) =>
                first === undefined ? words('') : metricCell(evidence, first, metric),
              ),
            ]
          : [
              label,
              spreadCell(replicates, lead),
              {
                ...broken,
                over: ranked.map((one) => one.address),
                runs: unranked.map((one) => one.address),
              },
              ...rest.map((metric) => replicateCell(evidence, replicates, ranked, metric)),
            ]
      return { cells, first }
    },
  )
  const order = rankedBy(lead, runs, evidence.metrics)
  const place = (one: EvidenceRun | undefined): number =>
    one === undefined ? Number.POSITIVE_INFINITY : order.indexOf(one)
  return rows.sort((a, b) => place(a.first) - place(b.first)).map(({ cells }) => cells)
}

/** Whether a cell names one of these runs, by itself or beside a value of several. */
function showsAny({ expressions, runs, over }: Cell, wanted: ReadonlySet<Address>): boolean {
  return [...runs, ...over, ...expressions].some((address) => wanted.has(address))
}

/** A run in a row of its own: by its name, where that is short, and by its id. */
function runCell(one: EvidenceRun, text: string | null): Cell {
  const isNamed = one.run.name.length <= LONGEST_NAME && !isNamedByItsId(one.run)
  return isNamed ? { ...words(text), expressions: [one.address] } : { ...words(text), runs: [one.address] }
}

const LONGEST_NAME = 24

/**
 * The rows with those of the title's runs that no cell names: behind the row of the same level, or at the end for one
 * that may not be ranked here, which is said.
 */
function withTitled(
  rows: readonly (readonly Cell[])[],
  titled: readonly Address[],
  table: {
    readonly evidence: Evidence
    readonly among: readonly EvidenceRun[]
    readonly axis: Factor | null
    readonly metrics: readonly string[]
    readonly hasOthers: boolean
  },
): readonly (readonly Cell[])[] {
  const { evidence, among, axis, metrics, hasOthers } = table
  const missing = titled.flatMap((address) => {
    const one = [...evidence.runs, ...evidence.earlier].find((known) => known.address === address)
    return one === undefined || rows.some((row) => row.some((cell) => showsAny(cell, new Set([address]))))
      ? []
      : [one]
  })
  const all = [...rows]
  for (const one of missing) {
    const isRanked = among.includes(one)
    const why = isRanked ? unfinished(one, evidence) : evidence.runs.includes(one) ? 'not ranked' : 'earlier'
    const [value = words('–'), ...others] = metrics.map((metric) => ({
      ...metricCell(evidence, one, metric),
      value: null,
    }))
    const cells =
      axis === null
        ? [
            runCell(one, why),
            ...varyingColumns(evidence, among).map((param) => paramCell(one, param)),
            value,
            ...others,
          ]
        : [
            paramCell(one, axis.param),
            {
              ...value,
              text: [value.text, why].filter((text) => text !== null).join(' ') || null,
              runs: [one.address],
            },
            ...(hasOthers ? [words(null)] : []),
            ...others,
          ]
    const level = axis === null || !isRanked ? -1 : rowOfLevel(all, one, axis, evidence)
    all.splice(level < 0 ? all.length : level + 1, 0, cells)
  }
  return all
}

/** What is said of a run that did not finish. Where the log tells of none how it ended, no row says so. */
function unfinished({ run }: EvidenceRun, { runs }: Evidence): string | null {
  if (run.status === 'unknown' && runs.every((other) => other.run.status === 'unknown')) return null
  return run.status === 'finished' ? null : run.status
}

/** The place of the row that tells the level of a run; -1 where there is none. */
function rowOfLevel(
  rows: readonly (readonly Cell[])[],
  one: EvidenceRun,
  axis: Factor,
  evidence: Evidence,
): number {
  const own = one.run.params.get(axis.param)
  return rows.findLastIndex(([label]) => {
    const address = label?.expressions[0]?.split('.')[0]
    const of = evidence.runs.find((known) => known.address === address)
    return (of?.run.params.get(axis.param) ?? undefined) === own && (of !== undefined || own === undefined)
  })
}

/** A parameter of a run as it was logged. */
function paramCell(one: EvidenceRun, param: string): Cell {
  return one.run.params.has(param)
    ? { ...words(null), expressions: [`${one.address}.param[${JSON.stringify(param)}]`] }
    : words('–')
}

/** The run that each exact repeat goes back to, where all values that both logged are the same. */
const originalsOf = remember((evidence: Evidence): ReadonlyMap<Address, Address> => {
  const of = new Map<Address, Address>()
  for (const { run, original, differing } of findRepeats(evidence).exact)
    if (differing.length === 0) of.set(run.one.address, of.get(original.one.address) ?? original.one.address)
  return of
})

/** Runs without those that repeat another of them: a value that came out again is no second one beside it. */
function onePerOriginal(
  runs: readonly EvidenceRun[],
  originals: ReadonlyMap<Address, Address>,
): readonly EvidenceRun[] {
  const seen = new Set<Address>()
  return runs.filter(({ address }) => {
    const original = originals.get(address) ?? address
    if (seen.has(original)) return false
    seen.add(original)
    return true
  })
}

/** Of runs that share the same value the ones that logged more of the other metrics come first. */
function mostToldFirst(
  ranked: readonly EvidenceRun[],
  lead: string,
  rest: readonly string[],
  evidence: Evidence,
): readonly EvidenceRun[] {
  const told = (one: EvidenceRun): number => rest.filter((metric) => one.run.metrics.has(metric)).length
  const byValue = Map.groupBy(ranked, (one) => headlineValue(one, lead, evidence.metrics))
  return [...byValue.values()].flatMap((equals) => [...equals].sort((a, b) => told(b) - told(a)))
}

/** The group that says that these runs, and no others of the finished ones, repeat one setting. */
function replicatesOf(evidence: Evidence, ranked: readonly EvidenceRun[]): Group | null {
  if (ranked.length < 2) return null
  const addresses = new Set(ranked.map((one) => one.address))
  return (
    evidence.groups.find(
      ({ kind, runs }) =>
        kind === 'replicates' &&
        runs.length === addresses.size &&
        runs.every((address) => addresses.has(address)),
    ) ?? null
  )
}

/** Mean and standard deviation of a metric over replicates. */
function spreadCell(group: Group, metric: string): Cell {
  const field = `${group.address}.metric[${JSON.stringify(metric)}]`
  return { ...words(null), expressions: [`${field}.mean`, `${field}.sd`], between: ' ± ' }
}

/** A further metric of replicates: mean and standard deviation of headline values; a dash where not all of them have it. */
function replicateCell(evidence: Evidence, group: Group, runs: readonly EvidenceRun[], metric: string): Cell {
  const all = runs.every((one) => headlineValue(one, metric, evidence.metrics) !== null)
  return all ? spreadCell(group, metric) : words('–')
}

function rowsByRun(
  evidence: Evidence,
  runs: readonly EvidenceRun[],
  metrics: readonly string[],
): readonly (readonly Cell[])[] {
  const ranked = rankedBy(metrics[0] ?? '', runs, evidence.metrics)
  const rest = runs.filter((one) => !ranked.includes(one))
  const params = varyingColumns(evidence, runs)
  return [...ranked, ...rest].map((one) => [
    runCell(one, unfinished(one, evidence)),
    ...params.map((param) => paramCell(one, param)),
    ...metrics.map((metric) => metricCell(evidence, one, metric)),
  ])
}

/** Up to two parameters that tell the runs apart, telling names first. */
function varyingColumns(evidence: Evidence, runs: readonly EvidenceRun[]): readonly string[] {
  const varying = evidence.factors.filter(
    ({ param }) =>
      !isBookkeeping(param) &&
      new Set(runs.map(({ run }) => run.params.get(param))).size > 1 &&
      // A column of dashes tells nothing apart.
      runs.filter(({ run }) => run.params.has(param)).length * 4 >= runs.length,
  )
  const telling = (param: string): number => (isTelling(param) ? 0 : 1)
  return varying
    .map(({ param }) => param)
    .sort((a, b) => telling(a) - telling(b))
    .slice(0, 2)
}

/** The headline value: the same one that statements and the list of runs give. */
function metricCell(evidence: Evidence, one: EvidenceRun, metric: string): Cell {
  if (!one.run.metrics.has(metric)) return words('–')
  return {
    ...words(null),
    expressions: [metricSlot(one, metric)],
    value: rivalValue(evidence, one, metric),
  }
}

/** The value with which a finished run may be the best of a column; null where it has none that is finite. */
function rivalValue(evidence: Evidence, one: EvidenceRun, metric: string): Cell['value'] {
  const number = headlineValue(one, metric, evidence.metrics)
  return number === null || !isDone(one.run) ? null : { metric, number }
}

function columnName(evidence: Evidence, metric: string): string {
  const unit = evidence.metrics.unit(metric)
  // Seconds are printed with their unit.
  return `${metricHeading(evidence, metric)}${unit === null || unit === 's' ? '' : ` (${unit})`}`
}

/** A metric's name over a column of its headline values, which says which they are where runs logged more than one. */
export function metricHeading({ runs, metrics }: Evidence, metric: string): string {
  const isCurve = runs.some(({ run }) => (run.metrics.get(metric)?.count ?? 0) > 1)
  return isCurve ? `${metric} (${metrics.headline(metric)})` : metric
}

function words(text: string | null): Cell {
  return { runs: [], expressions: [], between: ', ', over: [], text, value: null, best: false }
}

function isEmpty(cell: Cell): boolean {
  return cell.expressions.length + cell.over.length + cell.runs.length === 0 && cell.text === null
}

/** The best value of a metric's column is marked where its direction is known, no run beats it and no other row has it. */
function markBest(
  rows: readonly (readonly Cell[])[],
  evidence: Evidence,
  comparable: readonly EvidenceRun[],
): readonly (readonly Cell[])[] {
  const values = rows.flat().flatMap((cell) => cell.value ?? [])
  const best = new Map(
    [...Map.groupBy(values, ({ metric }) => metric)].flatMap(([metric, members]) => {
      const direction = evidence.metrics.direction(metric)
      const numbers = members.map(({ number }) => number)
      const sides = comparable.filter(({ run }) => run.metrics.has(metric))
      const isOneSide = new Set(sides.map((one) => comparableFor(one, metric))).size <= 1
      if (direction === null || numbers.length < 2 || !isOneSide) return []
      const top = direction === 'lower' ? Math.min(...numbers) : Math.max(...numbers)
      const beaten = comparable.some((one) => {
        const rival = rivalValue(evidence, one, metric)
        return rival !== null && (direction === 'lower' ? rival.number < top : rival.number > top)
      })
      const isShared = numbers.filter((number) => number === top).length > 1
      return beaten || isShared ? [] : [[metric, top] as const]
    }),
  )
  return rows.map((cells) =>
    cells.map((cell) => ({
      ...cell,
      best: cell.value !== null && best.get(cell.value.metric) === cell.value.number,
    })),
  )
}
