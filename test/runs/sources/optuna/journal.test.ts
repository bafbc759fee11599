import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { optuna } from '../../../../src/runs/sources/optuna/optuna.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { journalRuns, journalStudies, linesOf, operation, writeJournal } from './write-journal.ts'
import { CHOICE, FLOAT, INT, type WrittenStudy } from './write-storage.ts'

runSourceContract('a journal of Optuna', {
  kind: optuna,
  alias: 'logs',
  write: async (folder) => writeJournal(folder, journalStudies),
  runs: journalRuns,
})

damageSuite('a journal of Optuna', {
  kind: optuna,
  write: async (folder) => writeJournal(folder, journalStudies),
  async writeNamed(folder, name) {
    const choices = JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: [name] } })
    const trial = {
      number: 0,
      state: 'COMPLETE',
      start: '2026-03-01 10:00:00.000000',
      params: { [name]: [0, choices] as const },
      values: [[0.5, 'FINITE'] as const],
      user: { [name]: JSON.stringify(name) },
    }
    const study: WrittenStudy = {
      name,
      directions: ['MINIMIZE'],
      system: { 'study:metric_names': JSON.stringify([name]) },
      trials: [trial, { ...trial, state: name }],
    }
    return writeJournal(folder, [study])
  },
  checkNamed(seen, name) {
    expect([...seen.runs.values()].map(({ run }) => run.params.get(name))).toEqual([name, name])
  },
})

const STARTED = '"2026-07-01T10:00:00.000000+00:00"'
const ENDED = '"2026-07-01T11:00:00.000000+00:00"'
const study = (name: string) => operation(0, { study_name: JSON.stringify(name), directions: '[1]' })
const trial = (id: number) => operation(4, { study_id: id, datetime_start: STARTED })
const param = (id: number, name: string, stored: number, distribution: string) =>
  operation(5, {
    trial_id: id,
    param_name: JSON.stringify(name),
    param_value_internal: stored,
    distribution: JSON.stringify(distribution),
  })
const done = (id: number, value: number) =>
  operation(6, { trial_id: id, state: 1, values: `[${value}]`, datetime_complete: ENDED })

/** What is read of a journal of these lines: a run as its id, status, parameters and last values. */
async function read(lines: readonly string[], end = '\n', timeZone = 'UTC') {
  const folder = await temporaryFolder()
  const path = join(folder, 'journal.log')
  writeFileSync(path, lines.join('\n') + end)
  const source = await optuna.open(path, 'logs', { ...plainWorld(folder), timeZone })
  const { values, gaps } = await sorted(source.list({}))
  await source.close()
  return {
    runs: values.map(({ id, status, params, metrics }) => [
      id,
      status,
      Object.fromEntries(params),
      Object.fromEntries([...metrics].map(([name, { last }]) => [name, last])),
    ]),
    starts: values.map(({ startedAt }) => startedAt),
    gaps,
  }
}

it('numbers trials in their study, and knows them by their place among all', async () => {
  const lines = [study('a'), study('b'), trial(1), trial(0), trial(1), done(2, 0.5), done(1, 0.25)]
  expect(await read(lines)).toMatchObject({
    runs: [
      ['a/0', 'finished', {}, { value: 0.25 }],
      ['b/0', 'running', {}, {}],
      ['b/1', 'finished', {}, { value: 0.5 }],
    ],
    gaps: [],
  })
})

it('leaves out a study that was deleted, whose trials keep their places', async () => {
  const lines = [
    study('a'),
    trial(0),
    operation(1, { study_id: 0 }),
    trial(0),
    study('a'),
    trial(1),
    done(1, 0.5),
  ]
  expect(await read(lines)).toMatchObject({ runs: [['a/0', 'finished', {}, { value: 0.5 }]], gaps: [] })
})

it('takes the first of two workers that make a study of one name', async () => {
  expect((await read([study('a'), study('a'), study('b'), trial(1)])).runs).toEqual([
    ['b/0', 'running', {}, {}],
  ])
})

it('takes no change of a trial that has ended, nor of one that is not there', async () => {
  const lines = [study('a'), trial(0), done(0, 0.5), done(0, 0.75), param(0, 'lr', 0.1, FLOAT), done(7, 1)]
  expect(await read(lines)).toMatchObject({ runs: [['a/0', 'finished', {}, { value: 0.5 }]], gaps: [] })
})

