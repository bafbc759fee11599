import { RUN_STATUSES, type RunStatus } from '../run.ts'

/** The statuses as MLflow writes them, and narrate's word for what it could not read. */

export const STATUS_WORDS: readonly string[] = RUN_STATUSES.map((status) => status.toUpperCase())

/** The status that a word means, in capitals or not; null where there is none. */
export function statusOfWord(word: string): RunStatus | null {
  return RUN_STATUSES.find((status) => status === word.toLowerCase()) ?? null
}
