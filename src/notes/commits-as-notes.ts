import type { Commit } from '../repository/commit.ts'
import type { SessionNote } from './note.ts'
import { sessionNote } from './session-note.ts'

/**
 * Commit messages as notes, at the time their author wrote them. The trailers at the end (`Signed-off-by: …`) are left
 * out, since nobody wrote them as a thought.
 */
export function commitsAsNotes(commits: readonly Commit[]): readonly SessionNote[] {
  return commits.map((commit) =>
    sessionNote({
      kind: 'commit',
      place: commit.id,
      author: commit.author || null,
      time: { kind: 'dated', at: commit.at, precision: 'instant', by: 'commit' },
      text: [commit.subject, withoutTrailers(commit.body)].filter((part) => part !== '').join('\n\n'),
    }),
  )
}

function withoutTrailers(body: string): string {
  const paragraphs = body.split(/\n[ \t]*\n/)
  const last = paragraphs.at(-1)?.split('\n') ?? []
  const isTrailer = (line: string) =>
    /^(?:[A-Z][A-Za-z]*(?:-[A-Za-z]+)+: |\(cherry picked from|[ \t])/.test(line)
  return (last.every(isTrailer) ? paragraphs.slice(0, -1) : paragraphs).join('\n\n').trim()
}
