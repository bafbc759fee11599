import { isDone } from '../../runs/run.ts'
import type { EvidenceRun } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { quoteValues } from '../quote-values.ts'
import {
  better,
  type ClaimFinder,
  claimOf,
  type Ground,
  type NoteClause,
  ranked,
  type Subject,
  slot,
  strangeWords,
  subjectOf,
} from './ground.ts'

const WORDS = /\b(?:best|lowest|highest|winner|wins|won|top)\b/i
/** Words that keep "best" from being a claim about runs. */
const NO_CLAIM =
  /\b(?:at best|best (?:guess|practice|bet|idea|way|effort|thing|case|of luck|to|if|i can|we can|model so far\?)|do (?:my|our) best|second[- ]best|next best|(?:not|isn't|never|no longer|hardly|nowhere near) (?:the )?(?:best|lowest|highest)|one of the (?:best|lowest|highest)|among the (?:best|lowest|highest)|top[- ]?\d|tops?\s+(?:out|up)|worst|best ?_|on top|best[- ]of|best (?:checkpoint|epoch|step|threshold|fold|seed|iteration|trial|two|three|five|\d))\b/i
const SCOPED =
  /\b(?:best|lowest|highest|winner|top)\s+(?:of|among|amongst|in|within|on|for|from|w\/|with|per|at|under|by|after|without)\b(?!\s+(?:the\s+day|all|them|these|today|the\s+lot|my\s+runs|the\s+runs)\b)/i
const SO_FAR = /\b(?:so far|yet|until now|to date|ever|new best)\b/i

/** "xgb depth 2: best f1 so far", "lowest test loss is c94d13ab", "winner: lgbm". */
export const claimsOfSuperlatives: ClaimFinder = (clause, ground) => {
  const { text } = clause
  const word = WORDS.exec(text)
  if (word === null || NO_CLAIM.test(text)) return []
  const isLow = /lowest/i.test(word[0])
  const isHigh = /highest/i.test(word[0])
  const named = clause.mentions.filter((one) => one.kind === 'metric')
  const naming = clause.mentions.filter(
    (one) => one.kind === 'run' || one.kind === 'level' || one.kind === 'setting',
  )
  const scope = scopeBehind(clause, word.index + word[0].length, naming)
  const subject =
    scope === null
      ? (subjectOf(naming) ?? inheritedFor(clause))
      : subjectOf(naming.filter((one) => !scope.includes(one)))
  if (subject === null) return []
  if (subject.runs.length === 0)
    return [claimOf(clause, 'superlative', 'no such run', { consequence: 'detail' })]
  const meant = named.length > 0 ? [] : metricsOfFigures(text, subject, ground)
  const metrics = (
    named.length > 0
      ? named.flatMap((one) => (one.kind === 'metric' ? one.metrics : []))
      : meant.length === 1
        ? meant
        : ground.usual
  ).filter((metric) => isLow || isHigh || ground.evidence.metrics.direction(metric) !== null)
  if (metrics.length === 0) return []
  if ((isLow || isHigh) && named.length === 0) return []
  const within = scope === null || scope.length === 0 ? null : subjectOf(scope)
  const judged = metrics.map((metric) =>
    judge(metric, subject, within?.runs ?? null, isLow ? 'lower' : isHigh ? 'higher' : null, text, ground),
  )
  const agreeing = judged.find(({ holds }) => holds === true)
  if (agreeing !== undefined) {
    // Best by another metric than the one that decides is not what was meant for sure.
    const isSure = named.length > 0 || agreeing === judged[0]
    return [
      claimOf(clause, 'superlative', isSure ? 'agree' : 'cannot tell', {
        runs: subject.runs.filter((one) => agreeing.among.includes(one)).slice(0, 5),
        consequence: 'conclusion',
      }),
    ]
  }
  const [first] = judged
  if (first === undefined || judged.some(({ holds }) => holds === null))
    return [claimOf(clause, 'superlative', 'cannot tell', { runs: subject.runs, consequence: 'conclusion' })]
  const isOpen =
    (scope === null && SCOPED.test(text)) ||
    strangeWords(text, clause.mentions).some((one) => !ALLOWED.has(one)) ||
    !subject.runs.some((one) => ground.evidence.runs.includes(one))
  const { metric, best } = first
  if (isOpen || best === null)
    return [claimOf(clause, 'superlative', 'cannot tell', { runs: subject.runs, consequence: 'conclusion' })]
  return [
    claimOf(clause, 'superlative', 'contradict', {
      runs: [best, ...subject.runs.slice(0, 3)],
      log: `${first.lower ? 'lowest' : 'highest'} logged ${metric}${within === null ? '' : ' of these'} is [[${metricSlot(best, metric)}]] (${slot(best)}).`,
      consequence: 'conclusion',
    }),
  ]
}

/** The metrics whose values the clause writes beside the name: "1d93fa20 .901 top" is about the one that is .901 there. */
function metricsOfFigures(text: string, { runs }: Subject, ground: Ground): readonly string[] {
  const figures = quoteValues(text).filter((figure) => /\.\d{2,}/.test(figure.text))
  return ground.usual.filter((metric) =>
    runs.some((one) => {
      const value = headlineValue(one, metric, ground.evidence.metrics)
      return (
        value !== null &&
        figures.some(
          ({ value: written, text: typed }) =>
            Math.abs(written - value) <= 0.5 * 10 ** -(typed.split('.')[1]?.length ?? 0) + 1e-12,
        )
      )
    }),
  )
}

const ALLOWED = new Set(
  'clearly definitely again obviously by far of course yes ha nice finally winner day overall run all today so now is are the'.split(
    ' ',
  ),
)

interface Ranking {
  readonly metric: string
  /** Whether the subject is the best; null where the runs may not be ranked against each other. */
  readonly holds: boolean | null
  readonly best: EvidenceRun | null
  readonly among: readonly EvidenceRun[]
  readonly lower: boolean
}

/**
 * Whether the subject is best, in the reading that suits it: among the runs told, among all so far, or among those that came before
 * it, and only among runs that may be ranked together.
 */
function judge(
  metric: string,
  subject: Subject,
  within: readonly EvidenceRun[] | null,
  asked: 'lower' | 'higher' | null,
  text: string,
  ground: Ground,
): Ranking {
  const direction = ground.evidence.metrics.direction(metric)
  const lower = (asked ?? direction) === 'lower'
  const order = (runs: readonly EvidenceRun[]): readonly EvidenceRun[] => {
    const list = ranked(metric, withoutFolds(runs, ground.all), ground)
    return direction === null || (lower ? 'lower' : 'higher') === direction ? list : [...list].reverse()
  }
  const inScope = (runs: readonly EvidenceRun[]): readonly EvidenceRun[] =>
    within === null ? runs : runs.filter((one) => within.includes(one))
  const told = inScope(ground.evidence.runs)
  const all = inScope(ground.all)
  const own = subject.runs.filter(({ run }) => run.metrics.has(metric))
  if (own.length === 0) return { metric, holds: null, best: null, among: own, lower }
  if (direction === null && asked === null) return { metric, holds: null, best: null, among: own, lower }
  const lastOwn = Math.max(...own.map(({ run }) => run.startedAt ?? 0))
  const readings = [
    told,
    all,
    ...(SO_FAR.test(text)
      ? [
          told.filter(({ run }) => (run.startedAt ?? 0) <= lastOwn),
          all.filter(({ run }) => (run.startedAt ?? 0) <= lastOwn),
        ]
      : []),
  ]
  for (const reading of readings) {
    const [best] = order(reading)
    if (best === undefined) continue
    const ties = order(reading).filter((one) => better(metric, best, one, ground) === 0)
    if (ties.some((one) => subject.runs.includes(one)))
      return { metric, holds: true, best, among: ties, lower }
    // A figure that one may not compare says nothing against it.
    const sides = new Set(
      reading.filter((one) => own.includes(one) || one === best).map(({ comparableAs }) => comparableAs),
    )
    const [ownBest] = order(
      reading.filter((one) => own.some((mine) => mine.comparableAs === one.comparableAs)),
    )
    if (sides.size > 1 && ownBest !== undefined && own.includes(ownBest))
      return { metric, holds: null, best, among: own, lower }
  }
  const [best] = order(told)
  const finished = own.filter(({ run }) => isDone(run))
  return {
    metric,
    holds: best === undefined || finished.length === 0 ? null : false,
    best: best ?? null,
    among: own,
    lower,
  }
}

/** What "best of the smotes" and "best lgbm is …" narrow the ranking to: mentions right behind the word; null where none is. */
function scopeBehind(clause: NoteClause, end: number, naming: readonly NoteClause['mentions'][number][]) {
  const rest = clause.text.slice(end)
  const of = /^\s*(?:\p{L}+\s+){0,2}?(?:of|among|amongst|in|for|within)\s+(?:the\s+|all\s+|my\s+)?/iu.exec(
    rest,
  )
  const start = of === null ? end + (/^\s+/.exec(rest)?.[0].length ?? 0) : end + of[0].length
  const first = naming.find((one) => Math.abs(one.start - start) <= 1 && one.kind !== 'run')
  if (first === undefined) return null
  const others = naming.filter((one) => one !== first)
  // "best xgb depth 2" names the run itself; "best lgbm is leaves 7" has both.
  const follow = clause.text.slice(first.end)
  if (others.length === 0 && of === null) return null
  return /^\s*(?:runs?|ones?|models?)?\s*(?:is|was|:|=|,|with|\()/i.test(follow) || of !== null
    ? [first]
    : null
}

function inheritedFor(clause: NoteClause): Subject | null {
  return clause.inherited.length === 0 ||
    /^(?:the\s+)?(?:best|lowest|highest|top)\b/i.test(clause.text) === false
    ? null
    : { runs: clause.inherited, isExact: false, start: 0, end: 0 }
}
