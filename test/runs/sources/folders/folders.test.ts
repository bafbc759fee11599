import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folders } from '../../../../src/runs/sources/folders/folders.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'
import { foldersRuns, writeFolders } from './write-folders.ts'

runSourceContract('a folder of experiments', {
  kind: folders,
  alias: 'logs',
  write: writeFolders,
  runs: foldersRuns,
})

damageSuite('a folder of experiments', {
  kind: folders,
  write: writeFolders,
  unshown: ['cut', 'growing'].map((damage) => ({
    damage: damage as 'cut',
    file: /metadata\.yaml$/,
    wrong: /^note /,
    because: 'a text of several lines in YAML may end after any of them',
  })),
  async writeNamed(folder, name) {
    const safe = name.replaceAll(/[/\0]/g, '_').slice(0, 200)
    const run = join('experiments', /^\.*$|^ $/.test(safe) ? `run ${safe}` : safe)
    await mkdir(join(folder, run), { recursive: true })
    const text = JSON.stringify(name)
    await write(join(folder, run), {
      'params.json': `{${text}: ${text}}`,
      'metrics.json': `{${text}: 0.5}`,
      'metadata.yaml': `name: ${text}\nauthor: ${text}\nstatus: ${text}\n`,
    })
    return join(folder, 'experiments')
  },
})

const RUN = { 'params.json': '{"lr": 0.1}', 'metrics.json': '{"auc": 0.5}' }
const at = (folder: string) =>
  Object.fromEntries(Object.entries(RUN).map(([name, text]) => [`${folder}/${name}`, text]))

describe('folders of experiments', () => {
  it('are found once for each folder that holds them, not in those of other trackers', async () => {
    const root = await temporaryFolder({
      ...at('churn/experiments/a'),
      ...at('churn/experiments/b/folds/1'),
      ...at('churn/experiments/b'),
      ...at('forecast/x'),
      ...at('mlruns/1/abc/artifacts/x'),
      ...at('wandb/run-1/files'),
      ...at('node_modules/package/x'),
      ...at('sacred/1'),
      'sacred/1/run.json': '{}',
      ...at('ray/trial'),
      'ray/trial/result.json': '{}',
      'dvclive/metrics.json': '{"auc": 1}',
      'dvclive/params.yaml': 'lr: 1',
    })
    expect((await folders.detect(root, plainWorld(root))).toSorted()).toEqual([
      `${root}/churn/experiments`,
      `${root}/forecast`,
    ])
  })

  it('of .specweave are one log, named itself or by the project', async () => {
    const root = await temporaryFolder({
      ...at('.specweave/increments/0001-a/experiments/x'),
      ...at('.specweave/increments/0002-b/experiments/y'),
    })
    const increments = `${root}/.specweave/increments`
    for (const named of [root, increments])
      expect(await folders.detect(named, plainWorld(root))).toEqual([increments])
    const { runs } = await readEverything(folders, increments, plainWorld(root))
    expect([...runs.values()].map(({ run }) => [run.id, run.experiment.name])).toEqual([
      ['0001-a/experiments/x', '0001-a'],
      ['0002-b/experiments/y', '0002-b'],
    ])
  })

  it('inside of one another are a run and its parts', async () => {
    const root = await temporaryFolder({
      ...at('experiments/cv'),
      ...at('experiments/cv/fold-1'),
      'experiments/cv/fold-1/model.pkl': 'x',
      'experiments/cv/plot.txt': 'y',
    })
    const { runs } = await readEverything(folders, `${root}/experiments`, plainWorld(root))
    expect(
      [...runs.values()].map(({ run, artifacts }) => [run.id, run.parent, artifacts.map(({ path }) => path)]),
    ).toEqual([
      ['cv', null, ['plot.txt']],
      ['cv/fold-1', 'logs:cv', ['model.pkl']],
    ])
  })

  it('that say no time are dated by their files, for activity alone', async () => {
    const root = await temporaryFolder(at('experiments/a'))
    const source = await folders.open(`${root}/experiments`, 'logs', plainWorld(root))
    const idsOf = async (query: Parameters<typeof source.list>[0]) => {
      const ids: unknown[] = []
      for await (const found of source.list(query))
        ids.push('id' in found ? [found.id, found.startedAt] : found)
      return ids
    }
    const now = Date.now()
    expect(await idsOf({ activeSince: now - 3_600_000 })).toEqual([['a', null]])
    expect(await idsOf({ activeSince: now + 3_600_000 })).toEqual([])
    expect(await idsOf({ startedBefore: now - 3_600_000 })).toEqual([])
    expect(await idsOf({ startedBefore: now + 3_600_000 })).toEqual([['a', null]])
  })
})
