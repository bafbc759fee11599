import type { MetricSummary } from '../../runs/run.ts'
import type { EvidenceRun } from '../evidence.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { quoteValues } from '../quote-values.ts'
import {
  type ClaimFinder,
  claimOf,
  type Ground,
  type NoteClause,
  ranked,
  type Subject,
  slot,
  strangeWords,
  subjectOf,
  withoutNames,
} from './ground.ts'
import type { NoteClaim } from './note-claim.ts'
import type { Mention } from './vocabulary.ts'

const APPROXIMATE =
  /\b(around|about|roughly|approx\w*|circa|ca|something like|some|near(ly)?|almost|just|ish|maybe)\b|~|≈/i
const SUPERLATIVE = /\b(best|lowest|highest|top|peak|max(imum)?|min(imum)?|worst)\b/i
/** Words before a figure that make it a step from something, a bound, or a share of something else. */
const DIFFERENCE =
  /\b(by|gain\w*|improv\w*|gap|margin|diff\w*|delta|drop\w*|fell|falls?|rose|rises?|loses|lost|up|down|within|spread|plus|minus|costs?|saves?|apart)\s*(?:of|is|was|by)?\s*(?:about|around|~|≈|only|just)?\s*$|(?:\s|^)\+\s?$|±\s*$|\+\/?-\s*$/i
const BOUND =
  /(?:[<>≤≥]=?|\b(?:above|over|below|under|at least|at most|more than|less than|beyond|exceed\w*|between|reach\w* for|towards?|passed|crossed|and))\s*$/i
const AFTER_DIFFERENCE =
  /^\s?(?:%|points?|pts?)?\s*(?:ahead|behind|better|worse|higher|lower|more|less|apart|above|below|over|points?|pts?|gap|difference|faster|slower|decreases?|increases?|reductions?|drops?|gains?|improvements?|changes?|speed-?ups?|savings?)\b|^\s?%?\s?\)?\s*(?:→|->|⇒|=>)/i
/** A word behind a figure that says what is counted or measured there: it is no value of a metric then. */
const UNIT_BEHIND =
  /^\s?(?:images?|rows?|samples?|examples?|gpus?|cpus?|gb|mb|gib|tb|params?|million|billion|m\b|b\b|k\b|epochs?|steps?|iters?|iterations?|layers?|seeds?|runs?|folds?|features?|columns?|classes|dropout|lr|batch|tokens?|days?|hours?|h\b|min|mins|minutes?|secs?|seconds?|ms|x\b|×|times|usd|eur|€|\$|ratio|of\b|out\b|\/|occupancy|utili[sz]ation|full\b|used\b|done\b|complete)/i
const AT_SOME_TIME =
  /\b(?:at (?:epoch|step|iter\w*|some point|first|the start)|after \d|epochs? \d|steps? \d|halfway|initially|peaked|ensemble|median|fold|p\s?[=<]|p-value|correlation|threshold)\b/i

/** A figure behind one that it is set against: "10.74 vs 10.86", "1.50→5.15". */
const VERSUS = /(?:\d%?\s*(?:vs\.?|versus)|→|->|⇒|=>)\s*$/i
/** Words that make a figure one that was measured in a run. */
const MEASURED = /\b(?:folds?|cv|seeds?|holdout|val|validation|scores?)\b/i
const AT_SOME_STEP =
  /\b(?:at (?:epoch|step|iter\w*|some point|first|the start)|after \d|epoch \d|step \d|halfway|initially|p\s?[=<]|p-value|correlation|threshold)\b/i

