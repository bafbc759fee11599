import { localEndpoint } from '../models/endpoint.ts'
import { isDatabaseServer } from '../runs/database-server.ts'
import { parseLocation } from '../runs/sources/mlflow/location.ts'
import { wandbAddress } from '../runs/wandb-address.ts'
import type { World } from '../world.ts'

/** A place that the environment names: which variable, the place as a location, and the kind of log that lies there. */
export interface NamedPlace {
  readonly variable: string
  readonly location: string
  readonly kind: string
}

/**
 * Variables that trackers themselves obey and that name where they write, each with the kind of log that lies there.
 * MLFLOW_TRACKING_URI: MLflow. WANDB_DIR: the folder in which W&B makes its `wandb`. OPTUNA_STORAGE: the URL that Optuna's command line
 * takes where no `--storage` is given. TENSORBOARD_LOGGING_DIR: where the Trainer of transformers writes its event files.
 */
const PLACES: readonly { readonly variable: string; readonly kind: string }[] = [
  { variable: 'MLFLOW_TRACKING_URI', kind: 'mlflow' },
  { variable: 'WANDB_DIR', kind: 'wandb' },
  { variable: 'OPTUNA_STORAGE', kind: 'optuna' },
  { variable: 'TENSORBOARD_LOGGING_DIR', kind: 'tensorboard' },
]

/** The places that variables of trackers name, in that order; a project on a W&B server where both its entity and its name are told. */
export function namedPlaces({ env }: Pick<World, 'env'>): readonly NamedPlace[] {
  const places = PLACES.flatMap(({ variable, kind }): readonly NamedPlace[] => {
    const location = textOf(env[variable])
    return location === null ? [] : [{ variable, location, kind }]
  })
  const [entity, project] = [textOf(env.WANDB_ENTITY), textOf(env.WANDB_PROJECT)]
  const isOnline = !/^(offline|disabled|dryrun)$/i.test(textOf(env.WANDB_MODE) ?? '')
  const location = `wandb://${entity}/${project}`
  return entity === null || project === null || !isOnline || wandbAddress(location, env) === null
    ? places
    : [...places, { variable: 'WANDB_ENTITY and WANDB_PROJECT', location, kind: 'wandb' }]
}

/** The experiment that MLflow logs to next, by MLFLOW_EXPERIMENT_NAME or MLFLOW_EXPERIMENT_ID; null where neither is set. */
export function namedExperiment({ env }: Pick<World, 'env'>): string | null {
  return textOf(env.MLFLOW_EXPERIMENT_NAME) ?? textOf(env.MLFLOW_EXPERIMENT_ID)
}

/** Whether a location is a server on another machine that can be asked: no database server is. */
export function isElsewhere(location: string, { cwd, env }: Pick<World, 'cwd' | 'env'>): boolean {
  if (isDatabaseServer(location)) return false
  const address = wandbAddress(location, env)
  if (address !== null) return localEndpoint(address.base) === null
  return parseLocation(location, cwd).kind === 'service' && localEndpoint(location) === null
}

function textOf(written: string | undefined): string | null {
  const value = written?.trim() ?? ''
  return value === '' ? null : value
}
