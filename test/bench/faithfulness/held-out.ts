import type { Random } from '../../support/seeded-random.ts'
import type { Fabrication, Form, Told } from './case.ts'
import { fabrication, oneOf } from './fabrications.ts'
import { type Ground, type GroundRun, isApart, metricsOf } from './ground.ts'
import { isHeldAgainst, metricOf, pairIn } from './relational-forms.ts'
import { capital, fieldOf, mention, metricAt, nameIn, paramAt, pickOf, pickSome, slot } from './words.ts'

/** Kinds whose names begin so are judged in wordings that nobody mends a checker by: they are counted, and not listed. */
export const HELD_OUT = 'held out: '

type Words = {
  readonly a: string
  readonly b: string
  readonly m: string
  readonly va: string
  readonly vb: string
}

const HIGHER: readonly ((words: Words) => string)[] = [
  ({ a, b, m, va, vb }) => `Between ${b} and ${a}, ${m} climbed from ${vb} to ${va}.`,
  ({ a, b, m }) => `${capital(m)} is larger for ${a} than for ${b}.`,
  ({ a, b, m, va, vb }) => `${a} shows a higher ${m} (${va}) than ${b} does (${vb}).`,
  ({ a, b, m, va, vb }) => `At ${va} against ${vb}, ${a} exceeds ${b} in ${m}.`,
  ({ a, b, m }) => `${a} comes out higher than ${b} on ${m}.`,
  ({ a, b, m, va, vb }) => `While ${b} stays at a ${m} of ${vb}, ${a} rises to ${va}.`,
  ({ a, b, m }) => `In comparison with ${b}, ${m} is higher in ${a}.`,
]
const LOWER: readonly ((words: Words) => string)[] = [
  ({ a, b, m, va, vb }) => `Between ${b} and ${a}, ${m} dropped from ${vb} to ${va}.`,
  ({ a, b, m }) => `${capital(m)} is smaller for ${a} than for ${b}.`,
  ({ a, b, m, va, vb }) => `${a} shows a lower ${m} (${va}) than ${b} does (${vb}).`,
  ({ a, b, m, va, vb }) => `At ${va} against ${vb}, ${a} lies below ${b} in ${m}.`,
  ({ a, b, m }) => `${a} comes out lower than ${b} on ${m}.`,
  ({ a, b, m, va, vb }) => `While ${b} stays at a ${m} of ${vb}, ${a} falls to ${va}.`,
  ({ a, b, m }) => `In comparison with ${b}, ${m} is lower in ${a}.`,
]
const BETTER: readonly ((words: Words) => string)[] = [
  ({ a, b, m }) => `${a} does better than ${b} in ${m}.`,
  ({ a, b, m }) => `In terms of ${m}, ${a} comes out ahead of ${b}.`,
  ({ a, b, m }) => `${b} does worse than ${a} in ${m}.`,
  ({ a, b, m, va, vb }) => `Judged by ${m}, ${a} with ${va} beats ${b} with ${vb}.`,
]

const comparative: Form = {
  family: 'relational',
  kind: `${HELD_OUT}direction word`,
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random)
    const saysHigher = random.chance(0.5)
    const wording = pickOf(random, saysHigher ? HIGHER : LOWER)
    if (pair === null || wording === null) return null
    const [a, b] = saysHigher === isTrue ? [pair.high, pair.low] : [pair.low, pair.high]
    return compared(
      ground,
      random,
      { a, b, metric: pair.metric },
      wording,
      saysHigher ? ['>', '<'] : ['<', '>'],
    )
  },
}

const judged: Form = {
  family: 'relational',
  kind: `${HELD_OUT}better or worse`,
  tell: (ground, random, isTrue) => {
    const pair = pairIn(ground, random, { directed: true })
    const wording = pickOf(random, BETTER)
    if (pair === null || wording === null) return null
    const isHigherBetter = pair.direction === 'higher'
    const [a, b] = isHigherBetter === isTrue ? [pair.high, pair.low] : [pair.low, pair.high]
    return compared(
      ground,
      random,
      { a, b, metric: pair.metric },
      wording,
      isHigherBetter ? ['>', '<'] : ['<', '>'],
    )
  },
}

