import path from 'node:path'
import { logKind } from '../documents/log-kind.ts'
import { logSubjectSchema, PLAIN_SUBJECT } from '../documents/log-subject.ts'
import { NarrateError } from '../errors.ts'
import type { EvidenceDocument } from '../evidence/evidence.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import type { SessionNote } from '../notes/note.ts'
import { saveSeenNotes } from '../notes/seen-notes.ts'
import { dayOf } from '../notes/user-day.ts'
import { keyHistory } from '../stores/key-history.ts'
import type { DocumentSummary } from '../stores/store.ts'
import type { ChosenRuns } from './choose-runs.ts'
import type { WrittenMatter } from './draft-document.ts'
import { dayRule } from './find-project.ts'
import { gatherDay } from './gather-day.ts'
import { gatherMatter } from './gather-matter.ts'
import { localFolder } from './local-folder.ts'
import type { LogSession } from './log-session.ts'
import type { DayReading } from './read-day.ts'
import { withKeysNow } from './with-keys-now.ts'

/** What an entry is drafted from. */
export interface LogMatter extends WrittenMatter {
  /** What was read of a day; null for an entry over chosen runs, or one that is drafted again from its frozen evidence. */
  readonly reading: DayReading | null
  /** The same with further notes; null where the evidence is frozen. */
  readonly withNotes: ((added: readonly SessionNote[]) => Promise<LogMatter>) | null
}

/** The matter of what was read. An entry of the same day before it is linked; one that is written later says so. */
export function matterOf(reading: DayReading, session: LogSession): LogMatter {
  const { project, world } = session
  const gathered = gatherDay(reading, project, world)
  const day = logKind.date(gathered, PLAIN_SUBJECT, dayRule(project, world).endsAtHour)
  return {
    kind: logKind,
    subject: { ...PLAIN_SUBJECT, writtenOn: laterThan(day, session) },
    evidence: { ...gathered, documents: entriesOf(day, reading.entries, session) },
    noteIds: reading.notes.map(({ id }) => id),
    supersedes: null,
    isPartial: reading.isPartial,
    reading,
    withNotes: async (added) => matterOf({ ...reading, notes: [...reading.notes, ...added] }, session),
  }
}

/** The matter of an entry over runs that were chosen, with the notes of their span and those given now. */
export async function matterOfChosen(
  chosen: ChosenRuns,
  given: readonly SessionNote[],
  session: LogSession,
): Promise<LogMatter> {
  const subject = { ...PLAIN_SUBJECT, selection: chosen.words }
  const matter = await gatherMatter(
    {
      kind: logKind,
      subject,
      isTold: chosen.isChosen,
      span: chosen.span,
      withUndatedNotes: false,
      notes: given,
      isAboutTold: true,
      isCited: () => false,
    },
    session,
  )
  if (matter.evidence.runs.length === 0)
    throw new NarrateError('usage', 'No run is chosen by that.', {
      hint: '`narrate runs list` takes --filter and --experiment, too, and shows what there is.',
    })
  const day = logKind.date(matter.evidence, subject, dayRule(session.project, session.world).endsAtHour)
  return {
    ...matter,
    subject: { ...subject, writtenOn: laterThan(day, session) },
    reading: null,
    withNotes: async (added) => matterOfChosen(chosen, [...given, ...added], session),
  }
}

/** Today, where that is a later day than the one told. */
function laterThan(day: string, { project, world }: LogSession): string | null {
  const { timeZone, endsAtHour } = dayRule(project, world)
  const today = dayOf(world.now(), timeZone, endsAtHour)
  return today > day ? today : null
}

/** The entries of a day as documents that may be named. */
function entriesOf(
  day: string,
  entries: readonly DocumentSummary[],
  { store }: LogSession,
): readonly EvidenceDocument[] {
  return entries
    .filter(({ date }) => date === day)
    .map(({ id, kind, title, date, path: file, runs }, index) => ({
      address: `d${index + 1}`,
      id,
      kind,
      title,
      date,
      path: path.posix.relative(store.location, file),
      runs,
      passages: [],
    }))
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
  const history = keyHistory(await store.relinks())
  return {
    kind: logKind,
    subject: logSubjectSchema.parse(evidence.subject ?? {}),
    evidence: withKeysNow(thawEvidence(evidence.evidence ?? null), (key) =>
      history.now(key, summary.savedAt),
    ),
    noteIds: summary.notes,
    supersedes: summary.id,
    isPartial: false,
    reading: null,
    withNotes: null,
  }
}

/** Remembers what the note files held, once an entry tells it. */
export async function rememberNotes({ reading }: LogMatter, { project, world }: LogSession): Promise<void> {
  if (reading === null || project.settings.notes.length === 0) return
  await localFolder(project.root)
  await saveSeenNotes(project.root, reading.seen, world)
}
