import { isDone } from '../../runs/run.ts'
import type { EvidenceRun } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { gpuHoursOf } from '../resources.ts'
import { secondsOf } from '../run-time.ts'
import { triedValue } from '../setting-of.ts'
import { isTelling } from '../what-varied.ts'
import type { SettledProposal } from './settle-proposal.ts'

/** What one run of a proposal is likely to take. */
export interface RunCost {
  readonly seconds: number
  /** GPU hours; null where like runs log none. */
  readonly gpuHours: number | null
  /** The finished runs that the medians are of. */
  readonly like: readonly EvidenceRun[]
  /** A length of training that the proposal changes, by which the time was multiplied; null where it changes none. */
  readonly scaledBy: { readonly param: string; readonly factor: number } | null
}

/** Parameters that training takes longer by. */
const LENGTH =
  /(^|[_./-])(n_|num_|max_)?(epochs?|steps|iterations|iters|n_?estimators|boost_rounds?|rounds)$/i

/**
 * The median time of finished runs of the same model and methods, else of all, with that of a changed length of training in
 * proportion; null where no run tells how long it took.
 */
export function costOfRun(settled: SettledProposal, runs: readonly EvidenceRun[]): RunCost | null {
  const timed = runs.filter(({ run }) => isDone(run) && secondsOf(run) !== null)
  const telling = [...settled.params].filter(([name]) => isTelling(name))
  const alike = timed.filter(({ run }) =>
    telling.every(([name, text]) => {
      const [own, its] = [triedValue(name, text, run), triedValue(name, run.params.get(name) ?? '', run)]
      return own?.key === its?.key
    }),
  )
  const sameLength = alike.filter(({ run }) =>
    [...settled.from.run.params].every(([name, text]) => !LENGTH.test(name) || run.params.get(name) === text),
  )
  const like = sameLength.length > 0 ? sameLength : alike.length > 0 ? alike : timed
  const seconds = median(like.flatMap(({ run }) => secondsOf(run) ?? []))
  if (seconds === null) return null
  const scaledBy = sameLength.length > 0 ? scaleOf(settled) : null
  const factor = scaledBy?.factor ?? 1
  const gpuHours = median(like.flatMap(({ run }) => gpuHoursOf(run) ?? []))
  return {
    seconds: seconds * factor,
    gpuHours: gpuHours === null ? null : gpuHours * factor,
    like,
    scaledBy,
  }
}

function scaleOf({ changes }: SettledProposal): RunCost['scaledBy'] {
  for (const { param, from, to } of changes) {
    const [before, after] = [parseNumber(from ?? ''), parseNumber(to ?? '')]
    if (!LENGTH.test(param) || before === null || after === null || before <= 0 || after <= 0) continue
    return { param, factor: after / before }
  }
  return null
}

/** The middle value; of an even number the mean of both in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
