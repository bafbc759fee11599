import type { Database, Row } from '../../files/database.ts'
import { quoted } from '../../quoted.ts'
import type { StorageSchema } from './storage-schema.ts'
import type { TrialParts } from './stored-trial.ts'
import { attributesOf, numberOf } from './study.ts'

/** What a storage in SQLite keeps of the trial of that row; the rows are read as they are asked for. */
export function readTrial(database: Database, schema: StorageSchema, id: bigint, where: string): TrialParts {
  const rows = (statement: string | null): readonly Row[] =>
    statement === null ? [] : database.all(statement, id)
  return {
    params: rows(schema.params).flatMap(([name, value, distribution]) =>
      typeof name === 'string'
        ? [
            {
              name,
              stored: numberOf(value),
              distribution: typeof distribution === 'string' ? distribution : null,
            },
          ]
        : [],
    ),
    values: rows(schema.values).map(([objective, stored, type]) => ({
      objective: numberOf(objective) ?? 0,
      value: realOf(stored, type, null),
    })),
    steps(withHistory) {
      const { all = null, last = null } = schema.intermediate ?? {}
      return rows(withHistory ? all : last).map(([step, stored, type]) => ({
        step: numberOf(step),
        written: String(step),
        value: realOf(stored, type, Number.NaN),
      }))
    },
    user: attributesOf(rows(schema.userAttributes), (key) => `attribute ${quoted(key)}`, where),
    system: attributesOf(rows(schema.systemAttributes), (key) => `attribute ${quoted(key)}`, where),
  }
}

/** `none` is what a missing number stands for where its type does not tell. */
function realOf(
  stored: Row[number] | undefined,
  type: Row[number] | undefined,
  none: number | null,
): number | null {
  switch (type) {
    case 'INF_POS':
      return Number.POSITIVE_INFINITY
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY
    case 'NAN':
      return Number.NaN
    case 'FINITE':
      return numberOf(stored)
    case null:
      return stored === null ? none : numberOf(stored)
    default:
      return null
  }
}
