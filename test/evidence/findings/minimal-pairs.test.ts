import { describe, expect, test } from 'vitest'
import { layOut, minimalPairs } from '../../../src/evidence/minimal-pairs.ts'
import type { Run } from '../../../src/runs/run.ts'
import { seededRandom } from '../../../src/statistics/seeded-random.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'
import { toldFindings } from '../../support/told-findings.ts'

/** Runs in the order given: parameters, `val_auc`, and what else differs from a plain run. */
function runsOf(
  ...rows: readonly (readonly [Readonly<Record<string, string>>, number, Partial<RunSketch>?])[]
): readonly Run[] {
  return rows.map(([params, auc, more], index) =>
    makeRun({
      id: `run${String(index).padStart(4, '0')}`,
      startedAt: index,
      params,
      metrics: { val_auc: auc },
      ...more,
    }),
  )
}

const code = (commit: string) => ({ code: { commit, dirty: null, branch: null, entryPoint: null } })
const data = (digest: string) => ({ dataSets: [{ name: 'table', digest, context: 'eval' }] })

describe('minimal pairs', () => {
  test('tell the effect with its sign by the direction of the metric', () => {
    const runs = runsOf([{ loss: 'log', lr: '0.1' }, 0.9], [{ loss: 'focal', lr: '0.1' }, 0.88])
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'loss log → focal: val_auc worse by 0.02 (0.9 in r1; 0.88 in r2).',
    ])
    const lower = runs.map((run) => ({
      ...run,
      metrics: new Map([['val_loss', run.metrics.get('val_auc')]]) as Run['metrics'],
    }))
    expect(toldFindings('minimal-pair', lower)).toEqual([
      'loss log → focal: val_loss better by 0.02 (0.9 in r1; 0.88 in r2).',
    ])
    const unknown = runs.map((run) => ({
      ...run,
      metrics: new Map([['score', run.metrics.get('val_auc')]]) as Run['metrics'],
    }))
    expect(toldFindings('minimal-pair', unknown)).toEqual([
      'loss log → focal: score lower by 0.02 (0.9 in r1; 0.88 in r2).',
    ])
  })

  test('an effect below the rounding of doubles has no sign', () => {
    const single = runsOf([{ lmbda: '0', lr: '0.1' }, 0.1 + 0.2], [{ lmbda: '1', lr: '0.1' }, 0.3])
    expect(toldFindings('minimal-pair', single)).toEqual([
      'lmbda 0 → 1: val_auc unchanged (0.30000000000000004 in r1; 0.3 in r2).',
    ])
    const line = runsOf(
      [{ lmbda: '0', lr: '0.1' }, 0.3],
      [{ lmbda: '1', lr: '0.1' }, 0.1 + 0.2],
      [{ lmbda: '2', lr: '0.1' }, 0.30000000000000004],
    )
    expect(toldFindings('minimal-pair', line)).toEqual([
      'lmbda alone from 0 to 2 (3 values): val_auc unchanged in the end (0.3 in r1; 0.30000000000000004 in r3).',
    ])
  })

  test('effects that cancel to a rounding remainder over several pairs have no sign', () => {
    const gains = [0.1, 0.2, -0.3]
    const runs = runsOf(
      ...gains.flatMap((gain, index): [Record<string, string>, number][] => [
        [{ lmbda: 'off', depth: `d${index}` }, 0.5],
        [{ lmbda: 'on', depth: `d${index}` }, 0.5 + gain],
      ]),
    )
    expect(toldFindings('minimal-pair', runs).find((one) => one.startsWith('lmbda'))).toMatch(
      /^lmbda off → on: val_auc unchanged on average over all 3 pairs;/,
    )
  })

  test('single runs among many comparisons are told as such', () => {
    const many = runsOf(
      ...Array.from({ length: 5 }, (_, a) =>
        Array.from({ length: 5 }, (_, b): [Record<string, string>, number] => [
          { loss: `loss${'abcde'[a]}`, head: `head${'abcde'[b]}` },
          0.5 + ((a * 7 + b * 3) % 11) / 100,
        ]),
      ).flat(),
    )
    const told = toldFindings('minimal-pair', many)
    expect(told.length).toBeGreaterThan(0)
    for (const sentence of told)
      expect(sentence).toMatch(
        /; single runs, among \d+ comparisons, of which the strongest is partly luck\.$/,
      )
  })

  test('a choice is ahead by the best run of each, whatever single settings of it say', () => {
    const runs = runsOf(
      [{ model: 'logreg', C: '1.0' }, 0.7335],
      [{ model: 'logreg', C: '0.01' }, 0.7488],
      [{ model: 'forest', trees: '500' }, 0.6919],
      [{ model: 'forest', trees: '500', max_depth: '8' }, 0.7647],
      [{ model: 'forest', trees: '500', leaf: '20' }, 0.7792],
    )
    const told = toldFindings('minimal-pair', runs)
    expect(told.filter((one) => one.startsWith('model'))).toEqual([
      'model forest is ahead of logreg by the best run of each (0.7792 in r5; 0.7488 in r2), but not where all else is the same (each with settings of its own: C, trees): val_auc there worse by 0.04925 on average, the same way in both pairs, all of them against r3; the best of each in these pairs: 0.6919 in r3; 0.7488 in r2.',
    ])
  })

  test('a change over several pairs says so where the best run of all has the value that it calls worse', () => {
    const runs = runsOf(
      [{ lr: '0.1', depth: '2', wd: 'no' }, 0.8],
      [{ lr: '0.2', depth: '2', wd: 'no' }, 0.7],
      [{ lr: '0.1', depth: '4', wd: 'no' }, 0.81],
      [{ lr: '0.2', depth: '4', wd: 'no' }, 0.72],
      [{ lr: '0.2', depth: '9', wd: 'yes' }, 0.95],
    )
    expect(toldFindings('minimal-pair', runs).find((one) => one.startsWith('lr'))).toBe(
      'lr 0.1 → 0.2: val_auc worse by 0.095 on average, the same way in both pairs; the best of each in these pairs: 0.81 in r3; 0.72 in r4; over all runs 0.2 is ahead by the best run of each (0.95 in r5; 0.81 in r3).',
    )
  })

  test('two changes at once are no pair', () => {
    const runs = runsOf([{ loss: 'log', lr: '0.1' }, 0.9], [{ loss: 'focal', lr: '0.2' }, 0.88])
    expect(toldFindings('minimal-pair', runs)).toEqual([])
    expect(toldFindings('variation', runs)).toContain(
      'No two finished runs differ in a single setting, seeds aside.',
    )
  })

  test.each([
    ['other code', [code('a'), code('b')], 0],
    ['code that one run does not tell', [code('a'), {}], 1],
    ['other data', [data('a'), data('b')], 0],
    ['a failed run', [{}, { status: 'failed' }], 0],
  ] as const)('%s', (_, [a, b], pairs) => {
    const runs = runsOf([{ loss: 'log', lr: '0.1' }, 0.9, a], [{ loss: 'focal', lr: '0.1' }, 0.88, b])
    expect(toldFindings('minimal-pair', runs)).toHaveLength(pairs)
  })

  test('a run that failed or carries no metric is no side of a pair, and that there is none is said of the others', () => {
    const sides = [
      [{ loss: 'log', lr: '0.1' }, 0.9],
      [{ loss: 'focal', lr: '0.2' }, 0.88],
    ] as const
    const failed = [{ loss: 'focal', lr: '0.1' }, 0.5, { status: 'failed', id: 'failed' }] as const
    expect(toldFindings('variation', runsOf(...sides, failed))).toContain(
      'No two finished runs differ in a single setting, seeds aside.',
    )
    const silent = [{ loss: 'focal', lr: '0.1' }, 0.5, { metrics: {}, id: 'silent' }] as const
    expect(toldFindings('variation', runsOf(...sides, silent))).toContain(
      'No two finished runs with val_auc differ in a single setting, seeds aside.',
    )
  })

  test('are held together over the other settings, and counted', () => {
    const runs = runsOf(
      ...['1', '2', '3'].flatMap((depth, index): [Record<string, string>, number][] => [
        [{ loss: 'log', depth: `d${depth}` }, 0.9 - 0.01 * index],
        [{ loss: 'focal', depth: `d${depth}` }, 0.88 - 0.005 * index + (index === 2 ? 0.02 : 0)],
      ]),
    )
    expect(toldFindings('minimal-pair', runs).find((one) => one.startsWith('loss'))).toBe(
      'loss log → focal: val_auc worse by 0.008333 on average, the same way in 2 of 3 pairs; the best of each in these pairs: 0.9 in r1; 0.89 in r6.',
    )
  })

  test('are held against the noise floor', () => {
    const seeds = (loss: string, values: readonly number[]) =>
      values.map((auc, index): [Record<string, string>, number] => [
        { loss, lr: '0.1', seed: String(index) },
        auc,
      ])
    const against = (auc: number) => runsOf(...seeds('log', [0.9, 0.91, 0.905]), ...seeds('focal', [auc]))
    // sd 0.005 with two degrees of freedom; t(0.975, 2) = 4.302653 (scipy), × sd × √(1/3 + 1) = 0.02484
    expect(toldFindings('minimal-pair', against(0.7))).toEqual([
      'loss log → focal: val_auc worse by 0.205 (mean 0.905 over 3 seeds from r1 on; 0.7 in r4), more than seeds explain (0.02484).',
    ])
    expect(toldFindings('minimal-pair', against(0.89))).toEqual([
      'loss log → focal: val_auc worse by 0.015 (mean 0.905 over 3 seeds from r1 on; 0.89 in r4), no more than seeds explain (0.02484).',
    ])
  })

  test('a noise floor of one other setting is called so', () => {
    const runs = runsOf(
      [{ loss: 'hinge', lr: 'x', seed: '1' }, 0.9],
      [{ loss: 'hinge', lr: 'x', seed: '2' }, 0.91],
      [{ loss: 'hinge', lr: 'x', seed: '3' }, 0.905],
      [{ loss: 'log', lr: 'y', seed: '1' }, 0.9],
      [{ loss: 'focal', lr: 'y', seed: '1' }, 0.7],
    )
    expect(toldFindings('minimal-pair', runs)).toContain(
      'loss log → focal: val_auc worse by 0.2 (0.9 in r4; 0.7 in r5), more than seeds explain in the setting of r1 (0.03042).',
    )
  })

  test('asking for one more measurement is no change', () => {
    const runs = runsOf(
      [{ loss: 'log', lr: 'x' }, 0.9],
      [{ loss: 'log', lr: 'x', evaluate_test: 'True' }, 0.9],
    )
    expect(toldFindings('minimal-pair', runs)).toEqual([])
  })

  test.each([
    ['a word in other letters', 'False', 'false'],
    ['a number in other digits', '0.10', '1e-1'],
    ['nothing at all', 'None', undefined],
    ['a number within the tolerance', '0.1', '0.1005'],
  ])('another notation is no change: %s', (_, one, other) => {
    const runs = runsOf(
      [{ loss: 'log', x: one }, 0.9],
      [{ loss: 'log', ...(other === undefined ? {} : { x: other }) }, 0.88],
    )
    expect(toldFindings('minimal-pair', runs)).toEqual([])
    expect(
      toldFindings('minimal-pair', runsOf([{ loss: 'log', x: one }, 0.9], [{ loss: 'log', x: '7' }, 0.8])),
    ).toHaveLength(1)
  })

  test('runs of one setting without a seed are no seeds, and their scatter is no noise', () => {
    const named = (loss: string, values: readonly number[]) =>
      values.map((auc): [Record<string, string>, number, Partial<RunSketch>] => [
        { loss, lr: '0.1' },
        auc,
        { name: 'try' },
      ])
    const runs = runsOf(...named('log', [0.9, 0.91, 0.92]), ...named('focal', [0.8, 0.81, 0.82]))
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'loss log → focal: val_auc worse by 0.1 (mean 0.91 over 3 runs from r1 on; mean 0.81 over 3 runs from r4 on).',
    ])
  })

  test('numbers that were drawn together are no change, those that rise together are', () => {
    const drawn = (decays: readonly string[]) =>
      runsOf(
        ...['0.1', '0.2', '0.3'].flatMap((lr, index) =>
          ['a', 'b', 'c'].map((loss, place): [Record<string, string>, number] => [
            { loss, lr, decay: decays[index] ?? '' },
            0.9 - 0.01 * index - 0.001 * place,
          ]),
        ),
      )
    const about = (runs: readonly Run[]) =>
      toldFindings('minimal-pair', runs).filter((one) => one.includes('decay'))
    expect(about(drawn(['5', '1', '3']))).toEqual([])
    expect(about(drawn(['1', '3', '5'])).slice(0, 1)).toEqual([
      'decay from 1 to 5, lr from 0.1 to 0.3 together (3 values): val_auc worse by 0.02, step by step (0.9 in r1; 0.88 in r7).',
    ])
  })

  test('of replicates on both sides compare means by Welch, and name other metrics that moved', () => {
    const values = { log: [0.91, 0.92, 0.905, 0.93, 0.915], focal: [0.89, 0.9, 0.88, 0.905, 0.895] }
    const runs = Object.entries(values).flatMap(([loss, list], group) =>
      list.map((auc, index) =>
        makeRun({
          id: `${loss}${index}`,
          startedAt: group * 10 + index,
          params: { loss, lr: '0.1', seed: String(index) },
          metrics: { val_auc: auc, val_loss: 0.3 - 0.1 * group + 0.001 * index, val_f1: 0.5 + 0.01 * index },
        }),
      ),
    )
    // scipy.stats.ttest_ind(equal_var=False).confidence_interval: 0.022 ± 0.014027
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'loss log → focal: val_auc worse by 0.022 (mean 0.916 over 5 seeds from r1 on; mean 0.894 over 5 seeds from r6 on), more than seeds explain (interval of the difference 0.007973 to 0.03603).',
      'With loss focal instead of log, beyond what seeds explain: val_loss better by 0.1.',
    ])
  })

  test('whose single runs point both ways say in how many of them it shows', () => {
    const runs = runsOf(
      [{ loss: 'log', leaves: '4', seed: '1' }, 0.91],
      [{ loss: 'log', leaves: '7', seed: '1' }, 0.912],
      [{ loss: 'log', leaves: '7', seed: '2' }, 0.904],
      [{ loss: 'log', leaves: '7', seed: '3' }, 0.9],
    )
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'leaves 4 → 7: val_auc worse by 0.004667 (0.91 in r1; mean 0.9053 over 3 seeds from r2 on), that way in 2 of 3 pairs of single runs, no more than seeds explain (0.03036).',
    ])
  })

  test('of the best of a search claim no more than the search does', () => {
    const seeds = [0.8, 0.806, 0.809].flatMap((auc, seed): [Record<string, string>, number][] => [
      [{ loss: 'log', columns: 'few', rounds: '10', seed: String(seed) }, auc],
      [{ loss: 'log', columns: 'all', rounds: '20', seed: String(seed) }, auc + 0.01],
    ])
    const runs = runsOf(
      ...seeds,
      [{ loss: 'focal', columns: 'all', rounds: '50' }, 0.85],
      [{ loss: 'hinge', columns: 'all', rounds: '50' }, 0.828],
      [{ loss: 'hinge', columns: 'few', rounds: '80' }, 0.83],
      [{ loss: 'log', columns: 'most', rounds: '90' }, 0.826],
    )
    const [session, earlier] = [runs.slice(seeds.length), runs.slice(0, seeds.length)]
    const told = (['minimal-pair', 'selection'] as const).flatMap((kind) =>
      toldFindings(kind, session, [], { earlier }),
    )
    // Seeds alone would have two single runs differ by 0.018 (t 2.776, sd 0.00458, root 2); the search asks for more.
    expect(told).toEqual([
      'loss focal → hinge: val_auc worse by 0.022 (0.85 in r1; 0.828 in r2), no more than luck may give the best of 4 settings (0.02562).',
      'project: The lead of r1 may be luck: the best of 4 settings by val_auc (4 runs) is 0.021 ahead of the middle one; among equal settings the best would be ahead by about 0.004717, at times by 0.02562.',
    ])
  })

  test('a number in three steps or more is told as a line', () => {
    const runs = runsOf(
      ...[0.1, 0.2, 0.4, 0.8].map((ratio, index): [Record<string, string>, number] => [
        { loss: 'log', ratio: String(ratio) },
        0.9 - 0.01 * index,
      ]),
    )
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'ratio alone from 0.1 to 0.8 (4 values): val_auc worse by 0.03, step by step (0.9 in r1; 0.87 in r4).',
    ])
  })

  test('a model brings settings of its own, and what both have must be equal', () => {
    const lgbm = { model: 'lgbm', lr: '0.1', num_leaves: '7' }
    const xgb = { model: 'xgb', lr: '0.1', max_depth: '3' }
    expect(
      toldFindings(
        'minimal-pair',
        runsOf([lgbm, 0.9], [{ ...lgbm, num_leaves: '9' }, 0.89], [xgb, 0.92]),
      ).slice(0, 1),
    ).toEqual([
      'model xgb is ahead of lgbm (each with settings of its own: max_depth, num_leaves): val_auc better by 0.025 on average, the same way in both pairs, all of them against r3; the best of each in these pairs: 0.92 in r3; 0.9 in r1.',
    ])
    const other = toldFindings('minimal-pair', runsOf([lgbm, 0.9], [{ ...xgb, lr: '0.2' }, 0.92]))
    expect(other).toEqual([])
  })

  test('the better of two named things comes first, and the best value of each is the best measured', () => {
    const lgbm = { model: 'lgbm', lr: 'a' }
    const seeds = [
      [{ ...lgbm, seed: '1' }, 0.88],
      [{ ...lgbm, seed: '2' }, 0.9],
      [{ model: 'xgb', lr: 'a', seed: '1' }, 0.93],
      [{ ...lgbm, lr: 'b', seed: '1' }, 0.7],
      [{ model: 'xgb', lr: 'b', seed: '1' }, 0.71],
    ] as const
    expect(toldFindings('minimal-pair', runsOf(...seeds))[0]).toMatch(
      /^model xgb is ahead of lgbm: val_auc better by 0\.025 on average, the same way in both pairs.*; the best of each in these pairs: 0\.93 in r3; 0\.9 in r2\.$/,
    )
    const byLoss = runsOf(...seeds).map((run) => ({
      ...run,
      metrics: new Map([['val_loss', run.metrics.get('val_auc')]]) as Run['metrics'],
    }))
    expect(toldFindings('minimal-pair', byLoss)[0]).toMatch(
      /^model lgbm is ahead of xgb: val_loss better by 0\.025 on average.*; the best of each in these pairs: 0\.7 in r4; 0\.71 in r5\.$/,
    )
  })

  test('several comparisons share the level: each needs more, and it is said why', () => {
    const seeds = ['1', '2', '3'].map(
      (seed, index) => [{ loss: 'log', lr: 'a', seed }, 0.9 + 0.01 * index] as const,
    )
    // scipy: t.ppf(0.975, 2) * 0.01 * sqrt(1 + 1 / 3) and t.ppf(1 - 0.025 / 2, 2) of the same.
    const focal = [{ loss: 'focal', lr: 'a', seed: '1' }, 0.87] as const
    expect(toldFindings('minimal-pair', runsOf(...seeds, focal))[0]).toContain(
      'no more than seeds explain (0.04968).',
    )
    const other = [{ loss: 'log', lr: 'b', seed: '1' }, 0.86] as const
    expect(toldFindings('minimal-pair', runsOf(...seeds, focal, other))[0]).toContain(
      'no more than seeds explain (0.07165, for 2 comparisons at once).',
    )
  })

  test('what sets runs apart from those of other days only is not repeated in every sentence', () => {
    const runs = runsOf(
      [{ loss: 'log', lr: 'a' }, 0.9, data('a')],
      [{ loss: 'focal', lr: 'a' }, 0.88, data('a')],
    )
    const old = runsOf([{ loss: 'old', lr: 'c' }, 0.7, { ...data('b'), id: 'old1' }])
    expect(toldFindings('minimal-pair', runs, [], { earlier: old })).toEqual([
      'loss log → focal: val_auc worse by 0.02 (0.9 in r1; 0.88 in r2).',
    ])
  })

  test('parameters that change together over the whole set are one change', () => {
    const runs = runsOf(
      ...['a', 'b', 'c'].flatMap((loss): [Record<string, string>, number][] => [
        [{ loss, scheduler: 'none', warmup: '0' }, 0.9],
        [{ loss, scheduler: 'cosine', warmup: '10' }, 0.91],
      ]),
    )
    expect(toldFindings('minimal-pair', runs)[0]).toBe(
      'scheduler none → cosine, warmup 0 → 10 together: val_auc better by 0.01 on average, the same way in all 3 pairs; the best of each in these pairs: 0.9 in r1; 0.91 in r2.',
    )
  })

  test('the same setting on other data is told with what it lost, the earlier value first', () => {
    const runs = runsOf(
      [{ loss: 'log', seed: '1' }, 0.9, { ...data('a'), ...code('a') }],
      [{ loss: 'log', seed: '1' }, 0.8, { ...data('b'), ...code('b') }],
    )
    expect(toldFindings('minimal-pair', runs)).toEqual([
      'Same settings, other data (the commit changed too): val_auc lower by 0.1 (0.9 in r1, then 0.8 in r2).',
    ])
    const models = runsOf(
      [{ model: 'rf', seed: '1' }, 0.7, { ...data('b'), id: 'new1', startedAt: 10 }],
      [{ model: 'lgbm', seed: '1' }, 0.74, { ...data('b'), id: 'new2', startedAt: 11 }],
      [{ model: 'rf', seed: '1' }, 0.8, { ...data('a'), id: 'old1', startedAt: 1 }],
      [{ model: 'lgbm', seed: '1' }, 0.76, { ...data('a'), id: 'old2', startedAt: 2 }],
    )
    expect(toldFindings('minimal-pair', models.slice(0, 2), [], { earlier: models.slice(2) })).toContain(
      'project: Same settings, other data: val_auc lower by 0.1 with model rf (0.8 in r3, then 0.7 in r1); lower by 0.02 with model lgbm (0.76 in r4, then 0.74 in r2).',
    )
  })

  test('the same setting and seed on other code is told where the outcome changed', () => {
    const setting = { loss: 'log', seed: '1' }
    expect(
      toldFindings('minimal-pair', runsOf([setting, 0.9, code('a')], [setting, 0.8, code('b')])),
    ).toEqual(['Same parameters, seed and data, other commit: val_auc 0.9 in r1, 0.8 in r2.'])
    expect(
      toldFindings('minimal-pair', runsOf([setting, 0.9, code('a')], [setting, 0.9, code('b')])),
    ).toEqual([])
  })

  test('where the parameter that the notes speak of has no pair, the nearest is told with what changed too', () => {
    const runs = runsOf([{ loss: 'log', batch_size: '32' }, 0.9], [{ loss: 'focal', batch_size: '64' }, 0.88])
    expect(toldFindings('variation', runs, ['focal loss looks worse than plain loss'])).toContain(
      'No two finished runs differ in loss alone; nearest come r1 (val_auc 0.9) and r2 (0.88), where batch_size changed too.',
    )
  })

  test('an earlier run may be the other side; pairs among earlier runs are not told again', () => {
    const [first, second, third] = runsOf(
      [{ loss: 'log', lr: 'a' }, 0.9],
      [{ loss: 'focal', lr: 'a' }, 0.88],
      [{ loss: 'log', lr: 'b' }, 0.7],
    )
    if (first === undefined || second === undefined || third === undefined) throw new Error('three runs')
    expect(toldFindings('minimal-pair', [third], [], { earlier: [first, second] })).toEqual([
      'project: lr a → b: val_auc worse by 0.2 (0.9 in r2; 0.7 in r1).',
    ])
  })

  test('a thousand settings of two dozen parameters are laid out without comparing each with each', () => {
    const evidence = gather(
      Array.from({ length: 1000 }, (_, index) =>
        makeRun({
          id: `run${index}`,
          startedAt: index,
          params: Object.fromEntries(
            Array.from({ length: 24 }, (__, place) => [`p${place}`, `v${(index >> (place % 10)) & 1}`]),
          ),
          metrics: { val_auc: 0.5 },
        }),
      ),
    )
    const { contrasts } = minimalPairs(layOut(evidence.runs), 0)
    // Ten bits, each told by two or three parameters that change together: 1000 of 1024 corners of a cube.
    expect(contrasts).toHaveLength(10)
    expect(contrasts.reduce((sum, { pairs }) => sum + pairs.length, 0)).toBe(4932)
  })
})

test('of many settings that are all alike, few histories claim more than seeds explain; a real effect is seen', () => {
  const claims = (effect: number): number => {
    const random = seededRandom(20_261_121)
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Array.from({ length: 40 }, (_, history) => {
      const settings = ['log', 'focal', 'hinge'].flatMap((loss) =>
        ['on', 'off'].flatMap((augment) => ['1', '2', '3'].map((seed) => ({ loss, augment, seed }))),
      )
      const runs = settings.map((params, index) =>
        makeRun({
          id: `h${history}r${index}`,
          startedAt: index,
          params,
          metrics: { val_auc: 0.8 + 0.01 * normal() + (params.augment === 'on' ? effect : 0) },
        }),
      )
      return toldFindings('minimal-pair', runs).some((told) => told.includes(', more than seeds')) ? 1 : 0
    }).reduce<number>((sum, one) => sum + one, 0)
  }
  expect(claims(0)).toBeLessThanOrEqual(5)
  expect(claims(0.04)).toBeGreaterThanOrEqual(38)
})
