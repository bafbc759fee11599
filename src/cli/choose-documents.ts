import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../errors.ts'
import { parseMarkdownFile } from '../stores/front-matter.ts'
import { matchingIds } from '../stores/match-ids.ts'
import type { StoreContents, StoredFile } from '../stores/store.ts'
import type { Project } from './find-project.ts'
import { whyUnread } from './why-unread.ts'

/** What a person named: documents of the store, copies of such documents elsewhere, and Markdown that is none. */
export interface ChosenDocuments {
  /** Files of the store with the copies among them. */
  readonly contents: StoreContents
  /** Paths of the documents to verify. */
  readonly wanted: 'all' | ReadonlySet<string>
  /** Other Markdown, with its path as it was typed. */
  readonly others: readonly { readonly path: string; readonly text: string }[]
}

/**
 * Finds what words name: a path of a file, or an id, its beginning, its end or a part of it, which may mean several
 * documents. Without words all of the store. Throws `NarrateError('usage')` for what names nothing, `'source'` where
 * there is nothing at all, or a file cannot be read.
 */
export async function chooseDocuments(
  words: readonly string[],
  contents: StoreContents,
  location: string,
  project: Project,
  cwd: string,
): Promise<ChosenDocuments> {
  if (words.length === 0) {
    if (contents.documents.length + contents.recordIds.length + contents.gaps.length === 0)
      throw new NarrateError('source', `There is no document in ${location} to verify.`, {
        hint: 'narrate writes one; narrate verify FILE.md looks at the numbers of any Markdown file.',
      })
    return { contents, wanted: 'all', others: [] }
  }
  const wanted = new Set<string>()
  const copies: StoredFile[] = []
  const others: { path: string; text: string }[] = []
  for (const word of words) {
    const file = path.resolve(cwd, word)
    if (await isFile(file)) {
      const known = contents.documents.find((one) => path.resolve(project.root, one.path) === file)
      if (known !== undefined) {
        wanted.add(known.path)
        continue
      }
      const text = await read(file, word)
      const parts = parseMarkdownFile(text)
      const id = parts.kind === 'parts' ? parts.frontMatter.id : undefined
      if (typeof id === 'string' && contents.recordIds.includes(id)) {
        copies.push({ id, path: word, markdown: text })
        wanted.add(word)
      } else others.push({ path: word, text })
      continue
    }
    const found = matchingIds(contents.documents, word.normalize('NFC'))
    if (found.length === 0) throw notFound(word, location)
    for (const one of found) wanted.add(one.path)
  }
  return { contents: { ...contents, documents: [...contents.documents, ...copies] }, wanted, others }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (status) => status.isFile(),
    () => false,
  )
}

/** The longest text that is read as Markdown. */
const MOST_CHARACTERS = 20_000_000

async function read(file: string, typed: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    throw new NarrateError('source', `${typed} cannot be read: ${whyUnread(error)}.`, { cause: error })
  }
  if (bytes.length > MOST_CHARACTERS || bytes.includes(0))
    throw new NarrateError('source', `${typed} is no Markdown text.`)
  return bytes.toString('utf8')
}

function notFound(word: string, location: string): NarrateError {
  return /[/\\]|\.(md|markdown|txt)$/i.test(word)
    ? new NarrateError('usage', `There is no file ${word}.`)
    : new NarrateError(
        'usage',
        `No document in ${location} has an id like "${word}", and no file is called so.`,
        {
          hint: 'narrate list shows the documents there are.',
        },
      )
}
