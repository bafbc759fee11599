import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readGepaLog } from '../../../../src/runs/programs/read-gepa-log.ts'
import { gepa } from '../../../../src/runs/sources/gepa/gepa.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'
import { LOG_TEXT, runDirectoryRuns, TRACE_LIST, writeRunDirectories } from './write-run-directory.ts'

runSourceContract("GEPA's run directories", {
  kind: gepa,
  alias: 'logs',
  write: writeRunDirectories,
  runs: runDirectoryRuns,
  isUndated: true,
})

damageSuite("GEPA's run directories", {
  kind: gepa,
  write: writeRunDirectories,
  async writeNamed(folder, name) {
    const safe = name.replaceAll(/[/\0]/g, '_').slice(0, 200)
    const directory = join('runs', /^\.*$|^ $/.test(safe) ? `run ${safe}` : safe)
    await mkdir(join(folder, directory), { recursive: true })
    await write(join(folder, directory), {
      'candidates.json': JSON.stringify([{ [name]: name }]),
      'run_log.json': JSON.stringify([{ ...TRACE_LIST[1], proposed_candidate: { [name]: name } }]),
      'run_log.txt': `Iteration 0: Base program full valset score: 0.5 over 1 / 1 examples\nIteration 2: Proposed new text for ${name}: ${name}\nIteration 3: x\n`,
    })
    return join(folder, 'runs')
  },
})

const seen = async (files: Readonly<Record<string, string>>) => {
  const folder = await temporaryFolder(files)
  const source = await gepa.open(folder, 'logs', plainWorld(folder))
  const { values, gaps } = await sorted(source.readAll({}))
  await source.close()
  return { runs: values, gaps: [...gaps, ...values.flatMap((run) => run.gaps)] }
}

it('never opens the state, and says that it alone holds what is missing', async () => {
  const { runs, gaps } = await seen({ 'run/gepa_state.bin': 'cos\nsystem\n(S"false"\ntR.' })
  expect(runs.map(({ id, metrics, artifacts }) => [id, metrics.size, artifacts])).toEqual([['run', 0, 0]])
  expect(gaps).toEqual([
    {
      kind: 'gap',
      what: 'candidates and scores',
      where: 'run/gepa_state.bin',
      why: 'they are kept in a pickle alone, which may run any code when it is opened and is not read',
    },
  ])
})

it.each([
  [['eval_log.jsonl'], 'eval_log.jsonl, which GEPA did not write, lies beside it and may tell of them'],
  [
    ['eval_log.jsonl', 'results.json', 'plot.png', 'run_log_stderr.txt'],
    'eval_log.jsonl and results.json, which GEPA did not write, lie beside it and may tell of them',
  ],
  [
    ['a.json', 'b.json', 'c, d.csv'],
    'a.json, b.json and c, d.csv, which GEPA did not write, lie beside it and may tell of them',
  ],
  [
    ['a.json', 'b.json', 'c, d.csv', 'e.txt', 'f.log'],
    'a.json, b.json, c, d.csv, e.txt and 1 more, which GEPA did not write, lie beside it and may tell of them',
  ],
])('says what else lies beside a state that is not read: %s', async (files, told) => {
  const { gaps } = await seen({
    'run/gepa_state.bin': '.',
    ...Object.fromEntries(files.map((file) => [`run/${file}`, '{"score": 1}'])),
  })
  expect(gaps.map(({ why }) => why.split('; ')[1])).toEqual([told])
})

it('says of a state that is empty that nothing was saved', async () => {
  const { gaps } = await seen({ 'run/gepa_state.bin': '' })
  expect(gaps.map(({ why }) => why)).toEqual(['the state is empty: none was saved'])
})

it('keeps the name of an iteration whichever of its files is there', async () => {
  const log = await seen({ 'run/candidates.json': '[]', 'run/run_log.txt': LOG_TEXT })
  const traces = await seen({ 'run/candidates.json': '[]', 'run/run_log.json': JSON.stringify(TRACE_LIST) })
  const ids = ['run', 'run/seed', 'run/iteration-1', 'run/iteration-2', 'run/iteration-3']
  expect(log.runs.map(({ id }) => id)).toEqual(ids)
  expect(traces.runs.map(({ id }) => id)).toEqual(ids)
  expect(log.runs.map(({ parent }) => parent)).toEqual(traces.runs.map(({ parent }) => parent))
  expect(log.runs.map(({ tags }) => tags.get('gepa.proposal'))).toEqual(
    traces.runs.map(({ tags }) => tags.get('gepa.proposal')),
  )
})

