import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/models/anthropic.ts'
import { parseEndpoint } from '../../src/models/endpoint.ts'
import type { Model } from '../../src/models/model.ts'
import { openai } from '../../src/models/openai.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import type { World } from '../../src/world.ts'
import { type Exchange, type RecordedReply, recordedFetch, streamReply } from '../support/recorded-fetch.ts'
import { askOptions, modelWorld, prompt } from './asking.ts'

const KEY = 'key-of-the-tests-0123456789'

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/models/${name}`, import.meta.url), 'utf8')
}

interface Subject {
  readonly name: string
  readonly request: string
  /** What the adapter asks a server before the prompt. */
  readonly before: readonly Exchange[]
  readonly answer: string
  readonly modelName: string
  readonly shown: string
  /** The body of an error. */
  error(type: string, message: string): object
  /** An error that arrives inside the stream, after HTTP 200. */
  errorEvent(type: string, message: string): string
  /** The overload's type and what the sentence about it says. */
  readonly overload: readonly [string, string]
  make(fetch: World['fetch'], key?: string): Model
}

const REMOTE = 'https://models.example'
const none = { status: 404, body: {} }

const subjects: readonly Subject[] = [
  {
    name: 'anthropic',
    request: `POST ${REMOTE}/v1/messages`,
    before: [],
    answer: fixture('anthropic-answer.sse'),
    modelName: 'claude-by-hand',
    shown: `Anthropic at ${REMOTE}`,
    error: (type, message) => ({ type: 'error', error: { type, message }, request_id: 'req_1' }),
    errorEvent: (type, message) =>
      `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type, message } })}\n\n`,
    overload: ['overloaded_error', 'is overloaded'],
    make: (fetch, key = KEY) =>
      anthropic({
        name: 'a-model',
        endpoint: parseEndpoint(REMOTE, 'the test'),
        key,
        token: null,
        world: modelWorld(fetch),
      }),
  },
  {
    name: 'openai',
    request: `POST ${REMOTE}/v1/responses`,
    before: [],
    answer: fixture('openai-answer.sse'),
    modelName: 'gpt-by-hand',
    shown: `OpenAI at ${REMOTE}/v1`,
    error: (type, message) => ({ error: { type, message, param: null, code: type } }),
    errorEvent: (type, message) =>
      `event: error\ndata: ${JSON.stringify({ type: 'error', code: type, message, param: null })}\n\n`,
    overload: ['server_error', 'failed with status 500'],
    make: (fetch, key = KEY) =>
      openai({
        name: 'a-model',
        endpoint: parseEndpoint(`${REMOTE}/v1/`, 'the test'),
        key,
        organization: null,
        project: null,
        world: modelWorld(fetch),
      }),
  },
  {
    name: 'openai-compatible',
    request: `POST ${REMOTE}/v1/chat/completions`,
    before: [
      {
        request: `${REMOTE}/v1/models`,
        reply: { body: { data: [{ id: 'a-model', max_model_len: 32768 }] } },
      },
      { request: `${REMOTE}/props`, reply: none },
      { request: `${REMOTE}/api/version`, reply: none },
      { request: `${REMOTE}/api/v0/models`, reply: none },
    ],
    answer: fixture('chat-answer.sse'),
    modelName: 'qwen-by-hand',
    shown: `The server at ${REMOTE}/v1`,
    error: (type, message) => ({ error: { type, message, code: 500 } }),
    errorEvent: (type, message) => `data: ${JSON.stringify({ error: { code: 500, type, message } })}\n\n`,
    overload: ['server_error', 'failed with status 500'],
    make: (fetch, key = KEY) =>
      openaiCompatible({
        name: 'a-model',
        endpoint: parseEndpoint(`${REMOTE}/v1`, 'the test'),
        key,
        world: modelWorld(fetch),
      }),
  },
]

const ANSWER = '{"text":"søk – «funnet» 🙂"}'

describe.each(subjects)('$name', (subject) => {
  function replay(...replies: readonly RecordedReply[]) {
    return recordedFetch([
      ...subject.before,
      ...replies.map((reply) => ({ request: subject.request, reply })),
    ])
  }
  const whole = streamReply(subject.answer)
  const half = subject.answer.slice(0, subject.answer.length / 2)

  test.each([1, 2, 3, 7, 64, 100_000])(
    'reads a stream that arrives %i bytes at a time',
    async (pieceBytes) => {
      const options = askOptions()
      const answer = await subject
        .make(replay(streamReply(subject.answer, { pieceBytes })).fetch)
        .ask(prompt, options)
      expect(answer).toEqual({
        kind: 'answered',
        text: ANSWER,
        modelName: subject.modelName,
        use: { inputTokens: 1320, outputTokens: 57 },
      })
      expect(options.heard.join('')).toBe(ANSWER)
      expect(options.waits).toEqual([])
    },
  )

  test('reads a stream with carriage returns', async () => {
    const body = subject.answer.replaceAll('\n', '\r\n')
    const answer = await subject
      .make(replay(streamReply(body, { pieceBytes: 5 })).fetch)
      .ask(prompt, askOptions())
    expect(answer).toMatchObject({ kind: 'answered', text: ANSWER })
  })

  test('sends the key, nothing about this machine, and follows no redirect', async () => {
    const { fetch, sent } = replay(whole)
    await subject.make(fetch).ask(prompt, askOptions())
    const request = sent.at(-1)
    const headers = [...(request?.headers ?? [])]
    expect(headers.filter(([, value]) => value.includes(KEY)).map(([name]) => name)).toEqual([
      'authorization',
    ])
    expect(headers.map(([name]) => name).filter((name) => /os$|arch|runtime/.test(name))).toEqual([])
    expect(sent.map((each) => each.redirect)).toEqual(sent.map(() => 'error'))
  })

  test.each([
    ['529', { status: 529, body: { error: { type: 'overloaded_error', message: 'Overloaded' } } }, 4000],
    ['500', { status: 500, body: {} }, 1000],
    ['503 with text', { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' }, 1000],
    ['408', { status: 408, body: {} }, 1000],
    ['409', { status: 409, body: {} }, 1000],
    ['429 in seconds', { status: 429, headers: { 'retry-after': '7' }, body: {} }, 7000],
    ['429 in parts of a second', { status: 429, headers: { 'retry-after': '0.5' }, body: {} }, 500],
    [
      '429 by a date',
      { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 18:00:12 GMT' }, body: {} },
      12_000,
    ],
    [
      '429 by a date gone by',
      { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 17:00:00 GMT' }, body: {} },
      0,
    ],
    [
      '429 in milliseconds',
      { status: 429, headers: { 'retry-after-ms': '250', 'retry-after': '9' }, body: {} },
      250,
    ],
    ['429 without a word', { status: 429, body: {} }, 1000],
    ['429 with nonsense', { status: 429, headers: { 'retry-after': 'soon' }, body: {} }, 1000],
    ['400 that may be retried', { status: 400, headers: { 'x-should-retry': 'true' }, body: {} }, 1000],
    ['a reset connection', { failure: 'ECONNRESET' }, 1000],
    ['a broken connection in mid-stream', streamReply(half, { end: 'break', pieceBytes: 50 }), 1000],
    ['a stream that just ends', streamReply(half), 1000],
    ['an empty stream', streamReply(''), 1000],
    ['a line that is not JSON', streamReply(`${half}\n\ndata: {"a\n\n`), 1000],
  ] as const)('tries again after %s', async (_name, reply, milliseconds) => {
    const options = askOptions()
    const answer = await subject.make(replay(reply, whole).fetch).ask(prompt, options)
    expect(answer).toMatchObject({ kind: 'answered', text: ANSWER })
    expect(options.waits.map((wait) => wait.milliseconds)).toEqual([milliseconds])
    expect(options.waits[0]?.reason).toContain(subject.shown)
  })

  test('tries again after an error inside the stream', async () => {
    const options = askOptions()
    const [type, sentence] = subject.overload
    const body = `${half.slice(0, half.lastIndexOf('\n\n') + 2)}${subject.errorEvent(type, 'Too busy')}`
    const answer = await subject.make(replay(streamReply(body), whole).fetch).ask(prompt, options)
    expect(answer).toMatchObject({ kind: 'answered', text: ANSWER })
    expect(options.waits.map((wait) => wait.reason)).toEqual([`${subject.shown} ${sentence}: Too busy.`])
  })

  test('doubles its waits, gives up after five tries, and keeps what came', async () => {
    const options = askOptions()
    const broken = streamReply(subject.answer.slice(0, subject.answer.lastIndexOf('}')), { end: 'break' })
    const answer = await subject
      .make(replay(broken, { status: 500 }, { status: 500 }, { status: 500 }, broken).fetch)
      .ask(prompt, options)
    expect(options.waits.map((wait) => wait.milliseconds)).toEqual([1000, 2000, 4000, 8000])
    expect(answer).toMatchObject({ kind: 'failed', text: ANSWER })
    expect(answer).toHaveProperty(
      'reason',
      `${subject.shown} could not be heard to the end: the connection broke (other side closed). It was tried 5 times.`,
    )
  })

  test('does not wait longer than its time limit', async () => {
    const options = askOptions({ timeLimitMilliseconds: 30_000 })
    const reply = { status: 429, headers: { 'retry-after': '3600' }, body: subject.error('x', 'Slow down.') }
    expect(await subject.make(replay(reply).fetch).ask(prompt, options)).toEqual({
      kind: 'failed',
      reason: `${subject.shown} limits the rate of requests: Slow down. It would take 3600 s to try again, and the time limit is nearer.`,
      hint: 'Try again later.',
      text: '',
    })
    expect(options.waits).toEqual([])
  })

  test.each([
    [400, 'x', 'No good.', 'refused the request with status 400: No good.', undefined],
    [
      401,
      'authentication_error',
      `Wrong key ${KEY}`,
      'does not accept the key: Wrong key ***.',
      /^Check \w+_KEY\.$/,
    ],
    [
      401,
      'x',
      'Incorrect: sk-abc***wxyz, Bearer abcdef',
      'does not accept the key: Incorrect: sk-***, Bearer ***.',
      /^Check /,
    ],
    [
      402,
      'billing_error',
      'Pay first.',
      'says that its quota or spending limit is reached: Pay first.',
      /account/,
    ],
    [403, 'x', 'Not you.', 'does not permit this to the key: Not you.', /^Check /],
    [404, 'x', 'model: a-model', 'knows no model named a-model: model: a-model.', /.+/],
    [404, 'x', 'no POST here', 'has nothing at this address: no POST here.', /end in \/v1/],
    [422, 'x', 'Odd.', 'refused the request with status 422: Odd.', undefined],
    [
      429,
      'insufficient_quota',
      'Used up.',
      'says that its quota or spending limit is reached: Used up.',
      /account/,
    ],
    [
      429,
      'x',
      'You exceeded your current quota',
      'says that its quota or spending limit is reached: You exceeded your current quota.',
      /account/,
    ],
    [
      500,
      'x',
      'A bell\u0007, an \u001b[31mescape\nand a line',
      'failed with status 500: A bell , an [31mescape and a line. It was tried 5 times.',
      /later/,
    ],
  ] as const)(
    'says what status %i %s means, without the key',
    async (status, type, message, sentence, hint) => {
      const reply = { status, body: subject.error(type, message) }
      const answer = await subject
        .make(replay(...Array.from({ length: status === 500 ? 5 : 1 }, () => reply)).fetch)
        .ask(prompt, askOptions())
      expect(answer).toMatchObject({ kind: 'failed', text: '' })
      expect(answer).toHaveProperty('reason', `${subject.shown} ${sentence}`)
      if (hint !== undefined) expect(answer).toHaveProperty('hint', expect.stringMatching(hint))
      else expect(answer).not.toHaveProperty('hint')
      expect(JSON.stringify(answer)).not.toContain(KEY)
    },
  )

  test.each([
    [413, 'request_too_large', 'Too large.'],
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
    [400, 'context_length_exceeded', 'Your input is long.'],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
    ],
    [400, 'exceed_context_size_error', 'the request exceeds the available context size'],
    [400, 'BadRequestError', "This model's maximum context length is 4096 tokens."],
  ])('says that the prompt is too long for status %i %s', async (status, type, message) => {
    const answer = await subject
      .make(replay({ status, body: subject.error(type, message) }).fetch)
      .ask(prompt, askOptions())
    expect(answer).toEqual({
      kind: 'failed',
      reason: `The prompt is too long for a-model at ${subject.shown}: ${message.replace(/\.$/, '')}.`,
      hint: 'Lower promptTokens in narrate.yaml, or narrow the span with --since.',
      text: '',
    })
  })

  test.each([
    ['ENOTFOUND', 'cannot be found: connect ENOTFOUND.'],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'shows a certificate that this machine does not trust: connect SELF_SIGNED_CERT_IN_CHAIN.',
    ],
  ])('does not try again after %s', async (failure, sentence) => {
    expect(await subject.make(replay({ failure }).fetch).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: `${subject.shown} ${sentence}`,
    })
  })

  test('says that a redirect is not followed', async () => {
    const fetch: World['fetch'] = async () => {
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') })
    }
    expect(await subject.make(fetch).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: `${subject.shown} sends the request on to another address, which narrate does not follow.`,
    })
  })

  test('stops at its time limit in mid-stream and keeps what came', async () => {
    const { fetch } = replay(streamReply(half, { end: 'hang' }))
    const options = askOptions({ timeLimitMilliseconds: 100 })
    const answer = await subject.make(fetch).ask(prompt, options)
    expect(answer).toEqual({
      kind: 'failed',
      reason: `${subject.shown} did not finish within 0 s.`,
      hint: 'Try again, or name a faster model.',
      text: options.heard.join(''),
    })
  })

  test('throws cancelled when it is aborted in mid-stream, and says nothing more', async () => {
    const abort = new AbortController()
    const { fetch } = replay(streamReply(subject.answer, { pieceBytes: 40, end: 'hang' }))
    const heard: string[] = []
    const asked = subject.make(fetch).ask(
      prompt,
      askOptions({
        signal: abort.signal,
        onText: (text) => {
          heard.push(text)
          abort.abort()
        },
      }),
    )
    await expect(asked).rejects.toMatchObject({ name: 'NarrateError', kind: 'cancelled' })
    expect(heard).toHaveLength(1)
  })

  test('throws cancelled when it is aborted during a wait', async () => {
    const abort = new AbortController()
    const { fetch } = replay({ status: 429, headers: { 'retry-after': '5' }, body: {} })
    const asked = subject
      .make(fetch)
      .ask(prompt, askOptions({ signal: abort.signal, onWait: () => abort.abort() }))
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('throws cancelled though fetch does not listen to the signal', async () => {
    const abort = new AbortController()
    const fetch: World['fetch'] = () => {
      queueMicrotask(() => abort.abort())
      return new Promise(() => undefined)
    }
    const asked = subject.make(fetch).ask(prompt, askOptions({ signal: abort.signal }))
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('sends nothing when it is aborted before', async () => {
    const asked = subject
      .make(recordedFetch([]).fetch)
      .ask(prompt, askOptions({ signal: AbortSignal.abort() }))
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('sends nothing with a key that cannot be one, and does not print it', async () => {
    const answer = await subject.make(recordedFetch([]).fetch, `${KEY}\n${KEY}`).ask(prompt, askOptions())
    expect(answer).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('holds a character that no key has'),
    })
    expect(JSON.stringify(answer)).not.toContain(KEY)
  })

  test('lets a mistake of ours through', async () => {
    const { fetch } = replay(whole)
    const asked = subject.make(fetch).ask(
      prompt,
      askOptions({
        onText: () => {
          throw new RangeError('ours')
        },
      }),
    )
    await expect(asked).rejects.toThrow(RangeError)
  })
})
