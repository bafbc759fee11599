/** What one line of a console log says. */
export interface LineValues {
  readonly step: number | null
  readonly epoch: number | null
  /** Metrics by their names; a line with none tells the step or epoch of the lines that follow it. */
  readonly metrics: readonly (readonly [name: string, value: number])[]
  /** Settings by their names, as written. */
  readonly params: readonly (readonly [name: string, text: string])[]
  /** What counts run to, by the name of the count, as written: the 10 of `Epoch 3/10`. */
  readonly totals: readonly (readonly [name: string, text: string])[]
}

/** What a line says, without what a logger put before it; null where it is of another shape. The time it takes grows with the line's length alone. */
export type LinePattern = (line: string) => LineValues | null

/** A number as trainings print it, Python's words for what is not finite included. To be used sticky. */
export const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?)`

const STEP = /^(?:global[_ ]?step|_?steps?|it|iter|iters|iterations?|updates?|num_updates|s)$/i
const EPOCH = /^(?:epochs?|ep)$/i

/** Whether a name counts what a training did, and in what. */
export function countedBy(name: string): 'step' | 'epoch' | null {
  return STEP.test(name) ? 'step' : EPOCH.test(name) ? 'epoch' : null
}

/** Named numbers as a line's values: those that count are its step and epoch; null where none does. */
export function valuesOfNumbers(
  numbers: readonly (readonly [name: string, value: number])[],
  totals: LineValues['totals'] = [],
): LineValues | null {
  let step: number | null = null
  let epoch: number | null = null
  const metrics: (readonly [string, number])[] = []
  for (const [name, value] of numbers) {
    const counted = countedBy(name)
    if (counted === 'step' && step === null) step = value
    else if (counted === 'epoch' && epoch === null) epoch = value
    else metrics.push([name, value])
  }
  if (step === null && epoch === null) return null
  if (!Number.isFinite(step ?? 0) || !Number.isFinite(epoch ?? 0)) return null
  return { step, epoch, metrics, params: [], totals }
}
