/**
 * The same function, working out each value once for as long as what it is a function of lives. For functions of
 * values that never change: ten finders ask the same of ten thousand runs.
 */
export function remember<Of extends WeakKey, Result>(work: (of: Of) => Result): (of: Of) => Result {
  const known = new WeakMap<Of, { readonly result: Result }>()
  return (of) => {
    const seen = known.get(of)
    if (seen !== undefined) return seen.result
    const result = work(of)
    known.set(of, { result })
    return result
  }
}
