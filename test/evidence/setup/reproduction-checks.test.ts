import { describe, expect, test } from 'vitest'
import { judgeSetup } from '../../../src/evidence/setup/judge-setup.ts'
import { reproductionChecks, runChecks } from '../../../src/evidence/setup/reproduction-checks.ts'
import { emptySubject } from '../../../src/evidence/setup/setup-subject.ts'
import { gatherSetup } from '../../support/gather-setup.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const RUN: RunSketch = {
  id: 'f0000000',
  params: { lr: '0.1', depth: '6', seed: '1' },
  metrics: { val_auc: { last: 0.8, lastStep: 20 }, fit_seconds: 3, epoch: 20 },
  code: { commit: 'c'.repeat(40), dirty: false, branch: null, entryPoint: null },
  dataSets: [{ name: 'rain', digest: 'abcd', context: null }],
}

function checksOf(others: readonly RunSketch[] = []) {
  const evidence = gatherSetup([RUN, ...others])
  const setup = judgeSetup(evidence, emptySubject(evidence.target.run.key))
  return { evidence, checks: reproductionChecks(setup, evidence) }
}
const seeds = (values: readonly number[]): readonly RunSketch[] =>
  values.map((val_auc, index) => ({
    ...RUN,
    id: `${index + 1}0000000`,
    params: { ...RUN.params, seed: String(index + 2) },
    metrics: { val_auc },
  }))

describe('reproductionChecks', () => {
  test('asks for status, settings, data, commit, steps, metrics and time, and for nothing of the machine', () => {
    expect(checksOf().checks.map(({ kind }) => kind)).toEqual([
      'status',
      'settings',
      'data',
      'commit',
      'steps',
      'metric',
      'duration',
    ])
  })

  test('without replicates the tolerance is a convention and says so', () => {
    expect(checksOf().checks).toContainEqual({
      kind: 'metric',
      metric: 'val_auc',
      expected: 0.8,
      tolerance: 0.008,
      ground: 'convention',
      runs: 0,
    })
  })

  test('replicates tell what seeds move it by', () => {
    const metric = checksOf(seeds([0.81, 0.79, 0.8])).checks.find((one) => one.kind === 'metric')
    // sd of 0.80 0.81 0.79 0.80 is 0.00816, t(0.975, 3) is 3.182: 3.182 · 0.00816 · √2.
    expect(metric).toMatchObject({ ground: 'replicates', runs: 4 })
    expect(metric?.kind === 'metric' ? metric.tolerance : 0).toBeCloseTo(0.036746, 5)
  })

  test('seeds that change nothing, and a repeat that came out the same, leave no room', () => {
    expect(checksOf(seeds([0.8, 0.8])).checks.find((one) => one.kind === 'metric')).toMatchObject({
      ground: 'still',
      tolerance: 0.8 * 1e-9,
    })
    expect(checksOf([{ ...RUN, id: '10000000' }]).checks.find((one) => one.kind === 'metric')).toMatchObject({
      ground: 'repeats',
      runs: 1,
    })
  })
})

describe('runChecks', () => {
  const outcomes = (more: Partial<RunSketch>) => {
    const { evidence, checks } = checksOf()
    const other = { ...evidence.target, run: makeRun({ ...RUN, id: 'e0000000', ...more }) }
    return runChecks(checks, evidence.target, other, evidence)
      .filter(({ outcome }) => outcome !== 'holds')
      .map(({ check, outcome, actual }) => `${check.kind} ${outcome}: ${actual}`)
  }
  test.each<[string, Partial<RunSketch>, readonly string[]]>([
    ['the same again', {}, []],
    ['notation', { params: { lr: '1e-1', depth: '6', seed: '1' } }, []],
    ['within the tolerance', { metrics: { val_auc: { last: 0.807, lastStep: 20 } } }, []],
    ['beyond it', { metrics: { val_auc: { last: 0.809, lastStep: 20 } } }, ['metric fails: 0.809']],
    [
      'not a number',
      { metrics: { val_auc: { last: Number.NaN, lastStep: 20 } } },
      ['metric open: not logged'],
    ],
    [
      'another setting',
      { params: { lr: '0.2', depth: '6', seed: '1' } },
      ['settings fails: lr=0.2, was 0.1'],
    ],
    [
      'a setting that is not logged',
      { params: { lr: '0.1', depth: '6' } },
      ['settings open: seed not logged'],
    ],
    ['it failed', { status: 'failed' }, ['status fails: failed']],
    ['other data', { dataSets: [{ name: 'rain', digest: 'ffff', context: null }] }, ['data fails: ffff']],
    ['no data set', { dataSets: [] }, ['data open: no data set logged']],
    ['other steps', { metrics: { val_auc: { last: 0.8, lastStep: 10 } } }, ['steps fails: step 10']],
    [
      'a dirty tree',
      { code: { commit: 'c'.repeat(40), dirty: true, branch: null, entryPoint: null } },
      [`commit fails: ${'c'.repeat(40)}, with uncommitted changes`],
    ],
    ['much slower', { endedAt: Date.UTC(2026, 2, 2, 12) }, ['duration open: 7200 s']],
  ])('%s', (_, more, told) => {
    expect(outcomes(more)).toEqual(told)
  })
})
