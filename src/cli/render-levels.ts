import type { LevelComparison, LevelMetric } from './compare-levels.ts'
import { formatNumber } from './format-run.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

/** Levels of one field for the terminal: mean ± standard deviation of the finished runs of each. */
export function renderLevels(
  comparison: LevelComparison,
  look: { readonly width: number; readonly style: Style },
): string {
  const { style, width } = look
  const { levels, metrics, alsoVaries } = comparison
  const folds = levels.reduce((sum, level) => sum + level.folds, 0)
  const columns: Column[] = [
    { head: cleanLine(comparison.by), least: 10 },
    { head: 'runs', align: 'right' },
    ...metrics.map(
      ({ name, direction }): Column => ({
        head: `${direction === 'higher' ? '↑ ' : direction === 'lower' ? '↓ ' : ''}${cleanLine(name)}`,
        align: 'right',
        optional: name !== metrics[0]?.name,
      }),
    ),
  ]
  const rows = levels.map(({ value, runs, unfinished, folds: own }, index) => [
    value === null ? 'not logged' : cleanLine(value),
    unfinished === 0 ? String(runs) : `${runs} (${unfinished} unfinished)`,
    ...metrics.map((metric) => cellOf(metric, index, runs - unfinished - own)),
  ])
  const remarks = [
    ...(comparison.comparable
      ? []
      : ['Not comparable: the runs did not all measure the same thing, and no level is called best.']),
    ...outcomesOf(comparison),
    ...(alsoVaries.length === 0 ? [] : [alsoText(alsoVaries)]),
    `Mean ± sample standard deviation of finished runs${folds === 0 ? '' : ` (${folds} folds of cross-validations aside)`}; * the best mean.`,
  ]
  return [renderTable(columns, rows, width, style), '', ...remarks.map((text) => wrapText(text, width))].join(
    '\n',
  )
}

/** The count is told where it is not that of the level's finished runs. */
function cellOf({ values, winner }: LevelMetric, index: number, finished: number): string {
  const value = values[index]
  if (value === null || value === undefined) return '–'
  const spread = value.sd === null ? '' : ` ± ${formatNumber(value.sd)}`
  return `${index === winner ? '* ' : ''}${formatNumber(value.mean)}${spread}${value.count === finished ? '' : ` (n=${value.count})`}`
}

/** How the metrics came out, as sentences; those that are not ranked share one. */
export function outcomesOf(comparison: LevelComparison): readonly string[] {
  const isUnranked = ({ winner, why }: LevelMetric): boolean =>
    winner === null && (why === 'not comparable' || why === null)
  const unranked = comparison.metrics.filter(isUnranked).map(({ name }) => cleanLine(name))
  return [
    ...comparison.metrics
      .filter((metric) => !isUnranked(metric))
      .map((metric) => outcomeOf(metric, comparison)),
    ...(unranked.length === 0 ? [] : [`${unranked.join(', ')}: not ranked.`]),
  ]
}

/** How a metric came out, as a sentence. */
function outcomeOf({ name, winner, why, p, least }: LevelMetric, { levels, by }: LevelComparison): string {
  const metric = cleanLine(name)
  const chance =
    p === null
      ? least === null
        ? ''
        : ` (seeds alone explain ${formatNumber(least)})`
      : ` (Welch's test of the best two: p = ${p < 0.001 ? '< 0.001' : p.toPrecision(2)})`.replace('= <', '<')
  if (winner !== null) {
    const value = levels[winner]?.value
    return `${metric}: ${cleanLine(by)} = ${value === null || value === undefined ? 'not logged' : cleanLine(value)} has the best mean${chance}.`
  }
  switch (why) {
    case 'within noise':
      return `${metric}: the best two means are no further apart than chance would have it${chance}.`
    case 'single runs':
      return `${metric}: a level of a single run says nothing about noise; none is called best.`
    case 'folds of cross-validations':
      return `${metric}: these are folds of cross-validations, which share their data; none is called best.`
    case 'direction unknown':
      return `${metric}: which way is better is not known (metrics.directions in narrate.yaml).`
    case 'not comparable':
      return `${metric}: not ranked.`
    case 'equal':
      return `${metric}: the best two means are equal.`
    case 'one level only has it':
      return `${metric}: fewer than two levels have it.`
    case null:
      return `${metric}: not ranked.`
    default:
      return why satisfies never
  }
}

function alsoText(names: readonly string[]): string {
  const shown = names.slice(0, 6).map(cleanLine).join(', ')
  return `The levels differ in more: ${shown}${names.length > 6 ? ` and ${names.length - 6} more` : ''} ${names.length === 1 ? 'varies' : 'vary'} over these runs too.`
}
