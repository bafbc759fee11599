import { COUNT, writtenCount } from '../../notes/said/written-count.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { seedOf } from '../seed-of.ts'
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

const RUNS = new RegExp(
  String.raw`(?<![\w.#-])(${COUNT})\s+((?:\p{L}[\p{L}\p{N}_-]*\s+){0,2})(?:runs|trainings|experiments|jobs)\b(?!\s*(?:to|-)\s*\d)`,
  'giu',
)
const BROKEN = new RegExp(
  String.raw`(?<![\w.#-])(${COUNT})(?:\s+(?:of\s+(?:them|these|the\s+runs)|runs?))?\s+(?:(?:have|has|of them)\s+)?(failed|crashed|died|finished|completed|got killed|oomed|still (?:running|going))\b(?! to\b)`,
  'giu',
)
const SEEDS = new RegExp(String.raw`(?<![\w.#-])(${COUNT})\s+seeds?\s+(?:each|per|apiece)\b`, 'giu')
/** What makes a count one of some runs, or of others than those told here. */
const OTHERS =
  /\b(?:more|another|other|others|further|additional|first|last|next|previous|of|per|each|every|new|extra|only|least|most|about|around|roughly|~|up to|almost|over|half|some|last night|yesterday|by|from)\b|~|≈|>|</i
const MOST_SEEDS_NAMED = 5

/** How many runs there were, how many failed or finished, how many seeds each. */
export const claimsOfCounts: ClaimFinder = (clause, ground) => [
  ...countsOfRuns(clause, ground),
  ...countsOfEnds(clause, ground),
  ...countsOfSeeds(clause, ground),
]

function countsOfRuns(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  return [...clause.text.matchAll(RUNS)].flatMap((match) => {
    const number = writtenCount(match[1] ?? '')
    if (number === null || number === 0 || /^(both|no|zero)$/i.test(match[1] ?? '')) return []
    const told = ground.evidence.runs
    const around = clause.text.slice(0, match.index) + clause.text.slice(match.index + match[0].length)
    const isTotal = /\b(?:in total|altogether|overall)\b/i.test(clause.text)
    const readings = isTotal ? topAndAll(told) : readingsOf(told)
    const isToday = /\btoday\b/i.test(around)
    const subject = subjectOf(clause.mentions.filter((one) => one.kind === 'level' || one.kind === 'setting'))
    if (subject !== null) {
      const own = told.filter((one) => subject.runs.includes(one))
      return readingsOf(own).has(number)
        ? [claimOf(clause, 'count', 'agree', { runs: own })]
        : [claimOf(clause, 'count', 'cannot tell')]
    }
    // A colleague's runs, and those that were deleted since, may be counted in.
    const { otherRuns, deleted } = ground.evidence
    const isWithOthers = number === told.length + otherRuns.count || number === told.length + deleted.length
    if (readings.has(number) || isWithOthers) return [claimOf(clause, 'count', 'agree', { runs: told })]
    const strange = strangeWords(`${around} ${match[2] ?? ''}`, []).filter((word) => !PLAIN.has(word))
    const isOpen = OTHERS.test(around) || OTHERS.test(match[2] ?? '') || strange.length > 0
    const isPart =
      !isTotal &&
      !isToday &&
      (ground.evidence.groups.some(({ runs }) => runs.length === number) || perExperiment(told).has(number))
    if (isOpen || isPart || number > 1000) return [claimOf(clause, 'count', 'cannot tell')]
    return [contradicted(clause, told, 'runs logged', '[[this.count]] are logged', told.length)]
  })
}

const PLAIN = new Set(
  'did started launched total altogether today so far already made okay ok have day log'.split(' '),
)

