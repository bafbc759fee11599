import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isGap } from '../../../src/gap.ts'
import { asOfNow, SILENCE } from '../../../src/runs/files/as-of-now.ts'
import type { RunSource, RunSourceKind } from '../../../src/runs/run-source.ts'
import { tensorboard } from '../../../src/runs/sources/tensorboard/tensorboard.ts'
import { wandb } from '../../../src/runs/sources/wandb/wandb.ts'
import { makeRun } from '../../support/make-run.ts'
import { plainWorld } from '../../support/run-source-contract.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { wandbLog } from '../../support/wandb-log.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../../support/write-events.ts'
import { rows, writeWandb } from '../sources/wandb/write-runs.ts'

const MINUTE = 60_000

describe('a run whose log tells no end', () => {
  const NEWEST = Date.UTC(2026, 10, 20, 12)
  const cut = [{ kind: 'gap', what: 'the end of the log', where: 'log', why: 'it breaks off' }] as const
  const { artifacts: _, ...run } = makeRun({ id: 'r1', status: 'unknown' })
  const silent = { ...run, endedAt: NEWEST }

  it.each([
    ['just now', 0, 'running'],
    ['up to the limit', SILENCE, 'running'],
    ['a moment longer', SILENCE + 1, 'unknown'],
    ['by a clock that is a little ahead', -MINUTE, 'running'],
    ['by a clock of another time', -SILENCE - 1, 'unknown'],
  ])('that was written %s is told so', (_when, since, status) => {
    const known = { run: silent, lastLogged: NEWEST, open: { newest: NEWEST, cut } }
    const { run: told } = asOfNow(known, NEWEST + since)
    expect(told.status).toBe(status)
    expect(told.endedAt).toBe(status === 'running' ? null : NEWEST)
    // What breaks off is being written as long as it runs.
    expect(told.gaps).toEqual(status === 'running' ? [] : cut)
  })

  it('is never running where no entry has a time, nor where the log says how it ended', () => {
    const untimed = { run: silent, lastLogged: null, open: { newest: null, cut: [] } }
    expect(asOfNow(untimed, NEWEST).run.status).toBe('unknown')
    const stated = { run: { ...silent, status: 'failed' as const }, lastLogged: NEWEST, open: null }
    expect(asOfNow(stated, NEWEST)).toBe(stated)
  })
})

/** Logs of one open run, written a moment ago. */
const LOGS: readonly (readonly [RunSourceKind, (folder: string, at: number) => Promise<string>])[] = [
  [
    tensorboard,
    async (folder, at) => {
      await writeEvents(folder, 'run/events.out.tfevents.1.host', [
        fileVersion(at / 1000 - 10),
        event({ time: at / 1000, step: 1, values: [simpleValue('loss', 0.5)] }),
        new Uint8Array([1, 2, 3]),
      ])
      return folder
    },
  ],
  [
    wandb,
    async (folder, at) => {
      const whole = wandbLog([
        { kind: 'run', id: 'abc', project: 'shop', start: at - 10_000 },
        ...rows(at - 3000, { loss: [3, 2, 1] }),
      ])
      return writeWandb(folder, {
        'offline-run-20261120_090000-abc/run-abc.wandb': whole.subarray(0, whole.length - 5),
      })
    },
  ],
]

describe.each(LOGS)('what was read before of $name', (kind, write) => {
  it.each(['in the same look', 'in the cache'])('ages %s', async (where) => {
    const folder = await temporaryFolder()
    const written = Date.now()
    const location = await write(join(folder, 'logs'), written)
    // Later than the file's own time, so that it is kept.
    let now = written + 5000
    const world = { ...plainWorld(folder), now: () => now }
    const options = { cache: { folder: join(folder, 'cache'), stamp: '1' } }
    let source: RunSource = await kind.open(location, 'logs', world, options)
    const look = async () => {
      if (where === 'in the cache') {
        await source.close()
        source = await kind.open(location, 'logs', world, options)
      }
      const told: unknown[] = []
      for await (const found of source.list({}))
        told.push(isGap(found) ? found.what : `${found.status} ${found.endedAt === null ? 'open' : 'ended'}`)
      const running: string[] = []
      for await (const found of source.list({ statuses: ['running'] }))
        if (!isGap(found)) running.push(found.status)
      return { told, running }
    }
    expect(await look()).toEqual({ told: ['running open'], running: ['running'] })
    now += 10 * MINUTE
    expect(await look()).toEqual({ told: ['running open'], running: ['running'] })
    now += 10 * MINUTE
    const { told, running } = await look()
    expect(told[0]).toMatch(/^unknown /)
    expect(told).toHaveLength(2)
    expect(running).toEqual([])
    await source.close()
  })
})
