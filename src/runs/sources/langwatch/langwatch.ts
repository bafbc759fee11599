import { basename, dirname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { Gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { findFiles } from '../../files/find-files.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { textOfLoose } from '../../files/loose-json.ts'
import { fileAt } from '../../files/path-at.ts'
import { readRows } from '../../files/read-rows.ts'
import type { Row } from '../../files/row.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { loadEvaluation, loadSteps, type SentRun } from './load-run.ts'

const KIND = 'langwatch'
const DEEPEST_FOUND = 2
const PEEKED = 5
const SENT_FILE = /\.(?:jsonl|ndjson|json)$/i

/**
 * What LangWatch's SDK sends, kept as JSON lines: steps of DSPy's optimisers (`/api/dspy/log_steps`, a step or a list of steps a line) and batch evaluations
 * (`/api/evaluations/batch/log_results`). LangWatch takes these and gives none back, so they are there where somebody stored them.
 */
export const langwatch: RunSourceKind = { name: KIND, recognises, detect, open }

interface LangwatchPlace extends RunPlace {
  readonly sent: SentRun
}

async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && (await isSent(path, world))
}

function detect(directory: string, world: World): Promise<readonly string[]> {
  return findFiles(directory, world, DEEPEST_FOUND, {
    isNamed: (name) => /langwatch|log_?steps|log_?results/i.test(name),
    holds: (path) => isSent(path, world),
  })
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const path = fileAt(location, world)
  if (path === null || !(await isSent(path, world)))
    throw new NarrateError('source', `${location} holds no steps or evaluations of LangWatch.`, {
      hint: 'Name a .jsonl or .json file of what was sent to /api/dspy/log_steps or /api/evaluations/batch/log_results.',
    })
  return filesSource<LangwatchPlace>(
    {
      kind: KIND,
      alias,
      location,
      root: dirname(path),
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places: () => places(path, world),
      load: async ({ sent }, reading) =>
        isStep(sent.rows[0])
          ? loadSteps(sent, idOfPath(basename(path)), reading)
          : loadEvaluation(sent, idOfPath(basename(path)), reading),
    },
    world,
    options,
  )
}

async function* places(path: string, world: World): AsyncIterable<LangwatchPlace | Gap> {
  const file = idOfPath(basename(path))
  const { rows, gaps } = await readRows(path, file, {
    most: Number.POSITIVE_INFINITY,
    takesLists: true,
    wants: (row) => isStep(row) || isResult(row),
    stop: () => stopIfCancelled(world),
  })
  yield* gaps
  for (const [key, own] of Map.groupBy(rows, (row) => idOf(row))) {
    const [first] = own
    const experiment = idOfPath(textAt(first, 'experiment_slug') ?? 'langwatch')
    yield {
      kind: 'place',
      id: key,
      where: `${file}:${first?.line ?? 1}`,
      files: [path],
      artifacts: null,
      experiment: { id: experiment, name: experiment },
      sent: { id: idOfPath(textAt(first, 'run_id') ?? ''), experiment, rows: own },
    }
  }
}

/** Two experiments may have runs of one name. */
function idOf(row: Row): string {
  const parts = [textAt(row, 'experiment_slug') ?? 'langwatch', textAt(row, 'run_id') ?? '']
  return idOfPath(parts.map((part) => part.slice(0, 200)).join('/'))
}

function isStep(row: Row | undefined): boolean {
  return (
    row?.leaves.has('run_id') === true &&
    row.leaves.has('index') &&
    row.leaves.has('score') &&
    row.leaves.has('optimizer.name')
  )
}

function isResult({ leaves }: Row): boolean {
  return leaves.has('run_id') && leaves.has('experiment_slug') && leaves.has('evaluations')
}

function textAt(row: Row | undefined, name: string): string | null {
  const value = row?.leaves.get(name)
  return value === undefined || value === null || value === '' ? null : textOfLoose(value)
}

async function isSent(path: string, world: World): Promise<boolean> {
  if (!SENT_FILE.test(path)) return false
  try {
    const { rows } = await readRows(path, idOfPath(basename(path)), {
      most: PEEKED,
      takesLists: true,
      stop: () => stopIfCancelled(world),
    })
    return rows.length > 0 && rows.every((row) => isStep(row) || isResult(row))
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'source') return false
    throw error
  }
}
