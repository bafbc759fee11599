import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading, StatedValue } from '../../files/loaded-run.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import type { Row } from '../../files/row.ts'
import { quoted } from '../../quoted.ts'

const OPTIMIZER = 'optimizer.parameters.'

/** The rows that LangWatch was sent of one run. */
export interface SentRun {
  readonly id: string
  readonly experiment: string
  readonly rows: readonly Row[]
}

/**
 * The run of an optimiser's steps (`POST /api/dspy/log_steps`). A step's score is a point of a series called by its label, since for some optimisers it is no
 * score (`bootstrapped demos`). Steps are counted by their index where all of them are whole numbers (`3`), else in the order they were sent (`1.1.2`).
 */
export function loadSteps({ id, experiment, rows }: SentRun, file: string, reading: Reading): LoadedRun {
  const gaps: Gap[] = []
  const params = new Map<string, LoggedText>()
  const steps = rows.map((row) => numberOfLoose(row.leaves.get('index')))
  const areCounted = steps.every((step) => step !== null && Number.isInteger(step) && step >= 0)
  let startedAt: number | null = null
  for (const [order, { leaves, line }] of rows.entries()) {
    const time = numberOfLoose(leaves.get('timestamps.created_at'))
    if (time !== null && Number.isFinite(time) && (startedAt === null || time < startedAt)) startedAt = time
    const label = textAt(leaves, 'label') ?? 'score'
    const score = numberOfLoose(leaves.get('score'))
    if (score === null) gaps.push(gap(`metric ${label}`, `${file}:${line}`, 'its score is no number'))
    else reading.series(label, file)?.(areCounted ? (steps[order] ?? null) : order + 1, time, score, line)
    for (const [name, value] of leaves) {
      if (name === 'optimizer.name' && value !== null)
        params.set('optimizer', { text: textOfLoose(value), file, line })
      else if (name.startsWith(OPTIMIZER))
        params.set(name.slice(OPTIMIZER.length), { text: textOfLoose(value), file, line })
    }
  }
  return {
    experiment: { id: experiment, name: experiment },
    name: id,
    // A step says that it was taken, and nothing of the end.
    status: 'unknown',
    startedAt,
    endedAt: null,
    params,
    gaps,
    origin: { file, line: rows[0]?.line ?? 1 },
  }
}

/**
 * The run of an evaluation (`POST /api/evaluations/batch/log_results`, sent piece by piece): of each evaluator the mean of its scores over the examples, or the
 * share that passed, as LangWatch's own page shows them.
 */
export function loadEvaluation({ id, experiment, rows }: SentRun, file: string, reading: Reading): LoadedRun {
  const gaps: Gap[] = []
  const values = new Map<string, Map<string, number>>()
  let failed = 0
  let startedAt: number | null = null
  let endedAt: number | null = null
  let error: string | null = null
  const examples = new Set<string>()
  for (const { leaves, line } of rows) {
    startedAt ??= timeAt(leaves, 'timestamps.created_at')
    endedAt = timeAt(leaves, 'timestamps.finished_at') ?? endedAt
    for (const each of listAt(leaves, 'dataset')) {
      const index = each.get('index')
      if (index !== undefined) examples.add(textOfLoose(index))
      const raised = each.get('error')
      if (typeof raised === 'string' && raised !== '') error = raised
    }
    for (const each of listAt(leaves, 'evaluations')) {
      const name = each.get('name') ?? each.get('evaluator')
      if (typeof name !== 'string') continue
      if (each.get('status') === 'error') failed += 1
      if (each.get('status') !== 'processed') continue
      const passed = each.get('passed')
      const score = numberOfLoose(each.get('score')) ?? (typeof passed === 'boolean' ? Number(passed) : null)
      const index = textOfLoose(each.get('index') ?? String(line))
      if (score === null)
        gaps.push(gap(`metric ${name}`, `${file}:${line}`, `example ${quoted(index)} has no score`))
      // An example that was sent again is one example.
      else values.set(name, (values.get(name) ?? new Map()).set(index, score))
    }
  }
  const stated = new Map<string, StatedValue>(
    [...values].map(([name, scores]) => [name, { value: mean([...scores.values()]), step: null, file }]),
  )
  const told = [
    ...(examples.size > 0 ? [['examples', examples.size] as const] : []),
    ...(failed > 0 ? [['evaluations that failed', failed] as const] : []),
  ]
  for (const [name, count] of told) if (!stated.has(name)) reading.series(name, file)?.(null, null, count)
  return {
    experiment: { id: experiment, name: experiment },
    name: id,
    status: endedAt === null ? 'unknown' : 'finished',
    startedAt,
    endedAt,
    params: new Map(),
    tags: new Map(error === null ? [] : [['error', error.slice(0, 500)]]),
    stated,
    gaps,
    origin: { file, line: rows[0]?.line ?? 1 },
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function listAt(leaves: Row['leaves'], name: string): readonly ReadonlyMap<string, LooseJson>[] {
  const value = leaves.get(name)
  return isLooseList(value) ? value.filter(isLooseMap) : []
}

function timeAt(leaves: Row['leaves'], name: string): number | null {
  const time = numberOfLoose(leaves.get(name))
  return time !== null && Number.isFinite(time) && time > 0 ? time : null
}

function textAt(leaves: Row['leaves'], name: string): string | null {
  const value = leaves.get(name)
  return typeof value === 'string' && value !== '' ? value : null
}
