import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RUN_SOURCE_KINDS } from '../../../../src/runs/registry.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { contractLog, contractRuns } from './contract-log.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeDatabase, writeFileStore, writeText } from './write-store.ts'

runSourceContract('a mlruns folder', {
  kind: mlflow,
  alias: 'logs',
  runs: contractRuns,
  write: async (folder) => {
    writeFileStore(join(folder, 'mlruns'), contractLog)
    return join(folder, 'mlruns')
  },
})

runSourceContract('a folder that holds a mlruns folder', {
  kind: mlflow,
  alias: 'logs',
  runs: contractRuns,
  write: async (folder) => {
    writeFileStore(join(folder, 'mlruns'), contractLog)
    return '.'
  },
})

runSourceContract('a SQLite database', {
  kind: mlflow,
  alias: 'logs',
  runs: contractRuns,
  write: async (folder) => {
    writeDatabase(join(folder, 'a project', 'mlflow.db'), contractLog)
    return 'sqlite:///a project/mlflow.db'
  },
})

const RUN = contractRuns[0]?.id ?? ''

describe('a location', () => {
  it('is in the list of kinds', () => {
    expect(RUN_SOURCE_KINDS).toContain(mlflow)
  })

  it('may be any path or URI of a local store', async () => {
    const folder = temporaryFolder()
    writeFileStore(join(folder, 'files', 'mlruns'), contractLog)
    writeDatabase(join(folder, 'db', 'odd #name?.db'), contractLog)
    const world = plainWorld(folder)
    for (const location of [
      'files',
      'files/mlruns/',
      join(folder, 'files'),
      `file://${folder}/files/mlruns`,
      'file:files/mlruns',
      'file://./files/mlruns',
      'db',
      'db/odd #name?.db',
    ]) {
      expect(await mlflow.recognises(location, world), location).toBe(true)
      const source = await mlflow.open(location, 'logs', world)
      expect((await sorted(source.list({}))).values, location).toHaveLength(contractRuns.length)
      await source.close()
    }
  })

  it('is refused in one sentence where it is a database that is not read', async () => {
    for (const location of [
      'postgresql://localhost/mlflow',
      'mysql+pymysql://localhost/mlflow',
      'sqlite://',
      'sqlite:///:memory:',
    ]) {
      const error = await errorOf(() => mlflow.open(location, 'logs', plainWorld('/')))
      expect(error.kind).toBe('source')
      expect(error.message).toMatch(/is a database server, and of databases only SQLite is read\.$/)
      expect(await mlflow.recognises(location, plainWorld('/'))).toBe(true)
    }
  })

  it('is refused where nothing is there, or nothing of MLflow', async () => {
    const folder = temporaryFolder()
    writeText(join(folder, 'text.db'), 'no database')
    writeText(join(folder, 'empty.db'), '')
    mkdirSync(join(folder, 'mlruns'))
    for (const [location, message] of [
      ['gone', /^There is no file or folder .*gone\.$/],
      ['text.db', /^text\.db is no SQLite database\.$/],
      ['empty.db', /^empty\.db is no SQLite database\.$/],
      ['mlruns', /^mlruns holds no MLflow store\.$/],
      ['\0', /^There is no file or folder/],
    ] as const) {
      const error = await errorOf(() => mlflow.open(location, 'logs', plainWorld(folder)))
      expect(error.kind).toBe('source')
      expect(error.message).toMatch(message)
      expect(error.hint).toBeTruthy()
      expect(await mlflow.recognises(location, plainWorld(folder))).toBe(false)
    }
  })

  it('must name one store where a folder holds several', async () => {
    const folder = temporaryFolder()
    writeFileStore(join(folder, 'mlruns'), contractLog)
    writeDatabase(join(folder, 'mlflow.db'), contractLog)
    const error = await errorOf(() => mlflow.open('.', 'logs', plainWorld(folder)))
    expect(error.message).toBe('. holds 2 MLflow stores.')
    expect(error.hint).toBe('Name one of them: mlflow.db, mlruns.')
    expect(await mlflow.detect('.', plainWorld(folder))).toEqual([
      join(folder, 'mlflow.db'),
      join(folder, 'mlruns'),
    ])
  })

  it('with artifacts alone is told as such, never as a store without runs', async () => {
    const folder = temporaryFolder()
    writeText(join(folder, 'mlruns', '1', RUN, 'artifacts', 'model.pkl'), 'x')
    const world = plainWorld(folder)
    expect(await mlflow.detect(folder, world)).toEqual([join(folder, 'mlruns')])
    for (const location of ['.', 'mlruns']) {
      expect(await mlflow.recognises(location, world)).toBe(true)
      const error = await errorOf(() => mlflow.open(location, 'logs', world))
      expect(error.message).toContain('artifacts of MLflow runs without metadata')
    }
    writeDatabase(join(folder, 'mlflow.db'), contractLog)
    expect(await mlflow.detect(folder, world)).toEqual([join(folder, 'mlflow.db')])
    await (await mlflow.open('.', 'logs', world)).close()
  })

  it('is found one level below, under the usual names, and not among installed packages', async () => {
    const folder = temporaryFolder()
    writeFileStore(join(folder, 'work', 'mlruns'), contractLog)
    writeDatabase(join(folder, 'other', 'mlflow.db'), contractLog)
    writeDatabase(join(folder, 'node_modules', 'mlflow.db'), contractLog)
    writeDatabase(join(folder, 'a', 'b', 'c', 'mlflow.db'), contractLog)
    writeFileSync(join(folder, 'mlflow.db'), 'not one')
    expect(await mlflow.detect(folder, plainWorld(folder))).toEqual([
      join(folder, 'other', 'mlflow.db'),
      join(folder, 'work', 'mlruns'),
    ])
    expect(await mlflow.detect(join(folder, 'nothing'), plainWorld(folder))).toEqual([])
    expect(await mlflow.detect('http://localhost', plainWorld(folder))).toEqual([])
  })

  it('is a database only by its tables', async () => {
    const folder = temporaryFolder()
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(folder, 'mlflow.db'))
    database.exec('CREATE TABLE studies (study_id INTEGER)')
    database.close()
    expect(await mlflow.recognises('mlflow.db', plainWorld(folder))).toBe(false)
    const error = await errorOf(() => mlflow.open('mlflow.db', 'logs', plainWorld(folder)))
    expect(error.message).toBe("mlflow.db is a SQLite database, but none of MLflow's.")
  })
})
