import { NarrateError } from '../../errors.ts'
import { type Gap, gap, isGap } from '../../gap.ts'
import { summaryOfValue } from '../files/loaded-run.ts'
import { parseLooseJson } from '../files/loose-json.ts'
import { noSuchMetric } from '../no-such-run.ts'
import { quoted } from '../quoted.ts'
import {
  type Artifact,
  type Experiment,
  LAST_ALONE,
  type Origin,
  type Run,
  type RunKey,
  type RunSummary,
} from '../run.ts'
import type { RunQuery, RunSource } from '../run-source.ts'
import { sortedByName } from '../sorted-by-name.ts'
import { parseDspyProgram } from './dspy-program.ts'
import { PROGRAM, type Program, SCORE } from './program.ts'
import { LONGEST_PARAM, prefixesIn, type ReadPrograms, readPrograms } from './read-programs.ts'
import { readWholeArtifact } from './read-table.ts'

const MOST_KEPT = 64
/** What DSPy's evaluations are logged as, in per cent: every optimiser looks for more. */
const EVAL = 'eval'
/** Where MLflow's autologging puts the program that was evaluated, and the best one of an optimiser. */
const PROGRAM_FILES: readonly string[] = ['best_model.json', 'model.json']

interface KeptProgram {
  readonly stamp: string
  readonly params: ReadonlyMap<string, string>
  readonly origin: Origin | null
  readonly gaps: readonly Gap[]
}

/**
 * A tracker's source in which every run that tells of an optimisation of prompts by GEPA is followed by what was tried there, each candidate and
 * each rejected proposal a run of its own (`<run's id>/iteration-3`), as GEPA's own run directory is told. They carry no times, so that lists give
 * them last; a query wants them where it wants their optimisation, and their own status. What of the tables cannot be read is a gap of the optimisation.
 * A run that MLflow made of an evaluation or an optimiser of DSPy is told with the program it kept.
 */
