import { basename, join, relative, resolve, sep } from 'node:path'
import { type Document, KIND_NAME } from '../documents/document.ts'
import { NarrateError } from '../errors.ts'
import type { Gap } from '../gap.ts'
import type { World } from '../world.ts'
import { type Approval, isAcceptance, makeAcceptance, parseAcceptance } from './acceptance.ts'
import {
  discardFile,
  type FileOperations,
  fileOperations,
  type PreparedFile,
  placeFile,
  prepareFile,
  removeFile,
  replaceFile,
  targetOfTemporary,
} from './atomic-write.ts'
import { digestOf } from './canonical-json.ts'
import { headsOf } from './chain.ts'
import {
  type DocumentEntry,
  homeOf,
  readContents,
  readEntries,
  summarise,
  summariseAcceptance,
} from './document-entry.ts'
import { linkTo, previousOf, type RecordLink } from './evidence-record.ts'
import { withLock } from './lock.ts'
import { matchingIds } from './match-ids.ts'
import type { RedactionPlan } from './plan-redaction.ts'
import { recordText } from './record-text.ts'
import {
  isRedaction,
  makeRedaction,
  parseRedaction,
  type Redaction,
  type RedactionTold,
} from './redaction.ts'
import { isRelink, type KeyLink, makeRelink, parseRelink, type Relink, type RelinkTold } from './relink.ts'
import { sealDocument } from './seal-document.ts'
import type { AcceptanceSummary, DocumentQuery, DocumentSummary, Store, StoredDocument } from './store.ts'
import { storeError } from './store-error.ts'
import {
  EVIDENCE_FOLDER,
  entriesOf,
  evidenceIds,
  folderOfKind,
  isSafeId,
  JOURNAL_FOLDER,
  LOCK_FILE,
  readEvidence,
  readRelinks,
  readText,
  walkMarkdown,
} from './store-folder.ts'

export interface DirectoryStoreOptions {
  /** The project: the folder of narrate.yaml, absolute. */
  readonly root: string
  /** The store's folder, relative to the project: `settings.store`. */
  readonly folder: string
  readonly world: Pick<World, 'now' | 'processId' | 'hostName' | 'randomName' | 'signal'>
  readonly files?: FileOperations
}

/**
 * A folder of Markdown files with front matter, in a folder per kind, and their frozen evidence as JSON beside it.
 *
 * A document is saved evidence first and Markdown last, each under a temporary name until it is wholly on the disk; a
 * document exists once its Markdown does. What a save that was killed leaves behind is invisible, and the next one takes
 * it away. A document is known by the id in its front matter, wherever in the folder its file was moved.
 */
