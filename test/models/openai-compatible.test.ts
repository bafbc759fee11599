import { describe, expect, test } from 'vitest'
import { parseEndpoint } from '../../src/models/endpoint.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import type { World } from '../../src/world.ts'
import { type Exchange, eventStream, recordedFetch, streamReply } from '../support/recorded-fetch.ts'
import { askOptions, modelWorld, prompt, repair } from './asking.ts'

const AT = 'http://127.0.0.1:9'
const CHAT = `POST ${AT}/v1/chat/completions`
const none = { status: 404, body: {} }

/** What a server that is nothing in particular answers to the probes. */
const probes: readonly Exchange[] = [
  { request: `${AT}/v1/models`, reply: { body: { data: [{ id: 'qwen' }] } } },
  { request: `${AT}/props`, reply: none },
  { request: `${AT}/api/version`, reply: none },
  { request: `${AT}/api/v0/models`, reply: none },
]

function ollama(contextLength: number): readonly Exchange[] {
  const running = { models: [{ name: 'qwen:latest', context_length: contextLength }] }
  return [
    { request: `${AT}/v1/models`, reply: { body: { data: [{ id: 'qwen:latest' }] } } },
    { request: `${AT}/props`, reply: none },
    { request: `${AT}/api/version`, reply: { body: { version: '0.14.1' } } },
    { request: `${AT}/api/v0/models`, reply: none },
    { request: `${AT}/api/tags`, reply: { body: { models: [{ name: 'qwen:latest' }] } } },
    { request: `${AT}/api/ps`, reply: { body: running } },
    { request: `${AT}/api/ps`, reply: { body: running } },
  ]
}

function model(fetch: World['fetch'], name = 'qwen') {
  return openaiCompatible({
    name,
    endpoint: parseEndpoint(`${AT}/v1`, 'the test'),
    key: null,
    world: modelWorld(fetch),
  })
}

