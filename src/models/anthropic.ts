import type Anthropic from '@anthropic-ai/sdk'
import { z } from 'zod'
import type { World } from '../world.ts'
import { type Attempt, askWithRetries, type Clock } from './ask-with-retries.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer, Model, Prompt, TokenUse } from './model.ts'
import { keyTrouble, QUIET, serverOf } from './sdk-options.ts'
import { parseEvent } from './stream-event.ts'
import { oneLine, type Server } from './trouble.ts'

export interface AnthropicOptions {
  readonly name: string
  readonly endpoint: Endpoint
  /** The key (ANTHROPIC_API_KEY), or the token of a gateway (ANTHROPIC_AUTH_TOKEN); null where there is none. */
  readonly key: string | null
  readonly token: string | null
  readonly world: Pick<World, 'fetch'> & Clock
}

export const ANTHROPIC_URL = 'https://api.anthropic.com'

/**
 * Claude by the Messages API, streamed, answering by the schema (`output_config.format`). No temperature and no thinking
 * parameter is sent: current models refuse them or decide themselves. `contextSize` asks the provider, with the key.
 */
export function anthropic(options: AnthropicOptions): Model {
  const { name, endpoint, world } = options
  const key = options.key ?? options.token
  const variable =
    options.key === null && options.token !== null ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY'
  const server = serverOf(
    'Anthropic',
    endpoint,
    name,
    variable,
    [options.key, options.token],
    'Name another by --model anthropic/NAME; the names are in the provider’s list of models.',
  )

  async function client(timeout: number): Promise<Anthropic> {
    const { Anthropic } = await import('@anthropic-ai/sdk')
    return new Anthropic({
      ...QUIET,
      ...(options.key !== null ? { apiKey: options.key } : { authToken: options.token }),
      webhookKey: null,
      baseURL: endpoint.url,
      fetch: world.fetch,
      timeout,
      openTelemetry: false,
    })
  }

  return {
    provider: 'anthropic',
    name,
    endpoint: endpoint.shown,
    isLocal: endpoint.isLocal,

    async contextSize() {
      if (keyTrouble(key, variable, server.shown) !== null) return null
      const sdk = await client(5000)
      const told = await sdk.models.retrieve(name).catch(() => null)
      return told?.max_input_tokens ?? null
    },

    async ask(prompt, askOptions) {
      const trouble = keyTrouble(key, variable, server.shown)
      if (trouble !== null) return trouble
      const sdk = await client(askOptions.timeLimitMilliseconds)
      const body = anthropicRequest(name, prompt, askOptions.maxOutputTokens)
      return askWithRetries(server, askOptions, world, async (signal, onText) =>
        readStream(await sdk.messages.create(body, { signal }), server, askOptions.maxOutputTokens, onText),
      )
    },
  }
}

/** The body of the request: exactly what leaves the machine. */
export function anthropicRequest(
  name: string,
  prompt: Prompt,
  maxOutputTokens: number,
): Anthropic.MessageCreateParamsStreaming {
  return {
    model: name,
    max_tokens: maxOutputTokens,
    system: prompt.system,
    messages: [
      { role: 'user', content: prompt.user },
      ...prompt.turns.map((turn) => ({ role: turn.role, content: turn.text })),
    ],
    output_config: { format: { type: 'json_schema', schema: { ...prompt.schema.jsonSchema } } },
    stream: true,
  }
}

const count = z.number().nullish()
const usage = z
  .object({
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .nullish()

const events = {
  message_start: z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string(), usage }),
  }),
  content_block_start: z.object({
    type: z.literal('content_block_start'),
    content_block: z.object({ type: z.string(), text: z.string().nullish() }),
  }),
  content_block_delta: z.object({
    type: z.literal('content_block_delta'),
    delta: z.object({ type: z.string(), text: z.string().nullish() }),
  }),
  message_delta: z.object({
    type: z.literal('message_delta'),
    delta: z.object({
      stop_reason: z.string().nullish(),
      stop_details: z.object({ category: z.string().nullish() }).nullish(),
    }),
    usage,
  }),
  message_stop: z.object({ type: z.literal('message_stop') }),
}

interface Stop {
  readonly reason: string
  readonly category: string | null
}

async function readStream(
  stream: AsyncIterable<unknown>,
  server: Server,
  maxOutputTokens: number,
  onText: (text: string) => void,
): Promise<Attempt> {
  const texts: string[] = []
  let modelName = server.modelName
  let use: TokenUse = { inputTokens: null, outputTokens: null }
  let stop: Stop = { reason: 'end_turn', category: null }
  const add = (text: string | null | undefined): void => {
    if (!text) return
    texts.push(text)
    onText(text)
  }
  for await (const raw of stream) {
    const event = parseEvent<(typeof events)[keyof typeof events]>(events, raw)
    switch (event?.type) {
      case undefined:
        break
      case 'message_start':
        modelName = event.message.model
        use = tokenUse(event.message.usage, use)
        break
      case 'content_block_start':
        if (event.content_block.type === 'text') add(event.content_block.text)
        break
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') add(event.delta.text)
        break
      case 'message_delta':
        stop = {
          reason: event.delta.stop_reason ?? stop.reason,
          category: event.delta.stop_details?.category ?? stop.category,
        }
        use = tokenUse(event.usage, use)
        break
      case 'message_stop':
        return answerOf(stop, texts.join(''), server, maxOutputTokens, modelName, use)
      default:
        event satisfies never
    }
  }
  return { kind: 'broken-off' }
}

function answerOf(
  stop: Stop,
  text: string,
  server: Server,
  maxOutputTokens: number,
  modelName: string,
  use: TokenUse,
): Answer {
  const kept = { text, modelName, use }
  switch (stop.reason) {
    case 'end_turn':
    case 'stop_sequence':
      return text.trim() === ''
        ? { kind: 'failed', reason: `${server.shown} answered with no text.`, hint: 'Try again.', text }
        : { kind: 'answered', ...kept }
    case 'refusal': {
      const why = stop.category === null ? '' : ` (${oneLine(stop.category, server.keys)})`
      return { kind: 'refused', reason: `${modelName} declined to answer${why}.`, ...kept }
    }
    case 'max_tokens':
      return {
        kind: 'cut-off',
        reason: `The answer was cut off at its limit of ${maxOutputTokens} tokens.`,
        ...kept,
      }
    case 'model_context_window_exceeded':
      return {
        kind: 'cut-off',
        reason: `The answer was cut off because the context of ${modelName} was full.`,
        ...kept,
      }
    default:
      return {
        kind: 'failed',
        reason: `${server.shown} stopped for a reason that narrate does not know: ${oneLine(stop.reason, server.keys)}.`,
        text,
      }
  }
}

// Input read from the cache and written to it comes on top: Anthropic's input_tokens leaves both out.
function tokenUse(told: z.infer<typeof usage>, before: TokenUse): TokenUse {
  const input =
    told?.input_tokens == null
      ? before.inputTokens
      : told.input_tokens + (told.cache_creation_input_tokens ?? 0) + (told.cache_read_input_tokens ?? 0)
  return { inputTokens: input, outputTokens: told?.output_tokens ?? before.outputTokens }
}