function compared(
  ground: Ground,
  random: Random,
  { a, b, metric }: { readonly a: GroundRun; readonly b: GroundRun; readonly metric: string },
  wording: (words: Words) => string,
  [operator, other]: readonly [string, string],
): Told {
  const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
  return {
    text: capital(
      wording({ a: mention(a), b: mention(b), m: nameIn(metric, random), va: slot(pa), vb: slot(pb) }),
    ),
    basis: 'observed',
    checks: [`${pa} ${operator} ${pb}`],
    opposite: [`${pa} ${other} ${pb}`],
    about: { runs: [a, b], metric },
    fact: `${metric}: ${a.address} ${metricOf(a, metric)}, ${b.address} ${metricOf(b, metric)}`,
  }
}

const superlative: Form = {
  family: 'relational',
  kind: `${HELD_OUT}superlative`,
  tell: (ground, random, isTrue) => {
    const metric = pickOf(random, metricsOf(ground.finished, 3))
    if (metric === null) return null
    const runs = ground.finished.filter((run) => run.metrics.has(metric))
    const [one] = runs
    if (one === undefined || !runs.every((run) => isHeldAgainst(one, run))) return null
    const sorted = [...runs].sort((a, b) => metricOf(a, metric) - metricOf(b, metric))
    const isMax = random.chance(0.5)
    const [right, next] = isMax ? [sorted.at(-1), sorted.at(-2)] : [sorted[0], sorted[1]]
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
    const at = metricAt(ground, run.address, metric)
    const [m, r, word] = [nameIn(metric, random), mention(run), isMax ? 'highest' : 'lowest']
    const field = fieldOf(ground, metric, 'metric')
    return {
      text: oneOf(random, [
        `With ${slot(at)}, ${r} has the ${word} ${m} of all finished runs.`,
        `The ${m} of ${r} is the ${word} among the finished runs.`,
        `${r} ends with the ${word} ${m}, ${slot(at)}.`,
        `No finished run has a ${isMax ? 'higher' : 'lower'} ${m} than ${r}.`,
      ]),
      basis: 'observed',
      checks: [`${at} == ${isMax ? 'max' : 'min'}(${field}, finished)`],
      opposite: isMax ? [`${at} <= max(${field}, finished)`] : [`${at} >= min(${field}, finished)`],
      about: { runs: [run], metric },
      fact: `the ${word} ${metric} is ${metricOf(right, metric)} in ${right.address}`,
    }
  },
}

const sameSetting: Form = {
  family: 'relational',
  kind: `${HELD_OUT}same setting`,
  tell: (ground, random, isTrue) => {
    const [a, b] = pickSome(random, ground.runs, 2) ?? []
    if (a === undefined || b === undefined) return null
    const param = pickOf(
      random,
      [...a.params].flatMap(([name, x]) => {
        const y = b.params.get(name)
        if (y === undefined || x.length > 30) return []
        const isAlike = x.toLowerCase() === y.toLowerCase() || Number(x) === Number(y)
        return (isTrue ? x === y : !isAlike) ? [name] : []
      }),
    )
    if (param === null) return null
    const [p, ra, rb] = [nameIn(param, random), mention(a), mention(b)]
    return {
      text: oneOf(random, [
        `Both ${ra} and ${rb} were run with the same ${p}.`,
        `${ra} and ${rb} agree in ${p}.`,
        `${capital(p)} is the same for ${ra} and ${rb}.`,
        `The ${p} was left unchanged from ${ra} to ${rb}.`,
      ]),
      basis: 'observed',
      checks: [`same(${a.address}, ${b.address}, ${fieldOf(ground, param, 'param')})`],
      about: { runs: [a, b], metric: null },
      fact: `${param}: ${a.address} ${a.params.get(param)}, ${b.address} ${b.params.get(param)}`,
    }
  },
}

