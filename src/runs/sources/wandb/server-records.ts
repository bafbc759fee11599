import { z } from 'zod'
import { type Gap, gap } from '../../../gap.ts'
import { isLooseMap, type LooseJson, leavesOf, parseLooseJson, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { quoted } from '../../quoted.ts'
import { LAST_ALONE, type MetricSummary, type Run } from '../../run.ts'
import { sortedByName } from '../../sorted-by-name.ts'
import type { WandbAddress } from '../../wandb-address.ts'
import { eachLeaf, isOwnName } from './logged-values.ts'
import { configValues } from './run-texts.ts'
import { statusOfState } from './server-query.ts'
import { tellTags } from './tell-tags.ts'

/** What of a run is asked for wherever it is read. */
export const RUN_FIELDS =
  'name displayName state tags notes group jobType commit sweepName createdAt heartbeatAt historyLineCount user { username } config summaryMetrics'

/** Selections that not every server has. */
export const OPTIONAL_FIELDS: readonly string[] = [
  'historyKeys',
  'host',
  'runInfo { program args python gpu gpuCount }',
]

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const jsonText = z.union([z.string(), z.null(), z.undefined()])
const runShape = z.object({
  name: z.string(),
  displayName: text,
  state: text,
  tags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? []),
  notes: text,
  group: text,
  jobType: text,
  commit: text,
  sweepName: text,
  createdAt: text,
  heartbeatAt: text,
  historyLineCount: z.number().nullish(),
  user: z.object({ username: text }).nullish(),
  config: jsonText,
  summaryMetrics: jsonText,
  host: text,
  runInfo: z
    .object({
      program: text,
      args: z
        .array(z.string())
        .nullish()
        .transform((args) => args ?? []),
      python: text,
      gpu: text,
      gpuCount: z.number().nullish(),
    })
    .nullish(),
  historyKeys: z.unknown(),
})

const keysShape = z.object({
  lastStep: z.number().nullish(),
  keys: z
    .record(
      z.string(),
      z.object({
        typeCounts: z
          .array(z.object({ type: z.string(), count: z.number() }))
          .nullish()
          .transform((counts) => counts ?? []),
      }),
    )
    .nullish()
    .transform((keys) => keys ?? {}),
})

const pageInfo = z.object({ endCursor: z.string().nullish(), hasNextPage: z.boolean().nullish() })

/** The shapes of answers; a project or a run that is not there is null. */
export const projectAnswer = z.object({ project: z.object({ name: z.string() }).nullish() })
export const runsAnswer = z.object({
  project: z
    .object({ runs: z.object({ edges: z.array(z.object({ node: z.unknown() })), pageInfo }) })
    .nullish(),
})
export const runAnswer = z.object({ project: z.object({ run: z.unknown() }).nullish() })
export const rowsAnswer = z.object({
  project: z.object({ run: z.object({ history: z.array(z.unknown()).nullish() }).nullish() }).nullish(),
})
export const filesAnswer = z.object({
  project: z
    .object({
      run: z
        .object({
          files: z.object({
            edges: z.array(
              z.object({
                node: z.object({
                  name: z.string(),
                  directUrl: z.string().nullish(),
                  sizeBytes: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).nullish(),
                }),
              }),
            ),
            pageInfo,
          }),
        })
        .nullish(),
    })
    .nullish(),
})

/** A run as a server gives it. */
export interface ServerRun {
  /** Everything but where it was read, which `origins` of the store tell. */
  readonly run: Omit<Run, 'origins' | 'gaps'>
  readonly gaps: readonly Gap[]
  /** When the server last heard of it, in milliseconds. */
  readonly heardAt: number | null
  /** The last step of its history and how many rows it has; null where the server does not tell. */
  readonly lastStep: number | null
  readonly rows: number | null
  /** Names of numbers in its history, those included that the summary leaves out. */
  readonly logged: ReadonlySet<string>
}

/** Where a server's runs are read, for origins and gaps. */
export const PLACE = 'graphql'

