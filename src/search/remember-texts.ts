const LONGEST = 60
const MOST = 100_000

/** The same function, working out each short text once: the same few settings and tags stand in thousands of runs. */
export function rememberTexts<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { readonly result: Result }>()
  return (text) => {
    if (text.length > LONGEST) return work(text)
    const seen = known.get(text)
    if (seen !== undefined) return seen.result
    const result = work(text)
    if (known.size < MOST) known.set(text, { result })
    return result
  }
}
