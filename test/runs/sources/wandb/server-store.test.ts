import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { MetricSummary, Point, RunStatus } from '../../../../src/runs/run.ts'
import type { RunQuery, RunSource, RunSourceKind } from '../../../../src/runs/run-source.ts'
import { wandb } from '../../../../src/runs/sources/wandb/wandb.ts'
import type { World } from '../../../../src/world.ts'
import { closedPort } from '../../../support/loopback-server.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { EXPECTED_RUNS, SERVED_RUNS } from './contract-served.ts'
import { give, type Manner, type ServedProject, type ServedRun, serveProject } from './serve-project.ts'

const served: ServedProject[] = []
afterEach(async () => {
  for (const one of served.splice(0)) await one.close()
})

for (const [name, manner] of [
  ['a W&B server', {}],
  ['a W&B server of small pages that knows no ranges', { pageSize: 1, ignoresRanges: true }],
] as const) {
  const env: Record<string, string> = {}
  const withBase = (world: World): World => ({ ...world, env })
  const kind: RunSourceKind = {
    ...wandb,
    recognises: (location, world) => wandb.recognises(location, withBase(world)),
    open: (location, alias, world) => wandb.open(location, alias, withBase(world)),
  }
  runSourceContract(name, {
    kind,
    alias: 'logs',
    runs: EXPECTED_RUNS,
    isServed: true,
    write: async () => {
      const one = await serveProject(SERVED_RUNS, manner)
      served.push(one)
      env.WANDB_BASE_URL = one.url
      return 'wandb://team/shop'
    },
  })
}

function world(env: World['env'] = {}, home = '/nowhere'): World {
  return { ...plainWorld(home), home, env, fetch: globalThis.fetch }
}

async function serve(runs: readonly ServedRun[] = SERVED_RUNS, manner: Manner = {}): Promise<ServedProject> {
  const one = await serveProject(runs, manner)
  served.push(one)
  return one
}

async function open(project: ServedProject, env: World['env'] = {}): Promise<RunSource> {
  return wandb.open(`${project.url}/team/shop`, 'logs', world({ WANDB_BASE_URL: project.url, ...env }))
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 1)

/** Many runs of two users, some of one start, some still open, one of them silent for long. */
const MANY: readonly ServedRun[] = Array.from({ length: 60 }, (_, index) => {
  const created = NOW + Math.floor(index / 2) * DAY
  const isOpen = index === 3 || index === 5 || index === 55
  return {
    id: `run${String(index).padStart(2, '0')}`,
    user: index % 3 === 0 ? "o'hara" : 'ana',
    state: isOpen ? 'running' : index % 7 === 0 ? 'crashed' : index % 11 === 0 ? 'killed' : 'finished',
    created,
    heard: index === 3 ? NOW + 29 * DAY : index === 5 ? NOW + 3 * DAY : created + 2 * DAY,
    rows: [{ _step: 0, loss: index }],
  }
})