/** The run that a server's answer holds. */
export function runOfServer(written: unknown, alias: string, address: WandbAddress): ServerRun | Gap {
  const parsed = runShape.safeParse(written)
  if (!parsed.success)
    return gap(
      'a run',
      PLACE,
      `it has not the shape of one (${parsed.error.issues[0]?.path.join('.') ?? ''})`,
    )
  const said = parsed.data
  const id = said.name
  if (!isRunId(id)) return gap(`run ${quoted(id)}`, PLACE, 'its id is none that a run may have')
  const where = `${PLACE} run=${id}`
  const gaps: Gap[] = []
  const status = statusOfState(said.state)
  if (status === null)
    gaps.push(gap(`status of run ${quoted(id)}`, where, `"${quoted(said.state)}" is none that W&B knows`))
  const config = mapOf(said.config, 'the config', where, gaps)
  const summary = mapOf(said.summaryMetrics, 'the summary', where, gaps)
  const startedAt = parseTime(said.createdAt, 'UTC')
  const heardAt = parseTime(said.heartbeatAt, 'UTC')
  const isOpen = status === null || status === 'running' || status === 'scheduled'
  const keys = keysShape.safeParse(loose(said.historyKeys))
  const rows = said.historyLineCount ?? null
  const lastStep = (keys.success ? keys.data.lastStep : null) ?? stepOf(summary.get('_step'))
  const counts = new Map(
    Object.entries(keys.success ? keys.data.keys : {}).map(([name, { typeCounts }]) => [
      name,
      typeCounts.find(({ type }) => type === 'number')?.count ?? 0,
    ]),
  )
  const metrics = new Map<string, MetricSummary>()
  const texts = new Map<string, string>()
  eachLeaf('', summary, (name, value) => {
    if (isOwnName(name)) return
    if (value.kind === 'text') texts.set(name, value.text)
    if (value.kind !== 'number') return
    // A value that stands in every row stands in the last one, too; of any other its step is not known without the history.
    const isInAll = rows !== null && rows > 0 && counts.get(name) === rows
    metrics.set(name, { ...LAST_ALONE, last: value.value, lastStep: isInAll ? lastStep : null })
  })
  const { runInfo } = said
  return {
    run: {
      key: `${alias}:${id}`,
      id,
      source: alias,
      experiment: { id: address.project, name: address.project },
      name: said.displayName || id,
      user: said.user?.username || null,
      url: [address.shown, ...[address.entity, address.project, 'runs', id].map(encodeURIComponent)].join(
        '/',
      ),
      status: status ?? 'unknown',
      deleted: false,
      startedAt,
      endedAt: isOpen ? null : heardAt,
      parent: null,
      params: sortedByName(
        new Map(
          [...configValues(config)].flatMap(([key, value]) =>
            [...leavesOf(value, key)].map(([name, leaf]) => [name, textOfLoose(leaf)] as const),
          ),
        ),
      ),
      metrics: sortedByName(metrics),
      tags: sortedByName(
        tellTags(
          {
            group: said.group,
            jobType: said.jobType,
            sweep: said.sweepName,
            host: said.host,
            program: runInfo?.program,
            args: runInfo?.args,
            python: runInfo?.python,
            gpu: runInfo?.gpu,
            gpuCount: runInfo?.gpuCount ?? undefined,
          },
          texts,
          said.tags,
        ),
      ),
      note: said.notes || null,
      code: {
        commit: said.commit || null,
        dirty: null,
        branch: null,
        entryPoint: runInfo?.program && !runInfo.program.startsWith('<') ? runInfo.program : null,
      },
      dataSets: [],
      artifacts: null,
    },
    gaps,
    heardAt,
    lastStep,
    rows,
    logged: new Set(
      [...counts].filter(([name, count]) => count > 0 && !isOwnName(name)).map(([name]) => name),
    ),
  }
}

/** Whether a text may be the id of a run: W&B forbids some characters, and it stands in addresses. */
export function isRunId(id: string): boolean {
  return id.length <= 128 && /^[^/\\#?%:\p{Cc}]+$/u.test(id) && !/^\.+$/.test(id)
}

function mapOf(
  json: string | null | undefined,
  what: string,
  where: string,
  gaps: Gap[],
): ReadonlyMap<string, LooseJson> {
  if (json === null || json === undefined || json === '') return new Map()
  const parsed = parseLooseJson(json)
  if (parsed.kind === 'json' && isLooseMap(parsed.value)) return parsed.value
  gaps.push(gap(what, where, parsed.kind === 'broken' ? parsed.why : 'it holds no names with values'))
  return new Map()
}

/** A JSON value that some servers send as its text. */
function loose(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}

function stepOf(value: LooseJson | undefined): number | null {
  const step = value === undefined ? Number.NaN : Number(textOfLoose(value))
  return Number.isSafeInteger(step) && step >= 0 ? step : null
}
