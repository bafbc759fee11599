import type { Evidence, Finding } from '../../src/evidence/evidence.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import type { RunKey } from '../../src/runs/run.ts'
import type { PlantedEvent, PlantedHistory, PlantedKind, Relation } from './planted-history.ts'

/** How one kind of planted event fared: how many were planted and found, and how many findings told of none. */
export interface Tally {
  planted: number
  found: number
  /** Findings of the kind. */
  told: number
  /** Those of them that name a run about which they are not true. */
  false: number
  /** A few cases to look at, with the seed of their history. */
  readonly misses: string[]
  readonly inventions: string[]
}

export const SCORED = [
  'exact repeat',
  'near repeat',
  'replicates',
  'cross-validation',
  'minimal pair',
  'confounded pair',
  'protocol break',
  'plateau',
  'still improving',
  'divergence',
  'overfitting',
  'not a number',
  'failure',
  'luck',
  'better arm',
] as const satisfies readonly PlantedKind[]

export type Tallies = ReadonlyMap<PlantedKind, Tally>

export function emptyTallies(): Tallies {
  return new Map(
    SCORED.map((kind) => [kind, { planted: 0, found: 0, told: 0, false: 0, misses: [], inventions: [] }]),
  )
}

/** A finding as it is printed, with the keys of the runs it rests on, and of those that its sentence names. */
interface Told {
  readonly finding: Finding
  readonly printed: string
  readonly named: ReadonlySet<RunKey>
  readonly rested: ReadonlySet<RunKey>
  /** The runs set beside a pair as the best of their levels. */
  readonly beside: ReadonlySet<RunKey>
}

/**
 * Adds what the findings of one history tell to the tallies. An event is found when one finding of its kind rests on all
 * of its runs (and says what it is about); a finding is false when its sentence names a run about which the answers say
 * otherwise.
 */
export function scoreFindings(history: PlantedHistory, evidence: Evidence, tallies: Tallies): void {
  const keys = new Map([...evidence.runs, ...evidence.earlier].map(({ address, run }) => [address, run.key]))
  const session = new Set(evidence.runs.map(({ run }) => run.key))
  const told = evidence.findings.map((finding): Told => {
    const named = keysOf(runsIn(finding.sentence.replace(ASIDE, '')), keys)
    return {
      finding,
      printed: plainSentence(finding.sentence, evidence),
      named,
      rested: new Set([...named, ...keysOf(finding.rests, keys)]),
      beside: keysOf(runsIn(finding.sentence.match(BEST_OF_EACH)?.join(' ') ?? ''), keys),
    }
  })
  for (const event of history.key) {
    // An event belongs to the session in which its last run was made.
    const last = event.runs.at(-1)
    if (last === undefined || !session.has(last)) continue
    const tally = tallies.get(event.kind)
    if (tally === undefined) continue
    if (event.kind === 'confounded pair') continue
    tally.planted += 1
    const judged = JUDGES[event.kind]
    if (told.some((one) => judged.isOf(one) && judged.tells(one, event, history))) tally.found += 1
    else
      tally.misses.push(
        `history ${history.seed}: ${event.about}: ${event.runs.map((run) => addressOf(run, keys)).join(' ')}`,
      )
  }
  for (const kind of SCORED) {
    const tally = tallies.get(kind)
    const judged = JUDGES[kind]
    for (const one of told.filter((one) => judged.isOf(one))) {
      if (tally === undefined) continue
      tally.told += 1
      if (!judged.invents(one, history)) continue
      tally.false += 1
      const about = [...one.named].map((run) => `${addressOf(run, keys)} ${history.shape(run)}`)
      tally.inventions.push(`history ${history.seed}: ${one.printed} (${about.slice(0, 5).join(', ')})`)
    }
  }
}

interface Judge {
  readonly isOf: (told: Told) => boolean
  readonly tells: (told: Told, event: PlantedEvent, history: PlantedHistory) => boolean
  readonly invents: (told: Told, history: PlantedHistory) => boolean
}

const SHAPES = {
  plateau:
    /plateau|flat|level(l?ed)? (off|out)|no (further )?gain|stopped (improving|gaining)|(not|no longer|little|hardly) improv/i,
  'still improving': /still improving|still fall|still ris/i,
  divergence: /diverg|gave back|blew up|explod|ran away/i,
  overfitting: /overfit|while (the )?train|apart|gap/i,
  'not a number': /nan\b|(not a|no) numbers?|not finite|non-?finite/i,
} as const

const BREAK_WORDS: Readonly<Record<string, RegExp>> = {
  'primary metric': /primary|val_f1|val_mae/i,
  'evaluation data': /data|holdout|digest/i,
  threshold: /threshold/i,
  split: /split|test_size/i,
  budget: /budget|epochs/i,
}

const LUCK = /luck|chance|noise|equally good/i
const BEYOND = /more than luck|stands out/i
/** The best run of each level, named beside a pair: what a table with a row per level would show. */
const BEST_OF_EACH = /by the best run of each \((?:[^()]|\([^()]*\))*\)/g
/** Names a run that only lends its noise, or those that a pair is not of. */
const ASIDE = new RegExp(`in the setting of \\[\\[r\\d+\\]\\]|${BEST_OF_EACH.source}`, 'g')

