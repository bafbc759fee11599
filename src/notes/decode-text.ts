import { type Gap, gap } from '../gap.ts'

/** Text of a file; `gap` tells where letters may be wrong. */
export interface DecodedText {
  readonly text: string
  readonly gap: Gap | null
}

/**
 * The text in some bytes: UTF-8, UTF-16 (by its mark, or by its zero bytes), else Latin-1 with a gap that says so. A
 * byte-order mark is taken off. What is no text at all is a gap.
 */
export function decodeText(bytes: Uint8Array, where: string): DecodedText | Gap {
  const encoding = wideEncoding(bytes)
  if (encoding) return { text: new TextDecoder(encoding).decode(bytes), gap: null }
  if (bytes.includes(0) || controlCount(bytes) * 20 > bytes.length) {
    return gap('notes', where, 'The file is binary, not text.')
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), gap: null }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return {
      text: new TextDecoder('windows-1252').decode(bytes),
      gap: gap(
        'encoding',
        where,
        'The file is not UTF-8 and was read as Latin-1: some letters may be wrong.',
      ),
    }
  }
}

function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const sample = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const half = sample.length / 2
  if (half < 2 || bytes.length % 2 === 1) return null
  if (odd > half * 0.6 && even === 0) return 'utf-16le'
  return even > half * 0.6 && odd === 0 ? 'utf-16be' : null
}

function controlCount(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes.subarray(0, 65_536)) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) count += 1
  }
  return count
}
