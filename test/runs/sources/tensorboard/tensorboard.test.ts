import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isGap } from '../../../../src/gap.ts'
import type { Point, Run } from '../../../../src/runs/run.ts'
import { tensorboard } from '../../../../src/runs/sources/tensorboard/tensorboard.ts'
import type { World } from '../../../../src/world.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import {
  event,
  fileVersion,
  hparamsValue,
  message,
  scalarTensor,
  sessionEnd,
  sessionStart,
  simpleValue,
  tensorValue,
  textValue,
  writeEvents,
} from '../../../support/write-events.ts'
import { write } from '../../../support/write-files.ts'
import { curve, eventFileName, MORNING } from './sample-log.ts'

const FIXTURE = join(import.meta.dirname, '../../../fixtures/tensorboard/hyperbolic')

/** All runs of a log, and the gaps that stand beside them. */
async function readLog(folder: string, world: World = plainWorld(folder)) {
  const source = await tensorboard.open(folder, 'tb', world)
  const { values, gaps } = await sorted<Run>(source.readAll({ withHistory: true }))
  const points = async (id: string, metric: string) =>
    (await sorted<Point>(source.history(`tb:${id}`, metric))).values.map(({ step, value }) => [step, value])
  return { runs: values, gaps: [...gaps, ...values.flatMap((run) => run.gaps)], points, source }
}

const steps = (from: number, to: number): readonly (readonly [number, number])[] =>
  Array.from({ length: to - from }, (_, index) => [from + index, 100 * from + index])

