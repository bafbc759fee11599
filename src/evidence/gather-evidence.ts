import { type Gap, gap } from '../gap.ts'
import type { UserDay } from '../notes/in-span.ts'
import type { SessionNote } from '../notes/note.ts'
import { parseTables } from '../notes/said/parse-table.ts'
import { dayOf, spanOfDay } from '../notes/user-day.ts'
import type { Curve } from '../runs/curve.ts'
import type { Experiment, LogTail, Point, Run } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import { isAboutAny } from './about-expectation.ts'
import { comparableAs } from './comparable-as.ts'
import { cutText } from './cut-text.ts'
import type {
  Evidence,
  EvidenceDataSet,
  EvidenceDocument,
  EvidenceQuote,
  EvidenceRun,
  EvidenceWithoutFindings,
  Finder,
  Given,
  PlannedExperiment,
} from './evidence.ts'
import { FINDERS } from './findings/finders.ts'
import { groupRuns } from './group-runs.ts'
import { maskLog, maskRun } from './mask-run.ts'
import { metricRules } from './metric-rules.ts'
import { attributeNotes, OPEN } from './note-claims/attribute-notes.ts'
import { judgeNotes } from './note-claims/judge-notes.ts'
import { numberFindings } from './number-findings.ts'
import { plainNames } from './plain-name.ts'
import { protocolTimeline } from './protocol-timeline.ts'
import { quoteValues } from './quote-values.ts'
import { rankMetrics } from './rank-metrics.ts'
import { whatVaried } from './what-varied.ts'

const MOST_QUOTES = 500
const LONGEST_QUOTE = 4000

/** All that evidence is gathered from. Everything in it was read already: this is a function of values. */
export interface GatherRequest {
  readonly project: { readonly name: string; readonly goal: string | null }
  readonly span: Evidence['span']
  readonly runs: readonly {
    readonly run: Run
    readonly points: ReadonlyMap<string, readonly Point[]>
    readonly curves: ReadonlyMap<string, Curve>
    /** The end of its log as it was read; it is masked and cut here. */
    readonly logTail?: LogTail | null
  }[]
  /** The project's other runs, deleted ones included, which findings may mention. */
  readonly earlier: readonly Run[]
  /** How many children of a parent started after the span. */
  readonly laterChildren?: ReadonlyMap<string, number>
  readonly otherRuns: Evidence['otherRuns']
  readonly experiments: readonly Experiment[]
  readonly notes: readonly SessionNote[]
  /** Earlier documents that may be cited. */
  readonly documents?: readonly EvidenceDocument[]
  /** What was given beside the log. */
  readonly given?: readonly Given[]
  /** Experiments of earlier plans, which runs told here may follow. */
  readonly planned?: readonly PlannedExperiment[]
  /** What the kind of document itself works out, beside what every finder tells. */
  readonly finder?: Finder
  /** Set for a document of many days: each note is held against the runs of its own day and those before. */
  readonly notesByDay?: UserDay
  /** Predictions of other days that no run had answered: those about runs told here are taken along. */
  readonly expectations?: readonly SessionNote[]
  readonly gaps: readonly Gap[]
  /** Whether the span was over when this was gathered: what narrate.yaml says now may not have held then. */
  readonly isPast?: boolean
  readonly metrics: Settings['metrics']
  readonly rules: Evidence['rules']
  /** Replaces secrets; applied to every text that came from a log or a person. */
  readonly mask: (text: string) => string
}

/**
 * The whole of what one document may say, with addresses: runs in order of their start, quotes in order of their time
 * and place. The same runs and notes give the same evidence.
 */
