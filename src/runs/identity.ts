import type { RunSource } from './run-source.ts'

/**
 * What tells a run from all others of the sources at hand: a store that was migrated holds the same runs as the one it came from, where
 * ids are drawn; where they are names of folders, the same id in two stores is two runs.
 */
export function identityOf(
  { kind, alias, idsAreUnique }: Pick<RunSource, 'kind' | 'alias' | 'idsAreUnique'>,
  id: string,
): string {
  return idsAreUnique ? `${kind} ${id}` : `${kind} ${alias}:${id}`
}
