import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import process from 'node:process'
import Table from 'cli-table3'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import {
  isLooseList,
  isLooseMap,
  isLooseNumber,
  type LooseJson,
  numberOfLoose,
  parseLooseJson,
  textOfLoose,
} from '../../src/runs/files/loose-json.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'

const SHOWN = 20

interface Compared {
  readonly name: string
  runs: number
  values: number
  points: number
  gaps: number
  readonly differences: string[]
}

/**
 * Compares every value that wandb's own reader found in the logs of a folder with what narrate reads there. Arguments: a name and the file that
 * `read_wandb.py` wrote of it, again and again.
 */
async function main(args: readonly string[]): Promise<number> {
  const world = makeWorld(process)
  const compared: Compared[] = []
  for (let index = 0; index + 1 < args.length; index += 2)
    compared.push(await compareFolder(args[index] ?? '', args[index + 1] ?? ''))
  const table = new Table({
    head: ['logs', 'runs', 'values', 'points', 'gaps', 'differences'],
    style: { head: [], border: [] },
  })
  for (const { name, runs, values, points, gaps, differences } of compared)
    table.push([name, runs, values, points, gaps, differences.length])
  world.stdout.write(`${table.toString()}\n`)
  const differences = compared.flatMap((each) => each.differences.map((told) => `${each.name}: ${told}`))
  for (const each of differences.slice(0, SHOWN)) world.stdout.write(`${each}\n`)
  return differences.length === 0 && compared.every(({ runs }) => runs > 0) ? 0 : 1

  async function compareFolder(name: string, dump: string): Promise<Compared> {
    const found: Compared = { name, runs: 0, values: 0, points: 0, gaps: 0, differences: [] }
    const logs = (await readFile(dump, 'utf8')).split('\n').filter(Boolean).map(parse)
    const byRun = Map.groupBy(logs, (log) => runIdOf(textAt(log, 'path')))
    for (const [id, theirs] of byRun) {
      const root = dirname(dirname(textAt(theirs[0], 'path')))
      const source = await wandb.open(root, 'wandb', world)
      const run = await source.read(`wandb:${id}`)
      found.runs += 1
      found.gaps += run.gaps.length
      const same = (what: string, ours: unknown, expected: unknown): void => {
        found.values += 1
        if (!Object.is(ours, expected))
          found.differences.push(`${id} ${what}: ${String(ours)} and ${String(expected)}`)
      }
      const last = theirs.at(-1)
      const told = (field: string): string =>
        theirs.map((log) => textAt(mapAt(log, 'run'), field)).findLast((text) => text !== '') ?? ''
      same('project', run.experiment.name, told('project') || 'uncategorized')
      same('name', run.name, told('name') || id)
      same('note', run.note ?? '', told('notes'))
      same('host', run.tags.get('host') ?? '', told('host'))
      same('group', run.tags.get('group') ?? '', told('group'))
      same('job type', run.tags.get('job_type') ?? '', told('job_type'))
      same('start', run.startedAt, numberOfLoose(mapAt(theirs[0], 'run')?.get('start')))
      const labels = mapAt(last, 'run')?.get('tags')
      for (const label of isLooseList(labels) ? labels : [])
        same(`label ${textOf(label)}`, run.tags.get(textOf(label)), 'true')
      const exit = numberOfLoose(last?.get('exit'))
      // A process that was killed leaves an exit that it did not send; the gap says so.
      const wasLeft = run.gaps.some(({ what }) => what === 'how the run ended')
      same('status', run.status === 'running' ? 'unknown' : run.status, wasLeft ? 'unknown' : statusOf(exit))
      if (textAt(last, 'commit') !== '') same('commit', run.code.commit, textAt(last, 'commit'))
      if (textAt(last, 'username') !== '') same('user', run.user, textAt(last, 'username'))
      const alerts = last?.get('alerts')
      same('alerts', run.tags.get('alert') ?? '', (isLooseList(alerts) ? alerts.map(textOf) : []).join('; '))

      const config = new Map(theirs.flatMap((log) => pairsAt(log, 'config')))
      same('number of parameters', run.params.size, config.size)
      for (const [key, value] of config) {
        const ours = run.params.get(key)
        // A number keeps the text that W&B wrote it as; Python's reader gives its value.
        if (isLooseNumber(value) && ours !== value.source) same(`parameter ${key}`, Number(ours), value.value)
        else same(`parameter ${key}`, ours, isLooseNumber(value) ? value.source : textOf(value))
      }

      const points = new Map<string, (readonly [number, number | null, number])[]>()
      for (const log of theirs)
        for (const row of listAt(log, 'history')) {
          if (!isLooseList(row)) continue
          const [step, time, values] = row
          for (const pair of isLooseList(values) ? values : []) {
            if (!isLooseList(pair)) continue
            const metric = textOf(pair[0])
            const clock = numberOfLoose(time)
            const series = points.get(metric) ?? []
            series.push([
              numberOfLoose(step) ?? 0,
              clock === null ? null : Math.round(clock * 1000),
              numberOfLoose(pair[1]) ?? 0,
            ])
            points.set(metric, series)
          }
        }
      const summary = new Map(theirs.flatMap((log) => pairsAt(log, 'summary')))
      same('number of metrics', run.metrics.size, new Set([...points.keys(), ...summary.keys()]).size)
      for (const [metric, value] of summary)
        same(`summary ${metric}`, run.metrics.get(metric)?.last, numberOfLoose(value))
      for (const [metric, series] of points) {
        const ours: (readonly [number | null, number | null, number])[] = []
        for await (const point of source.history(run.key, metric))
          if (!isGap(point)) ours.push([point.step, point.time, point.value])
        same(`number of points of ${metric}`, ours.length, series.length)
        for (const [index, [step, time, value]] of series.entries()) {
          found.points += 1
          same(`${metric} step`, ours[index]?.[0], step)
          same(`${metric} time`, ours[index]?.[1], time)
          same(`${metric} value`, ours[index]?.[2], value)
        }
      }
      const printed = textAt(last, 'printed')
      if (printed !== '' && printed.length < 100_000) {
        const read = await source.readArtifact(run.key, 'output.log', { from: 'head', bytes: 1_000_000 })
        // A file that W&B wrote itself has terminal codes worked in.
        const isFile = await holdsFile(source, run.key)
        if (!isFile) same('printed', 'kind' in read ? read.why : Buffer.from(read).toString(), printed)
      }
      await source.close()
    }
    return found
  }
}

