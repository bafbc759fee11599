import { textOfLoose } from '../../files/loose-json.ts'
import { partOfFile } from '../../files/part-of-file.ts'
import type { Row } from '../../files/row.ts'

const LOOKED_AT = 4096
const CELL = '"(?:[^"]|"")*"'
const SERIES = '"(?:[^"]|"")+ - (?:[^"]|"")+'
/** A mark of the order of bytes, as Latin-1. */
const MARK = '(?:\u00ef\u00bb\u00bf)?'
/** Every cell is in quotes, and the columns that W&B has of its own come before all others. */
const TABLE = new RegExp(
  `^${MARK}"Name","State",(?:${CELL},){0,8}"(?:Notes|User|Tags|Created|Runtime|Sweep)"[,\\r\\n]`,
)
/** A series with its bounds follows the step. */
const CHART = new RegExp(`^${MARK}${CELL},${SERIES}",${SERIES}__MIN",${SERIES}__MAX"`)
const STATE = /^(?:finished|running|crashed|failed|killed|pending|preempting|preempted)$/

/** Whether a CSV begins as W&B writes its table of runs, or a chart of theirs, whatever the file is called. */
export function beginsAsWandbExport(path: string): boolean {
  const beginning = partOfFile(path, LOOKED_AT)
  return TABLE.test(beginning) || CHART.test(beginning)
}

/** Whether the rows of a table state nothing but states of W&B's, if they state any. */
export function hasWandbStates(rows: readonly Row[]): boolean {
  return rows.every(({ leaves }) => {
    const state = leaves.get('State')
    return state === undefined || state === null || STATE.test(textOfLoose(state))
  })
}
