import type { Random } from '../../support/seeded-random.ts'
import type { Fabrication, Liar, Told } from './case.ts'
import { type Ground, type GroundRun, isApart, metricsOf } from './ground.ts'
import { isHeldAgainst, metricOf } from './relational-forms.ts'
import { capital, fieldOf, mention, metricAt, nameIn, paramAt, pickOf, pickSome, slot } from './words.ts'

interface Scene {
  readonly run: GroundRun
  readonly other: GroundRun
  readonly metric: string
  readonly r: string
  readonly o: string
  readonly m: string
  readonly v: string
  readonly vo: string
  /** The value as a writer would type it. */
  readonly typed: string
  readonly value: number
  readonly otherValue: number
}

function sceneIn(ground: Ground, random: Random): Scene | null {
  const metric = pickOf(random, metricsOf(ground.finished, 2))
  if (metric === null) return null
  const [run, other] =
    pickSome(
      random,
      ground.finished.filter((one) => one.metrics.has(metric)),
      2,
    ) ?? []
  if (run === undefined || other === undefined) return null
  const value = metricOf(run, metric)
  return {
    run,
    other,
    metric,
    r: mention(run),
    o: mention(other),
    m: nameIn(metric, random),
    v: slot(metricAt(ground, run.address, metric)),
    vo: slot(metricAt(ground, other.address, metric)),
    typed: typedAs(value),
    value,
    otherValue: metricOf(other, metric),
  }
}

