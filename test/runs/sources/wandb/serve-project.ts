import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultsOf, parseQuery, parseSchema, type Selection } from '../../../support/graphql-check.ts'

/**
 * The part of W&B's schema that is used, in the types that the queries of its public client show (wandb 0.22.3: `apis/public/runs.py`,
 * `history.py`, `files.py`, and `runInfo` of `sdk/internal/internal_api.py`); W&B does not publish the schema itself. Of `host` only the input of
 * `upsertBucket` is seen there: the reader does without where a server has it not.
 */
const SCHEMA = `
scalar JSON  scalar JSONString  scalar DateTime  scalar Int64
type Query { project(name: String, entityName: String): Project }
type Project {
  id: ID!  name: String!  internalId: ID  readOnly: Boolean
  runCount(filters: JSONString): Int
  runs(filters: JSONString, after: String, first: Int, order: String): RunConnection
  run(name: String!): Run
}
type RunConnection { edges: [RunEdge!]!  pageInfo: PageInfo! }
type RunEdge { node: Run!  cursor: String! }
type PageInfo { endCursor: String  hasNextPage: Boolean! }
type Run {
  id: ID!  name: String!  displayName: String  state: String  tags: [String!]  notes: String  description: String
  group: String  jobType: String  commit: String  sweepName: String  readOnly: Boolean  projectId: Int  host: String
  createdAt: DateTime!  heartbeatAt: DateTime  historyLineCount: Int  user: User  runInfo: RunInfo
  config: JSONString  summaryMetrics: JSONString  systemMetrics: JSONString  historyKeys: JSON
  history(minStep: Int64, maxStep: Int64, samples: Int): [JSONString!]
  sampledHistory(specs: [JSONString!]!): [JSON!]
  files(names: [String], pattern: String, after: String, first: Int, upload: Boolean): FileConnection
}
type User { id: ID!  name: String  username: String }
type RunInfo { program: String  args: [String!]  os: String  python: String  gpu: String  gpuCount: Int }
type FileConnection { edges: [FileEdge!]!  pageInfo: PageInfo! }
type FileEdge { node: File  cursor: String! }
type File { id: ID!  name: String!  url(upload: Boolean): String  directUrl: String  sizeBytes: Int64  mimetype: String  md5: String }
`

