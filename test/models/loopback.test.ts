import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/models/anthropic.ts'
import { type Endpoint, parseEndpoint } from '../../src/models/endpoint.ts'
import type { Model } from '../../src/models/model.ts'
import { openai } from '../../src/models/openai.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { closedPort, loopbackServer } from '../support/loopback-server.ts'
import { askOptions, modelWorld, prompt } from './asking.ts'

const subjects: readonly {
  readonly name: string
  readonly path: string
  readonly base: string
  readonly fixture: string
  make(endpoint: Endpoint): Model
}[] = [
  {
    name: 'anthropic',
    path: '/v1/messages',
    base: '',
    fixture: 'anthropic-answer.sse',
    make: (endpoint) => anthropic({ name: 'm', endpoint, key: 'k-of-tests', token: null, world }),
  },
  {
    name: 'openai',
    path: '/v1/responses',
    base: '/v1',
    fixture: 'openai-answer.sse',
    make: (endpoint) =>
      openai({ name: 'm', endpoint, key: 'k-of-tests', organization: null, project: null, world }),
  },
  {
    name: 'openai-compatible',
    path: '/v1/chat/completions',
    base: '/v1',
    fixture: 'chat-answer.sse',
    make: (endpoint) => openaiCompatible({ name: 'm', endpoint, key: null, world }),
  },
]

const world = modelWorld(globalThis.fetch)
const ANSWER = '{"text":"søk – «funnet» 🙂"}'

describe.each(subjects)('$name over real sockets', ({ path, base, fixture, make }) => {
  const stream = readFileSync(new URL(`../fixtures/models/${fixture}`, import.meta.url))

  test('reads a stream after a connection that was reset, one that broke in mid-stream, and one refused for a while', async () => {
    let calls = 0
    const server = await loopbackServer({
      [path]: async (response) => {
        calls += 1
        if (calls === 1) {
          response.socket?.resetAndDestroy()
          return
        }
        if (calls === 3) {
          response.writeHead(529, { 'retry-after': '2' })
          response.end('{}')
          return
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let at = 0; at < stream.length; at += 101) {
          response.write(stream.subarray(at, at + 101))
          await setImmediate()
          if (calls === 2 && at > stream.length / 2) {
            response.socket?.destroy()
            return
          }
        }
        response.end()
      },
    })
    const options = askOptions()
    const model = make(parseEndpoint(`${server.url}${base}`, 'the test'))
    const answer = await model.ask(prompt, options)
    expect(answer).toMatchObject({ kind: 'answered', text: ANSWER })
    expect(options.waits.map((wait) => wait.milliseconds)).toEqual([1000, 2000, 2000])
    expect(server.received.filter((request) => request.path === path)).toHaveLength(4)
  })

  test('closes the connection when it is aborted in mid-stream', async () => {
    const closed = Promise.withResolvers<void>()
    const server = await loopbackServer({
      [path]: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(stream.subarray(0, stream.length - 40))
        response.on('close', () => closed.resolve())
      },
    })
    const abort = new AbortController()
    const asked = make(parseEndpoint(`${server.url}${base}`, 'the test')).ask(
      prompt,
      askOptions({ signal: abort.signal, onText: () => abort.abort() }),
    )
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
    await closed.promise
  })

  test('does not follow a redirect, so that the prompt goes nowhere else', async () => {
    const elsewhere = await loopbackServer({})
    const server = await loopbackServer({
      [path]: (response) => {
        response.writeHead(307, { location: `${elsewhere.url}${path}` })
        response.end()
      },
    })
    const answer = await make(parseEndpoint(`${server.url}${base}`, 'the test')).ask(prompt, askOptions())
    expect(answer).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('sends the request on to another address'),
    })
    expect(elsewhere.received).toEqual([])
  })

  test('says at once that nothing listens on this machine', async () => {
    const options = askOptions()
    const url = `http://127.0.0.1:${await closedPort()}${base}`
    expect(await make(parseEndpoint(url, 'the test')).ask(prompt, options)).toEqual({
      kind: 'failed',
      reason: `No server answers at ${url}.`,
      hint: 'Start it, or name another model.',
      text: '',
    })
    expect(options.waits).toEqual([])
  })
})
