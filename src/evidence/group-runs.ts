import type { RunStatus } from '../runs/run.ts'
import type { Address, EvidenceRun, Factor, Group } from './evidence.ts'
import { isBookkeeping, isSeed, isTelling, replicatesAmong } from './what-varied.ts'

const STATUSES: readonly RunStatus[] = ['finished', 'failed', 'killed', 'running', 'scheduled', 'unknown']
const MOST_LEVELS = 12

/**
 * The groups that a document may speak of: all runs, those of each status, finished ones that may be ranked against each
 * other, those of each experiment, of each level of a
 * factor where levels hold more than one run, replicates, and the children of one parent.
 */
export function groupRuns(runs: readonly EvidenceRun[], factors: readonly Factor[]): readonly Group[] {
  const groups: Omit<Group, 'address'>[] = []
  if (runs.length > 0)
    groups.push({ kind: 'status', label: 'all runs', word: 'all', runs: runs.map((one) => one.address) })
  for (const status of STATUSES) {
    const members = runs.filter(({ run }) => run.status === status)
    if (members.length > 0)
      groups.push({
        kind: 'status',
        label: `${status} runs`,
        word: status,
        runs: members.map((one) => one.address),
      })
  }
  const finished = Map.groupBy(
    runs.filter(({ run }) => run.status === 'finished'),
    (one) => one.comparableAs,
  )
  if (finished.size > 1)
    for (const [label, members] of finished)
      groups.push({
        kind: 'comparable',
        label: `finished runs with ${label}`,
        word: null,
        runs: members.map((one) => one.address),
      })
  const byExperiment = Map.groupBy(runs, ({ run }) => run.experiment.name)
  if (byExperiment.size > 1)
    for (const [name, members] of byExperiment)
      groups.push({
        kind: 'experiment',
        label: `experiment ${name}`,
        word: null,
        runs: members.map((one) => one.address),
      })
  const telling = factors
    .filter((one) => saysSomething(one, runs.length))
    .sort((one, other) => Number(isTelling(other.param)) - Number(isTelling(one.param)))
  for (const factor of telling)
    for (const level of factor.levels) {
      // The same runs under another setting's name are no group of their own.
      if (groups.some((group) => group.kind !== 'comparable' && sameRuns(group.runs, level.runs))) continue
      groups.push({
        kind: 'level',
        label: `${factor.param}=${level.value ?? 'not logged'}`,
        word: null,
        runs: level.runs,
      })
    }
  for (const members of replicatesAmong(runs))
    groups.push({ kind: 'replicates', label: `replicates of ${members[0]}`, word: null, runs: members })
  const children = Map.groupBy(
    runs.filter(({ run }) => run.parent !== null),
    ({ run }) => run.parent,
  )
  for (const [parent, members] of children) {
    const known = runs.find(({ run }) => run.key === parent)
    groups.push({
      kind: 'family',
      label: `children of ${known?.address ?? parent ?? 'an unknown run'}`,
      word: null,
      runs: members.map((one) => one.address),
    })
  }
  return groups.map((group, index) => ({ address: `g${index + 1}`, ...group }))
}

/** A factor is worth groups when its levels gather runs: some level holds two or more, and there are not too many. */
function saysSomething(factor: Factor, runCount: number): boolean {
  return (
    !isBookkeeping(factor.param) &&
    !isSeed(factor.param) &&
    factor.levels.length <= MOST_LEVELS &&
    factor.levels.length < runCount
  )
}

function sameRuns(a: readonly Address[], b: readonly Address[]): boolean {
  return a.length === b.length && a.every((address) => b.includes(address))
}
