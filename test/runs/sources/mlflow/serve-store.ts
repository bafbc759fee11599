import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { matches } from '../../../../src/runs/filter/matches.ts'
import { parseFilter } from '../../../../src/runs/filter/parse-filter.ts'
import type { RunSummary } from '../../../../src/runs/run.ts'
import { statusOf, userOf } from '../../../../src/runs/sources/mlflow/run-record.ts'
import type { LoggedPoint, LoggedRun, LoggedStore } from './write-store.ts'

/** A request as the stand-in got it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: IncomingMessage['headers']
}

export interface ServedStore {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export interface Manner {
  /** How many runs, experiments or points a page has at most, whatever is asked for. */
  readonly pageSize?: number
  /** Answers instead of the server where it returns true. */
  readonly before?: (asked: Asked, response: ServerResponse) => boolean
  /** Numbers of 64 bits as texts, empty values left out: protobuf's own JSON. */
  readonly isProtobufJson?: boolean
  /** Speaks TLS with this key and certificate (PEM). */
  readonly certificate?: { readonly key: string; readonly cert: string }
  /** Whole files whatever range is asked for. */
  readonly ignoresRanges?: boolean
}

/**
 * A stand-in for an MLflow tracking server on this machine: the routes that are read, with pages, filters and refusals as MLflow 3.17
 * gives them. The interop suite holds the real servers against the same code.
 */
export async function serveStore(store: LoggedStore, manner: Manner = {}): Promise<ServedStore> {
  const asked: Asked[] = []
  const listener: RequestListener = async (incoming, response) => {
    let text = ''
    for await (const piece of incoming) text += piece
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
    const request: Asked = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: text.startsWith('{') ? JSON.parse(text) : {},
      headers: incoming.headers,
    }
    asked.push(request)
    if (manner.before?.(request, response) === true) return
    answer(store, request, response, manner)
  }
  const server =
    manner.certificate === undefined
      ? createServer(listener)
      : createSecureServer(manner.certificate, listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${manner.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

/** A refusal in MLflow's form. */
export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error_code: code, message }))
}

function answer(store: LoggedStore, request: Asked, response: ServerResponse, manner: Manner): unknown {
  const { path, query, body, method } = request
  const give = (value: object) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(manner.isProtobufJson ? inProtobufJson(value) : value))
  }
  const page = <Value>(name: string, values: readonly Value[], token: string | null, most: number) => {
    const from = token === null ? 0 : Number(Buffer.from(token, 'base64').toString())
    const size = Math.min(most, manner.pageSize ?? most)
    const next = from + size
    give({
      ...(values.length === 0 ? {} : { [name]: values.slice(from, next) }),
      ...(next < values.length ? { next_page_token: Buffer.from(String(next)).toString('base64') } : {}),
    })
  }
  const route = `${method} ${path.replace('/api/2.0/mlflow/', '')}`
  const run = store.runs.find(({ id }) => id === query.get('run_id'))
  switch (route) {
    case 'GET experiments/search': {
      if (!query.has('max_results'))
        return refuse(response, 400, 'INVALID_PARAMETER_VALUE', "Invalid value 0 for parameter 'max_results'")
      const isAll = query.get('view_type') === 'ALL'
      const found = store.experiments.filter(({ deleted }) => isAll || deleted !== true)
      return page(
        'experiments',
        found.map(({ id, name, deleted, tags }) => ({
          experiment_id: id,
          name,
          lifecycle_stage: deleted ? 'deleted' : 'active',
          ...(tags === undefined ? {} : { tags: pairs(tags) }),
        })),
        query.get('page_token'),
        Number(query.get('max_results')),
      )
    }
    case 'POST runs/search': {
      const filter = parseFilter(String(body.filter || 'attributes.run_id != "-"'))
      const ids = body.experiment_ids as readonly string[]
      const sign = String(body.order_by).endsWith('DESC') ? -1 : 1
      const found = store.runs
        .filter((one) => ids.includes(one.experiment))
        .filter((one) => body.run_view_type === 'ALL' || one.deleted !== true)
        .filter((one) => matches(filter, summaryOf(one)))
        .toSorted((a, b) => sign * ((a.start ?? 0) - (b.start ?? 0)))
      return page(
        'runs',
        found.map(runOf),
        typeof body.page_token === 'string' ? body.page_token : null,
        Number(body.max_results),
      )
    }
    case 'GET runs/get':
      if (run !== undefined) return give({ run: runOf(run) })
      return refuse(response, 404, 'RESOURCE_DOES_NOT_EXIST', `Run with id=${query.get('run_id')} not found`)
    case 'GET metrics/get-history': {
      const key = query.get('metric_key') ?? ''
      const points = run?.metrics?.[key] ?? []
      // As servers of 3.4 to 3.13 do.
      if (!query.has('max_results')) return give({ next_page_token: 'never' })
      return page(
        'metrics',
        points.map((point) => metricOf(key, point)),
        query.get('page_token'),
        Number(query.get('max_results')),
      )
    }
    case 'GET model-versions/search':
      return page(
        'model_versions',
        (store.registry ?? []).map(({ model, version, run: made, stage }) => ({
          name: model,
          version: String(version),
          ...(made === null ? {} : { run_id: made }),
          current_stage: stage ?? 'None',
        })),
        query.get('page_token'),
        1000,
      )
    case 'GET registered-models/search':
      return page(
        'registered_models',
        [...Map.groupBy(store.registry ?? [], ({ model }) => model)].map(([name, versions]) => ({
          name,
          aliases: versions.flatMap(({ version, aliases = [] }) =>
            aliases.map((alias) => ({ alias, version: String(version) })),
          ),
        })),
        query.get('page_token'),
        1000,
      )
    case 'GET artifacts/list':
      return give({ root_uri: 'mlflow-artifacts:/', files: filesIn(run, query.get('path') ?? '') })
    case 'GET /get-artifact': {
      const bytes = Buffer.from(run?.artifacts?.[query.get('path') ?? ''] ?? '')
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')
      if (manner.ignoresRanges || range === null) {
        response.writeHead(200)
        response.end(bytes)
      } else {
        response.writeHead(206)
        response.end(bytes.subarray(Number(range[1]), Number(range[2]) + 1))
      }
      return
    }
    default:
      response.writeHead(404, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>404 Not Found</title>')
  }
}

