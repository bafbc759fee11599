import type { JsonObject, JsonValue } from '../json.ts'
import type { LevelComparison } from './compare-levels.ts'
import type { ComparedMetric, Comparison, Difference } from './compare-runs.ts'
import { numberToJson } from './runs-json.ts'

/** The `--json` value of `runs compare`. Durations are in seconds; a number that is not finite is a string. */
export function comparisonToJson(comparison: Comparison): JsonObject {
  const { runs, labels, durations, costs } = comparison
  return {
    runs: runs.map((run, index) => ({
      label: labels[index] ?? '',
      key: run.key,
      name: run.name,
      status: run.status,
      seconds: secondsOf(durations[index] ?? null),
      cost: costs?.[index] ?? null,
    })),
    comparable: comparison.comparable,
    breaks: comparison.breaks.map(({ as, labels: members }) => ({ as, runs: members })),
    budgets: comparison.budgets.map(({ as, labels: members }) => ({ as, runs: members })),
    thresholds: comparison.thresholds.map(({ as, labels: members }) => ({ as, runs: members })),
    params: {
      differ: differencesToJson([...comparison.params]),
      bookkeeping: comparison.bookkeeping,
      same: Object.fromEntries(comparison.common),
    },
    data: differencesToJson(comparison.data),
    code: differencesToJson(comparison.code),
    metrics: comparison.metrics.map((metric) => metricToJson(metric, labels)),
    equalMetrics: comparison.equalMetrics,
  }
}

/** The `--json` value of `runs compare --by`. */
export function levelsToJson({ by, levels, comparable, metrics, alsoVaries }: LevelComparison): JsonObject {
  return {
    by,
    comparable,
    levels: levels.map(({ value, runs, unfinished, folds }) => ({ value, runs, unfinished, folds })),
    metrics: metrics.map(({ name, direction, values, winner, why, p, least }) => ({
      name,
      direction,
      values: values.map((one) => (one === null ? null : { mean: one.mean, sd: one.sd, count: one.count })),
      winner: winner === null ? null : (levels[winner]?.value ?? null),
      why,
      p,
      least,
    })),
    alsoVaries,
  }
}

function metricToJson(metric: ComparedMetric, labels: readonly string[]): JsonObject {
  const { name, direction, unit, values, winner, why, difference, noise } = metric
  return {
    name,
    direction,
    unit,
    values: values.map(numberToJson),
    winner: winner === null ? null : (labels[winner] ?? null),
    why,
    difference,
    noise: noise === null ? null : { ...noise },
  }
}

function differencesToJson(differences: readonly Difference[]): JsonValue {
  return Object.fromEntries(differences.map(({ name, values }) => [name, values]))
}

function secondsOf(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000
}
