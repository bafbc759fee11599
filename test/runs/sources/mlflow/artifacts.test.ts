import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../../../src/runs/run.ts'
import type { RunSource } from '../../../../src/runs/run-source.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { type LoggedRun, writeDatabase, writeFileStore, writeText } from './write-store.ts'

const ID = 'aaaabbbbccccdddd0000111122223333'
const KEY = `logs:1/${ID}`
const run: LoggedRun = { id: ID, experiment: '1', status: 'FAILED', artifacts: { 'train.log': 'it broke\n' } }
const store = { experiments: [{ id: '1', name: 'churn' }], runs: [run] }

async function fileStore(): Promise<{ source: RunSource; folder: string; artifacts: string }> {
  const folder = temporaryFolder()
  writeFileStore(join(folder, 'mlruns'), store)
  const source = await mlflow.open(join(folder, 'mlruns'), 'logs', plainWorld(folder))
  return { source, folder, artifacts: join(folder, 'mlruns', '1', ID, 'artifacts') }
}

/** A database whose run says that its artifacts lie at `uri`. */
async function database(uri: string, folder = temporaryFolder()): Promise<RunSource> {
  const path = join(folder, 'mlflow.db')
  writeDatabase(path, store)
  const written = new DatabaseSync(path)
  written.prepare('UPDATE runs SET artifact_uri = ?').run(uri)
  written.close()
  return mlflow.open(path, 'logs', plainWorld(folder))
}

async function pathsOf(source: RunSource): Promise<{ paths: readonly string[]; gaps: readonly string[] }> {
  const { values, gaps } = await sorted<Artifact>(source.artifacts(KEY))
  return { paths: values.map(({ path }) => path), gaps: gaps.map(({ why }) => why) }
}

describe('artifacts of a mlruns folder', () => {
  it('are never read through a link to a file or a folder outside', async () => {
    const { source, folder, artifacts } = await fileStore()
    writeText(join(folder, 'secrets', 'key.log'), 'secret')
    symlinkSync(join(folder, 'secrets', 'key.log'), join(artifacts, 'linked.log'))
    symlinkSync(join(folder, 'secrets'), join(artifacts, 'linked'))
    const listed = await pathsOf(source)
    expect(listed.paths).toEqual(['train.log'])
    expect(listed.gaps).toHaveLength(2)
    for (const path of ['linked.log', 'linked/key.log'])
      expect(
        (await errorOf(() => source.readArtifact(KEY, path, { from: 'tail', bytes: 9 }))).message,
      ).toContain('no artifact')
  })

  it('are elsewhere where their folder is a link; a run that left none has no folder', async () => {
    const { source, folder, artifacts } = await fileStore()
    renameSync(artifacts, join(folder, 'moved'))
    symlinkSync(join(folder, 'moved'), artifacts)
    expect(await pathsOf(source)).toEqual({ paths: [], gaps: ['the artifacts are elsewhere'] })
    rmSync(artifacts)
    expect(await pathsOf(source)).toEqual({ paths: [], gaps: [] })
    expect(
      (await errorOf(() => source.readArtifact(KEY, 'train.log', { from: 'tail', bytes: 9 }))).hint,
    ).toContain('elsewhere')
  })

  it('are elsewhere where the folder above is a link that leads out of the store', async () => {
    const { source, folder } = await fileStore()
    renameSync(join(folder, 'mlruns', '1'), join(folder, 'out'))
    symlinkSync(join(folder, 'out'), join(folder, 'mlruns', '1'))
    expect(await pathsOf(source)).toEqual({ paths: [], gaps: ['the artifacts are elsewhere'] })
  })

  it('are read a mebibyte at most', async () => {
    const { source, artifacts } = await fileStore()
    writeFileSync(join(artifacts, 'big.log'), Buffer.alloc(3 * 1024 * 1024, 'x'))
    const read = await source.readArtifact(KEY, 'big.log', { from: 'tail', bytes: 1e9 })
    expect('kind' in read ? read : read.length).toBe(1024 * 1024)
  })
})

describe('artifacts of a database', () => {
  it('are not read beside its folder, even where the log names their own folder there', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'project'))
    writeText(join(folder, ID, 'artifacts', 'other.log'), 'not ours')
    const source = await database(`../${ID}/artifacts`, join(folder, 'project'))
    rmSync(join(folder, 'project', 'mlruns'), { recursive: true })
    expect(await pathsOf(source)).toEqual({ paths: [], gaps: [] })
  })

  it('lie beside it, wherever the machine that wrote it had them', async () => {
    for (const uri of [`/somewhere/mlruns/1/${ID}/artifacts`, `mlflow-artifacts:/1/${ID}/artifacts`, ''])
      expect(await pathsOf(await database(uri))).toEqual({ paths: ['train.log'], gaps: [] })
  })

  it.each([
    '/etc',
    '../other',
    '.',
    'private',
    '../x/artifacts',
    's3://bucket/x',
    `s3://bucket/1/${ID}/artifacts`,
    'a\0b',
  ])('are not looked for at a place that is not their own: %j', async (uri) => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'project'))
    writeText(join(folder, ID, 'artifacts', 'other.log'), 'not ours')
    writeText(join(folder, 'project', 'private', 'my.log'), 'not ours')
    const source = await database(uri, join(folder, 'project'))
    rmSync(join(folder, 'project', 'mlruns'), { recursive: true })
    expect(await pathsOf(source)).toEqual({ paths: [], gaps: ['the artifacts are elsewhere'] })
  })
})
