import { join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
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
import { countFiles, readEntry } from '../../files/folder.ts'
import { noSuchMetric, noSuchRun } from '../../no-such-run.ts'
import { byStart, missingExperiments } from '../../query-rules.ts'
import { quoted } from '../../quoted.ts'
import type { Artifact, Experiment, Point, Run, RunKey, RunSummary } from '../../run.ts'
import type { ArtifactPart, OpenOptions, RunQuery, RunSource } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { readDataSets } from './data-set-folder.ts'
import {
  describeExperiment,
  type ExperimentFolder,
  readExperiments,
  runFoldersOf,
} from './experiment-folder.ts'
import { type KeptRuns, openKeptRuns } from './kept-runs.ts'
import { readMeta, settled } from './meta-file.ts'
import { readMetricFile } from './metric-file.ts'
import { type Registry, readRegistry } from './registry-folder.ts'
import { metricNamesOf, type RunFiles } from './run-files.ts'
import { isChosen, passes } from './run-filter.ts'
import { type RunFolder, type RunMeta, runFolder } from './run-folder.ts'
import { isPlainName, lostParent, parseRunKey, runKey } from './run-key.ts'
import { type RunRecord, runOfRecord, SUMMARY_TAGS, summaryOfRecord, TAG, userOf } from './run-record.ts'
import { collectSeries } from './series.ts'
import { storeSource } from './store-source.ts'

// MLflow pauses as long before it reads an empty meta.yaml again.
const SETTLING = 100
const RUNS_BETWEEN_BREATHS = 32

/**
 * A file store (a `mlruns` tree) at `root`, read-only. `prefix` leads from the location that the user named to the root
 * (`mlruns/`, or nothing), and stands before every place that gaps and origins name.
 */
export function openFileStore(
  root: string,
  prefix: string,
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): RunSource {
  // Opened when the first run is read.
  let memory: Promise<KeptRuns> | null = null
  const remembered = (): Promise<KeptRuns> => {
    memory ??= openKeptRuns({ root, prefix, alias }, world, options)
    return memory
  }
  const settle = () => setTimeout(SETTLING)
  const index = () => readExperiments(root, prefix, settle)
  // The experiments and their runs as they were when they were first listed, where they are to be listed once.
  let first: ReturnType<typeof index> | null = null
  const firstIndex = (): ReturnType<typeof index> => {
    if (options.listsOnce !== true) return index()
    first ??= index()
    return first
  }
  const firstRuns = new Map<string, readonly (RunFolder | Gap)[]>()
  // One run is read after the other, and each would read the whole registry: the first reading serves them all.
  let known: Registry | null = null
  const registry = (): Registry => {
    known ??= readRegistry(root, prefix, alias)
    return known
  }
  return storeSource(location, alias, {
    experiments,
    list,
    readAll,
    find,
    read,
    history,
    artifacts,
    readArtifact,
    async close() {
      await (await memory)?.close()
      memory = null
    },
  })

  async function* experiments(
    query: { readonly includeDeleted?: boolean } = {},
  ): AsyncIterable<Experiment | Gap> {
    const { experiments: folders, gaps } = await index()
    yield* gaps
    for (const folder of folders)
      if (query.includeDeleted || !folder.deleted) yield describeExperiment(folder, alias)
  }

  async function* list(query: RunQuery): AsyncIterable<RunSummary | Gap> {
    for await (const found of chosenRuns(query)) {
      if (isGap(found)) {
        yield found
        continue
      }
      const { run, all, parents } = found
      const files = (await remembered()).files(run, wantedTags(run.meta))
      const { record, gaps } = recordOf(run, files, all, parents)
      yield summaryOfRecord(record)
      yield* gaps
    }
  }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    yield* registry().gaps
    const kept = await remembered()
    for await (const found of chosenRuns(query))
      yield isGap(found) ? found : wholeRun(found.run, found.all, found.parents, kept)
  }

  /** The folders of the chosen runs, in order; what cannot be read of the store stands between. */
  async function* chosenRuns(query: RunQuery): AsyncIterable<
    | Gap
    | {
        readonly kind: 'chosen'
        readonly run: RunFolder
        readonly all: readonly ExperimentFolder[]
        readonly parents: Parents
      }
  > {
    const { experiments: all, gaps } = await firstIndex()
    yield* gaps
    yield* missingExperiments(query, all, location)
    const chosen = all.filter((experiment) => isChosen(experiment, query))
    const found: RunFolder[] = []
    const kept = await remembered()
    const there = new Set<string>()
    for (const experiment of chosen)
      for await (const run of listedRuns(experiment, kept)) {
        if (isGap(run)) yield run
        else {
          there.add(run.where)
          if (passes(run, query, kept)) found.push(run)
        }
      }
    if (chosen.length === all.length) kept.retain(there)
    const startOrder = byStart(query.order ?? 'oldest')
    const dated = ({ id, meta }: RunFolder) => ({ id, startedAt: meta.startedAt })
    found.sort((a, b) => startOrder(dated(a), dated(b)))
    const parents: Parents = new Map()
    const breathe = breather(world)
    for (const run of found.slice(0, query.limit)) {
      await breathe()
      yield { kind: 'chosen', run, all, parents }
    }
  }

  async function* listedRuns(experiment: ExperimentFolder, kept: KeptRuns): AsyncIterable<RunFolder | Gap> {
    const known = firstRuns.get(experiment.path)
    if (known !== undefined) return yield* known
    const found: (RunFolder | Gap)[] = []
    for await (const run of runsOf(experiment, kept)) {
      found.push(run)
      yield run
    }
    if (options.listsOnce === true) firstRuns.set(experiment.path, found)
  }

  async function* runsOf(experiment: ExperimentFolder, kept: KeptRuns): AsyncIterable<RunFolder | Gap> {
    const { ids, gaps } = runFoldersOf(experiment)
    yield* gaps
    const without: string[] = []
    const unsettled: string[] = []
    const breathe = breather(world)
    for (const id of ids) {
      await breathe()
      const known = kept.folder(experiment, id)
      if (known.run !== null) {
        yield known.run
        continue
      }
      const meta = readMeta(join(experiment.path, id, 'meta.yaml'))
      if (meta.unsettled) unsettled.push(id)
      else if (meta.kind === 'missing') without.push(id)
      else {
        const run = runFolder(experiment, id, meta)
        if (!isGap(run)) known.keep(run)
        yield run
      }
    }
    // All of them wait together, so that many damaged runs cost no more time than one.
    let pause: Promise<void> | null = null
    for (const id of unsettled) {
      pause ??= settle().then(settle)
      await pause
      const meta = readMeta(join(experiment.path, id, 'meta.yaml'))
      if (meta.kind === 'missing') without.push(id)
      else yield runFolder(experiment, id, meta)
    }
    if (without.length > 0) yield withoutMeta(experiment, without)
  }

  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    const { experiments: folders } = await index()
    return folders.flatMap((experiment) =>
      runFoldersOf(experiment)
        .ids.filter((id) => id.startsWith(idPrefix))
        .filter((id) => isPlainName(id) && readMeta(join(experiment.path, id, 'meta.yaml')).kind === 'meta')
        .map((id) => runKey(alias, experiment.id, id)),
    )
  }

  async function read(key: RunKey): Promise<Run> {
    const { run, experiments: all } = await locate(key)
    return wholeRun(run, all, new Map(), await remembered(), true)
  }

  function wholeRun(
    run: RunFolder,
    all: readonly ExperimentFolder[],
    parents: Parents,
    kept: KeptRuns,
    isAnew = false,
  ): Run {
    const files = kept.files(run, 'all', isAnew)
    const { record, gaps } = recordOf(run, files, all, parents)
    const { dataSets, gaps: dataSetGaps } = readDataSets(run.experiment.path, run.path, run.where)
    const registered = registry().versions.get(run.id)
    return runOfRecord(record, {
      dataSets,
      ...(registered === undefined ? {} : { registered }),
      artifacts: countFiles(join(run.path, 'artifacts')),
      gaps: [...gaps, ...dataSetGaps],
      origins: { run: { source: alias, file: `${run.where}/meta.yaml` }, ...files.origins },
    })
  }

  async function* history(key: RunKey, metric: string): AsyncIterable<Point | Gap> {
    const { run } = await locate(key)
    // A name is only taken as a path when the folder lists it: it may come from anywhere.
    const names = metricNamesOf(run.path)
    if (!names.includes(metric)) throw noSuchMetric(run.id, metric, names)
    const file = `${run.where}/metrics/${metric}`
    const series = collectSeries()
    const gaps = readMetricFile(join(run.path, 'metrics', ...metric.split('/')), metric, file, series.add)
    for (const { step, time, value, line } of series.inOrder())
      yield { step, time, value, origin: { source: alias, file, line } }
    yield* gaps
  }

  async function* artifacts(key: RunKey): AsyncIterable<Artifact | Gap> {
    const { run } = await locate(key)
    const folder = artifactFolder(run)
    if (folder !== null) return yield* listArtifacts(folder, alias)
    const isRefused = readEntry(join(run.path, 'artifacts')).kind !== 'missing'
    const told = elsewhere(
      { key, id: run.id, where: `${run.where}/artifacts` },
      run.meta.artifactUri,
      isRefused,
    )
    if (told !== null) yield told
  }

  async function readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap> {
    const { run } = await locate(key)
    return readArtifactPart(artifactFolder(run), key, path, part)
  }

  // Where the log says they lie is a path of the machine that wrote it; beside the run is where they are.
  function artifactFolder(run: RunFolder): ArtifactFolder | null {
    const path = join(run.path, 'artifacts')
    return isBelow(path, root) ? { path, where: `${run.where}/artifacts` } : null
  }

  async function locate(
    key: RunKey,
  ): Promise<{ readonly run: RunFolder; readonly experiments: readonly ExperimentFolder[] }> {
    const { experimentId, runId } = parseRunKey(key, alias)
    const { experiments: all } = await index()
    for (const experiment of all.filter(({ id }) => id === experimentId)) {
      const path = join(experiment.path, runId, 'meta.yaml')
      const meta = await settled(() => readMeta(path), settle)
      if (meta.kind === 'missing') continue
      const run = runFolder(experiment, runId, meta)
      if (!isGap(run)) return { run, experiments: all }
      throw new NarrateError('source', `The run ${key} cannot be read: ${run.why}.`, {
        hint: `Look at ${run.where} in ${location}.`,
      })
    }
    throw noSuchRun(key, location)
  }

  function recordOf(
    run: RunFolder,
    files: RunFiles,
    all: readonly ExperimentFolder[],
    parents: Parents,
  ): { readonly record: RunRecord; readonly gaps: readonly Gap[] } {
    const parent = files.tags.get(TAG.parent)
    const { key, isLost } = parent ? parentOf(run, parent, all, parents) : NO_PARENT
    const lost = isLost && parent ? [lostParent(run.id, parent, `${run.where}/tags/${TAG.parent}`)] : []
    return {
      record: {
        ...run.meta,
        ...files,
        deleted: run.meta.deleted || run.experiment.deleted,
        key: runKey(alias, run.experiment.id, run.id),
        id: run.id,
        source: alias,
        experiment: { id: run.experiment.id, name: run.experiment.name },
        parent: key,
      },
      gaps: [...run.meta.gaps, ...files.gaps, ...lost],
    }
  }

  // A parent is told by its run id alone; nearly always it lies in the same experiment.
  function parentOf(
    run: RunFolder,
    parent: string,
    all: readonly ExperimentFolder[],
    known: Parents,
  ): FoundParent {
    if (!isPlainName(parent)) return NO_PARENT
    const holds = ({ path }: ExperimentFolder) => readMeta(join(path, parent, 'meta.yaml')).kind === 'meta'
    // One that cannot be read is still where it is.
    const isIn = ({ path }: ExperimentFolder) => readEntry(join(path, parent)).kind === 'folder'
    const place = known.has(parent)
      ? known.get(parent)
      : holds(run.experiment)
        ? run.experiment
        : (all.find(holds) ?? all.find(isIn))
    known.set(parent, place)
    return { key: runKey(alias, (place ?? run.experiment).id, parent), isLost: place === undefined }
  }
}