function filesIn(run: LoggedRun | undefined, folder: string): readonly object[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const names = Object.entries(run?.artifacts ?? {}).filter(([path]) => path.startsWith(prefix))
  const folders = new Set<string>()
  return names.flatMap(([path, text]) => {
    const [first = '', ...rest] = path.slice(prefix.length).split('/')
    if (rest.length === 0) return [{ path, is_dir: false, file_size: Buffer.byteLength(text) }]
    if (folders.has(first)) return []
    folders.add(first)
    return [{ path: `${prefix}${first}`, is_dir: true }]
  })
}

function runOf(run: LoggedRun): object {
  return {
    info: {
      run_uuid: run.id,
      run_id: run.id,
      experiment_id: run.experiment,
      ...(run.name === undefined ? {} : { run_name: run.name }),
      ...(run.user === undefined ? {} : { user_id: run.user }),
      status: run.status ?? 'FINISHED',
      ...(typeof run.start === 'number' ? { start_time: run.start } : {}),
      ...(typeof run.end === 'number' ? { end_time: run.end } : {}),
      artifact_uri: `mlflow-artifacts:/${run.experiment}/${run.id}/artifacts`,
      lifecycle_stage: run.deleted ? 'deleted' : 'active',
    },
    data: {
      ...(run.metrics === undefined
        ? {}
        : { metrics: Object.entries(run.metrics).map(([key, points]) => metricOf(key, lastOf(points))) }),
      ...(run.params === undefined ? {} : { params: pairs(run.params) }),
      ...(run.tags === undefined ? {} : { tags: pairs(run.tags) }),
    },
    inputs:
      run.dataSets === undefined
        ? {}
        : {
            dataset_inputs: run.dataSets.map(({ name, digest, context }) => ({
              tags: context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }],
              dataset: { name, digest },
            })),
          },
  }
}

function metricOf(key: string, [time, value, step]: LoggedPoint): object {
  // NaN is a text; an infinity is what the database behind the server made of it.
  const written = Number.isNaN(value)
    ? 'NaN'
    : Number.isFinite(value)
      ? value
      : Math.sign(value) * Number.MAX_VALUE
  return { key, value: written, timestamp: time, step }
}

function lastOf(points: readonly LoggedPoint[]): LoggedPoint {
  return (
    points
      .toSorted(([t, v, s], [otherT, otherV, otherS]) => s - otherS || t - otherT || v - otherV)
      .at(-1) ?? [0, 0, 0]
  )
}

/** What the filter is held against. */
function summaryOf(run: LoggedRun): RunSummary {
  return {
    key: '',
    id: run.id,
    source: '',
    experiment: { id: run.experiment, name: '' },
    name: run.name ?? '',
    user: userOf(run.user ?? null, undefined),
    url: null,
    status: statusOf(run.status ?? 'FINISHED') ?? 'unknown',
    deleted: run.deleted === true,
    startedAt: run.start ?? null,
    endedAt: run.end ?? null,
    parent: null,
    params: new Map(),
    metrics: new Map(),
    tags: new Map(Object.entries(run.tags ?? {})),
  }
}

function pairs(record: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }))
}

function inProtobufJson(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (name, part) =>
      typeof part === 'number' && /_time$|^timestamp$|^step$|^file_size$/.test(name) ? String(part) : part,
    ),
  )
}
