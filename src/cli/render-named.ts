import type { Evidence } from '../evidence/evidence.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { isBookkeeping, whatVaried } from '../evidence/what-varied.ts'
import { showDay } from '../render/show-time.ts'
import type { Run } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import type { RunsFound } from '../search/choose-runs.ts'
import { headlineOfRun } from '../search/top-asked.ts'
import type { Comparison } from './compare-runs.ts'
import { formatDuration, formatNumber, statusText } from './format-run.ts'
import type { PassageLook } from './render-passages.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { renderTable } from './terminal/render-table.ts'
import { tellApart } from './terminal/tell-apart.ts'
import { wrapText } from './terminal/wrap-text.ts'

const MOST_NAMED = 4
const MOST_METRICS = 10
const NAME_WIDTH = 26
const LEAST_VALUE = 12

/** The runs that a question names, at most four: those that were deleted stand back behind others of the name. */
export function namedRuns({ found }: Pick<RunsFound, 'found'>): readonly Run[] {
  const named = found.filter(({ why }) => why.includes('named')).map(({ run }) => run)
  const live = named.filter(
    (run) => !run.deleted || !named.some(({ name, deleted }) => name === run.name && !deleted),
  )
  return live.slice(0, MOST_NAMED)
}

/** One run that a question names: how it ended, how long it took, its settings that vary and its metrics, those asked after first. */
export function renderNamedRun(
  run: Run,
  asked: readonly string[],
  evidence: Evidence,
  { width, style }: PassageLook,
): string {
  const peers = evidence.runs.filter((one) => one.run.experiment.id === run.experiment.id)
  const { factors } = whatVaried(peers.length > 1 ? peers : evidence.runs)
  const settings = factors
    .filter(({ param }) => !isBookkeeping(param))
    .flatMap(({ param }) => {
      const text = run.params.get(param)
      return text === undefined ? [] : [`${param}=${text}`]
    })
  const metrics = metricsOf([run], asked, evidence)
  const values = metrics.map((name) => `${name} ${shown(headlineOfRun(run, name, evidence.metrics))}`)
  const more = run.metrics.size > metrics.length ? ` (all: narrate runs show ${shortId(run.id)})` : ''
  const lines = [
    [
      statusText(run),
      run.startedAt === null ? null : showDay(run.startedAt, evidence.span.timeZone),
      run.startedAt === null || run.endedAt === null ? 'no end logged' : `took ${formatDuration(run)}`,
      `in ${run.experiment.name}`,
      run.user === null ? null : `by ${run.user}`,
    ]
      .filter((part) => part !== null)
      .join(' · '),
    ...(settings.length === 0 ? [] : [`settings that vary: ${settings.join(', ')}`]),
    ...(values.length === 0 ? ['no metric is logged'] : [`metrics: ${values.join(', ')}${more}`]),
  ]
  return [
    style.bold(`${cleanLine(run.name)} (${shortId(cleanLine(run.id))})`),
    ...lines.flatMap((line) =>
      wrapText(cleanLine(line), width - 4)
        .split('\n')
        .map((part, index) => (index === 0 ? `  ${part}` : `    ${part}`)),
    ),
  ].join('\n')
}

/** Runs that a question names side by side: how each ended, what differs, and their metrics, those asked after first. */
export function renderNamedRuns(
  comparison: Comparison,
  asked: readonly string[],
  evidence: Evidence,
  { width, style }: PassageLook,
): string {
  const { runs } = comparison
  const zone = evidence.span.timeZone
  const wide = Math.max(LEAST_VALUE, Math.floor((width - NAME_WIDTH) / runs.length) - 2)
  const rows: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['name', runs.map(({ name }) => name)],
    ['status', runs.map(statusText)],
    ['started', runs.map(({ startedAt }) => (startedAt === null ? null : showDay(startedAt, zone)))],
    ['took', runs.map(formatDuration)],
    ...[...comparison.data, ...comparison.code, ...comparison.params].map(
      ({ name, values }) => [name, values] as const,
    ),
    ...metricsOf(runs, asked, evidence).map(
      (name) => [name, runs.map((run) => shown(headlineOfRun(run, name, evidence.metrics)))] as const,
    ),
  ]
  // What the width would cut stands below in full.
  const isLong = ([, values]: (typeof rows)[number]): boolean =>
    values.some((value) => value !== null && displayWidth(cleanLine(value)) > wide)
  const long = rows
    .filter(isLong)
    .flatMap(([name, values]) =>
      values.map((value, index) => `${name} in ${shortId(runs[index]?.id ?? '')}: ${value ?? 'not logged'}`),
    )
  const table = renderTable(
    [{ head: '' }, ...runs.map(({ id }) => ({ head: shortId(cleanLine(id)) }))],
    rows.filter((row) => !isLong(row)).map(([name, values]) => [cleanLine(name), ...tellApart(values, wide)]),
    width,
    style,
  )
  const alike = comparison.params.length === 0 ? 'No setting that was logged differs.' : null
  const sides = comparison.breaks.map(
    ({ as, labels }) =>
      `${labels.map((label) => shortId(runs[comparison.labels.indexOf(label)]?.id ?? label)).join(', ')}: ${as === '' ? 'nothing told' : as}`,
  )
  const apart =
    sides.length === 0 ? null : `Not comparable, they did not measure the same thing: ${sides.join('; ')}.`
  return [
    table,
    ...[...long, alike, apart].flatMap((line) => (line === null ? [] : [wrapText(cleanLine(line), width)])),
  ].join('\n')
}

function metricsOf(runs: readonly Run[], asked: readonly string[], evidence: Evidence): readonly string[] {
  const logged = asked.filter((name) => runs.some((run) => run.metrics.has(name)))
  return [...new Set([...logged, ...rankMetrics(runs, evidence.metrics)])].slice(
    0,
    Math.max(MOST_METRICS, logged.length),
  )
}

function shown(value: number | null): string {
  return value === null ? '–' : formatNumber(value)
}
