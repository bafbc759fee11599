import { NarrateError } from '../../errors.ts'
import { quoted } from '../quoted.ts'
import { collectLineGaps } from './collect-line-gaps.ts'
import { isLooseList, isLooseMap, type LooseJson, leavesOf, parseFirstJson } from './loose-json.ts'
import type { Row, RowOptions, Rows } from './row.ts'
import { type Line, streamLines, ZEROS } from './stream-lines.ts'

const LONGEST = 8 * 1024 * 1024
const MOST_CHARACTERS = 256 * 1024 * 1024

/**
 * Reads a file of JSON objects, one a line; two on one line (two writers at once) are two rows, and so are those of a list where lists are taken. A line
 * that is no object is a gap with its number; a last line that is not whole is being written. Throws `NarrateError('source')` where the file cannot be read, or is too large to be held.
 */
export async function readJsonLines(
  path: string,
  file: string,
  options: RowOptions & { readonly takesLists?: boolean },
): Promise<Rows> {
  const rows: Row[] = []
  const gaps = collectLineGaps(file)
  let characters = 0
  const enough = Symbol('enough')
  const take = (line: Line): void => {
    characters += line.text.length
    if (characters > MOST_CHARACTERS)
      throw new NarrateError(
        'source',
        `${quoted(file)} is larger than ${MOST_CHARACTERS / 1024 / 1024} MiB.`,
        {
          hint: 'Split it: a ledger holds a line a run.',
        },
      )
    if (line.text.trim() === '' && line.damage !== 'zeros') return
    if (line.damage === 'zeros') gaps.add(line.number, ZEROS)
    else if (line.damage === 'too long') gaps.add(line.number, `it is longer than ${LONGEST} bytes`)
    else takeObjects(line)
    if (rows.length >= options.most) throw enough
  }
  try {
    const read = await streamLines(path, { longest: LONGEST, stop: options.stop }, take)
    if (read.kind !== 'read')
      throw new NarrateError(
        'source',
        `${quoted(file)} cannot be read: ${read.kind === 'missing' ? 'it is gone' : read.why}.`,
      )
  } catch (error) {
    if (error !== enough) throw error
  }
  return { header: null, rows, gaps: gaps.all() }

  function takeValue(value: LooseJson, line: number, again?: () => Row): void {
    const row: Row | null = isLooseMap(value) ? { line, leaves: leavesOf(value) } : null
    if (row === null) gaps.add(line, 'it is no JSON object')
    else if (options.wants?.(row) === false) return
    else if (options.take === undefined) rows.push(row)
    else options.take(row, again ?? (() => row), null)
  }

  function takeObjects({ text, number, ended, damage }: Line): void {
    for (let at = 0; at < text.length; ) {
      const parsed = parseFirstJson(text, at)
      if (parsed.kind === 'broken') {
        gaps.add(
          number,
          ended ? whyBroken(parsed.why, damage) : 'the last line is not whole: it may be half written',
        )
        return
      }
      const isList = options.takesLists === true && isLooseList(parsed.value)
      const from = at
      if (isList) for (const value of parsed.value) takeValue(value, number)
      else takeValue(parsed.value, number, () => rowAt(text, from, number))
      at = parsed.end + (/^\s*/.exec(text.slice(parsed.end))?.[0].length ?? 0)
    }
    if (damage === 'no UTF-8')
      gaps.add(number, 'it holds bytes that are no UTF-8, shown as replacement characters')
  }
}

/** The row of the object that begins at a place of a text, which was read before. */
export function rowAt(text: string, from: number, line: number): Row {
  const parsed = parseFirstJson(text, from)
  return { line, leaves: leavesOf(parsed.kind === 'json' ? parsed.value : null) }
}

function whyBroken(why: string, damage: Line['damage']): string {
  return damage === null ? why : `${why}, and it holds bytes that are no UTF-8`
}
