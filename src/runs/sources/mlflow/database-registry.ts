import type { Database } from '../../files/database.ts'
import type { RegisteredVersion } from '../../run.ts'
import { type Schema, textOf } from './database-schema.ts'
import { byVersion, DELETED_STAGE, stageOf } from './run-record.ts'

/** The versions of registered models that some runs made, by the runs' ids; runs without any are not in it. */
export function readRegistered(
  database: Database,
  schema: Schema,
  file: string,
  source: string,
  ids: readonly string[],
): ReadonlyMap<string, readonly RegisteredVersion[]> {
  if (schema.registry === null) return new Map()
  const { aliasOf } = schema.registry
  const chosen = 'v.run_id IN (SELECT value FROM json_each(?))'
  const asked = JSON.stringify(ids)
  const versions = database.all(
    `SELECT v.rowid, v.run_id, v.name, CAST(v.version AS TEXT), v.current_stage FROM model_versions v WHERE ${chosen}`,
    asked,
  )
  if (versions.length === 0) return new Map()
  const aliases = Map.groupBy(
    aliasOf === ''
      ? []
      : database.all(
          `SELECT v.rowid, a.alias FROM model_versions v JOIN registered_model_aliases a ON ${aliasOf} WHERE ${chosen}`,
          asked,
        ),
    ([row]) => row,
  )
  const found = versions.flatMap(([row = null, run, name, version, stage]) => {
    const [model, number] = [textOf(name), textOf(version)]
    if (model === null || number === null || stage === DELETED_STAGE) return []
    const own = (aliases.get(row) ?? []).flatMap(([, alias]) => textOf(alias) ?? [])
    return [
      {
        run: textOf(run) ?? '',
        registered: {
          model,
          version: number,
          stage: stageOf(textOf(stage)),
          aliases: own.sort(),
          origin: { source, file, row: `model_versions(name=${model}, version=${number})` },
        },
      },
    ]
  })
  return new Map(
    [...Map.groupBy(found, ({ run }) => run)].map(([run, own]) => [
      run,
      own.map(({ registered }) => registered).sort(byVersion),
    ]),
  )
}
