import { describe, expect, test } from 'vitest'
import { leastDifference, noiseFloor } from '../../../src/evidence/noise-floor.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'
import { toldFindings } from '../../support/told-findings.ts'

let started = 0
function run(params: Record<string, string>, auc: number, more: Partial<Run> = {}): Run {
  started += 1
  const id = `run${String(started).padStart(4, '0')}`
  return { ...makeRun({ id, startedAt: started, params, metrics: { val_auc: auc } }), ...more }
}

const code = (commit: string) => ({ code: { commit, dirty: null, branch: null, entryPoint: null } })

const seeds = () => [
  run({ model: 'lgbm', seed: '1' }, 0.91),
  run({ model: 'lgbm', seed: '2' }, 0.92),
  run({ model: 'lgbm', seed: '3' }, 0.9),
  run({ model: 'xgb', seed: '1' }, 0.93),
  run({ model: 'xgb', seed: '2' }, 0.95),
]

describe('replicates', () => {
  test('tell the noise floor, then each group with its interval', () => {
    // Squares around the means: 0.0002 and 0.0002 over 2 + 1 degrees of freedom: sd 0.011547; t(0.975, 3) = 3.182446 (scipy).
    // Interval of the first group: 0.91 ± 4.302653 × 0.01 / √3.
    expect(toldFindings('replicates', seeds())).toEqual([
      'Noise floor of val_auc: two single runs less than 0.05197 apart cannot be told from two seeds of one setting (standard deviation over seeds 0.01155, from 5 runs in 2 groups, whose own go from 0.01 to 0.01414).',
      'r1, r2, r3 differ in the seed alone: val_auc mean 0.91, standard deviation 0.01 over 3 runs; the mean lies between 0.8852 and 0.9348 (95% interval).',
      'r4, r5 differ in the seed alone: val_auc mean 0.94, standard deviation 0.01414 over 2 runs.',
    ])
  })

  test('a setting run again with the same seed is no replicate', () => {
    const again = [run({ model: 'lgbm', seed: '1' }, 0.91), run({ model: 'lgbm', seed: '1' }, 0.91)]
    expect(toldFindings('replicates', again)).toEqual([])
    expect(toldFindings('variation', [...again, run({ model: 'xgb', seed: '1' }, 0.9)])).toContain(
      'No setting was run twice with different seeds: every value is a single run.',
    )
    const rerun = code('b')
    const evidence = gather([
      ...seeds(),
      run({ model: 'xgb', seed: '2' }, 0.95, rerun),
      run({ model: 'xgb', seed: '1' }, 0.93, rerun),
    ])
    expect(noiseFloor(evidence, 'val_auc', evidence.runs)).toMatchObject({ degreesOfFreedom: 3, runs: 5 })
  })

  test('repeats on a later commit take no seed away from the group that they repeat', () => {
    const first = ['1', '2', '3'].map((seed) =>
      run({ model: 'lgbm', seed }, 0.9 + Number(seed) / 100, code('a')),
    )
    const again = ['1', '2'].map((seed) => run({ model: 'lgbm', seed }, 0.9 + Number(seed) / 100, code('b')))
    const evidence = gather(again, [], { earlier: first })
    const all = [...evidence.runs, ...evidence.earlier]
    expect(noiseFloor(evidence, 'val_auc', all)).toMatchObject({ degreesOfFreedom: 2, runs: 3, groups: 1 })
    expect(noiseFloor(evidence, 'val_auc', all)?.sd).toBeCloseTo(0.01, 12)
    // A seed that ran on both and gave the same value shows that the commit changed nothing: a new seed joins the old ones.
    const more = gather([...again, run({ model: 'lgbm', seed: '4' }, 0.94, code('b'))], [], {
      earlier: first,
    })
    expect(noiseFloor(more, 'val_auc', [...more.runs, ...more.earlier])).toMatchObject({ runs: 4, groups: 1 })
    const added = run({ model: 'lgbm', seed: '4' }, 0.94, code('b'))
    expect(toldFindings('replicates', [...again, added], [], { earlier: first })[1]).toContain(
      'differ in the seed and the commit (a seed that ran on both gave the same value): val_auc mean 0.925',
    )
    // Where one seed came out otherwise, the groups stay apart.
    const changed = gather([...again, run({ model: 'lgbm', seed: '3' }, 0.97, code('b'))], [], {
      earlier: first,
    })
    expect(noiseFloor(changed, 'val_auc', [...changed.runs, ...changed.earlier])).toMatchObject({
      runs: 6,
      groups: 2,
    })
  })

  test.each([
    { of: 'other code', more: { code: { commit: 'b', dirty: null, branch: null, entryPoint: null } } },
    { of: 'other data', more: { dataSets: [{ name: 'd', digest: 'b', context: null }] } },
    { of: 'a failed run', more: { status: 'failed' as const } },
  ])('$of makes none', ({ more }) => {
    const known = {
      code: { commit: 'a', dirty: null, branch: null, entryPoint: null },
      dataSets: [{ name: 'd', digest: 'a', context: null }],
    }
    const runs = [
      run({ model: 'lgbm', seed: '1' }, 0.9, known),
      run({ model: 'lgbm', seed: '2' }, 0.8, { ...known, ...more }),
    ]
    expect(toldFindings('replicates', runs)).toEqual([])
  })

  test('a commit that only some runs tell parts nobody', () => {
    const known = { code: { commit: 'a', dirty: null, branch: null, entryPoint: null } }
    const evidence = gather([
      run({ model: 'lgbm', seed: '1' }, 0.9, known),
      run({ model: 'lgbm', seed: '2' }, 0.8),
      run({ model: 'lgbm', seed: '3' }, 0.85),
    ])
    expect(noiseFloor(evidence, 'val_auc', evidence.runs)?.runs).toBe(3)
  })

  test('without a seed nobody knows what made runs of one setting differ: they are no replicates', () => {
    const named = (name: string, auc: number) => run({ model: 'lgbm' }, auc, { name })
    const runs = [named('final run 1', 0.9), named('final run 2', 0.8), named('final run 3', 0.85)]
    expect(toldFindings('replicates', runs)).toEqual([])
    const evidence = gather(runs)
    expect(noiseFloor(evidence, 'val_auc', evidence.runs)).toBeNull()
    expect(evidence.groups.some(({ kind }) => kind === 'replicates')).toBe(false)
  })

  test('the set that holds more of the session comes first', () => {
    const of = (target: string, model: string, seed: string, auc: number) => run({ target, model, seed }, auc)
    const lake = ['1', '2', '3'].flatMap((seed) => [
      of('lake', 'a', seed, 0.5 + Number(seed) / 100),
      of('lake', 'b', seed, 0.6 + Number(seed) / 100),
    ])
    const river = ['1', '2', '3'].map((seed) => of('river', 'a', seed, 0.7 + Number(seed) / 100))
    const alone = ['c', 'd', 'e', 'f'].map((model) => of('river', model, '1', 0.7))
    const told = toldFindings('replicates', [...lake, ...river, ...alone])
    expect(told[0]).toContain('Noise floor of val_auc (target=river)')
    expect(told[1]).toContain('Noise floor of val_auc (target=lake)')
  })

  test('one pair of seeds is told and makes no noise floor', () => {
    const runs = [run({ model: 'lgbm', seed: '1' }, 0.9), run({ model: 'lgbm', seed: '2' }, 0.8)]
    const told = toldFindings('replicates', runs)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('differ in the seed alone')
  })

  test('where seeds change nothing in half of the settings, the others make no noise floor', () => {
    const settings = (models: readonly string[], spread: number) =>
      models.flatMap((model) =>
        ['1', '2', '3'].map((seed) => run({ model, seed }, 0.9 + spread * Number(seed))),
      )
    const floorOf = (runs: readonly Run[]) => {
      const evidence = gather(runs)
      return noiseFloor(evidence, 'val_auc', evidence.runs)
    }
    expect(floorOf([...settings(['a'], 0), ...settings(['b'], 0.01)])).toBeNull()
    expect(floorOf([...settings(['a'], 0), ...settings(['b', 'c'], 0.01)])?.groups).toBe(2)
  })

  test('values at the edge of what a number holds make no noise floor and no interval', () => {
    const runs = ['1', '2', '3'].map((seed) => run({ model: 'lgbm', seed }, 1e300 * (Number(seed) - 2) * 1e8))
    expect(toldFindings('replicates', runs)).toEqual([])
  })

  test('runs that log nothing but a seed are not known to be one setting', () => {
    expect(toldFindings('replicates', [run({ seed: '1' }, 0.9), run({ seed: '2' }, 0.8)])).toEqual([])
  })

  test('seeds that make no difference give no noise floor', () => {
    const same = [run({ model: 'lgbm', seed: '1' }, 0.9), run({ model: 'lgbm', seed: '2' }, 0.9)]
    expect(toldFindings('replicates', same)).toEqual([
      'Other seeds gave the same val_auc every time (r1, r2): the seed does not move it.',
    ])
    const evidence = gather(same)
    expect(noiseFloor(evidence, 'val_auc', evidence.runs)).toBeNull()
  })

  test('replicates of earlier days count, and the finding says that it tells of the project', () => {
    const [first, ...earlier] = seeds()
    if (first === undefined) throw new Error('five runs')
    const told = toldFindings('replicates', [first], [], { earlier })
    expect(told).toHaveLength(2)
    expect(told.every((sentence) => sentence.startsWith('project: '))).toBe(true)
  })
})

test('means of more runs need less of a difference', () => {
  // scipy: t.ppf(0.975, 9) * 0.00308 * sqrt(1 / 3 + 1 / 3)
  expect(leastDifference({ sd: 0.00308, degreesOfFreedom: 9 }, 3, 3)).toBeCloseTo(0.00568889425395337, 12)
})
