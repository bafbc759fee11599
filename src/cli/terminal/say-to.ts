import type { Output } from '../../world.ts'
import { wrapText } from './wrap-text.ts'

/** Prints lines, wrapped at words where the output is a terminal. What others wrote in them must be clean. */
export function sayTo(output: Output, text: string, indent = ''): void {
  const wrapped = output.isTerminal ? wrapText(text, output.columns - indent.length) : text
  const lines = wrapped.split('\n').map((line) => (line === '' ? '' : indent + line))
  output.write(`${lines.join('\n')}\n`)
}