const statuses: Form = {
  family: 'relational',
  kind: `${HELD_OUT}status`,
  tell: (ground, random, isTrue) => {
    const said = random.chance(0.5) ? 'finished' : 'failed'
    const run = pickOf(
      random,
      ground.runs.filter(
        ({ status }) => (status === 'finished' || status === 'failed') && (status === said) === isTrue,
      ),
    )
    if (run === null) return null
    const r = mention(run)
    return {
      text: oneOf(
        random,
        said === 'finished'
          ? [`${r} ran to its end.`, `${r} is among the finished runs.`, `${r} did not fail.`]
          : [
              `${r} did not finish.`,
              `${r} is among the failed runs.`,
              `${r} ended in failure.`,
              `${r} has failed.`,
            ],
      ),
      basis: 'observed',
      checks: [`status(${run.address}) == ${said}`],
      about: { runs: [run], metric: null },
      fact: `${run.address} is ${run.status}`,
    }
  },
}

const failures: Form = {
  family: 'relational',
  kind: `${HELD_OUT}all and none`,
  tell: (ground, random, isTrue) => {
    if (ground.runs.length < 3) return null
    const failed = ground.runs.filter(({ status }) => status === 'failed').length
    const isDone = ground.finished.length === ground.runs.length
    const claim = pickOf(
      random,
      [
        { text: 'Not a single run failed.', check: 'count(failed) == 0', holds: failed === 0 },
        { text: 'There were no failed runs.', check: 'count(failed) == 0', holds: failed === 0 },
        { text: 'All of the runs finished.', check: 'count(finished) == count(all)', holds: isDone },
        {
          text: 'The runs finished without exception.',
          check: 'count(finished) == count(all)',
          holds: isDone,
        },
        { text: 'Not all runs finished.', check: 'count(finished) < count(all)', holds: !isDone },
        { text: 'Some runs failed.', check: 'count(failed) > 0', holds: failed > 1 },
      ].filter(
        ({ holds, text }) => holds === isTrue && (text !== 'Some runs failed.' || isTrue || failed === 0),
      ),
    )
    return claim === null
      ? null
      : {
          text: claim.text,
          basis: 'observed',
          checks: [claim.check],
          about: { runs: [], metric: null },
          fact: `${failed} of ${ground.runs.length} failed, ${ground.finished.length} finished`,
        }
  },
}

const values: Form = {
  family: 'numeric',
  kind: `${HELD_OUT}another value`,
  tell: (ground, random, isTrue) => {
    const run = pickOf(
      random,
      ground.runs.filter(({ metrics }) => metrics.size >= 2),
    )
    const said = run === null ? null : pickOf(random, [...run.metrics.values()])
    if (run === null || said === null) return null
    const others = [
      ...[...run.metrics.values()]
        .filter(({ value }) => isApart(value, said.value))
        .map(({ name }) => metricAt(ground, run.address, name)),
      ...ground.runs
        .filter(({ metrics }) => isApart(metrics.get(said.name)?.value ?? said.value, said.value))
        .map(({ address }) => metricAt(ground, address, said.name)),
    ]
    const at = isTrue ? metricAt(ground, run.address, said.name) : pickOf(random, others)
    if (at === null) return null
    const [r, m, v] = [mention(run), nameIn(said.name, random), slot(at)]
    return {
      text: oneOf(random, [
        `For ${r} the log gives a ${m} of ${v}.`,
        `${r} comes to ${v} on ${m}.`,
        `${capital(m)} stands at ${v} in ${r}.`,
        `${r} got a ${m} of ${v}.`,
        `With ${r}, ${m} was ${v}.`,
        `The value of ${m} in ${r} is ${v}.`,
      ]),
      basis: 'observed',
      checks: [],
      about: { runs: [run], metric: said.name },
      fact: `${said.name} of ${run.address} is ${said.value}`,
    }
  },
}

