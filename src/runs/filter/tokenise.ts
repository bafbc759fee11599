import { filterError } from './filter-error.ts'

/** A piece of a filter and where it begins, counted from 0. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'backticked' | 'operator' | 'punctuation'
  /** As typed; without its quotes where it had some. */
  readonly text: string
  readonly at: number
  /** Whether it follows the piece before it without a space. */
  readonly joined: boolean
  /** `'`, `"` or a backtick where it was quoted. */
  readonly quote: string | null
}

const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])/y
const NAME = /[\p{L}\p{N}_@$#][\p{L}\p{N}_@$#]*/uy
const OPERATOR = /[<>=!~]+/y
const SPACE = /\s*/y

/**
 * The pieces of a filter. Quotes of one kind may hold the other kinds; a quote cannot be escaped, as in MLflow.
 * Throws `NarrateError('usage')` for a quote that is never closed and a character that means nothing.
 */
export function tokenise(filter: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    return pattern.exec(filter)?.[0] ?? null
  }
  for (;;) {
    const space = take(SPACE) ?? ''
    at += space.length
    if (at >= filter.length) return tokens
    const joined = space === '' && tokens.length > 0
    const character = filter.charAt(at)
    if (character === "'" || character === '"' || character === '`') {
      const end = filter.indexOf(character, at + 1)
      if (end < 0) throw filterError(filter, at, `the quote ${character} is never closed`)
      const kind = character === '`' ? 'backticked' : 'text'
      tokens.push({ kind, text: filter.slice(at + 1, end), at, joined, quote: character })
      at = end + 1
      continue
    }
    // A sign directly after a name would make one word of `a-1`, which is a name that needs quotes.
    const previous = tokens.at(-1)
    const afterDot = joined && previous?.text === '.' && previous.quote === null
    const number = afterDot || (joined && previous?.kind === 'name') ? null : take(NUMBER)
    const [kind, text] =
      number !== null
        ? (['number', number] as const)
        : ([
            ['name', take(NAME)],
            ['operator', take(OPERATOR)],
            ['punctuation', /[.,()]/.test(character) ? character : null],
          ].find((candidate): candidate is [Token['kind'], string] => candidate[1] !== null) ?? [null, null])
    if (kind === null) {
      throw filterError(
        filter,
        at,
        `"${character}" means nothing here`,
        previous?.kind === 'name'
          ? 'A name with special characters stands in backticks or double quotes: metrics.`val/loss`.'
          : undefined,
      )
    }
    tokens.push({ kind, text, at, joined, quote: null })
    at += text.length
  }
}
