import { parseNumber } from '../fact-at.ts'
import { isNone, settingValue } from '../setting-value.ts'
import { figureInWords } from './figure-in-words.ts'

/** Names that people use for one model or method; whichever of them the runs log is meant. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['xgboost', 'xgb', 'xgbclassifier', 'xgbregressor'],
  ['lightgbm', 'lgbm', 'lgb', 'lgbmclassifier', 'lgbmregressor'],
  ['randomforest', 'rf', 'randomforestclassifier', 'randomforestregressor'],
  ['logisticregression', 'logreg', 'logit', 'logistic'],
  ['linearregression', 'linreg', 'ols'],
  ['catboost', 'cat', 'cb'],
  ['supportvectormachine', 'svm', 'svc', 'svr'],
  ['multilayerperceptron', 'mlp'],
  ['knearestneighbors', 'knn'],
  ['gradientboosting', 'gbm', 'gbdt', 'gbt'],
  ['naivebayes', 'nb', 'multinomialnb', 'gaussiannb'],
  ['sgd', 'stochasticgradientdescent'],
]

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
/** How many seconds a unit of time is worth, by the way it is written behind a figure or at the end of a name. */
const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
}
const THOUSANDS: Readonly<Record<string, number>> = {
  k: 1e3,
  K: 1e3,
  M: 1e6,
  m: 1e6,
  G: 1e9,
  B: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
}

/**
 * A proposed value in the text in which the runs log it, where one of the values they log is meant; else in plain notation: `15%` of
 * a share is 0.15, `4 h` of `max_time_s` 14400, `8 Ki` 8192, `1×10⁻³` 0.001, `off` of a switch False. `logged` are the
 * values that the runs log, the one of the run begun from first.
 */
export function resolveValue(name: string, typed: string, logged: readonly string[]): string {
  const text = typed.normalize('NFC').trim()
  const direct = sameAs(name, text, logged)
  if (direct !== null) return direct
  const number = numberOf(name, withFigures(text, logged), logged)
  if (number !== null) return sameAs(name, number, logged) ?? number
  const flag = flagOf(name, text, logged)
  if (flag !== null) return flag
  const members = membersOf(text)
  const alike = logged.find(
    (value) => plainWord(value) === plainWord(text) || isSameList(members, membersOf(value)),
  )
  if (alike !== undefined) return alike
  const synonyms = SYNONYMS.find((names) => names.includes(plainWord(text)))
  return (
    logged.find((value) => synonyms?.includes(plainWord(value))) ?? withoutEcho(name, text, logged) ?? text
  )
}

/** `random oversampling` of a parameter called sampling says no more than `random`. */
function withoutEcho(name: string, text: string, logged: readonly string[]): string | null {
  const named = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 3)
  const words = text.toLowerCase().split(/\s+/)
  const rest = words.filter((word) => !named.some((one) => word.includes(one) || one.includes(word)))
  if (rest.length === 0 || rest.length === words.length) return null
  return logged.find((value) => plainWord(value) === plainWord(rest.join(''))) ?? null
}

/** Per cent in words as a sign; of numbers, also figures in words, and without the noun behind them: "two levels". */
function withFigures(text: string, logged: readonly string[]): string {
  const signed = text.replace(/\s*\bper\s?cents?\b/i, '%')
  const areNumbers = logged.length > 0 && logged.every((one) => parseNumber(one) !== null)
  if (!areNumbers) return signed
  const figure = figureInWords(signed)
  if (figure !== null) return figure
  const [, number, noun] = /^([+-]?\d+(?:[.,]\d+)?)\s+([a-z]{4,})$/i.exec(signed) ?? []
  return number !== undefined && noun !== undefined && SECONDS[noun.toLowerCase()] === undefined
    ? number
    : signed
}

/** Other names of a model or method. */
export function otherNamesOf(value: string): readonly string[] {
  return SYNONYMS.find((names) => names.includes(plainWord(value))) ?? []
}

function sameAs(name: string, text: string, logged: readonly string[]): string | null {
  const { key } = settingValue(name, text)
  return logged.find((value) => settingValue(name, value).key === key) ?? null
}

