import { describe, expect, test } from 'vitest'
import { approachesOf, nameOfApproach } from '../../../src/documents/phase/approaches.ts'
import { type MadeRun, makeEvidence } from '../../support/make-evidence.ts'

const DAY = 24 * 3600
const START = Date.parse('2026-11-01T08:00:00Z')

/** Runs of one model, an hour apart, behind so many hours. */
function runsOf(model: string, values: readonly number[], hours: number): readonly MadeRun[] {
  return values.map((value, index) => ({
    name: `${model}-${index}`,
    started: START + (hours + index) * 3_600_000,
    seconds: 600,
    params: { model, depth: index },
    metrics: { val_auc: value },
  }))
}

function approaches(runs: readonly MadeRun[], notes: readonly string[] = []) {
  const evidence = makeEvidence({
    runs,
    notes,
    directions: { val_auc: 'higher' },
    primary: 'val_auc',
  })
  const told = evidence.runs.map((one) => ({
    ...one,
    run: { ...one.run, experiment: { ...one.run.experiment, id: one.run.experiment.name } },
  }))
  const seen = { ...evidence, runs: told, lead: { metric: 'val_auc', assumed: false } }
  return approachesOf(seen).map((one) => ({
    name: nameOfApproach(one),
    runs: one.runs.length,
    status: one.status,
    best: one.judged?.ranked[0].run.name ?? null,
    rival: one.judged?.rival?.run.name ?? null,
  }))
}

describe('the approaches of a phase', () => {
  test('are the levels of what was compared, in the order in which they were begun, each with its best and its rival', () => {
    expect(approaches([...runsOf('xgb', [0.7, 0.8], 5), ...runsOf('forest', [0.6, 0.65], 0)])).toEqual([
      { name: 'model forest', runs: 2, status: 'open', best: 'forest-1', rival: 'xgb-1' },
      { name: 'model xgb', runs: 2, status: 'open', best: 'xgb-1', rival: 'forest-1' },
    ])
  })

  test('one whose best did not move in the second half of six settings is exhausted', () => {
    const [forest, xgb] = approaches([
      ...runsOf('forest', [0.6, 0.7, 0.69, 0.68, 0.66, 0.65], 0),
      ...runsOf('xgb', [0.6, 0.61, 0.62, 0.63, 0.64, 0.65], 7),
    ])
    expect([forest?.status, xgb?.status]).toEqual(['exhausted', 'open'])
  })

  test('one with five such runs is not called exhausted', () => {
    const [forest] = approaches([
      ...runsOf('forest', [0.7, 0.69, 0.68, 0.66, 0.65], 0),
      ...runsOf('xgb', [0.6, 0.61], 7),
    ])
    expect(forest?.status).toBe('open')
  })

  test('one that nobody ran while a third of the runs and two days passed was left', () => {
    const [forest, xgb] = approaches([
      ...runsOf('forest', [0.6, 0.7], 0),
      ...runsOf('xgb', [0.6, 0.61, 0.62], (3 * DAY) / 3600),
    ])
    expect([forest?.status, xgb?.status]).toEqual(['left', 'open'])
  })

  test('a closing word of a note counts before any rule', () => {
    const [forest] = approaches(
      [...runsOf('forest', [0.6, 0.7, 0.69, 0.68, 0.66, 0.65], 0), ...runsOf('xgb', [0.6, 0.61], 7)],
      ['forest is out: too slow'],
    )
    expect(forest?.status).toBe('closed')
  })

  test('without two levels they are experiments; one experiment alone is none', () => {
    const plain = runsOf('xgb', [0.6, 0.7, 0.8], 0)
    const two = plain.map((run, index) => ({ ...run, experiment: index === 0 ? 'first' : 'second' }))
    expect(approaches(two).map(({ name }) => name)).toEqual(['experiment first', 'experiment second'])
    expect(approaches(plain)).toEqual([])
  })
})
