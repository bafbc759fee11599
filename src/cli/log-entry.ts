import { NarrateError } from '../errors.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import type { Gap } from '../gap.ts'
import type { Drafted } from '../narrate.ts'
import { saveSeenNotes } from '../notes/seen-notes.ts'
import type { DocumentSummary } from '../stores/store.ts'
import { gatherDay } from './gather-day.ts'
import { keepCalls } from './keep-calls.ts'
import { localFolder } from './local-folder.ts'
import type { LogSession } from './log-session.ts'
import type { DayReading } from './read-day.ts'
import { gapToJson } from './runs-json.ts'

/** What an entry is drafted from. */
export interface Matter {
  readonly evidence: Evidence
  readonly noteIds: readonly string[]
  readonly supersedes: string | null
  readonly isPartial: boolean
  /** What it was gathered from; null for an entry that is drafted again from its frozen evidence. */
  readonly reading: DayReading | null
}

/** The matter of what was read. */
export function matterOf(reading: DayReading, { project, world }: LogSession): Matter {
  return {
    evidence: gatherDay(reading, project, world),
    noteIds: reading.notes.map(({ id }) => id),
    supersedes: null,
    isPartial: reading.isPartial,
    reading,
  }
}

/** The frozen evidence of a saved entry: it is drafted again from what it rested on, tracker or not. */
export async function thaw(id: string, newNotes: number, { print, store }: LogSession): Promise<Matter> {
  const { summary, evidence } = await store.read(id)
  if (summary.kind !== 'log') {
    throw new NarrateError('usage', `${summary.id} is no log entry but a ${summary.kind}.`)
  }
  if (summary.supersededBy !== null) {
    throw new NarrateError('usage', `${summary.id} is superseded by ${summary.supersededBy}.`, {
      hint: `narrate log --redraft ${summary.supersededBy}`,
    })
  }
  if (newNotes > 0)
    print.warn('A redraft rests on what the entry rested on: your note goes into the next entry.')
  return {
    evidence: thawEvidence(evidence.evidence ?? null),
    noteIds: summary.notes,
    supersedes: summary.id,
    isPartial: false,
    reading: null,
  }
}

/** Saves an entry, keeps what the model was asked and answered, and remembers what the note files held. */
export async function save(
  drafted: Drafted,
  { reading }: Matter,
  { project, store, world }: LogSession,
): Promise<DocumentSummary> {
  let saved: DocumentSummary | null = null
  try {
    saved = await store.save(drafted.document)
  } finally {
    // Also where the store failed: an answer that was paid for is not thrown away.
    await keepCalls(project.root, saved?.id ?? drafted.document.id, drafted.calls)
  }
  if (reading !== null && project.settings.notes.length > 0) {
    await localFolder(project.root)
    await saveSeenNotes(project.root, reading.seen, world)
  }
  return saved
}

/** The `--json` value of a command that writes a document, as DESIGN section 5 fixes it. */
export function entryToJson(drafted: Drafted, saved: DocumentSummary | null, matter: Matter): object {
  const { document } = drafted
  return {
    document: {
      id: saved?.id ?? document.id,
      kind: document.kind,
      path: saved?.path ?? null,
      title: document.title,
    },
    runs: document.runs,
    notes: document.notes.length,
    verdicts: drafted.verdicts,
    statements: drafted.statements,
    gaps: matter.evidence.gaps.map(gapToJson),
    model: drafted.model,
    evidence: saved?.evidencePath ?? null,
  }
}

/** That value where there was nothing to tell. */
export function nothingToJson(gaps: readonly Gap[]): object {
  return {
    document: null,
    runs: [],
    notes: 0,
    verdicts: { supported: 0, contradicted: 0, unsupported: 0 },
    statements: 0,
    gaps: gaps.map(gapToJson),
    model: null,
    evidence: null,
  }
}
