import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { z } from 'zod'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import type { Run } from '../../src/runs/run.ts'
import type { RunSource } from '../../src/runs/run-source.ts'
import { tensorboard } from '../../src/runs/sources/tensorboard/tensorboard.ts'

const dumpedFolder = z.object({
  path: z.string(),
  points: z.record(z.string(), z.array(z.tuple([z.string(), z.string(), z.string()]))),
  texts: z.record(z.string(), z.array(z.string())),
  params: z.record(z.string(), z.tuple([z.string(), z.string()])),
  media: z.number(),
})

type DumpedFolder = z.infer<typeof dumpedFolder>

interface Comparison {
  readonly folders: number
  readonly runs: number
  readonly points: number
  readonly params: number
  readonly texts: number
  readonly gaps: number
  readonly differences: readonly string[]
}

const SHOWN = 20

/**
 * Compares every log of the manifest with what TensorBoard's EventAccumulator read of it: each value of each tag with its step and time
 * (by the folder and tag that it stands in, whatever runs narrate makes of them), hyper-parameters and texts.
 */
async function main(manifest: string): Promise<number> {
  const world = makeWorld(process)
  const compared: { readonly name: string; readonly comparison: Comparison }[] = []
  for (const line of (await readFile(manifest, 'utf8')).split('\n').filter(Boolean)) {
    const [name = '', path = '', dump = ''] = line.split('\t')
    const source = await tensorboard.open(path, 'events', world)
    const folders = (await readFile(dump, 'utf8')).split('\n').filter(Boolean)
    compared.push({
      name,
      comparison: await compare(
        source,
        folders.map((each) => dumpedFolder.parse(JSON.parse(each))),
      ),
    })
    await source.close()
  }
  const table = new Table({
    head: ['log', 'folders', 'runs', 'points', 'parameters', 'texts', 'gaps', 'differences'],
    style: { head: [], border: [] },
  })
  for (const { name, comparison } of compared) {
    const { folders, runs, points, params, texts, gaps, differences } = comparison
    table.push([name, folders, runs, points, params, texts, gaps, differences.length])
  }
  world.stdout.write(`${table.toString()}\n`)
  const different = compared.flatMap(({ name, comparison }) =>
    comparison.differences.map((difference) => `${name}: ${difference}`),
  )
  for (const difference of different.slice(0, SHOWN)) world.stdout.write(`  ${difference}\n`)
  if (different.length > SHOWN) world.stdout.write(`  and ${different.length - SHOWN} more\n`)
  return different.length === 0 ? 0 : 1
}

async function compare(source: RunSource, folders: readonly DumpedFolder[]): Promise<Comparison> {
  const differences: string[] = []
  const runs: Run[] = []
  let gaps = 0
  for await (const run of source.readAll({ withHistory: true })) {
    if (isGap(run)) gaps += 1
    else {
      runs.push(run)
      gaps += run.gaps.length
    }
  }

  // All points that narrate tells, by the folder they stand in and the metric.
  const ours = new Map<string, Map<string, string[]>>()
  for (const run of runs)
    for (const metric of run.metrics.keys())
      for await (const point of source.history(run.key, metric)) {
        if (isGap(point)) {
          gaps += 1
          continue
        }
        const { file } = point.origin
        const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
        const metrics = ours.get(folder) ?? new Map<string, string[]>()
        ours.set(folder, metrics)
        const list = metrics.get(metric) ?? []
        metrics.set(metric, list)
        list.push(`${point.step} ${point.time} ${point.value}`)
      }

  let points = 0
  for (const { path, points: tags } of folders) {
    const metrics = ours.get(path) ?? new Map<string, string[]>()
    for (const [tag, values] of Object.entries(tags)) {
      points += values.length
      const metric = [tag, ...metrics.keys()].find((name) => metrics.has(name) && isOf(name, tag))
      const found = metrics.get(metric ?? '') ?? []
      metrics.delete(metric ?? '')
      const theirs = values.map(
        ([step, time, value]) => `${Number(step)} ${Math.round(Number(time) * 1000)} ${numberOf(value)}`,
      )
      const [left, right] = [theirs.sort(), found.sort()]
      if (left.length !== right.length)
        differences.push(`${path} ${tag}: ${left.length} values, narrate ${right.length}`)
      else
        left.forEach((value, index) => {
          if (value !== right[index]) differences.push(`${path} ${tag}: ${value}, narrate ${right[index]}`)
        })
    }
    for (const metric of metrics.keys()) differences.push(`${path}: narrate has ${metric}, TensorBoard not`)
    ours.delete(path)
  }
  for (const path of ours.keys()) differences.push(`${path}: narrate has values, TensorBoard not`)

  let params = 0
  let texts = 0
  for (const folder of folders) {
    // What a folder says may be told of the run it is a part of.
    const owners = runs.filter(({ origins }) =>
      [...origins.params.values(), ...origins.metrics.values(), origins.run].some(
        ({ file }) => file.startsWith(folder.path) && !file.slice(folder.path.length + 1).includes('/'),
      ),
    )
    for (const [name, [kind, value]] of Object.entries(folder.params)) {
      params += 1
      const told = owners.map((run) => run.params.get(name))
      const same = (text: string | undefined) =>
        text !== undefined &&
        (kind === 'number_value'
          ? Object.is(Number(text), numberOf(value))
          : kind === 'bool_value'
            ? text === value.toLowerCase()
            : text === value)
      if (!told.some(same)) differences.push(`${folder.path} parameter ${name}: ${value}, narrate ${told}`)
    }
    for (const [tag, lines] of Object.entries(folder.texts)) {
      texts += 1
      const text = lines.join('').slice(0, 1000)
      const name = tag.replace(/\/text_summary$/, '')
      const isTold = owners.some((run) =>
        [...run.tags].some(
          ([tagged, told]) =>
            isOf(tagged, name) &&
            told.replaceAll(' | ', '').replaceAll('\n', '').startsWith(text.replaceAll('\n', '')),
        ),
      )
      // A text may hold the parameters instead.
      const isSettings = owners.some(({ params: told }) =>
        [...told.keys()].some((each) => text.includes(each)),
      )
      if (!isTold && !isSettings)
        differences.push(`${folder.path} text ${tag}: ${text.slice(0, 60)}, narrate has it not`)
    }
  }
  return { folders: folders.length, runs: runs.length, points, params, texts, gaps, differences }
}

/** Whether a metric is named for a tag: itself, below the name of a part, or as one curve of several. */
function isOf(metric: string, tag: string): boolean {
  return metric === tag || metric.endsWith(`/${tag}`) || metric.startsWith(`${tag}/`)
}

function numberOf(written: string): number {
  const word = /^(-?)(inf|nan)$/.exec(written)
  if (word === null) return Number(written)
  return word[2] === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity
}

process.exitCode = await main(process.argv[2] ?? '')
