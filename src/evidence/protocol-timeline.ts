import type { Experiment, Run, RunKey } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import { isBookkeeping, isSeed } from './what-varied.ts'

/** What a protocol is made of; narrate.yaml names the same things in its waivers. */
export type ProtocolPart = Settings['waivers'][number]['across']

/** A change of the protocol at one point in time: (nearly) all runs before it have the old value, after it the new one. */
export interface Break {
  readonly what: ProtocolPart
  /** What was logged and changed: a parameter, a tag, a constant metric, a data set; `primary metric` for that. */
  readonly name: string
  readonly field: 'param' | 'tag' | 'metric' | 'data set' | 'statement'
  /** The value before; null where it was not logged before. */
  readonly from: string | null
  readonly to: string
  /** The last run with the old value, and the first with the new one. */
  readonly last: RunKey
  readonly at: RunKey
  /** The experiment or the model whose runs alone are spoken of; null where it is all of them. */
  readonly among: string | null
  /**
   * How many of those runs stand on either side, up to the breaks before and after of the same thing. Those that did not
   * log it count, but for a budget, which is counted over the runs that have one.
   */
  readonly runsBefore: number
  readonly runsAfter: number
}

/** One thing that a run says of its protocol. */
interface Reading {
  readonly what: ProtocolPart
  readonly name: string
  readonly field: Break['field']
  readonly value: string
  /** Runs of other scopes are another line of time. */
  readonly scope: Scope
}

interface Scope {
  readonly key: string
  /** How its runs are named: by their experiment or their model; null for all runs. */
  readonly label: string | null
}

const EVERYWHERE: Scope = { key: '', label: null }

/** A tag or parameter that names the metric that decides. */
const PRIMARY =
  /^(primary|main|target|selection|decision|deciding|objective|optimi[sz]ation)[_. -]?metric(_?name)?$/i

const SPLIT =
  /^((n|num)_?(train|val|valid|validation|test|eval|dev)(ing)?(_?(samples?|rows?|examples?|size))?|(train|val|valid|validation|test|eval|dev)(ing)?_?(size|frac|fraction|ratio|split|rows|samples)|(train_test_)?split(_?(seed|ratio|version|date|type|scheme|strategy|method|random_state))?|cv(_?(folds|scheme|strategy))?|n_?(folds|splits)|num_(folds|splits)|k_?folds?|fold_?scheme|hold_?out(_?(size|frac|fraction|set))?)$/i

const THRESHOLD =
  /^((decision|classification|prob|probability|score)_?)?(threshold|cut_?off|operating_?point)(_?(method|strategy|policy|type|mode))?$|^(metric_?)?averag(e|ing)$|^pos_?label$/i

const BUDGET =
  /^((n|num|max|total|train|training)_?)*(epochs?|steps?|iter|iters|iterations?|estimators|boost_?rounds?|rounds|updates)$/i

/** Values that say no more than that nobody chose one. */
const DEFAULT = /^(|0?\.50*|default|none|null|false|auto|binary)$/i

const EVALUATION = /eval|test|valid/i
/** The name MLflow gives a data set that nobody named. */
const NAMELESS = /^(dataset|data|df|unnamed)?$/i

const MOST_VALUES = 4
/**
 * The share of runs that may stand among those of another value: a control on the old data undoes no break. A setting that
 * is searched leaves more of them, so that less is allowed there.
 */
const STRAYS = { data: 0.1, setting: 0.05 }

/**
 * The breaks of the protocol over these runs, in order of time. A factor that was searched is no break: its values come
 * back, or stand for a few runs each. Runs may come in any order; deleted ones and those without a start say nothing.
 * A break is told once where the same change shows in several experiments.
 */
