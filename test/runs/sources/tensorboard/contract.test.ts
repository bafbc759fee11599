import { tensorboard } from '../../../../src/runs/sources/tensorboard/tensorboard.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { type ExpectedRun, runSourceContract } from '../../../support/run-source-contract.ts'
import {
  event,
  fileVersion,
  sessionStart,
  simpleValue,
  textValue,
  writeEvents,
} from '../../../support/write-events.ts'
import { eventFileName, MORNING, writeSampleLog } from './sample-log.ts'

const start = MORNING * 1000
const HOUR = 3_600_000
const shared = { experiment: { id: '.', name: 'logs' }, user: null, parent: null, tags: {}, params: {} }

const runs: readonly ExpectedRun[] = [
  {
    ...shared,
    key: 'tb:a-plain',
    id: 'a-plain',
    name: 'a-plain',
    status: 'unknown',
    startedAt: start,
    endedAt: start + 11_000,
    tags: { comment: 'as hoped', 'tensorboard.media': '1 of 1 histogram tags' },
    metrics: {
      loss: [
        [0, 2],
        [1, 1.5],
        [2, Number.NaN],
        [3, 1],
      ],
      accuracy: [[3, 0.5]],
    },
    params: { lr: '0.1', 'model.depth': '2' },
    artifacts: {
      'params.json': '{"lr": 0.1, "model": {"depth": 2}}\n',
      'train.log': 'epoch 1\nepoch 2\n',
    },
  },
  {
    ...shared,
    key: 'tb:b-session',
    id: 'b-session',
    name: 'b-session',
    status: 'finished',
    startedAt: start + 3 * HOUR,
    endedAt: start + 3 * HOUR + 60_000,
    params: { lr: '0.001', layers: '2', optimiser: 'adam', nesterov: 'true' },
    metrics: {
      loss: [
        [0, 3],
        [10, 2],
        [20, 1],
      ],
    },
    artifacts: {},
  },
  {
    ...shared,
    key: 'tb:c-keras',
    id: 'c-keras',
    name: 'c-keras',
    status: 'unknown',
    startedAt: start + 9 * HOUR,
    endedAt: start + 9 * HOUR + 3000,
    metrics: {
      'train/epoch_loss': [
        [0, 1],
        [1, 0.5],
      ],
      'validation/epoch_loss': [
        [0, 1.25],
        [1, 0.75],
      ],
    },
    artifacts: {},
  },
  {
    ...shared,
    key: 'tb:d-torch',
    id: 'd-torch',
    name: 'd-torch',
    status: 'finished',
    startedAt: start + 12 * HOUR,
    endedAt: start + 12 * HOUR + 60_000,
    params: { lr: '0.01', batch: '32' },
    metrics: {
      loss: [
        [0, 4],
        [1, 3],
        [2, 2],
      ],
      'Both/left': [
        [0, 0.25],
        [1, 0.5],
      ],
      'hparam/accuracy': [[0, 0.75]],
    },
    artifacts: {},
  },
]

runSourceContract('tensorboard', { kind: tensorboard, alias: 'tb', write: writeSampleLog, runs })

const END = /^(?:endedAt|tag tensorboard\.media|tag comment)/
const LAYOUT = /^r?un logs:(?:c-keras|d-torch)\/|^(?:startedAt|endedAt|parameter)/
const because = 'a file that ends between two records is whole, and the log ends with its last value'
const partly =
  'which folders are one run is told by what lies in them: a part that is gone, or tells too little, leaves the others as runs of their own'
damageSuite('tensorboard', {
  kind: tensorboard,
  write: writeSampleLog,
  hasChecksums: true,
  mostCuts: 100,
  flips: 250,
  unshown: [
    { damage: 'cut', file: /./, wrong: END, because },
    { damage: 'growing', file: /./, wrong: END, because },
    ...(['cut', 'growing', 'missing', 'linked'] as const).map((damage) => ({
      damage,
      file: /^logs$|\/c-keras|\/d-torch/,
      wrong: LAYOUT,
      because: partly,
    })),
    {
      damage: 'flipped',
      file: /params\.json$/,
      wrong: /^parameter/,
      because: 'a file of JSON has no checksum',
    },
  ],
  async writeNamed(folder, name) {
    try {
      await writeEvents(
        folder,
        `${name.includes('/') || name.trim() === '' ? 'plain' : name}/${eventFileName(MORNING)}`,
        [
          fileVersion(MORNING),
          event({ time: MORNING, values: [sessionStart({ [name]: name })] }),
          event({ time: MORNING + 1, step: 1, values: [simpleValue(name, 1), textValue(name, name)] }),
        ],
      )
      return folder
    } catch {
      return null
    }
  },
})
