import { type Gap, gap, isGap } from '../../gap.ts'
import {
  isLooseList,
  isLooseNumber,
  type LooseJson,
  numberOfLoose,
  parseLooseJson,
} from '../files/loose-json.ts'
import { quoted } from '../quoted.ts'
import type { Artifact, Origin, Point, Run, RunSummary } from '../run.ts'
import type { RunSource } from '../run-source.ts'
import { type Program, programId, programName, programTags, SCORE, type Told } from './program.ts'
import { type GepaLog, readGepaLog, splitGepaLog } from './read-gepa-log.ts'
import { parseTable, readWholeArtifact, type TableRow } from './read-table.ts'

const TABLES = ['candidates', 'proposals', 'valset_scores', 'objective_scores'] as const
type TableName = (typeof TABLES)[number]

/** MLflow cuts a parameter's value after so many characters. */
export const LONGEST_PARAM = 6000
const MOST_PROGRAMS = 10_000
/** What W&B calls what a program printed. */
const PRINTED = 'output.log'
/** MLflow rounds a table's numbers to ten decimals, and a metric's not. */
const ROUNDING = 1e-9

/** The programs of one run, and what of its tables cannot be read. */
export interface ReadPrograms {
  readonly programs: readonly Program[]
  readonly gaps: readonly Gap[]
}

/**
 * The prefixes that GEPA's names carry in a run of a tracker, one for each optimisation that it tells (mostly one, the empty text); none where
 * it tells of none. Nothing in a tracker says "GEPA": two of its parameters together do, or two of its metrics.
 */
export function prefixesIn({ params, metrics }: Pick<RunSummary, 'params' | 'metrics'>): readonly string[] {
  const found = new Set<string>()
  for (const name of params.keys()) add(name, 'seed_candidate_components', 'frontier_type', params)
  for (const name of metrics.keys()) add(name, 'selected_program_candidate', 'total_metric_calls', metrics)
  return [...found].sort()

  function add(name: string, end: string, other: string, names: ReadonlyMap<string, unknown>): void {
    if (!name.endsWith(end)) return
    const prefix = name.slice(0, -end.length)
    if ((prefix === '' || /\W$/.test(prefix)) && names.has(prefix + other)) found.add(prefix)
  }
}

/**
 * What GEPA tried, as the tables and metrics of a tracker's run tell it (GEPA 0.0.20 to 0.1.4, in MLflow and in W&B). The seed stands in no
 * table: its texts come from the summary, its score from the metrics. Scores of a minibatch are sums, and are called so.
 */
export async function readPrograms(
  source: Pick<RunSource, 'readArtifact' | 'history'>,
  run: Run,
  artifacts: readonly Artifact[],
): Promise<ReadPrograms> {
  const programs: Program[] = []
  const gaps: Gap[] = []
  const prefixes = prefixesIn(run)
  for (const prefix of prefixes) {
    const read = await readOptimisation(source, run, artifacts, prefix)
    const folder = prefixes.length === 1 ? '' : `${prefix.replace(/\W+$/, '') || 'optimisation'}/`
    programs.push(
      ...read.programs.map((program) => ({
        ...program,
        id: folder + program.id,
        parent: program.parent === null ? null : folder + program.parent,
        name: folder === '' ? program.name : `${program.name}, ${folder.slice(0, -1)}`,
      })),
    )
    gaps.push(...read.gaps)
  }
  return { programs, gaps }
}

/** A candidate, or what was proposed and rejected, while it is put together. */
interface Tried {
  readonly index: number | null
  /** Whether its texts are all it consists of. */
  readonly isWhole: boolean
  iteration: number | null
  parents: readonly number[]
  isAccepted: boolean | null
  readonly texts: Map<string, Told<string>>
  readonly metrics: Map<string, Told<number>>
  readonly origin: Origin
}

