import { expect, test } from 'vitest'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { trajectories } from '../../src/evidence/trajectories.ts'
import type { FakeRun } from '../support/fake-source.ts'
import { along, gatherLogged } from '../support/gather-logged.ts'

const hour = { startedAt: '2026-03-02T10:00:00Z', endedAt: '2026-03-02T11:00:00Z' }
const plain = { directions: {}, headline: {}, units: {} }

function shown(evidence: Evidence): readonly string[] {
  return trajectories(evidence).map(
    ({ one, metric, best, training }) => `${one.run.id} ${metric} ${best} ${training}`,
  )
}

function made(id: string, loss: number, more: Partial<FakeRun> = {}): FakeRun {
  return {
    ...hour,
    id,
    metrics: {
      val_loss: along(10, (at) => loss - at / 10),
      train_loss: along(10, (at) => loss - at / 5),
      val_acc: along(10, (at) => at - loss),
    },
    ...more,
  }
}

test('the held-out loss comes first, with its training series, then the metric that leads; the best run of each on top', async () => {
  const evidence = await gatherLogged([made('a', 1), made('b', 0.5)], {
    metrics: { ...plain, primary: 'val_acc' },
  })
  expect(shown(evidence)).toEqual([
    'b val_loss min train_loss',
    'a val_loss min train_loss',
    'b val_acc max null',
    'a val_acc max null',
  ])
})

test('a whole loss is told before a part of it, and no accuracy is taken for one by its name', async () => {
  const series = along(5, (at) => 1 - at)
  const metrics = { valid_loss_Accuracy: series, valid_loss_ce_loss: series, valid_loss_loss: series }
  const evidence = await gatherLogged([{ ...hour, id: 'a', metrics }], {
    metrics: { ...plain, primary: 'other' },
  })
  expect(shown(evidence)[0]).toBe('a valid_loss_loss min null')
})

test('values that were logged once or twice, and counters, are no way', async () => {
  const metrics = {
    val_loss: along(2, (at) => at),
    test_auc: [[null, 0.7]] as const,
    epoch: along(9, (_, step) => step),
  }
  expect(shown(await gatherLogged([{ ...hour, id: 'a', metrics }]))).toEqual([])
})

test('of many runs twelve are told, and among them three that broke off, the best of those first', async () => {
  const whole = Array.from({ length: 15 }, (_, index) => made(`whole${index}`, 1 + index / 100))
  const broken = [3, 1, 2, 4].map((place) =>
    made(`broken${place}`, 0.2 + place / 100, { status: place === 2 ? 'killed' : 'failed' }),
  )
  const told = shown(
    await gatherLogged([...broken, ...whole], { metrics: { ...plain, primary: 'val_loss' } }),
  )
  expect(told.map((one) => one.split(' ')[0])).toEqual([
    ...Array.from({ length: 9 }, (_, index) => `whole${index}`),
    'broken1',
    'broken2',
    'broken3',
  ])
})

test('where the way that is better is not known, none is called best', async () => {
  const evidence = await gatherLogged([{ ...hour, id: 'a', metrics: { wobble: along(5, (at) => at) } }])
  expect(shown(evidence)).toEqual(['a wobble null null'])
})
