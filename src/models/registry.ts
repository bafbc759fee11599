import { NarrateError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { World } from '../world.ts'
import { ANTHROPIC_URL, anthropic, anthropicRequest } from './anthropic.ts'
import { consentKey, decideModel, type ModelDecision, type Wishes } from './consent.ts'
import { type Endpoint, localEndpoint, parseEndpoint } from './endpoint.ts'
import { findLocalServers } from './find-local-servers.ts'
import { isCloudModel, type LocalServer } from './local-server.ts'
import type { Model, Prompt } from './model.ts'
import { type ModelName, printModelName } from './model-name.ts'
import { OPENAI_URL, openai, openaiRequest } from './openai.ts'
import { chatRequest, openaiCompatible } from './openai-compatible.ts'
import { keyFrom } from './sdk-options.ts'

/** A way to ask models, as `provider/name` names it. */
export interface Provider {
  readonly name: string
  /** What it is and what it needs, in one line of help. */
  readonly about: string
  /** Where its models are asked. */
  endpoint(settings: Settings, env: World['env']): Endpoint
  make(name: string, endpoint: Endpoint, settings: Settings, world: World): Model
  /** The body of the request that a prompt becomes: exactly what would leave the machine. */
  request(name: string, prompt: Prompt, maxOutputTokens: number): object
}

const OLLAMA_URL = 'http://127.0.0.1:11434/v1'

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'anthropic',
    about: 'Claude, with ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL, if set)',
    endpoint: (_settings, env) =>
      parseEndpoint(keyFrom(env.ANTHROPIC_BASE_URL) ?? ANTHROPIC_URL, 'ANTHROPIC_BASE_URL'),
    make: (name, endpoint, _settings, world) =>
      anthropic({
        name,
        endpoint,
        key: keyFrom(world.env.ANTHROPIC_API_KEY),
        token: keyFrom(world.env.ANTHROPIC_AUTH_TOKEN),
        world,
      }),
    request: anthropicRequest,
  },
  {
    name: 'openai',
    about: 'OpenAI, with OPENAI_API_KEY (and OPENAI_BASE_URL, if set)',
    endpoint: (_settings, env) =>
      parseEndpoint(keyFrom(env.OPENAI_BASE_URL) ?? OPENAI_URL, 'OPENAI_BASE_URL'),
    make: (name, endpoint, _settings, world) =>
      openai({
        name,
        endpoint,
        key: keyFrom(world.env.OPENAI_API_KEY),
        organization: keyFrom(world.env.OPENAI_ORG_ID),
        project: keyFrom(world.env.OPENAI_PROJECT_ID),
        world,
      }),
    request: openaiRequest,
  },
  {
    name: 'local',
    about: 'any OpenAI-compatible server: Ollama, llama.cpp, vLLM, LM Studio (endpoint in narrate.yaml)',
    endpoint: (settings, env) =>
      ownEndpoints(settings, env)[0] ?? parseEndpoint(OLLAMA_URL, 'The address of Ollama'),
    make: (name, endpoint, settings, world) =>
      openaiCompatible({ name, endpoint, key: localKey(endpoint, settings, world.env), world }),
    request: (name, prompt, maxOutputTokens) => chatRequest(name, prompt, maxOutputTokens, 'json_schema'),
  },
]

export interface ChooseOptions {
  readonly flag: string | null
  readonly noModel: boolean
  readonly yes: boolean
  readonly settings: Settings
  readonly world: World
  /** What the user agreed to before: `remember` of earlier choices. */
  readonly rememberedConsent: readonly string[]
  /** Asks the user whether the prompt may be sent; called only at a terminal, at most once. */
  readonly confirm: (question: string) => Promise<boolean>
  /** Ports of this machine to look at for servers; for tests. */
  readonly ports?: readonly number[]
}

/** The model to ask, or null for none, and why; `remember` is a new consent to keep. */
export interface ModelChoice {
  readonly model: Model | null
  readonly reason: string
  readonly remember: string | null
}

/**
 * Chooses the model by what was named, agreed to and found (see `decideModel`). Nothing but this machine is contacted.
 * A provider without a name is a usage error, whose hint lists the local models there are.
 */
export async function chooseModel(options: ChooseOptions): Promise<ModelChoice> {
  const wishes = wishesOf(options)
  const first = decideModel(wishes)
  const decision =
    first.kind === 'look' ? decideModel({ ...wishes, localServers: await lookAround(options) }) : first
  return carryOut(decision, options)
}

/**
 * Which model a command would ask and why, as `chooseModel` decides it, and the servers found on this machine. Nobody is asked, no
 * model is loaded, and nothing but this machine is contacted.
 */
export async function surveyModels(
  options: ChooseOptions,
): Promise<{ readonly decision: ModelDecision; readonly servers: readonly LocalServer[] }> {
  const servers = await lookAround(options)
  return { decision: decideModel({ ...wishesOf(options), localServers: servers }), servers }
}

/** The address at which a model would be asked. */
export function endpointOf(model: ModelName, settings: Settings, env: World['env']): Endpoint {
  return providerOf(model.provider).endpoint(settings, env)
}

/** Makes the model that a name means, without contacting anything. */
export function makeModel(model: ModelName, settings: Settings, world: World): Model {
  const provider = providerOf(model.provider)
  return provider.make(model.name, provider.endpoint(settings, world.env), settings, world)
}

