import type { z } from 'zod'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { summaryOfValue } from '../../files/loaded-run.ts'
import { type AddPoint, collectSeries, summariseSeries } from '../../files/series.ts'
import { noSuchMetric, noSuchRun } from '../../no-such-run.ts'
import { byStart, isWanted, missingExperiments, tiesById } from '../../query-rules.ts'
import { quoted } from '../../quoted.ts'
import type {
  Artifact,
  Experiment,
  MetricSummary,
  Origin,
  Point,
  Run,
  RunKey,
  RunSummary,
} from '../../run.ts'
import type { ArtifactPart, RunQuery, RunSource } from '../../run-source.ts'
import { sortedByName } from '../../sorted-by-name.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import type { WandbAddress } from '../../wandb-address.ts'
import { serverAccess } from './server-access.ts'
import { serverClient } from './server-client.ts'
import { type AskFiles, listServerFiles, readServerFile } from './server-files.ts'
import { type RowTaker, readServerHistory, type TakenRows } from './server-history.ts'
import { type ServerSearch, searchesOf, searchOfPrefix } from './server-query.ts'
import {
  filesAnswer,
  isRunId,
  OPTIONAL_FIELDS,
  PLACE,
  projectAnswer,
  RUN_FIELDS,
  rowsAnswer,
  runAnswer,
  runOfServer,
  runsAnswer,
  type ServerRun,
} from './server-records.ts'

const RUNS_A_PAGE = 100
const FILES_A_PAGE = 200
/** So many pages that bring nothing new are passed over. */
const MOST_ALIKE = 20
const ENDLESS = 'the server says that there are more, and gives none'
/** So many histories are read at once. */
const AT_ONCE = 4
/** Points of one run's history that are kept for the next metric that is asked for. */
const MOST_KEPT = 1_000_000

const PROJECT_QUERY = `query Project($entity: String!, $project: String!) {
  project(name: $project, entityName: $entity) { name } }`
const ROWS_QUERY = `query Rows($entity: String!, $project: String!, $run: String!, $min: Int64!, $max: Int64!, $n: Int!) {
  project(name: $project, entityName: $entity) { run(name: $run) { history(minStep: $min, maxStep: $max, samples: $n) } } }`
const FILES_QUERY = `query Files($entity: String!, $project: String!, $run: String!, $names: [String], $after: String, $n: Int) {
  project(name: $project, entityName: $entity) { run(name: $run) { files(names: $names, after: $after, first: $n) {
    edges { node { name directUrl sizeBytes } } pageInfo { endCursor hasNextPage } } } } }`

function runsQuery(fields: readonly string[]): string {
  return `query Runs($entity: String!, $project: String!, $filters: JSONString, $order: String, $after: String, $n: Int) {
  project(name: $project, entityName: $entity) { runs(filters: $filters, order: $order, after: $after, first: $n) {
    edges { node { ${[RUN_FIELDS, ...fields].join(' ')} } } pageInfo { endCursor hasNextPage } } } }`
}

function runQuery(fields: readonly string[]): string {
  return `query Run($entity: String!, $project: String!, $run: String!) {
  project(name: $project, entityName: $entity) { run(name: $run) { ${[RUN_FIELDS, ...fields].join(' ')} } } }`
}

/**
 * A project on a server of W&B (the public one, or a laboratory's own) over GraphQL, read-only. Filters, order and limits are pushed down
 * as far as its search knows them. A list takes last values from W&B's summary; histories are always read whole, never sampled; `artifacts` of
 * a run is null, since counting them takes a request for each run.
 */
