import { type Gap, isGap } from '../gap.ts'
import { commitsAsNotes } from '../notes/commits-as-notes.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import { readNotes } from '../notes/read-notes.ts'
import type { Commit } from '../repository/commit.ts'
import type { World } from '../world.ts'
import type { Identity } from './find-identity.ts'
import { dayRule, type Project } from './find-project.ts'
import { readProjectJournal } from './read-key-history.ts'

/** All notes of a project: journal, files, notebooks (undated ones too), and commit messages unless the settings say no. */
export interface AllNotes {
  readonly notes: readonly SessionNote[]
  readonly gaps: readonly Gap[]
}

const DAY = 24 * 3_600_000

/** Reads every note of the project, whatever its time and whoever's it is; oldest first, undated ones last. */
export async function readAllNotes(
  project: Project,
  { repository }: Pick<Identity, 'repository'>,
  world: World,
): Promise<AllNotes> {
  const { settings, root } = project
  const span: Span = { from: 0, until: world.now() + DAY }
  const journal = await readProjectJournal(project, span, world)
  const files = await readNotes({
    project: root,
    globs: settings.notes,
    exclude: [settings.store],
    span,
    day: dayRule(project, world),
    now: world.now(),
    told: [],
    repository,
    seen: null,
  })
  const commits =
    settings.commits && repository !== null
      ? await repository.commits({ since: span.from, until: span.until })
      : []
  return {
    notes: [
      ...journal.notes,
      ...files.notes,
      ...commitsAsNotes(commits.filter((found): found is Commit => !isGap(found))),
      ...files.undated,
    ],
    gaps: [...journal.gaps, ...files.gaps, ...commits.filter((found) => isGap(found))],
  }
}
