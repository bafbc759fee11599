import { basename, dirname, extname, join, posix, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import { fileAt } from '../../files/path-at.ts'
import { readJsonLines } from '../../files/read-json-lines.ts'
import { readTable } from '../../files/read-table.ts'
import type { Row, Rows } from '../../files/row.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import { quoted } from '../../quoted.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { type Fields, guessFields, MEANINGS } from './fields.ts'
import { loadRow, textOfRow } from './load-row.ts'
import { PROMOTIONS, readPromotions } from './promotions.ts'
import { takeColumn, type WideRun, wideRuns } from './wide-history.ts'

const KIND = 'ledger'
const LEDGER_FILE = /\.(?:jsonl|ndjson|csv|tsv)$/i
/** Names under which people keep a line a run; other files of rows are data sets and evaluations far more often. */
const USUAL_NAME =
  /^(?:(?:experiments?|exps?|runs?|results?|trials?|ledger|leaderboard|experiment[_-]?(?:log|results)|run[_-]?log)|wandb_export.*|(?:neptune|comet|mlflow|weave|langwatch)[_-].*)\.(?:jsonl|ndjson|csv|tsv)$/i
const OTHER_TRACKERS: ReadonlySet<string> = new Set(['mlruns', 'mlartifacts', 'wandb', 'lightning_logs'])
const DEEPEST_FOUND = 2
const PEEKED = 50

/**
 * Ledgers: a file with a line a run. JSON objects (`experiments.jsonl`, with `promotions.jsonl` beside it; exports of Weave and LangWatch), tables with a header
 * (`results.tsv`; exports of W&B, Neptune, Comet and MLflow as CSV), and W&B's export of a chart. What its fields mean is told in narrate.yaml, or guessed.
 */
export const ledger: RunSourceKind & {
  /** What the fields of a ledger mean, as guessed: for a user to see and mend. Null where the file is none. */
  guess(location: string, world: World): Promise<Fields | null>
} = { name: KIND, recognises, detect, open, guess }

async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && (await isLedger(path, world))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = resolve(world.cwd, directory)
  const found: string[] = []
  const enter = (name: string) => !isNoLogFolder(name) && !OTHER_TRACKERS.has(name)
  for (const folder of walkFolders(root, { deepest: DEEPEST_FOUND, enter })) {
    if (isGap(folder)) continue
    for (const file of folder.files.filter((name) => USUAL_NAME.test(name) && name !== PROMOTIONS))
      if (await isLedger(join(folder.path, file), world)) found.push(join(folder.path, file))
  }
  return found
}

async function guess(location: string, world: World): Promise<Fields | null> {
  const path = fileAt(location, world)
  if (path === null || !(await isLedger(path, world))) return null
  const { header, rows } = await readRows(path, 2000, world)
  return wideRuns(header) === null ? guessFields(rows, {}, header) : guessFields([])
}

interface LedgerPlace extends RunPlace {
  load(reading: Reading): LoadedRun | Gap
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const path = fileAt(location, world)
  if (path === null || !(await isLedger(path, world)))
    throw new NarrateError('source', `${location} is no ledger: no file with a line a run.`, {
      hint: 'Name a .jsonl, .csv or .tsv file whose lines have a name or an id, and a result.',
    })
  const stated = options.fields ?? {}
  const unknown = Object.keys(stated).find((each) => !MEANINGS.some((meaning) => meaning === each))
  if (unknown !== undefined)
    throw new NarrateError('source', `A field of a ledger cannot mean "${quoted(unknown)}".`, {
      hint: `In narrate.yaml, \`fields\` takes: ${MEANINGS.join(', ')}.`,
    })
  const { cache: _, ...without } = options
  return filesSource<LedgerPlace>(
    {
      kind: KIND,
      alias,
      location,
      root: dirname(path),
      idsAreUnique: false,
      hasCheapList: false,
      places: () => places(path, alias, world, stated),
      load: async (place, reading) => place.load(reading),
    },
    world,
    // Finding the rows is reading them: there is nothing to keep.
    without,
  )
}

