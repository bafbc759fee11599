import { type LooseParse, parseLooseJson } from './loose-json.ts'

const WORDS: ReadonlyMap<string, string> = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
])
const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
}
const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|[^'"A-Za-z_]+/gsu

/**
 * Parses what Python prints of a dict or a list (`{'lr': 0.001, 'layers': (64, 64), 'note': None}`), as `DataFrame.to_csv` leaves it in a cell. Nothing is
 * ever evaluated: it is rewritten as JSON, and what is no plain value (`<Foo object …>`, `array([1])`) makes it broken.
 */
export function parsePythonLiteral(text: string): LooseParse {
  const parts: string[] = []
  let at = 0
  for (const [token] of text.matchAll(TOKEN)) {
    const first = token[0] ?? ''
    parts.push(first === "'" || first === '"' ? JSON.stringify(unescaped(token.slice(1, -1))) : plain(token))
    at += token.length
  }
  if (at < text.length) return { kind: 'broken', why: 'a quote in it does not end', at }
  return parseLooseJson(parts.join(''))
}

function plain(token: string): string {
  if (/^[A-Za-z_]/.test(token)) return WORDS.get(token) ?? token
  // A tuple is a list, and its last comma may stand alone.
  return token
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replace(/,(?=\s*[\]}])/g, '')
}

function unescaped(inner: string): string {
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (written, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPED[code] ?? written),
  )
}
