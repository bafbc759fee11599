import { findRun } from '../evidence/address.ts'
import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { isInOrder } from './check-readings.ts'
import { clauseAround } from './clause.ts'
import { stemOf, whyNotComparable } from './comparable.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import { isObject, type Sentence, type SlotToken, type Token } from './tokens.ts'
import { dimensionOf } from './units.ts'
import type { NumberValue, Value } from './value.ts'

/**
 * The words beside a value say of what kind it is, and must be right: a mean, a spread, a change, a total, a first or last
 * point, steps or epochs, the part of the data, when a run started, which runs were counted. Names are `checkReadings`' matter.
 */
export function checkLabels(
  sentence: Sentence,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
): readonly Problem[] {
  const { tokens } = sentence
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot') return []
    const { value } = token
    const slot: Labelled = { tokens, at, written: token.written, before: labelsBefore(tokens, at), evidence }
    const found =
      value.kind === 'number'
        ? ofNumber(slot, value, phrases)
        : value.kind === 'time'
          ? [timeProblem(slot, value.name)]
          : value.kind === 'text'
            ? [attributeProblem(slot, value.name ?? '', phrases)]
            : []
    return found.filter((problem) => problem !== null)
  })
}

/** A slot and the words that may say what it is: those of its clause behind the value before it, nearest first. */
interface Labelled {
  readonly tokens: readonly Token[]
  readonly at: number
  readonly written: string
  readonly before: readonly string[]
  readonly evidence: Evidence
}

function ofNumber(
  slot: Labelled,
  value: NumberValue,
  phrases: readonly NamePhrase[],
): readonly (Problem | null)[] {
  if (value.field === 'reported') return [gluedProblem(slot)]
  const common = [gluedProblem(slot), unitProblem(slot, value), changeProblem(slot, value)]
  if (value.made?.by === 'count') return [...common, countProblem(slot, value)]
  if (value.made?.by === 'rank') return [...common, rankProblem(slot, value)]
  return [
    ...common,
    groupProblem(slot, value),
    statisticProblem(slot, value),
    pointProblem(slot, value),
    stepProblem(slot, value),
    perProblem(slot, value),
    tookProblem(slot, value),
    pairProblem(slot, value),
    ownExtremeProblem(slot, value),
    placeProblem(slot, value),
    totalProblem(slot, value),
    splitProblem(slot, value, phrases),
    typedRunProblem(slot, value),
  ]
}

const BREAKS = /^(than|against|versus|vs|whereas|while|but|above|below|under|over|unlike)$/

/** Words before a slot that are said of it: up to the value before it, a new clause, or what it is held against. */
function labelsBefore(tokens: readonly Token[], at: number): readonly string[] {
  const words: string[] = []
  for (let index = at - 1; index >= 0 && at - index < 18; index--) {
    const token = tokens[index]
    if (token?.kind === 'slot' && /^(number|text|time|quote)$/.test(token.value.kind)) break
    // A comma or colon right before the slot parts it from nothing.
    if (token?.kind === 'mark' && /[;:,—–]/.test(token.text) && words.length > 0) break
    if (token?.kind !== 'word') continue
    if (BREAKS.test(token.lower)) break
    words.push(token.lower)
  }
  return words
}

/** A statistic of one group in words about another: "[[g1]] have a mean loss of [[g2.loss.mean]]". */
function groupProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  if (value.statistics.length === 0 || value.runs.length < 2 || isObject(tokens, at)) return null
  // A statistic leaves out the runs of its group that did not log the metric.
  const cited = /^(\w+)\./.exec(value.cites[0] ?? '')?.[1]
  const isSame = (runs: readonly string[]) =>
    runs.length === value.runs.length && runs.every((run) => value.runs.includes(run))
  const isGroup = (token: Token) => token.kind === 'slot' && token.value.kind === 'group'
  const groups = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'group'
      ? [{ runs: token.value.runs, address: token.value.address, index }]
      : [],
  )
  if (groups.length === 0) return null
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'number' && token.value.statistics.length > 0
      ? [index]
      : [],
  )
  const inOrder = groups.length === values.length ? groups[values.indexOf(at)] : undefined
  const place = tokens.findIndex((token, index) => index > at && index < at + 5 && isGroup(token))
  const placed = groups.find(
    ({ index }) => index === place && /^(in|for|of|over)$/.test(lowerAt(tokens, at + 1) ?? ''),
  )
  const nearest = placed ?? groups.findLast(({ index }) => index < at) ?? groups[0]
  return [nearest, inOrder].some(
    (group) => group !== undefined && (isSame(group.runs) || group.address === cited),
  )
    ? null
    : unsupported(
        `[[${slot.written}]] is over ${value.runs.slice(0, 6).join(', ')}, but the words are about another group.`,
      )
}

