import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { BlamedLine, Repository } from '../repository/commit.ts'
import { dateAlone, dateLines, fileNameDate, frontMatterDate } from './date-lines.ts'
import { type DecodedText, decodeText } from './decode-text.ts'
import { findNoteFiles } from './find-note-files.ts'
import { inSpan, type UserDay } from './in-span.ts'
import type { Attachment, NoteTime, Quote, SessionNote, Span } from './note.ts'
import { readNotebook } from './read-notebook.ts'
import { type SeenNotes, seenDigest } from './seen-notes.ts'
import { noteId } from './session-note.ts'
import { normaliseQuote, splitIntoQuotes } from './split-into-quotes.ts'

/** Which notes to read: globs relative to the project (absolute path), the span, and what earlier entries already told. */
export interface NotesRequest {
  readonly project: string
  readonly globs: readonly string[]
  /** Folders whose files are no notes, relative to the project: the store. */
  readonly exclude: readonly string[]
  readonly span: Span
  readonly day: UserDay
  /** Milliseconds since 1970; a date after the next day is a plan and dates nothing. */
  readonly now: number
  /** Quotes that earlier entries used, with the time they had there. */
  readonly told: readonly { readonly text: string; readonly at: number | null }[]
  /** For the time of lines that no date reaches; null: they stay undated. */
  readonly repository: Pick<Repository, 'blame'> | null
  /** What an earlier reading saw (`readSeenNotes`), for files that people keep adding to; null: never read before. */
  readonly seen: SeenNotes | null
}

/** Notes of the span, notes that nothing dates (their time may be any), and what could not be read. */
export interface NotesReading {
  readonly notes: readonly SessionNote[]
  readonly undated: readonly SessionNote[]
  readonly gaps: readonly Gap[]
  /** What this reading saw, and those before it: to be kept (`saveSeenNotes`) once the document is. */
  readonly seen: SeenNotes
}

const DAY = 24 * 60 * 60 * 1000
const LARGEST_TEXT = 4 * 1024 * 1024
const LARGEST_NOTEBOOK = 64 * 1024 * 1024

/**
 * The notes in a project's files, dated line by line: by the date headings above, else the file's name, else its front
 * matter, else the commit that last changed the line, else by difference: what was not there at the last reading, at most
 * a day before the span, is of now. Never by the file's own times. One file gives a note for each time it speaks of.
 * Quotes already told are left out: by their words where nobody dated them by hand, by words and time
 * where somebody did. What nothing dates is kept apart.
 */
export async function readNotes(request: NotesRequest): Promise<NotesReading> {
  const { files, gaps: found } = await findNoteFiles(request.project, request.globs, request.exclude)
  const gaps: Gap[] = [...found]
  const notes: SessionNote[] = []
  const undated: SessionNote[] = []
  const isTold = toldBy(request)
  const known = new Set(request.seen?.digests)
  const digests = new Set(known)
  for (const file of files) {
    for (const text of await textsOf(file, request, gaps)) {
      for (const note of await notesOf(text, request, gaps)) {
        for (const quote of note.quotes) digests.add(seenDigest(quote.text))
        for (const part of byDifference(note, request, known)) {
          const fresh = part.quotes.filter((quote) => !isTold(quote))
          if (fresh.length === 0 && (part.quotes.length > 0 || part.attachments.length === 0)) continue
          if (part.time.kind === 'undated') undated.push({ ...part, quotes: fresh })
          else if (inSpan(part.time, request.span, request.day)) notes.push({ ...part, quotes: fresh })
        }
      }
    }
  }
  return {
    notes: notes.toSorted((one, other) => atOf(one.time) - atOf(other.time)),
    undated,
    gaps,
    seen: { at: request.now, digests: [...digests] },
  }
}

/** An undated note in two: what the last reading saw, and what is new since, where that reading is recent enough. */
function byDifference(
  note: SessionNote,
  request: NotesRequest,
  known: ReadonlySet<string>,
): readonly SessionNote[] {
  const { seen, now, span } = request
  if (note.time.kind === 'dated' || !seen || seen.at < span.from - DAY || now >= span.until) return [note]
  const isNew = (quote: Quote) => !known.has(seenDigest(quote.text))
  const time: NoteTime = { kind: 'dated', at: now, precision: 'instant', by: 'difference' }
  const added = note.quotes.filter(isNew).map((quote) => ({ ...quote, time }))
  if (added.length === 0) return [note]
  const text = added.map((quote) => quote.text).join('\n')
  const fresh = { kind: note.kind, place: note.place, text, time }
  return [
    { ...note, quotes: note.quotes.filter((quote) => !isNew(quote)) },
    { ...note, ...fresh, id: noteId(fresh), quotes: added, attachments: [] },
  ]
}

/** A text to split, and where its lines stand in the file. */
interface NoteText {
  readonly kind: 'file' | 'notebook'
  readonly file: string
  readonly place: string
  readonly text: string
  readonly fileLine: (line: number) => number | null
}

