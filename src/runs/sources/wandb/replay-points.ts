import type { World } from '../../../world.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import type { Reading, RunPlace } from '../../files/loaded-run.ts'
import { isSettled } from '../../files/run-memory.ts'
import type { AddPoint } from '../../files/series.ts'

const MOST_POINTS = 1_000_000
/** A series counts as so many points, however short it is. */
const LEAST_ROOM = 8
const WIDTH = 4

/** The points of one series in one file, in columns: step, time, value, line. */
interface Columns {
  readonly metric: string
  readonly file: string
  rows: Float64Array
  size: number
}

/**
 * Reads runs through `load` and keeps the points of the one that is read again and again: all series of a run stand in one log, and a
 * history is asked for one series after the other. At most a million points are kept, and none of a file that has changed.
 */
export function replayPoints<Place extends RunPlace, Loaded>(
  load: (place: Place, reading: Reading) => Promise<Loaded>,
  world: World,
): (place: Place, reading: Reading) => Promise<Loaded> {
  let last = ''
  let kept: { readonly print: string; readonly series: readonly Columns[]; readonly loaded: Loaded } | null =
    null
  return async (place, reading) => {
    const fingerprint = fingerprintOf(place.files)
    const print = `${place.id} ${fingerprint.text}`
    if (kept !== null && kept.print === print) {
      for (const columns of kept.series) replay(columns, reading)
      return kept.loaded
    }
    const isAgain = last === print && isSettled(fingerprint, world.now())
    last = print
    if (!isAgain) return load(place, reading)
    const collected = collect(reading)
    const loaded = await load(place, collected.reading)
    const series = collected.finish()
    kept = series === null ? null : { print, series, loaded }
    return loaded
  }
}

function collect(reading: Reading): {
  readonly reading: Reading
  finish(): readonly Columns[] | null
} {
  const series: Columns[] = []
  let room = 0
  return {
    reading: {
      ...reading,
      series(metric, file) {
        const wanted = reading.series(metric, file)
        if (room > MOST_POINTS) return wanted
        const columns: Columns = { metric, file, rows: new Float64Array(WIDTH * LEAST_ROOM), size: 0 }
        series.push(columns)
        room += LEAST_ROOM
        return (step, time, value, line) => {
          wanted?.(step, time, value, line)
          if (room > MOST_POINTS) return
          room += 1
          if (WIDTH * columns.size === columns.rows.length) {
            const wider = new Float64Array(2 * columns.rows.length)
            wider.set(columns.rows)
            columns.rows = wider
          }
          columns.rows.set([step ?? Number.NaN, time ?? Number.NaN, value, line ?? 0], WIDTH * columns.size)
          columns.size += 1
        }
      },
    },
    finish: () => (room > MOST_POINTS ? null : series),
  }
}

function replay({ metric, file, rows, size }: Columns, reading: Reading): void {
  const add: AddPoint | null = reading.series(metric, file)
  if (add === null) return
  for (let row = 0; row < size; row += 1) {
    const [step = 0, time = 0, value = 0, line = 0] = rows.subarray(WIDTH * row, WIDTH * (row + 1))
    add(Number.isNaN(step) ? null : step, Number.isNaN(time) ? null : time, value, line)
  }
}
