import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import { type Gap, isGap } from '../../src/gap.ts'
import type { Artifact, Point, RunStatus, RunSummary } from '../../src/runs/run.ts'
import type { RunQuery, RunSource, RunSourceKind } from '../../src/runs/run-source.ts'
import type { World } from '../../src/world.ts'

/** A run as a fixture's log holds it: what every source must give back, whatever its format. */
export interface ExpectedRun {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly user: string | null
  readonly status: RunStatus
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly parent: string | null
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Points as step and value, in order of step, then time. */
  readonly metrics: Readonly<Record<string, readonly (readonly [number | null, number])[]>>
  /** Texts by path, where the run left any beside its log; one run at least should. */
  readonly artifacts?: Readonly<Record<string, string>>
}

/** A log for the contract: undamaged, with at least three runs of different start, status or user, and one metric of several points. */
export interface RunSourceFixture {
  readonly kind: RunSourceKind
  readonly alias: string
  /** Writes the log into an empty folder and gives the location to open. */
  write(folder: string): Promise<string>
  /** A log that lies in no folder, but behind a server: it is not found by looking, and may be asked over the network. */
  readonly isServed?: boolean
  /** The format keeps no time of a run: its runs are listed in the order of their ids. */
  readonly isUndated?: boolean
  /** The format keeps one value of each metric. */
  readonly hasNoSeries?: boolean
  /** The runs that a list gives where nothing is asked for, oldest first. */
  readonly runs: readonly ExpectedRun[]
}

/** A world that has nothing but a working folder. */
export function plainWorld(cwd: string, abort = new AbortController()): World {
  const stream = new PassThrough()
  const output = { write: () => {}, isTerminal: false, columns: 80, stream }
  return {
    now: () => Date.UTC(2026, 10, 20, 18),
    timeZone: 'UTC',
    env: {},
    cwd,
    home: cwd,
    processId: 1,
    hostName: 'test',
    fetch: () => Promise.reject(new Error('no network in tests')),
    stdin: { isTerminal: false, stream: Readable.from([]), readAll: () => Promise.resolve('') },
    stdout: output,
    stderr: output,
    signal: abort.signal,
    randomName: (length) => 'n'.repeat(length),
    runInteractive: () => Promise.reject(new Error('no programs in tests')),
  }
}

/** All that a stream gives, told apart. */
export async function sorted<Value extends object>(
  stream: AsyncIterable<Value | Gap>,
): Promise<{ readonly values: readonly Value[]; readonly gaps: readonly Gap[] }> {
  const values: Value[] = []
  const gaps: Gap[] = []
  for await (const value of stream) {
    if (isGap(value)) gaps.push(value)
    else values.push(value as Value)
  }
  return { values, gaps }
}

/** The error that something failed with; fails where nothing was thrown. */
export async function errorOf(action: () => Promise<unknown>): Promise<NarrateError> {
  try {
    await action()
  } catch (error) {
    expect(error).toBeInstanceOf(NarrateError)
    if (error instanceof NarrateError) return error
  }
  throw new Error('nothing was thrown')
}

