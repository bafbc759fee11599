import { runsNamedIn } from '../evidence/runs-named-in.ts'
import type { Gap } from '../gap.ts'
import type { SessionNote } from '../notes/note.ts'
import { readNotes } from '../notes/read-notes.ts'
import type { Run } from '../runs/run.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import { readProjectJournal } from './read-key-history.ts'

/** A passage of the notes that a run is meant by: its author tied it to the run, or it names it by name or id. */
export interface NamingNote {
  readonly text: string
  readonly place: string
  readonly line: number
}

const EVER = { from: 0, until: 8_640_000_000_000_000 }

/** All notes of a project, its journal and its files, whenever they were written. What cannot be read becomes a gap. */
export async function readAllNotes(
  project: Project,
  world: World,
): Promise<{ readonly notes: readonly SessionNote[]; readonly gaps: readonly Gap[] }> {
  const journal = await readProjectJournal(project, EVER, world)
  const files = await readNotes({
    project: project.root,
    globs: project.settings.notes,
    exclude: [project.settings.store],
    span: EVER,
    day: dayRule(project, world),
    now: world.now(),
    told: [],
    repository: null,
    seen: null,
  })
  return {
    notes: [...journal.notes, ...files.notes, ...files.undated],
    gaps: [...journal.gaps, ...files.gaps],
  }
}

/** The passages that speak of a run beyond doubt; what its settings or its place in an order only make likely is left out. */
export function notesNaming(run: Run, notes: readonly SessionNote[]): readonly NamingNote[] {
  return notes.flatMap((note) => {
    const isTied = note.runs.some((word) => word === run.key || word === run.name || run.id.startsWith(word))
    return note.quotes
      .filter(({ text }) => isTied || runsNamedIn(text, [{ run }]).length > 0)
      .map(({ text, file, line }) => ({ text, place: file, line }))
  })
}