/** The body of the request that a prompt becomes at a model, for `--show-payload`. */
export function requestBody(model: ModelName, prompt: Prompt, maxOutputTokens: number): object {
  return providerOf(model.provider).request(model.name, prompt, maxOutputTokens)
}

async function carryOut(decision: ModelDecision, options: ChooseOptions): Promise<ModelChoice> {
  const { settings, world } = options
  switch (decision.kind) {
    case 'use':
      return { model: await makeNamed(decision.model, options), reason: decision.reason, remember: null }
    case 'use-local':
      return useLocal(decision.model, decision.server, decision.reason, options)
    case 'confirm': {
      const model = makeModel(decision.model, settings, world)
      if (await options.confirm(decision.reason))
        return {
          model,
          reason: `You agreed to ask ${printModelName(decision.model)}.`,
          remember: consentKey(decision.model, model.endpoint),
        }
      return {
        model: null,
        reason: `Nothing is sent to ${model.endpoint}: it was not agreed to.`,
        remember: null,
      }
    }
    case 'unnamed':
      throw new NarrateError('usage', decision.reason, { hint: await nameHint(decision.provider, options) })
    case 'look':
    case 'none':
      return { model: null, reason: decision.reason, remember: null }
    default:
      return decision satisfies never
  }
}

async function useLocal(
  name: ModelName,
  server: LocalServer,
  reason: string,
  options: ChooseOptions,
): Promise<ModelChoice> {
  const { settings, world } = options
  const model = providerOf('local').make(name.name, server.endpoint, settings, world)
  const contextSize = await model.contextSize()
  if (world.signal.aborted)
    throw new NarrateError('cancelled', 'Cancelled while a local model was looked at.')
  if (contextSize !== null) return { model, reason, remember: null }
  return {
    model: null,
    reason: `${reason} It does not tell how long a prompt may be, so it is used only when named: --model ${printModelName(name)}.`,
    remember: null,
  }
}

/** A named model; a local one without an endpoint is sought among the servers that run here. */
async function makeNamed(model: ModelName, options: ChooseOptions): Promise<Model> {
  const { settings, world } = options
  if (model.provider === 'local' && ownEndpoints(settings, world.env).length === 0) {
    const servers = await lookAround(options)
    const server =
      servers.find((each) => each.models.some((served) => served.name === model.name)) ??
      servers.find((each) => each.models.some((served) => served.name === `${model.name}:latest`))
    const only = servers.length === 1 ? servers[0] : undefined
    const endpoint = (server ?? only)?.endpoint
    if (endpoint !== undefined) return providerOf('local').make(model.name, endpoint, settings, world)
  }
  return makeModel(model, settings, world)
}

async function nameHint(provider: string, options: ChooseOptions): Promise<string> {
  if (provider !== 'local') return `Write ${provider}/NAME, with a name from the provider’s list of models.`
  const names = (await lookAround(options)).flatMap((server) => server.models.map((model) => model.name))
  return names.length === 0
    ? 'Write local/NAME. No model server was found on this machine to list names.'
    : `Write ${names
        .slice(0, 8)
        .map((name) => `local/${name}`)
        .join(', ')}${names.length > 8 ? ', …' : ''}.`
}

function lookAround(options: ChooseOptions): Promise<readonly LocalServer[]> {
  return findLocalServers({
    endpoints: ownEndpoints(options.settings, options.world.env),
    world: options.world,
    ...(options.ports === undefined ? {} : { ports: options.ports }),
  })
}

function wishesOf(options: ChooseOptions): Wishes {
  const { settings, world } = options
  return {
    flag: options.flag,
    noModel: options.noModel,
    settingsModel: settings.model ?? null,
    env: world.env,
    providers: PROVIDERS.map((provider) => provider.name),
    place: (model) => {
      const endpoint = providerOf(model.provider).endpoint(settings, world.env)
      return { endpoint: endpoint.shown, isLocal: endpoint.isLocal && !isCloudModel(model.name) }
    },
    isTerminal: world.stdin.isTerminal && world.stderr.isTerminal,
    yes: options.yes,
    rememberedConsent: options.rememberedConsent,
    localServers: null,
  }
}

/** The endpoint of narrate.yaml, then that of the environment where it is this machine. */
function ownEndpoints(settings: Settings, env: World['env']): readonly Endpoint[] {
  const written =
    settings.endpoint === undefined ? [] : [parseEndpoint(settings.endpoint, 'endpoint in narrate.yaml')]
  const fromEnvironment = localEndpoint(env.OPENAI_BASE_URL ?? '')
  return fromEnvironment === null ? written : [...written, fromEnvironment]
}

// A key goes only to the address it was set for: NARRATE_API_KEY to the endpoint that narrate.yaml or the environment
// names, OPENAI_API_KEY to the one beside it in the environment, and none to a server that was merely found.
function localKey(endpoint: Endpoint, settings: Settings, env: World['env']): string | null {
  const isAt = (other: Endpoint): boolean => other.url === endpoint.url
  const own = keyFrom(env.NARRATE_API_KEY)
  if (own !== null && ownEndpoints(settings, env).some(isAt)) return own
  const besideKey = localEndpoint(env.OPENAI_BASE_URL ?? '')
  return besideKey !== null && isAt(besideKey) ? keyFrom(env.OPENAI_API_KEY) : null
}

function providerOf(name: string): Provider {
  const provider = PROVIDERS.find((each) => each.name === name)
  if (provider === undefined) throw new Error(`There is no provider ${name}.`)
  return provider
}