/** What every `RunSource` promises, tried on a log that the adapter's test writes. */
export function runSourceContract(name: string, fixture: RunSourceFixture): void {
  describe(`${name} keeps the contract of a run source`, () => {
    const { kind, alias, runs, isServed = false, isUndated = false, hasNoSeries = false } = fixture
    const worldOf = (cwd: string, abort?: AbortController): World => ({
      ...plainWorld(cwd, abort),
      ...(isServed ? { fetch: globalThis.fetch } : {}),
    })
    let folder = ''
    let location = ''
    let world = plainWorld('/')
    let source: RunSource

    beforeEach(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'narrate-contract-')))
      world = worldOf(folder)
      location = await fixture.write(folder)
      source = await kind.open(location, alias, world)
    })
    afterEach(async () => {
      await source.close()
      await rm(folder, { recursive: true })
    })

    const idsOf = async (query: RunQuery) => (await sorted(source.list(query))).values.map(({ id }) => id)
    const idsWhere = (wanted: (run: ExpectedRun) => boolean) => runs.filter(wanted).map(({ id }) => id)

    it('holds enough to try the contract on', () => {
      expect(runs.length).toBeGreaterThanOrEqual(3)
      const longest = Math.max(
        ...runs.flatMap((run) => Object.values(run.metrics).map(({ length }) => length)),
      )
      if (hasNoSeries) expect(longest).toBe(1)
      else expect(longest).toBeGreaterThan(2)
      const starts = new Set(runs.map(({ startedAt }) => startedAt))
      expect(isUndated ? [...starts] : starts.size).toEqual(isUndated ? [null] : runs.length)
    })

    it('recognises its own log by looking at it, and nothing else', async () => {
      const other = join(folder, 'mlruns.db')
      await writeFile(other, 'no log at all')
      await mkdir(join(folder, 'empty'))
      expect(await kind.recognises(location, world)).toBe(true)
      expect(await kind.recognises(other, world)).toBe(false)
      expect(await kind.recognises(join(folder, 'empty'), world)).toBe(false)
      expect(await kind.recognises(join(folder, 'nothing here'), world)).toBe(false)
    })

    it.skipIf(isServed)('finds its log in the folder it lies in', async () => {
      const found = await kind.detect(folder, world)
      expect(found).toHaveLength(1)
      const detected = await kind.open(found[0] ?? '', alias, world)
      expect((await sorted(detected.list({}))).values.map(({ id }) => id)).toEqual(idsWhere(() => true))
      await detected.close()
    })

    it('says what it is and where the user said it is', () => {
      expect({ kind: source.kind, alias: source.alias, location: source.location }).toEqual({
        kind: kind.name,
        alias,
        location,
      })
    })

    it('lists every run as it was logged, oldest first, with no gap', async () => {
      const { values, gaps } = await sorted(source.list({}))
      expect(gaps).toEqual([])
      expect(values.map(plainSummary)).toEqual(runs.map(expectedSummary))
    })

    it('lists newest first where asked, and no more than asked', async () => {
      const newest = runs.map(({ id }) => id).reverse()
      expect(await idsOf({ order: 'newest' })).toEqual(newest)
      expect(await idsOf({ order: 'newest', limit: 2 })).toEqual(newest.slice(0, 2))
      expect(await idsOf({ limit: 1 })).toEqual([runs[0]?.id])
      expect(await idsOf({ limit: 0 })).toEqual([])
    })

    it('lists the runs of a status, a user or an experiment', async () => {
      for (const status of new Set(runs.map((run) => run.status)))
        expect(await idsOf({ statuses: [status] })).toEqual(idsWhere((run) => run.status === status))
      for (const user of new Set(runs.map((run) => run.user)))
        if (user !== null)
          expect(await idsOf({ users: [user] })).toEqual(idsWhere((run) => run.user === user))
      for (const { experiment } of runs) {
        const inIt = idsWhere((run) => run.experiment.id === experiment.id)
        expect(await idsOf({ experiments: [experiment.id] })).toEqual(inIt)
        expect(await idsOf({ experiments: [experiment.name] })).toEqual(inIt)
      }
      expect(await idsOf({ users: ['nobody at all'] })).toEqual([])
      expect(await idsOf({ statuses: [] })).toEqual([])
    })

    it('lists the runs of a time', async () => {
      for (const { startedAt } of runs) {
        if (startedAt === null) continue
        const before = idsWhere((run) => run.startedAt !== null && run.startedAt < startedAt)
        expect(await idsOf({ startedBefore: startedAt })).toEqual(before)
        const ids = await idsOf({ activeSince: startedAt })
        expect(ids).toEqual(expect.arrayContaining(idsWhere((run) => (run.startedAt ?? -1) >= startedAt)))
        expect(ids).toEqual(expect.arrayContaining(idsWhere((run) => (run.endedAt ?? -1) >= startedAt)))
        const over = idsWhere(
          (run) => (run.startedAt ?? 0) < startedAt && run.endedAt !== null && run.endedAt < startedAt,
        )
        expect(ids.filter((id) => over.includes(id))).toEqual([])
      }
    })

    it('says so where an experiment that was asked for is not there', async () => {
      const { values, gaps } = await sorted(source.list({ experiments: ['no such experiment'] }))
      expect(values).toEqual([])
      expect(gaps).toHaveLength(1)
      expect(gaps[0]?.what).toContain('no such experiment')
    })

    it('fills in what only a history tells where asked', async () => {
      const { values } = await sorted(source.list({ withHistory: true }))
      for (const run of values) {
        const expected = runs.find(({ id }) => id === run.id)
        expect(new Map([...run.metrics].map(([metric, summary]) => [metric, historyOf(summary)]))).toEqual(
          new Map(
            Object.entries(expected?.metrics ?? {}).map(([metric, points]) => [metric, summaryOf(points)]),
          ),
        )
      }
    })

    it('reads a run as it lists it, with an origin for every parameter and metric', async () => {
      for (const expected of runs) {
        const run = await source.read(expected.key)
        expect(plainSummary(run)).toEqual(expectedSummary(expected))
        expect(run.gaps).toEqual([])
        expect([...run.origins.params.keys()]).toEqual([...run.params.keys()])
        expect([...run.origins.metrics.keys()].sort()).toEqual([...run.metrics.keys()].sort())
        const origins = [run.origins.run, ...run.origins.params.values(), ...run.origins.metrics.values()]
        for (const { source: from, file } of origins) {
          expect(from).toBe(alias)
          expect(file).toMatch(/^[^/]/)
        }
      }
    })

    it('streams a history in order of step, each point with its origin', async () => {
      for (const run of runs)
        for (const [metric, points] of Object.entries(run.metrics)) {
          const { values, gaps } = await sorted<Point>(source.history(run.key, metric))
          expect(gaps).toEqual([])
          expect(values.map(({ step, value }) => [step, value])).toEqual(points)
          expect(new Set(values.map((point) => point.origin.source))).toEqual(new Set([alias]))
        }
    })

    it('lists the artifacts of a run in the order of their paths, with their sizes', async () => {
      for (const run of runs) {
        if (run.artifacts === undefined) continue
        const { values, gaps } = await sorted<Artifact>(source.artifacts(run.key))
        expect(gaps).toEqual([])
        expect(values.map(({ path, size }) => [path, size])).toEqual(
          Object.entries(run.artifacts)
            .sort(byName)
            .map(([path, text]) => [path, Buffer.byteLength(text)]),
        )
        for (const { origin, path } of values) {
          expect(origin.source).toBe(alias)
          expect(origin.file).toMatch(/^[^/]/)
          expect(origin.file.endsWith(path)).toBe(true)
        }
      }
    })

    it('reads the head or the tail of an artifact, and no more than there is', async () => {
      for (const run of runs)
        for (const [path, text] of Object.entries(run.artifacts ?? {})) {
          const whole = Buffer.from(text)
          const read = async (from: 'head' | 'tail', bytes: number) => {
            const part = await source.readArtifact(run.key, path, { from, bytes })
            if ('kind' in part) throw new Error(part.why)
            return Buffer.from(part).toString('latin1')
          }
          expect(await read('head', 4)).toBe(whole.subarray(0, 4).toString('latin1'))
          expect(await read('tail', 4)).toBe(whole.subarray(-4).toString('latin1'))
          expect(await read('tail', 1e9)).toBe(whole.toString('latin1'))
          expect(await read('head', 0)).toBe('')
        }
    })

    it('reads no artifact that it does not list', async () => {
      const run = runs.find(({ artifacts }) => artifacts !== undefined)
      const key = run?.key ?? runs[0]?.key ?? ''
      const listed = Object.keys(run?.artifacts ?? {})[0] ?? 'log'
      const paths = ['', '.', '..', '../meta.yaml', '/etc/passwd', '\0', './log', '__proto__', 'no/such.log']
      for (const path of [...paths, `./${listed}`, `../artifacts/${listed}`, `${listed}/`, `${listed}\0`])
        expect((await errorOf(() => source.readArtifact(key, path, { from: 'tail', bytes: 9 }))).kind).toBe(
          'source',
        )
      for (const named of [`other${key}`, alias, '', `${alias}:../../${key}`]) {
        expect((await errorOf(() => sorted(source.artifacts(named)))).kind).toBe('source')
        const read = () => source.readArtifact(named, listed, { from: 'tail', bytes: 9 })
        expect((await errorOf(read)).kind).toBe('source')
      }
    })

    it('finds runs by the beginning of their id', async () => {
      for (const { id, key } of runs) {
        // An id may begin another one: `sweep` and `sweep#2`.
        const begun = runs.filter((run) => run.id.startsWith(id)).map((run) => run.key)
        expect((await source.find(id)).toSorted()).toEqual(begun.toSorted())
        expect(await source.find(id.slice(0, 1))).toContain(key)
      }
      expect(await source.find('no such id')).toEqual([])
    })

    it('throws where a key names nothing, or a metric is not there', async () => {
      const [first] = runs
      const key = first?.key ?? ''
      const unknown = key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
      for (const named of [unknown, `other${key}`, alias, '', `${alias}:`, `${alias}:../../${key}`, '\0']) {
        expect((await errorOf(() => source.read(named))).kind).toBe('source')
        expect((await errorOf(() => sorted(source.history(named, 'loss')))).kind).toBe('source')
      }
      for (const metric of ['no such metric', '', '../meta.yaml', '__proto__', '\0'])
        expect((await errorOf(() => sorted(source.history(key, metric)))).kind).toBe('source')
    })

    it('can be left half-way, and read again', async () => {
      for await (const first of source.list({})) {
        expect(isGap(first)).toBe(false)
        break
      }
      expect(await idsOf({})).toEqual(idsWhere(() => true))
    })

    it('stops where the user cancels', async () => {
      const abort = new AbortController()
      const cancelled = await kind.open(location, alias, worldOf(folder, abort))
      abort.abort()
      expect((await errorOf(() => sorted(cancelled.list({})))).kind).toBe('cancelled')
      await cancelled.close()
    })

    it('writes nothing', async () => {
      const before = await digestOf(folder)
      const { values } = await sorted(source.list({ withHistory: true }))
      for (const { key, metrics } of values) {
        await source.read(key)
        for (const metric of metrics.keys()) await sorted(source.history(key, metric))
      }
      expect(await digestOf(folder)).toEqual(before)
    })

    it('can be closed twice', async () => {
      await source.close()
      await source.close()
      expect(await kind.recognises(location, world)).toBe(true)
    })
  })
}

