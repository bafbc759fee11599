import { difference } from '../../statistics/difference.ts'
import type {
  Address,
  EvidenceRun,
  EvidenceWithoutFindings,
  FindingText,
  FindingValue,
  NewFinding,
} from '../evidence.ts'
import { finishedRuns } from '../finished-runs.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, rankedBy } from '../headline.ts'
import { addressesOf, joined, listedRuns, restsOn } from '../listed-runs.ts'
import { FEWEST_OF_COURSE } from '../progress-of.ts'
import { gpuHoursOf, moneyOf } from '../resources.ts'
import { LEAST_SECONDS, type RunTime, runTime } from '../run-time.ts'
import { searchOf } from '../search-of.ts'
import { isWord } from '../telling-curves.ts'

const LETTERS = ['A', 'B', 'C']
const LONGEST_LEVEL = 60
/** Fewer settings are no choice worth a price. */
const FEWEST_OF_DECISION = 3
/** Parameters that say which of several kinds of model was tried: what a decision is usually between. */
const OPTION =
  /(^|[._/])(model|algorithm|algo|estimator|classifier|regressor|learner|arch(itecture)?|backbone|method)([_-]?(name|type|class|kind))?$/i

/**
 * What the runs took: time, GPU hours and money as far as they are logged or narrate.yaml gives a rate, what the leading metric
 * gained for it, and how the time divides between kinds of model. Silent where all of it is less than ten minutes.
 */
export function cost(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const time = runTime(evidence.runs)
  if (time.total < LEAST_SECONDS) return []
  return [total(time, evidence), ...ofDecision(time, evidence), ...byOption(time, evidence)]
}

function total(time: RunTime, evidence: EvidenceWithoutFindings): NewFinding {
  const timed = evidence.runs.filter((one) => time.own.has(one.address))
  const isParallel = time.onTheClock < 0.9 * time.total
  const spent = spentOn(time, evidence)
  const gained = gain(time, evidence)
  const sentences = [
    `[[this.runs]] ${timed.length === 1 ? 'run' : 'runs'} took [[this.total]] of run time${isParallel ? ', within [[this.onTheClock]] on the clock' : ''}${spent.words}.`,
    ...(gained === null ? [] : [gained.sentence]),
    ...(time.unknown.length === 0
      ? []
      : [`Not counted, since no end is logged: ${listedRuns(addressesOf(time.unknown), 3)}.`]),
  ]
  return {
    kind: 'cost',
    scope: gained?.isProject === true ? 'project' : 'session',
    sentence: sentences.join(' '),
    rests: restsOn([...(gained?.runs ?? []), ...timed]),
    values: {
      runs: plain(timed.length, 'count of runs with a start and an end'),
      total: seconds(time.total, 'sum of durations, children not counted twice'),
      ...(isParallel
        ? { onTheClock: seconds(time.onTheClock, 'time in which at least one run was going') }
        : {}),
      ...spent.values,
      ...gained?.values,
    },
    ...(gained === null ? {} : { texts: gained.texts }),
  }
}

interface Words {
  readonly words: string
  readonly values: Readonly<Record<string, FindingValue>>
}

/** GPU hours, and money: what the runs logged, else what the given rates make of their hours. */
function spentOn(time: RunTime, evidence: EvidenceWithoutFindings): Words {
  const onGpus = withoutParents(evidence.runs).flatMap((one) => gpuHoursOf(one.run) ?? [])
  const gpuHours = onGpus.reduce((sum, hours) => sum + hours, 0)
  const gpus: Words =
    gpuHours === 0
      ? { words: '', values: {} }
      : {
          words: `, [[this.gpuHours]] GPU hours${onGpus.length < time.own.size ? ' known for [[this.gpuRuns]] of them' : ''}`,
          values: {
            gpuHours: plain(gpuHours, 'GPU hours logged, or number of GPUs times duration'),
            gpuRuns: plain(onGpus.length, 'count of runs whose GPU hours are known'),
          },
        }
  const money = moneyLogged(evidence) ?? moneyGiven(gpuHours, time, evidence)
  return { words: gpus.words + money.words, values: { ...gpus.values, ...money.values } }
}

