import { isDone, type RunStatus } from '../runs/run.ts'
import type { Address, EvidenceRun, Factor, Group } from './evidence.ts'
import { foldOf } from './folds.ts'
import { nameStem } from './name-stem.ts'
import { plainName } from './plain-name.ts'
import { replicatesAmong } from './replicates.ts'
import { asksForMeasurement } from './setting-of.ts'
import { isBookkeeping, isSeed, isTelling } from './what-varied.ts'

const STATUSES: readonly RunStatus[] = ['finished', 'failed', 'killed', 'running', 'scheduled', 'unknown']
const MOST_LEVELS = 12
const MOST_FAMILIES = 8
const MOST_PARENTS = 50
const LONGEST_TAG = 60
const FEWEST_OF_A_NAME = 3

/**
 * The groups that a document may speak of: all runs, those of each status, finished ones that may be ranked against each
 * other, those of each experiment, of each level of a
 * factor where levels hold more than one run, replicates, and families: the children of one parent, runs that share a
 * tag, and runs whose names are one series (`lgbm-s1`, `lgbm-s2`).
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
    runs.filter(({ run }) => isDone(run)),
    (one) => one.comparableAs,
  )
  if (finished.size > 1)
    for (const [label, members] of finished)
      groups.push({
        kind: 'comparable',
        label: `${members.every(({ run }) => run.status === 'finished') ? 'finished runs' : 'runs'} with ${label}`,
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
  const known = new Set(
    groups.flatMap((group) => (group.kind === 'comparable' ? [] : [membersOf(group.runs)])),
  )
  for (const factor of telling)
    for (const level of factor.levels) {
      // The same runs under another setting's name are no group of their own.
      if (known.has(membersOf(level.runs))) continue
      known.add(membersOf(level.runs))
      groups.push({
        kind: 'level',
        label: `${factor.param}=${level.value ?? 'not logged'}`,
        word: null,
        runs: level.runs,
      })
    }
  for (const members of replicatesAmong(runs.filter(({ run }) => isDone(run)))) {
    const addresses = members.map(({ address }) => address)
    groups.push({
      kind: 'replicates',
      label: `replicates of ${plainName(members[0]?.run.name ?? '')}`,
      word: null,
      runs: addresses,
    })
  }
  for (const [kind, families] of familiesOf(runs))
    for (const { label, members } of families
      .filter((one) => !known.has(membersOf(one.members)))
      .slice(0, kind === 'parent' ? MOST_PARENTS : MOST_FAMILIES)) {
      known.add(membersOf(members))
      groups.push({ kind: 'family', label, word: null, runs: members })
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

interface Family {
  readonly label: string
  readonly members: readonly Address[]
}

/** Families by what holds them together, the largest first; a child alone is no family of a tag or a name. */
function familiesOf(runs: readonly EvidenceRun[]): readonly (readonly [string, readonly Family[]])[] {
  const byKey = new Map(runs.map(({ run, address }) => [run.key, address]))
  const children = Map.groupBy(
    runs.filter(({ run }) => run.parent !== null),
    ({ run }) => run.parent ?? '',
  )
  const tags = new Map<string, { readonly label: string; readonly runs: EvidenceRun[] }>()
  for (const one of runs)
    for (const [name, text] of one.run.tags) {
      if (text.length > LONGEST_TAG || isSeed(name) || isBookkeeping(name) || asksForMeasurement(name))
        continue
      const key = JSON.stringify([name, text])
      const tag = tags.get(key) ?? { label: `${name}=${text}`, runs: [] }
      tag.runs.push(one)
      tags.set(key, tag)
    }
  const stems = Map.groupBy(
    runs.filter(({ run }) => foldOf(run) === null && /\d/.test(run.name)),
    ({ run }) => nameStem(run),
  )
  const largestFirst = (families: readonly Family[]): readonly Family[] =>
    [...families].sort((a, b) => b.members.length - a.members.length || (a.label < b.label ? -1 : 1))
  return [
    [
      'parent',
      [...children].map(([parent, members]) => ({
        label: `children of ${byKey.get(parent) ?? parent}`,
        members: members.map(({ address }) => address),
      })),
    ],
    [
      'tag',
      largestFirst(
        [...tags.values()]
          .filter((tag) => tag.runs.length > 1 && tag.runs.length < runs.length)
          .map((tag) => ({ label: tag.label, members: tag.runs.map(({ address }) => address) })),
      ),
    ],
    [
      'name',
      largestFirst(
        [...stems].flatMap(([stem, members]) =>
          stem === '' ||
          members.length < FEWEST_OF_A_NAME ||
          members.length === runs.length ||
          new Set(members.map(({ run }) => run.name)).size < FEWEST_OF_A_NAME
            ? []
            : [{ label: `runs named ${stem}`, members: members.map(({ address }) => address) }],
        ),
      ),
    ],
  ]
}

/** The same runs have the same text, whatever they are grouped by. */
function membersOf(runs: readonly Address[]): string {
  return runs.join(' ')
}
