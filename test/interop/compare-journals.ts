import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import type { Experiment, Run } from '../../src/runs/run.ts'
import { aide } from '../../src/runs/sources/aide/aide.ts'
import { type Comparison, compareManifest } from './compare-manifest.ts'

/** A node as `write_journals.py` dumps it. */
interface DumpedNode {
  readonly journal: string
  readonly id: string
  readonly step: number
  readonly stage: string
  readonly parent: string | null
  readonly plan: string
  readonly analysis: string
  readonly value: number | { readonly float: string } | null
  readonly maximize: boolean | null
  readonly buggy: boolean
  readonly made: number
  readonly ended: number
  readonly error: string | null
  readonly code: string
  readonly best: boolean
}

/** Compares the journals of the manifest that `journals.sh` wrote with what AIDE read of them, and fails where anything differs. */
async function main(manifest: string): Promise<number> {
  const world = makeWorld(process)
  return compareManifest(manifest, ['AIDE', 'nodes'], compareJournals, world)

  async function compareJournals(path: string, dump: string): Promise<Comparison> {
    const differences: string[] = []
    let compared = 0
    let gaps = 0
    const same = (what: string, theirs: unknown, ours: unknown): void => {
      compared += 1
      const [left, right] = [JSON.stringify(theirs), JSON.stringify(ours)]
      if (left !== right) differences.push(`${what}: AIDE ${left}, narrate ${right}`)
    }
    const source = await aide.open(path, 'aide', world)
    const runs = new Map<string, Run>()
    for await (const found of source.readAll({ withHistory: true })) {
      if (isGap(found)) gaps += 1
      else runs.set(found.id, found)
    }
    const experiments = new Map<string, Experiment>()
    for await (const found of source.experiments()) if (!isGap(found)) experiments.set(found.id, found)
    const nodes: readonly DumpedNode[] = (await readFile(dump, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each))
    for (const node of nodes) await compareNode(node)
    same('number of nodes', nodes.length, runs.size)
    await source.close()
    return { cells: [nodes.length], compared, gaps, differences }

    async function compareNode(node: DumpedNode): Promise<void> {
      const id = `${node.journal}/${node.id}`
      const run = runs.get(id)
      if (run === undefined) {
        differences.push(`${id}: narrate has it not`)
        return
      }
      gaps += run.gaps.length
      same(`${id} name`, `node ${node.step}`, run.name)
      same(`${id} stage`, node.stage, run.tags.get('aide.stage'))
      same(`${id} parent`, node.parent === null ? null : `aide:${node.journal}/${node.parent}`, run.parent)
      same(`${id} note`, `Plan: ${node.plan}\n\nAnalysis: ${node.analysis}`, run.note)
      same(`${id} metric`, shown(node.value), shown(run.metrics.get('metric')?.last ?? null))
      same(`${id} status`, node.buggy ? 'failed' : 'finished', run.status)
      same(`${id} start`, node.made, run.startedAt)
      same(`${id} end`, node.ended, run.endedAt)
      same(`${id} error`, node.error, run.tags.get('failure') ?? null)
      same(`${id} code`, `sha256:${node.code.slice(0, 16)}`, run.params.get('code'))
      const artifacts: string[] = []
      for await (const found of source.artifacts(run.key))
        artifacts.push(isGap(found) ? found.why : found.path)
      same(`${id} artifacts`, node.best ? ['best_solution.py'] : [], artifacts)
      if (node.maximize !== null)
        same(
          `${id} direction`,
          { name: 'metric', greaterIsBetter: node.maximize },
          experiments.get(node.journal)?.primaryMetric,
        )
    }
  }
}

function shown(value: DumpedNode['value']): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return value === null ? null : value.float
}

process.exitCode = await main(process.argv[2] ?? '')
