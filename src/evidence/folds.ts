import type { Run, RunKey } from '../runs/run.ts'
import type { Address, EvidenceRun } from './evidence.ts'
import { remember } from './remember.ts'
import { seedOf } from './seed-of.ts'
import { triedIn } from './setting-of.ts'
import { isFoldName } from './what-varied.ts'

/** Which fold of a cross-validation a run was, by a parameter, a tag or its name (`cv-fold-3`); null where it was none. */
export const foldOf = remember((run: Run): string | null => {
  for (const [name, text] of [...run.params, ...run.tags]) if (isFoldName(name)) return text
  return /(?:^|[^a-z])folds?[\s_./=-]*(\d{1,3})(?!\d)/i.exec(run.name)?.[1] ?? null
})

/** The folds of one cross-validation. */
export interface FoldSet {
  /** The run they are children of; null where they have none, or it is not among the runs. */
  readonly parent: EvidenceRun | null
  /** One run for each fold, in the order of the folds. */
  readonly folds: readonly EvidenceRun[]
}

/**
 * The cross-validations among runs: children of one parent that differ in the fold alone, or runs without a parent that
 * share setting, seed, code and data and name three folds or more.
 */
export function foldsAmong(runs: readonly EvidenceRun[]): readonly FoldSet[] {
  const parents = new Map<RunKey, EvidenceRun>(runs.map((one) => [one.run.key, one]))
  const sets = Map.groupBy(
    runs.filter(({ run }) => foldOf(run) !== null),
    ({ run }) =>
      JSON.stringify([
        run.parent,
        run.experiment.id,
        triedIn(run),
        ...(run.parent === null ? [seedOf(run), run.code.commit, run.name.replace(/\d+/g, '')] : []),
      ]),
  )
  return [...sets.values()].flatMap((members) => {
    const folds = [...Map.groupBy(members, ({ run }) => foldOf(run)).values()]
      .flatMap(([first]) => (first === undefined ? [] : [first]))
      .sort((a, b) => byFold(a.run, b.run))
    const key = members[0]?.run.parent ?? null
    if (folds.length < (key === null ? 3 : 2)) return []
    return [{ parent: key === null ? null : (parents.get(key) ?? null), folds }]
  })
}

/**
 * The runs that may compete: all but the folds of cross-validations, whose values stand for a part of the data each.
 * `all` are the runs in which families are looked for, where those are more than the ones asked about.
 */
export function withoutFolds(
  runs: readonly EvidenceRun[],
  all: readonly EvidenceRun[] = runs,
): readonly EvidenceRun[] {
  const folds = new Set<Address>(foldsAmong(all).flatMap((set) => set.folds.map(({ address }) => address)))
  return folds.size === 0 ? runs : runs.filter(({ address }) => !folds.has(address))
}

/** Orders runs by their folds: numbers by size, then texts. */
function byFold(a: Run, b: Run): number {
  const [foldA, foldB] = [foldOf(a) ?? '', foldOf(b) ?? '']
  return Number(foldA) - Number(foldB) || (foldA < foldB ? -1 : 1)
}
