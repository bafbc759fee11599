import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { makeWorld } from '../../src/cli/make-world.ts'
import { RUN_SOURCE_KINDS } from '../../src/runs/registry.ts'
import { type Comparison, compareStore, DELIBERATE } from './compare-store.ts'

const SHOWN = 20

/** Compares every store of the manifest that `run.sh` wrote, prints a table, and fails where anything differs. */
async function main(manifest: string): Promise<number> {
  const world = makeWorld(process)
  const kind = RUN_SOURCE_KINDS.find(({ name }) => name === 'mlflow')
  if (kind === undefined) throw new Error('no source called mlflow')
  const compared: { readonly name: string; readonly comparison: Comparison }[] = []
  for (const line of (await readFile(manifest, 'utf8')).split('\n').filter(Boolean)) {
    const [name = '', , path = '', dump = ''] = line.split('\t')
    const source = await kind.open(path, 'mlflow', world)
    compared.push({ name, comparison: await compareStore(source, dump) })
    await source.close()
  }

  const print = (text: string) => world.stdout.write(`${text}\n`)
  const table = new Table({
    head: [
      'store',
      'MLflow',
      'runs',
      'params',
      'tags',
      'metrics',
      'points',
      'registered',
      'gaps',
      'deliberate',
      'differences',
    ],
    style: { head: [], border: [] },
  })
  const deliberateIn = ({ deliberate }: Comparison) =>
    [...deliberate.values()].reduce((sum, count) => sum + count, 0)
  for (const { name, comparison: found } of compared)
    table.push([
      name,
      found.mlflow,
      found.runs,
      found.params,
      found.tags,
      found.metrics,
      found.points,
      found.registered,
      found.gaps,
      deliberateIn(found),
      found.differences.length,
    ])
  const total = (count: (comparison: Comparison) => number) =>
    compared.reduce((sum, { comparison }) => sum + count(comparison), 0)
  table.push([
    'all',
    '',
    total(({ runs }) => runs),
    total(({ params }) => params),
    total(({ tags }) => tags),
    total(({ metrics }) => metrics),
    total(({ points }) => points),
    total(({ registered }) => registered),
    total(({ gaps }) => gaps),
    total(deliberateIn),
    total(({ differences }) => differences.length),
  ])
  print(table.toString())

  print('\nDeliberate:')
  for (const [name, why] of Object.entries(DELIBERATE)) {
    const times = total(({ deliberate }) => [...deliberate].find(([counted]) => counted === name)?.[1] ?? 0)
    print(`  ${name} (${times} times): ${why}.`)
  }
  for (const { name, comparison } of compared) {
    for (const remark of comparison.remarks) print(`  ${name}: ${remark}.`)
    if (comparison.runsWithoutHistories > 0)
      print(
        `  ${name}: MLflow had no time for the histories of ${comparison.runsWithoutHistories} of ${comparison.runs} runs.`,
      )
  }
  for (const { name, comparison } of compared.filter((each) => each.comparison.differences.length > 0)) {
    print(`\nDifferences in ${name}:`)
    for (const difference of comparison.differences.slice(0, SHOWN)) print(`  ${difference}`)
    if (comparison.differences.length > SHOWN) print(`  … and ${comparison.differences.length - SHOWN} more`)
  }
  const failed = compared.filter(({ comparison }) => comparison.differences.length > 0).length
  print(`\n${compared.length - failed} passed, ${failed} failed`)
  return failed === 0 && compared.length > 0 ? 0 : 1
}

process.exitCode = await main(process.argv[2] ?? '')
