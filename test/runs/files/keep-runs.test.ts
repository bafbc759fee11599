import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { gap, isGap } from '../../../src/gap.ts'
import { decodeRun, encodeRun } from '../../../src/runs/files/encode-run.ts'
import { filesSource } from '../../../src/runs/files/files-source.ts'
import type { OpenOptions, RunSource } from '../../../src/runs/run-source.ts'
import { loadRunFolder } from '../../../src/runs/sources/folders/load-run-folder.ts'
import { findRunFolders } from '../../../src/runs/sources/folders/run-folders.ts'
import { makeRun } from '../../support/make-run.ts'
import { plainWorld, sorted } from '../../support/run-source-contract.ts'
import { type Random, seededRandom } from '../../support/seeded-random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { write } from '../../support/write-files.ts'

// What was written five milliseconds ago counts as settled, so that a test need not wait for seconds.
const SOON = 2_095
const TICK = 12

interface Counted {
  readonly source: RunSource
  readonly loads: () => number
}

function openCounted(root: string, options: OpenOptions): Counted {
  let loads = 0
  const world = { ...plainWorld(root), now: () => Date.now() + SOON }
  const source = filesSource(
    {
      kind: 'folders',
      alias: 'logs',
      location: root,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      places: () => findRunFolders(root),
      load: async (place, reading) => {
        loads += 1
        return loadRunFolder(place, reading, 'UTC')
      },
    },
    world,
    options,
  )
  return { source, loads: () => loads }
}

async function answersOf({ source }: Counted): Promise<unknown> {
  const listed = await sorted(source.list({ withHistory: true }))
  const read = await sorted(source.readAll({ order: 'newest' }))
  const failed = await sorted(source.list({ statuses: ['failed'] }))
  const experiments = await sorted(source.experiments())
  await source.close()
  return { listed, read, failed, experiments }
}

const numbers: readonly [string, ...string[]] = [
  '0.25',
  '1e-05',
  'NaN',
  '-Infinity',
  '-0.0',
  '[1, 2, NaN]',
  '123456789012345678',
]
const statuses: readonly [string, ...string[]] = ['failed', 'finished', 'running', 'odd']

async function writeRun(root: string, name: string, random: Random): Promise<void> {
  await write(join(root, 'experiments', name), {
    'params.json': `{"lr": ${random.pick(numbers)}, "model": "m${random.whole(0, 9)}"}`,
    'metrics.json': `{"loss": ${random.pick(numbers)}, "val": {"auc": ${random.pick(numbers)}}}`,
    'metadata.yaml': `status: ${random.pick(statuses)}\nstarted_at: 2026-11-0${random.whole(1, 9)}\n`,
  })
}

async function edit(root: string, random: Random): Promise<string> {
  const folder = join(root, 'experiments')
  const names = await readdir(folder)
  const [name = 'run-0'] = random.shuffled(names)
  const file = join(folder, name, random.pick(['params.json', 'metrics.json', 'metadata.yaml']))
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  switch (exists ? random.whole(0, 9) : 0) {
    case 0:
      await writeRun(root, `run-${random.whole(0, 12)}`, random)
      return 'a run written'
    case 1:
    case 2: {
      // Another digit in place, and the time of the write put back.
      const { atime, mtime } = await stat(file)
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.replace(/\d/, String(random.whole(0, 9))))
      await utimes(file, atime, mtime)
      return `${file} edited in place, its time put back`
    }
    case 3: {
      const { atime, mtime } = await stat(file)
      await writeFile(`${file}.new`, (await readFile(file, 'utf8')).replace(/\d/, String(random.whole(0, 9))))
      await utimes(`${file}.new`, atime, mtime)
      await rename(`${file}.new`, file)
      return `${file} replaced by another of its size and time`
    }
    case 4:
      await rm(file)
      return `${file} removed`
    case 5:
      if (names.length > 2) await rm(join(folder, name), { recursive: true })
      return `${name} removed`
    case 6:
      await rename(join(folder, name), join(folder, `moved-${random.whole(0, 99)}`)).catch(() => {})
      return `${name} moved`
    case 7:
      await writeFile(file, (await readFile(file)).subarray(0, random.whole(0, 40)))
      return `${file} cut`
    case 8:
      await writeFile(join(folder, name, 'requirements.txt'), 'torch\n')
      return `${name} has its packages`
    default:
      await mkdir(join(folder, name, 'empty'), { recursive: true })
      return `${name} has a folder more`
  }
}

async function spoil(cache: string, random: Random): Promise<void> {
  const [name] = (await readdir(cache)).filter((each) => each.endsWith('.sqlite'))
  if (name === undefined) return
  const file = join(cache, name)
  const bytes = await readFile(file)
  const kind = random.whole(0, 3)
  if (kind === 0) await writeFile(file, bytes.subarray(0, random.whole(0, bytes.length)))
  else if (kind === 1) await writeFile(file, 'no database at all')
  else {
    for (let flip = 0; flip < 30; flip += 1) {
      const at = random.whole(0, bytes.length - 1)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7))
    }
    await writeFile(file, bytes)
  }
}

