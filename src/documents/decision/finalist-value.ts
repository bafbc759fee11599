import type { EvidenceRun, EvidenceWithoutFindings } from '../../evidence/evidence.ts'
import { parseNumber, statisticOf } from '../../evidence/fact-at.ts'
import { headlineValue } from '../../evidence/headline.ts'
import { gpuHoursOf, moneyOf } from '../../evidence/resources.ts'
import { secondsOf } from '../../evidence/run-time.ts'
import { isDone } from '../../runs/run.ts'
import type { Direction } from '../../settings.ts'
import { parseAggregation } from './criteria.ts'
import { criterionAddress, optionAddress, type SubjectCriterion } from './decision-subject.ts'

/** What a criterion measures, and where it is read. */
export type Measure =
  | { readonly kind: 'metric'; readonly name: string; readonly point: 'last' | 'min' | 'max' | null }
  | { readonly kind: 'param' | 'tag'; readonly name: string }
  | { readonly kind: 'duration' | 'cost' | 'gpu_hours' }
  | { readonly kind: 'given' }

/** One criterion's value of one finalist. */
export interface FinalistValue {
  /** Null: not recorded, and `why` says what is missing. */
  readonly value: number | null
  readonly why: string | null
  /** Where a slot can print it; null where only a finding's value can. */
  readonly expression: string | null
  /** The value of each of its finished runs that has one, in the order of the finalist's runs. */
  readonly perRun: readonly { readonly run: EvidenceRun; readonly value: number }[]
  readonly sd: number | null
}

/** What a criterion measures, by the word that it is written with. */
export function measureOf({ measure, aggregation }: SubjectCriterion): Measure {
  if (measure === null) return { kind: 'given' }
  if (measure === 'duration' || measure === 'cost' || measure === 'gpu_hours') return { kind: measure }
  const [, kind, name] = /^(params?|tags?)\.(.+)$/s.exec(measure) ?? []
  if (kind !== undefined && name !== undefined)
    return { kind: kind.startsWith('param') ? 'param' : 'tag', name }
  return {
    kind: 'metric',
    name: measure.replace(/^metrics?\./, ''),
    point: parseAggregation(aggregation ?? undefined).point,
  }
}

/** Which way is better: as the criterion says, as its scale runs, as metrics are taken; time and money are better low. */
export function directionOf(
  criterion: SubjectCriterion,
  { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>,
): Direction | null {
  if (criterion.direction !== null) return criterion.direction
  const { worst, best } = criterion
  if (worst !== null && best !== null && worst !== best) return best > worst ? 'higher' : 'lower'
  const measure = measureOf(criterion)
  if (measure.kind === 'duration' || measure.kind === 'cost' || measure.kind === 'gpu_hours') return 'lower'
  return measure.kind === 'metric' ? metrics.direction(measure.name) : metrics.direction(criterion.name)
}

/** The unit that a criterion's values are printed with. */
export function unitOf(
  criterion: SubjectCriterion,
  { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>,
): string | null {
  if (criterion.unit !== null) return criterion.unit
  const measure = measureOf(criterion)
  if (measure.kind === 'duration') return 's'
  return measure.kind === 'metric' ? metrics.unit(measure.name) : null
}

/** A run's own value of a measure; null where it has none that is finite. */
export function valueOfRun(
  one: EvidenceRun,
  measure: Measure,
  { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>,
): number | null {
  switch (measure.kind) {
    case 'given':
      return null
    case 'metric': {
      if (measure.point === null) return headlineValue(one, measure.name, metrics)
      return finite(one.run.metrics.get(measure.name)?.[measure.point])
    }
    case 'param':
      return finite(numberIn(one.run.params.get(measure.name)))
    case 'tag':
      return finite(numberIn(one.run.tags.get(measure.name)))
    case 'duration':
      return secondsOf(one.run)
    case 'cost':
      return moneyOf(one.run)?.amount ?? null
    case 'gpu_hours':
      return gpuHoursOf(one.run)
    default:
      return measure satisfies never
  }
}

/**
 * What a finalist is worth by a criterion: the value given for it, else that of its finished run, or over several the
 * mean (least, greatest) of those that have one.
 */
export function finalistValue(
  runs: readonly EvidenceRun[],
  place: { readonly finalist: number; readonly criterion: number },
  criterion: SubjectCriterion,
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): FinalistValue {
  const given = criterion.values?.[place.finalist] ?? null
  if (given !== null)
    return {
      value: given,
      why: null,
      expression: `${criterionAddress(place.criterion)}.${optionAddress(place.finalist)}`,
      perRun: [],
      sd: null,
    }
  const measure = measureOf(criterion)
  const { over } = parseAggregation(criterion.aggregation ?? undefined)
  const perRun = runs
    .filter(({ run }) => isDone(run))
    .flatMap((run) => {
      const value = valueOfRun(run, measure, evidence)
      return value === null ? [] : [{ run, value }]
    })
  const values = perRun.map(({ value }) => value)
  const value = statisticOf(values, over)
  if (value === null || !Number.isFinite(value))
    return { value: null, why: whyMissing(runs, measure), expression: null, perRun, sd: null }
  const slots = perRun.map(({ run }) => slotOf(run, measure))
  const known = slots.flatMap((slot) => slot ?? [])
  const [only] = known
  const expression =
    known.length < slots.length || only === undefined
      ? null
      : known.length === 1
        ? only
        : `${over}(${known.join(', ')})`
  return { value, why: null, expression, perRun, sd: statisticOf(values, 'sd') }
}

/** How a run's value is written in an expression; null where no slot can print it. */
function slotOf({ address }: EvidenceRun, measure: Measure): string | null {
  switch (measure.kind) {
    case 'metric':
      return `${address}.metric[${JSON.stringify(measure.name)}]${measure.point === null ? '' : `.${measure.point}`}`
    case 'param':
      return `${address}.param[${JSON.stringify(measure.name)}]`
    case 'duration':
      return `${address}.duration`
    case 'tag':
    case 'cost':
    case 'gpu_hours':
    case 'given':
      return null
    default:
      return measure satisfies never
  }
}

function whyMissing(runs: readonly EvidenceRun[], measure: Measure): string {
  if (measure.kind === 'given') return 'no value given'
  if (runs.length > 0 && runs.every(({ run }) => !isDone(run))) return 'did not finish'
  return measure.kind === 'metric' && runs.some(({ run }) => run.metrics.has(measure.name))
    ? 'no finite value logged'
    : 'not logged'
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (parseNumber(text) ?? undefined)
}

function finite(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : value
}
