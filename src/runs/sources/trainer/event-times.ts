import { basename } from 'node:path'

const STAMP = /^events\.out\.tfevents\.(\d{10})\./
const EARLIEST = 1_400_000_000

/** When a TensorBoard writer was opened, as the names of its files tell it (`events.out.tfevents.<seconds>.<host>…`): the earliest, in milliseconds. */
export function timeOfEventFiles(names: readonly string[]): number | null {
  const stamps = names
    .map((name) => Number(STAMP.exec(basename(name))?.[1] ?? 0))
    .filter((stamp) => stamp > EARLIEST)
  return stamps.length === 0 ? null : Math.min(...stamps) * 1000
}
