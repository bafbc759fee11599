import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunQuery, RunSource } from '../../../../src/runs/run-source.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import type { World } from '../../../../src/world.ts'
import { closedPort } from '../../../support/loopback-server.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { contractLog, contractRuns } from './contract-log.ts'
import { type Manner, refuse, type ServedStore, serveStore } from './serve-store.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { LoggedRun, LoggedStore } from './write-store.ts'

const served: ServedStore[] = []
afterEach(async () => {
  for (const one of served.splice(0)) await one.close()
})

async function serve(store: LoggedStore = contractLog, manner: Manner = {}): Promise<ServedStore> {
  const one = await serveStore(store, manner)
  served.push(one)
  return one
}

function world(env: World['env'] = {}, home = '/nowhere'): World {
  return { ...plainWorld(home), home, env, fetch: globalThis.fetch }
}

async function open(store: ServedStore, env: World['env'] = {}): Promise<RunSource> {
  return mlflow.open(store.url, 'logs', world(env))
}

for (const [name, manner] of [
  ['a tracking server', {}],
  ['a tracking server of small pages', { pageSize: 1 }],
  [
    'a tracking server that speaks protobuf JSON and knows no ranges',
    { isProtobufJson: true, ignoresRanges: true },
  ],
] as const)
  runSourceContract(name, {
    kind: mlflow,
    alias: 'logs',
    runs: contractRuns,
    isServed: true,
    write: async () => (await serve(contractLog, manner)).url,
  })

const DAY = 86_400_000
const NOW = 1_763_600_000_000

/** Many runs of two users, some of one start, one still open. */
const MANY: LoggedStore = {
  experiments: [{ id: '1', name: 'churn' }],
  runs: Array.from({ length: 40 }, (_, index): LoggedRun => {
    const start = NOW + Math.floor(index / 2) * DAY
    return {
      id: `${String(index).padStart(2, '0')}aabbccddeeff00112233445566778899`.slice(0, 32),
      experiment: '1',
      name: `run ${index}`,
      ...(index % 5 === 0
        ? { tags: { 'mlflow.user': "o'hara" } }
        : { user: index % 2 === 0 ? 'ana' : 'ben' }),
      status: index === 3 ? 'RUNNING' : index % 7 === 0 ? 'FAILED' : 'FINISHED',
      start,
      end: index === 3 ? null : start + 2 * DAY,
      metrics: { loss: [[index === 3 ? NOW + 19 * DAY : start, index, 0]] },
    }
  }),
}

describe('a query', () => {
  const QUERIES: readonly RunQuery[] = [
    {},
    { limit: 7 },
    { limit: 3, order: 'newest' },
    { activeSince: NOW + 18 * DAY },
    { activeSince: NOW + 10 * DAY, order: 'newest', limit: 5 },
    { activeSince: NOW + 4 * DAY, startedBefore: NOW + 6 * DAY },
    { statuses: ['failed', 'running'] },
    { statuses: ['unknown'] },
    { users: ["o'hara"] },
    { users: ['ana', "o'hara"], activeSince: NOW + 12 * DAY },
    { users: ['ana', 'ben', 'cy', 'dee'] },
    { users: [`both ' and "`] },
  ]
  it.each(QUERIES)('gives from a server what it gives from files: %o', async (query) => {
    const folder = temporaryFolder()
    const { writeFileStore } = await import('./write-store.ts')
    writeFileStore(join(folder, 'mlruns'), MANY)
    const files = await mlflow.open(join(folder, 'mlruns'), 'logs', world())
    const server = await open(await serve(MANY, { pageSize: 6 }))
    const ids = async (source: RunSource) => (await sorted(source.list(query))).values.map(({ id }) => id)
    expect(await ids(server)).toEqual(await ids(files))
  })

  it('is pushed down: a server with many runs sends few', async () => {
    const store = await serve(MANY)
    await sorted((await open(store)).list({ startedBefore: NOW + DAY, statuses: ['finished'] }))
    const search = store.asked.find(({ path }) => path.endsWith('runs/search'))
    expect(search?.body.filter).toContain(`attributes.start_time < ${NOW + DAY}`)
    expect(search?.body.filter).toContain("attributes.status != 'FAILED'")
  })

  it('asks for one page where a limit is all that is wanted', async () => {
    const store = await serve(MANY)
    await sorted((await open(store)).list({ limit: 2, order: 'newest' }))
    const searches = store.asked.filter(({ path }) => path.endsWith('runs/search'))
    expect(searches.map(({ body }) => body.max_results)).toEqual([100])
  })
})

