import type { World } from '../world.ts'
import type { Parts } from './parts.ts'

/** Options that every command takes, as commander hands them over. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly project?: string
  readonly source?: readonly string[]
  readonly since?: string
  readonly until?: string
  /** A name, or false for `--no-model`. */
  readonly model?: string | false
  readonly showPayload?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly quiet?: boolean
  readonly language?: string
}

/** What a command's action is given: the machine, the adapters to put together, and its options. Resolves to the exit code. */
export type Action<Options extends GlobalOptions> = (command: {
  readonly world: World
  readonly parts: Parts
  readonly options: Options
  readonly words: readonly string[]
}) => Promise<number>

/** Whose runs are told: `--user` (several), `--all-users`. */
export interface WhoseOptions extends GlobalOptions {
  readonly user?: readonly string[]
  readonly allUsers?: boolean
}
