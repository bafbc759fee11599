import { z } from 'zod'
import type { World } from '../world.ts'
import { type Endpoint, rootOf } from './endpoint.ts'

/** A model that a server offers. */
export interface ServedModel {
  readonly name: string
  /** Tokens that fit into one call as the server runs it now; null where it does not tell. */
  readonly contextSize: number | null
  readonly isLoaded: boolean
  /** Whether the server only passes the prompt on to another machine (Ollama's cloud models). */
  readonly isRemote: boolean
}

/** An OpenAI-compatible server and what it offers; models that cannot chat are left out where it tells. */
export interface LocalServer {
  readonly endpoint: Endpoint
  readonly software: 'Ollama' | 'llama.cpp' | 'LM Studio' | 'vLLM' | 'OpenAI-compatible'
  readonly models: readonly ServedModel[]
}

export interface LookOptions {
  readonly fetch: World['fetch']
  readonly signal: AbortSignal
  /** For each of the few requests; none is repeated. */
  readonly timeLimitMilliseconds: number
  readonly key: string
}

/**
 * Asks a server at an OpenAI-compatible address (ending in `/v1`) what it is and which models it offers; null where
 * none answers. Formats: `/v1/models` of all (vLLM: `max_model_len`), Ollama's `/api/version`, `/api/tags`, `/api/ps`,
 * llama.cpp's `/props`, LM Studio's `/api/v0/models`.
 */
export async function readLocalServer(endpoint: Endpoint, options: LookOptions): Promise<LocalServer | null> {
  const root = rootOf(endpoint)
  const [listed, props, version, studio] = await Promise.all([
    look(`${endpoint.shown}/models`, openaiModels, options),
    look(`${root}/props`, llamaProps, options),
    look(`${root}/api/version`, ollamaVersion, options),
    look(`${root}/api/v0/models`, studioModels, options),
  ])
  if (listed === null) return null
  const names = listed.data.map((model) => model.id)
  if (props !== null) {
    const contextSize = props.default_generation_settings.n_ctx
    const models = names.map((name) => ({ name, contextSize, isLoaded: true, isRemote: false }))
    return { endpoint, software: 'llama.cpp', models }
  }
  if (studio !== null) {
    const chatting = studio.data.filter((model) => model.type !== 'embeddings')
    const models = chatting.map((model) => ({
      name: model.id,
      contextSize: (model.state === 'loaded' ? model.loaded_context_length : null) ?? null,
      isLoaded: model.state === 'loaded',
      isRemote: false,
    }))
    return { endpoint, software: 'LM Studio', models }
  }
  if (version !== null) return { endpoint, software: 'Ollama', models: await ollamaServed(root, options) }
  const isVllm = listed.data.some((model) => model.max_model_len != null)
  const models = listed.data.map((model) => ({
    name: model.id,
    contextSize: model.max_model_len ?? null,
    isLoaded: true,
    isRemote: false,
  }))
  return { endpoint, software: isVllm ? 'vLLM' : 'OpenAI-compatible', models }
}

/**
 * The context of an Ollama model, which is loaded for it if need be (a minute at most): only a running model tells how
 * much fits, and Ollama cuts what does not fit without a word. Null where it does not tell even then.
 */
export async function readOllamaContext(
  endpoint: Endpoint,
  name: string,
  options: LookOptions,
): Promise<number | null> {
  const root = rootOf(endpoint)
  const before = await ollamaRunning(root, name, options)
  if (before !== null) return before
  const body = JSON.stringify({ model: name, stream: false })
  const load = { ...options, timeLimitMilliseconds: 60_000 }
  await look(`${root}/api/generate`, z.looseObject({}), load, body)
  const after = await ollamaRunning(root, name, options)
  if (after !== null) return after
  const shown = await look(`${root}/api/show`, ollamaShow, options, JSON.stringify({ model: name }))
  const written = /^num_ctx\s+(\d+)\s*$/m.exec(shown?.parameters ?? '')?.[1]
  return written === undefined ? null : Number(written)
}

async function ollamaRunning(root: string, name: string, options: LookOptions): Promise<number | null> {
  const running = await look(`${root}/api/ps`, ollamaModels, options)
  return running?.models.find((model) => isSameModel(model.name, name))?.context_length ?? null
}

async function ollamaServed(root: string, options: LookOptions): Promise<readonly ServedModel[]> {
  const [tags, running] = await Promise.all([
    look(`${root}/api/tags`, ollamaModels, options),
    look(`${root}/api/ps`, ollamaModels, options),
  ])
  return (tags?.models ?? [])
    .filter((model) => !/bert|embed/i.test(`${model.details?.family ?? ''} ${model.name}`))
    .map((model) => {
      const loaded = running?.models.find((each) => isSameModel(each.name, model.name))
      return {
        name: model.name,
        contextSize: loaded?.context_length ?? null,
        isLoaded: loaded !== undefined,
        isRemote: isCloudModel(model.name) || Boolean(model.remote_host),
      }
    })
}

/** Whether an Ollama model by this name runs on another machine, though a local server takes the prompt. */
export function isCloudModel(name: string): boolean {
  return /[:-]cloud$/.test(name)
}

function isSameModel(one: string, other: string): boolean {
  const whole = (name: string): string => (name.includes(':') ? name : `${name}:latest`)
  return whole(one) === whole(other)
}

const count = z.number().int().positive()
const openaiModels = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: count.nullish().catch(null) })),
})
const llamaProps = z.object({
  default_generation_settings: z.object({ n_ctx: count.nullable().catch(null) }),
})
const ollamaVersion = z.object({ version: z.string() })
const ollamaModels = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      context_length: count.nullish().catch(null),
      remote_host: z.string().nullish(),
      details: z.object({ family: z.string().nullish() }).nullish(),
    }),
  ),
})
const ollamaShow = z.object({ parameters: z.string().nullish() })
const studioModels = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string().nullish(),
      state: z.string().nullish(),
      loaded_context_length: count.nullish().catch(null),
    }),
  ),
})

/** One answer in the shape asked for; null for no answer, an error, and any other shape: then it is another program. */
async function look<T>(
  url: string,
  schema: z.ZodType<T>,
  options: LookOptions,
  body?: string,
): Promise<T | null> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeLimitMilliseconds)])
  try {
    const response = await options.fetch(url, {
      signal,
      redirect: 'error',
      headers: { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body }),
    })
    if (!response.ok) {
      await response.body?.cancel()
      return null
    }
    const parsed = schema.safeParse(await response.json())
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