function countsOfEnds(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  return [...clause.text.matchAll(BROKEN)].flatMap((match) => {
    const number = writtenCount(match[1] ?? '')
    const ended = (match[2] ?? '').toLowerCase()
    if (number === null || number === 0 || /^both$/i.test(match[1] ?? '')) return []
    const before = clause.text.slice(0, match.index)
    if (
      /\b(?:first|last|other|another|more|next|all|at least|run|runs|#|seed|epoch|step|of)\s*$/i.test(before)
    )
      return []
    const told = ground.evidence.runs
    const having = (...statuses: readonly string[]): readonly EvidenceRun[] =>
      told.filter(({ run }) => statuses.includes(run.status))
    const meant = /finished|completed/.test(ended)
      ? having('finished')
      : /still/.test(ended)
        ? having('running', 'scheduled')
        : having('failed')
    const readings = /finished|completed/.test(ended)
      ? [meant.length, withoutFolds(meant).length]
      : /still/.test(ended)
        ? [meant.length]
        : [meant.length, having('failed', 'killed').length, having('killed').length]
    const subject = subjectOf(clause.mentions.filter((one) => one.kind !== 'metric' && one.kind !== 'param'))
    if (subject !== null) return [claimOf(clause, 'count', 'cannot tell')]
    if (readings.includes(number)) return [claimOf(clause, 'count', 'agree', { runs: meant })]
    const strange = strangeWords(before + clause.text.slice(match.index + match[0].length), []).filter(
      (word) => !PLAIN.has(word) && !ENDING.has(word),
    )
    if (strange.length > 0 || /still/.test(ended)) return [claimOf(clause, 'count', 'cannot tell')]
    const word = /finished|completed/.test(ended) ? 'finished' : 'failed'
    return [contradicted(clause, meant, `runs that ${word}`, `[[this.count]] ${word}`, meant.length)]
  })
}

const ENDING = new Set('in the end though unfortunately sadly no wait oom memory'.split(' '))

function countsOfSeeds(clause: NoteClause, ground: Ground): readonly NoteClaim[] {
  return [...clause.text.matchAll(SEEDS)].flatMap((match) => {
    const number = writtenCount(match[1] ?? '')
    const levels = clause.mentions.filter((one) => one.kind === 'level')
    if (number === null || levels.length === 0) return []
    const told = ground.evidence.runs
    const seeds = levels.map((level) => {
      const runs = told.filter((one) => level.runs.includes(one))
      return { level, runs, count: new Set(runs.flatMap(({ run }) => seedOf(run) ?? [])).size }
    })
    if (seeds.some(({ count }) => count === 0)) return [claimOf(clause, 'count', 'cannot tell')]
    const runs = seeds.flatMap((one) => one.runs)
    if (seeds.every(({ count }) => count === number)) return [claimOf(clause, 'count', 'agree', { runs })]
    const against = seeds.filter(({ count }) => count < number)
    const others = strangeWords(clause.text, clause.mentions).filter(
      (word) => !['vs', 'seeds'].includes(word),
    )
    // Seeds of another day may be meant, and settings that were named by other words.
    if (
      against.length === 0 ||
      others.length > 0 ||
      levels.some((level) => level.runs.some((one) => !told.includes(one)))
    )
      return [claimOf(clause, 'count', 'cannot tell')]
    const [first] = against
    if (first === undefined) return []
    return [
      claimOf(clause, 'count', 'contradict', {
        runs: first.runs,
        log: `[[this.count]] seeds are logged for ${first.runs.slice(0, MOST_SEEDS_NAMED).map(slot).join(', ')}.`,
        values: { count: counted(first.count, 'seeds logged') },
        consequence: 'detail',
      }),
    ]
  })
}

function contradicted(
  clause: NoteClause,
  runs: readonly EvidenceRun[],
  how: string,
  log: string,
  count: number,
): NoteClaim {
  const named = runs.length > 0 && runs.length <= 3 ? ` (${runs.map(slot).join(', ')})` : ''
  return claimOf(clause, 'count', 'contradict', {
    runs,
    log: `${log}${named}.`,
    values: { count: counted(count, `count of ${how}`) },
    consequence: 'run',
  })
}

/** What "12 runs" may count: all, finished ones, with children or folds and without. */
function readingsOf(runs: readonly EvidenceRun[]): ReadonlySet<number> {
  const finished = runs.filter(({ run }) => run.status === 'finished')
  const keys = new Set(runs.map(({ run }) => run.key))
  const ended = runs.filter(({ run }) => run.status !== 'running' && run.status !== 'scheduled')
  const isTop = ({ run }: EvidenceRun): boolean => run.parent === null || !keys.has(run.parent)
  return new Set(
    [runs, finished, ended].flatMap((list) => [
      list.length,
      list.filter(isTop).length,
      withoutFolds(list).length,
    ]),
  )
}

/** "In total" counts all, nested ones or not. */
function topAndAll(runs: readonly EvidenceRun[]): ReadonlySet<number> {
  const keys = new Set(runs.map(({ run }) => run.key))
  return new Set([
    runs.length,
    runs.filter(({ run }) => run.parent === null || !keys.has(run.parent)).length,
    withoutFolds(runs).length,
  ])
}

function perExperiment(runs: readonly EvidenceRun[]): ReadonlySet<number> {
  return new Set([...Map.groupBy(runs, ({ run }) => run.experiment.id).values()].map(({ length }) => length))
}
