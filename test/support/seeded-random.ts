/** Chance that repeats itself: the same seed draws the same sequence on every machine. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(choices: readonly [T, ...(readonly T[])]) => T
  /** A draw from the standard normal distribution. */
  readonly normal: () => number
  readonly shuffled: <T>(values: readonly T[]) => readonly T[]
  /** So many hexadecimal digits. */
  readonly hex: (digits: number) => string
}

/**
 * Mulberry32 by Tommy Ettinger (2017, public domain, `Mulberry32.c`), with normal draws after Box and Muller (1958) and
 * shuffling after Fisher and Yates.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    whole,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0],
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffled: (values) => {
      const mixed = [...values]
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = whole(0, last)
        const [a, b] = [mixed[last], mixed[other]]
        if (a === undefined || b === undefined) continue
        mixed.splice(last, 1, b)
        mixed.splice(other, 1, a)
      }
      return mixed
    },
    hex: (digits) => Array.from({ length: digits }, () => whole(0, 15).toString(16)).join(''),
  }
}
