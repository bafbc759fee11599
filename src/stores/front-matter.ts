import { parseDocument, stringify } from 'yaml'
import { messageOf } from '../errors.ts'
import type { JsonObject } from '../json.ts'

/** A Markdown file cut in two. All scalars of its front matter are text, exactly as typed. */
export type MarkdownParts =
  | {
      readonly kind: 'parts'
      readonly frontMatter: Readonly<Record<string, unknown>>
      readonly body: string
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly why: string }

/**
 * A Markdown file: front matter in the order given, an empty line, the body as it is. Text that any YAML reader, an old
 * one included, could take for a number, a date or a truth value is quoted.
 */
export function renderMarkdownFile(frontMatter: JsonObject, body: string): string {
  const yaml = stringify(frontMatter, { lineWidth: 0, version: '1.2', compat: 'yaml-1.1' })
  return `---\n${yaml}---\n\n${body}`
}

/** Parses a Markdown file that a person or a formatter may have touched. */
export function parseMarkdownFile(text: string): MarkdownParts {
  const opening = /^\uFEFF?---[ \t]*\r?\n/.exec(text)
  if (opening === null) return { kind: 'none' }
  const fence = /^---[ \t]*(?:\r?\n|$)/gm
  fence.lastIndex = opening[0].length
  const closing = fence.exec(text)
  if (closing === null) return { kind: 'broken', why: 'its front matter has no end' }
  const yaml = text.slice(opening[0].length, closing.index)
  const document = parseDocument(yaml, { schema: 'failsafe', logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) return { kind: 'broken', why: `its front matter is not YAML: ${firstLine(error)}` }
  let frontMatter: unknown
  try {
    frontMatter = document.toJS({ maxAliasCount: 20 })
  } catch (thrown) {
    return { kind: 'broken', why: `its front matter cannot be read: ${firstLine(thrown)}` }
  }
  if (typeof frontMatter !== 'object' || frontMatter === null || Array.isArray(frontMatter)) {
    return { kind: 'broken', why: 'its front matter is not a list of names and values' }
  }
  return { kind: 'parts', frontMatter: { ...frontMatter }, body: text.slice(fence.lastIndex) }
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? ''
}
