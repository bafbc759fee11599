import { type Gap, gap } from '../../../gap.ts'
import type { Database } from '../../files/database.ts'
import { quoted } from '../../quoted.ts'
import type { DataSet } from '../../run.ts'
import { type Schema, textOf } from './database-schema.ts'
import { TAG } from './run-record.ts'

/** What some runs name as inputs, by their ids; runs without any are not in it. */
export function readDataSets(
  database: Database,
  schema: Schema,
  file: string,
  ids: readonly string[],
): ReadonlyMap<string, { readonly dataSets: readonly DataSet[]; readonly gaps: readonly Gap[] }> {
  const found = new Map<string, { readonly dataSets: DataSet[]; readonly gaps: Gap[] }>()
  if (!schema.dataSets) return found
  const context = schema.inputTags
    ? `(SELECT value FROM input_tags t WHERE t.input_uuid = i.input_uuid AND t.name = '${TAG.dataContext}')`
    : 'NULL'
  for (const [run, source, name, digest, use] of database.all(
    `SELECT i.destination_id, i.source_id, d.name, d.digest, ${context}
       FROM inputs i LEFT JOIN datasets d ON d.dataset_uuid = i.source_id
      WHERE i.destination_type = 'RUN' AND i.source_type = 'DATASET'
        AND i.destination_id IN (SELECT value FROM json_each(?))
      ORDER BY d.name, d.digest`,
    JSON.stringify(ids),
  )) {
    const id = textOf(run) ?? ''
    const own = found.get(id) ?? { dataSets: [], gaps: [] }
    found.set(id, own)
    const named = textOf(name)
    if (named !== null)
      own.dataSets.push({ name: named, digest: textOf(digest) ?? '', context: textOf(use) || null })
    else
      own.gaps.push(
        gap(
          'a data set',
          `${file} inputs(source_id=${quoted(textOf(source) ?? '')})`,
          'there is no such data set',
        ),
      )
  }
  return found
}
