import type { Random } from '../../support/seeded-random.ts'
import type { Form, Told } from './case.ts'
import { type Ground, type GroundMetric, type GroundRun, isApart, metricsOf } from './ground.ts'
import { isHeldAgainst, metricOf } from './relational-forms.ts'
import { capital, fieldOf, mention, metricAt, nameIn, paramAt, pickOf, pickSome, slot } from './words.ts'

function observed(
  text: string | null,
  runs: readonly GroundRun[],
  metric: string | null,
  fact: string,
): Told | null {
  return text === null ? null : { text, basis: 'observed', checks: [], about: { runs, metric }, fact }
}

function sayValue(random: Random, r: string, m: string, v: string): string | null {
  return pickOf(random, [
    `${r} has a ${m} of ${v}.`,
    `The ${m} of ${r} is ${v}.`,
    `${capital(m)} is ${v} in ${r}.`,
    `${r} logged a ${m} of ${v}.`,
    `${r} reached ${v} in ${m}.`,
    `For ${r}, the log has ${m} ${v}.`,
    `${r} ended at a ${m} of ${v}.`,
    `${capital(m)} of ${r}: ${v}.`,
    `In ${r}, ${m} came to ${v}.`,
    `${r} scored ${v} on ${m}.`,
    `${r} shows ${m} ${v}.`,
  ])
}

const otherRun: Form = {
  family: 'numeric',
  kind: "another run's value",
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.runs, isTrue ? 1 : 2))
    if (metric === null) return null
    const run = pickOf(
      random,
      ground.runs.filter(({ metrics }) => metrics.has(metric)),
    )
    if (run === null) return null
    const source = isTrue
      ? run
      : pickOf(
          random,
          ground.runs.filter(
            (other) => other.metrics.has(metric) && isApart(metricOf(other, metric), metricOf(run, metric)),
          ),
        )
    if (source === null) return null
    return observed(
      sayValue(random, mention(run), nameIn(metric, random), slot(metricAt(ground, source.address, metric))),
      [run],
      metric,
      `${metric} of ${run.address} is ${metricOf(run, metric)}`,
    )
  },
}

