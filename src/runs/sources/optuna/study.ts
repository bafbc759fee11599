import type { SQLOutputValue } from 'node:sqlite'
import { type Gap, gap } from '../../../gap.ts'
import type { Database, Row } from '../../files/database.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { isLooseList, type LooseJson, parseLooseJson, textOfLoose } from '../../files/loose-json.ts'
import { quoted } from '../../quoted.ts'
import type { Experiment } from '../../run.ts'
import type { StorageSchema } from './storage-schema.ts'
import type { Attributes } from './stored-trial.ts'

/** A study, as far as its trials need it. */
export interface Study {
  /** The number that its storage knows it by, which may be beyond 2^53. */
  readonly id: string
  readonly name: string
  /** What its objectives are called: as told by `set_metric_names`, else `value`, or `value_0`… where there are several. */
  readonly objectives: readonly string[]
  /** Whether more is better of the only objective; null where it is not told, or there are several. */
  readonly greaterIsBetter: boolean | null
  readonly note: string | null
  /** What people wrote about its trials in Optuna's dashboard, by the trials' row numbers. */
  readonly trialNotes: ReadonlyMap<string, string>
  readonly gaps: readonly Gap[]
}

const METRIC_NAMES = 'study:metric_names'
const NOTE_KEYS = /^(?:notes?|description)$/i
/** Optuna's dashboard cuts what is typed there into pieces: `dashboard:note_str:0`, `dashboard:<trial>:note_str:0`. */
const TYPED = /^dashboard:(?:(\d+):)?note_str:(\d+)$/

/** All studies of a storage, in the order of their making. */
export function readStudies(database: Database, schema: StorageSchema, file: string): readonly Study[] {
  return database
    .all('SELECT study_id, study_name FROM studies ORDER BY study_id')
    .map((row) => studyOf(database, schema, file, row))
}

/** A study of what any storage keeps of one; directions are `MINIMIZE`, `MAXIMIZE` or something else, in the order of the objectives. */
export function makeStudy({
  id,
  name,
  where,
  directions,
  user,
  system,
}: {
  readonly id: string
  /** Where it was read, for gaps. */
  readonly where: string
  readonly name: string
  readonly directions: readonly string[]
  readonly user: Attributes
  readonly system: ReadonlyMap<string, LooseJson>
}): Study {
  const count = Math.max(1, directions.length)
  const names = system.get(METRIC_NAMES)
  const { own, ofTrials } = typedNotes(system)
  const written = [...user.attributes].filter(([key]) => NOTE_KEYS.test(key)).map(([, value]) => value)
  return {
    id,
    name,
    objectives:
      isLooseList(names) && (names.length === count || directions.length === 0)
        ? names.map(textOfLoose)
        : count === 1
          ? ['value']
          : directions.map((_, index) => `value_${index}`),
    greaterIsBetter: directions.length === 1 ? betterOf(directions[0]) : null,
    note: [own, ...written.map(textOfLoose)].filter((part) => part).join('\n\n') || null,
    trialNotes: ofTrials,
    gaps:
      directions.length > 0
        ? user.gaps
        : [
            ...user.gaps,
            gap(
              'directions of a study',
              where,
              'there are none: how many objectives it has, and which way is better, is not known',
            ),
          ],
  }
}

/** The study as the experiment that its trials are of; `place` is where in the file it was read. */
export function experimentOfStudy(
  study: Study,
  alias: string,
  file: string,
  place: Pick<Experiment['origin'], 'row' | 'line'>,
): Experiment {
  const [objective] = study.objectives
  return {
    id: study.id,
    name: idOfPath(study.name),
    note: study.note,
    primaryMetric:
      study.objectives.length === 1 && objective !== undefined
        ? { name: objective, greaterIsBetter: study.greaterIsBetter }
        : null,
    origin: { source: alias, file, ...place },
  }
}

/** Attributes with their JSON read; what is none is a gap called by `what`. */
export function attributesOf(rows: readonly Row[], what: (key: string) => string, where: string): Attributes {
  const gaps: Gap[] = []
  const attributes = new Map<string, LooseJson>()
  for (const [key, json] of rows) {
    if (typeof key !== 'string') continue
    const parsed = parseLooseJson(typeof json === 'string' ? json : '')
    if (parsed.kind === 'json') attributes.set(key, parsed.value)
    else gaps.push(gap(what(key), where, 'it is no JSON'))
  }
  return { attributes, gaps }
}

/** A number of a row, whole ones included; null for anything else. */
export function numberOf(value: SQLOutputValue | undefined): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null
}

function studyOf(
  database: Database,
  schema: StorageSchema,
  file: string,
  [storedId, storedName]: Row,
): Study {
  const id = typeof storedId === 'bigint' ? storedId : 0n
  const where = `${file} studies(study_id=${id})`
  const rows = (statement: string | null) => (statement === null ? [] : database.all(statement, id))
  return makeStudy({
    id: String(id),
    where,
    name: typeof storedName === 'string' && storedName !== '' ? storedName : `study ${id}`,
    directions: rows(schema.directions).map(([direction]) => String(direction)),
    user: attributesOf(
      rows(schema.studyUserAttributes),
      (key) => `attribute ${quoted(key)} of a study`,
      where,
    ),
    // Samplers keep their own state there, which is nobody's to read: what of it is no JSON is no loss.
    system: attributesOf(rows(schema.studySystemAttributes), String, where).attributes,
  })
}

function betterOf(direction: string | undefined): boolean | null {
  return direction === 'MAXIMIZE' ? true : direction === 'MINIMIZE' ? false : null
}

function typedNotes(system: ReadonlyMap<string, LooseJson>): {
  readonly own: string | null
  readonly ofTrials: ReadonlyMap<string, string>
} {
  const pieces = new Map<string | null, (readonly [number, string])[]>()
  for (const [key, value] of system) {
    const [, trial, index] = TYPED.exec(key) ?? []
    if (index === undefined || typeof value !== 'string') continue
    const owner = trial ?? null
    pieces.set(owner, [...(pieces.get(owner) ?? []), [Number(index), value]])
  }
  const texts = new Map(
    [...pieces].map(([owner, parts]) => [
      owner,
      parts
        .toSorted((left, right) => left[0] - right[0])
        .map(([, part]) => part)
        .join(''),
    ]),
  )
  const ofTrials = [...texts].flatMap(([owner, text]) => (owner === null ? [] : [[owner, text] as const]))
  return { own: texts.get(null) ?? null, ofTrials: new Map(ofTrials) }
}
