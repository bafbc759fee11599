import { createHash } from 'node:crypto'
import type { World } from '../../../world.ts'
import { decodeSummary, encodeSummary, numberIn, numberOut, type Written } from '../../files/encode-run.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import { readFolder } from '../../files/folder.ts'
import { type Print, type RunMemory, rememberRuns, VALUES_HELD_BESIDE_CACHE } from '../../files/run-memory.ts'
import { oneOfEqual } from '../../one-of-equal.ts'
import type { OpenOptions } from '../../run-source.ts'
import type { ExperimentFolder } from './experiment-folder.ts'
import { type RunFiles, readRunFiles } from './run-files.ts'
import type { RunFolder, RunMeta } from './run-folder.ts'
import { isSystemTag } from './run-record.ts'
import { KIND } from './store-source.ts'

/** What was read of a file store's runs before, each believed only as long as none of its files has changed. */
export interface KeptRuns {
  /** A run's folder whose `meta.yaml` is as it was; null where it has to be read, which `keep` is then told of. */
  folder(
    experiment: ExperimentFolder,
    id: string,
  ): { readonly run: RunFolder | null; keep(read: RunFolder): void }
  /**
   * What a run's folder holds beside it, with the tags of MLflow's own that are wanted (or all). `isAnew`: its files are looked at again even where
   * lists look once.
   */
  files(run: RunFolder, systemTags: 'all' | readonly string[], isAnew?: boolean): RunFiles
  /** Tells where the folders of all runs are: others may be forgotten. */
  retain(places: ReadonlySet<string>): void
  close(): Promise<void>
}

/** A `meta.yaml` (not whole), or the files beside it (whole). */
type Kept = { readonly meta: RunMeta } | { readonly files: RunFiles }

const DEEPEST = 64

/** The memory of one store; without a cache every run is read each time. */
export async function openKeptRuns(
  store: { readonly root: string; readonly prefix: string; readonly alias: string },
  world: World,
  { cache, listsOnce = false }: OpenOptions,
): Promise<KeptRuns> {
  const { root, prefix, alias } = store
  if (cache === undefined)
    return {
      folder: () => ({ run: null, keep: () => {} }),
      files: ({ path, where }, systemTags) => readRunFiles(path, where, alias, systemTags),
      retain: () => {},
      close: async () => {},
    }
  const { cacheFile, keepRuns } = await import('../../files/keep-runs.ts')
  const now = () => world.now()
  const near = rememberRuns(
    now,
    (kept: Kept) =>
      'meta' in kept ? 0 : kept.files.params.size + kept.files.metrics.size + kept.files.tags.size,
    VALUES_HELD_BESIDE_CACHE,
  )
  const file = cacheFile(cache.folder, [KIND, alias, root, prefix])
  const memory: RunMemory<Kept> = keepRuns(file, cache.stamp, near, keptAs(alias), now)
  const prints = new Map<string, Print | null>()
  return {
    folder(experiment, id) {
      const where = `${experiment.where}/${id}`
      const path = `${experiment.path}/${id}`
      const print = fingerprintOf([`${path}/meta.yaml`])
      const known = memory.recall(where, print, false)
      return {
        run: known !== null && 'meta' in known ? { id, experiment, path, where, meta: known.meta } : null,
        keep: ({ meta }) => memory.keep(where, print, false, { meta }),
      }
    },
    files(run, systemTags, isAnew = false) {
      const print = (isAnew ? null : prints.get(run.path)) ?? printOf(run.path)
      if (listsOnce) prints.set(run.path, print)
      const known = print === null ? null : memory.recall(run.where, print, true)
      const files =
        known !== null && 'files' in known ? known.files : readRunFiles(run.path, run.where, alias, 'all')
      if (print !== null && known === null) memory.keep(run.where, print, true, { files })
      if (systemTags === 'all') return files
      // What is wrong with a tag that is not asked for is not told.
      if (files.gaps.some(({ what }) => what.startsWith('tag ')))
        return readRunFiles(run.path, run.where, alias, systemTags)
      const tags = [...files.tags].filter(([name]) => !isSystemTag(name) || systemTags.includes(name))
      return { ...files, tags: new Map(tags) }
    },
    retain: (places) => memory.retain(places),
    close: () => memory.close(),
  }
}

/** The fingerprint of all files and folders that a run's parameters, tags and metrics lie in; null where they are nested too deep. */
function printOf(path: string): Print | null {
  const paths = [path]
  const walk = (folder: string, depth: number): boolean => {
    paths.push(folder)
    const read = readFolder(folder)
    if (read.kind !== 'entries') return depth === 0
    if (depth > DEEPEST) return false
    return read.entries.every((entry) => {
      const inner = `${folder}/${entry.name}`
      if (entry.isDirectory()) return walk(inner, depth + 1)
      paths.push(inner)
      return true
    })
  }
  if (!['params', 'tags', 'metrics'].every((name) => walk(`${path}/${name}`, 0))) return null
  const { text, changed } = fingerprintOf(paths)
  const digest = createHash('sha256')
  for (const one of paths) digest.update(`${one.slice(path.length)}\0`)
  return { text: digest.update(text).digest('hex'), changed }
}

interface Encoded {
  readonly meta?: RunMeta
  readonly where?: string
  readonly params?: readonly (readonly [string, string])[]
  readonly tags?: readonly (readonly [string, string])[]
  /** A metric's name, the line of its last value, then its summary. */
  readonly metrics?: readonly (readonly [string, number, ...Written[]])[]
  readonly lastLogged?: Written
  readonly gaps?: RunFiles['gaps']
}

/** Where a value was read follows from its name: it has a file of its own. */
function keptAs(alias: string): {
  readonly encode: (kept: Kept) => string
  readonly decode: (text: string) => Kept
} {
  const same = oneOfEqual()
  return {
    encode(kept) {
      if ('meta' in kept) return JSON.stringify({ meta: kept.meta } satisfies Encoded)
      const { params, tags, metrics, lastLogged, gaps, origins, where } = kept.files
      return JSON.stringify({
        where,
        params: [...params],
        tags: [...tags],
        metrics: [...metrics].map(([name, summary]) => [
          name,
          origins.metrics.get(name)?.line ?? 0,
          ...encodeSummary(summary),
        ]),
        lastLogged: numberOut(lastLogged),
        gaps,
      } satisfies Encoded)
    },
    decode(text) {
      const read: Encoded = JSON.parse(text)
      if (read.meta !== undefined) return { meta: read.meta }
      const { where = '', params = [], tags = [], metrics = [], lastLogged = null, gaps = [] } = read
      const pairs = (texts: readonly (readonly [string, string])[]): Map<string, string> =>
        new Map(texts.map(([name, value]) => [same(name), same(value)]))
      return {
        files: {
          where,
          params: pairs(params),
          tags: pairs(tags),
          metrics: new Map(metrics.map(([name, , ...numbers]) => [same(name), decodeSummary(numbers)])),
          lastLogged: numberIn(lastLogged),
          gaps,
          origins: {
            params: new Map(
              params.map(([name]) => [same(name), { source: alias, file: `${where}/params/${name}` }]),
            ),
            metrics: new Map(
              metrics.map(([name, line]) => [
                same(name),
                { source: alias, file: `${where}/metrics/${name}`, line },
              ]),
            ),
          },
        },
      }
    },
  }
}
