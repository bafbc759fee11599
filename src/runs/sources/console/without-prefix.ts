const STAMP =
  /^[[(]?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d{2}:?\d{2})?)[\])]?(?=[\s|:,-]|$)/
const LEVEL =
  /^[\s|:,-]{0,10}\[?(?:[\w.<>]{1,60}\]?[\s|:,-]{1,4}\[?){0,2}(?:INFO|DEBUG|WARNING|ERROR|CRITICAL)\b\]?[\s|:,-]{0,10}/
/** What names a logger after its level: `train_inner | `, `root:`, `__main__ - `. */
const LOGGER = /^[\w.]{1,60}(?:\s?\|\s|:(?=\S)|\s-\s)/

/** A line without what a logger puts before it. */
export interface Unprefixed {
  /** The time it begins with, as written, with no space in it before its zone; null where it begins with none. */
  readonly stamp: string | null
  /** What follows that time. */
  readonly rest: string
  /** What the line may say: all of it, then ever less of its beginning. */
  readonly said: readonly string[]
}

export function withoutPrefix(line: string): Unprefixed {
  const found = STAMP.exec(line)
  const stamp = found?.[1]?.replace(/ (?=[+-])/, '') ?? null
  const rest = found === null ? line : line.slice(found[0].length)
  const said = rest.replace(LEVEL, '')
  const all = [line, rest, said, said.replace(LOGGER, '')].map((each) => each.trim())
  return { stamp, rest, said: [...new Set(all)].filter((each) => each !== '') }
}