const otherRunOfTwo: Form = {
  family: 'numeric',
  kind: 'two values the wrong way round',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.runs, 2))
    if (metric === null) return null
    const [a, b] =
      pickSome(
        random,
        ground.runs.filter(({ metrics }) => metrics.has(metric)),
        2,
      ) ?? []
    if (a === undefined || b === undefined || !isApart(metricOf(a, metric), metricOf(b, metric))) return null
    const values = [a, b].map((run) => slot(metricAt(ground, run.address, metric)))
    const [va = '', vb = ''] = isTrue ? values : [...values].reverse()
    const m = nameIn(metric, random)
    const [ra, rb] = [mention(a), mention(b)]
    return observed(
      pickOf(random, [
        `${ra} has ${m} ${va}, ${rb} has ${vb}.`,
        `${capital(m)} is ${va} in ${ra} and ${vb} in ${rb}.`,
        `${ra} and ${rb} have a ${m} of ${va} and ${vb}.`,
        `${ra} ended at ${m} ${va}, while ${rb} ended at ${vb}.`,
        `${ra} (${m} ${va}) and ${rb} (${m} ${vb}) were run.`,
        `${ra} reached ${va} and ${rb} ${vb} in ${m}.`,
      ]),
      [a, b],
      metric,
      `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
    )
  },
}

const otherMetric: Form = {
  family: 'numeric',
  kind: "another metric's value",
  tell: (ground, random, isTrue) => {
    const run = pickOf(
      random,
      ground.runs.filter(({ metrics }) => metrics.size >= 2),
    )
    if (run === null) return null
    const [said, other] = pickSome(random, [...run.metrics.values()], 2) ?? []
    if (said === undefined || other === undefined || !isApart(said.value, other.value)) return null
    return observed(
      sayValue(
        random,
        mention(run),
        nameIn(said.name, random),
        slot(metricAt(ground, run.address, (isTrue ? said : other).name)),
      ),
      [run],
      said.name,
      `${said.name} of ${run.address} is ${said.value}, ${other.name} is ${other.value}`,
    )
  },
}

const otherSplit: Form = {
  family: 'numeric',
  kind: 'another split of the data',
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.runs)
    if (run === null) return null
    const splits: readonly (readonly [RegExp, string])[] = [
      [/^(val|valid|validation)[_/]/, 'validation'],
      [/^train(ing)?[_/]/, 'training'],
      [/^test[_/]/, 'test'],
    ]
    const known = [...run.metrics.values()].flatMap((metric) => {
      const split = splits.find(([pattern]) => pattern.test(metric.name))
      return split === undefined
        ? []
        : [{ metric, split: split[1], rest: metric.name.replace(split[0], '').replace(/[_/]/g, ' ') }]
    })
    const one = pickOf(
      random,
      // A digit of a name may be typed in the name only.
      known.filter(({ rest }) => !/(^| )\d+( |$)/.test(rest)),
    )
    if (one === null) return null
    const said = isTrue
      ? one.split
      : (pickOf(
          random,
          ['validation', 'training', 'test'].filter((split) => split !== one.split),
        ) ?? '')
    // The name that is said may be that of another logged metric with the very same value.
    if (
      !isTrue &&
      known.some(
        ({ metric, split, rest }) =>
          split === said && rest === one.rest && !isApart(metric.value, one.metric.value),
      )
    )
      return null
    return observed(
      sayValue(
        random,
        mention(run),
        `${said} ${one.rest}`,
        slot(metricAt(ground, run.address, one.metric.name)),
      ),
      [run],
      one.metric.name,
      `${one.metric.name} of ${run.address} is ${one.metric.value}`,
    )
  },
}

function seriesIn(
  ground: Ground,
  random: Random,
  passes: (metric: GroundMetric) => boolean,
): { run: GroundRun; metric: GroundMetric } | null {
  const run = pickOf(
    random,
    ground.runs.filter(({ metrics }) => [...metrics.values()].some((one) => one.count >= 3 && passes(one))),
  )
  const metric =
    run === null
      ? null
      : pickOf(
          random,
          [...run.metrics.values()].filter((one) => one.count >= 3 && passes(one)),
        )
  return run === null || metric === null ? null : { run, metric }
}

const otherPoint: Form = {
  family: 'numeric',
  kind: 'another point of the series',
  tell: (ground, random, isTrue) => {
    const found = seriesIn(
      ground,
      random,
      (one) => isApart(one.min, one.last) && isApart(one.max, one.min) && isApart(one.max, one.last),
    )
    if (found === null) return null
    const { run, metric } = found
    const said = pickOf(random, ['last', 'min', 'max'] as const) ?? 'last'
    const point = isTrue
      ? said
      : (pickOf(
          random,
          (['last', 'min', 'max'] as const).filter((other) => other !== said),
        ) ?? 'min')
    const at = `${metricAt(ground, run.address, metric.name)}.${point}`
    const m = nameIn(metric.name, random)
    const r = mention(run)
    return observed(
      said === 'last'
        ? pickOf(random, [
            `The final ${m} of ${r} is ${slot(at)}.`,
            `${r} ended at a ${m} of ${slot(at)}.`,
            `At the end, ${r} has a ${m} of ${slot(at)}.`,
            `The last ${m} of ${r} is ${slot(at)}.`,
            `${r} finished with ${m} ${slot(at)}.`,
          ])
        : pickOf(random, [
            `The ${said === 'min' ? 'minimum' : 'maximum'} ${m} of ${r} is ${slot(at)}.`,
            `The ${m} of ${r} has its ${said === 'min' ? 'minimum' : 'maximum'} at ${slot(at)}.`,
            `${r} has a ${said === 'min' ? 'minimum' : 'maximum'} ${m} of ${slot(at)}.`,
            `The ${said === 'min' ? 'lowest' : 'highest'} ${m} of ${r} is ${slot(at)}.`,
          ]),
      [run],
      metric.name,
      `${metric.name} of ${run.address}: last ${metric.last}, lowest ${metric.min}, highest ${metric.max}`,
    )
  },
}

const step: Form = {
  family: 'numeric',
  kind: 'another step',
  tell: (ground, random, isTrue) => {
    const found = seriesIn(
      ground,
      random,
      (one) =>
        one.minStep !== null &&
        one.maxStep !== null &&
        one.lastStep !== null &&
        one.minStep !== one.maxStep &&
        one.minStep !== one.lastStep,
    )
    if (found === null) return null
    const { run, metric } = found
    const at = metricAt(ground, run.address, metric.name)
    const m = nameIn(metric.name, random)
    const stepSlot = slot(
      `${at}.${isTrue ? 'min' : (pickOf(random, ['max', 'last'] as const) ?? 'max')}.step`,
    )
    const r = mention(run)
    return observed(
      pickOf(random, [
        `${capital(m)} of ${r} was lowest at step ${stepSlot}.`,
        `${r} reached its minimum ${m} at step ${stepSlot}.`,
        `The ${m} of ${r} has its minimum at step ${stepSlot}.`,
        `The minimum of ${m} in ${r} lies at step ${stepSlot}.`,
      ]),
      [run],
      metric.name,
      `${metric.name} of ${run.address} is lowest at step ${metric.minStep}`,
    )
  },
}

const stepAsValue: Form = {
  family: 'numeric',
  kind: 'a step told as a value',
  tell: (ground, random, isTrue) => {
    const found = seriesIn(ground, random, (one) => one.minStep !== null && isApart(one.minStep, one.min))
    if (found === null) return null
    const { run, metric } = found
    const at = `${metricAt(ground, run.address, metric.name)}.min`
    const m = nameIn(metric.name, random)
    const r = mention(run)
    const v = slot(isTrue ? at : `${at}.step`)
    return observed(
      pickOf(random, [
        `The minimum ${m} of ${r} is ${v}.`,
        `${r} has a minimum ${m} of ${v}.`,
        `${r} came down to a minimum ${m} of ${v}.`,
      ]),
      [run],
      metric.name,
      `${metric.name} of ${run.address}: lowest ${metric.min} at step ${metric.minStep}`,
    )
  },
}

const param: Form = {
  family: 'numeric',
  kind: "another run's setting",
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.runs)
    if (run === null) return null
    const name = pickOf(
      random,
      [...run.params].flatMap(([key, value]) => (value.length > 0 && value.length <= 24 ? [key] : [])),
    )
    if (name === null) return null
    const own = run.params.get(name) ?? ''
    const source = isTrue
      ? run
      : pickOf(
          random,
          ground.runs.filter((other) => {
            const value = other.params.get(name)
            return (
              value !== undefined &&
              value.toLowerCase() !== own.toLowerCase() &&
              Number(value) !== Number(own)
            )
          }),
        )
    if (source === null) return null
    return observed(
      saySetting(random, mention(run), nameIn(name, random), slot(paramAt(ground, source.address, name))),
      [run],
      null,
      `${name} of ${run.address} is ${own}`,
    )
  },
}

const otherParam: Form = {
  family: 'numeric',
  kind: 'another setting under the name',
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.runs)
    if (run === null) return null
    const [said, other] =
      pickSome(
        random,
        [...run.params].filter(([, value]) => /^[0-9.e-]+$/.test(value)),
        2,
      ) ?? []
    if (said === undefined || other === undefined || Number(said[1]) === Number(other[1])) return null
    return observed(
      saySetting(
        random,
        mention(run),
        nameIn(said[0], random),
        slot(paramAt(ground, run.address, (isTrue ? said : other)[0])),
      ),
      [run],
      null,
      `${said[0]} of ${run.address} is ${said[1]}, ${other[0]} is ${other[1]}`,
    )
  },
}

function saySetting(random: Random, r: string, p: string, v: string): string | null {
  return pickOf(random, [
    `${r} used a ${p} of ${v}.`,
    `${r} ran with ${p} ${v}.`,
    `The ${p} of ${r} is ${v}.`,
    `In ${r}, ${p} was set to ${v}.`,
    `${r} was trained with ${p} ${v}.`,
    `${r} has ${p} ${v}.`,
  ])
}

const durations: Form = {
  family: 'numeric',
  kind: 'duration',
  tell: (ground, random, isTrue) => {
    const run = pickOf(
      random,
      ground.runs.filter((one) => (one.duration ?? 0) > 0),
    )
    if (run === null) return null
    const source = isTrue
      ? run
      : pickOf(
          random,
          ground.runs.filter((one) => one.duration !== null && isApart(one.duration, run.duration ?? 0)),
        )
    if (source === null) return null
    const v = slot(`${source.address}.duration`)
    const r = mention(run)
    return observed(
      pickOf(
        random,
        [
          `${r} took ${v}.`,
          `${r} ran for ${v}.`,
          `The duration of ${r} was ${v}.`,
          `${r} finished after ${v}.`,
          `Training ${r} took ${v}.`,
        ].filter((text) => run.status === 'finished' || !/finished/.test(text)),
      ),
      [run],
      null,
      `${run.address} took ${run.duration} s`,
    )
  },
}

const times: Form = {
  family: 'numeric',
  kind: 'date or time',
  tell: (ground, random, isTrue) => {
    const run = pickOf(
      random,
      ground.runs.filter((one) => one.startedAt !== null && (one.duration ?? 0) > 120),
    )
    if (run === null) return null
    const source = isTrue
      ? run
      : random.chance(0.5)
        ? null
        : pickOf(
            random,
            ground.runs.filter(
              (one) => one.startedAt !== null && Math.abs(one.startedAt - (run.startedAt ?? 0)) > 120_000,
            ),
          )
    const r = mention(run)
    // Without another run, its own end is told as its start.
    const v = slot(source === null ? `${run.address}.ended` : `${source.address}.started`)
    return observed(
      pickOf(random, [
        `${r} started at ${v}.`,
        `The start of ${r} was at ${v}.`,
        `${r} was started at ${v}.`,
        `${r} began at ${v}.`,
      ]),
      [run],
      null,
      `${run.address} started ${run.startedAt}`,
    )
  },
}

const counts: Form = {
  family: 'numeric',
  kind: 'count of runs',
  tell: (ground, random, isTrue) => {
    const of = (status: string) =>
      status === 'all' ? ground.runs.length : ground.runs.filter((run) => run.status === status).length
    const said = pickOf(random, ['finished', 'failed', 'all', 'killed', 'running'] as const) ?? 'all'
    const other = pickOf(
      random,
      (['finished', 'failed', 'all', 'killed'] as const).filter((one) => of(one) !== of(said)),
    )
    if (other === null && !isTrue) return null
    const n = slot(`count(${isTrue ? said : other})`)
    const text =
      said === 'all'
        ? pickOf(random, [
            `There are ${n} runs in all.`,
            `${n} runs were started.`,
            `The day has ${n} runs.`,
            `In total there were ${n} runs.`,
          ])
        : said === 'running'
          ? pickOf(random, [`${n} runs are still running.`, `The number of running runs is ${n}.`])
          : pickOf(random, [
              `${n} runs ${said === 'killed' ? 'were killed' : said}.`,
              `${n} of ${slot('count(all)')} runs ${said === 'killed' ? 'were killed' : said}.`,
              `The number of ${said} runs is ${n}.`,
            ])
    return observed(text, [], null, `${said}: ${of(said)}`)
  },
}

const ranks: Form = {
  family: 'numeric',
  kind: 'rank',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(
      random,
      metricsOf(ground.finished, 3).filter((name) => ground.evidence.metrics.direction(name) !== null),
    )
    if (metric === null) return null
    const runs = ground.finished.filter((run) => run.metrics.has(metric))
    const [first] = runs
    if (first === undefined || !runs.every((run) => isHeldAgainst(first, run))) return null
    const [a, b] = pickSome(random, runs, 2) ?? []
    if (a === undefined || b === undefined || !isApart(metricOf(a, metric), metricOf(b, metric))) return null
    const field = fieldOf(ground, metric, 'metric')
    const v = slot(`rank(${(isTrue ? a : b).address}, ${field}, finished)`)
    const m = nameIn(metric, random)
    return observed(
      pickOf(random, [
        `${mention(a)} is at rank ${v} by ${m} among the finished runs.`,
        `The rank of ${mention(a)} by ${m} is ${v}.`,
        `By ${m}, ${mention(a)} ranks at ${v} of the finished runs.`,
      ]),
      [a],
      metric,
      `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
    )
  },
}