export function gatherEvidence(request: GatherRequest): Evidence {
  const mask = rememberTexts(request.mask)
  const told = [...request.runs].sort((a, b) => byStart(a.run, b.run))
  const others = [...request.earlier].sort(byStart)
  const kept = others.filter((run) => !run.deleted)
  const all = [
    ...told.map(({ run, points, curves, logTail = null }) => ({
      run: maskRun(run, mask),
      points: plainNames(points),
      curves: plainNames(curves),
      logTail: logTail === null ? null : maskLog(logTail, mask),
    })),
    ...[...kept, ...others.filter((run) => run.deleted)].map((run) => ({
      run: maskRun(run, mask),
      points: new Map(),
      curves: new Map(),
      logTail: null,
    })),
  ]
  const live = told.length + kept.length
  const experiments = request.experiments.map((one) => ({
    ...one,
    note: one.note === null ? null : mask(one.note),
  }))
  const ownRuns = all.slice(0, told.length).map(({ run }) => run)
  // What other experiments say of themselves is no word on the runs told here.
  const ownExperiments = new Set(ownRuns.map(({ experiment }) => experiment.id))
  const own = experiments.filter(({ id }) => ownExperiments.has(id))
  const answered = (request.expectations ?? []).filter((note) =>
    isAboutAny(note, all.slice(0, told.length), request.rules.repeats.tolerance),
  )
  const quotes = quotesOf([...answered, ...request.notes], own, mask)
  const past =
    request.isPast === true
      ? {
          before: all
            .slice(0, told.length + kept.length)
            .map(({ run }) => run)
            .sort(byStart),
          experiments,
        }
      : null
  const rules = metricRules(request.metrics, own, { runs: ownRuns, quotes, past })
  const lead = leadMetric(ownRuns, rules)
  // What was deleted says nothing of what the others may be compared with.
  const comparing = all.slice(0, live).map(({ run }) => run)
  const breaks = protocolTimeline(comparing, experiments)
  const comparable = comparableAs(comparing, breaks, request.rules.waivers, lead?.metric ?? null)
  const addressed: EvidenceRun[] = all.map((one, index) => ({
    address: `r${index + 1}`,
    ...one,
    ...(comparable[index] ?? DELETED),
  }))
  const runs = addressed.slice(0, told.length)
  const earlier = addressed.slice(told.length, live)
  const deleted = addressed.slice(live)
  const { factors, constants } = whatVaried(runs)
  const plain: EvidenceWithoutFindings = {
    project: request.project,
    span: request.span,
    runs,
    earlier,
    deleted,
    otherRuns: request.otherRuns,
    experiments,
    factors,
    constants,
    groups: groupRuns(runs, factors),
    quotes: quotes.slice(0, MOST_QUOTES),
    reported: reportedIn(request.notes, mask),
    noteClaims: [],
    question: null,
    dataSets: dataSetsOf(runs),
    gaps: [...request.gaps, ...runs.flatMap(({ run }) => run.gaps), ...quotesLeftOut(quotes.length)],
    metrics: rules,
    rules: {
      repeats: request.rules.repeats,
      waivers: request.rules.waivers,
      costs: request.rules.costs,
      production: request.rules.production,
      aliases: request.rules.aliases ?? {},
    },
    lead,
    documents: request.documents ?? [],
    given: request.given ?? [],
    ...(request.planned === undefined || request.planned.length === 0 ? {} : { planned: request.planned }),
  }
  const tied = new Map(request.notes.map(({ id, runs: own }) => [id, own]))
  const evidence =
    request.notesByDay === undefined
      ? withNotesJudged(plain, tied)
      : withNotesOfDaysJudged(plain, tied, request.notesByDay)
  const seen = { ...evidence, laterChildren: request.laterChildren ?? new Map() }
  const findings = numberFindings(
    [...FINDERS, ...(request.finder === undefined ? [] : [request.finder])].flatMap((find) => find(seen)),
  )
  const isMentioned = mentionedIn(evidence, findings)
  const mentioned = { earlier: earlier.filter(isMentioned), deleted: deleted.filter(isMentioned) }
  return {
    ...evidence,
    ...mentioned,
    findings,
    unmentioned: others.length - mentioned.earlier.length - mentioned.deleted.length,
  }
}

/** The notes held against the runs, and each passage with the runs that it is about. */
function withNotesJudged(
  evidence: EvidenceWithoutFindings,
  tied: ReadonlyMap<string, readonly string[]>,
): EvidenceWithoutFindings {
  const { quotes, question } = attributeNotes(evidence, tied)
  return { ...evidence, quotes, question, noteClaims: judgeNotes({ ...evidence, quotes }) }
}

/**
 * The same over many days: what was "the best so far" or "every seed" on a Tuesday is held against what had run by then, and its day's
 * runs come before those of other days. Undated notes, and tables, are held against all runs.
 */
function withNotesOfDaysJudged(
  evidence: EvidenceWithoutFindings,
  tied: ReadonlyMap<string, readonly string[]>,
  { endsAtHour, timeZone }: UserDay,
): EvidenceWithoutFindings {
  const days = Map.groupBy(evidence.quotes, ({ at }) =>
    at === null ? null : dayOf(at, timeZone, endsAtHour),
  )
  const judged = [...days].map(([day, quotes]) => {
    if (day === null) return withNotesJudged({ ...evidence, quotes }, tied)
    const { from, until } = spanOfDay(day, timeZone, endsAtHour)
    const started = ({ run }: EvidenceRun): number => run.startedAt ?? from
    const runs = evidence.runs.filter((one) => started(one) >= from && started(one) < until)
    const own = new Set(runs)
    const before = [...evidence.runs, ...evidence.earlier].filter(
      (one) => started(one) < until && !own.has(one),
    )
    return withNotesJudged(
      {
        ...evidence,
        quotes,
        runs,
        earlier: before,
        reported: [],
        groups: groupsAmong(evidence.groups, runs),
      },
      tied,
    )
  })
  const quotes = new Map(judged.flatMap((one) => one.quotes.map((quote) => [quote.address, quote])))
  return {
    ...evidence,
    quotes: evidence.quotes.map((quote) => quotes.get(quote.address) ?? quote),
    question: judged.at(-1)?.question ?? null,
    noteClaims: judged.flatMap(({ noteClaims }) => noteClaims),
  }
}