it('tells candidates of which no log says how they came about', async () => {
  const files = { 'run/candidates.json': '[{"a": "x"}, {"a": "y"}]', 'run/run_log.txt': '' }
  const { runs } = await seen(files)
  expect(runs.map(({ id, parent }) => [id, parent])).toEqual([
    ['run', null],
    ['run/seed', 'logs:run'],
    ['run/candidate-1', null],
  ])
})

it('tells both candidates that a merge came from', async () => {
  const merge = {
    i: 3,
    merged: true,
    merged_entities: [1, 2, 0],
    subsample_scores: [0.5],
    new_subsample_scores: [1],
    new_program_idx: 3,
  }
  const { runs } = await seen({
    'candidates.json': '[{"a": "0"}, {"a": "1"}, {"a": "2"}, {"a": "3"}]',
    'run_log.json': JSON.stringify([...TRACE_LIST, merge]),
  })
  const merged = runs.find(({ id }) => id === 'iteration-4')
  expect([merged?.name, merged?.parent, merged?.tags.get('gepa.merged')]).toEqual([
    `candidate 3 of ${runs[0]?.name}`,
    'logs:iteration-1',
    'candidate 1, candidate 2',
  ])
})

it('names no parent and no minibatch where an iteration made several proposals at once', async () => {
  const tasks = [{ parent_idx: 0 }, { parent_idx: 1 }]
  const several = { ...TRACE_LIST[2], tasks, new_program_idx: 3, new_program_indices: [2, 3] }
  const { runs } = await seen({
    'candidates.json': '[{"a": "0"}, {"a": "1"}, {"a": "2"}, {"a": "3"}]',
    'run_log.json': JSON.stringify([...TRACE_LIST.slice(0, 2), several]),
    'run_log.txt':
      'Iteration 3: Selected program 0 score: 0.5\nIteration 3: Selected program 1 score: 0.5\nIteration 3: Selected program 1 score: 0.5\n',
  })
  expect(
    runs.slice(-2).map(({ id, parent, metrics, params }) => [id, parent, metrics.size, [...params.values()]]),
  ).toEqual([
    ['iteration-3', null, 0, ['2']],
    ['iteration-3.2', null, 0, ['3']],
  ])
})

it('leaves open whether a proposal was accepted while its iteration goes on', async () => {
  const going = { i: 0, selected_program_candidate: 0, subsample_scores: [0.25], new_subsample_scores: [0.5] }
  const { runs } = await seen({ 'candidates.json': '[{"a": "x"}]', 'run_log.json': JSON.stringify([going]) })
  expect(runs.map(({ id, status, tags }) => [id, status, tags.size])).toEqual([
    ['.', 'unknown', 0],
    ['seed', 'finished', 1],
    ['iteration-1', 'unknown', 0],
  ])
})

it('leaves out of the log a line that does not end and a text that nothing follows', () => {
  const cut = readGepaLog(LOG_TEXT.slice(0, LOG_TEXT.indexOf('Never guess.') + 6))
  expect([cut.texts.size, cut.programs.size]).toEqual([0, 1])
  expect(readGepaLog('Iteration 1: Best score on valset: 0.5').best).toEqual([])
})

it('gives each value of the log its line', () => {
  const { programs, best, texts } = readGepaLog(LOG_TEXT)
  expect(programs.get(1)?.score).toEqual({ value: 0.5, line: 9 })
  expect(best.map(({ line }) => line)).toEqual([1, 12, 23])
  expect(texts.get(2)?.get('user')).toEqual({ text: 'Say it.', line: 16 })
})

it('finds a directory eight folders down, where a run is kept by task, model, seed and date', async () => {
  const folder = await temporaryFolder({
    'examples/outputs/task/15cand/problem_0/gpt/0/260123_11-23-36/gepa_state.bin': '',
  })
  expect(await gepa.detect(folder, plainWorld(folder))).toEqual([join(folder, 'examples')])
})

