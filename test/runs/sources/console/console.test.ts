import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { RunSourceKind } from '../../../../src/runs/run-source.ts'
import { console } from '../../../../src/runs/sources/console/console.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { errorOf, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const DAY = Date.UTC(2026, 10, 2, 9)
const LINES = ['Epoch {epoch} lr {param:lr}', 'train {train_loss}', 'step-values']
const RUNS = {
  'a/train.log':
    '2026-11-02 09:00:00 - INFO - starting\n2026-11-02 09:00:01 - INFO - step:0/3 loss:2.5\n2026-11-02 09:00:02 - INFO - step:1/3 loss:nan\n2026-11-02 09:00:03 - INFO - step:2/3 loss:0.5 acc:50%\n',
  'b/train.log':
    '2026-11-02T10:00:00Z Epoch 1 lr 1e-05\ntrain 3.5\nEpoch 2 lr 1e-05\ntrain 2.5\nEpoch 3 lr 1e-05\ntrain 1.5\nTraceback (most recent call last):\n  File "x.py", line 3, in <module>\n    y()\nValueError: no gradient\n',
  'c/train.log':
    '2026-11-02 11:00:00 step 1 loss 1.5\nstep 2 loss 0.5\nstep 1 loss 9.5\nstep 2 loss 8.5\nstep 3 loss 7.5\n',
}

async function writeLogs(folder: string): Promise<string> {
  await write(join(folder, 'logs'), RUNS)
  return join(folder, 'logs')
}

/** The kind with its lines told, as narrate.yaml tells them; folders are found by their name, since nothing is found by a guess. */
const told: RunSourceKind = {
  ...console,
  async recognises(location, world) {
    if (location.endsWith('.db')) return false
    try {
      const source = await told.open(location, 'logs', world)
      for await (const _ of source.list({ limit: 1 })) return true
    } catch {
      return false
    }
    return false
  },
  detect: async (directory) => [join(directory, 'logs')],
  open: (location, alias, world, options) =>
    console.open(location, alias, world, { ...options, lines: LINES }),
}

const about = (id: string, name: string, hour: number | null) => ({
  key: `logs:${id}`,
  id,
  name,
  experiment: { id: '.', name: 'logs' },
  user: null,
  startedAt: hour === null ? null : DAY + (hour - 9) * 3_600_000,
  endedAt: null,
  parent: null,
  params: {},
  tags: {},
})

runSourceContract('a console log', {
  kind: told,
  alias: 'logs',
  write: async (folder) => {
    const location = await writeLogs(folder)
    await write(location, { 'c/train.log': '2026-11-02 11:00:00 step 1 loss 1.5\nstep 2 loss 0.5\n' })
    return location
  },
  runs: [
    {
      ...about('a/train.log', 'a', 9),
      status: 'unknown',
      tags: { 'step total': '3' },
      metrics: {
        loss: [
          [0, 2.5],
          [1, Number.NaN],
          [2, 0.5],
        ],
        acc_percent: [[2, 50]],
      },
    },
    {
      ...about('b/train.log', 'b', 10),
      status: 'failed',
      endedAt: DAY + 3_600_000,
      params: { lr: '1e-05' },
      tags: { failure: 'ValueError: no gradient' },
      metrics: {
        train_loss: [
          [1, 3.5],
          [2, 2.5],
          [3, 1.5],
        ],
      },
    },
    {
      ...about('c/train.log', 'c', 11),
      status: 'unknown',
      metrics: {
        loss: [
          [1, 1.5],
          [2, 0.5],
        ],
      },
    },
  ],
})

damageSuite('a console log', {
  kind: told,
  write: writeLogs,
  mostCuts: 150,
  flips: 150,
  unshown: (['cut', 'growing'] as const).map((damage) => ({
    damage,
    file: /b\/train\.log$/,
    wrong: /^(?:tag failure = |endedAt )/,
    because: 'the last line of a traceback is text, and may end anywhere',
  })),
  async writeNamed(folder, name) {
    const file = name.replaceAll(/[/\0]/g, '_').slice(0, 200)
    await mkdir(join(folder, 'logs'), { recursive: true })
    await write(join(folder, 'logs'), { [`${file}.log`]: `step 1 loss 2\nstep 2 ${name} 3\n${name}\n` })
    return join(folder, 'logs')
  },
})

