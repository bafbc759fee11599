import { isBroken, type MetricSummary, type Run } from '../../runs/run.ts'
import type { EvidenceQuote, EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { quoteValues } from '../quote-values.ts'

const PLAN =
  /\b(tmrw|tomorrow|next|todo|plan(ned)?|try|will|should|want|maybe|rerun|target|goal|expect(ed)?)\b/i
const ALL_WELL =
  /\b(all|every\w*|each)\b[^.;]{0,60}\b(trained|finished|ran|completed|converged|worked|went|succeeded|done)\b|\b(no|zero|without)\s+(crash\w*|fail\w*|errors?)\b|\bnothing\s+(failed|crashed)\b/i
const WENT_WELL =
  /\b(ran through|went through|finished|completed|trained|converged|done|ran|worked|succeeded)\b/i
const WENT_WRONG = /\b(crash\w*|fail\w*|died|oom|killed|blew up|diverged)\b/i
const NEGATED = /\b(not|never|n't|didn'?t|hasn'?t|isn'?t|no)\b/i
const APPROXIMATE = /\b(around|about|roughly|approx\w*|circa|ca|something like|ish)\b|~/i
/** Words that put a figure in another time or make it a setting: it is then not held against the runs told here. */
const ELSEWHERE =
  /\b(before|until|yesterday'?s?|last (week|time|month|day)|previous(ly)?|threshold|cut-?off|paper|baseline of|old)\b/i
const SUPERLATIVE = /\b(best|lowest|highest|top|peak|max(imum)?|min(imum)?)\b/i

/**
 * What a note says against what the log says, for values of metrics and for statuses of runs. Plans, opinions and
 * numbers beside anything but a metric's name are left alone. The sentence quotes the note and gives the logged side
 * in neutral words; the order is by consequence: statuses of failed runs, then values of the best, then other values.
 */
export function discrepancy(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const written = evidence.quotes
    // What was predicted is scored as such.
    .filter((quote) => quote.kind !== 'experiment' && quote.kind !== 'commit' && quote.expectation === null)
    .flatMap((quote) => withoutPlans(quote.text).map((text) => ({ ...quote, text })))
  return [
    ...written.flatMap((quote) => statusAgainstLog(quote, evidence)),
    ...written.flatMap((quote) => {
      const spreads = spreadsAgainstLog(quote, evidence)
      const values = valuesAgainstLog(quote, evidence)
      // Whose value it was is known: that no run logged it need not be said as well.
      return [...(spreads.length === 0 ? values : values.filter(({ rests }) => rests.length > 0)), ...spreads]
    }),
  ]
}

/**
 * What a passage tells, without its plans: a line with a plan in it is told up to the sentence where the plan begins,
 * since "tmrw:" holds for all that follows.
 */
function withoutPlans(text: string): readonly string[] {
  if (!PLAN.test(text)) return [text]
  return text.split('\n').flatMap((line) => {
    const plan = line.search(PLAN)
    const told = plan < 0 ? line : line.slice(0, line.slice(0, plan).search(/(?<=[.!?;])\s+[^.!?;]*$/) + 1)
    return told.trim() === '' ? [] : [told.trim()]
  })
}

function statusAgainstLog(quote: EvidenceQuote, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const exactly = runsNamedIn(quote.text, evidence.runs)
  const named = exactly.length > 0 ? exactly : runsDescribedIn(quote.text, evidence.runs)
  const said = clauseAround(quote.text, statusWordIndex(quote.text))
  const clause = cite(quote, said)
  if (named.length === 0) {
    if (!ALL_WELL.test(quote.text)) return []
    const broken = evidence.runs.filter(({ run }) => isUndone(run))
    return broken.length === 0 ? [] : [finding(clause, statusesOf(broken), broken)]
  }
  const saysWell = WENT_WELL.test(said) && !NEGATED.test(said) && !WENT_WRONG.test(said)
  const saysWrong = WENT_WRONG.test(said) && !NEGATED.test(said)
  const against = named.filter(
    ({ run }) =>
      (saysWell && isUndone(run)) || (saysWrong && named.length === 1 && run.status === 'finished'),
  )
  return against.length === 0 ? [] : [finding(clause, statusesOf(against), against)]
}

/** Whether a run failed, was killed or is still running. */
function isUndone(run: Run): boolean {
  return isBroken(run) || run.status === 'running'
}

function valuesAgainstLog(quote: EvidenceQuote, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metrics = [...new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))]
  const params = [...new Set(evidence.runs.flatMap(({ run }) => [...run.params.keys()]))]
  const named = runsNamedIn(quote.text, evidence.runs)
  return quoteValues(quote.text).flatMap((value) => {
    if (value.unit !== null && value.unit !== '%') return []
    const name = nameBefore(quote.text, value.index, metrics, params)
    if (name === null) return nowhereLogged(quote, value, evidence)
    if (!name.isMetric) return []
    const metric = name.name
    if (named.length === 0 && ELSEWHERE.test(clauseAround(quote.text, value.index))) return []
    const candidates = named.length > 0 ? named : evidence.runs
    const precision = decimalsOf(value.text)
    const approximate = APPROXIMATE.test(quote.text.slice(Math.max(0, value.index - 25), value.index))
    const agrees = (logged: number): boolean =>
      [logged, logged * 100].some(
        (number) =>
          Math.abs(number - value.value) <= 0.5 * 10 ** -precision + 1e-12 ||
          (approximate && Math.abs(number - value.value) <= 0.1 * Math.abs(value.value)),
      )
    const known = candidates.filter(({ run }) => run.metrics.has(metric))
    if (known.length === 0) return []
    const superlative = SUPERLATIVE.test(clauseAround(quote.text, value.index))
    const ranked = rankedBy(metric, known, evidence.metrics)
    const judged = superlative && ranked[0] !== undefined && named.length === 0 ? [ranked[0]] : known
    if (judged.some(({ run }) => valuesOf(run.metrics.get(metric)).some(agrees))) return []
    const clause = cite(quote, clauseAround(quote.text, value.index))
    const direction = evidence.metrics.direction(metric)
    const [best] = ranked
    if (named.length > 0) {
      const sides = known
        .slice(0, 3)
        .map((one) => `[[${one.address}]] logged ${metric} [[${metricSlot(one, metric)}]]`)
      return [finding(clause, `${sides.join(', ')}.`, known.slice(0, 3))]
    }
    if (best === undefined || direction === null) return []
    const word = direction === 'lower' ? 'lowest' : 'highest'
    return [
      finding(clause, `${word} logged ${metric} is [[${metricSlot(best, metric)}]] ([[${best.address}]]).`, [
        best,
      ]),
    ]
  })
}