describe('a run', () => {
  it('tells its data sets, its versions in the registry and where people see it', async () => {
    const first = contractLog.runs.find(({ id }) => id === contractRuns[0]?.id)
    const store = await serve({
      experiments: contractLog.experiments,
      runs: [
        { ...(first as LoggedRun), dataSets: [{ name: 'caravan', digest: 'cf70', context: 'training' }] },
      ],
      registry: [
        {
          model: 'churn',
          version: 2,
          run: first?.id ?? '',
          stage: 'Production',
          aliases: ['champion', 'best'],
        },
        { model: 'churn', version: 1, run: 'other', aliases: ['old'] },
        { model: 'gone', version: 1, run: first?.id ?? '', stage: 'Deleted_Internal' },
      ],
    })
    const source = await open(store)
    const [run] = (await sorted(source.readAll({}))).values
    expect(run?.dataSets).toEqual([{ name: 'caravan', digest: 'cf70', context: 'training' }])
    expect(run?.registered).toEqual([
      {
        model: 'churn',
        version: '2',
        stage: 'Production',
        aliases: ['best', 'champion'],
        origin: {
          source: 'logs',
          file: 'api/2.0/mlflow/model-versions/search',
          row: 'name=churn, version=2',
        },
      },
    ])
    expect(run?.url).toBe(`${store.url}/#/experiments/1/runs/${first?.id}`)
    expect(await source.read(run?.key ?? '')).toEqual(run)
  })

  it('is read without its registry where that is closed, and says so', async () => {
    const source = await open(
      await serve(contractLog, {
        before: ({ path }, response) => {
          if (!path.includes('model-versions')) return false
          refuse(response, 403, 'PERMISSION_DENIED', 'Permission denied')
          return true
        },
      }),
    )
    const run = await source.read(contractRuns[0]?.key ?? '')
    expect(run.gaps.map(({ what }) => what)).toEqual(['registered models'])
  })

  it('that stands on two pages, since another one began meanwhile, is told once', async () => {
    const run = (id: string, start: number): LoggedRun => ({ id, experiment: '1', start, end: start + 1 })
    const runs = [run('a1', NOW), run('b2', NOW + 1)]
    const source = await open(
      await serve(
        { experiments: [{ id: '1', name: 'churn' }], runs },
        {
          pageSize: 1,
          before: ({ path, body }) => {
            if (path.endsWith('runs/search') && body.page_token !== undefined && runs.length === 2)
              runs.push(run('c3', NOW + 2))
            return false
          },
        },
      ),
    )
    const { values } = await sorted(source.list({ order: 'newest' }))
    expect(values.map(({ id }) => id)).toEqual(['b2', 'a1'])
  })

  it('whose parent is nowhere says so, and stays with the other runs of that parent', async () => {
    const child: LoggedRun = { id: 'c1', experiment: '1', tags: { 'mlflow.parentRunId': 'deadbeef' } }
    const source = await open(await serve({ experiments: [{ id: '1', name: 'churn' }], runs: [child] }))
    const { values, gaps } = await sorted(source.list({}))
    expect(values.map(({ parent }) => parent)).toEqual(['logs:1/deadbeef'])
    expect(gaps.map(({ what }) => what)).toEqual(['parent of run c1'])
  })

  it('whose shape is none is a gap, and the others are told', async () => {
    let spoilt = false
    const source = await open(
      await serve(contractLog, {
        before: ({ path }, response) => {
          if (!path.endsWith('runs/search') || spoilt) return false
          spoilt = true
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(
            JSON.stringify({
              runs: [
                { info: { run_id: '../../etc', experiment_id: '1' } },
                { nothing: true },
                {
                  info: { run_id: 'a1', experiment_id: 1, status: 'ODD', start_time: '12' },
                  data: { metrics: [{ key: 'loss' }, { key: 'auc', value: 'NaN' }] },
                },
              ],
            }),
          )
          return true
        },
      }),
    )
    const { values, gaps } = await sorted(source.list({}))
    expect(values.map(({ id, status, startedAt }) => [id, status, startedAt])).toEqual([
      ['a1', 'unknown', 12],
    ])
    expect(values[0]?.metrics.get('auc')?.last).toBeNaN()
    expect(gaps.map(({ what }) => what)).toEqual([
      'run ../../etc',
      'a run',
      'status of run a1',
      'a metric of run a1',
    ])
  })
})

