import type { World } from '../../world.ts'
import type { GlobalOptions } from '../options.ts'
import { cleanText } from './clean-text.ts'
import { sayTo } from './say-to.ts'
import { makeStyle, type Style } from './style.ts'

/** Where a command's words go. Text that others wrote is cleaned by whoever composes it, except where it says so. */
export interface Printer {
  /** The answer, on stdout. */
  answer(text: string): void
  /** One JSON value on stdout. */
  json(value: object): void
  /** What is going on, on stderr, wrapped at a terminal; silent with `--quiet`. */
  say(text: string): void
  /** What the user has to know, on stderr, always. Control characters are taken out. */
  warn(text: string): void
  /** Styles of stdout and of stderr. */
  readonly style: Style
  readonly noteStyle: Style
}

/** A printer for one command. */
export function makePrinter(world: World, options: GlobalOptions): Printer {
  const noteStyle = makeStyle(world.stderr, world.env)
  return {
    answer: (text) => world.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    json: (value) => world.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    say(text) {
      if (options.quiet !== true) sayTo(world.stderr, text)
    },
    warn(text) {
      sayTo(world.stderr, `${noteStyle.bad('narrate:')} ${cleanText(text)}`)
    },
    style: makeStyle(world.stdout, world.env),
    noteStyle,
  }
}