/** Values of metrics: a number beside a metric, or beside a run that logged metrics. */
export const claimsOfValues: ClaimFinder = (clause, ground) => {
  const spreads = spreadClaims(clause, ground)
  if (spreads.length > 0) return spreads
  const values = quoteValues(clause.text)
  return values.flatMap((value, index) => {
    const end = value.index + value.text.length + (value.unit === null ? 0 : value.unit.length)
    const before = clause.text.slice(0, value.index)
    const after = clause.text.slice(clause.text.startsWith('%', end) ? end + 1 : end)
    if (clause.mentions.some((one) => value.index < one.end && end > one.start && one.kind !== 'metric'))
      return []
    if (value.unit !== null && value.unit !== '%') return []
    if (/^\s?\p{L}+\/\p{L}/u.test(after)) return []
    if (isOfOtherName(before, clause)) return []
    if (UNIT_BEHIND.test(after) || /[@$€]\s*$/.test(before)) return []
    const from = values[index - 1]?.index ?? -1
    const until = values[index + 1]?.index ?? clause.text.length
    return valueClaim(
      {
        number: value.value,
        text: value.text,
        isPercent: value.unit === '%',
        index: value.index,
        end,
        before: clause.mentions.filter((one) => one.end <= value.index && one.start >= from),
        beforeAll: clause.mentions.filter((one) => one.end <= value.index),
        after: clause.mentions.filter((one) => one.start >= end && one.end <= until),
        isOffset: value.text.startsWith('+') || DIFFERENCE.test(before) || AFTER_DIFFERENCE.test(after),
        isOneOfTwo: isOneOfTwo(before, after),
        isBound: BOUND.test(before),
        isApproximate:
          APPROXIMATE.test(clause.text.slice(Math.max(0, value.index - 25), value.index)) ||
          /^\s?ish\b/.test(after),
      },
      clause,
      ground,
    )
  })
}

const RATE =
  /\b(?:learning rate|lr|weight decay|momentum|temperature|warm-?up|batch size)(?:\s+(?:was|is|were|set|of|to|at|lowered|raised|reduced|increased)){0,4}\s*[:=]?\s*$/iu

/** "WARMDOWN_RATIO=0.4": a figure of a name that is no metric here. */
function isOfOtherName(before: string, { mentions }: NoteClause): boolean {
  const named = /[\p{L}_][\p{L}\p{N}_.]*\s?=\s?$/u.exec(before)
  if (RATE.test(before)) return true
  return named !== null && !mentions.some((one) => one.end > named.index && one.start < before.length)
}

/** "10.74 vs 10.86", "1.50→5.15", "from 0.3 to 0.7". */
function isOneOfTwo(before: string, after: string): boolean {
  return (
    VERSUS.test(before) ||
    /^\s*%?\s*(?:vs\.?|versus)\s/i.test(after) ||
    /\bfrom\s+[\d.]+\s?%?\s+to\s+$/i.test(before) ||
    (/\bfrom\s+$/i.test(before) && /^\s?%?\s+to\s/i.test(after))
  )
}

interface Figure {
  readonly number: number
  readonly text: string
  readonly isPercent: boolean
  readonly index: number
  readonly end: number
  readonly before: readonly Mention[]
  readonly beforeAll: readonly Mention[]
  readonly after: readonly Mention[]
  readonly isOffset: boolean
  /** It stands beside another that it is set against, or that it came from: whose of the two it is, no place tells. */
  readonly isOneOfTwo: boolean
  readonly isBound: boolean
  readonly isApproximate: boolean
}

function valueClaim(figure: Figure, clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  const nearest = figure.before.filter((one) => one.kind === 'metric' || one.kind === 'param').at(-1)
  const behind = figure.after.find((one) => one.start - figure.end <= 12 && one.kind === 'metric')
  const named =
    metricsOf(nearest) ??
    metricsOf(behind) ??
    metricsOf(figure.beforeAll.findLast((one) => one.kind === 'metric'))
  if (nearest?.kind === 'param' && behind === undefined) return []
  const decimals = decimalsOf(figure.text)
  if (decimals <= 0 && !figure.isPercent && (nearest === undefined || figure.index - nearest.end > 6))
    return []
  if (figure.isOffset || figure.isBound) return figure.isBound ? [] : nowhere(figure, clause, ground)
  const subject =
    subjectOf(figure.before) ?? subjectOf(figure.after) ?? inherited(clause) ?? subjectOf(figure.beforeAll)
  if (subject !== null && subject.runs.length > 0) return ofRuns(figure, subject, named, clause, ground)
  if (subject !== null) return [claimOf(clause, 'value', 'no such run', { consequence: 'detail' })]
  if (named === null) return nowhere(figure, clause, ground)
  return ofAny(figure, named, clause, ground)
}

