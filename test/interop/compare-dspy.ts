import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { jsonOfLoose, parseLooseJson } from '../../src/runs/files/loose-json.ts'
import type { Run } from '../../src/runs/run.ts'
import { dspy } from '../../src/runs/sources/dspy/dspy.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'

const SHOWN = 20

/** What DSPy's own objects say of a program, by predictor. */
type Program = Readonly<
  Record<
    string,
    { readonly instructions: string; readonly fields: readonly string[]; readonly demos: readonly unknown[] }
  >
>

/** Compares what narrate reads of DSPy's programs with DSPy's own objects. Arguments: the folder and the dump that `write_dspy.py` wrote. */
async function main([folder = '', dump = '']: readonly string[]): Promise<number> {
  const world = makeWorld(process)
  const told = JSON.parse(await readFile(dump, 'utf8')) as {
    readonly saved: Readonly<Record<string, Program>>
    readonly runs: Readonly<Record<string, Program>>
  }
  const differences: string[] = []
  let values = 0
  const saved = await runsOf(await dspy.open(join(folder, 'saved'), 'dspy', world))
  const tracked = await runsOf(await mlflow.open(join(folder, 'mlflow.db'), 'mlflow', world))
  for (const [programs, runs] of [
    [told.saved, saved],
    [told.runs, tracked],
  ] as const)
    for (const [id, program] of Object.entries(programs)) {
      const run = runs.find((each) => each.id === id)
      for (const [name, { instructions, fields, demos }] of Object.entries(program))
        for (const [kind, theirs] of [
          ['text', instructions],
          ['fields', fields.join(', ')],
          ['demos', demosOf(demos)],
        ] as const) {
          values += 1
          const found = run?.params.get(`${kind}:${name}`)
          const ours = kind === 'demos' && found !== undefined ? demosOf(JSON.parse(found)) : found
          if (ours !== theirs) differences.push(`${id} ${kind}:${name}: ${ours} and ${theirs}`)
        }
    }
  world.stdout.write(
    `${saved.length} saved programs, ${tracked.length} runs of MLflow, ${values} values, ${differences.length} differences\n`,
  )
  for (const each of differences.slice(0, SHOWN)) world.stdout.write(`${each}\n`)
  return differences.length === 0 && saved.length > 0 && tracked.length > 0 ? 0 : 1

  async function runsOf(source: Awaited<ReturnType<typeof mlflow.open>>): Promise<readonly Run[]> {
    const runs: Run[] = []
    for await (const found of source.readAll({})) if (!isGap(found)) runs.push(found)
    await source.close()
    return runs
  }
}

/** Demonstrations as JSON, names in the order of the alphabet: an example's own order is not kept. */
function demosOf(demos: unknown): string {
  const list = Array.isArray(demos) ? demos : []
  const sorted = list.map((demo: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(demo).sort(([left], [right]) => (left < right ? -1 : 1))),
  )
  const parsed = parseLooseJson(JSON.stringify(sorted))
  return parsed.kind === 'json' ? jsonOfLoose(parsed.value) : ''
}

process.exitCode = await main(process.argv.slice(2))
