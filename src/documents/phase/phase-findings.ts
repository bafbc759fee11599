import { comparableFor } from '../../evidence/comparable-as.ts'
import { counted } from '../../evidence/counted.ts'
import type {
  EvidenceRun,
  EvidenceWithoutFindings,
  FindingValue,
  NewFinding,
} from '../../evidence/evidence.ts'
import { finishedRuns } from '../../evidence/finished-runs.ts'
import { headlineValue, metricSlot } from '../../evidence/headline.ts'
import { restsOn } from '../../evidence/listed-runs.ts'
import { runTime } from '../../evidence/run-time.ts'
import { isDone } from '../../runs/run.ts'
import { difference } from '../../statistics/difference.ts'
import { type Approach, approachesOf, nameOfApproach } from './approaches.ts'
import { type Call, callOf } from './call-of.ts'
import type { PhaseSubject } from './phase-subject.ts'

/** What a phase adds to what the runs say: its verdict by a stated rule, and what each approach came to. */
export function phaseFindings(
  evidence: EvidenceWithoutFindings,
  subject: PhaseSubject,
): readonly NewFinding[] {
  const approaches = approachesOf(evidence)
  const call = callOf(evidence, approaches, subject)
  return [verdict(call, evidence), ...approaches.map((one) => tellApproach(one, evidence))]
}

function verdict(call: Call, evidence: EvidenceWithoutFindings): NewFinding {
  const time = runTime(evidence.runs)
  return {
    kind: 'verdict',
    sentence: call.sentence,
    rests: call.rests,
    values: {
      ...call.values,
      time: {
        value: time.total,
        unit: 's',
        metric: null,
        how: 'sum of durations, children not counted twice',
      },
    },
    texts: { ...call.texts, call: { text: call.word, from: 'the rule that the sentence states' } },
  }
}

/** One approach: what was spent on it, its best beside that of the others, where it stands, and what would re-open it. */
function tellApproach(approach: Approach, evidence: EvidenceWithoutFindings): NewFinding {
  const { judged, param, runs, value } = approach
  const time = runTime(runs)
  const finished = runs.filter(({ run }) => run.status === 'finished').length
  const { name, reopen, result, spent, status } = wordsOf(approach, evidence)
  return {
    kind: 'approach',
    sentence: [`${name}: ${spent}.`, result, status, reopen].filter((one) => one !== '').join(' '),
    rests: [
      ...new Set([
        ...restsOn(runs),
        ...[judged?.ranked[0], judged?.rival, approach.overtaken?.at].flatMap((one) => one?.address ?? []),
        ...(approach.closedBy === null ? [] : [approach.closedBy.quote.address]),
      ]),
    ],
    values: {
      runs: counted(runs.length, 'runs of this approach, folds aside'),
      finished: counted(finished, 'of these, finished ones'),
      time: {
        value: time.total,
        unit: 's',
        metric: null,
        how: 'sum of durations, children not counted twice',
      },
      ...standingValues(approach),
    },
    texts: {
      approach: { text: param === null ? value : nameOfApproach(approach), from: 'the log' },
      status: { text: approach.status, from: 'the rules of phases' },
      ...(approach.overtaken === null
        ? {}
        : { primary: { text: approach.overtaken.to, from: 'statement in the log' } }),
    },
  }
}

/** The parts of what is said of an approach, sentences of ours; its own values are written `[[this.name]]`. Empty where nothing is to say. */
export interface ApproachWords {
  readonly name: string
  readonly spent: string
  readonly result: string
  readonly status: string
  readonly reopen: string
}