/** A number in a notation that logs do not use, as a log would have it; null where it is none. */
function numberOf(name: string, text: string, logged: readonly string[]): string | null {
  const power = /^(?:([+-]?[\d.,]+)\s*[×x*·]\s*)?10\s*(?:\^\s*([+-−]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/u.exec(text)
  if (power !== null) {
    const exponent = power[2]?.replace('−', '-') ?? plainDigits(power[3] ?? '')
    return numberText(decimal(power[1] ?? '1'), Number(exponent))
  }
  const [, figure, unit = ''] =
    /^([+-]?(?:\d[\d_' ]*)?(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*([%‰]|[a-zA-Z]*)$/iu.exec(text) ?? []
  if (figure === undefined || figure === '') return null
  const value = decimal(figure)
  if (value === null) return null
  if (unit === '') return numberText(value)
  const numbers = logged.flatMap((one) => parseNumber(one) ?? [])
  if (unit === '%') {
    const isShare = numbers.length > 0 ? numbers.every((one) => Math.abs(one) <= 1) : value <= 100
    return isShare ? numberText(value, -2) : numberText(value)
  }
  if (unit === '‰') return numberText(value, -3)
  const end = /(?:^|[_./-])([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const [worth, own] = [SECONDS[unit], SECONDS[end]]
  if (worth !== undefined && own !== undefined) return numberText((value * worth) / own)
  const factor = THOUSANDS[unit]
  return factor === undefined ? null : numberText(value * factor)
}

/** A figure with a point or a comma before its decimals. */
function decimal(figure: string): number | null {
  const plain = figure.replace(/[_' ]/g, '')
  const isGrouped = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)
  return parseNumber(isGrouped ? plain.replaceAll(',', '') : plain.replace(',', '.'))
}

function plainDigits(raised: string): string {
  return [...raised]
    .map((sign) => (sign === '⁻' ? '-' : sign === '⁺' ? '' : String(SUPERSCRIPTS.indexOf(sign))))
    .join('')
}

/** A number in the fewest digits; moved by so many places without what doubles add to it. */
function numberText(value: number | null, places = 0): string | null {
  return value === null ? null : String(Number(`${value}e${places}`))
}

const ON = /^(yes|on|true|enabled?|y)$/i
const OFF = /^(no|off|false|disabled?|n|without|nothing)$/i

/** A switch in the words of the log: True, False, 1, 0, or nothing at all. */
function flagOf(name: string, text: string, logged: readonly string[]): string | null {
  if (!ON.test(text) && !OFF.test(text)) return null
  const isOn = ON.test(text)
  const fitting = logged.find((one) => (isOn ? ON : OFF).test(one))
  if (fitting !== undefined) return fitting
  const isSwitch = logged.some((one) => ON.test(one) || OFF.test(one))
  const isBinary = logged.length > 0 && logged.every((one) => /^[01]$/.test(one.trim()))
  if (isBinary) return isOn ? '1' : '0'
  const none = logged.find((one) => isNone(settingValue(name, one)))
  if (!isOn && none !== undefined) return none
  if (!isOn && !isSwitch && logged.length > 0) return 'None'
  return isOn ? 'True' : 'False'
}

/** A word without what people write it with. */
function plainWord(text: string): string {
  return text
    .toLowerCase()
    .replace(/(?<=\d)[^\p{L}\p{N}]+(?=\d)/gu, '-')
    .replace(/[^\p{L}\p{N}+-]+/gu, '')
    .replace(/(?<!\d)-|-(?!\d)/g, '')
}

/** The words of a list, sorted; null for what is no list or holds numbers, whose order counts. */
function membersOf(text: string): readonly string[] | null {
  const inside = text.trim().replace(/^[[({]|[\])}]$/g, '')
  if (!/[,;]/.test(inside)) return null
  const members = inside.split(/[,;]/).map((member) => plainWord(member))
  return members.some((member) => member === '' || parseNumber(member) !== null) ? null : members.sort()
}

function isSameList(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a !== null && b !== null && a.join('\n') === b.join('\n')
}
