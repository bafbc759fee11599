import type { SubjectFinalist } from '../documents/decision/decision-subject.ts'
import { NarrateError } from '../errors.ts'
import { onePerSeed, runsOfOneSetting } from '../evidence/replicates.ts'
import { seedOf } from '../evidence/seed-of.ts'
import { isGap } from '../gap.ts'
import type { Run } from '../runs/run.ts'
import { isDone, shortId } from '../runs/run.ts'
import { type FoundRun, findRunOrName } from './find-run.ts'
import type { OpenedSources } from './open-sources.ts'

/** A finalist as it was typed: a run, or a name and the runs behind it. */
interface Typed {
  readonly name: string | null
  readonly runs: readonly string[]
}

/** A finalist with its runs read. */
export interface ChosenFinalist extends SubjectFinalist {
  readonly read: readonly Run[]
}

/**
 * The finalists that a person named: `3fa2c1,lgbm=9d0c+77ab`. One of a single run stands with its replicates, which differ
 * from it in the seed alone, unless `asNamed`: the seed that came out best is no finalist of its own. Throws
 * `NarrateError('usage')` for fewer than two, and for a run that is named twice.
 */
export async function chooseFinalists(
  typed: readonly string[],
  opened: OpenedSources,
  asNamed: boolean,
): Promise<readonly ChosenFinalist[]> {
  const wanted = typed.flatMap(parseFinalists)
  if (wanted.length < 2)
    throw new NarrateError('usage', 'A decision needs two finalists or more.', {
      hint: '--finalists 3fa2c1,9d0c44, or with replicates --finalists xgb=3fa2+9d0c,lgbm=77ab+81fe.',
    })
  const chosen: ChosenFinalist[] = []
  const known = new Map<string, readonly Run[]>()
  for (const { name, runs } of wanted) {
    const found: FoundRun[] = []
    for (const one of runs) found.push(await findRunOrName(one, opened))
    const own: Run[] = []
    for (const { source, key } of found) own.push(await source.read(key))
    const [first] = own
    if (first === undefined) throw new Error('a finalist has a run')
    const source = found[0]?.source
    const replicates =
      asNamed || own.length > 1 || source === undefined ? [] : await replicatesOf(first, source, known)
    const read = replicates.length > 1 ? replicates : own
    chosen.push({
      name: name ?? (read.length > 1 ? groupName(read) : first.name),
      runs: read.map(({ key }) => key),
      added: read.length - own.length,
      read,
    })
  }
  refuseTwice(chosen)
  return withOwnNames(chosen)
}

function parseFinalists(text: string): readonly Typed[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      const name = at > 0 ? part.slice(0, at).trim() : null
      const runs = (at > 0 ? part.slice(at + 1) : part)
        .split('+')
        .map((one) => one.trim())
        .filter((one) => one !== '')
      if (runs.length === 0)
        throw new NarrateError('usage', `The finalist "${part}" names no run.`, {
          hint: 'Write it like xgb=3fa2+9d0c.',
        })
      return { name, runs }
    })
}

/** The finished runs that differ from this one in the seed alone, itself among them; of each seed one. */
async function replicatesOf(
  run: Run,
  source: FoundRun['source'],
  known: Map<string, readonly Run[]>,
): Promise<readonly Run[]> {
  if (seedOf(run) === null) return [run]
  const place = JSON.stringify([source.alias, run.experiment.id])
  const all = known.get(place) ?? (await readExperiment(source, run.experiment.id))
  known.set(place, all)
  const group = runsOfOneSetting(
    all.filter((one) => !one.deleted && isDone(one)).map((one) => ({ run: one })),
  ).find((members) => members.some((one) => one.run.key === run.key))
  if (group === undefined) return [run]
  // The run that was named stands for its seed.
  const ordered = group.toSorted((a, b) => Number(b.run.key === run.key) - Number(a.run.key === run.key))
  return onePerSeed(ordered)
    .map((one) => one.run)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.key < b.key ? -1 : 1))
}

async function readExperiment(source: FoundRun['source'], experiment: string): Promise<readonly Run[]> {
  const runs: Run[] = []
  for await (const found of source.readAll({ experiments: [experiment] })) if (!isGap(found)) runs.push(found)
  return runs
}

/** What the names of replicates begin with, where that says something; else the first one's name. */
function groupName(runs: readonly Run[]): string {
  const names = runs.map(({ name }) => name)
  const [first = ''] = names
  if (names.every((name) => name === first)) return first
  let length = 0
  while (length < first.length && names.every((name) => name[length] === first[length])) length += 1
  const stem = first.slice(0, length).replace(/[\s_.-]*(?:seed|s|run|r)?[\s_.-]*$/i, '')
  // What follows the seed in all names (`lgbm-s1-f1`) is part of it.
  const ends = names.map((name) => /[-_](?!s(?:eed)?\d+$)([a-z][\w]*)$/i.exec(name.slice(length))?.[1])
  const end = ends.every((one) => one !== undefined && one === ends[0]) ? `-${ends[0]}` : ''
  return stem.length >= 2 ? `${stem}${end}` : first
}

function refuseTwice(chosen: readonly ChosenFinalist[]): void {
  const seen = new Map<string, string>()
  for (const { name, runs } of chosen)
    for (const key of runs) {
      const before = seen.get(key)
      if (before !== undefined)
        throw new NarrateError('usage', `${key} stands behind two finalists, ${before} and ${name}.`, {
          hint: 'They differ in the seed alone: name one of them, or keep them apart with --as-named.',
        })
      seen.set(key, name)
    }
}

/** Finalists of one name are told apart by the first characters of their run's id. */
function withOwnNames(chosen: readonly ChosenFinalist[]): readonly ChosenFinalist[] {
  return chosen.map((one) =>
    chosen.filter(({ name }) => name === one.name).length === 1
      ? one
      : { ...one, name: `${one.name} ${shortId(one.read[0]?.id ?? '')}`.trim() },
  )
}