async function readOptimisation(
  source: Pick<RunSource, 'readArtifact' | 'history'>,
  run: Run,
  artifacts: readonly Artifact[],
  prefix: string,
): Promise<ReadPrograms> {
  const gaps: Gap[] = []
  const candidates = new Map<number, Tried>()
  const rejected: Tried[] = []
  const tables = await readTables()
  const points = await readPoints()

  takeCandidates()
  takeScores('valset_scores', 'valset/')
  takeScores('objective_scores', 'objective/')
  takeProposals()
  await takePrinted(takeMetrics())
  takeSeedTexts()
  return { programs: programs(), gaps }

  async function readTables(): Promise<ReadonlyMap<TableName, readonly TableRow[]>> {
    const read = new Map<TableName, readonly TableRow[]>()
    for (const name of TABLES) {
      const rows: TableRow[] = []
      const known = new Set<string>()
      for (const versions of tablesNamed(artifacts, `${prefix}${name}`)) {
        const last = await readRows(versions.at(-1))
        // Every version adds a row: one with fewer rows than there are versions holds the newest alone (GEPA before 0.1.1).
        const earlier = last.length < versions.length ? versions.slice(0, -1) : []
        const added: TableRow[] = []
        for (const version of earlier) added.push(...(await readRows(version)))
        // A run that was resumed may tell a row again.
        for (const row of [...added, ...last]) {
          const text = JSON.stringify([...row.values])
          if (!known.has(text)) rows.push(row)
          known.add(text)
        }
      }
      read.set(name, rows)
    }
    return read
  }

  async function readRows(artifact: Artifact | undefined): Promise<readonly TableRow[]> {
    if (artifact === undefined) return []
    const text = await readWholeArtifact(source, run.key, artifact)
    if (typeof text !== 'string') {
      gaps.push(text)
      return []
    }
    const table = parseTable(text, artifact.path, artifact.origin)
    gaps.push(...table.gaps)
    return table.rows
  }

  async function readPoints(): Promise<Points> {
    const series = async (...names: readonly string[]): Promise<readonly Point[]> => {
      const name = names.map((each) => prefix + each).find((each) => run.metrics.has(each))
      if (name === undefined) return []
      const read: Point[] = []
      // What of it cannot be read is told with the run.
      for await (const point of source.history(run.key, name)) if (!isGap(point)) read.push(point)
      return read
    }
    const counted = await series('iteration')
    return {
      counted,
      added: await series('new_program_idx'),
      scores: await series('val_program_average'),
      selected: byIteration(await series('selected_program_candidate'), counted),
      // Before 0.1 the seed's stood apart.
      base: await series('base_program_full_valset_score'),
      before: byIteration(await series('subsample/before', 'subsample_score'), counted),
      after: byIteration(await series('subsample/after', 'new_subsample_score'), counted),
    }
  }

  function takeCandidates(): void {
    const lost: string[] = []
    for (const { values, origin } of tables.get('candidates') ?? []) {
      const index = wholeOf(values.get('candidate_idx'))
      if (index === null) {
        lost.push(origin.row ?? '')
        continue
      }
      const known = candidates.get(index)
      const texts = textsIn(values, origin)
      if (known !== undefined) {
        if ([...texts].some(([component, { value }]) => known.texts.get(component)?.value !== value))
          gaps.push(
            gap(`candidate ${index}`, origin.file, 'it is told twice, with other texts: the first are kept'),
          )
        continue
      }
      const one: Tried = {
        index,
        isWhole: true,
        iteration: wholeOf(values.get('iteration')),
        parents: parentsOf(values.get('parent_ids'), `candidate ${index}`, origin),
        isAccepted: true,
        texts,
        metrics: new Map(),
        origin,
      }
      put(one, SCORE, values.get('valset_score'), origin)
      candidates.set(index, one)
    }
    if (lost.length > 0)
      gaps.push(
        gap(
          `${lost.length} of the candidates`,
          placeOf('candidates'),
          'nothing tells which candidate the row is',
        ),
      )
  }

  function takeScores(name: TableName, kind: string): void {
    for (const { values, origin } of tables.get(name) ?? []) {
      const index = wholeOf(values.get('candidate_idx'))
      const one = index === null ? undefined : (candidates.get(index) ?? added(index, null, origin))
      if (one === undefined) continue
      for (const [column, value] of values)
        if (column !== 'candidate_idx' && column !== 'parent_ids') put(one, kind + column, value, origin)
      if (one.parents.length === 0)
        one.parents = parentsOf(values.get('parent_ids'), `candidate ${index}`, origin)
    }
  }

  function takeProposals(): void {
    let lost = 0
    for (const { values, origin } of tables.get('proposals') ?? []) {
      const iteration = wholeOf(values.get('iteration'))
      const component = values.get('component')
      const text = values.get('proposed_text')
      const status = values.get('status')
      if (iteration === null || typeof component !== 'string') {
        lost += 1
        continue
      }
      const index = wholeOf(values.get('candidate_idx'))
      const isAccepted = status === 'accepted' ? true : status === 'rejected' ? false : null
      const one =
        index !== null ? (candidates.get(index) ?? added(index, iteration, origin)) : rejectedOf(iteration)
      one.iteration ??= iteration
      if (one.parents.length === 0)
        one.parents = parentsOf(values.get('parent_ids'), `what iteration ${iteration} proposed`, origin)
      put(one, BEFORE, values.get('subsample_score_before'), origin)
      put(one, AFTER, values.get('subsample_score_after'), origin)
      if (typeof text === 'string' && !one.texts.has(component))
        one.texts.set(component, { value: text, origin })

      function rejectedOf(of: number): Tried {
        const parents = textOf(values.get('parent_ids'))
        const known = rejected.find(
          (each) =>
            each.iteration === of &&
            textOf(parentsText.get(each)) === parents &&
            !each.texts.has(typeof component === 'string' ? component : '') &&
            each.metrics.get(AFTER)?.value === numberOf(values.get('subsample_score_after')),
        )
        if (known !== undefined) return known
        const made: Tried = {
          index: null,
          isWhole: false,
          iteration: of,
          parents: [],
          isAccepted,
          texts: new Map(),
          metrics: new Map(),
          origin,
        }
        parentsText.set(made, values.get('parent_ids') ?? null)
        rejected.push(made)
        return made
      }
    }
    if (lost > 0)
      gaps.push(
        gap(
          `${lost} of the proposals`,
          placeOf('proposals'),
          'nothing tells which component or iteration the row is of',
        ),
      )
  }

  /** What the tables have rounded, or not at all: all of it where there are none. Gives what was proposed of which only metrics tell. */
  function takeMetrics(): readonly Tried[] {
    const scores = Map.groupBy(points.scores, ({ step }) => step)
    for (const [step, own] of Map.groupBy(points.added, (point) => point.step)) {
      const scored = scores.get(step) ?? []
      for (const [nth, point] of own.entries()) {
        const index = wholeNumber(point.value)
        if (index === null) continue
        const iteration = iterationAt(point, points.counted)
        const one = candidates.get(index) ?? added(index, iteration, point.origin)
        one.iteration ??= iteration
        const score = scored.length === own.length ? scored[nth] : undefined
        const table = one.metrics.get(SCORE)?.value
        if (score !== undefined && (table === undefined ? own.length === 1 : isClose(table, score.value)))
          one.metrics.set(SCORE, { value: score.value, origin: score.origin })
      }
    }
    const all = [...candidates.values(), ...rejected]
    const untold: Tried[] = []
    for (const iteration of new Set([...points.before.keys(), ...points.after.keys()])) {
      const own = all.filter((one) => one.iteration === iteration)
      const [before, after] = [points.before.get(iteration), points.after.get(iteration)]
      if (own.length === 0 && after !== undefined) {
        const made: Tried = {
          index: null,
          isWhole: false,
          iteration,
          parents: [],
          // Whether one that was better was taken is told by a candidate, or not yet.
          isAccepted: before !== undefined && after.value <= before.value ? false : null,
          texts: new Map(),
          metrics: new Map([...(before === undefined ? [] : [[BEFORE, before] as const]), [AFTER, after]]),
          origin: after.origin,
        }
        untold.push(made)
        rejected.push(made)
      }
      const [only] = own
      if (own.length !== 1 || only === undefined) continue
      for (const [name, told] of [
        [BEFORE, before],
        [AFTER, after],
      ] as const) {
        const table = only.metrics.get(name)?.value
        if (told !== undefined && (table === undefined || isClose(table, told.value)))
          only.metrics.set(name, told)
      }
    }
    for (const one of [...candidates.values(), ...rejected]) {
      const from = one.iteration === null ? undefined : points.selected.get(one.iteration)
      const parent = from === undefined ? null : wholeNumber(from.value)
      if (one.parents.length === 0 && one.index !== 0 && parent !== null) one.parents = [parent]
    }
    return untold
  }

  /**
   * Texts that no table holds, from what the program printed: GEPA prints its log, too. Which lines of it are of this optimisation is told by the texts
   * of its candidates, which stand in tables; where a text ends is told by GEPA's next line, and what the program itself printed in between is not told apart.
   */
  async function takePrinted(untold: readonly Tried[]): Promise<void> {
    const printed = untold.length === 0 ? null : await readPrinted()
    const lineOf = (line: number): Origin => {
      const { origin, before } = printed ?? { origin: run.origins.run, before: 0 }
      // In W&B's log what was printed has lines, and the file has none.
      return origin.file.endsWith(PRINTED)
        ? { ...origin, line: before + line }
        : { ...origin, row: `${PRINTED}:${before + line}` }
    }
    const left: Tried[] = []
    const unsure: Tried[] = []
    for (const one of untold) {
      const texts = printed === null || one.iteration === null ? undefined : printed.texts.get(one.iteration)
      for (const [component, { text, line }] of texts ?? [])
        one.texts.set(component, { value: text, origin: lineOf(line) })
      if (one.texts.size === 0) left.push(one)
      else if ([...one.texts.values()].some(({ value }) => value.includes('\n'))) unsure.push(one)
    }
    const what = (count: number) =>
      count === 1 ? 'the text of a proposal' : `the texts of ${count} proposals`
    if (left.length > 0)
      gaps.push(
        gap(what(left.length), placeOf('proposals'), 'no table holds them, only metrics tell of them'),
      )
    if (unsure.length > 0)
      gaps.push(
        gap(
          what(unsure.length),
          printed?.origin.file ?? placeOf('proposals'),
          'no table holds them: they are taken from what the program printed, which may have put words of its own behind them',
        ),
      )
  }

  /** The log in what the program printed that tells the texts of this optimisation's candidates; null where none does, or several do. */
  async function readPrinted(): Promise<
    (Pick<GepaLog, 'texts'> & { readonly origin: Origin; readonly before: number }) | null
  > {
    const artifact = artifacts.find(({ path }) => path === PRINTED)
    const text = artifact === undefined ? null : await readWholeArtifact(source, run.key, artifact)
    if (artifact === undefined || typeof text !== 'string') return null
    const own = splitGepaLog(text)
      .map((part) => ({ ...readGepaLog(part.text), origin: artifact.origin, before: part.line - 1 }))
      .filter(({ texts }) => tells(texts))
    return own.length === 1 ? (own[0] ?? null) : null
  }

  /** Whether texts that were printed are those of the candidates, as far as these are known, and of one at least. */
  function tells(texts: GepaLog['texts']): boolean {
    let count = 0
    for (const one of candidates.values()) {
      const printed = one.iteration === null || one.index === 0 ? undefined : texts.get(one.iteration)
      for (const [component, { text }] of printed ?? []) {
        if (one.texts.get(component)?.value !== text) return false
        count += 1
      }
    }
    return count > 0
  }

  /** Of a summary: tags in W&B, parameters in MLflow. */
  function takeSeedTexts(): void {
    const seed = candidates.get(0)
    const one = seed ?? added(0, 0, run.origins.run)
    one.iteration = 0
    one.parents = []
    const [base] = points.base
    if (base !== undefined && !one.metrics.has(SCORE))
      one.metrics.set(SCORE, { value: base.value, origin: base.origin })
    const take = (name: string, start: string, value: string, origin: Origin): void => {
      if (!name.startsWith(start)) return
      const component = name.slice(start.length)
      if (!one.texts.has(component)) one.texts.set(component, { value, origin })
      if (value.length >= LONGEST_PARAM && start.startsWith('summary/'))
        gaps.push(
          gap(
            `text ${quoted(component)} of the seed`,
            origin.file,
            `it may be cut: MLflow keeps no more than ${LONGEST_PARAM} characters of a parameter`,
          ),
        )
    }
    for (const [name, value] of run.params)
      take(name, `summary/${prefix}seed/`, value, run.origins.params.get(name) ?? run.origins.run)
    for (const [name, value] of run.tags) take(name, `${prefix}seed/`, value, run.origins.run)
    const untold = [...candidates.values()].filter(({ texts }) => texts.size === 0)
    if (untold.length > 0)
      gaps.push(
        gap(
          `the texts of ${untold.length === 1 ? `candidate ${untold[0]?.index}` : `${untold.length} candidates`}`,
          placeOf('candidates'),
          'no table and no summary holds them',
        ),
      )
    const components = namesIn(run.params.get(`${prefix}seed_candidate_components`) ?? '')
    const missing = one.texts.size === 0 ? [] : components.filter((component) => !one.texts.has(component))
    if (missing.length > 0)
      gaps.push(
        gap(
          `${missing.length === 1 ? 'text' : 'texts'} ${missing.map(quoted).join(', ')} of the seed`,
          run.origins.run.file,
          'the summary does not hold them',
        ),
      )
  }

  function programs(): readonly Program[] {
    const ids = new Map<number, string>()
    const placed: { readonly one: Tried; readonly id: string }[] = []
    const all = [
      ...[...candidates.values()].sort((left, right) => (left.index ?? 0) - (right.index ?? 0)),
      ...rejected,
    ]
    const order = (one: Tried): number => one.iteration ?? Number.MAX_SAFE_INTEGER
    const count = new Map<number | null, number>()
    for (const one of all.sort((left, right) => order(left) - order(right)).slice(0, MOST_PROGRAMS)) {
      const nth = count.get(one.iteration) ?? 0
      count.set(one.iteration, nth + 1)
      const id = programId(one.iteration, nth, one.index)
      if (one.index !== null) ids.set(one.index, id)
      placed.push({ one, id })
    }
    if (all.length > MOST_PROGRAMS)
      gaps.push(
        gap(
          `${all.length - MOST_PROGRAMS} programs`,
          placeOf('proposals'),
          `only the first ${MOST_PROGRAMS} are read`,
        ),
      )
    return placed.map(({ one, id }): Program => {
      const [from] = one.parents
      return {
        id,
        name: programName(one, run.name),
        parent: from === undefined ? null : (ids.get(from) ?? null),
        isAccepted: one.isAccepted,
        params: new Map([...wholeTexts(one)].map(([component, told]) => [`text:${component}`, told])),
        metrics: one.metrics,
        tags: programTags(one.isAccepted, one.parents),
        origin: one.origin,
      }
    })
  }

  /** A proposal is the program it came from with what was proposed in place of its own; a merge takes from both, and nothing says what. */
  function wholeTexts(one: Tried): ReadonlyMap<string, Told<string>> {
    const chain: Tried[] = []
    for (let next: Tried | undefined = one; next !== undefined && !chain.includes(next); ) {
      chain.push(next)
      const [from, ...others]: readonly number[] = next.parents
      if (next.isWhole || next.texts.size === 0) break
      next = from === undefined || others.length > 0 ? undefined : candidates.get(from)
    }
    return new Map(chain.toReversed().flatMap(({ texts }) => [...texts]))
  }

  function added(index: number, iteration: number | null, origin: Origin): Tried {
    const made: Tried = {
      index,
      isWhole: index === 0,
      iteration,
      parents: [],
      isAccepted: true,
      texts: new Map(),
      metrics: new Map(),
      origin,
    }
    candidates.set(index, made)
    return made
  }

  function parentsOf(value: LooseJson | undefined, what: string, origin: Origin): readonly number[] {
    if (value === undefined || value === null) return []
    const parents = indexesIn(value)
    if (parents !== null) return parents
    gaps.push(gap(`the parents of ${what}`, origin.file, 'they are no list of candidates'))
    return []
  }

  function placeOf(name: TableName): string {
    return tablesNamed(artifacts, `${prefix}${name}`)[0]?.at(-1)?.origin.file ?? run.origins.run.file
  }
}

