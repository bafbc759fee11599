import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const START = 1_762_000_000
const EARLY =
  '{"best_metric": 0.5, "epoch": 1.0, "global_step": 10, "max_steps": 20, "log_history": [{"epoch": 1.0, "loss": 1.5, "step": 10}, {"epoch": 1.0, "eval_loss": 1.25, "step": 10}]}\n'
const LATE = `{
  "best_metric": 0.25,
  "epoch": 2.0,
  "global_step": 20,
  "log_history": [
    {"epoch": 1.0, "loss": 1.5, "step": 10},
    {"epoch": 1.0, "eval_loss": 1.25, "step": 10},
    {"epoch": 2.0, "grad_norm": NaN, "loss": 0.75, "step": 20},
    {"epoch": 2.0, "train_runtime": 61.5, "step": 20}
  ],
  "max_steps": 20,
  "train_batch_size": 8,
  "trial_params": {"learning_rate": 1e-05}
}
`
const ADAPTER = '{"r": 16, "peft_type": "LORA", "target_modules": ["q", "v"], "revision": null}\n'

const events = (seconds: number) => `runs/Nov01_12-00-00_box/events.out.tfevents.${seconds}.box.1.0`

async function writeTrainings(folder: string): Promise<string> {
  await write(join(folder, 'outputs'), {
    'base/trainer_state.json': LATE,
    'base/all_results.json': '{"epoch": 2.0, "perplexity": 3.5, "train_runtime": 61.5}\n',
    [`base/${events(START)}`]: '',
    'base/model.txt': 'weights',
    'lora/checkpoint-10/trainer_state.json': EARLY,
    'lora/checkpoint-20/trainer_state.json': LATE,
    'lora/checkpoint-20/adapter_config.json': ADAPTER,
    'lora/checkpoint-20/weights.txt': 'w',
    [`lora/${events(START + 60)}`]: '',
    'short/checkpoint-10/trainer_state.json': EARLY,
    [`short/${events(START + 120)}`]: '',
  })
  return join(folder, 'outputs')
}

const about = (name: string, startedAt: number) => ({
  key: `logs:${name}`,
  id: name,
  name,
  experiment: { id: '.', name: 'outputs' },
  user: null,
  startedAt: startedAt * 1000,
  endedAt: null,
  parent: null,
})
const EVALUATED = { eval_loss: [[10, 1.25]] } as const
const WHOLE = {
  ...EVALUATED,
  loss: [
    [10, 1.5],
    [20, 0.75],
  ],
  grad_norm: [[20, Number.NaN]],
  train_runtime: [[20, 61.5]],
} as const
const SETTINGS = { max_steps: '20', train_batch_size: '8', 'trial_params.learning_rate': '1e-05' }
const LATE_TAGS = { best_metric: '0.25', epoch: '2.0', global_step: '20' }

runSourceContract('the Hugging Face Trainer', {
  kind: trainer,
  alias: 'logs',
  write: async (folder) => {
    const outputs = await writeTrainings(folder)
    await write(outputs, {
      'base/trainer_state.json': LATE.replace(
        '{"epoch": 2.0, "train_runtime"',
        '{"epoch": 1.5, "loss": 1.0, "step": 15}, {"epoch": 2.0, "train_runtime"',
      ),
    })
    return outputs
  },
  runs: [
    {
      ...about('base', START),
      status: 'finished',
      params: SETTINGS,
      tags: LATE_TAGS,
      metrics: {
        ...WHOLE,
        loss: [
          [10, 1.5],
          [15, 1],
          [20, 0.75],
        ],
        perplexity: [[null, 3.5]],
      },
      artifacts: { 'model.txt': 'weights' },
    },
    {
      ...about('lora', START + 60),
      status: 'finished',
      params: {
        ...SETTINGS,
        'adapter.r': '16',
        'adapter.peft_type': 'LORA',
        'adapter.target_modules': '["q","v"]',
      },
      tags: LATE_TAGS,
      metrics: WHOLE,
      artifacts: { 'checkpoint-20/weights.txt': 'w' },
    },
    {
      ...about('short', START + 120),
      status: 'unknown',
      params: { max_steps: '20' },
      tags: { best_metric: '0.5', epoch: '1.0', global_step: '10' },
      metrics: { ...EVALUATED, loss: [[10, 1.5]] },
    },
  ],
})

damageSuite('the Hugging Face Trainer', {
  kind: trainer,
  write: writeTrainings,
  mostCuts: 100,
  flips: 200,
  unshown: (['missing', 'linked'] as const).map((damage) => ({
    damage,
    file: /checkpoint-20/,
    wrong: /^tag /,
    because: 'without its newest checkpoint a run looks like one that got no further',
  })),
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    await write(join(folder, 'a'), {
      'trainer_state.json': `{"global_step": 1, "trial_name": ${text}, "trial_params": {${text}: ${text}}, "log_history": [{"step": 1, ${text}: 0.5}]}`,
    })
    return folder
  },
})

const look = async (root: string) => readEverything(trainer, root, plainWorld(root))

describe('trainings of the Hugging Face Trainer', () => {
  it('are one run with all their checkpoints, and the newest that can be read tells it', async () => {
    const root = await temporaryFolder({
      'out/checkpoint-9/trainer_state.json': EARLY,
      'out/checkpoint-10/trainer_state.json': EARLY,
      'out/checkpoint-100/trainer_state.json': LATE.slice(0, 300),
    })
    const { runs, gaps } = await look(root)
    expect([...runs.keys()]).toEqual(['logs:out'])
    expect(gaps[0]).toEqual({
      kind: 'gap',
      what: 'trainer state',
      where: 'out/checkpoint-100/trainer_state.json',
      why: 'it ends too early',
    })
    expect(runs.get('logs:out')?.run.tags.get('global_step')).toBe('10')
    expect(runs.get('logs:out')?.run.origins.run.file).toBe('out/checkpoint-10/trainer_state.json')
  })

  it('never have their pickled arguments loaded, which is told', async () => {
    const root = await temporaryFolder({
      'out/trainer_state.json': LATE,
      'out/training_args.bin': 'PK',
    })
    const { runs } = await look(root)
    expect(runs.get('logs:out')?.run.gaps).toEqual([
      {
        kind: 'gap',
        what: 'hyperparameters',
        where: 'out/training_args.bin',
        why: 'they are kept in a pickle, which is never loaded',
      },
    ])
  })

  it('say which metric holds what is no number', async () => {
    const root = await temporaryFolder({
      'out/trainer_state.json': LATE.replace('"loss": 0.75', '"loss": null, "matrix": [[1]]'),
    })
    const { runs } = await look(root)
    expect(runs.get('logs:out')?.run.gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'metric loss: one of its values is no number',
      'metric matrix: one of its values is no number',
    ])
  })

  it('are a run when a checkpoint alone is named', async () => {
    const root = await temporaryFolder({ 'out/checkpoint-20/trainer_state.json': LATE })
    const { runs } = await look(join(root, 'out/checkpoint-20'))
    expect([...runs.values()].map(({ run }) => [run.key, run.name])).toEqual([['logs:.', 'checkpoint-20']])
  })
})
