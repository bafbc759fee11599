import type { SearchScope } from './rank-passages.ts'

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bdecision( record)?s?\b/i, 'decision'],
  [/\breconstructions?\b/i, 'reconstruction'],
  [/\bphase( summar(y|ies))?\b/i, 'phase'],
  [/\blog entr(y|ies)\b/i, 'log'],
  [/\b(the|last|latest|our|my) plan\b/i, 'plan'],
]

/**
 * The days and the kind of document that a question names: "the March decision", "on 9 March", "2026-03-09". A month
 * without a year is the last one that has begun by `today` (`2026-11-20`). A kind counts where such documents exist.
 */
export function scopeOfQuestion(question: string, today: string, kinds: ReadonlySet<string>): SearchScope {
  const of = KINDS.find(([pattern, kind]) => kinds.has(kind) && pattern.test(question))?.[1] ?? null
  const day = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(question)
  if (day !== null) return { from: day[0], until: day[0], of }
  const months = MONTHS.map((month) => (month === 'may' ? 'may' : `${month}|${month.slice(0, 3)}`)).join('|')
  const named = new RegExp(
    `\\b(?:(\\d{1,2})(?:st|nd|rd|th)?\\.?\\s+(?:of\\s+)?)?(${months})\\b\\.?(?:\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?!\\d|[.:]\\d))?(?:,?\\s+(\\d{4})\\b)?`,
    'i',
  ).exec(question)
  if (named === null) return { from: null, until: null, of }
  const [, before, name = '', after, year] = named
  const number = before ?? after
  // "may" is a verb more often than a month.
  if (
    /^may$/i.test(name) &&
    number === undefined &&
    year === undefined &&
    !/\b(in|of|since|the) May\b/.test(question)
  )
    return { from: null, until: null, of }
  const month = MONTHS.findIndex((one) => one.startsWith(name.toLowerCase().slice(0, 3))) + 1
  const thisYear = Number(today.slice(0, 4))
  const asked =
    year === undefined ? (month <= Number(today.slice(5, 7)) ? thisYear : thisYear - 1) : Number(year)
  const prefix = `${asked}-${String(month).padStart(2, '0')}`
  if (number !== undefined) {
    const one = `${prefix}-${number.padStart(2, '0')}`
    return { from: one, until: one, of }
  }
  return { from: `${prefix}-01`, until: `${prefix}-31`, of }
}

/** The question without what names a day or a month: that is no word to search for. */
export function withoutDates(question: string): string {
  const months = MONTHS.filter((month) => month !== 'may').map((month) => `${month}|${month.slice(0, 3)}`)
  return question
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, ' ')
    .replace(
      new RegExp(
        `\\b(?:\\d{1,2}(?:st|nd|rd|th)?\\s+)?(?:${months.join('|')})\\b(?:\\s+\\d{1,2}\\b(?!\\.\\d))?`,
        'gi',
      ),
      ' ',
    )
    .replace(/\b(?:in|of|since|the) May\b/g, ' ')
}
