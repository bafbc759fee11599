import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { type FakeLog, type FakeRun, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../support/write-events.ts'

const NOW = Date.parse('2026-11-20T18:30:00Z')
const DAY = ['log', '--since', '2026-11-19', '--all-users', '--no-model', '-m', 'a word', '--yes']

const FOREST: FakeRun = { id: 'aaaa1111', name: 'forest', metrics: { auc: [[1, 0.8]] } }
const BOOST: FakeRun = {
  id: 'bbbb2222',
  name: 'boost',
  status: 'failed',
  startedAt: '2026-11-20T12:00:00Z',
  params: { lr: '0.1' },
  metrics: { auc: [[1, 0.9]] },
}

/** A project with one log, `at: runs` as `main`, that may be called and filled otherwise; every command comes a minute after the last. */
async function project(first: FakeLog = { runs: [FOREST, BOOST] }) {
  const cwd = await temporaryFolder()
  let [log, alias, minutes] = [first, 'main', 0]
  async function configure(more = ''): Promise<void> {
    await writeFile(
      path.join(cwd, 'narrate.yaml'),
      `project: churn\nusers: all\n${more}sources:\n  - at: runs\n    as: ${alias}\n`,
    )
  }
  await configure()
  return {
    cwd,
    async becomes(change: { readonly alias?: string; readonly log?: FakeLog; readonly yaml?: string }) {
      alias = change.alias ?? alias
      log = change.log ?? log
      await configure(change.yaml)
    },
    async run(argv: readonly string[], options: Partial<TestWorldOptions> = {}) {
      minutes += 1
      const { world, stdout, stderr } = makeWorld({ cwd, now: NOW + minutes * 60_000, ...options })
      const code = await main(argv, world, {
        ...PARTS,
        sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
        chooseModel: async () => ({ model: null, reason: 'none', remember: null }),
      })
      return { code, stdout: stdout(), stderr: stderr() }
    },
    /** Every file of the store but the records of relinks. */
    async store(): Promise<ReadonlyMap<string, string>> {
      const folder = path.join(cwd, 'narrative')
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && !entry.name.includes('-relinked-'))
      return new Map(
        await Promise.all(
          files.map(async (entry): Promise<[string, string]> => {
            const file = path.join(entry.parentPath, entry.name)
            return [file, await readFile(file, 'utf8')]
          }),
        ),
      )
    },
  }
}

type Project = Awaited<ReturnType<typeof project>>

async function told({ run }: Project): Promise<number> {
  return JSON.parse((await run(['coverage', '--json'])).stdout).share.runs.told
}

