import type { Database } from '../../files/database.ts'

/**
 * What this storage has. Optuna's schema grew (`optuna/storages/_rdb/alembic/versions`), so that tables and columns are looked for, and an
 * expression stands in for each that is missing; the revision in `alembic_version` is not asked.
 */
export interface StorageSchema {
  /** Statement for all trials: id, number, study, state, start, end; in order of their ids. Null where none can be told from another. */
  readonly trials: string | null
  /** Statement for a study's directions in the order of its objectives; null where none are kept. */
  readonly directions: string | null
  /** Statements with a trial's id as their parameter; null where there is no such table. */
  readonly params: string | null
  /** Objective, value, type. */
  readonly values: string | null
  /** Step, value, type; in order of step, and the last of them alone. */
  readonly intermediate: { readonly all: string; readonly last: string } | null
  readonly userAttributes: string | null
  readonly systemAttributes: string | null
  /** Statements with a study's id as their parameter. */
  readonly studyUserAttributes: string | null
  readonly studySystemAttributes: string | null
  /** What every version has and this database has not, and why it is missing then. */
  readonly missing: readonly (readonly [what: string, why: string])[]
}

/** Whether the tables are there by which Optuna's storages are known. */
export function hasStorageTables(database: Database): boolean {
  const tables = [
    ['studies', 'study_name'],
    ['trials', 'study_id'],
    ['trial_params', 'distribution_json'],
  ] as const
  return tables.every(([table, column]) => database.columns(table).has(column))
}

/** Looks which tables and columns there are. */
export function probeStorage(database: Database): StorageSchema {
  const trials = database.columns('trials')
  const values = database.columns('trial_values')
  const intermediate = database.columns('trial_intermediate_values')
  const attributes = (table: string, owner: string): string | null =>
    database.columns(table).has('value_json')
      ? `SELECT "key", value_json FROM ${table} WHERE ${owner} = ? ORDER BY 1`
      : null
  const column = (name: string) => (trials.has(name) ? name : 'NULL')
  const userAttributes = attributes('trial_user_attributes', 'trial_id')
  const schemaOfStudies = {
    studyUserAttributes: attributes('study_user_attributes', 'study_id'),
    studySystemAttributes: attributes('study_system_attributes', 'study_id'),
  }
  // Tables of 2.4, and types of 3.0: what is older has to be there beside them.
  const isNewerThanNumbers = values.has('objective') || intermediate.size > 0
  const isTyped = values.has('value_type') || intermediate.has('intermediate_value_type')
  const hasNumbers = trials.has('number') || !isNewerThanNumbers
  const noTable = (table: string) => `the database has no table ${table}`
  return {
    // Before 1.3 a trial's number was an attribute of it, or nowhere: then it is its place in its study.
    trials: !hasNumbers
      ? null
      : `SELECT trial_id, ${column('number')}, study_id, state, ${column('datetime_start')}, ${column('datetime_complete')}
      FROM trials ORDER BY trial_id`,
    directions: directionsStatement(database),
    params: database.columns('trial_params').has('param_value')
      ? 'SELECT param_name, param_value, distribution_json FROM trial_params WHERE trial_id = ? ORDER BY 1'
      : null,
    // Before 2.4 a trial had one value, in its own row.
    values: values.has('objective')
      ? `SELECT objective, value, ${typeOf(values, 'value_type', 'value', isTyped)} FROM trial_values WHERE trial_id = ? ORDER BY 1`
      : trials.has('value')
        ? 'SELECT 0, value, NULL FROM trials WHERE trial_id = ? AND value IS NOT NULL'
        : null,
    // The table of the objectives' values held these before 2.4.
    intermediate: intermediate.has('intermediate_value')
      ? steps('trial_intermediate_values', 'intermediate_value', intermediate, isTyped)
      : values.has('step')
        ? steps('trial_values', 'value', new Set(), false)
        : null,
    userAttributes,
    systemAttributes: attributes('trial_system_attributes', 'trial_id'),
    ...schemaOfStudies,
    missing: [
      ...(hasNumbers
        ? []
        : ([['trials', 'the table trials has no column number, and its schema is not known']] as const)),
      ...(values.has('objective') || values.has('step')
        ? []
        : ([['values of trials', noTable('trial_values')]] as const)),
      ...(schemaOfStudies.studySystemAttributes === null
        ? ([['names of objectives, and notes', noTable('study_system_attributes')]] as const)
        : []),
      ...(userAttributes === null
        ? ([['user attributes of trials', noTable('trial_user_attributes')]] as const)
        : []),
    ],
  }
}

function directionsStatement(database: Database): string | null {
  if (database.columns('study_directions').has('objective'))
    return 'SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective'
  return database.columns('studies').has('direction')
    ? 'SELECT direction FROM studies WHERE study_id = ?'
    : null
}

function steps(
  table: string,
  value: string,
  columns: ReadonlySet<string>,
  isTyped: boolean,
): StorageSchema['intermediate'] {
  const type = typeOf(columns, 'intermediate_value_type', value, isTyped)
  const select = `SELECT step, ${value}, ${type} FROM ${table} WHERE trial_id = ?`
  return { all: `${select} ORDER BY 1`, last: `${select} ORDER BY 1 DESC LIMIT 1` }
}

// Before 3.0 infinities stood in the number itself. Where types are there and this one is not, a number is one, and without one nothing is known.
function typeOf(columns: ReadonlySet<string>, name: string, value: string, isTyped: boolean): string {
  if (columns.has(name)) return name
  return isTyped ? `CASE WHEN ${value} IS NULL THEN '' ELSE 'FINITE' END` : 'NULL'
}
