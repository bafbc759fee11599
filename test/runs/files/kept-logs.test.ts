import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { OpenOptions, RunSourceKind } from '../../../src/runs/run-source.ts'
import { folders } from '../../../src/runs/sources/folders/folders.ts'
import { gepa } from '../../../src/runs/sources/gepa/gepa.ts'
import { ledger } from '../../../src/runs/sources/ledger/ledger.ts'
import { mlflow } from '../../../src/runs/sources/mlflow/mlflow.ts'
import { tensorboard } from '../../../src/runs/sources/tensorboard/tensorboard.ts'
import { trainer } from '../../../src/runs/sources/trainer/trainer.ts'
import { wandb } from '../../../src/runs/sources/wandb/wandb.ts'
import { plainWorld, sorted } from '../../support/run-source-contract.ts'
import { type Random, seededRandom } from '../../support/seeded-random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../../support/write-events.ts'
import { write } from '../../support/write-files.ts'
import { writeRunDirectories } from '../sources/gepa/write-run-directory.ts'
import { CONTRACT_FILES } from '../sources/wandb/contract-runs.ts'
import { writeWandb } from '../sources/wandb/write-runs.ts'

// What was written five milliseconds ago counts as settled, so that a test need not wait for seconds.
const SOON = 2_095
const TICK = 12
const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** Every kind of log that lies in files: how one comes into a folder, and where to. */
const LOGS: readonly { kind: RunSourceKind; write(folder: string): Promise<string> }[] = [
  {
    kind: mlflow,
    async write(folder) {
      await cp(join(FIXTURES, 'decisions/lost-pet/mlruns'), join(folder, 'mlruns'), { recursive: true })
      return join(folder, 'mlruns')
    },
  },
  { kind: wandb, write: (folder) => writeWandb(folder, CONTRACT_FILES) },
  {
    kind: tensorboard,
    async write(folder) {
      for (const run of ['one', 'two', 'three'])
        await writeEvents(folder, `logs/${run}/events.out.tfevents.1772440000.box.1.0`, [
          fileVersion(1_772_440_000),
          ...[1, 2, 3].map((step) =>
            event({ time: 1_772_440_000 + step, step, values: [simpleValue('loss', 1 / step)] }),
          ),
        ])
      return join(folder, 'logs')
    },
  },
  {
    kind: trainer,
    async write(folder) {
      await write(join(folder, 'lightning_logs'), {
        'version_0/metrics.csv': 'epoch,step,loss\n0,9,0.75\n1,19,0.5\n',
        'version_0/hparams.yaml': 'lr: 1e-05\n',
        'version_1/metrics.csv': 'epoch,step,loss\n0,9,0.25\n',
        'version_1/hparams.yaml': 'lr: 0.1\n',
      })
      return join(folder, 'lightning_logs')
    },
  },
  { kind: gepa, write: writeRunDirectories },
  {
    kind: folders,
    async write(folder) {
      for (const [run, lr] of Object.entries({ one: 0.1, two: 0.2, three: 0.3 }))
        await write(join(folder, 'experiments', run), {
          'params.json': JSON.stringify({ lr }),
          'metrics.json': JSON.stringify({ loss: [lr, lr / 2] }),
          'metadata.yaml': `status: completed\nstarted_at: 2026-11-0${lr * 10}\n`,
        })
      return join(folder, 'experiments')
    },
  },
  {
    kind: ledger,
    async write(folder) {
      await write(folder, {
        'experiments.jsonl': [1, 2, 3]
          .map((run) => `{"id": "r${run}", "params": {"lr": 0.${run}}, "metrics": {"auc": 0.8${run}}}\n`)
          .join(''),
      })
      return join(folder, 'experiments.jsonl')
    },
  },
]

