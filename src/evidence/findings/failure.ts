import { isBroken, isDone } from '../../runs/run.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { finishedRuns } from '../finished-runs.ts'
import { addressesOf, listedRuns, restsOn } from '../listed-runs.ts'
import { type RunError, runError } from '../run-error.ts'
import { LEAST_SECONDS, runTime } from '../run-time.ts'
import { triedIn, triedValue } from '../setting-of.ts'
import { isSeed, isTelling } from '../what-varied.ts'

const MOST_CAUSES = 3
/** So many broken runs must share a setting that no other run has, before it is said. */
const FEWEST_SHARING = 3

/** Runs that broke in the same way: with like errors, or with the same status and no error. */
interface Cause {
  readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
  readonly error: RunError | null
  readonly seconds: number
}

/**
 * Runs that failed or were killed, those with like errors together (numbers, addresses and paths apart), what ended them as far as it is
 * logged, whether it happened before or the same settings finished later, and the time they took. A document never
 * leaves them out: what is beyond the three costliest causes is named together.
 */
export function failure(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const causes = causesOf(evidence)
  const others = causes.slice(MOST_CAUSES).flatMap(({ runs }) => runs)
  return [
    ...causes.slice(0, MOST_CAUSES).map((cause) => ofCause(cause, evidence)),
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'failure' as const,
            sentence: `${listedRuns(addressesOf(others))} failed or were killed as well, for other causes.`,
            rests: restsOn(others),
          },
        ]),
    ...sharedByAll(evidence),
    ...wasted(evidence),
  ]
}

/**
 * The setting that every broken run has and no finished one, where three or more broke and as many finished: the most
 * telling one alone, since runs of one sweep share many.
 */
function sharedByAll(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const broken = brokenIn(evidence.runs)
  const finished = evidence.runs.filter(({ run }) => isDone(run))
  const [first] = broken
  if (first === undefined || broken.length < FEWEST_SHARING || finished.length < FEWEST_SHARING) return []
  const valueIn = ({ run }: EvidenceRun, param: string): string | null => {
    const text = run.params.get(param)
    return text === undefined ? null : JSON.stringify(triedValue(param, text, run))
  }
  const shared = [...first.run.params.keys()]
    .filter((param) => {
      const value = valueIn(first, param)
      return (
        value !== null &&
        value !== 'null' &&
        broken.every((one) => valueIn(one, param) === value) &&
        finished.every((one) => one.run.params.has(param) && valueIn(one, param) !== value)
      )
    })
    .sort((a, b) => Number(isTelling(b)) - Number(isTelling(a)) || (a < b ? -1 : 1))
  const [param] = shared
  if (param === undefined) return []
  const setting = `${param} [[${first.address}.param[${JSON.stringify(param)}]]]`
  return [
    {
      kind: 'failure',
      sentence: `All [[this.broken]] that failed or were killed have ${setting}; none of the [[this.finished]] ${finishedRuns(evidence)} has.`,
      rests: restsOn(broken),
      values: {
        broken: { value: broken.length, unit: null, metric: null, how: 'runs that failed or were killed' },
        finished: { value: finished.length, unit: null, metric: null, how: 'finished runs' },
      },
    },
  ]
}

function brokenIn(runs: readonly EvidenceRun[]): readonly EvidenceRun[] {
  return runs.filter(({ run }) => isBroken(run))
}

function causesOf(evidence: EvidenceWithoutFindings): readonly Cause[] {
  const { own } = runTime(evidence.runs)
  const broken = brokenIn(evidence.runs).map((one) => ({ one, error: runError(one) }))
  return [...Map.groupBy(broken, ({ one, error }) => `${one.run.status} ${error?.alike ?? ''}`).values()]
    .flatMap((members): readonly Cause[] => {
      const [first, ...more] = members
      if (first === undefined) return []
      return [
        {
          runs: [first.one, ...more.map(({ one }) => one)],
          error: first.error,
          seconds: members.reduce((sum, { one }) => sum + (own.get(one.address) ?? 0), 0),
        },
      ]
    })
    .sort(
      (a, b) =>
        Number(b.error !== null) - Number(a.error !== null) ||
        b.seconds - a.seconds ||
        b.runs.length - a.runs.length,
    )
}

