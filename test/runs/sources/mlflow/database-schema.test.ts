import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openDatabase } from '../../../../src/runs/files/database.ts'
import { probeSchema } from '../../../../src/runs/sources/mlflow/database-schema.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeDatabase } from './write-store.ts'

it.each([
  [
    'the newest index',
    'newest',
    'CREATE INDEX "by ""series" ON metrics (run_uuid, key, step)',
    /USING INDEX by "series/,
  ],
  ['the index of older versions', 'newest', '', /USING INDEX index_metrics_run_uuid /],
  [
    'no index that holds only some rows',
    'newest',
    'CREATE INDEX some ON metrics (run_uuid, key) WHERE step > 0',
    /USING INDEX index_metrics_run_uuid /,
  ],
] as const)('finds one series of one run by %s', (_, schema, change, plan) => {
  const path = join(temporaryFolder(), 'mlflow.db')
  writeDatabase(path, { experiments: [], runs: [] }, schema)
  const writer = new DatabaseSync(path)
  writer.exec(change)
  writer.close()
  const database = openDatabase(path)
  const { history } = probeSchema(database, 'mlflow.db')
  const [row] = database.all(`EXPLAIN QUERY PLAN ${history}`, 'run', 'metric')
  expect(row?.[3]).toMatch(plan)
  database.close()
})

it('reads more runs at once where each page reads whole tables', () => {
  const sizes = (['newest', 'oldest'] as const).map((schema) => {
    const path = join(temporaryFolder(), 'mlflow.db')
    writeDatabase(path, { experiments: [], runs: [] }, schema)
    const database = openDatabase(path)
    const { pageSize } = probeSchema(database, 'mlflow.db')
    database.close()
    return pageSize
  })
  expect(sizes).toEqual([50, 5000])
})
