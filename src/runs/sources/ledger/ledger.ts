import { basename, dirname, extname, join, posix, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import { isLooseMap, type LooseJson, leavesOf, parseLooseJson } from '../../files/loose-json.ts'
import { fileAt } from '../../files/path-at.ts'
import { parsePythonLiteral } from '../../files/python-literal.ts'
import { ROWS_FILE, readRows as readRowsOf } from '../../files/read-rows.ts'
import type { Row, Rows } from '../../files/row.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import { quoted } from '../../quoted.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { type Chart, NO_CHARTS, readCharts, tablesBeside } from './charts.ts'
import { type Fields, guessFields, MEANINGS } from './fields.ts'
import { loadRow, takeCharts, textOfRow } from './load-row.ts'
import { PROMOTIONS, readPromotions } from './promotions.ts'
import { beginsAsWandbExport, hasWandbStates } from './wandb-export.ts'
import { wideRuns } from './wide-history.ts'

const KIND = 'ledger'
/** Names under which people keep a line a run; other files of rows are data sets and evaluations far more often. */
const USUAL_NAME =
  /^(?:(?:experiments?|exps?|runs?|results?|trials?|ledger|leaderboard|project|experiment[_-]?(?:log|results)|run[_-]?log)\.(?:jsonl|ndjson|csv|tsv)|(?:wandb|neptune|comet|mlflow)[_-].*\.(?:jsonl|ndjson|json|csv|tsv))$/i
const OTHER_TRACKERS: ReadonlySet<string> = new Set(['mlruns', 'mlartifacts', 'wandb', 'lightning_logs'])
const DEEPEST_FOUND = 2
const PEEKED = 50
/** Tables of other names that are looked into for W&B's exports. */
const MOST_LOOKED_AT = 1000

/**
 * Ledgers: a file with a line a run. JSON objects (`experiments.jsonl`, with `promotions.jsonl` beside it; lists of them as JSON), tables with a header
 * (`results.tsv`; exports of W&B, Neptune, Comet and MLflow as CSV) with W&B's charts beside them, and charts and histories of W&B alone. What its fields mean is told in narrate.yaml, or guessed.
 */
export const ledger: RunSourceKind = { name: KIND, recognises, detect, open, guessFields: fieldsAt }

async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && (await isLedger(path, world))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = resolve(world.cwd, directory)
  const found: string[] = []
  let looked = 0
  const enter = (name: string) => !isNoLogFolder(name) && !OTHER_TRACKERS.has(name)
  for (const folder of walkFolders(root, { deepest: DEEPEST_FOUND, enter })) {
    if (isGap(folder)) continue
    const here: string[] = []
    const charts: string[] = []
    for (const file of folder.files) {
      const path = join(folder.path, file)
      if (USUAL_NAME.test(file)) {
        if (file !== PROMOTIONS && (await isLedger(path, world))) here.push(path)
      } else if (/\.csv$/i.test(file) && looked < MOST_LOOKED_AT) {
        looked += 1
        const exported = await wandbExportAt(path, world)
        if (exported !== null) (exported === 'table' ? here : charts).push(path)
      }
    }
    // A table of runs tells the charts beside it, too.
    const told = new Set<string>()
    if (here.length + charts.length > 1)
      for (const path of here) for (const chart of await chartsOf(path, world)) told.add(chart)
    const alone = charts.filter((path) => !told.has(path))
    found.push(
      ...here.filter((path) => !told.has(path)),
      // Several would tell the same runs again and again: which of them is meant, a person says.
      ...(alone.length === 1 ? alone : []),
    )
  }
  return found
}

async function fieldsAt(location: string, world: World): Promise<Fields | null> {
  const path = fileAt(location, world)
  if (path === null || !(await isLedger(path, world))) return null
  const read = await readRows(path, 2000, world)
  return wideRuns(read, stemOf(path)) === null ? guessFields(read.rows, {}, read.header) : null
}

