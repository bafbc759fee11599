import { NarrateError } from '../../errors.ts'
import { budgetBreaks } from '../../evidence/budget-breaks.ts'
import { comparableAs } from '../../evidence/comparable-as.ts'
import { metricRules } from '../../evidence/metric-rules.ts'
import { protocolTimeline } from '../../evidence/protocol-timeline.ts'
import { rankMetrics } from '../../evidence/rank-metrics.ts'
import { settingValue } from '../../evidence/setting-value.ts'
import { type Gap, isGap } from '../../gap.ts'
import { ATTRIBUTES } from '../../runs/filter/filter.ts'
import { fieldValue } from '../../runs/filter/matches.ts'
import { fieldText, parseField } from '../../runs/filter/parse-field.ts'
import { listWholeRuns } from '../../runs/list-runs.ts'
import type { Experiment, Run } from '../../runs/run.ts'
import { compareLevels, type LevelField } from '../compare-levels.ts'
import { type ComparisonRules, compareRuns } from '../compare-runs.ts'
import { comparisonToJson, levelsToJson } from '../comparison-json.ts'
import { comparisonMarkdown, levelsMarkdown } from '../comparison-markdown.ts'
import { dayRule, findProject } from '../find-project.ts'
import { findRunOrName } from '../find-run.ts'
import { mayHideRuns } from '../gap-weight.ts'
import { noiseOf } from '../noise-of.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { renderComparison } from '../render-comparison.ts'
import { renderLevels } from '../render-levels.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { gapToJson } from '../runs-json.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { type PagerOptions, showPaged } from '../terminal/show-paged.ts'
import { withUsersMeant } from '../with-users-meant.ts'

interface Options extends QueryOptions, PagerOptions {
  readonly by?: string
  readonly metric?: readonly string[]
  readonly markdown?: boolean
  readonly all?: boolean
}

const MOST_RUNS = 8
const MOST_LEVELS = 40
const LEVEL_METRICS = 3
/** So many runs of the same source are looked through for replicates and breaks. */
const MOST_FOR_NOISE = 5000

/**
 * `narrate runs compare A B …`: what differs between runs and how their metrics came out; with `--by`, the levels of a
 * parameter. Exit 1 where a source could not be read.
 */
