import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

async function writeIdea(folder: string): Promise<string> {
  await write(join(folder, 'dual_scale'), {
    'notes.txt':
      "# Title: Dual scale\n## Run 3: Baseline\nResults: {'dino': 1}\nDescription: as it was.\n\n## Run 4: Two scales\nResults: {}\nIt helped.\n",
    'run_3/final_info.json': '{"dino": {"means": {"loss": 0.75}}}\n',
    'run_4/final_info.json':
      '{"dino": {"means": {"loss_mean": 0.5, "steps_mean": NaN}, "stderrs": {"loss_stderr": 0.125}}, "moons": {"means": {"loss_mean": 0.25}}}\n',
    'run_4/final_info_dino_0.json': '{"loss": 0.5}\n',
    'run_5/final_info.json': '{"dino": {"means": {"loss": 0.375}}}\n',
  })
  return join(folder, 'dual_scale')
}

const about = (name: string) => ({
  key: `logs:${name}`,
  id: name,
  name,
  experiment: { id: '.', name: 'dual_scale' },
  user: null,
  status: 'finished' as const,
  startedAt: null,
  endedAt: null,
  parent: null,
  params: {},
  tags: {},
})
const RUNS = [
  { ...about('run_3'), metrics: { 'dino/loss': [[null, 0.75]] } },
  {
    ...about('run_4'),
    metrics: {
      'dino/loss': [[null, 0.5]],
      'dino/loss_stderr': [[null, 0.125]],
      'dino/steps': [[null, Number.NaN]],
      'moons/loss': [[null, 0.25]],
    },
    artifacts: { 'final_info_dino_0.json': '{"loss": 0.5}\n' },
  },
  { ...about('run_5'), metrics: { 'dino/loss': [[null, 0.375]] } },
] as const

// The contract wants a metric of several points: a training lies beside the idea's runs.
runSourceContract('the AI Scientist', {
  kind: trainer,
  alias: 'logs',
  isUndated: true,
  write: async (folder) => {
    const idea = await writeIdea(folder)
    await write(idea, { 'zz/metrics.csv': 'step,loss,val_loss\n0,1,1\n1,0.5,2\n2,0.25,3\n' })
    return idea
  },
  runs: [
    ...RUNS,
    {
      ...about('zz'),
      status: 'unknown',
      metrics: {
        loss: [
          [0, 1],
          [1, 0.5],
          [2, 0.25],
        ],
        val_loss: [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
      },
    },
  ],
})

damageSuite('the AI Scientist', {
  kind: trainer,
  write: writeIdea,
  mostCuts: 120,
  flips: 150,
  unshown: (['cut', 'growing', 'encoded'] as const).map((damage) => ({
    damage,
    file: /notes\.txt$/,
    wrong: /^note /,
    because: 'a plain text may end anywhere, and go on with anything',
  })),
})

describe('runs of the AI Scientist', () => {
  it('give nested results, and tell those that are null once', async () => {
    const root = await temporaryFolder({
      'run_1/final_info.json':
        '{"grok": {"means": {"scores": {"mean": 0.5, "std": 0.25}, "a_mean": null, "b_mean": null, "c_mean": null, "d_mean": null}, "stderrs": {"a_stderr": null}}, "one": {"means": {"x": null, "y": "high"}}}',
      'run_2/final_info.json': '{"grok": {"means": {"x": 1, "y": null}}}',
    })
    const { runs, gaps } = await readEverything(trainer, root, plainWorld(root))
    expect([...(runs.get('logs:run_1')?.run.metrics.keys() ?? [])]).toEqual([
      'grok/scores.mean',
      'grok/scores.std',
    ])
    expect([...new Set(gaps.map(({ what, where, why }) => `${what} (${where}): ${why}`))]).toEqual([
      'metric one/y (run_1/final_info.json): one of its values is no number',
      '6 metrics (run_1/final_info.json): null stands in place of a number; they are grok/a, grok/b, grok/c and 3 more',
      'metric grok/y (run_2/final_info.json): null stands in place of a number',
    ])
  })

  it('are explained by the notes of their idea', async () => {
    const root = await temporaryFolder()
    const { runs } = await readEverything(trainer, await writeIdea(root), plainWorld(root))
    expect([...runs.values()].map(({ run }) => run.note)).toEqual([
      'Run 3: Baseline\nDescription: as it was.',
      'Run 4: Two scales\nIt helped.',
      null,
    ])
  })

  it('of a published paper have their values, and say which were null', async () => {
    const root = fileURLToPath(new URL('../../../fixtures/trainer/ai-scientist', import.meta.url))
    const { runs } = await readEverything(trainer, root, plainWorld(root))
    expect([...runs.keys()]).toEqual([
      'logs:data_augmentation_grokking/run_0',
      'logs:data_augmentation_grokking/run_1',
    ])
    const run = runs.get('logs:data_augmentation_grokking/run_1')?.run
    expect(run?.metrics.get('x_div_y/final_val_loss')?.last).toBe(0.818450391292572)
    expect(run?.gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      '10 metrics: null stands in place of a number; they are x_div_y/step_val_acc_95, x_div_y/step_val_acc_95_stderr, x_minus_y/step_val_acc_95 and 7 more',
    ])
    expect(run?.note).toMatch(/^Run 1: /)
  })
})
