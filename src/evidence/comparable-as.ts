import type { Run } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import type { EvidenceRun } from './evidence.ts'
import { projectNames } from './projects-of.ts'
import type { Break, ProtocolPart } from './protocol-timeline.ts'

/** A parameter that says what is predicted; losses of runs with different targets are no ranking. */
const TARGET = /^(.*[._/])?(target|label|response|y)([._](variable|column|col|name|feature))?s?$/i

/** Parameters that say on what it is measured. A prefix may stand before a data set (`z_dataset`), not before a split (`min_samples_split`). */
const TASK =
  /^((?!.*train)(.*[._/])?(task|dataset|data_?set|eval_?(data|set)|test_?(data|set)|val_?(data|set)|benchmark)|split)([_.-]?(name|variable|column|col|version|id))?s?$/i

/** Whether a parameter says what is predicted. */
export function isTarget(param: string): boolean {
  return TARGET.test(param)
}

const EVALUATION = /eval|test|valid/i

/**
 * Words of metrics that need no decision threshold: they judge scores, or measure something else. Whatever is not known
 * to be one of these is taken to move with the threshold, since a false ranking is worse than none.
 */
const FREE_OF_THRESHOLD =
  /(^|[^a-z])(auc|auroc|roc|auprc|aupr|prc|ap|map|gini|ks|loss|logloss|nll|brier|ece|crossentropy|perplexity|ppl|rmse|mse|mae|mape|smape|r2|nse|kge|pearson|spearman|correlation|seconds|secs|time|duration|latency|runtime|memory|size|ndcg|mrr)([^a-z]|$)/i

/** Whether a change of the decision threshold (or of how classes are averaged) changes what this metric means. */
export function movesWithThreshold(metric: string): boolean {
  return !FREE_OF_THRESHOLD.test(metric.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase())
}

/** The text that runs must share to be ranked by this metric; by the lead metric that is `comparableAs`. */
export function comparableFor({ protocol }: Pick<EvidenceRun, 'protocol'>, metric: string | null): string {
  const threshold = metric !== null && movesWithThreshold(metric) ? protocol.threshold : ''
  return [protocol.ground, threshold].filter((text) => text !== '').join(' ')
}

export type Comparability = Pick<EvidenceRun, 'comparableAs' | 'protocol'>

/**
 * For each run what it must share with another to be ranked against it: target, task and evaluation data, as far as they
 * are logged and differ, the project where stores of several are read, and on which side of a break of the split or the threshold it stands. Where only some runs tell
 * their data and those agree, the others are taken to have used the same. What narrate.yaml waives separates nothing.
 * `lead` is the metric that runs are mostly ranked by: where it moves with the threshold, so does `comparableAs`.
 */
export function comparableAs(
  runs: readonly Run[],
  breaks: readonly Break[] = [],
  waivers: Settings['waivers'] = [],
  lead: string | null = null,
): readonly Comparability[] {
  const isWaived = (part: ProtocolPart): boolean => waivers.some(({ across }) => across === part)
  const taskParams = [
    ...new Set(
      runs.flatMap((run) => [...run.params.keys()].filter((name) => isTarget(name) || TASK.test(name))),
    ),
  ]
    .filter((name) => isTarget(name) || /^task/i.test(name) || !isWaived(partOf(name)))
    .sort()
  // An empty parent of nested runs was measured on nothing.
  const measured = runs.filter((run) => run.params.size > 0 || run.metrics.size > 0)
  const telling = taskParams.filter((name) => new Set(measured.map((run) => run.params.get(name))).size > 1)
  const digests = runs.map(evaluationDigests)
  const digestsDiffer =
    !isWaived('evaluation data') && new Set(digests.filter((text) => text !== '')).size > 1
  const splitOf = isWaived('split') ? () => '' : sideOf(runs, breaks, 'split')
  const thresholdOf = isWaived('threshold') ? () => '' : sideOf(runs, breaks, 'threshold')
  const projectOf = projectNames(runs)
  return runs.map((run, index) => {
    const name = projectOf(run)
    const project = name === null ? [] : [`project=${name}`]
    const split = splitOf(run)
    const task = telling.map((name) => `${name}=${run.params.get(name) ?? 'not logged'}`)
    const digest = digestsDiffer ? [`data=${digests[index] === '' ? 'not logged' : digests[index]}`] : []
    const ground = [...project, ...task, ...digest, split].filter((text) => text !== '').join(' ')
    const protocol = { ground, split, threshold: thresholdOf(run) }
    return { comparableAs: comparableFor({ protocol }, lead), protocol }
  })
}

function partOf(taskParam: string): ProtocolPart {
  return /^split/i.test(taskParam) ? 'split' : 'evaluation data'
}

/** On which side of the breaks a run stands, by what it logged, else by when it started; empty where there is no break. */
function sideOf(runs: readonly Run[], breaks: readonly Break[], what: ProtocolPart): (run: Run) => string {
  const startOf = new Map(runs.map((run) => [run.key, run.startedAt]))
  const byName = [
    ...Map.groupBy(
      breaks.filter((one) => one.what === what),
      ({ field, name }) => `${field} ${name}`,
    ).values(),
  ]
  return (run) =>
    byName
      .map((own) => {
        const [first] = own
        if (first === undefined) return ''
        const passed = own.findLast(
          ({ at }) =>
            (run.startedAt ?? Number.POSITIVE_INFINITY) >= (startOf.get(at) ?? Number.POSITIVE_INFINITY),
        )
        const byTime = passed === undefined ? first.from : passed.to
        const isNew = own.some(({ from }) => from === null)
        const value = loggedValue(run, first) ?? (isNew ? null : byTime)
        return `${first.name}=${value ?? 'not logged'}`
      })
      .filter((text) => text !== '')
      .join(' ')
}

function loggedValue(run: Run, { field, name }: Break): string | undefined {
  if (field === 'param') return run.params.get(name)
  if (field === 'tag') return run.tags.get(name)
  const summary = field === 'metric' ? run.metrics.get(name) : undefined
  return summary === undefined ? undefined : String(summary.last)
}

function evaluationDigests(run: Run): string {
  const evaluation = run.dataSets.filter((set) => set.context !== null && EVALUATION.test(set.context))
  return (evaluation.length > 0 ? evaluation : run.dataSets)
    .map((set) => set.digest)
    .sort()
    .join('+')
}
