import { type Gap, gap } from '../../../gap.ts'
import type { DataSet } from '../../run.ts'
import type { Database } from './database.ts'
import { type Schema, textOf } from './database-schema.ts'
import { quoted } from './run-key.ts'
import { TAG } from './run-record.ts'

/** The data sets that a run names as inputs. */
export function readDataSets(
  database: Database,
  schema: Schema,
  file: string,
  runId: string,
): { readonly dataSets: readonly DataSet[]; readonly gaps: readonly Gap[] } {
  if (!schema.dataSets) return { dataSets: [], gaps: [] }
  const context = schema.inputTags
    ? `(SELECT value FROM input_tags t WHERE t.input_uuid = i.input_uuid AND t.name = '${TAG.dataContext}')`
    : 'NULL'
  const dataSets: DataSet[] = []
  const gaps: Gap[] = []
  for (const [source, name, digest, use] of database.all(
    `SELECT i.source_id, d.name, d.digest, ${context} FROM inputs i LEFT JOIN datasets d ON d.dataset_uuid = i.source_id
      WHERE i.destination_type = 'RUN' AND i.source_type = 'DATASET' AND i.destination_id = ?
      ORDER BY d.name, d.digest`,
    runId,
  )) {
    const named = textOf(name)
    if (named !== null)
      dataSets.push({ name: named, digest: textOf(digest) ?? '', context: textOf(use) || null })
    else
      gaps.push(
        gap(
          'a data set',
          `${file} inputs(source_id=${quoted(textOf(source) ?? '')})`,
          'there is no such data set',
        ),
      )
  }
  return { dataSets, gaps }
}
