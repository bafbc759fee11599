import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import {
  type ArtifactFolder,
  elsewhere,
  isBelow,
  listArtifacts,
  readArtifactPart,
} from '../../files/artifact-folder.ts'
import { type Database, isDamage, openDatabase } from '../../files/database.ts'
import { countFiles, readEntry } from '../../files/folder.ts'
import { noSuchMetric, noSuchRun } from '../../no-such-run.ts'
import { oneOfEqual } from '../../one-of-equal.ts'
import { missingExperiments } from '../../query-rules.ts'
import { quoted } from '../../quoted.ts'
import type { Artifact, Experiment, Origin, Point, Run, RunKey, RunSummary } from '../../run.ts'
import type { ArtifactPart, RunQuery, RunSource } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { readDataSets } from './database-data-sets.ts'
import { experimentRows } from './database-experiments.ts'
import { badPoints, pointOf } from './database-points.ts'
import { selectRuns } from './database-query.ts'
import { readRegistered } from './database-registry.ts'
import { type Page, readPage } from './database-runs.ts'
import { hasTables, probeSchema, textOf } from './database-schema.ts'
import { isPlainName, parseRunKey, runKey } from './run-key.ts'
import { primaryMetricOf, type RunRecord, runOfRecord, summaryOfRecord, TAG } from './run-record.ts'
import { collectSeries } from './series.ts'
import { storeSource } from './store-source.ts'

/** Whether a SQLite file holds MLflow's tables. */
export function isTrackingDatabase(path: string): boolean {
  let database: Database
  try {
    database = openDatabase(path)
  } catch (error) {
    // Locked or left in the middle of a write: opening it as a source tells so, which is better than "no runs".
    if (error instanceof NarrateError) return true
    throw error
  }
  try {
    return hasTables(database)
  } finally {
    database.close()
  }
}

