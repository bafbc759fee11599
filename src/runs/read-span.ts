/** A server that knows no ranges sends a whole file; no more of it is waited for. */
const MOST_READ = 256 * 1024 * 1024

/** So many bytes of an answer from `start` on; where they do not all come, why, in a sentence's words. */
export async function readSpan(
  response: Response,
  start: number,
  bytes: number,
): Promise<Uint8Array | string> {
  const pieces: Uint8Array[] = []
  let at = 0
  try {
    for await (const piece of response.body ?? []) {
      const from = Math.max(0, start - at)
      if (from < piece.length) pieces.push(piece.subarray(from, start + bytes - at))
      at += piece.length
      if (at >= start + bytes || at > MOST_READ) break
    }
  } catch {
    return 'the server stopped in the middle of it'
  }
  const read = Buffer.concat(pieces)
  return read.length === bytes ? read : 'it is shorter than the server said'
}
