import { escapeMarkdown } from '../render/escape-markdown.ts'
import { shortId } from '../runs/run.ts'
import type { LevelComparison } from './compare-levels.ts'
import type { ComparedMetric, Comparison, Difference, Side } from './compare-runs.ts'
import { formatNumber, statusText } from './format-run.ts'
import { arrowOf, durationText } from './render-comparison.ts'
import { outcomesOf } from './render-levels.ts'

/** The metric that decides, and whether nobody named it. */
export interface LeadMetric {
  readonly metric: string
  readonly assumed: boolean
}

/** A comparison as Markdown: the table of runs and metrics, what is best and by what, what differs. */
export function comparisonMarkdown(comparison: Comparison, lead: LeadMetric | null): string {
  const { runs, labels, metrics, durations, costs } = comparison
  const results = table(
    [
      '',
      'Run',
      ...metrics.map((metric) => `${escapeMarkdown(metric.name)} ${arrowOf(metric)}`.replace(' ·', '')),
      'Duration',
      ...(costs === null ? [] : ['Cost']),
    ],
    runs.map((run, index) => [
      labels[index] ?? '',
      `${escapeMarkdown(run.name)} \`${shortId(run.id).replace(/[^\w.#:@+=-]/g, '')}\`${statusText(run) === 'finished' ? '' : ` (${statusText(run)})`}`,
      ...metrics.map((metric) => markedValue(metric, index)),
      durationText(durations[index] ?? null),
      ...(costs === null
        ? []
        : [costs[index] === null || costs[index] === undefined ? '–' : formatNumber(costs[index])]),
    ]),
    2,
  )
  return [
    `# Comparison of ${runs.length} runs`,
    results,
    bestText(comparison, lead),
    ...(comparison.comparable
      ? []
      : [`**Not comparable.** The runs did not measure the same thing:\n\n${sidesText(comparison.breaks)}`]),
    ...(comparison.thresholds.length === 0
      ? []
      : [
          `**Metrics that move with the decision threshold are not comparable:**\n\n${sidesText(comparison.thresholds)}`,
        ]),
    ...(comparison.budgets.length === 0
      ? []
      : [
          `**The budget changed for good between them; none is called best across it:**\n\n${sidesText(comparison.budgets)}`,
        ]),
    '## What differs',
    differences(comparison),
    '## How it was compared',
    how(comparison),
  ]
    .join('\n\n')
    .concat('\n')
}

/** Levels of one field as Markdown. */
export function levelsMarkdown(comparison: LevelComparison): string {
  const { by, levels, metrics, alsoVaries } = comparison
  return [
    `# Comparison by ${escapeMarkdown(by)}`,
    table(
      [escapeMarkdown(by), 'Runs', ...metrics.map(({ name }) => escapeMarkdown(name))],
      levels.map(({ value, runs, unfinished }, index) => [
        value === null ? 'not logged' : escapeMarkdown(value),
        unfinished === 0 ? String(runs) : `${runs} (${unfinished} unfinished)`,
        ...metrics.map(({ values, winner }) => {
          const one = values[index]
          if (one === null || one === undefined) return '–'
          const text = `${formatNumber(one.mean)}${one.sd === null ? '' : ` ± ${formatNumber(one.sd)}`} (n=${one.count})`
          return index === winner ? `**${text}**` : text
        }),
      ]),
      1,
    ),
    outcomesOf(comparison)
      .map((text) => `- ${escapeMarkdown(text)}`)
      .join('\n'),
    ...(comparison.comparable ? [] : ['**Not comparable.** The runs did not all measure the same thing.']),
    ...(alsoVaries.length === 0
      ? []
      : [
          `The levels differ in more than ${escapeMarkdown(by)}: ${alsoVaries.map(escapeMarkdown).join(', ')} vary too.`,
        ]),
    `Mean ± sample standard deviation (n) of finished runs${levels.some(({ folds }) => folds > 0) ? ', folds of cross-validations aside' : ''}.`,
  ]
    .join('\n\n')
    .concat('\n')
}

