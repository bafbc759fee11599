import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { floorOf, isStill, leastDifference, measuredReplicates } from '../noise-floor.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { settingOf } from '../setting-of.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping, isSeed } from '../what-varied.ts'
import { measuredIn, type Setup } from './judge-setup.ts'

/** Something that a run must have in common with the one that it reproduces. */
export type ReproductionCheck =
  | { readonly kind: 'status' }
  | { readonly kind: 'settings'; readonly params: readonly string[] }
  | { readonly kind: 'data'; readonly digests: readonly string[] }
  | { readonly kind: 'commit'; readonly commit: string; readonly isDirty: boolean }
  | { readonly kind: 'steps'; readonly metric: string; readonly lastStep: number }
  | {
      readonly kind: 'metric'
      readonly metric: string
      readonly expected: number
      readonly tolerance: number
      readonly ground: ToleranceGround
      /** How many replicates it rests on; none for the others. */
      readonly runs: number
    }
  | { readonly kind: 'duration'; readonly seconds: number; readonly factor: number }

/** Why a tolerance is what it is. */
export type ToleranceGround = 'repeats' | 'still' | 'replicates' | 'convention'

const MOST_METRICS = 5
/** Where nothing tells how far a metric scatters. */
const CONVENTION = 0.01
/** Doubles that were added up in another order. */
const SAME = 1e-9
const FACTOR = 2

/**
 * What a reproduction is held against, the surest first: status, settings, data, commit, steps, metrics, duration. A
 * metric's tolerance is what seeds alone move it by, where replicates among the siblings tell; next to nothing where the same
 * setting and seed came out the same before; else a convention, which says that it is one.
 */
export function reproductionChecks(
  { target, siblings, items }: Setup,
  evidence: Pick<EvidenceWithoutFindings, 'metrics' | 'lead' | 'dataSets'>,
): readonly ReproductionCheck[] {
  const { run } = target
  const params = [...run.params.keys()].filter((name) => !isBookkeeping(name))
  const digests = [...new Set(run.dataSets.map(({ digest }) => digest).filter((digest) => digest !== ''))]
  const isDirty = items.some(
    ({ id, clue }) => id === 'tree' && clue?.value.startsWith('uncommitted') === true,
  )
  const checks: ReproductionCheck[] = []
  if (run.status === 'finished') checks.push({ kind: 'status' })
  if (params.length > 0) checks.push({ kind: 'settings', params })
  if (digests.length > 0) checks.push({ kind: 'data', digests })
  if (run.code.commit !== null) checks.push({ kind: 'commit', commit: run.code.commit, isDirty })
  const ranked = rankMetrics([run], evidence.metrics)
  const metrics = measuredIn(target, evidence.lead?.metric ?? null)
    .toSorted(
      (a, b) =>
        Number(b === evidence.lead?.metric) - Number(a === evidence.lead?.metric) ||
        placeIn(ranked, a) - placeIn(ranked, b),
    )
    .slice(0, MOST_METRICS)
  for (const metric of metrics) {
    const lastStep = run.metrics.get(metric)?.lastStep ?? null
    if (lastStep !== null && lastStep > 0 && !checks.some((one) => one.kind === 'steps'))
      checks.push({ kind: 'steps', metric, lastStep })
  }
  for (const metric of metrics) {
    const expected = headlineValue(target, metric, evidence.metrics)
    if (expected === null) continue
    checks.push({
      kind: 'metric',
      metric,
      expected,
      ...toleranceOf(metric, expected, target, siblings, evidence),
    })
  }
  if (run.startedAt !== null && run.endedAt !== null && run.endedAt - run.startedAt >= 1000)
    checks.push({ kind: 'duration', seconds: (run.endedAt - run.startedAt) / 1000, factor: FACTOR })
  return checks
}

