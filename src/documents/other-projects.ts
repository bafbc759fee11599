import type { Evidence } from '../evidence/evidence.ts'
import { metricSlot, rankedBy } from '../evidence/headline.ts'
import { type ProjectRuns, projectsOf } from '../evidence/projects-of.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { whatVaried } from '../evidence/what-varied.ts'
import type { Folded } from './log-folds.ts'
import { printCount } from './print-counts.ts'
import { printTable } from './print-table.ts'
import type { Printer } from './printer.ts'
import { resultsTable } from './results-table.ts'

/** The runs of a day that belong to several projects, told apart. */
export interface ToldApart {
  /** The evidence of the project that the entry leads with; all of it where there is one only. */
  readonly main: Evidence
  /** Its name; null where there is one only. */
  readonly label: string | null
  /** A line for each other project: how many runs, and its best value. */
  readonly lines: readonly string[]
  /** Its table. */
  readonly folded: readonly Folded[]
}

/** Tells the projects of a day's runs apart: the one with most runs leads, each other one has a line and a table. */
export function tellApart(evidence: Evidence, print: Printer): ToldApart {
  const [first, ...others] = projectsOf(evidence.runs)
  if (first === undefined || others.length === 0)
    return { main: evidence, label: null, lines: [], folded: [] }
  const main =
    [first, ...others].find(({ runs }) =>
      runs.some(({ run }) => evidence.lead !== null && run.metrics.has(evidence.lead.metric)),
    ) ?? first
  const rest = [first, ...others].filter((one) => one !== main)
  return {
    main: only(evidence, main, evidence.lead),
    label: main.label,
    lines: rest.map((one) => line(one, evidence, print)),
    folded: rest.flatMap((one) => {
      const table = resultsTable(only(evidence, one, leadOf(one, evidence)), { axis: null, metrics: [] })
      return table === null
        ? []
        : [
            {
              summary: `Results of ${print.words(one.label)}`,
              text: null,
              items: [],
              table: printTable(table, print),
            },
          ]
    }),
  }
}

function only(evidence: Evidence, { runs }: ProjectRuns, lead: Evidence['lead']): Evidence {
  return { ...evidence, runs, lead, ...whatVaried(runs) }
}

function leadOf({ runs }: ProjectRuns, { metrics }: Evidence): Evidence['lead'] {
  const [metric] = rankMetrics(
    runs.map(({ run }) => run),
    metrics,
  )
  return metric === undefined ? null : { metric, assumed: metric !== metrics.primary }
}

function line(project: ProjectRuns, evidence: Evidence, print: Printer): string {
  const count = printCount(project.runs.length, 'project.runs', print)
  const broken = project.runs.filter(({ run }) => run.status === 'failed').length
  const counted = `${count} ${project.runs.length === 1 ? 'run' : 'runs'}${broken === 0 ? '' : `, ${printCount(broken, 'project.failed', print)} failed`}`
  const metric = leadOf(project, evidence)?.metric
  const direction = metric === undefined ? null : evidence.metrics.direction(metric)
  const [best] = metric === undefined ? [] : rankedBy(metric, project.runs, evidence.metrics)
  if (metric === undefined || best === undefined) return `**${print.words(project.label)}**: ${counted}.`
  const word = direction === null ? '' : direction === 'lower' ? 'lowest ' : 'highest '
  return `**${print.words(project.label)}**: ${counted}; ${word}${print.words(metric)} ${print.value(metricSlot(best, metric))} in ${print.value(best.address)}.`
}
