import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  event,
  fileVersion,
  hparamsValue,
  mediaValue,
  scalarTensor,
  sessionEnd,
  sessionStart,
  simpleValue,
  text,
  textValue,
  writeEvents,
} from '../../../support/write-events.ts'

/** 2026-11-18 09:00 UTC, in seconds. */
export const MORNING = Date.UTC(2026, 10, 18, 9) / 1000

/** Values of one tag: `[step, value]`, a second apart. */
export function curve(
  tag: string,
  from: number,
  points: readonly (readonly [number, number])[],
  write = simpleValue,
): readonly Buffer[] {
  return points.map(([step, value], index) =>
    event({ time: from + index + 1, step, values: [write(tag, value)] }),
  )
}

export function eventFileName(seconds: number, host = 'node-7', suffix = '4711.0'): string {
  return `events.out.tfevents.${seconds}.${host}.${suffix}`
}

/** A log with everything the format has: runs of the writers of PyTorch, TensorFlow and their plugins. Gives its folder. */
export async function writeSampleLog(folder: string): Promise<string> {
  const log = join(folder, 'logs')
  await writeEvents(log, `a-plain/${eventFileName(MORNING)}`, [
    fileVersion(MORNING),
    event({ time: MORNING, other: [4, Buffer.from('a graph')] }),
    ...curve('loss', MORNING, [
      [0, 2],
      [1, 1.5],
      [2, Number.NaN],
      [3, 1],
    ]),
    event({
      time: MORNING + 10,
      step: 3,
      values: [simpleValue('accuracy', 0.5), mediaValue('weights', 5, Buffer.alloc(40, 7))],
    }),
    event({ time: MORNING + 11, step: 3, values: [textValue('comment/text_summary', 'as hoped')] }),
  ])
  await writeFile(join(log, 'a-plain', 'train.log'), 'epoch 1\nepoch 2\n')
  await writeFile(join(log, 'a-plain', 'params.json'), '{"lr": 0.1, "model": {"depth": 2}}\n')

  const noon = MORNING + 3 * 3600
  await writeEvents(log, `b-session/${eventFileName(noon, 'node-8', '12.3.v2')}`, [
    fileVersion(noon),
    event({
      time: noon,
      values: [sessionStart({ lr: 0.001, layers: 2, optimiser: 'adam', nesterov: true }, noon)],
    }),
    ...curve(
      'loss',
      noon,
      [
        [0, 3],
        [10, 2],
        [20, 1],
      ],
      scalarTensor,
    ),
    event({ time: noon + 60, values: [sessionEnd(1, noon + 60)] }),
  ])

  const evening = MORNING + 9 * 3600
  await writeEvents(log, `c-keras/train/${eventFileName(evening)}`, [
    fileVersion(evening),
    ...curve('epoch_loss', evening, [
      [0, 1],
      [1, 0.5],
    ]),
  ])
  await writeEvents(log, `c-keras/validation/${eventFileName(evening + 1)}`, [
    fileVersion(evening + 1),
    ...curve('epoch_loss', evening + 1, [
      [0, 1.25],
      [1, 0.75],
    ]),
  ])

  const night = MORNING + 12 * 3600
  await writeEvents(log, `d-torch/${eventFileName(night)}`, [
    fileVersion(night),
    ...curve('loss', night, [
      [0, 4],
      [1, 3],
      [2, 2],
    ]),
  ])
  await writeEvents(log, `d-torch/Both_left/${eventFileName(night + 1)}`, [
    fileVersion(night + 1),
    ...curve('Both', night + 1, [
      [0, 0.25],
      [1, 0.5],
    ]),
  ])
  await writeEvents(log, `d-torch/${night + 60}.25/${eventFileName(night + 60)}`, [
    fileVersion(night + 60),
    event({ time: night + 60, values: [hparamsValue(2, (writer) => text(writer, 6, 'a sweep'))] }),
    event({ time: night + 60, values: [sessionStart({ lr: 0.01, batch: 32 })] }),
    event({ time: night + 60, values: [sessionEnd(1)] }),
    event({ time: night + 60, values: [simpleValue('hparam/accuracy', 0.75)] }),
  ])
  await mkdir(join(log, 'empty'))
  return log
}
