import type { FoundPassage } from '../search/rank-passages.ts'
import { cleanLine } from './terminal/clean-text.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

export interface PassageLook {
  readonly width: number
  readonly style: Style
}

const LONGEST = 400
const WIDEST = 100

/** Passages that were found, each under the place where it stands, with what the log has against it. */
export function renderPassages(
  found: readonly (FoundPassage & { readonly against?: readonly string[] })[],
  look: PassageLook,
): string {
  const width = Math.min(WIDEST, look.width)
  return found
    .map(({ passage, against = [] }) => {
      const { kind, of, date, text } = passage
      const head = [date, of ?? kind, placeOf(passage)].filter((part) => part !== null).join(' · ')
      const words = cleanLine(text)
      const shown = words.length > LONGEST ? `${words.slice(0, LONGEST).replace(/\s+\S*$/, '')} …` : words
      return [
        wrapText(look.style.dim(cleanLine(head)), width),
        ...wrapText(shown, width - 2)
          .split('\n')
          .map((line) => `  ${line}`),
        ...against.flatMap((text) =>
          wrapText(cleanLine(text), width - 4)
            .split('\n')
            .map((line, index) => (index === 0 ? `  ! ${line}` : `    ${line}`)),
        ),
      ].join('\n')
    })
    .join('\n\n')
}

/** Where a passage stands, so that it can be opened: a file and its line, a commit, a run. */
export function placeOf({ kind, place, line, title }: FoundPassage['passage']): string {
  if (kind === 'commit') return place.slice(0, 8)
  if (kind === 'description') return title
  return line === null ? place : `${place}:${line}`
}
