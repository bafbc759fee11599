import { type Gap, gap } from '../../../gap.ts'
import { numberOfText } from '../../files/loose-json.ts'
import { countLost } from './count-lost.ts'
import { readMetricsTable, type TableRow } from './read-metrics-table.ts'
import type { TrainerReading } from './trainer-format.ts'

const MOST_ROWS = 1_000_000

/** What a table of epochs tells beside its numbers. */
export interface Epochs {
  readonly first: number | null
  readonly last: number | null
  readonly gaps: readonly Gap[]
}

/**
 * Hands over a table with a row an epoch. Trainers append to the file that is there: where an epoch comes again, the training was begun again or
 * resumed, and what was logged of that epoch and later before is left out, with a gap.
 */
export async function takeEpochs(path: string, file: string, reading: TrainerReading): Promise<Epochs> {
  const kept: (TableRow & { readonly epoch: number })[] = []
  const lost = countLost(file)
  const gaps: Gap[] = []
  let names: readonly string[] = []
  let epochAt = -1
  let again = 0
  const read = await readMetricsTable(path, file, () => reading.stop(), {
    header(found) {
      names = found
      epochAt = found.indexOf('epoch')
    },
    row({ cells, line }) {
      const epoch = numberOfText(cells[epochAt] ?? '')
      if (epoch === null || !Number.isFinite(epoch)) {
        gaps.push(gap(`line ${line}`, `${file}:${line}`, 'it has no epoch'))
        return
      }
      for (let before = kept.at(-1); before !== undefined && before.epoch >= epoch; before = kept.at(-1)) {
        kept.pop()
        again += 1
      }
      if (kept.length < MOST_ROWS) kept.push({ cells, line, epoch })
    },
  })
  for (const [index, name] of names.entries()) {
    if (index === epochAt || name === '') continue
    const written = kept.filter(({ cells }) => cells[index] !== '')
    const add = written.some(({ cells }) => numberOfText(cells[index] ?? '') !== null)
      ? reading.series(name, file)
      : null
    for (const { cells, epoch, line } of written) {
      const value = numberOfText(cells[index] ?? '')
      if (value === null) lost.add(name)
      else add?.(epoch, null, value, line)
    }
  }
  if (again > 0)
    gaps.push(
      gap(
        again === 1 ? 'one epoch' : `${again} epochs`,
        file,
        'the training was begun again or resumed in the same file: what came before is left out',
      ),
    )
  return {
    first: kept[0]?.epoch ?? null,
    last: kept.at(-1)?.epoch ?? null,
    gaps: [...read, ...gaps.slice(0, 20), ...lost.all()],
  }
}
