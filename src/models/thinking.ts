const OPEN = '<think>'
const CLOSE = '</think>'

/**
 * The text without a `<think>…</think>` that it begins with: what a reasoning model says to itself. Where it never ends
 * there is no answer, and the text is empty.
 */
export function dropThinking(text: string): string {
  const start = text.trimStart()
  if (!start.startsWith(OPEN)) return text
  const end = start.indexOf(CLOSE)
  return end === -1 ? '' : start.slice(end + CLOSE.length)
}

/** Passes streamed text on, without a `<think>…</think>` at its beginning, wherever the pieces were cut. */
export function withoutThinking(onText: (text: string) => void): (text: string) => void {
  let held: string | null = ''
  return (text) => {
    if (held === null) {
      onText(text)
      return
    }
    held += text
    const start = held.trimStart()
    if (OPEN.startsWith(start) || (start.startsWith(OPEN) && !start.includes(CLOSE))) return
    const rest = dropThinking(held)
    held = null
    if (rest !== '') onText(rest)
  }
}
