import { isDrawnId, type RunKey, type RunSummary } from '../runs/run.ts'
import { differingFacts } from './compare-live.ts'

/** A run that documents or notes name and no source has, by the last key that is known of it. */
export interface LostRun {
  readonly key: RunKey
  /** What the newest document that holds it froze of it; null where none did (a note named it). */
  readonly frozen: RunSummary | null
  /** Ids of the documents that hold it. */
  readonly documents: readonly string[]
  /** Places of the notes that are tied to it. */
  readonly notes: readonly string[]
}

/** Where a run that is lost has gone to, as far as it is plain. */
export type Move =
  | { readonly kind: 'found'; readonly lost: LostRun; readonly to: RunKey; readonly why: string }
  /** More than one may be it, or none is it for sure. */
  | {
      readonly kind: 'unsure'
      readonly lost: LostRun
      readonly candidates: readonly RunKey[]
      readonly why: string
    }
  /** `differs`: the one that has its id, and what that says otherwise. */
  | {
      readonly kind: 'gone'
      readonly lost: LostRun
      readonly differs: { readonly key: RunKey; readonly lines: readonly string[] } | null
    }

/**
 * Where lost runs are among those that are there, by plain evidence alone: a drawn id, in other words of its key; the same place below
 * another folder together with the same facts; the same facts, where no other run has them. Runs that one document holds side by
 * side with a lost one are other runs (`heldBy` gives the keys that a document holds). What two lost runs of one document would both be is neither.
 */
export function findMoved(
  lost: readonly LostRun[],
  present: readonly RunSummary[],
  heldBy: (document: string) => ReadonlySet<RunKey>,
): readonly Move[] {
  const byId = Map.groupBy(present, ({ key }) => idOf(key))
  const byTail = Map.groupBy(present, ({ key }) => tailOf(key))
  const byMark = Map.groupBy(present, markOf)
  const moves = lost.map((one): Move => {
    const isOther = ({ key }: RunSummary): boolean =>
      one.documents.some((document) => heldBy(document).has(key))
    const among = (runs: readonly RunSummary[] = []): readonly RunSummary[] =>
      runs.filter((run) => !isOther(run))
    return moveOf(one, {
      sameId: among(byId.get(idOf(one.key))),
      sameTail: among(byTail.get(tailOf(one.key))),
      sameMark: among(one.frozen === null ? [] : byMark.get(markOf(one.frozen))),
    })
  })
  return withoutClashes(moves)
}

/** Whether a run may be one of those that are lost, by its id or what it logged: others need not be kept in memory. */
export function mayBeLost(lost: readonly LostRun[]): (run: RunSummary) => boolean {
  const tails = new Set(lost.map(({ key }) => tailOf(key)))
  const marks = new Set(lost.flatMap(({ frozen }) => (frozen === null ? [] : [markOf(frozen)])))
  return (run) => tails.has(tailOf(run.key)) || marks.has(markOf(run))
}

interface Candidates {
  readonly sameId: readonly RunSummary[]
  readonly sameTail: readonly RunSummary[]
  readonly sameMark: readonly RunSummary[]
}

