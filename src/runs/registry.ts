import type { RunSourceKind } from './run-source.ts'
import { folders } from './sources/folders/folders.ts'
import { ledger } from './sources/ledger/ledger.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { trainer } from './sources/trainer/trainer.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [mlflow, folders, ledger, trainer]