function moneyLogged(evidence: EvidenceWithoutFindings): Words | null {
  const priced = evidence.runs.flatMap((one) => moneyOf(one.run) ?? [])
  const [first] = priced
  if (first === undefined || priced.some((money) => money.currency !== first.currency)) return null
  const amount = priced.reduce((sum, money) => sum + money.amount, 0)
  return {
    words: '; [[this.priced]] of them logged costs of [[this.money]]',
    values: {
      money: { value: amount, unit: first.currency, metric: null, how: 'sum of the costs that runs logged' },
      priced: plain(priced.length, 'count of runs that logged a cost'),
    },
  }
}

function moneyGiven(gpuHours: number, time: RunTime, evidence: EvidenceWithoutFindings): Words {
  const { perHour, perGpuHour, currency } = evidence.rules.costs
  const byGpu = perGpuHour !== undefined && gpuHours > 0
  const rate = byGpu ? perGpuHour : perHour
  if (rate === undefined) return { words: '', values: {} }
  const [hours, what] = byGpu ? [gpuHours, 'GPU hour'] : [time.total / 3600, 'hour']
  return {
    words: `; at the given rate of [[this.rate]] per ${what} that is [[this.money]]`,
    values: {
      money: {
        value: hours * rate,
        unit: currency,
        metric: null,
        how: `computed from ${what}s and the rate given in narrate.yaml`,
      },
      rate: { value: rate, unit: currency, metric: null, how: 'given in narrate.yaml' },
    },
  }
}

/**
 * GPU hours and money of some runs: 0 and null where they are not known of all of them, since a part is no price of the
 * whole. Money by its logged costs, else by the given rates.
 */
interface Spent {
  readonly gpuHours: number
  readonly money: { readonly amount: number; readonly currency: string } | null
}

function spentBy(runs: readonly EvidenceRun[], seconds: number, evidence: EvidenceWithoutFindings): Spent {
  const { perHour, perGpuHour, currency } = evidence.rules.costs
  const working = withoutParents(runs)
  const onGpus = working.flatMap((one) => gpuHoursOf(one.run) ?? [])
  const gpuHours = onGpus.length < working.length ? 0 : onGpus.reduce((sum, hours) => sum + hours, 0)
  const priced = runs.flatMap((one) => moneyOf(one.run) ?? [])
  const [first] = priced
  if (first !== undefined) {
    const isWhole = priced.length === runs.length && priced.every((one) => one.currency === first.currency)
    const amount = priced.reduce((sum, one) => sum + one.amount, 0)
    return { gpuHours, money: isWhole ? { amount, currency: first.currency } : null }
  }
  const byGpu = perGpuHour !== undefined && onGpus.length > 0
  const byHour = perHour === undefined ? null : (seconds / 3600) * perHour
  const amount = !byGpu ? byHour : gpuHours > 0 ? gpuHours * perGpuHour : null
  return { gpuHours, money: amount === null ? null : { amount, currency } }
}

/** What the runs among which the selection chose took: the cost of that decision. */
function ofDecision(time: RunTime, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const search = searchOf(evidence)
  if (search === null || search.candidates.length < FEWEST_OF_DECISION) return []
  const runs = search.candidates.flatMap((one) => one.runs)
  const timed = runs.filter(({ address }) => time.own.has(address))
  const taken = timed.reduce((sum, { address }) => sum + (time.own.get(address) ?? 0), 0)
  if (taken < LEAST_SECONDS) return []
  const { gpuHours, money } = spentBy(timed, taken, evidence)
  const among = search.label === '' ? '' : ' ([[this.among]])'
  const words = [
    '[[this.decision]] of run time',
    ...(gpuHours > 0 ? ['[[this.decisionGpuHours]] GPU hours'] : []),
    ...(money === null ? [] : ['[[this.decisionMoney]]']),
  ]
  return [
    {
      kind: 'cost',
      sentence: `The choice among [[this.settings]] settings by ${search.metric}${among} cost ${joined(words)} (the [[this.timed]] ${finishedRuns(evidence)} it was made from).`,
      rests: restsOn(timed),
      ...(among === '' ? {} : { texts: { among: { text: search.label, from: 'what the log tells apart' } } }),
      values: {
        settings: plain(
          search.candidates.length,
          'settings compared, runs that differ in the seed alone folded',
        ),
        timed: plain(timed.length, 'finished runs of these settings with a start and an end'),
        decision: seconds(taken, 'sum of the durations of these runs'),
        ...(gpuHours > 0
          ? { decisionGpuHours: plain(gpuHours, 'GPU hours logged, or number of GPUs times duration') }
          : {}),
        ...(money === null
          ? {}
          : {
              decisionMoney: {
                value: money.amount,
                unit: money.currency,
                metric: null,
                how: 'costs that these runs logged, or their hours at the rate given in narrate.yaml',
              },
            }),
      },
    },
  ]
}

