import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { comet } from '../../src/runs/sources/comet/comet.ts'

const SHOWN = 20

type Plain = boolean | number | string | { readonly float: string }

/** An experiment as `write_comet.py` says it logged it. */
interface Logged {
  readonly comet: string
  readonly key: string
  readonly name: string
  readonly project: string
  readonly params: Readonly<Record<string, Plain>>
  readonly metrics: Readonly<Record<string, readonly (readonly [number, Plain])[]>>
  readonly tags: readonly string[]
  readonly others: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, number>>
}

/** Compares every archive in a folder with what the script that wrote it logged, and fails where anything differs. */
async function main(folder: string, dump: string): Promise<number> {
  const world = makeWorld(process)
  const differences: string[] = []
  let compared = 0
  const same = (what: string, theirs: unknown, ours: unknown): void => {
    compared += 1
    const [left, right] = [JSON.stringify(theirs), JSON.stringify(ours)]
    if (left !== right) differences.push(`${what}: logged ${left}, narrate ${right}`)
  }
  const logged: readonly Logged[] = (await readFile(dump, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const source = await comet.open(folder, 'comet', world)
  let gaps = 0
  let count = 0
  for await (const found of source.list({})) {
    if (isGap(found)) gaps += 1
    else count += 1
  }
  same('number of experiments', logged.length, count)
  for (const each of logged) {
    const run = await source.read(`comet:${each.key}`)
    gaps += run.gaps.length
    same(`${each.name} name`, each.name, run.name)
    same(
      `${each.name} project`,
      [`lab/${each.project}`, each.project],
      [run.experiment.id, run.experiment.name],
    )
    same(`${each.name} status`, 'finished', run.status)
    same(`${each.name} note`, each.others.Notes ?? null, run.note)
    // What Comet adds of the command line is no setting of the script's.
    const own = [...run.params.keys()].filter((name) => !name.startsWith('run_arg_'))
    same(`${each.name} parameters`, Object.keys(each.params).sort(), own)
    for (const [name, value] of Object.entries(each.params)) {
      const ours = run.params.get(name) ?? ''
      // JSON has no numbers beyond 2^53 here; their text is compared.
      same(
        `${each.name} parameter ${name}`,
        typeof value === 'number' ? value : String(value),
        typeof value === 'number' ? Number(ours) : ours,
      )
    }
    same(`${each.name} metrics`, Object.keys(each.metrics).sort(), [...run.metrics.keys()])
    for (const [name, points] of Object.entries(each.metrics)) {
      const ours: (readonly [number | null, number | string])[] = []
      for await (const point of source.history(run.key, name))
        if (!isGap(point))
          ours.push([point.step, Number.isFinite(point.value) ? point.value : String(point.value)])
      compared += points.length - 1
      same(
        `${each.name} ${name}`,
        points.map(([step, value]) => [step, typeof value === 'object' ? value.float : value]),
        ours,
      )
    }
    for (const tag of each.tags) same(`${each.name} tag ${tag}`, 'true', run.tags.get(tag))
    for (const [name, value] of Object.entries(each.others))
      if (name !== 'Notes') same(`${each.name} other ${name}`, value, run.tags.get(name))
    const artifacts: Record<string, number> = {}
    for await (const found of source.artifacts(run.key)) if (!isGap(found)) artifacts[found.path] = found.size
    for (const [name, size] of Object.entries(each.files))
      same(`${each.name} file ${name}`, size, artifacts[name])
  }
  await source.close()
  const table = new Table({
    head: ['comet_ml', 'experiments', 'values compared', 'gaps', 'differences'],
    style: { head: [], border: [] },
  })
  table.push([logged[0]?.comet ?? '', logged.length, compared, gaps, differences.length])
  world.stdout.write(`${table.toString()}\n`)
  for (const difference of differences.slice(0, SHOWN)) world.stdout.write(`${difference}\n`)
  return differences.length === 0 && gaps === 0 && logged.length > 0 ? 0 : 1
}

process.exitCode = await main(process.argv[2] ?? '', process.argv[3] ?? '')