function plainSummary(run: RunSummary): unknown {
  return {
    key: run.key,
    id: run.id,
    source: run.source,
    experiment: run.experiment,
    name: run.name,
    user: run.user,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    parent: run.parent,
    params: [...run.params],
    tags: [...run.tags],
    last: [...run.metrics].map(([metric, { last, lastStep }]) => [metric, lastStep, last]),
  }
}

function expectedSummary(run: ExpectedRun): unknown {
  return {
    key: run.key,
    id: run.id,
    source: run.key.slice(0, run.key.indexOf(':')),
    experiment: run.experiment,
    name: run.name,
    user: run.user,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    parent: run.parent,
    params: Object.entries(run.params).sort(byName),
    tags: Object.entries(run.tags).sort(byName),
    last: Object.entries(run.metrics)
      .sort(byName)
      .map(([metric, points]) => [metric, ...(points.at(-1) ?? [])]),
  }
}

function historyOf(summary: {
  readonly min: number | null
  readonly max: number | null
  readonly minStep: number | null
  readonly maxStep: number | null
  readonly count: number | null
  readonly nonFinite: number | null
}): unknown {
  const { min, max, minStep, maxStep, count, nonFinite } = summary
  return { min, max, minStep, maxStep, count, nonFinite }
}

function summaryOf(points: readonly (readonly [number | null, number])[]): unknown {
  const finite = points.filter(([, value]) => Number.isFinite(value))
  const least = finite.toSorted((left, right) => left[1] - right[1])[0]
  const greatest = finite.toSorted((left, right) => right[1] - left[1])[0]
  return {
    min: least?.[1] ?? null,
    max: greatest?.[1] ?? null,
    minStep: least?.[0] ?? null,
    maxStep: greatest?.[0] ?? null,
    count: points.length,
    nonFinite: points.length - finite.length,
  }
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1
}

/** Names and bytes of everything below a folder. */
async function digestOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) return path
    return `${path} ${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`
  })
  return (await Promise.all(lines)).sort()
}