const BEFORE = 'subsample_sum/before'
const AFTER = 'subsample_sum/after'

interface Points {
  readonly counted: readonly Point[]
  readonly added: readonly Point[]
  readonly scores: readonly Point[]
  readonly base: readonly Point[]
  readonly selected: ReadonlyMap<number, Told<number>>
  readonly before: ReadonlyMap<number, Told<number>>
  readonly after: ReadonlyMap<number, Told<number>>
}

/** Parents as their rows write them, to tell one proposal of an iteration from another. */
const parentsText = new WeakMap<object, LooseJson>()

/**
 * The versions of a table, oldest first, for each place that holds some: MLflow's is one artifact of that very name; W&B's are kept at every
 * step, in each directory of the run.
 */
function tablesNamed(artifacts: readonly Artifact[], name: string): readonly (readonly Artifact[])[] {
  const own = artifacts.filter(({ path }) => path === `${name}.json`)
  const kept = new Map<string, { readonly artifact: Artifact; readonly step: number }[]>()
  for (const artifact of artifacts) {
    const start = `media/table/${name}_`
    const at = artifact.path.lastIndexOf(start)
    if (at < 0) continue
    const [, step] = VERSION.exec(artifact.path.slice(at + start.length)) ?? []
    if (step === undefined) continue
    const folder = artifact.path.slice(0, at)
    kept.set(folder, [...(kept.get(folder) ?? []), { artifact, step: Number(step) }])
  }
  // The last directory's files lie at the root.
  const folders = [...kept].sort(([left], [right]) =>
    left === '' ? 1 : right === '' ? -1 : left < right ? -1 : 1,
  )
  return [
    ...(own.length === 0 ? [] : [own]),
    ...folders.map(([, versions]) =>
      versions.sort((left, right) => left.step - right.step).map(({ artifact }) => artifact),
    ),
  ]
}

