import { isLooseList, isLooseMap, type LooseJson, numberOfLoose } from '../../files/loose-json.ts'

/** A value that a node is judged by. */
export interface NodeMetric {
  readonly name: string
  readonly value: number
  readonly greaterIsBetter: boolean | null
}

/** What a node is judged by, and what of it is no number (null says that there is none, and is not lost). */
export interface NodeMetrics {
  readonly values: readonly NodeMetric[]
  readonly lost: readonly string[]
}

/** What a metric is called that its agent gave no name. */
const UNNAMED = 'metric'

/**
 * The `metric` of a node: `{value, maximize}` (AIDE: it bears no name), `{value, maximize, name}`, a number by data set, or lists of final and best values by
 * metric and data set (AI Scientist v2): `accuracy/mnist` and `accuracy/mnist/best_value`.
 */
export function metricsOf(metric: LooseJson | undefined): NodeMetrics {
  const values: NodeMetric[] = []
  const lost: string[] = []
  // A journal from before directions were kept has the number alone.
  if (!isLooseMap(metric)) {
    take(UNNAMED, metric, null)
    return { values, lost }
  }
  const value = metric.get('value')
  const named = metric.get('name')
  const name = typeof named === 'string' && named !== '' ? named : UNNAMED
  const maximize = metric.get('maximize')
  const greaterIsBetter = typeof maximize === 'boolean' ? maximize : null
  const listed = isLooseMap(value) ? value.get('metric_names') : undefined
  if (isLooseList(listed)) for (const each of listed) takeListed(each)
  else if (isLooseMap(value))
    for (const [dataSet, each] of value) take(`${name}/${dataSet}`, each, greaterIsBetter)
  else take(name, value, greaterIsBetter)
  return { values, lost }

  function takeListed(each: LooseJson): void {
    const own = isLooseMap(each) ? each.get('metric_name') : undefined
    const data = isLooseMap(each) ? each.get('data') : undefined
    if (!isLooseMap(each) || typeof own !== 'string' || !isLooseList(data)) {
      lost.push(typeof own === 'string' ? own : name)
      return
    }
    const lower = each.get('lower_is_better')
    const direction = typeof lower === 'boolean' ? !lower : null
    for (const one of data) {
      if (!isLooseMap(one)) {
        lost.push(own)
        continue
      }
      const dataSet = one.get('dataset_name')
      const full = typeof dataSet === 'string' && dataSet !== '' ? `${own}/${dataSet}` : own
      take(full, one.get('final_value'), direction)
      take(`${full}/best_value`, one.get('best_value'), direction)
    }
  }

  function take(full: string, written: LooseJson | undefined, direction: boolean | null): void {
    if (written === null || written === undefined) return
    const number = numberOfLoose(written)
    if (number === null) lost.push(full)
    else values.push({ name: full, value: number, greaterIsBetter: direction })
  }
}
