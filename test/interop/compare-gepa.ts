import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import Table from 'cli-table3'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { joinSources } from '../../src/runs/joined-sources.ts'
import type { Run } from '../../src/runs/run.ts'
import type { RunSource, RunSourceKind } from '../../src/runs/run-source.ts'
import { gepa } from '../../src/runs/sources/gepa/gepa.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'

const SHOWN = 20
/** MLflow rounds the numbers of a table to ten decimals. */
const ROUNDING = 1e-9
const WAYS: readonly (readonly [string, RunSourceKind])[] = [
  ['runs', gepa],
  ['mlflow.db', mlflow],
  ['wandb', wandb],
  ['results', gepa],
]

/** What `write_gepa.py` wrote down of one optimisation, by GEPA's own objects. */
interface Dumped {
  readonly candidates: readonly Readonly<Record<string, string>>[]
  readonly parents: readonly (readonly (number | null)[])[]
  readonly scores: readonly number[]
  readonly subscores: readonly Readonly<Record<string, number>>[]
  readonly traces: readonly {
    readonly i: number
    readonly selected_program_candidate?: number
    readonly subsample_scores?: readonly number[]
    readonly new_subsample_scores?: readonly number[]
    readonly new_program_idx?: number
  }[]
  readonly answers: readonly string[]
  readonly seed: Readonly<Record<string, string>>
  /** False before GEPA 0.1: then no tracker has texts, and the run directory is a pickle. */
  readonly hasTables: boolean
}

interface Compared {
  readonly name: string
  runs: number
  values: number
  gaps: number
  readonly differences: string[]
}

/**
 * Compares what narrate reads of GEPA's optimisations, in each way that they were logged, with what GEPA's own objects say. Arguments: a name,
 * the folder and the dump that `write_gepa.py` wrote, again and again.
 */
async function main(args: readonly string[]): Promise<number> {
  const world = makeWorld(process)
  const compared: Compared[] = []
  for (let index = 0; index + 2 < args.length; index += 3) {
    const [name = '', folder = '', dump = ''] = args.slice(index, index + 3)
    const told = JSON.parse(await readFile(dump, 'utf8')) as Readonly<Record<string, Dumped>>
    const hasTables = Object.values(told).some(({ hasTables }) => hasTables)
    for (const [way, kind] of WAYS) {
      // Before GEPA 0.1 a run directory is a pickle, which is never opened.
      if (way === 'runs' && !hasTables) continue
      const source = await kind.open(join(folder, way), way, world)
      compared.push(await compareWay(`${name}, ${way}`, source, told, way))
      await source.close()
    }
    compared.push(await compareJoined(`${name}, joined`, folder, told))
  }
  const table = new Table({
    head: ['log', 'runs', 'values', 'gaps', 'differences'],
    style: { head: [], border: [] },
  })
  for (const { name, runs, values, gaps, differences } of compared)
    table.push([name, runs, values, gaps, differences.length])
  world.stdout.write(`${table.toString()}\n`)
  const differences = compared.flatMap((each) => each.differences.map((one) => `${each.name}: ${one}`))
  for (const each of differences.slice(0, SHOWN)) world.stdout.write(`${each}\n`)
  return differences.length === 0 && compared.every(({ runs }) => runs > 0) ? 0 : 1

  /** Several ways of one optimisation are one run, and so is each of its programs. */
  async function compareJoined(
    name: string,
    folder: string,
    told: Readonly<Record<string, Dumped>>,
  ): Promise<Compared> {
    const sources: { readonly source: RunSource }[] = []
    for (const [way, kind] of WAYS) sources.push({ source: await kind.open(join(folder, way), way, world) })
    const joined = joinSources(sources)
    const runs: Run[] = []
    for (const { source } of joined.sources)
      for await (const found of source.readAll({})) if (!isGap(found)) runs.push(found)
    const found: Compared = { name, runs: runs.length, values: 1, gaps: 0, differences: [] }
    const expected = Object.values(told).reduce(
      (sum, { candidates, traces }) =>
        sum + 1 + candidates.length + traces.filter((each) => each.new_program_idx === undefined).length,
      0,
    )
    const isWhole = Object.values(told).every(({ hasTables }) => hasTables)
    if (isWhole && runs.length !== expected)
      found.differences.push(`${runs.length} runs, and ${expected} in GEPA's own objects`)
    for (const run of runs)
      for (const { what, why } of run.gaps)
        if (/ there, .* told here/.test(why)) found.differences.push(`${what}: ${why}`)
    for (const { source } of sources) await source.close()
    return found
  }
}

