import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { expectedMaximum } from '../../src/statistics/expected-maximum.ts'
import { incompleteBeta } from '../../src/statistics/incomplete-beta.ts'
import { normalChance, normalDensity } from '../../src/statistics/normal.ts'
import { pooledSd } from '../../src/statistics/pooled-sd.ts'
import { rankCorrelation } from '../../src/statistics/rank-correlation.ts'
import { signTest } from '../../src/statistics/sign-test.ts'
import { studentT, studentTQuantile, tailsOfT } from '../../src/statistics/student-t.ts'
import { tInterval } from '../../src/statistics/t-interval.ts'
import { welch } from '../../src/statistics/welch.ts'

/** Two computations agree where they differ by no more than this, relative to the larger; zero to this, absolutely. */
const TOLERANCE = 1e-9
const SHOWN = 5

type Sample = readonly number[]

/** Ours by name; write_statistics.py has a line of the same name for each. */
const OURS: Readonly<Record<string, (...given: never[]) => number | readonly number[]>> = {
  incompleteBeta,
  studentT,
  tailsOfT,
  studentTQuantile,
  signTest,
  normalDensity,
  normalChance,
  expectedMaximum,
  tInterval: (values: Sample) => {
    const found = tInterval(values, 0.95)
    return found === null ? [] : [found.mean, found.sd, found.low, found.high]
  },
  welch: (a: Sample, b: Sample) => {
    const found = welch(a, b)
    if (found === null) return []
    const half = studentTQuantile(0.975, found.degreesOfFreedom) * found.error
    return [found.t, found.degreesOfFreedom, found.p, found.difference - half, found.difference + half]
  },
  rankCorrelation: (left: Sample, right: Sample) => {
    const found = rankCorrelation(left, right)
    return found === null ? [] : [found.rho, found.chance]
  },
  pooledSd: (groups: readonly Sample[]) => {
    const found = pooledSd(groups)
    return found === null ? [] : [found.sd, found.degreesOfFreedom]
  },
}

interface Case {
  readonly name: string
  readonly arguments: readonly never[]
  readonly expected: number | readonly number[]
}

/** Compares every case of the file with our own computation, prints a table, and fails where anything differs. */
async function main(file: string): Promise<number> {
  const cases = (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line): Case => JSON.parse(line))
  const table = new Table({
    head: ['function', 'cases', 'largest difference', 'differences'],
    style: { head: [], border: [] },
  })
  const failures: string[] = []
  for (const [name, own] of Object.entries(OURS)) {
    const mine = cases.filter((one) => one.name === name)
    let largest = 0
    let different = 0
    for (const one of mine) {
      const [expected, actual] = [[one.expected].flat(), [own(...one.arguments)].flat()]
      const apart =
        expected.length === actual.length ? expected.map((value, at) => difference(value, actual[at])) : [1]
      largest = Math.max(largest, ...apart)
      if (apart.every((value) => value <= TOLERANCE)) continue
      different++
      failures.push(
        `${name}(${JSON.stringify(one.arguments)}): scipy ${JSON.stringify(one.expected)}, ours ${JSON.stringify(actual)}`,
      )
    }
    if (mine.length === 0) failures.push(`${name}: write_statistics.py has no case of it`)
    table.push([name, mine.length, largest.toExponential(1), different])
  }
  for (const name of new Set(cases.map((one) => one.name)))
    if (!Object.hasOwn(OURS, name)) failures.push(`${name}: compare-statistics.ts does not compute it`)
  process.stdout.write(`${table.toString()}\n`)
  for (const failure of failures.slice(0, SHOWN)) process.stdout.write(`  ${failure}\n`)
  process.stdout.write(`${cases.length} computations compared, ${failures.length} differ\n`)
  return failures.length === 0 && cases.length > 0 ? 0 : 1
}

function difference(expected: number, actual: number | undefined): number {
  if (actual === undefined || Number.isNaN(actual)) return Number.POSITIVE_INFINITY
  if (expected === actual) return 0
  const size = Math.max(Math.abs(expected), Math.abs(actual))
  return Math.abs(expected - actual) / (size < TOLERANCE * TOLERANCE ? 1 : size)
}

process.exitCode = await main(process.argv[2] ?? '')
