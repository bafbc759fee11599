import { createHash } from 'node:crypto'
import type { Expectation, NoteTime, SessionNote } from './note.ts'
import { splitIntoQuotes } from './split-into-quotes.ts'

/** What a note is made of; `firstLine` is where its text begins in the file it stands in. */
export interface NoteParts {
  readonly kind: SessionNote['kind']
  readonly place: string
  readonly text: string
  readonly time: NoteTime
  readonly author?: string | null
  readonly runs?: readonly string[]
  readonly expectation?: Expectation | null
  readonly firstLine?: number
}

/** A note with its id, its quotes and its attachments. */
export function sessionNote(parts: NoteParts): SessionNote {
  const { kind, place, text, time } = parts
  return {
    id: noteId(parts),
    kind,
    author: parts.author ?? null,
    place,
    time,
    text,
    ...splitIntoQuotes(text, { file: place, firstLine: parts.firstLine ?? 1, time }),
    runs: parts.runs ?? [],
    expectation: parts.expectation ?? null,
  }
}

/** Digest of kind, place and text; a journalled note has its time in it too, since people type the same words twice. */
export function noteId(parts: Pick<NoteParts, 'kind' | 'place' | 'text' | 'time'>): string {
  const at = parts.kind === 'journal' && parts.time.kind === 'dated' ? parts.time.at : null
  return createHash('sha256')
    .update(JSON.stringify([parts.kind, parts.place, parts.text, at]))
    .digest('hex')
    .slice(0, 16)
}
