import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../errors.ts'
import { type Gap, isGap } from '../gap.ts'
import { commitsAsNotes } from '../notes/commits-as-notes.ts'
import { decodeText } from '../notes/decode-text.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import { readNotes } from '../notes/read-notes.ts'
import { readSeenNotes, type SeenNotes } from '../notes/seen-notes.ts'
import { normaliseQuote } from '../notes/split-into-quotes.ts'
import type { Commit } from '../repository/commit.ts'
import type { World } from '../world.ts'
import type { Identity } from './find-identity.ts'
import { dayRule, type Project } from './find-project.ts'
import { readProjectJournal } from './read-key-history.ts'
import type { Told } from './read-told.ts'
import { whyUnread } from './why-unread.ts'

/** The notes of a span that no entry told yet. */
export interface DayNotes {
  /** What the person wrote: journal, files, notebooks. */
  readonly written: readonly SessionNote[]
  /** Commit messages. */
  readonly commits: readonly SessionNote[]
  /** Predictions of the sixty days before the span and since that stand in neither: those that its runs answer are told with them. */
  readonly expectations: readonly SessionNote[]
  /** How many notes nothing dates: they are kept for phases. */
  readonly undated: number
  /** What the files held, to be kept once the entry is saved. */
  readonly seen: SeenNotes
  readonly gaps: readonly Gap[]
}

/** A prediction that no run answered in sixty days is not looked for any more. */
const EXPECTED_WITHIN = 60 * 24 * 3_600_000

/** Reads the journal, the note files of narrate.yaml and the user's commits of a span. */
export async function readDayNotes(
  project: Project,
  span: Span,
  told: Told,
  identity: Identity,
  world: World,
): Promise<DayNotes> {
  const { settings, root } = project
  const journal = await readProjectJournal(project, span, world)
  // A past day told now may hold the runs of a prediction that was typed today: it is told as recorded after the fact.
  const since = { from: span.from - EXPECTED_WITHIN, until: Math.max(span.until, world.now() + 1) }
  const predicted = (await readProjectJournal(project, since, world)).notes.filter(
    ({ expectation }) => expectation !== null,
  )
  const files = await readNotes({
    project: root,
    globs: settings.notes,
    exclude: [settings.store],
    span,
    day: dayRule(project, world),
    now: world.now(),
    told: told.quotes,
    repository: identity.repository,
    seen: await readSeenNotes(root),
  })
  const commits = settings.commits ? await readCommits(span, identity) : []
  const fresh = journal.notes.filter(({ id }) => !told.noteIds.has(id))
  return {
    written: [...fresh, ...files.notes],
    expectations: predicted.filter(({ id }) => !fresh.some((note) => note.id === id)),
    commits: commitsAsNotes(commits.filter((found): found is Commit => !isGap(found))).filter(
      ({ id }) => !told.noteIds.has(id),
    ),
    undated: files.undated.length,
    seen: files.seen,
    gaps: [...journal.gaps, ...files.gaps, ...commits.filter((found) => isGap(found))],
  }
}

/** A note without the passages that earlier entries told: a living file is handed over again and again. */
export function withoutTold(note: SessionNote, told: Told): SessionNote {
  const words = new Set(told.quotes.map(({ text }) => normaliseQuote(text)))
  return { ...note, quotes: note.quotes.filter(({ text }) => !words.has(normaliseQuote(text))) }
}

/** The text of a file with notes. Throws `NarrateError('source')` where it cannot be read or is no text. */
export async function readNoteFile(file: string, world: World): Promise<string> {
  const decoded = await readFile(path.resolve(world.cwd, file)).then(
    (bytes) => decodeText(bytes, file),
    (error: unknown) => {
      throw unreadable(file, whyUnread(error), error)
    },
  )
  if (isGap(decoded)) throw unreadable(file, decoded.why)
  return decoded.text
}

function unreadable(file: string, why: string, cause?: unknown): NarrateError {
  return new NarrateError('source', `The notes in ${file} could not be read: ${why.replace(/\.$/, '')}.`, {
    hint: 'Name a text file, or - for stdin.',
    cause,
  })
}

async function readCommits(span: Span, { repository, names }: Identity) {
  if (repository === null) return []
  return repository.commits({
    since: span.from,
    until: span.until,
    ...(names.length === 0 ? {} : { authors: names }),
  })
}
