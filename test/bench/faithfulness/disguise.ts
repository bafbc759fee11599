import type { Random } from '../../support/seeded-random.ts'
import type { Liar, Told } from './case.ts'
import { type Ground, type GroundRun, isApart } from './ground.ts'
import { fieldOf, metricAt, pickOf, pickSome } from './words.ts'

/** What a liar puts before a sentence so that it sounds careful. */
const HEDGES = [
  'Probably ',
  'It seems that ',
  'It looks as if ',
  'Apparently ',
  'In all likelihood ',
  'As far as one can tell, ',
  'It is fair to say that ',
  'Presumably ',
  'Roughly speaking, ',
  'On the whole, ',
]

/**
 * Dresses a false statement up as its liar would. Naive liars give no checks; careless ones the checks that say what
 * the text says, and that do not hold; clever ones checks that hold beside the lie, another basis, a hedge, or a true
 * sentence before it.
 */
export function disguise(told: Told, liar: Liar, ground: Ground, random: Random): Told {
  switch (liar) {
    case 'naive':
      return { ...told, checks: [] }
    case 'careless':
      return told
    case 'clever': {
      const decoys = truthsAbout(told, ground)
      const checks = pickSome(random, decoys, Math.min(decoys.length, random.whole(1, 3))) ?? []
      if (told.opposite !== undefined && random.chance(0.4)) return { ...told, checks: told.opposite }
      const manner = random.whole(0, 5)
      if (manner === 0) return { ...told, checks, basis: 'inferred' }
      if (manner === 1)
        return {
          ...told,
          checks,
          basis: 'inferred',
          text: `${pickOf(random, HEDGES) ?? ''}${uncapital(told.text)}`,
        }
      if (manner === 2) {
        const truth = firstSentence(told, ground, random)
        return { ...told, checks, text: `${truth}${told.text}` }
      }
      if (manner === 3)
        return {
          ...told,
          checks,
          text: told.text.replace(/\.$/, random.chance(0.5) ? ', as expected.' : ', as the check shows.'),
        }
      return { ...told, checks }
    }
    default:
      return liar satisfies never
  }
}

function uncapital(text: string): string {
  return /^(The|From|With|In|At|Compared|Of|By|Among|Over|All|Every|Each|No|None|Most|Only|On|For|There) /.test(
    text,
  )
    ? text.slice(0, 1).toLowerCase() + text.slice(1)
    : text
}

function firstSentence(told: Told, ground: Ground, random: Random): string {
  const run = pickOf(random, told.about.runs)
  const metric = run === null ? null : pickOf(random, [...run.metrics.keys()])
  return run === null || metric === null
    ? ''
    : `[[${run.address}]] has a ${metric} of [[${metricAt(ground, run.address, metric)}]]. `
}

/** Checks that hold and speak of the same runs and metric, most of them saying something else than the text. */
function truthsAbout({ about }: Told, ground: Ground): readonly string[] {
  const { runs, metric } = about
  const truths: string[] = []
  for (const a of runs) {
    truths.push(`status(${a.address}) == ${a.status}`)
    if (metric !== null && a.metrics.has(metric)) truths.push(...boundsOf(a, metric, ground))
    for (const b of runs) if (a !== b) truths.push(...betweenTwo(a, b, metric, ground))
  }
  if (runs.length === 0)
    truths.push(`count(all) == ${ground.runs.length}`, 'count(finished) <= count(all)', 'count(all) > 0')
  return truths
}

function boundsOf(run: GroundRun, metric: string, ground: Ground): readonly string[] {
  const one = run.metrics.get(metric)
  if (one === undefined) return []
  const at = metricAt(ground, run.address, metric)
  const field = fieldOf(ground, metric, 'metric')
  return [
    `${at} == ${at}`,
    `${at} ${one.value >= 0 ? '>=' : '<='} 0`,
    ...(run.status === 'finished'
      ? [`${at} <= max(${field}, finished)`, `${at} >= min(${field}, finished)`]
      : []),
    ...(one.count > 1 ? [`${at}.last >= ${at}.min`, `${at}.min <= ${at}.max`] : []),
  ]
}

function betweenTwo(a: GroundRun, b: GroundRun, metric: string | null, ground: Ground): readonly string[] {
  const truths: string[] = []
  for (const [name, one] of a.metrics) {
    const other = b.metrics.get(name)
    if (other === undefined) continue
    const [pa, pb] = [metricAt(ground, a.address, name), metricAt(ground, b.address, name)]
    if (isApart(one.value, other.value)) truths.push(`${pa} ${one.value > other.value ? '>' : '<'} ${pb}`)
    if (name === metric) {
      truths.push(`${pa} != ${pb}`, `abs(delta(${pa}, ${pb})) > 0`)
      if (one.value !== 0) truths.push(`abs(pct(${pa}, ${pb})) < 1000000`)
      if (one.max > other.min && one.count > 1 && other.count > 1) truths.push(`${pa}.max > ${pb}.min`)
      if (one.min < other.max && one.count > 1 && other.count > 1) truths.push(`${pa}.min < ${pb}.max`)
    }
  }
  if (a.duration !== null && b.duration !== null && isApart(a.duration, b.duration))
    truths.push(`${a.address}.duration ${a.duration > b.duration ? '>' : '<'} ${b.address}.duration`)
  for (const [name, value] of a.params)
    if (b.params.get(name) === value) {
      truths.push(`same(${a.address}, ${b.address}, ${fieldOf(ground, name, 'param')})`)
      break
    }
  return truths
}
