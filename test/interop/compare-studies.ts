import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import type { Experiment, Run } from '../../src/runs/run.ts'
import { optuna } from '../../src/runs/sources/optuna/optuna.ts'
import { type Comparison, compareManifest } from './compare-manifest.ts'

const STATUSES: Readonly<Record<string, string>> = {
  COMPLETE: 'finished',
  PRUNED: 'killed',
  FAIL: 'failed',
  RUNNING: 'running',
  WAITING: 'scheduled',
}

type Dumped = null | boolean | number | string | readonly Dumped[] | { readonly [name: string]: Dumped }

/** A trial as `read_studies.py` writes it. */
interface DumpedTrial {
  readonly optuna: string
  readonly study: string
  readonly directions: readonly string[]
  readonly names: readonly string[] | null
  readonly number: number
  readonly state: string
  readonly start: number | null
  readonly end: number | null
  readonly params: Readonly<Record<string, Dumped>>
  readonly values: readonly Dumped[] | null
  readonly steps: readonly (readonly [number, Dumped])[]
  readonly attributes: Readonly<Record<string, Dumped>>
}

/** Compares every storage of the manifest that `run.sh` wrote with what Optuna read of it, and fails where anything differs. */
async function main(manifest: string): Promise<number> {
  const world = makeWorld(process)
  return compareManifest(manifest, ['storage', 'Optuna', 'trials'], compareStorage, world)

  async function compareStorage(path: string, dump: string): Promise<Comparison> {
    const differences: string[] = []
    let compared = 0
    let gaps = 0
    const same = (what: string, theirs: unknown, ours: unknown): void => {
      compared += 1
      const [left, right] = [JSON.stringify(theirs), JSON.stringify(ours)]
      if (left !== right) differences.push(`${what}: Optuna ${left}, narrate ${right}`)
    }
    const source = await optuna.open(path, 'optuna', world)
    const runs = new Map<string, Run>()
    const listed = new Set<string>()
    for await (const found of source.readAll({ withHistory: true })) {
      if (isGap(found)) gaps += 1
      else runs.set(found.id, found)
    }
    for await (const found of source.list({})) if (!isGap(found)) listed.add(found.id)
    const experiments = new Map<string, Experiment>()
    for await (const found of source.experiments()) if (!isGap(found)) experiments.set(found.name, found)
    const trials: readonly DumpedTrial[] = (await readFile(dump, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each))
    for (const trial of trials) await compareTrial(trial)
    same('number of trials', trials.length, runs.size)
    same('number of trials listed', trials.length, listed.size)
    await source.close()
    return { cells: [trials[0]?.optuna ?? '', trials.length], compared, gaps, differences }

    async function compareTrial(trial: DumpedTrial): Promise<void> {
      const id = `${trial.study}/${trial.number}`
      const run = runs.get(id)
      if (run === undefined) {
        differences.push(`${id}: narrate has it not`)
        return
      }
      gaps += run.gaps.length
      same(`${id} status`, STATUSES[trial.state], run.status)
      same(`${id} start`, trial.start, run.startedAt)
      same(`${id} end`, trial.end, run.endedAt)
      same(`${id} parameters`, Object.keys(trial.params).sort(), [...run.params.keys()])
      for (const [name, value] of Object.entries(trial.params)) {
        const ours = run.params.get(name) ?? ''
        same(`${id} parameter ${name}`, shown(value), typeof value === 'number' ? Number(ours) : ours)
      }
      const names = trial.names ?? defaultNames(trial.directions.length)
      for (const [index, value] of (trial.values ?? []).entries())
        same(`${id} ${names[index]}`, shown(value), shown(run.metrics.get(names[index] ?? '')?.last))
      const hasSteps = trial.steps.length > 0
      const count = (trial.values ?? []).length + (hasSteps ? 1 : 0)
      same(`${id} metrics`, count, run.metrics.size)
      if (hasSteps) {
        const points: (readonly [number | null, unknown])[] = []
        for await (const point of source.history(run.key, 'intermediate_value'))
          if (!isGap(point)) points.push([point.step, shown(point.value)])
        compared += points.length
        same(
          `${id} intermediate values`,
          trial.steps.map(([step, value]) => [step, shown(value)]),
          points,
        )
      }
      for (const [name, value] of Object.entries(trial.attributes))
        same(
          `${id} attribute ${name}`,
          typeof value === 'string' ? value : JSON.stringify(value),
          run.tags.get(name),
        )
      const [direction] = trial.directions
      const better = direction === 'MAXIMIZE' ? true : direction === 'MINIMIZE' ? false : null
      const primary = trial.directions.length === 1 ? { name: names[0], greaterIsBetter: better } : null
      same(`${id} direction`, primary, experiments.get(trial.study)?.primaryMetric)
    }
  }
}

function defaultNames(count: number): readonly string[] {
  return count === 1 ? ['value'] : Array.from({ length: count }, (_, index) => `value_${index}`)
}

/** A value so that numbers that JSON has not, and numbers alike, are written alike on both sides. */
function shown(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'object' && value !== null && 'float' in value) return value.float
  return value === null || typeof value === 'boolean' ? String(value) : value
}

process.exitCode = await main(process.argv[2] ?? '')