/** A step is called one, and is the step of the point that the words say. */
function stepProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.unit !== 'step' || value.made !== null) return null
  const behind = lowerAt(slot.tokens, slot.at + 1) ?? ''
  const isStep = (word: string) => /^(steps?|epochs?|iterations?)$/.test(word)
  if (!slot.before.slice(0, 4).some(isStep) && !isStep(behind))
    return unsupported(
      `[[${slot.written}]] is a step, which the words do not say; say "step", or print the value.`,
    )
  const name = (value.name ?? '').replace(/ step$/, '')
  const summary = findRun(slot.evidence, value.runs[0])?.run.metrics.get(name)
  if (summary === undefined) return null
  const direction = slot.evidence.metrics.direction(name)
  const ends = slot.tokens.flatMap((token, index) =>
    token.kind === 'word' &&
    index < slot.at &&
    /^(last|final)$/.test(token.lower) &&
    isStep(lowerAt(slot.tokens, index + 1) ?? '')
      ? [summary.lastStep]
      : [],
  )
  const said = [
    ...slot.before.flatMap((word) =>
      /^(minimum|min|lowest|smallest)$/.test(word)
        ? [summary.minStep]
        : /^(maximum|max|highest|largest|peak|peaked)$/.test(word)
          ? [summary.maxStep]
          : word === 'best' && direction !== null
            ? [direction === 'lower' ? summary.minStep : summary.maxStep]
            : [],
    ),
    ...ends,
  ]
  const wrong = said.find((step) => step !== null && step !== value.value)
  return wrong === undefined
    ? null
    : unsupported(`[[${slot.written}]] is not the step that the words say; take the step of that point.`)
}

/** "Took [[r1.duration]] per step", "[[r1.duration]] epochs": what no log divides or counts. */
function perProblem(slot: Labelled, value: NumberValue): Problem | null {
  const [next, beyond] = [1, 2].map((on) => lowerAt(slot.tokens, slot.at + on) ?? '')
  const name = innerName(value) ?? ''
  const isCounted = (word: string) =>
    /^(epochs?|steps?|iterations?|batch|batches|folds?|runs?|seeds?|samples?|layers?|trees?|rounds?)$/.test(
      word,
    )
  const isPer = /^(per|each|every)$/.test(next ?? '') && isCounted(beyond ?? '')
  if (isPer && !/per|each|_s$|time/i.test(name))
    return unsupported(`[[${slot.written}]] is no value "${next} ${beyond}"; no log divides it so.`)
  const isUnit = isCounted(next ?? '') && value.unit !== 'step' && value.field !== 'param'
  const isNamed = name.toLowerCase().includes((next ?? '').replace(/e?s$/, ''))
  return isUnit && !isNamed && !/^(ratio|count|min|max)$/.test(value.made?.by ?? '')
    ? unsupported(`[[${slot.written}]] counts no ${next}, as the word behind it says.`)
    : null
}

/** "Took [[r1.val_recall]]": only times take. */
function tookProblem(slot: Labelled, value: NumberValue): Problem | null {
  const verb = lowerAt(slot.tokens, slot.at - 1) ?? ''
  const next = slot.tokens[slot.at + 1]
  const isCounted =
    value.field === 'param' ||
    (next?.kind === 'word' && /^(steps?|epochs?|iterations?|runs?)$/.test(next.lower))
  const isTime =
    dimensionOf(value.unit) === 'time' ||
    /time|sec|dur|min|hour|latency|runtime/i.test(innerName(value) ?? '')
  return /^(took|takes|lasted|lasts)$/.test(verb) && value.field === 'metric' && !isCounted && !isTime
    ? unsupported(
        `[[${slot.written}]] is ${innerName(value) ?? 'no time'}, but the words before it say "${verb}".`,
      )
    : null
}

/** "[[a]] against [[b]]": what is set against each other must be of one kind. */
function pairProblem(slot: Labelled, value: NumberValue): Problem | null {
  const next = slot.tokens[slot.at + 2]
  if (!/^(against|versus|vs)$/.test(lowerAt(slot.tokens, slot.at + 1) ?? '')) return null
  if (next?.kind !== 'slot' || next.value.kind !== 'number') return null
  const reason = whyNotComparable([value, next.value])
  return reason === null
    ? null
    : unsupported(`[[${slot.written}]] against [[${next.written}]]: ${reason.reason}`)
}