export function withPrograms(source: RunSource): RunSource {
  // Experiments by their ids: the metric that all their runs that were listed look for, if there is one.
  const decided = new Map<string, string | null>()
  const programs = new Map<RunKey, KeptProgram>()
  const kept = new Map<RunKey, { readonly stamp: string; readonly read: ReadPrograms }>()
  return {
    ...source,
    experiments,
    list: (query) => listed(query, (asked) => source.list(asked), summaryOf),
    readAll: (query) =>
      listed(
        query,
        (asked) => source.readAll(asked),
        (run) => run,
      ),
    find,
    read,
    async *history(key, metric) {
      const found = await programAt(key)
      if (found === null) return yield* source.history(key, metric)
      const told = found.program.metrics.get(metric)
      if (told === undefined) throw noSuchMetric(key, metric, [...found.program.metrics.keys()].sort())
      yield { step: null, value: told.value, time: null, origin: told.origin }
    },
    async *artifacts(key) {
      if ((await programAt(key)) === null) yield* source.artifacts(key)
    },
    async readArtifact(key, path, part) {
      if ((await programAt(key)) !== null) throw noArtifact(key, path)
      return source.readArtifact(key, path, part)
    },
    ...(source.folders === undefined
      ? {}
      : {
          folders: async (key: RunKey) =>
            (await programAt(key)) === null ? ((await source.folders?.(key)) ?? []) : [],
        }),
  }

  /** An experiment of nothing but optimisations is decided by what they look for, unless it says otherwise. */
  async function* experiments(query?: {
    readonly includeDeleted?: boolean
  }): AsyncIterable<Experiment | Gap> {
    for await (const found of source.experiments(query))
      if (isGap(found) || found.primaryMetric !== null) yield found
      else {
        const name = decided.get(found.id) ?? null
        yield name === null ? found : { ...found, primaryMetric: { name, greaterIsBetter: true } }
      }
  }

  async function* listed<Kind extends RunSummary>(
    query: RunQuery,
    list: (query: RunQuery) => AsyncIterable<Kind | Gap>,
    as: (run: Run) => RunSummary,
  ): AsyncIterable<Kind | Gap> {
    const optimisations: RunKey[] = []
    let left = query.limit ?? Number.POSITIVE_INFINITY
    for await (const found of list(query)) {
      if (isGap(found)) {
        yield found
        continue
      }
      const isOptimisation = prefixesIn(found).length > 0
      const { id } = found.experiment
      const own = isOptimisation ? SCORE : isOfDspy(found) && found.metrics.has(EVAL) ? EVAL : null
      decided.set(id, decided.has(id) && decided.get(id) !== own ? null : own)
      if (!isOptimisation) {
        yield isOfDspy(found) ? await withProgram(found) : found
        if (isOfDspy(found) && !isWholeRun(found)) yield* (await programOf(found)).gaps
        left -= 1
        continue
      }
      const { read: tried } = await optimisationAt(found.key)
      if (isWholeRun(found)) yield { ...found, gaps: [...found.gaps, ...tried.gaps] }
      else {
        yield found
        yield* tried.gaps
      }
      left -= 1
      optimisations.push(found.key)
    }
    for (const key of optimisations) {
      if (left <= 0) return
      const { run, read: tried } = await optimisationAt(key)
      for (const program of query.order === 'newest' ? tried.programs.toReversed() : tried.programs) {
        const one = runOf(run, program, query.withHistory ?? false)
        if (query.statuses !== undefined && !query.statuses.includes(one.status)) continue
        yield as(one) as Kind
        left -= 1
        if (left <= 0) return
      }
    }
  }

  /** A program is found by its whole name, alone or after the beginning of its optimisation's id: `3fa2/iteration-3`. */
  async function find(idPrefix: string): Promise<readonly RunKey[]> {
    const keys = [...(await source.find(idPrefix))]
    const at = idPrefix.search(PROGRAM)
    if (at < 0) return keys
    const [head = ''] = idPrefix.split('/', 1)
    const tries =
      at === 0
        ? [{ start: null, name: idPrefix }]
        : [
            { start: idPrefix.slice(0, at), name: idPrefix.slice(at + 1) },
            // The optimisation's prefix may stand between: `3fa2/second/iteration-3`.
            { start: head, name: idPrefix.slice(head.length + 1) },
          ]
    for (const { start, name } of tries)
      for (const above of await optimisationsFrom(start)) {
        const { read: tried } = await optimisationAt(above)
        for (const { id } of tried.programs)
          if (id === name || (start === null && id.endsWith(`/${name}`))) keys.push(`${above}/${id}`)
      }
    return [...new Set(keys)]
  }

  async function optimisationsFrom(start: string | null): Promise<readonly RunKey[]> {
    const found: RunKey[] = []
    if (start === null) {
      for await (const run of source.list({ includeDeleted: true }))
        if (!isGap(run) && prefixesIn(run).length > 0) found.push(run.key)
      return found
    }
    for (const key of await source.find(start))
      if (prefixesIn(await source.read(key)).length > 0) found.push(key)
    return found
  }

  async function read(key: RunKey, options: { readonly withHistory?: boolean } = {}): Promise<Run> {
    const found = await programAt(key)
    if (found !== null) return runOf(found.run, found.program, options.withHistory ?? false)
    const run = await source.read(key, options)
    if (prefixesIn(run).length === 0) return isOfDspy(run) ? withProgram(run) : run
    const { read: tried } = await optimisationAt(key)
    return tried.gaps.length === 0 ? run : { ...run, gaps: [...run.gaps, ...tried.gaps] }
  }

  /** The program that a key names; null where it names none. A run of the tracker's own may be called like one. */
  async function programAt(key: RunKey): Promise<{ readonly run: Run; readonly program: Program } | null> {
    if (!PROGRAM.test(key)) return null
    const from = key.indexOf(':') + 1
    for (let cut = key.lastIndexOf('/'); cut > from; cut = key.lastIndexOf('/', cut - 1)) {
      const above = key.slice(0, cut)
      try {
        const { run, read: tried } = await optimisationAt(above)
        const program = tried.programs.find(({ id }) => id === key.slice(cut + 1))
        if (program !== undefined) return { run, program }
      } catch (error) {
        // Then it is no run's key.
        if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      }
    }
    return null
  }

  /** A run with the program of DSPy that MLflow keeps of it: of what is no plain name MLflow keeps no parameters. */
  async function withProgram<Kind extends RunSummary>(run: Kind): Promise<Kind> {
    const { params, origin, gaps } = await programOf(run)
    const added = [...params].filter(([name]) => !isTold(run, name))
    const all = { ...run, params: sortedByName(new Map([...added, ...run.params])) }
    if (!isWholeRun(run)) return all
    const own = new Map([
      ...added.map(([name]) => [name, origin ?? run.origins.run] as const),
      ...run.origins.params,
    ])
    return {
      ...all,
      gaps: [...run.gaps, ...gaps],
      origins: { ...run.origins, params: sortedByName(own) },
    }
  }

  async function programOf(run: RunSummary): Promise<KeptProgram> {
    const stamp = `${run.status} ${run.endedAt}`
    const known = programs.get(run.key)
    if (known?.stamp === stamp && run.endedAt !== null) return known
    const artifacts: Artifact[] = []
    for await (const found of source.artifacts(run.key)) if (!isGap(found)) artifacts.push(found)
    const artifact = PROGRAM_FILES.map((name) => artifacts.find(({ path }) => path === name)).find(
      (found) => found !== undefined,
    )
    const text = artifact === undefined ? null : await readWholeArtifact(source, run.key, artifact)
    const parsed = typeof text === 'string' ? parseLooseJson(text) : null
    const params = parsed?.kind === 'json' ? parseDspyProgram(parsed.value) : null
    const why =
      text !== null && typeof text !== 'string'
        ? text.why
        : parsed?.kind === 'broken'
          ? parsed.why
          : parsed !== null && params === null
            ? 'it holds no predictor'
            : null
    const kept: KeptProgram = {
      stamp,
      params: params ?? new Map(),
      origin: artifact?.origin ?? null,
      gaps:
        why === null || artifact === undefined
          ? []
          : [gap(`program ${quoted(artifact.path)}`, artifact.origin.file, why)],
    }
    programs.set(run.key, kept)
    return kept
  }

  /** A run of the tracker with what was tried in it; read again where the run, or one of its files, has changed. */
  async function optimisationAt(key: RunKey): Promise<{ readonly run: Run; readonly read: ReadPrograms }> {
    const run = await source.read(key)
    if (prefixesIn(run).length === 0) return { run, read: { programs: [], gaps: [] } }
    const artifacts: Artifact[] = []
    // Gaps of the listing are told where artifacts are asked for.
    for await (const found of source.artifacts(key)) if (!isGap(found)) artifacts.push(found)
    const stamp = JSON.stringify([
      run.status,
      run.endedAt,
      [...run.metrics].map(([name, { last, lastStep }]) => [name, last, lastStep]),
      [...run.params.keys(), ...run.tags.keys()],
      artifacts.map(({ path, size }) => [path, size]),
    ])
    const known = kept.get(key)
    if (known?.stamp === stamp) return { run, read: known.read }
    const read = await readPrograms(source, run, artifacts)
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(key, { stamp, read })
    return { run, read }
  }

  function noArtifact(key: RunKey, path: string): NarrateError {
    return new NarrateError('source', `Run ${key} has no artifact called ${JSON.stringify(path)}.`, {
      hint: 'What was tried in an optimisation has none of its own.',
    })
  }
}

