import { expect, test } from 'vitest'
import type { FakeRun } from '../../support/fake-source.ts'
import { along, gatherLogged, told } from '../../support/gather-logged.ts'

const START = Date.UTC(2026, 2, 2, 8)

/** Runs of so many minutes each, one an hour, with a loss over so many steps. */
function made(
  minutes: readonly number[],
  more: (place: number) => Partial<FakeRun> = () => ({}),
): readonly FakeRun[] {
  return minutes.map((long, place) => ({
    id: `${'abcdefghijk'[place]}`.repeat(8),
    startedAt: new Date(START + place * 3_600_000).toISOString(),
    endedAt: new Date(START + place * 3_600_000 + long * 60_000).toISOString(),
    // The sizes go up and down, so that no extreme of them is slow.
    params: { size: String([5, 1, 9, 3, 7, 2, 8, 4, 6][place] ?? place) },
    metrics: { val_loss: along(20, (at) => 1 - at / 2) },
    ...more(place),
  }))
}

async function slow(runs: readonly FakeRun[]): Promise<readonly string[]> {
  const evidence = await gatherLogged(runs)
  return told(evidence, 'cost').filter((one) => one.includes('as many steps'))
}

test('a run that took more than twice as long as the others for as many steps is told, with what the others took', async () => {
  expect(await slow(made([10, 11, 9, 45, 10, 12]))).toEqual([
    'r4 took 45 min, the other 5 runs with as many steps 10 min in the median: no setting that is logged tells it apart.',
  ])
})

test('several are told together, the longest first', async () => {
  expect(await slow(made([10, 11, 9, 45, 10, 12, 60, 10]))).toEqual([
    'r7 and r4 took 1 h and 45 min, the other 6 runs with as many steps 10 min in the median: no setting that is logged tells them apart.',
  ])
})

test.each([
  ['twice as long is no more than twice', made([10, 10, 10, 20, 10, 10])],
  ['few minutes are not worth a word', made([0.5, 0.5, 0.5, 2, 0.5, 0.5])],
  ['four runs are too few', made([10, 10, 10, 45])],
  ['half of the runs are no exception', made([10, 10, 10, 45, 46, 47])],
  ['a larger size explains it', made([10, 10, 45, 10, 10, 10])],
  [
    'a setting of its own explains it',
    made([10, 11, 9, 45, 10, 12], (place) => ({
      params: { device: 'x', model: place === 3 ? 'big' : 'small' },
    })),
  ],
  [
    'more steps explain it',
    made([10, 11, 9, 45, 10, 12], (place) => ({
      metrics: { val_loss: along(place === 3 ? 90 : 20, (at) => 1 - at / 2) },
    })),
  ],
  [
    'what did not finish is no measure',
    made([10, 11, 9, 45, 10, 12], (place) => ({ status: place === 3 ? 'failed' : 'finished' })),
  ],
])('%s', async (_, runs) => {
  expect(await slow(runs)).toEqual([])
})
