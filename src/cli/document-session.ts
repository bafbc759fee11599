import type { Templates } from '../narrate.ts'
import type { Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import { findIdentity, type Identity } from './find-identity.ts'
import { findProject, type Project } from './find-project.ts'
import type { GlobalOptions } from './options.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import type { Parts } from './parts.ts'
import { templateEngine } from './template-engine.ts'
import { makePrinter, type Printer } from './terminal/printer.ts'

/** Options of every command that writes a document. */
export interface WriteOptions extends GlobalOptions {
  readonly requireModel?: boolean
}

/** What the steps of a command that writes a document share. */
export interface DocumentSession<Options extends WriteOptions = WriteOptions> {
  readonly world: World
  readonly parts: Parts
  readonly options: Options
  readonly print: Printer
  readonly project: Project
  readonly identity: Identity
  readonly store: Store
  readonly templates: Templates
  /** `--dry-run` or `--show-payload`: nothing is written. */
  readonly isDry: boolean
}

/** Finds the project and puts together what writing takes; `find` looks for the project in another way than usual. */
export async function openDocumentSession<Options extends WriteOptions>(
  command: { readonly world: World; readonly parts: Parts; readonly options: Options },
  find: (print: Printer, isDry: boolean) => Promise<Project> = () =>
    findProject(command.world, command.options.project),
): Promise<DocumentSession<Options>> {
  const { world, parts, options } = command
  const print = makePrinter(world, options)
  const isDry = options.dryRun === true || options.showPayload === true
  const project = await find(print, isDry)
  return {
    world,
    parts,
    options,
    print,
    project,
    identity: await findIdentity(project, world),
    store: await parts.store(project, world),
    templates: templateEngine(PACKAGE_ROOT),
    isDry,
  }
}
