import type { RunSourceKind } from './run-source.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { wandb } from './sources/wandb/wandb.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [mlflow, wandb]
