import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { makeWorld } from '../../../src/cli/make-world.ts'
import { narrateChecker } from './checker.ts'
import { readHistories } from './histories.ts'
import { judgeCases, type Outcome } from './measure.ts'
import { printReport } from './print-report.ts'
import { tellCases } from './tell-cases.ts'
import { writePatterns } from './write-patterns.ts'

/** The whole bench; see README.md beside this file. */
async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string', default: '1' },
      lies: { type: 'string', default: '130' },
      honest: { type: 'string', default: '80' },
      planted: { type: 'string', default: '12' },
    },
  })
  const world = makeWorld(process)
  const began = performance.now()
  const grounds = await readHistories({
    planted: Number(values.planted),
    stores: world.env.NARRATE_BENCH_STORES ?? null,
    world,
  })
  const cases = tellCases(grounds, {
    seed: Number(values.seed),
    liesPerKind: Number(values.lies),
    honestPerForm: Number(values.honest),
  })
  const outcomes = await judgeCases(cases, grounds, narrateChecker)
  world.stdout.write(printReport(outcomes))
  const folder = path.resolve(import.meta.dirname, '../../../.interop/faithfulness')
  await mkdir(folder, { recursive: true })
  await keep(
    path.join(folder, 'MISSED.jsonl'),
    outcomes.filter(({ told, judged }) => told.liar !== null && judged.verdict === 'supported'),
  )
  await keep(
    path.join(folder, 'REFUSED.jsonl'),
    outcomes.filter(({ told, judged }) => told.liar === null && judged.verdict !== 'supported'),
  )
  await keep(
    path.join(folder, 'LEAKED.jsonl'),
    outcomes.filter(({ leak }) => leak !== null),
  )
  await writeFile(path.join(folder, 'PATTERNS.md'), writePatterns(outcomes, 8))
  world.stdout.write(
    `${grounds.length} histories, ${((performance.now() - began) / 1000).toFixed(0)} s; lies that passed, honest statements refused and leaked digits: .interop/faithfulness/*.jsonl\n`,
  )
}

async function keep(file: string, outcomes: readonly Outcome[]): Promise<void> {
  await writeFile(
    file,
    outcomes
      .map(
        (outcome) =>
          `${JSON.stringify({ ...outcome.told, reason: outcome.judged.reason, leak: outcome.leak })}\n`,
      )
      .join(''),
  )
}

await main(process.argv.slice(2))
