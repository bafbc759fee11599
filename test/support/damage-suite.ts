import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenOptions, RunSourceKind } from '../../src/runs/run-source.ts'
import { asStranger, canBeClosedOut } from './as-stranger.ts'
import { databaseDamages } from './damage-database.ts'
import { damageTally } from './damage-tally.ts'
import { hangGuard } from './hang-guard.ts'
import { readEverything, type Seen, type SeenRun } from './read-everything.ts'
import { plainWorld } from './run-source-contract.ts'
import { seededRandom } from './seeded-random.ts'

/** One way in which a log was damaged. */
export interface Damage {
  readonly kind:
    | 'cut'
    | 'flipped'
    | 'empty'
    | 'missing'
    | 'linked'
    | 'closed'
    | 'growing'
    | 'encoded'
    | 'garbage'
    | 'hostile'
    | 'named'
    | 'special'
    | 'huge'
    | 'database'
  /** The file or folder that was damaged, relative to the fixture's folder, with `/`. */
  readonly file: string
  readonly detail: string
}

/** What an adapter's test brings to `damageSuite`. */
export interface DamageFixture {
  readonly kind: RunSourceKind
  /** Writes a small undamaged log (some kilobytes, several runs, every part the format has) and gives its location. */
  write(folder: string): Promise<string>
  readonly options?: OpenOptions
  /**
   * Writes a log in which everything that may bear a name (run, experiment, metric, parameter, where the format lets it) bears this one, and
   * gives its location; `null` where the file system refuses. Left out: names are not tried.
   */
  writeNamed?(folder: string, name: string): Promise<string | null>
  /** Called with what was read of the log of that name. */
  checkNamed?(seen: Seen, name: string): void
  /**
   * Where the format cannot show a damage, and a wrong value is read in silence: each with its reason. Flips are let pass without, unless the
   * format has checksums.
   */
  readonly unshown?: readonly {
    readonly damage: Damage['kind']
    readonly file: RegExp
    /** Of the damages of this kind only some: `table trials has another name`. */
    readonly detail?: RegExp
    /** What is read wrong then, in the words of `wrongValues`: `note …`, `tag x = …`, `loss = 0.5 at step 2`. */
    readonly wrong: RegExp
    readonly because: string
  }[]
  readonly hasChecksums?: boolean
  /** False where the format has no metric at all. Left out: true. */
  readonly hasMetrics?: boolean
  /** Called with every look at a damaged log, for what only the adapter knows. */
  check?(seen: Seen, undamaged: Seen, damage: Damage): void
  /** The log's databases, relative to the fixture's folder: they are locked, left in the middle of a write, and of unknown schemas. */
  readonly databases?: readonly string[]
  /** How many bytes of a file are cut at, at most; spread evenly over longer ones. Default: 500. */
  readonly mostCuts?: number
  /** How many flips are tried in all. Default: 400. */
  readonly flips?: number
  /** How many copies of the log are cut side by side: where a look at a damaged one waits, they wait together. Default: 1. */
  readonly lanes?: number
}

/** A copy of the log: the folder that was given to `write`, and where it is. */
interface Lane {
  readonly folder: string
  readonly location: string
}

