import type { Coverage, CoverageRow, Explanation } from '../documents/coverage.ts'
import type { Gap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import type { Run, RunKey } from '../runs/run.ts'
import { gapToJson, isoTime } from './runs-json.ts'
import { whyFailed } from './why-failed.ts'

/** The `--json` value of `narrate coverage`; `passes` is null where no minimum was asked for. */
export function coverageToJson(
  coverage: Coverage,
  explained: ReadonlyMap<RunKey, Explanation>,
  verdict: { readonly min: number | null; readonly below: readonly string[] },
  gaps: readonly Gap[],
): JsonObject {
  return {
    share: sharesOf(coverage.whole),
    open: coverage.open,
    min: verdict.min,
    passes: verdict.min === null ? null : verdict.below.length === 0,
    below: [...verdict.below],
    experiments: coverage.experiments.map((row) => ({
      experiment: row.experiment?.name ?? '',
      share: sharesOf(row),
    })),
    untold: coverage.untold.map(runOf),
    unexplained: coverage.unexplained.map((run) => ({ ...runOf(run), error: whyFailed(run) })),
    explained: [...explained].map(([key, one]) => ({ key, ...explanationOf(one) })),
    changes: coverage.changes.map(({ change, reason }) => ({
      what: change.what,
      name: change.name,
      from: change.from,
      to: change.to,
      at: change.at,
      reason: reason === null ? null : explanationOf(reason),
    })),
    gaps: gaps.map(gapToJson),
  }
}

function sharesOf({ runs, failures, changes }: CoverageRow): JsonObject {
  return {
    runs: { count: runs.count, told: runs.covered, percent: runs.percent },
    failures: { count: failures.count, explained: failures.covered, percent: failures.percent },
    changes: { count: changes.count, reasoned: changes.covered, percent: changes.percent },
  }
}

function runOf(run: Run): JsonObject {
  const { key, name, status, startedAt, experiment } = run
  return { key, name, status, startedAt: isoTime(startedAt), experiment: experiment.name }
}

function explanationOf({ by, place, line, text }: Explanation): JsonObject {
  return { by, place, line, text }
}
