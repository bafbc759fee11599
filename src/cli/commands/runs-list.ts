import { NarrateError } from '../../errors.ts'
import { budgetBreaks } from '../../evidence/budget-breaks.ts'
import { comparableAs, comparableFor } from '../../evidence/comparable-as.ts'
import { metricRules } from '../../evidence/metric-rules.ts'
import { protocolTimeline } from '../../evidence/protocol-timeline.ts'
import { missingOf } from '../../evidence/reproducibility.ts'
import { type Gap, gap, isGap } from '../../gap.ts'
import { isFieldOfWholeRun, needsWholeRuns } from '../../runs/filter/matches.ts'
import { fieldText } from '../../runs/filter/parse-field.ts'
import { isWhole } from '../../runs/filter/system-tags.ts'
import { type ListedRun, listRuns, listWholeRuns } from '../../runs/list-runs.ts'
import { isDone, type Run, type RunSummary } from '../../runs/run.ts'
import type { RunQuery } from '../../runs/run-source.ts'
import { describeGaps, SHOWN_REASONS } from '../describe-survey.ts'
import { dayRule, findProject } from '../find-project.ts'
import { headlineOf } from '../format-run.ts'
import { mayHideRuns } from '../gap-weight.ts'
import { addGap, type GapGroup } from '../group-gaps.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { countFitting, isStatusKnown, type RunsLook, renderColumns, renderRuns } from '../render-runs.ts'
import { parseColumns, plainColumn, RUN_COLUMN, type RunColumn } from '../run-columns.ts'
import { compareKeys, parseOrder, type RunOrder, type SortKey, sortKeyOf } from '../run-order.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { gapToJson, runToJson } from '../runs-json.ts'
import { sayNoMatch } from '../say-no-match.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { writeOn } from '../terminal/flow.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgressAtTerminal } from '../terminal/progress.ts'
import { type PagerOptions, showPaged } from '../terminal/show-paged.ts'
import { withUsersMeant } from '../with-users-meant.ts'

interface Options extends QueryOptions, PagerOptions {
  readonly sort?: readonly string[]
  readonly asc?: boolean
  readonly desc?: boolean
  readonly columns?: string
  readonly missing?: boolean
  readonly all?: boolean
  readonly history?: boolean
  readonly gaps?: boolean
}

const TABLE_LIMIT = 40
const SHOWN_SIDES = 3

/**
 * `narrate runs list`: the runs of all sources, newest first or as `--sort` says. Exit 1 where runs could not be read, 3
 * where none could. With `--json` runs are written one by one, and no more are read once nobody listens: a store of
 * twenty thousand is never held as one text.
 */
