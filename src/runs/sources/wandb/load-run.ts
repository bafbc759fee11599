import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import type { LoadedRun, LoggedText, Reading, StatedValue } from '../../files/loaded-run.ts'
import { type LooseJson, leavesOf, parseLooseJson, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { quoted } from '../../quoted.ts'
import type { DataSet, RunStatus } from '../../run.ts'
import { type CollectedLogs, collectLogs, LOG_PART } from './collect-logs.ts'
import type { LogRun } from './decode-record.ts'
import { eachLeaf, eachValue, isOwnName } from './logged-values.ts'
import { type OldHistory, readOldHistory } from './read-old-history.ts'
import { holdsFile, type RunDirectory, type WandbPlace } from './run-directories.ts'
import { type RunMetadata, type RunTexts, readRunTexts } from './run-texts.ts'
import { tellTags } from './tell-tags.ts'

/** The exit code of a run that was interrupted (`wandb`: "killed"). */
const KILLED = 255

/** What one run left on the disk: its logs, and the text files that fill what the logs do not tell. */
interface Left {
  readonly directories: readonly [RunDirectory, ...RunDirectory[]]
  readonly logs: CollectedLogs
  /** How the last directory's log says that the run ended. */
  readonly exit: CollectedLogs['exit']
  readonly run: LogRun | null
  /** By directory, the last first. */
  readonly texts: readonly RunTexts[]
  readonly metadata: RunMetadata | null
  readonly histories: ReadonlyMap<RunDirectory, OldHistory>
}

/** A run as it was read, and how many bytes its last log holds of what was printed. */
export interface WandbRun {
  readonly loaded: LoadedRun
  readonly printed: number
}

/**
 * Reads one run of W&B: the transaction logs of its directories, then the text files for what the logs do not tell. `project` is the one
 * that the folder's settings name, for runs whose own files name none.
 */
export async function loadRun(
  place: WandbPlace,
  reading: Reading,
  project: string | null,
  world: World,
): Promise<WandbRun> {
  const left = await readLeft(place, reading)
  const { logs, run, metadata } = left
  const origin = originOf(left)
  const lastTime = latest([
    logs.lastTime,
    metadata?.heartbeatAt ?? null,
    ...[...left.histories.values()].map((history) => history.lastTime),
  ])
  const status = statusOf(left)
  const begun = startOf(left, world.timeZone)
  const configured = configOf(left)
  const stated = summaryOf(left)
  const projectName = run?.project || metadata?.project || project
  const gaps = [
    ...logs.gaps,
    ...left.texts.flatMap((texts) => texts.gaps),
    ...[...left.histories.values()].flatMap((history) => history.gaps),
    ...configured.gaps,
    ...stated.gaps,
    ...begun.gaps,
    ...lossOf(left),
    ...(status === 'open' ? [] : breakOff(left)),
    ...emptyHistories(left, stated.values.size > 0),
    ...otherProjects(left),
  ]
  const loaded: LoadedRun = {
    experiment: {
      id: projectName ?? (run === null ? 'unknown' : 'uncategorized'),
      name: projectName ?? (run === null ? 'unknown project' : 'uncategorized'),
    },
    name: run?.displayName || metadata?.name || place.id,
    status: status === 'open' ? 'unknown' : status,
    ...(status === 'open' ? { open: { newest: lastTime, cut: breakOff(left) } } : {}),
    startedAt: begun.time,
    endedAt: endOf(left, status, begun.time, lastTime),
    user:
      logs.environment?.username || metadata?.username || logs.environment?.email || metadata?.email || null,
    params: configured.params,
    tags: tagsOf(left, stated.texts),
    note: run?.notes || metadata?.notes || null,
    code: codeOf(left),
    ...(keepsEnvironment(left) ? { environmentKept: true } : {}),
    dataSets: dataSetsOf(logs),
    stated: stated.values,
    gaps,
    origin: { file: origin },
  }
  return { loaded, printed: logs.outputBytes }
}

async function readLeft(place: WandbPlace, reading: Reading): Promise<Left> {
  const { directories } = place
  const logs = await collectLogs(
    directories.flatMap(({ path, where, log }) =>
      log === null ? [] : [{ path: join(path, log), where: `${where}/${log}` }],
    ),
    reading,
  )
  const run = lastRun(logs)
  const isComplete = run !== null && logs.exit !== null && logs.gaps.length === 0
  const histories = new Map<RunDirectory, OldHistory>()
  const texts: RunTexts[] = []
  for (const directory of directories.toReversed()) {
    if (!isComplete) texts.push(readRunTexts(directory, 'all'))
    else if (logs.environment === null) texts.push(readRunTexts(directory, 'metadata'))
    if (directory.log !== null) continue
    const history = await readOldHistory(directory, reading)
    if (history !== null) histories.set(directory, history)
  }
  const metadata = texts.find((each) => each.metadata !== null)?.metadata ?? null
  const exit = directories.at(-1)?.log === null ? null : logs.exit
  return { directories, logs, exit, run, texts, metadata, histories }
}

/** The run as its last record tells it; what a resumed one does not tell again stays as it was. */
function lastRun({ logs }: CollectedLogs): LogRun | null {
  return logs.reduce<LogRun | null>((known, { run }) => {
    if (run === null || known === null) return run ?? known
    return {
      ...run,
      project: run.project || known.project,
      group: run.group || known.group,
      jobType: run.jobType || known.jobType,
      displayName: run.displayName || known.displayName,
      notes: run.notes || known.notes,
      tags: run.tags.length > 0 ? run.tags : known.tags,
      sweepId: run.sweepId || known.sweepId,
      host: run.host || known.host,
      commit: run.commit || known.commit,
      forkedFrom: run.forkedFrom || known.forkedFrom,
    }
  }, null)
}

/** Where the run's own fields stand: its last log, else a text file, else its directory. */
function originOf({ logs, metadata, directories }: Left): string {
  const [first] = directories
  return logs.logs.at(-1)?.file.where ?? metadata?.file ?? (directories.at(-1) ?? first).where
}

/** How the run ended; open where neither a log nor the metadata tells. */
function statusOf({ logs, exit, metadata }: Left): RunStatus | 'open' {
  if (exit !== null) return exit.isOwn || exit.exitCode !== 0 ? statusOfCode(exit.exitCode) : 'unknown'
  if (logs.logs.length === 0 && metadata !== null) {
    if (metadata.state === 'finished') return 'finished'
    if (metadata.state === 'killed') return 'killed'
    if (metadata.state === 'failed' || metadata.state === 'crashed') return 'failed'
    if (metadata.exitCode !== null) return statusOfCode(metadata.exitCode)
  }
  return 'open'
}

function statusOfCode(code: number): RunStatus {
  if (code === 0) return 'finished'
  return code === KILLED ? 'killed' : 'failed'
}

/** When the first of the run's directories began: by its log, its metadata, or else its name. */
function startOf(
  { logs, texts, directories }: Left,
  timeZone: string,
): { readonly time: number | null; readonly gaps: readonly Gap[] } {
  const [first] = directories
  const log = logs.logs.find(({ file }) => file.where === `${first.where}/${first.log}`)
  // Texts come by directory, the last first.
  const told = log?.startedAt ?? texts.at(-1)?.metadata?.startedAt ?? null
  if (told !== null) {
    if (log?.run?.isResumed !== true) return { time: told, gaps: [] }
    return {
      time: told,
      gaps: [
        gap(
          'the start of the run',
          first.where,
          'it was resumed here, and what came before is not in this folder',
        ),
      ],
    }
  }
  const [, date = '', clock = ''] = /^(\d{8})_(\d{6})$/.exec(first.began) ?? []
  const time = parseTime(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}`,
    timeZone,
  )
  if (time === null) return { time, gaps: [] }
  return {
    time,
    gaps: [
      gap(
        'the time zone of the start',
        first.where,
        `only the name of the directory tells when the run began, by a clock that is taken to be in ${timeZone}`,
      ),
    ],
  }
}

/**
 * The end of a run that ended: the last time in its logs, or its start and how long it ran where that is later; null where a part of
 * a log is damaged, which may have told a later one.
 */
function endOf(
  { logs, exit, metadata }: Left,
  status: RunStatus | 'open',
  startedAt: number | null,
  lastTime: number | null,
): number | null {
  if (exit === null && status === 'open') return null
  if (exit === null) return metadata?.heartbeatAt ?? null
  if (logs.gaps.some(({ what }) => what === LOG_PART)) return null
  const isResumed = logs.logs.length > 1 || logs.logs.some(({ run }) => run?.isResumed === true)
  const byRuntime = isResumed || startedAt === null ? null : startedAt + exit.runtime * 1000
  return latest([lastTime, byRuntime]) ?? null
}

function configOf({ logs, texts }: Left): {
  readonly params: ReadonlyMap<string, LoggedText>
  readonly gaps: readonly Gap[]
} {
  const params = new Map<string, LoggedText>()
  const gaps: Gap[] = []
  const keys = new Set<string>()
  const file = logs.logs.at(-1)?.file.where ?? ''
  for (const { path, json } of logs.config) {
    if (path[0] === '_wandb') continue
    keys.add(path[0] ?? '')
    const name = path.join('.')
    const parsed = parseLooseJson(json)
    if (parsed.kind === 'broken') gaps.push(gap(`parameter ${quoted(name)}`, file, 'its value is no JSON'))
    else put(name, parsed.value, file)
  }
  for (const { config } of texts)
    for (const [key, value] of config?.values ?? []) {
      // A whole key is taken from one file: parts of two would make a value that nobody set.
      if (keys.has(key)) continue
      put(key, value, config?.file ?? '')
    }
  return { params, gaps }

  function put(name: string, value: LooseJson, from: string): void {
    for (const [leaf, inner] of leavesOf(value, name))
      if (!params.has(leaf)) params.set(leaf, { text: textOfLoose(inner), file: from })
  }
}

/**
 * What W&B's summary says beyond the histories: values that were set after the last point of their series, and names without a series.
 * Texts come apart.
 */
function summaryOf({ logs, texts, histories }: Left): {
  readonly values: ReadonlyMap<string, StatedValue>
  readonly texts: ReadonlyMap<string, string>
  readonly gaps: readonly Gap[]
} {
  const values = new Map<string, StatedValue>()
  const words = new Map<string, string>([
    ...logs.texts,
    ...[...histories.values()].flatMap((history) => [...history.texts]),
  ])
  const gaps: Gap[] = []
  const known = new Set([...histories.values()].flatMap((history) => [...history.names]))
  const file = logs.logs.at(-1)?.file.where ?? ''
  eachValue(
    logs.summary,
    (name, value, { record }) => {
      if (isOwnName(name)) return
      if (value.kind === 'text') words.set(name, value.text)
      if (value.kind !== 'number') return
      const end = logs.series.get(name)
      if (end === undefined || (record > end.record && !Object.is(end.value, value.value)))
        values.set(name, { value: value.value, step: null, file })
    },
    (name) => gaps.push(gap(`metric ${quoted(name)}`, file, 'its value in the summary is no JSON')),
  )
  for (const { summary } of texts)
    eachLeaf('', summary?.values ?? new Map(), (name, value) => {
      if (isOwnName(name) || value.kind === 'none') return
      if (value.kind === 'text') {
        if (!words.has(name)) words.set(name, value.text)
      } else if (!known.has(name) && !logs.series.has(name) && !values.has(name))
        values.set(name, { value: value.value, step: null, file: summary?.file ?? '' })
    })
  return { values, texts: words, gaps }
}

function tagsOf(left: Left, texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { logs, exit, run, metadata } = left
  const { environment } = logs
  const args = environment?.args.length ? environment.args : (metadata?.args ?? [])
  const code = exit?.exitCode ?? metadata?.exitCode ?? 0
  return tellTags(
    {
      group: run?.group || metadata?.group,
      jobType: run?.jobType || metadata?.jobType,
      sweep: run?.sweepId || metadata?.sweep,
      forkedFrom: run?.forkedFrom,
      program: programOf(left),
      args,
      host: run?.host || environment?.host || metadata?.host,
      gpu: environment?.gpu || metadata?.gpu,
      gpuCount: environment?.gpuCount || metadata?.gpuCount,
      python: environment?.python || metadata?.python,
      docker: environment?.docker || metadata?.docker,
      exitCode: code,
      alerts: logs.alerts,
    },
    texts,
    run?.tags.length ? run.tags : (metadata?.tags ?? []),
  )
}

function codeOf(left: Left): NonNullable<LoadedRun['code']> {
  const { logs, run, metadata } = left
  const diffKept = left.directories.some((directory) => holdsFile(directory, 'diff.patch'))
  return {
    commit: logs.environment?.commit || run?.commit || metadata?.commit || null,
    entryPoint: programOf(left) || null,
    // W&B keeps a patch only where something was not committed; without one it may have been told to keep none.
    ...(diffKept ? { dirty: true, diffKept } : {}),
  }
}

/** The program by its path in the project; W&B writes a word in angle brackets where there was no file. */
function programOf({ logs, metadata }: Left): string {
  const { environment } = logs
  const codePath = environment?.codePath || metadata?.codePath
  if (codePath) return codePath
  const program = environment?.program || metadata?.program || ''
  if (program.startsWith('<')) return ''
  const root = environment?.root || metadata?.root || ''
  const isInside = root !== '' && program.toLowerCase().startsWith(`${root.toLowerCase()}/`)
  return isInside ? program.slice(root.length + 1) : program
}

function keepsEnvironment({ directories, logs, metadata }: Left): boolean {
  if (logs.environment?.docker || metadata?.docker) return true
  return directories.some((directory) =>
    ['requirements.txt', 'conda-environment.yaml'].some((name) => holdsFile(directory, name)),
  )
}

/** Data sets among the artifacts that a run used, by name and version: `mnist:v3`. */
function dataSetsOf({ used }: CollectedLogs): readonly DataSet[] {
  return used
    .filter(({ type, name }) => /data/i.test(type) && name !== '')
    .map(({ name }) => {
      const [plain = name, version = ''] = (name.split('/').at(-1) ?? name).split(':')
      return { name: plain, digest: version, context: null }
    })
}

/** What is lost where a log is missing, or is not the run's. */
function lossOf({ logs, exit, run, directories, histories }: Left): readonly Gap[] {
  const last = directories.at(-1) ?? directories[0]
  const gaps = directories
    .filter((directory) => directory.log === null && directory.files !== null && !histories.has(directory))
    .map((directory) =>
      gap(
        directories.length > 1 ? 'a part of the history of the run' : 'the history of the run',
        directory.where,
        `there is no ${directory.files === '' ? 'wandb-history.jsonl' : '.wandb log'}: only what the text files tell is known`,
      ),
    )
  if (logs.logs.length === 0) return gaps
  const { where } = logs.logs.at(-1)?.file ?? last
  if (run !== null && run.id !== '' && run.id !== last.id)
    gaps.push(
      gap('the id of the run', where, `its log calls it ${quoted(run.id)}, its directory ${quoted(last.id)}`),
    )
  if (exit !== null && !exit.isOwn && exit.exitCode === 0)
    gaps.push(
      gap('how the run ended', where, 'its process went away without a word, and W&B closed the log itself'),
    )
  if (run === null) gaps.push(gap('the run itself', where, 'its log holds no record of it'))
  return gaps
}

/** What is lost where the last log ends before the run did. */
function breakOff({ logs, run }: Left): readonly Gap[] {
  const last = logs.logs.at(-1)
  return last !== undefined && run !== null && logs.isCut && logs.exit === null
    ? [gap('the end of the log', last.file.where, 'it breaks off within a record')]
    : []
}

/** A history without a row is what a run leaves that logged nothing: only where its summary names metrics something is lost. */
function emptyHistories({ histories }: Left, hasSummary: boolean): readonly Gap[] {
  if (!hasSummary) return []
  return [...histories]
    .filter(([, { names, gaps }]) => names.size === 0 && gaps.length === 0)
    .map(([{ where }]) => gap('the history of the run', where, 'it is empty, and the summary names metrics'))
}

/** Ids that people choose can come twice: runs of two projects in one folder. */
function otherProjects({ logs }: Left): readonly Gap[] {
  const named = logs.logs.filter(({ run }) => run !== null && run.project !== '')
  const projects = new Set(named.map(({ run }) => run?.project))
  if (projects.size < 2) return []
  return [
    gap(
      'the project of the run',
      named.at(-1)?.file.where ?? '',
      `its directories are of ${projects.size} projects (${[...projects].map((each) => quoted(each ?? '')).join(', ')}): they are told as one run`,
    ),
  ]
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.max(...known)
}