describe('what was read before', () => {
  it('gives the answers of a first look, however the logs are edited and the cache is spoilt', {
    timeout: 120_000,
  }, async () => {
    const random = seededRandom(611)
    const root = await temporaryFolder()
    const folder = join(await temporaryFolder(), 'cache', 'runs')
    const cache = { folder, stamp: '1' }
    for (let run = 0; run < 8; run += 1) await writeRun(root, `run-${run}`, random)
    let first = 0
    let again = 0
    for (let round = 0; round < 120; round += 1) {
      const said = round % 3 === 0 ? 'nothing' : await edit(root, random)
      if (random.chance(0.1)) await spoil(folder, random)
      await setTimeout(TICK)
      const fresh = openCounted(root, {})
      const known = openCounted(root, { cache })
      expect(await answersOf(known), `${round}: ${said}`).toEqual(await answersOf(fresh))
      first += fresh.loads()
      again += known.loads()
    }
    expect(again).toBeLessThan(first / 2)
  })

  it('reads nothing again where nothing has changed, and one run where one has', async () => {
    const random = seededRandom(7)
    const root = await temporaryFolder()
    const cache = { folder: join(await temporaryFolder(), 'runs'), stamp: '1' }
    for (let run = 0; run < 5; run += 1) await writeRun(root, `run-${run}`, random)
    await setTimeout(TICK)
    const loadsOf = async (options: OpenOptions) => {
      const counted = openCounted(root, options)
      await answersOf(counted)
      return counted.loads()
    }
    expect(await loadsOf({ cache })).toBe(5)
    expect(await loadsOf({ cache })).toBe(0)
    await writeFile(join(root, 'experiments/run-3/metrics.json'), '{"loss": 1}')
    await setTimeout(TICK)
    expect(await loadsOf({ cache })).toBe(1)
    expect(await loadsOf({ cache: { ...cache, stamp: '2' } })).toBe(5)
    expect(await loadsOf({ cache: { ...cache, stamp: '2' }, fields: { name: 'x' } })).toBe(5)
  })

  it('is not believed for files written just now: they may change again within the same tick', async () => {
    const root = await temporaryFolder()
    const cache = { folder: join(await temporaryFolder(), 'runs'), stamp: '1' }
    await writeRun(root, 'run-0', seededRandom(1))
    for (const path of ['experiments/run-0/params.json', 'experiments/run-0/metrics.json'])
      await utimes(join(root, path), Date.now() / 1000 + 3600, Date.now() / 1000 + 3600)
    for (const _ of [1, 2]) {
      const counted = openCounted(root, { cache })
      await sorted(counted.source.list({}))
      await counted.source.close()
      expect(counted.loads()).toBeGreaterThan(0)
    }
  })

  it('forgets runs that are gone', async () => {
    const root = await temporaryFolder()
    const folder = join(await temporaryFolder(), 'runs')
    const cache = { folder, stamp: '1' }
    await writeRun(root, 'a-run-with-a-name', seededRandom(1))
    await writeRun(root, 'another', seededRandom(2))
    await setTimeout(TICK)
    const holds = async () => {
      const counted = openCounted(root, { cache })
      await answersOf(counted)
      const { DatabaseSync } = await import('node:sqlite')
      const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.sqlite'))
      const database = new DatabaseSync(join(folder, name), { readOnly: true })
      const ids = database
        .prepare('SELECT DISTINCT id FROM run ORDER BY id')
        .all()
        .map(({ id }) => id)
      database.close()
      return ids
    }
    expect(await holds()).toEqual(['experiments/a-run-with-a-name', 'experiments/another'])
    await rm(join(root, 'experiments/a-run-with-a-name'), { recursive: true })
    expect(await holds()).toEqual(['experiments/another'])
  })

  it('is done without where its folder cannot be made', async () => {
    const root = await temporaryFolder({ file: 'in the way' })
    await writeRun(root, 'run-0', seededRandom(1))
    const counted = openCounted(root, { cache: { folder: join(root, 'file', 'cache'), stamp: '1' } })
    const { values } = await sorted(counted.source.list({}))
    expect(values.filter((value) => !isGap(value))).toHaveLength(1)
    await counted.source.close()
  })

  it('is the same run after it was written down and read', () => {
    const { artifacts: _, ...run } = makeRun({
      id: 'r1',
      params: { lr: '1e-05', __proto__x: 'x' },
      metrics: { loss: Number.NaN, auc: -0, big: Number.NEGATIVE_INFINITY },
    })
    for (const open of [
      null,
      { newest: null, cut: [] },
      { newest: 1_763_600_000_000.5, cut: [gap('a', 'b', 'c')] },
    ]) {
      const known = { run, lastLogged: 1_763_600_000_000.5, open }
      expect(decodeRun(encodeRun(known))).toEqual(known)
    }
  })
})