/** The files of the charts that belong to a table of runs. */
async function chartsOf(path: string, world: World): Promise<readonly string[]> {
  const read = await readRows(path, Number.POSITIVE_INFINITY, world)
  if (read.header === null || wideRuns(read, stemOf(path)) !== null) return []
  return readCharts(path, read.rows, guessFields(read.rows, {}, read.header)).paths
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
  const folder = dirname(path)
  // What is put beside a ledger, or changes there, may be of its runs.
  const watched = [
    join(folder, PROMOTIONS),
    ...(/\.(?:csv|tsv)$/i.test(path) ? [folder, ...tablesBeside(path)] : []),
  ]
  const print = fingerprintOf([path], watched)
  const kept = { files: [path], watched, print }
  const read = await readRows(path, Number.POSITIVE_INFINITY, world)
  const { header, rows, gaps } = read
  const file = idOfPath(basename(path))
  yield* gaps
  const idOf = namer()
  const wide = wideRuns(read, stemOf(path))
  if (wide !== null) {
    for (const run of wide) yield placeOfChart({ path, file, run })
    return
  }
  const fields = guessFields(rows, stated, header)
  const charts = header === null ? NO_CHARTS : readCharts(path, rows, fields)
  yield* charts.gaps
  const promotions = await readPromotions(folder, rows, fields, {
    alias,
    timeZone: world.timeZone,
    stop: () => stopIfCancelled(world),
  })
  yield* promotions.gaps
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
      ...kept,
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
            charts: charts.ofRows.get(row) ?? [],
          },
          fields,
          reading,
          world.timeZone,
        ),
    }
  }
  for (const chart of charts.others) yield placeOfChart(chart)

  function placeOfChart(chart: Chart): LedgerPlace {
    const experiment = experimentOf(path, null)
    return {
      kind: 'place',
      id: idOf(chart.run.name),
      where: chart.file,
      ...kept,
      artifacts: null,
      experiment,
      load: (reading) => loadChart(chart, experiment, reading),
    }
  }
}

function loadChart({ run, file }: Chart, experiment: LoadedRun['experiment'], reading: Reading): LoadedRun {
  takeCharts([{ run, file }], reading)
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
  const read = await readRowsOf(path, idOfPath(basename(path)), { most, stop: () => stopIfCancelled(world) })
  return read.header === null ? read : { ...read, rows: read.rows.map(unfolded) }
}

/** A row of a table with the maps that stand in its cells taken apart: frames of W&B's API have `config` and `summary` as Python prints them. */
function unfolded(row: Row): Row {
  if (![...row.leaves.values()].some((value) => isMapText(value))) return row
  const leaves = new Map<string, LooseJson>()
  for (const [name, value] of row.leaves) {
    const map = isMapText(value) ? mapOf(value) : null
    if (map === null) leaves.set(name, value)
    else for (const [inner, each] of leavesOf(map, name)) leaves.set(inner, each)
  }
  return { ...row, leaves }
}

function isMapText(value: LooseJson): value is string {
  return typeof value === 'string' && value.startsWith('{') && value.endsWith('}')
}

function mapOf(text: string): ReadonlyMap<string, LooseJson> | null {
  for (const parse of [parseLooseJson, parsePythonLiteral]) {
    const parsed = parse(text)
    if (parsed.kind === 'json' && isLooseMap(parsed.value)) return parsed.value
  }
  return null
}

function stemOf(path: string): string {
  return idOfPath(basename(path, extname(path)))
}

/** Whether the first rows of a file look like runs: they have a name, an id, a commit or a time, and a result. */
async function isLedger(path: string, world: World): Promise<boolean> {
  if (!ROWS_FILE.test(path)) return false
  try {
    const read = await readRows(path, PEEKED, world)
    const { header, rows } = read
    if (wideRuns(read, stemOf(path)) !== null) return true
    if (rows.some(isOfAnother)) return false
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

/** Which of W&B's exports a table of any name is; null where it is none. */
async function wandbExportAt(path: string, world: World): Promise<'table' | 'chart' | null> {
  if (!beginsAsWandbExport(path) || !(await isLedger(path, world))) return null
  const read = await readRows(path, PEEKED, world)
  if (wideRuns(read, stemOf(path)) !== null) return 'chart'
  return hasWandbStates(read.rows) ? 'table' : null
}

/** What other trackers write a line of, a run having many: calls of Weave, steps and results of LangWatch. */
function isOfAnother({ leaves }: Row): boolean {
  return (
    (leaves.has('op_name') && leaves.has('trace_id')) ||
    (leaves.has('run_id') &&
      leaves.has('experiment_slug') &&
      (leaves.has('optimizer.name') || leaves.has('evaluations')))
  )
}
