import { describe, expect, test } from 'vitest'
import { projectNames } from '../../src/evidence/projects-of.ts'
import type { Run } from '../../src/runs/run.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

function run(sketch: RunSketch, source: string, experiment: string): Run {
  return { ...makeRun(sketch), source, experiment: { id: experiment, name: experiment } }
}
const FLOW = { params: { inputs: 'rain', lr: '0.1', depth: '3' }, metrics: { test_loss: 0.2, val_auc: 0.7 } }
const CHURN = {
  params: { model: 'lgbm', num_leaves: '7', min_child: '30', seed: '1', sampling: 'none', folds: '5' },
  metrics: { val_auc: 0.7, val_f1: 0.2, val_ap: 0.1, fit_seconds: 3 },
}

function told(...runs: readonly Run[]): readonly (string | null)[] {
  return runs.map(projectNames(runs))
}

describe('projects of a day', () => {
  test('are told apart by source where they name neither the same data nor the same settings', () => {
    expect(
      told(run({ id: 'a1', ...FLOW }, 'river', 'lstm'), run({ id: 'b1', ...CHURN }, 'shop', 'trees')),
    ).toEqual(['river', 'shop'])
  })

  test('are told apart by experiment in one source', () => {
    expect(
      told(run({ id: 'a1', ...FLOW }, 'mlflow', 'river'), run({ id: 'b1', ...CHURN }, 'mlflow', 'churn')),
    ).toEqual(['river', 'churn'])
  })

  test('are one where data, settings or a word of the experiments are the same, or nothing is told', () => {
    const dataSets = [{ name: 'd', digest: 'x1', context: null }]
    const same = [null, null]
    expect(
      told(run({ id: 'a1', ...FLOW, dataSets }, 'a', 'x'), run({ id: 'b1', ...CHURN, dataSets }, 'b', 'y')),
    ).toEqual(same)
    expect(told(run({ id: 'a1', ...CHURN }, 'a', 'x'), run({ id: 'b1', ...CHURN }, 'b', 'y'))).toEqual(same)
    expect(
      told(
        run({ id: 'a1', ...FLOW }, 'a', 'caravan/keras'),
        run({ id: 'b1', ...CHURN }, 'a', 'caravan/trees'),
      ),
    ).toEqual(same)
    expect(told(run({ id: 'a1' }, 'a', 'x'), run({ id: 'b1', ...CHURN }, 'b', 'y'))).toEqual(same)
  })
})
