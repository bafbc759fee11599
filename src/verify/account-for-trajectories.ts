import { TRAJECTORY_COLUMNS, trajectorySlots, type ValueAtStep } from '../documents/trajectories-fold.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { trajectoryOf } from '../evidence/trajectories.ts'
import { mark, plain, type SourceLine } from './source-lines.ts'

/** Whether a table tells how training went. */
export function isOfTrajectories({ cells }: SourceLine): boolean {
  return cells.join('\n') === TRAJECTORY_COLUMNS.join('\n')
}

/** Its rows (heading and ruling first) that are not first, best and last value of the run and metric that they name. */
export function notOfTrajectories(
  [, ruling, ...body]: readonly SourceLine[],
  { metrics, runs }: Evidence,
): readonly SourceLine[] {
  const isRow = ({ cells }: SourceLine): boolean => {
    const [run, name, ...values] = cells
    const one = runs.find(({ address }) => run === mark(address))
    const metric = [...(one?.curves.keys() ?? [])].find((known) => plain(known) === name)
    if (one === undefined || metric === undefined) return false
    const own = trajectoryOf(one, metric, { metrics })
    const slots = trajectorySlots(own)
    return (
      values.length === slots.length &&
      values.every((cell, at) =>
        isCell(cell, slots[at] ?? null, at === slots.length - 1 ? own.training : null),
      )
    )
  }
  const isRuling = ruling?.cells.every((cell) => /^-+$/.test(cell)) ?? false
  return [...(isRuling || ruling === undefined ? [] : [ruling]), ...body.filter((row) => !isRow(row))]
}

/** A dash, or the value with its step, or with the name of the training metric. */
function isCell(cell: string, slots: ValueAtStep | null, training: string | null): boolean {
  if (cell === '–') return true
  if (slots === null) return false
  const value = mark(slots.value)
  if (training !== null) return cell === `${value} ${plain(training)}`
  return cell === value || (slots.step !== null && cell === `${value} (${mark(slots.step)})`)
}
