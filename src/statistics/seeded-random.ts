/** A source of numbers in [0, 1) that gives the same ones for the same seed: mulberry32 (Ettinger 2017, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The values in a new order (Fisher and Yates, as Durstenfeld 1964 wrote it). */
export function shuffled<Value>(values: readonly Value[], random: () => number): readonly Value[] {
  const order = [...values]
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [a, b] = [order[index], order[other]]
    if (a === undefined || b === undefined) continue
    order[index] = b
    order[other] = a
  }
  return order
}
