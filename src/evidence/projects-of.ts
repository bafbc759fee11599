import type { Run } from '../runs/run.ts'
import type { EvidenceRun } from './evidence.ts'

/** Runs of one project among those of several. */
export interface ProjectRuns {
  readonly label: string
  readonly runs: readonly EvidenceRun[]
}

/** The share of names (parameters and metrics) that runs of one project have in common at least. */
const SHARED_NAMES = 0.1

/** A source that nobody named is called after its kind. */
const UNNAMED = /^(?:mlflow|wandb|tensorboard|lightning|jsonl|csv|trainer|ultralytics)(?:-[0-9a-f]{4})?$/

/** The projects that these runs belong to, the one with most runs first. */
export function projectsOf(runs: readonly EvidenceRun[]): readonly ProjectRuns[] {
  const labels = projectLabels(runs.map(({ run }) => run))
  return [...Map.groupBy(runs, ({ run }) => labels.get(unitOf(run)) ?? '')]
    .map(([label, members]) => ({ label, runs: members }))
    .sort((a, b) => b.runs.length - a.runs.length)
}

/** The name of the project that a run belongs to, among these runs; null where all of them belong to one. */
export function projectNames(runs: readonly Run[]): (run: Run) => string | null {
  const labels = projectLabels(runs)
  const isOne = new Set(labels.values()).size < 2
  return (run) => (isOne ? null : (labels.get(unitOf(run)) ?? null))
}

function unitOf({ source, experiment }: Run): string {
  return JSON.stringify([source, experiment.id])
}

interface Unit {
  readonly key: string
  readonly source: string
  readonly experiment: string
  readonly names: ReadonlySet<string>
  readonly digests: ReadonlySet<string>
}

/**
 * For each experiment the name of its project. Experiments are of one project where they used the same data, share a tenth
 * of the names of their parameters and metrics, or, in one source, a word of their own names; what logged nothing is of the
 * project that was first.
 */
function projectLabels(runs: readonly Run[]): ReadonlyMap<string, string> {
  const units = [...Map.groupBy(runs, unitOf)].flatMap(([key, members]): Unit[] => {
    const [first] = members
    if (first === undefined) return []
    return [
      {
        key,
        source: first.source,
        experiment: first.experiment.name,
        names: new Set(members.flatMap(({ params, metrics }) => [...params.keys(), ...metrics.keys()])),
        digests: new Set(members.flatMap(({ dataSets }) => dataSets.map(({ digest }) => digest))),
      },
    ]
  })
  const projects: Unit[][] = []
  for (const unit of [...units].sort((a, b) => b.names.size - a.names.size)) {
    const akin = projects.filter((project) => project.some((other) => isAkin(unit, other)))
    const [home] = akin
    if (home === undefined) projects.push([unit])
    else {
      home.push(unit)
      // What holds two projects together makes one of them.
      for (const other of akin.slice(1)) home.push(...other.splice(0))
    }
  }
  const told = projects.filter((project) => project.length > 0)
  return new Map(
    told.flatMap((project) => {
      const label = labelOf(project, units)
      return project.map(({ key }) => [key, label] as const)
    }),
  )
}

/** The source's name where the project is all of it and somebody named it, else the experiment's. */
function labelOf(project: readonly Unit[], units: readonly Unit[]): string {
  const [first] = project
  if (first === undefined) return ''
  const isWhole = units.every((one) => one.source !== first.source || project.includes(one))
  return isWhole && !UNNAMED.test(first.source) ? first.source : first.experiment
}

function isAkin(a: Unit, b: Unit): boolean {
  if (a.names.size === 0 || b.names.size === 0) return true
  if ([...a.digests].some((digest) => b.digests.has(digest))) return true
  if (a.source === b.source && shareWord(a.experiment, b.experiment)) return true
  const common = [...a.names].filter((name) => b.names.has(name)).length
  return common >= SHARED_NAMES * (a.names.size + b.names.size - common)
}

function shareWord(a: string, b: string): boolean {
  const words = (text: string): readonly string[] =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 2)
  const known = new Set(words(b))
  return words(a).some((word) => known.has(word))
}