/** "The highest loss of [[r1]] is [[r1.loss.last]]": the extreme of its own series is another point. */
function ownExtremeProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.point === null || value.made !== null || value.unit === 'step') return null
  const at = slot.before.findIndex((word) => /^(highest|lowest|largest|smallest)$/.test(word))
  const side = /^(highest|largest)$/.test(slot.before[at] ?? '') ? 'max' : 'min'
  const between = slot.before.slice(0, Math.max(at, 0))
  const isOfRun = slot.tokens.some(
    (token, index) =>
      index < slot.at &&
      token.kind === 'slot' &&
      token.value.kind === 'run' &&
      token.value.address === value.runs[0] &&
      lowerAt(slot.tokens, index - 1) === 'of',
  )
  if (at < 0 || !isOfRun || between.some((word) => /^(all|runs?|any|every|group|that|with)$/.test(word)))
    return null
  const extreme = findRun(slot.evidence, value.runs[0])?.run.metrics.get(value.name ?? '')?.[side]
  return extreme === undefined || extreme === null || extreme === value.value
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${value.point} of ${value.name}, but the words say "${slot.before[at]}"; write .${side}.`,
      )
}

/** "In production": a log of training runs measures nothing there. */
function placeProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.field !== 'metric') return null
  // "[[r1]], in production, has …" tells where a model went, and may be said.
  const place = slot.tokens.find(
    (token, index) =>
      index === 1 &&
      token.kind === 'word' &&
      /^(production|deployment|practice|reality)$/.test(token.lower) &&
      lowerAt(slot.tokens, 0) === 'in' &&
      !/^(is|are|was|were|stands|runs)$/.test(lowerAt(slot.tokens, 2) ?? ''),
  )
  const said = place?.kind === 'word' ? place.lower : ''
  return said === '' || (value.name ?? '').toLowerCase().includes(said.slice(0, 4))
    ? null
    : unsupported(`[[${slot.written}]] was logged by a training run; the log says nothing of "in ${said}".`)
}

/** Whether a value is, or is made of, a statistic or point of that name. */
function hasStatistic(value: Value, name: string): boolean {
  if (value.kind === 'number' && (value.statistics.includes(name) || value.point === name)) return true
  return (
    /^(delta|pct|ratio|abs)$/.test(value.made?.by ?? '') &&
    (value.made?.operands ?? []).some((one) => hasStatistic(one, name))
  )
}

const STATISTICS: readonly (readonly [RegExp, string, RegExp])[] = [
  [/^(mean|means|average|averages|averaged|avg)$/, 'mean', /mean|avg|average|macro|micro|weighted/i],
  [/^(median|medians)$/, 'median', /median|p50/i],
  [/^(sd|std|stddev|deviation|deviations)$/, 'sd', /sd|std|dev|stderr|sem/i],
  [/^(maximum|max|highest|largest|greatest|peak)$/, 'max', /max|peak|highest|best/i],
  [/^(minimum|min|lowest|smallest)$/, 'min', /min|lowest|best/i],
]

/** What words show that a statistic over runs is meant, without which it would pass for a value of each. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  mean: /^(mean|means|average|averages|averaged|avg)$/,
  sd: /^(sd|std|stddev|deviation|deviations|spread|spreads|scatter|variation|vary|varies|varied|noise)$/,
  min: /^(min|minimum|lowest|smallest|least|fewest|shortest|fastest|worst|best|weakest|from|between|range|ranges|ranged|ranging|span|spans|spanned|none|no|all|every|each|never|only|below|under|above|over|down|least|beats|bound|earliest|top|better|worse|lower|higher)$/,
  max: /^(max|maximum|highest|largest|greatest|most|peak|peaks|longest|slowest|best|worst|strongest|from|between|range|ranges|ranged|ranging|span|spans|spanned|none|no|all|every|each|never|only|below|under|above|over|up|beats|bound|latest|top|better|worse|lower|higher)$/,
}

/** "The mean" over a single value or a maximum; and a statistic that nothing says to be one. */
function statisticProblem(slot: Labelled, value: NumberValue): Problem | null {
  const name = innerName(value) ?? ''
  const isOfRuns = value.statistics.length > 0
  const said = slot.before.flatMap((word, index) => {
    // "Mean squared error" is a name, and a value's own maximum is checked as a point.
    if (/^(squared|absolute|reciprocal|average|precision)$/.test(slot.before[index - 1] ?? '')) return []
    const found = STATISTICS.find(([pattern]) => pattern.test(word))
    return found === undefined || (!isOfRuns && /^(max|min)$/.test(found[1])) ? [] : [{ word, label: found }]
  })
  const strange = said.filter(({ label: [, , named] }) => !named.test(name))
  const isRight = strange.some(({ label: [, statistic] }) => hasStatistic(value, statistic))
  const [wrong] = strange
  if (wrong !== undefined && !isRight)
    return unsupported(
      isOfRuns
        ? `[[${slot.written}]] is the ${value.statistics.at(-1)} over its runs, but the words say "${wrong.word}".`
        : `[[${slot.written}]] is a single value, but the words say "${wrong.word}"; write mean(…), sd(…) or group.name.mean.`,
    )
  const spread = slot.before.indexOf('spread')
  const isSpread =
    hasStatistic(value, 'sd') ||
    /^(delta|abs|pct|ratio)$/.test(value.made?.by ?? '') ||
    /spread|sd|std/i.test(name)
  if (spread > 0 && /^(of|in|between)$/.test(slot.before[spread - 1] ?? '') && !isSpread)
    return unsupported(
      `[[${slot.written}]] is no spread, as the words before it say; write sd(…), or delta(min(…), max(…)).`,
    )
  const summed = slot.before.find((word) => /^(total|summed|cumulative|accumulated)$/.test(word))
  if (summed !== undefined && value.made?.by !== 'duration' && !/total|sum|cum|acc/i.test(name))
    return unsupported(`[[${slot.written}]] is no total, but the words say "${summed}"; leave the word out.`)
  const statistic = value.statistics.at(-1)
  const shown = statistic === undefined ? undefined : SHOWN[statistic]
  if (shown === undefined || value.runs.length < 2 || value.made === null) return null
  const values = value.made.operands.flatMap((one) => (one.kind === 'number' ? [one.value] : []))
  if (statistic !== 'sd' && new Set(values).size === 1) return null
  const isSaid = slot.tokens.some((token) => token.kind === 'word' && shown.test(token.lower))
  return isSaid
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${statistic} over ${value.runs.length} runs; say so beside it, or print the value of one run.`,
      )
}

