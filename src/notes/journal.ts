import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { World } from '../world.ts'
import { type DecodedText, decodeText } from './decode-text.ts'
import { inSpan, type UserDay } from './in-span.ts'
import { conflictMarks, parseJournal, type ReadEntry, renderEntry } from './journal-format.ts'
import type { NoteTime, SessionNote, Span } from './note.ts'
import { sessionNote } from './session-note.ts'
import { dayOf, instantOf, spanOfDay } from './user-day.ts'

/** Where the journal is: both paths absolute; `folder` is `notes` in the store. */
export interface JournalPlace extends UserDay {
  readonly project: string
  readonly folder: string
}

/** What a person typed at narrate, with what they tied it to. */
export interface TypedNote {
  readonly text: string
  readonly author?: string | null
  /** Runs as typed (`--run`). */
  readonly runs?: readonly string[]
  /** What it is, where it is more than a thought: `expectation`. */
  readonly kind?: string
  /** Parameters that an expectation is about. */
  readonly settings?: readonly string[]
}

/** The kind of an entry that is a prediction. */
export const EXPECTATION = 'expectation'

const DAY = 24 * 60 * 60 * 1000

/**
 * Appends a note to `<folder>/<day>.md` and resolves when it is on the disk. It is one write at the end of the file, so
 * that two processes may do it at once, and nothing that stands there is touched. What cannot be written is thrown as
 * `NarrateError('store')` whose hint holds the text as typed: print it, and nothing is lost.
 */
export async function journalNote(
  typed: TypedNote,
  place: JournalPlace,
  world: Pick<World, 'now'>,
): Promise<SessionNote> {
  const at = Math.floor(world.now() / 1000) * 1000
  const path = join(place.folder, `${dayOf(at, place.timeZone, place.endsAtHour)}.md`)
  const entry = {
    at,
    kind: typed.kind ?? null,
    author: typed.author ?? null,
    runs: typed.runs ?? [],
    ...(typed.settings === undefined ? {} : { settings: typed.settings }),
    text: typed.text,
  }
  try {
    await append(place.folder, path, renderEntry(entry, place.timeZone))
    const entries = parseJournal(await readFile(path, 'utf8'), place.timeZone)
    const saved = entries.findLast((other) => other.text === typed.text && isAt(other.time, at))
    if (!saved) throw new Error('the note is not in the file that was just written')
    return noteOf(saved, path, place)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new NarrateError('store', `The note could not be written to ${path}: ${messageOf(error)}.`, {
      hint: `It is not saved. Keep what you typed:\n\n${typed.text}`,
      cause: error,
    })
  }
}

/**
 * The journalled notes of a span, oldest first, with their text as typed. Text that a person wrote into a day's file
 * above the first heading belongs to that day. Files that cannot be read are gaps.
 */
export async function readJournal(
  place: JournalPlace,
  span: Span,
): Promise<{ readonly notes: readonly SessionNote[]; readonly gaps: readonly Gap[] }> {
  const notes: SessionNote[] = []
  const gaps: Gap[] = []
  for (const name of (await namesIn(place.folder)).toSorted()) {
    const day = /^(\d{4}-\d\d-\d\d)\.md$/.exec(name)?.[1]
    if (day === undefined || !isNear(day, span, place)) continue
    const path = join(place.folder, name)
    const where = placeOf(path, place)
    const content = await readContent(path, where)
    if (isGap(content)) {
      gaps.push(content)
      continue
    }
    if (content.gap) gaps.push(content.gap)
    if (conflictMarks(content.text.split('\n')).size > 0) {
      gaps.push(gap('journalled notes', where, 'The file holds an unsolved merge: both sides were read.'))
    }
    for (const entry of parseJournal(content.text, place.timeZone)) {
      const note = noteOf(
        entry.time.kind === 'dated' ? entry : { ...entry, time: noonOf(day, place) },
        path,
        place,
      )
      if (inSpan(note.time, span, place)) notes.push(note)
    }
  }
  return { notes: notes.toSorted((one, other) => atOf(one) - atOf(other)), gaps }
}

async function append(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const file = await open(path, 'a', 0o644)
  try {
    await writeWhole(file, Buffer.from(text, 'utf8'))
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(folder)
}

/** One write is one append. What a full disk cut off is not sent after it: another note may stand there by now. */
async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await file.write(bytes)
  if (bytesWritten < bytes.length) {
    throw new Error(`the disk took ${bytesWritten} of ${bytes.length} bytes`)
  }
}

/** So that a new file is still in its folder after a power cut; some systems cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(codeOf(error))) throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new NarrateError('store', `The folder of the notes cannot be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

async function readContent(path: string, where: string): Promise<DecodedText | Gap> {
  try {
    return decodeText(await readFile(path), where)
  } catch (error) {
    return gap('journalled notes', where, `The file cannot be read: ${messageOf(error)}.`)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function isNear(day: string, span: Span, place: JournalPlace): boolean {
  const own = spanOfDay(day, place.timeZone, place.endsAtHour)
  return own.from - DAY < span.until && span.from < own.until + DAY
}

function noonOf(day: string, place: JournalPlace): NoteTime {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const at = instantOf({ year, month, day: date, hour: 12 }, place.timeZone)
  return { kind: 'dated', at, precision: 'day', by: 'filename' }
}

function isAt(time: NoteTime, at: number): boolean {
  return time.kind === 'dated' && time.at === at
}

function atOf(note: SessionNote): number {
  return note.time.kind === 'dated' ? note.time.at : 0
}

function noteOf(entry: ReadEntry, path: string, place: JournalPlace): SessionNote {
  const { kind, time, settings = [] } = entry
  const isInstant = time.kind === 'dated' && time.precision === 'instant'
  return sessionNote({
    ...entry,
    kind: 'journal',
    place: placeOf(path, place),
    expectation: kind === EXPECTATION ? { settings, recordedAt: isInstant ? time.at : null } : null,
  })
}

function placeOf(path: string, place: JournalPlace): string {
  return relative(place.project, path).split(sep).join('/')
}
