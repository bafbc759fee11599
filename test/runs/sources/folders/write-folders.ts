import { join } from 'node:path'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import { write } from '../../../support/write-files.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 10, 2, 9)
const ARTIFACTS = {
  'model.pkl': 'weights',
  'plots/roc.txt': 'a plot\nof two lines\n',
  'requirements.txt': 'xgboost\n',
}

const CHURN = '.specweave/increments/0042-churn/experiments'
const FORECAST = '.specweave/increments/0043-forecast/experiments'

/** A project with two increments, as SpecWeave's tracker leaves it. */
export async function writeFolders(folder: string): Promise<string> {
  await write(folder, {
    [`${CHURN}/comparison.md`]: '| Experiment | Accuracy |\n|---|---|\n| exp-001-baseline | 0.99 |\n',
    [`${CHURN}/exp-001-baseline/params.json`]:
      '{"strategy": "most_frequent", "seed": 123456789012345678, "lr": 1e-05, "split": {"test": 0.20, "folds": [1, 2]}, "__proto__": "x"}',
    [`${CHURN}/exp-001-baseline/metrics.json`]:
      '{"accuracy": 0.65, "loss": [0.9, NaN, 0.5, 0.25], "val": {"auc": {"value": 0.71, "step": 40}}}',
    [`${CHURN}/exp-001-baseline/metadata.yaml`]: `name: exp-001-baseline
description: |
  Random classifier,
  to beat.
tags: [baseline, "v1"]
git_commit: a3b8c9d
data_version: v2024-01
author: ana
status: completed
started_at: 2026-11-02T09:00:00Z
ended_at: 2026-11-02T09:01:00Z
python_version: 3.10
`,
    [`${CHURN}/xgboost-tuned-depth6-lr0.1/params.json`]: '{"depth": 6}\n',
    [`${CHURN}/xgboost-tuned-depth6-lr0.1/metrics.json`]:
      '{"accuracy": 0.87, "loss": [{"value": Infinity, "step": 1}, {"value": 0.125, "step": 2}]}\n',
    [`${CHURN}/xgboost-tuned-depth6-lr0.1/metadata.yaml`]: `author: ben
started_at: 2026-11-03 09:00:00
ended_at: 2026-11-03 10:00:00
`,
    ...Object.fromEntries(
      Object.entries(ARTIFACTS).map(([name, text]) => [`${CHURN}/xgboost-tuned-depth6-lr0.1/${name}`, text]),
    ),
    [`${FORECAST}/neural-net-attempt/params.json`]: '{}\n',
    [`${FORECAST}/neural-net-attempt/metadata.yaml`]: `status: failed
author: ana
started_at: 1793782800
notes:
  - "FAILED: out of memory"
  - "Reason: batch too big"
`,
  })
  return join(folder, '.specweave', 'increments')
}

/** What must be read of it. */
export const foldersRuns: readonly ExpectedRun[] = [
  {
    key: 'logs:0042-churn/experiments/exp-001-baseline',
    id: '0042-churn/experiments/exp-001-baseline',
    name: 'exp-001-baseline',
    experiment: { id: '0042-churn', name: '0042-churn' },
    user: 'ana',
    status: 'finished',
    startedAt: START,
    endedAt: START + 60_000,
    parent: null,
    params: {
      strategy: 'most_frequent',
      seed: '123456789012345678',
      lr: '1e-05',
      'split.test': '0.20',
      'split.folds': '[1,2]',
      ['__proto__']: 'x',
    },
    tags: { tags: 'baseline, v1', python_version: '3.10' },
    metrics: {
      accuracy: [[null, 0.65]],
      loss: [
        [0, 0.9],
        [1, Number.NaN],
        [2, 0.5],
        [3, 0.25],
      ],
      'val.auc': [[40, 0.71]],
    },
  },
  {
    key: 'logs:0042-churn/experiments/xgboost-tuned-depth6-lr0.1',
    id: '0042-churn/experiments/xgboost-tuned-depth6-lr0.1',
    name: 'xgboost-tuned-depth6-lr0.1',
    experiment: { id: '0042-churn', name: '0042-churn' },
    user: 'ben',
    status: 'finished',
    startedAt: START + DAY,
    endedAt: START + DAY + 3_600_000,
    parent: null,
    params: { depth: '6' },
    tags: {},
    metrics: {
      accuracy: [[null, 0.87]],
      loss: [
        [1, Number.POSITIVE_INFINITY],
        [2, 0.125],
      ],
    },
    artifacts: ARTIFACTS,
  },
  {
    key: 'logs:0043-forecast/experiments/neural-net-attempt',
    id: '0043-forecast/experiments/neural-net-attempt',
    name: 'neural-net-attempt',
    experiment: { id: '0043-forecast', name: '0043-forecast' },
    user: 'ana',
    status: 'failed',
    startedAt: START + 2 * DAY,
    endedAt: null,
    parent: null,
    params: {},
    tags: {},
    metrics: {},
  },
]
