import type { RunSource } from '../../run-source.ts'

/** The kind's name, whatever store it is. */
export const KIND = 'mlflow'

/** One of MLflow's stores as a source of runs. */
export function storeSource(
  location: string,
  alias: string,
  store: Omit<RunSource, 'kind' | 'location' | 'alias' | 'idsAreUnique'>,
): RunSource {
  return { kind: KIND, alias, location, idsAreUnique: true, ...store }
}