/** Groups with those of their members that are among some runs; empty ones are left out. */
function groupsAmong(groups: Evidence['groups'], runs: readonly EvidenceRun[]): Evidence['groups'] {
  const known = new Set(runs.map(({ address }) => address))
  return groups.flatMap((group) => {
    const members = group.runs.filter((address) => known.has(address))
    return members.length === 0 ? [] : [{ ...group, runs: members }]
  })
}

const MOST_TABLES = 100

/** Tables that were typed into the notes, of those that are evidence of the day. */
function reportedIn(notes: readonly SessionNote[], mask: (text: string) => string): Evidence['reported'] {
  return notes
    .flatMap((note) =>
      note.attachments
        .filter(({ kind }) => kind === 'table')
        .flatMap(({ text, file, line, heading }) =>
          parseTables(mask(text), line).map((table) => ({ file, line, heading, ...table })),
        ),
    )
    .slice(0, MOST_TABLES)
}

const MOST_REMEMBERED = 50_000

/** The same values stand in thousands of runs: each is masked once. */
function rememberTexts(mask: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const seen = known.get(text)
    if (seen !== undefined) return seen
    const masked = mask(text)
    if (known.size < MOST_REMEMBERED) known.set(text, masked)
    return masked
  }
}

/** No run is ranked against what was deleted. */
const DELETED = {
  comparableAs: 'deleted',
  protocol: { ground: 'deleted', split: '', threshold: '' },
}

function byStart(a: Run, b: Run): number {
  return (
    (a.startedAt ?? Number.POSITIVE_INFINITY) - (b.startedAt ?? Number.POSITIVE_INFINITY) ||
    (a.key < b.key ? -1 : 1)
  )
}

/** Whether a finding rests on a run or names it, or a claim of the notes was decided by it. */
function mentionedIn(
  { noteClaims, quotes }: EvidenceWithoutFindings,
  findings: Evidence['findings'],
): (one: EvidenceRun) => boolean {
  const mentioned = new Set([
    ...findings.flatMap(({ rests, sentence }) => [...rests, ...(sentence.match(/\br\d+\b/g) ?? [])]),
    ...noteClaims.flatMap(({ runs }) => runs),
    ...quotes.flatMap(({ about }) => about.runs),
  ])
  return ({ address }) => mentioned.has(address)
}

/** Notes too long for one entry stay whole where they were written; that they are not told here is said. */
function quotesLeftOut(count: number): readonly Gap[] {
  if (count <= MOST_QUOTES) return []
  return [
    gap(`${count - MOST_QUOTES} passages of the notes`, 'the notes', `an entry tells at most ${MOST_QUOTES}`),
  ]
}

/** The metric that tables lead with: the primary one where a run logged it, else the most telling one, assumed. */
function leadMetric(runs: readonly Run[], rules: Evidence['metrics']): Evidence['lead'] {
  const [metric] = rankMetrics(runs, rules)
  return metric === undefined ? null : { metric, assumed: metric !== rules.primary }
}

function quotesOf(
  notes: readonly SessionNote[],
  experiments: readonly Experiment[],
  mask: (text: string) => string,
): readonly EvidenceQuote[] {
  const written = notes.flatMap((note) =>
    note.quotes.map((quote) => ({
      text: cutText(mask(quote.text), LONGEST_QUOTE + 1),
      noteId: note.id,
      place: quote.file,
      line: quote.line,
      author: note.author,
      at: quote.time.kind === 'dated' ? quote.time.at : note.time.kind === 'dated' ? note.time.at : null,
      heading: quote.heading,
      kind: note.kind,
      expectation:
        note.expectation === null
          ? null
          : { ...note.expectation, settings: note.expectation.settings.map(mask), runs: note.runs },
      about: OPEN,
    })),
  )
  const described = experiments.flatMap((experiment) =>
    experiment.note === null || experiment.note.trim() === ''
      ? []
      : [
          {
            text: experiment.note.trim(),
            noteId: `experiment ${experiment.id}`,
            place: experiment.origin.file,
            line: experiment.origin.line ?? null,
            author: null,
            at: null,
            heading: experiment.name,
            kind: 'experiment' as const,
            expectation: null,
            about: OPEN,
          },
        ],
  )
  return [...written, ...described].map((quote, index) => ({
    address: `n${index + 1}`,
    ...quote,
    values: quoteValues(quote.text).map(({ value, text, unit }) => ({ value, text, unit })),
  }))
}

/** The data sets that runs say they used, with addresses. */
export function dataSetsOf(runs: readonly EvidenceRun[]): readonly EvidenceDataSet[] {
  const used = runs.flatMap((one) => one.run.dataSets.map((set) => ({ set, run: one.address })))
  return [
    ...Map.groupBy(used, ({ set }) => `${set.name}\n${set.digest}\n${set.context ?? ''}`).values(),
  ].flatMap((members, index) => {
    const [first] = members
    return first === undefined
      ? []
      : [{ address: `data${index + 1}`, ...first.set, runs: members.map(({ run }) => run) }]
  })
}
