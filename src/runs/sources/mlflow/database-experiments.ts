import type { Database } from '../../files/database.ts'
import { entryOf, type Schema, textOf } from './database-schema.ts'
import { TAG } from './run-record.ts'

/** An experiment's row with its tags. */
export interface ExperimentRow {
  readonly id: string
  readonly name: string
  readonly deleted: boolean
  readonly tags: ReadonlyMap<string, string>
}

/** All experiments in order of their ids, deleted ones included. */
export function experimentRows(database: Database, schema: Schema): readonly ExperimentRow[] {
  const tags = new Map<string, Map<string, string>>()
  if (schema.experimentTags)
    for (const [id, key, value] of database.all(
      'SELECT CAST(experiment_id AS TEXT), key, value FROM experiment_tags WHERE key IN (?, ?, ?)',
      TAG.note,
      TAG.primaryMetric,
      TAG.greaterIsBetter,
    ))
      entryOf(tags, textOf(id) ?? '').set(textOf(key) ?? '', textOf(value) ?? '')
  return database
    .all(
      `SELECT CAST(e.experiment_id AS TEXT), e.name, ${schema.experiment.stage} FROM experiments e ORDER BY e.experiment_id`,
    )
    .map(([id, name, stage]) => ({
      id: textOf(id) ?? '',
      name: textOf(name) ?? textOf(id) ?? '',
      deleted: stage === 'deleted',
      tags: tags.get(textOf(id) ?? '') ?? new Map<string, string>(),
    }))
}