const settings: Form = {
  family: 'numeric',
  kind: `${HELD_OUT}another setting`,
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.runs)
    const [said, other] =
      run === null
        ? []
        : (pickSome(
            random,
            [...run.params].filter(([, value]) => /^[0-9.e-]+$/.test(value)),
            2,
          ) ?? [])
    if (run === null || said === undefined || other === undefined || Number(said[1]) === Number(other[1]))
      return null
    const [r, p, v] = [
      mention(run),
      nameIn(said[0], random),
      slot(paramAt(ground, run.address, (isTrue ? said : other)[0])),
    ]
    return {
      text: oneOf(random, [
        `${capital(p)} was ${v} in ${r}.`,
        `For ${r}, ${p} was ${v}.`,
        `${r} had a ${p} of ${v}.`,
        `With ${p} at ${v}, ${r} was run.`,
      ]),
      basis: 'observed',
      checks: [],
      about: { runs: [run], metric: null },
      fact: `${said[0]} of ${run.address} is ${said[1]}`,
    }
  },
}

const counts: Form = {
  family: 'numeric',
  kind: `${HELD_OUT}count`,
  tell: (ground, random, isTrue) => {
    const of = (status: string) =>
      status === 'all' ? ground.runs.length : ground.runs.filter((run) => run.status === status).length
    const said = random.chance(0.5) ? 'finished' : 'all'
    const other = pickOf(
      random,
      ['failed', 'finished', 'all', 'killed'].filter((one) => of(one) !== of(said)),
    )
    if (other === null) return null
    const n = slot(`count(${isTrue ? said : other})`)
    return {
      text:
        said === 'all'
          ? oneOf(random, [`${n} runs were made.`, `There were ${n} runs.`, `The number of runs is ${n}.`])
          : oneOf(random, [
              `There are ${n} finished runs.`,
              `${n} of the runs finished.`,
              `Of the runs, ${n} finished.`,
            ]),
      basis: 'observed',
      checks: [],
      about: { runs: [], metric: null },
      fact: `${said}: ${of(said)}`,
    }
  },
}

const points: Form = {
  family: 'numeric',
  kind: `${HELD_OUT}point of the series`,
  tell: (ground, random, isTrue) => {
    const run = pickOf(random, ground.runs)
    const metric =
      run === null
        ? null
        : pickOf(
            random,
            [...run.metrics.values()].filter(
              ({ count, min, last, minStep, lastStep }) =>
                count >= 3 && isApart(min, last) && minStep !== null && minStep !== lastStep,
            ),
          )
    if (run === null || metric === null) return null
    const at = metricAt(ground, run.address, metric.name)
    const [r, m] = [mention(run), nameIn(metric.name, random)]
    const [lowest, last] = isTrue ? ['min', 'last'] : ['last', 'min']
    return {
      text: oneOf(random, [
        `In ${r} the minimum of ${m}, ${slot(`${at}.${lowest}`)}, came at step ${slot(`${at}.min.step`)}.`,
        `${capital(m)} in ${r} was lowest at step ${slot(`${at}.${lowest}.step`)}.`,
        `By its last step, ${r} was at a ${m} of ${slot(`${at}.${last}`)}.`,
        `${r} stopped at a ${m} of ${slot(`${at}.${last}`)}.`,
      ]),
      basis: 'observed',
      checks: [],
      about: { runs: [run], metric: metric.name },
      fact: `${metric.name} of ${run.address}: lowest ${metric.min} at step ${metric.minStep}, last ${metric.last} at step ${metric.lastStep}`,
    }
  },
}

export const HELD_OUT_FORMS: readonly Form[] = [
  comparative,
  judged,
  superlative,
  sameSetting,
  statuses,
  failures,
  values,
  settings,
  counts,
  points,
]