const HOSTILE_NAMES: readonly string[] = [
  '123456789012345678',
  '../../etc/passwd',
  '..',
  '/etc/passwd',
  'a\nb\tc\u0000d',
  '\u001b[31mred\u001b[0m',
  '__proto__',
  'constructor',
  '\u202egnirts',
  'n'.repeat(10_000),
  'naïve 🎉 ünïcode',
  '<script>alert(1)</script>',
  '{{this}} `code` **bold**',
  ' ',
]
const PLAIN_BOMB = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]
`
const HOSTILE_TEXTS: readonly (readonly [string, string])[] = [
  ['aliases that explode', PLAIN_BOMB],
  ['aliases in keys', `${PLAIN_BOMB}? *h\n: x\n`],
  ['an alias inside of itself', 'a: &a\n  b: *a\n'],
  ['tags', 'a: !!python/object/apply:os.system ["false"]\nb: !!binary "AAA="\n'],
  ['nested lists', '['.repeat(50_000)],
  ['nested objects', '{"a":'.repeat(50_000)],
  ['one long line', 'x,'.repeat(1_000_000)],
  ['many lines', '1\n'.repeat(200_000)],
  ['quotes without end', `"${'a'.repeat(300_000)}`],
  ['nothing but line ends', '\n\r\n\r\n'],
  ['a number', '7'],
  ['null', 'null\n'],
  ['an empty list', '[]\n'],
  ['an empty object', '{}\n'],
  ['lists of lists', '[[[1,2],[3]],{"a":[{"b":null}]}]\n'],
]
/** What stands in the place of a file or folder that cannot be read leaves the same as where there is none. */
const AS_MISSING: ReadonlySet<Damage['kind']> = new Set(['special', 'closed'])
const GIBIBYTE = 1024 ** 3
const isWindows = process.platform === 'win32'
/** A folder where what was counted is kept; with it files are cut at every byte. */
const REPORT = process.env.NARRATE_DAMAGE_REPORT
/** A look at some kilobytes that takes this many seconds hangs. */
const LONGEST_LOOK = 100
const READERS_LINES: Readonly<Record<string, string>> = { latin1: 'é', utf8: '€' }

/**
 * What every adapter over files must bear: its log cut at every byte, with flipped bits, files emptied, gone, growing, in a wrong encoding,
 * links in loops, closed folders, hostile names and texts. Nothing but `NarrateError('source')` may be thrown and nothing may hang; what can be
 * read is read, with gaps for the rest, and no value is read that the undamaged log does not hold.
 */
