import { styleText } from 'node:util'
import type { Output, World } from '../../world.ts'

/** Ways to set text apart. Where colour is off each gives the text back as it is. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  underline(text: string): string
  good(text: string): string
  bad(text: string): string
  accent(text: string): string
}

/** Styles for an output: none in a pipe, with NO_COLOR, or on a dumb terminal. */
export function makeStyle(output: Output, env: World['env']): Style {
  const isOn = output.isTerminal && (env.NO_COLOR === undefined || env.NO_COLOR === '') && env.TERM !== 'dumb'
  const styled =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      isOn && text !== '' ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: styled('bold'),
    dim: styled('dim'),
    underline: styled('underline'),
    good: styled('green'),
    bad: styled('red'),
    accent: styled('cyan'),
  }
}
