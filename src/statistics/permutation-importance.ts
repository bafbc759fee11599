import { RandomForestRegression } from 'ml-random-forest'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { seededRandom, shuffled } from './seeded-random.ts'

/** A mean over the repeats, and their sample standard deviation. */
export interface Repeated {
  readonly mean: number
  readonly sd: number
}

export interface ImportanceRequest {
  /** One entry per input; an input is one column, or several that belong together (levels of a category), a value per row. */
  readonly inputs: readonly (readonly (readonly number[])[])[]
  readonly target: readonly number[]
  readonly repeats: number
  readonly seed: number
}

/** `explained` is R² on held-out rows; an input's importance is how much of it is lost when the input is shuffled there. */
export interface ImportanceResult {
  readonly explained: Repeated
  readonly importances: readonly Repeated[]
}

const HELD_OUT = 0.3
const TREES = 20
const SHUFFLES = 3

/**
 * Permutation importance of a random forest (Breiman 2001, section 10; Fisher, Rudin & Dominici 2019), measured on held-out
 * rows and repeated over seeded splits: each repeat trains a forest of 20 trees on 70 % of the rows. All columns of an input are shuffled
 * together. Inputs that vary together share their importance. Impurity importance, which the forest itself offers, is not used:
 * it puts noise before weak inputs. The same request gives the same result.
 */
export function permutationImportance({
  inputs,
  target,
  repeats,
  seed,
}: ImportanceRequest): ImportanceResult {
  const random = seededRandom(seed)
  const rows = target.map((_, row) => inputs.flatMap((columns) => columns.map((column) => column[row] ?? 0)))
  const places = placesOf(inputs)
  const width = rows[0]?.length ?? 0
  const explained: number[] = []
  const losses: number[][] = inputs.map(() => [])
  for (let repeat = 0; repeat < repeats; repeat++) {
    const order = shuffled(
      target.map((_, row) => row),
      random,
    )
    const cut = Math.max(2, Math.round(order.length * HELD_OUT))
    const [held, training] = [order.slice(0, cut), order.slice(cut)]
    const forest = new RandomForestRegression({
      seed: Math.floor(random() * 2 ** 31),
      nEstimators: TREES,
      maxFeatures: Math.max(1, Math.ceil((width * 2) / 3)),
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      selectionMethod: 'mean',
      treeOptions: { maxDepth: 8, minNumSamples: 4 },
    })
    const pick = (from: readonly number[]): number[][] => from.map((row) => rows[row] ?? [])
    const valuesAt = (from: readonly number[]): readonly number[] => from.map((row) => target[row] ?? 0)
    forest.train(pick(training), [...valuesAt(training)])
    const actual = valuesAt(held)
    const heldRows = pick(held)
    const whole = explainedBy(forest.predict(heldRows), actual)
    explained.push(whole)
    for (const [input, columns] of places.entries()) {
      const lost = Array.from({ length: SHUFFLES }, () => {
        const donors = shuffled(heldRows, random)
        const mixed = heldRows.map((row, index) =>
          row.map((value, column) => (columns.has(column) ? (donors[index]?.[column] ?? value) : value)),
        )
        return whole - explainedBy(forest.predict(mixed), actual)
      })
      losses[input]?.push(mean(lost))
    }
  }
  return { explained: repeated(explained), importances: losses.map(repeated) }
}

/** R²: one less the share of the squared distance from the mean that the predictions leave; below zero they are worse than it. */
function explainedBy(predicted: readonly number[], actual: readonly number[]): number {
  const middle = mean([...actual])
  const left = actual.reduce((sum, value, index) => sum + (value - (predicted[index] ?? middle)) ** 2, 0)
  const all = actual.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return all === 0 ? 0 : 1 - left / all
}

function placesOf(inputs: ImportanceRequest['inputs']): readonly ReadonlySet<number>[] {
  let next = 0
  return inputs.map((columns) => new Set(columns.map(() => next++)))
}

function repeated(values: readonly number[]): Repeated {
  return {
    mean: mean([...values]),
    sd: values.length > 1 ? sampleStandardDeviation([...values]) : Number.NaN,
  }
}
