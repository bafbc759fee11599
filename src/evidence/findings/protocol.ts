import { isSameValue } from '../../statistics/difference.ts'
import { movesWithThreshold } from '../comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingText, NewFinding } from '../evidence.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { type Break, protocolTimeline } from '../protocol-timeline.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { isBookkeeping, isSeed } from '../what-varied.ts'

const MOST_BREAKS = 4
/** So many further changes at the same run are told with the first. */
const MOST_AT_ONCE = 3
const WEEK = 7 * 24 * 3_600_000

/** Breaks that change what values mean come before those that change how runs are made. */
const ORDER: readonly Break['what'][] = [
  'primary metric',
  'evaluation data',
  'split',
  'threshold',
  'budget',
  'code',
]

/**
 * Where the protocol changed for good, and what stands in the way of comparing code with code: breaks among the runs told
 * here, or shortly before them where their own experiments go back across it; and equal settings that gave other values
 * under another commit.
 */
export function protocol(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const all = [...evidence.runs, ...evidence.earlier]
  const byKey = new Map(all.map((one) => [one.run.key, one]))
  const breaks = protocolTimeline(
    all.map(({ run }) => run),
    evidence.experiments,
  )
    .filter((one) => concerns(one, evidence, byKey))
    .sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what))
  return [
    ...atOnce(breaks, evidence)
      .slice(0, MOST_BREAKS)
      .flatMap((together) => tell(together, evidence, byKey)),
    ...otherCode(evidence),
  ]
}

/** A break concerns the runs told where it lies among them, or a week before them at most, with runs of theirs on its far side. */
function concerns(
  { at, last }: Break,
  evidence: EvidenceWithoutFindings,
  byKey: ReadonlyMap<string, EvidenceRun>,
): boolean {
  const first = byKey.get(at)
  const before = byKey.get(last)
  if (first === undefined || before === undefined) return false
  if (evidence.runs.some(({ address }) => address === first.address)) return true
  const start = Math.min(...evidence.runs.map(({ run }) => run.startedAt ?? Number.POSITIVE_INFINITY))
  const since = start - (first.run.startedAt ?? 0)
  const experiments = new Set(evidence.runs.map(({ run }) => run.experiment.id))
  return since >= 0 && since <= WEEK && experiments.has(before.run.experiment.id)
}

/** Data and split that changed at one run are one event, unless narrate.yaml waives a part of it. */
function atOnce(
  breaks: readonly Break[],
  { rules }: EvidenceWithoutFindings,
): readonly (readonly [Break, ...Break[]])[] {
  const isWaived = ({ what }: Break): boolean => rules.waivers.some(({ across }) => across === what)
  const events = Map.groupBy(breaks, (one) =>
    (one.what === 'evaluation data' || one.what === 'split') && !isWaived(one)
      ? JSON.stringify([one.last, one.at, one.among, one.runsBefore, one.runsAfter])
      : one,
  )
  return [...events.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  )
}

function tell(
  [one, ...others]: readonly [Break, ...Break[]],
  evidence: EvidenceWithoutFindings,
  byKey: ReadonlyMap<string, EvidenceRun>,
): readonly NewFinding[] {
  const at = byKey.get(one.at)
  const last = byKey.get(one.last)
  if (at === undefined || last === undefined) return []
  const count = (value: number, how: string) => ({ value, unit: null, metric: null, how })
  const waiver = evidence.rules.waivers.find(({ across }) => across === one.what)
  const pair = one.what === 'threshold' ? samePair(one, at, evidence) : null
  const isSession = [at, last].every(({ address }) => evidence.runs.some((told) => told.address === address))
  const texts: Record<string, FindingText> = {
    name: { text: one.name, from: `${one.field} in the log` },
    from: { text: one.from ?? 'not logged', from: `${one.field} before` },
    to: { text: one.to, from: `${one.field} from there on` },
    ...Object.fromEntries(
      others.slice(0, MOST_AT_ONCE).flatMap((other, index): [string, FindingText][] => [
        [`name${letter(index)}`, { text: other.name, from: `${other.field} in the log` }],
        [`from${letter(index)}`, { text: other.from ?? 'not logged', from: `${other.field} before` }],
        [`to${letter(index)}`, { text: other.to, from: `${other.field} from there on` }],
      ]),
    ),
    ...(one.among === null ? {} : { among: { text: one.among, from: 'experiment or model of these runs' } }),
    ...(waiver === undefined ? {} : { because: { text: waiver.because, from: 'narrate.yaml' } }),
  }
  return [
    {
      kind: 'protocol',
      scope: isSession ? 'session' : 'project',
      sentence: `${whatChanged(one, at)}${changedWithIt(others)} ([[this.before]] runs before, [[this.after]] from there on)${consequence(one, evidence, waiver !== undefined)}.${pair?.sentence ?? ''}`,
      rests: [...new Set([last.address, at.address, ...(pair?.rests ?? [])])],
      values: {
        before: count(one.runsBefore, 'runs before it in order of start'),
        after: count(one.runsAfter, 'runs from there on in order of start'),
      },
      texts,
    },
  ]
}