export function directoryStore({
  root,
  folder,
  world,
  files = fileOperations,
}: DirectoryStoreOptions): Store {
  const path = resolve(root, folder)
  const location = inProject(root, path)

  async function readAll() {
    const { entries, gaps } = await attempt(`Reading ${location}`, () => readEntries(path))
    return {
      gaps: gaps.map(placed),
      entries: entries.map((entry) => ({ ...entry, summary: shown(entry.summary) })),
    }
  }

  /** Paths of the store become paths of the project. */
  function shown(summary: DocumentSummary): DocumentSummary {
    return {
      ...summary,
      path: `${location}/${summary.path}`,
      evidencePath: `${location}/${summary.evidencePath}`,
    }
  }

  function placed(found: Gap): Gap {
    return { ...found, where: `${location}/${found.where}` }
  }

  async function find(id: string): Promise<readonly DocumentSummary[]> {
    const { entries } = await readAll()
    return matchingIds(
      entries.map(({ summary }) => summary),
      id,
    )
  }

  return {
    name: 'directory',
    location,
    find,

    async save(document) {
      if (!isSafeId(document.id)) throw new Error(`A document may not be called ${document.id}.`)
      return await attempt(`Saving ${document.id} in ${location}`, async () => {
        await makeFolders(path, [folderOfKind(document.kind), EVIDENCE_FOLDER], files)
        return await withLock(
          join(path, LOCK_FILE),
          { world, guards: `the folder ${location}` },
          async () => {
            const taken = await removeUnfinished(path, files)
            return shown(await saveUnderLock(path, document, taken, world, files))
          },
        )
      })
    },

    async *list(query) {
      const { entries, gaps } = await readAll()
      const answering = entries.filter(({ summary, markdown }) => answers(summary, markdown, query))
      const { run, ...others } = query
      const found =
        run === undefined || answering.length > 0
          ? answering
          : entries.filter(
              ({ summary, markdown }) =>
                summary.relinked.some(({ from }) => isRun(from, run)) && answers(summary, markdown, others),
            )
      for (const { summary } of found) yield summary
      yield* gaps
    },

    async read(id) {
      const { entries, gaps } = await readAll()
      const summaries = matchingIds(
        entries.map(({ summary }) => summary),
        id,
      )
      const [summary, ...others] = summaries
      if (summary === undefined) throw notFound(id, location, gaps)
      if (others.length > 0) throw ambiguous(id, summaries)
      const markdown = entries.find((entry) => entry.summary.id === summary.id)?.markdown
      const evidence = await readEvidence(path, summary.id)
      if (markdown === undefined || 'why' in evidence) throw notFound(id, location, gaps)
      return { summary, markdown, evidence: evidence.value } satisfies StoredDocument
    },

    async accept(id, approval) {
      // Nothing is made in a project that keeps no documents.
      if ((await find(id)).every((summary) => summary.id !== id)) throw notFound(id, location, [])
      return await attempt(`Accepting ${id} in ${location}`, () =>
        withLock(join(path, LOCK_FILE), { world, guards: `the folder ${location}` }, async () => {
          const taken = await removeUnfinished(path, files)
          const { entries, gaps } = await readAll()
          const entry = entries.find(({ summary }) => summary.id === id)
          if (entry === undefined) throw notFound(id, location, gaps)
          return await saveAcceptance(path, entry, approval, taken, world, files)
        }),
      )
    },

    async redact(plan, told) {
      if ((await find(plan.id)).every((summary) => summary.id !== plan.id))
        throw notFound(plan.id, location, [])
      return await attempt(`Redacting ${plan.id} in ${location}`, () =>
        withLock(join(path, LOCK_FILE), { world, guards: `the folder ${location}` }, async () => {
          const taken = await removeUnfinished(path, files)
          return await saveRedaction(path, plan, told, taken, world, files)
        }),
      )
    },

    async relink(links, told) {
      return await attempt(`Relinking runs in ${location}`, async () => {
        // Notes alone may name runs.
        await makeFolders(path, [EVIDENCE_FOLDER], files)
        return await withLock(
          join(path, LOCK_FILE),
          { world, guards: `the folder ${location}` },
          async () => {
            const taken = await removeUnfinished(path, files)
            return await saveRelink(path, links, told, taken, world, files)
          },
        )
      })
    },

    async relinks() {
      return await attempt(`Reading ${location}`, () => readRelinks(path))
    },

    async contents() {
      const { documents, gaps, ...rest } = await attempt(`Reading ${location}`, () => readContents(path))
      return {
        ...rest,
        documents: documents.map((file) => ({ ...file, path: `${location}/${file.path}` })),
        gaps: gaps.map(placed),
      }
    },

    async evidence(id) {
      return await attempt(`Reading ${location}`, () => readEvidence(path, id))
    },
  }
}

