import { isDone } from '../../runs/run.ts'
import { comparableFor } from '../comparable-as.ts'
import type { EvidenceRun } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { isResource } from '../is-resource.ts'
import {
  type ClaimFinder,
  claimOf,
  type Ground,
  type NoteClause,
  slot,
  strangeWords,
  subjectOf,
} from './ground.ts'
import type { NoteClaim } from './note-claim.ts'
import type { Mention } from './vocabulary.ts'

/** What stands between two sides, and how the first is said to stand to the second. */
const RELATIONS: readonly (readonly [
  RegExp,
  'better' | 'worse' | 'higher' | 'lower' | 'faster' | 'slower',
])[] = [
  [/\b(?:faster|quicker)(?:\s+(?:to (?:fit|train)|than|to))*\b/i, 'faster'],
  [/\b(?:slower)(?:\s+(?:to (?:fit|train)|than|to))*\b/i, 'slower'],
  [/\b(?:beats?|beat|outperforms?|outperformed|wins? over|won over|wins against)\b/i, 'better'],
  [/\b(?:better|ahead of|stronger)\b(?:\s+than)?|\bahead\b/i, 'better'],
  [/\b(?:worse|weaker)\b(?:\s+than)?|\b(?:loses? to|lost to|behind)\b/i, 'worse'],
  [/\bhigher\b(?:\s+than)?|\babove\b/i, 'higher'],
  [/\blower\b(?:\s+than)?|\b(?:below|under)\b/i, 'lower'],
]
const NEGATED =
  /\b(?:not|no|never|neither|hardly|barely|isn't|wasn't|doesn't|didn't|don't|nor|n't|isnt|wasnt|doesnt|didnt)\b|n't\b/i
/** A comparison that is more than one of two sides: as it changes, in sum, or of other things. */
const UNPLAIN =
  /\b(?:if|when|unless|more|the \w+er|sometimes|often|mostly|usually|only|except|(?:almost|nearly)(?!\s*\d)|per (?:gpu|step|epoch)|less from|than (?:expected|before|i|we|yesterday|last)|and worse|or)\b/i
const QUANTIFIED = /\b(?:all|every|each|any|none|no|both)\b/i
const ONE_SIDED =
  /\b(?:all|every|each|both|none)\b[^.;]*?\b(above|over|below|under|at least|at most|more than|less than|>|<)\s*((?:\d+(?:\.\d+)?|\.\d+)(?:\s?%)?)|\b(all|every|each|both|none)\b[^.;]*?([<>])\s*((?:\d+(?:\.\d+)?|\.\d+)(?:\s?%)?)/i

/** Two sides held against each other: "every xgb seed beats every lgbm seed on f1", "lgbm faster than xgb", "all smote runs below 0.76". */
export const claimsOfComparisons: ClaimFinder = (clause, ground) => {
  const bounded = boundOfGroup(clause, ground)
  return bounded.length > 0 ? bounded : ofTwoSides(clause, ground)
}