function chat(text: string, finish: string | null = 'stop', tokens: number | null = 10): string {
  const piece = (delta: object, reason: string | null) => ({
    model: 'qwen-2',
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  return eventStream(
    [
      ...[...text].map((character) => piece({ content: character }, null)),
      piece({}, finish),
      ...(tokens === null
        ? []
        : [{ model: 'qwen-2', choices: [], usage: { prompt_tokens: tokens, completion_tokens: 5 } }]),
    ],
    'unnamed',
  )
}

const kept = { modelName: 'qwen-2', use: { inputTokens: 10, outputTokens: 5 } }

describe('an OpenAI-compatible server', () => {
  test('is sent the schema in its format and in words, max_tokens, and a dummy key', async () => {
    const { fetch, sent } = recordedFetch([...probes, { request: CHAT, reply: streamReply(chat('{}')) }])
    await model(fetch).ask(repair, askOptions())
    const schema = prompt.schema.jsonSchema
    expect(sent.at(-1)?.body).toEqual({
      model: 'qwen',
      messages: [
        {
          role: 'system',
          content: `You draft a log entry.\n\nAnswer with one JSON object and nothing around it: no fence, no remark. It follows this JSON Schema:\n${JSON.stringify(schema)}`,
        },
        { role: 'user', content: 'The evidence: r1 “søk”.' },
        { role: 'assistant', content: '{"txt":1}' },
        { role: 'user', content: 'text: Invalid input' },
      ],
      max_tokens: 2000,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'log_entry', schema, strict: true } },
    })
    expect(sent.at(-1)?.headers.get('authorization')).toBe('Bearer local')
  })

  test('is asked for looser formats where it refuses one, and the format is remembered', async () => {
    const refuse = (message: string) => ({ status: 400, body: { error: { message, type: 'x' } } })
    const { fetch, sent } = recordedFetch([
      ...probes,
      { request: CHAT, reply: refuse('json_schema is not supported') },
      { request: CHAT, reply: refuse("'response_format.type' must be 'json_schema' or 'text'") },
      { request: CHAT, reply: streamReply(chat('{}')) },
      { request: CHAT, reply: streamReply(chat('{}')) },
    ])
    const options = askOptions()
    const server = model(fetch)
    expect(await server.ask(prompt, options)).toMatchObject({ kind: 'answered' })
    expect(await server.ask(prompt, options)).toMatchObject({ kind: 'answered' })
    const asked = sent.filter((each) => each.method === 'POST').map((each) => each.body)
    const formats = asked.map((body) => Object(body).response_format?.type)
    expect(formats).toEqual(['json_schema', 'json_object', undefined, undefined])
    expect(options.waits).toEqual([])
  })

  test('is not asked again where a 400 names something else, or plain text is refused too', async () => {
    const other = recordedFetch([
      ...probes,
      { request: CHAT, reply: { status: 400, body: { error: { message: 'unknown model' } } } },
    ])
    expect(await model(other.fetch).ask(prompt, askOptions())).toMatchObject({ kind: 'failed' })
    const refusal = { status: 400, body: { error: { message: 'response_format?' } } }
    const all = recordedFetch([
      ...probes,
      { request: CHAT, reply: refusal },
      { request: CHAT, reply: refusal },
      { request: CHAT, reply: refusal },
    ])
    expect(await model(all.fetch).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: `The server at ${AT}/v1 refused the request with status 400: response_format?.`,
    })
  })

  test.each([
    [
      'thinking in the content',
      chat(' <think>Is {"a":0} it?</think>\n{"a":1}'),
      { kind: 'answered', text: '\n{"a":1}', ...kept },
    ],
    [
      'thinking that never ends',
      chat('<think>Is {"a":0} it?', 'length'),
      {
        kind: 'cut-off',
        reason:
          'The answer was cut off: it reached its limit of 2000 tokens, or the context of qwen-2 was full.',
        text: '<think>Is {"a":0} it?',
        ...kept,
      },
    ],
    [
      'a cut at the limit with nothing said',
      chat('', 'length'),
      {
        kind: 'cut-off',
        reason:
          'The answer was cut off: it reached its limit of 2000 tokens, or the context of qwen-2 was full.',
        text: '',
        ...kept,
      },
    ],
    [
      'an empty answer',
      chat('<think>hm</think> '),
      {
        kind: 'failed',
        reason: `The server at ${AT}/v1 answered with no text.`,
        hint: 'Try again.',
        text: '<think>hm</think> ',
      },
    ],
    ['a last chunk without a reason', chat('{"a":1}', null), { kind: 'answered', text: '{"a":1}', ...kept }],
    [
      'no token use',
      chat('{"a":1}', 'stop', null),
      {
        kind: 'answered',
        text: '{"a":1}',
        modelName: 'qwen-2',
        use: { inputTokens: null, outputTokens: null },
      },
    ],
    [
      'a content filter',
      chat('{', 'content_filter'),
      { kind: 'refused', reason: 'qwen-2 declined to answer (content filter).', text: '{', ...kept },
    ],
    [
      'a call of a tool',
      chat('{}', 'tool_calls'),
      {
        kind: 'failed',
        reason: `The server at ${AT}/v1 stopped for a reason that narrate does not know: tool_calls.`,
        text: '{}',
      },
    ],
    [
      'a refusal of its own',
      eventStream(
        [
          {
            model: 'qwen-2',
            choices: [{ delta: { refusal: 'I will not.' }, finish_reason: 'stop' }],
            usage: { prompt_tokens: 10, completion_tokens: 5 },
          },
        ],
        'unnamed',
      ),
      { kind: 'refused', reason: 'qwen-2 declined to answer: I will not.', text: '', ...kept },
    ],
  ])('tells %s', async (_name, body, answer) => {
    const options = askOptions()
    const { fetch } = recordedFetch([...probes, { request: CHAT, reply: streamReply(body) }])
    expect(await model(fetch).ask(prompt, options)).toEqual(answer)
    expect(options.heard.join('')).not.toContain('think')
  })

  test('is asked again where neither a reason nor a whole object came', async () => {
    const options = askOptions()
    const { fetch } = recordedFetch([
      ...probes,
      { request: CHAT, reply: streamReply(chat('{"a":', null)) },
      { request: CHAT, reply: streamReply(chat('{"a":1}')) },
    ])
    expect(await model(fetch).ask(prompt, options)).toMatchObject({ kind: 'answered', text: '{"a":1}' })
    expect(options.waits.map((wait) => wait.reason)).toEqual([
      `The server at ${AT}/v1 broke off before the answer was complete.`,
    ])
  })

  test('is not heard to the end where it never stops writing', async () => {
    const flood = eventStream(
      Array.from({ length: 5 }, () => ({
        choices: [{ index: 0, delta: { content: 'a'.repeat(1_000_000) } }],
      })),
      'unnamed',
    )
    const { fetch } = recordedFetch([...probes, { request: CHAT, reply: streamReply(flood) }])
    const answer = await model(fetch).ask(prompt, askOptions())
    expect(answer.kind === 'failed' && answer.reason).toContain(
      'did not stop writing: more than 4000000 characters came.',
    )
    expect(answer.kind === 'failed' && answer.text.length).toBe(100_000)
  })

  test('is not asked twice where nothing listens there', async () => {
    const refused = (request: string) => ({ request, reply: { failure: 'ECONNREFUSED' } })
    const { fetch } = recordedFetch([...probes.map((probe) => refused(probe.request)), refused(CHAT)])
    expect(await model(fetch).ask(prompt, askOptions())).toEqual({
      kind: 'failed',
      reason: `No server answers at ${AT}/v1.`,
      hint: 'Start it, or name another model.',
      text: '',
    })
  })

  test('is not asked twice where it read the prompt for so long that the connection gave up', async () => {
    const { fetch } = recordedFetch([
      ...probes,
      { request: CHAT, reply: { failure: 'UND_ERR_HEADERS_TIMEOUT' } },
    ])
    expect(await model(fetch).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: `The server at ${AT}/v1 was silent for too long: connect UND_ERR_HEADERS_TIMEOUT.`,
    })
  })

  test('is not local where Ollama passes the prompt on to its cloud', () => {
    const { fetch } = recordedFetch([])
    expect(
      ['qwen', 'gpt-oss:120b-cloud', 'kimi:cloud', 'cloudy:7b'].map((name) => model(fetch, name).isLocal),
    ).toEqual([true, false, false, true])
  })
})

