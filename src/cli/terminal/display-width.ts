/** Text cut to a display width, with an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let shown = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const wide = graphemeWidth(segment)
    if (used + wide > width - 1) break
    shown += segment
    used += wide
  }
  return `${shown}…`
}

/** How many columns a terminal gives a text. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** Most cells: no need to look at them character by character. */
const PLAIN = /^[ -~]*$/
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u
/** The mark that asks for the coloured form of a sign that is narrow text without it. */
const EMOJI_STYLE = '\ufe0f'

function graphemeWidth(grapheme: string): number {
  return WIDE.test(grapheme) || grapheme.includes(EMOJI_STYLE) ? 2 : 1
}
