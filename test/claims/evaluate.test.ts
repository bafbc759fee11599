import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import { evaluate } from '../../src/claims/evaluate.ts'
import { parseCheck } from '../../src/claims/expression.ts'
import { printValue } from '../../src/claims/print-value.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import { makeEvidence } from '../support/make-evidence.ts'
import { riverEvidence } from '../support/river-evidence.ts'

const data = (digest: string) => [{ name: 'holdout', digest, context: 'eval' }]
const evidence = makeEvidence({
  runs: [
    {
      params: { lr: '0.1', seed: 1, model: 'lgbm', features: "['lag_7', 'holiday']" },
      metrics: {
        val_auc: [0.7, 0.86, 0.84],
        train_auc: 0.9,
        test_auc: 0.81,
        'eval/acc': 80,
        cost: 3,
        loss: Number.NaN,
        fit_time: 0.5,
        epoch: 3,
      },
      dataSets: data('a'),
      seconds: 60,
    },
    {
      params: { lr: '1e-1', seed: 2, model: 'lgbm', features: "['lag_7']" },
      metrics: { val_auc: [0.8, 0.88], train_auc: 0.95, 'eval/acc': 84, cost: 4, loss: 1, fit_time: 1 },
      dataSets: data('a'),
      seconds: 90,
    },
    {
      params: { lr: '0.2', seed: 2, model: 'xgb' },
      metrics: { val_auc: 0.9 },
      dataSets: data('b'),
      seconds: 30,
    },
    {
      params: { lr: '0.3', model: 'xgb' },
      metrics: { val_auc: 0.95 },
      dataSets: data('a'),
      status: 'failed',
    },
  ],
  groups: [
    { label: 'seeds', runs: ['r1', 'r2'], word: 'seeds' },
    { label: 'lgbm', runs: ['r1'] },
  ],
  notes: ['I “think” 0.02 was   best,\nlr=0.1 about 85 %'],
  directions: { val_auc: 'higher', loss: 'lower' },
  units: { 'eval/acc': '%', fit_time: 'min' },
})

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}

function told(text: string): string {
  const parsed = parseCheck(text)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  if (isRefusal(value)) return `refused: ${value.reason}`
  return value.kind === 'truth' ? `${value.holds}: ${value.actual}` : printValue(value, evidence)
}

