import { basename, dirname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { findFiles } from '../../files/find-files.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { textOfLoose } from '../../files/loose-json.ts'
import { fileAt } from '../../files/path-at.ts'
import { ROWS_FILE, readRows } from '../../files/read-rows.ts'
import type { Row } from '../../files/row.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { evaluationName, isEvaluation, loadEvaluation } from './load-evaluation.ts'

const KIND = 'weave'
const DEEPEST_FOUND = 2
const PEEKED = 20

/**
 * Exports of calls of W&B Weave: the answer of `calls/stream_query` (an object a line), and what its page exports (CSV, TSV, JSON lines, JSON). A run is an
 * evaluation; all other calls are steps of one, or of something that nobody evaluated, and are left out.
 */
export const weave: RunSourceKind = { name: KIND, recognises, detect, open }

interface WeavePlace extends RunPlace {
  readonly row: Row
}

async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && (await isExport(path, world))
}

function detect(directory: string, world: World): Promise<readonly string[]> {
  return findFiles(directory, world, DEEPEST_FOUND, {
    // A table of calls may be of anything, and so is only looked for under the names that people give it.
    isNamed: (name) => /weave|calls|traces|evaluations?/i.test(name),
    holds: (path) => isExport(path, world),
  })
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const path = fileAt(location, world)
  if (path === null || !(await isExport(path, world)))
    throw new NarrateError('source', `${location} is no export of calls of Weave.`, {
      hint: 'Name a .jsonl, .json, .csv or .tsv file whose rows have op_name, trace_id and started_at.',
    })
  return filesSource<WeavePlace>(
    {
      kind: KIND,
      alias,
      location,
      root: dirname(path),
      idsAreUnique: true,
      hasCheapList: false,
      keepsNothing: true,
      places: () => places(path, world),
      load: async (place, reading) => loadEvaluation(place.row, place.id, idOfPath(basename(path)), reading),
    },
    world,
    options,
  )
}

async function* places(path: string, world: World): AsyncIterable<WeavePlace | Gap> {
  const file = idOfPath(basename(path))
  const calls = new Map<string, { readonly parent: string | null; readonly isEvaluation: boolean }>()
  const { rows, gaps } = await readRows(path, file, {
    most: Number.POSITIVE_INFINITY,
    stop: () => stopIfCancelled(world),
    wants(row) {
      const isOne = isEvaluation(row)
      calls.set(idOf(row), { parent: parentOf(row), isEvaluation: isOne })
      return isOne
    },
  })
  yield* gaps
  const alone = [...calls.keys()].filter((id) => !isEvaluated(id)).length
  if (alone > 0)
    yield gap(
      `${alone} ${alone === 1 ? 'call' : 'calls'} of no evaluation`,
      file,
      'calls alone are no runs, and are left out',
    )
  for (const row of rows) {
    const name = evaluationName(row)
    yield {
      kind: 'place',
      id: idOf(row),
      where: `${file}:${row.line}`,
      files: [path],
      artifacts: null,
      experiment: { id: name, name },
      row,
    }
  }

  /** Whether a call is an evaluation, or was made in one, as far as the export has its parents. */
  function isEvaluated(id: string): boolean {
    const seen = new Set<string>()
    for (let next: string | null = id; next !== null && !seen.has(next); ) {
      const call = calls.get(next)
      if (call === undefined) return false
      if (call.isEvaluation) return true
      seen.add(next)
      next = call.parent
    }
    return false
  }
}

function idOf({ leaves, line }: Row): string {
  const id = leaves.get('id')
  return idOfPath(
    id === undefined || id === null || id === '' ? `line ${line}` : textOfLoose(id).slice(0, 200),
  )
}

function parentOf({ leaves }: Row): string | null {
  const parent = leaves.get('parent_id')
  return parent === undefined || parent === null || parent === ''
    ? null
    : idOfPath(textOfLoose(parent).slice(0, 200))
}

/** Whether the first rows of a file are calls as Weave writes them. */
async function isExport(path: string, world: World): Promise<boolean> {
  if (!ROWS_FILE.test(path)) return false
  try {
    const { rows } = await readRows(path, idOfPath(basename(path)), {
      most: PEEKED,
      stop: () => stopIfCancelled(world),
    })
    const calls = rows.filter(
      ({ leaves }) => leaves.has('op_name') && leaves.has('trace_id') && leaves.has('started_at'),
    )
    return calls.length * 2 > rows.length
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'source') return false
    throw error
  }
}
