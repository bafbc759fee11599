import type { Templates } from '../narrate.ts'
import type { Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import { findIdentity, type Identity } from './find-identity.ts'
import type { Project } from './find-project.ts'
import { findProjectKeeping } from './find-project-keeping.ts'
import { typedNotes } from './keep-typed.ts'
import type { WhoseOptions } from './options.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import type { Parts } from './parts.ts'
import { templateEngine } from './template-engine.ts'
import { makePrinter, type Printer } from './terminal/printer.ts'

export interface LogOptions extends WhoseOptions {
  readonly message?: readonly string[]
  readonly notes?: readonly string[]
  readonly redraft?: string
  readonly requireModel?: boolean
}

/** What the steps of `narrate log` share. */
export interface LogSession {
  readonly world: World
  readonly parts: Parts
  readonly options: LogOptions
  readonly print: Printer
  readonly project: Project
  readonly identity: Identity
  readonly store: Store
  readonly templates: Templates
  /** `--dry-run` or `--show-payload`: nothing is written. */
  readonly isDry: boolean
}

export async function openLogSession(command: {
  readonly world: World
  readonly parts: Parts
  readonly options: LogOptions
}): Promise<LogSession> {
  const { world, parts, options } = command
  const print = makePrinter(world, options)
  const isDry = options.dryRun === true || options.showPayload === true
  const typed = () => typedNotes({ options, print, world })
  const project = await findProjectKeeping(typed, world, options, print, isDry)
  return {
    ...command,
    print,
    project,
    identity: await findIdentity(project, world),
    store: await parts.store(project, world),
    templates: templateEngine(PACKAGE_ROOT),
    isDry,
  }
}
