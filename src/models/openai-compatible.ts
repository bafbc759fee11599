import type OpenAI from 'openai'
import { z } from 'zod'
import type { World } from '../world.ts'
import { type Attempt, askWithRetries, type Clock } from './ask-with-retries.ts'
import { estimateTokens } from './count-tokens.ts'
import type { Endpoint } from './endpoint.ts'
import {
  isCloudModel,
  type LocalServer,
  type LookOptions,
  readLocalServer,
  readOllamaContext,
} from './local-server.ts'
import type { Answer, Model, Prompt } from './model.ts'
import { openaiClient } from './openai-client.ts'
import { parseJson } from './parse-reply.ts'
import { keyTrouble, serverOf } from './sdk-options.ts'
import { dropThinking, withoutThinking } from './thinking.ts'
import { oneLine, type Server } from './trouble.ts'

export interface OpenAICompatibleOptions {
  readonly name: string
  readonly endpoint: Endpoint
  /** Most servers take any key: null sends a dummy one. */
  readonly key: string | null
  readonly world: Pick<World, 'fetch' | 'signal'> & Clock
}

/** How the answer's shape is asked for, from the strictest to none: servers differ in what they take. */
export type Format = 'json_schema' | 'json_object' | 'plain'

const NEXT: Readonly<Record<Format, Format | null>> = {
  json_schema: 'json_object',
  json_object: 'plain',
  plain: null,
}

/**
 * Any OpenAI-compatible server by Chat Completions: Ollama, llama.cpp, vLLM, LM Studio. The schema is also told in words,
 * since most servers only mask tokens by it; where a server refuses the format (a 400 that names it), the next looser one
 * is asked for, and remembered. Reasoning is dropped. `contextSize` reads it by the server's own interface.
 *
 * Ollama cuts a prompt that does not fit without saying so: to it nothing is sent that is too long by narrate's own count,
 * and an answer to a prompt that filled the context is `failed`.
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Model {
  const { name, endpoint, world } = options
  const key = options.key ?? 'local'
  const server: Server = {
    ...serverOf('The server', endpoint, name, 'NARRATE_API_KEY', [options.key], ''),
    nameHint: `${endpoint.shown}/models lists its models.`,
  }
  const look: LookOptions = { fetch: world.fetch, signal: world.signal, timeLimitMilliseconds: 5000, key }
  let found: LocalServer | null = null
  let context: number | null = null
  let format: Format = 'json_schema'

  // What is known is kept; a server that did not answer may have been started since.
  async function readServer(): Promise<LocalServer | null> {
    found ??= await readLocalServer(endpoint, look)
    return found
  }

  async function contextSize(): Promise<number | null> {
    const served = await readServer()
    context ??=
      served?.software === 'Ollama'
        ? await readOllamaContext(endpoint, name, look)
        : (served?.models.find((model) => model.name === name)?.contextSize ?? null)
    return context
  }

  return {
    provider: 'local',
    name,
    endpoint: endpoint.shown,
    isLocal: endpoint.isLocal && !isCloudModel(name),
    contextSize,

    async ask(prompt, askOptions) {
      const trouble = keyTrouble(key, 'NARRATE_API_KEY', server.shown)
      if (trouble !== null) return trouble
      const sdk = await openaiClient(
        { endpoint, key, organization: null, project: null, world },
        askOptions.timeLimitMilliseconds,
      )
      return askWithRetries(server, askOptions, world, async (signal, onText) => {
        const isOllama = (await readServer())?.software === 'Ollama'
        const fits = isOllama ? await contextSize() : null
        const tooLong = fits === null ? null : tooLongFor(prompt, fits, server)
        if (tooLong !== null) return tooLong
        for (;;) {
          const body = chatRequest(name, prompt, askOptions.maxOutputTokens, format)
          const outcome = await sdk.chat.completions
            .create(body, { signal })
            .catch((error: unknown) => looser(format, error))
          if (typeof outcome !== 'string') {
            const answer = await readStream(
              outcome,
              server,
              askOptions.maxOutputTokens,
              withoutThinking(onText),
            )
            return fits === null ? answer : unlessCut(answer, fits, server)
          }
          format = outcome
        }
      })
    },
  }
}

/** The body of the request: exactly what is sent, at first with the format `json_schema`. */
export function chatRequest(
  name: string,
  prompt: Prompt,
  maxOutputTokens: number,
  format: Format,
): OpenAI.ChatCompletionCreateParamsStreaming {
  const { name: schemaName, jsonSchema } = prompt.schema
  return {
    model: name,
    messages: [
      { role: 'system', content: systemText(prompt) },
      { role: 'user', content: prompt.user },
      ...prompt.turns.map((turn) => ({ role: turn.role, content: turn.text })),
    ],
    max_tokens: maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(format === 'json_schema'
      ? {
          response_format: {
            type: 'json_schema' as const,
            json_schema: { name: schemaName, schema: { ...jsonSchema }, strict: true },
          },
        }
      : format === 'json_object'
        ? { response_format: { type: 'json_object' as const } }
        : {}),
  }
}

