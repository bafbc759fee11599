import { describe, expect, test } from 'vitest'
import { NarrateError } from '../../../src/errors.ts'
import { narrowQuery } from '../../../src/runs/filter/filter-query.ts'
import { matches, needsWholeRuns } from '../../../src/runs/filter/matches.ts'
import { parseField } from '../../../src/runs/filter/parse-field.ts'
import { parseFilter } from '../../../src/runs/filter/parse-filter.ts'
import { makeRun } from '../../support/make-run.ts'

const RUN = makeRun({
  id: 'aaaa1111',
  name: 'lgbm smote',
  user: 'ola',
  params: { lr: '0.1', model: 'lgbm', 'opt.name': 'adam', 'val/set': 'b', 'my lr': '1' },
  metrics: { val_auc: 0.85, 'val/loss': 0.4, nan: Number.NaN, top: Number.POSITIVE_INFINITY },
  tags: { team: 'risk', lines: 'one\ntwo', odd: "it's" },
  note: 'tried **smote**',
  startedAt: 1_700_000_000_000,
  endedAt: null,
  parent: 'mlflow:1/parent99',
  code: { commit: '3f3f', dirty: null, branch: 'main', entryPoint: null },
  dataSets: [
    { name: 'wine', digest: 'aa11', context: 'training' },
    { name: 'beer', digest: 'bb22', context: null },
  ],
})

function faultOf(filter: string): { readonly message: string; readonly hint: string | undefined } {
  try {
    parseFilter(filter)
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'usage')
      return { message: error.message, hint: error.hint }
    throw error
  }
  throw new Error(`${filter} was taken`)
}

