import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading, RunPlace } from '../../files/loaded-run.ts'
import { programId, programName, programTags, SCORE } from '../../programs/program.ts'
import {
  CANDIDATES,
  LOG,
  type RunDirectory,
  readRunDirectory,
  STATE,
  TRACES,
  type Trace,
} from './read-run-directory.ts'

const OWN: readonly string[] = [STATE, TRACES, LOG, CANDIDATES]

/** A run directory as a walk finds it. */
export interface GepaRun {
  readonly path: string
  readonly id: string
  readonly experiment: LoadedRun['experiment']
  readonly files: readonly string[]
}

export interface GepaPlace extends RunPlace {
  load(reading: Reading): LoadedRun | Gap
}

/** A candidate or a rejected proposal; the seed is iteration 0. */
interface Program {
  readonly id: string
  /** Its index among the candidates; null where it is none. */
  readonly index: number | null
  readonly iteration: number | null
  readonly trace: Trace | null
}

/**
 * The runs of one run directory: the optimisation (`<directory>`), the seed (`<directory>/seed`) and what each iteration proposed
 * (`<directory>/iteration-3`, a second program of one `<directory>/iteration-3.2`), whether it was accepted or not.
 */
export function placesIn(run: GepaRun): readonly GepaPlace[] {
  const directory = readRunDirectory(run.path, run.id, run.files)
  const programs = programsOf(run, directory)
  const ids = new Map(programs.flatMap(({ index, id }) => (index === null ? [] : [[index, id] as const])))
  const place = (id: string, artifacts: RunPlace['artifacts'], load: GepaPlace['load']): GepaPlace => ({
    kind: 'place',
    id,
    where: run.id,
    files: [run.path, ...OWN.map((file) => join(run.path, file))],
    artifacts,
    experiment: run.experiment,
    load,
  })
  const takes = (name: string) => !OWN.includes(name) && !/(?:^|\/)gepa_state\.bin$/.test(name)
  return [
    place(run.id, { path: run.path, where: run.id, takes }, (reading) =>
      loadOptimisation(run, directory, reading),
    ),
    ...programs.map((program) =>
      place(program.id, null, (reading) => loadProgram(run, directory, program, ids, reading)),
    ),
  ]
}

function programsOf(run: GepaRun, { traces, log, candidates }: RunDirectory): readonly Program[] {
  const programs: Program[] = []
  const known = new Set<number>()
  const add = (index: number | null, iteration: number, nth: number, trace: Trace | null): void => {
    if (index !== null && known.has(index)) return
    if (index !== null) known.add(index)
    programs.push({ id: below(run, programId(iteration, nth, index)), index, iteration, trace })
  }
  if (candidates.length > 0 || log.programs.has(0) || traces.length > 0) add(0, 0, 0, null)
  const byIteration = new Map(traces.map((trace) => [trace.iteration, trace]))
  const iterations = new Set([...byIteration.keys(), ...log.texts.keys(), ...iterationsOf(log.programs)])
  for (const iteration of [...iterations].sort((left, right) => left - right)) {
    if (iteration === 0) continue
    const trace = byIteration.get(iteration) ?? null
    const logged = [...log.programs]
      .filter(([, each]) => each.iteration === iteration)
      .map(([index]) => index)
    const added = trace !== null && trace.added.length > 0 ? trace.added : logged
    for (const [nth, index] of added.entries()) add(index, iteration, nth, trace)
    const isProposed = (trace?.after ?? null) !== null || log.texts.has(iteration)
    if (added.length === 0 && isProposed) add(null, iteration, 0, trace)
  }
  // Where nothing tells which iteration a candidate is of.
  for (const index of candidates.keys())
    if (!known.has(index))
      programs.push({ id: below(run, programId(null, 0, index)), index, iteration: null, trace: null })
  return programs
}

function iterationsOf(programs: RunDirectory['log']['programs']): readonly number[] {
  return [...programs.values()].map(({ iteration }) => iteration)
}

