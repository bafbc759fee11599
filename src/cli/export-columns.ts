import type { Field } from '../runs/filter/filter.ts'
import { fieldValue } from '../runs/filter/matches.ts'
import { fieldText } from '../runs/filter/parse-field.ts'
import type { Run, RunSummary } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import { isoTime } from './runs-json.ts'

/** One column of an export. A number is given as a number, in full. */
export interface ExportColumn {
  readonly head: string
  cell(run: Run): string | number | null
}

/** What every export of whole runs begins with. */
export const RUN_COLUMNS: readonly ExportColumn[] = [
  { head: 'key', cell: (run) => run.key },
  { head: 'id', cell: (run) => run.id },
  { head: 'source', cell: (run) => run.source },
  { head: 'experiment', cell: (run) => run.experiment.name },
  { head: 'name', cell: (run) => run.name },
  { head: 'user', cell: (run) => run.user },
  { head: 'status', cell: (run) => run.status },
  { head: 'started_at', cell: (run) => isoTime(run.startedAt) },
  { head: 'ended_at', cell: (run) => isoTime(run.endedAt) },
  { head: 'parent', cell: (run) => run.parent },
  { head: 'commit', cell: (run) => run.code.commit },
  { head: 'uncommitted', cell: (run) => (run.code.dirty === null ? null : String(run.code.dirty)) },
  {
    head: 'data',
    cell: (run) => run.dataSets.map(({ name, digest }) => `${name} ${digest}`).join('; ') || null,
  },
  { head: 'note', cell: (run) => run.note },
]

/** The columns that a table for people begins with. */
export const SHORT_COLUMNS: readonly ExportColumn[] = [
  { head: 'run', cell: (run) => shortId(run.id) },
  { head: 'name', cell: (run) => run.name },
  { head: 'status', cell: (run) => run.status },
  { head: 'started', cell: (run) => isoTime(run.startedAt) },
  {
    head: 'seconds',
    cell: (run) =>
      run.startedAt === null || run.endedAt === null ? null : (run.endedAt - run.startedAt) / 1000,
  },
]

/** Names of parameters, metrics and tags over many runs: what columns there are. */
export interface FieldNames {
  readonly param: Set<string>
  readonly metric: Set<string>
  readonly tag: Set<string>
}

export function noNames(): FieldNames {
  return { param: new Set(), metric: new Set(), tag: new Set() }
}

/** Adds the names of one run. */
export function addNames(names: FieldNames, run: RunSummary): void {
  for (const name of run.params.keys()) names.param.add(name)
  for (const name of run.metrics.keys()) names.metric.add(name)
  for (const name of run.tags.keys()) names.tag.add(name)
}

/** A column for each name, in order: parameters, metrics, tags. */
export function columnsOfNames(names: FieldNames): readonly ExportColumn[] {
  return (['param', 'metric', 'tag'] as const).flatMap((kind) =>
    [...names[kind]].sort().map((name) => exportColumn({ kind, name })),
  )
}

/** The column of one field; times as ISO 8601. */
export function exportColumn(field: Field): ExportColumn {
  const isTime = field.kind === 'attribute' && (field.name === 'start_time' || field.name === 'end_time')
  return {
    head: plainHead(field),
    cell(run) {
      const value = fieldValue(field, run)
      return isTime && typeof value === 'number' ? isoTime(value) : value
    },
  }
}

function plainHead(field: Field): string {
  return field.kind === 'attribute'
    ? fieldText(field)
    : `${field.kind === 'data set' ? 'dataset' : field.kind}s.${field.name}`
}