describe('who asks', () => {
  const authorizationOf = (store: ServedStore) =>
    store.asked.map(({ headers }) => headers.authorization).at(-1)

  it('is told by user and password before a token', async () => {
    const store = await serve()
    await open(store, {
      MLFLOW_TRACKING_USERNAME: 'ana',
      MLFLOW_TRACKING_PASSWORD: 'pässword',
      MLFLOW_TRACKING_TOKEN: 'a token',
    })
    expect(authorizationOf(store)).toBe(`Basic ${Buffer.from('ana:pässword').toString('base64')}`)
    await open(store, { MLFLOW_TRACKING_TOKEN: 'a-token' })
    expect(authorizationOf(store)).toBe('Bearer a-token')
    await open(store)
    expect(authorizationOf(store)).toBeUndefined()
  })

  it('is told by the credentials that MLflow keeps in the home folder', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, '.mlflow'))
    writeFileSync(
      join(home, '.mlflow', 'credentials'),
      '[mlflow]\nmlflow_tracking_username = ben\nmlflow_tracking_password = secret\n',
    )
    const store = await serve()
    await mlflow.open(store.url, 'logs', world({}, home))
    expect(authorizationOf(store)).toBe(`Basic ${Buffer.from('ben:secret').toString('base64')}`)
  })

  it('is not told to another host than the one that MLFLOW_TRACKING_URI names', async () => {
    const store = await serve(contractLog, {
      before: (_, response) => {
        response.writeHead(401, { 'www-authenticate': 'Basic' })
        response.end('You are not authenticated.')
        return true
      },
    })
    const error = await errorOf(() =>
      open(store, { MLFLOW_TRACKING_TOKEN: 'a-token', MLFLOW_TRACKING_URI: 'https://tracking.example.org' }),
    )
    expect(authorizationOf(store)).toBeUndefined()
    expect(error.message).toContain('wants to know who asks (status 401)')
    expect(error.hint).toContain('MLFLOW_TRACKING_TOKEN is not sent to 127.0.0.1')
    expect(`${error.message}${error.hint}`).not.toContain('a-token')
  })

  it('is told to Databricks by its own variables, or by a profile', async () => {
    const store = await serve()
    await mlflow.open('databricks', 'logs', world({ DATABRICKS_HOST: store.url, DATABRICKS_TOKEN: 'dapi' }))
    expect(authorizationOf(store)).toBe('Bearer dapi')
    const home = temporaryFolder()
    writeFileSync(join(home, '.databrickscfg'), `[team]\nhost = ${store.url}\ntoken = of-team\n`)
    const source = await mlflow.open('databricks://team', 'logs', world({ DATABRICKS_TOKEN: 'dapi' }, home))
    expect(authorizationOf(store)).toBe('Bearer of-team')
    const [run] = (await sorted(source.list({ limit: 1 }))).values
    expect(run?.url).toContain(`${store.url}/ml/experiments/1/runs/`)
  })

  it('is told to Databricks by a service principal, whose token is asked for once', async () => {
    let tokens = 0
    const store = await serve(contractLog, {
      before: ({ path }, response) => {
        if (path !== '/oidc/v1/token') return false
        tokens += 1
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ access_token: 'asked-for' }))
        return true
      },
    })
    const source = await mlflow.open(
      'databricks',
      'logs',
      world({ DATABRICKS_HOST: store.url, DATABRICKS_CLIENT_ID: 'id', DATABRICKS_CLIENT_SECRET: 's' }),
    )
    await sorted(source.list({}))
    expect(authorizationOf(store)).toBe('Bearer asked-for')
    expect(tokens).toBe(1)
  })
})

