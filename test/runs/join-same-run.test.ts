import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../support/write-events.ts'
import { write } from '../support/write-files.ts'

const START = Date.parse('2026-11-20T09:00:00Z') / 1000

/** The runs of a project by their keys, each with those that it was joined with. */
async function runsOf(cwd: string): Promise<readonly string[]> {
  const { world, stdout } = makeWorld({ cwd })
  await main(['runs', 'list', '--json'], world)
  const { runs }: { runs: { key: string; also?: { key: string; why: string }[] }[] } = JSON.parse(stdout())
  return runs
    .map(({ key, also = [] }) => [key, ...also.map((one) => `= ${one.key} (${one.why})`)].join(' '))
    .toSorted()
}

async function events(folder: string, { start = START, host = 'host', loss = 0.5 } = {}): Promise<void> {
  await writeEvents(folder, `events.out.tfevents.${Math.floor(start)}.${host}`, [
    fileVersion(start),
    ...[1, 2].map((step) => event({ time: start + step, step, values: [simpleValue('loss', loss / step)] })),
  ])
}

const STATE = JSON.stringify({
  epoch: 1,
  global_step: 2,
  max_steps: 2,
  log_history: [{ epoch: 1, step: 2, loss: 0.25 }],
})

describe('one training that left several logs', () => {
  it('is one run where a Trainer of Hugging Face has one log of events in its runs folder', async () => {
    const cwd = await temporaryFolder()
    await write(cwd, { 'models/a/checkpoint-2/trainer_state.json': STATE })
    await events(join(cwd, 'models/a/runs/Nov20_09-00-00_host'))
    const runs = await runsOf(cwd)
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatch(/^trainer:\S+ = tensorboard:\S+ \(it lies in the same folder\)$/)
  })

  it('is one run where what was printed lies in the folder of the run, and is called by it', async () => {
    const cwd = await temporaryFolder()
    await events(join(cwd, 'runs/a/tensorboard_logs'))
    await events(join(cwd, 'runs/b/tensorboard_logs'), { start: START + 3600 })
    const printed = [1, 2, 3].map((step) => `step:${step}/3 val_loss:${1 / step}\n`).join('')
    await write(cwd, {
      'runs/a/log.txt': printed,
      // Which of the two is told by the log of events, nobody says.
      'runs/b/log.txt': printed,
      'runs/b/train.log': printed,
      'runs/summary.log': printed,
      'narrate.yaml':
        'sources:\n  - at: runs\n    as: tb\n    kind: tensorboard\n  - at: runs/**\n    as: printed\n    lines: step-values\n',
    })
    expect(await runsOf(cwd)).toEqual([
      'printed:b/log.txt',
      'printed:b/train.log',
      'printed:summary.log',
      'tb:a = printed:a/log.txt (it lies in the same folder)',
      'tb:b',
    ])
  })

  it('stays several where its runs folder holds several: an earlier training may have left one', async () => {
    const cwd = await temporaryFolder()
    await write(cwd, { 'models/a/checkpoint-2/trainer_state.json': STATE })
    await events(join(cwd, 'models/a/runs/Nov20_09-00-00_host'))
    await events(join(cwd, 'models/a/runs/Nov20_10-00-00_host'), { start: START + 3600 })
    expect(await runsOf(cwd)).toHaveLength(3)
  })

  it.each([
    [
      'args.yaml and results.csv',
      { 'args.yaml': 'epochs: 2\nlr0: 0.01\n', 'results.csv': 'epoch,train/box_loss\n1,0.5\n2,0.25\n' },
    ],
    [
      'hparams.yaml and metrics.csv',
      { 'hparams.yaml': 'lr: 0.1\n', 'metrics.csv': 'epoch,step,val_loss\n0,1,0.5\n' },
    ],
  ])('is one run where %s lie beside the events', async (_what, files) => {
    const cwd = await temporaryFolder()
    const folder = join(cwd, 'out/experiments/first')
    await write(folder, files)
    await events(folder)
    const runs = await runsOf(cwd)
    expect(runs).toHaveLength(1)
    expect(runs[0]).toContain('(it lies in the same folder)')
  })

  it('is one run where one of two stores is a copy of the other', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': '{}' })
    await events(join(cwd, 'logs/a'), { start: START + 0.125 })
    await events(join(cwd, 'logs/b'), { start: START + 7.25, loss: 0.75 })
    await cp(join(cwd, 'logs'), join(cwd, 'backup'), { recursive: true })
    await write(cwd, {
      'narrate.yaml': 'sources:\n  - { at: logs, as: logs }\n  - { at: backup, as: backup }\n',
    })
    const why = 'its log is a copy: start, end, parameters and values are the same'
    expect(await runsOf(cwd)).toEqual([`logs:a = backup:a (${why})`, `logs:b = backup:b (${why})`])
  })
})

describe('runs that are two', () => {
  const twoStores = async (one: Parameters<typeof events>[1], other: Parameters<typeof events>[1]) => {
    const cwd = await temporaryFolder()
    await events(join(cwd, 'here/a'), one)
    await events(join(cwd, 'there/a'), other)
    await write(cwd, {
      'narrate.yaml': 'sources:\n  - { at: here, as: here }\n  - { at: there, as: there }\n',
    })
    return runsOf(cwd)
  }

  it.each([
    ['bear the same folder name in two stores', { start: START + 0.5 }, { start: START + 60.5 }],
    ['log equal numbers by chance, begun in the same whole second', {}, {}],
    [
      'began at the very same time and log other values',
      { start: START + 0.5 },
      { start: START + 0.5, loss: 0.75 },
    ],
  ])('%s', async (_why, one, other) => {
    expect(await twoStores(one, other)).toEqual(['here:a', 'there:a'])
  })

  it('lie in one folder and come from different machines', async () => {
    const cwd = await temporaryFolder()
    const folder = join(cwd, 'logs/a')
    await events(folder, { start: START + 0.5, host: 'one' })
    await events(folder, { start: START + 3600.5, host: 'two', loss: 0.75 })
    expect(await runsOf(cwd)).toHaveLength(2)
  })
})