/** What a query wants of them, told a second time and in another way. */
function wantedOf(query: RunQuery): readonly string[] {
  const week = 7 * DAY
  const statuses = { running: 'running', crashed: 'failed', killed: 'killed', finished: 'finished' }
  const found = MANY.filter(({ state, user, created, heard }) => {
    const status = statuses[state as keyof typeof statuses] as RunStatus
    const since = query.activeSince
    const isActive =
      since === undefined ||
      created >= since ||
      (heard ?? 0) >= since ||
      (status === 'running' && created >= since - week)
    return (
      isActive &&
      (query.statuses?.includes(status) ?? true) &&
      (query.users?.includes(user ?? '') ?? true) &&
      created < (query.startedBefore ?? Number.POSITIVE_INFINITY)
    )
  })
  const sign = query.order === 'newest' ? -1 : 1
  return found
    .toSorted((a, b) => sign * (a.created - b.created) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
    .slice(0, query.limit)
}

describe('a query', () => {
  const QUERIES: readonly RunQuery[] = [
    {},
    { limit: 7 },
    { limit: 3, order: 'newest' },
    { activeSince: NOW + 28 * DAY },
    { activeSince: NOW + 20 * DAY, order: 'newest', limit: 5 },
    { activeSince: NOW + 4 * DAY, startedBefore: NOW + 6 * DAY },
    { activeSince: NOW + 28 * DAY, statuses: ['running'] },
    { activeSince: NOW + 28 * DAY + 1, statuses: ['failed', 'killed'] },
    { statuses: ['failed', 'running'] },
    { statuses: ['unknown'] },
    { users: ["o'hara"], startedBefore: NOW + 3 * DAY + 1 },
    { users: ['ana', 'cy'], activeSince: NOW + 12 * DAY },
  ]
  it.each(QUERIES)('gives the runs that are wanted, whatever the size of a page: %o', async (query) => {
    const source = await open(await serve(MANY, { pageSize: 7 }))
    const { values, gaps } = await sorted(source.list(query))
    expect(gaps).toEqual([])
    expect(values.map(({ id }) => id)).toEqual(wantedOf(query))
  })

  it('is pushed down, and asks for no more than its limit needs', async () => {
    const project = await serve(MANY)
    const source = await open(project)
    await sorted(source.list({ startedBefore: NOW + DAY, statuses: ['finished'], users: ['ana'] }))
    await sorted(source.list({ limit: 2, order: 'newest' }))
    await sorted(source.list({ activeSince: NOW + 30 * DAY }))
    const asked = project.asked
      .filter(({ operation }) => operation === 'Runs')
      .map(({ variables: { filters, order, n } }) => [JSON.parse(String(filters)), order, n])
    const since = { createdAt: { $gte: '2026-12-01T00:00:00Z' } }
    expect(asked).toEqual([
      [
        {
          $and: [
            { state: { $in: ['finished'] } },
            { username: { $in: ['ana'] } },
            { createdAt: { $lte: '2026-11-02T00:00:00Z' } },
          ],
        },
        '+created_at',
        100,
      ],
      [{}, '-created_at', 3],
      [since, '+created_at', 100],
      [{}, '-heartbeat_at', 100],
      [{ state: { $in: ['running', 'preempting', 'pending'] } }, '+created_at', 100],
    ])
  })

  it('reads no further in time than it has to', async () => {
    const project = await serve(MANY, { pageSize: 5 })
    await sorted((await open(project)).list({ activeSince: NOW + 31 * DAY }))
    const pages = project.asked.filter(({ variables }) => variables.order === '-heartbeat_at')
    expect(pages).toHaveLength(1)
  })
})

describe('a history', () => {
  const run = (rows: ServedRun['rows'], more: Partial<ServedRun> = {}): ServedRun => ({
    id: 'long',
    created: NOW,
    heard: NOW + HOUR,
    rows: rows ?? [],
    ...more,
  })
  const dense = Array.from({ length: 2500 }, (_, step) => ({
    _step: step,
    loss: step === 1234 ? -1 : 1 / (step + 1),
  }))

  it('is read whole, where a server would sample what is asked for at once', async () => {
    const project = await serve([run(dense)])
    const source = await open(project)
    const { values, gaps } = await sorted<Point>(source.history('logs:long', 'loss'))
    expect(gaps).toEqual([])
    expect(values.map(({ step, value }) => [step, value])).toEqual(
      dense.map(({ _step, loss }) => [_step, loss]),
    )
    const [listed] = (await sorted(source.list({ withHistory: true }))).values
    expect(listed?.metrics.get('loss')).toEqual({
      last: 1 / 2500,
      lastStep: 2499,
      min: -1,
      max: 1,
      minStep: 1234,
      maxStep: 0,
      count: 2500,
      nonFinite: 0,
    })
    expect(
      project.asked.filter(({ operation }) => operation === 'Rows').map(({ variables }) => variables),
    ).toContainEqual({ entity: 'team', project: 'shop', run: 'long', min: 2000, max: 2500, n: 1000 })
  })

  it('whose steps lie far apart takes few questions', async () => {
    const sparse = Array.from({ length: 300 }, (_, index) => ({ _step: index * 10_000, loss: index }))
    const project = await serve([run(sparse)])
    const { values } = await sorted<Point>((await open(project)).history('logs:long', 'loss'))
    expect(values.map(({ step }) => step)).toEqual(sparse.map(({ _step }) => _step))
    expect(project.asked.filter(({ operation }) => operation === 'Rows').length).toBeLessThan(60)
  })

  it('of which wide windows give too little is read in narrow ones', async () => {
    const clumped = [
      ...Array.from({ length: 1500 }, (_, step) => ({ _step: step, loss: step })),
      { _step: 400_000, loss: 0 },
    ]
    const { values, gaps } = await sorted<Point>(
      (await open(await serve([run(clumped)]))).history('logs:long', 'loss'),
    )
    expect(gaps).toEqual([])
    expect(values).toHaveLength(1501)
  })

  it('tells what the summary does not: the step of a last value, and names that it leaves out', async () => {
    const source = await open(
      await serve([
        run(
          [
            { _step: 0, loss: 3, acc: 0.5, 'val/f1': 0.25 },
            { _step: 1, loss: 2, acc: 0.75 },
            { _step: 2, loss: 1 },
          ],
          { summary: { acc: 0.75, loss: 9, 'val/f1': { max: 0.25 } } },
        ),
      ]),
    )
    const last = (metrics: ReadonlyMap<string, MetricSummary> | undefined) =>
      [...(metrics ?? [])].map(([name, one]) => [name, one.last, one.lastStep])
    expect(last((await sorted(source.list({}))).values[0]?.metrics)).toEqual([
      ['acc', 0.75, null],
      ['loss', 9, 2],
      ['val/f1.max', 0.25, null],
    ])
    expect(last((await source.read('logs:long', { withHistory: true })).metrics)).toEqual([
      ['acc', 0.75, 1],
      ['loss', 9, null],
      ['val/f1', 0.25, 0],
      ['val/f1.max', 0.25, null],
    ])
    const { values } = await sorted<Point>(source.history('logs:long', 'val/f1'))
    expect(values.map(({ step, value }) => [step, value])).toEqual([[0, 0.25]])
  })

  it('of a run that is silent is asked for once, whatever metric is read after the other', async () => {
    const project = await serve([run([{ _step: 0, a: 1, b: 2 }])])
    const source = await open(project)
    for (const metric of ['a', 'b', 'a']) await sorted(source.history('logs:long', metric))
    expect(project.asked.filter(({ operation }) => operation === 'Rows')).toHaveLength(1)
  })

  it('with rows that are none tells how many', async () => {
    const source = await open(
      await serve([
        run([{ _step: 0, loss: 1 }], { fields: { history: ['{"_step":0,"loss":1}', '{"loss', 7] } }),
      ]),
    )
    const { values, gaps } = await sorted<Point>(source.history('logs:long', 'loss'))
    expect(values).toHaveLength(1)
    expect(gaps.map(({ what }) => what)).toEqual(['2 rows of run long'])
  })
})

describe('a run', () => {
  it('tells its note, its code and where people see it', async () => {
    const project = await serve()
    const run = await (await open(project)).read('logs:aa11bb22')
    expect(run.note).toBe('worth a look')
    expect(run.code).toEqual({
      commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
      dirty: null,
      branch: null,
      entryPoint: 'train.py',
    })
    expect(run.url).toBe(`${project.url}/team/shop/runs/aa11bb22`)
  })

  it('is read from a server that does not know every field, which is asked for once', async () => {
    const project = await serve(SERVED_RUNS, { lacks: ['host', 'runInfo'] })
    const source = await open(project)
    const { values } = await sorted(source.list({}))
    await sorted(source.list({}))
    expect(values).toHaveLength(SERVED_RUNS.length)
    expect(values[0]?.tags.has('host')).toBe(false)
    expect(project.asked.filter(({ operation }) => operation === 'Runs')).toHaveLength(3)
  })

  it('of a damaged shape is a gap, and the others are told', async () => {
    const source = await open(
      await serve([
        { id: '../etc', created: NOW },
        {
          id: 'odd',
          state: 'strange',
          created: NOW + DAY,
          fields: { config: '{"lr": ', summaryMetrics: '7' },
        },
        { id: 'none', created: NOW + 2 * DAY, fields: { tags: 'no list' } },
        { id: 'plain', created: NOW + 3 * DAY },
      ]),
    )
    const { values, gaps } = await sorted(source.list({}))
    expect(values.map(({ id, status }) => [id, status])).toEqual([
      ['odd', 'unknown'],
      ['plain', 'finished'],
    ])
    expect(gaps.map(({ what }) => what)).toEqual([
      'run ../etc',
      'a run',
      'status of run odd',
      'the config',
      'the summary',
    ])
  })
})

describe('a file of a run', () => {
  const withFile = (directUrl: string, name = 'a.txt'): ServedRun => ({
    id: 'one',
    created: NOW,
    fields: {
      files: {
        edges: [{ node: { name, directUrl, sizeBytes: '5' } }],
        pageInfo: { endCursor: null, hasNextPage: false },
      },
    },
  })
  const part = { from: 'head', bytes: 5 } as const

  it('is not fetched from another host without TLS', async () => {
    const other = await serve([{ id: 'one', created: NOW, files: { 'a.txt': 'hello' } }])
    const source = await open(await serve([withFile(`${other.url}/files/one/a.txt`)]))
    expect(await source.readArtifact('logs:one', 'a.txt', part)).toMatchObject({
      why: 'its address is none that is read',
    })
    expect(other.asked).toEqual([])
  })

  it('is asked for with the key at its own server alone', async () => {
    const asked: (string | null)[] = []
    const project = await serve([withFile('https://storage.example.org/a.txt?signed')])
    const fetching: typeof fetch = async (input, init) => {
      if (String(input).startsWith(project.url)) return fetch(input, init)
      asked.push(String(input), new Headers(init?.headers).get('authorization'))
      return new Response('hello', { status: 206 })
    }
    const env = { WANDB_BASE_URL: project.url, WANDB_API_KEY: 'secret' }
    const source = await wandb.open('wandb://team/shop', 'logs', { ...world(env), fetch: fetching })
    expect(Buffer.from((await source.readArtifact('logs:one', 'a.txt', part)) as Uint8Array).toString()).toBe(
      'hello',
    )
    expect(asked).toEqual(['https://storage.example.org/a.txt?signed', null])
  })

  it('whose name leads elsewhere is a gap', async () => {
    const source = await open(await serve([withFile('/files/one/a.txt', '../../a.txt')]))
    const { values, gaps } = await sorted(source.artifacts('logs:one'))
    expect(values).toEqual([])
    expect(gaps.map(({ what }) => what)).toEqual(['artifact ../../a.txt'])
  })
})

describe('who asks', () => {
  const sentTo = (project: ServedProject) => project.asked.at(-1)?.headers.authorization
  const basic = (key: string) => `Basic ${Buffer.from(`api:${key}`).toString('base64')}`

  it('is told by the variable before the file of keys', async () => {
    const home = mkdtempSync(join(tmpdir(), 'narrate-wandb-'))
    const project = await serve()
    const { host } = new URL(project.url)
    writeFileSync(
      join(home, '.netrc'),
      `default login user password nobodys\nmachine other.example.org login user password foreign\nmachine ${host}\n  login user\n  password from-file\n`,
    )
    const base = { WANDB_BASE_URL: project.url }
    await wandb.open('wandb://team/shop', 'logs', world(base, home))
    expect(sentTo(project)).toBe(basic('from-file'))
    await wandb.open('wandb://team/shop', 'logs', world({ ...base, WANDB_API_KEY: 'local-key' }, home))
    expect(sentTo(project)).toBe(basic('local-key'))
    await wandb.open('wandb://team/shop', 'logs', world(base))
    expect(sentTo(project)).toBeUndefined()
    rmSync(home, { recursive: true })
  })

  it('is not told to another host than the one that the key belongs to', async () => {
    const asked: (string | null)[] = []
    const fetching: typeof fetch = async (_, init) => {
      asked.push(new Headers(init?.headers).get('authorization'))
      return new Response('{"errors":[{"message":"permission denied"}]}', { status: 401 })
    }
    const env = { WANDB_API_KEY: 'own-key', WANDB_BASE_URL: 'https://w.example.org' }
    const error = await errorOf(() =>
      wandb.open('https://wandb.ai/team/shop', 'logs', { ...world(env), fetch: fetching }),
    )
    expect(asked).toEqual([null])
    expect(error.message).toBe(
      'The W&B server api.wandb.ai wants to know who asks (status 401). It says: permission denied.',
    )
    expect(error.hint).toBe(
      'WANDB_API_KEY is not sent to api.wandb.ai, since WANDB_BASE_URL names another host.',
    )
    expect(`${error.message}${error.hint}`).not.toContain('own-key')
  })
})

describe('trouble is one clear sentence', () => {
  const ENDINGS: readonly (readonly [string, NonNullable<Manner['before']>, string, RegExp])[] = [
    [
      'a page of something else',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<html>hello</html>')
        return true
      },
      'HOST is no W&B server: it answers text/html instead of what was asked for.',
      /WANDB_BASE_URL/,
    ],
    [
      'an address that leads past it',
      (_, response) => {
        response.writeHead(404, { 'content-type': 'text/html' })
        response.end('<html>not here</html>')
        return true
      },
      'HOST is no W&B server: it does not know the route of one (status 404).',
      /WANDB_BASE_URL/,
    ],
    [
      'one that sends elsewhere',
      (_, response) => {
        response.writeHead(302, { location: 'https://elsewhere.example.org/' })
        response.end()
        return true
      },
      'HOST is no W&B server: it sends elsewhere (status 302).',
      /WANDB_BASE_URL/,
    ],
    [
      'a key that it refuses',
      (_, response) => {
        give(response, 401, { error: 'invalid key' })
        return true
      },
      'The W&B server HOST wants to know who asks (status 401). It says: invalid key.',
      /^The key of WANDB_API_KEY was refused: /,
    ],
    [
      'a project that is closed',
      (_, response) => {
        give(response, 403, { errors: [{ message: 'no access' }] })
        return true
      },
      'The W&B server HOST does not let this user read the project team/shop. It says: no access.',
      /^Ask whoever owns the project/,
    ],
    [
      'a project that is not there',
      (_, response) => {
        give(response, 200, { data: { project: null } })
        return true
      },
      'The W&B server HOST has no project team/shop, or hides it.',
      /whether the key of WANDB_API_KEY may read it/,
    ],
    [
      'an error of GraphQL',
      (_, response) => {
        give(response, 200, { data: null, errors: [{ message: 'something broke' }] })
        return true
      },
      'The W&B server HOST did not give the project team/shop. It says: something broke.',
      /^$/,
    ],
    [
      'a shape of something else',
      (_, response) => {
        give(response, 200, { data: { project: 7 } })
        return true
      },
      "The W&B server HOST gave the project team/shop in a shape that is not W&B's.",
      /WANDB_BASE_URL/,
    ],
  ]
  it.each(ENDINGS)('%s', async (_, before, message, hint) => {
    const project = await serve(SERVED_RUNS, { before })
    const error = await errorOf(() => open(project, { WANDB_API_KEY: 'geheim' }))
    expect(error.kind).toBe('source')
    expect(error.message).toBe(message.replace('HOST', new URL(project.url).host))
    expect(error.hint ?? '').toMatch(hint)
    expect(`${error.message}${error.hint}`).not.toContain('geheim')
  })

  it('where nothing listens, where it never answers, and where the base is none', async () => {
    const port = await closedPort()
    const base = `http://127.0.0.1:${port}`
    const gone = await errorOf(() => wandb.open('wandb://team/shop', 'logs', world({ WANDB_BASE_URL: base })))
    expect(gone.message).toBe(`The W&B server 127.0.0.1:${port} cannot be reached (ECONNREFUSED).`)
    const silent = await serve(SERVED_RUNS, { before: () => true })
    const late = await errorOf(() => open(silent, { WANDB_HTTP_TIMEOUT: '0.2' }))
    expect(late.message).toMatch(/did not answer within 0 s\.$/)
    const odd = await errorOf(() =>
      wandb.open('wandb://team/shop', 'logs', world({ WANDB_BASE_URL: 'here' })),
    )
    expect(odd.message).toBe('WANDB_BASE_URL is no address.')
    const unnamed = await errorOf(() => wandb.open('wandb://team', 'logs', world()))
    expect(unnamed.message).toBe('wandb://team names no project of W&B.')
  })
})

describe('a busy server', () => {
  it('is asked again after as long as it says', async () => {
    let times = 0
    const project = await serve(SERVED_RUNS, {
      before: ({ operation }, response) => {
        if (operation !== 'Runs' || times > 2) return false
        times += 1
        response.writeHead(
          [429, 503, 429][times - 1] ?? 500,
          times === 3 ? { 'ratelimit-remaining': '0', 'ratelimit-reset': '0' } : { 'retry-after': '0' },
        )
        response.end()
        return true
      },
    })
    const { values } = await sorted((await open(project)).list({}))
    expect(values).toHaveLength(SERVED_RUNS.length)
    expect(times).toBe(3)
  })

  it('is left alone as soon as the user stops', async () => {
    const abort = new AbortController()
    const project = await serve(SERVED_RUNS, {
      before: ({ operation }, response) => {
        if (operation !== 'Runs') return false
        response.writeHead(429, { 'retry-after': '60' })
        response.end(() => abort.abort())
        return true
      },
    })
    const source = await wandb.open('wandb://team/shop', 'logs', {
      ...world({ WANDB_BASE_URL: project.url }),
      signal: abort.signal,
    })
    expect((await errorOf(() => sorted(source.list({})))).kind).toBe('cancelled')
  })
})
