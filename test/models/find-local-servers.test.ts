import { describe, expect, test } from 'vitest'
import { parseEndpoint } from '../../src/models/endpoint.ts'
import { findLocalServers } from '../../src/models/find-local-servers.ts'
import { readOllamaContext } from '../../src/models/local-server.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { closedPort, loopbackServer } from '../support/loopback-server.ts'
import { recordedFetch } from '../support/recorded-fetch.ts'
import { modelWorld } from './asking.ts'

const world = modelWorld(globalThis.fetch)
const calm = { world, timeLimitMilliseconds: 5000 }

const listed = (...ids: readonly string[]) => ({
  object: 'list',
  data: ids.map((id) => ({ id, object: 'model' })),
})

const OLLAMA = {
  '/v1/models': listed('qwen3:8b', 'gpt-oss:120b-cloud', 'mine:latest', 'nomic-embed-text:latest'),
  '/api/version': { version: '0.14.1' },
  '/api/tags': {
    models: [
      { name: 'qwen3:8b', details: { family: 'qwen3' } },
      { name: 'gpt-oss:120b-cloud' },
      { name: 'mine:latest', remote_host: 'https://ollama.com:443', details: { family: 'qwen3' } },
      { name: 'nomic-embed-text:latest', details: { family: 'nomic-bert' } },
    ],
  },
  '/api/ps': { models: [{ name: 'qwen3:8b', context_length: 16384 }] },
}

describe('findLocalServers', () => {
  test.each([
    [
      'Ollama',
      OLLAMA,
      [
        { name: 'qwen3:8b', contextSize: 16384, isLoaded: true, isRemote: false },
        { name: 'gpt-oss:120b-cloud', contextSize: null, isLoaded: false, isRemote: true },
        { name: 'mine:latest', contextSize: null, isLoaded: false, isRemote: true },
      ],
    ],
    [
      'llama.cpp',
      {
        '/v1/models': listed('model.gguf'),
        '/props': { default_generation_settings: { n_ctx: 8192 }, total_slots: 4 },
        '/api/tags': { models: [] },
      },
      [{ name: 'model.gguf', contextSize: 8192, isLoaded: true, isRemote: false }],
    ],
    [
      'LM Studio',
      {
        '/v1/models': listed('a', 'b', 'embed'),
        '/api/version': { error: 'Unexpected endpoint' },
        '/props': { error: 'Unexpected endpoint' },
        '/api/v0/models': {
          data: [
            {
              id: 'a',
              type: 'llm',
              state: 'loaded',
              max_context_length: 131072,
              loaded_context_length: 4096,
            },
            { id: 'b', type: 'vlm', state: 'not-loaded', max_context_length: 131072 },
            { id: 'embed', type: 'embeddings', state: 'loaded' },
          ],
        },
      },
      [
        { name: 'a', contextSize: 4096, isLoaded: true, isRemote: false },
        { name: 'b', contextSize: null, isLoaded: false, isRemote: false },
      ],
    ],
    [
      'vLLM',
      { '/v1/models': { data: [{ id: 'org/model', max_model_len: 32768 }] } },
      [{ name: 'org/model', contextSize: 32768, isLoaded: true, isRemote: false }],
    ],
    [
      'OpenAI-compatible',
      { '/v1/models': listed('answered-by-hand') },
      [{ name: 'answered-by-hand', contextSize: null, isLoaded: true, isRemote: false }],
    ],
  ])('knows %s, its models and their context size', async (software, handlers, models) => {
    const server = await loopbackServer(handlers)
    const found = await findLocalServers({ ...calm, endpoints: [], ports: [await closedPort(), server.port] })
    expect(found).toEqual([
      { endpoint: { url: `${server.url}/v1`, shown: `${server.url}/v1`, isLocal: true }, software, models },
    ])
    const keys = new Set(server.received.map((request) => request.headers.authorization))
    expect([...keys]).toEqual(['Bearer local'])
  })

  test('keeps the order asked for, and asks one address once', async () => {
    const one = await loopbackServer({ '/v1/models': listed('one') })
    const two = await loopbackServer({ '/v1/models': listed('two') })
    const endpoints = [parseEndpoint(`http://localhost:${two.port}/v1/`, 'the test')]
    const found = await findLocalServers({ ...calm, endpoints, ports: [one.port, two.port] })
    expect(found.flatMap((server) => server.models.map((model) => model.name))).toEqual(['two', 'one'])
    expect(two.received.filter((request) => request.path === '/v1/models')).toHaveLength(1)
  })

  test('never contacts another machine', async () => {
    const { fetch, sent } = recordedFetch([])
    const endpoints = ['https://api.openai.com/v1', 'http://10.0.0.7:8000/v1', 'http://0.0.0.0:8000/v1'].map(
      (url) => parseEndpoint(url, 'the test'),
    )
    expect(await findLocalServers({ endpoints, ports: [], world: modelWorld(fetch) })).toEqual([])
    expect(sent).toEqual([])
  })

  test('passes over other programs, redirects, errors, and a server that does not answer in time', async () => {
    const elsewhere = await loopbackServer({ '/v1/models': listed('elsewhere') })
    const servers = await Promise.all([
      loopbackServer({ '/v1/models': (response) => void response.end('<html>a page</html>') }),
      loopbackServer({ '/v1/models': { data: 'models' } }),
      loopbackServer({ '/v1/models': (response) => void response.writeHead(500).end('{}') }),
      loopbackServer({ '/v1/models': () => undefined }),
      loopbackServer({
        '/v1/models': (response) =>
          void response.writeHead(302, { location: `${elsewhere.url}/v1/models` }).end(),
      }),
    ])
    const ports = servers.map((server) => server.port)
    expect(await findLocalServers({ world, timeLimitMilliseconds: 100, endpoints: [], ports })).toEqual([])
    expect(elsewhere.received).toEqual([])
  })
})

