import { comparableFor } from '../evidence/comparable-as.ts'
import type { EvidenceRun, MetricRules } from '../evidence/evidence.ts'
import { runError } from '../evidence/run-error.ts'
import { runTime } from '../evidence/run-time.ts'
import { isBookkeeping, whatVaried } from '../evidence/what-varied.ts'
import { isBroken, type LogTail, type Run, type RunKey, shortId } from '../runs/run.ts'
import type { RunsFound } from '../search/choose-runs.ts'
import { topAsked } from '../search/top-asked.ts'
import { formatDuration, formatMilliseconds, formatNumber } from './format-run.ts'

/** What lines that answer a question outright are made of. */
export interface FactMatter {
  readonly runs: readonly Run[]
  readonly found: RunsFound
  /** Runs of the evidence, whose texts are masked. */
  readonly told: readonly EvidenceRun[]
  /** The ends of the logs of runs that failed, where the question asks after them. */
  readonly tails: ReadonlyMap<RunKey, LogTail>
  readonly metrics: MetricRules
  mask(text: string): string
}

const MOST_VALUES = 8
const MOST_RUNS = 10
const MOST_NAMED = 4
const MOST_LISTED = 30

/**
 * The lines that answer what a question asks outright: who leads by a metric, how many runs ended how, how long they took, what
 * was held fixed and what varied, on which data, and with which errors runs failed. They are about the runs or the experiments that it
 * names, else about all.
 */
export function factsAsked(question: string, matter: FactMatter): readonly string[] {
  const { found, mask } = matter
  const named = found.found.filter(({ why }) => why.includes('named')).map(({ run }) => run)
  const inExperiments = matter.runs.filter(({ experiment }) => found.experiments.includes(experiment.name))
  const chosen = named.length > 0 ? named : inExperiments.length > 0 ? inExperiments : matter.runs
  const keys = new Set(chosen.map(({ key }) => key))
  const told = matter.told.filter(({ run }) => keys.has(run.key))
  // Of very many runs only those that were found are in the evidence: nothing is said of all.
  const isWhole = told.length === chosen.filter(({ deleted }) => !deleted).length
  const lines = [
    ...top(question, chosen, matter),
    ...(COUNTS.test(question) ? countsOf(chosen) : []),
    ...(TIME.test(question) && isWhole ? timeOf(chosen, told, named.length > 0) : []),
    ...(isWhole ? settingsOf(question, told) : []),
    ...(DATA.test(question) ? dataOf(chosen.filter(({ deleted }) => !deleted)) : []),
    ...(FAILED.test(question) && !COUNTS.test(question) && named.length === 0 && found.metrics.length === 0
      ? failuresOf(chosen, matter.tails)
      : []),
  ]
  return lines.map(mask)
}

const COUNTS =
  /\b(how many|number of|count of)\b.*\b(runs?|trials?|finished|failed|deleted|killed|succeeded|crashed)\b/i
const TIME =
  /\b(how long|run ?time|durations?|how much (time|compute)|(?:took|take) (?:longer|longest)|hours?)\b/i
const FIXED = /\b(fixed|constants?|same (?:for|in|over) all|kept the same|in common|unchanged)\b/i
const VARIED = /\b(var(?:y|ied|ies|ying)|changed between|swept)\b/i
const DATA =
  /\b(?:which|what) (?:\w+ )?(?:data|data ?sets?|files?)\b|\b(?:data|data ?sets?) (?:was|were|is|are|did)\b|\bdata ?set\b/i
const FAILED = /\b(fail\w*|crash\w*|died|errors?|exceptions?|broke\w*|wrong with)\b/i

/** Whether a question is about what failed. */
export function asksOfFailures(question: string): boolean {
  return FAILED.test(question)
}

function top(
  question: string,
  chosen: readonly Run[],
  { found, metrics, told }: FactMatter,
): readonly string[] {
  if (found.metrics.length === 0) return []
  const [metric = null] = found.metrics
  const ground = new Map(told.map((one) => [one.run.key, comparableFor(one, metric)]))
  // Runs that did not measure the same thing have each their own leader.
  return [...Map.groupBy(chosen, ({ key }) => ground.get(key) ?? '')].flatMap(([as, own]) => {
    const asked = topAsked(question, found.metrics, own, metrics)
    const [first, next] = asked?.ranked ?? []
    if (asked === null || first === undefined) return []
    const say = ({ run, value }: typeof first): string => `${formatNumber(value)} in ${nameOf(run)}`
    const of = as === '' ? '' : ` (${as})`
    return [
      `${asked.isHighest ? 'Highest' : 'Lowest'} ${asked.metric}${of}: ${say(first)}${next === undefined ? '' : `, then ${say(next)}`} (${count(asked.ranked.length, 'finished run')}).`,
    ]
  })
}

function countsOf(chosen: readonly Run[]): readonly string[] {
  const live = chosen.filter(({ deleted }) => !deleted)
  const deleted = chosen.filter((run) => run.deleted)
  const all =
    deleted.length === 0 ? '' : ` in the tracker, and ${deleted.length} deleted (${byStatus(deleted)})`
  return live.length === 0 && deleted.length === 0
    ? []
    : [`${count(live.length, 'run')}${live.length === 0 ? '' : `: ${byStatus(live)}`}${all}.`]
}

function byStatus(runs: readonly Run[]): string {
  return [...Map.groupBy(runs, ({ status }) => status)]
    .toSorted((a, b) => b[1].length - a[1].length)
    .map(([status, own]) => `${own.length} ${status}`)
    .join(', ')
}

