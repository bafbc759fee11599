import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

async function writeLives(folder: string): Promise<string> {
  await write(join(folder, 'work'), {
    'dvclive/metrics.json': '{"train": {"acc": 0.75, "loss": "nan"}, "best": 0.5, "step": 2}\n',
    'dvclive/params.yaml': 'lr: 1e-05\nmodel:\n  depth: 3\n',
    'dvclive/plots/metrics/train/acc.tsv': 'step\tacc\n0\t0.25\n1\t0.5\n2\t0.75\n',
    'dvclive/plots/metrics/train/loss.tsv': 'step\tloss\n1\t0.5\n2\tnan\n',
    'dvclive/report.md': '# Report\n',
    'second/metrics.json': '{"acc": 0.5, "step": 0}\n',
    'second/plots/metrics/acc.tsv': 'timestamp\tstep\tacc\n1762000000000\t0\t0.5\n',
    'third/metrics.json': '{"acc": 0.25, "step": 1}\n',
    'third/plots/metrics/acc.tsv': 'step\tacc\n0\t0.125\n1\t0.25\n',
  })
  return join(folder, 'work')
}

const about = (id: string) => ({
  key: `logs:${id}`,
  id,
  name: id,
  experiment: { id: '.', name: 'work' },
  user: null,
  status: 'unknown' as const,
  startedAt: null,
  endedAt: null,
  parent: null,
  tags: {},
})

runSourceContract('DVCLive', {
  kind: trainer,
  alias: 'logs',
  isUndated: true,
  write: writeLives,
  runs: [
    {
      ...about('dvclive'),
      params: { lr: '1e-05', 'model.depth': '3' },
      metrics: {
        'train/acc': [
          [0, 0.25],
          [1, 0.5],
          [2, 0.75],
        ],
        'train/loss': [
          [1, 0.5],
          [2, Number.NaN],
        ],
        best: [[2, 0.5]],
      },
      artifacts: { 'report.md': '# Report\n' },
    },
    { ...about('second'), params: {}, metrics: { acc: [[0, 0.5]] } },
    {
      ...about('third'),
      params: {},
      metrics: {
        acc: [
          [0, 0.125],
          [1, 0.25],
        ],
      },
    },
  ],
})

damageSuite('DVCLive', {
  kind: trainer,
  write: writeLives,
  mostCuts: 60,
  flips: 150,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    await write(join(folder, 'dvclive'), {
      'metrics.json': `{${text}: 0.5, "step": 1}`,
      'params.yaml': `${text}: ${text}\n`,
    })
    return folder
  },
})

describe('runs of DVCLive', () => {
  it('whose folder has another name are known by their plots alone', async () => {
    const root = await temporaryFolder({ 'x/metrics.json': '{"acc": 1}', 'x/params.yaml': 'lr: 1\n' })
    expect(await trainer.recognises(root, plainWorld(root))).toBe(false)
  })

  it('date their points where a table does, and say which table has no steps', async () => {
    const root = await temporaryFolder({
      'dvclive/metrics.json': '{"step": 1}',
      'dvclive/plots/metrics/acc.tsv': 'timestamp\tstep\tacc\n1762000000000\t1\t0.5\n',
      'dvclive/plots/metrics/odd.tsv': 'x\n1\n',
    })
    const { runs } = await readEverything(trainer, root, plainWorld(root))
    const seen = runs.get('logs:dvclive')
    expect(seen?.points.get('acc')?.map(({ time }) => time)).toEqual([1_762_000_000_000])
    expect(seen?.run.gaps.map(({ what, where }) => `${what} ${where}`)).toEqual([
      'metric odd dvclive/plots/metrics/odd.tsv',
    ])
  })
})