async function saveAcceptance(
  path: string,
  { summary, body }: DocumentEntry,
  approval: Approval,
  taken: ReadonlySet<string>,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<AcceptanceSummary> {
  const evidence = await readEvidence(path, summary.id)
  if ('why' in evidence) throw new NarrateError('store', `${summary.id} cannot be read: ${evidence.why}.`)
  const of = linkTo(summary.id, evidence.value)
  const at = new Date(world.now()).toISOString()
  const record = await makeAcceptance({ of, body }, approval, at, await newestRecords(path, taken))
  const acceptance = parseAcceptance(record)
  if (acceptance === null) throw new Error(`The acceptance of ${summary.id} has not its own form.`)
  const json = recordText(record)
  const prepared = await prepareFile(join(path, EVIDENCE_FOLDER, `${record.id}.json`), json, world, files)
  try {
    if (await placeFile(prepared, files)) return summariseAcceptance(acceptance, body)
  } finally {
    await discardFile(prepared, files)
  }
  throw new NarrateError('store', `An acceptance called ${record.id} is there already.`, {
    hint: `Look at ${EVIDENCE_FOLDER}/${record.id}.json.`,
  })
}

async function saveRelink(
  path: string,
  links: readonly KeyLink[],
  told: RelinkTold,
  taken: ReadonlySet<string>,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<Relink> {
  const at = new Date(world.now()).toISOString()
  const record = makeRelink(links, told, at, await newestRecords(path, taken))
  const relink = parseRelink(record)
  if (relink === null) throw new Error('A relink has not its own form.')
  const target = join(path, EVIDENCE_FOLDER, `${record.id}.json`)
  const prepared = await prepareFile(target, recordText(record), world, files)
  try {
    if (await placeFile(prepared, files)) return relink
  } finally {
    await discardFile(prepared, files)
  }
  throw new NarrateError('store', `A relink called ${record.id} is there already.`, {
    hint: `Look at ${EVIDENCE_FOLDER}/${record.id}.json.`,
  })
}

async function saveRedaction(
  path: string,
  plan: RedactionPlan,
  told: Omit<RedactionTold, 'at'>,
  taken: ReadonlySet<string>,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<Redaction> {
  const { entries } = await readEntries(path)
  const entry = entries.find(({ summary }) => summary.id === plan.id)
  const evidencePath = join(path, EVIDENCE_FOLDER, `${plan.id}.json`)
  const evidence = await readText(evidencePath)
  const present = await readEvidence(path, plan.id)
  const before = digestOf(plan.record.before)
  if (
    entry?.markdown !== plan.markdown.before ||
    typeof evidence !== 'string' ||
    !('value' in present) ||
    digestOf(present.value) !== before
  )
    throw changedMeanwhile(plan.id)
  const changes = [
    { target: evidencePath, before: evidence, after: recordText(plan.record.after) },
    ...plan.notes.map((note) => ({ ...note, target: join(path, JOURNAL_FOLDER, note.name) })),
    { target: join(path, entry.summary.path), ...plan.markdown },
  ]
  const after = digestOf(plan.record.after)
  const newest = await newestRecords(path, taken)
  // The record is the one of after it, where it is itself among the newest.
  const previous = newest.map((link) => (link.id === plan.id ? { ...link, digest: after } : link))
  const at = new Date(world.now()).toISOString()
  const record = makeRedaction(
    { document: plan.id, before, after, places: plan.places },
    { ...told, at },
    previous,
  )
  const redaction = parseRedaction(record)
  if (redaction === null) throw new Error(`The redaction of ${plan.id} has not its own form.`)
  const recordPath = join(path, EVIDENCE_FOLDER, `${record.id}.json`)
  const prepared: PreparedFile[] = []
  try {
    const own = await prepareFile(recordPath, recordText(record), world, files)
    prepared.push(own)
    for (const { target, after: text } of changes)
      prepared.push(await prepareFile(target, text, world, files))
    if (!(await placeFile(own, files)))
      throw new NarrateError('store', `A redaction called ${record.id} is there already.`)
    await replaceAll(changes, prepared.slice(1), recordPath, plan.id, world, files)
    return redaction
  } finally {
    for (const file of prepared) await discardFile(file, files)
  }
}

/** Puts files in place of others; where one cannot be, those before it are put back as they were. */
async function replaceAll(
  changes: readonly { readonly target: string; readonly before: string }[],
  prepared: readonly PreparedFile[],
  recordPath: string,
  id: string,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<void> {
  const begun: (typeof changes)[number][] = []
  try {
    for (const [index, change] of changes.entries()) {
      const file = prepared[index]
      // An editor, or another note, may have written it by now.
      if (file === undefined || (await readText(change.target)) !== change.before) throw changedMeanwhile(id)
      begun.push(change)
      await replaceFile(file, files)
    }
  } catch (error) {
    for (const { target, before } of begun) {
      if ((await readText(target)) === before) continue
      await replaceFile(await prepareFile(target, before, world, files), files)
    }
    await removeFile(recordPath, files)
    throw error
  }
}

function changedMeanwhile(id: string): NarrateError {
  return new NarrateError('store', `${id} or a note was changed by somebody else meanwhile.`, {
    hint: 'Nothing was taken out. Do it again.',
  })
}

async function saveUnderLock(
  path: string,
  document: Document,
  taken: ReadonlySet<string>,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<DocumentSummary> {
  const previous = await newestRecords(path, taken)
  const savedAt = new Date(world.now()).toISOString()
  for (const id of idsFor(document, savedAt, previous)) {
    if (taken.has(id)) continue
    const summary = await saveAs({ ...document, id }, savedAt, previous, path, world, files)
    if (summary !== null) return summary
  }
  throw new NarrateError('store', `No free id is left for ${document.id}.`, {
    hint: 'Remove copies of the document from the store.',
  })
}

/** Saves under the document's id; null, with nothing changed, where a file of that name is in the way. */
async function saveAs(
  document: Document,
  savedAt: string,
  previous: readonly RecordLink[],
  path: string,
  world: DirectoryStoreOptions['world'],
  files: FileOperations,
): Promise<DocumentSummary | null> {
  const { value, record, frontMatter, markdown } = sealDocument(document, savedAt, previous)
  const home = homeOf(document)
  const json = recordText(value)
  const evidencePath = join(path, EVIDENCE_FOLDER, `${document.id}.json`)
  const evidence = await prepareFile(evidencePath, json, world, files)
  try {
    const page = await prepareFile(join(path, home), markdown, world, files)
    try {
      if (!(await placeFile(evidence, files))) return null
      let isPlaced = false
      try {
        isPlaced = await placeFile(page, files)
      } finally {
        if (!isPlaced) await removeFile(evidencePath, files)
      }
      return isPlaced ? summarise(record, home, frontMatter, document.body) : null
    } finally {
      await discardFile(page, files)
    }
  } finally {
    await discardFile(evidence, files)
  }
}

/** The document's own id, then the same with four other characters of a digest at its end. */
function* idsFor(document: Document, savedAt: string, previous: readonly RecordLink[]): Generator<string> {
  yield document.id
  const stem = document.id.replace(/-[0-9a-f]{4}$/, '')
  const digest = digestOf({
    id: document.id,
    body: document.body,
    savedAt,
    previous: previous.map((link) => link.digest),
  })
  for (const [suffix] of digest.matchAll(/.{4}/g)) yield `${stem}-${suffix}`
}

/**
 * What the next record names as `previous`. Ids with a Markdown file are complete, whatever became of its front matter;
 * acceptances, redactions and relinks have none and are.
 */
async function newestRecords(path: string, taken: ReadonlySet<string>): Promise<readonly RecordLink[]> {
  const links = new Map<string, readonly RecordLink[]>()
  const alone = new Set<string>()
  for (const id of await evidenceIds(path)) {
    const evidence = await readEvidence(path, id)
    if (!('value' in evidence)) continue
    links.set(id, previousOf(evidence.value))
    if ([isAcceptance, isRedaction, isRelink].some((is) => is(evidence.value))) alone.add(id)
  }
  const heads: RecordLink[] = []
  for (const id of headsOf(links, (complete) => taken.has(complete) || alone.has(complete))) {
    const evidence = await readEvidence(path, id)
    if ('value' in evidence) heads.push(linkTo(id, evidence.value))
  }
  return heads
}

/**
 * Takes away what a killed save left: its temporary files, and evidence whose Markdown never got further than its
 * temporary file. Evidence without a trace of such a save stays: a person may have deleted the Markdown. Returns the ids
 * that have a Markdown file.
 */
async function removeUnfinished(path: string, files: FileOperations): Promise<ReadonlySet<string>> {
  const taken = new Set<string>()
  for await (const file of walkMarkdown(path)) {
    if (!('parts' in file)) continue
    taken.add(basename(file.path, '.md'))
    if (file.parts.kind === 'parts' && typeof file.parts.frontMatter.id === 'string') {
      taken.add(file.parts.frontMatter.id)
    }
  }
  for (const folder of await documentFolders(path)) {
    for (const name of await temporariesIn(join(path, folder))) {
      const id = basename(targetOfTemporary(name) ?? '', '.md')
      if (!taken.has(id)) await removeUnnamed(path, id, files)
      await removeFile(join(path, folder, name), files)
    }
  }
  for (const name of await temporariesIn(join(path, EVIDENCE_FOLDER))) {
    await removeFile(join(path, EVIDENCE_FOLDER, name), files)
  }
  return taken
}

/** Folders that documents are written to; a person may have made others, in which no save leaves anything. */
async function documentFolders(path: string): Promise<readonly string[]> {
  const entries = await entriesOf(path)
  return entries
    .filter((entry) => entry.isDirectory() && KIND_NAME.test(entry.name) && entry.name !== EVIDENCE_FOLDER)
    .map((entry) => entry.name)
}

async function removeUnnamed(path: string, id: string, files: FileOperations): Promise<void> {
  for (const other of await evidenceIds(path)) {
    const evidence = await readEvidence(path, other)
    if ('value' in evidence && previousOf(evidence.value).some((link) => link.id === id)) return
  }
  await removeFile(join(path, EVIDENCE_FOLDER, `${id}.json`), files)
}

async function temporariesIn(path: string): Promise<readonly string[]> {
  const entries = await entriesOf(path)
  return entries
    .filter((entry) => entry.isFile() && targetOfTemporary(entry.name) !== null)
    .map((entry) => entry.name)
}

async function makeFolders(path: string, folders: readonly string[], files: FileOperations): Promise<void> {
  for (const folder of folders) {
    await files.mkdir(join(path, folder), { recursive: true })
    const status = await files.lstat(join(path, folder))
    if (status.isSymbolicLink()) {
      throw new NarrateError(
        'store',
        `${join(path, folder)} is a symbolic link, and the store follows none.`,
        {
          hint: 'Make it a folder, or name another folder as "store" in narrate.yaml.',
        },
      )
    }
  }
}

function answers(summary: DocumentSummary, markdown: string, query: DocumentQuery): boolean {
  const { kind, run, since, until, text } = query
  if (kind !== undefined && summary.kind !== kind) return false
  if (run !== undefined && !summary.runs.some((key) => isRun(key, run))) return false
  if (since !== undefined && summary.date < since) return false
  if (until !== undefined && summary.date > until) return false
  return text === undefined || folded(`${summary.title}\n${markdown}`).includes(folded(text))
}

/** Whether a run's key, its id, or the last part of its id (behind the experiment) begins with what was typed. */
function isRun(key: string, typed: string): boolean {
  const id = key.slice(key.indexOf(':') + 1)
  return [key, id, id.slice(id.lastIndexOf('/') + 1)].some((name) => name.startsWith(typed))
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function notFound(id: string, location: string, gaps: readonly Gap[]): NarrateError {
  const broken = gaps.find((found) => id !== '' && (found.what.includes(id) || found.where.includes(id)))
  if (broken !== undefined) {
    return new NarrateError('store', `${broken.what} cannot be read: ${broken.why}.`, {
      hint: `Look at ${broken.where}; git may have it as it was.`,
    })
  }
  return new NarrateError('usage', `No document in ${location} has an id like "${id}".`, {
    hint: 'narrate list shows the documents there are.',
  })
}

function ambiguous(id: string, summaries: readonly DocumentSummary[]): NarrateError {
  const names = summaries.slice(0, 10).map((summary) => summary.id)
  return new NarrateError('usage', `"${id}" may be any of ${summaries.length} documents.`, {
    hint: `Type more of one of them: ${names.join(', ')}${summaries.length > 10 ? ', …' : ''}`,
  })
}

async function attempt<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw storeError(doing, error)
  }
}

/** A path inside the project, with `/`; the path itself where the store lies outside. */
function inProject(root: string, path: string): string {
  const inside = relative(root, path)
  return (inside === '' ? '.' : inside).split(sep).join('/')
}
