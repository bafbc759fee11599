import type { Random } from '../../support/seeded-random.ts'
import type { Form, Told } from './case.ts'
import { type Ground, type GroundRun, isApart, metricsOf } from './ground.ts'
import { capital, fieldOf, mention, metricAt, nameIn, pickOf, pickSome, slot } from './words.ts'

/** Two runs and a metric that both have, with values that no rounding makes equal. `a` is the one with the higher value. */
export interface Pair {
  readonly high: GroundRun
  readonly low: GroundRun
  readonly metric: string
  readonly values: { readonly high: number; readonly low: number }
  readonly direction: 'higher' | 'lower' | null
}

export function pairIn(ground: Ground, random: Random, wants: { directed?: boolean } = {}): Pair | null {
  const metric = pickOf(
    random,
    metricsOf(ground.finished, 2).filter(
      (name) => wants.directed !== true || ground.evidence.metrics.direction(name) !== null,
    ),
  )
  if (metric === null) return null
  const first = pickOf(
    random,
    ground.finished.filter((run) => run.metrics.has(metric)),
  )
  if (first === null) return null
  const second = pickOf(
    random,
    ground.finished.filter((run) => {
      const [a, b] = [first.metrics.get(metric)?.value, run.metrics.get(metric)?.value]
      return a !== undefined && b !== undefined && isApart(a, b) && isHeldAgainst(first, run)
    }),
  )
  if (second === null) return null
  const [a, b] = [metricOf(first, metric), metricOf(second, metric)]
  const [high, low] = a > b ? [first, second] : [second, first]
  return {
    high,
    low,
    metric,
    values: { high: Math.max(a, b), low: Math.min(a, b) },
    direction: ground.evidence.metrics.direction(metric),
  }
}

/** Runs that a writer may hold against each other: the same ground, and the same targets as far as parameters tell. */
export function isHeldAgainst(a: GroundRun, b: GroundRun): boolean {
  return (
    a.comparableAs === b.comparableAs &&
    ['target', 'target_variable', 'task', 'dataset', 'data'].every(
      (name) => a.params.get(name) === b.params.get(name),
    )
  )
}

export function metricOf(run: GroundRun, metric: string): number {
  const value = run.metrics.get(metric)?.value
  if (value === undefined) throw new Error(`${run.address} has no ${metric}`)
  return value
}

type Wording = (words: {
  readonly a: string
  readonly b: string
  readonly m: string
  readonly va: string
  readonly vb: string
}) => string