export function protocolTimeline(
  runs: readonly Run[],
  experiments: readonly Experiment[] = [],
): readonly Break[] {
  const dated = runs
    .filter((run) => run.startedAt !== null && !run.deleted)
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.key < b.key ? -1 : 1))
  const place = new Map(dated.map((run, index) => [run.key, index]))
  const stated = new Map(
    experiments.flatMap((one) => (one.primaryMetric === null ? [] : [[one.id, one.primaryMetric.name]])),
  )
  const lines = new Map<string, { run: Run; reading: Reading }[]>()
  for (const run of dated)
    for (const reading of readingsOf(run, stated)) {
      const key = JSON.stringify([reading.what, reading.field, reading.name, reading.scope.key])
      const line = lines.get(key)
      if (line === undefined) lines.set(key, [{ run, reading }])
      else line.push({ run, reading })
    }
  const whole: Stretch = { runs: dated, place, label: null }
  const breaks = [...lines.values()].flatMap((line) => breaksOf(line, whole))
  const positionOf = ({ at }: Break): number => place.get(at) ?? 0
  return withoutEchoes(breaks.sort((a, b) => positionOf(a) - positionOf(b)))
}

function readingsOf(run: Run, stated: ReadonlyMap<string, string>): readonly Reading[] {
  const readings: Reading[] = []
  const primary = statedPrimary(run) ?? stated.get(run.experiment.id)
  if (primary !== undefined)
    readings.push({
      what: 'primary metric',
      name: 'primary metric',
      field: 'statement',
      value: primary,
      scope: EVERYWHERE,
    })
  const evaluation = run.dataSets.filter(({ context }) => context !== null && EVALUATION.test(context))
  const used = evaluation.length > 0 ? evaluation : run.dataSets
  for (const [name, sets] of Map.groupBy(used, (set) => set.name))
    readings.push({
      what: 'evaluation data',
      name,
      field: 'data set',
      value: [...new Set(sets.map(({ digest }) => digest))].sort().join('+'),
      scope: NAMELESS.test(name) ? ofExperiment(run) : EVERYWHERE,
    })
  const settings = [
    ...[...run.params].map(([name, value]) => ({ field: 'param' as const, name, value })),
    ...[...run.tags].map(([name, value]) => ({ field: 'tag' as const, name, value })),
  ]
  for (const { field, name, value } of settings) {
    const what = SPLIT.test(name) ? 'split' : THRESHOLD.test(name) ? 'threshold' : null
    if (what !== null) readings.push({ what, field, name, value, scope: EVERYWHERE })
    else if (field === 'param' && BUDGET.test(name))
      for (const scope of scopesOf(run)) readings.push({ what: 'budget', field, name, value, scope })
  }
  for (const [name, { last, count }] of run.metrics)
    if (SPLIT.test(name) && (count === null || count === 1) && Number.isFinite(last))
      readings.push({ what: 'split', field: 'metric', name, value: String(last), scope: EVERYWHERE })
  return readings
}

/** The metric that a run itself names as the one that decides. */
export function statedPrimary(run: Run): string | undefined {
  for (const [name, text] of [...run.tags, ...run.params])
    if (PRIMARY.test(name) && text.trim() !== '') return text.trim()
  return undefined
}

const MODEL =
  /(^|[._/-])(model|arch(itecture)?|estimator|algorithm|classifier|learner|encoder)([_.-]?(name|type|kind|class))?$/i

/** A budget is held against those of its experiment, and of the runs there that have the same kind of model. */
function scopesOf(run: Run): readonly Scope[] {
  const models = [...run.params].filter(([name]) => MODEL.test(name)).sort()
  const whole = ofExperiment(run)
  if (models.length === 0) return [whole]
  const label = models.map(([, value]) => value).join(', ')
  return [whole, { key: JSON.stringify([whole.key, ...models]), label }]
}

function ofExperiment({ experiment: { id, name } }: Run): Scope {
  return { key: id, label: name }
}

type Line = readonly { readonly run: Run; readonly reading: Reading }[]

