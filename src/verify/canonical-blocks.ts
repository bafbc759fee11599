import { normaliseMarkdown } from '../stores/normalise-markdown.ts'

/** A block of Markdown in the form in which it is compared, and the line (from 1) it begins at. */
export interface Block {
  readonly text: string
  readonly line: number
}

/**
 * Markdown as what it says, one text per heading, paragraph, list item and table row: how a formatter wraps, pads,
 * indents, numbers, marks lists and emphasis, and escapes does not show; any word, figure, emphasis or cell does.
 */
export function canonicalBlocks(markdown: string): readonly Block[] {
  const blocks: { text: string; line: number; isOpen: boolean; isList: boolean; isHtml?: true }[] = []
  let isFenced = false
  for (const [index, raw] of normaliseMarkdown(markdown.replace(/^\uFEFF/, ''))
    .split('\n')
    .entries()) {
    const line = index + 1
    const last = blocks.at(-1)
    const text = raw.replace(/^[ \t]+/, '')
    if (/^(```|~~~)/.test(text)) {
      isFenced = !isFenced
      blocks.push({ text: isFenced ? '```' : '```end', line, isOpen: false, isList: false })
    } else if (isFenced) blocks.push({ text: raw, line, isOpen: false, isList: false })
    else if (text === '') {
      if (last !== undefined) last.isOpen = false
    } else if (last?.isOpen === true && last.isHtml === true) {
      // A block of HTML goes on to the next empty line: what stands in it is not read as Markdown.
      last.text = `${last.text} ${text}`
    } else if (isTableRow(text)) {
      const row = isRuling(text) ? canonicalRow(text).replace(/:?-+:?(?=\|)/g, '-') : canonicalRow(text)
      blocks.push({ text: row, line, isOpen: false, isList: false })
    } else if (/^(=+|-+)$/.test(text) && last?.isOpen === true && !last.isList) {
      last.text = `${text.startsWith('=') ? '#' : '##'} ${last.text}`
      last.isOpen = false
    } else if (/^(([-*_])\s*)(\2\s*){2,}$/.test(text)) {
      blocks.push({ text: '---', line, isOpen: false, isList: false })
    } else if (/^#{1,6}\s/.test(text)) {
      blocks.push({ text: text.replace(/\s+#+$/, ''), line, isOpen: false, isList: false })
    } else if (/^<\/?(details|summary)/i.test(text)) {
      blocks.push({ text, line, isOpen: true, isList: false, isHtml: true })
    } else if (/^([-*+]|\d{1,9}[.)])\s+\S/.test(text)) {
      const marked = text.replace(/^([-*+]|\d{1,9}[.)])\s+/, '- ')
      blocks.push({ text: marked, line, isOpen: true, isList: true })
    } else if (last?.isOpen === true) last.text = `${last.text} ${text}`
    else blocks.push({ text, line, isOpen: true, isList: false })
  }
  return blocks.map(({ text, line }) => ({ text: canonicalInline(text), line }))
}

function isTableRow(text: string): boolean {
  return text.startsWith('|') && text.indexOf('|', 1) > 0
}

function isRuling(text: string): boolean {
  return /^[|:\s-]+$/.test(text) && text.includes('-')
}

function canonicalRow(text: string): string {
  const cells = text.replace(/^\||(?<!\\)\|$/g, '').split(/(?<!\\)\|/)
  return `|${cells.map((cell) => cell.trim()).join('|')}|`
}

/** Escaped marks that would mean something bare stay apart from bare ones, in characters that no text holds. */
const KEPT_ESCAPES = '*`[]<'

function canonicalInline(text: string): string {
  return text
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\\([!-/:-@[-`{-~])/g, (_, mark: string) => {
      const kept = KEPT_ESCAPES.indexOf(mark)
      return kept < 0 ? mark : String.fromCharCode(0xf000 + kept)
    })
    .replace(/(?<=\s)\*(?=\s)/g, '\uF000')
    .replace(/<(?![\p{L}/!?])/gu, '\uF004')
    .replace(
      /(?<![\p{L}\p{N}_])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}_])/gu,
      (_, marks: string, inside: string) => {
        const stars = '*'.repeat(marks.length)
        return `${stars}${inside}${stars}`
      },
    )
    .replace(/[ \t]+/g, ' ')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
