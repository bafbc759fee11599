import type { UserDay } from './in-span.ts'
import { offsetOf } from './journal-format.ts'
import type { NoteTime } from './note.ts'
import { frontMatterLength, linesOf, parseBlocks, type Row } from './parse-blocks.ts'
import { parseDate, type WrittenDate } from './parse-date.ts'
import { instantOf, type LocalTime } from './user-day.ts'

type Dated = Extract<NoteTime, { kind: 'dated' }>

/** The dates that a text gives to its own lines: of line `n` (from 1) at `n - 1`; null where none reaches. */
export type LineDates = readonly (Dated | null)[]

/** A heading whose date reaches over what stands under it, until a heading as high as itself. */
interface DatedHeading {
  readonly level: number
  readonly time: Dated
}

const WEEKDAY =
  /(?<!\p{L})(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so|man|tir|ons|tor|fre|lør|søn|lun|mar|mer|jeu|ven|sam|dim|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:man|tirs|ons|tors|fre|lør|søn)dag)\.?(?!\p{L})/giu
/** A date behind one of these is not when the line was written. */
const RELATIVE =
  /(?:^|\s)(?:from|since|until|till|before|after|by|to|vs\.?|than|through|via|deadline|due|seit|vom|bis|nach|vor|ab|fra|til|siden)\W*$/iu

/**
 * Dates by headings, by lines that are nothing but a date, and by lines or list items that begin with one. A heading
 * reaches to the next one as high, an item to the next as far left. Dates after `latest` (ms) are plans and count as none.
 */
export function dateLines(text: string, day: UserDay, latest: number): LineDates {
  const times: (Dated | null)[] = linesOf(text).map(() => null)
  const changes = new Map<number, Dated | null>()
  const timed = (written: WrittenDate | null) => {
    const time = written && timeOf(written.local, written.offset, day, 'heading')
    return time && time.at <= latest ? time : null
  }
  let headings: readonly DatedHeading[] = []
  let level = 0
  let opened: { readonly indent: number; readonly time: Dated } | null = null
  const current = () => opened?.time ?? headings.at(-1)?.time ?? null
  for (const block of parseBlocks(text)) {
    if (block.kind === 'heading') {
      level = block.level
      opened = null
      headings = headings.filter((heading) => heading.level < level)
      const time = timed(headingDate(block.text))
      if (time) headings = [...headings, { level, time }]
      changes.set(block.line, current())
      continue
    }
    const rows = block.kind === 'item' || block.kind === 'paragraph' ? block.rows : []
    for (const [index, row] of rows.entries()) {
      if (index === 0 && opened && row.indent <= opened.indent) opened = null
      const alone = block.kind === 'paragraph' ? timed(dateAlone(row.text)) : null
      if (alone) {
        opened = null
        headings = [
          ...headings.filter((heading) => heading.level < level + 0.5),
          { level: level + 0.5, time: alone },
        ]
      } else if (index === 0 || block.kind === 'paragraph') {
        const time = timed(leadingDate(row))
        if (time) opened = { indent: row.indent, time }
      }
      changes.set(row.line, current())
    }
  }
  let time: Dated | null = null
  for (let index = 0; index < times.length; index += 1) {
    const change = changes.get(index + 1)
    if (change !== undefined) time = change
    times[index] = time
  }
  return times
}

/** The date in a file's name, else in the nearest folder whose name begins with one. */
export function fileNameDate(path: string, day: UserDay, latest: number): Dated | null {
  const [name = '', ...folders] = path.split('/').toReversed()
  const found =
    nameDate(/(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)/.exec(name)) ??
    folders
      .map((folder) => nameDate(/^((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)/.exec(folder)))
      .find((date) => date !== null)
  const time = found && timeOf(found, null, day, 'filename')
  return time && time.at <= latest ? time : null
}

/** The `date:` of the front matter. */
export function frontMatterDate(text: string, day: UserDay, latest: number): Dated | null {
  const lines = linesOf(text.slice(0, 20_000))
  for (const line of lines.slice(0, frontMatterLength(lines))) {
    const value = /^(?:date|created|day)\s*:\s*(\S.*)$/i.exec(line)?.[1]
    const written = value === undefined ? null : parseDate(value.replace(/^["']/, ''))
    const time = written && timeOf(written.local, written.offset, day, 'frontmatter')
    if (time && time.at <= latest) return time
  }
  return null
}

function timeOf(local: LocalTime, offset: string | null, day: UserDay, by: Dated['by']): Dated {
  if (local.hour === undefined) {
    return { kind: 'dated', at: instantOf({ ...local, hour: 12 }, day.timeZone), precision: 'day', by }
  }
  const at = offset === null ? instantOf(local, day.timeZone) : instantOf(local, 'UTC') - offsetOf(offset)
  return { kind: 'dated', at, precision: 'instant', by }
}

function nameDate(match: RegExpExecArray | null): LocalTime | null {
  const written = match ? parseDate(`${match[1]}-${match[3]}-${match[4]}`) : null
  return written?.local ?? null
}

/** A heading's date: few words before it, and none that makes it the date of something else. */
function headingDate(text: string): WrittenDate | null {
  const written = parseDate(text)
  if (!written) return null
  const before = written.before.replace(WEEKDAY, '')
  return RELATIVE.test(before) || before.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length > 6
    ? null
    : written
}

/** The date of a line that is nothing else but a date, its weekday and marks. */
export function dateAlone(text: string): WrittenDate | null {
  if (text.length > 80) return null
  const written = parseDate(text)
  const rest = written && `${written.before} ${written.after}`.replace(WEEKDAY, '')
  return rest !== null && !/[\p{L}\p{N}]/u.test(rest) ? written : null
}

/** A line that begins with a date, set apart from what follows. */
function leadingDate(row: Row): WrittenDate | null {
  const written = parseDate(row.text)
  if (!written || /[\p{L}\p{N}]/u.test(written.before.replace(WEEKDAY, ''))) return null
  const isNumeric = /^\W*(?:19|20)\d\d\W?\d\d\W?\d\d/.test(row.text)
  return isNumeric || /^\s*(?:[:\-–—|)\],*_]|$)/u.test(written.after) || written.local.hour !== undefined
    ? written
    : null
}
