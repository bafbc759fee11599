import type { MetricSummary, Run, RunSummary } from '../runs/run.ts'
import { runLabel } from './candidates.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/** How a run stands in the tracker now: as it was read, gone, or why it could not be read. */
export type LiveRun =
  | { readonly kind: 'read'; readonly run: Run }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unread'; readonly why: string }

/**
 * A run as it was frozen against the same run now; null where nothing changed. `hasMovedOn`: it was told as running, so
 * that what it logged since is no change of what was told; its settings are still held against each other. The name of a
 * run that was relinked may have been made of the place it lay in, and is not held against the old one.
 */
export function compareLive(
  frozen: Run,
  now: LiveRun,
  { isRelinked = false }: { readonly isRelinked?: boolean } = {},
): { readonly finding: VerifyFinding | null; readonly hasMovedOn: boolean } {
  const label = runLabel(frozen)
  const drift = (says: string, lines: readonly string[] = []) => ({
    finding: found('drift', label, says, lines),
    hasMovedOn: false,
  })
  if (now.kind === 'gone') return drift('The tracker has no such run any more.')
  if (now.kind === 'unread') return drift(`It cannot be read now: ${now.why.replace(/\.$/, '')}.`)
  const { run } = now
  if (run.deleted && !frozen.deleted) return drift('It was deleted in the tracker.')
  const { state, settings, metrics } = changes(frozen, run)
  const lines = [
    ...(wasOpen(frozen) ? [] : differing('status', frozen.status, run.status)),
    ...(isRelinked ? [] : differing('name', frozen.name, run.name)),
    ...state,
    ...(frozen.deleted && !run.deleted ? ['it was deleted then, and is back now'] : []),
    ...settings,
    ...metrics,
    ...differing('data', dataOf(frozen), dataOf(run)),
  ]
  return {
    finding: lines.length === 0 ? null : found('drift', label, 'The tracker says otherwise by now.', lines),
    hasMovedOn: wasOpen(frozen) && run.status !== frozen.status,
  }
}

/**
 * What a run's log says otherwise than it was frozen: times, settings, values; empty where they are the same. Names are left
 * out: many are made of the place that a run lies in. Of a run that was open, only what cannot change any more is held.
 */
export function differingFacts(frozen: RunSummary, run: RunSummary): readonly string[] {
  const { state, settings, metrics } = changes(frozen, run)
  return [...state, ...settings, ...metrics]
}

function changes(frozen: RunSummary, run: RunSummary) {
  const isOpen = wasOpen(frozen)
  return {
    state: [
      ...differing('started', time(frozen.startedAt), time(run.startedAt)),
      ...(isOpen ? [] : differing('ended', time(frozen.endedAt), time(run.endedAt))),
    ],
    settings: changedParams(frozen, run, isOpen),
    metrics: isOpen ? [] : changedMetrics(frozen, run),
  }
}

function wasOpen({ status }: RunSummary): boolean {
  return status === 'running' || status === 'scheduled'
}

function changedParams(frozen: RunSummary, run: RunSummary, wasOpen: boolean): readonly string[] {
  const names = [...new Set([...frozen.params.keys(), ...run.params.keys()])].sort()
  return names.flatMap((name) => {
    const before = frozen.params.get(name)
    return before === undefined && wasOpen
      ? []
      : differing(name, before ?? null, run.params.get(name) ?? null)
  })
}

function changedMetrics(frozen: RunSummary, run: RunSummary): readonly string[] {
  const names = [...new Set([...frozen.metrics.keys(), ...run.metrics.keys()])].sort()
  return names.flatMap((name) => {
    const [before, after] = [frozen.metrics.get(name), run.metrics.get(name)]
    if (before === undefined || after === undefined)
      return differing(name, number(before?.last), number(after?.last))
    return (['last', 'min', 'max'] as const).flatMap((point) => {
      const isKnown = before[point] !== null && after[point] !== null
      // One value logged once is its own extremes: it is told once.
      if (!isKnown || (point !== 'last' && isAlone(before) && isAlone(after))) return []
      const label = point === 'last' ? name : `${name}, ${point}`
      return differing(label, number(before[point]), number(after[point]))
    })
  })
}

function isAlone({ last, min, max }: MetricSummary): boolean {
  return last === min && last === max
}

function differing(name: string, before: string | null, after: string | null): readonly string[] {
  return before === after ? [] : [`${name}: ${before ?? 'nothing'} then, ${after ?? 'nothing'} now`]
}

function number(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function dataOf(run: Run): string {
  return run.dataSets
    .map(({ name, digest }) => `${name} ${digest}`)
    .sort()
    .join(', ')
}
