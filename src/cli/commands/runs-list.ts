import { NarrateError } from '../../errors.ts'
import { type Gap, gap, isGap } from '../../gap.ts'
import type { Run, RunStatus, RunSummary } from '../../runs/run.ts'
import type { RunQuery } from '../../runs/run-source.ts'
import { dayRule, findProject } from '../find-project.ts'
import { type ListedRun, listRuns } from '../list-runs.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { parseSpan } from '../parse-span.ts'
import { renderRuns } from '../render-runs.ts'
import { gapToJson, runToJson } from '../runs-json.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly experiment?: readonly string[]
  readonly status?: readonly string[]
  readonly user?: readonly string[]
  readonly limit?: string
  readonly deleted?: boolean
  readonly history?: boolean
}

const STATUSES: readonly RunStatus[] = ['running', 'scheduled', 'finished', 'failed', 'killed', 'unknown']
const TABLE_LIMIT = 40
const LARGEST_LIMIT = 1_000_000_000

/**
 * `narrate runs list`: the runs of all sources, newest first. Exit 1 where something could not be read, 3 where nothing
 * could. With `--json` runs are written one by one: a store of twenty thousand is never held as one text.
 */
export const runsList: Action<Options> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const rule = dayRule(project, world)
  const query = readQuery()
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const gaps: Gap[] = [...opened.unread]
  try {
    for (const unread of opened.unread) print.warn(sentence(unread))
    requireSources(opened)
    if (options.json === true) await printJson()
    else await printTable()
    return gaps.length > 0 ? 1 : 0
  } finally {
    await opened.close()
  }

  async function* listed(limit: number | undefined): AsyncGenerator<ListedRun> {
    for await (const found of listRuns(opened.sources, limit === undefined ? query : { ...query, limit })) {
      world.signal.throwIfAborted()
      if (isGap(found)) noteGap(found)
      else yield found
    }
  }

  function noteGap(found: Gap): void {
    gaps.push(found)
    print.warn(sentence(found))
  }

  /** A source that breaks before its first run is an error; later it is a gap, so that what was begun stays one value. */
  async function printJson(): Promise<void> {
    let written = 0
    try {
      for await (const found of listed(query.limit)) {
        const whole = await readWhole(found)
        if (whole === null) continue
        world.stdout.write(`${written === 0 ? '{"runs":[\n' : ',\n'}${JSON.stringify(runToJson(whole))}`)
        written += 1
      }
    } catch (error) {
      if (written === 0 || !(error instanceof NarrateError)) throw error
      noteGap(gap('the other runs', 'the run logs', error.message))
    }
    const opening = written === 0 ? '{"runs":[' : ''
    world.stdout.write(`${opening}\n],"gaps":${JSON.stringify(gaps.map(gapToJson))}}\n`)
  }

  async function readWhole({ source, run }: ListedRun): Promise<Run | null> {
    try {
      return await source.read(run.key, { withHistory: options.history === true })
    } catch (error) {
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
      noteGap(gap(`run ${run.key}`, source.location, error.message))
      return null
    }
  }

  async function printTable(): Promise<void> {
    const limit = query.limit ?? TABLE_LIMIT
    const runs: RunSummary[] = []
    for await (const { run } of listed(limit + 1)) runs.push(run)
    if (runs.length === 0) {
      print.say('No runs match.')
      return
    }
    print.answer(
      renderRuns(runs.slice(0, limit), {
        width: world.stdout.columns,
        style: print.style,
        timeZone: rule.timeZone,
        now: world.now(),
        settings: project.settings,
      }),
    )
    if (runs.length > limit) {
      print.say(print.noteStyle.dim(`Older ones are not shown: --limit ${limit * 5} shows more.`))
    }
  }

  function readQuery(): RunQuery {
    const spanned = options.since !== undefined || options.until !== undefined
    const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
    return {
      order: 'newest',
      ...(options.experiment === undefined ? {} : { experiments: options.experiment }),
      ...(options.status === undefined ? {} : { statuses: options.status.map(readStatus) }),
      ...(options.user === undefined ? {} : { users: options.user }),
      ...(options.deleted === true ? { includeDeleted: true } : {}),
      ...(options.history === true ? { withHistory: true } : {}),
      ...(spanned ? { activeSince: span.from, startedBefore: span.until } : {}),
      ...(options.limit === undefined ? {} : { limit: readLimit(options.limit) }),
    }
  }
}

function readStatus(text: string): RunStatus {
  const status = STATUSES.find((known) => known === text.toLowerCase())
  if (status !== undefined) return status
  throw new NarrateError('usage', `"${text}" is no status.`, { hint: `It is one of ${STATUSES.join(', ')}.` })
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0 && limit <= LARGEST_LIMIT) return limit
  throw new NarrateError('usage', `--limit ${text} is no whole number between 1 and a billion.`)
}