export function damageSuite(name: string, fixture: DamageFixture): void {
  const tally = damageTally(name)
  const guard = hangGuard(LONGEST_LOOK)
  const used = new Map<object, number>()
  describe(`${name} bears damage`, { timeout: REPORT === undefined ? 240_000 : 3_600_000 }, () => {
    let folder = ''
    let location = ''
    let undamaged: Seen
    let files: readonly string[] = []
    let looking = 0
    const random = seededRandom(20261121)

    beforeEach(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'narrate-damage-')))
      location = await fixture.write(folder)
      undamaged = await look()
      files = filesBelow(folder)
    })
    afterEach(() => {
      for (const path of foldersBelow(folder)) chmodSync(path, 0o755)
      rmSync(folder, { recursive: true, force: true })
    })
    afterAll(async () => {
      await guard.close()
      tally.save(
        REPORT,
        (fixture.unshown ?? []).map((each) => ({
          damage: each.damage,
          file: each.file.source,
          detail: each.detail?.source ?? '',
          wrong: each.wrong.source,
          because: each.because,
          used: used.get(each) ?? 0,
        })),
      )
    })

    const look = (at: Lane = { folder, location }): Promise<Seen> =>
      readEverything(fixture.kind, at.location, plainWorld(at.folder), fixture.options)

    /** Looks at the damaged log; where `mustTell`, nothing of it may be missing in silence. */
    async function tryOne(
      damage: Damage,
      { mustTell = false, changesValues = false } = {},
      lane: Lane = { folder, location },
    ): Promise<Seen> {
      tally.tried(damage.kind)
      looking += 1
      guard.begin(`${name}: ${damage.kind} ${damage.file}: ${damage.detail}`)
      try {
        const seen = await (damage.kind === 'closed' ? asStranger(() => look(lane)) : look(lane))
        fixture.check?.(seen, undamaged, damage)
        const isLet =
          (damage.kind === 'flipped' && fixture.hasChecksums !== true) ||
          damage.kind === 'hostile' ||
          changesValues
        const unshown = (fixture.unshown ?? []).filter(
          (each) =>
            (each.damage === damage.kind || (each.damage === 'missing' && AS_MISSING.has(damage.kind))) &&
            each.file.test(damage.file) &&
            each.detail?.test(damage.detail) !== false,
        )
        const isUnshown = (told: string): boolean => {
          const rule = unshown.find((each) => each.wrong.test(withoutRun(told)))
          if (rule !== undefined) used.set(rule, (used.get(rule) ?? 0) + 1)
          return rule !== undefined
        }
        const wrong = wrongValues(seen, undamaged).filter((told) => !isUnshown(told))
        if (!isLet) expect(wrong).toEqual([])
        if (mustTell && seen.gaps.length === 0 && seen.refused === null)
          expect(missingOf(seen, undamaged).filter((told) => !isUnshown(told))).toEqual([])
        return seen
      } catch (error) {
        tally.failed(damage.kind)
        throw new Error(`${damage.kind} ${damage.file}: ${damage.detail}`, { cause: error })
      } finally {
        looking -= 1
        if (looking === 0) guard.end()
      }
    }

    /** Writes something into a file, looks, and puts it back. */
    async function withContent(
      damage: Damage,
      content: Uint8Array | string,
      lane: Lane = { folder, location },
    ): Promise<Seen> {
      const path = join(lane.folder, damage.file)
      const before = readFileSync(path)
      try {
        writeFileSync(path, content)
        return await tryOne(damage, {}, lane)
      } finally {
        writeFileSync(path, before)
      }
    }

    it('reads runs and histories where nothing is damaged', () => {
      expect(undamaged.refused).toBeNull()
      expect(undamaged.runs.size).toBeGreaterThan(1)
      expect([...undamaged.runs.values()].some(({ points }) => points.size > 0)).toBe(
        fixture.hasMetrics !== false,
      )
      expect(undamaged.gaps).toEqual([])
    })

    it('cut at every byte', async () => {
      const lanes: Lane[] = [{ folder, location }]
      try {
        while (lanes.length < (fixture.lanes ?? 1)) {
          const copy = realpathSync(mkdtempSync(join(tmpdir(), 'narrate-damage-')))
          lanes.push({ folder: copy, location: await fixture.write(copy) })
        }
        const cuts = files.flatMap((file) => {
          const bytes = readFileSync(join(folder, file))
          const count = REPORT === undefined ? Math.min(bytes.length, fixture.mostCuts ?? 500) : bytes.length
          return Array.from({ length: count }, (_, cut) => {
            const content = bytes.subarray(0, Math.floor((cut * bytes.length) / count))
            return { damage: { kind: 'cut', file, detail: `at byte ${content.length}` } as const, content }
          })
        })
        const waiting = cuts.values()
        const faults: unknown[] = []
        await Promise.all(
          lanes.map(async (lane) => {
            for (const { damage, content } of waiting)
              await withContent(damage, content, lane).catch((error: unknown) => faults.push(error))
          }),
        )
        throwAll(faults)
      } finally {
        for (const { folder: copy } of lanes.slice(1)) rmSync(copy, { recursive: true, force: true })
      }
    })

    it('with flipped bits', async () => {
      const flips = fixture.flips ?? 400
      for (let flip = 0; flip < flips; flip += 1) {
        const [first = ''] = random.shuffled(files)
        const bytes = readFileSync(join(folder, first))
        if (bytes.length === 0) continue
        const places = Array.from({ length: random.whole(1, 4) }, () => random.whole(0, bytes.length - 1))
        for (const place of places) bytes[place] = (bytes[place] ?? 0) ^ (1 << random.whole(0, 7))
        await withContent({ kind: 'flipped', file: first, detail: `at ${places.join(', ')}` }, bytes)
      }
    })

    it('with files that are empty, missing, folders, links in a loop or links that lead outside', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'narrate-outside-'))
      try {
        for (const file of files) {
          const path = join(folder, file)
          const aside = join(outside, 'aside')
          await withContent({ kind: 'empty', file, detail: 'no byte' }, '')
          renameSync(path, aside)
          await tryOne({ kind: 'missing', file, detail: 'gone' })
          mkdirSync(path)
          await tryOne({ kind: 'missing', file, detail: 'a folder in its place' })
          rmSync(path, { recursive: true })
          symlinkSync(path, path)
          await tryOne({ kind: 'linked', file, detail: 'a link to itself' })
          rmSync(path)
          symlinkSync(aside, path)
          await tryOne({ kind: 'linked', file, detail: 'a link to a file outside' })
          rmSync(path)
          renameSync(aside, path)
        }
      } finally {
        rmSync(outside, { recursive: true })
      }
    })

    it('with folders that are gone, empty, files, or links in a loop', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'narrate-outside-'))
      try {
        for (const path of foldersBelow(folder).filter((each) => each !== folder)) {
          const file = shown(folder, path)
          const aside = join(outside, 'aside')
          renameSync(path, aside)
          await tryOne({ kind: 'missing', file, detail: 'gone' })
          mkdirSync(path)
          await tryOne({ kind: 'missing', file, detail: 'an empty folder' })
          rmSync(path, { recursive: true })
          writeFileSync(path, 'no folder')
          await tryOne({ kind: 'missing', file, detail: 'a file in its place' })
          rmSync(path)
          symlinkSync(path, path)
          await tryOne({ kind: 'linked', file, detail: 'a link to itself' })
          rmSync(path)
          symlinkSync(dirname(path), path)
          await tryOne({ kind: 'linked', file, detail: 'a link to the folder above' })
          rmSync(path)
          symlinkSync(aside, path)
          await tryOne({ kind: 'linked', file, detail: 'a link to a folder outside' })
          rmSync(path)
          renameSync(aside, path)
          symlinkSync('..', join(path, 'zz-loop'))
          await tryOne({ kind: 'linked', file, detail: 'a link in it to the folder above' })
          rmSync(join(path, 'zz-loop'))
        }
      } finally {
        rmSync(outside, { recursive: true })
      }
    })

    it.skipIf(!canBeClosedOut)('with files and folders without permission', async () => {
      const folders = foldersBelow(folder)
      for (const path of [...folders, ...files.map((file) => join(folder, file))]) chmodSync(path, 0o755)
      for (const path of [...folders, ...files.map((file) => join(folder, file))]) {
        // A folder may also be closed to listing or to walking alone.
        for (const mode of folders.includes(path) ? [0, 0o444, 0o111] : [0]) {
          chmodSync(path, mode)
          try {
            const file = shown(folder, path)
            await tryOne({ kind: 'closed', file, detail: `mode ${mode.toString(8)}` }, { mustTell: true })
          } finally {
            chmodSync(path, 0o755)
          }
        }
      }
    })

    it.skipIf(isWindows)('with pipes, sockets and devices in place of files and folders', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'narrate-out-'))
      const folders = foldersBelow(folder).filter((each) => each !== folder)
      const server = createServer()
      try {
        for (const path of [...files.map((file) => join(folder, file)), ...folders]) {
          const file = shown(folder, path)
          const aside = join(outside, 'aside')
          const special = (detail: string) => tryOne({ kind: 'special', file, detail })
          renameSync(path, aside)
          execFileSync('mkfifo', [path])
          await special('a pipe that nobody writes to')
          unlinkSync(path)
          await new Promise<void>((resolve) => {
            server.listen(join(outside, 's'), resolve)
          })
          renameSync(join(outside, 's'), path)
          await special('a socket')
          unlinkSync(path)
          await new Promise((resolve) => {
            server.close(resolve)
          })
          symlinkSync('/dev/zero', path)
          await special('a link to /dev/zero')
          unlinkSync(path)
          renameSync(aside, path)
        }
      } finally {
        rmSync(outside, { recursive: true })
      }
    })

    it.skipIf(isWindows)('with files of ten gibibytes, zeros but for their beginning', async () => {
      const largest = new Map<string, string>()
      for (const file of files) {
        const sort = /\.\w+$/.exec(basename(file))?.[0] ?? dirname(file)
        const before = largest.get(sort)
        if (before === undefined || sizeOf(join(folder, file)) > sizeOf(join(folder, before)))
          largest.set(sort, file)
      }
      const most = process.resourceUsage().maxRSS
      for (const file of largest.values()) {
        const path = join(folder, file)
        const before = readFileSync(path)
        truncateSync(path, 10 * GIBIBYTE)
        try {
          await tryOne({ kind: 'huge', file, detail: 'ten gibibytes' }, { mustTell: true })
          expect((process.resourceUsage().maxRSS - most) * 1024).toBeLessThan(GIBIBYTE)
        } finally {
          writeFileSync(path, before)
        }
      }
    })

    it('with databases that are locked, half written, or of a schema nobody knows', async () => {
      const faults: unknown[] = []
      for (const file of fixture.databases ?? []) {
        const path = join(folder, file)
        const before = readFileSync(path)
        for (const { detail, changesValues, apply } of databaseDamages(path)) {
          const undo = apply(path)
          try {
            await tryOne({ kind: 'database', file, detail }, { changesValues })
          } catch (error) {
            faults.push(error)
          } finally {
            undo()
            for (const end of ['-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true })
            writeFileSync(path, before)
          }
        }
      }
      throwAll(faults)
    })

    it('while it grows', async () => {
      for (const file of files) {
        const path = join(folder, file)
        const bytes = readFileSync(path)
        for (const share of [0, 0.3, 0.7]) {
          let written = Math.floor(bytes.length * share)
          writeFileSync(path, bytes.subarray(0, written))
          const looking = tryOne({ kind: 'growing', file, detail: `from byte ${written}` })
          while (written < bytes.length) {
            const next = Math.min(bytes.length, written + Math.max(1, Math.floor(bytes.length / 20)))
            await setImmediate()
            appendFileSync(path, bytes.subarray(written, next))
            written = next
          }
          await looking
        }
        expect(wrongValues(await look(), undamaged)).toEqual([])
      }
    })

    it('in a wrong encoding', async () => {
      for (const file of files) {
        const bytes = readFileSync(join(folder, file))
        const text = bytes.toString('utf8')
        const utf16 = Buffer.from(text, 'utf16le')
        const contents: readonly (readonly [string, Uint8Array])[] = [
          ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
          ['UTF-16, big end first', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
          ['UTF-16 without a mark', utf16],
          ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])],
          ['CRLF', Buffer.from(text.replaceAll('\n', '\r\n'))],
          ...Object.entries(READERS_LINES).map(
            ([encoding, letter]) =>
              [
                `${encoding} at the end`,
                Buffer.concat([bytes, Buffer.from(letter, encoding === 'latin1' ? 'latin1' : 'utf8')]),
              ] as const,
          ),
        ]
        for (const [detail, content] of contents)
          await withContent({ kind: 'encoded', file, detail }, content)
      }
    })

    it('with garbage and hostile texts in place of files', async () => {
      for (const file of files) {
        const size = readFileSync(join(folder, file)).length
        const noise = Buffer.from(
          Array.from({ length: Math.min(size + 10, 5000) }, () => random.whole(0, 255)),
        )
        await withContent({ kind: 'garbage', file, detail: 'noise' }, noise)
        await withContent({ kind: 'garbage', file, detail: 'zeros' }, Buffer.alloc(size))
        for (const [detail, text] of HOSTILE_TEXTS) await withContent({ kind: 'hostile', file, detail }, text)
      }
    })

    it('with files and folders nobody expects', async () => {
      for (const path of foldersBelow(folder)) {
        const file = shown(folder, path)
        const names = [
          'Thumbs.db',
          '.DS_Store',
          'zz 123456789012345678',
          'new\nline',
          '\u001b[31m',
          'n'.repeat(255),
        ]
        for (const each of names) {
          const stray = join(path, each)
          writeFileSync(stray, 'not of the log')
          await tryOne({ kind: 'hostile', file, detail: `a file ${JSON.stringify(each.slice(0, 20))}` })
          rmSync(stray)
          mkdirSync(stray)
          await tryOne({ kind: 'hostile', file, detail: `a folder ${JSON.stringify(each.slice(0, 20))}` })
          rmSync(stray, { recursive: true })
        }
      }
    })

    it('with hostile names', async () => {
      if (fixture.writeNamed === undefined) return
      for (const [index, hostile] of HOSTILE_NAMES.entries()) {
        const inner = join(folder, `named-${index}`)
        mkdirSync(inner)
        const at = await fixture.writeNamed(inner, hostile)
        if (at === null) continue
        tally.tried('named')
        guard.begin(`${name}: named ${JSON.stringify(hostile.slice(0, 40))}`)
        try {
          const seen = await readEverything(fixture.kind, at, plainWorld(inner), fixture.options)
          for (const { run } of seen.runs.values()) expect(run.key).not.toMatch(/\p{Cc}/u)
          fixture.checkNamed?.(seen, hostile)
        } catch (error) {
          tally.failed('named')
          throw new Error(`named ${JSON.stringify(hostile.slice(0, 40))}`, { cause: error })
        } finally {
          guard.end()
        }
        rmSync(inner, { recursive: true })
      }
    })

    it('tells how many inputs were tried', async ({ annotate }) => {
      await annotate(`${name}: ${tally.inputs()} damaged inputs`)
      expect(tally.inputs()).toBeGreaterThan(50)
    })
  })
}

