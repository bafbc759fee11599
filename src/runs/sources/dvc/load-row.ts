import { extname } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { isLooseMap, numberOfLoose, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { quoted } from '../../quoted.ts'
import type { DataSet, RunStatus } from '../../run.ts'
import { type FieldNames, fieldsOf } from './name-fields.ts'
import type { ExperimentRow } from './read-rows.ts'
import type { RowRun } from './runs-of-rows.ts'

const CODE =
  /^\.(?:py|ipynb|r|rmd|jl|sh|bash|c|cc|cpp|cu|h|hpp|java|scala|kt|go|rs|js|ts|lua|m|sql|ya?ml|toml|cfg|ini)$/i
/** What DVC says of every experiment that failed. */
const SAYS_NOTHING = 'Experiment run failed'
const STATES: Readonly<Record<string, RunStatus>> = {
  queued: 'scheduled',
  running: 'running',
  success: 'finished',
  failed: 'failed',
}

/**
 * The run of one row. What a stage read is a data set by its hash, unless it is code, whose hash is a tag. DVC tells one time, that of the commit which keeps the
 * row, on the clock of the machine that wrote the file: it stands for the start.
 */
export function loadRow(
  { row, parent, also }: RowRun,
  names: FieldNames,
  of: { readonly file: string; readonly experiment: LoadedRun['experiment']; readonly timeZone: string },
  reading: Reading,
): LoadedRun {
  const { file } = of
  const gaps: Gap[] = []
  const params = new Map<string, LoggedText>()
  const tags = new Map<string, string>()
  for (const field of take('params'))
    if (field.value !== null && field.value !== '')
      params.set(names.param(field), { text: textOfLoose(field.value), file })
  for (const field of take('metrics')) {
    const name = names.metric(field)
    const number = numberOfLoose(field.value)
    if (number !== null) reading.series(name, file)?.(null, null, number)
    else if (field.value !== null) tags.set(name, textOfLoose(field.value))
  }
  const dataSets: DataSet[] = []
  const deps = row.told?.get('deps')
  for (const [path, dep] of isLooseMap(deps) ? deps : []) {
    const hash = isLooseMap(dep) ? dep.get('hash') : undefined
    if (typeof hash !== 'string' || hash === '') continue
    if (CODE.test(extname(path))) tags.set(`deps.${path}`, hash)
    else dataSets.push({ name: path, digest: hash, context: null })
  }
  if (also.length > 0) tags.set('dvc.also', also.join(', '))
  if (row.kind !== 'experiment') tags.set('dvc.kind', row.kind)
  if (row.error !== null && row.state === 'failed') {
    if (row.error !== SAYS_NOTHING) tags.set('failure', row.error)
  } else if (row.error !== null) gaps.push(gap('experiment', file, `DVC could not read it: ${row.error}`))
  const written = row.told?.get('timestamp')
  const startedAt = typeof written === 'string' ? parseTime(written, of.timeZone) : null
  if (typeof written === 'string' && startedAt === null)
    gaps.push(gap('start time', file, `${quoted(written)} is no time`))
  return {
    experiment: of.experiment,
    name: row.name ?? (row.kind === 'workspace' ? 'workspace' : row.rev.slice(0, 7)),
    status: statusOf(row, file, gaps),
    startedAt,
    endedAt: null,
    parent,
    params,
    tags,
    code: { commit: codeOf(row) },
    dataSets,
    gaps,
    origin: { file },
  }

  function take(part: 'params' | 'metrics'): ReturnType<typeof fieldsOf>['fields'] {
    const { fields, errors } = fieldsOf(row, part)
    // What has not ended has not written its files yet.
    const isOpen = row.state === 'queued' || row.state === 'running'
    if (!isOpen) for (const [path, why] of errors) gaps.push(gap(`${part} in ${quoted(path)}`, file, why))
    return fields
  }
}

/** DVC keeps an experiment only where it ended well; one that was committed says nothing of how. */
function statusOf({ kind, state }: ExperimentRow, file: string, gaps: Gap[]): RunStatus {
  if (kind !== 'experiment') return 'unknown'
  if (state === null) return 'finished'
  const status = STATES[state]
  if (status === undefined) gaps.push(gap('status', file, `${quoted(state)} is no state that is known`))
  return status ?? 'unknown'
}

/** The commit whose code ran: an experiment's own, which keeps what was changed too. */
function codeOf({ kind, rev, baseline, state }: ExperimentRow): string | null {
  if (kind === 'workspace') return null
  // What waits, runs or failed has no commit of its own in the project's history.
  return kind === 'experiment' && state !== null && state !== 'success' ? baseline : rev
}