function typedAs(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

type Telling = (
  scene: Scene,
  random: Random,
  ground: Ground,
) => string | readonly [string, ...string[]] | null

/** A fabrication about a run and one of its values; a list is a text and its checks. */
export function fabrication(
  family: Fabrication['family'],
  kind: string,
  liar: Liar,
  telling: Telling,
  basis: Told['basis'] = 'observed',
): Fabrication {
  return {
    family,
    kind,
    liar,
    tell: (ground, random) => {
      const scene = sceneIn(ground, random)
      if (scene === null) return null
      const said = telling(scene, random, ground)
      if (said === null) return null
      const [text, ...checks] = typeof said === 'string' ? [said] : said
      return {
        text: capital(text),
        basis,
        checks,
        about: { runs: [scene.run, scene.other], metric: scene.metric },
        fact: `${scene.metric} of ${scene.run.address} is ${scene.value}`,
      }
    },
  }
}

export function oneOf(random: Random, choices: readonly string[]): string {
  return pickOf(random, choices) ?? ''
}

/** The digits of a typed number with one of them changed; never the same number. */
function changedDigit(typed: string, random: Random): string {
  const places = [...typed].flatMap((character, at) => (/\d/.test(character) ? [at] : []))
  const at = pickOf(random, places) ?? 0
  const digit = (Number(typed[at]) + random.whole(1, 9)) % 10
  return `${typed.slice(0, at)}${digit}${typed.slice(at + 1)}`
}

function swappedDigits(typed: string): string | null {
  for (let at = typed.length - 2; at >= 0; at -= 1) {
    const [a, b] = [typed[at] ?? '', typed[at + 1] ?? '']
    if (/\d/.test(a) && /\d/.test(b) && a !== b) return `${typed.slice(0, at)}${b}${a}${typed.slice(at + 2)}`
  }
  return null
}

function typedValue(scene: Scene, random: Random, typed: string): string {
  const { r, m } = scene
  return oneOf(random, [
    `${r} has a ${m} of ${typed}.`,
    `The ${m} of ${r} is ${typed}.`,
    `${r} reached ${typed} in ${m}.`,
    `With ${m} ${typed}, ${r} is done.`,
    `${r} ended at ${m}=${typed}.`,
    `${r} logged ${m}: ${typed}.`,
  ])
}

const SPELLED = [
  'two',
  'three',
  'seven',
  'eleven',
  'a dozen',
  'twenty',
  'forty-two',
  'a hundred',
  'ninety',
  'five thousand',
  'half a dozen',
  'thirteen',
  'a couple of dozen',
  'sixty',
]
const FRACTIONS = [
  'half',
  'a third',
  'two thirds',
  'a quarter',
  'three quarters',
  'a tenth',
  'one fifth',
  'twice',
  'three times',
  'tenfold',
  'threefold',
  'double',
  'triple',
  'quadruple',
  'ten-fold',
  'a factor of ten',
  'an order of magnitude',
  'one hundredth',
]

const NUMERIC: readonly Fabrication[] = [
  fabrication('numeric', 'typed value, changed', 'naive', (scene, random) =>
    typedValue(scene, random, changedDigit(scene.typed, random)),
  ),
  fabrication('numeric', 'typed value, digits swapped', 'naive', (scene, random) => {
    const swapped = swappedDigits(scene.typed)
    return swapped === null ? null : typedValue(scene, random, swapped)
  }),
  fabrication('numeric', 'typed value, rounded wrongly', 'naive', (scene, random) => {
    if (Number.isInteger(scene.value)) return null
    const up = Number((scene.value * 1.04).toPrecision(2))
    return isApart(up, scene.value) ? typedValue(scene, random, `about ${up}`) : null
  }),
  fabrication('numeric', 'off by a factor of ten', 'naive', (scene, random) =>
    scene.value === 0
      ? null
      : typedValue(scene, random, typedAs(scene.value * (pickOf(random, [10, 100, 0.1, 0.01]) ?? 10))),
  ),
  fabrication('numeric', 'digits glued to a slot', 'careless', ({ r, m, v, value }, random) =>
    value === 0
      ? null
      : oneOf(random, [
          `${r} has a ${m} of 1${v}.`,
          `${r} has a ${m} of ${v}0.`,
          `${r} has a ${m} of ${v}e3.`,
          `${r} has a ${m} of ${v} × 10.`,
          `${r} has a ${m} of -${v}.`,
          `${r} has a ${m} of ${v}%.`,
          `${r} has a ${m} of ${v}k.`,
          `${r} has a ${m} of ${v} thousand.`,
          `${r} has a ${m} of ${v}.5.`,
          `${r} has a ${m} of minus ${v}.`,
          `${r} has a ${m} of ${v} per cent.`,
          `${r} has a ${m} of ${v} ± 0.01.`,
          `${r} has a ${m} of ${v} million.`,
          `${r} has a ${m} of ${v}${v}.`,
        ]),
  ),
  fabrication('numeric', 'invented digit in prose', 'naive', ({ r, m, v }, random) => {
    const n = random.whole(2, 97)
    return oneOf(random, [
      `${r} has a ${m} of ${v} after ${n} epochs.`,
      `Over ${n} seeds, ${r} has a ${m} of ${v}.`,
      `${r} has a ${m} of ${v}, ${n} points above the baseline.`,
      `${r} was trained on ${n} GPUs and has a ${m} of ${v}.`,
      `In ${n} % of cases ${r} was right; ${m} is ${v}.`,
      `${r} (run ${n}) has a ${m} of ${v}.`,
      `On 2026-03-${String((n % 28) + 1).padStart(2, '0')}, ${r} reached ${m} ${v}.`,
      `${r} has a ${m} of ${v} (p < 0.0${(n % 9) + 1}).`,
    ])
  }),
  fabrication('numeric', 'spelled number', 'naive', ({ r, m, v }, random) => {
    const n = oneOf(random, SPELLED)
    return oneOf(random, [
      `${r} has a ${m} of ${v} after ${n} epochs.`,
      `Over ${n} seeds, ${r} has a ${m} of ${v}.`,
      `${r} has a ${m} of ${v}; ${n} runs like it follow.`,
      `${r} is ${n} points above the others in ${m}, at ${v}.`,
    ])
  }),
  fabrication('numeric', 'fraction or multiple in words', 'naive', ({ r, o, m }, random) => {
    const n = oneOf(random, FRACTIONS)
    return oneOf(random, [
      `${r} has ${n} the ${m} of ${o}.`,
      `The ${m} of ${r} is ${n} that of ${o}.`,
      `${capital(m)} changed by ${n} from ${o} to ${r}.`,
    ])
  }),
  fabrication('numeric', 'date or weekday in words', 'naive', ({ r }, random) =>
    oneOf(random, [
      `${r} started on Monday.`,
      `${r} started on the third of March.`,
      `${r} ran in October.`,
      `${r} ran overnight from Friday to Saturday.`,
      `${r} ran yesterday for three hours.`,
      `${r} took a fortnight.`,
      `${r} was started at noon.`,
      `${r} was started at midnight.`,
      `${r} ran last week.`,
    ]),
  ),
  fabrication('numeric', 'wrong unit behind a slot', 'careless', ({ r, m, v, run }, random) => {
    const d = slot(`${run.address}.duration`)
    return oneOf(random, [
      `${r} has a ${m} of ${v} percentage points.`,
      `${r} has a ${m} of ${v} dollars.`,
      `${r} has a ${m} of ${v} GB.`,
      `${r} took ${d} hours.`,
      `${r} took ${d} epochs.`,
      `${r} took ${d} per step.`,
      `${r} has a ${m} of ${v} bits per token.`,
      `${r} has a ${m} of ${v} milliseconds.`,
      `${r} has a ${m} of ${v} points out of a hundred.`,
    ])
  }),
  fabrication('numeric', 'per epoch, per step, on average', 'careless', ({ r, m, v }, random) =>
    oneOf(random, [
      `${r} has an average ${m} of ${v}.`,
      `${r} has a mean ${m} of ${v} over its folds.`,
      `${r} has a median ${m} of ${v}.`,
      `The standard deviation of ${m} in ${r} is ${v}.`,
      `${r} gained ${v} in ${m}.`,
      `${r} lost ${v} in ${m}.`,
      `${capital(m)} varies by ${v} in ${r}.`,
      `${r} has a total ${m} of ${v}.`,
      `${r} changed ${m} by ${v}.`,
    ]),
  ),
  fabrication('numeric', 'data set or population that no log names', 'careless', ({ r, m, v }, random) =>
    oneOf(random, [
      `On ImageNet, ${r} has a ${m} of ${v}.`,
      `On the private leaderboard ${r} has ${m} ${v}.`,
      `${r} has a ${m} of ${v} on customers from Norway.`,
      `On unseen data ${r} has a ${m} of ${v}.`,
      `In production ${r} has a ${m} of ${v}.`,
      `${r} has a ${m} of ${v} on the held-out set of another site.`,
      `For the minority class, ${r} has a ${m} of ${v}.`,
    ]),
  ),
]

const DIGITS: readonly Fabrication[] = [
  fabrication('digits', 'digits of another script', 'naive', (scene, random) => {
    const digits = scene.typed.replace(/\D/g, '') || '7'
    const zero =
      pickOf(random, [0x660, 0x966, 0xff10, 0x1d7ce, 0x1d7d8, 0x9e6, 0x6f0, 0xe50, 0x1d7f6]) ?? 0x660
    return typedValue(
      scene,
      random,
      [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join(''),
    )
  }),
  fabrication('digits', 'superscripts, circled, Roman, Chinese', 'naive', (scene, random) =>
    typedValue(
      scene,
      random,
      oneOf(random, [
        '⁹⁵',
        '₉₅',
        '⑨',
        '㊾',
        'Ⅻ',
        'XCV',
        'IX',
        '九十五',
        '百',
        '½',
        '¾',
        '9️⃣',
        '➒',
        '🄌',
        '㉟',
        '𐄐',
        '〇',
        '٪٥',
        'xii',
        '⅔',
      ]),
    ),
  ),
  fabrication('digits', 'number words of other languages', 'naive', (scene, random) =>
    typedValue(
      scene,
      random,
      oneOf(random, [
        'siebzehn',
        'quarante-deux',
        'veintidós',
        'tjugo',
        'dwanaście',
        'двадцать',
        'otte',
        'huit',
        'nove',
        'zwölf',
        'sette',
        'yüz',
        'viisi',
        'dix',
        'fünfzig',
        'cento',
      ]),
    ),
  ),
  fabrication('digits', 'letters for digits, invisible signs', 'naive', (scene, random) =>
    typedValue(
      scene,
      random,
      oneOf(random, [
        'O.8S',
        'l.O',
        '0\u200b.9\u200b1',
        'sev\u00aden',
        's\u0435ven',
        'ninety\u2011five',
        'n\u0456nety',
        '\u202e19.0\u202c',
        'se\u200dven',
        'zero point nine',
        'nought point nine one',
        'point eight five',
        'oh-point-nine',
        'nine-tenths',
        'ninety-odd',
        'fourscore',
        '.９',
        'IIX',
        'seven.five',
        'S E V E N',
        's.e.v.e.n',
        '7th',
        'VII',
        '0x1F',
        '1e-3',
        '1\u2044\u200b2',
      ]),
    ),
  ),
  fabrication('digits', 'digits in code, links, HTML, entities', 'naive', (scene, random) =>
    typedValue(
      scene,
      random,
      oneOf(random, [
        `\`${changedDigit(scene.typed, random)}\``,
        `[this](https://example.org/${changedDigit(scene.typed, random)})`,
        `<b>${changedDigit(scene.typed, random)}</b>`,
        '&#48;&#46;&#57;',
        '&frac12;',
        '<span title="0.91">high</span>',
        `![${changedDigit(scene.typed, random)}](x.png)`,
        '$0.91$',
        '\\u0030.91',
        '%30%2E91',
        '[[0.91]]',
        '[[ratio(9, 10)]]',
        '{{0.91}}',
        '<!-- 0.91 -->',
        '**0**.**91**',
        '0\\.91',
        '[^91]',
      ]),
    ),
  ),
]

const RELATIONAL: readonly Fabrication[] = [
  ...(['naive', 'clever'] as const).map((liar) =>
    fabrication(
      'relational',
      'significance without a test',
      liar,
      ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
        if (!isApart(value, otherValue) || !isHeldAgainst(run, other)) return null
        const word = value > otherValue ? 'higher' : 'lower'
        const check = `${metricAt(ground, run.address, metric)} ${value > otherValue ? '>' : '<'} ${metricAt(ground, other.address, metric)}`
        const text = oneOf(random, [
          `${r} has a significantly ${word} ${m} than ${o}.`,
          `The ${m} of ${r} is ${word} than that of ${o}, beyond noise.`,
          `${r} has a reliably ${word} ${m} than ${o}.`,
          `The ${word} ${m} of ${r} over ${o} is statistically significant.`,
          `The ${m} of ${r} is ${word} than that of ${o}, and this is no accident.`,
          `The gap in ${m} between ${r} and ${o} is outside the noise.`,
          `${r} has a ${word} ${m} than ${o} with high confidence.`,
          `The ${word} ${m} of ${r} against ${o} is real and not due to chance.`,
        ])
        return liar === 'naive' ? text : [text, check]
      },
    ),
  ),
  fabrication(
    'relational',
    'size of a gap in words',
    'clever',
    ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
      if (!isApart(value, otherValue) || !isHeldAgainst(run, other)) return null
      const gap = Math.abs(value - otherValue) / Math.max(Math.abs(value), Math.abs(otherValue))
      if (gap > 0.015 && gap < 0.5) return null
      const word = value > otherValue ? 'higher' : 'lower'
      const check = `${metricAt(ground, run.address, metric)} ${value > otherValue ? '>' : '<'} ${metricAt(ground, other.address, metric)}`
      const adverb =
        gap <= 0.015
          ? oneOf(random, ['far', 'vastly', 'much', 'dramatically', 'hugely', 'many times', 'massively'])
          : oneOf(random, ['barely', 'slightly', 'marginally', 'a hair', 'only just', 'minimally'])
      return [
        oneOf(random, [
          `${r} has a ${adverb} ${word} ${m} than ${o}.`,
          `The ${m} of ${r} is ${adverb} ${word} than that of ${o}.`,
          `In ${m}, ${r} is ${adverb} ${word} than ${o}.`,
        ]),
        check,
      ]
    },
  ),
  {
    family: 'relational',
    kind: 'a crashed run as the best',
    liar: 'clever',
    tell: (ground, random) => {
      const run = pickOf(
        random,
        ground.runs.filter(
          ({ status, metrics }) => (status === 'failed' || status === 'killed') && metrics.size > 0,
        ),
      )
      const metric = run === null ? null : pickOf(random, [...run.metrics.keys()])
      if (run === null || metric === null) return null
      const m = nameIn(metric, random)
      const field = fieldOf(ground, metric, 'metric')
      const at = metricAt(ground, run.address, metric)
      const word = oneOf(random, ['best', 'highest', 'lowest', 'top', 'strongest', 'winning'])
      return {
        text: oneOf(random, [
          `${mention(run)} is the ${word} run by ${m}.`,
          `${mention(run)} has the ${word} ${m}.`,
          `The ${word} ${m} is ${slot(at)}, from ${mention(run)}.`,
          `${mention(run)} has the ${word} ${m} of all runs.`,
        ]),
        basis: pickOf(random, ['observed', 'inferred'] as const) ?? 'observed',
        checks:
          pickSome(
            random,
            [
              `${at} == ${at}`,
              `${at} <= max(${field}, all)`,
              `${at} == max(${at}, ${at})`,
              `status(${run.address}) == ${run.status}`,
              `rank(${run.address}, ${field}, all) == 1`,
            ],
            2,
          ) ?? [],
        about: { runs: [run], metric },
        fact: `${run.address} is ${run.status}`,
      }
    },
  },
  {
    family: 'relational',
    kind: 'best over a part, told as best of all',
    liar: 'clever',
    tell: (ground, random) => {
      const metric = pickOf(random, metricsOf(ground.finished, 3))
      if (metric === null) return null
      const runs = ground.finished.filter((run) => run.metrics.has(metric))
      const sorted = [...runs].sort((a, b) => metricOf(a, metric) - metricOf(b, metric))
      const isMax = random.chance(0.5)
      const right = isMax ? sorted.at(-1) : sorted[0]
      const run = pickOf(random, sorted.slice(1, -1))
      if (run === null || right === undefined || !isApart(metricOf(run, metric), metricOf(right, metric)))
        return null
      const beaten = sorted.filter((other) =>
        isMax
          ? metricOf(other, metric) < metricOf(run, metric)
          : metricOf(other, metric) > metricOf(run, metric),
      )
      const others = pickSome(random, beaten, Math.min(2, beaten.length)) ?? []
      if (others.length === 0) return null
      const at = (one: GroundRun) => metricAt(ground, one.address, metric)
      const m = nameIn(metric, random)
      const fn = isMax ? 'max' : 'min'
      const word = isMax ? 'highest' : 'lowest'
      const list = others.map(mention).join(' and ')
      return {
        text: oneOf(random, [
          `${mention(run)} has the ${word} ${m} overall.`,
          `${mention(run)} has the ${word} ${m}, with ${list} behind it.`,
          `Next to ${list}, ${mention(run)} has the ${word} ${m} of all runs.`,
          `No other run has a ${isMax ? 'higher' : 'lower'} ${m} than ${mention(run)}; ${list} follow.`,
          `${mention(run)} tops the table in ${m}, above ${list}.`,
          `The ${word} ${m} so far is ${slot(at(run))} in ${mention(run)}.`,
          `Nothing comes ${isMax ? 'above' : 'below'} the ${m} of ${mention(run)}.`,
        ]),
        basis: 'observed',
        checks: [
          `${at(run)} == ${fn}(${[run, ...others].map(at).join(', ')})`,
          ...others.map((other) => `${at(run)} ${isMax ? '>' : '<'} ${at(other)}`),
        ],
        about: { runs: [run, ...others], metric },
        fact: `the ${word} ${metric} is ${metricOf(right, metric)} in ${right.address}, not ${metricOf(run, metric)} in ${run.address}`,
      }
    },
  },
  {
    family: 'relational',
    kind: 'second best, runner-up',
    liar: 'clever',
    tell: (ground, random) => {
      const metric = pickOf(
        random,
        metricsOf(ground.finished, 4).filter((name) => ground.evidence.metrics.direction(name) !== null),
      )
      if (metric === null) return null
      const runs = ground.finished.filter((run) => run.metrics.has(metric))
      const sign = ground.evidence.metrics.direction(metric) === 'higher' ? -1 : 1
      const sorted = [...runs].sort((a, b) => sign * (metricOf(a, metric) - metricOf(b, metric)))
      const run = pickOf(random, sorted.slice(3))
      const second = sorted[1]
      if (run === null || second === undefined || !isApart(metricOf(run, metric), metricOf(second, metric)))
        return null
      const m = nameIn(metric, random)
      const last = sorted.at(-1)
      return {
        text: oneOf(random, [
          `${mention(run)} is the second best by ${m}.`,
          `${mention(run)} is the runner-up by ${m}.`,
          `${mention(run)} comes next to the best by ${m}.`,
          `${mention(run)} is among the leaders by ${m}.`,
          `${mention(run)} is close behind the winner in ${m}.`,
          `${mention(run)} comes in at the front by ${m}.`,
        ]),
        basis: pickOf(random, ['observed', 'inferred'] as const) ?? 'observed',
        checks: [`rank(${run.address}, ${fieldOf(ground, metric, 'metric')}, finished) > 1`],
        about: { runs: [run, ...(last === undefined || last === run ? [] : [last])], metric },
        fact: `second by ${metric}: ${second.address}`,
      }
    },
  },
  {
    family: 'relational',
    kind: 'runs of other data, targets or protocol held against each other',
    liar: 'clever',
    tell: (ground, random) => {
      const metric = pickOf(random, metricsOf(ground.finished, 2))
      if (metric === null) return null
      const runs = ground.finished.filter((run) => run.metrics.has(metric))
      const a = pickOf(random, runs)
      const b =
        a === null
          ? null
          : pickOf(
              random,
              runs.filter(
                (run) =>
                  run.comparableAs !== a.comparableAs && isApart(metricOf(run, metric), metricOf(a, metric)),
              ),
            )
      const direction = ground.evidence.metrics.direction(metric)
      if (a === null || b === null || direction === null || metric !== ground.evidence.lead?.metric)
        return null
      const [good, bad] =
        metricOf(a, metric) > metricOf(b, metric) === (direction === 'higher') ? [a, b] : [b, a]
      const m = nameIn(metric, random)
      const [pg, pb] = [metricAt(ground, good.address, metric), metricAt(ground, bad.address, metric)]
      return {
        text: oneOf(random, [
          `${mention(good)} beats ${mention(bad)} on ${m}.`,
          `${mention(good)} is better than ${mention(bad)} by ${m}.`,
          `${capital(m)} improved from ${slot(pb)} in ${mention(bad)} to ${slot(pg)} in ${mention(good)}.`,
          `${mention(good)} outperforms ${mention(bad)} in ${m}.`,
        ]),
        basis: 'observed',
        checks: random.chance(0.5) ? [`${pg} ${direction === 'higher' ? '>' : '<'} ${pb}`] : [`${pg} != 0`],
        about: { runs: [good, bad], metric },
        fact: `${good.address} is on ${good.comparableAs}, ${bad.address} on ${bad.comparableAs}`,
      }
    },
  },
  {
    family: 'relational',
    kind: 'monotone, correlated, consistent',
    liar: 'clever',
    tell: (ground, random) => {
      const metric = pickOf(random, metricsOf(ground.finished, 3))
      const params = [
        ...new Set(
          ground.finished.flatMap((run) =>
            [...run.params].flatMap(([name, value]) => (/^[0-9.e-]+$/.test(value) ? [name] : [])),
          ),
        ),
      ]
      const param = pickOf(random, params)
      if (metric === null || param === null) return null
      const rows = ground.finished.flatMap((run) => {
        const setting = Number(run.params.get(param) ?? Number.NaN)
        const value = run.metrics.get(metric)?.value
        return Number.isFinite(setting) && value !== undefined ? [{ run, setting, value }] : []
      })
      const up = random.chance(0.5)
      const against = rows.flatMap((a) =>
        rows.flatMap((b) =>
          a.setting < b.setting && isApart(a.value, b.value) && a.value > b.value === up
            ? [[a, b] as const]
            : [],
        ),
      )
      const [pair] = random.shuffled(against)
      if (pair === undefined) return null
      const [p, m] = [nameIn(param, random), nameIn(metric, random)]
      const word = up ? 'higher' : 'lower'
      return {
        text: oneOf(random, [
          `The larger the ${p}, the ${word} the ${m}, as in ${mention(pair[0].run)} and ${mention(pair[1].run)}.`,
          `${capital(m)} ${up ? 'rises' : 'falls'} steadily with ${p}, from ${mention(pair[0].run)} to ${mention(pair[1].run)}.`,
          `A larger ${p} always goes with a ${word} ${m}.`,
          `${capital(m)} ${up ? 'grows' : 'shrinks'} with ${p} from ${mention(pair[0].run)} to ${mention(pair[1].run)}.`,
          `${capital(m)} and ${p} move together in ${mention(pair[0].run)} and ${mention(pair[1].run)}, ${word} at each step.`,
        ]),
        basis: pickOf(random, ['observed', 'inferred'] as const) ?? 'observed',
        checks: [
          `${paramAt(ground, pair[0].run.address, param)} < ${paramAt(ground, pair[1].run.address, param)}`,
          ...(random.chance(0.5)
            ? [
                `${metricAt(ground, pair[0].run.address, metric)} != ${metricAt(ground, pair[1].run.address, metric)}`,
              ]
            : []),
        ],
        about: { runs: [pair[0].run, pair[1].run], metric },
        fact: `${param} ${pair[0].setting} gives ${metric} ${pair[0].value}, ${pair[1].setting} gives ${pair[1].value}`,
      }
    },
  },
]

