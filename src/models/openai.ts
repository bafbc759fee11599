import type OpenAI from 'openai'
import { z } from 'zod'
import type { World } from '../world.ts'
import { type Attempt, askWithRetries, type Clock } from './ask-with-retries.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer, Model, Prompt, TokenUse } from './model.ts'
import { openaiClient } from './openai-client.ts'
import { keyTrouble, serverOf } from './sdk-options.ts'
import { parseEvent } from './stream-event.ts'
import { oneLine, type Server } from './trouble.ts'

export interface OpenAIOptions {
  readonly name: string
  readonly endpoint: Endpoint
  readonly key: string | null
  readonly organization: string | null
  readonly project: string | null
  readonly world: Pick<World, 'fetch'> & Clock
}

export const OPENAI_URL = 'https://api.openai.com/v1'

/**
 * OpenAI's models by the Responses API, streamed, answering by the strict schema, and with `store: false`, so that the
 * provider keeps nothing. No temperature is sent. The context size is told nowhere in this API: it is null.
 */
export function openai(options: OpenAIOptions): Model {
  const { name, endpoint, key, world } = options
  const server = serverOf(
    'OpenAI',
    endpoint,
    name,
    'OPENAI_API_KEY',
    [key],
    'Name another by --model openai/NAME; the names are in the provider’s list of models.',
  )
  return {
    provider: 'openai',
    name,
    endpoint: endpoint.shown,
    isLocal: endpoint.isLocal,

    async contextSize() {
      return null
    },

    async ask(prompt, askOptions) {
      const trouble = keyTrouble(key, 'OPENAI_API_KEY', server.shown)
      if (trouble !== null) return trouble
      const sdk = await openaiClient(options, askOptions.timeLimitMilliseconds)
      const body = openaiRequest(name, prompt, askOptions.maxOutputTokens)
      return askWithRetries(server, askOptions, world, async (signal, onText) =>
        readStream(await sdk.responses.create(body, { signal }), server, askOptions.maxOutputTokens, onText),
      )
    },
  }
}

/** The body of the request: exactly what leaves the machine. */
export function openaiRequest(
  name: string,
  prompt: Prompt,
  maxOutputTokens: number,
): OpenAI.Responses.ResponseCreateParamsStreaming {
  return {
    model: name,
    instructions: prompt.system,
    input: [
      { role: 'user', content: prompt.user },
      ...prompt.turns.map((turn) => ({ role: turn.role, content: turn.text })),
    ],
    max_output_tokens: maxOutputTokens,
    store: false,
    text: {
      format: {
        type: 'json_schema',
        name: prompt.schema.name,
        schema: { ...prompt.schema.jsonSchema },
        strict: true,
      },
    },
    stream: true,
  }
}

const count = z.number().nullish()
const item = z.object({
  type: z.string(),
  phase: z.string().nullish(),
  content: z
    .array(
      z.object({ type: z.string(), text: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
    )
    .nullish(),
})
const response = z.object({
  model: z.string(),
  status: z.string().nullish(),
  error: z.looseObject({}).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(item).nullish(),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish(),
})

type Item = z.infer<typeof item>
type Response = z.infer<typeof response>

const events = {
  'response.output_item.added': z.object({
    type: z.literal('response.output_item.added'),
    output_index: z.number(),
    item,
  }),
  'response.output_item.done': z.object({ type: z.literal('response.output_item.done'), item }),
  'response.output_text.delta': z.object({
    type: z.literal('response.output_text.delta'),
    output_index: z.number(),
    delta: z.string(),
  }),
  'response.completed': z.object({ type: z.literal('response.completed'), response }),
  'response.incomplete': z.object({ type: z.literal('response.incomplete'), response }),
  'response.failed': z.object({ type: z.literal('response.failed'), response }),
}

async function readStream(
  stream: AsyncIterable<unknown>,
  server: Server,
  maxOutputTokens: number,
  onText: (text: string) => void,
): Promise<Attempt> {
  const asides = new Set<number>()
  const done: Item[] = []
  for await (const raw of stream) {
    const event = parseEvent<(typeof events)[keyof typeof events]>(events, raw)
    switch (event?.type) {
      case undefined:
        break
      case 'response.output_item.added':
        if (isAside(event.item)) asides.add(event.output_index)
        break
      case 'response.output_item.done':
        done.push(event.item)
        break
      case 'response.output_text.delta':
        if (!asides.has(event.output_index)) onText(event.delta)
        break
      case 'response.failed':
        return { kind: 'broken-off', error: event.response.error ?? {} }
      case 'response.completed':
        return answerOf(event.response, done, null, server, maxOutputTokens)
      case 'response.incomplete': {
        const why = event.response.incomplete_details?.reason ?? 'no reason given'
        return answerOf(event.response, done, why, server, maxOutputTokens)
      }
      default:
        event satisfies never
    }
  }
  return { kind: 'broken-off' }
}

/** `incomplete` says why the response stopped before its end, null where it did not. */
function answerOf(
  response: Response,
  done: readonly Item[],
  incomplete: string | null,
  server: Server,
  maxOutputTokens: number,
): Answer {
  // Some gateways leave the output of the last event empty.
  const items = response.output?.length ? response.output : done
  const parts = items.flatMap((each) =>
    each.type === 'message' && !isAside(each) ? (each.content ?? []) : [],
  )
  const text = parts.map((part) => (part?.type === 'output_text' ? (part.text ?? '') : '')).join('')
  const refusal = parts.find((part) => part?.type === 'refusal')?.refusal ?? null
  const kept = { text, modelName: response.model, use: tokenUse(response) }
  const declined = `${response.model} declined to answer`
  if (refusal !== null)
    return { kind: 'refused', reason: `${declined}: ${oneLine(refusal, server.keys)}`, ...kept }
  switch (incomplete) {
    case null:
      return text.trim() === ''
        ? { kind: 'failed', reason: `${server.shown} answered with no text.`, hint: 'Try again.', text }
        : { kind: 'answered', ...kept }
    case 'content_filter':
      return { kind: 'refused', reason: `${declined} (content filter).`, ...kept }
    case 'max_output_tokens':
      return {
        kind: 'cut-off',
        reason: `The answer was cut off at its limit of ${maxOutputTokens} tokens.`,
        ...kept,
      }
    default:
      return {
        kind: 'cut-off',
        reason: `The answer was cut off (${oneLine(incomplete, server.keys)}).`,
        ...kept,
      }
  }
}

// What a model says on its way (phase `commentary`) is no part of the answer, though the SDK's own text joins it in.
function isAside(each: Item): boolean {
  return each.type === 'message' && each.phase === 'commentary'
}

function tokenUse(told: Response): TokenUse {
  return { inputTokens: told.usage?.input_tokens ?? null, outputTokens: told.usage?.output_tokens ?? null }
}
