import type { Evidence, Finding } from '../evidence/evidence.ts'
import { plainSentence } from '../render/plain-sentence.ts'
import { cleanLine } from './terminal/clean-text.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

const INDENT = 2

/** Findings for the terminal, those of one kind together under its name, in the order they were made. */
export function renderFindings(
  findings: readonly Finding[],
  evidence: Evidence,
  look: { readonly width: number; readonly style: Style },
): string {
  const blocks = [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, members]) => [
    look.style.bold(kind),
    ...members.map((one) => {
      const text = cleanLine(plainSentence(one.sentence, evidence, 'names'))
      return wrapText(text, Math.min(100, look.width) - INDENT - 2)
        .split('\n')
        .map((line, index) => `${' '.repeat(INDENT)}${index === 0 ? '- ' : '  '}${line}`)
        .join('\n')
    }),
  ])
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}