export async function openServerStore(
  address: WandbAddress,
  location: string,
  alias: string,
  kind: string,
  world: World,
): Promise<RunSource> {
  const access = serverAccess(address, world)
  const client = serverClient(access, world)
  const { entity, project } = address
  const place = `${client.shown}/${entity}/${project}`
  let kept: KeptHistory | null = null
  // Whether it is a server, lets us in, and has the project, is told here, where the user waits for it.
  const there = await ask(PROJECT_QUERY, {}, projectAnswer, `the project ${entity}/${project}`)
  if (!there.project) throw noProject()
  return {
    kind,
    alias,
    location,
    // People choose ids, too.
    idsAreUnique: false,
    experiments,
    list,
    readAll,
    find,
    read,
    history,
    artifacts,
    readArtifact,
    close: async () => undefined,
  }

  async function* experiments(): AsyncIterable<Experiment | Gap> {
    stopIfCancelled(world)
    yield {
      id: project,
      name: project,
      note: null,
      primaryMetric: null,
      origin: { source: alias, file: PLACE, row: `project=${entity}/${project}` },
    }
  }

  async function* list(query: RunQuery): AsyncIterable<RunSummary | Gap> {
    for await (const run of readAll(query)) {
      if (isGap(run)) {
        yield run
        continue
      }
      const { note: _, code: __, dataSets: ___, artifacts: ____, gaps, origins: _____, ...summary } = run
      yield summary
      yield* gaps
    }
  }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    stopIfCancelled(world)
    yield* missingExperiments(query, [{ id: project, name: project, deleted: false }], place)
    if (query.experiments !== undefined && !query.experiments.includes(project)) return
    let waiting: ServerRun[] = []
    for await (const found of limited(query)) {
      if (isGap(found)) {
        yield found
        continue
      }
      if (query.withHistory !== true) {
        yield wholeRun(found)
        continue
      }
      waiting.push(found)
      if (waiting.length < AT_ONCE) continue
      yield* await Promise.all(waiting.map(withHistory))
      waiting = []
    }
    yield* await Promise.all(waiting.map(withHistory))
  }

  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    if (!isRunId(idPrefix)) return []
    const keys: RunKey[] = []
    for await (const found of search(searchOfPrefix(idPrefix), RUNS_A_PAGE))
      if (!isGap(found) && found.run.id.startsWith(idPrefix)) keys.push(found.run.key)
    return keys.sort()
  }

  async function read(key: RunKey, options: { readonly withHistory?: boolean } = {}): Promise<Run> {
    const found = await serverRun(key)
    return options.withHistory === true ? withHistory(found) : wholeRun(found)
  }

  async function* history(key: RunKey, metric: string): AsyncIterable<Point | Gap> {
    const found = await serverRun(key)
    const { run, logged } = found
    const stated = run.metrics.get(metric)
    const names = [...new Set([...run.metrics.keys(), ...logged])].sort()
    if (stated === undefined && !logged.has(metric)) throw noSuchMetric(run.id, metric, names)
    const whole = await historyOf(found, metric)
    const series = whole.series.get(metric)
    for (const { step, time, value } of series?.inOrder() ?? [])
      yield { step, time, value, origin: origin(`run=${run.id}, metric=${metric}, step=${step}`) }
    // Set in the summary alone, and not in rows that were not given.
    if (series === undefined && stated !== undefined && !(whole.gaps.length > 0 && logged.has(metric)))
      yield { step: null, time: null, value: stated.last, origin: origin(`run=${run.id}, metric=${metric}`) }
    yield* whole.gaps
  }

  async function* artifacts(key: RunKey): AsyncIterable<Artifact | Gap> {
    const { run } = await serverRun(key)
    yield* listServerFiles(filesOf(run.id), key, alias)
  }

  async function readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap> {
    const { run } = await serverRun(key)
    return readServerFile(client, filesOf(run.id), key, path, part)
  }

  /** The runs that a query wants, in its order. One search comes page by page; several are put in order here. */
  async function* limited(query: RunQuery): AsyncIterable<ServerRun | Gap> {
    let left = query.limit ?? Number.POSITIVE_INFINITY
    if (left === 0) return
    for await (const found of inOrder(query)) {
      yield found
      if (isGap(found)) continue
      left -= 1
      if (left === 0) return
    }
  }

  async function* inOrder(query: RunQuery): AsyncIterable<ServerRun | Gap> {
    const searches = searchesOf(query)
    // One more than wanted tells that no other run started at the time of the last.
    const size = Math.min(RUNS_A_PAGE, (query.limit ?? RUNS_A_PAGE) + 1)
    const [only] = searches
    if (only !== undefined && searches.length === 1) {
      yield* tiesById(wanted(only, size, query), ({ run }) => run)
      return
    }
    const found = new Map<string, ServerRun>()
    for (const one of searches)
      for await (const run of wanted(one, RUNS_A_PAGE, query))
        if (isGap(run)) yield run
        else found.set(run.run.id, run)
    const startOrder = byStart(query.order ?? 'oldest')
    yield* [...found.values()].sort((a, b) => startOrder(a.run, b.run))
  }

  async function* wanted(one: ServerSearch, size: number, query: RunQuery): AsyncIterable<ServerRun | Gap> {
    for await (const found of search(one, size)) {
      const { run, heardAt } = isGap(found) ? { run: null, heardAt: null } : found
      const late = { user: () => run?.user ?? null, lastLogged: () => heardAt }
      if (run === null || isWanted(run, query, late)) yield found
    }
  }

  async function* search(one: ServerSearch, size: number): AsyncIterable<ServerRun | Gap> {
    const seen = new Set<string>()
    const cursors = new Set<string>()
    let pagesAlike = 0
    let after: string | undefined
    for (;;) {
      stopIfCancelled(world)
      const answer = await client.ask(
        { what: 'the runs', text: runsQuery, optional: OPTIONAL_FIELDS },
        { entity, project, filters: one.filters, order: one.order, after, n: size },
      )
      const runs = shaped(answer, runsAnswer, 'the runs').project?.runs
      if (runs === undefined) throw noProject()
      const before = seen.size
      for (const { node } of runs.edges) {
        const found = runOfServer(node, alias, address)
        if (!isGap(found)) {
          // A run that is changed while pages are read may come twice.
          if (seen.has(found.run.id)) continue
          seen.add(found.run.id)
          if (one.until !== null && found.heardAt !== null && found.heardAt < one.until) return
        }
        yield found
      }
      const next = runs.pageInfo.hasNextPage ? (runs.pageInfo.endCursor ?? undefined) : undefined
      if (next === undefined) return
      // A server that never comes to an end must not be asked for ever.
      pagesAlike = seen.size === before ? pagesAlike + 1 : 0
      if (runs.edges.length === 0 || cursors.has(next) || pagesAlike > MOST_ALIKE) {
        yield gap('more runs', 'graphql', ENDLESS)
        return
      }
      cursors.add(next)
      after = next
    }
  }

  async function serverRun(key: RunKey): Promise<ServerRun> {
    const id = key.startsWith(`${alias}:`) ? key.slice(alias.length + 1) : ''
    if (!isRunId(id)) throw noSuchRun(key, place)
    stopIfCancelled(world)
    const answer = await client.ask(
      { what: `the run ${quoted(id)}`, text: runQuery, optional: OPTIONAL_FIELDS },
      { entity, project, run: id },
    )
    const written = shaped(answer, runAnswer, `the run ${quoted(id)}`).project?.run
    if (written === null || written === undefined) throw noSuchRun(key, place)
    const found = runOfServer(written, alias, address)
    if (isGap(found)) throw new NarrateError('source', `Run ${quoted(key)} cannot be read: ${found.why}.`)
    if (found.run.id !== id) throw noSuchRun(key, place)
    return found
  }

  /** What only the history tells: `min`, `max` and so on, the step of the last value, and metrics that the summary leaves out. */
  async function withHistory(found: ServerRun): Promise<Run> {
    const whole = await rowsOf(found, seriesByName(summariseSeries))
    const metrics = new Map<string, MetricSummary>()
    for (const [name, stated] of found.run.metrics) {
      const isLost = whole.gaps.length > 0 && found.logged.has(name)
      metrics.set(
        name,
        isLost ? stated : summaryOfValue({ value: stated.last, step: null, file: PLACE }, true),
      )
    }
    for (const [name, series] of whole.taken.series) {
      const summary = series.finish()?.summary
      if (summary === undefined) continue
      const stated = found.run.metrics.get(name)
      metrics.set(
        name,
        stated === undefined || Object.is(stated.last, summary.last)
          ? summary
          : { ...summary, last: stated.last, lastStep: null },
      )
    }
    const run = wholeRun({ ...found, run: { ...found.run, metrics: sortedByName(metrics) } })
    return { ...run, gaps: [...run.gaps, ...whole.gaps] }
  }

  /** All series of a run stand in the same rows, and are asked for one after the other: those of the last run are kept while it is silent. */
  async function historyOf(found: ServerRun, metric: string): Promise<KeptHistory> {
    const { run, heardAt, rows, logged } = found
    if (kept !== null && kept.id === run.id && kept.heardAt === heardAt && run.endedAt !== null) return kept
    const isLarge = (rows ?? MOST_KEPT) * Math.max(logged.size, run.metrics.size) > MOST_KEPT
    const { taken, gaps } = await rowsOf(found, seriesByName(collectSeries, isLarge ? metric : null))
    const read = { id: run.id, heardAt, series: taken.series, gaps }
    if (!isLarge) kept = read
    return read
  }

  function rowsOf<Taken extends RowTaker>(found: ServerRun, begin: () => Taken): Promise<TakenRows<Taken>> {
    return readServerHistory(found, begin, async (min, max, n) => {
      stopIfCancelled(world)
      const { id } = found.run
      const what = `the history of run ${quoted(id)}`
      const answer = await ask(ROWS_QUERY, { run: id, min, max, n }, rowsAnswer, what)
      return answer.project?.run?.history ?? null
    })
  }

  function filesOf(run: string): AskFiles {
    return async function* pages(names) {
      const cursors = new Set<string>()
      const listed = new Set<string>()
      let pagesAlike = 0
      let after: string | undefined
      for (;;) {
        stopIfCancelled(world)
        const answer = await ask(
          FILES_QUERY,
          { run, names, after, n: FILES_A_PAGE },
          filesAnswer,
          `the files of run ${quoted(run)}`,
        )
        const files = answer.project?.run?.files
        if (files === undefined) {
          yield gap(`artifacts of run ${quoted(run)}`, 'graphql files', 'the answer holds no list of them')
          return
        }
        yield files.edges.map(({ node }) => node)
        const next = files.pageInfo.hasNextPage ? (files.pageInfo.endCursor ?? undefined) : undefined
        if (next === undefined) return
        const before = listed.size
        for (const { node } of files.edges) listed.add(node.name)
        pagesAlike = listed.size === before ? pagesAlike + 1 : 0
        if (files.edges.length === 0 || cursors.has(next) || pagesAlike > MOST_ALIKE) {
          yield gap('more artifacts', 'graphql files', ENDLESS)
          return
        }
        cursors.add(next)
        after = next
      }
    }
  }

  function wholeRun({ run, gaps }: ServerRun): Run {
    return {
      ...run,
      gaps,
      origins: {
        run: origin(`run=${run.id}`),
        params: new Map(
          [...run.params.keys()].map((name) => [name, origin(`run=${run.id}, config=${name}`)]),
        ),
        metrics: new Map(
          [...run.metrics].map(([name, { count }]) => [
            name,
            origin(`run=${run.id}, ${count === null ? 'summary' : 'metric'}=${name}`),
          ]),
        ),
      },
    }
  }

  async function ask<Shape>(
    text: string,
    variables: Readonly<Record<string, unknown>>,
    shape: z.ZodType<Shape>,
    what: string,
  ): Promise<Shape> {
    const answer = await client.ask(
      { what, text: () => text, optional: [] },
      { entity, project, ...variables },
    )
    return shaped(answer, shape, what)
  }

  function shaped<Shape>(answer: object, shape: z.ZodType<Shape>, what: string): Shape {
    const read = shape.safeParse(answer)
    if (read.success) return read.data
    throw new NarrateError(
      'source',
      `The W&B server ${client.shown} gave ${what} in a shape that is not W&B's.`,
      {
        hint: 'Name the address of the server in WANDB_BASE_URL, with its path where it has one.',
      },
    )
  }

  function noProject(): NarrateError {
    return new NarrateError(
      'source',
      `The W&B server ${client.shown} has no project ${entity}/${project}, or hides it.`,
      {
        hint:
          access.withheld !== null
            ? `${access.withheld}.`
            : access.authorizedBy === null
              ? 'Check its name; one that is not public needs a key in WANDB_API_KEY or ~/.netrc.'
              : `Check its name, and whether the key of ${access.authorizedBy} may read it.`,
      },
    )
  }

  function origin(row: string): Origin {
    return { source: alias, file: PLACE, row }
  }
}

interface KeptHistory {
  readonly id: string
  readonly heardAt: number | null
  readonly series: ReadonlyMap<string, ReturnType<typeof collectSeries>>
  readonly gaps: readonly Gap[]
}

/** Takes rows into one series a metric, or into that of one metric. */
function seriesByName<Series extends { from(file: string): AddPoint }>(
  make: () => Series,
  only: string | null = null,
): () => RowTaker & { readonly series: ReadonlyMap<string, Series> } {
  return () => {
    const series = new Map<string, Series>()
    return {
      series,
      of(metric) {
        if (only !== null && metric !== only) return null
        const one = make()
        series.set(metric, one)
        return one.from(PLACE)
      },
    }
  }
}