function ofTwoSides(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  // What stands in brackets is said beside the comparison.
  const text = clause.text.replace(/\([^()]*\)/g, (part) => ' '.repeat(part.length))
  const found = relationIn(text)
  if (found === null) return []
  const { index, end, relation } = found
  const named = clause.mentions.filter((one) => one.kind === 'metric')
  const sides = sidesOf(
    {
      ...clause,
      text,
      mentions: clause.mentions.filter((one) => text.slice(one.start, one.end).trim() !== ''),
    },
    index,
    end,
  )
  if (sides === null) return []
  const kind = QUANTIFIED.test(text.slice(0, index)) ? 'group' : 'comparison'
  const [left, right] = [sides.left, sides.right].map((runs) => comparedOf(runs, ground))
  if (left === undefined || right === undefined || left.length === 0 || right.length === 0)
    return [claimOf(clause, kind, 'cannot tell')]
  if (left.some((one) => right.includes(one)) || NEGATED.test(text) || UNPLAIN.test(text))
    return [claimOf(clause, kind, 'cannot tell', { runs: [...left, ...right] })]
  const isSpeed = relation === 'faster' || relation === 'slower'
  const metrics = isSpeed
    ? speedMetrics(ground)
    : named.length > 0
      ? named.flatMap((one) => (one.kind === 'metric' ? one.metrics : []))
      : ground.usual
  const judged = metrics.map((metric) => judge(metric, relation, left, right, kind === 'group', ground))
  const telling = judged.filter((one) => one !== null)
  if (telling.length === 0) return [claimOf(clause, kind, 'cannot tell')]
  const holding = telling.find(({ holds }) => holds === true)
  if (holding !== undefined) {
    // Ahead by another metric than the one that decides is not what was meant for sure.
    const isSure = isSpeed || named.length > 0 || holding === telling[0]
    return [
      claimOf(clause, kind, isSure ? 'agree' : 'cannot tell', {
        runs: [...left, ...right],
        consequence: 'conclusion',
      }),
    ]
  }
  const isOpen = telling.some(({ holds }) => holds === null) || judged.length > telling.length
  // "Quick update: a beats b": what stands before the first name narrows nothing.
  const from = Math.min(...clause.mentions.map(({ start }) => start))
  const strange = strangeWords(text.slice(from), clause.mentions, from).filter((word) => !ALLOWED.has(word))
  const [first] = telling
  if (isOpen || first === undefined || first.pair === null || strange.length > 0)
    return [claimOf(clause, kind, 'cannot tell', { runs: [...left, ...right], consequence: 'conclusion' })]
  const [a, b] = first.pair
  return [
    claimOf(clause, kind, 'contradict', {
      runs: [a, b],
      log: `${slot(a)} logged ${first.metric} [[${metricSlot(a, first.metric)}]], ${slot(b)} [[${metricSlot(b, first.metric)}]].`,
      consequence: 'conclusion',
    }),
  ]
}

/** Runs of a side: those of the day before others, finished ones before those that only logged something. */
function comparedOf(runs: readonly EvidenceRun[], ground: Ground): readonly EvidenceRun[] {
  const single = withoutFolds(runs, ground.all)
  const told = single.filter((one) => ground.evidence.runs.includes(one))
  const meant = told.length > 0 ? told : single
  const finished = meant.filter(({ run }) => isDone(run))
  return finished.length > 0 ? finished : meant
}

const ALLOWED = new Set(
  'single seed its it tiny everywhere real surprise consistently always by to fit train vs than just faster slower quicker stronger weaker outperforms outperformed loses lost'.split(
    ' ',
  ),
)

interface Judged {
  readonly metric: string
  readonly holds: boolean | null
  readonly pair: readonly [EvidenceRun, EvidenceRun] | null
}

/**
 * Whether the first side stands to the second as said. Of groups with a quantifier every pair must hold; else means and bests decide
 * that it does, and only where every single pair is the other way it does not.
 */
