import { NarrateError } from '../errors.ts'
import type { PlannedExperiment } from '../evidence/evidence.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import type { SeenNotes } from '../notes/seen-notes.ts'
import { dayOf } from '../notes/user-day.ts'
import { showSpan } from '../render/show-time.ts'
import { type ChosenRuns, type CollectedRuns, collectRuns, type Whose } from '../runs/collect-runs.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { RunSummary } from '../runs/run.ts'
import type { DocumentSummary } from '../stores/store.ts'
import { readAnswers, writeAnswers } from './answers-file.ts'
import { dayRule } from './find-project.ts'
import { formatShort } from './format-time.ts'
import { mayHideRuns } from './gap-weight.ts'
import { keepForm } from './keep-typed.ts'
import type { LogSession } from './log-session.ts'
import { type OpenedSources, openSources, sentence } from './open-sources.ts'
import { defaultSpan, parseSpan, wholeDays } from './parse-span.ts'
import { readDayNotes, withoutTold } from './read-day-notes.ts'
import { readPlanned } from './read-planned.ts'
import { readTold, type Told } from './read-told.ts'
import { renderRuns } from './render-runs.ts'
import { mayAsk } from './terminal/ask.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { startProgress, startProgressAtTerminal } from './terminal/progress.ts'
import { makeStyle, type Style } from './terminal/style.ts'
import { withUsersMeant } from './with-users-meant.ts'

/** A day's table shows so many runs; all of them are told. */
const SHOWN_RUNS = 20
const SHOWN_GAPS = 5
/** So many days are remembered for which the form was left empty. */
const MOST_DAYS = 60

/** A day of which nothing can be told. */
export interface EmptyDay {
  readonly kind: 'nothing'
  readonly gaps: readonly Gap[]
  /** Whether something could not be read, and might hold runs or notes: exit 1. */
  readonly isPartial: boolean
}

/** What was read for one entry. */
export interface DayReading {
  readonly kind: 'day'
  readonly span: Span
  readonly collected: CollectedRuns
  readonly notes: readonly SessionNote[]
  /** Predictions of other days, which runs of this one may answer. */
  readonly expectations: readonly SessionNote[]
  /** Experiments of earlier plans, which runs of this day may have followed. */
  readonly planned: readonly PlannedExperiment[]
  readonly gaps: readonly Gap[]
  /** Entries of before, oldest first. */
  readonly entries: readonly DocumentSummary[]
  /** What the note files held, to be kept once the entry is saved. */
  readonly seen: SeenNotes
  /** Whether something among others could not be read: exit 1. */
  readonly isPartial: boolean
}

/**
 * Reads the runs and notes of a day, shows the runs as soon as they are listed, and opens the form where the person
 * wrote nothing yet. A day with nothing to tell is said to be one. Throws `NarrateError('source')` where runs should
 * be and none could be read.
 */