describe('the context of an Ollama model', () => {
  function context(handlers: Parameters<typeof loopbackServer>[0], name: string) {
    return loopbackServer(handlers).then(async (server) => {
      const size = await readOllamaContext(parseEndpoint(`${server.url}/v1`, 'the test'), name, {
        fetch: globalThis.fetch,
        signal: world.signal,
        timeLimitMilliseconds: 5000,
        key: 'local',
      })
      return { size, posted: server.received.filter((request) => request.method === 'POST') }
    })
  }

  test('is that of the running model, by its name with or without a tag', async () => {
    const ps = { models: [{ name: 'qwen3:latest', context_length: 4096 }] }
    expect(await context({ '/api/ps': ps }, 'qwen3')).toEqual({ size: 4096, posted: [] })
    expect(await context({ '/api/ps': ps }, 'qwen3:latest')).toEqual({ size: 4096, posted: [] })
  })

  test('is told once the model is loaded', async () => {
    let isLoaded = false
    const { size, posted } = await context(
      {
        '/api/ps': (response) =>
          void response.end(
            JSON.stringify({ models: isLoaded ? [{ name: 'qwen3:8b', context_length: 32768 }] : [] }),
          ),
        '/api/generate': (response) => {
          isLoaded = true
          response.end('{"done":true}')
        },
      },
      'qwen3:8b',
    )
    expect(size).toBe(32768)
    expect(posted.map((request) => [request.path, request.body])).toEqual([
      ['/api/generate', { model: 'qwen3:8b', stream: false }],
    ])
  })

  test('is num_ctx of its Modelfile where an old version tells no more, else not known', async () => {
    const old = { '/api/ps': { models: [{ name: 'a:latest' }] }, '/api/generate': { done: true } }
    const parameters = 'stop                           "<|end|>"\nnum_ctx                        8192\n'
    expect((await context({ ...old, '/api/show': { parameters } }, 'a')).size).toBe(8192)
    expect((await context({ ...old, '/api/show': {} }, 'a')).size).toBe(null)
    expect((await context({}, 'a')).size).toBe(null)
  })
})

describe('the context of other servers', () => {
  test.each([
    [
      'llama.cpp',
      { '/v1/models': listed('m'), '/props': { default_generation_settings: { n_ctx: 8192 } } },
      8192,
    ],
    ['vLLM', { '/v1/models': { data: [{ id: 'm', max_model_len: 32768 }] } }, 32768],
    ['a server that does not say', { '/v1/models': listed('m') }, null],
    ['a server without the model', { '/v1/models': { data: [{ id: 'n', max_model_len: 1 }] } }, null],
    ['no server', {}, null],
  ])('is read from %s', async (_name, handlers, size) => {
    const server = await loopbackServer(handlers)
    const endpoint = parseEndpoint(`${server.url}/v1`, 'the test')
    const model = openaiCompatible({ name: 'm', endpoint, key: null, world })
    expect(await model.contextSize()).toBe(size)
  })
})
