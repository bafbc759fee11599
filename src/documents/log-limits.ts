/** How many of each are visible; the rest is folded, never dropped. */
export type LogLimits = Readonly<
  Record<
    | 'conclusions'
    | 'results'
    | 'rows'
    | 'remarks'
    | 'discrepancies'
    | 'notices'
    | 'reading'
    | 'said'
    | 'unworked'
    | 'decided'
    | 'next'
    | 'suggested'
    | 'questions',
    number
  >
>

/** The most that is ever visible. */
const WIDEST: LogLimits = {
  conclusions: 3,
  results: 4,
  rows: 6,
  remarks: 3,
  discrepancies: 3,
  notices: 3,
  reading: 3,
  said: 6,
  unworked: 3,
  decided: 4,
  next: 5,
  suggested: 2,
  questions: 2,
}

/**
 * What gives way first when the visible part is too long, and down to how many; gone through from the start each time. The
 * listing goes before what was learned: one reading and one conclusion stay on the most crowded day.
 */
const GIVES_WAY: readonly (readonly [keyof LogLimits, number])[] = [
  ['said', 3],
  ['unworked', 2],
  ['questions', 1],
  ['remarks', 2],
  ['rows', 4],
  ['notices', 2],
  ['remarks', 1],
  ['unworked', 1],
  ['rows', 3],
  ['suggested', 1],
  ['results', 2],
  ['said', 1],
  ['questions', 0],
  ['reading', 2],
  ['suggested', 0],
  ['decided', 2],
  ['next', 3],
  ['conclusions', 2],
  ['remarks', 0],
  ['notices', 1],
  ['said', 0],
  ['discrepancies', 2],
  ['decided', 1],
  ['next', 1],
  ['results', 0],
  ['unworked', 0],
  ['rows', 2],
  ['reading', 1],
  ['rows', 0],
  ['discrepancies', 1],
  ['conclusions', 1],
  ['notices', 0],
]

/** What comes back first where giving way left room, by what a reader misses most. */
const COMES_BACK: readonly (keyof LogLimits)[] = [
  'conclusions',
  'discrepancies',
  'reading',
  'results',
  'notices',
  'decided',
  'next',
  'rows',
  'unworked',
  'suggested',
  'remarks',
  'said',
  'questions',
]

/**
 * What is visible of an entry: sections give way one step at a time until `show` says that it is short enough, then those
 * come back for which that left room, the most missed first. Of an entry that concludes nothing by itself one computed
 * result stays to the end. Gives what was shown last where nothing is short enough.
 */
export function fitLimits<Shown>(
  concludes: boolean,
  show: (limits: LogLimits) => { readonly shown: Shown; readonly fits: boolean },
): Shown {
  let limits = WIDEST
  let last = show(limits)
  for (const [section, least] of GIVES_WAY) {
    const floor = section === 'results' && !concludes ? Math.max(1, least) : least
    while (!last.fits && limits[section] > floor) {
      limits = { ...limits, [section]: limits[section] - 1 }
      last = show(limits)
    }
  }
  if (!last.fits) return last.shown
  for (const section of COMES_BACK)
    while (limits[section] < WIDEST[section]) {
      const wider = { ...limits, [section]: limits[section] + 1 }
      const more = show(wider)
      if (!more.fits) break
      limits = wider
      last = more
    }
  return last.shown
}
