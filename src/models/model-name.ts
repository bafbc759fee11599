import { NarrateError } from '../errors.ts'

/** A model as `--model` and narrate.yaml name it: `provider/name`. The name itself may hold slashes. */
export interface ModelName {
  readonly provider: string
  readonly name: string
}

/** `none`: no model is wanted. `unnamed`: a provider without a name; which names it has, only the provider knows. */
export type ParsedModelName =
  | { readonly kind: 'none' }
  | { readonly kind: 'named'; readonly model: ModelName }
  | { readonly kind: 'unnamed'; readonly provider: string }

/**
 * Reads `provider/name`, `provider` or `none`. `from` says where it stood (`--model`, `narrate.yaml`), and `providers`
 * which there are. An unknown provider is a usage error.
 */
export function parseModelName(text: string, from: string, providers: readonly string[]): ParsedModelName {
  const written = text.trim()
  if (written === 'none') return { kind: 'none' }
  const slash = written.indexOf('/')
  const provider = slash === -1 ? written : written.slice(0, slash)
  const name = slash === -1 ? '' : written.slice(slash + 1).trim()
  if (!providers.includes(provider))
    throw new NarrateError(
      'usage',
      `${from} names the model ${JSON.stringify(written)}, of no known provider.`,
      {
        hint: `Write provider/name, where the provider is ${providers.join(', ')}; or none.`,
      },
    )
  return name === '' ? { kind: 'unnamed', provider } : { kind: 'named', model: { provider, name } }
}

/** `provider/name`, as it is written after `--model`. */
export function printModelName(model: ModelName): string {
  return `${model.provider}/${model.name}`
}
