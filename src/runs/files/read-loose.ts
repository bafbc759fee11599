import { join } from 'node:path'
import { TextDecoder } from 'node:util'
import { type Gap, gap } from '../../gap.ts'
import { isLooseMap, type LooseJson, type LooseParse, parseLooseJson } from './loose-json.ts'
import { parseLooseYaml } from './loose-yaml.ts'
import { type NotRead, readBytes } from './read-text.ts'

/** A file of values; `remark` says what is odd about it although it could be read, in words for a gap. */
export type LooseRead =
  | { readonly kind: 'json'; readonly value: LooseJson; readonly remark: string | null }
  | { readonly kind: 'broken'; readonly why: string }
  | NotRead

const MEBIBYTE = 1024 * 1024

/** Reads a JSON file with Python's NaN and Infinity (`parseLooseJson`), never through a symbolic link. */
export function readLooseJson(path: string, maximumBytes = 16 * MEBIBYTE): LooseRead {
  return readLoose(path, maximumBytes, parseLooseJson)
}

/**
 * Reads a YAML file (`parseLooseYaml`), never through a symbolic link. A last line that does not end may be cut (`lr: 0.0`), and YAML
 * cannot tell: unless it closes a bracket or a quote, it is left out with a remark.
 */
export function readLooseYaml(path: string, maximumBytes = 4 * MEBIBYTE): LooseRead {
  return readLoose(path, maximumBytes, parseLooseYaml, withoutUnended)
}

/**
 * The map that a JSON or YAML file in a folder holds; null where it is none, with a gap in `gaps`. A missing file is one only where it is
 * `expected`.
 */
export function readLooseMap(
  place: { readonly path: string; readonly where: string },
  file: string,
  what: string,
  gaps: Gap[],
  expected = true,
): ReadonlyMap<string, LooseJson> | null {
  const path = join(place.path, file)
  const where = `${place.where}/${file}`
  const read: LooseRead = /\.ya?ml$/.test(file) ? readLooseYaml(path) : readLooseJson(path, 64 * MEBIBYTE)
  switch (read.kind) {
    case 'json':
      if (read.remark !== null) gaps.push(gap(what, where, read.remark))
      if (isLooseMap(read.value)) return read.value
      gaps.push(gap(what, where, 'it holds no names with values'))
      return null
    case 'missing':
      if (expected) gaps.push(gap(what, where, 'it is gone'))
      return null
    case 'broken':
    case 'unreadable':
      gaps.push(gap(what, where, read.why))
      return null
    default:
      return read satisfies never
  }
}

function readLoose(
  path: string,
  maximumBytes: number,
  parse: (text: string) => LooseParse,
  whole: (text: string) => { readonly text: string; readonly remark: string | null } = (text) => ({
    text,
    remark: null,
  }),
): LooseRead {
  const read = readDecoded(path, maximumBytes)
  if (read.kind !== 'text') return read
  if (read.text.trim() === '') return { kind: 'broken', why: 'the file is empty' }
  const { text, remark } = whole(read.text)
  if (text === '') return { kind: 'broken', why: 'its only line does not end: it may be cut' }
  const parsed = parse(text)
  if (parsed.kind === 'broken') return { kind: 'broken', why: parsed.why }
  return { kind: 'json', value: parsed.value, remark: read.damaged ? NO_UTF8 : remark }
}

function withoutUnended(text: string): { readonly text: string; readonly remark: string | null } {
  if (/[\n\]}"']$/.test(text)) return { text, remark: null }
  const remark = 'its last line does not end, and is left out: it may be cut'
  return { text: text.slice(0, text.lastIndexOf('\n') + 1), remark }
}

const NO_UTF8 = 'it holds bytes that are no UTF-8, shown as replacement characters'

/** Reads a small text without its byte order mark; UTF-16 is known by its mark, anything else is taken for UTF-8. */
export function readDecoded(
  path: string,
  maximumBytes: number,
): NotRead | { readonly kind: 'text'; readonly text: string; readonly damaged: boolean } {
  const read = readBytes(path, maximumBytes)
  if (read.kind !== 'bytes') return read
  const { bytes } = read
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return { kind: 'text', text: new TextDecoder(encoding, { fatal: true }).decode(bytes), damaged: false }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { kind: 'text', text: new TextDecoder(encoding).decode(bytes), damaged: true }
  }
}
