import type { RunSourceKind } from './run-source.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { tensorboard } from './sources/tensorboard/tensorboard.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [mlflow, tensorboard]