it('opens no other folder', async () => {
  const folder = await temporaryFolder({ 'run_log.json': '[]', 'other/candidates.json': '[]' })
  expect(await gepa.recognises(folder, plainWorld(folder))).toBe(false)
  expect((await errorOf(() => gepa.open(folder, 'logs', plainWorld(folder)))).message).toBe(
    `${folder} holds no run directory of GEPA.`,
  )
})

const RESULT = {
  candidates: [{ system: 'Answer.' }, { system: 'Answer in one word.' }, { system: 'Both.' }],
  parents: [[null], [0], [0, 1]],
  val_aggregate_scores: [0.25, 0.5, 1],
  val_subscores: [{ 0: 0.25 }, { 0: 0.5 }, { 0: 1 }],
  val_aggregate_subscores: [null, { brevity: 0.75 }, null],
  per_val_instance_best_candidates: { 0: [2] },
  discovery_eval_counts: [0, 3, 6],
  run_dir: 'runs/one',
  best_idx: 2,
  validation_schema_version: 2,
}

async function writeResults(folder: string): Promise<string> {
  await write(join(folder, 'results'), {
    'one.json': JSON.stringify(RESULT),
    // The first way of writing scores: in the order of the examples.
    'old.json': JSON.stringify(
      { ...RESULT, val_subscores: [[0.25], [0.5], [1]], validation_schema_version: 0 },
      null,
      2,
    ),
    'other.json': '{"candidates": 3}',
  })
  return join(folder, 'results')
}

it('reads results that were written to JSON, whichever way scores are written', async () => {
  const folder = await temporaryFolder()
  const location = await writeResults(folder)
  for (const [at, count] of [
    [location, 8],
    [join(location, 'old.json'), 4],
  ] as const) {
    const source = await gepa.open(at, 'logs', plainWorld(folder))
    const { values, gaps } = await sorted(source.readAll({}))
    const { values: experiments } = await sorted(source.experiments())
    await source.close()
    expect([values.length, gaps, values.flatMap((run) => run.gaps)]).toEqual([count, [], []])
    expect(experiments.map(({ name }) => name)).toEqual(count === 4 ? ['old'] : ['old', 'one'])
    expect(
      values
        .slice(0, 4)
        .map(({ id, name, parent, params, metrics, tags }) => [
          id,
          name,
          parent,
          Object.fromEntries(params),
          Object.fromEntries([...metrics].map(([metric, { last }]) => [metric, last])),
          tags.get('gepa.merged'),
        ]),
    ).toEqual([
      ['old.json', 'old', null, { run_dir: 'runs/one' }, {}, undefined],
      [
        'old.json/seed',
        'seed of old',
        'logs:old.json',
        { 'text:system': 'Answer.' },
        { valset_score: 0.25, 'valset/0': 0.25 },
        undefined,
      ],
      [
        'old.json/candidate-1',
        'candidate 1 of old',
        'logs:old.json/seed',
        { 'text:system': 'Answer in one word.' },
        { valset_score: 0.5, 'valset/0': 0.5, 'objective/brevity': 0.75 },
        undefined,
      ],
      [
        'old.json/candidate-2',
        'candidate 2 of old',
        'logs:old.json/seed',
        { 'text:system': 'Both.' },
        { valset_score: 1, 'valset/0': 1 },
        'candidate 0, candidate 1',
      ],
    ])
  }
})

it('says what a result does not tell as it should', async () => {
  const { runs, gaps } = await seen({
    'a.json': JSON.stringify({
      ...RESULT,
      candidates: [{ system: 1 }, { system: 'x' }],
      parents: [[null], [7]],
      val_subscores: { 0: 1 },
      validation_schema_version: 9,
    }),
  })
  expect(runs.map(({ id, parent }) => [id, parent])).toEqual([
    ['a.json', null],
    ['a.json/seed', 'logs:a.json'],
    ['a.json/candidate-1', null],
  ])
  expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    'result: it is written in a newer way (9) than the one that is known (2)',
    'candidate 0: some of its components are no texts',
    'scores: there are 3 for 2 candidates',
    'val_subscores: it holds no list',
  ])
})

damageSuite("GEPA's results", { kind: gepa, write: writeResults, mostCuts: 100, flips: 200 })