function ofCause({ runs, error }: Cause, evidence: EvidenceWithoutFindings): NewFinding {
  const [first, ...more] = runs
  const ended = first.run.status === 'failed' ? 'failed' : more.length > 0 ? 'were killed' : 'was killed'
  const names = listedRuns(addressesOf(runs))
  const again = finishedLater(runs, evidence)
  const before = error === null ? [] : earlierAlike(error, first, evidence)
  const crash = crashedAt(runs, evidence)
  const isSame = new Set(runs.map((one) => runError(one)?.line)).size === 1
  const together = more.length === 0 ? '' : isSame ? ' with the same error' : ' with like errors'
  const cause =
    error?.cause == null ? '' : error.cause.startsWith('on ') ? ` ${error.cause}` : `, ${error.cause}`
  const sentences = [
    error === null
      ? `${names} ${ended}${crash?.words ?? ''}; no error is logged.`
      : `${names} ${ended}${crash?.words ?? ''}${together}${cause}: [[${first.address}.error]].`,
    ...(before.length === 0 ? [] : [`Before that it ended ${listedRuns(addressesOf(before), 2)}.`]),
    ...(again === null
      ? []
      : [
          again.failed === first && more.length === 0
            ? `[[${again.later.address}]] ran with the same logged settings later and finished.`
            : `The logged settings of [[${again.failed.address}]] finished later, in [[${again.later.address}]].`,
        ]),
  ]
  const isTold = (one: EvidenceRun): boolean => evidence.runs.some(({ address }) => address === one.address)
  const mentioned = [...runs, ...before.slice(0, 2), ...(again === null ? [] : [again.later])]
  return {
    kind: 'failure',
    scope: before.length > 0 || (again !== null && !isTold(again.later)) ? 'project' : 'session',
    sentence: sentences.join(' '),
    rests: restsOn(mentioned),
    ...(crash === null ? {} : { values: crash.values }),
  }
}

interface Reached {
  readonly one: EvidenceRun
  readonly metric: string
  readonly step: number
}

/**
 * The last steps that broken runs logged, the lowest and the highest of several, against the step at which finished runs ended
 * the same series; each where that is known.
 */
function crashedAt(
  runs: Cause['runs'],
  evidence: EvidenceWithoutFindings,
): { readonly words: string; readonly values: Readonly<Record<string, FindingValue>> } | null {
  const reached = runs.flatMap((one) => reachedBy(one) ?? []).toSorted((a, b) => a.step - b.step)
  const [lowest] = reached
  const highest = reached.at(-1)
  if (lowest === undefined || highest === undefined) return null
  const [from, to] = [lowest, highest].map(
    ({ one, metric }) => `[[${one.address}.metric[${JSON.stringify(metric)}].last.step]]`,
  )
  const isPart = reached.length < runs.length
  const where =
    runs.length === 1
      ? ` after step ${from}`
      : lowest.step === highest.step
        ? ` after step ${from}${isPart ? ' as far as steps are logged' : ' each'}`
        : ` after steps ${from} to ${to}${isPart ? ' as far as steps are logged' : ''}`
  const usual = reached.every(({ metric }) => metric === highest.metric)
    ? usualEnd(highest.metric, evidence)
    : null
  if (usual === null || usual <= highest.step) return { words: where, values: {} }
  return {
    words: `${where}, where ${finishedRuns(evidence)} went to [[this.usualEnd]]`,
    values: {
      usualEnd: {
        value: usual,
        unit: 'step',
        metric: null,
        how: `last step of ${highest.metric} in all finished runs that logged it`,
      },
    },
  }
}

