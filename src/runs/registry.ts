import type { RunSourceKind } from './run-source.ts'
import { folders } from './sources/folders/folders.ts'
import { gepa } from './sources/gepa/gepa.ts'
import { ledger } from './sources/ledger/ledger.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { optuna } from './sources/optuna/optuna.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [mlflow, optuna, gepa, folders, ledger]
