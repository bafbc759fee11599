import { tellCandidate } from '../verify/candidates.ts'
import type { CheckedFigure, CheckedFigures } from '../verify/check-figures.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { truncate } from './terminal/display-width.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

/** A Markdown file whose numbers were looked for. */
export interface FiguresOfFile extends CheckedFigures {
  readonly path: string
}

const MOST_CANDIDATES = 3

/** The numbers of a file, those without a candidate first, each with where it may come from. */
export function renderFigures(
  { path, figures, unnamed }: FiguresOfFile,
  runs: number,
  look: { readonly width: number; readonly style: Style },
): string {
  const { width, style } = look
  const without = figures.filter(({ candidates }) => candidates.length === 0)
  const having = figures.filter(({ candidates }) => candidates.length > 0)
  const summary =
    figures.length === 0
      ? 'no number stands beside a metric or a run that is known.'
      : `${figures.length} ${figures.length === 1 ? 'number' : 'numbers'} beside a metric or a run; ${without.length === 0 ? 'each has a candidate' : `${without.length} without a candidate`} in ${runs} runs.`
  return [
    wrapText(`${style.bold(cleanLine(path))}: ${summary}`, width),
    ...without.flatMap((one) => renderOne(one, width, style)),
    ...having.flatMap((one) => renderOne(one, width, style)),
    '',
    ...wrapText(
      `A candidate says where a number may come from, not that it is right.${unnamed === 0 ? '' : ` ${unnamed} other ${unnamed === 1 ? 'number stands' : 'numbers stand'} beside no metric or run that is known.`}`,
      width,
    )
      .split('\n')
      .map(style.dim),
  ].join('\n')
}

function renderOne(one: CheckedFigure, width: number, style: Style): readonly string[] {
  const about = [...one.names.slice(0, 2), ...one.runs.slice(0, 2)].join(', ')
  const head = `line ${one.line}: ${one.figure.text} (${about})`
  const isNone = one.candidates.length === 0
  const shown = (isNone ? one.elsewhere : one.candidates).slice(0, MOST_CANDIDATES)
  const rest = (isNone ? one.elsewhere : one.candidates).length - shown.length
  return [
    `  ${isNone ? style.bad('none') : style.good('may ')}  ${truncate(cleanLine(head), width - 8)}`,
    ...(isNone && shown.length > 0 ? [`        ${style.dim('but elsewhere:')}`] : []),
    ...shown.map(
      (candidate) => `        ${style.dim(truncate(cleanLine(tellCandidate(candidate)), width - 8))}`,
    ),
    ...(rest > 0 ? [`        ${style.dim(`and ${rest} more`)}`] : []),
  ]
}
