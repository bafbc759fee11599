import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { permutationImportance, type Repeated } from '../../src/statistics/permutation-importance.ts'

interface Sweep {
  readonly inputs: readonly (readonly (readonly number[])[])[]
  readonly target: readonly number[]
  readonly explained: Repeated
  readonly importances: readonly Repeated[]
}

/** How far a mean of ours may lie from scikit-learn's, in standard deviations over splits. */
const MOST_APART = 2
/** Importances that small are noise on both sides. */
const SMALL = 0.02

/** Holds our importances against scikit-learn's: R², each mean, and the order of those that are told apart from noise. */
async function main(file: string): Promise<number> {
  const sweeps = (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line): Sweep => JSON.parse(line))
  const failures = sweeps.flatMap((theirs, index) => {
    const ours = permutationImportance({ ...theirs, repeats: 10, seed: 1 })
    const pairs = [
      ['R²', theirs.explained, ours.explained] as const,
      ...theirs.importances.map(
        (one, input) => [`input ${input}`, one, ours.importances[input] ?? one] as const,
      ),
    ]
    const apart = pairs
      .filter(([, one, own]) => Math.abs(one.mean - own.mean) > Math.max(SMALL, MOST_APART * one.sd))
      .map(([what, one, own]) => `sweep ${index}, ${what}: scikit-learn ${one.mean}, ours ${own.mean}`)
    const [expected, actual] = [theirs.importances, ours.importances].map((all) => orderOf(all, theirs))
    return expected?.join() === actual?.join()
      ? apart
      : [...apart, `sweep ${index}: ${expected}, ours ${actual}`]
  })
  for (const failure of failures) process.stdout.write(`  ${failure}\n`)
  process.stdout.write(`${sweeps.length} sweeps compared with scikit-learn, ${failures.length} differences\n`)
  return failures.length === 0 && sweeps.length > 0 ? 0 : 1
}

/** The inputs that scikit-learn tells apart from noise, the most important first. */
function orderOf(all: readonly Repeated[], { importances }: Sweep): readonly number[] {
  return all
    .map(({ mean }, input) => ({ mean, input }))
    .filter(({ input }) => {
      const theirs = importances[input]
      return theirs !== undefined && theirs.mean > Math.max(SMALL, 2 * theirs.sd)
    })
    .sort((a, b) => b.mean - a.mean)
    .map(({ input }) => input)
}

process.exitCode = await main(process.argv[2] ?? '')
