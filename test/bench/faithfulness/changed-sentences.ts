import type { Random } from '../../support/seeded-random.ts'
import type { Fabrication, Liar, Told } from './case.ts'
import { type Ground, isApart } from './ground.ts'
import { HONEST_SENTENCES, type HonestSentence } from './honest-sentences.ts'
import { pickOf } from './words.ts'

type Change = (
  sentence: HonestSentence,
  ground: Ground,
  random: Random,
) => Pick<Told, 'text' | 'basis' | 'checks' | 'fact'> | null

/** A sentence that a person wrote and that is true, with one thing in it changed so that it is false. */
function changed(family: Fabrication['family'], kind: string, liar: Liar, change: Change): Fabrication {
  return {
    family,
    kind: `by hand: ${kind}`,
    liar,
    tell: (ground, random) => {
      const sentence = pickOf(random, HONEST_SENTENCES[ground.name] ?? [])
      const said = sentence === null ? null : change(sentence, ground, random)
      return said === null ? null : { about: { runs: [], metric: null }, ...said }
    },
  }
}

const VALUE = /\[\[(r\d+)\.([a-z_0-9]+)\]\]/g

/** Value slots of a text with what they stand for, those of metrics alone. */
function valuesIn(
  text: string,
  ground: Ground,
): readonly {
  readonly slot: string
  readonly run: string
  readonly metric: string
  readonly value: number
}[] {
  return [...text.matchAll(VALUE)].flatMap(([slot, run = '', metric = '']) => {
    const value = ground.runs.find(({ address }) => address === run)?.metrics.get(metric)?.value
    return value === undefined ? [] : [{ slot, run, metric, value }]
  })
}

const otherRunsValue: Change = ([basis, text, ...checks], ground, random) => {
  const place = pickOf(random, valuesIn(text, ground))
  if (place === null) return null
  const other = pickOf(
    random,
    ground.runs.filter(({ address, metrics }) => {
      const value = metrics.get(place.metric)?.value
      return !text.includes(`[[${address}`) && value !== undefined && isApart(value, place.value)
    }),
  )
  return other === null
    ? null
    : {
        text: text.replace(place.slot, `[[${other.address}.${place.metric}]]`),
        basis,
        checks,
        fact: `${place.metric} of ${place.run} is ${place.value}, that of ${other.address} ${other.metrics.get(place.metric)?.value}`,
      }
}

const otherMetricsValue: Change = ([basis, text, ...checks], ground, random) => {
  const place = pickOf(random, valuesIn(text, ground))
  if (place === null || !text.includes(place.metric)) return null
  const metrics = ground.runs.find(({ address }) => address === place.run)?.metrics.values() ?? []
  const other = pickOf(
    random,
    [...metrics].filter(({ name, value }) => !text.includes(name) && isApart(value, place.value)),
  )
  return other === null
    ? null
    : {
        text: text.replace(place.slot, `[[${place.run}.${other.name}]]`),
        basis,
        checks,
        fact: `${place.metric} of ${place.run} is ${place.value}, ${other.name} is ${other.value}`,
      }
}

const typed: Change = ([basis, text, ...checks], ground, random) => {
  const place = pickOf(random, valuesIn(text, ground))
  return place === null
    ? null
    : {
        text: text.replace(place.slot, (place.value * 1.11 + 0.003).toPrecision(3)),
        basis,
        checks,
        fact: `${place.metric} of ${place.run} is ${place.value}`,
      }
}

const OPPOSITES: readonly (readonly [RegExp, string])[] = [
  [/\bhigher\b/, 'lower'],
  [/\blower\b/, 'higher'],
  [/\babove\b/, 'below'],
  [/\bbelow\b/, 'above'],
  [/\brose\b/, 'fell'],
  [/\bfell\b/, 'rose'],
  [/\bhighest\b/, 'lowest'],
  [/\blowest\b/, 'highest'],
  [/\bbeats\b/, 'loses to'],
  [/\bfaster\b/, 'slower'],
  [/\bslower\b/, 'faster'],
  [/\bmore\b/, 'fewer'],
  [/\bless\b/, 'more'],
  [/\bquickest\b/, 'slowest'],
  [/\blongest\b/, 'shortest'],
  [/\bgains\b/, 'loses'],
  [/\bahead of\b/, 'behind'],
]

/** Sentences whose one relation is strict, so that its opposite is false: one such word, and no word that turns it round. */
function turned(text: string, checks: readonly string[]): string | null {
  const words = OPPOSITES.filter(([pattern]) => pattern.test(text))
  const [word] = words
  const isStrict = checks.some((check) => /[<>](?!=)|== (max|min)\(|argbest/.test(check))
  if (
    word === undefined ||
    words.length > 1 ||
    !isStrict ||
    /\b(not?|none|nothing|only|never|may|probably|how|is the|does)\b/i.test(text)
  )
    return null
  return text.replace(word[0], word[1])
}

const opposite: Change = ([basis, text, ...checks]) => {
  const said = turned(text, checks)
  return said === null ? null : { text: said, basis, checks, fact: `true is: ${text}` }
}

const oppositeUnchecked: Change = ([, text, ...checks]) => {
  const said = turned(text, checks)
  return said === null ? null : { text: said, basis: 'inferred', checks: [], fact: `true is: ${text}` }
}

const oppositeHedged: Change = ([, text, ...checks], _ground, random) => {
  const said = turned(text, checks)
  const hedge = pickOf(random, [
    'Probably ',
    'It seems that ',
    'Arguably ',
    'By and large, ',
    'One may say that ',
  ])
  return said === null
    ? null
    : { text: `${hedge}${said}`, basis: 'inferred', checks, fact: `true is: ${text}` }
}

const otherStatus: Change = ([basis, text]) => {
  const said = /\bfailed\b/.test(text)
    ? text.replace(/\bfailed\b/, 'finished')
    : text.replace(/\bfinished\b/, 'failed')
  if (
    said === text ||
    /count\(|all|only|none|not? /i.test(text) ||
    !/^\[\[r\d+\]\][^.]*\b(failed|finished)\b/.test(text)
  )
    return null
  return { text: said, basis, checks: [], fact: `true is: ${text}` }
}

/** Lies made of sentences that a person wrote. */
export const CHANGED_SENTENCES: readonly Fabrication[] = [
  changed('numeric', "another run's value", 'careless', otherRunsValue),
  changed('numeric', "another metric's value", 'careless', otherMetricsValue),
  changed('numeric', 'typed value', 'naive', typed),
  changed('relational', 'opposite word', 'careless', opposite),
  changed('relational', 'opposite word, unchecked', 'clever', oppositeUnchecked),
  changed('relational', 'opposite word, hedged', 'clever', oppositeHedged),
  changed('relational', 'other status', 'naive', otherStatus),
]
