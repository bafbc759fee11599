/** More than this in one answer is none that a page of runs or rows has. */
const MOST_BYTES = 256 * 1024 * 1024

/** The text of a server's answer; null where it is longer than any that was asked for, and given up. */
export async function answerText(response: Response, mostBytes = MOST_BYTES): Promise<string | null> {
  const decoder = new TextDecoder()
  const pieces: string[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > mostBytes) return null
    pieces.push(decoder.decode(piece, { stream: true }))
  }
  return pieces.join('') + decoder.decode()
}