/** A figure that is said of one run under a metric's name, with nothing between them that could turn it. */
export function claimOfNamedRun(
  { text, isPercent, index, end }: Pick<Figure, 'text' | 'isPercent' | 'index' | 'end'>,
  run: EvidenceRun,
  metrics: readonly string[],
  clause: Pick<NoteClause, 'quote' | 'text' | 'mentions'>,
  ground: Ground,
): readonly NoteClaim[] {
  const number = Number(text)
  if (!Number.isFinite(number)) return []
  const figure: Figure = {
    number,
    text,
    isPercent,
    index,
    end,
    before: [],
    beforeAll: [],
    after: [],
    isOffset: false,
    isOneOfTwo: false,
    isBound: false,
    isApproximate: false,
  }
  const known = valuesOfMetrics(run, metrics)
  if (known.length === 0) return []
  if (!isOfScale(figure, known)) return [claimOf(clause, 'value', 'cannot tell')]
  return ofRuns(
    figure,
    { runs: [run], isExact: true, start: 0, end: 0 },
    metrics,
    { ...clause, inherited: [] },
    ground,
  )
}

function valuesOfMetrics({ run }: EvidenceRun, metrics: readonly string[]): readonly number[] {
  return metrics.flatMap((metric) => valuesOf(run.metrics.get(metric)))
}

function inherited({ inherited: runs }: NoteClause): Subject | null {
  return runs.length === 0 ? null : { runs, isExact: false, start: 0, end: 0 }
}

function metricsOf(mention: Mention | undefined): readonly string[] | null {
  return mention?.kind === 'metric' ? mention.metrics : null
}

/** A figure of runs that are named: false only where none of them has it, in any metric that may be meant. */
function ofRuns(
  figure: Figure,
  subject: Subject,
  named: readonly string[] | null,
  clause: Pick<NoteClause, 'quote' | 'text' | 'mentions' | 'inherited'>,
  ground: Ground,
): readonly NoteClaim[] {
  const { runs } = subject
  const metrics =
    named ??
    [...new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))].filter((name) =>
      ground.usual.includes(name),
    )
  const valued = runs.filter(({ run }) => metrics.some((metric) => run.metrics.has(metric)))
  if (valued.length === 0) return []
  const fits = fitOf(figure, valued, metrics, ground, true)
  if (fits.length > 0) return [claimOf(clause, 'value', 'agree', { runs: fits })]
  const any = [...new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))]
  if (fitOf(figure, runs, any, ground).length > 0 || isSettingOf(figure, runs))
    return [claimOf(clause, 'value', 'cannot tell')]
  if (isNearMiss(figure, valued, metrics) || figure.isOneOfTwo || AT_SOME_TIME.test(withoutNames(clause)))
    return [claimOf(clause, 'value', 'cannot tell')]
  // "0.76 on slide 3" is of a part of the data, "0.97 for class 2" as well.
  if (PART.test(clause.text) || isBesideOther(figure, subject, named, clause))
    return [claimOf(clause, 'value', 'cannot tell')]
  // Under a heading, what else a line speaks of may have the figure; "95 %" there is a mark to be reached.
  const isUnder = clause.inherited === runs
  if (isUnder && (named === null || (figure.isPercent && decimalsOf(figure.text) <= 0)))
    if (figure.isPercent || strangeWords(clause.text, clause.mentions).length > 0)
      return [claimOf(clause, 'value', 'cannot tell')]
  // A bare figure is a value only where it could be one, and where the run is named beyond doubt.
  if (named === null && !isLikelyValue(figure, subject, valued, metrics, ground)) return []
  if (!subject.isExact && (runs.length > 3 || named === null) && elsewhereLogged(figure, ground))
    return [claimOf(clause, 'value', 'cannot tell')]
  const metric =
    metrics.toSorted((a, b) => distance(figure, valued, a) - distance(figure, valued, b))[0] ?? ''
  // Of the mean of several runs no single one is the other side.
  if (
    !subject.isExact &&
    runs.length > 1 &&
    /\b(?:avg|average|averaged|mean|median|overall)\b/i.test(clause.text)
  )
    return [claimOf(clause, 'value', 'cannot tell')]
  const sides = valued.filter(({ run }) => run.metrics.has(metric)).slice(0, 3)
  if (sides.length === 0) return []
  return [
    claimOf(clause, 'value', 'contradict', {
      runs: sides,
      log: `${sides.map((one) => `${slot(one)} logged ${metric} [[${metricSlot(one, metric)}]]`).join(', ')}.`,
      consequence: SUPERLATIVE.test(clause.text) ? 'conclusion' : 'run',
    }),
  ]
}

