import type { DocumentKind } from '../documents/document-kind.ts'
import type { Evidence, EvidenceQuote } from '../evidence/evidence.ts'
import type { JsonObject } from '../json.ts'
import { inSpan } from '../notes/in-span.ts'
import type { SessionNote, Span } from '../notes/note.ts'
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
  /** Notes that are taken along whenever they were written. */
  readonly notes?: readonly SessionNote[]
  /** Of the others, those passages alone that are about the runs told, as far as their words tell. */
  readonly isAboutTold?: boolean
  /** Which earlier documents may be cited, out of those that were not superseded. */
  readonly isCited: (document: DocumentSummary) => boolean
  /** Whether histories are read, for what curves tell. Default: true. */
  readonly withHistory?: boolean
  /** Whether points of the histories may be cited by their step: not of very many runs. Default: true. */
  readonly withPoints?: boolean
}

const SHOWN_GAPS = 5
/** Of a longer span the notes are held against the runs of their own days. */
const LONGEST_DAY = 30 * 3_600_000

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
    const progress = startProgress(world, options, opened.reading)
    const given = new Map((selection.notes ?? []).map((note) => [note.id, note]))
    let noteIds: readonly string[] = []
    const gathered = await gatherProject(
      {
        project,
        sources: opened.sources,
        query: { order: 'oldest' },
        isTold: selection.isTold,
        ...(selection.isAboutTold === true
          ? { isNoted: (quote, evidence) => given.has(quote.noteId) || isAboutTold(quote, evidence) }
          : {}),
        withHistory: selection.withHistory !== false,
        withPoints: selection.withPoints !== false,
        onRead: (done) => progress.update(`Reading run ${done}`),
        beside: async (told) => {
          const span = selection.span ?? spanOfRuns(told, world.now())
          const notes = [
            ...all.notes.filter(
              ({ id, time }) =>
                !given.has(id) &&
                (time.kind === 'undated'
                  ? selection.withUndatedNotes
                  : inSpan(time, span, dayRule(project, world))),
            ),
            ...given.values(),
          ]
          noteIds = notes.map(({ id }) => id)
          return {
            span,
            notes,
            ...(span.until - span.from > LONGEST_DAY ? { notesByDay: dayRule(project, world) } : {}),
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
    // Notes of which no passage was taken are left to other entries.
    const taken = new Set(gathered.evidence.quotes.map(({ noteId }) => noteId))
    return {
      kind,
      subject,
      evidence: gathered.evidence,
      noteIds: selection.isAboutTold === true ? noteIds.filter((id) => taken.has(id)) : noteIds,
      supersedes: null,
      isPartial: gathered.isPartial || opened.unread.length + all.gaps.length + earlier.gaps.length > 0,
    }
  } finally {
    await opened.close()
  }
}

/** Whether a passage is about a run that is told, by its words and not by its time alone. */
function isAboutTold({ about }: EvidenceQuote, { runs }: Evidence): boolean {
  if (about.confidence === 'open' || about.by === 'time' || about.by === 'order') return false
  return about.runs.some((address) => runs.some((one) => one.address === address))
}
