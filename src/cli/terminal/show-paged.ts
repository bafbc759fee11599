import { messageOf } from '../../errors.ts'
import type { Output, World } from '../../world.ts'

/** What commands with long answers take. */
export interface PagerOptions {
  /** False for `--no-pager`. */
  readonly pager?: boolean
}

/**
 * Prints an answer on stdout; at a terminal that it does not fit into, through the user's pager, as git does: `$PAGER`, else
 * `less -FRX`. `--no-pager`, an empty PAGER, `cat` and a dumb terminal print it straight, and so does a pager that
 * cannot be started.
 */
export async function showPaged(
  text: string,
  world: World,
  options: { readonly pager?: boolean | undefined },
): Promise<void> {
  const whole = text.endsWith('\n') ? text : `${text}\n`
  const words = pagerOf(world)
  const [command, ...args] = words
  const fits = whole.split('\n').length <= rowsOf(world.stdout)
  if (command === undefined || options.pager === false || !world.stdout.isTerminal || fits) {
    world.stdout.write(whole)
    return
  }
  try {
    await world.runInteractive(command, args, whole)
  } catch (error) {
    if (!isNotThere(error)) throw error
    world.stderr.write(`narrate: the pager could not be started: ${messageOf(error)}.\n`)
    world.stdout.write(whole)
  }
}

const LESS = ['less', '-FRX']

function pagerOf({ env }: World): readonly string[] {
  if (env.TERM === 'dumb') return []
  const words = (env.PAGER ?? 'less').split(/\s+/).filter((word) => word !== '')
  if (words.length === 1 && words[0] === 'cat') return []
  // Colours and short texts need these; whoever sets LESS has chosen.
  return words.length === 1 && words[0] === 'less' && env.LESS === undefined ? LESS : words
}

function rowsOf({ stream }: Output): number {
  return 'rows' in stream && typeof stream.rows === 'number' ? stream.rows : 24
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
}