async function answersOf(kind: RunSourceKind, location: string, options: OpenOptions): Promise<unknown> {
  const world = { ...plainWorld(location), now: () => Date.now() + SOON }
  let source: Awaited<ReturnType<RunSourceKind['open']>>
  try {
    source = await kind.open(location, 'logs', world, options)
  } catch (error) {
    // Nothing is left that can be opened: the same is said with and without a cache.
    return String(error)
  }
  try {
    return {
      first: await sorted(source.list({ order: 'newest', limit: 2 })),
      listed: await sorted(source.list({ withHistory: true })),
      since: await sorted(source.list({ activeSince: Date.UTC(2026, 10, 2) })),
      read: await sorted(source.readAll({ includeDeleted: true })),
    }
  } finally {
    await source.close()
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function withOtherDigit(bytes: Buffer, random: Random): Buffer {
  const digits = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39)
  const [at] = random.shuffled(digits)
  const changed = Buffer.from(bytes)
  if (at !== undefined) changed[at] = 0x30 + random.whole(0, 9)
  return changed
}

/** Changes one file or folder of a log, as little of it showing outside as can be; says what was done. */
async function edit(root: string, random: Random): Promise<string> {
  const [file] = random.shuffled(await filesBelow(root))
  if (file === undefined) return 'nothing: no file is left'
  const { atime, mtime } = await stat(file)
  const bytes = await readFile(file)
  const how = random.whole(0, 6)
  if (how === 0) {
    await writeFile(file, withOtherDigit(bytes, random))
    await utimes(file, atime, mtime)
    return `${file} edited in place, its time put back`
  }
  if (how === 1) {
    await writeFile(`${file}.new`, withOtherDigit(bytes, random))
    await utimes(`${file}.new`, atime, mtime)
    await rename(`${file}.new`, file)
    return `${file} replaced by another of its size and time`
  }
  if (how === 2) {
    await rename(file, join(await temporaryFolder(), 'away'))
    await symlink('/etc/hostname', file)
    return `${file} replaced by a link`
  }
  if (how === 3) {
    await writeFile(file, bytes.subarray(0, random.whole(0, bytes.length)))
    return `${file} cut`
  }
  if (how === 4) {
    await writeFile(file, Buffer.concat([bytes, bytes.subarray(-random.whole(1, 40))]))
    return `${file} grown`
  }
  if (how === 5) {
    await rm(file)
    return `${file} removed`
  }
  const old = new Date(mtime.getTime() - random.whole(1, 1000) * 3_600_000)
  await utimes(file, old, old)
  return `${file} dated earlier`
}

describe.each(LOGS)('what was read before of $kind.name', ({ kind, write: writeLog }) => {
  it('gives the answers of a first look, however its files are edited', { timeout: 240_000 }, async () => {
    const random = seededRandom(kind.name.length)
    const cache = { folder: join(await temporaryFolder(), 'runs'), stamp: '1' }
    let folder = ''
    let location = ''
    for (let round = 0; round < 18; round += 1) {
      // What was edited often is hardly a log any more.
      if (round % 6 === 0) {
        folder = await temporaryFolder()
        location = await writeLog(folder)
      }
      const said = round % 6 === 0 ? 'nothing' : await edit(folder, random)
      await setTimeout(TICK)
      const fresh = await answersOf(kind, location, {})
      expect(await answersOf(kind, location, { cache }), `${round}: ${said}`).toEqual(fresh)
      expect(await answersOf(kind, location, { cache }), `${round}, once more: ${said}`).toEqual(fresh)
      expect(await answersOf(kind, location, { listsOnce: true }), `${round}, at once: ${said}`).toEqual(
        fresh,
      )
    }
  })

  it('is told as of one moment where folders are listed once: what comes later is for the next command', async () => {
    const folder = await temporaryFolder()
    const location = await writeLog(folder)
    const world = { ...plainWorld(location), now: () => Date.now() + SOON }
    await setTimeout(TICK)
    const keys = async (options: OpenOptions, act = async (): Promise<void> => undefined) => {
      const source = await kind.open(location, 'logs', world, options)
      const listed = async (): Promise<readonly string[]> => {
        const keys: string[] = []
        for await (const one of source.list({})) if ('key' in one) keys.push(one.key)
        return keys
      }
      const before = await listed()
      await act()
      const after = await listed()
      await source.close()
      return { before, after }
    }
    const once = await keys({ listsOnce: true }, async () => {
      for (const name of await readdir(location).catch(() => []))
        await rm(join(location, name), { recursive: true })
      if ((await stat(location)).isFile()) await writeFile(location, '')
    })
    expect(once.before).not.toEqual([])
    expect(once.after).toEqual(once.before)
  })
})

const [MLFLOW] = LOGS

describe('a cache of runs', () => {
  const keep = async () => {
    if (MLFLOW === undefined) throw new Error('no log')
    const location = await MLFLOW.write(await temporaryFolder())
    const cache = { folder: join(await temporaryFolder(), 'runs'), stamp: '1' }
    await setTimeout(TICK)
    const answers = () => answersOf(mlflow, location, { cache })
    const first = await answers()
    const names = await readdir(cache.folder)
    const file = join(cache.folder, names.find((name) => name.endsWith('.sqlite')) ?? '')
    return { answers, cache, file, first }
  }
  const kept = (file: string): readonly unknown[] => {
    const database = new DatabaseSync(file, { readOnly: true })
    const rows = database.prepare('SELECT id, whole, digest, text FROM run ORDER BY id, whole').all()
    database.close()
    return rows
  }

  it('serves several that look at once, and holds what one alone would keep', async () => {
    const { answers, file, first } = await keep()
    const before = kept(file)
    await rm(file)
    expect(await Promise.all([answers(), answers(), answers()])).toEqual([first, first, first])
    expect(await answers()).toEqual(first)
    expect(kept(file)).toEqual(before)
  })

  it('is read where it cannot be written, and left as it is', async () => {
    const { answers, cache, file, first } = await keep()
    // In the way of what is written first.
    await rm(join(cache.folder, '.gitignore'))
    await symlink(join(cache.folder, 'no', 'such', 'folder'), join(cache.folder, '.gitignore'))
    const database = new DatabaseSync(file)
    database.exec("UPDATE run SET print = 'of files that have changed since' WHERE whole = 0")
    database.close()
    const before = await readFile(file)
    expect(await answers()).toEqual(first)
    expect(await readFile(file)).toEqual(before)
  })

  it('is begun anew where it was made by another version', async () => {
    const { answers, file, first } = await keep()
    const database = new DatabaseSync(file)
    database.exec("UPDATE made SET stamp = '0 1'; UPDATE run SET text = '{}', digest = ''")
    database.close()
    expect(await answers()).toEqual(first)
    expect(JSON.stringify(kept(file))).not.toContain('"text":"{}"')
  })

  it('serves two at once', async () => {
    const { answers, file, first } = await keep()
    await rm(file)
    expect(await Promise.all([answers(), answers(), answers()])).toEqual([first, first, first])
    expect(await answers()).toEqual(first)
    expect(kept(file).length).toBeGreaterThan(0)
  })

  it('is put away once nobody asked for it in sixty days, and no other file is', async () => {
    const { answers, cache, file } = await keep()
    const old = (Date.now() - 61 * 24 * 3_600_000) / 1000
    const names = [`${'a'.repeat(24)}.sqlite`, `${'b'.repeat(24)}.sqlite`, 'mine.sqlite']
    for (const name of names) await writeFile(join(cache.folder, name), 'x')
    for (const path of [file, ...[0, 2].map((at) => join(cache.folder, names[at] ?? ''))])
      await utimes(path, old, old)
    await mkdir(join(cache.folder, `${'c'.repeat(24)}.sqlite`))
    await answers()
    expect((await readdir(cache.folder)).filter((name) => names.includes(name))).toEqual(names.slice(1))
    expect(kept(file).length).toBeGreaterThan(0)
  })

  it('keeps what was read until a look was stopped', async () => {
    if (MLFLOW === undefined) throw new Error('no log')
    const folder = await temporaryFolder()
    for (let run = 0; run < 100; run += 1)
      await write(join(folder, 'experiments', `run-${run}`), {
        'params.json': `{"lr": ${run}}`,
        'metrics.json': '{"loss": 1}',
      })
    await setTimeout(TICK)
    const cache = { folder: join(await temporaryFolder(), 'runs'), stamp: '1' }
    const abort = new AbortController()
    const world = { ...plainWorld(folder, abort), now: () => Date.now() + SOON }
    const source = await folders.open(join(folder, 'experiments'), 'logs', world, { cache })
    setImmediate(() => abort.abort())
    await expect(sorted(source.list({}))).rejects.toThrow('cancelled')
    await source.close()
    const [name = ''] = (await readdir(cache.folder)).filter((each) => each.endsWith('.sqlite'))
    const rows = kept(join(cache.folder, name))
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(100)
    expect(await answersOf(folders, join(folder, 'experiments'), { cache })).toEqual(
      await answersOf(folders, join(folder, 'experiments'), {}),
    )
  })
})