/** A figure beside a metric, of no run in particular: false only where no run of the project has it, or it is called the best and is not. */
function ofAny(
  figure: Figure,
  metrics: readonly string[],
  clause: NoteClause,
  ground: Ground,
): readonly NoteClaim[] {
  // "val_bpb:      0.9979" is printed by a program, when and by which run is not said.
  if (AT_SOME_TIME.test(clause.text) || /[:=]\s{2,}\S/.test(clause.text)) return []
  const isSuperlative = SUPERLATIVE.test(clause.text)
  const known = ground.evidence.runs.filter(({ run }) => metrics.some((metric) => run.metrics.has(metric)))
  if (known.length === 0) return []
  const bests = metrics.flatMap((metric) => ranked(metric, known, ground).slice(0, 1))
  const fits = fitOf(figure, known, metrics, ground)
  const isWorst = /\bworst\b/i.test(clause.text)
  if (fits.length > 0 && (!isSuperlative || isWorst || bests.some((one) => fits.includes(one))))
    return [claimOf(clause, 'value', 'agree', { runs: fits })]
  if (figure.isOneOfTwo) return []
  const others = fitOf(figure, ground.all, metrics, ground)
  const isScoped = strangeWords(clause.text, clause.mentions).length > 0
  if (isScoped && fits.length === 0)
    return [
      claimOf(clause, 'value', others.length > 0 ? 'cannot tell' : 'no such run', {
        runs: others,
        consequence: 'detail',
      }),
    ]
  if (others.length > 0 && (fits.length === 0 || isScoped))
    return [claimOf(clause, 'value', 'cannot tell', { runs: others })]
  if (isNearMiss(figure, isSuperlative ? bests : known, metrics))
    return [claimOf(clause, 'value', 'cannot tell')]
  const metric = metrics.find((name) => ground.evidence.metrics.direction(name) !== null)
  const best = metric === undefined ? undefined : ranked(metric, known, ground)[0]
  if (metric === undefined || best === undefined || isWorst) return []
  if (!isOfScale(figure, [headlineValue(best, metric, ground.evidence.metrics) ?? 0]))
    return [claimOf(clause, 'value', 'cannot tell')]
  const word = ground.evidence.metrics.direction(metric) === 'lower' ? 'lowest' : 'highest'
  return [
    claimOf(clause, 'value', 'contradict', {
      runs: [best],
      log: `${word} logged ${metric} is [[${metricSlot(best, metric)}]] ([[${best.address}]]).`,
      consequence: isSuperlative ? 'conclusion' : 'run',
    }),
  ]
}