export const runsCompare: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const { settings } = project
  const rule = dayRule(project, world)
  const filter = readFilter(options)
  let query = readRunQuery(options, world, rule)
  const by = options.by === undefined ? null : readBy(options.by)
  const isChosenByQuery =
    filter.conditions.length > 0 ||
    by !== null ||
    options.experiment !== undefined ||
    options.status !== undefined
  if (words.length === 0 && !isChosenByQuery) {
    throw new NarrateError('usage', 'Say which runs to compare.', {
      hint: 'By id or name (narrate runs compare 3fa2c1 b5e0), by --filter, or by level: --by model.',
    })
  }
  if (words.length > 0 && (filter.conditions.length > 0 || options.limit !== undefined)) {
    throw new NarrateError('usage', 'Runs are named one by one or chosen by --filter, not both.', {
      hint: 'Leave the names or the filter out.',
    })
  }
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const gaps: Gap[] = [...opened.unread]
  try {
    requireSources(opened)
    query = await withUsersMeant(query, opened.sources, print.say, world)
    for (const unread of opened.unread) print.warn(sentence(unread))
    const progress = startProgress(
      world,
      { quiet: options.quiet === true || !world.stderr.isTerminal },
      'Reading runs',
    )
    let runs: readonly Run[]
    let rules: ComparisonRules
    try {
      runs = words.length > 0 ? await namedRuns() : await chosenRuns()
      rules = await rulesFor(runs)
    } finally {
      progress.clear()
    }
    if (by === null) await printRuns(runs, rules)
    else await printLevels(runs, rules)
    return opened.unread.length > 0 || gaps.some(mayHideRuns) ? 1 : 0
  } finally {
    await opened.close()
  }

  async function namedRuns(): Promise<readonly Run[]> {
    const runs: Run[] = []
    for (const word of words) {
      const { source, key } = await findRunOrName(word, opened)
      if (runs.some((run) => run.key === key)) {
        throw new NarrateError('usage', `"${word}" names a run that is compared already: ${key}.`, {
          hint: 'Name different runs.',
        })
      }
      runs.push(await source.read(key, needsHistory() ? { withHistory: true } : {}))
    }
    return runs
  }

  async function chosenRuns(): Promise<readonly Run[]> {
    const runs: Run[] = []
    const asked = needsHistory() ? { ...query, withHistory: true } : query
    for await (const found of listWholeRuns(opened.sources, asked, filter)) {
      world.signal.throwIfAborted()
      if (isGap(found)) noteGap(found)
      else runs.push(found.run)
      if (by === null && runs.length > MOST_RUNS) break
    }
    return runs.reverse()
  }

  /** Lowest and highest values are only known of runs whose histories were read. */
  function needsHistory(): boolean {
    return Object.values(settings.metrics.headline).some((headline) => headline !== 'last')
  }

  function noteGap(found: Gap): void {
    gaps.push(found)
    print.warn(sentence(found))
  }

  async function rulesFor(runs: readonly Run[]): Promise<ComparisonRules> {
    const wanted = new Set(runs.map((run) => `${run.source} ${run.experiment.id}`))
    const experiments: Experiment[] = []
    const others: Run[] = []
    const compared = new Set(runs.map(({ key }) => key))
    for (const { source, experiments: own } of opened.sources) {
      if (!runs.some((run) => run.source === source.alias)) continue
      for await (const found of source.experiments({ includeDeleted: true })) {
        if (isGap(found)) continue
        if (wanted.has(`${source.alias} ${found.id}`)) experiments.push(found)
      }
      for await (const found of source.readAll({
        ...(own === undefined ? {} : { experiments: own }),
        order: 'newest',
        limit: MOST_FOR_NOISE,
      })) {
        world.signal.throwIfAborted()
        if (!isGap(found) && !compared.has(found.key)) others.push(found)
      }
    }
    const metrics = metricRules(settings.metrics, experiments)
    const all = [...runs, ...others]
    // The project's other runs tell where its protocol broke.
    const breaks = protocolTimeline(all, experiments)
    const comparability = comparableAs(all, breaks, settings.waivers)
    const told = runs.map((run) => ({ run }))
    const changes = budgetBreaks(told, all, breaks, settings.waivers)
    return {
      metrics,
      settings,
      comparability: comparability.slice(0, runs.length),
      budgets: told.map((one) =>
        changes
          .flatMap(({ name, from, to, before, after }) =>
            before.includes(one) ? [`${name}=${from}`] : after.includes(one) ? [`${name}=${to}`] : [],
          )
          .join(' '),
      ),
      ...noiseOf(all, runs.length, comparability, metrics),
    }
  }

  async function printRuns(runs: readonly Run[], rules: ComparisonRules): Promise<void> {
    if (runs.length < 2) {
      throw new NarrateError(
        'usage',
        `There ${runs.length === 1 ? 'is one run' : 'are no runs'} to compare.`,
        {
          hint: words.length > 0 ? 'Name a second one.' : 'Widen the filter.',
        },
      )
    }
    if (runs.length > MOST_RUNS) {
      throw new NarrateError('usage', `More than ${MOST_RUNS} runs do not fit side by side.`, {
        hint: 'Narrow the filter, say --limit N, or compare levels: --by model.',
      })
    }
    const comparison = compareRuns(runs, rules)
    if (options.json === true) {
      print.json({ ...comparisonToJson(comparison), gaps: gaps.map(gapToJson) })
      return
    }
    if (options.markdown === true) {
      const [first] = rankMetrics(runs, rules.metrics)
      const lead = first === undefined ? null : { metric: first, assumed: first !== rules.metrics.primary }
      print.answer(comparisonMarkdown(comparison, lead))
      return
    }
    const text = renderComparison(comparison, {
      width: world.stdout.columns,
      style: print.style,
      timeZone: rule.timeZone,
      now: world.now(),
      settings,
      all: options.all === true,
    })
    await showPaged(text, world, options)
  }

  async function printLevels(runs: readonly Run[], rules: ComparisonRules): Promise<void> {
    if (by === null) return
    if (runs.length === 0)
      throw new NarrateError('usage', 'There are no runs to compare.', { hint: 'Widen the filter.' })
    const levels = new Set(runs.map(by.meaning))
    if (levels.size < 2) {
      const only = runs[0] === undefined ? null : by.value(runs[0])
      throw new NarrateError(
        'usage',
        only === null
          ? `No run logged ${by.name}.`
          : `${by.name} is ${only ?? ''} in all ${runs.length} runs.`,
        { hint: 'Compare by a parameter that varies: narrate runs compare A B shows which do.' },
      )
    }
    if (levels.size > MOST_LEVELS) {
      throw new NarrateError(
        'usage',
        `${by.name} has ${levels.size} different values: too many to compare.`,
        {
          hint: 'Narrow the runs with --filter, or sort them: narrate runs list --sort.',
        },
      )
    }
    const metrics = options.metric ?? rankMetrics(runs, rules.metrics).slice(0, LEVEL_METRICS)
    const unknown = metrics.find((name) => !runs.some((run) => run.metrics.has(name)))
    if (unknown !== undefined) {
      throw new NarrateError('usage', `None of these runs logged a metric "${unknown}".`, {
        hint: `They logged ${rankMetrics(runs, rules.metrics).slice(0, 12).join(', ')}.`,
      })
    }
    const comparison = compareLevels(runs, by, metrics, rules)
    if (options.json === true) print.json({ ...levelsToJson(comparison), gaps: gaps.map(gapToJson) })
    else if (options.markdown === true) print.answer(levelsMarkdown(comparison))
    else {
      const look = { width: world.stdout.columns, style: print.style }
      await showPaged(renderLevels(comparison, look), world, options)
    }
  }
}

/** What `--by` names: a field, or a bare word for a parameter. */
function readBy(text: string): LevelField {
  const experiment = (run: Run): string => run.experiment.name
  if (text === 'experiment') return { name: text, value: experiment, meaning: experiment }
  const isField = text.includes('.') || ATTRIBUTES.some((known) => known === text)
  const field = isField ? parseField(text) : { kind: 'param' as const, name: text }
  if (field.kind === 'metric') {
    throw new NarrateError('usage', `Runs cannot be compared by the levels of ${fieldText(field)}.`, {
      hint: 'Compare by a parameter, a tag or an attribute.',
    })
  }
  const value = (run: Run): string | null => {
    const logged = fieldValue(field, run)
    return logged === null ? null : String(logged)
  }
  return {
    name: field.kind === 'param' ? field.name : fieldText(field),
    value,
    meaning(run) {
      const logged = value(run)
      return logged === null || field.kind !== 'param' ? logged : settingValue(field.name, logged).key
    },
  }
}
