import type { SessionNote } from '../../src/notes/note.ts'

/** A note by hand: each line is one quote. */
export function makeNote(lines: readonly string[], at: number = Date.UTC(2026, 2, 2, 17, 30)): SessionNote {
  const time = { kind: 'dated', at, precision: 'instant', by: 'journal' } as const
  return {
    id: 'note-1',
    kind: 'journal',
    author: 'ines',
    place: 'narrative/notes/2026-03-02.md',
    time,
    text: lines.join('\n'),
    quotes: lines.map((text, index) => ({
      kind: 'passage' as const,
      text,
      file: 'narrative/notes/2026-03-02.md',
      line: index + 1,
      lines: 1,
      heading: null,
      time,
    })),
    attachments: [],
    runs: [],
    expectation: null,
  }
}
