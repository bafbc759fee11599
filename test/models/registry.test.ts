import { execFile } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  type ChooseOptions,
  chooseModel,
  makeModel,
  PROVIDERS,
  requestBody,
} from '../../src/models/registry.ts'
import { type Settings, settingsSchema } from '../../src/settings.ts'
import type { World } from '../../src/world.ts'
import { closedPort, loopbackServer } from '../support/loopback-server.ts'
import { recordedFetch } from '../support/recorded-fetch.ts'
import { askOptions, modelWorld, prompt } from './asking.ts'

function makeWorld(env: World['env'], fetch: World['fetch'], isTerminal = true): World {
  const stream = new PassThrough()
  const output = { write: () => undefined, isTerminal, columns: 80, stream }
  return {
    ...modelWorld(fetch),
    timeZone: 'UTC',
    env,
    cwd: '/',
    home: '/',
    processId: 1,
    hostName: 'here',
    stdin: { isTerminal, stream, readAll: async () => '' },
    stdout: output,
    stderr: output,
    randomName: (length) => 'a'.repeat(length),
    runInteractive: async () => 0,
  }
}

function settings(written: Partial<Settings> = {}): Settings {
  return { ...settingsSchema.parse({}), ...written }
}

/** Choices with a fetch that nobody may use, and no ports to look at, unless changed. */
function choice(change: Partial<ChooseOptions> & { readonly env?: World['env'] } = {}): ChooseOptions {
  return {
    flag: null,
    noModel: false,
    yes: false,
    settings: settings(),
    world: makeWorld(change.env ?? {}, recordedFetch([]).fetch),
    rememberedConsent: [],
    confirm: async () => {
      throw new Error('Nobody should be asked.')
    },
    ports: [],
    ...change,
  }
}

const listed = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ id, max_model_len: 32768 })) })

