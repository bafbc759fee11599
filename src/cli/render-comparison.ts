import { shortId } from '../runs/run.ts'
import type { ComparedMetric, Comparison, Difference, Side } from './compare-runs.ts'
import { formatDuration, formatMilliseconds, formatNumber, statusText } from './format-run.ts'
import { formatShort } from './format-time.ts'
import type { RunsLook } from './render-runs.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import { tellApart } from './terminal/tell-apart.ts'
import { wrapText } from './terminal/wrap-text.ts'

export interface ComparisonLook extends RunsLook {
  /** Common parameters and equal metrics are shown too. */
  readonly all: boolean
}

const NAME_WIDTH = 22
const LEAST_VALUE = 20
const GAP = 2
const SHOWN_METRICS = 14

/** A comparison for the terminal: who is compared, whether they may be, what differs, and the metrics. */
export function renderComparison(comparison: Comparison, look: ComparisonLook): string {
  const { style, width } = look
  const { runs, labels, common, bookkeeping } = comparison
  return [
    whoIsCompared(),
    ...comparability(),
    ...params(),
    ...rows('Data and code', [...comparison.data, ...comparison.code]),
    ...metrics(),
    ...costs(),
  ].join('\n')

  function whoIsCompared(): string {
    return renderTable(
      [
        { head: '' },
        { head: 'run' },
        { head: 'name', least: 16 },
        { head: 'status' },
        { head: 'started' },
        { head: 'took', align: 'right' },
      ],
      runs.map((run, index) => [
        labels[index] ?? '',
        shortId(cleanLine(run.id)),
        cleanLine(run.name),
        statusText(run),
        run.startedAt === null ? '–' : formatShort(run.startedAt, look.now, look.timeZone),
        formatDuration(run),
      ]),
      width,
      style,
    )
  }

  function comparability(): readonly string[] {
    const told = (sides: readonly Side[]): readonly string[] =>
      sides.map(
        ({ as, labels: members }) =>
          `  ${wrapText(`${members.join(', ')}: ${cleanLine(as) || 'nothing told'}`, width - 4).replaceAll('\n', '\n    ')}`,
      )
    return [
      ...(comparison.comparable
        ? []
        : [
            '',
            style.bad('Not comparable: they did not measure the same thing, and none is called best.'),
            ...told(comparison.breaks),
          ]),
      ...(comparison.thresholds.length === 0
        ? []
        : [
            '',
            style.bad('Metrics that move with the decision threshold are not comparable:'),
            ...told(comparison.thresholds),
          ]),
      ...(comparison.budgets.length === 0
        ? []
        : [
            '',
            style.bad(
              'The budget changed for good between them: none is called best across it, unless it is waived.',
            ),
            ...told(comparison.budgets),
          ]),
      ...look.settings.waivers.map(({ across, because }) =>
        wrapText(`Waived in narrate.yaml: ${across}, because ${cleanLine(because)}`, width),
      ),
    ]
  }

  function params(): readonly string[] {
    const count = comparison.params.length
    const same = common.size === 0 ? 'none in common' : `${common.size} the same`
    const hidden = bookkeeping.length === 0 ? '' : `, ${bookkeeping.length} of paths and the like not shown`
    const shown = look.all
      ? [
          ...comparison.params,
          ...[...common].map(([name, value]): Difference => ({ name, values: runs.map(() => value) })),
        ]
      : comparison.params
    if (count === 0 && shown.length === 0)
      return ['', style.bold(`Parameters: no difference (${same}${hidden})`)]
    return rows(`Parameters: ${count} ${count === 1 ? 'differs' : 'differ'}, ${same}${hidden}`, shown)
  }

  function rows(heading: string, differences: readonly Difference[]): readonly string[] {
    if (differences.length === 0) return []
    // Two or three values share the width; more stand in several tables.
    const wide = Math.max(LEAST_VALUE, Math.floor((width - 2 - NAME_WIDTH) / Math.min(runs.length, 3)) - GAP)
    const lines = differences.map(({ name, values }) => ({
      name: cleanLine(name),
      cells: tellApart(values, wide),
      last: '',
    }))
    return ['', style.bold(heading), ...sideBySide(lines, '', 'left')]
  }

  function metrics(): readonly string[] {
    const most = Math.min(SHOWN_METRICS, comparison.telling)
    const shown = look.all ? comparison.metrics : comparison.metrics.slice(0, most)
    if (shown.length === 0) {
      const hint =
        comparison.metrics.length === 0 ? '' : ` but ${comparison.metrics.length} clocks and counters (--all)`
      return ['', style.bold(`Metrics: none differs${hint}`)]
    }
    const verdicts = shown.map((metric) => verdictOf(metric, comparison))
    const head = runs.length === 2 ? 'B − A' : 'lead'
    const sizeWidth = Math.max(...[head, ...verdicts.map(({ size }) => size)].map(displayWidth))
    const lines = shown.map((metric, index) => {
      const { size, what } = verdicts[index] ?? { size: '', what: '' }
      return {
        name: `${arrowOf(metric)} ${cleanLine(metric.name)}`,
        cells: metric.values.map((value) => (value === null ? '–' : formatNumber(value))),
        last: `${size.padStart(sizeWidth)}  ${what}`.trimEnd(),
      }
    })
    const more = comparison.metrics.length - shown.length
    const equal = comparison.equalMetrics.length
    const rest = [
      ...(more > 0 ? [`${more} more`] : []),
      ...(equal > 0 ? [`${equal} equal in all`] : []),
    ].join(', ')
    const last = `${head.padStart(sizeWidth)}  best`
    return [
      '',
      style.bold('Metrics'),
      ...sideBySide(lines, last, 'right'),
      ...(rest === '' ? [] : [style.dim(`  ${rest}${look.all ? '' : ' (--all)'}`)]),
      ...legend(shown).map((text) => style.dim(wrapText(text, width))),
    ]
  }

  function legend(shown: readonly ComparedMetric[]): readonly string[] {
    const noisy = shown.filter(({ noise }) => noise !== null)
    const [first] = noisy
    const unfinished = labels.filter((_, index) => runs[index]?.status !== 'finished')
    const known = shown.some(({ direction }) => direction !== null)
    return [
      ...(known
        ? ['↑ higher is better, ↓ lower is better, · not known (metrics.directions in narrate.yaml).']
        : []),
      ...(unfinished.length === 0
        ? []
        : [`Never called best, since not finished: ${unfinished.join(', ')}.`]),
      ...(first?.noise == null
        ? ['Noise is not known: too few runs differ in the seed only.']
        : [
            `Noise: from ${first.noise.runs} runs in ${first.noise.groups} ${first.noise.groups === 1 ? 'group' : 'groups'}${first.noise.elsewhere ? ' of other experiments' : ''} that differ in the seed only; what is within it, seeds alone explain (95 %).`,
          ]),
    ]
  }

  function costs(): readonly string[] {
    const { costs: paid } = comparison
    if (paid === null) return []
    const { currency } = look.settings.costs
    const cells = paid.map((cost) => (cost === null ? '–' : formatNumber(cost)))
    return ['', style.bold('Cost'), ...sideBySide([{ name: currency, cells, last: '' }], '', 'right')]
  }

  /** A column per run; where they do not fit, a table for the first so many, and one for the next. */
  function sideBySide(
    lines: readonly { readonly name: string; readonly cells: readonly string[]; readonly last: string }[],
    lastHead: string,
    align: 'left' | 'right',
  ): readonly string[] {
    const nameWidth = Math.min(NAME_WIDTH, Math.max(...lines.map(({ name }) => displayWidth(name))))
    const lastWidth = Math.max(0, ...lines.map(({ last }) => displayWidth(last)))
    const widths = labels.map((label, index) =>
      Math.max(displayWidth(label), ...lines.map(({ cells }) => displayWidth(cells[index] ?? ''))),
    )
    const blocks: number[][] = []
    let used = 0
    const room = width - 2 - nameWidth - (lastWidth > 0 ? lastWidth + GAP : 0)
    for (const [index, wide] of widths.entries()) {
      const current = blocks.at(-1)
      if (current === undefined || used + GAP + wide > room) {
        blocks.push([index])
        used = GAP + wide
      } else {
        current.push(index)
        used += GAP + wide
      }
    }
    return blocks.flatMap((block, at) => {
      const isLast = at === blocks.length - 1 && lastWidth > 0
      const columns: Column[] = [
        { head: '', least: 8 },
        ...block.map((index): Column => ({ head: labels[index] ?? '', align, least: 6 })),
        ...(isLast ? [{ head: lastHead }] : []),
      ]
      const cells = lines.map(({ name, cells: all, last }) => [
        name,
        ...block.map((index) => all[index] ?? ''),
        ...(isLast ? [last] : []),
      ])
      const table = renderTable(columns, cells, width - 2, style)
        .split('\n')
        .map((line) => `  ${line}`.trimEnd())
      return at === 0 ? table : ['', ...table]
    })
  }
}