/** MLflow's SQLite store, read-only, of whatever version: only tables and columns that exist are read. */
export function openDatabaseStore(path: string, location: string, alias: string, world: World): RunSource {
  const database = openDatabase(path)
  if (!hasTables(database)) {
    database.close()
    throw new NarrateError('source', `${location} is a SQLite database, but none of MLflow's.`, {
      hint: 'It has no tables experiments, runs and metrics.',
    })
  }
  const file = basename(path)
  const schema = probeSchema(database, file)
  const same = oneOfEqual()
  return storeSource(location, alias, {
    experiments,
    list,
    readAll,
    find,
    read,
    history,
    artifacts,
    readArtifact,
    close: async () => database.close(),
  })

  async function* experiments(
    query: { readonly includeDeleted?: boolean } = {},
  ): AsyncIterable<Experiment | Gap> {
    yield* database.gaps
    const found = told('experiments', () => experimentRows(database, schema))
    if (isGap(found)) return yield found
    for (const { id, name, deleted, tags } of found)
      if (query.includeDeleted || !deleted)
        yield {
          id,
          name,
          note: tags.get(TAG.note) || null,
          primaryMetric: primaryMetricOf(tags),
          origin: {
            source: alias,
            file,
            row: tags.get(TAG.note)
              ? `experiment_tags(experiment_id=${id}, key=${TAG.note})`
              : `experiments(experiment_id=${id})`,
          },
        }
  }

  async function* list(query: RunQuery): AsyncIterable<RunSummary | Gap> {
    const options = { withHistory: query.withHistory === true, allTags: false }
    for await (const found of pages(query, options)) {
      if (isGap(found)) {
        yield found
        continue
      }
      for (const record of found.records) {
        yield summaryOfRecord(record)
        yield* found.gaps.get(record.id) ?? []
      }
    }
  }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    const options = { withHistory: query.withHistory === true, allTags: true }
    for await (const found of pages(query, options)) {
      if (isGap(found)) yield found
      else yield* reading(() => wholeRuns(found))
    }
  }

  /** The chosen runs page by page; what cannot be read of them stands between. */
  async function* pages(
    query: RunQuery,
    options: { readonly withHistory: boolean; readonly allTags: boolean },
  ): AsyncIterable<Page | Gap> {
    yield* [...database.gaps, ...schema.gaps]
    if (query.experiments !== undefined) {
      const known = told('experiments', () => experimentRows(database, schema))
      if (isGap(known)) yield known
      else yield* missingExperiments(query, known, location)
    }
    const ids = told('runs', () => selectRuns(database, schema, query))
    if (isGap(ids)) return yield ids
    for (let from = 0; from < ids.length; from += schema.pageSize) {
      await setImmediate()
      stopIfCancelled(world)
      yield* pagesOf(ids.slice(from, from + schema.pageSize), options)
    }
  }

  // A damaged page of the file hides only the runs on it: the others are found by halving.
  function* pagesOf(
    ids: readonly string[],
    options: { readonly withHistory: boolean; readonly allTags: boolean },
  ): Iterable<Page | Gap> {
    let page: Page
    try {
      page = readPage(database, schema, alias, file, ids, options, same)
    } catch (error) {
      if (!isDamage(error)) throw database.explain(error)
      const half = Math.ceil(ids.length / 2)
      if (ids.length > 1) yield* pagesOf(ids.slice(0, half), options)
      if (ids.length > 1) yield* pagesOf(ids.slice(half), options)
      else yield gap(`run ${quoted(ids[0] ?? '')}`, file, database.explain(error).message)
      return
    }
    // No key could be made of such an id.
    const [named, nameless] = partition(page.records, ({ id }) => isPlainName(id))
    yield { ...page, records: named }
    for (const { id } of nameless)
      yield gap(`run ${quoted(id)}`, `${file} runs`, 'its id is none that a run may have')
  }

  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    const rows = reading(() =>
      database.all(
        `SELECT CAST(experiment_id AS TEXT), run_uuid FROM runs
          WHERE substr(run_uuid, 1, length(?)) = ? ORDER BY run_uuid`,
        idPrefix,
        idPrefix,
      ),
    )
    return rows
      .map(([experiment, id]) => ({ experiment: textOf(experiment) ?? '', id: textOf(id) ?? '' }))
      .filter(({ id }) => isPlainName(id))
      .map(({ experiment, id }) => runKey(alias, experiment, id))
  }

  async function read(key: RunKey, options: { readonly withHistory?: boolean } = {}): Promise<Run> {
    const { experimentId, runId } = parseRunKey(key, alias)
    return reading(() => {
      const wanted = { withHistory: options.withHistory === true, allTags: true }
      const page = readPage(database, schema, alias, file, [runId], wanted, same)
      const [run] = wholeRuns(page)
      if (run === undefined || run.experiment.id !== experimentId) throw noSuchRun(key, location)
      return run
    })
  }

  function wholeRuns(page: Page): readonly Run[] {
    const ids = page.records.map(({ id }) => id)
    const inputs = orGap('data sets', () => readDataSets(database, schema, file, ids))
    const versions = orGap('registered models', () => readRegistered(database, schema, file, alias, ids))
    const damages = [inputs, versions].flatMap((found) => (isGap(found) ? [found] : []))
    return page.records.map((record) => {
      const { id } = record
      const { dataSets = [], gaps = [] } = (isGap(inputs) ? undefined : inputs.get(id)) ?? {}
      const registered = isGap(versions) ? undefined : versions.get(id)
      return runOfRecord(record, {
        dataSets,
        ...(registered === undefined ? {} : { registered }),
        artifacts: countArtifacts(dirname(path), record, page.artifactUris.get(id) ?? ''),
        gaps: [...schema.gaps, ...(page.gaps.get(id) ?? []), ...gaps, ...damages],
        origins: {
          run: rowOrigin(`runs(run_uuid=${id})`),
          params: new Map(
            [...record.params.keys()]
              .sort()
              .map((name) => [name, rowOrigin(`params(run_uuid=${id}, key=${name})`)]),
          ),
          metrics: new Map([...(page.metricRows.get(id) ?? [])].map(([name, row]) => [name, rowOrigin(row)])),
        },
      })
    })
  }

  async function* history(key: RunKey, metric: string): AsyncIterable<Point | Gap> {
    const { experimentId, runId } = parseRunKey(key, alias)
    const series = collectSeries()
    const gaps: Gap[] = []
    reading(() => {
      const [run] = database.all('SELECT CAST(experiment_id AS TEXT) FROM runs WHERE run_uuid = ?', runId)
      if (textOf(run?.[0]) !== experimentId) throw noSuchRun(key, location)
      let rows = 0
      let bad = 0
      database.each(schema.history, [runId, metric], (row) => {
        rows += 1
        const point = pointOf(row)
        if (point === null) bad += 1
        else series.add(point.step, point.time, point.value, 0)
      })
      if (bad > 0) gaps.push(badPoints(metric, runId, `${file} metrics`, bad))
      if (rows === 0) throw noSuchMetric(runId, metric, metricNames(runId))
    })
    for (const { step, time, value } of series.inOrder())
      yield {
        step,
        time,
        value,
        origin: rowOrigin(`metrics(run_uuid=${runId}, key=${metric}, step=${step}, timestamp=${time})`),
      }
    yield* gaps
  }

  async function* artifacts(key: RunKey): AsyncIterable<Artifact | Gap> {
    const { folder, id, uri, isRefused } = artifactFolderOf(key)
    if (folder !== null) return yield* listArtifacts(folder, alias)
    const lost = elsewhere({ key, id, where: file }, uri, isRefused)
    if (lost !== null) yield lost
  }

  async function readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap> {
    return readArtifactPart(artifactFolderOf(key).folder, key, path, part)
  }

  function artifactFolderOf(key: RunKey): {
    readonly folder: ArtifactFolder | null
    readonly id: string
    readonly uri: string
    readonly isRefused: boolean
  } {
    const { experimentId, runId } = parseRunKey(key, alias)
    const [row] = reading(() =>
      database.all(
        `SELECT CAST(r.experiment_id AS TEXT), ${schema.run.artifactUri} FROM runs r WHERE r.run_uuid = ?`,
        runId,
      ),
    )
    if (textOf(row?.[0]) !== experimentId) throw noSuchRun(key, location)
    const uri = textOf(row?.[1]) ?? ''
    const places = artifactPlaces(dirname(path), experimentId, runId, uri)
    return {
      folder: findArtifacts(dirname(path), experimentId, runId, uri),
      id: runId,
      uri,
      isRefused: places.some((place) => readEntry(place).kind === 'unreadable'),
    }
  }

  function metricNames(runId: string): readonly string[] {
    return database
      .all(
        `SELECT DISTINCT key FROM ${schema.latest ? 'latest_metrics' : 'metrics'} WHERE run_uuid = ? ORDER BY key`,
        runId,
      )
      .map(([name]) => textOf(name) ?? '')
  }

  function rowOrigin(row: string): Origin {
    return { source: alias, file, row }
  }

  /** What is read, or a gap where a page of the file that it lies on is damaged. */
  function told<Value extends object>(what: string, read: () => Value): Value | Gap {
    try {
      return database.consistent(read)
    } catch (error) {
      return damageOf(what, error)
    }
  }

  /** As `told`, inside of one that reads. */
  function orGap<Value extends object>(what: string, read: () => Value): Value | Gap {
    try {
      return read()
    } catch (error) {
      return damageOf(what, error)
    }
  }

  function damageOf(what: string, error: unknown): Gap {
    if (error instanceof NarrateError) throw error
    if (!isDamage(error)) throw database.explain(error)
    return gap(what, file, database.explain(error).message)
  }

  function reading<Value>(read: () => Value): Value {
    try {
      return database.consistent(read)
    } catch (error) {
      if (error instanceof NarrateError) throw error
      throw database.explain(error)
    }
  }
}

