import { describe, expect, test } from 'vitest'
import { anthropic, anthropicRequest } from '../../src/models/anthropic.ts'
import { parseEndpoint } from '../../src/models/endpoint.ts'
import type { World } from '../../src/world.ts'
import { eventStream, recordedFetch, streamReply } from '../support/recorded-fetch.ts'
import { askOptions, modelWorld, prompt, repair } from './asking.ts'

const URL_OF_MESSAGES = 'POST https://api.anthropic.com/v1/messages'

function model(fetch: World['fetch'], keys: { key?: string | null; token?: string | null } = {}) {
  return anthropic({
    name: 'claude-by-hand',
    endpoint: parseEndpoint('https://api.anthropic.com', 'the test'),
    key: 'a-key-of-tests',
    token: null,
    world: modelWorld(fetch),
    ...keys,
  })
}

function message(text: string | null, stop: object): string {
  return eventStream([
    {
      type: 'message_start',
      message: { model: 'claude-by-hand-2', usage: { input_tokens: 10, output_tokens: 1 } },
    },
    ...(text === null
      ? []
      : [
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
        ]),
    { type: 'message_delta', delta: stop, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ])
}

describe('anthropic', () => {
  test('sends the prompt, its turns and the schema, streaming, and nothing else', async () => {
    const { fetch, sent } = recordedFetch([
      { request: URL_OF_MESSAGES, reply: streamReply(message('{}', { stop_reason: 'end_turn' })) },
    ])
    await model(fetch).ask(repair, askOptions())
    const body = {
      model: 'claude-by-hand',
      max_tokens: 2000,
      system: 'You draft a log entry.',
      messages: [
        { role: 'user', content: 'The evidence: r1 “søk”.' },
        { role: 'assistant', content: '{"txt":1}' },
        { role: 'user', content: 'text: Invalid input' },
      ],
      output_config: { format: { type: 'json_schema', schema: prompt.schema.jsonSchema } },
      stream: true,
    }
    expect(sent.map((each) => each.body)).toEqual([body])
    expect(anthropicRequest('claude-by-hand', repair, 2000)).toEqual(body)
    expect(sent[0]?.headers.get('anthropic-version')).toBe('2026-10-21')
  })

  const kept = { modelName: 'claude-by-hand-2', use: { inputTokens: 10, outputTokens: 5 } }

  test.each([
    [
      'a refusal after some text',
      message('{"te', {
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: 'frontier_llm', explanation: 'x' },
      }),
      {
        kind: 'refused',
        reason: 'claude-by-hand-2 declined to answer (frontier_llm).',
        text: '{"te',
        ...kept,
      },
    ],
    [
      'a refusal without a word',
      message(null, { stop_reason: 'refusal', stop_details: null }),
      { kind: 'refused', reason: 'claude-by-hand-2 declined to answer.', text: '', ...kept },
    ],
    [
      'the limit of tokens',
      message('{"text": "a', { stop_reason: 'max_tokens' }),
      {
        kind: 'cut-off',
        reason: 'The answer was cut off at its limit of 2000 tokens.',
        text: '{"text": "a',
        ...kept,
      },
    ],
    [
      'a full context',
      message('{', { stop_reason: 'model_context_window_exceeded' }),
      {
        kind: 'cut-off',
        reason: 'The answer was cut off because the context of claude-by-hand-2 was full.',
        text: '{',
        ...kept,
      },
    ],
    [
      'nothing but thinking',
      message(null, { stop_reason: 'end_turn' }),
      {
        kind: 'failed',
        reason: 'Anthropic at https://api.anthropic.com answered with no text.',
        hint: 'Try again.',
        text: '',
      },
    ],
    [
      'a reason to come',
      message('{}', { stop_reason: 'tired' }),
      {
        kind: 'failed',
        reason:
          'Anthropic at https://api.anthropic.com stopped for a reason that narrate does not know: tired.',
        text: '{}',
      },
    ],
    [
      'a gateway that tells less',
      eventStream([
        { type: 'message_start', message: { model: 'gateway' } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '{}' } },
        { type: 'message_delta', delta: { stop_reason: null } },
        { type: 'message_stop' },
      ]),
      {
        kind: 'answered',
        text: '{}',
        modelName: 'gateway',
        use: { inputTokens: null, outputTokens: null },
      },
    ],
  ])('tells %s', async (_name, body, answer) => {
    const { fetch } = recordedFetch([{ request: URL_OF_MESSAGES, reply: streamReply(body) }])
    expect(await model(fetch).ask(prompt, askOptions())).toEqual(answer)
  })

  test('tries again where a known event has an unknown shape', async () => {
    const odd = eventStream([{ type: 'message_start', message: 'odd' }])
    const options = askOptions()
    const { fetch } = recordedFetch([
      { request: URL_OF_MESSAGES, reply: streamReply(odd) },
      { request: URL_OF_MESSAGES, reply: streamReply(message('{}', { stop_reason: 'end_turn' })) },
    ])
    expect(await model(fetch).ask(prompt, options)).toMatchObject({ kind: 'answered' })
    expect(options.waits.map((wait) => wait.reason)).toEqual([
      'Anthropic at https://api.anthropic.com sent something that cannot be read.',
    ])
  })

  test('does not try again at a spending limit', async () => {
    const body = {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'Limit.',
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    }
    const { fetch } = recordedFetch([
      { request: URL_OF_MESSAGES, reply: { status: 429, headers: { 'retry-after': '3' }, body } },
    ])
    expect(await model(fetch).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason:
        'Anthropic at https://api.anthropic.com says that its quota or spending limit is reached: Limit.',
    })
  })

  test('says what is missing where there is no key, and sends nothing', async () => {
    const { fetch } = recordedFetch([])
    expect(await model(fetch, { key: null }).ask(prompt, askOptions())).toEqual({
      kind: 'failed',
      reason: 'There is no key for Anthropic at https://api.anthropic.com.',
      hint: 'Set ANTHROPIC_API_KEY, or use --no-model.',
      text: '',
    })
    expect(await model(fetch, { key: null }).contextSize()).toBe(null)
  })

  test('sends the token of a gateway where there is no key', async () => {
    const { fetch, sent } = recordedFetch([
      { request: URL_OF_MESSAGES, reply: streamReply(message('{}', { stop_reason: 'end_turn' })) },
    ])
    await model(fetch, { key: null, token: 'a-token-of-tests' }).ask(prompt, askOptions())
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer a-token-of-tests')
    expect(sent[0]?.headers.get('x-api-key')).toBe(null)
  })

  test.each([
    ['what the provider tells', { body: { id: 'claude-by-hand', max_input_tokens: 200_000 } }, 200_000],
    ['null where it does not', { body: { id: 'claude-by-hand' } }, null],
    ['null where it knows no such model', { status: 404, body: {} }, null],
  ])('has as its context size %s', async (_name, reply, size) => {
    const { fetch } = recordedFetch([
      { request: 'https://api.anthropic.com/v1/models/claude-by-hand', reply },
    ])
    expect(await model(fetch).contextSize()).toBe(size)
  })
})
