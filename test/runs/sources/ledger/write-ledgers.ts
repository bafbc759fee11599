import { join } from 'node:path'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import { write } from '../../../support/write-files.ts'

const PROGRAM = '{"prompt": "Answer in one word."}'

/** A ledger as a small logging function leaves it, with promotions: names come twice, one line holds two objects, Python's NaN stands in it. */
export async function writeJsonLedger(parent: string): Promise<string> {
  const folder = join(parent, 'prompts')
  await write(folder, {
    'experiments.jsonl': `${[
      '{"name": "bootstrap-4demos", "optimizer": "BootstrapFewShot", "optimizer_config": {"max_bootstrapped_demos": 4}, "model": "openai/gpt-4o-mini", "trainset_size": 200, "devset_size": 50, "metric": "answer_quality", "score": 0.71, "baseline_score": 0.65, "author": "ana", "duration_minutes": 12, "artifact_path": "artifacts/bootstrap.json", "timestamp": "2026-11-02T09:12:00"}',
      '{"name": "mipro-medium", "optimizer": "MIPROv2", "optimizer_config": {"auto": "medium", "seed": 123456789012345678}, "model": "openai/gpt-4o-mini", "trainset_size": 200, "devset_size": 50, "metric": "answer_quality", "score": 0.84, "baseline_score": 0.65, "author": "ana", "history": {"score": [0.65, 0.7, NaN, 0.84]}, "notes": "Best so far.", "timestamp": "2026-11-03T09:00:00.250000"} {"name": "mipro-medium", "optimizer": "MIPROv2", "optimizer_config": {"auto": "medium"}, "model": "openai/gpt-4o-mini", "trainset_size": 400, "devset_size": 50, "metric": "answer_quality", "score": NaN, "baseline_score": 0.65, "author": "ben", "error": "ValueError: no demos", "timestamp": "2026-11-04T09:00:00"}',
    ].join('\n')}\n`,
    'promotions.jsonl':
      '{"event": "promotion", "experiment_name": "bootstrap-4demos", "score": 0.71, "source_artifact": "artifacts/bootstrap.json", "production_path": "production/optimized.json", "timestamp": "2026-11-02T10:00:00"}\n{"event": "promotion", "experiment_name": "mipro-medium", "score": 0.84, "production_path": "production/optimized.json", "timestamp": "2026-11-03T10:00:00"}\n',
    'artifacts/bootstrap.json': PROGRAM,
  })
  return join(folder, 'experiments.jsonl')
}

/** What must be read of it; the ledger's folder names the experiment. */
export function jsonLedgerRuns(folderName: string): readonly ExpectedRun[] {
  const experiment = { id: '.', name: folderName }
  const params = {
    model: 'openai/gpt-4o-mini',
    metric: 'answer_quality',
    devset_size: '50',
    trainset_size: '200',
  }
  return [
    {
      key: 'logs:bootstrap-4demos',
      id: 'bootstrap-4demos',
      name: 'bootstrap-4demos',
      experiment,
      user: 'ana',
      status: 'finished',
      startedAt: Date.UTC(2026, 10, 2, 9),
      endedAt: Date.UTC(2026, 10, 2, 9, 12),
      parent: null,
      params: { ...params, optimizer: 'BootstrapFewShot', 'optimizer_config.max_bootstrapped_demos': '4' },
      tags: { artifact_path: 'artifacts/bootstrap.json' },
      metrics: { score: [[null, 0.71]], baseline_score: [[null, 0.65]], duration_minutes: [[null, 12]] },
      artifacts: { 'artifacts/bootstrap.json': PROGRAM },
    },
    {
      key: 'logs:mipro-medium',
      id: 'mipro-medium',
      name: 'mipro-medium',
      experiment,
      user: 'ana',
      status: 'finished',
      startedAt: Date.UTC(2026, 10, 3, 9, 0, 0, 250),
      endedAt: null,
      parent: null,
      params: {
        ...params,
        optimizer: 'MIPROv2',
        'optimizer_config.auto': 'medium',
        'optimizer_config.seed': '123456789012345678',
      },
      tags: {},
      metrics: {
        score: [[null, 0.84]],
        baseline_score: [[null, 0.65]],
        'history.score': [
          [0, 0.65],
          [1, 0.7],
          [2, Number.NaN],
          [3, 0.84],
        ],
      },
    },
    {
      key: 'logs:mipro-medium#2',
      id: 'mipro-medium#2',
      name: 'mipro-medium',
      experiment,
      user: 'ben',
      status: 'failed',
      startedAt: Date.UTC(2026, 10, 4, 9),
      endedAt: null,
      parent: null,
      params: { ...params, trainset_size: '400', optimizer: 'MIPROv2', 'optimizer_config.auto': 'medium' },
      tags: { error: 'ValueError: no demos' },
      metrics: { score: [[null, Number.NaN]], baseline_score: [[null, 0.65]] },
    },
  ]
}

/** A table of tabs as a loop that tries changes of its own code keeps it. */
export async function writeTable(folder: string): Promise<string> {
  await write(folder, {
    'results.tsv': `commit\tval_bpb\tbatch_size\tstatus\tdescription
3087aeb\t2.335670\t4\tkeep\tbaseline → 1.50, "broken"
81dd182\t2.494669\t4\tdiscard\tconstant WD = 0.1
8da6023\t0.000000\t8\tcrash\t
`,
  })
  return join(folder, 'results.tsv')
}

/** W&B's exports: the table of runs, and the chart of one metric of them. */
export async function writeWandbExports(folder: string): Promise<string> {
  await write(folder, {
    'wandb_export_table.csv': `"Name","State","Created","Runtime","Tags","lmbda","train/loss"
"a run, ""first""","finished","2026-11-20T23:44:40.000Z","30222","lr, sweep","0","0.0497"
"second","crashed","2026-11-20T23:25:02.000Z","42843","","1e-3","NaN"
`,
    'chart.csv': `"Step","second - train/loss","second - train/loss__MIN","second - train/loss__MAX","a - b - val/acc","a - b - val/acc__MIN","a - b - val/acc__MAX"
"0","0.4697","0.4697","0.4697","0.1","0.1","0.1"
"1","","","","0.2","0.2","0.2"
"2","0.426","0.426","0.426","NaN","NaN","NaN"
`,
  })
  return join(folder, 'wandb_export_table.csv')
}
