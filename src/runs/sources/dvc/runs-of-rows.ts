import { type Gap, gap } from '../../../gap.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { jsonOfLoose } from '../../files/loose-json.ts'
import { fieldsOf } from './name-fields.ts'
import type { ExperimentRow } from './read-rows.ts'

/** A row that is a run of its own. */
export interface RowRun {
  readonly row: ExperimentRow
  readonly id: string
  /** The id of the run of its commit. */
  readonly parent: string | null
  /** Branches, tags and short revisions of rows that tell the same run again. */
  readonly also: readonly string[]
}

/**
 * Which rows are runs. A commit, and the workspace, hold what was run last: where all that they hold is what another row holds, they are that run again; a
 * commit without any metric holds none. Experiments are always runs. Ids are experiments' names, and commits' revisions.
 */
export function runsOfRows(
  rows: readonly ExperimentRow[],
  file: string,
): { readonly runs: readonly RowRun[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = []
  const owners = new Map<string, ExperimentRow>()
  const same = new Map<ExperimentRow, string[]>()
  const runOf = new Map<string, ExperimentRow>()
  const kept: ExperimentRow[] = []
  const experiments = experimentsOf(rows)
  for (const row of experiments) if (isDone(row)) owners.set(contentOf(row), row)
  // Commits are listed newest first; the oldest of those that hold the same is where it was run.
  const commits = rows.filter(({ kind }) => kind === 'commit').toReversed()
  const workspace = rows.filter(({ kind }) => kind === 'workspace')
  for (const row of [...commits, ...workspace]) {
    const isEmpty = fieldsOf(row, 'metrics').fields.length === 0
    const content = contentOf(row)
    const owner = row.told === null ? undefined : owners.get(content)
    if (row.error !== null) gaps.push(gap(titleOf(row), file, `DVC could not read it: ${row.error}`))
    else if (isEmpty) {
      const settings = settingsOf(row)
      if (
        row.kind === 'workspace' &&
        settings !== '[]' &&
        !rows.some((other) => other !== row && settingsOf(other) === settings)
      )
        gaps.push(
          gap('workspace', file, 'it holds no metrics: what it is set to has not been run, or it failed'),
        )
    } else if (owner === undefined) {
      owners.set(content, row)
      kept.push(row)
      runOf.set(row.rev, row)
    } else {
      if (row.kind === 'commit')
        same.set(owner, [...(same.get(owner) ?? []), row.name ?? row.rev.slice(0, 7)])
      runOf.set(row.rev, owner)
    }
  }
  const isKept = new Set([...kept, ...experiments])
  const ids = idsOf(rows.filter((row) => isKept.has(row)))
  const runs = [...ids].map(([row, id]): RowRun => {
    const around = row.baseline === null ? undefined : runOf.get(row.baseline)
    const parent = around === undefined || around === row ? null : (ids.get(around) ?? null)
    return { row, id, parent, also: same.get(row) ?? [] }
  })
  return { runs, gaps }
}

/** A commit has no two experiments of one name: one that is listed twice ended while DVC listed it, and what it ended as counts. */
function experimentsOf(rows: readonly ExperimentRow[]): readonly ExperimentRow[] {
  const all = rows.filter(({ kind }) => kind === 'experiment')
  return [
    ...Map.groupBy(all, ({ baseline, name, rev }) => JSON.stringify([baseline, name ?? rev])).values(),
  ].flatMap((alike) => alike.find(isDone) ?? alike[0] ?? [])
}

function idsOf(rows: readonly ExperimentRow[]): ReadonlyMap<ExperimentRow, string> {
  const names = rows.map((row) => (row.kind === 'experiment' ? (row.name ?? row.rev) : row.rev))
  return new Map(
    rows.map((row, index) => {
      const name = names[index] ?? row.rev
      // Experiments of two commits may bear one name.
      const isShared = names.indexOf(name) !== names.lastIndexOf(name)
      return [row, idOfPath(isShared ? `${name}@${row.rev.slice(0, 7)}` : name)]
    }),
  )
}

function isDone({ state, error }: ExperimentRow): boolean {
  return error === null && (state === null || state === 'success')
}

/** All that a row holds, so that two that hold the same are alike. */
function contentOf({ told }: ExperimentRow): string {
  return JSON.stringify(
    ['params', 'metrics', 'deps', 'outs'].map((part) => jsonOfLoose(told?.get(part) ?? null)),
  )
}

function settingsOf(row: ExperimentRow): string {
  return JSON.stringify(
    fieldsOf(row, 'params').fields.map(({ file, name, value }) => [file, name, jsonOfLoose(value)]),
  )
}

function titleOf({ kind, rev, name }: ExperimentRow): string {
  return kind === 'workspace' ? 'workspace' : `${kind} ${name ?? rev.slice(0, 7)}`
}