function judge(
  metric: string,
  relation: 'better' | 'worse' | 'higher' | 'lower' | 'faster' | 'slower',
  left: readonly EvidenceRun[],
  right: readonly EvidenceRun[],
  isEvery: boolean,
  ground: Ground,
): Judged | null {
  const toward = towardOf(relation, ground.evidence.metrics.direction(metric))
  const [as, bs] = [left, right].map((side) =>
    side
      .flatMap((one) => {
        const value = headlineValue(one, metric, ground.evidence.metrics)
        // Times may be compared whatever else changed.
        return value === null
          ? []
          : [{ one, value, as: isResource(metric) ? '' : comparableFor(one, metric) }]
      })
      .slice(0, 200),
  )
  if (as === undefined || bs === undefined || as.length === 0 || bs.length === 0) return null
  if (toward === null) return { metric, holds: null, pair: null }
  const pairs = as.flatMap((a) =>
    bs.flatMap((b) => (a.as === b.as ? [{ a: a.one, b: b.one, by: toward * (a.value - b.value) }] : [])),
  )
  if (pairs.length === 0) return { metric, holds: null, pair: null }
  const against = pairs.filter(({ by }) => by < 0)
  const worst = against.reduce<(typeof pairs)[number] | undefined>(
    (most, one) => (most === undefined || one.by < most.by ? one : most),
    undefined,
  )
  const pair = worst === undefined ? null : ([worst.a, worst.b] as const)
  if (isEvery) return { metric, holds: against.length === 0, pair }
  if (against.length === 0) return { metric, holds: true, pair }
  if (against.length === pairs.length) return { metric, holds: false, pair }
  const mean = pairs.reduce((sum, { by }) => sum + by, 0)
  // The best of one side against the best of the other must not say otherwise.
  const [bestLeft, bestRight] = [as, bs].map((side) => Math.max(...side.map(({ value }) => toward * value)))
  const isAhead = (bestLeft ?? 0) >= (bestRight ?? 0)
  return { metric, holds: mean > 0 && isAhead && against.length * 2 <= pairs.length ? true : null, pair }
}

/** Which way the first side must lie from the second; null where nothing says which values are better. */
function towardOf(
  relation: (typeof RELATIONS)[number][1],
  direction: 'higher' | 'lower' | null,
): 1 | -1 | null {
  switch (relation) {
    case 'higher':
    case 'slower':
      return 1
    case 'lower':
    case 'faster':
      return -1
    case 'better':
      return direction === null ? null : direction === 'higher' ? 1 : -1
    case 'worse':
      return direction === null ? null : direction === 'higher' ? -1 : 1
    default:
      return relation satisfies never
  }
}