function toleranceOf(
  metric: string,
  expected: number,
  target: EvidenceRun,
  siblings: readonly EvidenceRun[],
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): { readonly tolerance: number; readonly ground: ToleranceGround; readonly runs: number } {
  const again = repeatsOf(target, siblings).filter(
    (one) => headlineValue(one, metric, evidence.metrics) !== null,
  )
  if (again.length > 0 && again.every((one) => headlineValue(one, metric, evidence.metrics) === expected))
    return { tolerance: Math.abs(expected) * SAME, ground: 'repeats', runs: again.length }
  const groups = measuredReplicates(evidence, metric, [target, ...siblings])
  const own = groups.find((group) => group.some(({ one }) => one.address === target.address))
  if (own !== undefined && own.length > 1 && isStill(own))
    return { tolerance: Math.abs(expected) * SAME, ground: 'still', runs: own.length - 1 }
  const floor = floorOf(groups)
  if (floor !== null) return { tolerance: leastDifference(floor), ground: 'replicates', runs: floor.runs }
  return { tolerance: Math.abs(expected) * CONVENTION, ground: 'convention', runs: 0 }
}

function placeIn(ranked: readonly string[], metric: string): number {
  const index = ranked.indexOf(metric)
  return index === -1 ? ranked.length : index
}

/** Runs of the same settings, seed and data. */
function repeatsOf(target: EvidenceRun, siblings: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const rules = { ignore: [], tolerance: 0 }
  const own = settingOf(target.run, rules)
  if (own === null || ![...target.run.params.keys()].some(isSeed)) return []
  return siblings.filter(({ run }) => run.status === 'finished' && settingOf(run, rules)?.key === own.key)
}

const GROUNDS: Readonly<Record<ToleranceGround, string>> = {
  repeats: 'the same setting and seed came out the same before ([[this.runs]] other runs)',
  still: 'other seeds gave the same value ([[this.runs]] other runs)',
  replicates: 'what seeds alone move it by ([[this.runs]] replicates among the siblings)',
  convention: 'a convention: nothing tells how far it scatters',
}
const HOW: Readonly<Record<ToleranceGround, string>> = {
  repeats: 'the rounding of doubles added up in another order',
  still: 'the rounding of doubles added up in another order',
  replicates: 'least difference beyond seeds, two-sided at 95 %, one run against one',
  convention: '1 % of the value, by convention',
}

/** Each check as a sentence. */
export function findingsOfChecks(
  checks: readonly ReproductionCheck[],
  { target }: Setup,
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): readonly NewFinding[] {
  return checks.map((check) => ({ kind: 'setup-check' as const, ...sentenceOf(check, target, evidence) }))
}

function sentenceOf(
  check: ReproductionCheck,
  target: EvidenceRun,
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): Omit<NewFinding, 'kind'> {
  const { address } = target
  const counted = (value: number, how: string) => ({ value, unit: null, metric: null, how })
  switch (check.kind) {
    case 'status':
      return { sentence: `It finishes, as [[${address}]] did.`, rests: [`${address}.status`] }
    case 'settings':
      return {
        sentence:
          check.params.length === 1
            ? 'It logs the same value of the [[this.count]] setting that was logged.'
            : 'It logs the same values of the [[this.count]] settings that were logged.',
        rests: [address],
        values: { count: counted(check.params.length, 'settings that the run logs') },
      }
    case 'data':
      return {
        sentence: 'Its data have the digest [[this.digest]].',
        rests: [address],
        texts: { digest: { text: check.digests.join(', '), from: 'digest of the data set' } },
      }
    case 'commit':
      return {
        sentence: `Its code is at commit [[${address}.commit]], ${check.isDirty ? 'with the changes that were not committed then' : 'without uncommitted changes'}.`,
        rests: [`${address}.commit`],
      }
    case 'steps': {
      const slot = `${address}.metric[${JSON.stringify(check.metric)}].last.step`
      return {
        sentence: `[[this.metric]] ends at step [[${slot}]].`,
        rests: [slot],
        texts: named(check.metric),
      }
    }
    case 'metric': {
      const slot = metricSlot(target, check.metric)
      return {
        sentence: `[[this.metric]] comes out within [[this.tolerance]] of [[${slot}]]: ${check.runs === 1 ? GROUNDS[check.ground].replace('other runs', 'other run') : GROUNDS[check.ground]}.`,
        rests: [slot],
        values: {
          tolerance: {
            value: check.tolerance,
            unit: evidence.metrics.unit(check.metric),
            metric: check.metric,
            how: HOW[check.ground],
          },
          ...(check.runs === 0 ? {} : { runs: counted(check.runs, 'runs counted') }),
        },
        texts: named(check.metric),
      }
    }
    case 'duration':
      return {
        sentence: `It takes at most [[this.factor]] times as long as [[${address}.duration]], and no less than its part (a hint, no failure).`,
        rests: [`${address}.duration`],
        values: { factor: counted(check.factor, 'by convention') },
      }
    default:
      return check satisfies never
  }
}