/** Runs in order of start in which breaks are sought, their places, and how they are named where they are not all. */
interface Stretch {
  readonly runs: readonly Run[]
  readonly place: ReadonlyMap<RunKey, number>
  readonly label: string | null
}

function stretchOf(runs: readonly Run[], label: string | null): Stretch {
  return { runs, place: new Map(runs.map((run, index) => [run.key, index])), label }
}

/** Runs that follow each other with one value, strays left out. */
interface Block {
  readonly value: string | null
  readonly runs: readonly Run[]
}

function breaksOf(line: Line, whole: Stretch): readonly Break[] {
  const [first] = line
  if (first === undefined) return []
  const { what, scope } = first.reading
  const byRun = new Map(line.map(({ run, reading }) => [run.key, reading.value]))
  const logged: readonly { readonly run: Run; readonly value: string }[] = line.map(({ run, reading }) => ({
    run,
    value: reading.value,
  }))
  const own = blocksOf(logged, what)
  // Most lines never change, and there are as many as models: they cost no more than a look.
  const breaks =
    own.length < 2
      ? []
      : boundaries(
          own,
          first.reading,
          scope.key === ''
            ? whole
            : stretchOf(
                line.map(({ run }) => run),
                labelIn(scope, whole),
              ),
        )
  if (breaks.length > 0 || what !== 'threshold') return breaks
  // One experiment may have changed while another kept its ways; and what nobody logged before may be a change as well.
  const experiments = Map.groupBy(whole.runs, (run) => run.experiment.id)
  const apart = [...experiments.values()].map((runs) =>
    stretchOf(runs, experiments.size < 2 ? null : (runs[0]?.experiment.name ?? null)),
  )
  const within = apart.flatMap((stretch) =>
    boundaries(
      blocksOf(
        stretch.runs.flatMap((run) => {
          const value = byRun.get(run.key)
          return value === undefined ? [] : [{ run, value }]
        }),
        what,
      ),
      first.reading,
      stretch,
    ),
  )
  if (within.length > 0) return within
  return (
    [whole, ...apart]
      .map((stretch) =>
        boundaries(
          blocksOf(
            stretch.runs
              .filter((run) => run.metrics.size > 0)
              .map((run) => ({ run, value: byRun.get(run.key) ?? null })),
            what,
          ),
          first.reading,
          stretch,
        ),
      )
      .find((found) => found.length > 0) ?? []
  )
}

/** A label is no more than a word too many where all runs are of one experiment. */
function labelIn(scope: Scope, whole: Stretch): string | null {
  const isOneExperiment = whole.runs.every(({ experiment }) => experiment.id === scope.key)
  return isOneExperiment ? null : scope.label
}

/** The runs of equal value that follow each other; empty where values come back, or there are too many to be a protocol. */
function blocksOf(
  line: readonly { readonly run: Run; readonly value: string | null }[],
  what: ProtocolPart,
): readonly Block[] {
  if (new Set(line.map(({ value }) => value)).size > MOST_VALUES) return []
  let blocks: { value: string | null; runs: Run[] }[] = []
  for (const { run, value } of line) {
    const open = blocks.at(-1)
    if (open?.value === value) open.runs.push(run)
    else blocks.push({ value, runs: [run] })
  }
  const isData = what === 'evaluation data' || what === 'primary metric'
  const allowed = isData
    ? Math.max(1, Math.floor(line.length * STRAYS.data))
    : Math.floor(line.length * STRAYS.setting)
  let strays = 0
  const isStray = (block: Block, index: number): boolean => {
    const [before, after] = [blocks[index - 1], blocks[index + 1]]
    return (
      block.runs.length <= allowed &&
      before !== undefined &&
      before.value === after?.value &&
      before.runs.length + after.runs.length >= 4 * block.runs.length
    )
  }
  for (;;) {
    const stray = blocks.findIndex(isStray)
    if (stray < 0) break
    strays += blocks[stray]?.runs.length ?? 0
    if (strays > allowed) return []
    const joined = [...(blocks[stray - 1]?.runs ?? []), ...(blocks[stray + 1]?.runs ?? [])]
    blocks = [
      ...blocks.slice(0, stray - 1),
      { value: blocks[stray - 1]?.value ?? null, runs: joined },
      ...blocks.slice(stray + 2),
    ]
  }
  const comesBack = new Set(blocks.map(({ value }) => value)).size < blocks.length
  return comesBack ? [] : blocks
}