/** Runs that enclose no other: what a parent logs of its resources, its children log themselves. */
function withoutParents(runs: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const parents = new Set(runs.flatMap(({ run }) => (run.parent === null ? [] : [run.parent])))
  return runs.filter(({ run }) => !parents.has(run.key))
}

/**
 * What the best value of the leading metric, folds of cross-validations aside, gained over the best one before, or over the first run where there is none. Of a
 * search long enough to have a course, `progress` tells what it gained per hour.
 */
function gain(
  time: RunTime,
  evidence: EvidenceWithoutFindings,
): {
  readonly sentence: string
  readonly runs: readonly EvidenceRun[]
  readonly isProject: boolean
  readonly values: Readonly<Record<string, FindingValue>>
  readonly texts: Readonly<Record<string, FindingText>>
} | null {
  const { lead, metrics } = evidence
  const direction = lead === null ? null : metrics.direction(lead.metric)
  if (lead === null || direction === null || !isWord(lead.metric)) return null
  const competing = new Set(withoutFolds([...evidence.runs, ...evidence.earlier]))
  const own = evidence.runs.filter((one) => competing.has(one))
  const ranked = largestSet(lead.metric, own, evidence)
  const [best] = ranked
  if (best === undefined) return null
  const alike = (one: EvidenceRun): boolean => one.comparableAs === best.comparableAs
  const started = evidence.runs.reduce(
    (first, { run }) => Math.min(first, run.startedAt ?? Number.POSITIVE_INFINITY),
    Number.POSITIVE_INFINITY,
  )
  const before = evidence.earlier.filter(
    (one) => competing.has(one) && alike(one) && (one.run.startedAt ?? Number.POSITIVE_INFINITY) < started,
  )
  const rankedBefore = rankedBy(lead.metric, before, metrics)
  const [bestBefore] = rankedBefore
  if (ranked.length + rankedBefore.length >= FEWEST_OF_COURSE) return null
  const first = own.find(
    (one) => alike(one) && one.run.status === 'finished' && headlineValue(one, lead.metric, metrics) !== null,
  )
  const reference = bestBefore ?? first
  const from = reference === undefined ? null : headlineValue(reference, lead.metric, metrics)
  const to = headlineValue(best, lead.metric, metrics)
  if (reference === undefined || from === null || to === null) return null
  const gained = direction === 'higher' ? difference(from, to) : difference(to, from)
  const spending = evidence.runs.filter(alike)
  const hours = spending.reduce((sum, { address }) => sum + (time.own.get(address) ?? 0) / 3600, 0)
  if (gained <= 0 || hours === 0) return null
  const { gpuHours, money } = spentBy(
    spending.filter(({ address }) => time.own.has(address)),
    hours * 3600,
    evidence,
  )
  const per = (name: string, amount: number, what: string): Readonly<Record<string, FindingValue>> => ({
    [name]: {
      value: gained / amount,
      unit: null,
      metric: lead.metric,
      how: `gain divided by the ${what} of the runs that may be compared`,
    },
  })
  const rates = [
    '[[this.gainPerHour]] per hour of run time',
    ...(gpuHours > 0 ? ['[[this.gainPerGpuHour]] per GPU hour'] : []),
    ...(money === null || money.amount <= 0
      ? []
      : ['[[this.gainPerMoney]] for each [[this.currency]] spent']),
  ]
  const against = bestBefore === undefined ? 'over the first run' : 'over the best before'
  return {
    sentence: `The best ${lead.metric} gained [[this.gain]] ${against}, [[${reference.address}]]: ${joined(rates)}.`,
    runs: [reference, best],
    isProject: bestBefore !== undefined,
    values: {
      gain: { value: gained, unit: null, metric: lead.metric, how: 'best value against the earlier one' },
      ...per('gainPerHour', hours, 'hours'),
      ...(gpuHours > 0 ? per('gainPerGpuHour', gpuHours, 'GPU hours') : {}),
      ...(money === null || money.amount <= 0 ? {} : per('gainPerMoney', money.amount, 'money')),
    },
    texts:
      money === null || money.amount <= 0
        ? {}
        : { currency: { text: money.currency, from: 'the log, or narrate.yaml' } },
  }
}

