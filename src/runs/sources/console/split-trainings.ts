import type { ConsoleLog, FailedAt, LogRow } from './read-log.ts'

/** One training of a log. */
export interface Training {
  readonly rows: readonly LogRow[]
  /** How it ended, where a traceback tells. */
  readonly failed: FailedAt | null
  /** Values that were left out, since it was resumed from before them, and the line at which it last was; null where it never was. */
  readonly resumed: { readonly values: number; readonly line: number } | null
  /** Metrics whose steps count something else than the training: an evaluation's batches. */
  readonly uncounted: ReadonlySet<string>
  /** Whether steps begin anew in every epoch; then the epoch counts. */
  readonly isWithinEpochs: boolean
}

type Counted = Pick<LogRow, 'step' | 'epoch'>

/**
 * The trainings that a log tells of. Where a metric's count falls, a training was resumed (it goes on after what is left of it: what came at that count and
 * later is left out) or, where nothing is left, another one begun. A fall of one metric while others go on rising is neither: its steps are its own.
 */
export function splitTrainings({ rows, failed }: ConsoleLog): readonly Training[] {
  const uncounted = new Set<string>()
  for (;;) {
    const split = splitOnce(rows, failed, uncounted)
    if (typeof split !== 'string') return split
    uncounted.add(split)
  }
}

/** The trainings; or the metric that fell alone. */
function splitOnce(
  rows: readonly LogRow[],
  failed: FailedAt | null,
  uncounted: ReadonlySet<string>,
): readonly Training[] | string {
  const trainings: Training[] = []
  let open = openTraining()
  for (const row of rows) {
    const names = row.metrics.map(([name]) => name).filter((name) => !uncounted.has(name))
    const alone = names.find((name) => name !== open.fallen && isBehind(open.stood.get(name), row))
    if (alone !== undefined) return open.fallen
    for (const name of names) open.stood.delete(name)
    const fallen = names.find((name) => isBehind(row, open.last.get(name)?.row))
    if (fallen !== undefined) {
      const { kept, values } = before(row, open.kept)
      const stood = new Map(
        [...open.last].flatMap(([name, { row: at, count }]) => (count > 1 ? [[name, at] as const] : [])),
      )
      if (kept.length === 0) trainings.push(closed(open, row.failedBefore))
      open =
        kept.length === 0
          ? { ...openTraining(), stood, fallen }
          : {
              ...open,
              kept,
              stood,
              fallen,
              last: new Map(),
              resumed: { values: values + (open.resumed?.values ?? 0), line: row.line },
            }
    }
    for (const name of names) {
      const earlier = open.last.get(name)
      if (earlier !== undefined && (row.step ?? 0) < (earlier.row.step ?? 0)) open.isWithinEpochs = true
      open.last.set(name, { row, count: (earlier?.count ?? 0) + 1 })
    }
    open.kept.push(row)
  }
  return [...trainings, closed(open, failed)]

  function closed({ kept, resumed, isWithinEpochs }: Open, end: FailedAt | null): Training {
    return { rows: kept, failed: end, resumed, uncounted, isWithinEpochs }
  }
}

/** A training whose end has not come. */
interface Open {
  readonly kept: LogRow[]
  readonly resumed: Training['resumed']
  isWithinEpochs: boolean
  /** The last row of each metric since the count last fell, and how many there were. */
  readonly last: Map<string, { readonly row: LogRow; readonly count: number }>
  /** Where metrics stood when the count fell, those that have not come since; and which one fell. */
  readonly stood: Map<string, LogRow>
  readonly fallen: string
}

function openTraining(): Open {
  return { kept: [], resumed: null, isWithinEpochs: false, last: new Map(), stood: new Map(), fallen: '' }
}

/** What of the rows counts less than a row, and how many values are left out. */
function before(row: LogRow, rows: readonly LogRow[]): { readonly kept: LogRow[]; readonly values: number } {
  const end = rows.findLastIndex((each) => isBehind(each, row)) + 1
  return {
    kept: rows.slice(0, end),
    values: rows.slice(end).reduce((sum, { metrics }) => sum + metrics.length, 0),
  }
}

/** Whether a row counts less than another one: by epoch first, where both tell it. */
function isBehind(row: Counted | undefined, than: Counted | undefined): boolean {
  if (row === undefined || than === undefined) return false
  if (row.epoch !== null && than.epoch !== null && row.epoch !== than.epoch) return row.epoch < than.epoch
  return row.step !== null && than.step !== null && row.step < than.step
}
