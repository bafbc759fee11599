import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/runs/run.ts'
import { wandb } from '../../../../src/runs/sources/wandb/wandb.ts'
import { plainWorld, sorted } from '../../../support/run-source-contract.ts'

const FOLDER = path.join(import.meta.dirname, '../../../fixtures/wandb/gepa')

describe('real logs', () => {
  it('are read whole: a run resumed twice and an offline run', async () => {
    const source = await wandb.open(FOLDER, 'wandb', plainWorld(FOLDER))
    const { values, gaps } = await sorted<Run>(source.readAll({}))
    expect(gaps).toEqual([])
    expect(
      values.map(({ id, name, experiment, status, metrics, gaps: own }) => ({
        id,
        name,
        experiment: experiment.name,
        status,
        metrics: [...metrics].map(([metric, { last, lastStep, count }]) => [metric, last, lastStep, count]),
        gaps: own.length,
      })),
    ).toMatchInlineSnapshot(`
      [
        {
          "experiment": "test-internal-api",
          "gaps": 0,
          "id": "6t6wwhv2",
          "metrics": [
            [
              "gepa/iteration",
              3,
              11,
              3,
            ],
            [
              "gepa/score",
              0.8999999999999999,
              11,
              3,
            ],
            [
              "host/loss",
              0.05,
              19,
              18,
            ],
          ],
          "name": "6t6wwhv2",
          "status": "finished",
        },
        {
          "experiment": "test-resume-pattern",
          "gaps": 0,
          "id": "citerirc",
          "metrics": [
            [
              "host/loss",
              0.04,
              24,
              25,
            ],
          ],
          "name": "host-run",
          "status": "finished",
        },
      ]
    `)
    expect(new Set(values[1]?.origins.metrics.values()).size).toBeGreaterThan(0)
  })
})
