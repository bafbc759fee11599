import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { Reading } from '../../files/loaded-run.ts'
import { isLooseMap, isLooseNumber, parseLooseJson } from '../../files/loose-json.ts'
import type { AddPoint } from '../../files/series.ts'
import { streamLines, ZEROS } from '../../files/stream-lines.ts'
import { eachLeaf, isOwnName } from './logged-values.ts'
import type { RunDirectory } from './run-directories.ts'

const LONGEST_LINE = 16 * 1024 * 1024
const MOST_DAMAGES = 10
const LONGEST_TEXT = 500

/** What the history of an old run tells beside its points. */
export interface OldHistory {
  readonly texts: ReadonlyMap<string, string>
  /** Names of the metrics that have points. */
  readonly names: ReadonlySet<string>
  readonly lastTime: number | null
  readonly gaps: readonly Gap[]
}

/**
 * Reads `wandb-history.jsonl`, which wandb wrote before 0.10: a JSON object a row, with `_step`, `_timestamp` (seconds) and NaN. Null where
 * there is none. A line that is damaged is a gap with its number.
 */
export async function readOldHistory(directory: RunDirectory, reading: Reading): Promise<OldHistory | null> {
  const name = [directory.files, 'wandb-history.jsonl'].filter(Boolean).join('/')
  const where = `${directory.where}/${name}`
  const series = new Map<string, AddPoint | null>()
  const texts = new Map<string, string>()
  const gaps: Gap[] = []
  let lastTime: number | null = null
  let damaged = 0
  const read = await streamLines(
    join(directory.path, name),
    { longest: LONGEST_LINE, stop: reading.stop },
    ({ text, number, damage, ended }) => {
      if (damage === null && text.trim() === '') return
      const parsed = damage === null ? parseLooseJson(text) : null
      if (parsed === null || parsed.kind === 'broken' || !isLooseMap(parsed.value)) {
        const why =
          damage === 'zeros'
            ? ZEROS
            : (damage ?? (parsed?.kind === 'broken' ? parsed.why : 'it is no row of names and values'))
        damaged += 1
        if (damaged <= MOST_DAMAGES)
          gaps.push(
            gap(
              'a row of the history',
              `${where}, line ${number}`,
              ended || damage === 'zeros' ? why : `${why} (the file ends here)`,
            ),
          )
        return
      }
      const row = parsed.value
      const [written, clock] = [row.get('_step'), row.get('_timestamp')]
      const step = isLooseNumber(written) && Number.isSafeInteger(written.value) ? written.value : null
      const time =
        isLooseNumber(clock) && Number.isFinite(clock.value) ? Math.round(clock.value * 1000) : null
      if (time !== null && (lastTime === null || time > lastTime)) lastTime = time
      eachLeaf('', row, (leaf, value) => {
        if (isOwnName(leaf) || value.kind === 'none') return
        if (value.kind === 'text') {
          texts.set(leaf, value.text.slice(0, LONGEST_TEXT))
          return
        }
        let add = series.get(leaf)
        if (add === undefined) {
          add = reading.series(leaf, where)
          series.set(leaf, add)
        }
        add?.(step, time, value.value, number)
      })
    },
  )
  if (read.kind === 'missing') return null
  if (read.kind === 'unreadable') gaps.push(gap('the history of the run', where, read.why))
  if (damaged > MOST_DAMAGES)
    gaps.push(gap(`${damaged - MOST_DAMAGES} more rows of the history`, where, 'they are damaged, too'))
  return { texts, names: new Set(series.keys()), lastTime, gaps }
}
