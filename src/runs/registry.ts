import type { RunSourceKind } from './run-source.ts'
import { aide } from './sources/aide/aide.ts'
import { comet } from './sources/comet/comet.ts'
import { console } from './sources/console/console.ts'
import { dspy } from './sources/dspy/dspy.ts'
import { dvc } from './sources/dvc/dvc.ts'
import { folders } from './sources/folders/folders.ts'
import { gepa } from './sources/gepa/gepa.ts'
import { langwatch } from './sources/langwatch/langwatch.ts'
import { ledger } from './sources/ledger/ledger.ts'
import { mlflow } from './sources/mlflow/mlflow.ts'
import { neptune } from './sources/neptune/neptune.ts'
import { optuna } from './sources/optuna/optuna.ts'
import { tensorboard } from './sources/tensorboard/tensorboard.ts'
import { trainer } from './sources/trainer/trainer.ts'
import { wandb } from './sources/wandb/wandb.ts'
import { weave } from './sources/weave/weave.ts'

/** Every kind of run log that narrate can read. */
export const RUN_SOURCE_KINDS: readonly RunSourceKind[] = [
  mlflow,
  wandb,
  tensorboard,
  trainer,
  optuna,
  gepa,
  dspy,
  aide,
  dvc,
  comet,
  neptune,
  weave,
  langwatch,
  folders,
  ledger,
  console,
]
