import { printModelName } from '../../models/model-name.ts'
import { endpointOf, surveyModels } from '../../models/registry.ts'
import { keyFrom, keyTrouble } from '../../models/sdk-options.ts'
import type { World } from '../../world.ts'
import { readConsents } from '../consent-file.ts'
import type { Project } from '../find-project.ts'
import type { GlobalOptions } from '../options.ts'
import { type Check, ok, trouble, warning } from './check.ts'

/** Variables that hold what nobody may see; nothing but their names is ever told. */
const KEYS: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'OPENAI_API_KEY',
  'NARRATE_API_KEY',
  'MLFLOW_TRACKING_PASSWORD',
  'MLFLOW_TRACKING_TOKEN',
  'DATABRICKS_TOKEN',
  'DATABRICKS_CLIENT_SECRET',
  'WANDB_API_KEY',
]

/** Which keys the environment holds, by the names of their variables. */
export function checkKeys({ env }: World): Check {
  const set = KEYS.filter((name) => keyFrom(env[name]) !== null)
  const faulty = set.filter((name) => keyTrouble(keyFrom(env[name]), name, '') !== null)
  if (faulty.length > 0)
    return warning(
      'keys',
      `${faulty.join(' and ')} ${faulty.length === 1 ? 'holds' : 'hold'} a character that no key has, such as a space`,
      `Set ${faulty.length === 1 ? 'it' : 'them'} anew.`,
    )
  return ok('keys', set.length === 0 ? 'none is set' : `set: ${set.join(', ')} (a key alone sends nothing)`)
}

/** The model that a command would ask, where, and the servers of this machine. Nothing elsewhere is contacted. */
export async function checkModel(
  project: Project,
  options: GlobalOptions,
  world: World,
): Promise<readonly Check[]> {
  const { settings } = project
  const { decision, servers } = await surveyModels({
    flag: typeof options.model === 'string' ? options.model : null,
    noModel: options.model === false,
    yes: true,
    settings,
    world,
    rememberedConsent: await readConsents(project.root),
    confirm: async () => false,
  })
  const local =
    servers.length === 0
      ? ok('local models', 'no model server was found on this machine')
      : ok(
          'local models',
          servers
            .map(
              ({ software, endpoint, models }) =>
                `${software} at ${endpoint.shown} with ${models.length === 1 ? 'one model' : `${models.length} models`}`,
            )
            .join('; '),
        )
  const reason = decision.reason.replace(/\.$/, '')
  switch (decision.kind) {
    case 'use': {
      const endpoint = endpointOf(decision.model, settings, world.env)
      const missing = keyOf(decision.model.provider)
      if (missing?.every((name) => keyFrom(world.env[name]) === null))
        return [
          trouble(
            'model',
            `${reason}, and there is no key for it`,
            `Set ${missing[0]}, or use --no-model: documents are then written without a model.`,
            1,
          ),
          local,
        ]
      if (endpoint.isLocal && servers.length === 0)
        return [
          trouble(
            'model',
            `${reason}, and no model server answers on this machine`,
            'Start it, or use --no-model: documents are then written without a model.',
            1,
          ),
          local,
        ]
      const where = endpoint.isLocal ? 'on this machine' : 'which is elsewhere and was not asked'
      return [ok('model', `${reason}, at ${endpoint.shown}, ${where}`), local]
    }
    case 'use-local':
      return [ok('model', `${printModelName(decision.model)}: ${reason}`), local]
    case 'unnamed':
      return [trouble('model', reason, `Write ${decision.provider}/NAME, or none.`, 2), local]
    case 'confirm':
    case 'look':
    case 'none':
      return [ok('model', `none: ${reason}`), local]
    default:
      return decision satisfies never
  }
}

function keyOf(provider: string): readonly string[] | null {
  if (provider === 'anthropic') return ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN']
  return provider === 'openai' ? ['OPENAI_API_KEY'] : null
}

/** To which models the user agreed to send. */
export async function checkConsent({ root }: Project): Promise<Check> {
  const agreed = await readConsents(root)
  return ok(
    'consent',
    agreed.length === 0
      ? 'nothing was agreed to at the terminal'
      : `agreed at the terminal to send to ${agreed.join(', ')}`,
  )
}