describe('runs of event files', () => {
  it('are the folders, called by what lies above a folder that only says what is in it', async () => {
    const folder = await temporaryFolder()
    const file = (path: string) =>
      writeEvents(folder, `${path}/${eventFileName(MORNING)}`, [
        fileVersion(MORNING),
        ...curve('loss', MORNING, steps(0, 2)),
      ])
    for (const path of ['exp-1/tensorboard_logs', 'exp-2/tb', 'exp-3/tb', 'exp-3/logs', 'deep/er/run'])
      await file(path)
    for (const path of ['mlruns/0/artifacts', 'wandb/run-1/files', '.hidden', 'node_modules/x'])
      await file(path)
    const { runs } = await readLog(folder)
    expect(runs.map(({ id, experiment }) => `${id} in ${experiment.id}`).sort()).toEqual([
      'deep/er/run in deep/er',
      'exp-1 in .',
      'exp-2 in .',
      'exp-3/logs in .',
      'exp-3/tb in .',
    ])
  })

  it('that one folder holds one after the other are told apart, and one that goes on is one', async () => {
    const folder = await temporaryFolder()
    const write = (path: string, number: number, from: number, to: number) =>
      writeEvents(folder, `${path}/${eventFileName(MORNING + 1000 * number)}`, [
        fileVersion(MORNING + 1000 * number),
        ...curve('loss', MORNING + 1000 * number, steps(from, to)),
        event({ time: MORNING + 1000 * number + 99, step: 0, values: [simpleValue('placeholder', -1)] }),
      ])
    await write('again', 1, 0, 9)
    await write('again', 2, 0, 5)
    await write('again', 3, 1, 7)
    await write('resumed', 1, 0, 9)
    await write('resumed', 2, 7, 12)
    const { runs, points } = await readLog(folder)
    expect(runs.map(({ id }) => id).sort()).toEqual(['again', 'again#2', 'again#3', 'resumed'])
    expect(await points('again#2', 'loss')).toEqual(steps(0, 5))
    // Steps that were done twice stay, the earlier first.
    expect((await points('resumed', 'loss')).map(([step]) => step)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 10, 11,
    ])
  })

  it('lose the values that a restart made obsolete, in one file and over two', async () => {
    const folder = await temporaryFolder()
    const restart = event({ time: MORNING + 50, step: 3, sessionStatus: 1 })
    const before = [fileVersion(MORNING), ...curve('loss', MORNING, steps(0, 6))]
    const after = [restart, ...curve('loss', MORNING + 50, steps(3, 5))]
    await writeEvents(folder, `one/${eventFileName(MORNING)}`, [...before, ...after])
    await writeEvents(folder, `two/${eventFileName(MORNING)}`, before)
    await writeEvents(folder, `two/${eventFileName(MORNING + 50)}`, [fileVersion(MORNING + 50), ...after])
    const old = [fileVersion(MORNING, 'brain.Event:1'), ...curve('loss', MORNING, steps(0, 6))]
    await writeEvents(folder, `old/${eventFileName(MORNING)}`, [
      ...old,
      ...curve('loss', MORNING + 50, steps(3, 5)),
    ])
    const { runs, points } = await readLog(folder)
    const kept = [...steps(0, 3), ...steps(3, 5)]
    for (const id of ['one', 'two', 'old']) expect(await points(id, 'loss')).toEqual(kept)
    expect(runs.map(({ metrics }) => metrics.get('loss')?.count)).toEqual([5, 5, 5])
  })

  it('hold numbers in tensors, whose plugin is said with the first value only', async () => {
    const folder = await temporaryFolder()
    await writeEvents(folder, `a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      event({ time: MORNING, step: 1, values: [scalarTensor('loss', 0.5)] }),
      event({ time: MORNING, step: 2, values: [scalarTensor('loss', 0.25, null)] }),
      event({ time: MORNING, step: 3, values: [tensorValue('curve', 'pr_curves', (tensor) => tensor)] }),
      event({
        time: MORNING,
        step: 3,
        values: [tensorValue('wide', 'scalars', (t) => t.tag(1, 0).int32(8))],
      }),
    ])
    const { runs, gaps, points } = await readLog(folder)
    expect(await points('a', 'loss')).toEqual([
      [1, 0.5],
      [2, 0.25],
    ])
    expect(runs[0]?.tags.get('tensorboard.media')).toBe('1 of 1 pr_curve tags')
    expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'metric wide: its elements are no numbers (type 8)',
    ])
  })

  it('tell a step that no number can hold as none', async () => {
    const folder = await temporaryFolder()
    await writeEvents(folder, `a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      event({ time: MORNING + 2, step: 123456789012345678n, values: [simpleValue('loss', 2)] }),
      event({ time: MORNING + 1, step: 123456789012345677n, values: [simpleValue('loss', 1)] }),
      event({ time: MORNING + 3, step: -4, values: [simpleValue('loss', 3)] }),
    ])
    const { gaps, points } = await readLog(folder)
    expect(await points('a', 'loss')).toEqual([
      [null, 1],
      [null, 2],
      [-4, 3],
    ])
    expect(gaps.map(({ what }) => what)).toEqual(['metric loss'])
  })

  it('take parameters of the plugin, of a table in a text, of the arguments of a trainer, and of the file beside', async () => {
    const folder = await temporaryFolder()
    const log = (path: string, ...values: Parameters<typeof event>[0]['values'] & object) =>
      writeEvents(folder, `${path}/${eventFileName(MORNING)}`, [
        fileVersion(MORNING),
        event({ time: MORNING, values }),
      ])
    await log(
      'plugin',
      sessionStart({ lr: 1e-7, layers: 32, name: 'x', flag: false, sizes: [1, 2], none: null }),
    )
    await log(
      'table',
      textValue('hyperparameters/text_summary', '|param|value|\n|-|-|\n|lr|0.01|\n|env|a | b|'),
    )
    await log(
      'trainer',
      textValue('args/text_summary', '{"lr": 1e-05, "big": 123456789012345678, "adam": {"eps": 1}}'),
    )
    await log('prose', textValue('args', 'none to speak of'), simpleValue('loss', 1))
    await log('lightning', simpleValue('loss', 1))
    await writeFile(join(folder, 'lightning', 'hparams.yaml'), 'lr: 0.10\nmodel:\n  depth: 3\n')
    const { runs } = await readLog(folder)
    const params = Object.fromEntries(runs.map((run) => [run.id, Object.fromEntries(run.params)]))
    expect(params).toEqual({
      plugin: { flag: 'false', layers: '32', lr: '1e-7', name: 'x', none: 'null', sizes: '[1,2]' },
      table: { env: 'a | b', lr: '0.01' },
      trainer: { 'adam.eps': '1', big: '123456789012345678', lr: '1e-05' },
      prose: {},
      lightning: { lr: '0.10', 'model.depth': '3' },
    })
    expect(runs.find(({ id }) => id === 'prose')?.tags.get('args')).toBe('none to speak of')
  })

  it('have the settings that a JSON file beside their event files tells, before what the plugin has of them', async () => {
    const folder = await temporaryFolder()
    const log = (path: string, ...values: Parameters<typeof event>[0]['values'] & object) =>
      writeEvents(folder, `${path}/${eventFileName(MORNING)}`, [
        fileVersion(MORNING),
        event({ time: MORNING, step: 1, values }),
      ])
    const start = sessionStart({ 'env/size': 4, lr: 1e-7, seed: 3 })
    await log('tuned/train_1', start, simpleValue('ray/tune/loss', 1))
    await log('voice/tensorboard_logs', simpleValue('loss', 1))
    for (const name of ['a-model', 'broken', 'huge', 'list']) await log(name, simpleValue('loss', 1))
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`p${index}`, index]))
    await write(folder, {
      'tuned/train_1/params.json':
        '{"env": {"size": 4, "name": "maze"}, "lr": 1e-07, "layers": [64, 64], "bad": NaN}',
      'voice/config.json': '{"train": {"lr": 0.10}}',
      'a-model/config.json': '{"model_type": "bert", "transformers_version": "4.1", "layers": 12}',
      'broken/params.json': '{"lr": ',
      'huge/params.json': JSON.stringify(many),
      'list/args.json': '[1]',
      'config.json': '{"of": "nobody"}',
    })
    const { runs } = await readLog(folder)
    expect(
      Object.fromEntries(
        runs.map((run) => [
          run.id,
          [Object.fromEntries(run.params), run.gaps.map(({ where, why }) => `${where}: ${why}`)],
        ]),
      ),
    ).toEqual({
      'a-model': [{}, []],
      broken: [{}, ['broken/params.json: it ends too early']],
      huge: [{}, ['huge/params.json: it holds 501 values: too many for settings of a run']],
      list: [{}, ['list/args.json: it holds no names with values']],
      'tuned/train_1': [
        { bad: 'NaN', 'env.name': 'maze', 'env.size': '4', layers: '[64,64]', lr: '1e-07', seed: '3' },
        [],
      ],
      voice: [{ 'train.lr': '0.10' }, []],
    })
    const voice = runs.find(({ id }) => id === 'voice')
    expect(voice?.origins.params.get('train.lr')?.file).toBe('voice/config.json')
    expect(voice?.artifacts).toBe(1)
  })

  it('that Ray Tune tried have failed where it says so, whatever the plugin states, unless they were begun again', async () => {
    const folder = await temporaryFolder()
    const log = (path: string, seconds: number, isEnded = true) =>
      writeEvents(folder, `${path}/${eventFileName(seconds)}`, [
        fileVersion(seconds),
        ...curve('ray/tune/loss', seconds, steps(1, 3)),
        event({ time: seconds + 4, values: [sessionStart({ lr: 0.5 })] }),
        ...(isEnded ? [event({ time: seconds + 4, values: [sessionEnd(1)] })] : []),
      ])
    for (const name of ['whole', 'failed']) await log(name, MORNING)
    for (const name of ['again', 'often']) {
      await log(name, MORNING, false)
      await log(name, MORNING + 60)
    }
    await log('often', MORNING + 120)
    const trial = { 'params.json': '{"lr": 0.5}', 'result.json': '{"loss": 1}\n' }
    const error =
      'Failure # 1 (occurred at 2026-11-18_09-00-02)\nray::train()\n  File "t.py", line 9\nValueError: boom\n\n'
    for (const name of ['whole', 'failed', 'again', 'often']) await write(join(folder, name), trial)
    for (const name of ['failed', 'again', 'often']) await write(join(folder, name), { 'error.txt': error })
    const { runs, gaps } = await readLog(folder)
    expect(
      Object.fromEntries(
        runs.map(({ id, status, endedAt, tags }) => [id, [status, endedAt === null, tags.get('error')]]),
      ),
    ).toEqual({
      whole: ['finished', false, undefined],
      failed: ['failed', false, 'ValueError: boom'],
      again: ['failed', false, 'ValueError: boom'],
      'again#2': ['finished', false, undefined],
      // Paused, or begun again: nobody says which time it failed.
      often: ['unknown', false, undefined],
      'often#2': ['unknown', false, undefined],
      'often#3': ['unknown', false, undefined],
    })
    expect(gaps).toEqual([])
  })

  it('end as the plugin says where it says so in the end, else run for a quarter of an hour and are unknown from then on', async () => {
    const folder = await temporaryFolder()
    const values = curve('loss', MORNING, steps(0, 60))
    const log = (path: string, ...records: readonly Uint8Array[]) =>
      writeEvents(folder, `${path}/${eventFileName(MORNING)}`, [fileVersion(MORNING), ...records])
    const end = (time: number, status: number, endedAt?: number) =>
      event({ time, values: [sessionEnd(status, endedAt)] })
    await log('a-silent', ...values)
    await log('b-finished', ...values, end(MORNING + 61, 1))
    await log('c-failed', ...values, end(MORNING + 61, 2, MORNING + 61))
    await log('d-said-at-once', end(MORNING, 1), ...values)
    await log('e-empty')
    const at = async (minutes: number) => {
      const world = { ...plainWorld(folder), now: () => (MORNING + 60) * 1000 + minutes * 60_000 }
      const { runs } = await readLog(folder, world)
      return runs.map(({ status, endedAt }) => [status, endedAt === null ? null : endedAt / 1000 - MORNING])
    }
    expect(await at(14)).toEqual([
      ['running', null],
      ['finished', 61],
      ['failed', 61],
      ['running', null],
      ['running', null],
    ])
    expect(await at(16)).toEqual([
      ['unknown', 60],
      ['finished', 61],
      ['failed', 61],
      ['unknown', 60],
      ['unknown', null],
    ])
  })

  it('of a sweep of add_hparams stay runs of their own where there are several', async () => {
    const folder = await temporaryFolder()
    await writeEvents(folder, `sweep/${eventFileName(MORNING)}`, [fileVersion(MORNING)])
    for (const [index, lr] of [0.1, 0.2].entries())
      await writeEvents(folder, `sweep/${MORNING + index}.5/${eventFileName(MORNING + index)}`, [
        fileVersion(MORNING + index),
        event({ time: MORNING + index, values: [hparamsValue(2, (writer) => writer)] }),
        event({ time: MORNING + index, values: [sessionStart({ lr })] }),
        event({ time: MORNING + index, values: [sessionEnd(1)] }),
        event({ time: MORNING + index, values: [simpleValue('score', lr)] }),
      ])
    const { runs } = await readLog(folder)
    expect(runs.map(({ id, params, status }) => [id, params.get('lr'), status])).toEqual([
      ['sweep', undefined, 'unknown'],
      [`sweep/${MORNING}.5`, '0.1', 'unknown'],
      [`sweep/${MORNING + 1}.5`, '0.2', 'unknown'],
    ])
  })

  it('named train and test beside other runs are runs of their own', async () => {
    const folder = await temporaryFolder()
    for (const path of ['train', 'train2', 'val', 'alone/train'])
      await writeEvents(folder, `${path}/${eventFileName(MORNING)}`, [
        fileVersion(MORNING),
        ...curve('loss', MORNING, steps(0, 2)),
      ])
    const { runs } = await readLog(folder)
    expect(runs.map(({ id }) => id).sort()).toEqual(['alone/train', 'train', 'train2', 'val'])
  })

  it('leave out graphs and profiles without a look at them', async () => {
    const folder = await temporaryFolder()
    const graph = event({ time: MORNING, other: [4, Buffer.alloc(2_000_000, 1)] })
    graph[1_000_000] = 2
    await writeEvents(folder, `a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      graph,
      ...curve('loss', MORNING, steps(0, 2)),
    ])
    await writeEvents(folder, `a/${eventFileName(MORNING)}.profile-empty`, [fileVersion(MORNING)])
    await mkdir(join(folder, 'a/plugins/profile/x'), { recursive: true })
    const { gaps, points } = await readLog(folder)
    expect(gaps).toEqual([])
    expect(await points('a', 'loss')).toEqual(steps(0, 2))
  })

  it('of a real log are read as TensorBoard reads them', async () => {
    const { runs, gaps, points } = await readLog(FIXTURE)
    expect(gaps).toEqual([])
    expect(
      runs.map(({ id, status, params, metrics }) => [id, status, params.size, [...metrics.keys()]]),
    ).toEqual([
      ['experiment', 'unknown', 0, []],
      ['11.01_1339_euc', 'unknown', 23, ['Loss/Train', 'Loss/Validation']],
    ])
    const loss = await points('11.01_1339_euc', 'Loss/Validation')
    expect(loss.map(([step]) => step)).toEqual([0, 100, 200, 300, 400, 500])
    // A value of the log is a float of 32 bits, and told as such.
    for (const [, value] of loss) expect(Math.fround(value ?? 0)).toBe(value)
  })
})

describe('a place with event files', () => {
  it('is one file, a log, or a project with logs in it', async () => {
    const folder = await temporaryFolder()
    const file = await writeEvents(folder, `logs/a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      ...curve('loss', MORNING, steps(0, 2)),
    ])
    const world = plainWorld(folder)
    expect(await tensorboard.detect(folder, world)).toEqual([join(folder, 'logs')])
    expect(await tensorboard.detect(join(folder, 'logs'), world)).toEqual([join(folder, 'logs')])
    expect(await tensorboard.detect(join(folder, 'logs/a'), world)).toEqual([join(folder, 'logs/a')])
    await writeFile(join(folder, 'logs', 'train.py'), '')
    expect(await tensorboard.detect(join(folder, 'logs'), world)).toEqual([join(folder, 'logs/a')])
    const one = await tensorboard.open(file, 'tb', world)
    for await (const run of one.list({}))
      expect(isGap(run) ? run : [run.id, run.metrics.size]).toEqual(['.', 1])
    const fake = join(folder, 'events.out.tfevents.1.x')
    await writeFile(fake, 'version https://git-lfs.github.com/spec/v1')
    expect(await tensorboard.recognises(fake, world)).toBe(false)
    for (const nothing of [join(folder, 'none'), join(folder, 'logs/train.py'), '\0'])
      expect((await errorOf(() => tensorboard.open(nothing, 'tb', world))).kind).toBe('source')
  })

  it('tells of links that lead out of it, and follows none', async () => {
    const folder = await temporaryFolder()
    const log = join(folder, 'log')
    await writeEvents(log, `a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      ...curve('loss', MORNING, steps(0, 2)),
    ])
    await writeEvents(folder, `elsewhere/${eventFileName(MORNING)}`, [fileVersion(MORNING)])
    await symlink('a', join(log, 'latest'))
    await symlink('../elsewhere', join(log, 'out'))
    const { runs, gaps } = await readLog(log)
    expect(runs.map(({ id }) => id)).toEqual(['a'])
    expect(gaps.map(({ what }) => what)).toEqual(['link out'])
  })

  it('gives what can be read of a log that was cut, and says so unless it is being written', async () => {
    const folder = await temporaryFolder()
    const records = Buffer.concat([fileVersion(MORNING), ...curve('loss', MORNING, steps(0, 3))])
    await writeEvents(folder, `a/${eventFileName(MORNING)}`, [records.subarray(0, records.length - 5)])
    const late = await readLog(folder)
    expect(late.gaps.map(({ why }) => why)).toEqual([expect.stringContaining('record 4 is not whole')])
    expect(await late.points('a', 'loss')).toEqual(steps(0, 2))
    expect(late.runs[0]?.endedAt).toBeNull()
    const now = await readLog(folder, { ...plainWorld(folder), now: () => MORNING * 1000 })
    expect(now.gaps).toEqual([])
  })
})

describe('hparams', () => {
  it('that are damaged are no reason to lose the run', async () => {
    const folder = await temporaryFolder()
    const broken = message((writer) => writer.tag(3, 2).bytes(Uint8Array.of(0x0a, 0x7f)))
    await writeEvents(folder, `a/${eventFileName(MORNING)}`, [
      fileVersion(MORNING),
      event({
        time: MORNING,
        values: [
          (writer) =>
            writer
              .tag(1, 2)
              .string('_hparams_/session_start_info')
              .tag(9, 2)
              .fork()
              .tag(1, 2)
              .fork()
              .tag(1, 2)
              .string('hparams')
              .tag(2, 2)
              .bytes(broken)
              .join()
              .join(),
        ],
      }),
      ...curve('loss', MORNING, steps(0, 2)),
    ])
    const { gaps, points } = await readLog(folder)
    expect(gaps.map(({ why }) => why)).toEqual(['record 2 cannot be read: no event is in it'])
    expect(await points('a', 'loss')).toEqual(steps(0, 2))
  })
})