describe('trouble is one clear sentence', () => {
  const ENDINGS: readonly (readonly [string, Manner['before'], RegExp])[] = [
    [
      'a page of something else',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<html>hello</html>')
        return true
      },
      /is no MLflow tracking server: it answers text\/html instead of JSON\.$/,
    ],
    [
      'an address that leads past it',
      (_, response) => {
        response.writeHead(404, { 'content-type': 'text/html' })
        response.end('<html>not here</html>')
        return true
      },
      /is no MLflow tracking server: it does not know the routes of one \(status 404\)\.$/,
    ],
    [
      'a host name that it does not serve',
      (_, response) => {
        response.writeHead(403)
        response.end('Invalid Host header - possible DNS rebinding attack detected')
        return true
      },
      /wants to know who asks \(status 403\)\. It says: Invalid Host header/,
    ],
    [
      'an error of its own',
      (_, response) => {
        refuse(response, 400, 'BAD_REQUEST', 'no such thing')
        return true
      },
      /did not give the experiments \(status 400\)\. It says: no such thing\.$/,
    ],
  ]
  it.each(ENDINGS)('%s', async (_, before, message) => {
    const store = await serve(contractLog, before === undefined ? {} : { before })
    const error = await errorOf(() => open(store))
    expect(error.kind).toBe('source')
    expect(error.message).toMatch(message)
  })

  it('where nothing listens', async () => {
    const port = await closedPort()
    const error = await errorOf(() => mlflow.open(`http://127.0.0.1:${port}`, 'logs', world()))
    expect(error.message).toBe(
      `The tracking server http://127.0.0.1:${port} cannot be reached (ECONNREFUSED).`,
    )
  })

  it('where it never answers', async () => {
    const store = await serve(contractLog, { before: () => true })
    const error = await errorOf(() => open(store, { MLFLOW_HTTP_REQUEST_TIMEOUT: '0.2' }))
    expect(error.message).toMatch(/did not answer within 0 s\.$/)
  })

  it('where the address holds a password, which is not shown', async () => {
    const error = await errorOf(() => mlflow.open('https://ana:geheim@example.org/mlflow', 'logs', world()))
    expect(error.message).toContain('holds a user name or a password')
    expect(`${error.message}${error.hint}`).not.toContain('geheim')
  })
})

describe('a busy server', () => {
  it('is asked again after as long as it says', async () => {
    let times = 0
    const store = await serve(contractLog, {
      before: ({ path }, response) => {
        if (!path.endsWith('runs/search')) return false
        times += 1
        if (times > 2) return false
        response.writeHead(times === 1 ? 429 : 503, { 'retry-after': '0' })
        response.end()
        return true
      },
    })
    const { values } = await sorted((await open(store)).list({}))
    expect(values).toHaveLength(contractRuns.length)
    expect(times).toBe(3)
  })

  it('that gives the same page token for ever ends a list', async () => {
    const source = await open(
      await serve(contractLog, {
        before: ({ path, query }, response) => {
          if (!path.endsWith('get-history')) return false
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(
            JSON.stringify({
              metrics: query.has('page_token') ? [] : [{ key: 'loss', value: 1, timestamp: 1, step: 0 }],
              next_page_token: 'again',
            }),
          )
          return true
        },
      }),
    )
    const { values, gaps } = await sorted(source.history(contractRuns[0]?.key ?? '', 'loss'))
    expect(values.map(({ value }) => value)).toEqual([1])
    expect(gaps.map(({ why }) => why)).toEqual(['the server says that there are more, and gives none'])
  })
})

describe('a server whose certificate nobody vouches for', () => {
  it('is refused, and read with its authority named, or where it is not looked at', async () => {
    const folder = temporaryFolder()
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    })
    writeFileSync(join(folder, 'authority.pem'), cert)
    const store = await serve(contractLog, { certificate: { key, cert } })
    const error = await errorOf(() => open(store))
    expect(error.message).toMatch(/^The certificate of the tracking server .* cannot be trusted \(\w+\)\.$/)
    expect(error.hint).toContain('MLFLOW_TRACKING_SERVER_CERT_PATH')
    for (const env of [
      { MLFLOW_TRACKING_SERVER_CERT_PATH: join(folder, 'authority.pem') },
      { MLFLOW_TRACKING_INSECURE_TLS: 'true' },
    ]) {
      const source = await open(store, env)
      expect((await sorted(source.list({}))).values).toHaveLength(contractRuns.length)
    }
  })

  it('says which variable names a certificate that is not there', async () => {
    const env = { MLFLOW_TRACKING_SERVER_CERT_PATH: '/nowhere/authority.pem' }
    const error = await errorOf(() => mlflow.open('https://127.0.0.1:1', 'logs', world(env)))
    expect(error.message).toBe('The certificate that MLFLOW_TRACKING_SERVER_CERT_PATH names cannot be read.')
  })
})
