import type { SourceLine } from './source-lines.ts'

/** How the lines of one kind of document are gone through; `Place` is where in it a line stands. */
export interface Walk<Place> {
  readonly start: Place
  /** The place that a line opens, and whether what stands behind its label is accounted for; null where it opens none. */
  open(line: SourceLine, place: Place): { readonly place: Place; readonly isSaid: boolean } | null
  /** The place of a line that opens none: a list under a label ends where no line of a list follows. */
  stay(line: SourceLine, place: Place): Place
  /** Whether a line that opens no place is accounted for; `index` counts all lines from 0. */
  isSaid(line: SourceLine, place: Place, index: number): boolean
  /** The rows of a table, heading and ruling among them, that nothing accounts for. */
  ofTable(rows: readonly [SourceLine, ...SourceLine[]], place: Place): readonly SourceLine[]
}

/** The lines of a document that nothing accounts for, in order: each is looked at in the place where it stands. */
export function walkLines<Place>(lines: readonly SourceLine[], walk: Walk<Place>): readonly SourceLine[] {
  const unaccounted: SourceLine[] = []
  let place = walk.start
  let table: readonly SourceLine[] = []
  const endTable = (): void => {
    const [heading, ...rows] = table
    if (heading !== undefined) unaccounted.push(...walk.ofTable([heading, ...rows], place))
    table = []
  }
  for (const [index, line] of lines.entries()) {
    if (line.cells.length > 0) {
      table = [...table, line]
      continue
    }
    endTable()
    const opened = walk.open(line, place)
    if (opened !== null) {
      place = opened.place
      if (!opened.isSaid) unaccounted.push(line)
      continue
    }
    place = walk.stay(line, place)
    if (!walk.isSaid(line, place, index)) unaccounted.push(line)
  }
  endTable()
  return unaccounted.toSorted((a, b) => a.line - b.line)
}
