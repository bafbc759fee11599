import { max, mean, min, sampleStandardDeviation } from 'simple-statistics'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { type FoldSet, foldsAmong } from '../folds.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { differenceOf } from './difference-of.ts'

const MOST_SETS = 3

/**
 * Folds of one cross-validation, folded into their parent: mean, deviation and range of a metric over them. Where the
 * parent logs a mean of its own, that metric is told, and whether the two agree.
 */
export function crossValidation(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const told = new Set(evidence.runs.map(({ address }) => address))
  return foldsAmong([...evidence.runs, ...evidence.earlier])
    .filter(({ parent, folds }) =>
      [...folds, ...(parent === null ? [] : [parent])].some(({ address }) => told.has(address)),
    )
    .flatMap((set) => {
      const own = ownMeans(set, evidence)
      const metrics = [
        own[0]?.metric,
        evidence.lead?.metric,
        ...rankMetrics(
          set.folds.map(({ run }) => run),
          evidence.metrics,
        ),
      ]
      const metric = metrics.find((name) => name !== undefined && measured(set, name, evidence).length > 1)
      return metric === undefined || !hasFiniteSpread(measured(set, metric, evidence))
        ? []
        : [tell(set, metric, own.find((one) => one.metric === metric)?.logged ?? null, evidence, told)]
    })
    .slice(0, MOST_SETS)
}

function tell(
  set: FoldSet,
  metric: string,
  logged: string | null,
  evidence: EvidenceWithoutFindings,
  told: ReadonlySet<string>,
): NewFinding {
  const folds = measured(set, metric, evidence)
  const values = folds.map(({ value }) => value)
  const unit = evidence.metrics.unit(metric)
  const average = mean(values)
  const [first, last] = [folds[0]?.one.address ?? '', folds.at(-1)?.one.address ?? '']
  const subject =
    set.parent === null
      ? `[[${first}]] to [[${last}]] are folds of one setting`
      : `[[${set.parent.address}]] is a cross-validation`
  const ownValue =
    set.parent === null || logged === null ? null : headlineValue(set.parent, logged, evidence.metrics)
  const agreement =
    set.parent === null || logged === null || ownValue === null
      ? ''
      : isRounded(average, ownValue)
        ? ` Its own ${logged} agrees.`
        : ` Its own ${logged} is [[${metricSlot(set.parent, logged)}]], which is not the mean of these folds.`
  const rests = [
    ...(set.parent === null ? [] : [set.parent.address]),
    ...set.folds.map(({ address }) => address),
  ]
  return {
    kind: 'cross-validation',
    scope: rests.every((address) => told.has(address)) ? 'session' : 'project',
    sentence: `${subject}: ${metric} mean [[this.mean]], standard deviation [[this.sd]] over [[this.folds]] folds, from [[this.low]] to [[this.high]].${agreement}`,
    rests: rests.slice(0, 100),
    values: {
      mean: { value: average, unit, metric, how: 'mean over the folds' },
      sd: differenceOf(
        evidence,
        metric,
        sampleStandardDeviation(values),
        'sample standard deviation over the folds',
      ),
      folds: { value: values.length, unit: null, metric: null, how: 'folds that logged the metric' },
      low: { value: min(values), unit, metric, how: 'lowest of the folds' },
      high: { value: max(values), unit, metric, how: 'highest of the folds' },
    },
  }
}

/** Values at the edge of what a double holds have no finite deviation. */
function hasFiniteSpread(folds: readonly { readonly value: number }[]): boolean {
  return Number.isFinite(sampleStandardDeviation(folds.map(({ value }) => value)))
}

function measured(
  { folds }: FoldSet,
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly { readonly one: EvidenceRun; readonly value: number }[] {
  return folds
    .filter(({ run }) => run.status === 'finished')
    .flatMap((one) => {
      const value = headlineValue(one, metric, evidence.metrics)
      return value === null ? [] : [{ one, value }]
    })
}

/**
 * Means that the parent logged of its folds' metrics: `cv_auc_mean` of `val_auc`, `mean_val_auc` of `val_auc`. A name
 * that fits two of the folds' metrics tells nothing.
 */
function ownMeans(
  { parent, folds }: FoldSet,
  { metrics, lead }: EvidenceWithoutFindings,
): readonly { readonly metric: string; readonly logged: string }[] {
  if (parent === null) return []
  const names = rankMetrics(
    folds.map(({ run }) => run),
    metrics,
  )
  const found = [...parent.run.metrics.keys()].flatMap((logged) => {
    if (!/(^|[_./-])(mean|avg|average)([_./-]|$)/i.test(logged)) return []
    const words = wordsOf(logged)
    const exact = names.filter((name) => wordsOf(name).join() === words.join())
    const fitting =
      exact.length > 0 ? exact : names.filter((name) => essence(name).join() === essence(logged).join())
    const evaluated = fitting.length > 1 ? fitting.filter((name) => !/^train/i.test(name)) : fitting
    const [metric] = evaluated
    return evaluated.length === 1 && metric !== undefined ? [{ metric, logged }] : []
  })
  return found.sort((a, b) => Number(b.metric === lead?.metric) - Number(a.metric === lead?.metric))
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => !/^(|mean|avg|average|cv|fold|folds)$/.test(word))
}

/** The words of a metric's name that tell what it measures, not on which part. */
function essence(name: string): readonly string[] {
  return wordsOf(name).filter(
    (word) => !/^(train|training|val|valid|validation|test|eval|dev|oof)$/.test(word),
  )
}

/** Whether a logged mean is the computed one, in as many digits as it was logged with. */
function isRounded(computed: number, logged: number): boolean {
  const decimals = String(logged).split('.')[1]?.replace(/e.*$/, '').length ?? 0
  return (
    Math.abs(computed - logged) <= 0.5 * 10 ** -Math.min(decimals, 15) * 1.001 ||
    Math.abs(computed - logged) <= 1e-9 * Math.abs(computed)
  )
}
