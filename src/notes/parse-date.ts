import type { LocalTime } from './user-day.ts'

/** A date that was found in a text: what it says, the text before and after it. */
export interface WrittenDate {
  readonly local: LocalTime
  /** `+01:00` or `Z`, where the person wrote one. */
  readonly offset: string | null
  readonly before: string
  readonly after: string
}

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'jan', 'januar', 'janvier', 'janv', 'enero', 'ene', 'gennaio', 'januari', 'jänner'],
  ['february', 'feb', 'februar', 'février', 'févr', 'febrero', 'febbraio', 'februari'],
  ['march', 'mar', 'märz', 'mars', 'marzo', 'maart', 'mrz'],
  ['april', 'apr', 'avril', 'avr', 'abril', 'aprile'],
  ['may', 'mai', 'mayo', 'maggio', 'mei', 'maj'],
  ['june', 'jun', 'juni', 'juin', 'junio', 'giugno'],
  ['july', 'jul', 'juli', 'juillet', 'juil', 'julio', 'luglio'],
  ['august', 'aug', 'août', 'agosto', 'augustus', 'augusti'],
  ['september', 'sep', 'sept', 'septembre', 'septiembre', 'settembre'],
  ['october', 'oct', 'oktober', 'okt', 'octobre', 'octubre', 'ottobre'],
  ['november', 'nov', 'novembre', 'noviembre'],
  ['december', 'dec', 'dezember', 'dez', 'desember', 'des', 'décembre', 'déc', 'diciembre', 'dicembre'],
]
const MONTH_NUMBERS = new Map(MONTHS.flatMap((names, index) => names.map((name) => [name, index + 1])))

const YEAR = String.raw`(?<year>(?:19|20)\d\d)`
const EDGE = String.raw`(?<![\p{L}\d.\-/_])`
const END = String.raw`(?![\p{L}\d\-/]|\.\d)`
const PATTERNS: readonly RegExp[] = [
  String.raw`${EDGE}${YEAR}-(?<month>\d\d)-(?<day>\d\d)(?![\d\-/]|\.\d)`,
  String.raw`${EDGE}${YEAR}/(?<month>\d{1,2})/(?<day>\d{1,2})${END}`,
  String.raw`${EDGE}${YEAR}\.(?<month>\d\d)\.(?<day>\d\d)${END}`,
  String.raw`${EDGE}${YEAR}(?<month>\d\d)(?<day>\d\d)(?!_)${END}`,
  String.raw`${EDGE}(?<day>\d{1,2})(?:st|nd|rd|th|\.)?(?: of| de)? (?<name>\p{L}{3,10})\.?(?: de)?,? ${YEAR}${END}`,
  String.raw`${EDGE}(?<name>\p{L}{3,10})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? ${YEAR}${END}`,
  String.raw`${EDGE}(?<day>\d{1,2})-(?<name>\p{L}{3,10})-${YEAR}${END}`,
  String.raw`${EDGE}(?<either>\d{1,2})(?<mark>[./])(?<other>\d{1,2})\k<mark>${YEAR}${END}`,
].map((source) => new RegExp(source, 'iu'))

/** A time behind a date; two digits for the hour (`1:10` is more often a ratio), unless am or pm follows. */
const CLOCK =
  /^[T ,@–-]{0,4}(?:(?:at|um|kl\.?) )?(?:(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:\.\d{1,9})?)?(?![\d:]|\.\d| ?[ap]\.?m\b)(?: ?(?<offset>Z|[+-]\d\d:?\d\d)(?!\d))?|(?<hour12>0?[1-9]|1[0-2])(?::(?<minute12>[0-5]\d))? ?(?<half>[ap])\.?m\b\.?)/iu

/**
 * The date a text holds, where it holds just one and no doubt is left: ISO, `20260302`, `2 March 2026`, `Mar 2, 2026`,
 * `02.03.2026` (the day first, as everywhere where dots are written), `3/14/2026` only where one reading is possible.
 * Anything else, and a day that no calendar has, is null.
 */
export function parseDate(text: string): WrittenDate | null {
  const line = text.slice(0, 300).normalize('NFC')
  for (const pattern of PATTERNS) {
    const match = pattern.exec(line)
    if (!match?.groups) continue
    const day = dayOfMatch(match.groups)
    if (!day) continue
    const rest = line.slice(match.index + match[0].length)
    if (PATTERNS.some((other) => other.test(rest))) return null
    const clock = CLOCK.exec(rest)
    return {
      local: clock?.groups ? { ...day, ...timeOfMatch(clock.groups) } : day,
      offset: clock?.groups?.offset ?? null,
      before: line.slice(0, match.index),
      after: clock ? rest.slice(clock[0].length) : rest,
    }
  }
  return null
}

function dayOfMatch(groups: Readonly<Record<string, string | undefined>>): LocalTime | null {
  const year = Number(groups.year)
  if (groups.either !== undefined) return dayOfNumbers(groups, year)
  const month = groups.name ? MONTH_NUMBERS.get(groups.name.toLowerCase()) : Number(groups.month)
  return month === undefined ? null : validDay(year, month, Number(groups.day))
}

type Day = Pick<LocalTime, 'year' | 'month' | 'day'>

/** Dots put the day first; slashes say nothing, unless one of the two can be no month, or both are the same. */
function dayOfNumbers(groups: Readonly<Record<string, string | undefined>>, year: number): Day | null {
  const first = Number(groups.either)
  const second = Number(groups.other)
  if (groups.mark === '.') return validDay(year, second, first)
  if (first === second || first > 12) return validDay(year, second, first)
  return second > 12 ? validDay(year, first, second) : null
}

function validDay(year: number, month: number, day: number): Day | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  return month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? { year, month, day }
    : null
}

function timeOfMatch(groups: Readonly<Record<string, string | undefined>>): Omit<LocalTime, keyof Day> {
  const { hour, minute, second, hour12, minute12, half } = groups
  if (hour12 !== undefined) {
    const afternoon = half?.toLowerCase() === 'p' ? 12 : 0
    return { hour: (Number(hour12) % 12) + afternoon, minute: Number(minute12 ?? 0) }
  }
  const clock = { hour: Number(hour), minute: Number(minute) }
  return second === undefined ? clock : { ...clock, second: Number(second) }
}
