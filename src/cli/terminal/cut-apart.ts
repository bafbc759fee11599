import { displayWidth } from './display-width.ts'

/** Where a text that is too long is cut. */
type Cut = 'end' | 'middle' | 'front'

const CUTS: readonly Cut[] = ['end', 'middle', 'front']

/**
 * Texts of one column in a width: those that are too long are cut, all in one way, at the end, in the middle or in front, whichever leaves most of
 * those that differ different. Blanks in front stay.
 */
export function cutApart(texts: readonly string[], width: number): readonly string[] {
  const different = [...new Set(texts)]
  if (different.every((text) => displayWidth(text) <= width)) return texts
  let best: { readonly shown: ReadonlyMap<string, string>; readonly count: number } | null = null
  for (const cut of CUTS) {
    const shown = new Map(different.map((text) => [text, cutAt(text, width, cut)]))
    const count = new Set(shown.values()).size
    if (best === null || count > best.count) best = { shown, count }
    if (count === different.length) break
  }
  return texts.map((text) => best?.shown.get(text) ?? text)
}

/** The least width in which texts that differ still do when they are cut; their own width where there is none below it. */
export function widthApart(texts: readonly string[], least: number): number {
  const different = [...new Set(texts)].slice(0, MOST_HELD)
  const natural = Math.max(least, ...different.map(displayWidth))
  for (let width = least; width < natural; width += 1)
    if (new Set(cutApart(different, width)).size === different.length) return width
  return natural
}

/** A text in a width, of which the end is kept: `…val_accuracy`. */
export function cutInFront(text: string, width: number): string {
  return cutAt(text, width, 'front')
}

const MOST_HELD = 200
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const PLAIN = /^[ -~]*$/

function cutAt(text: string, width: number, cut: Cut): string {
  if (displayWidth(text) <= width) return text
  const [indent = ''] = text.match(/^ */) ?? []
  const room = width - indent.length - 1
  if (room < 1) return '…'
  const letters = PLAIN.test(text)
    ? [...text.slice(indent.length)]
    : [...graphemes.segment(text.slice(indent.length))].map(({ segment }) => segment)
  const front = cut === 'front' ? 0 : cut === 'end' ? room : Math.ceil(room / 2)
  return `${indent}${fitting(letters, front)}…${fitting(letters.toReversed(), room - front, true)}`
}

function fitting(letters: readonly string[], room: number, isBackwards = false): string {
  const kept: string[] = []
  let used = 0
  for (const letter of letters) {
    used += displayWidth(letter)
    if (used > room) break
    kept.push(letter)
  }
  return (isBackwards ? kept.reverse() : kept).join('')
}