/** Every value read of a damaged log that the undamaged one does not hold, in words. */
export function wrongValues(seen: Seen, undamaged: Seen): readonly string[] {
  const wrong: string[] = []
  for (const [key, found] of seen.runs) {
    const real = undamaged.runs.get(key)
    if (real === undefined) wrong.push(`run ${key}`)
    else wrong.push(...wrongIn(found, real).map((each) => `${key}: ${each}`))
  }
  return wrong
}

function wrongIn({ run, points }: SeenRun, real: SeenRun): readonly string[] {
  const wrong: string[] = []
  for (const [name, value] of run.params)
    if (real.run.params.get(name) !== value) wrong.push(`parameter ${name} = ${value}`)
  for (const [metric, found] of points) {
    const really = real.points.get(metric) ?? []
    const held = new Set(really.map(({ step, value }) => `${step} ${value}`))
    const times = new Set(really.map(({ step, value, time }) => `${step} ${value} ${time}`))
    const late = found.find(
      ({ step, value, time }) =>
        time !== null && held.has(`${step} ${value}`) && !times.has(`${step} ${value} ${time}`),
    )
    if (late !== undefined) wrong.push(`${metric} = ${late.value} at time ${late.time}`)
    if (found.length > really.length) wrong.push(`${metric} = ${found.length} points`)
    for (const { step, value } of found)
      if (!held.has(`${step} ${value}`)) wrong.push(`${metric} = ${value} at step ${step}`)
  }
  // A text may be cut where a gap says so.
  const hasGap = run.gaps.length > 0
  for (const field of ['startedAt', 'endedAt', 'user', 'parent', 'note'] as const)
    if (run[field] !== null && run[field] !== real.run[field] && !(hasGap && typeof run[field] === 'string'))
      wrong.push(`${field} ${run[field]}`)
  for (const [name, value] of run.tags)
    if (real.run.tags.get(name) !== value && !hasGap) wrong.push(`tag ${name} = ${value}`)
  return wrong
}