async function compareWay(
  name: string,
  source: RunSource,
  told: Readonly<Record<string, Dumped>>,
  way: string,
): Promise<Compared> {
  const found: Compared = { name, runs: 0, values: 0, gaps: 0, differences: [] }
  const runs: Run[] = []
  for await (const run of source.readAll({ withHistory: true }))
    if (isGap(run)) found.gaps += 1
    else runs.push(run)
  found.runs = runs.length
  found.gaps += runs.reduce((sum, { gaps }) => sum + gaps.length, 0)
  const isResult = way === 'results'
  for (const [optimisation, dumped] of Object.entries(told)) {
    const own = runs.filter((run) => run.name.endsWith(` of ${optimisation}`))
    const named = (start: string): Run | undefined =>
      own.find((run) => run.name === `${start} of ${optimisation}`)
    const same = (what: string, ours: unknown, theirs: unknown): void => {
      found.values += 1
      const isSame =
        typeof ours === 'number' && typeof theirs === 'number'
          ? Math.abs(ours - theirs) <= ROUNDING
          : Object.is(ours, theirs)
      if (!isSame)
        found.differences.push(
          `${optimisation} ${what}: ${String(ours).slice(0, 80)} and ${String(theirs).slice(0, 80)}`,
        )
    }
    const rejected = dumped.traces.filter((trace) => trace.new_program_idx === undefined)
    same('programs', own.length, dumped.candidates.length + (isResult ? 0 : rejected.length))
    for (const [index, texts] of dumped.candidates.entries()) {
      const run = named(index === 0 ? 'seed' : `candidate ${index}`)
      const [parent] = dumped.parents[index] ?? []
      const above = run?.parent === null ? undefined : runs.find(({ key }) => key === run?.parent)
      same(
        `parent of ${index}`,
        nameIn(above, optimisation),
        parent === null || parent === undefined
          ? optimisation
          : parent === 0
            ? 'seed'
            : `candidate ${parent}`,
      )
      same(`score of ${index}`, run?.metrics.get('valset_score')?.last, dumped.scores[index])
      const isTold = dumped.hasTables || isResult
      // A component whose name MLflow forbids ends the summary, and with it the seed's texts.
      const isLost =
        index === 0 &&
        way === 'mlflow.db' &&
        Object.keys(texts).some((component) => /[^\w./: -]/.test(component))
      if (isTold && !isLost)
        for (const [component, text] of Object.entries(texts))
          same(`text ${component} of ${index}`, run?.params.get(`text:${component}`), text)
      // The seed's own are told nowhere but in the result.
      if (isTold && (index > 0 || isResult))
        for (const [example, score] of Object.entries(dumped.subscores[index] ?? {}))
          same(`valset/${example} of ${index}`, run?.metrics.get(`valset/${example}`)?.last, score)
    }
    if (isResult) continue
    for (const trace of dumped.traces) {
      const index = trace.new_program_idx
      const run = named(index === undefined ? `rejected proposal ${trace.i + 1}` : `candidate ${index}`)
      for (const [when, scores] of [
        ['before', trace.subsample_scores ?? []],
        ['after', trace.new_subsample_scores ?? []],
      ] as const) {
        const sum = scores.reduce((total, each) => total + each, 0)
        if (way === 'runs')
          same(
            `mean ${when} in ${trace.i}`,
            run?.metrics.get(`subsample_mean/${when}`)?.last,
            sum / scores.length,
          )
        else same(`sum ${when} in ${trace.i}`, run?.metrics.get(`subsample_sum/${when}`)?.last, sum)
      }
      same(
        `whether ${trace.i} was taken`,
        run?.tags.get('gepa.proposal'),
        index === undefined ? 'rejected' : 'accepted',
      )
      if (index === undefined) {
        const from = trace.selected_program_candidate
        same(
          `parent in ${trace.i}`,
          nameIn(
            runs.find(({ key }) => key === run?.parent),
            optimisation,
          ),
          from === 0 ? 'seed' : `candidate ${from}`,
        )
      }
      // One component is proposed anew in each iteration; the model is asked once.
      const answer = dumped.answers[trace.i] ?? 'Answer with omega.'
      if (dumped.hasTables)
        same(
          `text in ${trace.i}`,
          [...(run?.params.values() ?? [])].find((text) => text === answer.trim()),
          answer.trim(),
        )
    }
  }
  return found
}

function nameIn(run: Run | undefined, optimisation: string): string | undefined {
  return run?.name.replace(` of ${optimisation}`, '')
}

process.exitCode = await main(process.argv.slice(2))