describe('chooseModel', () => {
  test('makes the model named, shows its address, and contacts nobody', async () => {
    const chosen = await chooseModel(choice({ flag: 'anthropic/claude-x', env: { ANTHROPIC_API_KEY: 'k' } }))
    expect(chosen).toMatchObject({
      model: {
        provider: 'anthropic',
        name: 'claude-x',
        endpoint: 'https://api.anthropic.com',
        isLocal: false,
      },
      reason: '--model names anthropic/claude-x.',
      remember: null,
    })
  })

  test('sends nothing for a key alone, and says how to name a model', async () => {
    const env = { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }
    expect(await chooseModel(choice({ env, yes: true }))).toEqual({
      model: null,
      reason:
        'No model was named. ANTHROPIC_API_KEY is set, but a key alone sends nothing: name a model by --model anthropic/NAME.',
      remember: null,
    })
  })

  test.each(['api.example/v1', 'https://me:secret@example/v1', 'https://api.example/v1'])(
    'is not concerned with %s in the environment where no model is named',
    async (base) => {
      expect(await chooseModel(choice({ env: { OPENAI_BASE_URL: base } }))).toMatchObject({ model: null })
    },
  )

  test('asks once for a model that only the environment names, and tells what to remember', async () => {
    const asked: string[] = []
    const env = { NARRATE_MODEL: 'openai/gpt-x', OPENAI_BASE_URL: 'https://gateway.example/v1?key=secret' }
    const answer = (yes: boolean) =>
      chooseModel(
        choice({
          env,
          confirm: async (question) => {
            asked.push(question)
            return yes
          },
        }),
      )
    expect(await answer(true)).toMatchObject({
      model: { provider: 'openai', endpoint: 'https://gateway.example/v1' },
      remember: 'openai at https://gateway.example/v1',
    })
    expect(await answer(false)).toEqual({
      model: null,
      reason: 'Nothing is sent to https://gateway.example/v1: it was not agreed to.',
      remember: null,
    })
    const question =
      "NARRATE_MODEL names openai/gpt-x: the runs' figures and your notes would be sent to https://gateway.example/v1."
    expect(asked).toEqual([question, question])
    expect(
      await chooseModel(choice({ env, rememberedConsent: ['openai at https://gateway.example/v1'] })),
    ).toMatchObject({ model: { provider: 'openai' }, remember: null })
  })

  test('uses a server on this machine by itself, once it told its context size', async () => {
    const server = await loopbackServer({ '/v1/models': listed('qwen') })
    const env = {
      NARRATE_API_KEY: 'own',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `http://127.0.0.1:${await closedPort()}/v1`,
    }
    const world = makeWorld(env, globalThis.fetch, false)
    const chosen = await chooseModel(choice({ world, ports: [server.port] }))
    expect(chosen).toMatchObject({
      model: { provider: 'local', name: 'qwen', endpoint: `${server.url}/v1`, isLocal: true },
      reason: `qwen runs on this machine, at ${server.url}/v1 (vLLM).`,
    })
    expect(await chosen.model?.contextSize()).toBe(32768)
    expect([...new Set(server.received.map((request) => request.headers.authorization))]).toEqual([
      'Bearer local',
    ])
  })

  test('does not use one by itself that tells no context size, but when it is named', async () => {
    const server = await loopbackServer({ '/v1/models': { data: [{ id: 'by-hand' }] } })
    const world = makeWorld({ OPENAI_BASE_URL: `${server.url}/v1` }, globalThis.fetch)
    expect(await chooseModel(choice({ world }))).toEqual({
      model: null,
      reason: `by-hand runs on this machine, at ${server.url}/v1 (OpenAI-compatible). It does not tell how long a prompt may be, so it is used only when named: --model local/by-hand.`,
      remember: null,
    })
    expect(await chooseModel(choice({ world, flag: 'local/by-hand' }))).toMatchObject({
      model: { endpoint: `${server.url}/v1` },
    })
  })

  test('finds the server that has the local model named, else says where it looked', async () => {
    const one = await loopbackServer({ '/v1/models': listed('llama') })
    const two = await loopbackServer({ '/v1/models': listed('qwen:latest') })
    const world = makeWorld({}, globalThis.fetch)
    const at = async (flag: string, ports: readonly number[]) =>
      (await chooseModel(choice({ world, flag, ports }))).model?.endpoint
    expect(await at('local/qwen', [one.port, two.port])).toBe(`${two.url}/v1`)
    expect(await at('local/whatever', [one.port])).toBe(`${one.url}/v1`)
    expect(await at('local/whatever', [one.port, two.port])).toBe('http://127.0.0.1:11434/v1')
    expect(await at('local/whatever', [])).toBe('http://127.0.0.1:11434/v1')
  })

  test('refuses a provider without a name, and lists the local ones there are', async () => {
    const server = await loopbackServer({ '/v1/models': listed('qwen', 'llama') })
    const world = makeWorld({}, globalThis.fetch)
    const refusal = (message: string, hint: string) => ({ kind: 'usage', message, hint })
    await expect(chooseModel(choice({ world, flag: 'local', ports: [server.port] }))).rejects.toMatchObject(
      refusal('--model names the provider local without a model.', 'Write local/qwen, local/llama.'),
    )
    await expect(chooseModel(choice({ flag: 'local/' }))).rejects.toMatchObject(
      refusal(
        '--model names the provider local without a model.',
        'Write local/NAME. No model server was found on this machine to list names.',
      ),
    )
    await expect(chooseModel(choice({ settings: settings({ model: 'openai' }) }))).rejects.toMatchObject(
      refusal(
        'narrate.yaml names the provider openai without a model.',
        'Write openai/NAME, with a name from the provider’s list of models.',
      ),
    )
  })

  test('throws cancelled when it is aborted while a local model is looked at', async () => {
    const abort = new AbortController()
    const server = await loopbackServer({
      '/v1/models': { data: [{ id: 'qwen' }] },
      '/api/version': { version: '1' },
      '/api/tags': { models: [{ name: 'qwen' }] },
      '/api/generate': () => abort.abort(),
    })
    const world = { ...makeWorld({}, globalThis.fetch), signal: abort.signal }
    await expect(chooseModel(choice({ world, ports: [server.port] }))).rejects.toMatchObject({
      kind: 'cancelled',
    })
  })
})