function moveOf(lost: LostRun, { sameId, sameTail, sameMark }: Candidates): Move {
  const { frozen, key } = lost
  const found = (run: RunSummary, why: string): Move => ({ kind: 'found', lost, to: run.key, why })
  const unsure = (runs: readonly RunSummary[], why: string): Move => ({
    kind: 'unsure',
    lost,
    candidates: runs.map((run) => run.key).toSorted(),
    why,
  })
  const agrees = (run: RunSummary): boolean => frozen !== null && differingFacts(frozen, run).length === 0

  if (isDrawnId(tailOf(key))) {
    const named = sameId.length > 0 ? sameId : sameTail
    const [only] = named
    if (only !== undefined && (frozen === null || named.some(agrees))) {
      const [first, ...more] = frozen === null ? named : named.filter(agrees)
      if (first === undefined || more.length > 0) return unsure(named, 'several sources have its id')
      return found(first, sameId.length > 0 ? SAME_ID : 'the same id in another experiment')
    }
    if (only !== undefined && frozen !== null) return gone(lost, only, frozen)
  }
  if (frozen === null) {
    if (sameId.length > 0) return unsure(sameId, 'no document holds what it logged')
    return { kind: 'gone', lost, differs: null }
  }
  const said = factsOf(frozen)
  const sure = said === '' ? [] : [...new Set([...sameId, ...sameTail, ...sameMark])].filter(agrees)
  const [same, ...others] = sure.filter((run) => sameId.includes(run))
  if (same !== undefined && others.length === 0) return found(same, `${SAME_ID}, and ${said}`)
  const nearest = longestTails(key, sure)
  const [near, ...asNear] = nearest
  if (near !== undefined && asNear.length === 0 && tailOf(near.key) === tailOf(key))
    return found(near, `the same place below another folder, and ${said}`)
  const [alone, ...more] = sure
  if (alone !== undefined && more.length === 0 && tellsApart(frozen)) return found(alone, said)
  if (sure.length > 0)
    return unsure(nearest, sure.length > 1 ? `each has ${said}` : `all that is known is ${said}`)
  const [called] = sameId
  if (called !== undefined && said === '') return unsure(sameId, 'it logged nothing to know it by')
  return called === undefined ? { kind: 'gone', lost, differs: null } : gone(lost, called, frozen)
}

const SAME_ID = 'the same id under another alias'

function gone(lost: LostRun, run: RunSummary, frozen: RunSummary): Move {
  return { kind: 'gone', lost, differs: { key: run.key, lines: differingFacts(frozen, run) } }
}

/** Two runs that one document tells apart cannot both be the same run. */
function withoutClashes(moves: readonly Move[]): readonly Move[] {
  const claimed = Map.groupBy(
    moves.filter((move) => move.kind === 'found'),
    ({ to }) => to,
  )
  return moves.map((move) => {
    if (move.kind !== 'found') return move
    const isShared = (claimed.get(move.to) ?? []).some(
      ({ lost }) =>
        lost !== move.lost && lost.documents.some((document) => move.lost.documents.includes(document)),
    )
    return isShared
      ? {
          kind: 'unsure',
          lost: move.lost,
          candidates: [move.to],
          why: 'another run of the same document may be it as well',
        }
      : move
  })
}

/** Those whose keys share the most of their last parts with a key. */
function longestTails(key: RunKey, runs: readonly RunSummary[]): readonly RunSummary[] {
  const parts = idOf(key).split('/').toReversed()
  const shared = runs.map((run) => {
    const own = idOf(run.key).split('/').toReversed()
    const parting = parts.findIndex((part, index) => part !== own[index])
    return { run, length: parting < 0 ? parts.length : parting }
  })
  const most = Math.max(0, ...shared.map(({ length }) => length))
  return shared.filter(({ length }) => length === most).map(({ run }) => run)
}

/** What of a run can be held against another, in words; empty where nothing can. */
function factsOf({ startedAt, params, metrics, status }: RunSummary): string {
  const isOpen = status === 'running' || status === 'scheduled'
  const parts = [
    ...(startedAt === null ? [] : ['start']),
    ...(params.size === 0 ? [] : ['settings']),
    ...(metrics.size === 0 || isOpen ? [] : ['values']),
  ]
  const last = parts.pop()
  if (last === undefined) return ''
  return `the same ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`
}

/** Whether the facts of a run are enough to know it by, without its id: two of start, settings and values. */
function tellsApart({ startedAt, params, metrics }: RunSummary): boolean {
  return [startedAt !== null, params.size > 0, metrics.size > 0].filter(Boolean).length > 1
}

/** What runs with the same facts have in common, to look them up by. */
function markOf({ startedAt, params }: RunSummary): string {
  return startedAt === null
    ? JSON.stringify([...params].toSorted(([left], [right]) => (left < right ? -1 : 1)))
    : String(startedAt)
}

function idOf(key: RunKey): string {
  return key.slice(key.indexOf(':') + 1)
}

function tailOf(key: RunKey): string {
  return key.slice(key.search(/[^:/]*$/))
}