function timeOf(chosen: readonly Run[], told: readonly EvidenceRun[], isNamed: boolean): readonly string[] {
  if (isNamed)
    return chosen
      .slice(0, MOST_NAMED)
      .map((run) =>
        run.startedAt === null || run.endedAt === null
          ? `How long ${nameOf(run)} took is not logged.`
          : `${nameOf(run)} took ${formatDuration(run)}.`,
      )
  const { total, unknown } = runTime(told)
  if (unknown.length === told.length) return ['No run logged its start and its end.']
  const timed = told.filter((one) => !unknown.includes(one))
  const experiments = [...Map.groupBy(timed, ({ run }) => run.experiment.name)]
  const each =
    experiments.length < 2
      ? ''
      : `: ${experiments.map(([name, own]) => `${name} ${formatMilliseconds(runTime(own).total * 1000)} (${own.length})`).join(', ')}`
  const without = unknown.length === 0 ? '' : ` The end of ${unknown.length} more is not logged.`
  return [
    `${count(timed.length, 'run')} took ${formatMilliseconds(total * 1000)} of run time${each}.${without}`,
  ]
}

function settingsOf(question: string, told: readonly EvidenceRun[]): readonly string[] {
  const [asksFixed, asksVaried] = [FIXED.test(question), VARIED.test(question)]
  if ((!asksFixed && !asksVaried) || told.length < 2) return []
  const { constants, factors } = whatVaried(told)
  const fixed = [...constants]
    .filter(([name]) => !isBookkeeping(name))
    .map(([name, text]) => `${name}=${text}`)
  const varied = factors
    .filter(({ param }) => !isBookkeeping(param))
    .map(({ param, levels }) => {
      const values = levels.map(({ value }) => value ?? 'not logged')
      const shown = values
        .slice(0, MOST_VALUES)
        .map((value) => (value.length > 40 ? `${value.slice(0, 39)}…` : value))
      const more = values.length > shown.length ? ` and ${values.length - shown.length} more` : ''
      return `${param} (${values.length}: ${shown.join(', ')}${more})`
    })
  return [
    ...(asksFixed
      ? [
          `Held fixed over ${count(told.length, 'run')}: ${fixed.length === 0 ? 'nothing that was logged' : fixed.join(', ')}.`,
        ]
      : []),
    ...(asksVaried
      ? [
          `Varied over ${count(told.length, 'run')}: ${varied.length === 0 ? 'nothing that was logged' : varied.join(', ')}.`,
        ]
      : []),
  ]
}

const DATA_SETTING =
  /(^|[_./-])((train|valid|val|test|eval|data)(ing|ation)?[_-]?(set|file|path|csv|dir)?|data_?set([_-]?name)?)$/i

function dataOf(live: readonly Run[]): readonly string[] {
  if (live.length === 0) return []
  const sets = Map.groupBy(
    live.flatMap(({ key, dataSets }) =>
      dataSets.map(({ name, digest }) => ({ key, as: `${name} ${digest}` })),
    ),
    ({ as }) => as,
  )
  const recorded = [...sets].map(
    ([as, own]) => `${as} in ${count(new Set(own.map(({ key }) => key)).size, 'run')}`,
  )
  const settings = Map.groupBy(
    live.flatMap(({ params }) =>
      [...params].filter(
        ([name, text]) =>
          DATA_SETTING.test(name) && /[a-z]/i.test(text) && !/^(none|null|true|false)$/i.test(text),
      ),
    ),
    ([name, text]) => `${name}=${text}`,
  )
  const named = [...settings].slice(0, MOST_VALUES).map(([as, own]) => `${as} in ${count(own.length, 'run')}`)
  return [
    recorded.length === 0
      ? 'No data set is recorded for any run.'
      : `Data sets recorded: ${recorded.slice(0, MOST_VALUES).join('; ')}${recorded.length > MOST_VALUES ? ` and ${recorded.length - MOST_VALUES} more` : ''}.`,
    ...(named.length === 0 ? [] : [`Settings that name data: ${named.join('; ')}.`]),
  ]
}

function failuresOf(chosen: readonly Run[], tails: FactMatter['tails']): readonly string[] {
  const broken = chosen.filter(isBroken)
  if (broken.length === 0)
    return chosen.length === 0 ? [] : [`None of ${count(chosen.length, 'run')} failed or was killed.`]
  const errors = broken.map((run) => ({ run, error: runError({ run, logTail: tails.get(run.key) ?? null }) }))
  const deleted = broken.filter((run) => run.deleted).length
  const head = `${broken.length} of ${count(chosen.length, 'run')} failed or ${broken.length === 1 ? 'was' : 'were'} killed${deleted === 0 ? '' : ` (${deleted} of them deleted)`}`
  const known = errors.filter(({ error }) => error !== null)
  if (known.length === 0) {
    const names = broken.slice(0, MOST_LISTED).map(nameOf)
    const more = broken.length > names.length ? ` and ${broken.length - names.length} more` : ''
    return [`${head}: ${names.join(', ')}${more}; no error is logged.`]
  }
  const groups = [...Map.groupBy(known, ({ error }) => error?.alike ?? '')].toSorted(
    (a, b) => b[1].length - a[1].length,
  )
  return [
    `${head}; ${known.length === broken.length ? 'each' : `${known.length} of them`} with an error.`,
    ...groups.slice(0, MOST_RUNS).map(([, own]) => {
      const names = own.slice(0, MOST_RUNS).map(({ run }) => nameOf(run))
      const more = own.length > names.length ? ` and ${own.length - names.length} more` : ''
      return `${own[0]?.error?.line ?? ''}: ${names.join(', ')}${more}.`
    }),
  ]
}

function nameOf({ name, id }: Run): string {
  return `${name} (${shortId(id)})`
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}