/** Each says that `a` has the higher value; its twin the lower one. */
const HIGHER: readonly Wording[] = [
  ({ a, b, m }) => `${a} has a higher ${m} than ${b}.`,
  ({ a, b, m }) => `The ${m} of ${a} is higher than that of ${b}.`,
  ({ a, b, m }) => `${a} lies above ${b} in ${m}.`,
  ({ a, b, m, va, vb }) => `With ${va}, ${a} has a larger ${m} than ${b} with ${vb}.`,
  ({ a, b, m, va, vb }) => `${capital(m)} rose from ${vb} in ${b} to ${va} in ${a}.`,
  ({ a, b, m }) => `From ${b} to ${a}, ${m} increased.`,
  ({ a, b, m }) => `${capital(m)} of ${a} exceeds that of ${b}.`,
  ({ a, b, m, va, vb }) => `${a} reached a ${m} of ${va}, above the ${vb} of ${b}.`,
  ({ a, b, m }) => `Compared with ${b}, ${a} has a greater ${m}.`,
  ({ a, b, m }) => `In ${m}, ${a} is above ${b}.`,
  ({ a, b, m, va, vb }) => `${a} (${m} ${va}) is higher than ${b} (${m} ${vb}).`,
  ({ a, b, m }) => `${capital(m)} went up from ${b} to ${a}.`,
  ({ a, b, m, va }) => `At ${va}, the ${m} of ${a} is higher than that of ${b}.`,
  ({ a, b, m, va, vb }) => `The ${m} climbed from ${vb} (${b}) to ${va} (${a}).`,
]
const LOWER: readonly Wording[] = [
  ({ a, b, m }) => `${a} has a lower ${m} than ${b}.`,
  ({ a, b, m }) => `The ${m} of ${a} is lower than that of ${b}.`,
  ({ a, b, m }) => `${a} lies below ${b} in ${m}.`,
  ({ a, b, m, va, vb }) => `With ${va}, ${a} has a smaller ${m} than ${b} with ${vb}.`,
  ({ a, b, m, va, vb }) => `${capital(m)} fell from ${vb} in ${b} to ${va} in ${a}.`,
  ({ a, b, m }) => `From ${b} to ${a}, ${m} decreased.`,
  ({ a, b, m }) => `${capital(m)} of ${a} is below that of ${b}.`,
  ({ a, b, m, va, vb }) => `${a} reached a ${m} of ${va}, below the ${vb} of ${b}.`,
  ({ a, b, m }) => `Compared with ${b}, ${a} has a smaller ${m}.`,
  ({ a, b, m }) => `In ${m}, ${a} is below ${b}.`,
  ({ a, b, m, va, vb }) => `${a} (${m} ${va}) is lower than ${b} (${m} ${vb}).`,
  ({ a, b, m }) => `${capital(m)} dropped from ${b} to ${a}.`,
  ({ a, b, m, va }) => `At ${va}, the ${m} of ${a} is lower than that of ${b}.`,
  ({ a, b, m, va, vb }) => `The ${m} declined from ${vb} (${b}) to ${va} (${a}).`,
]
const BETTER: readonly Wording[] = [
  ({ a, b, m }) => `${a} beats ${b} on ${m}.`,
  ({ a, b, m }) => `${a} is better than ${b} by ${m}.`,
  ({ a, b, m }) => `On ${m}, ${a} outperforms ${b}.`,
  ({ a, b, m }) => `${capital(m)} improved from ${b} to ${a}.`,
  ({ a, b, m, va, vb }) => `${a} has the better ${m}, ${va} against ${vb} in ${b}.`,
  ({ a, b, m }) => `${a} improves on ${b} in ${m}.`,
  ({ a, b, m, va, vb }) => `${a} is ahead of ${b} on ${m}: ${va} and ${vb}.`,
  ({ a, b, m }) => `${a} surpasses ${b} in ${m}.`,
]
const WORSE: readonly Wording[] = [
  ({ a, b, m }) => `${a} loses to ${b} on ${m}.`,
  ({ a, b, m }) => `${a} is worse than ${b} by ${m}.`,
  ({ a, b, m }) => `On ${m}, ${a} underperforms ${b}.`,
  ({ a, b, m }) => `${capital(m)} degraded from ${b} to ${a}.`,
  ({ a, b, m, va, vb }) => `${a} has the worse ${m}, ${va} against ${vb} in ${b}.`,
  ({ a, b, m }) => `${a} trails ${b} in ${m}.`,
  ({ a, b, m, va, vb }) => `${a} is behind ${b} on ${m}: ${va} and ${vb}.`,
]
const NOT_HIGHER: readonly Wording[] = [
  ({ a, b, m }) => `${a} does not have a higher ${m} than ${b}.`,
  ({ a, b, m }) => `The ${m} of ${a} is not above that of ${b}.`,
  ({ a, b, m }) => `${a} is no higher than ${b} in ${m}.`,
  ({ a, b, m }) => `${capital(m)} did not rise from ${b} to ${a}.`,
]
const NOT_LOWER: readonly Wording[] = [
  ({ a, b, m }) => `${a} does not have a lower ${m} than ${b}.`,
  ({ a, b, m }) => `The ${m} of ${a} is not below that of ${b}.`,
  ({ a, b, m }) => `${a} is no lower than ${b} in ${m}.`,
  ({ a, b, m }) => `${capital(m)} did not fall from ${b} to ${a}.`,
]

