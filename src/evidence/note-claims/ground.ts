import type { Clause } from '../../notes/said/told-clauses.ts'
import type { Address, EvidenceQuote, EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { headlineValue, rankedBy } from '../headline.ts'
import { isResource } from '../is-resource.ts'
import type { Consequence, Judgement, NoteClaim, NoteClaimKind } from './note-claim.ts'
import type { Mention, Vocabulary } from './vocabulary.ts'

/** What claims are held against. */
export interface Ground {
  readonly evidence: EvidenceWithoutFindings
  readonly vocabulary: Vocabulary
  /** The runs told here and the project's others, oldest first. */
  readonly all: readonly EvidenceRun[]
  /** Metrics that a claim may mean that names none: those of known direction, the machine and the training data aside. */
  readonly usual: readonly string[]
}

/** A clause with what it names; places are counted in the clause. */
export interface NoteClause extends Clause {
  readonly quote: EvidenceQuote
  readonly mentions: readonly Mention[]
  /** Runs that the clause before it in the sentence, or the heading it stands under, is about. */
  readonly inherited: readonly EvidenceRun[]
  /** What the passage sets against each other: both sides of its "lgbm vs xgb". */
  readonly opponents: readonly (readonly [Mention, Mention])[]
}

/** Finds the claims of one kind in a clause that tells what happened, and holds them against the log. */
export type ClaimFinder = (clause: NoteClause, ground: Ground) => readonly NoteClaim[]

/** A claim of a clause; the whole clause is quoted where nothing else is said. */
export function claimOf(
  { quote, text }: Pick<NoteClause, 'quote' | 'text'>,
  kind: NoteClaimKind,
  judgement: Judgement,
  told: Partial<Omit<NoteClaim, 'quote' | 'kind' | 'judgement' | 'runs'>> & {
    readonly runs?: readonly EvidenceRun[]
  } = {},
): NoteClaim {
  const { runs = [], consequence = 'run' as Consequence, ...rest } = told
  return {
    quote: quote.address,
    said: text,
    place: placeOf(quote),
    kind,
    judgement,
    consequence,
    log: null,
    values: {},
    texts: {},
    ...rest,
    runs: addressesOf(runs),
  }
}

/** The metrics that a claim without a metric may mean. */
export function usualMetrics(evidence: EvidenceWithoutFindings): readonly string[] {
  const names = new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  const known = [...names].filter(
    (name) =>
      evidence.metrics.direction(name) !== null &&
      !isResource(name) &&
      !/(^|[^a-z])(train|training)([^a-z]|$)/i.test(name),
  )
  const lead = evidence.lead?.metric
  return lead === undefined || !names.has(lead) ? known : [lead, ...known.filter((name) => name !== lead)]
}

/** Where a quote stands: its file and line. */
export function placeOf(quote: EvidenceQuote): string {
  return quote.line === null ? quote.place : `${quote.place}:${quote.line}`
}

/** A run as a slot, for a sentence of ours. */
export function slot(one: EvidenceRun): string {
  return `[[${one.address}]]`
}

/** The runs that logged a metric as a finite number, best first where its direction is known; failed ones are not ranked. */
export function ranked(metric: string, runs: readonly EvidenceRun[], ground: Ground): readonly EvidenceRun[] {
  return rankedBy(metric, runs, ground.evidence.metrics)
}

/** Whether the first run is better than the second by a metric: positive if so, 0 where equal, null where it cannot be told. */
export function better(metric: string, a: EvidenceRun, b: EvidenceRun, ground: Ground): number | null {
  const direction = ground.evidence.metrics.direction(metric)
  const [first, second] = [a, b].map((one) => headlineValue(one, metric, ground.evidence.metrics))
  if (direction === null || first == null || second == null) return null
  return direction === 'higher' ? first - second : second - first
}

/** What the runs named before are about: the mention nearest to a place, or all of a clause. */
export interface Subject {
  readonly runs: readonly EvidenceRun[]
  /** An exact name or id. */
  readonly isExact: boolean
  /** The words that name it end here. */
  readonly end: number
  readonly start: number
}

/**
 * The runs that mentions narrow down together: exact names are taken as they are, levels and settings must all hold. Null
 * where nothing names runs, or two values of one parameter stand there, so that two subjects are meant. No runs: there is none such.
 */
export function subjectOf(mentions: readonly Mention[]): Subject | null {
  const naming = mentions.filter(
    (one) => one.kind === 'run' || one.kind === 'level' || one.kind === 'setting',
  )
  const [first] = naming
  if (first === undefined) return null
  const last = naming.at(-1) ?? first
  const exact = naming.filter((one) => one.kind === 'run')
  const described = naming.filter((one) => one.kind !== 'run')
  const range = { start: first.start, end: last.end }
  if (exact.length > 0) {
    const runs = new Set(exact.flatMap((one) => one.runs))
    return { runs: [...runs], isExact: exact.every((one) => one.by !== 'order'), ...range }
  }
  const byParam = new Map<string, Set<string>>()
  for (const one of described) {
    const key =
      one.kind === 'level' ? `level ${one.param ?? `word ${one.words}`}` : `setting ${one.params.join(' ')}`
    byParam.set(key, (byParam.get(key) ?? new Set()).add(one.kind === 'setting' ? one.value : one.words))
  }
  for (const [key, values] of byParam) if (values.size > 1 && !key.startsWith('level word')) return null
  const runs = naming.reduce<readonly EvidenceRun[]>(
    (left, one, index) => (index === 0 ? one.runs : left.filter((run) => one.runs.includes(run))),
    [],
  )
  return { runs, isExact: false, ...range }
}

const SMALL = new Set(
  `one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty a an the of in on at to for by with w w/ without wo and or but is was are were be been it its this that these those we i our my me so far too also just only very
  quite all any each every both no not than then as from out up down off over under into again still yet now today here there run runs ran running one ones seed
  seeds got get gets gave had has have did do does done by clearly really definitely overall everywhere actually finally already even though run's trained training
  trainings experiment experiments model models setting settings config configs job jobs best worst better worse highest lowest higher lower winner winning top slightly bit lot much
  far little somewhat ahead behind below above beats beat beaten outperforms outperformed wins won win loses lost tried try tested test used use never didn't didnt don't dont haven't havent hasn't hasnt
  wasn't isn't none nothing them they him her us some more most less least day end after which who what single first last second think guess around about roughly approx approximately maybe something like remember logged reached reaches hit hits achieved came landed ended ends ok okay fine nice right sure value values result results score scores metric using put`.split(
    /\s+/,
  ),
)

/** Words of a text that name nothing of the log and are no small words: they may narrow what is meant. */
export function strangeWords(text: string, mentions: readonly Mention[], offset = 0): readonly string[] {
  let rest = text
  for (const one of mentions) {
    const start = Math.max(0, one.start - offset)
    const end = Math.min(text.length, one.end - offset)
    if (end > start) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end)
  }
  return (rest.toLowerCase().match(/[\p{L}][\p{L}\p{N}'’_-]*/gu) ?? []).filter(
    (word) => !SMALL.has(word.replace('’', "'")),
  )
}

/** The words of a clause that name nothing: "a batch size of 64" is no share of anything. */
export function withoutNames({ text, mentions }: Pick<NoteClause, 'text' | 'mentions'>): string {
  return mentions.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  )
}

/** The addresses of runs, at most twenty: a claim is decided by few. */
function addressesOf(runs: readonly EvidenceRun[]): readonly Address[] {
  return [...new Set(runs.map(({ address }) => address))].slice(0, 20)
}
