import { access, constants, readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { type Gap, isGap } from '../gap.ts'
import { findNoteFiles } from '../notes/find-note-files.ts'
import { dayOf } from '../notes/user-day.ts'
import type { Repository } from '../repository/commit.ts'
import type { Passage, PrintedValue } from '../search/passage.ts'
import { openSearchIndex, type SearchIndex } from '../search/search-index.ts'
import { digestOf } from '../stores/canonical-json.ts'
import type { DocumentSummary, Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import type { Identity } from './find-identity.ts'
import { dayRule, type Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'
import { localFolder } from './local-folder.ts'
import { readVersion } from './package-root.ts'
import { readAllNotes } from './read-all-notes.ts'
import { readEarlierDocuments } from './read-earlier-documents.ts'

/** The index of a project's documents, notes and commits, and what of them could not be read. */
export interface OpenedSearch {
  readonly index: SearchIndex
  readonly documents: readonly DocumentSummary[]
  readonly gaps: readonly Gap[]
}

/**
 * The search index of a project, kept in `.narrate/cache/search.sqlite` and made anew whenever a document, a note file,
 * the journal, a commit or the settings changed. What could not be read is told each time.
 */
export async function openSearch(
  project: Project,
  store: Store,
  identity: Pick<Identity, 'repository'>,
  world: World,
): Promise<OpenedSearch> {
  const documents: DocumentSummary[] = []
  const gaps: Gap[] = []
  for await (const found of store.list({})) {
    if (isGap(found)) gaps.push(found)
    else if (found.supersededBy === null) documents.push(found)
  }
  const stamp = await stampOf(project, store, identity.repository, world)
  const file = path.join(project.root, '.narrate', 'cache', 'search.sqlite')
  let unread: readonly Gap[] = []
  if (await mayWrite(project.root)) await localFolder(project.root)
  const index = await openSearchIndex(file, stamp, world.processId, async () => {
    const notes = await readAllNotes(project, identity, world)
    unread = notes.gaps
    const values = await Promise.all(documents.map((one) => printedValues(one, project.root)))
    return {
      passages: [
        ...(await sentencesOf(store, project)),
        ...notes.notes.flatMap((note) => passagesOfNote(note, project, world)),
      ],
      values: values.flat(),
    }
  })
  return { index, documents, gaps: [...gaps, ...unread] }
}

async function sentencesOf(store: Store, { root }: Project): Promise<readonly Passage[]> {
  const { documents } = await readEarlierDocuments(store, root, () => true)
  return documents.flatMap(({ id, kind, title, date, path: place, passages }) =>
    passages.map(
      (text): Passage => ({
        kind: 'document',
        id,
        of: kind,
        title,
        place: path.posix.join(store.location, place),
        line: null,
        date,
        text,
        at: null,
        author: null,
      }),
    ),
  )
}

function passagesOfNote(
  note: Awaited<ReturnType<typeof readAllNotes>>['notes'][number],
  project: Project,
  world: World,
): readonly Passage[] {
  const mask = maskOf(project.settings, world)
  const { timeZone, endsAtHour } = dayRule(project, world)
  const quoted = note.quotes.map((quote) => {
    const at = quote.time.kind === 'dated' ? quote.time.at : note.time.kind === 'dated' ? note.time.at : null
    return { text: quote.text, line: quote.line, heading: quote.heading, file: quote.file, at }
  })
  const tables = note.attachments
    .filter(({ kind }) => kind === 'table')
    .map(({ text, line, heading, file }) => ({
      text: text.slice(0, LONGEST_TABLE),
      line,
      heading,
      file,
      at: note.time.kind === 'dated' ? note.time.at : null,
    }))
  const lines = note.attachments
    .filter(({ kind }) => kind === 'listing')
    .flatMap(({ text, line, heading, file }) =>
      text
        .split('\n')
        .slice(0, MOST_LINES)
        .flatMap((words, index) =>
          words.trim() === ''
            ? []
            : [
                {
                  text: words.trim().slice(0, LONGEST_TABLE),
                  line: line + index,
                  heading,
                  file,
                  at: note.time.kind === 'dated' ? note.time.at : null,
                },
              ],
        ),
    )
  return [...quoted, ...tables, ...lines].map(
    ({ text, line, heading, file, at }): Passage => ({
      kind: note.kind === 'commit' ? 'commit' : 'note',
      id: note.id,
      of: null,
      title: heading ?? '',
      place: file,
      line: note.kind === 'commit' ? null : line,
      date: at === null ? null : dayOf(at, timeZone, endsAtHour),
      text: mask(text),
      at,
      author: note.author,
    }),
  )
}

const LONGEST_TABLE = 1500
const MOST_LINES = 300

const recordSchema = z.object({
  evidence: z.object({ runs: z.array(z.object({ address: z.string(), key: z.string() })) }),
  spans: z.array(z.object({ expression: z.string(), printed: z.string(), exact: z.string() })).default([]),
})

/** The values of single runs that a document prints, from what was frozen with it. */
async function printedValues(
  { id, kind, date, path: place, evidencePath }: DocumentSummary,
  root: string,
): Promise<readonly PrintedValue[]> {
  const record = recordSchema.safeParse(JSON.parse(await readFile(path.join(root, evidencePath), 'utf8')))
  if (!record.success) return []
  const keys = new Map(record.data.evidence.runs.map(({ address, key }) => [address, key]))
  const seen = new Set<string>()
  return record.data.spans.flatMap(({ expression, printed, exact }): readonly PrintedValue[] => {
    const [, address = '', written = ''] = /^(r\d+)\.(.+)$/.exec(expression) ?? []
    const run = keys.get(address)
    if (run === undefined || !Number.isFinite(Number(exact)) || exact.trim() === '' || seen.has(expression))
      return []
    seen.add(expression)
    const name = /^(?:metric|param)\["(.*?)"\]/.exec(written)?.[1] ?? written
    return [{ id, of: kind, date, place, printed, exact, name, run }]
  })
}

/** Changes whenever anything that the index is made of does: files by their size and time, commits by their ids. */
async function stampOf(
  project: Project,
  store: Store,
  repository: Repository | null,
  world: World,
): Promise<string> {
  const { root, settings } = project
  const { files } = await findNoteFiles(root, settings.notes, [settings.store])
  const own = await filesBelow(path.join(root, store.location))
  const stamps = await Promise.all(
    [...own, ...files.map((file) => path.join(root, file))].map(async (file) => {
      const { size, mtimeMs } = await stat(file)
      return `${path.relative(root, file)} ${size} ${mtimeMs}`
    }),
  )
  const commits =
    repository === null ? [] : await repository.commits({ since: 0, until: world.now() + 24 * 3_600_000 })
  const ids = commits.map((one) => (isGap(one) ? one.why : one.id))
  return digestOf([readVersion(), JSON.stringify(settings), world.timeZone, ...stamps.sort(), ...ids])
}

/** A checkout that cannot be written is searched all the same. */
async function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile() && /\.(md|json)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
}
