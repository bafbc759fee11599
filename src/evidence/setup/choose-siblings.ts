import type { EvidenceRun } from '../evidence.ts'
import { settingValue } from '../setting-value.ts'

const MOST = 40

/**
 * The runs that tell most of a run's setup, the nearest first: of its experiment, with its parent, its settings, near it in time.
 * How near one is depends on no other run, so that the same ones come out of those that are kept.
 */
export function chooseSiblings<One extends Pick<EvidenceRun, 'run'>>(
  target: Pick<EvidenceRun, 'run'>,
  others: readonly One[],
): readonly One[] {
  const own = others.filter(
    ({ run }) =>
      run.key !== target.run.key && run.source === target.run.source && !run.deleted && run.params.size > 0,
  )
  const placed = own.map((one) => ({ one, near: nearnessOf(target, one) }))
  return placed
    .toSorted((a, b) => compare(a.near, b.near) || (a.one.run.key < b.one.run.key ? -1 : 1))
    .slice(0, MOST)
    .map(({ one }) => one)
}

function nearnessOf(
  { run }: Pick<EvidenceRun, 'run'>,
  { run: other }: Pick<EvidenceRun, 'run'>,
): readonly number[] {
  let shared = 0
  for (const [name, text] of run.params) {
    const theirs = other.params.get(name)
    if (theirs !== undefined && settingValue(name, theirs).key === settingValue(name, text).key) shared += 1
  }
  return [
    run.experiment.id === other.experiment.id ? 0 : 1,
    run.parent !== null && run.parent === other.parent ? 0 : 1,
    -shared,
    Math.abs((run.startedAt ?? 0) - (other.startedAt ?? 0)),
  ]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
