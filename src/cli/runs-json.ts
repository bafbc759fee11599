import type { Gap } from '../gap.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Run } from '../runs/run.ts'

/** The `--json` value of `runs list` and `runs show`, as DESIGN section 5 fixes it. */
export function runsToJson(runs: readonly Run[], gaps: readonly Gap[]): JsonObject {
  return { runs: runs.map(runToJson), gaps: gaps.map(gapToJson) }
}

/** One run of that value. Numbers that are not finite are the strings NaN, Infinity, -Infinity. */
export function runToJson(run: Run): JsonObject {
  return {
    key: run.key,
    id: run.id,
    source: run.source,
    experiment: run.experiment.name,
    name: run.name,
    user: run.user,
    url: run.url,
    status: run.status,
    startedAt: isoTime(run.startedAt),
    endedAt: isoTime(run.endedAt),
    parent: run.parent,
    params: textsToJson(run.params),
    metrics: Object.fromEntries(
      [...run.metrics].map(([name, metric]) => [
        name,
        {
          last: numberToJson(metric.last),
          lastStep: metric.lastStep,
          min: numberToJson(metric.min),
          max: numberToJson(metric.max),
          count: metric.count,
          nonFinite: metric.nonFinite,
        },
      ]),
    ),
    tags: textsToJson(run.tags),
    ...(run.also === undefined ? {} : { also: run.also.map((one) => ({ ...one })) }),
    note: run.note,
    code: { commit: run.code.commit, dirty: run.code.dirty },
    data: run.dataSets.map(({ name, digest }) => ({ name, digest })),
    artifacts: run.artifacts,
    gaps: run.gaps.map(gapToJson),
  }
}

/** A gap without the mark that tells it from a run. */
export function gapToJson({ what, where, why }: Gap): JsonObject {
  return { what, where, why }
}

/** A number that is not finite is the string NaN, Infinity or -Infinity. */
export function numberToJson(value: number | null): JsonValue {
  if (value === null || Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

/** ISO 8601, or null. */
export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** A parameter may be called `__proto__`: entries keep it, assignment would not. */
function textsToJson(texts: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(texts)
}