function named(metric: string) {
  return { metric: { text: metric, from: 'name of the metric' } }
}

/** How a check came out of another run; `open` where that run does not log what it takes. */
export interface CheckOutcome {
  readonly check: ReproductionCheck
  readonly outcome: 'holds' | 'fails' | 'open'
  /** What the other run has, in words. */
  readonly actual: string
}

/** Holds a new run against the checks. A duration that is off is no failure. */
export function runChecks(
  checks: readonly ReproductionCheck[],
  target: EvidenceRun,
  other: EvidenceRun,
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): readonly CheckOutcome[] {
  return checks.map((check) => ({ check, ...outcomeOf(check, target, other, evidence) }))
}

function outcomeOf(
  check: ReproductionCheck,
  target: EvidenceRun,
  other: EvidenceRun,
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
): Omit<CheckOutcome, 'check'> {
  const { run } = other
  switch (check.kind) {
    case 'status':
      return { outcome: run.status === 'finished' ? 'holds' : 'fails', actual: run.status }
    case 'settings': {
      const off = check.params.flatMap((name) => {
        const [own, theirs] = [target.run.params.get(name) ?? '', run.params.get(name)]
        if (theirs === undefined) return [`${name} not logged`]
        return settingValue(name, own).key === settingValue(name, theirs).key
          ? []
          : [`${name}=${theirs}, was ${own}`]
      })
      const isOff = off.some((text) => !text.endsWith('not logged'))
      return off.length === 0
        ? { outcome: 'holds', actual: 'all the same' }
        : { outcome: isOff ? 'fails' : 'open', actual: off.join('; ') }
    }
    case 'data': {
      const theirs = run.dataSets.map(({ digest }) => digest).filter((digest) => digest !== '')
      if (theirs.length === 0) return { outcome: 'open', actual: 'no data set logged' }
      const isSame = check.digests.every((digest) => theirs.includes(digest))
      return { outcome: isSame ? 'holds' : 'fails', actual: theirs.join(', ') }
    }
    case 'commit': {
      const { commit, dirty } = run.code
      if (commit === null) return { outcome: 'open', actual: 'no commit logged' }
      if (dirty === true && check.isDirty && commit === check.commit)
        return { outcome: 'open', actual: `${commit}, with uncommitted changes, as before: the same ones?` }
      if (dirty === true) return { outcome: 'fails', actual: `${commit}, with uncommitted changes` }
      return { outcome: commit === check.commit ? 'holds' : 'fails', actual: commit }
    }
    case 'steps': {
      const last = run.metrics.get(check.metric)?.lastStep ?? null
      if (last === null) return { outcome: 'open', actual: 'not logged' }
      return { outcome: last === check.lastStep ? 'holds' : 'fails', actual: `step ${last}` }
    }
    case 'metric': {
      const value = headlineValue(other, check.metric, evidence.metrics)
      if (value === null) return { outcome: 'open', actual: 'not logged' }
      const isClose = Math.abs(value - check.expected) <= check.tolerance * (1 + 1e-12)
      return { outcome: isClose ? 'holds' : 'fails', actual: String(value) }
    }
    case 'duration': {
      if (run.startedAt === null || run.endedAt === null) return { outcome: 'open', actual: 'not logged' }
      const seconds = (run.endedAt - run.startedAt) / 1000
      const isAlike = seconds <= check.seconds * check.factor && seconds * check.factor >= check.seconds
      return { outcome: isAlike ? 'holds' : 'open', actual: `${seconds} s` }
    }
    default:
      return check satisfies never
  }
}
