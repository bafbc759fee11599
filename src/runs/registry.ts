import type { RunSourceKind } from './run-source.ts'
import { aide } from './sources/aide/aide.ts'
import { console } from './sources/console/console.ts'
import { dvc } from './sources/dvc/dvc.ts'
import { folders } from './sources/folders/folders.ts'
import { gepa } from './sources/gepa/gepa.ts'
import { ledger } from './sources/ledger/ledger.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { optuna } from './sources/optuna/optuna.ts'
import { tensorboard } from './sources/tensorboard/tensorboard.ts'
import { trainer } from './sources/trainer/trainer.ts'
import { wandb } from './sources/wandb/wandb.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [
  mlflow,
  wandb,
  tensorboard,
  trainer,
  optuna,
  gepa,
  aide,
  dvc,
  folders,
  ledger,
  console,
]
