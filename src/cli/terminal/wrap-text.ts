import { displayWidth } from './display-width.ts'

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** Words wrapped to a display width; styles do not count. A word longer than the width stands on a line of its own. */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = []
      let current = ''
      let used = 0
      for (const word of line.split(' ')) {
        const wide = displayWidth(word.replace(ESCAPES, ''))
        if (current !== '' && used + 1 + wide > width) {
          lines.push(current)
          current = word
          used = wide
        } else {
          current = current === '' ? word : `${current} ${word}`
          used = used === 0 ? wide : used + 1 + wide
        }
      }
      return [...lines, current].join('\n')
    })
    .join('\n')
}
