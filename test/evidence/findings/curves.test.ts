import { describe, expect, test } from 'vitest'
import { freezeEvidence, thawEvidence } from '../../../src/evidence/freeze-evidence.ts'
import { along, gatherLogged, told } from '../../support/gather-logged.ts'
import { seededNoise } from '../../support/noise.ts'

const hour = { startedAt: '2026-03-02T10:00:00Z', endedAt: '2026-03-02T11:00:00Z' }
const falling = along(100, (at) => 1 - 0.5 * at)
const nan = Number.NaN

describe('curves', () => {
  test('tell where a training loss stopped being a number while validation stayed finite', async () => {
    const evidence = await gatherLogged([
      {
        ...hour,
        id: 'a',
        status: 'failed',
        metrics: {
          train_focal_loss: [...along(98, (at) => 1 - at / 2), [98, nan]],
          val_focal_loss: along(98, (at) => 1 - at / 3),
        },
      },
    ])
    expect(told(evidence, 'curve')).toEqual([
      'train_focal_loss is no number from step 98 on in r1 (failed); val_focal_loss stayed finite.',
    ])
  })

  test('name the first metric of each run that ended in no numbers', async () => {
    const runs = [10, 20, 30, 40].map((length, index) => ({
      ...hour,
      id: `run${index}`,
      metrics: {
        loss: [...along(length, () => 1), [length, nan] as const],
        score: [...along(length + 5, () => 1), [99, nan] as const],
      },
    }))
    expect(told(await gatherLogged(runs), 'curve')).toEqual([
      'In 4 runs a metric ended in values that are no numbers: r1 (loss from step 10 on), r2 (loss from step 20 on), r3 (loss from step 30 on) and 1 more.',
    ])
  })

  test('say nothing of single values in between that are no numbers', async () => {
    const metrics = { val_loss: falling.map(([step, value]) => [step, step === 50 ? nan : value] as const) }
    expect(told(await gatherLogged([{ ...hour, id: 'a', metrics }]), 'curve')).toEqual([])
  })

  test('tell metrics that never were a number', async () => {
    const runs = ['a', 'b'].map((id) => ({
      ...hour,
      id,
      metrics: {
        auc: [
          [0, nan],
          [1, nan],
        ] as const,
        f1: [[0, nan]] as const,
      },
    }))
    expect(
      told(await gatherLogged([...runs, { ...hour, id: 'c', metrics: { auc: [[0, 1]] } }]), 'curve'),
    ).toEqual(['No value of auc is a number in 2 of the 3 runs that logged it, 1 more metric likewise.'])
  })

  test('tell overfitting with points of both curves at the best step and at the end', async () => {
    const turning = along(100, (at) => 1 - Math.min(at, 0.4) + Math.max(0, at - 0.4))
    const evidence = await gatherLogged([
      { ...hour, id: 'a', metrics: { train_loss: along(100, (at) => 1 - 0.8 * at), val_loss: turning } },
      { ...hour, id: 'b', metrics: { train_loss: falling, val_loss: falling } },
    ])
    expect(told(evidence, 'curve')).toEqual([
      'val_loss got worse after its best while train_loss went on improving, in 1 of 2 runs: r1 (best 0.6 at step 40, last 1.19 at step 99). train_loss went from 0.68 at step 40 to 0.208 at step 99. Counted are runs whose last tenths are worse than the best one by 10% of the gain or 5% of the level, beyond their noise.',
    ])
    expect(thawEvidence(freezeEvidence(evidence)).runs[0]?.curves).toEqual(evidence.runs[0]?.curves)
  })

  test('do not hide the runs that got worse by less than those counted as overfitted', async () => {
    const turning = (by: number) => along(100, (at) => 1 - Math.min(at, 0.4) + by * Math.max(0, at - 0.4))
    const runs = [1, 0.06, 0.03].map((by, index) => ({
      ...hour,
      id: `run${index}`,
      metrics: { train_loss: along(100, (at) => 1 - 0.8 * at), val_loss: turning(by) },
    }))
    expect(told(await gatherLogged(runs), 'curve')[0]).toBe(
      'val_loss got worse after its best while train_loss went on improving, in 1 of 3 runs: r1 (best 0.6 at step 40, last 1.19 at step 99). train_loss went from 0.68 at step 40 to 0.208 at step 99. In the other 2 it ended worse than its best by less: by 0.0177 to 0.0354. Counted are runs whose last tenths are worse than the best one by 10% of the gain or 5% of the level, beyond their noise.',
    )
  })

  test('call no plateau what fell on after a huge first value', async () => {
    const noise = seededNoise(4)
    // The course of a loss of rivers: half of its range is gone after the first steps.
    const val_loss = along(
      150,
      (at, step) => 54 * Math.exp(-step / 4) + 0.38 + 0.9 * Math.exp(-4 * at) * (1 + 0.1 * noise.normal()),
    )
    expect(told(await gatherLogged([{ ...hour, id: 'a', metrics: { val_loss } }]), 'curve')).toEqual([])
  })

  test('call no overfitting what got worse together with the training loss', async () => {
    const turning = along(100, (at) => 1 - Math.min(at, 0.4) + Math.max(0, at - 0.4))
    const evidence = await gatherLogged([
      { ...hour, id: 'a', metrics: { train_loss: turning, val_loss: turning } },
    ])
    expect(told(evidence, 'curve').join()).not.toContain('went on improving')
  })

  test('tell divergence', async () => {
    const noise = seededNoise(1)
    const exploding = along(100, (at) => (at < 0.7 ? 1 - at : 40) + 0.01 * noise.normal())
    const [sentence = ''] = told(
      await gatherLogged([{ ...hour, id: 'a', metrics: { train_loss: exploding } }]),
      'curve',
    )
    expect(sentence).toMatch(
      /^train_loss gave back what it had gained in r1 \(best 0\.3\d* at step \d+, last \d+/,
    )
  })

  test('tell a loss that blew up exponentially, so that most of what was lost was lost at the end', async () => {
    const noise = seededNoise(5)
    for (const wobble of [0, 0.002]) {
      const val_loss = along(
        100,
        (_, step) =>
          (step < 60 ? 0.1 + 0.9 * Math.exp(-step / 8) : 0.1 * Math.exp((Math.log(660) * (step - 60)) / 39)) +
          wobble * noise.normal(),
      )
      const [sentence = ''] = told(await gatherLogged([{ ...hour, id: 'a', metrics: { val_loss } }]), 'curve')
      expect(sentence).toMatch(
        /^val_loss gave back what it had gained in r1 \(best [\d.]+ at step \d+, last 66/,
      )
    }
  })

  test('tell a plateau that cost minutes or hours, with the rule; not one that cost less', async () => {
    const levelling = along(100, (at) => 1 - Math.min(at, 0.3))
    const metrics = { val_loss: levelling }
    expect(told(await gatherLogged([{ ...hour, id: 'a', metrics }]), 'curve')).toEqual([
      'val_loss stopped gaining in the first half of r1 (from step 35 of 99 on: best 0.7 before, 0.7 since). What came after took 39 min (gains below 2%, or within the noise and below 5% of the best, are not counted).',
    ])
    const brief = { ...hour, endedAt: '2026-03-02T10:02:30Z' }
    expect(told(await gatherLogged([{ ...brief, id: 'a', metrics }]), 'curve')).toEqual([])
  })

  test('call no plateau what had its best by 5 % or more since, be it by noise', async () => {
    const after = (best: number) =>
      along(100, (at, step) =>
        at < 0.2
          ? 1 - 3.4 * at
          : step === 90
            ? best
            : 0.33 + 0.02 * Math.sin(2.3 * step) + 0.01 * Math.cos(step ** 2),
      )
    const sentences = async (best: number) =>
      told(await gatherLogged([{ ...hour, id: 'a', metrics: { val_loss: after(best) } }]), 'curve').join()
    expect(await sentences(0.3)).toContain('stopped gaining')
    expect(await sentences(0.27)).toBe('')
  })

  test('call no plateau what got worse again', async () => {
    const metrics = { val_loss: along(100, (at) => 1 - Math.min(at, 0.3) + Math.max(0, at - 0.4) / 4) }
    expect(told(await gatherLogged([{ ...hour, id: 'a', metrics }]), 'curve')).toEqual([])
  })

  test('say nothing of a metric whose direction nobody knows, nor of noise', async () => {
    const noise = seededNoise(2)
    const metrics = {
      zeal: along(100, (at) => 1 - Math.min(at, 0.3)),
      val_loss: along(100, () => noise.normal()),
    }
    expect(told(await gatherLogged([{ ...hour, id: 'a', metrics }]), 'curve')).toEqual([])
  })
})

describe('still improving', () => {
  const plateau = along(100, (at) => 1 - Math.min(at, 0.3))

  test('names the runs with two points of their logs, failed and killed ones too', async () => {
    const evidence = await gatherLogged([
      { ...hour, id: 'a', metrics: { val_loss: falling } },
      { ...hour, id: 'b', status: 'killed', metrics: { val_loss: along(100, (at) => 2 - 1.8 * at) } },
      { ...hour, id: 'c', metrics: { val_loss: plateau } },
    ])
    expect(told(evidence, 'still-improving')).toEqual([
      'val_loss was still improving at the end of 2 of 3 runs: r2 (from 0.578 at step 79 to 0.218 at step 99; killed), r1 (from 0.605 at step 79 to 0.505 at step 99).',
    ])
  })

  test('lets the held-out curve decide where there is one', async () => {
    const evidence = await gatherLogged([
      { ...hour, id: 'a', metrics: { train_loss: falling, val_loss: plateau } },
    ])
    expect(told(evidence, 'still-improving')).toEqual([])
  })

  test('takes the training curve where there is no other', async () => {
    expect(
      told(await gatherLogged([{ ...hour, id: 'a', metrics: { train_loss: falling } }]), 'still-improving'),
    ).toEqual([
      'train_loss was still improving at the end of r1 (from 0.605 at step 79 to 0.505 at step 99).',
    ])
  })

  test('is silent on a last value that is the best by luck', async () => {
    const noise = seededNoise(3)
    const lucky = [...along(99, () => 1 + 0.1 * noise.normal()), [99, 0.5] as const]
    expect(
      told(await gatherLogged([{ ...hour, id: 'a', metrics: { val_loss: lucky } }]), 'still-improving'),
    ).toEqual([])
  })

  test('says nothing of a run that ended in no number', async () => {
    const broken = along(60, (at) => (at < 0.7 ? 1 - at : Number.NaN))
    expect(
      told(await gatherLogged([{ ...hour, id: 'a', metrics: { val_loss: broken } }]), 'still-improving'),
    ).toEqual([])
  })

  test('says nothing of a run that still runs', async () => {
    const running = { id: 'a', status: 'running', startedAt: hour.startedAt, endedAt: null } as const
    expect(
      told(await gatherLogged([{ ...running, metrics: { val_loss: falling } }]), 'still-improving'),
    ).toEqual([])
  })
})