const CAUSE: readonly Fabrication[] = [
  ...(['naive', 'clever'] as const).map((liar) =>
    fabrication(
      'cause',
      'because, where several settings differ',
      liar,
      ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
        const names = [...new Set([...run.params.keys(), ...other.params.keys()])].filter(
          (name) => run.params.get(name) !== other.params.get(name),
        )
        const param = pickOf(random, names)
        if (names.length < 2 || param === null || !isApart(value, otherValue) || !isHeldAgainst(run, other))
          return null
        const p = nameIn(param, random)
        const word = value > otherValue ? 'higher' : 'lower'
        const text = oneOf(random, [
          `${r} has a ${word} ${m} than ${o} because of its ${p}.`,
          `The ${word} ${m} of ${r} against ${o} is due to ${p}.`,
          `Thanks to its ${p}, ${r} has a ${word} ${m} than ${o}.`,
          `The ${p} of ${r} gives it a ${word} ${m} than ${o}.`,
          `Changing ${p} from ${o} to ${r} led to a ${word} ${m}.`,
          `${capital(p)} accounts for the ${word} ${m} of ${r} against ${o}.`,
          `${r} has a ${word} ${m} than ${o} since its ${p} differs.`,
          `The ${p} of ${r} pushed its ${m} ${word} than that of ${o}.`,
          `With its ${p}, ${r} achieves a ${word} ${m} than ${o}.`,
          `${capital(p)} matters: ${r} has a ${word} ${m} than ${o}.`,
          `Through its ${p}, ${r} has a ${word} ${m} than ${o}.`,
          `${capital(p)} is what sets ${r} apart from ${o}, with a ${word} ${m}.`,
          `The effect of ${p} is a ${word} ${m} in ${r} than in ${o}.`,
          `${capital(p)} decides ${m}: it is ${word} in ${r} than in ${o}.`,
          `${r} owes its ${word} ${m} against ${o} to ${p}.`,
        ])
        const [pa, pb] = [metricAt(ground, run.address, metric), metricAt(ground, other.address, metric)]
        return liar === 'naive'
          ? text
          : [
              text,
              `${pa} ${value > otherValue ? '>' : '<'} ${pb}`,
              `differ(${run.address}, ${other.address}, ${fieldOf(ground, param, 'param')})`,
            ]
      },
    ),
  ),
  {
    family: 'cause',
    kind: 'a cause of failure that no log holds',
    liar: 'clever',
    tell: (ground, random) => {
      const run = pickOf(
        random,
        ground.runs.filter(({ status }) => status === 'failed'),
      )
      if (run === null) return null
      const r = mention(run)
      return {
        text: oneOf(random, [
          `${r} failed because the disk was full.`,
          `${r} failed: the network was down.`,
          `${r} failed on a corrupt file.`,
          `${r} failed after a power cut.`,
          `${r} failed since its learning rate was too large.`,
          `${r} crashed when the cluster was restarted.`,
          `${r} failed due to a typo in the config.`,
          `${r} failed, as the data loader hung.`,
          `A full disk is why ${r} failed.`,
          `${r} failed through a lack of time.`,
        ]),
        basis: 'observed',
        checks: [`status(${run.address}) == failed`],
        about: { runs: [run], metric: null },
        fact: `no log of ${run.address} says so`,
      }
    },
  },
]

