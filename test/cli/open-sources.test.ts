import { expect, it } from 'vitest'
import { findProject } from '../../src/cli/find-project.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { isGap } from '../../src/gap.ts'
import { listRuns } from '../../src/runs/list-runs.ts'
import type { RunSource } from '../../src/runs/run-source.ts'
import { console } from '../../src/runs/sources/console/console.ts'
import { folders } from '../../src/runs/sources/folders/folders.ts'
import { ledger } from '../../src/runs/sources/ledger/ledger.ts'
import { type FakeRun, fakeSource } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function openProject(files: Readonly<Record<string, string>>) {
  const cwd = await temporaryFolder(files)
  const { world } = makeWorld({ cwd })
  const project = await findProject(world)
  const opened = await openSources(project, [folders, ledger, console], world)
  const keys: string[] = []
  for await (const found of listRuns(opened.sources, {})) if (!isGap(found)) keys.push(found.run.key)
  await opened.close()
  return { keys: keys.toSorted(), unread: opened.unread }
}

it('two folders whose runs have the same names hide none of each other', async () => {
  const run = (folder: string) => ({
    [`${folder}/experiments/exp-001/params.json`]: '{"lr": 0.1}',
    [`${folder}/experiments/exp-001/metrics.json`]: '{"auc": 0.5}',
  })
  const { keys, unread } = await openProject({
    ...run('churn'),
    ...run('forecast'),
    'narrate.yaml':
      'sources:\n  - { at: churn/experiments, as: churn }\n  - { at: forecast/experiments, as: forecast }\n',
  })
  expect(unread).toEqual([])
  expect(keys).toEqual(['churn:exp-001', 'forecast:exp-001'])
})

it('keys below a folder whose kind is told stay as they are when another run comes beside the only one', async () => {
  const run = (folder: string) => ({
    [`work/${folder}/experiments/exp-001/params.json`]: '{"lr": 0.1}',
    [`work/${folder}/experiments/exp-001/metrics.json`]: '{"auc": 0.5}',
  })
  const settings = { 'narrate.yaml': 'sources:\n  - { at: work, as: work, kind: folders }\n' }
  const { keys: alone } = await openProject({ ...run('churn'), ...settings })
  const { keys: both } = await openProject({ ...run('churn'), ...run('forecast'), ...settings })
  expect(alone).toEqual(['work:churn/experiments/exp-001'])
  expect(both).toEqual(['work:churn/experiments/exp-001', 'work:forecast/experiments/exp-001'])
})

it('what narrate.yaml says of the fields of a ledger reaches it', async () => {
  const files = {
    'log.jsonl': '{"label": "a", "tried": "x", "score": 1}\n',
    'narrate.yaml': 'sources:\n  - { at: log.jsonl, as: log, fields: { id: tried } }\n',
  }
  expect((await openProject(files)).keys).toEqual(['log:x'])
  const wrong = {
    ...files,
    'narrate.yaml': 'sources:\n  - { at: log.jsonl, as: log, fields: { ident: tried } }\n',
  }
  expect((await openProject(wrong)).unread.map(({ why }) => why)).toEqual([
    'A field of a ledger cannot mean "ident". In narrate.yaml, `fields` takes: id, name, status, time, start, end, seconds, minutes, user, note, commit, branch, experiment, parent, artifact, error, failed, labels, params, metrics.',
  ])
})

const EVENTS_OF_RUNS = Object.fromEntries(
  ['first', 'second'].flatMap((name) => [
    [`logs/${name}/group/params.json`, '{"lr": 0.1}'],
    [`logs/${name}/group/metrics.json`, '{"auc": 0.5}'],
  ]),
)

it.each([
  ['named in narrate.yaml', 'sources:\n  - { at: logs, as: tried }\n', [], 'tried'],
  ['named with --source', '', ['logs'], 'folders'],
  ['named in both', 'sources:\n  - { at: logs, as: tried }\n', ['logs'], 'tried'],
])(
  'a folder whose runs lie in folders of their own is one log where it is %s',
  async (_, yaml, given, alias) => {
    const cwd = await temporaryFolder({ ...EVENTS_OF_RUNS, 'narrate.yaml': yaml })
    const { world } = makeWorld({ cwd })
    const opened = await openSources(await findProject(world), [folders, ledger], world, given)
    const keys: string[] = []
    for await (const found of listRuns(opened.sources, {})) if (!isGap(found)) keys.push(found.run.key)
    await opened.close()
    expect(opened.unread).toEqual([])
    expect(keys.toSorted()).toEqual([`${alias}:first/group`, `${alias}:second/group`])
  },
)