async function textsOf(file: string, request: NotesRequest, gaps: Gap[]): Promise<readonly NoteText[]> {
  const isNotebook = /\.ipynb$/i.test(file)
  const content = await readText(
    join(request.project, file),
    file,
    isNotebook ? LARGEST_NOTEBOOK : LARGEST_TEXT,
  )
  if (isGap(content)) {
    gaps.push(content)
    return []
  }
  if (content.gap) gaps.push(content.gap)
  if (!isNotebook) return [{ kind: 'file', file, place: file, text: content.text, fileLine: (line) => line }]
  const cells = readNotebook(content.text, file)
  if (isGap(cells)) {
    gaps.push(cells)
    return []
  }
  return cells.map((cell) => ({
    kind: 'notebook',
    file,
    place: `${file}#cell-${cell.number}`,
    text: cell.text,
    fileLine: (line) => cell.fileLines[line - 1] ?? null,
  }))
}

async function readText(path: string, where: string, largest: number): Promise<DecodedText | Gap> {
  try {
    const { size } = await stat(path)
    if (size > largest) {
      const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
      return gap(
        'notes',
        where,
        `The file has ${megabytes(size)} MB; up to ${megabytes(largest)} MB are read.`,
      )
    }
    return decodeText(await readFile(path), where)
  } catch (error) {
    return gap('notes', where, `The file cannot be read: ${messageOf(error)}.`)
  }
}

/** The parts of a text by their time, in the order in which they begin. */
async function notesOf(
  source: NoteText,
  request: NotesRequest,
  gaps: Gap[],
): Promise<readonly SessionNote[]> {
  const { text, place } = source
  const latest = request.now + DAY
  const lines = text.split('\n')
  const dates = dateLines(text, request.day, latest)
  const whole =
    fileNameDate(source.file, request.day, latest) ?? frontMatterDate(text, request.day, latest) ?? null
  const split = splitIntoQuotes(text, { file: place, firstLine: 1 })
  const passages = [...split.quotes.filter((quote) => !dateAlone(quote.text)), ...split.attachments]
  const needsBlame = !whole && passages.some((passage) => !dates[passage.line - 1])
  const blamed = needsBlame
    ? await blameOf(join(request.project, source.file), request.repository, gaps)
    : new Map<number, BlamedLine>()
  const times = lines.map((_, index): LineTime => {
    const written = dates[index] ?? whole
    if (written) return { time: written, author: null }
    const line = source.fileLine(index + 1)
    const blame = line === null ? undefined : blamed.get(line)
    return blame
      ? {
          time: { kind: 'dated', at: blame.at, precision: 'instant', by: 'commit' },
          author: blame.author || null,
        }
      : { time: { kind: 'undated' }, author: null }
  })
  const groups = new Map<string, Group>()
  const groupOf = (passage: { readonly line: number; readonly lines: number }) => {
    const time = newest(times.slice(passage.line - 1, passage.line - 1 + passage.lines))
    const key = JSON.stringify(time)
    const group = groups.get(key) ?? { time, lines: new Set(), quotes: [], attachments: [] }
    groups.set(key, group)
    for (let line = passage.line; line < passage.line + passage.lines; line += 1) group.lines.add(line)
    return group
  }
  for (const passage of passages) {
    const group = groupOf(passage)
    if (isQuote(passage)) group.quotes.push({ ...passage, time: group.time.time })
    else group.attachments.push({ ...passage, time: group.time.time })
  }
  for (const [index, time] of times.entries()) groups.get(JSON.stringify(time))?.lines.add(index + 1)
  return [...groups.values()].map(({ time: { time, author }, lines: own, quotes, attachments }) => {
    const typed = lines.filter((_, index) => own.has(index + 1)).join('\n')
    const note = { kind: source.kind, place, text: typed.trim(), time }
    return { ...note, id: noteId(note), author, quotes, attachments, runs: [], expectation: null }
  })
}

interface Group {
  readonly time: LineTime
  readonly lines: Set<number>
  readonly quotes: Quote[]
  readonly attachments: Attachment[]
}

function isQuote(passage: Quote | Attachment): passage is Quote {
  return passage.kind === 'passage' || passage.kind === 'command' || passage.kind === 'code'
}

interface LineTime {
  readonly time: NoteTime
  readonly author: string | null
}

/** A passage is as new as its newest line; one with a line that nothing dates is undated. */
function newest(times: readonly LineTime[]): LineTime {
  return (
    times.find((line) => line.time.kind === 'undated') ??
    times.toSorted((one, other) => atOf(other.time) - atOf(one.time))[0] ?? {
      time: { kind: 'undated' },
      author: null,
    }
  )
}

async function blameOf(
  file: string,
  repository: Pick<Repository, 'blame'> | null,
  gaps: Gap[],
): Promise<ReadonlyMap<number, BlamedLine>> {
  if (!repository) return new Map()
  const blamed = await repository.blame(file)
  if (!isGap(blamed)) return blamed
  gaps.push(blamed)
  return new Map()
}

function toldBy(request: NotesRequest): (quote: Quote) => boolean {
  const words = new Set(request.told.map((quote) => normaliseQuote(quote.text)))
  const dated = new Set(request.told.map((quote) => JSON.stringify([normaliseQuote(quote.text), quote.at])))
  return (quote) => {
    const text = normaliseQuote(quote.text)
    return quote.time.kind === 'undated' || quote.time.by === 'commit' || quote.time.by === 'difference'
      ? words.has(text)
      : dated.has(JSON.stringify([text, quote.time.at]))
  }
}

function atOf(time: NoteTime): number {
  return time.kind === 'dated' ? time.at : 0
}
