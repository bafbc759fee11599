import path from 'node:path'
import { readJournal } from '../notes/journal.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import type { RunKey } from '../runs/run.ts'
import { type KeyHistory, keyHistory } from '../stores/key-history.ts'
import { readRelinks } from '../stores/store-folder.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { journalOf } from './keep-note.ts'

/** How keys changed in a project, by the relinks beside its documents. */
export async function readKeyHistory({ root, settings }: Project): Promise<KeyHistory> {
  return keyHistory(await readRelinks(path.join(root, settings.store)))
}

/** The notes of a project's journal within a span, with the runs they are tied to by the keys that these have now. */
export async function readProjectJournal(
  project: Project,
  span: Span,
  world: World,
): Promise<Awaited<ReturnType<typeof readJournal>>> {
  const journal = await readJournal(journalOf(project, world), span)
  return { ...journal, notes: withRunsNow(journal.notes, await readKeyHistory(project)) }
}

const DAY = 24 * 3_600_000
/** A shorter beginning of an id is the beginning of too many. */
const SHORTEST_BEGINNING = 4

/**
 * Notes with the runs that their authors tied them to by the keys that these have now; a word that was an old key, or the
 * beginning of its id, finds the run under its new one.
 */
function withRunsNow(notes: readonly SessionNote[], history: KeyHistory): readonly SessionNote[] {
  if (history.givenUp.length === 0) return notes
  return notes.map((note) => {
    if (note.runs.length === 0) return note
    const { time } = note
    // Of a note that only its day is known of, the day may have begun before the relink.
    const at =
      time.kind === 'undated'
        ? Number.NEGATIVE_INFINITY
        : time.precision === 'instant'
          ? time.at
          : time.at - DAY
    const runs = note.runs.flatMap((word) => {
      const now = history.givenUp
        .filter((key) => isMeant(word, key))
        .flatMap((key) => (history.now(key, at) === key ? [] : [history.now(key, at)]))
      // What was a whole key is another run's, if anybody's, by now.
      return history.now(word, at) === word ? [word, ...now] : now
    })
    return { ...note, runs: [...new Set(runs)] }
  })
}

/** Whether a word that ties a note to a run may mean the one of a key. */
export function isMeant(word: string, key: RunKey): boolean {
  const id = key.slice(key.indexOf(':') + 1)
  const ids = [id, id.slice(id.lastIndexOf('/') + 1)]
  return (
    word === key ||
    ids.some((one) => one === word || (word.length >= SHORTEST_BEGINNING && one.startsWith(word)))
  )
}