/** What `wrongValues` or `missingOf` tell, without the run that they tell it of: `loss = 0.5 at step 2`. */
export function withoutRun(told: string): string {
  return told.replace(/^.*?: /, '')
}

/** What of the undamaged log was not read, in words. */
export function missingOf(seen: Seen, undamaged: Seen): readonly string[] {
  return [...undamaged.runs].flatMap(([key, real]) => {
    const found = seen.runs.get(key)
    if (found === undefined) return [`run ${key}`]
    const missing: string[] = []
    for (const field of ['params', 'tags'] as const)
      for (const name of real.run[field].keys())
        if (!found.run[field].has(name)) missing.push(`${key}: ${field} ${name}`)
    for (const [metric, points] of real.points)
      if ((found.points.get(metric) ?? []).length < points.length) missing.push(`${key}: points of ${metric}`)
    if (found.artifacts.length < real.artifacts.length) missing.push(`${key}: artifacts`)
    return missing
  })
}

/** Of many inputs that failed all are told, not the first alone. */
export function throwAll(faults: readonly unknown[]): void {
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} failed: ${faults.slice(0, 20).join('; ')}`)
}

function sizeOf(path: string): number {
  return readFileSync(path).length
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => shown(folder, join(entry.parentPath, entry.name)))
    .sort()
}

function foldersBelow(folder: string): readonly string[] {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...inner.flatMap((entry) => foldersBelow(join(folder, entry.name)))]
}

function shown(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}