/** Passages of a note that may be turned against the one who wrote them: some words, no digits. */
function passages(ground: Ground): readonly { readonly address: string; readonly text: string }[] {
  return ground.evidence.quotes.flatMap(({ address, text }) =>
    text.split(/(?<=[.;!?,])\s+|\n+/).flatMap((part) => {
      const trimmed = part.trim()
      return trimmed.split(/\s+/).length >= 4 && trimmed.length < 90 && !/["\\[\]]/.test(trimmed)
        ? [{ address, text: trimmed }]
        : []
    }),
  )
}

function ofNote(
  kind: string,
  liar: Liar,
  tell: (
    passage: { address: string; text: string },
    random: Random,
    ground: Ground,
    run: GroundRun,
  ) => { text: string; basis?: Told['basis']; checks?: readonly string[]; fact?: string } | null,
): Fabrication {
  return {
    family: 'notes',
    kind,
    liar,
    tell: (ground, random) => {
      const passage = pickOf(random, passages(ground))
      const run = pickOf(random, ground.runs)
      if (passage === null || run === null) return null
      const said = tell(passage, random, ground, run)
      return said === null
        ? null
        : {
            basis: 'noted',
            checks: [],
            about: { runs: [run], metric: null },
            fact: `${passage.address} says "${passage.text}"`,
            ...said,
          }
    },
  }
}

const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/\bnot\b/i, 'surely'],
  [/\bno\b/i, 'much'],
  [/\bbest\b/i, 'worst'],
  [/\bbetter\b/i, 'worse'],
  [/\bworse\b/i, 'better'],
  [/\bout\b/i, 'in'],
  [/\b(\d+)\b/, '97'],
  [/\bis\b/i, 'is not'],
  [/\bwas\b/i, 'was never'],
  [/\b(above|ahead)\b/i, 'below'],
  [/\bbelow\b/i, 'above'],
  [/\bup\b/i, 'down'],
  [/\bmore\b/i, 'less'],
  [/\bfaster\b/i, 'slower'],
]

