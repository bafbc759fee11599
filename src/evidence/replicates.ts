import type { Run } from '../runs/run.ts'
import { foldOf } from './folds.ts'
import { nameStem } from './name-stem.ts'
import { outcomeOf } from './outcome-of.ts'
import { dataOf } from './same-ground.ts'
import { seedOf } from './seed-of.ts'
import { triedIn } from './setting-of.ts'

interface Known {
  readonly run: Run
}

/**
 * Runs that differ in nothing but the seed: same parameters, same code and data where those are known. Each seed stands
 * for one run, the first of it: a setting run again with its seed tells nothing of chance. Runs without a seed are in none:
 * nobody knows what made them differ. Only groups of two or more; folds of a cross-validation are no replicates of each
 * other.
 */
export function replicatesAmong<One extends Known>(runs: readonly One[]): readonly (readonly One[])[] {
  return runsOfOneSetting(runs.filter(({ run }) => seedOf(run) !== null))
    .map(onePerSeed)
    .filter((group) => group.length > 1)
}

/** Runs gathered by experiment, setting, fold, code and data; a group may be a single run. */
export function runsOfOneSetting<One extends Known>(runs: readonly One[]): readonly (readonly One[])[] {
  const bySetting = new Map<string, One[]>()
  for (const one of runs) {
    const setting = triedIn(one.run)
    if (setting === null) continue
    const key = JSON.stringify([one.run.experiment.id, foldOf(one.run), setting])
    const known = bySetting.get(key)
    if (known === undefined) bySetting.set(key, [one])
    else known.push(one)
  }
  return [...bySetting.values()]
    .flatMap((group) => byKnown(group, ({ code }) => code.commit ?? ''))
    .flatMap((group) => byKnown(group, dataOf))
}

/** One run for each seed; without seeds one for each outcome, the name telling what no parameter does. */
export function onePerSeed<One extends Known>(group: readonly One[]): readonly One[] {
  const seeded = group.filter(({ run }) => seedOf(run) !== null)
  if (seeded.length > 0) return firstOfEach(seeded, ({ run }) => seedOf(run))
  const byName = [...Map.groupBy(group, ({ run }) => nameStem(run)).values()].map((named) =>
    firstOfEach(named, ({ run }) => outcomeOf(run)),
  )
  return byName.reduce((a, b) => (b.length > a.length ? b : a), [])
}

/** Splits a group where its runs tell different things; those that tell nothing stay with the others where these agree. */
function byKnown<One extends Known>(
  group: readonly One[],
  tell: (run: Run) => string,
): readonly (readonly One[])[] {
  const told = Map.groupBy(group, ({ run }) => tell(run))
  return told.size - Number(told.has('')) <= 1 ? [group] : [...told.values()]
}

function firstOfEach<One extends Known>(
  group: readonly One[],
  key: (one: One) => string | null,
): readonly One[] {
  return [...Map.groupBy(group, key).values()].flatMap(([first]) => (first === undefined ? [] : [first]))
}