function loadOptimisation(run: GepaRun, { traces, log, gaps }: RunDirectory, reading: Reading): LoadedRun {
  const best = reading.series('best_score_on_valset', below(run, LOG))
  for (const { iteration, value, line } of log.best) best?.(iteration, null, value, line)
  for (const { iteration, before, after } of traces) {
    const file = below(run, TRACES)
    if (before !== null) reading.series('subsample_mean/before', file)?.(iteration, null, before)
    if (after !== null) reading.series('subsample_mean/after', file)?.(iteration, null, after)
  }
  const first = [TRACES, LOG, CANDIDATES, STATE].find((file) => run.files.includes(file)) ?? ''
  return {
    experiment: run.experiment,
    name: run.experiment.name,
    // Nothing in the directory says whether it came to its end.
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    params: new Map(),
    gaps,
    origin: { file: below(run, first) },
  }
}

function loadProgram(
  run: GepaRun,
  directory: RunDirectory,
  { index, iteration, trace }: Program,
  ids: ReadonlyMap<number, string>,
  reading: Reading,
): LoadedRun {
  const { log, candidates } = directory
  const logged = index === null ? undefined : log.programs.get(index)
  const file = below(run, LOG)
  if (logged?.score) reading.series(SCORE, file)?.(null, null, logged.score.value, logged.score.line)
  for (const [example, { value, line }] of logged?.scores ?? [])
    reading.series(`valset/${example}`, file)?.(null, null, value, line)
  for (const [name, value] of [
    ['subsample_mean/before', trace?.before ?? null],
    ['subsample_mean/after', trace?.after ?? null],
  ] as const)
    if (value !== null) reading.series(name, below(run, TRACES))?.(null, null, value)

  const isRejected = iteration !== null && log.rejected.has(iteration)
  const isAccepted = index !== null ? true : (trace?.isAccepted ?? (isRejected ? false : null))
  const params = textsOfProgram()
  const gaps =
    index !== null && params.size === 0 && candidates[index] === undefined
      ? [gap(`texts of candidate ${index}`, below(run, CANDIDATES), 'they are not there')]
      : []
  return {
    experiment: run.experiment,
    name: programName({ index, iteration, isAccepted }, run.experiment.name),
    status: isAccepted === null ? 'unknown' : 'finished',
    startedAt: null,
    endedAt: null,
    parent: index === 0 ? run.id : parentOfProgram(),
    params,
    tags: programTags(isAccepted, trace?.parents ?? []),
    gaps,
    origin: { file: below(run, trace !== null ? TRACES : index === null || logged ? LOG : CANDIDATES) },
  }

  function parentIndex(): number | null {
    const [first = iteration === null ? undefined : log.selected.get(iteration)] = trace?.parents ?? []
    return first ?? null
  }

  function parentOfProgram(): string | null {
    const from = parentIndex()
    return from === null ? null : (ids.get(from) ?? null)
  }

  /**
   * All components of a candidate. A proposal is the program it came from with what was proposed in place of its own; it was tried on a minibatch alone, so
   * which one is a setting of it.
   */
  function textsOfProgram(): ReadonlyMap<string, LoggedText> {
    const own = index === null ? undefined : candidates[index]
    if (own !== undefined) return texts(own, CANDIDATES)
    const from = parentIndex()
    // A log that ends before the decision may lack a text; a merge takes from both, and nothing says what from which.
    const isWhole =
      (trace?.proposed.size ?? 0) > 0 || (proposed().size > 0 && (isRejected || logged !== undefined))
    const isMerge = (trace?.parents.length ?? 0) > 1
    const inherited = from === null || isMerge || !isWhole ? undefined : candidates[from]
    return new Map([
      ...texts(inherited ?? new Map(), CANDIDATES),
      ...proposed(),
      ...(index === null && trace?.minibatch
        ? ([['subsample_ids', { text: trace.minibatch, file: below(run, TRACES) }]] as const)
        : []),
    ])
  }

  function proposed(): ReadonlyMap<string, LoggedText> {
    if (trace !== null && trace.proposed.size > 0) return texts(trace.proposed, TRACES)
    const written = iteration === null ? undefined : log.texts.get(iteration)
    return new Map(
      [...(written ?? [])].map(([component, { text, line }]) => [`text:${component}`, { text, file, line }]),
    )
  }

  function texts(of: ReadonlyMap<string, string>, from: string): ReadonlyMap<string, LoggedText> {
    return new Map(
      [...of].map(([component, text]) => [`text:${component}`, { text, file: below(run, from) }]),
    )
  }
}

/** A path below the directory; one that is the location itself has none of its own. */
function below({ id }: GepaRun, name: string): string {
  return id === '.' ? name : `${id}/${name}`
}
