import { NarrateError } from '../../errors.ts'
import { isGap } from '../../gap.ts'
import type { RunKey } from '../../runs/run.ts'
import type { RunSourceKind } from '../../runs/run-source.ts'
import type { Store } from '../../stores/store.ts'
import type { World } from '../../world.ts'
import type { Project } from '../find-project.ts'
import { type FoundSource, findSources, openSource } from '../open-sources.ts'
import { isElsewhere } from '../tracker-variables.ts'
import { type Check, ok, warning } from './check.ts'

const MOST_LISTED = 20_000

/**
 * Whether the runs that documents tell are in a run log. A server elsewhere is not asked, and of a log that cannot be read, or holds
 * very many runs, nothing is said here.
 */
export async function checkTold(
  store: Store,
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] | undefined,
): Promise<readonly Check[]> {
  const told = new Set<RunKey>()
  for await (const found of store.list({})) if (!isGap(found)) for (const key of found.runs) told.add(key)
  if (told.size === 0) return []
  const { found, unread, from } = await findSources(project, kinds, world, given)
  const here = from === 'narrate.yaml' ? { ...world, cwd: project.root } : world
  const unknown = new Set(unread.map(({ what }) => what.replace(/^source /, '')))
  const present = new Set<RunKey>()
  for (const source of found) {
    const keys = isElsewhere(source.location, here) ? null : await keysOf(source, project, here)
    if (keys === null) unknown.add(source.alias)
    else for (const key of keys) present.add(key)
  }
  // Without any log that can be read, that is what is wrong.
  if (found.length === 0) return []
  const lost = [...told].filter(
    (key) => !present.has(key) && !unknown.has(key.slice(0, Math.max(0, key.indexOf(':')))),
  )
  if (lost.length === 0) return [ok('told runs', `${told.size} in documents, none lost`)]
  const [first = ''] = lost
  return [
    warning(
      'told runs',
      `${lost.length} of ${told.size} that documents tell ${lost.length === 1 ? 'is' : 'are'} in no run log: ${first}${lost.length === 1 ? '' : ', …'}`,
      'If runs were moved or an alias was renamed, narrate relink finds them again.',
    ),
  ]
}

/** The keys of a source; null where they cannot be had, or not all of them. */
async function keysOf(found: FoundSource, project: Project, world: World): Promise<readonly RunKey[] | null> {
  try {
    const source = await openSource(found, project, world)
    try {
      const keys: RunKey[] = []
      for await (const run of source.list({ includeDeleted: true, order: 'newest', limit: MOST_LISTED })) {
        world.signal.throwIfAborted()
        if (isGap(run)) continue
        keys.push(run.key)
      }
      return keys.length === MOST_LISTED ? null : keys
    } finally {
      await source.close()
    }
  } catch (error) {
    // Why it cannot be opened or listed is told by the check of that source.
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return null
  }
}