/** How W&B goes on after a table's name: its step and its digest. */
const VERSION = /^(\d{1,15})_[0-9a-f]+\.table\.json$/

/** The iteration that a point belongs to: the last one counted at its step or before; the seed comes before all of them. */
function iterationAt({ step }: Point, counted: readonly Point[]): number {
  let iteration = 0
  for (const point of counted) {
    if (step !== null && point.step !== null && point.step > step) break
    iteration = wholeNumber(point.value) ?? iteration
  }
  return iteration
}

function byIteration(points: readonly Point[], counted: readonly Point[]): ReadonlyMap<number, Told<number>> {
  return new Map(
    points.map((point) => [iterationAt(point, counted), { value: point.value, origin: point.origin }]),
  )
}

function put(one: Tried, name: string, value: LooseJson | undefined, origin: Origin): void {
  const number = numberOf(value)
  if (number !== undefined && !one.metrics.has(name)) one.metrics.set(name, { value: number, origin })
}

/** All texts of a row of candidates. */
function textsIn(values: ReadonlyMap<string, LooseJson>, origin: Origin): Map<string, Told<string>> {
  return new Map(
    [...values].flatMap(([column, value]) =>
      column.startsWith('text:') && typeof value === 'string'
        ? [[column.slice('text:'.length), { value, origin }] as const]
        : [],
    ),
  )
}