function sidesText(sides: readonly Side[]): string {
  return sides
    .map(({ as, labels }) => `- ${labels.join(', ')}: ${escapeMarkdown(as) || 'nothing told'}`)
    .join('\n')
}

function markedValue({ values, winner }: ComparedMetric, index: number): string {
  const value = values[index]
  if (value === null || value === undefined) return '–'
  return index === winner ? `**${formatNumber(value)}**` : formatNumber(value)
}

/** The seeds' "Best Model", where there is one: by the deciding metric, with what else it leads in. */
function bestText(comparison: Comparison, lead: LeadMetric | null): string {
  const { runs, metrics } = comparison
  const deciding = metrics.find(({ name }) => name === lead?.metric)
  if (lead === null) return '**Best run:** none: they share no metric.'
  const by = `${escapeMarkdown(lead.metric)}${lead.assumed ? ' (assumed: no primary metric is named)' : ''}`
  if (deciding === undefined) return `**Best run:** none: ${by} is equal in all.`
  const best = deciding.winner === null ? undefined : runs[deciding.winner]
  if (best === undefined) return `**Best run:** none by ${by}: ${reasonOf(deciding)}.`
  const others = metrics.filter(({ winner, name }) => winner === deciding.winner && name !== deciding.name)
  const lines = [deciding, ...others].map((metric) => {
    const value = deciding.winner === null ? null : metric.values[deciding.winner]
    const ahead = metric.difference === null ? '' : `, ahead by ${formatNumber(Math.abs(metric.difference))}`
    return `- ${metric.direction === 'lower' ? 'Lowest' : 'Highest'} ${escapeMarkdown(metric.name)} (${formatNumber(value ?? Number.NaN)}${ahead})`
  })
  return [`**Best run by ${by}:** ${escapeMarkdown(best.name)}`, '', ...lines].join('\n')
}

function reasonOf({ why, noise }: ComparedMetric): string {
  switch (why) {
    case 'within noise':
      return `the best two differ by less than seeds alone explain (${noise === null ? '' : formatNumber(noise.least)})`
    case 'not comparable':
      return 'the runs did not measure the same thing'
    case 'budget changed':
      return 'the budget changed for good between them'
    case 'direction unknown':
      return 'which way is better is not known'
    case 'equal':
      return 'the best two are equal'
    case 'fewer than two finished runs have it':
      return 'fewer than two finished runs have it'
    case 'folds of a cross-validation':
      return 'the folds of a cross-validation are not ranked'
    case null:
      return 'it was not ranked'
    default:
      return why satisfies never
  }
}

function differences({ labels, params, data, code, common, bookkeeping }: Comparison): string {
  const rows: readonly Difference[] = [...params, ...data, ...code]
  const same = `${common.size} parameters are the same${bookkeeping.length === 0 ? '' : `; ${bookkeeping.length} of paths and the like are not shown`}.`
  if (rows.length === 0) return `Nothing that was logged. ${same}`
  const cells = rows.map(({ name, values }) => [
    escapeMarkdown(name),
    ...values.map((value) => (value === null ? '–' : escapeMarkdown(value))),
  ])
  return `${table(['', ...labels], cells, labels.length + 1)}\n\n${same}`
}

function how({ metrics, equalMetrics }: Comparison): string {
  const noisy = metrics.flatMap(({ noise, name }) => (noise === null ? [] : [{ noise, name }]))
  return [
    'Values are those of the run logs, four significant digits; bold is the best finished run, where the direction of the metric is known (↑ higher, ↓ lower is better).',
    noisy.length === 0
      ? 'Noise is not known: too few runs differ in the seed only.'
      : `A gap that seeds alone explain (95 %) makes no best run: ${noisy
          .map(({ name, noise }) => `${escapeMarkdown(name)} ${formatNumber(noise.least)}`)
          .join(', ')}.`,
    ...(equalMetrics.length === 0 ? [] : [`Equal in all: ${equalMetrics.map(escapeMarkdown).join(', ')}.`]),
  ]
    .map((text) => `- ${text}`)
    .join('\n')
}

/** Columns from the given one on are aligned to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], rightFrom: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(heads),
    line(heads.map((_, index) => (index >= rightFrom ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}