const POINT_WORDS: Readonly<Record<string, RegExp>> = {
  first:
    /^(first|initial|initially|started|starts|start|starting|began|begins|begin|beginning|from|opened|outset)$/,
  min: /^(min|minimum|lowest|least|smallest|best|worst|reached|reaches|ever|down|from|to|between|bottom|bottomed|fell|falls|dropped|drops|improved|range|ranged|ranges|step|steps|epoch|trough|low|touched|came|went|goes|gets|got|higher|lower|above|below)$/,
  max: /^(max|maximum|highest|most|largest|peak|peaked|peaks|best|worst|top|topped|reached|reaches|ever|up|from|to|between|rose|rises|climbed|climbs|improved|range|ranged|ranges|step|steps|epoch|high|touched|came|went|goes|gets|got|higher|lower|above|below)$/,
  at: /^(step|steps|epoch|epochs|iteration|iterations|round|rounds|early|halfway|later|then|after|at|by|from|to)$/,
}

/** "Started at" over a last value; and the extreme of a series that passes for the value the tables print. */
function pointProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { point } = value
  if (point === null || value.unit === 'step' || value.made !== null) return null
  const begins = slot.before.find((word) =>
    /^(started|starts|starting|began|begins|initial|initially|ended|ends|ending|final|finally|last|reached)$/.test(
      word,
    ),
  )
  if (begins !== undefined && /^(start|beg[ai]n|initial)/.test(begins) && !isFirst(value, slot.evidence))
    return unsupported(
      `[[${slot.written}]] is the ${point} of ${value.name}, but the words say "${begins}"; write .first.`,
    )
  if (point === 'first' && begins !== undefined && /^(end|final|last)/.test(begins))
    return unsupported(
      `[[${slot.written}]] is the first of ${value.name}, but the words say "${begins}"; write .last.`,
    )
  const said = saidPoint(slot)
  const actual = said === null ? null : pointOf(value, said.point, slot.evidence)
  if (said !== null && actual !== null && point !== said.point && actual !== value.value)
    return unsupported(
      `[[${slot.written}]] is the ${point} of ${value.name}, but the words say "${said.words}"; write .${said.point}.`,
    )
  const shown = POINT_WORDS[point]
  const run = findRun(slot.evidence, value.runs[0])
  const summary = run?.run.metrics.get(value.name ?? '')
  const headline = slot.evidence.metrics.headline(value.name ?? '')
  if (shown === undefined || summary === undefined || point === headline) return null
  if (summary[headline] === value.value) return null
  const words = slot.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return words.some((word) => shown.test(word) || word.includes('maxim') || word.includes('minim'))
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${point === 'at' ? 'value at one step' : point} of ${value.name}, which the words do not say; say "${POINT_NAMES[point]}", or leave the point out.`,
      )
}

type EndPoint = 'first' | 'last' | 'min' | 'max'

/** Words right before a value that say which point of its series it is; those of comparisons and superlatives are not here. */
const SAID_BEFORE: readonly (readonly [RegExp, EndPoint])[] = [
  [/^(bottomed|bottoms|dipped|dips|trough|nadir|floor)$/, 'min'],
  [/^(crested|crests|summit|apex|zenith|peaked|peaks|ceiling)$/, 'max'],
  [
    /^(closed|closes|closing|settled|settles|concluded|concludes|landed|wound|eventually|finally|ultimately)$/,
    'last',
  ],
  [/^(opened|opens|opening|initially)$/, 'first'],
]
const ENDS_BESIDE: readonly (readonly [RegExp, EndPoint])[] = [
  [
    /\b(at|in|by|towards?) (the |its |their )?(very )?(end|close|finish|last step|final step|last epoch|final epoch)\b/,
    'last',
  ],
  [
    /\b(at|in|from) (the |its |their )?(very )?(start|beginning|outset|first step|first epoch)\b|^at first\b/,
    'first',
  ],
  [/\bat its (very )?(lowest|minimum|bottom)\b|\bas low as\b/, 'min'],
  [/\bat its (very )?(highest|maximum|peak)\b|\bas high as\b/, 'max'],
]

/** The point that the words around a value say: right behind it, before it in its clause, or at the head of its sentence. */
function saidPoint(slot: Labelled): { readonly point: EndPoint; readonly words: string } | null {
  const { tokens, at } = slot
  const behind: string[] = []
  for (let index = at + 1; index < tokens.length && behind.length < 5; index++) {
    const token = tokens[index]
    if (token?.kind !== 'word' || /^(and|but|while|than|against|to|from)$/.test(token.lower)) break
    behind.push(token.lower)
  }
  const comma = tokens.findIndex((token) => token.kind === 'mark' && token.text === ',')
  const isFirstValue = !tokens
    .slice(0, at)
    .some((token) => token.kind === 'slot' && token.value.kind === 'number')
  const head = tokens
    .slice(0, Math.max(comma, 0))
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : ['|']))
  // "At the end it was higher than its minimum, [[…]]" says the end of what is compared.
  const isCompared = tokens
    .slice(0, at)
    .some(
      (token) =>
        token.kind === 'word' &&
        (BREAKS.test(token.lower) || STATISTICS.some(([one]) => one.test(token.lower))),
    )
  const isHeaded = isFirstValue && comma >= 0 && comma < at && !isCompared
  const places = [behind, [...slot.before].reverse(), isHeaded ? head : []]
  for (const words of places) {
    const text = words.join(' ')
    for (const [pattern, point] of ENDS_BESIDE) {
      const found = pattern.exec(text)?.[0]
      if (found !== undefined) return { point, words: found }
    }
    if (words === behind) continue
    for (const word of [...words].reverse()) {
      const named = SAID_BEFORE.find(([pattern]) => pattern.test(word))
      if (named !== undefined) return { point: named[1], words: word }
    }
  }
  return null
}

/** The value at a point of the same series; null where it is not known. */
function pointOf(value: NumberValue, point: EndPoint, evidence: Evidence): number | null {
  const run = findRun(evidence, value.runs[0])
  const summary = run?.run.metrics.get(value.name ?? '')
  if (run === undefined || summary === undefined) return null
  if (point !== 'first') return summary[point]
  return run.curves.get(value.name ?? '')?.first.value ?? run.points.get(value.name ?? '')?.[0]?.value ?? null
}

const POINT_NAMES: Readonly<Record<string, string>> = {
  first: 'started at',
  min: 'minimum',
  max: 'maximum',
  at: 'at step',
  last: 'final',
}

function isFirst(value: NumberValue, evidence: Evidence): boolean {
  if (value.point === 'first' || value.point === 'at') return true
  const summary = findRun(evidence, value.runs[0])?.run.metrics.get(value.name ?? '')
  return summary === undefined || summary.count === 1
}

const TIMES: readonly (readonly [RegExp, RegExp])[] = [
  [/^milliseconds$/, /ms$|milli/i],
  [/^seconds$/, /sec|_s$/i],
  [/^minutes$/, /min/i],
  [/^hours$/, /hour|hr|_h$/i],
  [/^days$/, /day/i],
]

/** "In seconds" before a value that is printed in minutes; "epoch" before a step. */
function unitProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at, before } = slot
  const name = innerName(value) ?? ''
  const said = before.find(
    (word, index) =>
      TIMES.some(([pattern]) => pattern.test(word)) &&
      (/^(in|of)$/.test(before[index + 1] ?? '') || /^(of|is|was|were)$/.test(before[index - 1] ?? '')),
  )
  const named = TIMES.find(([pattern]) => said !== undefined && pattern.test(said))
  if (said !== undefined && named !== undefined && !named[1].test(name))
    return unsupported(
      `"${said}" before [[${slot.written}]]: the slot prints its own unit; leave the word out.`,
    )
  if (value.unit !== 'step') return null
  const behind = tokens[at + 1]
  const beside = [
    before.find((word) => !/^(the|of|at|number|in|its|is|was|after|by|from|to|last|first)$/.test(word)) ?? '',
    behind?.kind === 'word' ? behind.lower : '',
  ]
  const epoch = beside.find((word) => /^(epochs?|batch|batches|rounds?|hours?|trees?)$/.test(word))
  return epoch === undefined ||
    (/^epoch/.test(epoch) && stepsAreEpochs(findRun(slot.evidence, value.runs[0]), name))
    ? null
    : unsupported(`[[${slot.written}]] is a step of the log, but the words say "${epoch}"; say "step".`)
}

/** Whether the log itself shows that a step is an epoch: as many as its parameter or its metric of epochs tells. */
function stepsAreEpochs(one: EvidenceRun | undefined, name: string): boolean {
  const metric = name.replace(/ step$/, '')
  const last = one?.run.metrics.get(metric)?.lastStep ?? null
  if (one === undefined || last === null) return false
  const counts = [
    ...[...one.run.params].filter(([param]) => /epochs?$/i.test(param)).map(([, text]) => parseNumber(text)),
    ...[...one.run.metrics].filter(([own]) => /^epochs?$/i.test(own)).map(([, summary]) => summary.last),
  ]
  return counts.some((count) => count !== null && last <= count)
}

const CHANGE_NOUNS =
  /^(gain|gap|difference|margin|drop|rise|increase|decrease|improvement|change|decline|reduction|loss)$/
const CHANGE_VERBS =
  /^(rose|rises|fell|falls|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|grew|changed|changes|differ|differs|higher|lower|better|worse|above|below|longer|shorter|faster|slower|ahead|behind|beats|beat|outperforms|outperformed|exceeds|exceeded|trails|leads|wins|won|larger|smaller|gained|gains|lost|loses|reduced|reduces|raised|raises|lowers|lowered|up|down|more|less)$/

/** "Rose by" a value that is no change; "a factor of" and "times" beside what is no ratio. */
function changeProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  const [last, beyond] = [-1, -2].map((back) => lowerAt(tokens, at + back))
  const by = value.made?.by ?? ''
  const isChange = /^(delta|pct|abs|sd)$/.test(by) || value.unit === 'pp'
  const hasVerb = tokens.slice(0, at).some((token) => token.kind === 'word' && CHANGE_VERBS.test(token.lower))
  const isNoun = last === 'of' && CHANGE_NOUNS.test(beyond ?? '') && beyond !== 'loss'
  const isLabelled = (last === 'by' && hasVerb) || isNoun || /^(gains|gained)$/.test(last ?? '')
  if (
    isLabelled &&
    !isChange &&
    !(by === 'ratio' && last === 'by') &&
    !/gain|gap|diff|change|delta/i.test(value.name ?? '')
  )
    return unsupported(
      `[[${slot.written}]] is no change, as the words before it say; write delta(a, b) or pct(a, b).`,
    )
  if (by === 'ratio' && isLabelled && last === 'by' && !/^(factor)$/.test(beyond ?? ''))
    return unsupported(
      `[[${slot.written}]] is a ratio, not what it changed by; write delta(a, b), pct(a, b), or "a factor of".`,
    )
  const isFactor =
    (last === 'of' && /^(factor|ratio|multiple)$/.test(beyond ?? '')) || lowerAt(tokens, at + 1) === 'times'
  const nouns = slot.before.findLast((word) => /^(ratio|quotient|difference|gap)$/.test(word))
  const isOfNouns = nouns !== undefined && new RegExp(nouns, 'i').test(value.name ?? '')
  if (nouns !== undefined && !isOfNouns && value.field !== 'param') {
    const isRatio = /^(ratio|quotient)$/.test(nouns)
    if (isRatio ? by !== 'ratio' : !isChange && by !== 'ratio')
      return unsupported(
        `[[${slot.written}]] is no ${nouns}, as the words before it say; write ${isRatio ? 'ratio' : 'delta'}(a, b).`,
      )
  }
  return isFactor && by !== 'ratio' && by !== 'count' && !/ratio|factor|times/i.test(value.name ?? '')
    ? unsupported(`[[${slot.written}]] is no ratio, as the words beside it say; write ratio(a, b).`)
    : null
}

/** Runs that were counted together took this long together: the words must say so, and of all that they name. */
function totalProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.made?.by !== 'duration') return null
  const words = slot.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  if (!words.some((word) => /^(together|total|altogether|combined|sum|summed|overall|adds?|all)$/.test(word)))
    return unsupported(
      `[[${slot.written}]] is how long ${value.runs.length} runs took together; say "together" or "in total".`,
    )
  const named = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && (token.value.kind === 'run' || token.value.kind === 'group')
      ? token.value.runs
      : [],
  )
  const meant =
    named.length > 0
      ? named
      : statusesIn(words).length > 0
        ? slot.evidence.runs
            .filter(({ run }) => statusesIn(words).includes(run.status))
            .map(({ address }) => address)
        : words.includes('all') || words.includes('total') || words.includes('together')
          ? slot.evidence.runs.map(({ address }) => address)
          : value.runs
  const isSame = meant.length === value.runs.length && meant.every((run) => value.runs.includes(run))
  return isSame
    ? null
    : unsupported(
        `[[${slot.written}]] is of ${value.runs.slice(0, 6).join(', ')}, but the words are about ${meant.length === 1 ? meant[0] : `${meant.length} runs`}.`,
      )
}

function statusesIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word) =>
    /^(finished|finish|completed|complete|successful|succeeded|done|through)$/.test(word)
      ? ['finished']
      : /^(failed|fail|fails|failures?|crashed|crash|crashes|broke|died|errored)$/.test(word)
        ? ['failed']
        : /^(killed|aborted|interrupted|cancelled|stopped)$/.test(word)
          ? ['killed']
          : /^(running|scheduled)$/.test(word)
            ? [word]
            : [],
  )
}

/** "The number of finished runs" over a count of failed ones; a count of failed runs that passes for one of all. */
function countProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  const groups = (value.made?.operands ?? []).filter((one) => one.kind === 'group')
  const counted = groups.flatMap((group) => statusesIn(group.label.toLowerCase().split(/\W+/)))
  const isNumber = slot.before.some((word) => /^(number|count|total)$/.test(word))
  const before = isNumber ? statusesIn(slot.before) : []
  // "[[count(finished)]] of the [[count(all)]] runs finished" says nothing of all.
  const of = [1, 2].find((back) => lowerAt(tokens, at - back) === 'of') ?? 0
  const whole = tokens[at - of - 1]
  const isWhole = of > 0 && whole?.kind === 'slot' && whole.value.made?.by === 'count'
  if (isWhole) return null
  const behind: string[] = []
  for (let index = at + 1; index < tokens.length && index < at + 8; index++) {
    const token = tokens[index]
    if (token?.kind === 'mark' && /[,;:]/.test(token.text)) break
    if (token?.kind === 'slot' && ![1, 2].some((back) => lowerAt(tokens, index - back) === 'of')) break
    if (token?.kind === 'word' && /^(and|but|while|of)$/.test(token.lower) && token.lower !== 'of') break
    if (token?.kind === 'word') behind.push(token.lower)
  }
  const isNegated = behind.some((word) => /^(not|never|didn't|no)$/.test(word))
  const said = [...before, ...(isNegated ? [] : statusesIn(behind))]
  const unlike = value.runs.some(
    (address) => !said.includes(findRun(slot.evidence, address)?.run.status ?? 'unknown'),
  )
  const isWrong = counted.length > 0 ? !said.some((status) => counted.includes(status)) : unlike
  if (said.length > 0 && groups.length > 0 && isWrong)
    return unsupported(
      `[[${slot.written}]] counts ${counted.length > 0 ? counted.join(' and ') : 'other'} runs, but the words say "${said[0]}".`,
    )
  const all = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return counted.length > 0 && !statusesIn(all).some((status) => counted.includes(status))
    ? unsupported(`[[${slot.written}]] counts ${counted.join(' and ')} runs, which the words do not say.`)
    : null
}

/** A rank is of the run that it begins with. */
function rankProblem(slot: Labelled, value: NumberValue): Problem | null {
  const own = value.made?.operands[0]?.runs ?? []
  const named = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  return named.length > 0 && own.length > 0 && !own.some((run) => named.includes(run))
    ? unsupported(
        `[[${slot.written}]] is the rank of ${own.join(', ')}, but the words are about ${[...new Set(named)].join(', ')}.`,
      )
    : null
}

/** "Ended at" over a start. */
function timeProblem(slot: Labelled, name: string): Problem | null {
  const words = [...slot.before, ...behindWords(slot.tokens, slot.at)]
  const said = words.find((word) => STARTS.test(word) || ENDS.test(word))
  if (said === undefined || !/^(started|ended)$/.test(name)) return null
  return STARTS.test(said) === (name === 'started')
    ? null
    : unsupported(`[[${slot.written}]] is when a run ${name}, but the words say "${said}".`)
}

const STARTS = /^(started|starts|start|starting|began|begins|begin|beginning|launched|since|from)$/
const ENDS =
  /^(ended|ends|end|ending|finished|finishes|completed|stopped|until|till|crashed|failed|killed|died|to)$/

const ATTRIBUTE_WORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^users?$/, /user|author|owner|person/i],
  [/^commits?$/, /commit|sha|rev|git/i],
  [/^(status|statuses)$/, /status|state|stage/i],
  [/^error$/, /err|exception|fail|message|reason/i],
]

/** "By user" before a model: the nearest word that names text, with no name of a parameter in between. */
function attributeProblem(slot: Labelled, name: string, phrases: readonly NamePhrase[]): Problem | null {
  const at = slot.before.findIndex((word) => ATTRIBUTE_WORDS.some(([pattern]) => pattern.test(word)))
  if (at < 0 || at > 5) return null
  const between = [...slot.before.slice(0, at)].reverse()
  if (between.some((_, index) => phraseAt(phrases, between, index) !== null)) return null
  const word = slot.before[at] ?? ''
  const label = ATTRIBUTE_WORDS.find(([pattern]) => pattern.test(word))
  return label === undefined || label[1].test(name)
    ? null
    : unsupported(`[[${slot.written}]] is ${name}, but the words before it say "${word}".`)
}

const SPLITS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(train|training|trained)$/, /train/i],
  [/^(val|valid|validation|dev|development)$/, /val|dev|eval/i],
  [/^(test|testing|holdout|held-out|hold-out)$/, /test|hold|eval/i],
]
const SET_NOUNS = /^(set|sets|data|split|splits|fold|folds|part|sample|samples|examples|dataset)$/

/** "On the training set" over a validation metric, before the value or right behind it. */
function splitProblem(slot: Labelled, value: NumberValue, phrases: readonly NamePhrase[]): Problem | null {
  const name = innerName(value) ?? ''
  if (value.unit === 'step' || !SPLITS.some(([, own]) => own.test(name))) return null
  if (value.field !== 'metric' || value.made?.by === 'delta') return null
  const { tokens, at } = slot
  const behind = [1, 2, 3, 4].map((on) => lowerAt(tokens, at + on))
  const placed = /^(on|in|over|for)$/.test(behind[0] ?? '')
    ? behind.slice(1).find((word) => word !== 'the' && word !== 'its' && word !== 'unseen')
    : undefined
  const own = SPLITS.find(([said]) => said.test(placed ?? ''))
  const wrongBehind = own !== undefined && !own[1].test(name) ? placed : undefined
  if (wrongBehind !== undefined) return wrongSplit(slot, name, wrongBehind)
  if (own !== undefined) return null
  const stem = stemOf(name)
    .split(/[_\-/. ]+/)
    .slice(0, 1)
  if (
    isInOrder(
      tokens.map((token) => (token.kind === 'word' ? token.lower : null)),
      tokens,
      at,
      phrases,
    )
  )
    return null
  // What stands right behind the value before belongs to it: "[[…]] on test and [[…]] on validation".
  const words = [...slot.before].reverse()
  const isNamed = words.some((_, index) => {
    const phrase = phraseAt(phrases, words, index)
    return phrase !== null && phrase.words.length > 0 && phrase.names.length === 1 && phrase.names[0] === name
  })
  for (let index = words.length - 1; index >= 0; index--) {
    const split = SPLITS.find(([said]) => said.test(words[index] ?? ''))
    if (split === undefined) continue
    const isSet = SET_NOUNS.test(words[index + 1] ?? '')
    const isPlace = /^(on|in|over|for)$/.test(
      words[index - 1] === 'the' ? (words[index - 2] ?? '') : (words[index - 1] ?? ''),
    )
    const isOfStem = stem.length > 0 && stem.every((part, on) => words[index + 1 + on] === part)
    if (!isSet && !isOfStem && (!isPlace || isNamed)) continue
    if (split[1].test(name)) return null
    return wrongSplit(slot, name, words[index] ?? '')
  }
  return null
}

function wrongSplit(slot: Labelled, name: string, said: string): Problem {
  return unsupported(`[[${slot.written}]] is ${name}, but the words beside it say "${said}".`)
}

/** A run called by its name in words, over the value of another run or beside another run's slot. */
function typedRunProblem(slot: Labelled, value: NumberValue): Problem | null {
  const [from, to] = clauseAround(slot.tokens, slot.at)
  const [own] = value.runs
  if (own === undefined || value.runs.length > 1) return null
  const names = runNames(slot.evidence)
  const typed = (tokens: readonly Token[]) =>
    tokens.flatMap((token) => (token.kind === 'word' ? [...(names.get(token.lower) ?? [])] : []))
  const slots = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  const found = slots.length > 0 ? typed(slot.tokens) : typed(slot.tokens.slice(from, to))
  const isWrong =
    slots.length > 0
      ? found.length > 0 && !found.some((run) => slots.includes(run))
      : found.length > 0 && !found.includes(own)
  return isWrong
    ? unsupported(
        `[[${slot.written}]] is of ${own}, but the words name ${[...new Set(found)].slice(0, 4).join(', ')}; write runs as slots.`,
      )
    : null
}

const NAMES = new WeakMap<Evidence, ReadonlyMap<string, ReadonlySet<string>>>()

/** Names of runs that are one word of their own: no word of the log, and none that several unlike runs may share. */
function runNames(evidence: Evidence): ReadonlyMap<string, ReadonlySet<string>> {
  const known = NAMES.get(evidence)
  if (known !== undefined) return known
  const words = new Set(
    evidence.runs.flatMap(({ run }) => [...run.params.keys(), ...run.params.values(), ...run.metrics.keys()]),
  )
  const lower = new Set([...words].flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}_-]+/u)))
  const names = new Map<string, Set<string>>()
  for (const { address, run } of evidence.runs) {
    const name = run.name.toLowerCase()
    if (name.length < 3 || /\s/.test(name) || lower.has(name)) continue
    names.set(name, (names.get(name) ?? new Set()).add(address))
  }
  NAMES.set(evidence, names)
  return names
}

/** Two values with nothing, or a sign of arithmetic, between them make a third that no slot stands behind. */
function gluedProblem(slot: Labelled): Problem | null {
  const isValue = (token: Token | undefined): token is SlotToken =>
    token?.kind === 'slot' && token.value.kind === 'number'
  const next = slot.tokens[slot.at + 1]
  const beyond = slot.tokens[slot.at + 2]
  const sign = next?.kind === 'mark' || next?.kind === 'word' ? next.text : ''
  const isGlued =
    isValue(next) || (isValue(beyond) && /^([/*^×÷+·:~±^_'’`.]|x|e|times|plus|minus|over)$/i.test(sign))
  return isGlued
    ? unsupported(
        `[[${slot.written}]]: two values stand together${isValue(next) ? '' : ` with "${sign}" between them`}; part them by words.`,
      )
    : null
}

function innerName(value: Value): string | null {
  if (value.kind !== 'number') return null
  const first = value.made?.operands[0]
  return value.name ?? (first === undefined ? null : innerName(first))
}

function lowerAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index]
  return token?.kind === 'word' ? token.lower : undefined
}

function behindWords(tokens: readonly Token[], at: number): readonly string[] {
  const words: string[] = []
  for (let index = at + 1; index < tokens.length && words.length < 3; index++) {
    const token = tokens[index]
    if (token?.kind !== 'word') break
    words.push(token.lower)
  }
  return words
}