it('files with lines told are console logs, whatever else they look like', async () => {
  const log = 'step 1 loss 0.5\nstep 2 loss 0.25\nstep 3 loss 0.125\n'
  const files = {
    'out/a.csv': log,
    'out/b.csv': log,
    'narrate.yaml': 'sources:\n  - { at: out/*.csv, as: runs, lines: "step {step} loss {loss}" }\n',
  }
  expect((await openProject(files)).keys).toEqual(['runs:a.csv', 'runs:b.csv'])
  const wrong = { ...files, 'narrate.yaml': 'sources:\n  - { at: out/*.csv, as: runs, lines: [steps] }\n' }
  expect((await openProject(wrong)).unread.map(({ why }) => why)).toEqual([
    'A line of a console log cannot be "steps": it is no shape that is known, and has no slot such as {step} or {val_loss}. Write one of step-values, dict, json, keras, or a line with slots: "step {step}: loss {loss}, lr {param:lr} {*}".',
  ])
  const untold = { ...files, 'out/c.log': log, 'narrate.yaml': 'sources:\n  - { at: out/c.log, as: runs }\n' }
  expect((await openProject(untold)).unread.map(({ why }) => why)).toEqual([
    expect.stringContaining('In narrate.yaml, beside its `at`: lines: [step-values] (what it looks like).'),
  ])
})

it('says how many runs were read of their files, and that those kept from before were not', async () => {
  const runs = Array.from({ length: 120 }, (_, run) => `experiments/exp-${run + 100}`)
  const cwd = await temporaryFolder({
    ...Object.fromEntries(
      runs.flatMap((run) => [
        [`${run}/params.json`, '{"lr": 0.1}'],
        [`${run}/metrics.json`, '{"auc": 0.5}'],
      ]),
    ),
    'narrate.yaml': 'sources:\n  - { at: experiments, as: runs }\n',
  })
  const reading = async (): Promise<string> => {
    const { world } = makeWorld({ cwd, now: Date.now() + 60_000 })
    const opened = await openSources(await findProject(world), [folders], world)
    expect(opened.reading()).toBe('Reading runs')
    let listed = 0
    for await (const found of listRuns(opened.sources, {})) listed += isGap(found) ? 0 : 1
    expect(listed).toBe(120)
    const said = opened.reading()
    await opened.close()
    return said
  }
  expect(await reading()).toBe('Reading runs: 120 so far')
  expect(await reading()).toBe('Reading runs')
})

it('a limit counts a run that two stores hold once, and asks no store for more', async () => {
  const run = (id: string, hour: number): FakeRun => ({
    id,
    startedAt: `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`,
  })
  const asked: (number | undefined)[] = []
  const counted = (source: RunSource): RunSource => ({
    ...source,
    list(query) {
      asked.push(query.limit)
      return source.list(query)
    },
  })
  const first = counted(fakeSource({ runs: [run('a', 1), run('b', 3), run('c', 5)] }, 'first'))
  const copy = counted(
    fakeSource({ runs: [run('a', 1), run('b', 3), run('c', 5), run('d', 2), run('e', 4)] }, 'copy'),
  )
  const keys: string[] = []
  for await (const found of listRuns([{ source: first }, { source: copy }], { limit: 4 }))
    if (!isGap(found)) keys.push(found.run.key)
  expect(keys).toEqual(['first:1/c', 'copy:1/e', 'first:1/b', 'copy:1/d'])
  expect(asked).toEqual([4, 4])
})

it('a folder of console logs alone says what narrate.yaml has to tell', async () => {
  const step = (at: number) => `step:${at}/100 val_loss:${10 / at} train_time:${at}ms\n`
  const { unread } = await openProject({
    'logs/one.txt': [1, 2, 3, 4, 5].map(step).join(''),
    'narrate.yaml': 'sources:\n  - { at: logs, as: logs }\n',
  })
  expect(unread.map(({ why }) => why)).toEqual([
    'it holds console logs alone, which are read where narrate.yaml says what their lines mean (lines: [step-values] may fit)',
  ])
})
