/**
 * The units that can be turned into one another, each as its dimension and how much of the dimension's base unit it is.
 * Per cent and percentage points are two units on purpose: neither turns into the other.
 */
const CONVERTIBLE: Readonly<Record<string, readonly ['time' | 'size', number]>> = {
  ns: ['time', 1e-9],
  us: ['time', 1e-6],
  µs: ['time', 1e-6],
  ms: ['time', 1e-3],
  s: ['time', 1],
  sec: ['time', 1],
  secs: ['time', 1],
  second: ['time', 1],
  seconds: ['time', 1],
  min: ['time', 60],
  mins: ['time', 60],
  minute: ['time', 60],
  minutes: ['time', 60],
  h: ['time', 3600],
  hr: ['time', 3600],
  hrs: ['time', 3600],
  hour: ['time', 3600],
  hours: ['time', 3600],
  d: ['time', 86_400],
  day: ['time', 86_400],
  days: ['time', 86_400],
  b: ['size', 1],
  byte: ['size', 1],
  bytes: ['size', 1],
  kb: ['size', 1e3],
  mb: ['size', 1e6],
  gb: ['size', 1e9],
  tb: ['size', 1e12],
  kib: ['size', 2 ** 10],
  mib: ['size', 2 ** 20],
  gib: ['size', 2 ** 30],
  tib: ['size', 2 ** 40],
}

/** What a unit measures, where it can be turned into others of its kind; null for all others, and where there is none. */
export function dimensionOf(unit: string | null): 'time' | 'size' | null {
  return lookUp(unit)?.[0] ?? null
}

/** A number of one unit in another; null where the one cannot be turned into the other. */
export function convert(value: number, from: string | null, to: string | null): number | null {
  if (from === to) return value
  const [a, b] = [lookUp(from), lookUp(to)]
  if (a === null || b === null || a[0] !== b[0]) return null
  if (a[1] === b[1]) return value
  // Through fifteen digits, since 0.1 min is 6 s and no 6.000000000000001.
  return Number(((value * a[1]) / b[1]).toPrecision(15))
}

/** Whether a word may stand behind a literal in a check: `r1.duration < 2 h`, `delta(a, b) < 1 pp`. */
export function isUnitWord(word: string): boolean {
  return word === '%' || word === 'pp' || lookUp(word) !== null
}

function lookUp(unit: string | null): readonly ['time' | 'size', number] | null {
  const key = unit?.toLowerCase() ?? ''
  return Object.hasOwn(CONVERTIBLE, key) ? (CONVERTIBLE[key] ?? null) : null
}
