import { median } from 'simple-statistics'
import { isDone } from '../../runs/run.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { addressesOf, joined, restsOn } from '../listed-runs.ts'
import { runTime } from '../run-time.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping } from '../what-varied.ts'

const FEWEST_RUNS = 5
const MOST_NAMED = 3
/** So many times the median is out of the common, so large a share of the runs is not. */
const FACTOR = 2
const LARGEST_SHARE = 0.25
/** Seconds beyond the median from which on it is worth a word. */
const LEAST_LOST = 300

/**
 * Runs that took far longer than others which logged as many steps, where no setting sets them apart: a busy machine, a cold
 * cache, a paused job. It is told since what a run costs is planned from such times.
 */
export function slowRuns(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { own } = runTime(evidence.runs)
  const timed = evidence.runs.flatMap((one) => {
    const [seconds, steps] = [own.get(one.address), stepsOf(one)]
    return seconds === undefined || steps === null || !isDone(one.run) ? [] : [{ one, seconds, steps }]
  })
  const alike = Map.groupBy(timed, ({ one, steps }) => JSON.stringify([one.run.experiment.id, steps]))
  return [...alike.values()].flatMap((group) => slowOf(group)).slice(0, 1)
}

interface Timed {
  readonly one: EvidenceRun
  readonly seconds: number
}

function slowOf(group: readonly Timed[]): readonly NewFinding[] {
  const typical = median(group.map(({ seconds }) => seconds))
  if (group.length < FEWEST_RUNS) return []
  const slow = group
    .filter(({ seconds }) => seconds > FACTOR * typical && seconds - typical >= LEAST_LOST)
    .toSorted((a, b) => b.seconds - a.seconds)
  const others = group.filter((one) => !slow.includes(one))
  if (slow.length === 0 || slow.length > MOST_NAMED || slow.length > group.length * LARGEST_SHARE) return []
  if (isExplained(slow, others)) return []
  const runs = slow.map(({ one }) => one)
  const named = addressesOf(runs)
  return [
    {
      kind: 'cost',
      sentence: `${joined(named.map((address) => `[[${address}]]`))} took ${joined(named.map((address) => `[[${address}.duration]]`))}, the other [[this.others]] runs with as many steps [[this.typical]] in the median: no setting that is logged tells ${slow.length === 1 ? 'it' : 'them'} apart.`,
      rests: restsOn([...runs, ...others.map(({ one }) => one)]),
      values: {
        others: counted(others.length, 'finished runs of the experiment with as many steps'),
        typical: {
          value: median(others.map(({ seconds }) => seconds)),
          unit: 's',
          metric: null,
          how: 'median of their durations',
        },
      },
    },
  ]
}

/** The highest step of any series of the run; null where none tells one. */
function stepsOf({ curves }: EvidenceRun): number | null {
  const steps = [...curves.values()].flatMap(({ last, steps: known }) =>
    known === 'none' || last.step === null ? [] : [last.step],
  )
  return steps.length === 0 ? null : Math.max(...steps)
}

/** Whether some setting is one thing in the slow runs and another in all others: a value of their own, or beyond all of theirs. */
function isExplained(slow: readonly Timed[], others: readonly Timed[]): boolean {
  const names = new Set([...slow, ...others].flatMap(({ one }) => [...one.run.params.keys()]))
  return [...names].some((name) => {
    if (isBookkeeping(name)) return false
    const valuesIn = (list: readonly Timed[]): readonly string[] =>
      list.map(({ one }) => {
        const text = one.run.params.get(name)
        return text === undefined ? '' : settingValue(name, text).key
      })
    const [own, theirs] = [valuesIn(slow), valuesIn(others)]
    const isApart = new Set(own).size === 1 && !theirs.includes(own[0] ?? '')
    const [ownNumbers, theirNumbers] = [slow, others].map((list) =>
      list.map(({ one }) => Number(one.run.params.get(name) ?? Number.NaN)),
    )
    const isBeyond =
      Math.min(...(ownNumbers ?? [])) > Math.max(...(theirNumbers ?? [])) ||
      Math.max(...(ownNumbers ?? [])) < Math.min(...(theirNumbers ?? []))
    // Of numbers only the order explains anything: any of them may be one run's alone.
    return isBeyond || (isApart && (ownNumbers ?? []).every(Number.isNaN))
  })
}