function boundaries(
  blocks: readonly Block[],
  { what, name, field }: Reading,
  { runs: among, place, label }: Stretch,
): readonly Break[] {
  const starts = blocks.map(({ runs }) => place.get(runs[0]?.key ?? '') ?? 0)
  return blocks.flatMap((before, index) => {
    const after = blocks[index + 1]
    const last = before.runs.at(-1)
    const at = after?.runs[0]
    if (after === undefined || last === undefined || at === undefined || after.value === null) return []
    const isBreak = isConvincing(what, before, after, blocks)
    if (!isBreak) return []
    const start = starts[index + 1] ?? 0
    return [
      {
        what,
        name,
        field,
        from: before.value,
        to: after.value,
        last: last.key,
        at: at.key,
        among: label,
        runsBefore: start - (index === 0 ? 0 : (starts[index] ?? 0)),
        runsAfter: (starts[index + 2] ?? among.length) - start,
      },
    ]
  })
}

function isConvincing(what: ProtocolPart, before: Block, after: Block, blocks: readonly Block[]): boolean {
  const [old, now] = [before.runs.length, after.runs.length]
  switch (what) {
    case 'primary metric':
      return old >= 2 && now >= 1 && sharesMetrics(before, after)
    case 'evaluation data':
      return old >= 2 && now >= 1 && sharesMetrics(before, after)
    case 'split':
      return old >= 3 && now >= 3 && sharesExperiment(before, after)
    case 'threshold':
      if (before.value === null)
        return (
          blocks.length === 2 &&
          old >= 3 &&
          now >= 3 &&
          !DEFAULT.test(after.value ?? '') &&
          sharesExperiment(before, after)
        )
      return old >= 3 && now >= 3 && sharesExperiment(before, after)
    case 'budget':
      return blocks.length === 2 && old >= 4 && now >= 4 && isAlone(before, after)
    case 'code':
      return false
    default:
      return what satisfies never
  }
}

/** Runs that measure nothing in common are another task, not the same one under another protocol. */
function sharesMetrics(before: Block, after: Block): boolean {
  const names = new Set(before.runs.flatMap((run) => [...run.metrics.keys()]))
  return after.runs.some((run) => [...run.metrics.keys()].some((name) => names.has(name)))
}

function sharesExperiment(before: Block, after: Block): boolean {
  const ids = new Set(before.runs.map((run) => run.experiment.id))
  return after.runs.some((run) => ids.has(run.experiment.id)) && sharesMetrics(before, after)
}

/** Whether the budget changed by itself: where other settings changed for good at the same run, it is another recipe. */
function isAlone(before: Block, after: Block): boolean {
  const constantIn = (runs: readonly Run[]): ReadonlyMap<string, string> => {
    const [first, ...others] = runs
    return new Map(
      [...(first?.params ?? [])].filter(
        ([name, value]) =>
          !isSeed(name) && !isBookkeeping(name) && others.every((run) => run.params.get(name) === value),
      ),
    )
  }
  const [old, now] = [constantIn(before.runs), constantIn(after.runs)]
  return [...old].filter(([name, value]) => now.has(name) && now.get(name) !== value).length === 1
}

/** The same change of the same thing, seen as a parameter and a tag, or in several experiments, is one break. */
function withoutEchoes(breaks: readonly Break[]): readonly Break[] {
  const seen = new Set<string>()
  return breaks.filter(({ what, name, from, to }) => {
    const key = JSON.stringify([what, name.toLowerCase(), from, to])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