/** A figure of three decimals or more beside no name, that no run of the project logged as a metric or a parameter. */
function nowhere(figure: Figure, clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  if (decimalsOf(figure.text) < 3 || figure.isBound || figure.isPercent || AT_SOME_STEP.test(clause.text))
    return []
  if (/[<>±]\s*$|\+-\s*$|\+\/-\s*$/.test(clause.text.slice(0, figure.index))) return []
  if (
    /\blrs?\b|\brates?\b|\bwd\b|\bloss weight\b|\bp\b|\balpha\b|\bbeta\b|\bgamma\b|\beps\b|\bversion\b|\bpython\b/i.test(
      clause.text,
    )
  )
    return []
  // Beside nothing that runs log, a figure may be anything's.
  if (clause.mentions.length === 0 && !MEASURED.test(clause.text)) return []
  const told = ground.evidence.runs
  const near = (a: number): boolean =>
    Math.abs(a - figure.number) <= 1 * 10 ** -decimalsOf(figure.text) + 1e-12
  const logged = ground.all.flatMap(({ run }) => [
    ...[...run.metrics.values()].flatMap(valuesOf),
    ...[...run.params.values()].map(Number),
  ])
  if (
    !isOfScale(
      figure,
      ground.all.flatMap(({ run }) => [...run.metrics.values()].flatMap(valuesOf)),
    )
  )
    return []
  if (logged.some((one) => near(one) || near(Math.abs(one)))) return [claimOf(clause, 'value', 'cannot tell')]
  const byName = Map.groupBy(
    ground.all.slice(-300).flatMap(({ run }) => [...run.metrics].map(([name, { last }]) => ({ name, last }))),
    ({ name }) => name,
  )
  const means = ground.evidence.groups.flatMap(({ runs }) =>
    [...byName.keys()].flatMap((name) => {
      const values = told
        .filter((one) => runs.includes(one.address))
        .flatMap(({ run }) => run.metrics.get(name)?.last ?? [])
      return values.length === 0
        ? []
        : [{ name, last: values.reduce((sum, one) => sum + one, 0) / values.length }]
    }),
  )
  for (const list of Map.groupBy([...[...byName.values()].flat(), ...means], ({ name }) => name).values()) {
    const values = [...new Set(list.map(({ last }) => last))].slice(0, 400)
    if (values.some((a) => near(a) || values.some((b) => near(Math.abs(a - b)))))
      return [claimOf(clause, 'value', 'cannot tell')]
  }
  // "0.774 ± 0.027" is the mean of something that no single value stands for.
  const isMean = /^\s*(\+\s?\/?\s?-|±)/.test(clause.text.slice(figure.index + figure.text.length))
  const beside = isMean ? null : nearestLead(figure, ground)
  const nearest =
    beside === null
      ? '.'
      : `; nearest comes ${beside.metric} [[${metricSlot(beside.one, beside.metric)}]] in [[${beside.one.address}]].`
  return [
    claimOf(clause, 'value', 'contradict', {
      runs: beside === null ? [] : [beside.one],
      log: `${UNLOGGED}${nearest}`,
      consequence: 'detail',
    }),
  ]
}

/** How what is said of a figure that no run logged begins. */
export const UNLOGGED = 'no run told here logged this value'
/** A figure farther than this share from a value was hardly meant for it. */
const NEAR = 0.1

/** The value of the lead metric that comes nearest to a figure; null where none is near. */
function nearestLead(
  { number }: Figure,
  { evidence }: Ground,
): { readonly one: EvidenceRun; readonly metric: string } | null {
  const metric = evidence.lead?.metric
  if (metric === undefined) return null
  const [nearest] = evidence.runs
    .flatMap((one) => {
      const value = headlineValue(one, metric, evidence.metrics)
      return value === null ? [] : [{ one, metric, away: Math.abs(value - number) }]
    })
    .sort((a, b) => a.away - b.away)
  return nearest === undefined || nearest.away > NEAR * Math.abs(number) ? null : nearest
}

const WITH_SPREAD = /(?<![\w.])(\d*\.\d{2,})\s*(?:\+\s?\/?\s?-|±)\s*(\d*\.\d+)(?![\w%]|\.\d)/g
const SPREAD = /(^|[^a-z])(sd|std|stdev|stddev|std_dev)($|[^a-z])/i

