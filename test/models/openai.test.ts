import { describe, expect, test } from 'vitest'
import { parseEndpoint } from '../../src/models/endpoint.ts'
import { openai, openaiRequest } from '../../src/models/openai.ts'
import type { World } from '../../src/world.ts'
import { eventStream, recordedFetch, streamReply } from '../support/recorded-fetch.ts'
import { askOptions, modelWorld, prompt, repair } from './asking.ts'

const RESPONSES = 'POST https://api.openai.com/v1/responses'

function model(fetch: World['fetch'], key: string | null = 'a-key-of-tests') {
  return openai({
    name: 'gpt-by-hand',
    endpoint: parseEndpoint('https://api.openai.com/v1', 'the test'),
    key,
    organization: 'org-1',
    project: null,
    world: modelWorld(fetch),
  })
}

function message(...content: readonly object[]): object {
  return { type: 'message', role: 'assistant', content }
}

const words = (text: string): object => ({ type: 'output_text', text, annotations: [] })

function ending(type: string, response: object): string {
  return eventStream([
    { type: 'response.created', response: {} },
    {
      type,
      response: { model: 'gpt-by-hand-2', usage: { input_tokens: 10, output_tokens: 5 }, ...response },
    },
  ])
}

describe('openai', () => {
  test('sends the prompt, its turns and the strict schema, and that nothing be stored', async () => {
    const { fetch, sent } = recordedFetch([
      {
        request: RESPONSES,
        reply: streamReply(ending('response.completed', { output: [message(words('{}'))] })),
      },
    ])
    await model(fetch).ask(repair, askOptions())
    const body = {
      model: 'gpt-by-hand',
      instructions: 'You draft a log entry.',
      input: [
        { role: 'user', content: 'The evidence: r1 “søk”.' },
        { role: 'assistant', content: '{"txt":1}' },
        { role: 'user', content: 'text: Invalid input' },
      ],
      max_output_tokens: 2000,
      store: false,
      text: {
        format: { type: 'json_schema', name: 'log_entry', schema: prompt.schema.jsonSchema, strict: true },
      },
      stream: true,
    }
    expect(sent.map((each) => each.body)).toEqual([body])
    expect(openaiRequest('gpt-by-hand', repair, 2000)).toEqual(body)
    expect(sent[0]?.headers.get('openai-organization')).toBe('org-1')
  })

  const kept = { modelName: 'gpt-by-hand-2', use: { inputTokens: 10, outputTokens: 5 } }
  const shown = 'OpenAI at https://api.openai.com/v1'

  test.each([
    [
      'a refusal',
      ending('response.completed', {
        output: [message(words('{"a'), { type: 'refusal', refusal: 'I cannot\nhelp.' })],
      }),
      {
        kind: 'refused',
        reason: 'gpt-by-hand-2 declined to answer: I cannot help.',
        text: '{"a',
        ...kept,
      },
    ],
    [
      'a content filter',
      ending('response.incomplete', {
        output: [message(words('{"a'))],
        incomplete_details: { reason: 'content_filter' },
      }),
      {
        kind: 'refused',
        reason: 'gpt-by-hand-2 declined to answer (content filter).',
        text: '{"a',
        ...kept,
      },
    ],
    [
      'the limit of tokens, spent on reasoning',
      ending('response.incomplete', {
        output: [{ type: 'reasoning', summary: [] }],
        incomplete_details: { reason: 'max_output_tokens' },
      }),
      {
        kind: 'cut-off',
        reason: 'The answer was cut off at its limit of 2000 tokens.',
        text: '',
        ...kept,
      },
    ],
    [
      'another reason to stop',
      ending('response.incomplete', { output: [], incomplete_details: { reason: 'steered' } }),
      { kind: 'cut-off', reason: 'The answer was cut off (steered).', text: '', ...kept },
    ],
    [
      'nothing but commentary',
      ending('response.completed', {
        output: [{ ...message(words('{"a":1}')), phase: 'commentary' }],
      }),
      { kind: 'failed', reason: `${shown} answered with no text.`, hint: 'Try again.', text: '' },
    ],
    [
      'an answer in two parts, and one of no phase',
      ending('response.completed', {
        output: [message(words('{"a":'), words('1')), { ...message(words('}')), phase: 'final_answer' }],
      }),
      { kind: 'answered', text: '{"a":1}', ...kept },
    ],
    [
      'an answer whose last event is empty',
      eventStream([
        { type: 'response.output_item.done', output_index: 0, item: message(words('{"a":2}')) },
        { type: 'response.completed', response: { model: 'gateway', output: [] } },
      ]),
      {
        kind: 'answered',
        text: '{"a":2}',
        modelName: 'gateway',
        use: { inputTokens: null, outputTokens: null },
      },
    ],
    [
      'a prompt that turned out to be too long',
      ending('response.failed', {
        error: { code: 'context_length_exceeded', message: 'Too long.' },
      }),
      {
        kind: 'failed',
        reason: `The prompt is too long for gpt-by-hand at ${shown}: Too long.`,
        hint: 'Lower promptTokens in narrate.yaml, or narrow the span with --since.',
        text: '',
      },
    ],
  ])('tells %s', async (_name, body, answer) => {
    const { fetch } = recordedFetch([{ request: RESPONSES, reply: streamReply(body) }])
    expect(await model(fetch).ask(prompt, askOptions())).toEqual(answer)
  })

  test.each([
    ['server_error', `${shown} failed with status 500: Oops.`],
    ['rate_limit_exceeded', `${shown} limits the rate of requests: Oops.`],
  ])('tries again where the response failed with %s', async (code, reason) => {
    const options = askOptions()
    const { fetch } = recordedFetch([
      {
        request: RESPONSES,
        reply: streamReply(ending('response.failed', { error: { code, message: 'Oops.' } })),
      },
      {
        request: RESPONSES,
        reply: streamReply(ending('response.completed', { output: [message(words('{}'))] })),
      },
    ])
    expect(await model(fetch).ask(prompt, options)).toMatchObject({ kind: 'answered' })
    expect(options.waits).toEqual([{ reason, milliseconds: 1000 }])
  })

  test('says what is missing where there is no key, and tells no context size', async () => {
    const { fetch } = recordedFetch([])
    expect(await model(fetch, null).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: `There is no key for ${shown}.`,
      hint: 'Set OPENAI_API_KEY, or use --no-model.',
    })
    expect(await model(fetch).contextSize()).toBe(null)
  })
})
