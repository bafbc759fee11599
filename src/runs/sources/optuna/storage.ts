import { basename, dirname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { type Database, isDamage, openDatabase, type Row } from '../../files/database.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import { quoted } from '../../quoted.ts'
import type { Experiment } from '../../run.ts'
import type { OpenOptions, RunSource } from '../../run-source.ts'
import { loadTrial } from './load-trial.ts'
import { readTrial } from './read-trial.ts'
import { hasStorageTables, probeStorage, type StorageSchema } from './storage-schema.ts'
import type { Trial } from './stored-trial.ts'
import { experimentOfStudy, readStudies, type Study } from './study.ts'

const KIND = 'optuna'

interface TrialPlace extends RunPlace {
  readonly study: Study
  readonly trial: Trial
  readonly row: bigint
}

/** Whether a SQLite file is an Optuna storage. */
export function isOptunaDatabase(path: string): boolean {
  try {
    const database = openDatabase(path)
    try {
      return hasStorageTables(database)
    } catch (error) {
      if (isDamage(error)) return false
      throw error
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof NarrateError) return false
    throw error
  }
}

/**
 * Opens a storage as a source of runs: `<study>/<number>` is a trial's id.
 *
 * Times have no zone in a storage: Optuna 5 writes UTC, all before it the clock of the machine that ran the trial. Which of them wrote one is not
 * kept, only which made the storage (`version_info`), so that one is believed, and a clock is taken for one in the reader's own zone.
 */
export function openStorage(
  path: string,
  location: string,
  alias: string,
  world: World,
  options: OpenOptions,
): RunSource {
  const database = openDatabase(path)
  const file = idOfPath(basename(path))
  const reading = <Value>(read: () => Value): Value => {
    try {
      return database.consistent(read)
    } catch (error) {
      if (error instanceof NarrateError) throw error
      throw database.explain(error)
    }
  }
  let schema: StorageSchema
  let timeZone: string
  try {
    if (!reading(() => hasStorageTables(database)))
      throw new NarrateError('source', `${location} is no storage of Optuna.`, {
        hint: 'It has no tables studies, trials and trial_params.',
      })
    schema = reading(() => probeStorage(database))
    timeZone = isUtc(database) ? 'UTC' : world.timeZone
  } catch (error) {
    database.close()
    throw error
  }
  return filesSource<TrialPlace>(
    {
      kind: KIND,
      alias,
      location,
      root: dirname(path),
      idsAreUnique: false,
      hasCheapList: true,
      keepsNothing: true,
      places,
      load: async (place, run) => load(place, run),
      experiments,
      close: async () => database.close(),
    },
    world,
    options,
  )

  function* places(): Iterable<TrialPlace | Gap> {
    yield* database.gaps
    for (const [what, why] of schema.missing) yield gap(what, file, why)
    const { studies, rows, gaps } = reading(listTrials)
    yield* gaps
    for (const study of studies.values()) yield* study.gaps
    const before = new Map<string, number>()
    for (const row of rows) {
      const [id, number, owner] = row
      const study = studies.get(String(owner))
      if (study === undefined || typeof id !== 'bigint') {
        yield gap(`trial ${id}`, `${file} trials`, 'its study is not there')
        continue
      }
      const count = before.get(study.id) ?? 0
      before.set(study.id, count + 1)
      yield placeOf(study, row, id, typeof number === 'bigint' ? String(number) : String(count))
    }
  }

  function placeOf(study: Study, [, , , state, start, end]: Row, id: bigint, number: string): TrialPlace {
    return {
      kind: 'place',
      id: `${idOfPath(study.name)}/${number}`,
      where: `${file} trials(trial_id=${id})`,
      files: [path, `${path}-wal`],
      artifacts: null,
      experiment: { id: study.id, name: idOfPath(study.name) },
      study,
      row: id,
      trial: {
        id: String(id),
        number,
        state: String(state),
        start: typeof start === 'string' ? start : null,
        end: typeof end === 'string' ? end : null,
      },
    }
  }

  /** Trials as far as they can be listed: on a damaged page the listing ends. */
  function listTrials(): {
    readonly studies: ReadonlyMap<string, Study>
    readonly rows: readonly Row[]
    readonly gaps: readonly Gap[]
  } {
    const rows: Row[] = []
    try {
      const studies = new Map(readStudies(database, schema, file).map((study) => [study.id, study]))
      try {
        if (schema.trials !== null) database.each(schema.trials, [], (row) => rows.push(row))
        return { studies, rows, gaps: [] }
      } catch (error) {
        if (!isDamage(error)) throw error
        return { studies, rows, gaps: [gap('trials', file, explained(error))] }
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      return { studies: new Map(), rows: [], gaps: [gap('studies', file, explained(error))] }
    }
  }

  function load({ study, trial, id, row, where }: TrialPlace, run: Reading): LoadedRun | Gap {
    try {
      return database.consistent(() => {
        const parts = readTrial(database, schema, row, where)
        return loadTrial(study, trial, parts, run, { where, file }, timeZone)
      })
    } catch (error) {
      if (!isDamage(error)) throw database.explain(error)
      return gap(`run ${quoted(id)}`, where, explained(error))
    }
  }

  async function* experiments(): AsyncIterable<Experiment | Gap> {
    yield* database.gaps
    const { studies, gaps } = reading(listTrials)
    yield* gaps
    for (const study of studies.values()) {
      yield experimentOfStudy(study, alias, file, { row: `studies(study_id=${study.id})` })
      yield* study.gaps
    }
  }

  function explained(error: unknown): string {
    return database.explain(error).message.replace(/\.$/, '')
  }
}

function isUtc(database: Database): boolean {
  try {
    const [row] = database.columns('version_info').has('library_version')
      ? database.all('SELECT library_version FROM version_info')
      : []
    return Number(/^\d+/.exec(String(row?.[0]))?.[0] ?? 0) >= 5
  } catch (error) {
    if (isDamage(error)) return false
    throw database.explain(error)
  }
}