function told(
  ground: Ground,
  random: Random,
  pair: { readonly a: GroundRun; readonly b: GroundRun; readonly metric: string },
  wording: Wording,
  check: (a: string, b: string) => string,
): Told {
  const { a, b, metric } = pair
  const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
  return {
    text: capital(
      wording({ a: mention(a), b: mention(b), m: nameIn(metric, random), va: slot(pa), vb: slot(pb) }),
    ),
    basis: 'observed',
    checks: [check(pa, pb)],
    about: { runs: [a, b], metric },
    fact: `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
  }
}

const comparative: Form = {
  family: 'relational',
  kind: 'direction word',
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random)
    if (pair === null) return null
    const saysHigher = random.chance(0.5)
    const isHigh = saysHigher === isTrue
    const [a, b] = isHigh ? [pair.high, pair.low] : [pair.low, pair.high]
    const wording = pickOf(random, saysHigher ? HIGHER : LOWER)
    return wording === null
      ? null
      : told(
          ground,
          random,
          { a, b, metric: pair.metric },
          wording,
          (x, y) => `${x} ${saysHigher ? '>' : '<'} ${y}`,
        )
  },
}

const negated: Form = {
  family: 'relational',
  kind: 'negated direction word',
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random)
    if (pair === null) return null
    const deniesHigher = random.chance(0.5)
    const isHigh = deniesHigher !== isTrue
    const [a, b] = isHigh ? [pair.high, pair.low] : [pair.low, pair.high]
    const wording = pickOf(random, deniesHigher ? NOT_HIGHER : NOT_LOWER)
    return wording === null
      ? null
      : told(
          ground,
          random,
          { a, b, metric: pair.metric },
          wording,
          (x, y) => `${x} ${deniesHigher ? '<' : '>'} ${y}`,
        )
  },
}

const judged: Form = {
  family: 'relational',
  kind: 'better or worse against the direction',
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random, { directed: true })
    if (pair === null) return null
    const saysBetter = random.chance(0.6)
    const [good, bad] = pair.direction === 'higher' ? [pair.high, pair.low] : [pair.low, pair.high]
    const [a, b] = saysBetter === isTrue ? [good, bad] : [bad, good]
    const isHigher = saysBetter === (pair.direction === 'higher')
    const wording = pickOf(random, saysBetter ? BETTER : WORSE)
    return wording === null
      ? null
      : told(
          ground,
          random,
          { a, b, metric: pair.metric },
          wording,
          (x, y) => `${x} ${isHigher ? '>' : '<'} ${y}`,
        )
  },
}

const byDelta: Form = {
  family: 'relational',
  kind: 'rose or fell by a difference',
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random)
    if (pair === null) return null
    const saysHigher = random.chance(0.5)
    const [a, b] = saysHigher === isTrue ? [pair.high, pair.low] : [pair.low, pair.high]
    const { metric } = pair
    const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
    const m = nameIn(metric, random)
    const by = slot(
      random.chance(0.5) || metricOf(b, metric) === 0 ? `abs(delta(${pb}, ${pa}))` : `abs(pct(${pb}, ${pa}))`,
    )
    const text = pickOf(
      random,
      saysHigher
        ? [
            `${capital(m)} rose by ${by} from ${mention(b)} to ${mention(a)}.`,
            `${mention(a)} lies above ${mention(b)} in ${m} by ${by}.`,
            `The ${m} of ${mention(a)} is ${by} higher than that of ${mention(b)}.`,
          ]
        : [
            `${capital(m)} fell by ${by} from ${mention(b)} to ${mention(a)}.`,
            `${mention(a)} lies below ${mention(b)} in ${m} by ${by}.`,
            `The ${m} of ${mention(a)} is ${by} lower than that of ${mention(b)}.`,
          ],
    )
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${pa} ${saysHigher ? '>' : '<'} ${pb}`],
          about: { runs: [a, b], metric },
          fact: `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
        }
  },
}

const duration: Form = {
  family: 'relational',
  kind: 'faster or slower',
  tell: (ground, random, isTrue) => {
    const a = pickOf(
      random,
      ground.finished.filter((run) => run.duration !== null && run.duration > 0),
    )
    const b = pickOf(
      random,
      ground.finished.filter(
        (run) => run.duration !== null && a !== null && isApart(run.duration, a.duration ?? 0),
      ),
    )
    if (a === null || b === null) return null
    const [fast, slow] = (a.duration ?? 0) < (b.duration ?? 0) ? [a, b] : [b, a]
    const saysFaster = random.chance(0.5)
    const [x, y] = saysFaster === isTrue ? [fast, slow] : [slow, fast]
    const text = pickOf(
      random,
      saysFaster
        ? [
            `${mention(x)} was faster than ${mention(y)}.`,
            `${mention(x)} took less time than ${mention(y)}.`,
            `${mention(x)} ran for ${slot(`${x.address}.duration`)}, shorter than ${mention(y)}.`,
            `${mention(x)} finished quicker than ${mention(y)}.`,
          ]
        : [
            `${mention(x)} was slower than ${mention(y)}.`,
            `${mention(x)} took longer than ${mention(y)}.`,
            `${mention(x)} ran for ${slot(`${x.address}.duration`)}, longer than ${mention(y)}.`,
          ],
    )
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${x.address}.duration ${saysFaster ? '<' : '>'} ${y.address}.duration`],
          about: { runs: [x, y], metric: null },
          fact: `duration: ${x.address} ${x.duration} s, ${y.address} ${y.duration} s`,
        }
  },
}

