import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainer } from '../../../../src/runs/sources/trainer/trainer.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const DAY = Date.UTC(2026, 10, 2)

async function writeObserved(folder: string): Promise<string> {
  await write(join(folder, 'sacred'), {
    '1/run.json':
      '{"status": "COMPLETED", "start_time": "2026-11-02T09:00:00.000000", "stop_time": "2026-11-02T09:01:00.500000", "result": 0.5, "command": "main", "meta": {"comment": "a try"}, "host": {"hostname": "box"}, "experiment": {"name": "mnist", "mainfile": "train.py", "dependencies": ["numpy==2"], "repositories": [{"url": "x", "commit": "abc", "dirty": true}]}}\n',
    '1/config.json': '{"lr": 1e-05, "seed": 123456789012345678, "model": {"depth": 3}}\n',
    '1/metrics.json':
      '{"loss": {"steps": [0, 1, 2], "values": [1.5, NaN, 0.5], "timestamps": ["2026-11-02T09:00:01", "2026-11-02T09:00:02", "2026-11-02T09:00:03"]}}\n',
    '1/cout.txt': 'epoch 1\nepoch 2\n',
    '1/info.json': '{}\n',
    '2/run.json':
      '{"status": "FAILED", "start_time": "2026-11-02T10:00:00", "fail_trace": ["Traceback\\n", "ValueError: no\\n"]}\n',
    '2/config.json': '{}\n',
    '10/run.json': '{"status": "RUNNING", "start_time": "2026-11-02T11:00:00", "stop_time": null}\n',
    '10/config.json': '{"lr": 0.1}\n',
    '_sources/train.py': 'print(1)\n',
  })
  return join(folder, 'sacred')
}

const about = (id: string, hour: number) => ({
  key: `logs:${id}`,
  id,
  name: id,
  experiment: { id: '.', name: 'sacred' },
  user: null,
  startedAt: DAY + hour * 3_600_000,
  endedAt: null,
  parent: null,
  tags: {},
  params: {},
  metrics: {},
})

runSourceContract('Sacred', {
  kind: trainer,
  alias: 'logs',
  write: writeObserved,
  runs: [
    {
      ...about('1', 9),
      status: 'finished',
      endedAt: DAY + 9 * 3_600_000 + 60_500,
      params: { lr: '1e-05', seed: '123456789012345678', 'model.depth': '3' },
      tags: { experiment: 'mnist', host: 'box', command: 'main' },
      metrics: {
        loss: [
          [0, 1.5],
          [1, Number.NaN],
          [2, 0.5],
        ],
        result: [[null, 0.5]],
      },
      artifacts: { 'cout.txt': 'epoch 1\nepoch 2\n' },
    },
    { ...about('2', 10), status: 'failed', tags: { failure: 'ValueError: no' } },
    { ...about('10', 11), status: 'running', params: { lr: '0.1' } },
  ],
})

damageSuite('Sacred', {
  kind: trainer,
  write: writeObserved,
  mostCuts: 120,
  flips: 200,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    await write(join(folder, '1'), {
      'run.json': `{"status": ${text}, "command": ${text}, "meta": {"comment": ${text}}}`,
      'config.json': `{${text}: ${text}}`,
      'metrics.json': `{${text}: {"steps": [1], "values": [0.5]}}`,
    })
    return folder
  },
})

describe('runs that Sacred observed', () => {
  it('keep code, comment, and the times of their points', async () => {
    const root = await temporaryFolder()
    const { runs } = await readEverything(trainer, await writeObserved(root), plainWorld(root))
    const seen = runs.get('logs:1')
    expect(seen?.run.code).toEqual({ commit: 'abc', dirty: true, branch: null, entryPoint: 'train.py' })
    expect(seen?.run.note).toBe('a try')
    expect(seen?.points.get('loss')?.[0]?.time).toBe(DAY + 9 * 3_600_000 + 1000)
  })
})
