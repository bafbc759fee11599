import type { Evidence } from '../evidence/evidence.ts'
import { factAt } from '../evidence/fact-at.ts'
import { metricSlot } from '../evidence/headline.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { type Trajectory, trajectories } from '../evidence/trajectories.ts'
import type { PrintedTable } from './print-table.ts'
import type { Printer } from './printer.ts'

/** What stands over the table of trajectories. */
export const TRAJECTORIES = 'How training went'

/** Its heading. A value stands with its step in brackets, the training value with the name of its metric. */
export const TRAJECTORY_COLUMNS = [
  'run',
  'metric',
  'first (step)',
  'best (step)',
  'last (step)',
  'on training data (last)',
] as const

/** First, best and last value of the leading series, a row each; null where no run told logged any. */
export function trajectoriesTable(evidence: Evidence, print: Printer): PrintedTable | null {
  const told = trajectories(evidence)
  if (told.length === 0) return null
  const rows = [...Map.groupBy(told, ({ metric }) => metric).values()].flatMap((own) =>
    rowsOf(own, evidence, print),
  )
  return { header: TRAJECTORY_COLUMNS, rows }
}

/** The rows of one metric, printed in one precision. */
function rowsOf(
  own: readonly Trajectory[],
  evidence: Evidence,
  print: Printer,
): readonly (readonly string[])[] {
  const cells = own.map((one) =>
    trajectorySlots(one).map((slots) => (slots === null ? null : known(slots, evidence))),
  )
  const printed = TOGETHER.map((columns) =>
    print.column(cells.flatMap((row) => columns.flatMap((column) => row[column]?.value ?? []))),
  )
  const next = TOGETHER.map(() => 0)
  return own.map(({ one, metric, training }, row) => [
    print.value(one.address),
    print.words(metric),
    ...(cells[row] ?? []).map((slots, column) => {
      if (slots === null) return '–'
      const group = TOGETHER.findIndex((columns) => columns.includes(column))
      const value = printed[group]?.[next[group] ?? 0] ?? ''
      next[group] = (next[group] ?? 0) + 1
      const step = slots.step === null ? '' : `(${print.value(slots.step)})`
      return `${value} ${column === TRAINING_CELL ? print.words(training ?? '') : step}`.trim()
    }),
  ])
}

/** Cells that are read against each other have one precision: the best against the last. */
const TOGETHER: readonly (readonly number[])[] = [[0], [1, 2], [3]]
const TRAINING_CELL = 3

/** The expressions of a cell: a value, and the step that it was logged at. */
export interface ValueAtStep {
  readonly value: string
  readonly step: string | null
}

/** What stands in the cells of a trajectory behind its run and metric: first, best, last, on training data; null for a dash. */
export function trajectorySlots({
  one,
  metric,
  best,
  hasSteps,
  training,
}: Trajectory): readonly (ValueAtStep | null)[] {
  const at = (point: string): ValueAtStep => {
    const value = `${metricSlot(one, metric)}.${point}`
    return { value, step: hasSteps ? `${value}.step` : null }
  }
  return [
    at('first'),
    best === null ? null : at(best),
    at('last'),
    training === null ? null : { value: `${metricSlot(one, training)}.last`, step: null },
  ]
}

/** A cell without what the evidence does not hold: summaries of some trackers know no extremes. */
function known({ value, step }: ValueAtStep, evidence: Evidence): ValueAtStep | null {
  if (isRefusal(factAt(evidence, value))) return null
  return { value, step: step === null || isRefusal(factAt(evidence, step)) ? null : step }
}
