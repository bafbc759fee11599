import { basename, join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { isLooseList, isLooseMap, type LooseJson, numberOfLoose } from '../../files/loose-json.ts'
import { partOfFile } from '../../files/part-of-file.ts'
import { readLooseJson } from '../../files/read-loose.ts'
import { programId, programName, programTags, SCORE } from '../../programs/program.ts'
import type { GepaPlace } from './places-in.ts'

const MOST_BYTES = 64 * 1024 * 1024
const LOOKED_AT = 64 * 1024
/** What a result holds, and hardly anything else does. */
const MARKS = ['"val_aggregate_scores"', '"per_val_instance_best_candidates"', '"discovery_eval_counts"']
/** Its first name, in the order of the program or of the alphabet. */
const BEGINNING = /^\s*\{\s*"(?:candidates|_str_candidate_key|best_idx|best_outputs_valset)"/
/** The newest way of writing that is known. */
const NEWEST = 2

/** A `GEPAResult`, as `json.dump(result.to_dict())` writes it, as far as it could be read. */
interface Result {
  readonly candidates: readonly ReadonlyMap<string, string>[]
  readonly parents: readonly (readonly number[])[]
  readonly scores: readonly (number | null)[]
  /** By the examples' ids. */
  readonly subscores: readonly ReadonlyMap<string, number>[]
  /** By the objectives' names. */
  readonly objectives: readonly ReadonlyMap<string, number>[]
  readonly runDirectory: string | null
  readonly gaps: readonly Gap[]
}

/** Whether a file holds the result of an optimisation, by its beginning and its end. */
export function isResult(path: string): boolean {
  if (!/\.json$/i.test(path) || !BEGINNING.test(partOfFile(path, 200))) return false
  return [false, true].some((end) => {
    const text = partOfFile(path, LOOKED_AT, end)
    return MARKS.some((mark) => text.includes(mark))
  })
}

/** The experiment that a result is. */
export function resultExperiment(id: string): LoadedRun['experiment'] {
  return { id, name: basename(id).replace(/\.json$/i, '') }
}

/** The runs of a result: the optimisation (`<file>`) and its candidates (`<file>/seed`, `<file>/candidate-3`); of rejected proposals it does not tell. */
export function placesInResult(folder: string, file: string, id: string): readonly GepaPlace[] {
  const path = join(folder, file)
  const result = readResult(path, id)
  const experiment = resultExperiment(id)
  const place = (own: string, load: GepaPlace['load']): GepaPlace => ({
    kind: 'place',
    id: own,
    where: id,
    files: [path],
    artifacts: null,
    experiment,
    load,
  })
  const nameOf = (index: number): string => `${id}/${programId(index === 0 ? 0 : null, 0, index)}`
  return [
    place(
      id,
      (): LoadedRun => ({
        ...NOTHING,
        experiment,
        name: experiment.name,
        status: 'finished',
        params:
          result.runDirectory === null
            ? new Map()
            : new Map([['run_dir', { text: result.runDirectory, file: id }]]),
        gaps: result.gaps,
        origin: { file: id },
      }),
    ),
    ...result.candidates.map((texts, index) =>
      place(nameOf(index), (reading) => candidate(texts, index, reading)),
    ),
  ]

  function candidate(texts: ReadonlyMap<string, string>, index: number, reading: Reading): LoadedRun {
    const parents = result.parents[index] ?? []
    const [from] = parents
    const put = (name: string, value: number | null | undefined): void => {
      if (value !== null && value !== undefined) reading.series(name, id)?.(null, null, value)
    }
    put(SCORE, result.scores[index])
    for (const [example, score] of result.subscores[index] ?? []) put(`valset/${example}`, score)
    for (const [objective, score] of result.objectives[index] ?? []) put(`objective/${objective}`, score)
    return {
      ...NOTHING,
      experiment,
      name: programName({ index, iteration: null, isAccepted: true }, experiment.name),
      status: 'finished',
      parent: index === 0 ? id : from === undefined || from >= result.candidates.length ? null : nameOf(from),
      params: new Map<string, LoggedText>(
        [...texts].map(([component, text]) => [`text:${component}`, { text, file: id }]),
      ),
      tags: programTags(true, parents),
      gaps: [],
      origin: { file: id },
    }
  }
}

const NOTHING = { startedAt: null, endedAt: null } as const

function readResult(path: string, where: string): Result {
  const gaps: Gap[] = []
  const read = readLooseJson(path, MOST_BYTES)
  if (read.kind !== 'json' || !isLooseMap(read.value)) {
    const why =
      read.kind === 'json'
        ? 'it holds no names with values'
        : read.kind === 'missing'
          ? 'it is gone'
          : read.why
    return { ...EMPTY, gaps: [gap('result', where, why)] }
  }
  if (read.remark !== null) gaps.push(gap('result', where, read.remark))
  const { value } = read
  const version = numberOfLoose(value.get('validation_schema_version')) ?? 0
  if (version > NEWEST)
    gaps.push(
      gap(
        'result',
        where,
        `it is written in a newer way (${version}) than the one that is known (${NEWEST})`,
      ),
    )
  const list = (name: string): readonly LooseJson[] => {
    const found = value.get(name)
    if (isLooseList(found)) return found
    if (found !== undefined && found !== null) gaps.push(gap(name, where, 'it holds no list'))
    return []
  }
  const candidates = list('candidates').map((each, index) => {
    const texts = new Map(
      isLooseMap(each)
        ? [...each].flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []))
        : [],
    )
    if (!isLooseMap(each) || texts.size < each.size)
      gaps.push(gap(`candidate ${index}`, where, 'some of its components are no texts'))
    return texts
  })
  const scores = list('val_aggregate_scores').map(numberOfJson)
  if (scores.length !== candidates.length)
    gaps.push(gap('scores', where, `there are ${scores.length} for ${candidates.length} candidates`))
  const runDirectory = value.get('run_dir')
  return {
    candidates,
    parents: list('parents').map((each) =>
      isLooseList(each) ? each.map(numberOfJson).flatMap((index) => (isIndex(index) ? [index] : [])) : [],
    ),
    scores,
    subscores: list('val_subscores').map(numbersIn),
    objectives: list('val_aggregate_subscores').map(numbersIn),
    runDirectory: typeof runDirectory === 'string' ? runDirectory : null,
    gaps,
  }
}

const EMPTY: Result = {
  candidates: [],
  parents: [],
  scores: [],
  subscores: [],
  objectives: [],
  runDirectory: null,
  gaps: [],
}

/** Scores by the examples' ids; in the first way of writing a list in their order. */
function numbersIn(value: LooseJson): ReadonlyMap<string, number> {
  const pairs = isLooseMap(value)
    ? [...value]
    : isLooseList(value)
      ? value.map((each, index) => [String(index), each] as const)
      : []
  return new Map(
    pairs.flatMap(([name, each]) => {
      const number = numberOfJson(each)
      return number === null ? [] : [[name, number] as const]
    }),
  )
}

function isIndex(number: number | null): number is number {
  return number !== null && Number.isSafeInteger(number) && number >= 0
}

function numberOfJson(value: LooseJson): number | null {
  return typeof value === 'string' ? null : numberOfLoose(value)
}