/** A run as the server has it. Rows are those of its history; times are milliseconds. */
export interface ServedRun {
  readonly id: string
  readonly name?: string
  readonly state?: string
  readonly user?: string
  readonly created: number
  readonly heard?: number | null
  readonly config?: Readonly<Record<string, unknown>>
  readonly summary?: Readonly<Record<string, unknown>>
  readonly rows?: readonly Readonly<Record<string, unknown>>[]
  readonly tags?: readonly string[]
  readonly fields?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

export interface Asked {
  readonly path: string
  readonly operation: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly headers: IncomingMessage['headers']
}

export interface Manner {
  /** How many runs or files a page has at most, whatever is asked for. */
  readonly pageSize?: number
  /** Answers instead of the server where it returns true. */
  readonly before?: (asked: Asked, response: ServerResponse) => boolean
  /** Fields of a run that this server does not know. */
  readonly lacks?: readonly string[]
  readonly ignoresRanges?: boolean
}

export interface ServedProject {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

type Resolved = Readonly<Record<string, unknown>>

/**
 * A stand-in for a W&B server on this machine, with the one project `team/shop`. It refuses every query that the schema does not allow, reads the
 * filters it knows and refuses others, samples rows where more are there than asked for, and gives files by ranges.
 */
export async function serveProject(runs: readonly ServedRun[], manner: Manner = {}): Promise<ServedProject> {
  const schema = parseSchema(
    (manner.lacks ?? []).reduce((text, field) => text.replace(new RegExp(`\\b${field}: \\w+`), ''), SCHEMA),
  )
  const asked: Asked[] = []
  let url = ''
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const piece of incoming) text += piece
    const body = text.startsWith('{') ? JSON.parse(text) : {}
    const request: Asked = {
      path: incoming.url ?? '',
      operation: body.operationName ?? '',
      variables: body.variables ?? {},
      headers: incoming.headers,
    }
    asked.push(request)
    if (manner.before?.(request, response) === true) return
    if (request.path.startsWith('/files/')) return giveFile(request, response)
    if (request.path !== '/graphql' || incoming.method !== 'POST') return give(response, 404, { error: 'no' })
    try {
      const query = parseQuery(body.query)
      const faults = [
        ...faultsOf(query, schema, request.variables),
        ...(query.name === request.operation ? [] : [`Unknown operation named "${request.operation}".`]),
      ]
      if (faults.length > 0) return give(response, 400, { errors: faults.map((message) => ({ message })) })
      give(response, 200, { data: resolve({ project: projectOf }, query.selections, request.variables) })
    } catch (error) {
      give(response, 200, { data: null, errors: [{ message: String(error) }] })
    }
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => {
        server.close(done)
      })
    },
  }

  function projectOf({ name, entityName }: Resolved): Resolved | null {
    if (name !== 'shop' || entityName !== 'team') return null
    return {
      name: 'shop',
      run: (given: Resolved) => {
        const found = runs.find(({ id }) => id === given.name)
        return found === undefined ? null : runOf(found)
      },
      runs: ({ filters, order, after, first }: Resolved) => {
        const wanted = runs.filter((run) => holdsFor(JSON.parse(String(filters ?? '{}')), run))
        return pageOf(wanted.toSorted(inOrder(String(order))).map(runOf), after, first)
      },
    }
  }

  function runOf(run: ServedRun): Resolved {
    const rows = run.rows ?? []
    const names = new Set(rows.flatMap((row) => Object.keys(row)))
    const counts = [...names].map((name) => [name, rows.filter((row) => name in row).length] as const)
    return {
      name: run.id,
      displayName: run.name ?? null,
      state: run.state ?? 'finished',
      tags: run.tags ?? [],
      createdAt: new Date(run.created).toISOString().slice(0, 19),
      heartbeatAt: typeof run.heard === 'number' ? new Date(run.heard).toISOString().slice(0, 19) : null,
      historyLineCount: rows.length,
      user: run.user === undefined ? null : { username: run.user },
      config: JSON.stringify(
        Object.fromEntries(
          Object.entries(run.config ?? {}).map(([name, value]) => [name, { value, desc: null }]),
        ),
      ),
      summaryMetrics: JSON.stringify({ ...rows.at(-1), ...run.summary }),
      historyKeys: {
        sets: [],
        keys: Object.fromEntries(
          counts.map(([name, count]) => [name, { typeCounts: [{ type: 'number', count }] }]),
        ),
        lastStep: rows.at(-1)?._step ?? -1,
      },
      history: ({ minStep, maxStep, samples }: Resolved) => {
        const inside = rows.filter(
          ({ _step }) => Number(_step) >= Number(minStep) && Number(_step) < Number(maxStep),
        )
        const most = Number(samples)
        const kept =
          inside.length <= most
            ? inside
            : inside.filter((_, index) => index % Math.ceil(inside.length / most) === 0)
        return kept.map((row) => JSON.stringify(row))
      },
      files: ({ names: only, after, first }: Resolved) => {
        const wanted = Object.entries(run.files ?? {}).filter(
          ([name]) => !Array.isArray(only) || only.includes(name),
        )
        return pageOf(
          wanted.map(([name, text]) => ({
            name,
            directUrl: `${url}/files/${run.id}/${name}`,
            sizeBytes: Buffer.byteLength(text),
          })),
          after,
          first,
        )
      },
      ...run.fields,
    }
  }

  function pageOf(nodes: readonly Resolved[], after: unknown, first: unknown): Resolved {
    const from = after === undefined ? 0 : Number(after)
    const next = from + Math.min(Number(first), manner.pageSize ?? Number(first))
    return {
      edges: nodes.slice(from, next).map((node) => ({ node })),
      pageInfo: { endCursor: String(next), hasNextPage: next < nodes.length },
    }
  }

  function giveFile({ path, headers }: Asked, response: ServerResponse): void {
    const [, , id, ...name] = path.split('/')
    const text = runs.find((run) => run.id === id)?.files?.[name.join('/')]
    const range = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '')
    const bytes = Buffer.from(text ?? '')
    response.writeHead(text === undefined ? 404 : manner.ignoresRanges || range === null ? 200 : 206)
    response.end(
      manner.ignoresRanges || range === null ? bytes : bytes.subarray(Number(range[1]), Number(range[2]) + 1),
    )
  }
}

export function give(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function resolve(object: Resolved, selections: readonly Selection[], variables: Resolved): Resolved {
  return Object.fromEntries(
    selections.map(({ field, arguments: args, selections: inner }) => {
      const given = Object.fromEntries(
        [...args].map(([name, variable]) => [name, variables[variable.slice(1)]]),
      )
      const held = object[field]
      const value: unknown = typeof held === 'function' ? held(given) : (held ?? null)
      return [field, inner.length === 0 ? value : resolveInner(value, inner, variables)]
    }),
  )
}

function resolveInner(value: unknown, inner: readonly Selection[], variables: Resolved): unknown {
  if (value === null) return null
  return Array.isArray(value)
    ? value.map((one) => resolveInner(one, inner, variables))
    : resolve(value as Resolved, inner, variables)
}

function inOrder(order: string): (a: ServedRun, b: ServedRun) => number {
  const sign = order.startsWith('-') ? -1 : 1
  const of = (run: ServedRun) => (order.endsWith('heartbeat_at') ? (run.heard ?? 0) : run.created)
  return (a, b) => sign * (of(a) - of(b))
}

/** The part of W&B's filters that is used; any other is refused. */
function holdsFor(filter: Readonly<Record<string, unknown>>, run: ServedRun): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and') return (condition as readonly Resolved[]).every((one) => holdsFor(one, run))
    const value = {
      state: run.state ?? 'finished',
      username: run.user,
      name: run.id,
      createdAt: run.created,
    }[name]
    return Object.entries(condition as Resolved).every(([operator, operand]) => {
      switch (operator) {
        case '$in':
          return (operand as readonly unknown[]).includes(value)
        case '$gte':
          return Number(value) >= Date.parse(String(operand))
        case '$lte':
          return Number(value) <= Date.parse(String(operand))
        case '$regex':
          return new RegExp(String(operand)).test(String(value))
        default:
          throw new Error(`no such operator: ${operator}`)
      }
    })
  })
}
