import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

async function writeLogs(folder: string): Promise<string> {
  await write(join(folder, 'logs'), {
    'a/training.csv': 'epoch,accuracy,loss,val_loss\n0,0.5,1.5,nan\n1,0.625,1.25,1\n2,0.75,1,0.5\n',
    'b/resnet.csv': 'epoch,loss,val_loss\n0,2,3\n',
    'b/fold_log_2.csv': 'epoch,loss\n0,4\n1,5\n',
  })
  return join(folder, 'logs')
}

const about = (id: string, name: string, experiment: string) => ({
  key: `logs:${id}`,
  id,
  name,
  experiment: { id: experiment, name: experiment },
  user: null,
  status: 'unknown' as const,
  startedAt: null,
  endedAt: null,
  parent: null,
  params: {},
  tags: {},
})

runSourceContract('Keras', {
  kind: trainer,
  alias: 'logs',
  isUndated: true,
  write: writeLogs,
  runs: [
    {
      ...about('a/training.csv', 'training', 'a'),
      metrics: {
        accuracy: [
          [0, 0.5],
          [1, 0.625],
          [2, 0.75],
        ],
        loss: [
          [0, 1.5],
          [1, 1.25],
          [2, 1],
        ],
        val_loss: [
          [0, Number.NaN],
          [1, 1],
          [2, 0.5],
        ],
      },
    },
    {
      ...about('b/fold_log_2.csv', 'fold_log_2', 'b'),
      metrics: {
        loss: [
          [0, 4],
          [1, 5],
        ],
      },
    },
    { ...about('b/resnet.csv', 'resnet', 'b'), metrics: { loss: [[0, 2]], val_loss: [[0, 3]] } },
  ],
})

damageSuite('Keras', { kind: trainer, write: writeLogs, flips: 150 })

describe('logs of Keras', () => {
  it('are not seen in tables that only begin with an epoch', async () => {
    const root = await temporaryFolder({
      'a/other.csv': 'epoch,loss\n0,1\n',
      'a/history.csv': 'epoch,val_loss,loss\n0,1,2\n',
      'a/log.csv': 'epoch,accuracy\n0,1\n',
    })
    expect(await trainer.recognises(root, plainWorld(root))).toBe(false)
  })
})