/** Which way is better, as one character. */
export function arrowOf({ direction }: ComparedMetric): string {
  return direction === 'higher' ? '↑' : direction === 'lower' ? '↓' : '·'
}

/** How a metric came out, in two columns: a difference (or the best run and its lead), and what is to be made of it. */
function verdictOf(
  metric: ComparedMetric,
  { runs, labels }: Comparison,
): { readonly size: string; readonly what: string } {
  const { difference, noise, why, winner } = metric
  const isPair = runs.length === 2
  const size = difference === null ? '' : isPair ? signed(difference) : formatNumber(difference)
  const bound = noise === null ? '' : ` (noise ${formatNumber(noise.least)})`
  if (winner !== null) return { size, what: `${labels[winner] ?? ''}${bound}` }
  if (why === 'within noise') return { size, what: `within noise${bound.replace('noise ', '')}` }
  if (why === 'not comparable') return { size, what: 'not comparable' }
  if (why === 'budget changed') return { size, what: 'other budget' }
  if (why === 'folds of a cross-validation') return { size, what: 'folds' }
  if (why === 'equal') return { size: isPair ? '0' : size, what: 'equal' }
  return { size, what: '' }
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value).replace('-', '−')
}

/** A duration for a sentence. */
export function durationText(duration: number | null): string {
  return duration === null ? '–' : formatMilliseconds(duration)
}
