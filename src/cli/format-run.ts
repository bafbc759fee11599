import type { RunSummary } from '../runs/run.ts'
import { namedSetting, type Settings } from '../settings.ts'

/** Four significant digits; NaN and infinities by name. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3)
  return value.toPrecision(4)
}

/** Its status, and whether it was deleted in the tracker since: "failed, deleted". */
export function statusText({ status, deleted }: RunSummary): string {
  return deleted ? `${status}, deleted` : status
}

/** The value of a metric that a table shows: the headline one, or the last where that was not read; null without the metric. */
export function headlineOf(run: RunSummary, name: string, settings: Settings): number | null {
  const metric = run.metrics.get(name)
  if (metric === undefined) return null
  const headline = namedSetting(settings.metrics.headline, name) ?? 'last'
  return headline === 'last' ? metric.last : (metric[headline] ?? metric.last)
}

/**
 * The same as a table holds it: the value, or "0.8400 last" where narrate.yaml asks for one that was not read; a dash without the
 * metric.
 */
export function headlineCell(run: RunSummary, name: string, settings: Settings): number | string {
  const metric = run.metrics.get(name)
  if (metric === undefined) return '–'
  const headline = namedSetting(settings.metrics.headline, name) ?? 'last'
  const value = headline === 'last' ? metric.last : metric[headline]
  return value ?? `${formatNumber(metric.last)} last`
}

/** A cell as text: numbers with four significant digits. */
export function cellText(cell: number | string): string {
  return typeof cell === 'number' ? formatNumber(cell) : cell
}

/** How long a run took, "1h 10m"; a dash where it has no start or no end. */
export function formatDuration(run: RunSummary): string {
  return run.startedAt === null || run.endedAt === null
    ? '–'
    : formatMilliseconds(run.endedAt - run.startedAt)
}

/** A duration of so many milliseconds: "45 s", "2m 05s", "1h 10m". */
export function formatMilliseconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`
  return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`
}