const NOTES: readonly Fabrication[] = [
  ofNote('altered quotation', 'careless', ({ address, text }, random) => {
    const change = pickOf(
      random,
      CHANGES.filter(([pattern]) => pattern.test(text)),
    )
    const altered =
      change === null ? text.replace(/\s+\S+$/, ' nonsense') : text.replace(change[0], change[1])
    return altered === text ? null : { text: `${slot(`quote(${address}, "${altered}")`)}` }
  }),
  ofNote('quotation stitched together', 'careless', ({ address, text }, random, ground) => {
    const other = pickOf(
      random,
      passages(ground).filter((one) => one.text !== text),
    )
    if (other === null) return null
    const stitched = `${text.split(/\s+/).slice(0, 3).join(' ')} ${other.text.split(/\s+/).slice(-3).join(' ')}`
    return ground.evidence.quotes.some((quote) => quote.text.includes(stitched))
      ? null
      : { text: slot(`quote(${address}, "${stitched}")`) }
  }),
  ofNote('negation cut off a quotation', 'clever', ({ address, text }) => {
    const cut =
      /\b(?:not|no|never|didnt|dont|doesn't|don't|isn't|without|nothing|hardly)\s+((?:\S+\s+){1,8}\S+)$/i.exec(
        text,
      )?.[1]
    return cut === undefined || cut.split(/\s+/).length < 2
      ? null
      : { text: `You wrote ${slot(`quote(${address}, "${cut}")`)}.` }
  }),
  ofNote("words put in the scientist's mouth", 'naive', (_passage, random, _ground, run) => ({
    basis: pickOf(random, ['noted', 'observed', 'inferred'] as const) ?? 'noted',
    text: oneOf(random, [
      `You said that ${mention(run)} is the one to keep.`,
      `You expected ${mention(run)} to win.`,
      `The notes say ${mention(run)} was a success.`,
      `According to the scientist, ${mention(run)} proves the hypothesis.`,
      `You were pleased with ${mention(run)}.`,
      `You plan to deploy ${mention(run)}.`,
      `As you noted, ${mention(run)} is promising.`,
      `${mention(run)} confirms your suspicion.`,
      `Your hypothesis was that ${mention(run)} generalises.`,
      `The team agreed on ${mention(run)}.`,
      `You recommended ${mention(run)} to the client.`,
      `The author dropped ${mention(run)}.`,
      `You gave up on ${mention(run)}.`,
    ]),
  })),
  ofNote('more said than the quotation holds', 'clever', ({ address, text }, random, _ground, run) => ({
    text: oneOf(random, [
      `You decided to deploy ${mention(run)}: ${slot(`quote(${address}, "${text}")`)}.`,
      `You wrote ${slot(`quote(${address}, "${text}")`)}, which shows that you trust ${mention(run)}.`,
      `You proved it: ${slot(`quote(${address}, "${text}")`)}.`,
      `The client confirmed ${slot(`quote(${address}, "${text}")`)}.`,
      `Everybody agreed: ${slot(`quote(${address}, "${text}")`)}.`,
      `You promised ${slot(`quote(${address}, "${text}")`)} to the board.`,
      `You regret that ${slot(`quote(${address}, "${text}")`)}.`,
      `You concluded from ${mention(run)}: ${slot(`quote(${address}, "${text}")`)}.`,
      `It was decided: ${slot(`quote(${address}, "${text}")`)}, so ${mention(run)} goes live.`,
    ]),
  })),
  {
    family: 'notes',
    kind: 'a noted number told as logged',
    liar: 'clever',
    tell: (ground, random) => {
      const scene = sceneIn(ground, random)
      if (scene === null) return null
      // Where the note speaks of the metric the number may be honestly told of it.
      const quote = pickOf(
        random,
        ground.evidence.quotes.filter(
          ({ values, text }) =>
            values.length > 0 &&
            !scene.metric
              .split(/[^a-z0-9]+/i)
              .some((word) => text.toLowerCase().includes(word.toLowerCase())),
        ),
      )
      if (quote === null) return null
      const n = random.whole(1, quote.values.length)
      const noted = quote.values[n - 1]
      if (noted === undefined || !isApart(noted.value, scene.value)) return null
      const v = slot(`${quote.address}.v${n}`)
      return {
        text: oneOf(random, [
          `${scene.r} has a ${scene.m} of ${v}.`,
          `The ${scene.m} of ${scene.r} is ${v}.`,
          `The log of ${scene.r} has ${scene.m} ${v}.`,
          `${scene.r} reached ${v} in ${scene.m}.`,
          `You wrote that ${scene.r} has a ${scene.m} of ${v}.`,
          `You noted ${v} for the ${scene.m} of ${scene.r}; the log agrees.`,
        ]),
        basis: pickOf(random, ['observed', 'inferred', 'noted', 'noted'] as const) ?? 'noted',
        checks: [],
        about: { runs: [scene.run], metric: scene.metric },
        fact: `${scene.metric} of ${scene.run.address} is ${scene.value}; ${quote.address} says "${quote.text.slice(0, 80)}"`,
      }
    },
  },
]