export async function readDay(
  session: LogSession,
  typed: readonly SessionNote[],
): Promise<DayReading | EmptyDay> {
  const { options, parts, print, project, store, world } = session
  const told = await readTold(store, project.root)
  const rule = dayRule(project, world)
  const span = parseSpan(options, world.now(), rule, defaultSpan(world.now(), rule, told.coveredUntil))
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    for (const unread of opened.unread) print.warn(sentence(unread))
    const collected = await collect(session, opened, span, told)
    const { planned, gaps: ofPlans } = await readPlanned(store)
    const day = await readDayNotes(project, span, told, session.identity, world)
    for (const one of [...told.gaps, ...day.gaps].slice(0, SHOWN_GAPS)) print.warn(sentence(one))
    if (day.undated > 0) {
      print.say(`${day.undated} notes carry no date: they are left for a summary of the phase.`)
    }

    const given = typed.map((note) => withoutTold(note, told)).filter(({ quotes }) => quotes.length > 0)
    const written = [...day.written.filter(({ id }) => !typed.some((note) => note.id === id)), ...given]
    if (opened.sources.length === 0 && written.length === 0) throw nothingRead([], opened.from, typed)
    const asksForm = written.length === 0 && !session.isDry && mayAsk(world, options)
    const form = asksForm ? await askForNotes(collected.runs, span, session) : []
    const notes = [...written, ...form, ...day.commits]
    const noSource =
      opened.sources.length === 0 ? [gap('runs', 'the project', 'no run log was in sight')] : []
    const gaps = [...noSource, ...opened.unread, ...collected.gaps, ...told.gaps, ...ofPlans, ...day.gaps]
    const isPartial =
      noSource.length + opened.unread.length + told.gaps.length + day.gaps.length > 0 ||
      collected.readSources < opened.sources.length ||
      collected.gaps.some(mayHideRuns)
    if (collected.runs.length === 0 && written.length + form.length === 0) {
      await sayNothingToTell(session, opened, span, collected)
      return { kind: 'nothing', gaps, isPartial }
    }
    return {
      kind: 'day',
      span,
      collected,
      notes,
      expectations: day.expectations,
      planned,
      seen: day.seen,
      entries: told.entries,
      gaps,
      isPartial,
    }
  } finally {
    await opened.close()
  }

  async function collect(
    { identity }: LogSession,
    { sources, unread, from, reading }: OpenedSources,
    within: Span,
    before: Told,
  ): Promise<CollectedRuns> {
    if (sources.length === 0 && unread.length > 0) throw nothingRead(unread, from, typed)
    const names = sources.map(({ source }) => source.alias).join(', ')
    let progress = startProgress(world, options, `Reading ${names || 'notes'}`)
    if (names !== '') progress.update(reading)
    try {
      const collected = await collectRuns({
        sources,
        span: within,
        whose: await whose(),
        told: before.runs,
        signal: world.signal,
        onChosen: (chosen) => {
          progress.clear()
          if (sources.length > 0) sayRuns(chosen)
          progress = startProgressAtTerminal(world, options, reading)
        },
        onRead: (done, all) => progress.update(`Reading run ${done + 1} of ${all}`),
      })
      progress.clear()
      if (sources.length > 0 && collected.readSources === 0) throw nothingRead(collected.gaps, from, typed)
      for (const one of collected.gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
      if (collected.gaps.length > SHOWN_GAPS) {
        print.warn(`${collected.gaps.length - SHOWN_GAPS} more could not be read; the entry lists them.`)
      }
      return collected
    } finally {
      progress.clear()
    }

    async function whose(): Promise<Whose> {
      if (options.allUsers === true) return { kind: 'all' }
      if (options.user !== undefined) {
        const { users } = await withUsersMeant({ users: options.user }, sources, print.say, world)
        return { kind: 'users', names: users ?? [] }
      }
      return project.settings.users === 'all' ? { kind: 'all' } : { kind: 'identity', names: identity.names }
    }
  }

  function sayRuns(chosen: ChosenRuns): void {
    const { runs, others, toldBefore } = chosen
    const dim = print.noteStyle.dim
    const { lead, words } = describeSpan(span, session)
    print.say(`${lead === 'since' ? 'Since ' : ''}${words}: ${describeRuns(runs)}.`)
    if (runs.length > 0) print.say(tableOf(runs, session, world.stderr.columns, print.noteStyle))
    if (toldBefore > 0) print.say(dim(`${toldBefore} told in earlier entries.`))
    if (others.count > 0) {
      print.say(
        dim(
          `${others.count} by ${others.users.map(cleanLine).join(', ')}: counted, not told (--all-users, --user NAME).`,
        ),
      )
    }
    for (const remark of chosen.remarks) print.say(dim(cleanLine(remark)))
  }
}

/** Opens the form, once for a day: where it was left empty the entry says that there are no notes. */
async function askForNotes(
  runs: readonly RunSummary[],
  span: Span,
  session: LogSession,
): Promise<readonly SessionNote[]> {
  const { print, project } = session
  const context = formContext(runs, span, session)
  const answers = await readAnswers(project.root)
  const { withoutNotes = [] } = answers
  const isAsked = withoutNotes.includes(context.day)
  const kept = isAsked ? [] : await keepForm(context, session)
  if (kept.length > 0 || runs.length === 0) return kept
  print.say(
    print.noteStyle.dim(
      `No notes: the entry says so. ${isAsked ? 'The form was left empty before; ' : ''}-m "…" adds one.`,
    ),
  )
  if (!isAsked)
    await writeAnswers(project.root, {
      ...answers,
      withoutNotes: [...withoutNotes, context.day].slice(-MOST_DAYS),
    })
  return kept
}