function systemText(prompt: Prompt): string {
  return `${prompt.system}

Answer with one JSON object and nothing around it: no fence, no remark. It follows this JSON Schema:
${JSON.stringify(prompt.schema.jsonSchema)}`
}

/** The next format to try where the server refused this one; other errors pass through. */
function looser(format: Format, error: unknown): Format {
  const next = NEXT[format]
  const status = error instanceof Error && 'status' in error ? error.status : null
  const isRefusal = (status === 400 || status === 422) && error instanceof Error
  if (
    next !== null &&
    isRefusal &&
    /response_format|json_schema|json_object|schema|grammar/i.test(error.message)
  )
    return next
  throw error
}

const chunk = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
})

/** Reasoning included: a server that minds no `max_tokens` must not fill the memory. */
const LONGEST_ANSWER = 4_000_000
const KEPT_OF_FLOOD = 100_000

async function readStream(
  stream: AsyncIterable<unknown>,
  server: Server,
  maxOutputTokens: number,
  onText: (text: string) => void,
): Promise<Attempt> {
  const texts: string[] = []
  const refusals: string[] = []
  let length = 0
  let finish: string | null = null
  let modelName = server.modelName
  let use = { inputTokens: null as number | null, outputTokens: null as number | null }
  for await (const raw of stream) {
    const parsed = chunk.safeParse(raw)
    if (!parsed.success) throw new SyntaxError('A chunk has an unknown shape.')
    modelName = parsed.data.model || modelName
    const told = parsed.data.usage
    if (told != null)
      use = { inputTokens: told.prompt_tokens ?? null, outputTokens: told.completion_tokens ?? null }
    const choice = parsed.data.choices?.[0]
    finish = choice?.finish_reason ?? finish
    if (choice?.delta?.refusal) refusals.push(choice.delta.refusal)
    const text = choice?.delta?.content
    if (text) {
      length += text.length
      if (length > LONGEST_ANSWER) {
        return {
          kind: 'failed',
          reason: `${server.shown} did not stop writing: more than ${LONGEST_ANSWER} characters came.`,
          hint: 'Name another model.',
          text: texts.join('').slice(0, KEPT_OF_FLOOD),
        }
      }
      texts.push(text)
      onText(text)
    }
  }
  const written = texts.join('')
  const text = dropThinking(written)
  // Some servers send no reason at the end: then only an answer that is whole tells itself from a broken connection.
  if (finish === null && parseJson(text).kind === 'invalid') return { kind: 'broken-off' }
  const kept = { text, modelName, use }
  if (refusals.length > 0)
    return {
      kind: 'refused',
      reason: `${modelName} declined to answer: ${oneLine(refusals.join(''), server.keys)}`,
      ...kept,
    }
  switch (finish) {
    case 'length':
      return {
        kind: 'cut-off',
        reason: `The answer was cut off: it reached its limit of ${maxOutputTokens} tokens, or the context of ${modelName} was full.`,
        ...kept,
        text: text === '' ? written : text,
      }
    case 'content_filter':
      return { kind: 'refused', reason: `${modelName} declined to answer (content filter).`, ...kept }
    case 'stop':
    case null:
      return text.trim() === ''
        ? {
            kind: 'failed',
            reason: `${server.shown} answered with no text.`,
            hint: 'Try again.',
            text: written,
          }
        : { kind: 'answered', ...kept }
    default:
      return {
        kind: 'failed',
        reason: `${server.shown} stopped for a reason that narrate does not know: ${oneLine(finish, server.keys)}.`,
        text,
      }
  }
}

const BUDGET_HINT =
  'Raise OLLAMA_CONTEXT_LENGTH or the model’s num_ctx, or lower promptTokens in narrate.yaml.'

function tooLongFor(prompt: Prompt, contextSize: number, server: Server): Answer | null {
  const texts = [systemText(prompt), prompt.user, ...prompt.turns.map((turn) => turn.text)]
  const estimate = texts.reduce((sum, text) => sum + estimateTokens(text), 0)
  if (estimate < contextSize) return null
  return {
    kind: 'failed',
    reason: `The prompt may have ${estimate} tokens, ${server.modelName} runs with a context of ${contextSize}, and Ollama would cut it silently: nothing was sent.`,
    hint: BUDGET_HINT,
    text: '',
  }
}

function unlessCut(answer: Attempt, contextSize: number, server: Server): Attempt {
  if (answer.kind !== 'answered' || (answer.use.inputTokens ?? 0) < contextSize - 1) return answer
  return {
    kind: 'failed',
    reason: `The prompt filled the context of ${contextSize} tokens of ${server.modelName}, so Ollama may have cut it silently.`,
    hint: BUDGET_HINT,
    text: answer.text,
  }
}
