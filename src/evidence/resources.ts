import type { Run } from '../runs/run.ts'
import { parseNumber } from './fact-at.ts'
import { secondsOf } from './run-time.ts'

/** What a run says of money: an amount and the currency in its name. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/** Names of GPU hours, as a metric or a parameter; what stands before a dot or slash is not looked at. */
const GPU_HOURS = /^(?:total_?)?gpu_?hours?(?:_?used)?$/i
/** Names of a number of GPUs. */
const GPU_COUNT = /^(?:n_?gpus?|num_?gpus?|number_of_gpus|gpu_?count|gpus)$/i
/** System metrics of one GPU: MLflow's `system/gpu_0_utilization_percentage`, Weights & Biases' `system.gpu.0.memory`. */
const GPU_METRIC = /^system[./]gpu[._](\d{1,3})[._]/
/** `cost_usd`, `total_cost_eur`, `usd_cost`: without a currency a cost may be that of a loss function. */
const CURRENCY = '(usd|eur|gbp|chf|nok|sek|dkk|jpy|cny|inr|cad|aud)'
const MONEY = new RegExp(
  `^(?:total_?)?(?:costs?|price|spend)_?(?:in_?)?${CURRENCY}$|^${CURRENCY}_?(?:costs?|spent)$`,
  'i',
)

const MOST_GPUS = 100_000

/** GPU hours of a run: logged, or its number of GPUs times its duration; null where neither is known. */
export function gpuHoursOf(run: Run): number | null {
  const logged = loggedNumber(run, GPU_HOURS)
  if (logged !== null) return logged.value
  const seconds = secondsOf(run)
  const count = gpuCountOf(run)
  return seconds === null || count === null ? null : (count * seconds) / 3600
}

function gpuCountOf(run: Run): number | null {
  const logged = loggedNumber(run, GPU_COUNT)?.value ?? null
  if (logged !== null && Number.isInteger(logged) && logged >= 0 && logged <= MOST_GPUS) return logged
  const seen = new Set<string>()
  for (const metric of run.metrics.keys()) {
    const index = GPU_METRIC.exec(metric)?.[1]
    if (index !== undefined) seen.add(index)
  }
  return seen.size === 0 ? null : seen.size
}

/** The money that a run says it cost; null where it says none. */
export function moneyOf(run: Run): Money | null {
  const logged = loggedNumber(run, MONEY)
  if (logged === null) return null
  const match = MONEY.exec(logged.name)
  return { amount: logged.value, currency: (match?.[1] ?? match?.[2] ?? '').toUpperCase() }
}

/** The first metric, else parameter, whose last name fits, as a number that is finite and not below nought. */
function loggedNumber(run: Run, pattern: RegExp): { readonly name: string; readonly value: number } | null {
  const entries = [
    ...[...run.metrics].map(([name, { last }]) => [name, last] as const).sort(byName),
    ...[...run.params].map(([name, text]) => [name, parseNumber(text)] as const).sort(byName),
  ]
  for (const [whole, value] of entries) {
    const name = whole.split(/[./]/).at(-1) ?? ''
    if (pattern.test(name) && value !== null && Number.isFinite(value) && value >= 0) return { name, value }
  }
  return null
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}
