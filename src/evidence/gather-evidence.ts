import { type Gap, gap } from '../gap.ts'
import type { SessionNote } from '../notes/note.ts'
import type { Experiment, Point, Run } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import { comparableAs } from './comparable-as.ts'
import { cutText } from './cut-text.ts'
import type {
  Evidence,
  EvidenceDataSet,
  EvidenceQuote,
  EvidenceRun,
  EvidenceWithoutFindings,
  NewFinding,
} from './evidence.ts'
import { best } from './findings/best.ts'
import { discrepancy } from './findings/discrepancy.ts'
import { failure } from './findings/failure.ts'
import { spread } from './findings/spread.ts'
import { stillImproving } from './findings/still-improving.ts'
import { variation } from './findings/variation.ts'
import { groupRuns } from './group-runs.ts'
import { maskRun } from './mask-run.ts'
import { metricRules } from './metric-rules.ts'
import { quoteValues } from './quote-values.ts'
import { rankMetrics } from './rank-metrics.ts'
import { whatVaried } from './what-varied.ts'

const MOST_QUOTES = 500
const LONGEST_QUOTE = 4000

const FINDINGS: readonly ((evidence: EvidenceWithoutFindings) => readonly NewFinding[])[] = [
  best,
  spread,
  variation,
  failure,
  stillImproving,
  discrepancy,
]

/** All that evidence is gathered from. Everything in it was read already: this is a function of values. */
export interface GatherRequest {
  readonly project: { readonly name: string; readonly goal: string | null }
  readonly span: Evidence['span']
  readonly runs: readonly { readonly run: Run; readonly points: ReadonlyMap<string, readonly Point[]> }[]
  readonly otherRuns: Evidence['otherRuns']
  readonly experiments: readonly Experiment[]
  readonly notes: readonly SessionNote[]
  readonly gaps: readonly Gap[]
  readonly metrics: Settings['metrics']
  /** Replaces secrets; applied to every text that came from a log or a person. */
  readonly mask: (text: string) => string
}

/**
 * The whole of what one document may say, with addresses: runs in order of their start, quotes in order of their time
 * and place. The same runs and notes give the same evidence.
 */
export function gatherEvidence(request: GatherRequest): Evidence {
  const { mask } = request
  const sorted = [...request.runs].sort(
    (a, b) =>
      (a.run.startedAt ?? Number.POSITIVE_INFINITY) - (b.run.startedAt ?? Number.POSITIVE_INFINITY) ||
      (a.run.key < b.run.key ? -1 : 1),
  )
  const masked = sorted.map(({ run, points }) => ({ run: maskRun(run, mask), points }))
  const comparable = comparableAs(masked.map(({ run }) => run))
  const runs: EvidenceRun[] = masked.map(({ run, points }, index) => ({
    address: `r${index + 1}`,
    run,
    points,
    comparableAs: comparable[index] ?? '',
  }))
  const { factors, constants } = whatVaried(runs)
  const experiments = request.experiments.map((one) => ({
    ...one,
    note: one.note === null ? null : mask(one.note),
  }))
  const rules = metricRules(request.metrics, experiments)
  const quotes = quotesOf(request.notes, experiments, mask)
  const evidence: EvidenceWithoutFindings = {
    project: request.project,
    span: request.span,
    runs,
    otherRuns: request.otherRuns,
    experiments,
    factors,
    constants,
    groups: groupRuns(runs, factors),
    quotes: quotes.slice(0, MOST_QUOTES),
    dataSets: dataSetsOf(runs),
    gaps: [...request.gaps, ...runs.flatMap(({ run }) => run.gaps), ...quotesLeftOut(quotes.length)],
    metrics: rules,
    lead: leadMetric(runs, rules),
    documents: [],
  }
  return { ...evidence, findings: findingsOf(evidence) }
}

/** Notes too long for one entry stay whole where they were written; that they are not told here is said. */
function quotesLeftOut(count: number): readonly Gap[] {
  if (count <= MOST_QUOTES) return []
  return [
    gap(`${count - MOST_QUOTES} passages of the notes`, 'the notes', `an entry tells at most ${MOST_QUOTES}`),
  ]
}

function findingsOf(evidence: EvidenceWithoutFindings): Evidence['findings'] {
  return FINDINGS.flatMap((find) => find(evidence)).map((one, index) => ({
    address: `k${index + 1}`,
    ...one,
  }))
}

/** The metric that tables lead with: the primary one where a run logged it, else the most telling one, assumed. */
function leadMetric(runs: readonly EvidenceRun[], rules: Evidence['metrics']): Evidence['lead'] {
  const [metric] = rankMetrics(
    runs.map(({ run }) => run),
    rules,
  )
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
          },
        ],
  )
  return [...written, ...described].map((quote, index) => ({
    address: `n${index + 1}`,
    ...quote,
    values: quoteValues(quote.text).map(({ value, text, unit }) => ({ value, text, unit })),
  }))
}

function dataSetsOf(runs: readonly EvidenceRun[]): readonly EvidenceDataSet[] {
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