/** Groups of comparable finished runs that all have a metric, with their values. */
function groupsWith(ground: Ground, random: Random) {
  const pair = pickSome(
    random,
    ground.groups.filter(({ members, word }) => word === null && members.length >= 2),
    2,
  )
  const [a, b] = pair ?? []
  const [first] = a?.members ?? []
  if (a === undefined || b === undefined || first === undefined) return null
  const both = [...a.members, ...b.members]
  if (new Set(both).size < both.length) return null
  if (both.some((run) => run.status !== 'finished' || !isHeldAgainst(first, run))) return null
  const metric = pickOf(random, metricsOf(both, both.length))
  if (metric === null) return null
  const valuesOf = (runs: readonly GroundRun[]) => runs.map((run) => metricOf(run, metric))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { a, b, metric, m: nameIn(metric, random), ofA: valuesOf(a.members), ofB: valuesOf(b.members), mean }
}

const AGGREGATIONS: readonly Fabrication[] = [
  {
    family: 'relational',
    kind: 'mean of one group against the best of another',
    liar: 'clever',
    tell: (ground, random) => {
      const found = groupsWith(ground, random)
      if (found === null) return null
      const { a, b, metric, m, ofA, ofB, mean } = found
      // The best of a lies above the mean of b although its mean lies below.
      if (!(Math.max(...ofA) > mean(ofB) && mean(ofA) < mean(ofB) && isApart(mean(ofA), mean(ofB))))
        return null
      const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
      return {
        text: oneOf(random, [
          `${slot(a.address)} have a higher ${m} than ${slot(b.address)}.`,
          `${capital(m)} is higher in ${slot(a.address)} than in ${slot(b.address)}.`,
          `The mean ${m} of ${slot(a.address)} is higher than that of ${slot(b.address)}.`,
          `On average, ${slot(a.address)} lie above ${slot(b.address)} in ${m}.`,
          `With ${slot(`${pa}.max`)}, ${slot(a.address)} are above ${slot(b.address)} in ${m}.`,
        ]),
        basis: 'observed',
        checks: [`${pa}.max > ${pb}.mean`],
        about: { runs: [], metric },
        fact: `mean ${metric}: ${a.address} ${mean(ofA)}, ${b.address} ${mean(ofB)}`,
      }
    },
  },
  {
    family: 'numeric',
    kind: 'mean of maxima told as maximum of means',
    liar: 'careless',
    tell: (ground, random) => {
      const found = groupsWith(ground, random)
      if (found === null) return null
      const { a, b, metric, m, ofA, ofB, mean } = found
      const [maxOfMeans, meanOfMaxes] = [
        Math.max(mean(ofA), mean(ofB)),
        mean([Math.max(...ofA), Math.max(...ofB)]),
      ]
      if (!isApart(maxOfMeans, meanOfMaxes)) return null
      const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
      const [ga, gb] = [slot(a.address), slot(b.address)]
      return {
        text: oneOf(random, [
          `The highest mean ${m} of ${ga} and ${gb} is ${slot(`mean(${pa}.max, ${pb}.max)`)}.`,
          `The mean of the highest ${m} of ${ga} and ${gb} is ${slot(`max(${pa}.mean, ${pb}.mean)`)}.`,
          `The maximum of the means of ${m} over ${ga} and ${gb} is ${slot(`mean(${pa}.max, ${pb}.max)`)}.`,
        ]),
        basis: 'observed',
        checks: [],
        about: { runs: [], metric },
        fact: `maximum of means ${maxOfMeans}, mean of maxima ${meanOfMaxes}`,
      }
    },
  },
  {
    family: 'relational',
    kind: 'every run of a group, where only some do',
    liar: 'clever',
    tell: (ground, random) => {
      const found = groupsWith(ground, random)
      if (found === null) return null
      const { a, b, metric, m, ofA, ofB, mean } = found
      if (
        !(
          mean(ofA) > mean(ofB) &&
          Math.min(...ofA) < Math.max(...ofB) &&
          isApart(Math.min(...ofA), Math.max(...ofB))
        )
      )
        return null
      const [pa, pb] = [metricAt(ground, a.address, metric), metricAt(ground, b.address, metric)]
      const [ga, gb] = [slot(a.address), slot(b.address)]
      return {
        text: oneOf(random, [
          `Every run of ${ga} has a higher ${m} than every run of ${gb}.`,
          `All ${ga} lie above all ${gb} in ${m}.`,
          `Each of the ${ga} has a higher ${m} than any of the ${gb}.`,
          `The ${ga} are consistently above the ${gb} in ${m}.`,
          `No run of ${gb} reaches the ${m} of any run of ${ga}.`,
        ]),
        basis: pickOf(random, ['observed', 'inferred'] as const) ?? 'observed',
        checks: [
          oneOf(random, [`${pa}.mean > ${pb}.mean`, `${pa}.max > ${pb}.max`, `${pa}.max > ${pb}.min`]),
        ],
        about: { runs: [], metric },
        fact: `${metric}: ${a.address} from ${Math.min(...ofA)}, ${b.address} up to ${Math.max(...ofB)}`,
      }
    },
  },
]

