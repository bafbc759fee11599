import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { LocalServer, ServedModel } from './local-server.ts'
import { type ModelName, parseModelName, printModelName } from './model-name.ts'

/** All that decides which model is asked. */
export interface Wishes {
  /** `--model`. */
  readonly flag: string | null
  /** `--no-model`. */
  readonly noModel: boolean
  /** `model` of narrate.yaml. */
  readonly settingsModel: string | null
  /** `NARRATE_MODEL` may name a model; keys are only looked for, to say what they do not do. */
  readonly env: World['env']
  readonly providers: readonly string[]
  /** Where a model would be asked: its address, and whether that is this machine. */
  readonly place: (model: ModelName) => { readonly endpoint: string; readonly isLocal: boolean }
  readonly isTerminal: boolean
  /** `--yes`: no question is asked, and none counts as answered. */
  readonly yes: boolean
  /** What the user agreed to before, by `consentKey`. */
  readonly rememberedConsent: readonly string[]
  /** The servers found on this machine; null where they were not looked for yet. */
  readonly localServers: readonly LocalServer[] | null
}

/**
 * `use`: consent was given, or the prompt stays on this machine. `confirm`: ask the user, once. `look`: look for local
 * servers and decide again. `unnamed`: a provider was named without a model. Each with its reason, in a sentence.
 */
export type ModelDecision =
  | { readonly kind: 'use'; readonly model: ModelName; readonly reason: string }
  | {
      readonly kind: 'use-local'
      readonly model: ModelName
      readonly server: LocalServer
      readonly reason: string
    }
  | { readonly kind: 'confirm'; readonly model: ModelName; readonly reason: string }
  | { readonly kind: 'look'; readonly reason: string }
  | { readonly kind: 'unnamed'; readonly provider: string; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Which model may be asked. A remote one only where it was named by `--model` or narrate.yaml, or the user agreed; a key
 * in the environment, `--yes` and a missing terminal never consent. A model on this machine may be used by itself.
 */
export function decideModel(wishes: Wishes): ModelDecision {
  if (wishes.noModel) {
    if (wishes.flag !== null && wishes.flag.trim() !== 'none')
      throw new NarrateError('usage', '--model and --no-model exclude each other.', {
        hint: 'Give one of them.',
      })
    return { kind: 'none', reason: '--no-model was given.' }
  }
  if (wishes.flag !== null) return decideNamed(wishes.flag, '--model', wishes)
  if (wishes.settingsModel !== null) return decideNamed(wishes.settingsModel, 'narrate.yaml', wishes)
  const fromEnvironment = wishes.env.NARRATE_MODEL?.trim() ?? ''
  if (fromEnvironment !== '') return decideUnconfirmed(fromEnvironment, wishes)
  if (wishes.localServers === null)
    return { kind: 'look', reason: 'No model was named: one may run on this machine.' }
  return decideLocal(wishes.localServers, wishes.env)
}

/** What is remembered of a consent: the provider and its address, so that another address is asked about anew. */
export function consentKey(model: ModelName, endpoint: string): string {
  return `${model.provider} at ${endpoint}`
}

function decideNamed(text: string, from: string, wishes: Wishes): ModelDecision {
  const parsed = parseModelName(text, from, wishes.providers)
  switch (parsed.kind) {
    case 'none':
      return { kind: 'none', reason: `${from} says none.` }
    case 'unnamed':
      return {
        kind: 'unnamed',
        provider: parsed.provider,
        reason: `${from} names the provider ${parsed.provider} without a model.`,
      }
    case 'named':
      return { kind: 'use', model: parsed.model, reason: `${from} names ${printModelName(parsed.model)}.` }
    default:
      return parsed satisfies never
  }
}

function decideUnconfirmed(text: string, wishes: Wishes): ModelDecision {
  const named = decideNamed(text, 'NARRATE_MODEL', wishes)
  if (named.kind !== 'use') return named
  const { model } = named
  const { endpoint, isLocal } = wishes.place(model)
  const told = `NARRATE_MODEL names ${printModelName(model)}`
  if (isLocal) return { kind: 'use', model, reason: `${told}, which runs on this machine.` }
  if (wishes.rememberedConsent.includes(consentKey(model, endpoint)))
    return { kind: 'use', model, reason: `${told}, and sending to ${endpoint} was agreed to before.` }
  if (wishes.isTerminal && !wishes.yes)
    return {
      kind: 'confirm',
      model,
      reason: `${told}: the runs' figures and your notes would be sent to ${endpoint}.`,
    }
  const silence = wishes.yes ? '--yes' : 'a missing terminal'
  return {
    kind: 'none',
    reason: `${told}, but neither the environment nor ${silence} consents to sending: name it by --model or in narrate.yaml.`,
  }
}

function decideLocal(servers: readonly LocalServer[], env: World['env']): ModelDecision {
  const unclear: string[] = []
  for (const server of servers) {
    const served = chooseServed(server)
    if (served !== null) {
      const model = { provider: 'local', name: served.name }
      return {
        kind: 'use-local',
        model,
        server,
        reason: `${served.name} runs on this machine, at ${server.endpoint.shown} (${server.software}).`,
      }
    }
    unclear.push(describeChoice(server))
  }
  if (unclear.length > 0) return { kind: 'none', reason: unclear.join(' ') }
  const key = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'OPENAI_API_KEY'].find((name) => env[name])
  if (key === undefined)
    return { kind: 'none', reason: 'No model was named, and no model server was found on this machine.' }
  const provider = key.startsWith('ANTHROPIC') ? 'anthropic' : 'openai'
  return {
    kind: 'none',
    reason: `No model was named. ${key} is set, but a key alone sends nothing: name a model by --model ${provider}/NAME.`,
  }
}

/** The model that a server clearly means: the only one loaded, or the only one there is; never one that is elsewhere. */
function chooseServed(server: LocalServer): ServedModel | null {
  const here = server.models.filter((model) => !model.isRemote)
  const loaded = here.filter((model) => model.isLoaded)
  const candidates = loaded.length > 0 ? loaded : here
  return candidates.length === 1 ? (candidates[0] ?? null) : null
}

function describeChoice(server: LocalServer): string {
  const at = `${server.software} at ${server.endpoint.shown}`
  const names = server.models.filter((model) => !model.isRemote).map((model) => model.name)
  if (names.length === 0) return `${at} has no model that runs on this machine.`
  const more = names.length > 5 ? `, … (${names.length} in all)` : ''
  return `${at} has several models: name one by --model local/NAME (${names.slice(0, 5).join(', ')}${more}).`
}
