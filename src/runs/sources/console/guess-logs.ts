import { fstatSync, readSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { withOpenFile } from '../../files/read-text.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import { isLogName } from './find-logs.ts'
import { READY_MADE } from './ready-made.ts'
import { withoutPrefix } from './without-prefix.ts'

/** Logs of one shape that lie alike: what `at` and `lines` of narrate.yaml would say, how many they are, and a line of one of them. */
export interface GuessedLogs {
  /** A file or a glob, absolute. */
  readonly location: string
  readonly lines: string
  readonly files: number
  readonly example: string
}

const DEEPEST = 4
const MOST_FILES = 400
const LOOKED_AT = 64 * 1024
const FEWEST_LINES = 3
const LONGEST_LINE = 400
const OTHER_TRACKERS: ReadonlySet<string> = new Set([
  'wandb',
  'mlruns',
  'mlartifacts',
  'aim',
  'catboost_info',
])

/** Logs below a folder that look like a training's, for a person to judge. */
export async function guessLogs(directory: string, world: World): Promise<readonly GuessedLogs[]> {
  const root = resolve(world.cwd, directory)
  const found: { readonly path: string; readonly shape: Shape }[] = []
  let looked = 0
  const enter = (name: string) => !isNoLogFolder(name) && !OTHER_TRACKERS.has(name)
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) continue
    for (const file of folder.files.filter((name) => isLogName(name) && !isOfGepa(name, folder.files))) {
      looked += 1
      if (looked > MOST_FILES) break
      const path = join(folder.path, file)
      const shape = await guessShape(path)
      if (shape !== null) found.push({ path, shape })
    }
  }
  return [
    ...Map.groupBy(found, ({ path, shape }) => `${shape.lines} ${globOf(path, found)}`).values(),
  ].flatMap((alike) => {
    const [first] = alike
    if (first === undefined) return []
    const { path, shape } = first
    const location = alike.length === 1 ? path : globOf(path, found)
    return [{ location, lines: shape.lines, files: alike.length, example: shape.example }]
  })
}

/** GEPA's log for people, which is read with its run directory. */
function isOfGepa(file: string, beside: readonly string[]): boolean {
  return file === 'run_log.txt' && (beside.includes('gepa_state.bin') || beside.includes('candidates.json'))
}

interface Shape {
  /** The name of a ready-made shape. */
  readonly lines: string
  readonly example: string
}

/** The ready-made shape that most lines at the beginning and the end of a file have; null where hardly any has one. */
export async function guessShape(path: string): Promise<Shape | null> {
  const read = await withOpenFile(path, async (file) => {
    const { size } = fstatSync(file)
    const part = (from: number): string => {
      const bytes = Buffer.alloc(LOOKED_AT)
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, LOOKED_AT, from))
    }
    return size <= LOOKED_AT ? [part(0)] : [part(0), part(size - LOOKED_AT)]
  })
  if ('kind' in read) return null
  const lines = read.flatMap((text) => text.split(/[\r\n]+/).slice(0, -1))
  let best: { readonly shape: Shape; readonly count: number } | null = null
  for (const [name, pattern] of READY_MADE) {
    const matching = lines.filter((line) => {
      if (line.length > LONGEST_LINE) return false
      return withoutPrefix(stripVTControlCharacters(line).trimEnd()).said.some(
        (said) => (pattern(said)?.metrics.length ?? 0) > 0,
      )
    })
    const [example = ''] = matching.slice(-1)
    if (matching.length >= FEWEST_LINES && matching.length > (best?.count ?? 0))
      best = { shape: { lines: name, example: example.trim() }, count: matching.length }
  }
  return best?.shape ?? null
}

/** The glob for a log and its like: the same name in sister folders, else what lies in its folder with its ending. */
function globOf(path: string, found: readonly { readonly path: string }[]): string {
  const above = dirname(dirname(path))
  const isSister = (other: string): boolean =>
    other !== path && basename(other) === basename(path) && dirname(dirname(other)) === above
  if (found.some(({ path: other }) => isSister(other))) return join(above, '*', basename(path))
  return join(dirname(path), `*${/\.[^.]+$/.exec(basename(path))?.[0] ?? ''}`)
}