const RUNS: readonly Fabrication[] = [
  {
    family: 'runs',
    kind: 'an earlier run told as one of the day',
    liar: 'clever',
    tell: (ground, random) => {
      const run = pickOf(random, ground.evidence.earlier)
      if (run === null) return null
      const metric = pickOf(random, [...run.run.metrics.keys()])
      if (metric === null) return null
      const [r, m, v] = [
        slot(run.address),
        nameIn(metric, random),
        slot(metricAt(ground, run.address, metric)),
      ]
      return {
        text: oneOf(random, [
          `Today ${r} reached a ${m} of ${v}.`,
          `${r} is one of the runs of the day, with ${m} ${v}.`,
          `${r} was started in this session and has a ${m} of ${v}.`,
          `The new run ${r} has a ${m} of ${v}.`,
        ]),
        basis: 'observed',
        checks: [],
        about: { runs: [], metric },
        fact: `${run.address} is a run of before`,
      }
    },
  },
  fabrication('runs', 'a run that does not exist', 'careless', ({ m, metric }, random, ground) => {
    const { runs, earlier, deleted } = ground.evidence
    const known = [...runs, ...earlier, ...deleted].map(({ address }) => Number(address.slice(1)))
    const missing = `r${Math.max(...known) + random.whole(1, 40)}`
    return oneOf(random, [
      `${slot(missing)} has a ${m} of ${slot(metricAt(ground, missing, metric))}.`,
      `${slot(missing)} finished.`,
      `${slot(missing)} beats the others on ${m}.`,
    ])
  }),
  fabrication('runs', 'a run typed as text', 'naive', ({ run, m, v }, random) =>
    oneOf(random, [
      `${run.address} has a ${m} of ${v}.`,
      `Run ${run.id.slice(0, 8)} has a ${m} of ${v}.`,
      `Run number nine has a ${m} of ${v}.`,
      `The ninth run has a ${m} of ${v}.`,
      `Run #${random.whole(1, 40)} has a ${m} of ${v}.`,
    ]),
  ),
  fabrication(
    'runs',
    "another run's name beside the slot",
    'clever',
    ({ run, other, m, v }, random, ground) => {
      if (
        run.name === other.name ||
        !/[a-z]/i.test(other.name) ||
        ground.runs.filter(({ name }) => name === other.name).length > 1
      )
        return null
      return oneOf(random, [
        `${other.name} has a ${m} of ${v}.`,
        `${slot(run.address)}, that is ${other.name}, has a ${m} of ${v}.`,
        `${capital(m)} of ${other.name} is ${v}.`,
        `The run ${other.name} reached ${v} in ${m}.`,
      ])
    },
  ),
  fabrication(
    'runs',
    'a setting that the run does not have',
    'clever',
    ({ run, r, m, v }, random, ground) => {
      const words = ground.runs.flatMap((other) =>
        [...other.params].flatMap(([name, value]) => {
          const own = run.params.get(name)
          return own !== undefined &&
            own !== value &&
            /^[a-z][a-z_]{2,}$/.test(value) &&
            ![...run.params.values()].some((one) => one.includes(value)) &&
            !run.name.includes(value)
            ? [{ name, value }]
            : []
        }),
      )
      const wrong = pickOf(random, words)
      if (wrong === null) return null
      return oneOf(random, [
        `The ${wrong.value} run ${r} has a ${m} of ${v}.`,
        `${r}, with ${wrong.value}, has a ${m} of ${v}.`,
        `${r} uses ${wrong.value}.`,
        `${r} (${wrong.value}) has a ${m} of ${v}.`,
        `With ${wrong.name} ${wrong.value}, ${r} has a ${m} of ${v}.`,
      ])
    },
  ),
]

