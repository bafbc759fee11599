import { z } from 'zod'
import { type Gap, gap } from '../../../gap.ts'
import { quoted } from '../../quoted.ts'
import { type DataSet, LAST_ALONE, type MetricSummary } from '../../run.ts'
import { isPlainName, runKey } from './run-key.ts'
import { DELETED_STAGE, type RunRecord, stageOf, statusOf, TAG } from './run-record.ts'

// Numbers of 64 bits are texts where protobuf's own JSON is spoken (Databricks, proxies); empty ones may be left out.
const whole = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
])
const name = z.union([z.string(), z.number().transform(String)])
const pair = z.object({ key: z.string(), value: z.string().default('') })
/** `value`: NaN and infinities may be texts. */
const point = z.object({
  key: z.string(),
  value: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]),
  timestamp: whole.default(0),
  step: whole.default(0),
})

const info = z.object({
  run_id: z.string().optional(),
  run_uuid: z.string().optional(),
  run_name: z.string().optional(),
  experiment_id: name,
  user_id: z.string().optional(),
  status: z.string().optional(),
  start_time: whole.optional(),
  end_time: whole.optional(),
  artifact_uri: z.string().optional(),
  lifecycle_stage: z.string().optional(),
})
const dataSetInput = z.object({
  tags: z.array(pair).default([]),
  dataset: z.object({ name: z.string(), digest: z.string().default('') }),
})

const runShape = z.object({
  info,
  data: z
    .object({
      metrics: z.array(z.unknown()).default([]),
      params: z.array(pair).default([]),
      tags: z.array(pair).default([]),
    })
    .default({ metrics: [], params: [], tags: [] }),
  inputs: z.object({ dataset_inputs: z.array(z.unknown()).default([]) }).default({ dataset_inputs: [] }),
})

export const runsPage = z.object({
  runs: z.array(z.unknown()).default([]),
  next_page_token: z.string().optional(),
})
export const runAnswer = z.object({ run: z.unknown() })
export const historyPage = z.object({
  metrics: z.array(z.unknown()).default([]),
  next_page_token: z.string().optional(),
})
export const experimentsPage = z.object({
  experiments: z
    .array(
      z.object({
        experiment_id: name,
        name: z.string().default(''),
        lifecycle_stage: z.string().optional(),
        tags: z.array(pair).default([]),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
})
export const versionsPage = z.object({
  model_versions: z
    .array(
      z.object({
        name: z.string(),
        version: name,
        run_id: z.string().optional(),
        current_stage: z
          .string()
          .optional()
          .transform((stage) => stage ?? null),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
})
export const modelsPage = z.object({
  registered_models: z
    .array(
      z.object({
        name: z.string(),
        aliases: z.array(z.object({ alias: z.string(), version: name })).default([]),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
})
export const filesPage = z.object({
  root_uri: z.string().optional(),
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: whole.optional() }))
    .default([]),
  next_page_token: z.string().optional(),
})

/** A run as a server gives it, and what of it could not be read. */
export interface ServerRun {
  readonly record: RunRecord
  /** The id of the run that encloses it. */
  readonly parentId: string | null
  readonly dataSets: readonly DataSet[]
  readonly gaps: readonly Gap[]
  /** The time of its newest last value, in milliseconds. */
  readonly lastLogged: number | null
}

/** MLflow stores an infinity as the greatest double where a database is behind it, and its server gives that number. */
const INFINITE = 1.79e308

/** A point that a server gave; null where it is none. */
export function pointOfServer(
  written: unknown,
): { readonly key: string; readonly value: number; readonly time: number; readonly step: number } | null {
  const parsed = point.safeParse(written)
  if (!parsed.success) return null
  const { key, value, timestamp: time, step } = parsed.data
  if (Math.abs(value) < INFINITE || Number.isNaN(value)) return { key, value, time, step }
  return { key, value: value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, time, step }
}

/** The run that a server's answer holds. `url`: where people see it. */
export function runOfServer(
  written: unknown,
  alias: string,
  experiment: (id: string) => { readonly name: string; readonly deleted: boolean } | undefined,
  url: (experimentId: string, runId: string) => string,
): ServerRun | Gap {
  const parsed = runShape.safeParse(written)
  if (!parsed.success)
    return gap(
      'a run',
      ROUTE,
      `it has not the shape of one (${parsed.error.issues[0]?.path.join('.') ?? ''})`,
    )
  const { info: said, data, inputs } = parsed.data
  const id = said.run_id || said.run_uuid || ''
  if (!isPlainName(id) || !isPlainName(said.experiment_id))
    return gap(`run ${quoted(id)}`, ROUTE, 'its id is none that a run may have')
  const what = `run ${quoted(id)}`
  const where = `${ROUTE} run_id=${id}`
  const gaps: Gap[] = []
  const status = statusOf(said.status ?? '')
  if (status === null) gaps.push(gap(`status of ${what}`, where, 'it is none that MLflow knows'))
  const known = experiment(said.experiment_id)
  const metrics = new Map<string, MetricSummary>()
  let lastLogged: number | null = null
  for (const one of data.metrics) {
    const read = pointOfServer(one)
    if (read === null) {
      gaps.push(gap(`a metric of ${what}`, where, 'step, time or value is no number'))
      continue
    }
    metrics.set(read.key, { ...LAST_ALONE, last: read.value, lastStep: read.step })
    lastLogged = Math.max(lastLogged ?? Number.NEGATIVE_INFINITY, read.time)
  }
  const dataSets = inputs.dataset_inputs.flatMap((one): readonly DataSet[] => {
    const input = dataSetInput.safeParse(one)
    if (!input.success) {
      gaps.push(gap(`a data set of ${what}`, where, 'it has no name'))
      return []
    }
    const { dataset, tags } = input.data
    return [{ ...dataset, context: tags.find(({ key }) => key === TAG.dataContext)?.value || null }]
  })
  const tags = new Map(data.tags.map(({ key, value }) => [key, value]))
  const parent = tags.get(TAG.parent)
  return {
    record: {
      key: runKey(alias, said.experiment_id, id),
      id,
      source: alias,
      experiment: { id: said.experiment_id, name: known?.name || said.experiment_id },
      name: said.run_name || null,
      user: said.user_id ?? null,
      url: url(said.experiment_id, id),
      status: status ?? 'unknown',
      deleted: said.lifecycle_stage === 'deleted' || known?.deleted === true,
      startedAt: timeOf(said.start_time),
      endedAt: timeOf(said.end_time),
      parent: null,
      sourceName: null,
      sourceVersion: null,
      params: new Map(data.params.map(({ key, value }) => [key, value])),
      metrics,
      tags,
    },
    parentId: parent !== undefined && isPlainName(parent) ? parent : null,
    dataSets: dataSets.toSorted((a, b) => compare(a.name, b.name) || compare(a.digest, b.digest)),
    gaps,
    lastLogged,
  }
}

/** Where the last values of a run were read. */
export const ROUTE = 'api/2.0/mlflow/runs'

/** No time is 0 in protobuf's JSON. */
function timeOf(time: number | undefined): number | null {
  return time === undefined || time === 0 || Math.abs(time) > 8.64e15 ? null : time
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The stage of a version as the tracker writes it; undefined for one that was deleted. */
export function stageOfServer(stage: string | null): string | null | undefined {
  return stage === DELETED_STAGE ? undefined : stageOf(stage)
}