/** A list of candidates' indexes, `[0, 3]`, as Python writes it into a text; null where it is none. `[None]` is the seed's. */
export function indexesIn(value: LooseJson): readonly number[] | null {
  const parsed = typeof value === 'string' ? parseLooseJson(value.replaceAll('None', 'null')) : null
  const list = parsed === null ? value : parsed.kind === 'json' ? parsed.value : null
  if (!isLooseList(list)) return null
  const indexes = list.filter((each) => each !== null).map(wholeOf)
  return indexes.every((each) => each !== null) ? indexes : null
}

/** The texts of a Python list of them: `['system', "user's"]`. */
function namesIn(written: string): readonly string[] {
  return [...written.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(([, single, double]) =>
    (single ?? double ?? '').replaceAll(/\\(['"\\])/g, '$1'),
  )
}

function numberOf(value: LooseJson | undefined): number | undefined {
  return isLooseNumber(value) ? value.value : undefined
}

function wholeOf(value: LooseJson | undefined): number | null {
  const number = typeof value === 'string' ? null : numberOfLoose(value)
  return number === null ? null : wholeNumber(number)
}

function wholeNumber(number: number): number | null {
  return Number.isSafeInteger(number) && number >= 0 ? number : null
}

function textOf(value: LooseJson | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function isClose(one: number, other: number): boolean {
  return Object.is(one, other) || Math.abs(one - other) <= ROUNDING
}
