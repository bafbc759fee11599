import type { EvidenceRun } from '../evidence/evidence.ts'
import { headlineValue, metricSlot, rankedBy } from '../evidence/headline.ts'
import { type ProjectRuns, projectsOf } from '../evidence/projects-of.ts'
import type { Missing } from './account.ts'
import type { LogAccount } from './log-account.ts'
import { mark, plain, type SourceLine } from './source-lines.ts'

/** A line of another project's runs: how many, how many of them failed, and the best of them by a metric. */
export function isProjectLine({ text, values }: SourceLine, { evidence, told }: LogAccount): boolean {
  const projects = projectsOf(evidence.runs)
  const project = projects.find(({ label }) => text.startsWith(`**${plain(label)}**: `))
  if (project === undefined || projects.length < 2) return false
  const { label, runs } = project
  told.add(`project ${label}`)
  told.add('projects apart')
  const counts = values.filter(({ expression }) => expression.startsWith('project.'))
  const broken = runs.filter(({ run }) => run.status === 'failed').length
  const failed = broken === 0 ? '' : `, ${mark('project.failed')} failed`
  const lead = `**${plain(label)}**: ${mark('project.runs')} run${runs.length === 1 ? '' : 's'}${failed}`
  return (
    counts.every(
      ({ expression, printed }) =>
        Number(printed) === (expression === 'project.failed' ? broken : runs.length),
    ) &&
    (text === `${lead}.` || bestOf(project, evidence.metrics).some((best) => text === `${lead}; ${best}.`))
  )
}

/** `highest val_f1 0.29 in xgb`, for each metric that the runs of a project logged. */
function bestOf({ runs }: ProjectRuns, rules: LogAccount['evidence']['metrics']): readonly string[] {
  const names = new Set(runs.flatMap(({ run }) => [...run.metrics.keys()]))
  return [...names].flatMap((name) => {
    const direction = rules.direction(name)
    const word = direction === null ? '' : direction === 'lower' ? 'lowest ' : 'highest '
    const ranked = rankedBy(name, runs, rules)
    const value = (one: EvidenceRun | undefined) =>
      one === undefined ? null : headlineValue(one, name, rules)
    return ranked
      .filter((one) => direction === null || value(one) === value(ranked[0]))
      .map((one) => `${word}${plain(name)} ${mark(metricSlot(one, name))} in ${mark(one.address)}`)
  })
}

/** The project that a note under the table says it is of; null where the table holds runs of another, or there is one only. */
export function projectAlone(text: string, { evidence, told }: LogAccount): string | null {
  const projects = projectsOf(evidence.runs)
  const project = projects.find(({ label }) => text.startsWith(`Of ${plain(label)} alone.`))
  if (project === undefined || projects.length < 2) return null
  const others = evidence.runs.filter((one) => !project.runs.includes(one))
  if (others.some(({ address }) => told.has(`in the table ${address}`))) return null
  told.add(`project ${project.label}`)
  told.add('projects apart')
  return `Of ${plain(project.label)} alone.`
}

/** Projects of an entry that tells several apart, and not these. */
export function missingProjects({ evidence, told }: LogAccount): readonly Missing[] {
  if (!told.has('projects apart')) return []
  return projectsOf(evidence.runs)
    .filter(({ label }) => !told.has(`project ${label}`))
    .filter(({ runs }) => !runs.some(({ address }) => told.has(`in the table ${address}`)))
    .map(({ label }) => ({ what: 'the runs of a project', text: label }))
}
