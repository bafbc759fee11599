import { z } from 'zod'
import type { Explanation } from '../documents/coverage.ts'
import { gatherEvidence } from '../evidence/gather-evidence.ts'
import { runsNamedIn } from '../evidence/runs-named-in.ts'
import type { SessionNote } from '../notes/note.ts'
import { dayOf, spanOfDay } from '../notes/user-day.ts'
import { isBroken, type Run, type RunKey } from '../runs/run.ts'
import { savedAtOf } from '../stores/evidence-record.ts'
import { keyHistory } from '../stores/key-history.ts'
import type { Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'

/** What may explain why runs failed. */
export interface FailureMatter {
  /** All live runs: a note is understood among the runs of its day. */
  readonly runs: readonly Run[]
  readonly notes: readonly SessionNote[]
  readonly told: ReadonlyMap<RunKey, readonly string[]>
  readonly store: Pick<Store, 'evidence' | 'relinks'>
}

const DAY = 24 * 3_600_000
/** A note about a failure is written on its day or soon after. */
const BEHIND = 3 * DAY
/** Past so many runs a day's notes are held against ids and names alone. */
const MOST_ON_A_DAY = 500

const FAILED =
  /\b(fail\w*|crash\w*|died|dies|killed|nan|inf|diverg\w*|blew up|explod\w*|oom\w*|out of memory|memory|error|exception|bug|stopp?ed|aborted|hopeless|broke\w*|timed? ?out|hung|stuck)\b/i

/**
 * What explains each run that failed or was killed: a note on the run in the tracker, a person's note that names it or is
 * about it (and does not say that it went well), a statement or a logged error in a document. Runs that nothing explains are not in it.
 */
export async function explainFailures(
  { runs, notes, told, store }: FailureMatter,
  project: Project,
  world: World,
): Promise<ReadonlyMap<RunKey, Explanation>> {
  const broken = runs.filter(isBroken)
  const explained = new Map<RunKey, Explanation>()
  const open = (): readonly Run[] => broken.filter(({ key }) => !explained.has(key))
  const explain = (run: Run, explanation: Explanation): void => {
    if (!explained.has(run.key)) explained.set(run.key, explanation)
  }
  for (const run of broken)
    if (run.note !== null && run.note.trim() !== '')
      explain(run, { by: 'tracker', place: run.origins.run.file, line: null, text: run.note.trim() })
  byName(open(), notes, explain)
  byAttribution(open(), runs, notes, project, world, explain)
  await byDocuments(open(), told, store, explain)
  return explained
}

type Explain = (run: Run, explanation: Explanation) => void

function byName(broken: readonly Run[], notes: readonly SessionNote[], explain: Explain): void {
  const named = broken.map((run) => ({ run }))
  for (const note of notes) {
    const tied = broken.filter((run) =>
      note.runs.some((word) => run.key === word || run.id.startsWith(word) || run.name === word),
    )
    const [first] = note.quotes
    for (const run of tied)
      if (first !== undefined)
        explain(run, { by: 'note', place: note.place, line: first.line, text: first.text })
    for (const quote of note.quotes)
      for (const { run } of runsNamedIn(quote.text, named))
        if (isSince(run, quote.time.kind === 'dated' ? quote.time.at : null))
          explain(run, { by: 'note', place: quote.file, line: quote.line, text: quote.text })
  }
}

/** Notes are written at noon where only their day is known: what was said on the day of the run may be about it. */
function isSince(run: Run, at: number | null): boolean {
  return at === null || run.startedAt === null || at >= run.startedAt - DAY
}

/** Notes of the days around each failure, read as an entry of that day reads them. */
function byAttribution(
  broken: readonly Run[],
  runs: readonly Run[],
  notes: readonly SessionNote[],
  project: Project,
  world: World,
  explain: Explain,
): void {
  const { settings } = project
  const { timeZone, endsAtHour } = dayRule(project, world)
  const dayOfRun = (run: Run): string | null =>
    run.startedAt === null ? null : dayOf(run.startedAt, timeZone, endsAtHour)
  const byDay = Map.groupBy(runs, dayOfRun)
  const mask = maskOf(settings, world)
  for (const [day, members] of Map.groupBy(broken, dayOfRun)) {
    const ofDay = byDay.get(day) ?? []
    if (day === null || ofDay.length > MOST_ON_A_DAY) continue
    const span = spanOfDay(day, timeZone, endsAtHour)
    const near = notes.filter(
      ({ kind, time }) =>
        kind !== 'commit' && time.kind === 'dated' && time.at >= span.from && time.at < span.until + BEHIND,
    )
    if (near.length === 0) continue
    const evidence = gatherEvidence({
      project: { name: project.name, goal: null },
      span: { ...span, timeZone },
      runs: ofDay.map((run) => ({ run, points: new Map(), curves: new Map() })),
      earlier: [],
      otherRuns: { count: 0, users: [] },
      experiments: [],
      notes: near,
      gaps: [],
      metrics: settings.metrics,
      rules: settings,
      mask,
    })
    for (const run of members) {
      const address = evidence.runs.find((one) => one.run.key === run.key)?.address
      if (address === undefined) continue
      const quote = evidence.quotes.find(
        ({ address: own, about, text }) =>
          about.runs.includes(address) &&
          isTelling(about, text) &&
          !evidence.noteClaims.some(
            (claim) =>
              claim.quote === own &&
              claim.kind === 'status' &&
              claim.judgement === 'contradict' &&
              claim.runs.includes(address),
          ),
      )
      if (quote !== undefined)
        explain(run, { by: 'note', place: quote.place, line: quote.line, text: quote.text })
    }
  }
}

/** What is said of a setting or an order is about a failure where its words are. */
function isTelling(
  { confidence, by }: { readonly confidence: string; readonly by: string | null },
  text: string,
): boolean {
  if (confidence === 'certain') return true
  return by !== 'time' && by !== 'command' && FAILED.test(text)
}

const recordSchema = z.object({
  evidence: z.object({
    runs: z.array(z.object({ address: z.string(), key: z.string() })),
    findings: z.array(z.object({ kind: z.string(), rests: z.array(z.string()), sentence: z.string() })),
  }),
  statements: z.array(z.object({ text: z.string(), basis: z.string(), verdict: z.string() })).default([]),
})

/** A statement that holds and reads what happened, or the error that the log had, as documents keep them. */
async function byDocuments(
  broken: readonly Run[],
  told: ReadonlyMap<RunKey, readonly string[]>,
  store: Pick<Store, 'evidence' | 'relinks'>,
  explain: Explain,
): Promise<void> {
  const wanted = Map.groupBy(
    broken.flatMap((run) => (told.get(run.key) ?? []).map((id) => ({ run, id }))),
    ({ id }) => id,
  )
  const history = keyHistory(wanted.size === 0 ? [] : await store.relinks())
  for (const [id, members] of wanted) {
    const read = await store.evidence(id)
    if ('why' in read) continue
    const record = recordSchema.safeParse(read.value)
    if (!record.success) continue
    const savedAt = savedAtOf(read.value)
    const { evidence, statements } = record.data
    for (const { run } of members) {
      const address = evidence.runs.find(({ key }) => history.now(key, savedAt) === run.key)?.address
      if (address === undefined) continue
      const slot = new RegExp(`\\[\\[[^\\]]*\\b${address}\\b`)
      const said = statements.find(
        ({ text, basis, verdict }) =>
          verdict === 'supported' && (basis === 'inferred' || basis === 'noted') && slot.test(text),
      )
      const error = evidence.findings.find(
        ({ kind, rests, sentence }) =>
          kind === 'failure' && rests.includes(address) && /\.error\]\]/.test(sentence),
      )
      const text = said === undefined ? (error === undefined ? null : 'its logged error') : 'a statement'
      if (text !== null) explain(run, { by: 'document', place: id, line: null, text })
    }
  }
}