it('takes no parameter that Optuna refused, since an earlier trial had it of another kind', async () => {
  const other = '{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd"]}}'
  const lines = [
    study('a'),
    ...[trial(0), param(0, 'x', 0, CHOICE), param(0, 'n', 2, INT)],
    ...[trial(0), param(1, 'x', 0, other), param(1, 'n', 0.5, FLOAT)],
    ...[trial(0), param(2, 'x', 1, CHOICE), param(2, 'n', 3, INT)],
  ]
  expect((await read(lines)).runs.map(([, , params]) => params)).toEqual([
    { x: 'adam', n: '2' },
    {},
    { x: 'null', n: '3' },
  ])
})

it('takes a waiting trial once it is run, with the time it was begun', async () => {
  const waiting = operation(4, {
    study_id: 0,
    datetime_start: 'null',
    state: 4,
    value: 'null',
    values: 'null',
    distributions: '{}',
    params: '{}',
    user_attrs: '{}',
    system_attrs: '{"fixed_params":{"lr":0.1}}',
    intermediate_values: '{}',
  })
  const run = (start: string) =>
    operation(6, { trial_id: 0, state: 0, values: 'null', datetime_start: start })
  const begun = await read([study('a'), waiting, run(STARTED), run(ENDED)])
  expect(begun.starts).toEqual([Date.UTC(2026, 6, 1, 10)])
  expect((await read([study('a'), waiting])).runs).toEqual([['a/0', 'scheduled', {}, {}]])
})

it('takes a trial that was added whole', async () => {
  const added = operation(4, {
    study_id: 0,
    datetime_start: STARTED,
    datetime_complete: ENDED,
    state: 1,
    value: '0.5',
    values: 'null',
    distributions: `{"lr":${JSON.stringify(FLOAT)}}`,
    params: '{"lr":0.01}',
    user_attrs: '{}',
    system_attrs: '{}',
    intermediate_values: '{"3":0.25,"10":0.75}',
  })
  expect(await read([study('a'), added])).toMatchObject({
    runs: [['a/0', 'finished', { lr: '0.01' }, { value: 0.5, intermediate_value: 0.75 }]],
    gaps: [],
  })
})

it('reads a time without a zone, as Optuna 3 wrote it, by the clock of the reader', async () => {
  const lines = [study('a'), operation(4, { study_id: 0, datetime_start: '"2026-07-01T10:00:00.000000"' })]
  expect((await read(lines, '\n', 'Europe/Oslo')).starts).toEqual([Date.UTC(2026, 6, 1, 8)])
})

const MADE = [study('a'), trial(0), trial(0)]

it.each([
  ['a line of a parameter that is cut', `${param(0, 'lr', 1, FLOAT).slice(0, 60)}`, 'line 4'],
  ['a line of a value that names no trial', operation(6, { state: 1, values: 'null' }), 'line 4'],
  ['an operation that is not known', operation(42, {}), 'line 4'],
])('leaves out %s, with a gap, and reads on', async (_, broken, what) => {
  const { runs, gaps } = await read([...MADE, broken, done(1, 0.5), trial(0)])
  expect(runs).toEqual([
    ['a/0', 'running', {}, {}],
    ['a/1', 'finished', {}, { value: 0.5 }],
    ['a/2', 'running', {}, {}],
  ])
  expect(gaps.map((gap) => [gap.what, gap.where])).toEqual([[what, 'journal.log:4']])
})

it.each([
  ['a line that is no JSON', 'half a line'],
  ['a trial that is cut', trial(0).slice(0, 40)],
  [
    'a parameter that is cut where a trial was made behind it',
    param(0, 'lr', 1, FLOAT).slice(0, 60) + trial(0),
  ],
  ['a trial of no study', operation(4, { datetime_start: STARTED })],
  ['a study without a name', operation(0, { directions: '[1]' })],
  ['a line that is no operation', '{"step": 1}'],
])('ends before %s, since what follows is known by its place alone', async (_, broken) => {
  const { runs, gaps } = await read([...MADE, broken, done(1, 0.5), trial(0)])
  expect(runs).toEqual([
    ['a/0', 'running', {}, {}],
    ['a/1', 'running', {}, {}],
  ])
  expect(gaps.map((gap) => [gap.what, gap.where])).toEqual([['trials', 'journal.log:4']])
})