const superlative: Form = {
  family: 'relational',
  kind: 'superlative over all runs',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 3))
    if (metric === null) return null
    const runs = ground.finished.filter((run) => run.metrics.has(metric))
    const [one] = runs
    if (one === undefined || !runs.every((run) => isHeldAgainst(one, run))) return null
    const sorted = [...runs].sort((a, b) => metricOf(a, metric) - metricOf(b, metric))
    const direction = ground.evidence.metrics.direction(metric)
    const manner = pickOf(
      random,
      direction === null
        ? (['highest', 'lowest'] as const)
        : (['highest', 'lowest', 'best', 'worst'] as const),
    )
    if (manner === null) return null
    const wantsMax = manner === 'highest' || (manner === 'best') === (direction === 'higher')
    const isMax = manner === 'lowest' ? false : manner === 'highest' ? true : wantsMax
    const right = isMax ? sorted.at(-1) : sorted[0]
    const next = isMax ? sorted.at(-2) : sorted[1]
    if (
      right === undefined ||
      next === undefined ||
      !isApart(metricOf(right, metric), metricOf(next, metric))
    )
      return null
    const far = isMax ? sorted[0] : sorted.at(-1)
    const run = isTrue
      ? right
      : random.chance(0.5)
        ? far
        : pickOf(
            random,
            runs.filter((other) => other !== right),
          )
    if (
      run === null ||
      run === undefined ||
      (!isTrue && !isApart(metricOf(run, metric), metricOf(right, metric)))
    )
      return null
    const at = metricAt(ground, run.address, metric)
    const field = fieldOf(ground, metric, 'metric')
    const m = nameIn(metric, random)
    const r = mention(run)
    const text = pickOf(random, [
      `${r} has the ${manner} ${m} of the finished runs.`,
      `The ${manner} ${m} is ${slot(at)}, from ${r}.`,
      `Of all finished runs, ${r} has the ${manner} ${m}, ${slot(at)}.`,
      `${r} reached the ${manner} ${m}.`,
      `By ${m}, ${r} is the ${manner} run.`,
      `Among the finished runs, the ${manner} ${m} belongs to ${r}.`,
    ])
    if (text === null) return null
    const checks =
      manner === 'best' && random.chance(0.5)
        ? [`argbest(${field}, finished) == ${run.address}`]
        : [`${at} == ${isMax ? 'max' : 'min'}(${field}, finished)`]
    return {
      text,
      basis: 'observed',
      checks,
      ...(run === far ? { opposite: [`${at} == ${isMax ? 'min' : 'max'}(${field}, finished)`] } : {}),
      about: { runs: [run], metric },
      fact: `the ${manner} ${metric} is ${metricOf(right, metric)} in ${right.address}`,
    }
  },
}

const amongGroup: Form = {
  family: 'relational',
  kind: 'superlative over a group',
  tell: (ground, random, isTrue) => {
    const group = pickOf(
      random,
      ground.groups.filter(({ members, word }) => word === null && members.length >= 2),
    )
    if (group === null) return null
    const finished = group.members.filter(({ status }) => status === 'finished')
    const metric = pickOf(random, metricsOf(finished, 2))
    if (metric === null) return null
    const runs = group.members.filter((run) => run.metrics.has(metric))
    const [one] = runs
    if (one === undefined || runs.some((run) => run.status !== 'finished' || !isHeldAgainst(one, run)))
      return null
    const isMax = random.chance(0.5)
    const sorted = [...runs].sort((a, b) => metricOf(a, metric) - metricOf(b, metric))
    const right = isMax ? sorted.at(-1) : sorted[0]
    const next = isMax ? sorted.at(-2) : sorted[1]
    if (
      right === undefined ||
      next === undefined ||
      !isApart(metricOf(right, metric), metricOf(next, metric))
    )
      return null
    const run = isTrue
      ? right
      : pickOf(
          random,
          runs.filter((other) => other !== right),
        )
    if (run === null) return null
    const m = nameIn(metric, random)
    const manner = isMax ? 'highest' : 'lowest'
    const field = fieldOf(ground, metric, 'metric')
    const text = pickOf(random, [
      `${mention(run)} has the ${manner} ${m} of the ${slot(group.address)}.`,
      `Of the ${slot(group.address)}, ${mention(run)} has the ${manner} ${m}.`,
      `Within ${slot(group.address)}, the ${manner} ${m} is that of ${mention(run)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [
            `${metricAt(ground, run.address, metric)} == ${isMax ? 'max' : 'min'}(${field}, ${group.address})`,
          ],
          about: { runs: [run], metric },
          fact: `the ${manner} ${metric} of ${group.label} is ${metricOf(right, metric)} in ${right.address}`,
        }
  },
}

const settings: Form = {
  family: 'relational',
  kind: 'same or different setting',
  tell: (ground, random, isTrue) => {
    const pair = pickSome(random, ground.runs, 2)
    const [a, b] = pair ?? []
    if (a === undefined || b === undefined) return null
    const saysSame = random.chance(0.5)
    const param = pickOf(
      random,
      [...a.params.keys()].filter((name) => {
        const [x, y] = [a.params.get(name), b.params.get(name)]
        if (x === undefined || y === undefined || x.length > 30) return false
        // Another notation of one value is neither the same text nor another setting.
        const isSame = x === y
        const isAlike = x.toLowerCase() === y.toLowerCase() || Number(x) === Number(y)
        return isSame === (saysSame === isTrue) && (isSame || !isAlike)
      }),
    )
    if (param === null) return null
    const p = nameIn(param, random)
    const [ra, rb] = [mention(a), mention(b)]
    const text = pickOf(
      random,
      saysSame
        ? [
            `${ra} and ${rb} have the same ${p}.`,
            `${ra} and ${rb} share the same ${p}.`,
            `${capital(p)} is identical in ${ra} and ${rb}.`,
            `${ra} uses the same ${p} as ${rb}.`,
          ]
        : [
            `${ra} and ${rb} differ in ${p}.`,
            `${capital(p)} is different in ${ra} and ${rb}.`,
            `${ra} has a different ${p} from ${rb}.`,
          ],
    )
    const field = fieldOf(ground, param, 'param')
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${saysSame ? 'same' : 'differ'}(${a.address}, ${b.address}, ${field})`],
          about: { runs: [a, b], metric: null },
          fact: `${param}: ${a.address} ${a.params.get(param)}, ${b.address} ${b.params.get(param)}`,
        }
  },
}

