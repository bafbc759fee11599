import { createHash } from 'node:crypto'

/** A block of a file that narrate keeps, between two marks on lines of their own. Offsets count characters. */
export interface ManagedBlock {
  /** The line of its first mark, counted from 1. */
  readonly line: number
  /** What stands between the marks, from behind the first one's line break to the second one's line. */
  readonly start: number
  readonly end: number
  /** The second mark's whole line without its line break. */
  readonly endMark: { readonly start: number; readonly end: number }
  /** What the first mark asks for: `experiment="caravan/final"`. */
  readonly attributes: ReadonlyMap<string, string>
  readonly lineBreak: '\n' | '\r\n'
  /** Whether it is as narrate left it, or empty: else a person wrote into it. */
  readonly isUntouched: boolean
}

/** The blocks of a file, in order; or what is wrong with its marks, in a sentence without its end, and at which line. */
export type FoundBlocks =
  | { readonly kind: 'blocks'; readonly blocks: readonly ManagedBlock[] }
  | { readonly kind: 'broken'; readonly line: number; readonly why: string }

const MARK = /^[ \t]*<!--[ \t]*narrate:(begin|end)\b([^>]*?)-->[ \t]*$/
/** Anything that was meant as a mark. */
const NEARLY = /<!--[ \t]*\/?[ \t]*narrate[ \t]*:/i
const FENCE = /^ {0,3}(`{3,}|~{3,})/
const ATTRIBUTE = /([a-z]+)="([^"]*)"/g

/**
 * Finds the managed blocks of a text. Marks within fenced code are examples and are passed over. A mark that is not closed,
 * not opened, nested or misspelt makes the whole file broken: nothing is guessed.
 */
export function findBlocks(text: string): FoundBlocks {
  const blocks: ManagedBlock[] = []
  let open: {
    readonly line: number
    readonly start: number
    readonly mark: string
    readonly asked: string
  } | null = null
  let fence: string | null = null
  let at = 0
  let number = 0
  for (const whole of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    number += 1
    const start = at
    at += whole.length
    const line = whole.replace(/\r?\n$/, '')
    const fenced = open === null ? FENCE.exec(line)?.[1] : undefined
    if (fenced !== undefined) {
      if (fence === null) fence = fenced
      else if (fenced.startsWith(fence) && line.trim() === fenced) fence = null
      continue
    }
    if (fence !== null) continue
    const mark = MARK.exec(line)
    if (mark === null) {
      // Names of runs may look like marks inside a block; in prose a mark may be quoted.
      if (open === null && NEARLY.test(line.replace(/`[^`]*`/g, '')))
        return { kind: 'broken', line: number, why: 'this is no mark as narrate writes them' }
      continue
    }
    const [, kind = '', rest = ''] = mark
    if (kind === 'begin') {
      if (open !== null)
        return {
          kind: 'broken',
          line: number,
          why: `a block begins inside the one that begins in line ${open.line}`,
        }
      if (!/^[\s]*([a-z]+="[^"]*"\s*)*$/.test(rest))
        return { kind: 'broken', line: number, why: 'what the mark asks for is not written as name="value"' }
      open = { line: number, start: at, mark: whole, asked: rest }
      continue
    }
    if (open === null) return { kind: 'broken', line: number, why: 'a block ends here that never began' }
    const content = text.slice(open.start, start)
    const digest = /^\s*([0-9a-f]{12})\s*$/.exec(rest)?.[1] ?? null
    if (digest === null && rest.trim() !== '')
      return { kind: 'broken', line: number, why: 'this is no mark as narrate writes them' }
    blocks.push({
      line: open.line,
      start: open.start,
      end: start,
      endMark: { start, end: start + line.length },
      attributes: new Map(
        [...open.asked.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, value]),
      ),
      lineBreak: open.mark.endsWith('\r\n') ? '\r\n' : '\n',
      isUntouched: digest === null ? content.trim() === '' : digest === digestOfContent(content),
    })
    open = null
  }
  if (open !== null) return { kind: 'broken', line: open.line, why: 'the block that begins here never ends' }
  return { kind: 'blocks', blocks }
}

/** The text with new content in its blocks, one for each in order. Everything else stays character for character. */
export function replaceBlocks(
  text: string,
  blocks: readonly ManagedBlock[],
  contents: readonly string[],
): string {
  let replaced = ''
  let from = 0
  for (const [index, block] of blocks.entries()) {
    const plain = `${(contents[index] ?? '').replace(/\r\n/g, '\n').trim()}\n`
    const content = plain.replaceAll('\n', block.lineBreak)
    replaced += text.slice(from, block.start)
    replaced += `${content}<!-- narrate:end ${digestOfContent(content)} -->`
    from = block.endMark.end
  }
  return replaced + text.slice(from)
}

/** Line breaks do not count: a checkout may change them. */
function digestOfContent(content: string): string {
  return createHash('sha256').update(content.replace(/\r\n/g, '\n')).digest('hex').slice(0, 12)
}