describe('an expression', () => {
  it.each([
    ['r1.val_auc', '0.84'],
    ['r1.val_auc.max', '0.86'],
    ['r1.val_auc.max.step', '1'],
    ['r1.metric["eval/acc"]', '80%'],
    ['r1.lr', '0.1'],
    ['r2.lr', '1e-1'],
    ['r1.duration', '1 min'],
    ['delta(r1.val_auc, r2.val_auc)', '0.04'],
    ['delta(r2.val_auc, r1.val_auc)', '-0.04'],
    ['pct(r1.val_auc, r2.val_auc)', '4.762%'],
    ['ratio(r1.duration, r2.duration)', '1.5'],
    ['delta(r1.metric["eval/acc"], r2.metric["eval/acc"])', '4 percentage points'],
    ['mean(r1.val_auc, r2.val_auc)', '0.86'],
    ['mean(val_auc, seeds)', '0.86'],
    ['g1.val_auc.mean', '0.86'],
    ['seeds.val_auc.max', '0.88'],
    ['sd(val_auc, seeds)', '0.02828'],
    ['min(val_auc, r1, r2)', '0.84'],
    ['max(val_auc.max, seeds)', '0.88'],
    ['count(finished)', '3'],
    ['count(failed)', '1'],
    ['count(killed)', '0'],
    ['count(all)', '4'],
    ['count(r1, r3)', '2'],
    ['count(loss, finished)', '1'],
    ['count(differ(r1, r2))', '2'],
    ['differ(r1, r2)', 'features, seed'],
    ['differ(r1, r2, lr)', 'false: 1 parameters, all the same'],
    ['same(r1, r2, lr, model)', 'true: 2 parameters, all the same'],
    ['rank(r1, val_auc, seeds)', '2'],
    ['rank(r2.val_auc, r1.val_auc, r2.val_auc)', '1'],
    ['argbest(val_auc, seeds)', 'a2000000'],
    ['compare(r1.val_auc, r2.val_auc)', 'lower than'],
    ['compare(r2.val_auc, r1.val_auc)', 'higher than'],
    ['compare(r1.val_auc, r1.val_auc)', 'equal to'],
    ['abs(delta(r2.val_auc, r1.val_auc))', '0.04'],
    ['includes(r1.features, "lag_7")', "true: ['lag_7', 'holiday']"],
    ['includes(r2.features, "holiday")', "false: ['lag_7']"],
    ['includes(r1.features, "lag")', "true: ['lag_7', 'holiday']"],
    ['includes(r1.features, "la")', "false: ['lag_7', 'holiday']"],
    ['status(r4) == failed', 'true: failed against failed'],
    ['status(r4) == "finished"', 'false: failed against finished'],
    ['r1.model == r2.model', 'true: lgbm against lgbm'],
    ['r1.model != "xgb"', 'true: lgbm against xgb'],
    [
      'argbest(val_auc, seeds) == r2',
      'true: mlflow:1/a2000000000000000000000000000000 against mlflow:1/a2000000000000000000000000000000',
    ],
    ['r1.started == min(started, all)', 'true: 2026-11-20T08:00:00.000Z against 2026-11-20T08:00:00.000Z'],
    ['differ(r1, r3) == "lr"', 'false: features, lr, model, seed against lr'],
    ['r1.val_auc < r2.val_auc', 'true: 0.84 against 0.88'],
    ['r1.val_auc == 0.84', 'true: 0.84 against 0.84'],
    ['r1.val_auc == 0.85', 'false: 0.84 against 0.85'],
    ['r1.val_auc == 0.85 within 0.02', 'true: 0.84 against 0.85'],
    ['pct(r1.val_auc, r2.val_auc) == 4.76', 'true: 4.761904761904766 against 4.76'],
    ['pct(r1.val_auc, r2.val_auc) < 5', 'true: 4.761904761904766 against 5'],
    ['n1.v1 < r1.val_auc', 'true: 0.02 against 0.84'],
    ['r1.seed != r2.seed', 'true: 1 against 2'],
    ['first(all)', 'a1000000'],
    ['last(r1, r2)', 'a2000000'],
    ['first(all) == r1', /^true/],
    ['last(seeds) == r1', /^false/],
    ['r1.val_auc.first', '0.7'],
    ['r1.val_auc.first.step', '0'],
    ['r3.val_auc.first', '0.9'],
    ['first(r1.val_auc)', '0.7'],
    ['last(r1.val_auc)', '0.84'],
    ['duration(r1)', '1 min'],
    ['duration(seeds)', '2.5 min'],
    ['duration(r1, r2, r3)', '3 min'],
    ['delta(r1.started, r2.started)', '10 min'],
    ['delta(r2.started, r1.started)', '-10 min'],
    ['ratio(r1.fit_time, r1.duration)', '2'],
    ['delta(r1.duration, r1.fit_time)', '-30 s'],
    ['r1.fit_time < r1.duration', 'true: 0.5 against 60'],
    ['mean(r1.fit_time, r2.duration)', '1 min'],
    ['r1.duration < 2 min', 'true: 60 against 2 min'],
    ['r1.duration == 1min', 'true: 60 against 1 min'],
    ['r1.metric["eval/acc"] > 79 %', 'true: 80 against 79 %'],
    ['delta(r1.metric["eval/acc"], r2.metric["eval/acc"]) == 4 pp', 'true: 4 against 4 pp'],
    ['sd(metric["eval/acc"], seeds)', '2.828 percentage points'],
    ['r1.test_auc < r1.val_auc', 'true: 0.81 against 0.84'],
    ['same(seeds, lr)', 'true: 1 parameters, all the same'],
    ['same(finished, lr)', 'false: different: lr'],
    ['min(lr, finished)', '0.1'],
    ['max(lr, g1) == 0.1', 'true: 0.1 against 0.1'],
    ['includes(features, "lag_7", seeds)', 'true: in all 2 runs'],
    ['includes(features, "holiday", seeds)', 'false: not in r2'],
    ['quote(n1, "I \\"think\\" 0.02 was best")', 'I “think” 0.02 was   best'],
    ["quote(n1, 'lr=0.1')", 'lr=0.1'],
  ])('%s is %s', (text, expected) => {
    expect(told(text)).toMatch(expected instanceof RegExp ? expected : exactly(expected))
  })

  it.each([
    ['delta(r1.val_auc, r1.duration)', /no unit.*s; compare values of one unit/],
    ['delta(r1.val_auc, r1.cost)', /different quantities/],
    ['delta(r1.val_auc, r3.val_auc)', /2 different data sets/],
    ['mean(val_auc, finished)', /2 different data sets/],
    ['g3.val_auc.mean', /2 different data sets/],
    ['delta(r1.val_auc.last, r2.val_auc.max)', /the last of its series.*the max/],
    [
      'pct(r1.metric["eval/acc"], r2.metric["eval/acc"]) < delta(r1.metric["eval/acc"], r2.metric["eval/acc"])',
      /per cent.*percentage points/,
    ],
    [
      'max(g1.val_auc.mean, g2.val_auc.mean) == mean(g1.val_auc.max, g2.val_auc.max)',
      /max of mean.*mean of max/,
    ],
    ['r1.loss < r2.loss', /NaN, which is not comparable/],
    ['argbest(cost, seeds)', /higher or lower cost are better is not known/],
    ['argbest(val_auc, r1, r2, r4)', /r4 has the best value but its status is failed/],
    ['rank(r3, val_auc, seeds)', /r3 is not among/],
    ['r1.val_acu', /no parameter or metric called val_acu; nearest: val_auc/],
    ['r9.val_auc', /no run r9; there are r1 to r4/],
    ['min(r1.val_auc, 0.5)', /not the literal 0.5/],
    ['1 < 2', /literals alone/],
    ['r1.val_auc', null],
    ['r1.val_auc = 0.84', /Equality is written ==/],
    ['r1.val_auc < 1 and r2.val_auc < 1', /two checks/],
    ['r1.val_auc - r2.val_auc > 0', /delta\(a, b\)/],
    ['median(val_auc, seeds)', /no function median; there are mean, sd/],
    ['sum(cost, seeds)', /no function sum; duration\(group\)/],
    ['medain(val_auc, seeds)', /no function medain; nearest: m/],
    ['first(r1.lr)', /is no series/],
    ['first(killed)', /without runs/],
    ['first(r1, r1.val_auc)', /takes runs and groups/],
    ['duration(killed)', /without runs/],
    ['r1.val_auc.max.step < r1.epoch', /counts the steps of the log/],
    ['r1.test_auc < r2.val_auc', /different runs and measured on different parts/],
    ['mean(r1.test_auc, r2.val_auc)', /different runs and measured on different parts/],
    ['r1.metric["eval/acc"] > 79 pp', /in per cent and the literal in percentage points/],
    ['r1.val_auc < 2 h', /unit of r1.metric\["val_auc"\].last is not known/],
    ['r1.duration < 60 %', /in seconds and the literal in per cent/],
    ['r1.val_auc < 0.9 within 0.1', /tolerance belongs to == and !=/],
    ['min(model, seeds)', /model is a text; ask same\(group, model\)/],
    ['mean(seeds)', /mean\(metric, seeds\)/],
    ['includes(features, "lag_7", finished)', /no parameter called features/],
    ['target.val_auc', /targets are given when a plan/],
    ['deadline', /given when a plan/],
    ['c1.cost', /criteria file of a decision/],
    ['constructor(r1)', /no function constructor/],
    ['quote(n1, "0.0")', /does not stand in n1/],
    ['quote(n1, "was worst")', /does not stand in n1, which says/],
    ['quote(n1, "e")', /does not stand/],
    ['quote(n9, "e")', /no quote n9; there is n1 only/],
    ['n1', /own words: quote\(n1/],
    ['min(val_auc)', /belongs? to no run|of no run/],
    ['differ(r1)', /two runs at least/],
    ['differ(r1, r2, colour)', /no parameter|nearest|called colour/],
    ['status(g1)', /no run/],
    ['r1.duration < 1 foo', /"foo" is no operator/],
    ['ratio(r1.val_auc)', /takes two values/],
    ['sd(r1.val_auc)', /two values at least/],
    ['budget', /no budget/],
    ['p1.lr', /no proposal p1/],
    ['', /begins no address/],
    ['r1.', /names no field/],
    ['mean(', /begins no address/],
    [`mean(${'abs('.repeat(40)}r1.val_auc${')'.repeat(41)}`, /at most 12 deep/],
    ['x'.repeat(5000), /too long/],
  ])('%s is refused with what exists instead', (text, reason) => {
    const value = told(text)
    if (reason === null) expect(value).not.toMatch(/^refused/)
    else expect(value).toMatch(reason)
  })
})

const PIECES = [
  'r1',
  'r2',
  'g1',
  'n1',
  'k1',
  '.val_auc',
  '.min',
  '.step',
  '.at(3)',
  '.param["lr"]',
  'min(',
  'delta(',
  'quote(',
  'differ(',
  'count(',
  ')',
  ', ',
  '"',
  "'",
  ' < ',
  ' == ',
  '0.1',
  'finished',
  '[[',
  ']]',
  ' within ',
  ' is better than ',
  ' failed ',
  ' because ',
  '. ',
  '\u0000',
  '٣',
  'é',
  ' lowest of ',
  ' from ',
  ' to ',
]

describe('any text', () => {
  const river = riverEvidence()
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  )

  it('is parsed and evaluated to a value or a refusal, without a throw', () => {
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parseCheck(written)
        const value = isRefusal(parsed) ? parsed : evaluate(parsed, river)
        return isRefusal(value) ? value.reason.length > 0 : printValue(value, river) !== undefined
      }),
      { numRuns: 2000 },
    )
  })

  it('is judged the same twice', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(text, { maxLength: 3 }),
        fc.constantFrom('observed', 'noted', 'inferred', 'proposed'),
        (words, checks, basis) => {
          const statement = { path: 'x', text: words, basis, checks } as const
          expect(checkStatement(statement, river)).toEqual(checkStatement(statement, river))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('never gets a digit of its own printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (words, number) => {
        const verdict = checkStatement(
          { path: 'x', text: `${words} ${number}`, basis: 'proposed', checks: [] },
          river,
        )
        return (
          verdict.kind === 'contradicted' || (verdict.kind === 'unsupported' && verdict.segments === null)
        )
      }),
      { numRuns: 300 },
    )
  })
})

