import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { makeWorld } from '../../../src/cli/make-world.ts'
import { narrateChecker } from './checker.ts'
import { commandChecker } from './command-checker.ts'
import { HELD_OUT } from './held-out.ts'
import { MADE_BY_HAND, readHistories } from './histories.ts'
import { judgeCases, type Outcome } from './measure.ts'
import { measureDocuments } from './measure-documents.ts'
import { measureKinds } from './measure-kinds.ts'
import { plainText } from './plain-text.ts'
import { printDocuments, printKinds, printReport } from './print-report.ts'
import { tellCases } from './tell-cases.ts'
import { writeKinds } from './write-kinds.ts'
import { writePatterns } from './write-patterns.ts'

/** An entry tells a day; over a longer history most of the time would go into composing. */
const MOST_RUNS_OF_A_DOCUMENT = 20

/** The whole bench; see README.md beside this file. */
async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string', default: '1' },
      lies: { type: 'string', default: '130' },
      honest: { type: 'string', default: '80' },
      planted: { type: 'string', default: '12' },
      documents: { type: 'string', default: '2' },
      checker: { type: 'string' },
      catalogue: { type: 'string' },
    },
  })
  const world = makeWorld(process)
  const print = (text: string) => world.stdout.write(`${text}\n`)
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
  if (values.catalogue !== undefined) {
    const byName = new Map(grounds.map((ground) => [ground.name, ground]))
    await writeLines(
      values.catalogue,
      cases.map((one) => {
        const ground = byName.get(one.history)
        return { ...one, plain: ground === undefined ? null : plainText(one.statement.text, ground) }
      }),
    )
    print(`${cases.length} statements written to ${values.catalogue}`)
    return
  }
  const checker = values.checker === undefined ? narrateChecker : commandChecker(values.checker)
  const outcomes = await judgeCases(cases, grounds, checker)
  print(printReport(outcomes))

  const name = values.checker === undefined ? 'faithfulness' : 'faithfulness-other'
  const folder = path.resolve(import.meta.dirname, '../../../.interop', name)
  await mkdir(folder, { recursive: true })
  const shown = outcomes.filter(({ told }) => !told.kind.startsWith(HELD_OUT))
  const hidden = outcomes.filter(({ told }) => told.kind.startsWith(HELD_OUT))
  const isPassed = ({ told, judged }: Outcome) => told.liar !== null && judged.verdict === 'supported'
  const isRefused = ({ told, judged }: Outcome) => told.liar === null && judged.verdict !== 'supported'
  await writeOutcomes(path.join(folder, 'MISSED.jsonl'), shown.filter(isPassed))
  await writeOutcomes(path.join(folder, 'REFUSED.jsonl'), shown.filter(isRefused))
  await writeOutcomes(
    path.join(folder, 'LEAKED.jsonl'),
    outcomes.filter(({ leak }) => leak !== null),
  )
  await writeOutcomes(
    path.join(folder, 'HELD-OUT.jsonl'),
    hidden.filter((one) => isPassed(one) || isRefused(one)),
  )
  await writeFile(path.join(folder, 'PATTERNS.md'), writePatterns(shown, 8))
  if (values.checker === undefined && Number(values.documents) > 0) {
    const small = grounds.filter(
      ({ name: own, runs }) => runs.length <= MOST_RUNS_OF_A_DOCUMENT && !MADE_BY_HAND.includes(own),
    )
    const documents = await measureDocuments(small, outcomes, {
      seed: Number(values.seed),
      documents: Number(values.documents),
      changes: 4,
    })
    print(printDocuments(documents))
    await writeLines(path.join(folder, 'DOCUMENTS.jsonl'), documents.missed)
    const kinds = measureKinds(await writeKinds(world.env.NARRATE_BENCH_STORES ?? null), {
      seed: Number(values.seed),
      changes: Number(values.documents),
    })
    print(printKinds(kinds))
    await writeLines(path.join(folder, 'KINDS.jsonl'), kinds.missed)
    await writeLines(path.join(folder, 'DOCUMENTS-WRONG.jsonl'), [
      ...documents.clean.findings,
      ...documents.leaks,
      ...kinds.wrong,
    ])
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  print(
    `${grounds.length} histories in ${seconds} s. What passed, what was refused and what leaked: ${path.relative(world.cwd, folder)}`,
  )
}

async function writeOutcomes(file: string, outcomes: readonly Outcome[]): Promise<void> {
  await writeLines(
    file,
    outcomes.map(({ told, judged, leak }) => ({ ...told, reason: judged.reason, leak })),
  )
}

async function writeLines(file: string, values: readonly object[]): Promise<void> {
  await writeFile(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''))
}

await main(process.argv.slice(2))