async function* places(
  path: string,
  alias: string,
  world: World,
  stated: Readonly<Record<string, string | readonly string[]>>,
): AsyncIterable<LedgerPlace | Gap> {
  const { header, rows, gaps } = await readRows(path, Number.POSITIVE_INFINITY, world)
  const file = idOfPath(basename(path))
  yield* gaps
  const wide = wideRuns(header)
  if (wide !== null) {
    const nameOf = namer()
    for (const run of wide) yield wideplace(run)
    return

    function wideplace(run: WideRun): LedgerPlace {
      const id = nameOf(run.name)
      const experiment = experimentOf(path, null)
      return {
        kind: 'place',
        id,
        where: file,
        files: [path],
        artifacts: null,
        experiment,
        load: (reading) => loadWide(run, rows, header ?? [], file, experiment, reading),
      }
    }
  }
  const fields = guessFields(rows, stated, header)
  const folder = dirname(path)
  const promotions = await readPromotions(folder, rows, fields, {
    alias,
    timeZone: world.timeZone,
    stop: () => stopIfCancelled(world),
  })
  yield* promotions.gaps
  const idOf = namer()
  const ids = new Map(
    rows.map((row) => [
      row,
      idOf(textOfRow(row, [...fields.id, ...fields.name, ...fields.commit]) ?? `line ${row.line}`),
    ]),
  )
  const parents = parentsOf(rows, ids, fields)
  for (const row of rows) {
    const id = ids.get(row) ?? ''
    const experiment = experimentOf(path, textOfRow(row, fields.experiment))
    yield {
      kind: 'place',
      id,
      where: `${file}:${row.line}`,
      files: [path, join(folder, PROMOTIONS)],
      artifacts: artifactOf(folder, textOfRow(row, fields.artifact)),
      experiment,
      load: (reading) =>
        loadRow(
          row,
          {
            name: textOfRow(row, fields.name) ?? id,
            file,
            experiment,
            registered: promotions.versions.get(row) ?? [],
            parent: parents.get(row) ?? null,
          },
          fields,
          reading,
          world.timeZone,
        ),
    }
  }
}

function loadWide(
  run: WideRun,
  rows: readonly Row[],
  header: readonly string[],
  file: string,
  experiment: LoadedRun['experiment'],
  reading: Reading,
): LoadedRun {
  for (const [metric, column] of run.columns) {
    const add = reading.series(metric, file)
    if (add !== null) takeColumn(rows, header, column, (step, value, line) => add(step, null, value, line))
  }
  return {
    experiment,
    name: run.name,
    // A chart says nothing of how its runs ended.
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    params: new Map(),
    gaps: [],
    origin: { file },
  }
}

/** Ids that no two rows share and that stay when rows are added: the second row of a name has `#2` after it. */
function namer(): (name: string) => string {
  const counts = new Map<string, number>()
  const given = new Set<string>()
  return (name) => {
    const plain = idOfPath(name.length > 200 ? `${name.slice(0, 200)}…` : name)
    let count = (counts.get(plain) ?? 0) + 1
    let id = count === 1 ? plain : `${plain}#${count}`
    for (; given.has(id); id = `${plain}#${count}`) count += 1
    counts.set(plain, count)
    given.add(id)
    return id
  }
}

/** The rows that rows name as their parents, by id or by name; the latest before them where several bear it. */
function parentsOf(
  rows: readonly Row[],
  ids: ReadonlyMap<Row, string>,
  fields: Fields,
): ReadonlyMap<Row, string> {
  const parents = new Map<Row, string>()
  const before = new Map<string, string>()
  for (const row of rows) {
    const named = textOfRow(row, fields.parent)
    const parent = named === null ? undefined : before.get(named)
    if (parent !== undefined) parents.set(row, parent)
    const id = ids.get(row) ?? ''
    for (const name of [textOfRow(row, fields.id), textOfRow(row, fields.name)])
      if (name !== null) before.set(name, id)
  }
  return parents
}

/** A file that a row names, where it lies below the ledger's own folder; anywhere else it is not looked at. */
function artifactOf(folder: string, named: string | null): LedgerPlace['artifacts'] {
  if (named === null || named.includes('\0')) return null
  const name = posix.normalize(named.replaceAll('\\', '/'))
  if (name.startsWith('..') || name.startsWith('/') || /^[a-z]:|:\/\//i.test(name) || name === '.')
    return null
  return { path: folder, where: '', files: [name] }
}

/** Rows belong to the experiment they name, else to the ledger: called by its file, or by its folder where the file's name says nothing. */
function experimentOf(path: string, named: string | null): { readonly id: string; readonly name: string } {
  if (named !== null) return { id: named, name: named }
  const stem = basename(path, extname(path))
  const says = /^(?:experiments?|exps?|runs?|results?|trials?|ledger|leaderboard)$/i.test(stem)
    ? basename(dirname(path))
    : stem
  return { id: '.', name: idOfPath(says) }
}

async function readRows(path: string, most: number, world: World): Promise<Rows> {
  const file = idOfPath(basename(path))
  if (/\.(?:csv|tsv)$/i.test(path)) return readTable(path, file, { most })
  return readJsonLines(path, file, { most, stop: () => stopIfCancelled(world) })
}

/** Whether the first rows of a file look like runs: they have a name, an id, a commit or a time, and a result. */
async function isLedger(path: string, world: World): Promise<boolean> {
  if (!LEDGER_FILE.test(path)) return false
  try {
    const { header, rows } = await readRows(path, PEEKED, world)
    if (wideRuns(header) !== null) return true
    if (header !== null && /^(?:epoch|step|iter(?:ation)?|global_step)$/i.test(header[0] ?? '')) return false
    const fields = guessFields(rows, {}, header)
    const isNamed = [fields.id, fields.name, fields.commit, fields.time, fields.start].some(
      ({ length }) => length > 0,
    )
    return isNamed && fields.metrics.length > 0
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'source') return false
    throw error
  }
}