const onlyDiffer: Form = {
  family: 'relational',
  kind: 'differ only in',
  tell: (ground, random, isTrue) => {
    const pair = pickSome(random, ground.runs, 2)
    const [a, b] = pair ?? []
    if (a === undefined || b === undefined) return null
    const names = [...new Set([...a.params.keys(), ...b.params.keys()])]
    const different = names.filter((name) => a.params.get(name) !== b.params.get(name))
    // Whether paths, hosts and times are settings is a matter of taste: no lie is told of them.
    const telling = different.filter((name) => !/path|dir|host|time|name|url|uri|user|log|file/i.test(name))
    if (isTrue ? different.length !== 1 : telling.length < 2) return null
    const param = pickOf(random, different)
    if (param === null) return null
    const p = nameIn(param, random)
    const text = pickOf(random, [
      `${mention(a)} and ${mention(b)} differ only in ${p}.`,
      `The only setting in which ${mention(a)} and ${mention(b)} differ is ${p}.`,
      `Only ${p} differs between ${mention(a)} and ${mention(b)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`differ(${a.address}, ${b.address}) == "${param}"`],
          about: { runs: [a, b], metric: null },
          fact: `${a.address} and ${b.address} differ in ${different.join(', ')}`,
        }
  },
}

const status: Form = {
  family: 'relational',
  kind: 'status',
  tell: (ground, random, isTrue) => {
    const said = pickOf(random, ['finished', 'failed'] as const)
    const run = pickOf(
      random,
      ground.runs.filter(({ status }) => status !== 'unknown' && (status === said) === isTrue),
    )
    if (run === null || said === null) return null
    const r = mention(run)
    const text = pickOf(
      random,
      said === 'finished'
        ? [`${r} finished.`, `${r} ran to the end and finished.`, `${r} completed.`, `${r} has finished.`]
        : [`${r} failed.`, `${r} crashed.`, `${r} ended with status failed.`, `${r} broke down and failed.`],
    )
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`status(${run.address}) == ${said}`],
          about: { runs: [run], metric: null },
          fact: `${run.address} is ${run.status}`,
        }
  },
}

const allOf: Form = {
  family: 'relational',
  kind: 'all, none, only, most',
  tell: (ground, random, isTrue) => {
    const all = ground.runs.length
    if (all < 3) return null
    const done = ground.finished.length
    const failed = ground.runs.filter(({ status }) => status === 'failed').length
    const [only] = ground.runs.filter(({ status }) => status === 'failed')
    const claims: readonly { readonly text: string; readonly check: string; readonly holds: boolean }[] = [
      { text: 'All runs finished.', check: 'count(finished) == count(all)', holds: done === all },
      { text: 'Every run finished.', check: 'count(finished) == count(all)', holds: done === all },
      { text: 'Each of the runs finished.', check: 'count(finished) == count(all)', holds: done === all },
      { text: 'No run failed.', check: 'count(failed) == 0', holds: failed === 0 },
      { text: 'None of the runs failed.', check: 'count(failed) == 0', holds: failed === 0 },
      { text: 'Most runs finished.', check: 'count(finished) > count(failed)', holds: done > all / 2 },
      { text: 'Most runs failed.', check: 'count(failed) > count(finished)', holds: failed > all / 2 },
      ...(only === undefined
        ? []
        : [
            { text: `Only ${mention(only)} failed.`, check: 'count(failed) == 1', holds: failed === 1 },
            {
              text: `${mention(only)} is the only run that failed.`,
              check: 'count(failed) == 1',
              holds: failed === 1,
            },
          ]),
    ]
    const claim = pickOf(
      random,
      claims.filter(({ holds }) => holds === isTrue),
    )
    return claim === null
      ? null
      : {
          text: claim.text,
          basis: 'observed',
          checks: [claim.check],
          about: { runs: claim.text.includes('[[') && only !== undefined ? [only] : [], metric: null },
          fact: `${done} of ${all} finished, ${failed} failed`,
        }
  },
}

const allSettings: Form = {
  family: 'relational',
  kind: 'all runs share a setting',
  tell: (ground, random, isTrue) => {
    if (ground.finished.length < 2) return null
    const params = [...new Set(ground.finished.flatMap(({ params: own }) => [...own.keys()]))]
    const param = pickOf(
      random,
      params.filter((name) => {
        const values = ground.finished.map((run) => run.params.get(name))
        const different = new Set(values.flatMap((value) => value?.toLowerCase() ?? []))
        if (values.some((value) => (value ?? '').length > 30)) return false
        return isTrue ? new Set(values).size === 1 && !values.includes(undefined) : different.size > 1
      }),
    )
    if (param === null) return null
    const p = nameIn(param, random)
    const text = pickOf(random, [
      `All finished runs used the same ${p}.`,
      `Every finished run has the same ${p}.`,
      `All finished runs share the same ${p}.`,
      `The ${p} is the same in all finished runs.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`same(finished, ${fieldOf(ground, param, 'param')})`],
          about: { runs: [], metric: null },
          fact: `${param}: ${[...new Set(ground.finished.map((run) => run.params.get(param) ?? 'not logged'))].slice(0, 4).join(', ')}`,
        }
  },
}