describe('Ollama', () => {
  test('is sent nothing that may not fit, since it would cut it silently', async () => {
    const { fetch } = recordedFetch(ollama(50))
    expect(await model(fetch).ask(prompt, askOptions())).toEqual({
      kind: 'failed',
      reason:
        'The prompt may have 105 tokens, qwen runs with a context of 50, and Ollama would cut it silently: nothing was sent.',
      hint: 'Raise OLLAMA_CONTEXT_LENGTH or the model’s num_ctx, or lower promptTokens in narrate.yaml.',
      text: '',
    })
  })

  test('is not believed where the prompt filled its context', async () => {
    const answer = async (tokens: number) => {
      const { fetch } = recordedFetch([
        ...ollama(4096),
        { request: CHAT, reply: streamReply(chat('{"a":1}', 'stop', tokens)) },
      ])
      return model(fetch).ask(prompt, askOptions())
    }
    expect(await answer(4000)).toMatchObject({ kind: 'answered' })
    expect(await answer(4096)).toEqual({
      kind: 'failed',
      reason: 'The prompt filled the context of 4096 tokens of qwen, so Ollama may have cut it silently.',
      hint: 'Raise OLLAMA_CONTEXT_LENGTH or the model’s num_ctx, or lower promptTokens in narrate.yaml.',
      text: '{"a":1}',
    })
  })
})