describe('relink', () => {
  test('has nothing to do where every run that is named is there', async () => {
    const { run } = await project()
    await run(DAY)
    const { code, stdout } = await run(['relink'])
    expect(stdout).toBe('Every run that documents and notes name is there.\n')
    expect(code).toBe(0)
  })

  test('shows what moved, how that is known and where it is named, and writes nothing unasked', async () => {
    const here = await project()
    await here.run(DAY)
    await here.run(['note', 'the better one', '--run', 'main:1/bbbb2222'])
    await here.becomes({ alias: 'tracking' })
    const before = await here.store()
    const { code, stdout, stderr } = await here.run(['relink'])
    expect(stdout).toBe(
      [
        'Runs that have another key now (2)',
        '  was  main:…',
        '  now  tracking:…',
        '       2 runs in 1 document and 1 file of notes; the same id under another',
        '       alias, and the same of what each logged',
        '',
      ].join('\n'),
    )
    expect(stderr).toContain('Nothing was written down; --yes does it.')
    expect(code).toBe(1)
    const dry = await here.run(['relink', '--dry-run'])
    expect(dry.stdout).toBe(stdout)
    expect(await here.store()).toEqual(before)
    expect(await told(here)).toBe(0)
  })

  test('asks at a terminal, and does as it is told', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    await here.run(['relink'], { terminal: 80, keys: ['n'] })
    expect(await told(here)).toBe(0)
    const { stderr } = await here.run(['relink'], { terminal: 80, keys: ['y'] })
    expect(stderr).toContain('Write down 2 runs?')
    expect(await told(here)).toBe(2)
  })

  test('leaves every document as it was, and coverage, verify, the next entry and failures are as before', async () => {
    const here = await project()
    await here.run(DAY)
    await here.run(['note', 'boost crashed for want of memory', '--run', 'main:1/bbbb2222'])
    const coverage = (await here.run(['coverage'])).stdout
    const before = await here.store()
    await here.becomes({ alias: 'tracking' })
    expect((await here.run(['coverage'])).stdout).not.toBe(coverage)
    const done = await here.run(['relink', '--yes', '--because', 'one name for all'])
    expect(done.stdout).toContain('Relinked: 2 runs. No document changed.')
    expect(done.code).toBe(0)
    expect(await here.store()).toEqual(before)
    expect((await here.run(['coverage'])).stdout).toBe(coverage)
    const live = await here.run(['verify', '--live'])
    expect(live.stdout).toContain('1 document: 1 stands.')
    expect(live.code).toBe(0)
    const next = await here.run([
      'log',
      '--since',
      '2026-11-19',
      '--all-users',
      '--no-model',
      '--yes',
      '--json',
    ])
    expect(JSON.parse(next.stdout).runs).toEqual([])
  })

  test('old keys find their runs, and it is said', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    const unknown = await here.run(['runs', 'show', 'main:1/aaaa1111'])
    expect(unknown.stderr).toContain('If it was moved, `narrate relink` finds it.')
    await here.run(['relink', '--yes'])
    const shown = await here.run(['runs', 'show', 'main:1/aaaa1111'])
    expect(shown.stderr).toContain('main:1/aaaa1111 is tracking:1/aaaa1111 now.')
    expect(shown.stdout).toMatch(/formerly +main:1\/aaaa1111/)
    expect(shown.stdout).toContain('Documents that tell it')
    const json = JSON.parse((await here.run(['runs', 'show', 'main:1/aaaa1111', '--json'])).stdout)
    expect(json.related['tracking:1/aaaa1111'].formerly).toEqual(['main:1/aaaa1111'])
    for (const key of ['main:1/aaaa1111', 'tracking:1/aaaa1111'])
      expect(JSON.parse((await here.run(['list', '--run', key, '--json'])).stdout).documents).toMatchObject([
        {
          runs: ['tracking:1/aaaa1111', 'tracking:1/bbbb2222'],
          relinked: [
            { from: 'main:1/aaaa1111', to: 'tracking:1/aaaa1111' },
            { from: 'main:1/bbbb2222', to: 'tracking:1/bbbb2222' },
          ],
        },
      ])
  })

  test('runs that move again and again are followed, also back to where they began', async () => {
    const here = await project()
    await here.run(DAY)
    for (const alias of ['second', 'third', 'main', 'fourth']) {
      await here.becomes({ alias })
      expect((await here.run(['relink', '--yes'])).code).toBe(0)
      expect(await told(here)).toBe(2)
      expect((await here.run(['verify', '--live'])).code).toBe(0)
    }
    const { stdout } = await here.run(['runs', 'show', 'second:1/aaaa1111', '--json'])
    expect(JSON.parse(stdout).runs[0].key).toBe('fourth:1/aaaa1111')
  })

  test('an entry written after the relink is about the run that has the old key then', async () => {
    const here = await project({ runs: [FOREST] })
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    await here.run(['relink', '--yes'])
    // Another log gets the alias, and a run of the old id.
    const other = { ...FOREST, metrics: { auc: [[1, 0.1]] as const }, endedAt: '2026-11-20T10:20:00Z' }
    await here.becomes({ alias: 'main', log: { runs: [other] } })
    await here.run(DAY)
    const { stdout } = await here.run(['list', '--json'])
    expect(JSON.parse(stdout).documents.map(({ runs }: { runs: readonly string[] }) => runs)).toEqual([
      ['tracking:1/aaaa1111'],
      ['main:1/aaaa1111'],
    ])
  })

  test('a run that is gone stays told as gone, and one that another took the place of is not taken for it', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({
      alias: 'tracking',
      log: { runs: [{ ...FOREST, metrics: { auc: [[1, 0.5]] } }] },
    })
    const { code, stdout } = await here.run(['relink', '--yes'])
    expect(stdout).toBe(
      [
        'Nowhere to be found (2)',
        '  was  main:1/aaaa1111',
        '       1 run in 1 document; tracking:1/aaaa1111 is called so and is another run:',
        '       auc: 0.8 then, 0.5 now',
        '  was  main:1/bbbb2222',
        '       1 run in 1 document',
        '',
      ].join('\n'),
    )
    expect(code).toBe(1)
  })

  test('what is not plain is listed and left, and settled by OLD and NEW', async () => {
    const seed = (id: string, name: string): FakeRun => ({
      id,
      name,
      params: { seed: '1' },
      metrics: { auc: [[1, 0.8]] },
    })
    const here = await project({ runs: [seed('before', 'one')] })
    await here.run(DAY)
    await here.becomes({ log: { runs: [seed('after', 'one'), seed('copy', 'two')] } })
    const { code, stdout, stderr } = await here.run(['relink', '--yes'])
    expect(stdout).toContain('Not plain (1)\n  was  main:1/before\n  now  main:1/after or main:1/copy?')
    expect(stderr).toContain('narrate relink OLD NEW settles what is not plain.')
    expect(code).toBe(1)
    const settled = await here.run(['relink', 'main:1/before', 'copy', '--yes'])
    expect(settled.stdout).toContain('Relinked: 1 run.')
    expect(settled.code).toBe(0)
    expect(await told(here)).toBe(1)
  })

  test('an alias that was renamed is linked as a whole', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    const { code, stdout } = await here.run(['relink', 'main', 'tracking:', '--yes'])
    expect(stdout).toContain('2 runs in 1 document; asked for, the same facts')
    expect(code).toBe(0)
    expect(await told(here)).toBe(2)
  })

  test.each<[readonly string[], string]>([
    [['main'], 'What is main called now?'],
    [['--force'], '--force is for one run or one alias at a time.'],
    [['nothing', 'tracking:1/aaaa1111'], 'No document or note names a run "nothing" that is lost.'],
    [['main', 'nowhere'], 'No source is called nowhere.'],
    [['main', 'tracking:1/aaaa1111'], '"main" may be any of 2 runs.'],
    [['main:1/aaaa1111', 'nowhere'], 'No run\'s id begins with "nowhere", and none is called so.'],
    [
      ['main:1/aaaa1111', 'tracking:1/bbbb2222'],
      'tracking:1/bbbb2222 is not the run that was main:1/aaaa1111: started: 2026-11-20T10:00:00.000Z then, 2026-11-20T12:00:00.000Z now; lr: nothing then, 0.1 now; auc: 0.8 then, 0.9 now.',
    ],
  ])('%j is refused: %s', async (words, says) => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    const before = await here.store()
    const { code, stderr } = await here.run(['relink', ...words, '--yes'])
    expect(stderr).toContain(says)
    expect(code).toBe(2)
    expect(await here.store()).toEqual(before)
    expect(await told(here)).toBe(0)
  })

  test('a run that is still there was not moved, and two of one document are two: --force takes them as one all the same', async () => {
    const here = await project()
    await here.run(DAY)
    const there = await here.run(['relink', 'main:1/aaaa1111', 'main:1/bbbb2222', '--yes'])
    expect(there.stderr).toContain('main:1/aaaa1111 is still there: it was not moved.')
    await here.becomes({ log: { runs: [BOOST] } })
    const beside = await here.run(['relink', 'main:1/aaaa1111', 'main:1/bbbb2222', '--yes'])
    expect(beside.stderr).toContain(
      'holds main:1/aaaa1111 and main:1/bbbb2222 side by side: they are two runs.',
    )
    const forced = await here.run(['relink', 'main:1/aaaa1111', 'main:1/bbbb2222', '--force', '--yes'])
    expect(forced.stdout).toContain('asked for, though facts differ')
    expect(forced.code).toBe(0)
    const live = await here.run(['verify', '--live'])
    expect(live.stdout).toContain('auc: 0.8 then, 0.9 now')
    expect(live.code).toBe(1)
  })

  test('a source that could not be read loses nobody', async () => {
    const here = await project()
    await here.run(DAY)
    await writeFile(
      path.join(here.cwd, 'narrate.yaml'),
      'users: all\nsources:\n  - { at: away, as: main }\n  - { at: runs, as: other }\n',
    )
    const { code, stdout, stderr } = await here.run(['relink', '--yes'])
    expect(stderr).toContain('source main (away): it does not exist.')
    expect(stdout).toBe('In a run log that could not be read (2)\n  main:1/aaaa1111\n  main:1/bbbb2222\n')
    expect(code).toBe(1)
  })

  test('--json is one value that names everything', async () => {
    const here = await project({ runs: [FOREST, BOOST, { id: 'cccc3333', name: 'lost' }] })
    await here.run(DAY)
    await here.becomes({ alias: 'tracking', log: { runs: [FOREST, BOOST] } })
    const shown = JSON.parse((await here.run(['relink', '--json'])).stdout)
    expect(shown.relink).toBeNull()
    const { code, stdout } = await here.run(['relink', '--json', '--yes', '--because', 'tidied up'])
    const [document] = shown.links[0].documents
    expect(JSON.parse(stdout)).toEqual({
      relink: {
        id: expect.stringMatching(/^2026-11-20-relinked-[0-9a-f]{4}$/),
        at: expect.any(String),
        by: null,
        because: 'tidied up',
      },
      links: [
        {
          from: 'main:1/aaaa1111',
          to: 'tracking:1/aaaa1111',
          why: 'the same id under another alias, and the same start and values',
          documents: [document],
          notes: [],
        },
        {
          from: 'main:1/bbbb2222',
          to: 'tracking:1/bbbb2222',
          why: 'the same id under another alias, and the same start, settings and values',
          documents: [document],
          notes: [],
        },
      ],
      unsure: [],
      gone: [{ key: 'main:1/cccc3333', differs: null, documents: [document], notes: [] }],
      unread: [],
      gaps: [],
    })
    expect(code).toBe(1)
  })

  test('keys that narrate.yaml names are told, and it is left as it is', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking', yaml: 'production: ["main:1/aaaa1111"]\n' })
    const { stderr } = await here.run(['relink', '--yes'])
    expect(stderr).toContain(
      'narrate.yaml names main:1/aaaa1111 (production): write tracking:1/aaaa1111 there.',
    )
  })

  test('a record of it that was altered is found by verify, and followed no more', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    await here.run(['relink', '--yes'])
    const folder = path.join(here.cwd, 'narrative', 'evidence')
    const [name = ''] = (await readdir(folder)).filter((each) => each.includes('-relinked-'))
    const file = path.join(folder, name)
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('tracking:1/aaaa1111', 'tracking:1/bbbb2222'),
    )
    const { code, stdout } = await here.run(['verify'])
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'This record of a relink is not as it was saved, so no key is followed by it.',
    )
    expect(code).toBe(1)
    expect(await told(here)).toBe(0)
  })

  test('its record is a link of the chain: its loss shows once there is a later one', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    await here.run(['relink', '--yes'])
    await here.run([
      'log',
      '--since',
      '2026-11-19',
      '--all-users',
      '--no-model',
      '-m',
      'one more word',
      '--yes',
    ])
    expect((await here.run(['verify'])).code).toBe(0)
    const folder = path.join(here.cwd, 'narrative', 'evidence')
    const [name = ''] = (await readdir(folder)).filter((each) => each.includes('-relinked-'))
    await rename(path.join(folder, name), path.join(here.cwd, name))
    const { code, stdout } = await here.run(['verify'])
    expect(stdout).toContain('The chain is broken')
    expect(code).toBe(1)
  })

  test('an entry drafted again after it names its runs by their new keys', async () => {
    const here = await project()
    await here.run(DAY)
    await here.becomes({ alias: 'tracking' })
    await here.run(['relink', '--yes'])
    const { documents } = JSON.parse((await here.run(['list', '--json'])).stdout)
    await here.run(['log', '--redraft', documents[0].id, '--no-model', '--yes'])
    expect(await told(here)).toBe(2)
    expect((await here.run(['verify'])).code).toBe(0)
    expect((await here.run(['verify', '--live'])).code).toBe(0)
  })

  test('doctor tells of runs that are lost, and what finds them', async () => {
    const here = await project()
    await here.run(DAY)
    expect((await here.run(['doctor'])).stdout).toMatch(/ok +told runs +2 in documents, none lost/)
    await here.becomes({ alias: 'tracking' })
    const checks = JSON.parse((await here.run(['doctor', '--json'])).stdout).checks
    expect(checks.find(({ name }: { name: string }) => name === 'told runs')).toMatchObject({
      state: 'warning',
      says: '2 of 2 that documents tell are in no run log: main:1/aaaa1111, …',
      advice: 'If runs were moved or an alias was renamed, narrate relink finds them again.',
    })
    await here.run(['relink', '--yes'])
    expect((await here.run(['doctor'])).stdout).toMatch(/ok +told runs +2 in documents, none lost/)
  })

  test('prints no line wider than eighty columns but keys, whatever they are called', async () => {
    const long = 'a-very-long-name-of-a-folder-that-somebody-gave-to-a-run/'.repeat(2)
    const here = await project({
      runs: [
        { ...FOREST, id: `${long}x` },
        { ...BOOST, id: `${long}y` },
      ],
    })
    await here.run(DAY)
    await here.becomes({ alias: 'tracking', log: { runs: [{ ...FOREST, id: `moved/${long}x` }] } })
    const { stdout } = await here.run(['relink'], { terminal: 80, keys: ['n'] })
    const wide = stdout.split('\n').filter((line) => line.length > 80)
    expect(wide.filter((line) => !line.includes(long.slice(0, 20)))).toEqual([])
  })
})