const order: Form = {
  family: 'relational',
  kind: 'first or latest',
  tell: (ground, random, isTrue) => {
    const timed = ground.runs.filter((run) => run.startedAt !== null)
    if (timed.length < 2 || timed.length !== ground.runs.length) return null
    const saysFirst = random.chance(0.5)
    const sorted = [...timed].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    const right = saysFirst ? sorted[0] : sorted.at(-1)
    const rivals = timed.filter(({ startedAt }) => startedAt !== right?.startedAt)
    if (right === undefined || rivals.length !== timed.length - 1) return null
    const other = saysFirst ? sorted.at(-1) : sorted[0]
    const run = isTrue ? right : random.chance(0.5) ? other : pickOf(random, rivals)
    if (run === null || run === undefined) return null
    const text = pickOf(
      random,
      saysFirst
        ? [
            `${mention(run)} was the first run.`,
            `${mention(run)} is the earliest run.`,
            `The first run was ${mention(run)}.`,
            `${mention(run)} started first.`,
          ]
        : [
            `${mention(run)} is the latest run.`,
            `${mention(run)} was the last run to start.`,
            `The most recent run is ${mention(run)}.`,
          ],
    )
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${run.address}.started == ${saysFirst ? 'min' : 'max'}(started, all)`],
          ...(run === other
            ? { opposite: [`${run.address}.started == ${saysFirst ? 'max' : 'min'}(started, all)`] }
            : {}),
          about: { runs: [run], metric: null },
          fact: `${saysFirst ? 'first' : 'last'} to start: ${right.address}`,
        }
  },
}

const before: Form = {
  family: 'relational',
  kind: 'before or after',
  tell: (ground, random, isTrue) => {
    const pair = pickSome(
      random,
      ground.runs.filter((run) => run.startedAt !== null),
      2,
    )
    const [a, b] = pair ?? []
    if (a === undefined || b === undefined || Math.abs((a.startedAt ?? 0) - (b.startedAt ?? 0)) < 1000)
      return null
    const [early, late] = (a.startedAt ?? 0) < (b.startedAt ?? 0) ? [a, b] : [b, a]
    const [x, y] = isTrue ? [early, late] : [late, early]
    const text = pickOf(random, [
      `${mention(x)} started before ${mention(y)}.`,
      `${mention(y)} started after ${mention(x)}.`,
      `${mention(y)} started later than ${mention(x)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${x.address}.started < ${y.address}.started`],
          about: { runs: [x, y], metric: null },
          fact: `${early.address} started before ${late.address}`,
        }
  },
}

const multiple: Form = {
  family: 'relational',
  kind: 'doubled or halved',
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random)
    if (pair === null || pair.values.low <= 0) return null
    const ratio = pair.values.high / pair.values.low
    const saysDoubled = random.chance(0.5)
    if (isTrue ? Math.abs(ratio - 2) > 0.05 : Math.abs(ratio - 2) < 0.3) return null
    const { metric } = pair
    const [from, to] = saysDoubled ? [pair.low, pair.high] : [pair.high, pair.low]
    const [pf, pt] = [metricAt(ground, from.address, metric), metricAt(ground, to.address, metric)]
    const m = nameIn(metric, random)
    const word = saysDoubled ? 'doubled' : 'halved'
    const text = pickOf(random, [
      `${capital(m)} ${word} from ${mention(from)} to ${mention(to)}.`,
      `From ${mention(from)} to ${mention(to)}, the ${m} ${word}.`,
      `The ${m} ${word} from ${slot(pf)} in ${mention(from)} to ${slot(pt)} in ${mention(to)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`ratio(${pf}, ${pt}) == ${saysDoubled ? 2 : 0.5} within 0.1`],
          about: { runs: [from, to], metric },
          fact: `${metric}: ${from.address} ${metricOf(from, metric)}, ${to.address} ${metricOf(to, metric)}`,
        }
  },
}