const groupStatistic: Form = {
  family: 'numeric',
  kind: 'statistic of a group',
  tell: (ground, random, isTrue) => {
    const group = pickOf(
      random,
      ground.groups.filter(({ members, word }) => word === null && members.length >= 2),
    )
    if (group === null) return null
    const [first] = group.members
    const metric = pickOf(random, metricsOf(group.members, group.members.length))
    if (
      metric === null ||
      first === undefined ||
      group.members.some((run) => run.status !== 'finished' || !isHeldAgainst(first, run))
    )
      return null
    const values = group.members.map((run) => metricOf(run, metric))
    const statistics = {
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      min: Math.min(...values),
      max: Math.max(...values),
    }
    const names = { mean: 'mean', min: 'lowest', max: 'highest' } as const
    const said = pickOf(random, ['mean', 'min', 'max'] as const) ?? 'mean'
    const other = pickOf(
      random,
      (['mean', 'min', 'max'] as const).filter((one) => isApart(statistics[one], statistics[said])),
    )
    if (other === null) return null
    const v = slot(`${metricAt(ground, group.address, metric)}.${isTrue ? said : other}`)
    const m = nameIn(metric, random)
    const g = slot(group.address)
    return observed(
      pickOf(random, [
        `The ${names[said]} ${m} of ${g} is ${v}.`,
        `Over ${g}, the ${names[said]} ${m} is ${v}.`,
        ...(said === 'mean' ? [`${g} have a mean ${m} of ${v}.`] : []),
      ]),
      [],
      metric,
      `${metric} of ${group.label}: ${JSON.stringify(statistics)}`,
    )
  },
}

