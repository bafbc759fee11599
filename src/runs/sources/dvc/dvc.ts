import { basename, dirname, extname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { Gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { findFiles } from '../../files/find-files.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import { fileAt } from '../../files/path-at.ts'
import { readBeginning } from '../../files/read-beginning.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { loadRow } from './load-row.ts'
import { nameFields } from './name-fields.ts'
import { readRows } from './read-rows.ts'
import { runsOfRows } from './runs-of-rows.ts'

const KIND = 'dvc'
const DEEPEST_FOUND = 2
const MOST_LOOKED_AT = 200
/** An export begins with the workspace: a list of commits, or before DVC 2.45 an object of them by their revisions. */
const BEGINNING =
  /^\s*(?:\[\s*\{\s*"rev"\s*:\s*"workspace"\s*[,}]|\{\s*"workspace"\s*:\s*\{\s*"baseline"\s*:\s*\{)/

/**
 * DVC's experiments as `dvc exp show --json` tells them, in the file its output was sent to. Nothing runs `dvc` here: it is another's program, and may be slow.
 * Each experiment is a run below its commit.
 */
export const dvc: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && isExport(path)
}

function detect(directory: string, world: World): Promise<readonly string[]> {
  return findFiles(directory, world, DEEPEST_FOUND, {
    isNamed: (name) => extname(name) === '.json',
    holds: isExport,
    mostInFolder: MOST_LOOKED_AT,
  })
}

async function isExport(path: string): Promise<boolean> {
  return extname(path) === '.json' && BEGINNING.test(await readBeginning(path))
}

interface DvcPlace extends RunPlace {
  load(reading: Reading): LoadedRun
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const path = fileAt(location, world)
  if (path === null || !(await isExport(path)))
    throw new NarrateError('source', `${location} holds no experiments of DVC.`, {
      hint: 'Write them to a file and name it: dvc exp show --json > dvc-experiments.json',
    })
  return filesSource<DvcPlace>(
    {
      kind: KIND,
      alias,
      location,
      root: dirname(path),
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places: () => places(path, world),
      load: async (place, reading) => place.load(reading),
    },
    world,
    options,
  )
}

function* places(path: string, { timeZone }: World): Iterable<DvcPlace | Gap> {
  const file = idOfPath(basename(path))
  const { rows, gaps } = readRows(path, file)
  yield* gaps
  const { runs, gaps: unrun } = runsOfRows(rows, file)
  yield* unrun
  const fields = nameFields(rows)
  const experiment = { id: '.', name: idOfPath(basename(dirname(path))) }
  for (const run of runs)
    yield {
      kind: 'place',
      id: run.id,
      where: file,
      files: [path],
      artifacts: null,
      experiment,
      load: (reading) => loadRow(run, fields, { file, experiment, timeZone }, reading),
    }
}