function isWholeRun<Kind extends RunSummary>(run: Kind): run is Kind & Run {
  return 'gaps' in run
}

/** Whether MLflow's autologging of DSPy made a run: nothing else writes that parameter. */
function isOfDspy({ params }: Pick<RunSummary, 'params'>): boolean {
  return params.has('lm_params')
}

/** Whether MLflow has a predictor's instructions among the parameters, whole: `MyProgram.cot.predict.signature.instructions`. */
function isTold({ params }: Pick<RunSummary, 'params'>, name: string): boolean {
  const predictor = name.split(':')[1] ?? ''
  if (name.startsWith('version:')) return false
  return [...params].some(
    ([each, value]) => each.endsWith(`.${predictor}.signature.instructions`) && value.length < LONGEST_PARAM,
  )
}

function runOf(run: Run, program: Program, withHistory: boolean): Run {
  const { id, name, parent, isAccepted, params, metrics, tags, origin } = program
  const above = id.includes('/') ? id.slice(0, id.indexOf('/') + 1) : ''
  return {
    key: `${run.key}/${id}`,
    id: `${run.id}/${id}`,
    source: run.source,
    experiment: run.experiment,
    name,
    user: run.user,
    url: run.url,
    status: isAccepted === null ? 'unknown' : 'finished',
    deleted: run.deleted,
    startedAt: null,
    endedAt: null,
    parent: id === `${above}seed` ? run.key : parent === null ? null : `${run.key}/${parent}`,
    params: sortedByName(new Map([...params].map(([each, { value }]) => [each, value]))),
    metrics: sortedByName(
      new Map(
        [...metrics].map(([each, { value }]) => [
          each,
          withHistory
            ? summaryOfValue({ value, step: null, file: '' }, true)
            : { last: value, lastStep: null, ...LAST_ALONE },
        ]),
      ),
    ),
    tags: sortedByName(tags),
    note: null,
    code: {
      commit: run.code.commit,
      dirty: run.code.dirty,
      branch: run.code.branch,
      entryPoint: run.code.entryPoint,
    },
    dataSets: [],
    artifacts: 0,
    gaps: [],
    origins: {
      run: origin,
      params: sortedByName(new Map([...params].map(([each, told]) => [each, told.origin]))),
      metrics: sortedByName(new Map([...metrics].map(([each, told]) => [each, told.origin]))),
    },
  }
}

function summaryOf(run: Run): RunSummary {
  const { note: _, code: __, dataSets: ___, artifacts: ____, gaps: _____, origins: ______, ...summary } = run
  return summary
}