it('leaves out a last line that does not end, as Optuna does, and reads it once it does', async () => {
  const lines = [...MADE, done(0, 0.5)]
  const { runs, gaps } = await read(lines, '')
  expect(runs[0]).toEqual(['a/0', 'running', {}, {}])
  expect(gaps).toEqual([
    {
      kind: 'gap',
      what: 'line 4',
      where: 'journal.log:4',
      why: 'it does not end: it is being written, or was cut',
    },
  ])
  expect(await read(lines)).toMatchObject({ gaps: [], runs: [['a/0', 'finished', {}, { value: 0.5 }], {}] })
})

it('takes the last report of a step, and leaves out one that is none, with a gap', async () => {
  const report = (step: string, value: string) =>
    operation(7, { trial_id: 0, step, intermediate_value: value })
  const lines = [study('a'), trial(0), report('3', '0.5'), report('1', '0.75'), report('3', '0.25')]
  expect((await read(lines)).runs).toEqual([['a/0', 'running', {}, { intermediate_value: 0.25 }]])
  const { gaps } = await read([...lines, report('"x"', '1'), report('4', '"y"')])
  expect(gaps.map(({ what, why }) => [what, why])).toEqual([
    ['metric intermediate_value', 'its value at step x cannot be read'],
    ['metric intermediate_value', 'its value at step 4 cannot be read'],
  ])
})

it('tells twenty broken lines, and counts the others', async () => {
  const broken = Array.from({ length: 25 }, () => operation(7, { step: 1 }))
  const { gaps } = await read([...MADE, ...broken])
  expect([gaps.length, gaps[0]?.what, gaps.at(-1)?.what]).toEqual([21, 'line 4', '5 more lines'])
})

it('sees what is appended meanwhile', async () => {
  const folder = await temporaryFolder()
  const path = writeJournal(folder, journalStudies)
  const source = await optuna.open(path, 'logs', plainWorld(folder))
  const before = (await sorted(source.list({}))).values
  appendFileSync(path, `${trial(2)}\n${done(5, 12)}\n`)
  const after = (await sorted(source.list({}))).values
  expect(after.length).toBe(before.length + 1)
  expect(after.find(({ id }) => id === 'size/speed/1')?.status).toBe('finished')
  await source.close()
})

it('is known by its first line, whatever it is called', async () => {
  const folder = await temporaryFolder()
  const world = plainWorld(folder)
  const text = `${linesOf(journalStudies).join('\n')}\n`
  const tries: readonly (readonly [string, string, boolean])[] = [
    ['study.jsonl', text, true],
    ['optuna_journal_storage', text, true],
    ['empty.log', '', false],
    ['other.jsonl', '{"op_code": 1}\n', false],
    ['console.log', 'epoch 1 loss 0.5\n', false],
    ['cut.log', text.slice(0, 30), false],
  ]
  for (const [name, content] of tries) writeFileSync(join(folder, name), content)
  expect(await optuna.detect(folder, world)).toEqual([
    join(folder, 'optuna_journal_storage'),
    join(folder, 'study.jsonl'),
  ])
  for (const [name, , isOne] of tries)
    expect([name, await optuna.recognises(join(folder, name), world)]).toEqual([name, isOne])
  expect((await errorOf(() => optuna.open(join(folder, 'console.log'), 'logs', world))).message).toBe(
    `${join(folder, 'console.log')} is no storage of Optuna.`,
  )
  expect(readFileSync(join(folder, 'study.jsonl'), 'utf8')).toBe(text)
})

it.each([
  ['mysql://ann:secret@db.example.org/optuna', 'mysql://***@db.example.org/optuna'],
  ['postgresql+psycopg2://ann:p@ss@db/optuna', 'postgresql+psycopg2://***@db/optuna'],
  ['redis://localhost:6379', 'redis://localhost:6379'],
])('says of %s that it is not read, and shows no password', async (location, shown) => {
  const world = plainWorld('/')
  expect(await optuna.recognises(location, world)).toBe(true)
  const { message, hint } = await errorOf(() => optuna.open(location, 'logs', world))
  expect(message).toBe(
    `${shown} is a database server, and of Optuna's storages only SQLite and journal files are read.`,
  )
  expect(hint).toContain('optuna.copy_study')
})
