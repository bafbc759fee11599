import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { STATISTICS } from './check-statistic-labels.ts'
import { BREAKS, type Labelled, lowerAt } from './labelled.ts'
import { type Problem, unsupported } from './problem.ts'
import type { NumberValue } from './value.ts'

/** A step is called one, and is the step of the point that the words say. */
export function stepProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.unit !== 'step' || value.made !== null) return null
  const behind = lowerAt(slot.tokens, slot.at + 1) ?? ''
  const isStep = (word: string) => /^(steps?|epochs?|iterations?)$/.test(word)
  // "At step [[r8.val_loss.min.step]] of [[r8.val_loss.last.step]]": the second of two steps.
  const other = slot.tokens[slot.at - 2]
  const isOfSteps =
    lowerAt(slot.tokens, slot.at - 1) === 'of' &&
    other?.kind === 'slot' &&
    other.value.kind === 'number' &&
    other.value.unit === 'step'
  if (!slot.before.slice(0, 4).some(isStep) && !isStep(behind) && !isOfSteps)
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

const POINT_WORDS: Readonly<Record<string, RegExp>> = {
  first:
    /^(first|initial|initially|started|starts|start|starting|began|begins|begin|beginning|from|opened|outset)$/,
  min: /^(min|minimum|lowest|least|smallest|best|worst|reached|reaches|ever|down|from|to|between|bottom|bottomed|fell|falls|dropped|drops|improved|range|ranged|ranges|step|steps|epoch|trough|low|touched|came|went|goes|gets|got|higher|lower|above|below)$/,
  max: /^(max|maximum|highest|most|largest|peak|peaked|peaks|best|worst|top|topped|reached|reaches|ever|up|from|to|between|rose|rises|climbed|climbs|improved|range|ranged|ranges|step|steps|epoch|high|touched|came|went|goes|gets|got|higher|lower|above|below)$/,
  at: /^(step|steps|epoch|epochs|iteration|iterations|round|rounds|early|halfway|later|then|after|at|by|from|to)$/,
}

/** "Started at" over a last value; and the extreme of a series that passes for the value the tables print. */
export function pointProblem(slot: Labelled, value: NumberValue): Problem | null {
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
