import { type Gap, gap } from '../../gap.ts'

const TOLD = 20

/** Gaps of lines: the first twenty one by one, the others counted. */
export function collectLineGaps(file: string): {
  add(line: number, why: string): void
  all(): readonly Gap[]
} {
  const told: Gap[] = []
  let more = 0
  return {
    add(line, why) {
      if (told.length < TOLD) told.push(gap(`line ${line}`, `${file}:${line}`, why))
      else more += 1
    },
    all: () => (more === 0 ? told : [...told, gap(`${more} lines`, file, 'they could not be read either')]),
  }
}
