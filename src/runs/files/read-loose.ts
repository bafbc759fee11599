import { TextDecoder } from 'node:util'
import { type LooseJson, type LooseParse, parseLooseJson } from './loose-json.ts'
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
 * Reads a YAML file (`parseLooseYaml`), never through a symbolic link. A file whose last line does not end may be cut: YAML
 * cannot tell, so that is its remark.
 */
export function readLooseYaml(path: string, maximumBytes = 4 * MEBIBYTE): LooseRead {
  return readLoose(path, maximumBytes, parseLooseYaml, 'its last line does not end: it may be cut')
}

function readLoose(
  path: string,
  maximumBytes: number,
  parse: (text: string) => LooseParse,
  unended: string | null = null,
): LooseRead {
  const read = readDecoded(path, maximumBytes)
  if (read.kind !== 'text') return read
  if (read.text.trim() === '') return { kind: 'broken', why: 'the file is empty' }
  const parsed = parse(read.text)
  if (parsed.kind === 'broken') return { kind: 'broken', why: parsed.why }
  const remark = read.damaged ? NO_UTF8 : read.text.endsWith('\n') ? null : unended
  return { kind: 'json', value: parsed.value, remark }
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