describe('relink of real logs', () => {
  test('the forty-seven runs of the example, their store moved, renamed and called otherwise, are told as before', async () => {
    const { root, run } = await exampleCopy()
    for (const day of ['2026-03-02', '2026-03-05', '2026-03-10'])
      expect((await run(['log', '--since', day, '--until', day, '--no-model', '--yes'])).code).toBe(0)
    const coverage = JSON.parse((await run(['coverage', '--json'])).stdout).share
    await mkdir(path.join(root, 'archive'))
    await rename(path.join(root, 'mlflow.db'), path.join(root, 'archive', 'spring.db'))
    const settings = path.join(root, 'narrate.yaml')
    const text = await readFile(settings, 'utf8')
    await writeFile(
      settings,
      text.replace('at: mlflow.db', 'at: archive/spring.db').replace('as: mlflow', 'as: tracking'),
    )
    expect(JSON.parse((await run(['coverage', '--json'])).stdout).share.runs.told).toBe(0)
    const { code, stdout } = await run(['relink', '--yes'])
    expect(stdout).toContain('  was  mlflow:…\n  now  tracking:…')
    expect(code).toBe(0)
    expect(JSON.parse((await run(['coverage', '--json'])).stdout).share).toEqual(coverage)
    expect((await run(['verify', '--live'])).code).toBe(0)
  }, 120_000)

  test('event files whose folders were sorted into others are told as before', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': 'users: all\nsources: [{ at: runs, as: tb }]\n' })
    const start = Date.parse('2026-11-20T09:00:00Z') / 1000
    for (const [index, name] of ['deep/version_0', 'deep/version_1', 'wide/version_0'].entries())
      await writeEvents(path.join(cwd, 'runs', name), `events.out.tfevents.${index}.host`, [
        fileVersion(start + index * 60),
        ...[1, 2, 3].map((step) =>
          event({ time: start + index * 60 + step, step, values: [simpleValue('loss', 1 / (step + index))] }),
        ),
      ])
    let minutes = 0
    const run = async (...argv: readonly string[]) => {
      minutes += 1
      const { world, stdout, stderr } = makeWorld({ cwd, now: NOW + minutes * 60_000 })
      return { code: await main(argv, world, PARTS), stdout: stdout(), stderr: stderr() }
    }
    expect((await run('log', '--since', '2026-11-20', '--no-model', '--yes', '-m', 'a word')).code).toBe(0)
    const coverage = JSON.parse((await run('coverage', '--json')).stdout).share
    expect(coverage.runs).toEqual({ count: 3, told: 3, percent: 100 })
    await mkdir(path.join(cwd, 'runs', 'archive'))
    await rename(path.join(cwd, 'runs', 'deep'), path.join(cwd, 'runs', 'archive', 'deep'))
    await rename(path.join(cwd, 'runs', 'wide', 'version_0'), path.join(cwd, 'runs', 'wide', 'kept'))
    const { code, stdout } = await run('relink', '--yes')
    expect(stdout).toContain('  was  tb:…\n  now  tb:archive/…')
    expect(stdout).toContain('  was  tb:wide/version_0\n  now  tb:wide/kept')
    expect(code).toBe(0)
    expect(JSON.parse((await run('coverage', '--json')).stdout).share).toEqual(coverage)
    expect((await run('verify', '--live')).code).toBe(0)
    // A copy beside it is another run, and found to be no other.
    await cp(path.join(cwd, 'runs', 'wide', 'kept'), path.join(cwd, 'runs', 'wide', 'copy'), {
      recursive: true,
    })
    expect((await run('relink')).stdout).toBe('Every run that documents and notes name is there.\n')
  })
})
