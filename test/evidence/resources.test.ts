import { expect, test } from 'vitest'
import { gpuHoursOf, moneyOf } from '../../src/evidence/resources.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const HOUR = { startedAt: 0, endedAt: 3_600_000 }

test.each<[string, Partial<RunSketch>, number | null]>([
  ['logged', { metrics: { gpu_hours: 7.5 } }, 7.5],
  ['a number of GPUs', { params: { 'trainer.num_gpus': '4' } }, 4],
  [
    "MLflow's system metrics",
    {
      metrics: {
        'system/gpu_0_utilization_percentage': 3,
        'system/gpu_1_memory_usage_megabytes': 9,
        'system/gpu_1_utilization_percentage': 3,
      },
    },
    2,
  ],
  ["Weights & Biases' system metrics", { metrics: { 'system.gpu.0.gpu': 90 } }, 1],
  ['no end', { params: { n_gpus: '4' }, endedAt: null }, null],
  ['a list of devices', { params: { gpus: '0,1' } }, null],
  ['all devices', { params: { gpus: '-1' } }, null],
  ['no number', { metrics: { gpu_hours: Number.NaN } }, null],
  ['nothing', {}, null],
])('GPU hours: %s', (_, sketch, expected) => {
  expect(gpuHoursOf(makeRun({ id: 'a', ...HOUR, ...sketch }))).toBe(expected)
})

test.each<[Partial<RunSketch>, unknown]>([
  [{ metrics: { cost_usd: 3.5 } }, { amount: 3.5, currency: 'USD' }],
  [{ metrics: { 'billing/total_cost_eur': 2 } }, { amount: 2, currency: 'EUR' }],
  [{ params: { usd_cost: '1.25' } }, { amount: 1.25, currency: 'USD' }],
  [{ metrics: { cost: 3 } }, null],
  [{ metrics: { cost_usd: -3 } }, null],
])('money: %j', (sketch, expected) => {
  expect(moneyOf(makeRun({ id: 'a', ...sketch }))).toEqual(expected)
})