const otherGroup: Form = {
  family: 'numeric',
  kind: "another group's statistic",
  tell: (ground, random, isTrue) => {
    const [a, b] =
      pickSome(
        random,
        ground.groups.filter(
          ({ members, word }) =>
            word === null && members.length >= 2 && members.every((run) => run.status === 'finished'),
        ),
        2,
      ) ?? []
    const [first] = a?.members ?? []
    if (a === undefined || b === undefined || first === undefined) return null
    if (![...a.members, ...b.members].every((run) => isHeldAgainst(first, run))) return null
    const metric = pickOf(
      random,
      metricsOf([...a.members, ...b.members], a.members.length + b.members.length),
    )
    if (metric === null) return null
    const mean = (runs: readonly GroundRun[]) =>
      runs.reduce((sum, run) => sum + metricOf(run, metric), 0) / runs.length
    if (!isApart(mean(a.members), mean(b.members))) return null
    const v = slot(`${metricAt(ground, (isTrue ? a : b).address, metric)}.mean`)
    const m = nameIn(metric, random)
    return observed(
      pickOf(random, [
        `The mean ${m} of ${slot(a.address)} is ${v}.`,
        `${slot(a.address)} have a mean ${m} of ${v}.`,
        `Over ${slot(a.address)}, ${m} has a mean of ${v}.`,
      ]),
      [],
      metric,
      `mean ${metric}: ${a.address} ${mean(a.members)}, ${b.address} ${mean(b.members)}`,
    )
  },
}