/** Which experiments the parents of runs are in, by the parents' ids. */
type Parents = Map<string, ExperimentFolder | undefined>

interface FoundParent {
  readonly key: RunKey | null
  /** In no experiment that can be read. */
  readonly isLost: boolean
}

const NO_PARENT: FoundParent = { key: null, isLost: false }

/** Gives way to the event loop now and then, and stops where the user has. */
function breather(world: World): () => Promise<void> {
  let runs = 0
  return async () => {
    runs += 1
    if (runs % RUNS_BETWEEN_BREATHS === 0) await setImmediate()
    stopIfCancelled(world)
  }
}

// What meta.yaml tells already is not read a second time from a tag.
function wantedTags(meta: RunMeta): readonly string[] {
  const told: readonly string[] = [
    ...(meta.name ? [TAG.name] : []),
    ...(userOf(meta.user, '') ? [TAG.user] : []),
  ]
  return SUMMARY_TAGS.filter((name) => !told.includes(name))
}

function withoutMeta(experiment: ExperimentFolder, ids: readonly string[]): Gap {
  const some = ids.slice(0, 3).map(quoted).join(', ')
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : ''
  return gap(
    ids.length === 1 ? `run ${some}` : `${ids.length} runs of experiment ${experiment.id}`,
    experiment.where,
    `there is no meta.yaml in ${some}${more}: files without metadata`,
  )
}