export const runsList: Action<Options> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const { settings } = project
  const rule = dayRule(project, world)
  const filter = readFilter(options)
  let query: RunQuery = {
    ...readRunQuery(options, world, rule),
    ...(options.history === true ? { withHistory: true } : {}),
  }
  if (options.all === true && query.limit !== undefined) {
    throw new NarrateError('usage', '--all and --limit exclude each other.', {
      hint: 'Leave one of them out.',
    })
  }
  if (options.missing === true && options.columns !== undefined) {
    throw new NarrateError('usage', '--missing has columns of its own.', { hint: 'Leave --columns out.' })
  }
  const rules = metricRules(settings.metrics, [])
  const orders = (options.sort ?? []).map((text) => parseOrder(text, options, rules))
  if (orders.length === 0 && (options.asc === true || options.desc === true)) {
    throw new NarrateError(
      'usage',
      `--${options.asc === true ? 'asc' : 'desc'} says which way --sort goes.`,
      {
        hint: 'Say what to sort by: --sort metrics.val_auc.',
      },
    )
  }
  const chosen = options.columns === undefined ? null : parseColumns(options.columns)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const gaps: Gap[] = [...opened.unread]
  try {
    requireSources(opened)
    query = await withUsersMeant(query, opened.sources, print.say, world)
    for (const unread of opened.unread) print.warn(sentence(unread))
    if (options.json === true) await printJson()
    else await printTable()
    sayGaps()
    return opened.unread.length > 0 || gaps.some(mayHideRuns) ? 1 : 0
  } finally {
    await opened.close()
  }

  async function* listed(
    limit: number | undefined,
    whole: boolean,
  ): AsyncGenerator<ListedRun<RunSummary | Run>> {
    const { limit: _, ...unlimited } = query
    const asked = limit === undefined ? unlimited : { ...unlimited, limit }
    const list = whole ? listWholeRuns : listRuns
    for await (const found of list(opened.sources, asked, filter)) {
      world.signal.throwIfAborted()
      if (isGap(found)) noteGap(found)
      else yield found
    }
  }

  function noteGap(found: Gap): void {
    gaps.push(found)
  }

  /** What could not be read comes under the table, so that it does not bury it: by reason, or one by one with `--gaps`. */
  function sayGaps(): void {
    const noted = gaps.slice(opened.unread.length)
    if (options.gaps === true) {
      for (const found of noted) print.warn(sentence(found))
      return
    }
    const groups = new Map<string, GapGroup>()
    for (const found of noted) addGap(groups, found)
    const byWeight = [...groups.values()].sort((a, b) => Number(b.hidesRuns) - Number(a.hidesRuns))
    const shown = byWeight.slice(0, SHOWN_REASONS)
    const others = byWeight.slice(SHOWN_REASONS)
    for (const reason of describeGaps(shown)) print.warn(reason)
    const left = others.reduce((sum, { count }) => sum + count, 0)
    if (others.length > 0)
      print.warn(
        `${left} more could not be read, for ${others.length === 1 ? 'another reason' : `${others.length} other reasons`}: --gaps names them all.`,
      )
    else if (shown.some(({ count }) => count > 1)) print.warn('--gaps names each of them.')
  }

  /** A source that breaks before its first run is an error; later it is a gap, so that what was begun stays one value. */
  async function printJson(): Promise<void> {
    let written = 0
    try {
      for await (const run of orders.length === 0 ? wholeRuns() : sortedWholeRuns()) {
        const value = { ...runToJson(run), ...(options.missing === true ? { missing: missingOf(run) } : {}) }
        const text = `${written === 0 ? '{"runs":[\n' : ',\n'}${JSON.stringify(value)}`
        written += 1
        if (!(await writeOn(world.stdout, text))) return
      }
    } catch (error) {
      if (written === 0 || !(error instanceof NarrateError) || error.kind !== 'source') throw error
      noteGap(gap('the other runs', 'the run logs', error.message))
    }
    const opening = written === 0 ? '{"runs":[' : ''
    world.stdout.write(`${opening}\n],"gaps":${JSON.stringify(gaps.map(gapToJson))}}\n`)
  }

  async function* wholeRuns(): AsyncGenerator<Run> {
    for await (const { run } of listed(query.limit, true)) if (isWhole(run)) yield run
  }

  /** Only what runs are sorted by is held; each is read whole when its turn comes. */
  async function* sortedWholeRuns(): AsyncGenerator<Run> {
    const kept = await sorted(query.limit, (found) => ({ source: found.source, key: found.run.key }))
    for (const { source, key } of kept) {
      try {
        yield await source.read(key, { withHistory: options.history === true })
      } catch (error) {
        if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
        noteGap(gap(`run ${key}`, source.location, error.message))
      }
    }
  }

  /** The first so many of the sorted runs, each as `keep` has it; never many more than those are held. */
  async function sorted<Kept>(
    limit: number | undefined,
    keep: (found: ListedRun<RunSummary | Run>) => Kept,
    whole = false,
  ): Promise<readonly Kept[]> {
    const compare = compareKeys(orders)
    const held: { readonly key: SortKey; readonly kept: Kept }[] = []
    const byKey = (a: { readonly key: SortKey }, b: { readonly key: SortKey }): number =>
      compare(a.key, b.key)
    const most = limit === undefined ? Number.POSITIVE_INFINITY : Math.max(2 * limit, 1000)
    const readsWhole = whole || needsWholeRuns(filter) || orders.some(({ field }) => isFieldOfWholeRun(field))
    for await (const found of listed(undefined, readsWhole)) {
      const value = (run: RunSummary, metric: string): number | null => headlineOf(run, metric, settings)
      held.push({ key: sortKeyOf(found.run, orders, value), kept: keep(found) })
      if (held.length > most) {
        held.sort(byKey)
        held.length = limit ?? held.length
      }
    }
    return held
      .sort(byKey)
      .slice(0, limit)
      .map(({ kept }) => kept)
  }

  async function printTable(): Promise<void> {
    const limit = options.all === true ? undefined : (query.limit ?? TABLE_LIMIT)
    const oneMore = limit === undefined ? undefined : limit + 1
    const ranks = orders[0]?.field.kind === 'metric'
    const whole =
      ranks || options.missing === true || chosen?.needWholeRuns === true || needsWholeRuns(filter)
    const runs: (RunSummary | Run)[] = []
    const progress = startProgressAtTerminal(world, options, opened.reading)
    try {
      if (orders.length > 0) runs.push(...(await sorted(oneMore, ({ run }) => run, whole)))
      else for await (const { run } of listed(oneMore, whole)) runs.push(run)
    } finally {
      progress.clear()
    }
    if (runs.length === 0) {
      print.say(await sayNoMatch(filter, opened.sources))
      return
    }
    const look: RunsLook = {
      width: world.stdout.columns,
      style: print.style,
      timeZone: rule.timeZone,
      now: world.now(),
      settings,
    }
    const shown = runs.slice(0, limit)
    await showPaged(tableOf(shown, look), world, options)
    if (chosen === null && options.missing !== true && !isStatusKnown(shown))
      print.say(print.noteStyle.dim('No log of these runs tells how they ended.'))
    for (const order of orders) sayOrder(order, shown)
    const [first] = orders
    if (first?.field.kind === 'metric') sayBreaks(shown.filter(isWhole), first.field.name)
    if (limit !== undefined && runs.length > limit) {
      print.say(
        print.noteStyle.dim(
          `${orders.length === 0 ? 'Older ones' : 'The others'} are not shown: --all, or --limit N.`,
        ),
      )
    }
  }

  function tableOf(runs: readonly (RunSummary | Run)[], look: RunsLook): string {
    if (options.missing === true) return renderMissing(runs.filter(isWhole), look)
    if (chosen !== null) {
      const columns = [RUN_COLUMN, ...chosen.columns]
      const count = countFitting(runs, columns, look)
      const left = columns.slice(count).map(({ head }) => head)
      if (left.length > 0) {
        print.say(
          print.noteStyle.dim(
            `Too wide for ${look.width} columns, left out: ${left.join(', ')} (runs export has room).`,
          ),
        )
      }
      return renderColumns(runs, columns.slice(0, count), look)
    }
    const field = orders[0]?.field
    return renderRuns(runs, look, field?.kind === 'metric' ? field.name : null)
  }

  /** A table in order of a metric looks like a ranking: where it is none, that is said. */
  function sayBreaks(runs: readonly Run[], metric: string): void {
    const ranked = runs.filter((run) => isDone(run) && run.metrics.has(metric))
    const breaks = protocolTimeline(ranked)
    const comparability = comparableAs(ranked, breaks, settings.waivers)
    const sides = Map.groupBy(comparability, (one) => comparableFor(one, metric))
    if (sides.size < 2) {
      const told = ranked.map((run) => ({ run }))
      for (const { name, from, to } of budgetBreaks(told, ranked, breaks, settings.waivers))
        print.say(
          `Ranked across a change of the budget: ${cleanLine(name)} ${cleanLine(from)}, then ${cleanLine(to)}.`,
        )
      return
    }
    const told = [...sides].map(
      ([as, members]) => `${members.length} with ${cleanLine(as) || 'nothing told'}`,
    )
    const shown = told.slice(0, SHOWN_SIDES).join(', ')
    const more = told.length > SHOWN_SIDES ? ` and ${told.length - SHOWN_SIDES} other kinds` : ''
    print.say(`No ranking: these runs did not measure the same thing (${shown}${more}).`)
  }

  function sayOrder({ field, descending, assumed }: RunOrder, runs: readonly RunSummary[]): void {
    const say = (text: string): void => print.say(print.noteStyle.dim(text))
    if (assumed === 'direction unknown') {
      say(
        `Which way ${fieldText(field)} is better is not known: lowest first (--desc; metrics.directions in narrate.yaml).`,
      )
    }
    if (assumed === 'best first') {
      const [better, first] = descending ? ['higher', 'highest'] : ['lower', 'lowest']
      say(`${fieldText(field)}: ${better} is better, ${first} first.`)
    }
    if (field.kind === 'metric' && runs.every((run) => !run.metrics.has(field.name))) {
      say(`No run logged ${fieldText(field)}.`)
    }
  }
}

/** What each run's record lacks; what all of them lack is said once. */
function renderMissing(runs: readonly Run[], look: RunsLook): string {
  const lacks = new Map(runs.map((run) => [run.key, missingOf(run)] as const))
  const [first = []] = lacks.values()
  const common =
    runs.length < 2 ? [] : first.filter((one) => [...lacks.values()].every((others) => others.includes(one)))
  const column: RunColumn = {
    head: common.length === 0 ? 'lacks' : 'also lacks',
    least: 20,
    cell: (run) => {
      const rest = (lacks.get(run.key) ?? []).filter((one) => !common.includes(one))
      return rest.length === 0 ? '–' : rest.join(', ')
    },
  }
  const columns = [RUN_COLUMN, plainColumn('name'), plainColumn('status'), column]
  const table = renderColumns(runs, columns, look)
  return common.length === 0 ? table : `All ${runs.length} lack: ${common.join(', ')}.\n\n${table}`
}
