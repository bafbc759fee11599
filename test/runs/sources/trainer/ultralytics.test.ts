import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

async function writeTrainings(folder: string): Promise<string> {
  await write(join(folder, 'runs/detect'), {
    'train/args.yaml': 'task: detect\nmode: train\nmodel: yolo11n.pt\nepochs: 3\nlr0: 0.01\nproject: null\n',
    'train/results.csv':
      'epoch,time,train/box_loss,metrics/mAP50(B)\n1,9.5,1.5,0.25\n2,19,1.25,0.5\n3,28.5,nan,0.625\n',
    'train/weights/best.txt': 'weights',
    'train2/args.yaml': 'task: detect\nmode: train\nepochs: 100\n',
    'train2/results.csv': 'epoch,train/box_loss\n1,2\n2,1.75\n',
    'train10/opt.yaml': 'weights: yolov5s.pt\nepochs: 2\n',
    'train10/hyp.yaml': 'lr0: 0.02\n',
    'train10/results.csv':
      '               epoch,      train/box_loss\n                   0,                 0.5\n                   1,               0.375\n',
  })
  return join(folder, 'runs/detect')
}

const about = (name: string) => ({
  key: `logs:${name}`,
  id: name,
  name,
  experiment: { id: '.', name: 'detect' },
  user: null,
  startedAt: null,
  endedAt: null,
  parent: null,
  tags: {},
})

runSourceContract('Ultralytics', {
  kind: trainer,
  alias: 'logs',
  isUndated: true,
  write: writeTrainings,
  runs: [
    {
      ...about('train'),
      status: 'finished',
      params: { task: 'detect', mode: 'train', model: 'yolo11n.pt', epochs: '3', lr0: '0.01' },
      metrics: {
        time: [
          [1, 9.5],
          [2, 19],
          [3, 28.5],
        ],
        'train/box_loss': [
          [1, 1.5],
          [2, 1.25],
          [3, Number.NaN],
        ],
        'metrics/mAP50(B)': [
          [1, 0.25],
          [2, 0.5],
          [3, 0.625],
        ],
      },
      artifacts: { 'weights/best.txt': 'weights' },
    },
    {
      ...about('train2'),
      status: 'unknown',
      params: { task: 'detect', mode: 'train', epochs: '100' },
      metrics: {
        'train/box_loss': [
          [1, 2],
          [2, 1.75],
        ],
      },
    },
    {
      ...about('train10'),
      status: 'finished',
      params: { weights: 'yolov5s.pt', epochs: '2', 'hyp.lr0': '0.02' },
      metrics: {
        'train/box_loss': [
          [0, 0.5],
          [1, 0.375],
        ],
      },
    },
  ],
})

damageSuite('Ultralytics', {
  kind: trainer,
  write: writeTrainings,
  flips: 200,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    await write(join(folder, 'train'), {
      'args.yaml': `mode: train\n${text}: ${text}\n`,
      'results.csv': `epoch,"${name.replaceAll('"', '""')}"\n1,0.5\n`,
    })
    return folder
  },
})

const look = async (root: string) => readEverything(trainer, root, plainWorld(root))

describe('trainings of Ultralytics', () => {
  it('that left settings and no results are runs, and that is told', async () => {
    const root = await temporaryFolder({ 'train/args.yaml': 'task: detect\nmode: train\nepochs: 3\n' })
    const { runs } = await look(root)
    expect(runs.get('logs:train')?.run.gaps).toEqual([
      {
        kind: 'gap',
        what: 'metrics',
        where: 'train/results.csv',
        why: 'the training left no results',
      },
    ])
  })

  it.each([
    [
      'begun again',
      '1,9\n2,8\n1,0.5\n2,0.25\n',
      [
        [1, 0.5],
        [2, 0.25],
      ],
      '2 epochs',
    ],
    [
      'resumed from a checkpoint',
      '1,9\n2,8\n3,7\n3,0.5\n4,0.25\n',
      [
        [1, 9],
        [2, 8],
        [3, 0.5],
        [4, 0.25],
      ],
      'one epoch',
    ],
  ])('in a file that was %s keep what was logged last', async (_, rows, points, what) => {
    const root = await temporaryFolder({ 'train/results.csv': `epoch,train/loss\n${rows}` })
    const { runs } = await look(root)
    const seen = runs.get('logs:train')
    expect(seen?.points.get('train/loss')?.map(({ step, value }) => [step, value])).toEqual(points)
    expect(seen?.run.gaps.map((gap) => gap.what)).toEqual([what])
  })

  it('are not seen in results and settings of others', async () => {
    const root = await temporaryFolder({
      'a/results.csv': 'name,accuracy\nx,0.5\n',
      'b/args.yaml': 'lr: 0.1\n',
      'c/args.yaml': 'task: detect\nmode: predict\n',
    })
    expect(await trainer.recognises(root, plainWorld(root))).toBe(false)
  })
})