/** What is said of an approach, in parts: the whole of it is its finding's sentence. */
export function wordsOf(approach: Approach, evidence: EvidenceWithoutFindings): ApproachWords {
  const { param, runs } = approach
  const [first] = runs
  const finished = runs.filter(({ run }) => run.status === 'finished').length
  return {
    name:
      param === null ? '[[this.approach]]' : `${param} [[${first.address}.param[${JSON.stringify(param)}]]]`,
    spent: [
      `[[this.runs]] ${runs.length === 1 ? 'run' : 'runs'}`,
      ...(finished < runs.length ? ['[[this.finished]] finished'] : []),
      ...(runTime(runs).total >= 1 ? ['[[this.time]] of run time'] : []),
    ].join(', '),
    result: resultOf(approach, evidence),
    status: standing(approach, evidence),
    reopen: reopening(approach, evidence),
  }
}

function resultOf({ judged, runs }: Approach, evidence: EvidenceWithoutFindings): string {
  if (judged === null)
    return runs.some(({ run }) => isDone(run)) ? 'Nothing of it may be ranked.' : 'Nothing of it finished.'
  const [best] = judged.ranked
  const { metric, rival } = judged
  const slot = (one: EvidenceRun): string => `[[${metricSlot(one, metric)}]] in [[${one.address}]]`
  if (rival === null) return `Best ${metric} ${slot(best)}; no other run may be ranked with it.`
  const values = [best, rival].map((one) => headlineValue(one, metric, evidence.metrics) ?? Number.NaN)
  const isEqual = difference(values[0] ?? 0, values[1] ?? 0) === 0
  return isEqual
    ? `Best ${metric} ${slot(best)}, as high as the best of the others in [[${rival.address}]].`
    : `Best ${metric} ${slot(best)}; the best of the others that may be ranked with it is ${slot(rival)}.`
}

function standing({ runs, status }: Approach, evidence: EvidenceWithoutFindings): string {
  const last = runs.at(-1) ?? runs[0]
  switch (status) {
    case 'closed':
      return 'Closed by a note.'
    case 'left':
      return `Not run again after [[${last.address}]]; no note says why.`
    case 'exhausted':
      return `No new best in the last [[this.since]] of [[this.ranked]] ${finishedRuns(evidence)}.`
    case 'open':
      return ''
    default:
      return status satisfies never
  }
}

function standingValues({ judged, status }: Approach): Readonly<Record<string, FindingValue>> {
  const progress = judged?.progress ?? null
  if (status !== 'exhausted' || progress === null) return {}
  return {
    since: counted(progress.sinceBest.runs, 'finished runs that ended behind the best one'),
    ranked: counted(progress.series.length, 'finished runs that may be ranked'),
  }
}

/** What would make it worth taking up again: the strongest reason that the log gives. */
function reopening(approach: Approach, evidence: EvidenceWithoutFindings): string {
  const { judged, overtaken, status } = approach
  if (status === 'open') return ''
  if (overtaken !== null) return 'Re-open: it was never judged by [[this.primary]], which decides since.'
  if (judged === null) return ''
  const [best] = judged.ranked
  const lead = evidence.lead?.metric
  const newest = evidence.runs.at(-1)
  if (lead !== undefined && newest !== undefined && comparableFor(newest, lead) !== comparableFor(best, lead))
    return 'Re-open: it was never run on the present data and protocol.'
  const side = evidence.metrics.direction(judged.metric) === 'lower' ? 'below' : 'above'
  const isBehind = judged.rival !== null && isBetter(judged.rival, best, judged.metric, evidence)
  const bar = isBehind && judged.rival !== null ? judged.rival : best
  return `Re-open for a setting that may bring ${judged.metric} ${side} [[${metricSlot(bar, judged.metric)}]].`
}

function isBetter(
  one: EvidenceRun,
  other: EvidenceRun,
  metric: string,
  { metrics }: EvidenceWithoutFindings,
): boolean {
  const [a, b] = [one, other].map((run) => headlineValue(run, metric, metrics) ?? Number.NaN)
  const gain = difference(b ?? Number.NaN, a ?? Number.NaN)
  return metrics.direction(metric) === 'lower' ? gain < 0 : gain > 0
}