/** The series of a run that went furthest; null where none has steps. */
function reachedBy(one: EvidenceRun): Reached | null {
  return [...one.curves]
    .filter(([, curve]) => curve.steps !== 'none')
    .flatMap(([metric]): readonly Reached[] => {
      const step = one.run.metrics.get(metric)?.lastStep ?? null
      return step === null ? [] : [{ one, metric, step }]
    })
    .reduce<Reached | null>(
      (furthest, next) =>
        furthest === null ||
        next.step > furthest.step ||
        (next.step === furthest.step && next.metric < furthest.metric)
          ? next
          : furthest,
      null,
    )
}

/** The step at which every finished run ended a series; null where they differ or there is none. */
function usualEnd(metric: string, evidence: EvidenceWithoutFindings): number | null {
  const ends = new Set(
    evidence.runs.flatMap((one) => {
      const step = one.run.metrics.get(metric)?.lastStep
      return isDone(one.run) && one.curves.has(metric) && step != null ? [step] : []
    }),
  )
  const [only] = ends
  return ends.size === 1 && only !== undefined ? only : null
}

/** A finished run that started after one of these, with the same settings, seeds and bookkeeping apart. */
function finishedLater(
  runs: Cause['runs'],
  evidence: EvidenceWithoutFindings,
): { readonly failed: EvidenceRun; readonly later: EvidenceRun } | null {
  const finished = new Map<string, EvidenceRun>()
  for (const one of [...evidence.runs, ...evidence.earlier]) {
    if (!isDone(one.run) || one.run.startedAt === null) continue
    const settings = setIn(one)
    if (settings === null) continue
    const known = finished.get(settings)
    // The last one: if any started later, it did.
    if (known === undefined || (known.run.startedAt ?? 0) < one.run.startedAt) finished.set(settings, one)
  }
  for (const failed of runs) {
    const settings = setIn(failed)
    const later = settings === null ? undefined : finished.get(settings)
    if (failed.run.startedAt === null) continue
    if (later !== undefined && (later.run.startedAt ?? 0) > failed.run.startedAt) return { failed, later }
  }
  return null
}

/** A command line alone says little of what was tried. */
const COMMAND = /(^|[._-])(argv|args|cmd|command|command_?line)([._-]|$)/i

/** What was set in a run, and its data; null where nothing was logged but a command line. */
function setIn({ run }: EvidenceRun): string | null {
  const tried = [...run.params.keys()].every((name) => COMMAND.test(name) || isSeed(name))
    ? null
    : triedIn(run)
  return tried === null ? null : JSON.stringify([tried, run.dataSets.map(({ digest }) => digest).sort()])
}

/** Runs of the project that are not told here, started before, and broke with a like error. */
function earlierAlike(
  error: RunError,
  first: EvidenceRun,
  evidence: EvidenceWithoutFindings,
): readonly EvidenceRun[] {
  return evidence.earlier.filter(
    (one) =>
      isBroken(one.run) &&
      (one.run.startedAt ?? Number.POSITIVE_INFINITY) < (first.run.startedAt ?? 0) &&
      runError(one)?.alike === error.alike,
  )
}

function wasted(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { own, total } = runTime(evidence.runs)
  const broken = brokenIn(evidence.runs)
  const seconds = broken.reduce((sum, one) => sum + (own.get(one.address) ?? 0), 0)
  if (total < LEAST_SECONDS || seconds < 60) return []
  const unknown = broken.filter((one) => !own.has(one.address))
  return [
    {
      kind: 'failure',
      sentence: `What failed or was killed took [[this.wasted]] of [[this.total]] of run time${unknown.length === 0 ? '' : `, ${listedRuns(addressesOf(unknown), 2)} not counted: no end is logged`}.`,
      rests: restsOn(broken),
      values: {
        wasted: {
          value: seconds,
          unit: 's',
          metric: null,
          how: 'sum of durations, children not counted twice',
        },
        total: { value: total, unit: 's', metric: null, how: 'sum of durations, children not counted twice' },
      },
    },
  ]
}
