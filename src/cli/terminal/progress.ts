import type { World } from '../../world.ts'
import type { GlobalOptions } from '../options.ts'
import { cleanLine } from './clean-text.ts'
import { truncate } from './display-width.ts'
import { makeStyle } from './style.ts'

/** What is going on; a function is asked for it whenever the line is drawn. */
export type ProgressText = string | (() => string)

/** Something that takes a while. At a terminal one line is redrawn; elsewhere only its start and end are printed. */
export interface Progress {
  update(text: ProgressText): void
  /** Ends it with a line that stays. */
  done(text: string): void
  /** Ends it and leaves nothing at a terminal. */
  clear(): void
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_LINE = '\r\u001b[2K'

/**
 * Starts to show progress on stderr; silent with `--quiet`. It is ours because nanospinner takes Ctrl-C for itself and
 * ends the process, where notes and a half-made entry still have to be seen to, and looks at stdout's terminal.
 */
export function startProgress(world: World, options: GlobalOptions, text: ProgressText): Progress {
  if (options.quiet === true) return { update() {}, done() {}, clear() {} }
  const { stderr } = world
  if (!stderr.isTerminal || world.env.TERM === 'dumb') {
    stderr.write(`${lineOf(text)}\n`)
    return { update() {}, done: (last) => stderr.write(`${cleanLine(last)}\n`), clear() {} }
  }

  const style = makeStyle(stderr, world.env)
  let shown = text
  let frame = 0
  const draw = (): void => {
    const mark = style.accent(FRAMES[frame % FRAMES.length] ?? '')
    stderr.write(`${CLEAR_LINE}${mark} ${truncate(lineOf(shown), stderr.columns - 3)}`)
    frame += 1
  }
  stderr.write(HIDE_CURSOR)
  draw()
  const timer = setInterval(draw, 80)
  timer.unref()
  const end = (): void => {
    clearInterval(timer)
    world.signal.removeEventListener('abort', end)
    stderr.write(`${CLEAR_LINE}${SHOW_CURSOR}`)
  }
  world.signal.addEventListener('abort', end, { once: true })
  return {
    update: (next) => {
      shown = next
    },
    done: (last) => {
      end()
      stderr.write(`${style.good('✔')} ${cleanLine(last)}\n`)
    },
    clear: end,
  }
}

/** The same for what a command says nothing of elsewhere than at a terminal. */
export function startProgressAtTerminal(world: World, options: GlobalOptions, text: ProgressText): Progress {
  return startProgress(world, { quiet: options.quiet === true || !world.stderr.isTerminal }, text)
}

function lineOf(text: ProgressText): string {
  return cleanLine(typeof text === 'string' ? text : text())
}