function speedMetrics(ground: Ground): readonly string[] {
  const names = new Set(ground.evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  return [...names]
    .filter((name) => /(seconds?|secs?|duration|runtime|time|_s|_ms)$/i.test(name) && isResource(name))
    .slice(0, 3)
}

function relationIn(
  text: string,
): { readonly index: number; readonly end: number; readonly relation: (typeof RELATIONS)[number][1] } | null {
  const found = RELATIONS.flatMap(([pattern, relation]) => {
    const match = pattern.exec(text)
    return match === null ? [] : [{ index: match.index, end: match.index + match[0].length, relation }]
  }).sort((a, b) => a.index - b.index)
  const [first, second] = found
  if (first === undefined || (second !== undefined && second.index >= first.end)) return null
  return first
}

/** The runs on both sides of the relation. The second side may stand first: "lgbm first try: below the forest" has both. */
function sidesOf(
  clause: NoteClause,
  index: number,
  end: number,
): { readonly left: readonly EvidenceRun[]; readonly right: readonly EvidenceRun[] } | null {
  const naming = clause.mentions.filter(
    (one) => one.kind === 'run' || one.kind === 'level' || one.kind === 'setting',
  )
  const before = naming.filter((one) => one.end <= index)
  let after = naming.filter((one) => one.start >= end)
  const [left] = [side(before)]
  if (left === null) return null
  if (after.length === 0) {
    // "lgbm vs xgb: xgb slightly ahead": the other side stands in what the passage sets against it.
    const own = before.map(({ words }) => words)
    const pair = clause.opponents.find((two) => two.some(({ words }) => own.includes(words)))
    const other = pair?.find(({ words }) => !own.includes(words))
    if (other === undefined || before.length > 1) return null
    const right = side([other])
    return right === null ? null : { left, right }
  }
  // "on the level target" narrows both sides, and is none of its own.
  const on = /\bon (?:the )?/i.exec(clause.text.slice(end))
  const scope = on === null ? [] : after.filter((one) => one.start >= end + on.index)
  after = after.filter((one) => !scope.includes(one))
  const right = side(after)
  if (right === null) return null
  const within = scope.length === 0 ? null : (subjectOf(scope)?.runs ?? [])
  const narrowed = (runs: readonly EvidenceRun[]): readonly EvidenceRun[] =>
    within === null || within.length === 0 ? runs : runs.filter((one) => within.includes(one))
  return { left: narrowed(left), right: narrowed(right) }
}

function side(mentions: readonly Mention[]): readonly EvidenceRun[] | null {
  return subjectOf(mentions)?.runs ?? null
}

/** "all resnet50 runs are above 0.88 on val_acc", "none of the resnet18 runs got over 0.88". */
function boundOfGroup(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  const { text } = clause
  const match = ONE_SIDED.exec(text)
  if (match === null) return []
  const isNone = /\bnone\b/i.test(match[0])
  if (!isNone && NEGATED.test(text)) return []
  const relation = (match[1] ?? match[4] ?? '').toLowerCase()
  const written = match[2] ?? match[5] ?? ''
  const above = /above|over|at least|more than|>/.test(relation)
  const subject = subjectOf(
    clause.mentions.filter(
      (one) => one.kind !== 'metric' && one.kind !== 'param' && one.end <= match.index + match[0].length,
    ),
  )
  const isAll =
    /\b(?:all|every|each|none)\b(?: of)?(?: the| them| these| my)?(?: \w+)?(?: runs?| ones| seeds)/i.test(
      text,
    )
  if (subject === null && !isAll) return []
  const runs = withoutFolds(
    subject === null
      ? ground.evidence.runs
      : ground.evidence.runs.filter((one) => subject.runs.includes(one)),
    ground.all,
  )
  const named = clause.mentions.flatMap((one) => (one.kind === 'metric' ? one.metrics : []))
  const lead = ground.evidence.lead
  const isNamed = clause.mentions.some(({ kind }) => kind === 'metric')
  const metrics = isNamed ? named : lead === null ? [] : [lead.metric]
  if (!isNamed && lead?.assumed === true) return [claimOf(clause, 'group', 'cannot tell')]
  const isPercent = written.endsWith('%')
  const number = Number(written.replace(/\s?%$/, ''))
  const judged = metrics.map((metric) => {
    const valued = runs.flatMap((one) => {
      const value = headlineValue(one, metric, ground.evidence.metrics)
      return value === null || !isDone(one.run)
        ? []
        : [{ one, value: isPercent && Math.abs(value) <= 1 ? value * 100 : value }]
    })
    const over = valued.filter(({ value }) => (above ? value > number : value < number))
    const against = isNone ? over : valued.filter(({ value }) => (above ? value < number : value > number))
    return { metric, valued, against }
  })
  const filled = judged.filter(({ valued }) => valued.length > 0)
  const [first] = filled
  if (first === undefined) return []
  if (filled.some(({ against }) => against.length === 0))
    return [claimOf(clause, 'group', 'agree', { runs: first.valued.map(({ one }) => one) })]
  const strange = strangeWords(text, clause.mentions).filter((word) => !ALLOWED.has(word))
  // A figure that was rounded says nothing about what lies within its rounding.
  const clear = first.against.filter(
    ({ value }) =>
      Math.abs(value - number) > 0.5 * 10 ** -((written.split('.')[1] ?? '').replace(/\D/g, '').length + 0),
  )
  if (strange.length > 0 || (clear.length === 0 && first.against.every(({ value }) => value === number)))
    return [claimOf(clause, 'group', 'cannot tell')]
  const shown = first.against.slice(0, 3).map(({ one }) => one)
  return [
    claimOf(clause, 'group', 'contradict', {
      runs: shown,
      log: `${shown.map((one) => `${slot(one)} logged ${first.metric} [[${metricSlot(one, first.metric)}]]`).join(', ')}.`,
      consequence: 'conclusion',
    }),
  ]
}
