/**
 * A form of a document's own words and what it is in another language. `{}` stands for whatever a document fills in, in the same
 * order; `{>}` for what is translated in its turn by the forms of parts, `{#}` for one value.
 */
export type Form = readonly [english: string, other: string]

/** The words of documents in a language. */
export interface DocumentWords {
  /** Whole lines. */
  readonly lines: readonly Form[]
  /** Parts of lines: behind a label, between dots, commas and full stops. */
  readonly parts: readonly Form[]
  /** Heads of table columns, and words that are a cell by themselves. */
  readonly cells: Readonly<Record<string, string>>
  /** What may stand anywhere in a line, in Markdown that no statement can hold: marks such as `*(inferred)*`. */
  readonly marks: Readonly<Record<string, string>>
  /** The line that says what stays English, put under the line that tells how far a document was checked. */
  readonly staysEnglish: string
}

interface Compiled {
  readonly pattern: RegExp
  readonly holes: readonly boolean[]
  readonly other: string
}

/**
 * A function that puts a document's own words into a language, line by line. The document is Markdown with its values as marks;
 * what no form fits stays as it is, so that a statement, a quotation or a name is never touched.
 */
export function documentTranslator(words: DocumentWords): (markdown: string) => string {
  const lines = words.lines.map(compiled)
  const parts = words.parts.map(compiled)
  const partOf = (text: string): string => translated(text, parts, partOf) ?? text
  const pieces = (text: string, between: string): string => text.split(between).map(partOf).join(between)
  const cells = (line: string): string =>
    line.replace(/(?<=\| )[^|]+?(?= \|)/g, (cell) =>
      Object.hasOwn(words.cells, cell) ? (words.cells[cell] ?? cell) : cell,
    )
  const lineOf = (line: string, at: number): string => {
    if (line === '') return line
    if (line.startsWith('| ')) return cells(line)
    const whole = translated(line, lines, partOf)
    if (whole !== null) return whole
    // The line under the title: how many, when, of what.
    if (at <= 3 && line.includes(' · ')) return pieces(line, ' · ')
    const [, note] = /^\((.*\.)\)$/.exec(line) ?? []
    if (note !== undefined)
      return `(${pieces(note, ' ')
        .split(/(?<=\.) /)
        .map(partOf)
        .join(' ')})`
    return line
  }
  /** The line that tells how far a document was checked, and below it what stays English. */
  const footerOf = (line: string): string => {
    const [, told] = /^\*(.* (?:statements?|sentences?) checked\b.*)\.\*$/.exec(line) ?? []
    const footer = told === undefined ? lineOf(line, LAST) : `*${pieces(told, ', ')}.*`
    return `${footer}\n\n*${words.staysEnglish}*`
  }
  return (markdown) => {
    let text = markdown
      .split('\n')
      .map((line, at) => (FOOTER.test(line) ? footerOf(line) : lineOf(line, at)))
      .join('\n')
    for (const [english, other] of Object.entries(words.marks)) text = text.replaceAll(english, other)
    return text
  }
}

const FOOTER = /^\*(?:\S+ (?:statements?|sentences?) checked\b.*|Written without a model: .*)\*$/u
const LAST = Number.POSITIVE_INFINITY

function compiled([english, other]: Form): Compiled {
  const holes: boolean[] = []
  const pattern = english
    .split(/(\{[>#]?\})/)
    .map((piece) => {
      if (!/^\{[>#]?\}$/.test(piece)) return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      holes.push(piece === '{>}')
      // Where a value stands its mark is.
      return piece === '{#}' ? '(\uE000\\d+\uE001)' : '(.+?)'
    })
    .join('')
  return { pattern: new RegExp(`^${pattern}$`, 'u'), holes, other }
}

function translated(
  text: string,
  forms: readonly Compiled[],
  partOf: (text: string) => string,
): string | null {
  for (const { pattern, holes, other } of forms) {
    const match = pattern.exec(text)
    if (match === null) continue
    let hole = 0
    return other.replace(/\{\}/g, () => {
      const index = hole++
      const filled = match[index + 1] ?? ''
      return holes[index] === true ? partOf(filled) : filled
    })
  }
  return null
}
