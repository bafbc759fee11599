import type { DocumentKind } from '../documents/document-kind.ts'
import type { JsonObject } from '../json.ts'
import { inSpan } from '../notes/in-span.ts'
import type { Span } from '../notes/note.ts'
import type { Run } from '../runs/run.ts'
import type { DocumentSummary } from '../stores/store.ts'
import type { DocumentSession, WriteOptions } from './document-session.ts'
import type { WrittenMatter } from './draft-document.ts'
import { dayRule } from './find-project.ts'
import { gatherProject, spanOfRuns } from './gather-project.ts'
import { openSources, requireSources, sentence } from './open-sources.ts'
import { readAllNotes } from './read-all-notes.ts'
import { readEarlierDocuments } from './read-earlier-documents.ts'
import { startProgress } from './terminal/progress.ts'

/** What a document is gathered from: which runs it tells, and what else it may cite. */
export interface MatterSelection<Subject extends JsonObject> {
  readonly kind: DocumentKind<Subject>
  readonly subject: Subject
  /** Which runs are told, out of all of the project's; the others may be mentioned by findings. */
  readonly isTold: (run: Run) => boolean
  /** The span that notes come from; null: from the first to the last of the runs told. */
  readonly span: Span | null
  /** Whether notes that nothing dates are taken along. */
  readonly withUndatedNotes: boolean
  /** Which earlier documents may be cited, out of those that were not superseded. */
  readonly isCited: (document: DocumentSummary) => boolean
  /** Whether histories are read, for what curves tell. Default: true. */
  readonly withHistory?: boolean
}

const SHOWN_GAPS = 5

/**
 * The matter of a document that tells a selection of runs: their evidence with the project's other runs behind it, the
 * notes of the span whoever wrote them, earlier documents, and what the kind brings. Runs that could not be read are
 * warned of. Throws `NarrateError('source')` where no run log can be opened.
 */
export async function gatherMatter<Subject extends JsonObject>(
  selection: MatterSelection<Subject>,
  session: DocumentSession<WriteOptions>,
): Promise<WrittenMatter> {
  const { identity, options, parts, print, project, store, world } = session
  const { kind, subject } = selection
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    requireSources(opened)
    for (const unread of opened.unread) print.warn(sentence(unread))
    const earlier = await readEarlierDocuments(store, project.root, selection.isCited)
    const all = await readAllNotes(project, identity, world)
    const progress = startProgress(world, options, 'Reading runs')
    let noteIds: readonly string[] = []
    const gathered = await gatherProject(
      {
        project,
        sources: opened.sources,
        query: { order: 'oldest' },
        isTold: selection.isTold,
        withHistory: selection.withHistory !== false,
        onRead: (done) => progress.update(`Reading run ${done}`),
        beside: async (told) => {
          const span = selection.span ?? spanOfRuns(told, world.now())
          const notes = all.notes.filter(({ time }) =>
            time.kind === 'undated'
              ? selection.withUndatedNotes
              : inSpan(time, span, dayRule(project, world)),
          )
          noteIds = notes.map(({ id }) => id)
          return {
            span,
            notes,
            documents: earlier.documents,
            given: kind.given(subject),
            finder: (evidence) => kind.findings(evidence, subject),
            gaps: [...opened.unread, ...all.gaps, ...earlier.gaps],
          }
        },
      },
      world,
    ).finally(() => progress.clear())
    const { gaps } = gathered.evidence
    for (const one of gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
    if (gaps.length > SHOWN_GAPS)
      print.warn(`${gaps.length - SHOWN_GAPS} more could not be read; the document lists them.`)
    return {
      kind,
      subject,
      evidence: gathered.evidence,
      noteIds,
      supersedes: null,
      isPartial: gathered.isPartial || opened.unread.length + all.gaps.length + earlier.gaps.length > 0,
    }
  } finally {
    await opened.close()
  }
}
