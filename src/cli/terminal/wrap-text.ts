import { displayWidth } from './display-width.ts'

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/**
 * Words wrapped to a display width; styles do not count. A path longer than the width goes on after a slash in the next line, so that no terminal cuts its names;
 * any other word of that length (an address, too) stands on a line of its own.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = []
      let current = ''
      let used = 0
      for (const { word, space } of piecesOf(line, width)) {
        const wide = displayWidth(word.replace(ESCAPES, ''))
        if (current !== '' && used + space.length + wide > width) {
          lines.push(current)
          current = word
          used = wide
        } else {
          used = current === '' ? wide : used + space.length + wide
          current = current === '' ? word : current + space + word
        }
      }
      return [...lines, current].join('\n')
    })
    .join('\n')
}

/** The words of a line, long paths in pieces, each with what parts it from what stands before. */
function piecesOf(line: string, width: number): readonly { readonly word: string; readonly space: string }[] {
  return line.split(' ').flatMap((word) => {
    const isLongPath = displayWidth(word.replace(ESCAPES, '')) > width && !word.includes('://')
    const pieces = isLongPath ? word.split(/(?<=[/\\])/) : [word]
    return pieces.map((piece, index) => ({ word: piece, space: index === 0 ? ' ' : '' }))
  })
}