/**
 * "0.774 ± 0.027", where one run alone logged such a standard deviation, and beside it another mean: told only where no run of
 * the project logged the first number, and it lies within three standard deviations of that mean (else it is something else's).
 */
function spreadClaims(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  return [...clause.text.matchAll(WITH_SPREAD)].flatMap(([written = '', mean = '', spread = '']) => {
    if (spread.replace(/^[0.]+/, '').length < 2) return []
    const spreads = ground.evidence.runs.flatMap((one) =>
      [...one.run.metrics].flatMap(([name, { last }]) => {
        const beside = meanBeside(name, one)
        return beside === null || !isWritten(spread, last) ? [] : [{ one, name, beside }]
      }),
    )
    const [first, ...others] = spreads
    if (first === undefined || others.length > 0) return []
    const { one, name, beside } = first
    const [logged, width] = [beside, name].map((metric) => one.run.metrics.get(metric)?.last ?? Number.NaN)
    const isNear = Math.abs(Number(mean) - (logged ?? 0)) <= 3 * (width ?? 0)
    const isLogged = ground.all.some(({ run }) =>
      [...run.metrics.values()].flatMap(valuesOf).some((value) => isWritten(mean, value)),
    )
    if (isWritten(mean, logged ?? Number.NaN)) return [claimOf(clause, 'value', 'agree', { runs: [one] })]
    if (!isNear || isLogged) return []
    return [
      claimOf(clause, 'value', 'contradict', {
        said: written,
        runs: [one],
        log: `${slot(one)} logged ${name} [[${metricSlot(one, name)}]] beside ${beside} [[${metricSlot(one, beside)}]].`,
      }),
    ]
  })
}

/** The metric that a run logged as the mean of which this one is the spread: `cv_auc_mean` of `cv_auc_sd`. */
function meanBeside(name: string, { run }: EvidenceRun): string | null {
  if (!SPREAD.test(name)) return null
  const named = ['mean', 'avg', 'average'].map((word) => name.replace(SPREAD, `$1${word}$3`))
  const bare = name.replace(SPREAD, '$3').replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, '')
  return [...named, bare].find((other) => other !== name && run.metrics.has(other)) ?? null
}

/** Runs that have a figure in one of these metrics: its last, lowest or highest value, a point, or the mean of all of them. */
function fitOf(
  figure: Figure,
  runs: readonly EvidenceRun[],
  metrics: readonly string[],
  ground: Ground,
  isSubject = false,
): readonly EvidenceRun[] {
  const direct = runs.filter((one) =>
    metrics.some((metric) =>
      [
        ...valuesOf(one.run.metrics.get(metric)),
        ...(one.points.get(metric) ?? []).map(({ value }) => value),
      ].some((value) => isSaid(figure, value, 0.5)),
    ),
  )
  if (direct.length > 0 || runs.length < 2 || !isSubject) return direct
  const byMean = [runs, runs.filter((one) => ground.evidence.runs.includes(one))].some((meant) =>
    metrics.some((metric) => {
      const values = meant.flatMap((one) => headlineValue(one, metric, ground.evidence.metrics) ?? [])
      return (
        values.length > 1 && isSaid(figure, values.reduce((sum, one) => sum + one, 0) / values.length, 0.5)
      )
    }),
  )
  return byMean ? runs : []
}

/** Whether a figure was written for a value: to its decimals, as a percentage too, roughly where it says so. */
function isSaid(figure: Figure, value: number, units: number): boolean {
  const step = 10 ** -decimalsOf(figure.text)
  return [value, value * 100].some((logged, index) => {
    if (index === 0 && figure.isPercent && Math.abs(figure.number) > 1.5 && Math.abs(value) <= 1) return false
    const gap = Math.abs(logged - figure.number)
    return gap <= units * step + 1e-12 || (figure.isApproximate && gap <= 0.1 * Math.abs(figure.number))
  })
}

