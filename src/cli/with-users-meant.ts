import { isGap } from '../gap.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { OpenedSource, RunQuery } from '../runs/run-source.ts'
import { usersCalled, usersMeant } from '../runs/users-called.ts'
import type { World } from '../world.ts'
import { cleanLine } from './terminal/clean-text.ts'

/**
 * A query for the users that were meant: one that no run is logged by as written is looked for in whatever case, and that is
 * said. Sources match names as they are logged; all runs are listed only where one is not.
 */
export async function withUsersMeant(
  query: RunQuery,
  sources: readonly OpenedSource[],
  say: (remark: string) => void,
  { signal }: Pick<World, 'signal'>,
): Promise<RunQuery> {
  const { users } = query
  if (users === undefined) return query
  const known = new Set<string>()
  for (const name of users) if (await isLogged(name, sources)) known.add(name)
  if (users.every((name) => known.has(name))) return query
  for await (const found of listRuns(sources, { includeDeleted: true })) {
    signal.throwIfAborted()
    if (!isGap(found) && found.run.user !== null) known.add(found.run.user)
  }
  const names = [...known].sort()
  for (const remark of usersMeant(users, names)) say(cleanLine(remark))
  return {
    ...query,
    users: users.flatMap((name) => {
      const called = usersCalled(name, names)
      return called.length === 0 ? [name] : called
    }),
  }
}

async function isLogged(user: string, sources: readonly OpenedSource[]): Promise<boolean> {
  for await (const found of listRuns(sources, { users: [user], includeDeleted: true, limit: 1 }))
    if (!isGap(found)) return true
  return false
}
