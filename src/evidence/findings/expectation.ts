import { difference } from '../../statistics/difference.ts'
import { runsExpected } from '../about-expectation.ts'
import { cutText } from '../cut-text.ts'
import type { EvidenceQuote, EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { type Figure, type Measurable, measurablesIn } from '../measurable.ts'
import { quoteValues } from '../quote-values.ts'
import { runsNamedIn } from '../runs-named-in.ts'

const MOST_FINDINGS = 5
const MOST_NAMED = 3
const LONGEST_QUOTE = 300

type Judgement = 'held' | 'not' | 'open'

/** How one run answers one measurable part of a prediction. */
interface Answer {
  readonly one: EvidenceRun
  readonly judgement: Judgement
  /** What the log says, in our words with slots. */
  readonly logged: string
}

/**
 * Predictions (`narrate expect`) held against the runs they are about: held, did not hold, or cannot be told and why. One
 * that was recorded after its run had started says so. One that no run has answered yet waits, which is said on the
 * day it was recorded only.
 */
export function expectation(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const byNote = Map.groupBy(
    evidence.quotes.filter((quote) => quote.expectation !== null),
    ({ noteId }) => noteId,
  )
  const told = new Set(evidence.runs.map(({ address }) => address))
  return [...byNote.values()]
    .flatMap((quotes) => {
      const found = scoreNote(quotes, evidence)
      return found === null ? [] : [found]
    })
    .sort((a, b) => Number(isAbout(b)) - Number(isAbout(a)))
    .slice(0, MOST_FINDINGS)

  function isAbout({ rests }: NewFinding): boolean {
    return rests.some((address) => told.has(address))
  }
}

function scoreNote(quotes: readonly EvidenceQuote[], evidence: EvidenceWithoutFindings): NewFinding | null {
  const [first] = quotes
  const predicted = first?.expectation
  if (first === undefined || predicted === undefined || predicted === null) return null
  const text = quotes.map((quote) => quote.text).join(' ')
  const all = [...evidence.runs, ...evidence.earlier]
  const about = runsExpected({ ...predicted, text }, all, evidence.rules.repeats.tolerance)
  if (about.length === 0) {
    const isOfSpan =
      predicted.recordedAt !== null &&
      predicted.recordedAt >= evidence.span.from &&
      predicted.recordedAt < evidence.span.until
    return isOfSpan ? finding(first, [first], [], waiting(predicted)) : null
  }
  const metrics = [...new Set(about.flatMap(({ run }) => [...run.metrics.keys()]))]
  // Metrics that its run did not log are still recognised by the names that other runs gave them.
  const known = [...new Set([...metrics, ...all.flatMap(({ run }) => [...run.metrics.keys()])])]
  const parts = quotes.flatMap((quote) =>
    measurablesIn(quote.text, known).map((measurable) => ({ quote, measurable })),
  )
  const after = recordedAfter(predicted.recordedAt, about)
  const [part] = parts
  if (part === undefined) {
    return finding(
      first,
      [first],
      about,
      `cannot be told by a figure: ${wordsOnly(about, evidence)}${after}.`,
    )
  }
  const judged = parts.slice(0, 3).map(({ quote, measurable }) => {
    const answers = about.map((one) => answerOf(one, measurable, quote, all, evidence))
    return { quote, measurable, answers }
  })
  const said = judged.map(({ answers, measurable, quote }) => sumUp(answers, measurable, quote))
  const cited = [...new Set(judged.map(({ quote }) => quote))]
  return finding(part.quote, cited, about, `${said.join('; ')}${after}.`)
}

function finding(
  quote: EvidenceQuote,
  quotes: readonly EvidenceQuote[],
  about: readonly EvidenceRun[],
  words: string,
): NewFinding {
  const [line = ''] = quote.text.split('\n')
  const text = cutText(line, LONGEST_QUOTE).replace(/…$/, '').trim()
  return {
    kind: 'expectation',
    scope: 'project',
    sentence: `Expected [[quote(${quote.address}, ${JSON.stringify(text)})]]: ${words}`,
    rests: [...quotes.map(({ address }) => address), ...about.slice(0, 100).map(({ address }) => address)],
  }
}

function waiting({ runs, settings }: NonNullable<EvidenceQuote['expectation']>): string {
  if (runs.length > 0) return 'waiting for the run it is tied to.'
  return settings.length > 0
    ? 'waiting for a run with these settings.'
    : 'waiting for a run: it is tied to none, and names none that was read.'
}

function answerOf(
  one: EvidenceRun,
  measurable: Measurable,
  quote: EvidenceQuote,
  all: readonly EvidenceRun[],
  evidence: EvidenceWithoutFindings,
): Answer {
  const { run } = one
  const slot = `[[${one.address}]]`
  const open = (why: string): Answer => ({ one, judgement: 'open', logged: why })
  if (run.status !== 'finished') {
    const is = run.status === 'running' || run.status === 'scheduled' ? `is ${run.status}` : run.status
    return open(run.status === 'unknown' ? `whether ${slot} finished is not logged` : `${slot} ${is}`)
  }
  const value = loggedValue(one, measurable.metric, evidence)
  if (value === null) return open(`${slot} logged no ${measurable.metric}`)
  const logged = `${slot} logged ${measurable.metric} [[${value.slot}]]`
  const judge = (holds: boolean, against = ''): Answer => ({
    one,
    judgement: holds ? 'held' : 'not',
    logged: `${logged}${against}`,
  })
  switch (measurable.kind) {
    case 'bound':
      return judge(isBeyond(value.value, measurable.relation, figureOf(measurable.figure, value, quote)))
    case 'range': {
      const [low, high] = [figureOf(measurable.low, value, quote), figureOf(measurable.high, value, quote)]
      return judge(value.value >= low && value.value <= high)
    }
    case 'against': {
      const [other, ...more] = runsNamedIn(measurable.run, all).filter(
        ({ address }) => address !== one.address,
      )
      if (other === undefined || more.length > 0)
        return open('the run it compares with is not known, or not one')
      const theirs = other.run.status === 'finished' ? loggedValue(other, measurable.metric, evidence) : null
      if (theirs === null) return open(`[[${other.address}]] has no ${measurable.metric} to compare with`)
      if (other.comparableAs !== one.comparableAs)
        return open(`${slot} and [[${other.address}]] were not measured alike`)
      const direction = evidence.metrics.direction(measurable.metric)
      if ((measurable.relation === 'better' || measurable.relation === 'worse') && direction === null)
        return open(`which way ${measurable.metric} is better is not known`)
      const wantsHigher =
        measurable.relation === 'above' ||
        (measurable.relation === 'better' && direction === 'higher') ||
        (measurable.relation === 'worse' && direction === 'lower')
      const ahead = difference(theirs.value, value.value)
      const holds = wantsHigher ? ahead > 0 : ahead < 0
      return judge(holds, `, [[${other.address}]] [[${theirs.slot}]]`)
    }
    default:
      return measurable satisfies never
  }
}

interface Logged {
  readonly value: number
  readonly slot: string
  readonly unit: string | null
}

/** The headline value of a metric, or the last one where that is not known; null where none is finite. */
function loggedValue(one: EvidenceRun, metric: string, evidence: EvidenceWithoutFindings): Logged | null {
  const summary = one.run.metrics.get(metric)
  if (summary === undefined) return null
  const headline = evidence.metrics.headline(metric)
  const known = headline !== 'last' && summary[headline] !== null ? headline : 'last'
  const value = summary[known]
  if (value === null || !Number.isFinite(value)) return null
  const slot = `${one.address}.metric[${JSON.stringify(metric)}].${known}`
  return { value, slot, unit: evidence.metrics.unit(metric) }
}

/** A figure in the unit of the log: "76 %" means 0.76 where the log keeps shares. */
function figureOf(figure: Figure, logged: Logged, quote: EvidenceQuote): number {
  const typed = quoteValues(quote.text).find(({ index }) => index === figure.index)
  const isPercent = figure.isPercent || typed?.unit === '%'
  return isPercent && logged.unit !== '%' && Math.abs(logged.value) <= 1 ? figure.value / 100 : figure.value
}

function isBeyond(
  value: number,
  relation: 'above' | 'at least' | 'below' | 'at most',
  figure: number,
): boolean {
  switch (relation) {
    case 'above':
      return value > figure
    case 'at least':
      return value >= figure
    case 'below':
      return value < figure
    case 'at most':
      return value <= figure
    default:
      return relation satisfies never
  }
}

/** "held: r4 logged val_auc 0.7647 (expected above 0.76)", over few runs by name, over many counted. */
function sumUp(answers: readonly Answer[], measurable: Measurable, quote: EvidenceQuote): string {
  const of = (judgement: Judgement): readonly Answer[] => answers.filter((one) => one.judgement === judgement)
  const [held, not, open] = [of('held'), of('not'), of('open')]
  if (held.length + not.length === 0) return `cannot be told: ${listed(open)}`
  const against = expected(measurable, quote)
  const verdict =
    not.length === 0
      ? `held: ${listed(held)}`
      : held.length === 0
        ? `did not hold: ${listed(not)}`
        : `held: ${listed(held)}; did not hold: ${listed(not)}`
  return `${verdict}${against}${open.length > 0 ? `; cannot be told for ${counted(open)}: ${listed(open)}` : ''}`
}

/** The figures that were typed, as the evidence holds them. */
function expected(measurable: Measurable, quote: EvidenceQuote): string {
  const slotOf = ({ index }: Figure): string | null => {
    const at = quoteValues(quote.text).findIndex((value) => value.index === index)
    return at < 0 ? null : `[[${quote.address}.v${at + 1}]]`
  }
  if (measurable.kind === 'bound') {
    const slot = slotOf(measurable.figure)
    return slot === null ? '' : `, expected ${measurable.relation} ${slot}`
  }
  if (measurable.kind === 'range') {
    const [low, high] = [slotOf(measurable.low), slotOf(measurable.high)]
    return low === null || high === null ? '' : `, expected ${low} to ${high}`
  }
  return ''
}

function listed(answers: readonly Answer[]): string {
  const shown = answers.slice(0, MOST_NAMED).map(({ logged }) => logged)
  const rest = answers.slice(MOST_NAMED)
  return `${shown.join(', ')}${rest.length > 0 ? ` and ${counted(rest)} more` : ''}`
}

function counted(answers: readonly Answer[]): string {
  return `[[count(${answers
    .slice(0, 300)
    .map(({ one }) => one.address)
    .join(', ')})]]`
}

/** What can be said of a prediction without a figure: the lead metric of its runs, for the reader to judge by. */
function wordsOnly(about: readonly EvidenceRun[], evidence: EvidenceWithoutFindings): string {
  const metric = evidence.lead?.metric
  const said = about.slice(0, MOST_NAMED).map((one) => {
    const value = metric === undefined ? null : loggedValue(one, metric, evidence)
    if (one.run.status !== 'finished')
      return `[[${one.address}]] ${one.run.status === 'running' ? 'is running' : one.run.status}`
    return value === null
      ? `[[${one.address}]] finished`
      : `[[${one.address}]] logged ${metric} [[${value.slot}]]`
  })
  return `${said.join(', ')}${about.length > MOST_NAMED ? ' and more' : ''}`
}

/** Whether a prediction came after the fact, by the time at which narrate recorded it. */
function recordedAfter(recordedAt: number | null, about: readonly EvidenceRun[]): string {
  if (recordedAt === null) return '; when it was recorded is known by the day only'
  const started = about.filter(({ run }) => run.startedAt !== null && run.startedAt < recordedAt)
  if (started.length === 0) return ''
  const isOver = started.every(({ run }) => run.endedAt !== null && run.endedAt < recordedAt)
  const runs =
    about.length === 1 ? 'the run' : started.length === about.length ? 'the runs' : 'some of the runs'
  return `; recorded after ${runs} had ${isOver ? 'ended' : 'started'}`
}