/** Cut instead of rounded, or off by one in the last digit: nobody's memory is wrong by that. */
function isNearMiss(figure: Figure, runs: readonly EvidenceRun[], metrics: readonly string[]): boolean {
  return runs.some(({ run }) =>
    metrics.some((metric) => valuesOf(run.metrics.get(metric)).some((value) => isSaid(figure, value, 1))),
  )
}

function isSettingOf(figure: Figure, runs: readonly EvidenceRun[]): boolean {
  return runs.some(({ run }) =>
    [...run.params.values()].some((text) => text.trim() !== '' && Number(text) === figure.number),
  )
}

/** A figure so many times larger or smaller than anything logged is one of something else. */
const OTHER_SCALE = 8

function isOfScale(figure: Figure, values: readonly number[]): boolean {
  return values.some((value) =>
    [value, value * 100].some((logged) => {
      const ratio = Math.abs(figure.number / logged)
      return Number.isFinite(ratio) && ratio > 1 / OTHER_SCALE && ratio < OTHER_SCALE
    }),
  )
}

const PART =
  /\b(?:on|for|in|within|per|of|without|w\/o|excluding|using)\s+(?:the\s+|our\s+|my\s+)?(?!(?:val|validation|valid|test|testing|holdout|train|training|average|avg|top|it|them|both|all|total|the|our|my|end|day|today|fact|general|course|particular)\b)(?:\p{L}{3,}\s+)?(?:slides?|class(?:es)?|patients?|subsets?|parts?|folds?|sites?|images?|samples?|batch|split|language|categor\w+|dataset|data set|cohort|region|half)\b/iu

/** Whether other words than a verb stand between a run and a figure without a metric. */
function isBesideOther(
  figure: Figure,
  subject: Subject,
  named: readonly string[] | null,
  clause: Pick<NoteClause, 'text' | 'mentions'>,
): boolean {
  if (named !== null || subject.end === 0) return false
  const [from, to] = subject.end <= figure.index ? [subject.end, figure.index] : [figure.end, subject.start]
  return strangeWords(clause.text.slice(from, to), clause.mentions, from).length > 0
}

/** Whether a figure beside no metric must be one of a run's: written to three digits or so, and about as large as what was logged. */
function isLikelyValue(
  figure: Figure,
  subject: Subject,
  valued: readonly EvidenceRun[],
  metrics: readonly string[],
  ground: Ground,
): boolean {
  const digits = figure.text.replace(/^[-+]?0*\.?0*|\./g, '').length
  if (digits < 2 || (digits < 3 && (!subject.isExact || decimalsOf(figure.text) < 2))) return false
  const gap = Math.min(...metrics.map((metric) => distance(figure, valued, metric)))
  return gap <= 0.25 && (subject.isExact || !elsewhereLogged(figure, ground))
}

/** How far a figure is from what runs logged, as a share of it. */
function distance(figure: Figure, runs: readonly EvidenceRun[], metric: string): number {
  const gaps = runs.flatMap(({ run }) =>
    valuesOf(run.metrics.get(metric)).map((value) => {
      const number = figure.isPercent && Math.abs(value) <= 1.5 ? figure.number / 100 : figure.number
      return Math.abs(number - value) / Math.max(Math.abs(value), 1e-9)
    }),
  )
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...gaps)
}

function elsewhereLogged(figure: Figure, ground: Ground): boolean {
  return ground.all.some(({ run }) =>
    [...run.metrics.values()].some((summary) =>
      valuesOf(summary).some((value) => isSaid(figure, value, 0.5)),
    ),
  )
}

function isWritten(text: string, value: number): boolean {
  return Math.abs(Number(text) - value) <= 0.5 * 10 ** -decimalsOf(text) + 1e-12
}

function valuesOf(summary: MetricSummary | undefined): readonly number[] {
  return summary === undefined
    ? []
    : [summary.last, summary.min, summary.max].filter((value) => value !== null)
}

function decimalsOf(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  return (mantissa.split('.')[1]?.length ?? 0) - Number(exponent)
}
