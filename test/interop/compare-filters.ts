import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { makeWorld } from '../../src/cli/make-world.ts'
import { NarrateError } from '../../src/errors.ts'
import { isGap } from '../../src/gap.ts'
import { parseFilter } from '../../src/runs/filter/parse-filter.ts'
import { listWholeRuns } from '../../src/runs/list-runs.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'

/** Holds what narrate finds with each filter against what MLflow found: `node compare-filters.ts ANSWERS.jsonl…`. */
interface Answer {
  readonly store: string
  readonly kind: string
  readonly filter: string
  readonly invalid: boolean
  readonly ids: readonly string[] | null
  readonly error: string | null
}

const world = makeWorld(process)
let equal = 0
let refused = 0
const faults: string[] = []

for (const file of process.argv.slice(2)) {
  const answers = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Answer => JSON.parse(line))
  for (const answer of answers) {
    const found = await search(answer)
    const name = `${answer.kind} ${JSON.stringify(answer.filter)}`
    if (answer.invalid !== (answer.ids === null)) {
      faults.push(`${name}: MLflow ${answer.error === null ? 'takes it' : `refuses it: ${answer.error}`}`)
    } else if (answer.ids === null) {
      if (found.ids === null) refused += 1
      else faults.push(`${name}: narrate takes what MLflow refuses: ${answer.error}`)
    } else if (found.ids === null) faults.push(`${name}: narrate refuses it: ${found.error}`)
    else if (found.ids.join() === answer.ids.join()) equal += 1
    else faults.push(`${name}: MLflow finds ${answer.ids.length} runs, narrate ${found.ids.length}`)
  }
}

for (const fault of faults) process.stderr.write(`${fault}\n`)
process.stdout.write(
  `filters: ${equal} find the same runs, ${refused} are refused by both, ${faults.length} differ\n`,
)
process.exitCode = faults.length > 0 || equal === 0 ? 1 : 0

async function search({ store, filter }: Answer): Promise<Pick<Answer, 'ids' | 'error'>> {
  const source = await mlflow.open(store, 'mlflow', world)
  try {
    const parsed = parseFilter(filter)
    const ids: string[] = []
    for await (const found of listWholeRuns([{ source }], {}, parsed))
      if (!isGap(found)) ids.push(found.run.id)
    return { ids: ids.sort(), error: null }
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'usage') throw error
    return { ids: null, error: error.message }
  } finally {
    await source.close()
  }
}
