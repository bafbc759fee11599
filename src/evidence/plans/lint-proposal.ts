import type { EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { findTried } from '../find-tried.ts'
import { withoutFolds } from '../folds.ts'
import { secondsOf } from '../run-time.ts'
import { dataOf } from '../same-ground.ts'
import { seedOf } from '../seed-of.ts'
import { isSeed } from '../what-varied.ts'
import type { Proposal } from './proposal.ts'
import type { SettledProposal } from './settle-proposal.ts'

/** What all past runs say of a proposal. */
export type Lint =
  /** No run has its setting. */
  | { readonly kind: 'new' }
  /** Its setting has run, and it asks for more seeds than there are: `runs` are those there are. */
  | { readonly kind: 'replicates'; readonly runs: readonly [EvidenceRun, ...EvidenceRun[]] }
  /** Its setting has run. */
  | {
      readonly kind: 'tried'
      /** Finished ones before others, the newest first. */
      readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
      /** Whether numbers differ, within the tolerance of narrate.yaml. */
      readonly isNear: boolean
      /** Names of the seeds in which it differs from all of them; empty where nothing differs. */
      readonly seeds: readonly string[]
      /** Seconds that they took together; null where none tells. */
      readonly seconds: number | null
      /** Whether one of them finished, or goes on. */
      readonly hasFinished: boolean
    }
  /** A name in it may mean several parameters: it cannot be held against anything. */
  | { readonly kind: 'unclear'; readonly typed: string; readonly names: readonly string[] }

/** With so many seeds a setting is known; more are no experiment of their own. */
const ENOUGH_SEEDS = 5

/**
 * Holds a proposal against all past runs, failed and deleted ones too, as `narrate tried` does: whatever the notation, whatever
 * the code, near numbers included. It is meant for the data in use now: runs on data that was given up since do not
 * count.
 */
export function lintProposal(
  proposal: Proposal,
  settled: SettledProposal,
  evidence: Pick<EvidenceWithoutFindings, 'runs' | 'earlier' | 'deleted' | 'rules'>,
): Lint {
  const [unclear] = settled.unclear
  if (unclear !== undefined) return { kind: 'unclear', ...unclear }
  const all = withoutFolds([...evidence.runs, ...evidence.earlier, ...evidence.deleted])
  const data = dataInUse(settled.from, all)
  const held = all.filter(({ run }) => data === '' || dataOf(run) === '' || dataOf(run) === data)
  const byKey = new Map(held.map((one) => [one.run.key, one]))
  const found = findTried(
    { params: settled.params, typed: new Set(), scope: 'run' },
    held.map(({ run }) => run),
    evidence.rules.repeats,
  )
  if (found.answer === 'no') return { kind: 'new' }
  const same = found.settings.filter(({ match }) => match !== 'none')
  const [first, ...rest] = same.flatMap((one) => one.runs.flatMap(({ key }) => byKey.get(key) ?? []))
  if (first === undefined) return { kind: 'new' }
  const runs = [first, ...rest] as const
  const seedNames = [...settled.params.keys()].filter((name) => isSeed(name))
  const known = new Set(runs.map(({ run }) => seedOf(run)))
  const asksForSeeds =
    proposal.seeds > 1 || (settled.changes.length > 0 && settled.changes.every(({ param }) => isSeed(param)))
  const isOwnSeed = runs.some(({ run }) =>
    seedNames.every((name) => run.params.get(name) === settled.params.get(name)),
  )
  if (asksForSeeds && known.size < ENOUGH_SEEDS && (proposal.seeds > 1 || !isOwnSeed))
    return { kind: 'replicates', runs }
  const seconds = runs.flatMap(({ run }) => secondsOf(run) ?? [])
  return {
    kind: 'tried',
    runs,
    isNear: same[0]?.match === 'near',
    seeds: isOwnSeed
      ? []
      : seedNames.filter((name) =>
          runs.every(({ run }) => run.params.get(name) !== settled.params.get(name)),
        ),
    seconds: seconds.length === 0 ? null : seconds.reduce((sum, one) => sum + one, 0),
    hasFinished: runs.some(({ run }) => run.status === 'finished' || run.status === 'running'),
  }
}

/** The data that a run begun from this one would stand on: its own, or the newest where nobody went back to its own. */
export function dataInUse(from: EvidenceRun, runs: readonly EvidenceRun[]): string {
  const own = dataOf(from.run)
  if (own === '') return ''
  const startOf = ({ run }: EvidenceRun): number => run.startedAt ?? 0
  const told = runs.filter(({ run }) => dataOf(run) !== '').toSorted((a, b) => startOf(a) - startOf(b))
  const newest = told.at(-1)
  if (newest === undefined || dataOf(newest.run) === own) return own
  const lastOfOwn = told.findLast(({ run }) => dataOf(run) === own)
  const firstOfNewest = told.find(({ run }) => dataOf(run) === dataOf(newest.run))
  if (lastOfOwn === undefined || firstOfNewest === undefined) return own
  return startOf(lastOfOwn) < startOf(firstOfNewest) ? dataOf(newest.run) : own
}