const difference: Form = {
  family: 'numeric',
  kind: 'difference of other values',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 3))
    if (metric === null) return null
    const [a, b, c] =
      pickSome(
        random,
        ground.finished.filter((run) => run.metrics.has(metric)),
        3,
      ) ?? []
    if (a === undefined || b === undefined || c === undefined || !isHeldAgainst(a, b) || !isHeldAgainst(a, c))
      return null
    const gap = Math.abs(metricOf(a, metric) - metricOf(b, metric))
    const wrong = Math.abs(metricOf(a, metric) - metricOf(c, metric))
    if (gap === 0 || !isApart(gap, wrong)) return null
    const at = (run: GroundRun) => metricAt(ground, run.address, metric)
    const v = slot(`abs(delta(${at(a)}, ${at(isTrue ? b : c)}))`)
    const m = nameIn(metric, random)
    return observed(
      pickOf(random, [
        `The gap in ${m} between ${mention(a)} and ${mention(b)} is ${v}.`,
        `${mention(a)} and ${mention(b)} lie ${v} apart in ${m}.`,
        `The difference in ${m} between ${mention(a)} and ${mention(b)} is ${v}.`,
      ]),
      [a, b],
      metric,
      `${metric}: ${a.address} and ${b.address} lie ${gap} apart`,
    )
  },
}

