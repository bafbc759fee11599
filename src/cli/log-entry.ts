import { logKind } from '../documents/log-kind.ts'
import { NarrateError } from '../errors.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { saveSeenNotes } from '../notes/seen-notes.ts'
import type { WrittenMatter } from './draft-document.ts'
import { gatherDay } from './gather-day.ts'
import { localFolder } from './local-folder.ts'
import type { LogSession } from './log-session.ts'
import type { DayReading } from './read-day.ts'

/** What an entry is drafted from. */
export interface LogMatter extends WrittenMatter {
  /** What it was gathered from; null for an entry that is drafted again from its frozen evidence. */
  readonly reading: DayReading | null
}

/** The matter of what was read. */
export function matterOf(reading: DayReading, { project, world }: LogSession): LogMatter {
  return {
    kind: logKind,
    subject: {},
    evidence: gatherDay(reading, project, world),
    noteIds: reading.notes.map(({ id }) => id),
    supersedes: null,
    isPartial: reading.isPartial,
    reading,
  }
}

/** The frozen evidence of a saved entry: it is drafted again from what it rested on, tracker or not. */
export async function thaw(id: string, newNotes: number, { print, store }: LogSession): Promise<LogMatter> {
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
    kind: logKind,
    subject: {},
    evidence: thawEvidence(evidence.evidence ?? null),
    noteIds: summary.notes,
    supersedes: summary.id,
    isPartial: false,
    reading: null,
  }
}

/** Remembers what the note files held, once an entry tells it. */
export async function rememberNotes({ reading }: LogMatter, { project, world }: LogSession): Promise<void> {
  if (reading === null || project.settings.notes.length === 0) return
  await localFolder(project.root)
  await saveSeenNotes(project.root, reading.seen, world)
}