async function readLogs(
  files: Readonly<Record<string, string>>,
  lines: readonly string[] = ['step-values'],
  at = '',
) {
  const root = await temporaryFolder()
  await write(root, files)
  return readEverything(console, join(root, at), plainWorld(root), { lines })
}

async function pointsOf(text: string, lines?: readonly string[]) {
  const { runs, gaps } = await readLogs({ 'x.log': text }, lines)
  return {
    runs: [...runs.values()].map(({ run, points }) => [
      run.id,
      Object.fromEntries(
        [...points].map(([name, all]) => [name, all.map(({ step, value }) => [step, value])]),
      ),
    ]),
    gaps: [...new Set(gaps.map(({ what, where, why }) => `${what} (${where}): ${why}`))],
  }
}

describe('a console log', () => {
  it('that begins with the whole program gives the values of its own lines alone', async () => {
    const root = await temporaryFolder()
    await copyFile(
      fileURLToPath(new URL('../../../fixtures/console/modded-nanogpt.txt', import.meta.url)),
      join(root, 'log.txt'),
    )
    const { runs } = await readEverything(console, root, plainWorld(root), { lines: ['step-values'] })
    const [seen] = [...runs.values()]
    expect(runs.size).toBe(1)
    expect(
      [...(seen?.points ?? [])].map(([name, points]) => [name, points.length, points.at(-1)?.value]),
    ).toEqual([
      ['step_avg_ms', 44, 178.89],
      ['train_loss', 42, 3.2686],
      ['train_time_ms', 44, 910546],
      ['val_loss', 2, 3.2741],
    ])
    expect(seen?.points.get('val_loss')?.at(-1)?.origin).toEqual({
      source: 'logs',
      file: 'log.txt',
      line: 256,
    })
    expect([...(seen?.run.tags ?? [])]).toEqual([['step total', '5100']])
  })

  it('in which the count falls to its beginning holds another training', async () => {
    expect(await pointsOf(RUNS['c/train.log'])).toEqual({
      runs: [
        [
          'x.log',
          {
            loss: [
              [1, 1.5],
              [2, 0.5],
            ],
          },
        ],
        [
          'x.log#2',
          {
            loss: [
              [1, 9.5],
              [2, 8.5],
              [3, 7.5],
            ],
          },
        ],
      ],
      gaps: [],
    })
  })

  it('in which the count falls half-way was resumed, and says what is left out', async () => {
    const text =
      'step 1 loss 4 acc 1\nstep 2 loss 3 acc 1\nstep 3 loss 2 acc 1\nstep 2 loss 2.5 acc 2\nstep 3 loss 1.5 acc 2\n'
    expect(await pointsOf(text)).toEqual({
      runs: [
        [
          'x.log',
          {
            loss: [
              [1, 4],
              [2, 2.5],
              [3, 1.5],
            ],
            acc: [
              [1, 1],
              [2, 2],
              [3, 2],
            ],
          },
        ],
      ],
      gaps: [
        '4 values (x.log:4): the training was resumed: what came at that step and after, before it was, is left out',
      ],
    })
  })

  it('whose evaluation counts its own batches goes on all the same', async () => {
    const text = [10, 20]
      .map((step) => `step ${step} loss 1\nstep ${step + 1} loss 1\nstep 1 eval 5\nstep 2 eval 6\n`)
      .join('')
    const { runs, gaps } = await pointsOf(`${text}step 30 loss 1\n`)
    expect(runs).toEqual([
      [
        'x.log',
        {
          eval: [
            [null, 5],
            [null, 6],
            [null, 5],
            [null, 6],
          ],
          loss: [
            [10, 1],
            [11, 1],
            [20, 1],
            [21, 1],
            [30, 1],
          ],
        },
      ],
    ])
    expect(gaps).toEqual([])
  })

  it('whose steps begin anew in every epoch is counted by the epoch', async () => {
    const text =
      'Epoch [1/2], Step [1/2], Loss: 4\nEpoch [1/2], Step [2/2], Loss: 3\nEpoch [2/2], Step [1/2], Loss: 2\nEpoch [2/2], Step [2/2], Loss: 1\n'
    expect(await pointsOf(text)).toEqual({
      runs: [
        [
          'x.log',
          {
            Loss: [
              [1, 4],
              [1, 3],
              [2, 2],
              [2, 1],
            ],
          },
        ],
      ],
      gaps: [],
    })
  })

  it('that tells steps and epochs tells both', async () => {
    expect(
      (
        await pointsOf("{'loss': 2, 'step': 5, 'epoch': 0.5}\n{'loss': 1, 'step': 10, 'epoch': 1.0}\n", [
          'dict',
        ])
      ).runs,
    ).toEqual([
      [
        'x.log',
        {
          loss: [
            [5, 2],
            [10, 1],
          ],
          epoch: [
            [5, 0.5],
            [10, 1],
          ],
        },
      ],
    ])
  })

  it('with bars that are drawn over themselves, in colours, tells what stood at their end', async () => {
    const text =
      'Epoch 1/2\r\n1/2 [===>...] - ETA: 1s - loss: 9\r\b\b\u001b[1m2/2\u001b[0m [======] - 2s 2ms/step - loss: 0.5 - val_loss: 0.75\nEpoch 2/2\n2/2 [======] - 2s - loss: 0.25 - val_loss: 0.5\n'
    expect((await pointsOf(text, ['keras'])).runs).toEqual([
      [
        'x.log',
        {
          loss: [
            [1, 0.5],
            [2, 0.25],
          ],
          val_loss: [
            [1, 0.75],
            [2, 0.5],
          ],
        },
      ],
    ])
  })

  it('whose last line does not end leaves it out, with a gap', async () => {
    expect(await pointsOf('step 1 loss 1.25\nstep 2 loss 1.2')).toEqual({
      runs: [['x.log', { loss: [[1, 1.25]] }]],
      gaps: ['line 2 (x.log:2): it does not end: it may be cut'],
    })
  })

  it.each([
    ['Traceback (most recent call last):\n  File "x"\nKeyboardInterrupt\n', 'killed', 'KeyboardInterrupt'],
    [
      '[rank0]: Traceback (most recent call last):\n[rank0]:   File "x"\n[rank0]: torch.OutOfMemoryError: CUDA out of memory.\nTraceback (most recent call last):\n  File "y"\ntorch.distributed.elastic.multiprocessing.errors.ChildFailedError:\n',
      'failed',
      'torch.OutOfMemoryError: CUDA out of memory.',
    ],
    [
      'Traceback (most recent call last):\n  File "x"\nValueError: caught\nstep 2 loss 1\n',
      'unknown',
      undefined,
    ],
    ['Traceback (most recent call last):\n', 'unknown', undefined],
    ['ValueError: only said\n', 'unknown', undefined],
  ])('that ends on %j', async (end, status, failure) => {
    const { runs } = await readLogs({ 'x.log': `step 1 loss 2\n${end}` })
    const run = [...runs.values()][0]?.run
    expect([run?.status, run?.tags.get('failure')]).toEqual([status, failure])
  })

  it('of a training that broke and was begun again tells both', async () => {
    const { runs } = await readLogs({
      'x.log':
        'step 1 loss 2\nstep 2 loss 1\nTraceback (most recent call last):\n  File "x"\nOSError: disk full\nstep 1 loss 2\nstep 2 loss 1\n',
    })
    expect([...runs.values()].map(({ run }) => [run.name, run.status, run.tags.get('failure')])).toEqual([
      ['x', 'failed', 'OSError: disk full'],
      ['x #2', 'unknown', undefined],
    ])
  })

  it('that broke before its first value is a run, and one without any value is a gap', async () => {
    const { runs, gaps } = await readLogs({
      'a.log': 'Traceback (most recent call last):\n  File "x"\nImportError: no torch\n',
      'b.log': 'hello\n',
    })
    expect([...runs.values()].map(({ run }) => [run.id, run.status, run.metrics.size])).toEqual([
      ['a.log', 'failed', 0],
    ])
    expect(gaps[0]).toEqual({
      kind: 'gap',
      what: 'log b.log',
      where: 'b.log',
      why: 'none of its lines is of a shape that `lines` tells',
    })
  })

  it('is named by a file, a folder or a glob; one with a name that says nothing is called by its folder', async () => {
    const files = {
      'runs/one/log.txt': 'step 1 loss 1\n',
      'runs/two/log.txt': 'step 1 loss 1\n',
      'runs/two/other.txt': 'step 1 loss 1\n',
      'runs/two/requirements.txt': 'torch\n',
      'runs/two/deep/log.txt': 'step 1 loss 1\n',
    }
    const found = async (at: string) =>
      [...(await readLogs(files, ['step-values'], at)).runs.values()].map(
        ({ run }) => `${run.experiment.name}: ${run.name} (${run.id})`,
      )
    expect(await found('runs')).toEqual([
      'runs: one (one/log.txt)',
      'runs: two (two/log.txt)',
      'two: other (two/other.txt)',
      'two: deep (two/deep/log.txt)',
    ])
    expect(await found('runs/*/log.txt')).toEqual(['runs: one (one/log.txt)', 'runs: two (two/log.txt)'])
    expect(await found('runs/**/l?g.txt')).toEqual([
      'runs: one (one/log.txt)',
      'runs: two (two/log.txt)',
      'two: deep (two/deep/log.txt)',
    ])
    expect(await found('runs/t*o/*th*.txt')).toEqual(['two: other (two/other.txt)'])
    expect(await found('runs/one/log.txt')).toEqual([expect.stringMatching(/one \(log\.txt\)$/)])
  })

  it('is never read by a guess: a file alone says what to tell of its lines', async () => {
    const root = await temporaryFolder()
    await write(root, {
      'x.log': 'step 1 loss 3\nstep 2 loss 2\nstep 3 loss 1\n',
      'README.txt': 'step one\n',
    })
    const world = plainWorld(root)
    expect(await console.detect(root, world)).toEqual([])
    expect(await console.recognises(join(root, 'x.log'), world)).toBe(true)
    expect(await console.recognises(join(root, 'README.txt'), world)).toBe(false)
    const error = await errorOf(() => console.open(join(root, 'x.log'), 'logs', world))
    expect(error.hint).toBe('In narrate.yaml, beside its `at`: lines: [step-values] (what it looks like).')
    expect(
      (await errorOf(() => console.open(join(root, 'none/*.log'), 'logs', world, { lines: LINES }))).kind,
    ).toBe('source')
    expect((await errorOf(() => console.open(root, 'logs', world, { lines: ['loss'] }))).kind).toBe('source')
  })
})

describe('a guess of console logs', () => {
  it('names those that lie alike together, with the shape of most lines and an example', async () => {
    const root = await temporaryFolder()
    const log = (of: number) =>
      `${'x = 1  # code\n'.repeat(10_000)}${[1, 2, 3].map((step) => `step:${step}/3 loss:${of / step}\n`).join('')}`
    await write(root, {
      'runs/one/log.txt': log(1),
      'runs/two/log.txt': log(2),
      'hf/out.log': [1, 2, 3].map((epoch) => `{'loss': 0.5, 'epoch': ${epoch}.0}\n`).join(''),
      'notes.txt': 'today I tried step 1\nand step 2\nand step 3\n',
      'few.log': 'step 1 loss 1\n',
    })
    expect(await console.guess(root, plainWorld(root))).toEqual([
      { location: join(root, 'hf/out.log'), lines: 'dict', files: 1, example: "{'loss': 0.5, 'epoch': 3.0}" },
      {
        location: join(root, 'runs/*/log.txt'),
        lines: 'step-values',
        files: 2,
        example: 'step:3/3 loss:0.3333333333333333',
      },
    ])
  })
})
