import type { NoteTime } from './note.ts'
import { parseDate } from './parse-date.ts'
import { instantOf, localTimeOf, offsetAt, offsetText } from './user-day.ts'

/** What a journal keeps of one note. `at` is milliseconds since 1970, in whole seconds. */
export interface JournalEntry {
  readonly at: number
  /** What the note is, where it is more than a thought: `expectation`. */
  readonly kind: string | null
  readonly author: string | null
  readonly runs: readonly string[]
  /** Parameters that an expectation is about, as typed: `lr=0.1`. None where left out. */
  readonly settings?: readonly string[]
  readonly text: string
}

/** An entry as it was read: its time as the heading tells it, and the file's line at which its text begins. */
export interface ReadEntry extends Omit<JournalEntry, 'at'> {
  readonly time: NoteTime
  readonly firstLine: number
}

/**
 * The heading of an entry: `## 2026-11-20 18:30:05 +01:00 · Ada`. Time, offset and author may be missing, for those
 * that a person writes by hand. A line of a note that looks like one is written with a back-slash before it (which
 * Markdown does not show), and a line that already has some gets one more: so no text can be taken for a heading.
 */
const HEADING = /^## \d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?(?: · .*)?\s*$/
const ESCAPED = /^\\+## \d{4}-\d\d-\d\d/
const FIELD = /^- (kind|runs|settings): (.*)$/
const PLAIN = /^[^\s",]+$/

/**
 * An entry as it is appended: a blank line, a heading, its fields as a list, a blank line, the text verbatim. The blank
 * line before is there because nobody knows whether another process or an editor left the file without an end of line.
 */
export function renderEntry(entry: JournalEntry, timeZone: string): string {
  const local = localTimeOf(entry.at, timeZone)
  const digits = (value: number, count = 2) => String(value).padStart(count, '0')
  const day = `${digits(local.year, 4)}-${digits(local.month)}-${digits(local.day)}`
  const clock = [local.hour, local.minute, local.second].map((value) => digits(value)).join(':')
  const author = entry.author?.replace(/\s+/g, ' ').trim()
  const heading = `## ${day} ${clock} ${offsetText(offsetAt(entry.at, timeZone))}${author ? ` · ${author}` : ''}`
  const runs = renderList(entry.runs)
  const settings = renderList(entry.settings ?? [])
  const fields = [
    ...(entry.kind ? [`- kind: ${entry.kind}`] : []),
    ...(runs ? [`- runs: ${runs}`] : []),
    ...(settings ? [`- settings: ${settings}`] : []),
  ]
  return `\n${[heading, ...fields].join('\n')}\n\n${escapeText(entry.text)}\n`
}

/**
 * Lines (from 0) that git wrote around two sides it could not merge. Only such a mark has a whole entry behind it: a
 * conflict that somebody pasted into a note has none, since every heading in a note is escaped.
 */
export function conflictMarks(lines: readonly string[]): ReadonlySet<number> {
  const marks = new Set<number>()
  let open: number[] = []
  let holdsEntry = false
  for (const [index, line] of lines.entries()) {
    if (/^<{7} /.test(line)) {
      open = [index]
      holdsEntry = false
    } else if (open.length > 0 && HEADING.test(line)) {
      holdsEntry = true
    } else if (open.length > 0 && /^(?:={7}|\|{7} .*)\r?$/.test(line)) {
      open.push(index)
    } else if (open.length > 1 && /^>{7} /.test(line)) {
      if (holdsEntry) for (const mark of [...open, index]) marks.add(mark)
      open = []
    }
  }
  return marks
}

/**
 * The entries of a journal's file, text exactly as typed. What a person wrote above the first heading comes as an entry
 * without a time; a heading that a person wrote by hand counts as one. Lines that git turned into CRLF are turned back.
 */
export function parseJournal(content: string, timeZone: string): readonly ReadEntry[] {
  const all = content.split('\n')
  const marks = conflictMarks(all)
  const lines = all.filter((_, index) => !marks.has(index))
  const starts = lines.flatMap((line, index) => (HEADING.test(line) ? [index] : []))
  const first = starts[0] ?? lines.length
  const loose = lines.slice(0, first).join('\n').trim()
  const entries = starts.map((start, index) => readEntry(lines, start, starts[index + 1] ?? null, timeZone))
  if (loose === '') return entries
  const firstLine = all.findIndex((line, index) => line.trim() !== '' && !marks.has(index)) + 1
  return [
    { time: { kind: 'undated' }, kind: null, author: null, runs: [], text: unescapeText(loose), firstLine },
    ...entries,
  ]
}

function readEntry(
  lines: readonly string[],
  start: number,
  next: number | null,
  timeZone: string,
): ReadEntry {
  const heading = lines[start] ?? ''
  const converted = heading.endsWith('\r')
  const own = lines
    .slice(start, next ?? lines.length)
    .map((line) => (converted ? line.replace(/\r$/, '') : line))
  let index = 1
  const fields = new Map<string, string>()
  for (let field = FIELD.exec(own[index] ?? ''); field?.[1]; field = FIELD.exec(own[index] ?? '')) {
    fields.set(field[1], field[2] ?? '')
    index += 1
  }
  if (own[index] === '') index += 1
  const body = own.slice(index)
  // The end of line behind the text stands before the blank line of the next entry, or at the end of the file.
  if (body.at(-1) === '') body.pop()
  return {
    ...timeOfHeading(heading, timeZone),
    kind: fields.get('kind')?.trim() ?? null,
    runs: parseList(fields.get('runs') ?? ''),
    ...(fields.has('settings') ? { settings: parseList(fields.get('settings') ?? '') } : {}),
    text: unescapeText(body.join('\n')),
    firstLine: start + index + 1,
  }
}

function timeOfHeading(heading: string, timeZone: string): Pick<ReadEntry, 'time' | 'author'> {
  const separator = heading.indexOf(' · ')
  const written = parseDate(separator < 0 ? heading : heading.slice(0, separator))
  const author = separator < 0 ? null : heading.slice(separator + 3).trim() || null
  if (!written) return { time: { kind: 'undated' }, author }
  const { local, offset } = written
  if (local.hour === undefined) {
    const at = instantOf({ ...local, hour: 12 }, timeZone)
    return { time: { kind: 'dated', at, precision: 'day', by: 'journal' }, author }
  }
  const at = offset === null ? instantOf(local, timeZone) : instantOf(local, 'UTC') - offsetOf(offset)
  return { time: { kind: 'dated', at, precision: 'instant', by: 'journal' }, author }
}

/** Milliseconds that `+01:00`, `+0100` or `Z` is ahead of UTC. */
export function offsetOf(text: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text)
  if (!match) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000
}

function renderList(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : JSON.stringify(word))).join(', ')
}

function parseList(text: string): readonly string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g)].map(([word]) =>
    word.startsWith('"') ? unquoted(word) : word,
  )
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return text.slice(1, -1)
    throw error
  }
}

function escapeText(text: string): string {
  return text
    .split('\n')
    .map((line) => (HEADING.test(line) || ESCAPED.test(line) ? `\\${line}` : line))
    .join('\n')
}

function unescapeText(text: string): string {
  return text
    .split('\n')
    .map((line) => (ESCAPED.test(line) ? line.slice(1) : line))
    .join('\n')
}
