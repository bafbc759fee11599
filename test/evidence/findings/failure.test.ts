import { describe, expect, test } from 'vitest'
import { gather } from '../../support/gather.ts'
import { along, gatherLogged, told } from '../../support/gather-logged.ts'
import { makeRun } from '../../support/make-run.ts'

const short = { startedAt: '2026-03-02T10:00:00Z', endedAt: '2026-03-02T10:00:30Z' }
const failed = { ...short, status: 'failed' } as const

describe('failures', () => {
  test('are told with exception and cause', async () => {
    const evidence = await gatherLogged([
      {
        ...failed,
        id: 'a',
        tags: {
          exception:
            'MemoryError: Unable to allocate 49.6 GiB for an array with shape (3132, 2127210) and data type float64',
        },
      },
    ])
    expect(told(evidence, 'failure')).toEqual([
      'r1 failed, out of memory: MemoryError: Unable to allocate 49.6 GiB for an array with shape (3132, 2127210) and data type float64.',
    ])
  })

  test('of one cause are told together, numbers apart', async () => {
    const runs = [3, 5, 8].map((epoch, index) => ({
      ...failed,
      id: `run${index}`,
      artifacts: { 'train.log': `ValueError: loss is bad in epoch ${epoch}` },
    }))
    expect(
      told(await gatherLogged([...runs, { ...failed, id: 'z', status: 'killed' as const }]), 'failure'),
    ).toEqual([
      'r1, r2 and r3 failed with like errors: ValueError: loss is bad in epoch 3.',
      'r4 was killed; no error is logged.',
    ])
  })

  test('say which setting all of them share and no finished run has, and nothing where one finished with it', () => {
    const day = (last: string) =>
      gather(
        ['attention', 'attention', 'attention', 'lstm', 'lstm', last].map((arch, index) =>
          makeRun({
            id: `${index}`.repeat(8),
            status: index < 3 ? 'failed' : 'finished',
            params: { arch, lr: `0.${index + 1}` },
            startedAt: index,
            endedAt: index + 1,
          }),
        ),
      )
    expect(told(day('gru'), 'failure').at(-1)).toBe(
      'All 3 that failed or were killed have arch attention; none of the 3 finished runs has.',
    )
    expect(told(day('attention'), 'failure').join()).not.toContain('All 3')
  })

  test('beyond three causes are named together, none is left out', async () => {
    const words = ['rows', 'columns', 'files', 'models', 'seeds']
    const runs = words.map((word) => ({ ...failed, id: word, tags: { exception: `ValueError: no ${word}` } }))
    const findings = told(await gatherLogged(runs), 'failure')
    expect(findings).toHaveLength(4)
    expect(findings.at(-1)).toBe('r4 and r5 failed or were killed as well, for other causes.')
  })

  test('say how far the run came, against those that finished', async () => {
    const loss = (length: number) => ({ train_loss: along(length, (at) => 1 - at) })
    const evidence = await gatherLogged([
      { ...failed, id: 'a', metrics: loss(30) },
      { ...short, id: 'b', metrics: loss(100) },
      { ...short, id: 'c', metrics: loss(100) },
    ])
    expect(told(evidence, 'failure')).toEqual([
      'r1 failed after step 29, where finished runs went to 99; no error is logged.',
    ])
  })

  test('say how far runs of one cause came, from the first to the last', async () => {
    const loss = (length: number) => ({ train_loss: along(length, (at) => 1 - at) })
    const day = (...lengths: readonly (number | null)[]) =>
      gatherLogged([
        ...lengths.map((length, index) => ({
          ...failed,
          id: `run${index}`,
          ...(length === null ? {} : { metrics: loss(length) }),
        })),
        { ...short, id: 'whole', metrics: loss(100) },
      ])
    expect(told(await day(30, 12, 41), 'failure')[0]).toBe(
      'r1, r2 and r3 failed after steps 11 to 40, where finished runs went to 99; no error is logged.',
    )
    expect(told(await day(30, 30), 'failure')[0]).toBe(
      'r1 and r2 failed after step 29 each, where finished runs went to 99; no error is logged.',
    )
    expect(told(await day(30, null, 41), 'failure')[0]).toBe(
      'r1, r2 and r3 failed after steps 29 to 40 as far as steps are logged, where finished runs went to 99; no error is logged.',
    )
  })

  test('say nothing of steps where every point was logged at one', async () => {
    const evidence = await gatherLogged([
      {
        ...failed,
        id: 'a',
        metrics: {
          train_loss: [
            [0, 1],
            [0, 2],
            [0, 3],
          ],
        },
      },
    ])
    expect(told(evidence, 'failure')).toEqual(['r1 failed; no error is logged.'])
  })

  test('say when the same settings finished later, and not when they finished before', async () => {
    const at = (hour: number) => ({
      startedAt: `2026-03-02T${hour}:00:00Z`,
      endedAt: `2026-03-02T${hour}:00:20Z`,
    })
    const params = { lr: '0.1', seed: '1' }
    const later = { ...at(12), id: 'b', params: { ...params, seed: '2' } }
    expect(
      told(await gatherLogged([{ ...at(11), id: 'a', status: 'failed', params }, later]), 'failure'),
    ).toEqual(['r1 failed; no error is logged. r2 ran with the same logged settings later and finished.'])
    expect(
      told(await gatherLogged([later, { ...at(13), id: 'a', status: 'failed', params }]), 'failure'),
    ).toEqual(['r2 failed; no error is logged.'])
  })

  test('take no command line alone for the same settings', async () => {
    const at = (hour: number) => ({
      startedAt: `2026-03-02T${hour}:00:00Z`,
      endedAt: `2026-03-02T${hour}:00:20Z`,
    })
    const params = { 'cmd-sys.argv': 'train.py', seed: '1' }
    const runs = [
      { ...at(11), id: 'a', status: 'failed' as const, params },
      { ...at(12), id: 'b', params },
    ]
    expect(told(await gatherLogged(runs), 'failure')).toEqual(['r1 failed; no error is logged.'])
  })

  test('say that the error came before, in runs that are not told here', () => {
    const broken = (id: string, startedAt: number) =>
      makeRun({
        id,
        startedAt,
        endedAt: startedAt + 9,
        status: 'failed',
        tags: { exception: `KeyError: ${startedAt}` },
      })
    const evidence = gather([broken('now', 1000)], [], {
      earlier: [broken('before', 10), makeRun({ id: 'fine', startedAt: 20 })],
    })
    expect(told(evidence, 'failure')).toEqual(
      ['r1 failed with: KeyError: 1000. Before that it ended r2.'].map((text) => text.replace(' with', '')),
    )
    expect(evidence.findings.find(({ kind }) => kind === 'failure')?.scope).toBe('project')
  })

  test('tell the time they took where it is worth telling', () => {
    const run = (id: string, status: 'failed' | 'finished', minutes: number | null) =>
      makeRun({ id, status, startedAt: 0, endedAt: minutes === null ? null : minutes * 60_000 })
    const evidence = gather([run('a', 'failed', 30), run('b', 'finished', 90), run('c', 'failed', null)])
    expect(told(evidence, 'failure').at(-1)).toBe(
      'What failed or was killed took 30 min of 2 h of run time, r3 not counted: no end is logged.',
    )
    expect(told(gather([run('a', 'failed', 2), run('b', 'finished', 5)]), 'failure')).toEqual([
      'r1 failed; no error is logged.',
    ])
  })
})