/** The runs that may be ranked against each other and are most, best first. */
function largestSet(
  metric: string,
  runs: readonly EvidenceRun[],
  evidence: EvidenceWithoutFindings,
): readonly EvidenceRun[] {
  return [...Map.groupBy(runs, ({ comparableAs }) => comparableAs).values()]
    .map((some) => rankedBy(metric, some, evidence.metrics))
    .reduce<readonly EvidenceRun[]>((most, some) => (some.length > most.length ? some : most), [])
}

/** How the time divides between the kinds of model that were tried. */
function byOption(time: RunTime, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const byAddress = new Map(evidence.runs.map((one) => [one.address, one]))
  const secondsFor = (addresses: readonly Address[]): number =>
    addresses.reduce((sum, address) => sum + (time.own.get(address) ?? 0), 0)
  for (const { param, levels } of evidence.factors) {
    if (!OPTION.test(param)) continue
    const options = levels
      .filter(({ value, runs }) => value !== null && value.length <= LONGEST_LEVEL && secondsFor(runs) > 0)
      .map(({ runs }) => {
        const measured = runs.filter((address) => time.own.has(address))
        return { runs: measured, open: runs.length - measured.length, seconds: secondsFor(measured) }
      })
      .toSorted((a, b) => b.seconds - a.seconds)
    const known = options.reduce((sum, option) => sum + option.seconds, 0)
    if (options.length < 2 || known < time.total / 2) continue
    const shown = options.slice(0, LETTERS.length)
    const rest = options.slice(LETTERS.length)
    const restSeconds = rest.reduce((sum, option) => sum + option.seconds, 0)
    const named = shown.map(
      ({ runs: own, open }, index) =>
        `[[${own[0]}.param[${JSON.stringify(param)}]]] [[this.time${LETTERS[index]}]] ([[this.runs${LETTERS[index]}]] ${own.length === 1 ? 'run' : 'runs'}${open === 0 ? '' : `, [[this.open${LETTERS[index]}]] more not measured`})`,
    )
    return [
      {
        kind: 'cost',
        sentence: `Run time by ${param}: ${named.join(', ')}${rest.length === 0 ? '' : ', the rest [[this.otherTime]]'}.`,
        rests: restsOn(
          options.flatMap(({ runs }) => runs.flatMap((address) => byAddress.get(address) ?? [])),
        ),
        values: {
          ...Object.fromEntries(
            shown.flatMap((option, index) => [
              [
                `time${LETTERS[index]}`,
                seconds(option.seconds, 'sum of durations, children not counted twice'),
              ],
              [`runs${LETTERS[index]}`, plain(option.runs.length, 'count of runs with a start and an end')],
              ...(option.open === 0
                ? []
                : [[`open${LETTERS[index]}`, plain(option.open, 'count of runs without them')] as const]),
            ]),
          ),
          ...(rest.length === 0
            ? {}
            : { otherTime: seconds(restSeconds, 'sum of durations of the other options') }),
        },
      },
    ]
  }
  return []
}

function seconds(value: number, how: string): FindingValue {
  return { value, unit: 's', metric: null, how }
}

function plain(value: number, how: string): FindingValue {
  return { value, unit: null, metric: null, how }
}
