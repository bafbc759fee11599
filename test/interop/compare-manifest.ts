import { readFile } from 'node:fs/promises'
import Table from 'cli-table3'
import type { World } from '../../src/world.ts'

const SHOWN = 20

/** What comparing one log with what its own tool read of it gave. */
export interface Comparison {
  /** What else the table tells of it, under `heads`. */
  readonly cells: readonly (string | number)[]
  readonly compared: number
  readonly gaps: number
  readonly differences: readonly string[]
}

/**
 * Compares each log of a manifest (lines of name, path and dump, between tabs), prints a table and the first differences. The exit code: 1 where anything
 * differs, something could not be read, or nothing was there.
 */
export async function compareManifest(
  manifest: string,
  heads: readonly string[],
  compare: (path: string, dump: string) => Promise<Comparison>,
  { stdout }: Pick<World, 'stdout'>,
): Promise<number> {
  const table = new Table({
    head: [...heads, 'values compared', 'gaps', 'differences'],
    style: { head: [], border: [] },
  })
  const all: { readonly name: string; readonly comparison: Comparison }[] = []
  for (const line of (await readFile(manifest, 'utf8')).split('\n').filter(Boolean)) {
    const [name = '', path = '', dump = ''] = line.split('\t')
    all.push({ name, comparison: await compare(path, dump) })
  }
  for (const { name, comparison: found } of all)
    table.push([name, ...found.cells, found.compared, found.gaps, found.differences.length])
  stdout.write(`${table.toString()}\n`)
  for (const { name, comparison } of all)
    for (const difference of comparison.differences.slice(0, SHOWN)) stdout.write(`${name}: ${difference}\n`)
  const failed = all.filter(({ comparison }) => comparison.differences.length > 0 || comparison.gaps > 0)
  stdout.write(`\n${all.length - failed.length} passed, ${failed.length} failed\n`)
  return failed.length === 0 && all.length > 0 ? 0 : 1
}
