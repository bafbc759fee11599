import { basename, dirname, join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { StatedValue } from '../../files/loaded-run.ts'
import { isLooseMap, leavesOf, numberOfLoose } from '../../files/loose-json.ts'
import { readDecoded, readLooseMap } from '../../files/read-loose.ts'
import { countLost } from './count-lost.ts'
import { type FolderAt, placeOfFolder, type TrainerFormat, type TrainerRun } from './trainer-format.ts'

const RESULTS = 'final_info.json'
const NOTES = 'notes.txt'
const RUN = /^run_(\d+)$/
const SOME = 3
const MOST_BYTES = 4 * 1024 * 1024

/**
 * The AI Scientist: `<idea>/run_<n>/final_info.json`, results by data set (nested ones under the names of all levels), and `<idea>/notes.txt`, in which each run is explained. `run_0` is the baseline.
 * Files of single seeds are artifacts. Format: `ai_scientist/perform_experiments.py`.
 */
export const aiScientist: TrainerFormat = {
  name: 'AI Scientist',
  async find(folder, root) {
    const number = RUN.exec(basename(folder.path))?.[1]
    if (number === undefined || !folder.files.includes(RESULTS)) return []
    const place = placeOfFolder(folder, root, [RESULTS], async (at) =>
      loadRun(at, number, folder.name === ''),
    )
    return [{ ...place, files: [...place.files, join(dirname(folder.path), NOTES)] }]
  },
}

function loadRun(at: FolderAt, number: string, isAlone: boolean): TrainerRun {
  const gaps: Gap[] = []
  const file = `${at.where}/${RESULTS}`
  const stated = statedOf(at, file, gaps)
  return {
    status: stated.size === 0 ? 'unknown' : 'finished',
    startedAt: null,
    endedAt: null,
    params: new Map(),
    stated,
    // Beside the location nothing is read.
    note: isAlone ? null : noteOf(at, number, gaps),
    gaps,
    origin: { file },
  }
}

/** `{data set: {means: {metric: number}, stderrs: {…}}}`; `_mean` and `_stderr` at the end of a name say what the folder says already. */
function statedOf(at: FolderAt, file: string, gaps: Gap[]): ReadonlyMap<string, StatedValue> {
  const stated = new Map<string, StatedValue>()
  const lost = countLost(file)
  const empty: string[] = []
  for (const [dataSet, found] of readLooseMap(at, RESULTS, 'metrics', gaps) ?? []) {
    if (!isLooseMap(found)) {
      gaps.push(gap(`metrics of ${dataSet}`, file, 'they are no names with values'))
      continue
    }
    for (const [folder, ending, written] of [
      ['means', /_mean$/, ''],
      ['stderrs', /_stderr$/, '_stderr'],
    ] as const) {
      const values = found.get(folder)
      for (const [key, value] of isLooseMap(values) ? leavesOf(values) : []) {
        const name = `${dataSet}/${key.replace(ending, '')}${written}`
        const number = numberOfLoose(value)
        if (value === null) empty.push(name)
        else if (number === null) lost.add(name)
        else stated.set(name, { value: number, step: null, file })
      }
    }
  }
  gaps.push(...lost.all(), ...emptyOnes(empty, file))
  return stated
}

/** Results that were never reached are null there, many in one file: one gap. */
function emptyOnes(names: readonly string[], file: string): readonly Gap[] {
  const [first] = names
  if (first === undefined) return []
  const more = names.length > SOME ? ` and ${names.length - SOME} more` : ''
  return [
    names.length === 1
      ? gap(`metric ${first}`, file, 'null stands in place of a number')
      : gap(
          `${names.length} metrics`,
          file,
          `null stands in place of a number; they are ${names.slice(0, SOME).join(', ')}${more}`,
        ),
  ]
}

/** What `notes.txt` says under `## Run <n>: <title>`, without the results that it repeats. */
function noteOf(at: FolderAt, number: string, gaps: Gap[]): string | null {
  const path = join(dirname(at.path), NOTES)
  const read = readDecoded(path, MOST_BYTES)
  if (read.kind === 'missing') return null
  const where = at.where.includes('/') ? `${at.where.slice(0, at.where.lastIndexOf('/'))}/${NOTES}` : NOTES
  if (read.kind === 'unreadable') {
    gaps.push(gap('notes', where, read.why))
    return null
  }
  if (read.damaged)
    gaps.push(gap('notes', where, 'it holds bytes that are no UTF-8, shown as replacement characters'))
  const block = read.text
    .replaceAll('\r\n', '\n')
    .split(/^(?=## )/m)
    .find((each) => new RegExp(`^## Run ${number}\\b`).test(each))
  if (block === undefined) return null
  const lines = block.split('\n').filter((line) => !/^Results:/.test(line))
  return lines.join('\n').replace(/^## /, '').trim()
}