describe('makeModel', () => {
  const make = (name: string, env: World['env'], written: Partial<Settings> = {}) => {
    const [provider = '', model = ''] = name.split('/')
    return makeModel({ provider, name: model }, settings(written), makeWorld(env, recordedFetch([]).fetch))
  }

  test.each([
    ['anthropic/a', {}, {}, 'https://api.anthropic.com', false],
    [
      'anthropic/a',
      { ANTHROPIC_BASE_URL: 'https://gateway.example/claude/' },
      {},
      'https://gateway.example/claude',
      false,
    ],
    ['anthropic/a', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:8765' }, {}, 'http://127.0.0.1:8765', true],
    ['openai/a', { OPENAI_BASE_URL: ' ' }, {}, 'https://api.openai.com/v1', false],
    ['openai/a', { OPENAI_BASE_URL: 'http://127.0.0.1:8765/v1' }, {}, 'http://127.0.0.1:8765/v1', true],
    ['openai/a', {}, { endpoint: 'http://127.0.0.1:1/v1' }, 'https://api.openai.com/v1', false],
    ['local/a', {}, {}, 'http://127.0.0.1:11434/v1', true],
    ['local/a', { OPENAI_BASE_URL: 'http://127.0.0.1:8765/v1' }, {}, 'http://127.0.0.1:8765/v1', true],
    ['local/a', { OPENAI_BASE_URL: 'https://api.openai.com/v1' }, {}, 'http://127.0.0.1:11434/v1', true],
    [
      'local/a',
      { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' },
      { endpoint: 'http://gpu.example:8000/v1' },
      'http://gpu.example:8000/v1',
      false,
    ],
    ['local/a-cloud', {}, {}, 'http://127.0.0.1:11434/v1', false],
  ])('%s with %j and %j is at %s', (name, env, written, endpoint, isLocal) => {
    expect(make(name, env, written)).toMatchObject({ endpoint, isLocal })
  })

  test.each([
    ['of narrate.yaml, its own key', { NARRATE_API_KEY: 'own', OPENAI_API_KEY: 'openai' }, 'settings', 'own'],
    ['of narrate.yaml, never the key of OpenAI', { OPENAI_API_KEY: 'openai' }, 'settings', 'local'],
    ['of the environment, the key beside it', { OPENAI_API_KEY: 'openai' }, 'environment', 'openai'],
  ])('sends to the endpoint %s', async (_name, env, from, key) => {
    const server = await loopbackServer({})
    const url = `${server.url}/v1`
    const world = makeWorld(from === 'environment' ? { ...env, OPENAI_BASE_URL: url } : env, globalThis.fetch)
    const own = settings(from === 'settings' ? { endpoint: url } : {})
    await makeModel({ provider: 'local', name: 'a' }, own, world).ask(prompt, askOptions())
    expect([...new Set(server.received.map((request) => request.headers.authorization))]).toEqual([
      `Bearer ${key}`,
    ])
  })

  test('refuses an address that holds a password', () => {
    expect(() => make('openai/a', { OPENAI_BASE_URL: 'https://me:secret@example/v1' })).toThrow(
      'OPENAI_BASE_URL holds a user name or a password.',
    )
  })
})

describe('the registry', () => {
  test('gives the body that each provider would be sent', () => {
    for (const { name } of PROVIDERS) {
      const body = requestBody({ provider: name, name: 'a-model' }, prompt, 2000)
      expect(body).toMatchObject({ model: 'a-model', stream: true })
      expect(JSON.stringify(body)).toContain(JSON.stringify(prompt.schema.jsonSchema).slice(1, -1))
      expect(JSON.stringify(body)).toContain(prompt.user)
    }
  })

  test('loads no SDK until a model is asked', async () => {
    const registry = new URL('../../src/models/registry.ts', import.meta.url)
    const script = `
      import { registerHooks } from 'node:module'
      const urls = []
      registerHooks({ resolve(name, context, next) { const found = next(name, context); urls.push(found.url); return found } })
      const { makeModel } = await import('${registry}')
      const world = { env: { OPENAI_API_KEY: 'k' }, now: Date.now, signal: new AbortController().signal, fetch: async () => new Response('{}', { status: 400 }) }
      const sdks = () => urls.filter((url) => /node_modules.(openai|@anthropic-ai)/.test(url)).length
      const model = makeModel({ provider: 'openai', name: 'a' }, {}, world)
      const before = sdks()
      await model.ask(${JSON.stringify(prompt)}, { signal: world.signal, timeLimitMilliseconds: 9000, maxOutputTokens: 9 })
      console.log(JSON.stringify([urls.length > 10, before, sdks() > 0]))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(JSON.parse(stdout)).toEqual([true, 0, true])
  })
})
