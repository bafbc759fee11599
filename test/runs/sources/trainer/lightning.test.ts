import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const START = 1_762_000_000
const events = (seconds: number) => `events.out.tfevents.${seconds}.box.1.0`

async function writeVersions(folder: string): Promise<string> {
  await write(join(folder, 'lightning_logs'), {
    'version_2/metrics.csv':
      'epoch,step,train_loss,val_loss\r\n0,9,0.75,\r\n0,9,,0.5\r\n1,19,nan,\r\n1,19,,0.25\r\n',
    'version_2/hparams.yaml': 'lr: 1e-05\nmodel:\n  hidden: [64, 32]\nbias: null\n',
    [`version_2/${events(START)}`]: '',
    'version_2/checkpoints/epoch=1-step=20.txt': 'weights',
    'version_9/metrics.csv': 'step,"acc, top 1"\n1,0.5\n',
    'version_9/hparams.yaml': '{}\n',
    [`version_9/${events(START + 60)}`]: '',
    'version_10/metrics.csv': 'loss,step\n1.5,0\ninf,1\n',
    'version_10/hparams.yaml': 'seed: 123456789012345678\n',
    [`version_10/${events(START + 120)}`]: '',
  })
  return join(folder, 'lightning_logs')
}

const about = (name: string, startedAt: number) => ({
  key: `logs:${name}`,
  id: name,
  name,
  experiment: { id: '.', name: 'lightning_logs' },
  user: null,
  status: 'unknown' as const,
  startedAt: startedAt * 1000,
  endedAt: null,
  parent: null,
  tags: {},
})

runSourceContract('Lightning', {
  kind: trainer,
  alias: 'logs',
  write: async (folder) => {
    const logs = await writeVersions(folder)
    await write(logs, { 'version_9/metrics.csv': 'step,"acc, top 1"\n1,0.5\n2,0.625\n3,0.75\n' })
    return logs
  },
  runs: [
    {
      ...about('version_2', START),
      params: { lr: '1e-05', 'model.hidden': '[64,32]' },
      metrics: {
        train_loss: [
          [9, 0.75],
          [19, Number.NaN],
        ],
        val_loss: [
          [9, 0.5],
          [19, 0.25],
        ],
      },
      artifacts: { 'checkpoints/epoch=1-step=20.txt': 'weights' },
    },
    {
      ...about('version_9', START + 60),
      params: {},
      metrics: {
        'acc, top 1': [
          [1, 0.5],
          [2, 0.625],
          [3, 0.75],
        ],
      },
    },
    {
      ...about('version_10', START + 120),
      params: { seed: '123456789012345678' },
      metrics: {
        loss: [
          [0, 1.5],
          [1, Number.POSITIVE_INFINITY],
        ],
      },
    },
  ],
})

damageSuite('Lightning', {
  kind: trainer,
  write: writeVersions,
  flips: 200,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    const cell = `"${name.replaceAll('"', '""')}"`
    await write(join(folder, 'version_0'), {
      'metrics.csv': `step,${cell}\n1,0.5\n`,
      'hparams.yaml': `${text}: ${text}\n`,
    })
    return folder
  },
})

const look = async (root: string) => readEverything(trainer, root, plainWorld(root))

describe('versions of Lightning', () => {
  it('whose event files stand in the place of the table are left to TensorBoard', async () => {
    const root = await temporaryFolder({
      'logs/version_0/hparams.yaml': 'lr: 1\n',
      [`logs/version_0/${events(START)}`]: '',
      'logs/version_1/hparams.yaml': 'lr: 1\n',
      'logs/version_2/metrics.csv': 'step,loss\n1,0.5\n',
      [`logs/version_2/${events(START)}`]: '',
    })
    const { runs } = await look(root)
    expect([...runs.values()].map(({ run, artifacts }) => [run.id, artifacts])).toEqual([
      ['logs/version_2', []],
      ['logs/version_1', []],
    ])
  })

  it('are not seen in tables that others write', async () => {
    const root = await temporaryFolder({
      'a/metrics.csv': 'name,accuracy\nx,0.5\n',
      'wandb/version_0/metrics.csv': 'step,loss\n1,0.5\n',
      'mlruns/0/abc/artifacts/metrics.csv': 'step,loss\n1,0.5\n',
      'store/1/meta.yaml': 'run_id: x\n',
      'store/1/artifacts/version_0/metrics.csv': 'step,loss\n1,0.5\n',
    })
    expect(await trainer.recognises(root, plainWorld(root))).toBe(false)
    expect(await trainer.detect(root, plainWorld(root))).toEqual([])
  })

  it('tell the lines that are broken, and leave out a last one that does not end', async () => {
    const root = await temporaryFolder({
      'version_0/metrics.csv': 'step,loss\n1,0.5\n2\n3,high\n4,0.25',
      'version_0/hparams.yaml': '{}\n',
    })
    const { runs } = await look(root)
    const seen = runs.get('logs:version_0')
    expect(seen?.points.get('loss')?.map(({ value, origin }) => [value, origin.line])).toEqual([[0.5, 2]])
    expect(seen?.run.gaps.map(({ where, why }) => `${where}: ${why}`)).toEqual([
      'version_0/metrics.csv:3: it has 1 fields where the header has 2',
      'version_0/metrics.csv:5: the last line does not end, and is left out: it may be half written',
      'version_0/metrics.csv: one of its values is no number',
    ])
  })

  it('keep settings with tags of Python as plain text', async () => {
    const root = await temporaryFolder({
      'version_0/metrics.csv': 'step,loss\n1,0.5\n',
      'version_0/hparams.yaml': 'size: !!python/tuple\n- 3\n- 4\nlr: 0.1\n',
    })
    const { runs } = await look(root)
    expect([...(runs.get('logs:version_0')?.run.params ?? [])]).toEqual([
      ['lr', '0.1'],
      ['size', '[3,4]'],
    ])
  })
})
