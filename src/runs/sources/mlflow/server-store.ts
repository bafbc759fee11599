import type { z } from 'zod'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { noSuchMetric, noSuchRun } from '../../no-such-run.ts'
import { byStart, isWanted, missingExperiments, tiesById } from '../../query-rules.ts'
import { quoted } from '../../quoted.ts'
import type {
  Experiment,
  MetricSummary,
  Origin,
  Point,
  RegisteredVersion,
  Run,
  RunKey,
  RunSummary,
} from '../../run.ts'
import type { RunQuery, RunSource } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { ENDLESS, pageTurner } from './page-turner.ts'
import { lostParent, parseRunKey, runKey } from './run-key.ts'
import { byVersion, primaryMetricOf, runOfRecord, summaryOfRecord, TAG } from './run-record.ts'
import { collectSeries, summariseSeries } from './series.ts'
import { serverAccess } from './server-access.ts'
import { listServerArtifacts, readServerArtifact } from './server-artifacts.ts'
import { type Asked, type Refusal, serverClient } from './server-client.ts'
import { filtersOf, literal } from './server-query.ts'
import {
  experimentsPage,
  historyPage,
  modelsPage,
  pointOfServer,
  ROUTE,
  runAnswer,
  runOfServer,
  runsPage,
  type ServerRun,
  stageOfServer,
  versionsPage,
} from './server-records.ts'
import { storeSource } from './store-source.ts'

const RUNS_A_PAGE = 1000
const POINTS_A_PAGE = 25_000
/** So many experiments are named in one search. */
const EXPERIMENTS_A_SEARCH = 200
/** So many requests go at once. */
const AT_ONCE = 8
const HISTORY = 'api/2.0/mlflow/metrics/get-history'

interface ServerExperiment {
  readonly id: string
  readonly name: string
  readonly deleted: boolean
  readonly tags: ReadonlyMap<string, string>
}

interface Registry {
  readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>
  readonly gaps: readonly Gap[]
}

/**
 * A tracking server (MLflow's own, of versions 2 and 3, or Databricks) over its REST interface, read-only. Filters, order and limits are
 * pushed down as far as its search knows them; `artifacts` of a run is null, since counting them takes a request for each folder.
 */
