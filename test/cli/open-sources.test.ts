import { expect, it } from 'vitest'
import { findProject } from '../../src/cli/find-project.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { isGap } from '../../src/gap.ts'
import { listRuns } from '../../src/runs/list-runs.ts'
import { console } from '../../src/runs/sources/console/console.ts'
import { folders } from '../../src/runs/sources/folders/folders.ts'
import { ledger } from '../../src/runs/sources/ledger/ledger.ts'
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