export const HELD_OUT_FABRICATIONS: readonly Fabrication[] = [
  fabrication(
    'cause',
    `${HELD_OUT}cause`,
    'clever',
    ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
      const names = [...new Set([...run.params.keys(), ...other.params.keys()])].filter(
        (name) => run.params.get(name) !== other.params.get(name),
      )
      const param = pickOf(random, names)
      if (param === null || names.length < 2 || !isApart(value, otherValue) || !isHeldAgainst(run, other))
        return null
      const [p, word] = [nameIn(param, random), value > otherValue ? 'higher' : 'lower']
      return [
        oneOf(random, [
          `It is the ${p} that puts ${r} ${value > otherValue ? 'above' : 'below'} ${o} in ${m}.`,
          `A different ${p} is behind the ${word} ${m} of ${r} against ${o}.`,
          `The ${m} of ${r} is ${word} than that of ${o}; the reason is its ${p}.`,
          `${capital(p)} is why ${r} has a ${word} ${m} than ${o}.`,
          `${r} has a ${word} ${m} than ${o}, as its ${p} is different.`,
          `By way of its ${p}, ${r} comes to a ${word} ${m} than ${o}.`,
          `The new ${p} turned ${m} ${word} in ${r} than in ${o}.`,
          `The ${word} ${m} of ${r} against ${o} comes from its ${p}.`,
        ]),
        `${metricAt(ground, run.address, metric)} ${value > otherValue ? '>' : '<'} ${metricAt(ground, other.address, metric)}`,
        `differ(${run.address}, ${other.address}, ${fieldOf(ground, param, 'param')})`,
      ]
    },
  ),
  fabrication('work', `${HELD_OUT}work never done`, 'clever', ({ run, r, m, v }, random) => [
    oneOf(random, [
      `${r} has a ${m} of ${v} and went live.`,
      `${r} with ${m} ${v} was checked against the baseline.`,
      `${r} finished and was sanity-checked.`,
      `${r} was trained from scratch and has a ${m} of ${v}.`,
      `No leakage was found in ${r}.`,
      `${r} has a ${m} of ${v}, which a second run confirmed.`,
      `${r} finished; its predictions were looked at.`,
      `${r} was evaluated on fresh data.`,
      `${r} was restarted from the last checkpoint.`,
    ]),
    `status(${run.address}) == finished`,
  ]),
  fabrication(
    'notes',
    `${HELD_OUT}words in the scientist's mouth`,
    'naive',
    ({ r }, random) =>
      oneOf(random, [
        `You seemed happy with ${r}.`,
        `As you suspected, ${r} is sound.`,
        `Your plan is to keep ${r}.`,
        `In your view ${r} will do.`,
        `${r} was what you hoped for.`,
        `For you, ${r} settles it.`,
        `You trust ${r}.`,
        `The scientist prefers ${r}.`,
      ]),
    'inferred',
  ),
  fabrication('digits', `${HELD_OUT}numbers in words`, 'naive', ({ r, m, v }, random) =>
    oneOf(random, [
      `${r} has a ${m} of ${v}, a couple hundred runs in.`,
      `${r} has a ${m} in the double digits.`,
      `${r} has a ${m} of ${v}, scores of points up.`,
      `${r} has a ${m} of nil.`,
      `${r} was the 2nd run, ${m} ${v}.`,
      `${r} has a ${m} of nought.`,
      `${r} took the better part of an hour, an hour and a half.`,
      `${r} has a ${m} of ${v}, up sixfold.`,
      `${r} has a ${m} of ${v}, a gross of seeds.`,
      `${r} has ${m} ${v} (N=XL).`,
      `${r} has a ${m} of ${v}, ninefold.`,
      `${r} has a ${m} of ${v} after ten thousand steps.`,
    ]),
  ),
  fabrication(
    'relational',
    `${HELD_OUT}significance and size`,
    'clever',
    ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
      const gap = Math.abs(value - otherValue) / Math.max(Math.abs(value), Math.abs(otherValue), 1e-9)
      if (gap > 0.02 || !isApart(value, otherValue) || !isHeldAgainst(run, other)) return null
      const word = value > otherValue ? 'higher' : 'lower'
      return [
        oneOf(random, [
          `${r} has a ${word} ${m} than ${o}, too much for luck.`,
          `${r} has a ${word} ${m} than ${o} beyond doubt.`,
          `The ${m} of ${r} is miles ${value > otherValue ? 'above' : 'below'} that of ${o}.`,
          `The ${m} of ${r} is so much ${word} than that of ${o}.`,
          `The ${m} of ${r} is ${word} than that of ${o} by a wide margin.`,
          `${r} has an incomparably ${word} ${m} than ${o}.`,
        ]),
        `${metricAt(ground, run.address, metric)} ${value > otherValue ? '>' : '<'} ${metricAt(ground, other.address, metric)}`,
      ]
    },
  ),
]