const noEffect: Form = {
  family: 'relational',
  kind: 'similar, no difference',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 2))
    if (metric === null) return null
    const a = pickOf(
      random,
      ground.finished.filter((run) => run.metrics.has(metric)),
    )
    const b = pickOf(
      random,
      ground.finished.filter((run) => {
        if (a === null || run === a || !run.metrics.has(metric) || !isHeldAgainst(a, run)) return false
        const [x, y] = [metricOf(a, metric), metricOf(run, metric)]
        const gap = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), 1e-12)
        return isTrue ? gap < 0.015 : gap > 0.3
      }),
    )
    if (a === null || b === null || metricOf(a, metric) === 0) return null
    const m = nameIn(metric, random)
    const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
    const text = pickOf(random, [
      `${mention(a)} and ${mention(b)} have a similar ${m}.`,
      `The ${m} of ${mention(a)} is close to that of ${mention(b)}.`,
      `${mention(a)} and ${mention(b)} are on a par in ${m}.`,
      `In ${m}, ${mention(a)} and ${mention(b)} are similar, ${slot(pa)} and ${slot(pb)}.`,
      `${mention(a)} and ${mention(b)} are close in ${m}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`abs(pct(${pa}, ${pb})) < 2`],
          about: { runs: [a, b], metric },
          fact: `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
        }
  },
}

const trend: Form = {
  family: 'relational',
  kind: 'lowest at the end, still falling',
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.finished)
    if (run === null) return null
    const metric = pickOf(
      random,
      [...run.metrics.values()].filter(
        ({ count, min, last, max }) =>
          count >= 3 && isApart(min, max) && (isTrue ? last === min : isApart(last, min)),
      ),
    )
    if (metric === null) return null
    const m = nameIn(metric.name, random)
    const at = metricAt(ground, run.address, metric.name)
    const text = pickOf(random, [
      `${capital(m)} of ${mention(run)} is lowest at its last step.`,
      `${mention(run)} ended at its lowest ${m}.`,
      `The ${m} of ${mention(run)} was still falling at its last step.`,
      `In ${mention(run)}, ${m} was lowest at the end.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${at}.last == ${at}.min`],
          about: { runs: [run], metric: metric.name },
          fact: `${metric.name} of ${run.address}: last ${metric.last}, lowest ${metric.min}, highest ${metric.max}`,
        }
  },
}

const pastBest: Form = {
  family: 'relational',
  kind: 'last step against best step',
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.finished)
    if (run === null) return null
    const metric = pickOf(
      random,
      [...run.metrics.values()].filter(
        ({ count, min, last }) => count >= 3 && (isTrue ? isApart(last, min) : last === min),
      ),
    )
    if (metric === null) return null
    const m = nameIn(metric.name, random)
    const at = metricAt(ground, run.address, metric.name)
    const text = pickOf(random, [
      `${capital(m)} of ${mention(run)} ended above its minimum.`,
      `${mention(run)} ended at a higher ${m} than its lowest.`,
      `At the end, ${m} of ${mention(run)} was higher than its minimum, ${slot(`${at}.min`)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${at}.last > ${at}.min`],
          about: { runs: [run], metric: metric.name },
          fact: `${metric.name} of ${run.address}: last ${metric.last}, lowest ${metric.min}`,
        }
  },
}

const groupMeans: Form = {
  family: 'relational',
  kind: 'means of groups',
  tell: (ground, random, isTrue) => {
    const pair = pickSome(
      random,
      ground.groups.filter(({ members, word }) => word === null && members.length >= 2),
      2,
    )
    const [one, two] = pair ?? []
    if (one === undefined || two === undefined) return null
    const both = [...one.members, ...two.members]
    const [first] = both
    if (first === undefined || both.some((run) => run.status !== 'finished' || !isHeldAgainst(first, run)))
      return null
    const metric = pickOf(random, metricsOf(both, both.length))
    if (metric === null) return null
    const mean = (runs: readonly GroundRun[]) =>
      runs.reduce((sum, run) => sum + metricOf(run, metric), 0) / runs.length
    const [m1, m2] = [mean(one.members), mean(two.members)]
    if (!isApart(m1, m2)) return null
    const [high, low] = m1 > m2 ? [one, two] : [two, one]
    const saysHigher = random.chance(0.5)
    const [a, b] = saysHigher === isTrue ? [high, low] : [low, high]
    const m = nameIn(metric, random)
    const [pa, pb] = [
      `${metricAt(ground, a.address, metric)}.mean`,
      `${metricAt(ground, b.address, metric)}.mean`,
    ]
    const word = saysHigher ? 'higher' : 'lower'
    const text = pickOf(random, [
      `The mean ${m} of ${slot(a.address)} is ${word} than that of ${slot(b.address)}.`,
      `${slot(a.address)} have a ${word} mean ${m} than ${slot(b.address)}.`,
      `With a mean ${m} of ${slot(pa)}, ${slot(a.address)} are ${word} than ${slot(b.address)} with ${slot(pb)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${pa} ${saysHigher ? '>' : '<'} ${pb}`],
          opposite: [`${pa} ${saysHigher ? '<' : '>'} ${pb}`],
          about: { runs: [], metric },
          fact: `mean ${metric}: ${a.address} ${mean(a.members)}, ${b.address} ${mean(b.members)}`,
        }
  },
}