function partition<Value>(
  values: readonly Value[],
  isFirst: (value: Value) => boolean,
): readonly [readonly Value[], readonly Value[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))]
}

/** How many artifacts a run has; null where they lie somewhere that is not read. */
function countArtifacts(directory: string, record: RunRecord, uri: string): number | null {
  const folder = findArtifacts(directory, record.experiment.id, record.id, uri)
  return folder === null ? null : countFiles(folder.path)
}

/**
 * The folder of a run's artifacts. They lie beside the database, in a place that its record names as a path of the machine
 * that wrote it; only places below the database's own folder are looked at.
 */
function findArtifacts(
  directory: string,
  experimentId: string,
  runId: string,
  uri: string,
): ArtifactFolder | null {
  for (const place of artifactPlaces(directory, experimentId, runId, uri)) {
    if (isBelow(place, directory))
      return { path: place, where: relative(directory, place).split(sep).join('/') }
  }
  return null
}

/** Where below the database's folder the artifacts of a run may lie. */
function artifactPlaces(
  directory: string,
  experimentId: string,
  runId: string,
  uri: string,
): readonly string[] {
  const below = [experimentId, runId, 'artifacts']
  const named = /^(?:file:)?(?:\/\/)?(?![a-z][a-z0-9+.-]+:)(.+)$/is.exec(uri)?.[1]
  const places = [
    ...(named === undefined || named.includes('\0')
      ? []
      : [isAbsolute(named) ? named : resolve(directory, named)]),
    ...(below.every(isPlainName)
      ? [join(directory, 'mlruns', ...below), join(directory, 'mlartifacts', ...below)]
      : []),
  ]
  return places.filter((place) => {
    const inside = relative(directory, place)
    if (inside.startsWith('..') || isAbsolute(inside)) return false
    // A log may name any folder; only one that is the run's own by its name is looked at.
    return basename(place) === 'artifacts' && basename(dirname(place)) === runId
  })
}
