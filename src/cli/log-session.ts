import type { World } from '../world.ts'
import { type DocumentSession, openDocumentSession, type WriteOptions } from './document-session.ts'
import { findProjectKeeping } from './find-project-keeping.ts'
import { typedNotes } from './keep-typed.ts'
import type { WhoseOptions } from './options.ts'
import type { Parts } from './parts.ts'

export interface LogOptions extends WhoseOptions, WriteOptions {
  readonly message?: readonly string[]
  readonly notes?: readonly string[]
  readonly redraft?: string
  readonly filter?: readonly string[]
  readonly experiment?: readonly string[]
}

/** What the steps of `narrate log` share. */
export type LogSession = DocumentSession<LogOptions>

/** Opens the session; what was typed is kept even where narrate.yaml is faulty. */
export async function openLogSession(command: {
  readonly world: World
  readonly parts: Parts
  readonly options: LogOptions
}): Promise<LogSession> {
  const { world, options } = command
  return openDocumentSession(command, (print, isDry) =>
    findProjectKeeping(() => typedNotes({ options, print, world }), world, options, print, isDry),
  )
}