const peaks: Form = {
  family: 'relational',
  kind: 'aggregation: lowest against last',
  tell: (ground, random, isTrue) => {
    const pair = pickSome(random, ground.finished, 2)
    const [x, y] = pair ?? []
    if (x === undefined || y === undefined || !isHeldAgainst(x, y)) return null
    const metric = pickOf(
      random,
      metricsOf([x, y], 2).filter((name) => {
        const [p, q] = [x.metrics.get(name), y.metrics.get(name)]
        return p !== undefined && q !== undefined && p.count >= 3 && q.count >= 3 && isApart(p.min, q.min)
      }),
    )
    if (metric === null) return null
    const lowest = (run: GroundRun) => run.metrics.get(metric)?.min ?? Number.NaN
    const [low, high] = lowest(x) < lowest(y) ? [x, y] : [y, x]
    const [a, b] = isTrue ? [low, high] : [high, low]
    const m = nameIn(metric, random)
    const [pa, pb] = [
      `${metricAt(ground, a.address, metric)}.min`,
      `${metricAt(ground, b.address, metric)}.min`,
    ]
    const text = pickOf(random, [
      `${mention(a)} reached a lower minimum ${m} than ${mention(b)}.`,
      `The minimum ${m} of ${mention(a)}, ${slot(pa)}, is lower than that of ${mention(b)}, ${slot(pb)}.`,
      `The minimum of ${m} is lower in ${mention(a)} than in ${mention(b)}.`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${pa} < ${pb}`],
          about: { runs: [a, b], metric },
          fact: `lowest ${metric}: ${a.address} ${lowest(a)}, ${b.address} ${lowest(b)}`,
        }
  },
}

const ordering: Form = {
  family: 'relational',
  kind: 'order of three',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 3))
    if (metric === null) return null
    const three = pickSome(
      random,
      ground.finished.filter((run) => run.metrics.has(metric)),
      3,
    )
    const [x, y, z] = [...(three ?? [])].sort((a, b) => metricOf(a, metric) - metricOf(b, metric))
    if (x === undefined || y === undefined || z === undefined) return null
    if (!isHeldAgainst(x, y) || !isHeldAgainst(y, z)) return null
    if (
      !isApart(metricOf(x, metric), metricOf(y, metric)) ||
      !isApart(metricOf(y, metric), metricOf(z, metric))
    )
      return null
    // True of the first, false of the second where it lies.
    const [a, b, c] = isTrue ? [z, x, y] : [y, x, z]
    const m = nameIn(metric, random)
    const at = (run: GroundRun) => metricAt(ground, run.address, metric)
    const text = pickOf(random, [
      `${mention(a)} has a higher ${m} than ${mention(b)} and ${mention(c)}.`,
      `The ${m} of ${mention(a)} is above those of ${mention(b)} and ${mention(c)}.`,
      `${mention(a)} has a higher ${m} than ${mention(b)} (${slot(at(b))}) and higher than ${mention(c)} (${slot(at(c))}).`,
    ])
    return text === null
      ? null
      : {
          text,
          basis: 'observed',
          checks: [`${at(a)} > ${at(b)}`, `${at(a)} > ${at(c)}`],
          about: { runs: [a, b, c], metric },
          fact: `${metric}: ${[a, b, c].map((run) => `${run.address} ${metricOf(run, metric)}`).join(', ')}`,
        }
  },
}

/** Everything that may be said of how runs stand to each other. */
export const RELATIONAL_FORMS: readonly Form[] = [
  comparative,
  negated,
  judged,
  byDelta,
  duration,
  superlative,
  amongGroup,
  settings,
  onlyDiffer,
  status,
  allOf,
  allSettings,
  order,
  before,
  multiple,
  noEffect,
  trend,
  pastBest,
  groupMeans,
  peaks,
  ordering,
]