function whatChanged({ what, name, from, among }: Break, at: EvidenceRun): string {
  const where = `at [[${at.address}]]${among === null ? '' : ' among runs of [[this.among]]'}`
  switch (what) {
    case 'primary metric':
      return `Primary metric changed from [[this.from]] to [[this.to]] ${where}`
    case 'evaluation data':
      return `Data set [[this.name]] changed ${where}: digest [[this.from]], then [[this.to]]`
    case 'split':
      return `The split changed ${where}: [[this.name]] [[this.from]], then [[this.to]]`
    case 'threshold':
      return `${/threshold|cut|point/i.test(name) ? 'The decision threshold' : 'What the metrics mean'} changed ${where}: [[this.name]] ${from === null ? 'not logged before' : '[[this.from]]'}, then [[this.to]]`
    case 'budget':
      return `The budget changed ${where}: [[this.name]] [[this.from]], then [[this.to]]`
    case 'code':
      return `The code changed ${where}`
    default:
      return what satisfies never
  }
}

/** What changed at the same run, in words behind the first. */
function changedWithIt(others: readonly Break[]): string {
  return others
    .slice(0, MOST_AT_ONCE)
    .map(({ what }, index) => {
      const [name, from, to] = ['name', 'from', 'to'].map((text) => `[[this.${text}${letter(index)}]]`)
      return what === 'split'
        ? `, and the split with it: ${name} ${from}, then ${to}`
        : `, and data set ${name} with it: digest ${from}, then ${to}`
    })
    .join('')
}

function letter(index: number): string {
  return String.fromCharCode(65 + index)
}

/** What follows for comparisons; a waiver is printed with its reason, in the user's words. */
function consequence({ what }: Break, evidence: EvidenceWithoutFindings, isWaived: boolean): string {
  if (what === 'budget')
    return isWaived
      ? '; ranked together all the same, waived: “[[this.because]]”'
      : '; who is best across it is told with it'
  if (what === 'primary metric' || what === 'code')
    return isWaived ? '; compared across it all the same: “[[this.because]]”' : ''
  const lead = evidence.lead?.metric
  const subject = what === 'threshold' && lead !== undefined && movesWithThreshold(lead) ? ` by ${lead}` : ''
  if (isWaived) return `; ranked together${subject} all the same, waived: “[[this.because]]”`
  if (what === 'threshold' && subject === '') return '; metrics that depend on it are not ranked across'
  return `; not ranked together${subject}`
}

/** The last run before and the first after that have all other settings in common: what the change alone did to a metric. */
function samePair(
  one: Break,
  at: EvidenceRun,
  evidence: EvidenceWithoutFindings,
): { readonly sentence: string; readonly rests: readonly string[] } | null {
  const rest = (run: EvidenceRun['run']): string =>
    JSON.stringify([...run.params].filter(([name]) => name !== one.name && !isBookkeeping(name)).sort())
  const start = at.run.startedAt ?? 0
  const finished = evidence.runs.filter(({ run }) => run.status === 'finished' && run.params.size > 1)
  const before = new Map(
    finished.filter(({ run }) => (run.startedAt ?? 0) < start).map((told) => [rest(told.run), told]),
  )
  const metrics = rankMetrics(
    finished.map(({ run }) => run),
    evidence.metrics,
  ).filter(movesWithThreshold)
  for (const after of finished.filter(({ run }) => (run.startedAt ?? 0) >= start)) {
    const twin = before.get(rest(after.run))
    if (twin === undefined) continue
    const metric = metrics.find((name) => {
      const [a, b] = [twin, after].map((told) => headlineValue(told, name, evidence.metrics))
      return a !== null && b !== null && a !== b
    })
    if (metric !== undefined)
      return {
        sentence: ` All else equal, ${metric} is [[${metricSlot(twin, metric)}]] in [[${twin.address}]] and [[${metricSlot(after, metric)}]] in [[${after.address}]].`,
        rests: [twin.address, after.address],
      }
  }
  return null
}

/** Equal settings, seed and data under two commits, with other values, where one commit always gave one value. */
function otherCode(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const seeded = evidence.runs.filter(
    ({ run }) => run.status === 'finished' && run.code.commit !== null && [...run.params.keys()].some(isSeed),
  )
  const twins = Map.groupBy(seeded, ({ run, comparableAs }) =>
    JSON.stringify([comparableAs, [...run.params].filter(([name]) => !isBookkeeping(name)).sort()]),
  )
  for (const group of twins.values()) {
    const valued = group.flatMap((one) => {
      const value = headlineValue(one, metric, evidence.metrics)
      return value === null ? [] : [{ one, value }]
    })
    const byCommit = [...Map.groupBy(valued, ({ one }) => one.run.code.commit).values()]
    const isSteady = byCommit.every((same) => new Set(same.map(({ value }) => value)).size === 1)
    const [first, second] = byCommit.map(([one]) => one)
    // A commit is known to give one value only where it was run twice.
    const isRepeated = byCommit.some((same) => same.length > 1)
    if (first === undefined || second === undefined || !isSteady || !isRepeated) continue
    if (isSameValue(first.value, second.value)) continue
    const waiver = evidence.rules.waivers.find(({ across }) => across === 'code')
    return [
      {
        kind: 'protocol',
        sentence: `Same settings and seed, another commit: ${metric} is [[${metricSlot(first.one, metric)}]] in [[${first.one.address}]] and [[${metricSlot(second.one, metric)}]] in [[${second.one.address}]]${waiver === undefined ? '' : '; ranked together all the same, waived: “[[this.because]]”'}.`,
        rests: [first.one.address, second.one.address],
        ...(waiver === undefined
          ? {}
          : { texts: { because: { text: waiver.because, from: 'narrate.yaml' } } }),
      },
    ]
  }
  return []
}