const repeats: Judge = {
  isOf: ({ finding: { kind } }) => kind === 'repeat',
  tells: restsOnAll,
  invents: (told, history) =>
    namesOneWithout(told, history, ({ different, sameProtocol }) => different.length === 0 && sameProtocol),
}

function curves(shape: keyof typeof SHAPES): Judge {
  return {
    isOf: ({ finding: { kind }, printed }) =>
      (kind === 'curve' || kind === 'still-improving' || (kind === 'failure' && shape === 'not a number')) &&
      SHAPES[shape].test(printed),
    tells: restsOnAll,
    invents: ({ named, finding }, history) =>
      finding.kind !== 'failure' && [...named].some((run) => history.shape(run) !== shape),
  }
}

/** How each kind of planted event is recognised among findings, and when a finding of that kind is false. */
const JUDGES: Readonly<Record<PlantedKind, Judge>> = {
  'exact repeat': repeats,
  'near repeat': repeats,
  replicates: {
    isOf: ({ finding: { kind } }) => kind === 'replicates',
    tells: restsOnAll,
    invents: (told, history) =>
      namesOneWithout(
        told,
        history,
        ({ different, near, sameProtocol, sameSeed }) =>
          different.length === 0 && near.length === 0 && sameProtocol && !sameSeed,
      ),
  },
  'cross-validation': {
    isOf: ({ finding: { kind } }) => kind === 'cross-validation',
    tells: restsOnAll,
    invents: ({ named }, history) => ![...named].some((run) => history.isFold(run)),
  },
  'minimal pair': {
    isOf: ({ finding: { kind } }) => kind === 'minimal-pair',
    tells: (told, event, history) => restsOnAll(told, event, history) && told.printed.includes(event.about),
    invents: (told, history) =>
      (namesOneWithout(
        told,
        history,
        ({ different, near, sameProtocol, sameCommit }) =>
          sameProtocol &&
          // One setting apart, if only by a hair, or nothing but the code.
          (different.length + near.length === 1 || (different.length + near.length === 0 && !sameCommit)),
      ) &&
        !confounds(told.printed)) ||
      acrossProtocols(told.beside, history),
  },
  // Nothing has to be found here: it is false to tell such a pair as a clean one.
  'confounded pair': {
    isOf: ({ finding: { kind } }) => kind === 'minimal-pair',
    tells: () => false,
    invents: (told, history) =>
      history.key.some(
        (event) =>
          event.kind === 'confounded pair' &&
          event.runs.every((run) => told.named.has(run)) &&
          !event.about.split(' ').every((param) => told.printed.includes(param)),
      ),
  },
  'protocol break': {
    isOf: ({ finding: { kind } }) => kind === 'protocol',
    tells: (told, event, history) =>
      restsOnAll(told, event, history) && BREAK_WORDS[event.about]?.test(told.printed) === true,
    invents: ({ printed }, history) =>
      !history.key.some(({ kind, about }) => kind === 'protocol break' && BREAK_WORDS[about]?.test(printed)),
  },
  plateau: curves('plateau'),
  'still improving': curves('still improving'),
  divergence: curves('divergence'),
  overfitting: curves('overfitting'),
  'not a number': curves('not a number'),
  failure: {
    isOf: ({ finding: { kind } }) => kind === 'failure',
    tells: restsOnAll,
    invents: () => false,
  },
  luck: {
    isOf: ({ finding: { kind }, printed }) =>
      kind === 'selection' && LUCK.test(printed) && !BEYOND.test(printed),
    tells: () => true,
    invents: (_, { flavour }) => flavour === 'better arm',
  },
  'better arm': {
    isOf: ({ finding: { kind }, printed }) => kind === 'selection' && BEYOND.test(printed),
    tells: ({ named }, { runs }) => runs.some((run) => named.has(run)),
    invents: (_, { flavour }) => flavour === 'luck' || flavour === 'noise',
  },
}

/**
 * Whether the finding rests on all of the event's runs. One that rests on nearly all runs of a history tells none of
 * them from the others: there, its sentence must name them.
 */
function restsOnAll({ rested, named }: Told, { runs }: PlantedEvent, history: PlantedHistory): boolean {
  const telling = rested.size * 2 > history.runs.length ? named : rested
  return runs.every((run) => telling.has(run))
}

/** Whether a named run stands in the wished relation to none of the runs that the finding rests on. */
function namesOneWithout(
  { named, rested }: Told,
  history: PlantedHistory,
  holds: (relation: Relation) => boolean,
): boolean {
  return [...named].some(
    (run) => ![...rested].some((other) => other !== run && holds(history.relation(run, other))),
  )
}

function acrossProtocols(runs: ReadonlySet<RunKey>, history: PlantedHistory): boolean {
  const [first, ...others] = runs
  return first !== undefined && others.some((other) => !history.relation(first, other).rankable)
}

function runsIn(sentence: string): readonly string[] {
  return sentence.match(/\br\d+\b/g) ?? []
}

function confounds(printed: string): boolean {
  return /too|as well|also|together|confound/i.test(printed)
}

function keysOf(addresses: readonly string[], keys: ReadonlyMap<string, RunKey>): ReadonlySet<RunKey> {
  return new Set(addresses.flatMap((address) => keys.get(/^r\d+/.exec(address)?.[0] ?? '') ?? []))
}

function addressOf(run: RunKey, keys: ReadonlyMap<string, RunKey>): string {
  return [...keys].find(([, key]) => key === run)?.[0] ?? run
}