export async function openServerStore(location: string, alias: string, world: World): Promise<RunSource> {
  const access = await serverAccess(location, world)
  const client = serverClient(access, world)
  let experimentsAsked: Promise<readonly ServerExperiment[]> | null = null
  let registryAsked: Promise<Registry> | null = null
  // Whether it is a server, and lets us in, is told here, where the user waits for it.
  await page(await client.get('experiments/search', { max_results: 1 }), experimentsPage, 'the experiments')
  return storeSource(location, alias, {
    experiments,
    list,
    readAll,
    find,
    read,
    history,
    artifacts,
    readArtifact,
    close: async () => undefined,
  })

  async function* experiments(
    query: { readonly includeDeleted?: boolean } = {},
  ): AsyncIterable<Experiment | Gap> {
    for (const { id, name, deleted, tags } of await allExperiments())
      if (query.includeDeleted || !deleted)
        yield {
          id,
          name,
          note: tags.get(TAG.note) || null,
          primaryMetric: primaryMetricOf(tags),
          origin: { source: alias, file: 'api/2.0/mlflow/experiments/search', row: `experiment_id=${id}` },
        }
  }

  async function* list(query: RunQuery): AsyncIterable<RunSummary | Gap> {
    for await (const found of chosen(query)) {
      if (isGap(found)) {
        yield found
        continue
      }
      yield summaryOfRecord(found.record)
      yield* found.gaps
    }
  }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    const registry = await registered()
    yield* registry.gaps
    for await (const found of chosen(query)) yield isGap(found) ? found : wholeRun(found, registry)
  }

  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    // LIKE takes % and _ for wild cards: what comes back is held against the prefix.
    const pattern = literal(`${idPrefix}%`)
    if (pattern === null || idPrefix.includes('\0')) return []
    const ids = (await allExperiments()).map(({ id }) => id)
    const keys: RunKey[] = []
    for (const some of batches(ids, EXPERIMENTS_A_SEARCH))
      for await (const found of search(some, `attributes.run_id LIKE ${pattern}`, { includeDeleted: true }))
        if (!isGap(found) && found.record.id.startsWith(idPrefix)) keys.push(found.record.key)
    return keys.sort()
  }

  async function read(key: RunKey, options: { readonly withHistory?: boolean } = {}): Promise<Run> {
    const found = await serverRun(key)
    const registry = await registered()
    const [whole = found] = options.withHistory === true ? await withHistories([found]) : []
    const run = wholeRun(whole, registry)
    return { ...run, gaps: [...run.gaps, ...registry.gaps] }
  }

  async function* history(key: RunKey, metric: string): AsyncIterable<Point | Gap> {
    const { record } = await serverRun(key)
    if (!record.metrics.has(metric)) throw noSuchMetric(record.id, metric, [...record.metrics.keys()])
    const series = collectSeries()
    const gaps: Gap[] = []
    for await (const found of points(record.id, metric))
      if (isGap(found)) gaps.push(found)
      else series.add(found.step, found.time, found.value, 0)
    for (const { step, time, value } of series.inOrder())
      yield {
        step,
        time,
        value,
        origin: origin(HISTORY, `run_id=${record.id}, metric_key=${metric}, step=${step}, timestamp=${time}`),
      }
    yield* gaps
  }

  async function* artifacts(key: RunKey) {
    const { record } = await serverRun(key)
    yield* listServerArtifacts(client, key, record.id, alias)
  }

  async function readArtifact(key: RunKey, path: string, part: Parameters<RunSource['readArtifact']>[2]) {
    const { record } = await serverRun(key)
    return readServerArtifact(client, key, record.id, path, part)
  }

  /** The runs that a query wants, in its order, with histories summed up where asked. */
  async function* chosen(query: RunQuery): AsyncIterable<ServerRun | Gap> {
    const all = await allExperiments()
    yield* missingExperiments(query, all, client.shown)
    const ids = all
      .filter(({ id, name, deleted }) => {
        if (deleted && !query.includeDeleted) return false
        return (
          query.experiments === undefined ||
          query.experiments.includes(id) ||
          query.experiments.includes(name)
        )
      })
      .map(({ id }) => id)
    let left = query.limit ?? Number.POSITIVE_INFINITY
    let waiting: ServerRun[] = []
    for await (const found of inOrder(ids, query)) {
      if (isGap(found)) {
        yield found
        continue
      }
      if (left === 0) break
      left -= 1
      waiting.push(found)
      if (waiting.length < 100) continue
      yield* await completed(waiting, query)
      waiting = []
    }
    yield* await completed(waiting, query)
  }

  async function completed(runs: readonly ServerRun[], query: RunQuery): Promise<readonly ServerRun[]> {
    const parented = await withParents(runs)
    return query.withHistory === true ? withHistories(parented) : parented
  }

  /** One search comes page by page; several are put in order here, and a run that two of them give is told once. */
  async function* inOrder(ids: readonly string[], query: RunQuery): AsyncIterable<ServerRun | Gap> {
    const filters = filtersOf(query)
    const parts = [...batches(ids, EXPERIMENTS_A_SEARCH)]
    const startOrder = byStart(query.order ?? 'oldest')
    const [only] = filters
    const [part] = parts
    if (filters.length === 1 && parts.length === 1 && only !== undefined && part !== undefined) {
      yield* tiesById(search(part, only, query), ({ record }) => record)
      return
    }
    const found = new Map<string, ServerRun>()
    for (const filter of filters)
      for (const some of parts)
        for await (const one of search(some, filter, query))
          if (isGap(one)) yield one
          else found.set(one.record.id, one)
    yield* [...found.values()].sort((a, b) => startOrder(a.record, b.record))
  }

  async function* search(
    ids: readonly string[],
    filter: string,
    query: RunQuery,
  ): AsyncIterable<ServerRun | Gap> {
    const known = new Map((await allExperiments()).map((one) => [one.id, one]))
    const seen = new Set<string>()
    const turn = pageTurner()
    let token: string | null = null
    do {
      stopIfCancelled(world)
      const answer = await client.post('runs/search', {
        experiment_ids: ids,
        filter,
        run_view_type: query.includeDeleted ? 'ALL' : 'ACTIVE_ONLY',
        // One more than wanted tells that no other run started at the time of the last.
        max_results: Math.min(RUNS_A_PAGE, Math.max(100, (query.limit ?? RUNS_A_PAGE) + 1)),
        order_by: [`attributes.start_time ${query.order === 'newest' ? 'DESC' : 'ASC'}`],
        ...(token === null ? {} : { page_token: token }),
      })
      const found = page(answer, runsPage, 'the runs')
      for (const written of found.runs) {
        const run = runOfServer(written, alias, (id) => known.get(id), urlOf)
        if (!isGap(run)) {
          // Pages are counted by places: where a run begins meanwhile, one may come twice.
          if (seen.has(run.record.id) || !isChosen(run, query)) continue
          seen.add(run.record.id)
        }
        yield run
      }
      const next = turn(found)
      if (next.isEndless) yield gap('more runs', `${ROUTE}/search`, ENDLESS)
      token = next.token
    } while (token !== null)
  }

  async function serverRun(key: RunKey): Promise<ServerRun> {
    const { experimentId, runId } = parseRunKey(key, alias)
    stopIfCancelled(world)
    const answer = await client.get('runs/get', { run_id: runId })
    if (isRefusal(answer) && answer.code === 'RESOURCE_DOES_NOT_EXIST') throw noSuchRun(key, client.shown)
    const known = new Map((await allExperiments()).map((one) => [one.id, one]))
    const run = runOfServer(
      page(answer, runAnswer, `the run ${runId}`).run,
      alias,
      (id) => known.get(id),
      urlOf,
    )
    if (isGap(run)) throw new NarrateError('source', `Run ${key} cannot be read: ${run.why}.`)
    if (run.record.experiment.id !== experimentId || run.record.id !== runId)
      throw noSuchRun(key, client.shown)
    const [whole = run] = await withParents([run])
    return whole
  }

  /** A parent is told by its run id alone: which experiment it lies in is asked where it is not among the runs at hand. */
  async function withParents(runs: readonly ServerRun[]): Promise<readonly ServerRun[]> {
    const keys = new Map(runs.map(({ record }) => [record.id, record.key]))
    const unknown = [...new Set(runs.flatMap(({ parentId }) => parentId ?? []))].filter((id) => !keys.has(id))
    const ids = unknown.length === 0 ? [] : (await allExperiments()).map(({ id }) => id)
    for (const some of batches(unknown, 100))
      for (const part of batches(ids, EXPERIMENTS_A_SEARCH)) {
        const named = some.map((id) => `'${id}'`).join(', ')
        for await (const found of search(part, `attributes.run_id IN (${named})`, { includeDeleted: true }))
          if (!isGap(found)) keys.set(found.record.id, found.record.key)
      }
    return runs.map((run) => {
      if (run.parentId === null) return run
      const found = keys.get(run.parentId)
      const parent = found ?? runKey(alias, run.record.experiment.id, run.parentId)
      const { id } = run.record
      const lost = found === undefined ? [lostParent(id, run.parentId, `${ROUTE} run_id=${id}`)] : []
      return { ...run, record: { ...run.record, parent }, gaps: [...run.gaps, ...lost] }
    })
  }

  async function withHistories(runs: readonly ServerRun[]): Promise<readonly ServerRun[]> {
    const wanted = runs.flatMap(({ record }) =>
      [...record.metrics.keys()].map((metric) => ({ id: record.id, metric })),
    )
    const read = new Map<string, { readonly summary: MetricSummary | null; readonly gaps: readonly Gap[] }>()
    for (const some of batches(wanted, AT_ONCE))
      await Promise.all(
        some.map(async ({ id, metric }) => {
          const series = summariseSeries()
          const gaps: Gap[] = []
          for await (const found of points(id, metric))
            if (isGap(found)) gaps.push(found)
            else series.add(found.step, found.time, found.value, 0)
          read.set(JSON.stringify([id, metric]), { summary: series.finish()?.summary ?? null, gaps })
        }),
      )
    return runs.map((run) => {
      const own = [...run.record.metrics].map(([metric, last]) => ({
        metric,
        last,
        ...read.get(JSON.stringify([run.record.id, metric])),
      }))
      return {
        ...run,
        record: {
          ...run.record,
          metrics: new Map(own.map(({ metric, last, summary }) => [metric, summary ?? last])),
        },
        gaps: [...run.gaps, ...own.flatMap(({ gaps }) => gaps ?? [])],
      }
    })
  }

  async function* points(
    id: string,
    metric: string,
  ): AsyncIterable<{ readonly value: number; readonly time: number; readonly step: number } | Gap> {
    const what = `metric ${quoted(metric)}`
    const where = `${HISTORY} run_id=${id}`
    const turn = pageTurner()
    let isEmpty = true
    let token: string | null = null
    do {
      stopIfCancelled(world)
      // Servers between 3.4 and 3.13 give nothing, and a token that leads nowhere, where no number is asked for.
      const answer = await client.get('metrics/get-history', {
        run_id: id,
        metric_key: metric,
        max_results: POINTS_A_PAGE,
        page_token: token ?? undefined,
      })
      const found = page(answer, historyPage, `the history of ${quoted(metric)}`)
      const next = turn(found)
      for (const written of next.isRepeated ? [] : found.metrics) {
        isEmpty = false
        yield pointOfServer(written) ?? gap(what, where, 'step, time or value is no number')
      }
      if (next.isEndless) yield gap(what, where, ENDLESS)
      token = next.token
    } while (token !== null)
    // A run has a last value of none that it did not log.
    if (isEmpty) yield gap(what, where, 'the server gave none of its points')
  }

  function wholeRun({ record, dataSets, gaps }: ServerRun, registry: Registry): Run {
    const { id } = record
    const versions = registry.versions.get(id)
    const names = <Value>(map: ReadonlyMap<string, Value>) => [...map.keys()].sort()
    return runOfRecord(record, {
      dataSets,
      ...(versions === undefined ? {} : { registered: versions }),
      artifacts: null,
      gaps,
      origins: {
        run: origin(ROUTE, `run_id=${id}`),
        params: new Map(
          names(record.params).map((name) => [name, origin(ROUTE, `run_id=${id}, param=${name}`)]),
        ),
        metrics: new Map(
          names(record.metrics).map((name) => [
            name,
            record.metrics.get(name)?.count === null
              ? origin(ROUTE, `run_id=${id}, metric=${name}`)
              : origin(HISTORY, `run_id=${id}, metric_key=${name}`),
          ]),
        ),
      },
    })
  }

  function allExperiments(): Promise<readonly ServerExperiment[]> {
    experimentsAsked ??= (async () => {
      const found: ServerExperiment[] = []
      for await (const { experiments: some } of pages(
        'experiments/search',
        { view_type: 'ALL' },
        experimentsPage,
      ))
        found.push(
          ...some.map(({ experiment_id: id, name, lifecycle_stage: stage, tags }) => ({
            id,
            name: name || id,
            deleted: stage === 'deleted',
            tags: new Map(tags.map(({ key, value }) => [key, value])),
          })),
        )
      return found.sort((a, b) => Number(a.id) - Number(b.id) || (a.id < b.id ? -1 : 1))
    })()
    return experimentsAsked
  }

  /** The versions of registered models by the ids of their runs. A server without a registry, or one that is closed to us, is a gap. */
  function registered(): Promise<Registry> {
    registryAsked ??= readRegistry().catch((error: unknown) => {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      return {
        versions: new Map<string, readonly RegisteredVersion[]>(),
        gaps: [gap('registered models', 'api/2.0/mlflow/model-versions/search', error.message)],
      }
    })
    return registryAsked
  }

  async function readRegistry(): Promise<Registry> {
    const found: {
      readonly run: string
      readonly model: string
      readonly version: string
      readonly stage: string | null
    }[] = []
    for await (const { model_versions: some } of pages('model-versions/search', {}, versionsPage))
      for (const { name, version, run_id: run, current_stage: written } of some) {
        const stage = stageOfServer(written)
        if (run !== undefined && stage !== undefined) found.push({ run, model: name, version, stage })
      }
    const aliases = new Map<string, string[]>()
    if (found.length > 0)
      for await (const { registered_models: some } of pages('registered-models/search', {}, modelsPage))
        for (const { name, aliases: own } of some)
          for (const one of own) {
            const key = JSON.stringify([name, one.version])
            aliases.set(key, [...(aliases.get(key) ?? []), one.alias])
          }
    const versions = Map.groupBy(found, ({ run }) => run)
    return {
      versions: new Map(
        [...versions].map(([run, own]) => [
          run,
          own
            .map(({ model, version, stage }) => ({
              model,
              version,
              stage,
              aliases: (aliases.get(JSON.stringify([model, version])) ?? []).sort(),
              origin: origin('api/2.0/mlflow/model-versions/search', `name=${model}, version=${version}`),
            }))
            .sort(byVersion),
        ]),
      ),
      gaps: [],
    }
  }

  async function* pages<Shape extends { readonly next_page_token?: string | undefined }>(
    route: string,
    asked: Asked,
    shape: z.ZodType<Shape>,
  ): AsyncIterable<Shape> {
    const turn = pageTurner()
    const what = route.replace(/\/.*$/, '').replaceAll('-', ' ')
    let token: string | null = null
    do {
      stopIfCancelled(world)
      const answer = await client.get(route, { ...asked, max_results: 1000, page_token: token ?? undefined })
      const read = page(answer, shape, what)
      yield read
      const next = turn(read)
      if (next.isEndless)
        throw new NarrateError(
          'source',
          `The tracking server ${client.shown} gives no end of ${what}: ${ENDLESS}.`,
        )
      token = next.token
    } while (token !== null)
  }

  function page<Shape>(answer: object | Refusal, shape: z.ZodType<Shape>, what: string): Shape {
    if (isRefusal(answer)) throw client.refused(answer, what)
    const read = shape.safeParse(answer)
    if (read.success) return read.data
    throw new NarrateError(
      'source',
      `The tracking server ${client.shown} gave ${what} in a shape that is not MLflow's.`,
      { hint: 'Name the address that MLFLOW_TRACKING_URI has, with its path where there is one.' },
    )
  }

  function urlOf(experimentId: string, runId: string): string {
    const fragment = `experiments/${experimentId}/runs/${runId}`
    return access.isDatabricks ? `${access.base}/ml/${fragment}` : `${access.base}/#/${fragment}`
  }

  function origin(file: string, row: string): Origin {
    return { source: alias, file, row }
  }
}

function isChosen({ record, lastLogged }: ServerRun, query: RunQuery): boolean {
  const summary = summaryOfRecord(record)
  return isWanted(summary, query, { user: () => summary.user, lastLogged: () => lastLogged })
}

function* batches<Value>(values: readonly Value[], size: number): Iterable<readonly Value[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size)
}

function isRefusal(answer: object): answer is Refusal {
  return 'kind' in answer && answer.kind === 'refusal'
}
