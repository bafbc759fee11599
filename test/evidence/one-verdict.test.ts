import { describe, expect, it } from 'vitest'
import type { Run } from '../../src/runs/run.ts'
import { findOpposites } from '../support/find-opposites.ts'
import { gather } from '../support/gather.ts'
import { gatherExample } from '../support/gather-example.ts'
import { gatherLastDay, gatherPlanted } from '../support/gather-planted.ts'
import { makeRun } from '../support/make-run.ts'
import { plantHistory } from '../support/planted-history.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PLANTED = 40
const SMALL = 400
const ARMS = 200
const METRICS = { primary: 'val_auc', directions: {}, headline: {}, units: {} }

describe('findings of one document give one verdict about one difference', () => {
  it('over each day of the example and over the whole of it', async () => {
    const { days, whole } = await gatherExample()
    const told = [...days, ['the whole project', whole] as const].map(([day, evidence]) => [
      day,
      findOpposites(evidence),
    ])
    expect(told).toEqual(told.map(([day]) => [day, []]))
  })

  it('over planted histories and the last day of each', async () => {
    const told: (readonly string[])[] = []
    for (let seed = 0; seed < PLANTED; seed += 1) {
      const history = plantHistory(seed)
      told.push(findOpposites(await gatherPlanted(history)), findOpposites(await gatherLastDay(history)))
    }
    expect(told.flat()).toEqual([])
  })

  it('over a few arms of three seeds, one of them better by up to five deviations', () => {
    const told = Array.from({ length: ARMS }, (_, seed) => {
      const random = seededRandom(seed)
      const runs = Array.from({ length: 3 * random.whole(3, 6) }, (_, index) => {
        const arm = Math.floor(index / 3)
        return makeRun({
          id: `arm${arm}seed${index % 3}`,
          params: { [seed % 2 === 0 ? 'loss' : 'depth']: seed % 2 === 0 ? `loss${arm}` : `${arm}` },
          metrics: { val_auc: 0.8 + (arm === 1 ? 0.01 * (seed % 6) : 0) + 0.01 * random.normal() },
          startedAt: index,
        })
      }).map((run, index) => ({ ...run, params: new Map([...run.params, ['seed', String(index % 3)]]) }))
      return findOpposites(gather(runs, [], { metrics: METRICS }))
    })
    expect(told.flat()).toEqual([])
  })

  it('over small projects, where a pair is often all that a search compares', () => {
    const told = Array.from({ length: SMALL }, (_, seed) => {
      const { session, before } = plantSmall(seed)
      return findOpposites(gather(session, [], { earlier: before, metrics: METRICS }))
    })
    expect(told.flat()).toEqual([])
  })
})

/** A day of a few settings of one or two models, some with seeds, after a few days of others. Two in three hold a better one. */
function plantSmall(seed: number): { readonly session: readonly Run[]; readonly before: readonly Run[] } {
  const random = seededRandom(seed)
  const below = (count: number): number => Math.floor(random.next() * count)
  const gain = [0, 0.025, 0.04][seed % 3] ?? 0
  const days = 1 + below(3)
  const runs: Run[] = []
  for (let day = 0; day < days; day += 1) {
    const settings = 2 + below(7)
    for (let setting = 0; setting < settings; setting += 1) {
      const model = ['forest', 'boosting'][below(2)] ?? ''
      const params: Record<string, string> = {
        model,
        depth: String(2 + below(3)),
        ...(model === 'boosting' ? { rate: String([0.1, 0.3][below(2)]) } : {}),
        loss: ['log', 'focal'][below(2)] ?? '',
      }
      const mean = 0.8 + (params.model === 'boosting' && params.loss === 'focal' ? gain : 0)
      const seeds = [1, 3, 3, 3][below(4)] ?? 1
      for (let draw = 0; draw < seeds; draw += 1)
        runs.push(
          makeRun({
            id: `d${day}s${setting}n${draw}`,
            params: { ...params, seed: String(draw) },
            metrics: { val_auc: mean + 0.01 * random.normal() },
            startedAt: day * 86_400_000 + setting * 1000 + draw,
            ...(seed % 2 === 0 && runs.length === 0 ? { tags: { stage: 'production' } } : {}),
          }),
        )
    }
  }
  const isLast = ({ id }: Run): boolean => id.startsWith(`d${days - 1}`)
  return { session: runs.filter(isLast), before: runs.filter((run) => !isLast(run)) }
}
