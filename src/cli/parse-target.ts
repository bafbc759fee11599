import { NarrateError } from '../errors.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import type { Target } from '../evidence/plans/given-target.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import type { Settings } from '../settings.ts'
import { closest } from './closest.ts'
import { cleanLine } from './terminal/clean-text.ts'

/**
 * What is to be reached: `--target val_auc=0.86` (or `86%`) first, then `plan.target` of narrate.yaml; null where neither
 * names one. Throws `NarrateError('usage')` for a flag that cannot be read.
 */
export function parseTarget(flag: string | undefined, { plan }: Settings): Target | null {
  if (flag === undefined) {
    const [entry] = Object.entries(plan.target ?? {})
    if (entry === undefined) return null
    return { metric: entry[0], value: entry[1], text: String(entry[1]), from: 'narrate.yaml (plan.target)' }
  }
  const [, metric, text] = /^(.+?)\s*=\s*(\S+)$/.exec(flag.trim()) ?? []
  const percent = /^(.*)%$/.exec(text ?? '')?.[1]
  const value = parseNumber(percent ?? text ?? '')
  if (metric === undefined || text === undefined || value === null || !Number.isFinite(value))
    throw new NarrateError('usage', `--target "${flag}" is no metric with a value.`, {
      hint: 'Write one metric and what it should reach: --target val_auc=0.86',
    })
  const plain = percent === undefined ? value : Number(`${value}e-2`)
  return { metric: metric.trim(), value: plain, text: String(plain), from: '--target' }
}

const SHOWN_METRICS = 6

/** A target that no run logs is a slip more often than a wish: throws `NarrateError`, with a name that is near. */
export function refuseUnlogged(target: Target | null, { runs, metrics }: Evidence): void {
  if (target === null || runs.some(({ run }) => run.metrics.has(target.metric))) return
  const known = rankMetrics(
    runs.map(({ run }) => run),
    metrics,
  )
  const near = closest(target.metric, known)
  throw new NarrateError(
    target.from.startsWith('--') ? 'usage' : 'configuration',
    `No run logs a metric "${cleanLine(target.metric)}" (${target.from}).`,
    {
      hint:
        near === null
          ? `They log ${known.slice(0, SHOWN_METRICS).map(cleanLine).join(', ') || 'none'}${known.length > SHOWN_METRICS ? ', …' : ''}.`
          : `Did you mean ${cleanLine(near)}?`,
    },
  )
}
