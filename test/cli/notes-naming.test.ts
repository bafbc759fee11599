import { expect, test } from 'vitest'
import { notesNaming } from '../../src/cli/notes-naming.ts'
import { sessionNote } from '../../src/notes/session-note.ts'
import { makeRun } from '../support/make-run.ts'

const run = makeRun({ id: 'c90d44aa00', name: 'resnet18-mixup', params: { augment: 'mixup' } })
const note = (text: string, runs: readonly string[] = []) =>
  sessionNote({ kind: 'journal', place: 'notes/a.md', text, time: { kind: 'undated' }, runs })

test('a run is named by its name, by its id, or by who tied a note to it; a setting names none', () => {
  const notes = [
    note('resnet18-mixup was odd'),
    note('c90d44 again'),
    note('looks fine', ['c90d44aa']),
    note('mixup is odd'),
    note('looks fine', ['f0a9d3c8']),
  ]
  expect(notesNaming(run, notes)).toEqual([
    { text: 'resnet18-mixup was odd', place: 'notes/a.md', line: 1 },
    { text: 'c90d44 again', place: 'notes/a.md', line: 1 },
    { text: 'looks fine', place: 'notes/a.md', line: 1 },
  ])
})