describe('a filter', () => {
  test.each([
    ['', true],
    ['  \n ', true],
    ['metrics.val_auc > 0.8', true],
    ['metrics.val_auc > 0.85', false],
    ['metrics.val_auc >= 0.85 AND metrics.val_auc <= 8.5e-1', true],
    ['metric.val_auc=0.85', true],
    ['metrics.val_auc != 0.85', false],
    ['metrics.`val/loss` < 1', true],
    ['metrics."val/loss" < 1', true],
    ['metrics.val_auc > -1', true],
    ['metrics.val_auc > .5', true],
    ['metrics.absent != 1', false],
    ['metrics.nan != 0', true],
    ['metrics.nan >= 0', false],
    ['metrics.nan < 0', false],
    ['metrics.top > 1e300', true],
    ['params.model = \'lgbm\' and params.lr = "0.1"', true],
    ["param.lr = '0.10'", false],
    ["parameters.model != 'xgb'", true],
    ["parameter.absent != 'xgb'", false],
    ["params.opt.name = 'adam'", true],
    ["params.`opt.name` = 'adam'", true],
    ["params.'val/set' = 'b'", null],
    ['params."my lr" = \'1\'', true],
    ["params.model LIKE 'lg%'", true],
    ["params.model like '_gbm'", true],
    ["params.model LIKE 'LG%'", false],
    ["params.model ILIKE 'LG%'", true],
    ["params.model LIKE 'l.*'", false],
    ["params.model LIKE 'gb'", false],
    ["params.model LIKE '%gb%'", true],
    ["tags.lines LIKE 'one%two'", true],
    ['params.model IS NULL', false],
    ['params.absent IS NULL', true],
    ['params.model is not null and tags.team IS NOT NULL', true],
    ["tags.team = 'risk'", true],
    ['tags.odd = "it\'s"', true],
    ['tags."mlflow.runName" = \'lgbm smote\'', true],
    ["tags.mlflow.user = 'ola'", true],
    ["tags.`mlflow.parentRunId` = 'parent99'", true],
    ["tags.mlflow.note.content LIKE '%smote%'", true],
    ["tags.mlflow.source.git.commit = '3f3f'", true],
    ['tags.mlflow.source.name IS NULL', true],
    ["attributes.status = 'FINISHED'", true],
    ["status = 'finished'", true],
    ["status != 'FAILED'", true],
    ["status LIKE 'FIN%'", true],
    ["run_name = 'lgbm smote'", true],
    ["`run name` = 'lgbm smote'", true],
    ['attr."Run name" ILIKE \'%SMOTE\'', true],
    ["run.user_id = 'ola'", true],
    ["run_id IN ('x', 'aaaa1111')", true],
    ["run_id in ('x',)", false],
    ["run_id NOT IN ('x')", true],
    ["run_id = 'aaaa1111'", true],
    ['attributes.start_time > 1699999999999', true],
    ['created <= 1700000000000', true],
    ['start_time = 1700000000000', true],
    ['end_time > 0', false],
    ['end_time != 0', false],
    ["datasets.name = 'beer'", true],
    ["dataset.name IN ('cider', 'wine')", true],
    ["datasets.digest LIKE 'bb%'", true],
    ["datasets.context = 'training'", true],
    ["datasets.context = 'eval'", false],
    ["datasets.name != 'wine'", true],
  ])('%s', (filter, expected) => {
    if (expected === null) expect(faultOf(filter).message).not.toBe('')
    else expect(matches(parseFilter(filter), RUN)).toBe(expected)
  })

  test.each([
    [
      "metrics.auc > 0.8 OR params.x = 'a'",
      'at character 19 ("OR params.x = \'a\'"): OR is not possible: conditions are joined by AND only, as in MLflow.',
    ],
    ['(metrics.auc > 1)', 'at character 1 ("(metrics.auc > 1)"): conditions cannot stand in parentheses.'],
    [
      "metrics.auc > '0.8'",
      'at character 15 ("\'0.8\'"): metrics.auc is compared with a number, without quotes.',
    ],
    ['metrics.auc > nan', 'at character 15 ("nan"): metrics.auc is compared with a number.'],
    ["metrics.auc LIKE '%'", 'at character 13 ("LIKE \'%\'"): LIKE is not possible for a metric.'],
    ['metrics.auc IS NULL', 'at character 13 ("IS NULL"): IS NULL is not possible for a metric.'],
    ['metrics.auc == 1', 'at character 13 ("== 1"): == is not possible for a metric.'],
    ['metrics.auc', 'at its end: metrics.auc is compared with nothing.'],
    ['metrics.auc AND params.x', 'at character 13 ("AND params.x"): metrics.auc is compared with nothing.'],
    ['metrics. > 1', 'at character 10 ("> 1"): a name must follow the dot.'],
    ['metrics.val/loss > 1', 'at character 12 ("/loss > 1"): "/" means nothing here.'],
    ['metrics.val-loss > 1', 'at character 12 ("-loss > 1"): "-" means nothing here.'],
    ['params.lr = 0.1', 'at character 13 ("0.1"): params.lr is compared with a text in quotes.'],
    ["params.lr > '0.1'", 'at character 11 ("> \'0.1\'"): > is not possible for a parameter, which is text.'],
    [
      "params.lr IN ('a')",
      'at character 11 ("IN (\'a\')"): IN is not possible for a parameter, which is text.',
    ],
    [
      "params.lr NOT LIKE 'a'",
      'at character 11 ("NOT LIKE \'a\'"): NOT LIKE is not possible for a parameter, which is text.',
    ],
    ['params.lr = `a`', 'at character 13 ("`a`"): params.lr is compared with a text in quotes.'],
    ["params.lr = 'a' AND", 'at character 17 ("AND"): a condition must follow AND.'],
    [
      "params.lr = 'a' params.x = 'b'",
      'at character 17 ("params.x = \'b\'"): AND is expected between conditions.',
    ],
    ["tags.x = 'it's'", 'at character 15 ("\'"): the quote \' is never closed.'],
    ["tags.x = 'it''s'", 'at character 14 ("\'s\'"): AND is expected between conditions.'],
    ["tags.x = 'a", 'at character 10 ("\'a"): the quote \' is never closed.'],
    ["user = 'a'", 'at character 1 ("user = \'a\'"): a run has no attribute "user".'],
    ['val_auc > 1', 'at character 1 ("val_auc > 1"): a run has no attribute "val_auc".'],
    ["model.x = 'a'", 'at character 1 ("model.x = \'a\'"): "model" is nothing a run has.'],
    [
      "artifact_uri = 'a'",
      'at character 1 ("artifact_uri = \'a\'"): narrate does not read where artifacts are.',
    ],
    [
      "tags.mlflow.source.type = 'x'",
      'at character 1 ("tags.mlflow.source.type …"): narrate does not read the tag mlflow.source.type.',
    ],
    ["status = 'DONE'", 'at character 10 ("\'DONE\'"): "DONE" is no status.'],
    ["status IN ('FINISHED')", 'at character 8 ("IN (\'FINISHED\')"): IN is not possible for status.'],
    ["status > 'FINISHED'", 'at character 8 ("> \'FINISHED\'"): > is not possible for status.'],
    [
      "start_time > '2026-01-01'",
      'at character 14 ("\'2026-01-01\'"): start_time is compared with a number, without quotes.',
    ],
    ['run_id IN ()', 'at character 12 (")"): the list holds no text in quotes.'],
    ['run_id IN (1)', 'at character 12 ("1)"): the list holds no text in quotes.'],
    ["run_id IN ('a' 'b')", 'at character 16 ("\'b\')"): a comma or ) is expected in the list.'],
    ["run_id IN ('a'", 'at its end: a comma or ) is expected in the list.'],
    ["run_id IN 'a'", 'at character 11 ("\'a\'"): a list in parentheses must follow.'],
    ["datasets.size = 'a'", 'at character 1 ("datasets.size = \'a\'"): a data set has no "size".'],
    ["not params.x = 'a'", 'at character 1 ("not params.x = \'a\'"): NOT cannot stand before a condition.'],
    ["'a' = params.x", 'at character 1 ("\'a\' = params.x"): a field is expected.'],
    ['metrics.a > 1;', 'at character 14 (";"): ";" means nothing here.'],
    ['metrics.a 1', 'at character 11 ("1"): an operator must follow metrics.a.'],
  ])('that cannot be read is told with its place: %s', (filter, sentence) => {
    const { message, hint } = faultOf(filter)
    expect(message).toBe(`The filter cannot be read ${sentence}`)
    expect(hint).toMatch(/^[A-Z].*\.$/s)
  })

  test.each([
    ["datasets.name = 'a'", true],
    ["tags.mlflow.note.content = 'a'", true],
    ["tags.mlflow.runName = 'a'", false],
    ["params.x = 'a' and metrics.y > 1", false],
  ])('says whether it needs whole runs: %s', (filter, needed) => {
    expect(needsWholeRuns(parseFilter(filter))).toBe(needed)
  })

  test.each([
    ["status = 'FINISHED'", { statuses: ['finished'] }],
    [
      "status != 'FINISHED' and status != 'FAILED'",
      { statuses: ['running', 'scheduled', 'killed', 'unknown'] },
    ],
    ["status = 'FINISHED' and status = 'FAILED'", { statuses: ['finished'] }],
    ["user_id = 'ola' and user_id = 'kari'", { users: ['ola'] }],
    ["user_id != 'ola'", {}],
    ['start_time >= 100.5 and start_time < 200', { activeSince: 100, startedBefore: 201 }],
    ['start_time = 100', { activeSince: 100, startedBefore: 101 }],
    ['start_time != 100', {}],
    ["params.x = 'a' and metrics.y > 1", {}],
  ])('hands down what a source can apply: %s', (filter, query) => {
    expect(narrowQuery({}, parseFilter(filter))).toEqual(query)
  })

  test('narrows what the query says already, and never widens it', () => {
    const filter = parseFilter(
      "status != 'FAILED' and user_id = 'ola' and start_time > 50 and start_time < 500",
    )
    const query = {
      statuses: ['failed', 'killed'],
      users: ['kari'],
      activeSince: 100,
      startedBefore: 200,
    } as const
    expect(narrowQuery(query, filter)).toEqual({ ...query, statuses: ['killed'] })
  })
})

describe('a field', () => {
  test.each([
    ['metrics.val/loss', { kind: 'metric', name: 'val/loss' }],
    ['metrics."val/loss"', { kind: 'metric', name: 'val/loss' }],
    ['params.opt.name', { kind: 'param', name: 'opt.name' }],
    ['start_time', { kind: 'attribute', name: 'start_time' }],
    ['attributes.created', { kind: 'attribute', name: 'start_time' }],
    ['tags.x y', { kind: 'tag', name: 'x y' }],
  ])('%s', (text, field) => {
    expect(parseField(text)).toEqual(field)
  })

  test.each(['', 'val_auc', 'metrics.', 'nothing.x'])('is refused where it names nothing: %j', (text) => {
    expect(() => parseField(text)).toThrow('names no field of a run')
  })
})