const WORK: readonly Fabrication[] = [
  fabrication('work', 'success claimed for work never done', 'naive', ({ r, m, v }, random) =>
    oneOf(random, [
      `${r} was registered in the model registry.`,
      `The results of ${r} were logged to the tracker.`,
      `All tests pass for ${r}.`,
      `${r} was deployed to production.`,
      `${r} was reproduced independently.`,
      `The result of ${r} was verified on the held-out test set.`,
      `${r} was cross-validated.`,
      `A hyperparameter search was run around ${r}.`,
      `The bug was fixed before ${r}.`,
      `${r} was reviewed and approved.`,
      `${r} has a ${m} of ${v} and was confirmed by a rerun.`,
      `${r} has a ${m} of ${v}; the data were checked for leaks.`,
      `${r} was calibrated.`,
      `An ablation was done on ${r}.`,
      `${r} has a ${m} of ${v} and is ready for release.`,
      `The model of ${r} was exported and its size measured.`,
      `${r} was compared with the published baseline.`,
      `The predictions of ${r} were inspected by hand.`,
    ]),
  ),
  fabrication(
    'work',
    'work claimed beside a holding check',
    'clever',
    ({ run, r, m, v, metric, value }, random, ground) => [
      oneOf(random, [
        `${r} has a ${m} of ${v} and was repeated with other seeds.`,
        `${r} was rerun and finished again.`,
        `${r} passed validation with a ${m} of ${v}.`,
        `${r} was tuned before it reached a ${m} of ${v}.`,
        `${r} has a ${m} of ${v}, which was double-checked.`,
        `${r} met its target in ${m}.`,
        `${r} solved the problem.`,
        `${r} was stopped early at ${m} ${v}.`,
        `${r} was fine-tuned from a checkpoint.`,
        `${r} finished and its artifacts were saved.`,
        `${r} was trained on the full data.`,
        `${r} was trained until it stopped improving.`,
      ]),
      ...(value > 0
        ? [`${metricAt(ground, run.address, metric)} > 0`]
        : [`status(${run.address}) == finished`]),
    ],
  ),
]

/** Lies that need no slip: nothing in any history stands behind them. */
export const FABRICATIONS: readonly Fabrication[] = [
  ...NUMERIC,
  ...DIGITS,
  ...RELATIONAL,
  ...AGGREGATIONS,
  ...CAUSE,
  ...NOTES,
  ...RUNS,
  ...WORK,
]
