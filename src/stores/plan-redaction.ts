import { NarrateError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { digestOf } from './canonical-json.ts'
import { parseMarkdownFile, renderMarkdownFile } from './front-matter.ts'
import { normaliseMarkdown } from './normalise-markdown.ts'
import { type Eraser, eraseRecord, eraserOf, placeOf, REDACTED, SHORTEST_WORDS } from './redaction.ts'
import type { StoredDocument } from './store.ts'

/** A text of the store and what is to stand in its place. */
export interface Replacement {
  readonly before: string
  readonly after: string
}

/** What taking words out of a document changes. Nothing is written yet. */
export interface RedactionPlan {
  readonly id: string
  /** The document's evidence record. */
  readonly record: { readonly before: JsonObject; readonly after: JsonObject }
  readonly markdown: Replacement
  /** Files of the journal, by their names. */
  readonly notes: readonly (Replacement & { readonly name: string })[]
  /** In how many places of the document's text. */
  readonly places: number
}

/**
 * What taking words out of a document would change, in its Markdown, its evidence and the journal files given (name to
 * text). Throws `NarrateError('usage')` for words that are too short, a number, nowhere, or where they must stay: in
 * headings but for what they quote, slots, names that values are filed under, ids.
 */
export function planRedaction(
  { summary, markdown, evidence }: StoredDocument,
  words: readonly string[],
  asShown: (text: string) => string,
  journal: ReadonlyMap<string, string>,
): RedactionPlan {
  for (const one of words) refuseWords(one)
  for (const one of words) {
    const eraser = eraserOf([one], asShown)
    if (placeOf(evidence, eraser) !== null) refuseStructure(one, evidence, markdown, eraser)
    else if (eraser.count(markdown) > 0)
      throw refused(`${quoted(one)} stands only in what was edited by hand.`, 'Take it out there.')
    else throw refused(`${quoted(one)} stands nowhere in ${summary.id}.`, `narrate show ${summary.id} --full`)
  }
  const eraser = eraserOf(words, asShown)
  const record = eraseRecord(evidence, eraser)
  const page = eraseMarkdown(markdown, evidence, record, eraser)
  const left = placeOf(record, eraser) ?? (eraser.count(page) > 0 ? 'the Markdown' : null)
  if (left !== null) throw cannot(quoted(words.join('”, “')), `${left}, which the document is kept by`)
  return {
    id: summary.id,
    record: { before: evidence, after: record },
    markdown: { before: markdown, after: page },
    notes: [...journal].flatMap(([name, before]) => {
      const after = eraseJournal(before, eraser)
      return after === before ? [] : [{ name, before, after }]
    }),
    places: page.split(REDACTED).length - markdown.split(REDACTED).length,
  }
}

function refuseWords(words: string): void {
  if ([...words.trim()].length < SHORTEST_WORDS)
    throw refused(`${quoted(words)} is too short: it stands in too many other words.`, 'Give more of it.')
  if (!/\p{L}/u.test(words) || Number.isFinite(Number(words)))
    throw refused(
      `${quoted(words)} is a number, and only texts can be taken out: what was computed from it would still tell it.`,
      'Words beside it can be taken out.',
    )
  if (REDACTED.includes(words.toLowerCase()))
    throw refused(`${quoted(words)} is the mark itself.`, 'Give the words that are to go.')
}

/** Lines and marks of the body that are its structure, whatever stands in them. */
const STRUCTURE = /^#{1,6} .*$|<summary>.*?<\/summary>|<[^>\n]*>|^(?:- )?\*\*[^*\n]+\*\*|\]\(#r\d+\)/gm

function refuseStructure(words: string, record: JsonObject, markdown: string, eraser: Eraser): void {
  const parts = parseMarkdownFile(markdown)
  const bodies = [record.body, parts.kind === 'parts' ? parts.body : ''].filter(
    (one) => typeof one === 'string',
  )
  // What a title quotes is no structure.
  for (const body of bodies)
    for (const [found] of body.matchAll(STRUCTURE))
      if (eraser.count(found.replace(/“[^”]*”/g, '“”')) > 0)
        throw cannot(quoted(words), 'a heading or mark of its text')
  const left = placeOf(eraseRecord({ ...record, body: '', spans: [] }, eraser), eraser)
  if (left !== null) throw cannot(quoted(words), `${left}, which the document is kept by`)
  // The id is made of the title's words.
  const slug = words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
  if (`-${String(record.id)}-`.includes(`-${slug.replace(/^-|-$/g, '')}-`))
    throw cannot(quoted(words), 'its id, which names its files')
}

function eraseMarkdown(markdown: string, before: JsonObject, after: JsonObject, { erase }: Eraser): string {
  const parts = parseMarkdownFile(markdown)
  if (parts.kind !== 'parts') throw new Error('a stored document has front matter')
  const { id, kind, date, evidence, runs, notes, supersedes, ...texts } = parts.frontMatter as JsonObject
  const kept = { id, kind, date, evidence, runs, notes, supersedes, evidenceDigest: digestOf(after) }
  const others = eraseRecord(texts, { erase, count: () => 0 })
  // In the order in which they stood.
  const frontMatter = Object.fromEntries(
    Object.keys(parts.frontMatter).flatMap((name) => {
      const value = { ...others, ...kept }[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const isEdited = normaliseMarkdown(parts.body) !== normaliseMarkdown(String(before.body))
  const lead = /^\s*/.exec(parts.body)?.[0] ?? ''
  const body = isEdited ? erase(parts.body) : `${lead}${String(after.body).trimStart()}`
  return renderMarkdownFile(frontMatter, body.replace(/^\r?\n/, ''))
}

/** A day's file of the journal: the words of its notes; headings and fields stay. */
function eraseJournal(text: string, { erase }: Eraser): string {
  const pieces = text.split(/^(## \d{4}-.*|- (?:kind|runs|settings): .*)$/m)
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : erase(piece))).join('')
}

function cannot(words: string, where: string): NarrateError {
  return refused(`${words} cannot be taken out: it stands in ${where}.`, 'Nothing was changed.')
}

function refused(sentence: string, hint: string): NarrateError {
  return new NarrateError('usage', sentence, { hint })
}

function quoted(words: string): string {
  return `“${words}”`
}