async function holdsFile(source: Awaited<ReturnType<typeof wandb.open>>, key: string): Promise<boolean> {
  for await (const found of source.artifacts(key))
    if (!isGap(found) && found.path === 'output.log') return found.origin.file.endsWith('output.log')
  return false
}

function statusOf(exit: number | null): string {
  if (exit === null) return 'unknown'
  return exit === 0 ? 'finished' : exit === 255 ? 'killed' : 'failed'
}

function runIdOf(path: string): string {
  return basename(path).slice('run-'.length, -'.wandb'.length)
}

type Told = ReadonlyMap<string, LooseJson>

function parse(line: string): Told {
  const parsed = parseLooseJson(line)
  if (parsed.kind === 'broken' || !isLooseMap(parsed.value)) throw new Error('the dump is no JSON')
  return parsed.value
}

function mapAt(told: Told | undefined, field: string): Told | undefined {
  const value = told?.get(field)
  return isLooseMap(value) ? value : undefined
}

function textAt(told: Told | undefined, field: string): string {
  const value = told?.get(field)
  return typeof value === 'string' ? value : ''
}

function listAt(told: Told, field: string): readonly LooseJson[] {
  const value = told.get(field)
  return isLooseList(value) ? value : []
}

function pairsAt(told: Told, field: string): readonly (readonly [string, LooseJson])[] {
  return listAt(told, field).flatMap((pair) =>
    isLooseList(pair) ? [[textOf(pair[0]), pair[1] ?? null] as const] : [],
  )
}

/** Python writes a number as `repr` does, and W&B as Go does: by value they are one. */
function textOf(value: LooseJson | undefined): string {
  if (value === undefined) return ''
  if (isLooseNumber(value) && Number.isSafeInteger(value.value)) return String(value.value)
  return textOfLoose(value)
}

process.exitCode = await main(process.argv.slice(2))
