const TRAINING = /^(train|training|trn|tr)$/
const HELD_OUT = /^(val|valid|validation|eval|evaluation|dev|test|testing|holdout)$/

/**
 * For each metric measured on held-out data its counterpart on the training data, by name: `val_loss` and `train_loss` (or Keras'
 * bare `loss`), `l2.valid` and `l2.train`, `eval/loss` and `train/loss`. Metrics without a counterpart are left out.
 */
export function pairMetrics(names: Iterable<string>): ReadonlyMap<string, string> {
  const training = new Map<string, string>()
  const bare = new Map<string, string>()
  const heldOut: { readonly name: string; readonly stem: string }[] = []
  for (const name of names) {
    const { stem, split } = splitOf(name)
    if (split === 'held out') heldOut.push({ name, stem })
    else if (split === 'training') training.set(stem, name)
    else bare.set(stem, name)
  }
  return new Map(
    heldOut.flatMap(({ name, stem }) => {
      const counterpart = training.get(stem) ?? bare.get(stem)
      return counterpart === undefined ? [] : [[name, counterpart] as const]
    }),
  )
}

/** A metric's name in two: on which data it was measured, and what is left without the first word that says so. */
export function splitOf(name: string): {
  readonly stem: string
  readonly split: 'held out' | 'training' | null
} {
  const words = name.split(/([^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu}))/u)
  for (const [index, word] of words.entries()) {
    const lower = word.toLowerCase()
    const split = TRAINING.test(lower) ? 'training' : HELD_OUT.test(lower) ? 'held out' : null
    if (split === null) continue
    const rest = words.toSpliced(index, 1).filter((one) => /[\p{L}\p{N}]/u.test(one))
    // A split alone is no metric: `test` and `train` are then two different things.
    if (rest.length > 0) return { stem: rest.join('_').toLowerCase(), split }
  }
  return {
    stem: words
      .filter((one) => /[\p{L}\p{N}]/u.test(one))
      .join('_')
      .toLowerCase(),
    split: null,
  }
}