it('two labels of one run are one target, not two', () => {
  const params = { pos_label: 1, neg_label: -1 }
  const labelled = makeEvidence({
    runs: [
      { params, metrics: { acc: 0.75 } },
      { params, metrics: { acc: 0.5 } },
      { params: { pos_label: 0, neg_label: 1 }, metrics: { acc: 0.5 } },
    ],
  })
  const value = (text: string): string => {
    const parsed = parseCheck(text)
    const found = isRefusal(parsed) ? parsed : evaluate(parsed, labelled)
    return isRefusal(found) ? 'refused' : found.kind === 'number' ? String(found.value) : found.kind
  }
  expect(value('delta(r1.acc, r2.acc)')).toBe('-0.25')
  expect(value('delta(r1.acc, r3.acc)')).toBe('refused')
})

it('what a run logged until it broke off is in no mean, extreme or rank of a group, and is counted', () => {
  const mixed = makeEvidence({
    runs: [
      { metrics: { val_loss: 0.4 } },
      { metrics: { val_loss: 0.5 } },
      { metrics: { val_loss: 0.01 }, status: 'failed' },
    ],
    groups: [{ label: 'lr=0.1', word: 'slow', runs: ['r1', 'r2', 'r3'] }],
    directions: { val_loss: 'lower' },
  })
  const printed = (text: string): string => {
    const parsed = parseCheck(text)
    const value = isRefusal(parsed) ? parsed : evaluate(parsed, mixed)
    return isRefusal(value) ? value.reason : printValue(value, mixed)
  }
  expect(['min(val_loss, slow)', 'mean(val_loss, slow)', 'rank(r2, val_loss, slow)'].map(printed)).toEqual([
    '0.4',
    '0.45',
    '2',
  ])
  expect(printed('argbest(val_loss, slow)')).toMatch(/^a1000000/)
  expect(printed('count(val_loss, slow)')).toBe('3')
  expect(printed('min(val_loss, failed)')).toBe('0.01')
  expect(printed('min(val_loss, r1, r3)')).toBe('0.01')
})
