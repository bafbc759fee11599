import { type ErrorKind, EXIT_CODES, messageOf, NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import { PARTS, type Parts } from './parts.ts'
import { makeProgram } from './program.ts'

/** The exit code of a defect of ours. */
const DEFECT = 70

/**
 * Runs one command line (without `node` and the script) and resolves to its exit code. It never throws and never ends
 * the process. What the user must mend is one sentence and a hint on stderr; with `--json` also
 * `{"error": {"kind", "message", "hint"}}` on stdout. A defect keeps its stack.
 */
export async function main(argv: readonly string[], world: World, parts: Parts = PARTS): Promise<number> {
  const program = makeProgram(world, parts)
  const json = argv.includes('--json')
  try {
    return await program.run(argv)
  } catch (error) {
    if (error instanceof NarrateError) return await report(error.kind, error.message, error.hint)
    if (world.signal.aborted) return await report('cancelled', 'Stopped.', undefined)
    world.stderr.write(
      `narrate: a defect of narrate, not of yours; please report it with these lines:\n${error instanceof Error ? error.stack : messageOf(error)}\n`,
    )
    if (json) writeError('defect', messageOf(error), undefined)
    return DEFECT
  }

  async function report(kind: ErrorKind, message: string, hint: string | undefined): Promise<number> {
    const { sayTo } = await import('./terminal/say-to.ts')
    const { cleanText } = await import('./terminal/clean-text.ts')
    sayTo(world.stderr, `narrate: ${cleanText(message)}`)
    if (hint !== undefined) sayTo(world.stderr, cleanText(hint), '  ')
    if (json) writeError(kind, message, hint)
    return EXIT_CODES[kind]
  }

  function writeError(kind: ErrorKind | 'defect', message: string, hint: string | undefined): void {
    world.stdout.write(`${JSON.stringify({ error: { kind, message, hint: hint ?? null } })}\n`)
  }
}