const percent: Form = {
  family: 'numeric',
  kind: 'per cent, points, ratio and difference',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 2))
    if (metric === null) return null
    const [a, b] =
      pickSome(
        random,
        ground.finished.filter((run) => run.metrics.has(metric)),
        2,
      ) ?? []
    if (a === undefined || b === undefined || !isHeldAgainst(a, b)) return null
    const [x, y] = [metricOf(a, metric), metricOf(b, metric)]
    if (x <= 0 || y <= 0 || !isApart(x, y) || ground.evidence.metrics.unit(metric) === '%') return null
    const at = (run: GroundRun) => metricAt(ground, run.address, metric)
    const m = nameIn(metric, random)
    const [ra, rb] = [mention(a), mention(b)]
    const pct = slot(`abs(pct(${at(a)}, ${at(b)}))`)
    const delta = slot(`abs(delta(${at(a)}, ${at(b)}))`)
    const ratio = slot(`ratio(${at(a)}, ${at(b)})`)
    return observed(
      pickOf(
        random,
        isTrue
          ? [
              `The ${m} of ${ra} and ${rb} differs by ${pct}.`,
              `From ${ra} to ${rb}, ${m} changes by ${pct}.`,
              `From ${ra} to ${rb}, ${m} changes by ${delta}.`,
              `The ratio of the ${m} of ${rb} to that of ${ra} is ${ratio}.`,
            ]
          : [
              `The ${m} of ${ra} and ${rb} differs by ${delta} per cent.`,
              `From ${ra} to ${rb}, ${m} changes by ${delta} percentage points.`,
              `From ${ra} to ${rb}, ${m} changes by ${pct} points.`,
              `From ${ra} to ${rb}, ${m} changes by ${ratio} percent.`,
              `From ${ra} to ${rb}, ${m} changes by ${ratio}.`,
              `The ${m} of ${ra} and ${rb} differs by ${ratio}.`,
              `The ratio of the ${m} of ${rb} to that of ${ra} is ${delta}.`,
              `The ${m} of ${rb} is ${delta} times that of ${ra}.`,
            ],
      ),
      [a, b],
      metric,
      `${metric}: ${a.address} ${x}, ${b.address} ${y}`,
    )
  },
}

const differenceAsValue: Form = {
  family: 'numeric',
  kind: 'a computed value told as a logged one',
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 2))
    if (metric === null) return null
    const [a, b] =
      pickSome(
        random,
        ground.finished.filter((run) => run.metrics.has(metric)),
        2,
      ) ?? []
    if (a === undefined || b === undefined || !isHeldAgainst(a, b)) return null
    const [x, y] = [metricOf(a, metric), metricOf(b, metric)]
    const made = pickOf(random, ['delta', 'pct', 'ratio', 'mean', 'max'] as const) ?? 'delta'
    const is = {
      delta: y - x,
      pct: (100 * (y - x)) / x,
      ratio: y / x,
      mean: (x + y) / 2,
      max: Math.max(x, y),
    }[made]
    if (!Number.isFinite(is) || !isApart(is, x)) return null
    const at = (run: GroundRun) => metricAt(ground, run.address, metric)
    const v = slot(isTrue ? at(a) : `${made}(${at(a)}, ${at(b)})`)
    return observed(
      sayValue(random, mention(a), nameIn(metric, random), v),
      [a],
      metric,
      `${metric} of ${a.address} is ${x}`,
    )
  },
}

/** Everything that may be printed as a number through a slot. */
export const NUMERIC_FORMS: readonly Form[] = [
  otherRun,
  otherRunOfTwo,
  otherMetric,
  otherSplit,
  otherPoint,
  step,
  stepAsValue,
  param,
  otherParam,
  durations,
  times,
  counts,
  ranks,
  groupStatistic,
  otherGroup,
  difference,
  percent,
  differenceAsValue,
]
