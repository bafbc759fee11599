import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunSource } from '../../../../src/runs/run-source.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from './temporary-folder.ts'
import {
  type LoggedRun,
  type LoggedVersion,
  writeDatabase,
  writeFileStore,
  writeText,
} from './write-store.ts'

const ID = 'aaaabbbbccccdddd0000111122223333'
const OTHER = 'bbbbccccdddd0000111122223333aaaa'
const runs: readonly LoggedRun[] = [
  { id: ID, experiment: '1', start: 1_763_600_000_000 },
  { id: OTHER, experiment: '1', start: 1_763_600_001_000 },
]
const experiments = [{ id: '1', name: 'churn' }]
const registry: readonly LoggedVersion[] = [
  { model: 'churn model', version: 10, run: ID, stage: 'Production' },
  { model: 'churn model', version: 9, run: ID, stage: 'Archived', aliases: ['second', 'champion'] },
  { model: 'churn model', version: 11, run: null, stage: 'Staging' },
  { model: 'churn model', version: 12, run: 'of no run here' },
  { model: 'a model', version: 1, run: ID },
  { model: 'a model', version: 2, run: OTHER, stage: 'Deleted_Internal' },
]

const told = [
  { model: 'a model', version: '1', stage: null, aliases: [] },
  { model: 'churn model', version: '9', stage: 'Archived', aliases: ['champion', 'second'] },
  { model: 'churn model', version: '10', stage: 'Production', aliases: [] },
]

function fileStore(versions: readonly LoggedVersion[], change: (root: string) => void = () => {}) {
  const root = join(temporaryFolder(), 'mlruns')
  writeFileStore(root, { experiments, runs, registry: versions })
  change(root)
  return opened(root)
}

function database(
  versions: readonly LoggedVersion[],
  change: (database: DatabaseSync) => void = () => {},
  schema: 'newest' | 'oldest' = 'newest',
) {
  const path = join(temporaryFolder(), 'mlflow.db')
  writeDatabase(path, { experiments, runs, registry: versions }, schema)
  const written = new DatabaseSync(path)
  change(written)
  written.close()
  return opened(path)
}

async function opened(location: string): Promise<RunSource> {
  const source = await mlflow.open(location, 'logs', plainWorld('/'))
  onTestFinished(() => source.close())
  return source
}

async function registeredIn(source: RunSource) {
  const { values, gaps } = await sorted(source.readAll({}))
  for (const run of values) expect((await source.read(run.key)).registered).toEqual(run.registered)
  return {
    versions: values.map(({ registered }) => registered?.map(({ origin, ...version }) => version)),
    places: values.flatMap(({ registered = [] }) =>
      registered.map(({ origin }) => origin.row ?? origin.file),
    ),
    gaps: gaps.map(({ where, why }) => [where, why]),
  }
}

describe('the model registry', () => {
  it('of a file store tells the versions that a run made, with stage and aliases', async () => {
    expect(await registeredIn(await fileStore(registry))).toEqual({
      versions: [told, undefined],
      places: [
        'models/a model/version-1/meta.yaml',
        'models/churn model/version-9/meta.yaml',
        'models/churn model/version-10/meta.yaml',
      ],
      gaps: [],
    })
  })

  it('of a database tells the same', async () => {
    expect(await registeredIn(await database(registry))).toEqual({
      versions: [told, undefined],
      places: [
        'model_versions(name=a model, version=1)',
        'model_versions(name=churn model, version=9)',
        'model_versions(name=churn model, version=10)',
      ],
      gaps: [],
    })
  })

  it('may be missing', async () => {
    const nothing = { versions: [undefined, undefined], places: [], gaps: [] }
    expect(await registeredIn(await fileStore([]))).toEqual(nothing)
    expect(await registeredIn(await database(registry, () => {}, 'oldest'))).toEqual(nothing)
  })

  it('of a database before there were aliases tells stages', async () => {
    const source = await database(registry, (written) => written.exec('DROP TABLE registered_model_aliases'))
    expect((await registeredIn(source)).versions).toEqual([
      told.map((version) => ({ ...version, aliases: [] })),
      undefined,
    ])
  })

  it('of a database keeps the aliases of one workspace from a model of the same name in another', async () => {
    const source = await database(registry, (written) =>
      written.exec(
        `INSERT INTO registered_model_aliases (alias, version, name, workspace) VALUES ('live', 10, 'churn model', 'elsewhere')`,
      ),
    )
    expect((await registeredIn(source)).versions).toEqual([told, undefined])
  })

  it('of a file store that is damaged in one version is read but for that one', async () => {
    const source = await fileStore(registry, (root) => {
      writeText(join(root, 'models/churn model/version-10/meta.yaml'), 'name: [')
      writeText(join(root, 'models/churn model/aliases/second'), 'x'.repeat(5000))
    })
    const { versions, gaps } = await registeredIn(source)
    expect(versions).toEqual([
      [told[0], { model: 'churn model', version: '9', stage: 'Archived', aliases: ['champion'] }],
      undefined,
    ])
    expect(gaps.map(([where]) => where)).toEqual([
      'models/churn model/aliases/second',
      'models/churn model/version-10/meta.yaml',
    ])
  })

  it('of a file store is not looked for behind a link', async () => {
    const source = await fileStore(registry, (root) => {
      const elsewhere = join(root, '..', 'elsewhere')
      mkdirSync(elsewhere)
      rmSync(join(root, 'models'), { recursive: true })
      symlinkSync(elsewhere, join(root, 'models'))
    })
    expect((await registeredIn(source)).gaps).toEqual([
      ['models', 'it is a symbolic link, which is not followed'],
    ])
  })
})