const WITH_SPREAD = /(?<![\w.])(\d*\.\d{2,})\s*(?:\+\s?\/?\s?-|±)\s*(\d*\.\d+)(?![\w%]|\.\d)/g
const SPREAD = /(^|[^a-z])(sd|std|stdev|stddev|std_dev)($|[^a-z])/i

/**
 * "0.774 ± 0.027", where one run alone logged such a standard deviation, and beside it another mean: told only where no run of
 * the project logged the first number, and it lies within three standard deviations of that mean (else it is something else's).
 */
function spreadsAgainstLog(quote: EvidenceQuote, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  return [...quote.text.matchAll(WITH_SPREAD)].flatMap(([written = '', mean = '', spread = '']) => {
    if (spread.replace(/^[0.]+/, '').length < 2) return []
    const spreads = evidence.runs.flatMap((one) =>
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
    const isLogged = [...evidence.runs, ...evidence.earlier].some(({ run }) =>
      [...run.metrics.values()].flatMap(valuesOf).some((value) => isWritten(mean, value)),
    )
    if (!isNear || isLogged) return []
    return [
      finding(
        cite(quote, written),
        `[[${one.address}]] logged ${name} [[${metricSlot(one, name)}]] beside ${beside} [[${metricSlot(one, beside)}]].`,
        [one],
      ),
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

/** Whether a number was written for a value, to the decimals it has. */
function isWritten(text: string, value: number): boolean {
  return Math.abs(Number(text) - value) <= 0.5 * 10 ** -decimalsOf(text) + 1e-12
}

function finding(clause: string, logged: string, runs: readonly EvidenceRun[]): NewFinding {
  return { kind: 'discrepancy', sentence: `${clause}: ${logged}`, rests: runs.map((one) => one.address) }
}

function statusesOf(runs: readonly EvidenceRun[]): string {
  return `${[...Map.groupBy(runs, ({ run }) => run.status)]
    .map(
      ([status, members]) =>
        `${members.map((one) => `[[${one.address}]]`).join(', ')} ${status === 'running' ? 'still running' : status}`,
    )
    .join('; ')}.`
}

/** A slot that quotes a clause of the note verbatim. */
function cite(quote: EvidenceQuote, clause: string): string {
  return `[[quote(${quote.address}, ${JSON.stringify(clause)})]]`
}

/** The clause of a text that holds the place, cut at commas, semicolons, colons and sentence ends. */
export function clauseAround(text: string, index: number): string {
  const ends = [...text.matchAll(/[,;:\n]|[.!?](?=\s|$)/g)].map((match) => match.index)
  const start = ends.filter((end) => end < index).at(-1)
  const end = ends.find((one) => one >= index) ?? text.length
  return text.slice(start === undefined ? 0 : start + 1, end).trim()
}

function statusWordIndex(text: string): number {
  return (
    [ALL_WELL, WENT_WRONG, WENT_WELL].map((pattern) => text.search(pattern)).find((index) => index >= 0) ?? 0
  )
}

/** Runs that a text names by their name (as a whole word) or by at least six characters of their id. */
export function runsNamedIn<One extends Pick<EvidenceRun, 'run'>>(
  text: string,
  runs: readonly One[],
): readonly One[] {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_.-]+/gu) ?? [])
  return runs.filter(({ run }) => {
    const byId = [...words].some(
      (word) => word.length >= 6 && /\d/.test(word) && run.id.toLowerCase().startsWith(word),
    )
    const name = run.name.toLowerCase()
    return byId || (name.length >= 3 && /[^a-z]/.test(name) && words.has(name))
  })
}

/**
 * Runs of which a text holds every word of the name (two words or more, digits aside): "rf with interactions" for
 * `rf-500-interactions`. Runs whose names share these words are all meant, or none can be told.
 */
function runsDescribedIn(text: string, runs: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? [])
  return runs.filter(({ run }) => {
    const nameWords = run.name.toLowerCase().match(/\p{L}{2,}/gu) ?? []
    return new Set(nameWords).size > 1 && nameWords.every((word) => words.has(word))
  })
}

/** A figure of three decimals or more beside no name, that no run logged as a metric or a parameter. */
function nowhereLogged(
  quote: EvidenceQuote,
  value: { readonly value: number; readonly text: string; readonly index: number },
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const precision = decimalsOf(value.text)
  if (precision < 3 || /[<>±]\s*$|\+-\s*$|\+\/-\s*$/.test(quote.text.slice(0, value.index))) return []
  const logged = evidence.runs.flatMap(({ run }) => [
    ...[...run.metrics.values()].flatMap(valuesOf),
    ...[...run.params.values()].map(Number),
  ])
  if (logged.length === 0) return []
  const near = (a: number): boolean => Math.abs(a - value.value) <= 0.5 * 10 ** -precision + 1e-12
  if (logged.some((one) => near(one) || near(Math.abs(one)))) return []
  const differences = evidence.runs.flatMap(({ run }) =>
    [...run.metrics].map(([name, summary]) => [name, summary.last] as const),
  )
  const explained = differences.some(([name, a]) =>
    differences.some(([other, b]) => name === other && near(Math.abs(a - b))),
  )
  if (explained) return []
  const clause = cite(quote, clauseWith(quote.text, value.index))
  // "0.774 ± 0.027" is the mean of something that no single value stands for.
  const isMean = /^\s*(\+\s?\/?\s?-|±)/.test(quote.text.slice(value.index + value.text.length))
  const nearest = isMean ? null : nearestLead(quote.text, value.value, evidence)
  if (nearest === null) return [finding(clause, 'no run told here logged this value.', [])]
  const { one, metric } = nearest
  return [
    finding(
      clause,
      `no run told here logged this value; nearest comes ${metric} [[${metricSlot(one, metric)}]] in [[${one.address}]].`,
      [one],
    ),
  ]
}

/** A figure farther than this share from a value was hardly meant for it. */
const NEAR = 0.1

/** The value of the lead metric that comes nearest to a figure: of the runs that the text names, else of all; null where none is near. */
function nearestLead(
  text: string,
  figure: number,
  evidence: EvidenceWithoutFindings,
): { readonly one: EvidenceRun; readonly metric: string } | null {
  const metric = evidence.lead?.metric
  if (metric === undefined) return null
  const named = runsNamedIn(text, evidence.runs)
  const [nearest] = (named.length > 0 ? named : evidence.runs)
    .flatMap((one) => {
      const value = headlineValue(one, metric, evidence.metrics)
      return value === null ? [] : [{ one, metric, away: Math.abs(value - figure) }]
    })
    .sort((a, b) => a.away - b.away)
  return nearest === undefined || nearest.away > NEAR * Math.abs(figure) ? null : nearest
}

/** The clause around a number; where that is the number alone, the clause before it as well. */
function clauseWith(text: string, index: number): string {
  const clause = clauseAround(text, index)
  if (/\p{L}{2,}/u.test(clause)) return clause
  const start = text.slice(0, index).search(/[^,;:()\n]*[,;:(\n]\s*$/)
  return text.slice(Math.max(0, start), text.indexOf(clause, Math.max(0, start)) + clause.length).trim()
}

/**
 * The metric or parameter whose name stands nearest before a number in the same clause.
 * A name is recognised with `_`, `-`, `/` or spaces between its words, or by its last word where only one metric has it.
 */
function nameBefore(
  text: string,
  index: number,
  metrics: readonly string[],
  params: readonly string[],
): { readonly name: string; readonly isMetric: boolean } | null {
  const before = text.slice(0, index)
  const clauseStart = Math.max(
    before.lastIndexOf(','),
    before.lastIndexOf(';'),
    before.lastIndexOf('('),
    before.lastIndexOf('. '),
  )
  const clause = before.slice(clauseStart + 1).toLowerCase()
  const found = [
    ...metrics.map((name) => ({ name, isMetric: true })),
    ...params.map((name) => ({ name, isMetric: false })),
  ].flatMap(({ name, isMetric }) => {
    const at = Math.max(
      ...spellings(name, isMetric ? metrics : params).map((spelling) => lastWordIndex(clause, spelling)),
    )
    return at < 0 ? [] : [{ name, isMetric, at, length: name.length }]
  })
  found.sort((a, b) => b.at - a.at || b.length - a.length)
  const [nearest] = found
  return nearest ?? null
}

function spellings(name: string, all: readonly string[]): readonly string[] {
  const words = name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const last = words.at(-1) ?? ''
  const first = words[0] ?? ''
  const alone = (word: string): boolean =>
    word.length >= 2 &&
    all.filter((other) =>
      other
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .includes(word),
    ).length === 1
  return [words.join(' '), words.join('_'), words.join('-'), words.join('/'), words.join('')].concat(
    alone(last) ? [last] : [],
    alone(first) ? [first] : [],
  )
}

function lastWordIndex(text: string, word: string): number {
  let from = text.length
  while (from >= 0) {
    const at = text.lastIndexOf(word, from)
    if (at < 0) return -1
    const before = text[at - 1] ?? ' '
    const after = text[at + word.length] ?? ' '
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return at
    from = at - 1
  }
  return -1
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
