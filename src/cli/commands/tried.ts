import { NarrateError } from '../../errors.ts'
import type { MetricRules } from '../../evidence/evidence.ts'
import { type Asked, findTried, type Tried, unknownNames } from '../../evidence/find-tried.ts'
import { metricRules } from '../../evidence/metric-rules.ts'
import { type CountedMetrics, countMetrics, rankCounted, rankMetrics } from '../../evidence/rank-metrics.ts'
import { type Gap, isGap } from '../../gap.ts'
import { listRuns } from '../../runs/list-runs.ts'
import { readExperiments } from '../../runs/read-experiments.ts'
import type { RunSummary } from '../../runs/run.ts'
import { closest } from '../closest.ts'
import { dayRule, findProject, type Project } from '../find-project.ts'
import { findRunOrName } from '../find-run.ts'
import { mayHideRuns } from '../gap-weight.ts'
import { type OpenedSources, openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { parseSettingWords } from '../parse-setting-words.ts'
import { parseSpan } from '../parse-span.ts'
import { readConfig } from '../read-config.ts'
import { renderTried } from '../render-tried.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgressAtTerminal } from '../terminal/progress.ts'
import { triedToJson } from '../tried-json.ts'
import { type TriedRun, triedRuns } from '../tried-run.ts'

interface Options extends GlobalOptions {
  readonly fromRun?: string
  readonly config?: string
  readonly experiment?: readonly string[]
  /** Names that no run logs are meant: such a setting was not tried. */
  readonly new?: boolean
}

/**
 * `narrate tried`: whether a setting was tried before, for a launch script. Exit 1 where it was, 0 where it was not, 3 where
 * it was not among the runs that could be read and a source could not be. A name that no run logs is no answer but a
 * question (exit 2), unless `--new` says that it is meant.
 */
export const tried: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const typed = parseSettingWords(words)
  if (options.fromRun !== undefined && options.config !== undefined) {
    throw new NarrateError('usage', '--from-run and --config exclude each other.', {
      hint: 'What is typed behind either changes it: narrate tried --from-run 3fa2c1 lr=0.1',
    })
  }
  if (typed.size === 0 && options.fromRun === undefined && options.config === undefined) {
    throw new NarrateError('usage', 'No setting is given.', { hint: 'narrate tried lr=0.1 depth=6' })
  }
  const project = await findProject(world, options.project)
  const file = options.config === undefined ? null : await readConfig(options.config, world)
  const rule = dayRule(project, world)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const gaps: Gap[] = [...opened.unread]
  try {
    requireSources(opened)
    const progress = startProgressAtTerminal(world, options, opened.reading)
    const { runs, counted, experimentsOf, unread } = await readRuns(opened, project).finally(progress.clear)
    const asked = await readAsked(opened)
    refuseUnknown(asked, runs, project, options.new === true)
    const found = findTried(asked, runs, project.settings.repeats)
    const { experiments } = await readExperiments(opened.sources, experimentsOf, world.signal)
    const metrics = metricRules(project.settings.metrics, experiments)
    const metric = leadMetric(counted, shownRuns(found), metrics)
    const of =
      options.fromRun !== undefined
        ? `of the run ${cleanLine(options.fromRun)}`
        : options.config !== undefined
          ? `in ${cleanLine(options.config)}`
          : null
    const isNarrowed = [options.experiment, options.since, options.until].some((one) => one !== undefined)
    const answer = { asked, of, found, runs: runs.length, isNarrowed, metric, metrics, gaps }
    if (options.json === true) print.json(triedToJson(answer))
    else if (options.quiet !== true) {
      print.answer(
        renderTried(answer, {
          width: world.stdout.columns,
          style: print.style,
          timeZone: rule.timeZone,
          now: world.now(),
          settings: project.settings,
        }),
      )
    }
    // Even a silent answer says what it may not have seen.
    const told = options.quiet === true && !unread ? gaps.filter(mayHideRuns) : gaps
    for (const one of told.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
    if (found.answer !== 'no') return 1
    if (!unread) return 0
    throw new NarrateError('source', 'Not tried in what could be read, but not all could be.', {
      hint: 'No answer is given: what could not be read may hold it.',
    })
  } finally {
    await opened.close()
  }

  /** All runs, deleted ones too, and whether a whole source is missing. */
  async function readRuns({ sources, unread }: OpenedSources, { settings }: Project) {
    const spanned = options.since !== undefined || options.until !== undefined
    const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
    const runs: TriedRun[] = []
    const metrics = countMetrics()
    const experimentsOf = new Map<string, Pick<RunSummary, 'source' | 'experiment'>>()
    const triedRun = triedRuns(settings)
    for await (const one of listRuns(sources, {
      includeDeleted: true,
      ...(options.experiment === undefined ? {} : { experiments: options.experiment }),
      ...(spanned ? { activeSince: span.from, startedBefore: span.until } : {}),
    })) {
      world.signal.throwIfAborted()
      if (isGap(one)) {
        gaps.push(one)
        continue
      }
      const { source, experiment } = one.run
      experimentsOf.set(JSON.stringify([source, experiment.id]), { source, experiment })
      metrics.add(one.run.metrics)
      runs.push(triedRun(one.run))
    }
    return {
      runs,
      counted: metrics.counted(),
      experimentsOf: [...experimentsOf.values()],
      unread: unread.length > 0,
    }
  }

  async function readAsked(sources: OpenedSources): Promise<Asked> {
    const names = new Set(typed.keys())
    if (file !== null) return { params: new Map([...file, ...typed]), typed: names, scope: 'file' }
    if (options.fromRun === undefined) return { params: typed, typed: names, scope: 'given' }
    const { source, key } = await findRunOrName(options.fromRun, sources)
    const { params } = await source.read(key)
    return { params: new Map([...params, ...typed]), typed: names, scope: 'run' }
  }
}

const SHOWN_GAPS = 3
const SHOWN_NAMES = 5

/** Runs of the settings that an answer shows. */
function shownRuns({ answer, settings }: Tried<TriedRun>): readonly TriedRun[] {
  const matching = settings.filter(({ match }) => match === answer)
  return (matching.length > 0 ? matching : settings.slice(0, SHOWN_NAMES)).flatMap(({ runs }) => runs)
}

/** The metric that leads over all runs, unless none of the shown ones logged it and they logged another that can be judged. */
function leadMetric(all: CountedMetrics, shown: readonly TriedRun[], metrics: MetricRules): string | null {
  const [lead] = rankCounted(all, metrics)
  if (lead === undefined) return null
  if (shown.some((run) => run.metrics.includes(lead))) return lead
  const logged = shown.map((run) => ({
    metrics: new Map(run.metrics.map((name, at) => [name, { last: run.lasts[at] ?? Number.NaN }])),
  }))
  return rankMetrics(logged, metrics).find((name) => metrics.direction(name) !== null) ?? lead
}

/** A name that nobody logged is a slip more often than a new idea: the answer "not tried" would then be worth nothing. */
function refuseUnknown(
  asked: Asked,
  runs: readonly TriedRun[],
  { settings }: Project,
  isMeant: boolean,
): void {
  if (isMeant || runs.length === 0) return
  const unknown = unknownNames(asked, runs, settings.repeats)
  const [first] = unknown
  if (first === undefined) return
  const known = [...new Set(runs.flatMap(({ params }) => [...params.keys()]))]
  const shown = unknown
    .slice(0, SHOWN_NAMES)
    .map((name) => `"${cleanLine(name)}"`)
    .join(', ')
  const more = unknown.length > SHOWN_NAMES ? ` and ${unknown.length - SHOWN_NAMES} more` : ''
  const near = unknown.length === 1 ? closest(first, known) : null
  const ways = `--new says that ${unknown.length === 1 ? 'it is' : 'they are'} new`
  const out = asked.scope === 'file' ? ', repeats.ignore in narrate.yaml leaves names out' : ''
  throw new NarrateError(
    'usage',
    `No run has ${unknown.length === 1 ? 'a parameter' : 'the parameters'} ${shown}${more}.`,
    {
      hint: `${near === null ? '' : `Did you mean ${near}? `}${ways}${out}.`,
    },
  )
}
