/** One argument of a call: its name where it is given by name, and its text as written. */
export interface CallArgument {
  readonly name: string | null
  readonly text: string
}

/** A call in a Python text: what is called (`parser.add_argument`), the line it begins at (from 1), its arguments. */
export interface PythonCall {
  readonly name: string
  readonly line: number
  readonly arguments: readonly CallArgument[]
}

/** What is not code: comments and the insides of strings, each character replaced by a space. Line breaks stay. */
export function codeOf(text: string): string {
  const out: string[] = []
  let at = 0
  const blank = (until: number): void => {
    for (; at < until && at < text.length; at += 1) out.push(text[at] === '\n' ? '\n' : ' ')
  }
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '#') {
      const end = text.indexOf('\n', at)
      blank(end === -1 ? text.length : end)
    } else if (character === '"' || character === "'") {
      const triple = text.slice(at, at + 3) === character.repeat(3)
      const end = endOfString(text, at, triple ? character.repeat(3) : character)
      out.push(character)
      at += 1
      blank(end - 1)
      if (at < end) {
        out.push(character)
        at += 1
      }
    } else {
      out.push(character)
      at += 1
    }
  }
  return out.join('')
}

/** The place behind a string that opens at `start`; of one that nobody closed the end of its line. */
function endOfString(text: string, start: number, quote: string): number {
  for (let at = start + quote.length; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text.startsWith(quote, at)) return at + quote.length
    else if (quote.length === 1 && text[at] === '\n') return at
  }
  return text.length
}

const MOST_CALLS = 2000
const LONGEST_CALL = 20_000

/**
 * The calls in a Python text whose name `isWanted`, in the order they stand, read without running anything. A call
 * that is not closed is left out.
 */
export function callsIn(text: string, isWanted: (name: string) => boolean): readonly PythonCall[] {
  const code = codeOf(text)
  const calls: PythonCall[] = []
  const lineAt = lineCounter(text)
  for (const match of code.matchAll(/(?<![\w.])((?:[A-Za-z_]\w*\s*\.\s*)*[A-Za-z_]\w*)\s*\(/g)) {
    if (calls.length === MOST_CALLS) break
    const name = (match[1] ?? '').replace(/\s+/g, '')
    // `def f(` and `class C(` call nothing.
    if (!isWanted(name) || /\b(?:def|class)\s+$/.test(code.slice(Math.max(0, match.index - 12), match.index)))
      continue
    const open = match.index + match[0].length - 1
    const close = closingOf(code, open)
    if (close === null) continue
    calls.push({ name, line: lineAt(match.index), arguments: argumentsOf(text, code, open + 1, close) })
  }
  return calls
}

/** The line (from 1) of a place in a text; to be asked in any order. */
export function lineCounter(text: string): (index: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (index) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

function closingOf(code: string, open: number): number | null {
  let depth = 0
  for (let at = open; at < code.length && at - open < LONGEST_CALL; at += 1) {
    const character = code[at] ?? ''
    if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return null
}

function argumentsOf(text: string, code: string, from: number, until: number): readonly CallArgument[] {
  const pieces: { readonly start: number; readonly end: number }[] = []
  let depth = 0
  let start = from
  for (let at = from; at <= until; at += 1) {
    const character = code[at] ?? ''
    if (at === until || (character === ',' && depth === 0)) {
      pieces.push({ start, end: at })
      start = at + 1
    } else if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
  }
  return pieces.flatMap(({ start: first, end }): CallArgument[] => {
    const written = text.slice(first, end).trim()
    if (written === '') return []
    const named = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/s.exec(written)
    return [
      named === null
        ? { name: null, text: written }
        : { name: named[1] ?? null, text: (named[2] ?? '').trim() },
    ]
  })
}

/**
 * The value of a Python literal as a tracker would write it: a string without its quotes, numbers, `True`, `None`, and lists
 * and tuples of those as they stand. Null for anything that would have to be worked out.
 */
export function literalOf(text: string): string | null {
  const written = text.trim()
  const string = /^[rRuUbB]?(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')$/.exec(written)
  if (string !== null) return (string[1] ?? string[2] ?? '').replace(/\\(["'\\])/g, '$1')
  if (/^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/.test(written))
    return written.replaceAll('_', '')
  if (/^(?:True|False|None)$/.test(written)) return written
  const inside = /^[[(](.*)[\])]$/s.exec(written)?.[1]
  if (inside === undefined || inside.length > 400) return null
  const members = inside.split(',').map((member) => member.trim())
  return members.every((member) => member === '' || literalOf(member) !== null)
    ? written.replace(/\s*\n\s*/g, ' ')
    : null
}
