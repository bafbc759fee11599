import { NarrateError } from '../errors.ts'
import { isGap } from '../gap.ts'
import { identityOf } from '../runs/identity.ts'
import { listRuns } from '../runs/list-runs.ts'
import { PROGRAM } from '../runs/programs/program.ts'
import type { RunKey } from '../runs/run.ts'
import type { RunSource } from '../runs/run-source.ts'
import type { OpenedSources } from './open-sources.ts'

export interface FoundRun {
  readonly source: RunSource
  readonly key: RunKey
  /** The key it was asked for by, where it has another one by now. */
  readonly formerly?: RunKey
}

/**
 * The one run that a person means: a whole key, or any unambiguous prefix of an id, with or without the source's alias.
 * Throws `NarrateError('usage')` where none matches, and, with a list, where several do.
 */
export async function findRun(typed: string, opened: OpenedSources): Promise<FoundRun> {
  const found = await findRuns(typed, opened)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (only === undefined) {
    throw new NarrateError('usage', `No run's id begins with "${typed}".`, {
      hint: `\`narrate runs list\` shows ids.${hintOfMoved(typed)}`,
    })
  }
  throw new NarrateError('usage', `"${typed}" is ambiguous: ${found.length} runs begin with it.`, {
    hint: `Type more of one of: ${found
      .slice(0, 10)
      .map(({ key }) => key)
      .join(', ')}${found.length > 10 ? ', …' : ''}`,
  })
}

/** A whole key was somebody's once. */
function hintOfMoved(typed: string): string {
  return /^[a-z][a-z0-9_-]*:./.test(typed) ? ' If it was moved, `narrate relink` finds it.' : ''
}

/**
 * The one run that a person means by an id, a key or a name. A name counts where no id begins with it, exactly as it
 * was logged, else in other capitals. Throws as `findRun`.
 */
export async function findRunOrName(typed: string, opened: OpenedSources): Promise<FoundRun> {
  if ((await findRuns(typed, opened)).length > 0) return findRun(typed, opened)
  const alike: (FoundRun & { readonly name: string })[] = []
  for await (const found of listRuns(opened.sources, {})) {
    if (isGap(found)) continue
    const { source, run } = found
    if (run.name.toLowerCase() === typed.toLowerCase()) alike.push({ source, key: run.key, name: run.name })
  }
  const exact = alike.filter(({ name }) => name === typed)
  const named = exact.length > 0 ? exact : alike
  const [only] = named
  if (only !== undefined && named.length === 1) return only
  if (only === undefined) {
    throw new NarrateError('usage', `No run's id begins with "${typed}", and none is called so.`, {
      hint: `\`narrate runs list\` shows ids and names.${hintOfMoved(typed)}`,
    })
  }
  throw new NarrateError('usage', `"${typed}" is the name of ${named.length} runs.`, {
    hint: `Name one by its id: ${named
      .slice(0, 10)
      .map(({ key }) => key)
      .join(', ')}${named.length > 10 ? ', …' : ''}`,
  })
}

/**
 * All runs that a typed prefix may mean; a whole id wins over longer ones that begin with it, and so does the key of a part
 * of a run, or one that a run had once, over the beginning of another's.
 */
export async function findRuns(typed: string, opened: OpenedSources): Promise<readonly FoundRun[]> {
  const found = await findPresent(typed, opened)
  if (found.isExact) return found.runs
  const primary = await opened.primaryOf(typed)
  if (primary !== null) return (await findPresent(primary, opened)).runs
  const keys = await opened.keys()
  const isOld = keys.givenUp.includes(typed)
  if (!isOld && found.runs.length > 0) return found.runs
  const formerly = isOld ? [typed] : keys.givenUp.filter((key) => beginsWith(key, typed))
  const moved: FoundRun[] = []
  for (const old of formerly)
    for (const now of keys.everCalled(old)) {
      const { runs } = await findPresent(now, opened)
      moved.push(...runs.filter(({ key }) => key === now).map((run) => ({ ...run, formerly: old })))
    }
  return moved.length === 0 ? found.runs : [...new Map(moved.map((run) => [run.key, run])).values()]
}

/** Whether a key, the id in it or the last part of that begins so. */
function beginsWith(key: RunKey, typed: string): boolean {
  const id = key.slice(key.indexOf(':') + 1)
  return [key, id, id.slice(id.lastIndexOf('/') + 1)].some((name) => name.startsWith(typed))
}

async function findPresent(
  typed: string,
  opened: OpenedSources,
): Promise<{ readonly runs: readonly FoundRun[]; readonly isExact: boolean }> {
  const colon = typed.indexOf(':')
  const alias = colon > 0 ? typed.slice(0, colon) : null
  const named = opened.sources.filter(({ source }) => source.alias === alias)
  const sources = named.length > 0 ? named : opened.sources
  const prefix = named.length > 0 ? typed.slice(colon + 1) : typed
  // A key may hold more than the id (`mlflow:2/3fa2c1`): the id is its last part.
  const idPrefix = prefix.slice(prefix.lastIndexOf('/') + 1)
  if (idPrefix === '') return { runs: [], isExact: false }

  const found: FoundRun[] = []
  for (const { source } of sources) {
    const keys = await source.find(idPrefix)
    const inPath = keys.filter((key) => prefix === idPrefix || key.includes(prefix) || isBelow(key, prefix))
    found.push(...inPath.map((key) => ({ source, key })))
  }
  const exact = found.filter(
    ({ key }) => key === typed || key.endsWith(`:${prefix}`) || key.endsWith(`/${prefix}`),
  )
  return { runs: once(exact.length > 0 ? exact : found), isExact: exact.length > 0 }
}

/** A store that was migrated holds the same runs as the one it came from: the first source's stands for both. */
function once(found: readonly FoundRun[]): readonly FoundRun[] {
  const first = new Map<string, FoundRun>()
  for (const one of found) {
    const id = one.source.idsAreUnique ? identityOf(one.source, idIn(one.key)) : one.key
    const before = first.get(id)
    if (before === undefined) first.set(id, one)
    else if (before.source === one.source) first.set(one.key, one)
  }
  return [...first.values()]
}

/** Whether a key names something tried in an optimisation whose id begins as typed: `3fa2/iteration-3`. */
function isBelow(key: RunKey, typed: string): boolean {
  const [head = '', ...names] = typed.split('/')
  return PROGRAM.test(key) && key.endsWith(`/${names.join('/')}`) && idIn(key).startsWith(head)
}

/** The id in a key that may hold more: its last part, with what names something tried in it. */
function idIn(key: RunKey): string {
  const end = key.search(PROGRAM)
  return key.slice(key.slice(0, end < 0 ? undefined : end).search(/[^:/]*$/))
}
