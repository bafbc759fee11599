import { type Gap, gap } from '../../../gap.ts'
import { readLines } from '../../files/read-text.ts'

const MAXIMUM_LINE = 16 * 1024
const TOLD_LINES = 3
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/

/**
 * Reads one metric file of a file store, line by line: `timestamp value [step [dataset name] [dataset digest]]`, split by
 * one space (MLflow's `file_store.py`; a file of two fields has no steps, and step is 0). Calls `take` for each point and
 * gives back what could not be read: the first few lines one by one, the others counted.
 *
 * A last line that does not end may be half written, and is left out.
 */
export function readMetricFile(
  path: string,
  name: string,
  where: string,
  take: (step: number, time: number, value: number, line: number) => void,
): readonly Gap[] {
  const gaps: Gap[] = []
  let untold = 0
  let taken = 0
  const read = readLines(path, MAXIMUM_LINE, (text, line, ended) => {
    const why = takeLine(text, line, ended, take)
    if (why === null) taken += 1
    else if (gaps.length < TOLD_LINES) gaps.push(gap(`metric ${name}`, `${where}:${line}`, why))
    else untold += 1
  })
  if (untold > 0) gaps.push(gap(`metric ${name}`, where, `${untold} more of its lines could not be read`))
  if (read.kind === 'unreadable') gaps.push(gap(`metric ${name}`, where, read.why))
  else if (read.kind === 'missing') gaps.push(gap(`metric ${name}`, where, 'the file is gone'))
  else if (taken === 0 && gaps.length === 0)
    gaps.push(gap(`metric ${name}`, where, 'the file holds no value'))
  return gaps
}

/** A metric's value as MLflow writes it, Python's way; null where it is no number. */
export function parseMetricValue(text: string): number | null {
  if (FLOAT.test(text)) return Number(text)
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(text)
  if (word === null) return null
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function takeLine(
  text: string,
  line: number,
  ended: boolean,
  take: (step: number, time: number, value: number, line: number) => void,
): string | null {
  if (!ended) return 'the last line does not end: it may be half written'
  const fields = (text.endsWith('\r') ? text.slice(0, -1) : text).split(' ', 3)
  const [time, value, step] = fields
  if (time === undefined || value === undefined) return `the line has ${time === '' ? 'no' : 'one'} field`
  if (!INTEGER.test(time)) return 'its time is no whole number'
  const number = parseMetricValue(value)
  if (number === null) return 'its value is no number'
  if (step !== undefined && !INTEGER.test(step)) return 'its step is no whole number'
  take(step === undefined ? 0 : Number(step), Number(time), number, line)
  return null
}
