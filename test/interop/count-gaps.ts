// Opens every run log below each folder that is named, as `--source FOLDER` does, asks it everything, and prints what it holds and what of it cannot
// be read: node test/interop/count-gaps.ts FOLDER...
// With NARRATE_GAPS=FILE every gap is written there, too: a JSON object a line.
import { appendFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { findProject } from '../../src/cli/find-project.ts'
import { findSources } from '../../src/cli/open-sources.ts'
import type { Gap } from '../../src/gap.ts'
import { RUN_SOURCE_KINDS } from '../../src/runs/registry.ts'
import { readEverything } from '../support/read-everything.ts'
import { plainWorld } from '../support/run-source-contract.ts'

interface Reason {
  readonly first: Gap
  count: number
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`
const cell = (words: string) => words.replaceAll('|', '\\|').slice(0, 200)

async function main(folders: readonly string[]): Promise<void> {
  const keep = process.env.NARRATE_GAPS
  let text = row(['set', 'log', 'kind', 'runs', 'gaps', 'reasons']) + row(Array(6).fill('---'))
  for (const folder of folders) {
    const path = resolve(folder)
    const world = plainWorld(path)
    const set = `${basename(dirname(path))}/${basename(path)}`
    const { found, unread } = await findSources(await findProject(world), RUN_SOURCE_KINDS, world, [path])
    if (found.length + unread.length === 0) text += row([set, '–', '–', 0, 0, ''])
    for (const { what, where, why } of unread)
      text += row([set, cell(where), '–', 0, 1, cell(`${what}: ${why}`)])
    for (const { kind, location } of found) {
      const { runs, gaps, refused } = await readEverything(kind, location, world)
      const told = new Map(gaps.map((gap) => [JSON.stringify(gap), gap]))
      const reasons = new Map<string, Reason>()
      const at = relative(path, location) || '.'
      for (const gap of told.values()) {
        const known = reasons.get(gap.why)
        if (known === undefined) reasons.set(gap.why, { first: gap, count: 1 })
        else known.count += 1
        if (keep !== undefined)
          appendFileSync(keep, `${JSON.stringify({ set, log: at, of: kind.name, ...gap })}\n`)
      }
      const words = [...reasons.values()].map(
        ({ first, count }) => `${count} × ${cell(`${first.what} (${first.where}): ${first.why}`)}`,
      )
      text += row([
        set,
        cell(at),
        kind.name,
        runs.size,
        told.size,
        refused === null ? words.join('; ') : `refused: ${cell(refused.message)}`,
      ])
    }
  }
  process.stdout.write(text)
}

await main(process.argv.slice(2))