function tableOf(
  runs: readonly RunSummary[],
  { project, world }: LogSession,
  width: number,
  style: Style,
): string {
  const table = renderRuns(runs.slice(-SHOWN_RUNS), {
    width,
    style,
    timeZone: dayRule(project, world).timeZone,
    now: world.now(),
    settings: project.settings,
  })
  const hidden = runs.length - SHOWN_RUNS
  return hidden > 0 ? `${table}\n${style.dim(`… and ${hidden} before these`)}` : table
}

function formContext(
  runs: readonly RunSummary[],
  span: Span,
  session: LogSession,
): { day: string; lines: readonly string[] } {
  const { project, world } = session
  const { timeZone, endsAtHour } = dayRule(project, world)
  const plain = makeStyle({ ...world.stderr, isTerminal: false }, world.env)
  return {
    day: dayOf(Math.min(world.now(), span.until - 1), timeZone, endsAtHour),
    lines: [
      '',
      `${describeRuns(runs)}:`,
      ...(runs.length === 0 ? [] : tableOf(runs, session, 76, plain).split('\n')),
    ],
  }
}

/** "since 20 Nov 04:00"; where it is over, whole days as an entry writes them ("on 25–27 Mar 2023"), else both ends. */
function describeSpan(
  span: Span,
  { project, world }: LogSession,
): { readonly lead: 'since' | 'on' | 'from'; readonly words: string } {
  const { from, until } = span
  const rule = dayRule(project, world)
  const at = (time: number): string => formatShort(time, world.now(), rule.timeZone).trim()
  if (until > world.now()) return { lead: 'since', words: at(from) }
  const days = wholeDays(span, rule)
  // A day of the user's is the calendar day that it begins on, wherever its hours end.
  return days === null
    ? { lead: 'from', words: `${at(from)} to ${at(until)}` }
    : { lead: 'on', words: showSpan(Date.parse(days.first), Date.parse(days.last), 'UTC') }
}

/** "16 runs: 13 finished, 2 failed, 1 running". */
function describeRuns(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return 'no runs'
  const counts = [...Map.groupBy(runs, ({ status }) => status)]
    .map(([status, members]) => ({ status, count: members.length }))
    .sort((a, b) => b.count - a.count)
    .map(({ status, count }) => `${count} ${status}`)
  return `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}: ${counts.join(', ')}`
}

function nothingRead(
  gaps: readonly Gap[],
  from: OpenedSources['from'],
  typed: readonly SessionNote[],
): NarrateError {
  const kept = typed.length > 0 ? ' Your note is kept for the next entry.' : ''
  if (gaps.length === 0) {
    return new NarrateError('source', 'No run log is in sight, and no note was given.', {
      hint: 'Name a log with --source PATH, or list it in narrate.yaml (`narrate init`).',
    })
  }
  return new NarrateError('source', `No run log could be read: ${gaps.map(sentence).join(' ')}`, {
    hint: `It was named by ${from}.${kept}`,
  })
}

/** A newcomer's runs are rarely of today: say when the newest was, and how to tell it. */
async function sayNothingToTell(
  session: LogSession,
  opened: OpenedSources,
  span: Span,
  collected: CollectedRuns,
): Promise<void> {
  const { print } = session
  const { lead, words } = describeSpan(span, session)
  const when = `${lead} ${words}`
  if (collected.toldBefore > 0) {
    print.say(`Nothing to tell: every run of yours ${when} stands in an entry (narrate list).`)
    return
  }
  print.say(`Nothing to tell: no runs of yours and no notes ${when}.`)
  for await (const found of listRuns(opened.sources, { limit: 1 })) {
    if (isGap(found) || found.run.startedAt === null) continue
    const day = new Date(found.run.startedAt).toISOString().slice(0, 10)
    print.say(`The newest run started ${day}: narrate log --since ${day}`)
  }
}
