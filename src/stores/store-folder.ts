import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BUILT_IN_KINDS, type DocumentKindName } from '../documents/document.ts'
import { type Gap, gap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import { type MarkdownParts, parseMarkdownFile } from './front-matter.ts'
import { parseRecordText } from './parse-record-text.ts'
import { parseRedaction, type Redaction } from './redaction.ts'
import { parseRelink, RELINK_ID, type Relink } from './relink.ts'
import { isSystemError } from './store-error.ts'

/** The folder of each kind of document, inside the store's own. */
export const KIND_FOLDERS: Readonly<Record<(typeof BUILT_IN_KINDS)[number], string>> = {
  log: 'log',
  phase: 'phases',
  plan: 'plans',
  decision: 'decisions',
  reconstruction: 'reconstructions',
}

/** The folder of a kind inside the store: a project's own kind has one of its own name. */
export function folderOfKind(kind: DocumentKindName): string {
  const known = BUILT_IN_KINDS.find((name) => name === kind)
  return known === undefined ? kind : KIND_FOLDERS[known]
}

export const EVIDENCE_FOLDER = 'evidence'

/** The file that a process holds while it saves. */
export const LOCK_FILE = '.lock'

/** The folder of the journal inside the store. */
export const JOURNAL_FOLDER = 'notes'

/** Folders of the store that hold no documents. */
const OTHER_FOLDERS: readonly string[] = [EVIDENCE_FOLDER, JOURNAL_FOLDER]

/** A Markdown file of the store, wherever a person moved it to. `path` is relative to the store, with `/`. */
export interface MarkdownFile {
  readonly path: string
  readonly text: string
  readonly parts: MarkdownParts
}

/**
 * Whether a text may be an id: it names files, so it is one plain name that begins with a letter or digit. Ids read from
 * front matter pass through here before they become a path.
 */
export function isSafeId(id: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(id) && Buffer.byteLength(id) <= 200
}

/** All Markdown files of the store in the order of their paths. Symbolic links are told as gaps and not followed. */
export async function* walkMarkdown(root: string, folder = ''): AsyncGenerator<MarkdownFile | Gap> {
  const entries = await entriesOf(join(root, folder))
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.name.startsWith('.') || OTHER_FOLDERS.includes(path)) continue
    if (entry.isSymbolicLink()) {
      yield gap(path, path, 'it is a symbolic link, and the store follows none')
    } else if (entry.isDirectory()) {
      yield* walkMarkdown(root, path)
    } else if (entry.isFile() && entry.name.endsWith('.md')) {
      const text = await readText(join(root, path))
      if (typeof text === 'string') yield { path, text, parts: parseMarkdownFile(text) }
      else if (text !== null) yield gap(path, path, text.why)
    }
  }
}

/** The ids that evidence is filed under. */
export async function evidenceIds(root: string): Promise<readonly string[]> {
  const entries = await entriesOf(join(root, EVIDENCE_FOLDER))
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
    .map((entry) => basename(entry.name, '.json'))
    .toSorted()
}

/** The evidence filed under an id, or why it cannot be read. */
export async function readEvidence(
  root: string,
  id: string,
): Promise<{ readonly value: JsonObject } | { readonly why: string }> {
  if (!isSafeId(id)) return { why: 'its id is no plain name' }
  return await readJson(join(root, EVIDENCE_FOLDER, `${id}.json`))
}

/** The redactions of a store, oldest first. They are told by their names: other records may be large. */
export async function readRedactions(root: string): Promise<readonly Redaction[]> {
  const redactions: Redaction[] = []
  for (const id of await evidenceIds(root)) {
    if (!/-redacted-[0-9a-f]{4}$/.test(id)) continue
    const read = await readEvidence(root, id)
    const redaction = 'value' in read ? parseRedaction(read.value) : null
    if (redaction !== null) redactions.push(redaction)
  }
  return redactions.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at))
}

/** The relinks of a store, oldest first, told by their names as redactions are. */
export async function readRelinks(root: string): Promise<readonly Relink[]> {
  const relinks: Relink[] = []
  for (const id of await evidenceIds(root)) {
    if (!RELINK_ID.test(id)) continue
    const read = await readEvidence(root, id)
    const relink = 'value' in read ? parseRelink(read.value) : null
    if (relink !== null) relinks.push(relink)
  }
  return relinks.toSorted((left, right) => left.at - right.at || (left.id < right.id ? -1 : 1))
}

async function readJson(path: string): Promise<{ readonly value: JsonObject } | { readonly why: string }> {
  const text = await readText(path)
  if (text === null) return { why: 'its evidence is missing' }
  if (typeof text !== 'string') return { why: `its evidence cannot be read: ${text.why}` }
  return parseRecordText(text)
}

/** A regular file's text; null where there is none. A link is not followed: it may lead anywhere. */
export async function readText(path: string): Promise<string | { readonly why: string } | null> {
  try {
    const status = await lstat(path)
    if (status.isSymbolicLink()) return { why: 'it is a symbolic link, and the store follows none' }
    if (!status.isFile()) return { why: 'it is not a file' }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    if (isSystemError(error)) return { why: error.message }
    throw error
  }
}

/** What a folder holds; nothing where it is not there. */
export async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}
