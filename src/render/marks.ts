import type { Segment } from '../claims/statement.ts'
import { escapeMarkdown, unescapeMarkdown, withoutControls } from './escape-markdown.ts'

type Slot = Extract<Segment, { kind: 'slot' }>

const OPEN = '\uE000'
const CLOSE = '\uE001'

/** Where a slot stands in a finished body (UTF-16 offsets), what it printed, and what it stands for. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly expression: string
  readonly printed: string
  readonly exact: string
}

/**
 * Text for a template in which each slot is a mark. Marks survive the template, so that the place of every printed
 * value in the finished body is known to the character. `ref` names the slots that belong to them.
 */
export interface Marks {
  /** Segments as Markdown text: words escaped, slots as marks. */
  text(segments: readonly Segment[]): string
  /** One slot as a mark. */
  slot(slot: Slot): string
  /**
   * The body with every mark printed, and where each stands. What was printed before may be printed shorter again, as
   * `againOf` says (`isNear`: it stands in the same line already); null leaves it whole.
   */
  resolve(
    body: string,
    linkOf: (slot: Slot) => string | null,
    againOf?: (slot: Slot, isNear: boolean) => string | null,
  ): { readonly body: string; readonly spans: readonly Span[] }
  /** The text as plain text, without Markdown's escapes: for titles in front matter. */
  plain(text: string): string
}

/** A fresh set of marks for one document. */
export function createMarks(): Marks {
  const slots: Slot[] = []
  const slot = (one: Slot): string => `${OPEN}${slots.push(one) - 1}${CLOSE}`
  const pattern = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g')
  const slotOf = (index: string): Slot => {
    const found = slots[Number(index)]
    if (found === undefined) throw new Error(`mark ${index} belongs to no slot`)
    return found
  }
  return {
    slot,
    text: (segments) =>
      segments.map((one) => (one.kind === 'words' ? escapeMarkdown(one.text) : slot(one))).join(''),
    plain: (text) =>
      unescapeMarkdown(text.replace(pattern, (_, index: string) => escapeMarkdown(asSaid(slotOf(index))))),
    resolve: (body, linkOf, againOf = () => null) => {
      const lastPrinted = new Map<string, number>()
      const spans: Span[] = []
      const pieces: string[] = []
      let length = 0
      let from = 0
      const add = (piece: string): void => {
        pieces.push(piece)
        length += piece.length
      }
      for (const match of body.matchAll(pattern)) {
        const one = slotOf(match[1] ?? '')
        add(body.slice(from, match.index))
        const link = linkOf(one)
        if (one.shows === 'quote') add('“')
        if (link !== null) add('[')
        const start = length
        const before = lastPrinted.get(one.printed)
        const again =
          before === undefined ? null : againOf(one, !body.slice(before, match.index).includes('\n'))
        const said = again ?? one.printed
        // Code stands in a block of its own, where nothing is escaped; one line stays one line.
        const printed = one.shows === 'code' ? withoutControls(said) : escapeMarkdown(said)
        lastPrinted.set(one.printed, match.index)
        add(printed)
        spans.push({ start, end: length, expression: one.expression, printed, exact: one.exact })
        if (link !== null) add(`](${link})`)
        if (one.shows === 'quote') add('”')
        from = match.index + match[0].length
      }
      add(body.slice(from))
      return { body: pieces.join(''), spans }
    },
  }
}

/** What a slot prints; a quotation in its quotation marks, so that it is never taken for our words. */
function asSaid(slot: Slot): string {
  return slot.shows === 'quote' ? `“${slot.printed}”` : slot.printed
}
