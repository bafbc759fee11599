import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS, type Parts } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import type { Model } from '../../src/models/model.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { QUIET_DRAFT, scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    {
      id: 'aaaa1111',
      name: 'lgbm',
      params: { lr: '0.1' },
      metrics: {
        val_auc: [
          [0, 0.7],
          [1, 0.81],
        ],
      },
    },
    {
      id: 'bbbb2222',
      name: 'xgb',
      startedAt: '2026-11-20T11:00:00Z',
      endedAt: '2026-11-20T11:30:00Z',
      params: { lr: '0.2' },
      metrics: {
        val_auc: [
          [0, 0.6],
          [1, 0.79],
        ],
      },
    },
    {
      id: 'cccc3333',
      name: 'boom',
      status: 'failed',
      startedAt: '2026-11-20T12:00:00Z',
      endedAt: '2026-11-20T12:01:00Z',
    },
    { id: 'dddd4444', name: 'hers', user: 'kari' },
  ],
}

interface Project {
  readonly cwd: string
  run(
    argv: readonly string[],
    options?: Partial<TestWorldOptions> & { readonly model?: Model },
  ): Promise<Result>
  files(folder: string): Promise<readonly string[]>
  read(file: string): Promise<string>
}

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function project(options: { readonly log?: FakeLog; readonly yaml?: string } = {}): Promise<Project> {
  const cwd = await temporaryFolder({
    'narrate.yaml': options.yaml ?? 'project: churn\nusers: [ola]\nsources:\n  - at: runs\n    as: main\n',
  })
  const log = options.log ?? LOG
  return {
    cwd,
    async run(argv, { model, ...rest } = {}) {
      const { world, stdout, stderr } = makeWorld({ cwd, ...rest })
      const parts: Parts = {
        ...PARTS,
        sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
        chooseModel: async () =>
          model === undefined
            ? { model: null, reason: 'No model was named.', remember: null }
            : { model, reason: 'it was named.', remember: null },
        requestBody: async (asked, prompt) => ({ to: asked.name, prompt: prompt.user }),
      }
      const code = await main(argv, world, parts)
      return { code, stdout: stdout(), stderr: stderr() }
    },
    files: (folder) => readdir(path.join(cwd, folder)).catch(() => []),
    read: (file) => readFile(path.join(cwd, file), 'utf8'),
  }
}

describe('log', () => {
  test('keeps the note, shows the runs, writes the entry and says where it is', async () => {
    const { run, files, read } = await project()
    const { code, stdout, stderr } = await run(['log', '-m', 'lgbm wins, boom was the disk'])
    expect(stderr).toContain('Your note is kept in narrative/notes/2026-11-20.md.')
    expect(stderr).toContain('3 runs: 2 finished, 1 failed.')
    expect(stderr).toMatch(/aaaa1111 {2}lgbm {2}finished/)
    expect(stderr).toContain('1 by kari: counted, not told')
    const [entry = ''] = await files('narrative/log')
    expect(stderr).toContain(`Saved narrative/log/${entry}`)
    expect(stdout).toContain('lgbm wins, boom was the disk')
    expect(await read(`narrative/log/${entry}`)).toContain(stdout)
    expect(await read('narrative/notes/2026-11-20.md')).toContain('lgbm wins, boom was the disk')
    expect(code).toBe(0)
  })

  test('is what narrate does without a command', async () => {
    const { run, files } = await project()
    expect((await run(['-m', 'a note'])).code).toBe(0)
    expect(await files('narrative/log')).toHaveLength(1)
  })

  test('--json is the contract of DESIGN section 5, with paths relative to the project', async () => {
    const { run, files } = await project()
    const { stdout } = await run(['log', '--json', '-m', 'a note'])
    const [entry = ''] = await files('narrative/log')
    expect(JSON.parse(stdout)).toEqual({
      document: {
        id: entry.replace('.md', ''),
        kind: 'log',
        path: `narrative/log/${entry}`,
        title: expect.any(String),
      },
      runs: ['main:1/aaaa1111', 'main:1/bbbb2222', 'main:1/cccc3333'],
      notes: 1,
      verdicts: { supported: 0, contradicted: 0, unsupported: 0 },
      statements: 0,
      gaps: [],
      model: null,
      evidence: `narrative/evidence/${entry.replace('.md', '.json')}`,
    })
  })

  test('tells a run as ended once, and a note once', async () => {
    const { run, read, files } = await project()
    await run(['log', '-m', 'first note'])
    const { code, stderr, stdout } = await run(['log'])
    expect(stderr).toContain('Nothing to tell: every run of yours since')
    expect(stdout).toBe('')
    expect(code).toBe(0)

    await run(['log', '-m', 'second note'])
    const entries = await files('narrative/log')
    expect(entries).toHaveLength(2)
    const texts = await Promise.all(entries.map((entry) => read(`narrative/log/${entry}`)))
    const second = texts.find((text) => text.includes('second note')) ?? ''
    expect(second).not.toContain('first note')
    expect(second).not.toContain('[aaaa1111](#')
    const first = entries.find((_, index) => texts[index]?.includes('first note'))
    expect(second).toContain(
      `20 Nov 2026 · no runs · 1 by kari not told · continues [churn: highest val_auc 0.81 in lgbm (aaaa1111)](../log/${first})`,
    )
  })

  test('does not keep a note twice when a stopped command is typed again', async () => {
    const { run, read } = await project()
    await run(['log', '--require-model', '-m', 'the disk was full'])
    await run(['log', '-m', 'the disk was full'])
    expect((await read('narrative/notes/2026-11-20.md')).match(/the disk was full/g)).toHaveLength(1)
  })

  test.each([
    ['stdin', ['log'], 'piped words'],
    ['--notes -', ['log', '--notes', '-'], 'piped words'],
    ['a file', ['log', '--notes', 'dump.md'], 'words of a file'],
  ])('takes notes from %s', async (_, argv, words) => {
    const { cwd, run, read } = await project()
    await writeFile(path.join(cwd, 'dump.md'), 'words of a file\n')
    const { stdout } = await run(argv, { stdin: 'piped words\n' })
    expect(stdout).toContain(words)
    expect(await read('narrative/notes/2026-11-20.md')).toContain(words)
  })

  test('hands a living file over again without what was told of it', async () => {
    const { cwd, run } = await project()
    await writeFile(path.join(cwd, 'dump.md'), '- smote is out\n')
    await run(['log', '--notes', 'dump.md'])
    await writeFile(path.join(cwd, 'dump.md'), '- smote is out\n- focal loss next\n')
    const { stdout } = await run(['log', '--notes', 'dump.md'])
    expect(stdout).toContain('focal loss next')
    expect(stdout.replace(/ continues .*/, '')).not.toContain('smote is out')
  })

  test('a file of notes that cannot be read is exit code 3, and a note given beside it is kept', async () => {
    const { run, read, files } = await project()
    const { code, stderr } = await run(['log', '-m', 'kept', '--notes', 'nowhere.md'])
    expect(stderr).toContain('The notes in nowhere.md could not be read')
    expect(code).toBe(3)
    expect(await read('narrative/notes/2026-11-20.md')).toContain('kept')
    expect(await files('narrative/log')).toEqual([])
  })

  test('masks secrets before a note is kept, and says so', async () => {
    const secret = `sk-ant-api03-${'aB3dE5fG7h'.repeat(4)}`
    const { run, read } = await project()
    const { stdout, stderr } = await run(['log', '-m', `ran with ${secret} today`])
    expect(stderr).toContain('1 API key in your note was masked before it was kept.')
    expect(await read('narrative/notes/2026-11-20.md')).not.toContain(secret)
    expect(stdout).not.toContain(secret)
  })

  test('--dry-run shows the entry and writes nothing', async () => {
    const { run, files } = await project()
    const { stdout, stderr } = await run(['log', '--dry-run', '-m', 'a note'])
    expect(stdout).toContain('a note')
    expect(stderr).toContain('Not saved: --dry-run.')
    expect(await files('.')).toEqual(['narrate.yaml'])
  })
})

describe('log where nothing is to be read', () => {
  test('says when the newest run was where the day has none', async () => {
    const { run } = await project()
    const { code, stderr } = await run(['log'], { now: Date.parse('2026-11-25T18:00:00Z') })
    expect(stderr).toContain('Nothing to tell: no runs of yours and no notes since 25 Nov 04:00.')
    expect(stderr).toContain('The newest run started 2026-11-20: narrate log --since 2026-11-20')
    expect(code).toBe(0)
  })

  test.each([
    [['--since', '2026-11-18', '--until', '2026-11-20'], '18–20 Nov 2026: 3 runs: 2 finished, 1 failed.'],
    [['--since', '2026-11-22', '--until', '2026-11-22'], 'no runs of yours and no notes on 22 Nov 2026.'],
    [
      ['--since', '2026-11-22T10:00', '--until', '2026-11-22T12:00'],
      'no notes from 22 Nov 10:00 to 22 Nov 12:00.',
    ],
  ])('tells the span of %j as an entry does', async (span, told) => {
    const { run } = await project()
    const { stderr } = await run(['log', '--dry-run', ...span], { now: Date.parse('2026-11-25T18:00:00Z') })
    expect(stderr).toContain(told)
  })

  test('an empty day is no error, but one with an unread source is exit code 1', async () => {
    const { run } = await project()
    const now = Date.parse('2026-11-25T18:00:00Z')
    const quiet = await run(['log', '--json'], { now })
    expect(JSON.parse(quiet.stdout)).toMatchObject({ document: null, runs: [], gaps: [], evidence: null })
    expect(quiet.code).toBe(0)
    const partial = await run(['log', '--json', '--source', 'runs', '--source', 'nowhere'], { now })
    expect(JSON.parse(partial.stdout)).toMatchObject({ document: null, gaps: [{ where: 'nowhere' }] })
    expect(partial.code).toBe(1)
  })

  test('a source that breaks is exit code 3 and no empty day; the note is kept', async () => {
    const { run, files } = await project({ log: { runs: [], broken: 'The database is locked.' } })
    const { code, stderr, stdout } = await run(['log', '--json', '-m', 'kept'])
    expect(stderr).toContain('No run log could be read: source main (runs): The database is locked.')
    expect(JSON.parse(stdout).error.hint).toContain('Your note is kept for the next entry.')
    expect(code).toBe(3)
    expect(await files('narrative/notes')).toEqual(['2026-11-20.md'])
    expect(await files('narrative/log')).toEqual([])
  })

  test('a source that breaks while its runs are listed is exit code 3 too', async () => {
    const { run, files } = await project({ log: { runs: [], unlisted: 'The file is cut off.' } })
    const { code, stderr } = await run(['log', '-m', 'kept'])
    expect(stderr).toContain('The file is cut off.')
    expect(code).toBe(3)
    expect(await files('narrative/log')).toEqual([])
  })

  test('one that breaks beside another is told in the entry, exit code 1', async () => {
    const { run } = await project()
    const { code, stdout } = await run([
      'log',
      '--json',
      '-m',
      'x',
      '--source',
      'runs',
      '--source',
      'nowhere',
    ])
    expect(JSON.parse(stdout).gaps).toEqual([{ what: 'run log', where: 'nowhere', why: 'it does not exist' }])
    expect(code).toBe(1)
  })

  test.each([
    [gap('run dddd', 'runs/dddd', 'its file is empty'), 1],
    [gap('experiment 7', 'runs/7', 'its file is cut off'), 1],
    [gap('metric val_auc', 'runs/a/metrics', 'line 3 holds no number'), 0],
    [gap('data sets of dddd', 'runs/a', 'the folder is closed'), 0],
  ])(
    'runs that may be missing are exit code 1, a value inside a run is none: $what',
    async (found, expected) => {
      const { run } = await project({ log: { ...LOG, gaps: [found] } })
      const { code, stdout } = await run(['log', '--json', '-m', 'x'])
      expect(JSON.parse(stdout).gaps).toEqual([{ what: found.what, where: found.where, why: found.why }])
      expect(code).toBe(expected)
    },
  )

  test('with no log in sight, a note that was kept before makes an entry, too', async () => {
    const { run } = await project()
    const elsewhere = await temporaryFolder()
    await run(['note', 'written at noon', '--project', elsewhere])
    const { code, stdout } = await run(['log', '--json', '--project', elsewhere])
    expect(JSON.parse(stdout).notes).toBe(1)
    expect(code).toBe(1)
  })

  test('no log in sight and no note is exit code 3; a note alone makes an entry, exit code 1', async () => {
    const { run } = await project()
    const nothing = await run(['log', '--project', await temporaryFolder()])
    expect(nothing.stderr).toContain('No run log is in sight, and no note was given.')
    expect(nothing.code).toBe(3)
    const noted = await run(['log', '-m', 'thought about it', '--project', await temporaryFolder()])
    expect(noted.stdout).toContain('thought about it')
    expect(noted.code).toBe(1)
  })
})

describe('log with a model', () => {
  test('keeps what was asked and answered, locally and ignored by git', async () => {
    const { run, files, read } = await project()
    const { code, stderr, stdout } = await run(['log', '--json', '-m', 'x'], {
      model: scriptedModel([QUIET_DRAFT]),
    })
    const { document, model, statements } = JSON.parse(stdout)
    expect(stderr).toContain('Drafted by scripted/one')
    expect(model).toEqual({ provider: 'scripted', name: 'one-2026', inputTokens: 100, outputTokens: 20 })
    expect(statements).toBeGreaterThan(0)
    expect(await files(`.narrate/calls/${document.id}`)).toEqual(['1-answer.json', '1-prompt.json'])
    expect(await read('.narrate/.gitignore')).toBe('*\n')
    expect(code).toBe(0)
  })

  test('that fails leaves an entry without it, exit code 1, and --redraft tries again on the same evidence', async () => {
    const { run, files } = await project()
    const first = await run(['log', '--json', '-m', 'x'], { model: scriptedModel([]) })
    expect(first.stderr).toContain(
      'The model failed, so the document is written without it: The script is over.',
    )
    expect(first.code).toBe(1)
    const { document, runs } = JSON.parse(first.stdout)

    const model = scriptedModel([QUIET_DRAFT])
    const second = await run(['log', '--json', '--redraft', document.id, '--source', 'nowhere'], { model })
    expect(second.code).toBe(0)
    expect(JSON.parse(second.stdout).runs).toEqual(runs)
    expect(await files('narrative/log')).toHaveLength(2)

    const shown = await run(['list', '--json'])
    const documents: readonly { id: string; supersedes: string | null; supersededBy: string | null }[] =
      JSON.parse(shown.stdout).documents
    const old = documents.find(({ id }) => id === document.id)
    const redrafted = documents.find(({ id }) => id !== document.id)
    expect([old?.supersededBy, redrafted?.supersedes]).toEqual([redrafted?.id, old?.id])
    const again = await run(['log', '--redraft', document.id], { model })
    expect(again.stderr).toContain(`is superseded by ${redrafted?.id}.`)
    expect(again.code).toBe(2)
  })

  test('--require-model fails with exit code 5 and saves nothing but the note', async () => {
    const { run, files } = await project()
    for (const options of [{}, { model: scriptedModel([]) }]) {
      const { code, stderr } = await run(['log', '-m', 'x', '--require-model'], options)
      expect(stderr).toContain('No model wrote the document:')
      expect(code).toBe(5)
    }
    expect(await files('narrative')).toEqual(['notes'])
  })

  test('--show-payload prints the body of the request, asks nobody and writes nothing', async () => {
    const { run, files } = await project()
    const model = scriptedModel([QUIET_DRAFT])
    const secret = `ghp_${'aB3dE5fG7h'.repeat(4)}`
    const { code, stdout, stderr } = await run(['log', '--show-payload', '-m', `token ${secret}`], { model })
    const body = JSON.parse(stdout)
    expect(body.to).toBe('one')
    expect(body.prompt).toContain('lgbm')
    expect(stdout).not.toContain(secret)
    expect(stderr).toContain('To https://model.example, about')
    expect(model.prompts).toEqual([])
    expect(await files('.')).toEqual(['narrate.yaml'])
    expect(code).toBe(0)
  })

  test('Ctrl-C while it writes saves nothing, and the note stays', async () => {
    const { cwd, files } = await project()
    const { world, abort, stderr } = makeWorld({ cwd })
    const model = scriptedModel([QUIET_DRAFT], { onAsk: () => abort.abort() })
    const code = await main(['log', '-m', 'kept'], world, {
      ...PARTS,
      sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: LOG })],
      chooseModel: async () => ({ model, reason: '', remember: null }),
    })
    expect(code).toBe(130)
    expect(stderr()).toContain('narrate: Stopped. No entry was saved; your notes are kept.')
    expect(await files('narrative')).toEqual(['notes'])
  })
})

describe('log at a terminal', () => {
  const typing = (keys: readonly string[]): Partial<TestWorldOptions> => ({ terminal: 80, keys })

  test.each([
    ['s', 0, 1],
    ['q', 0, 0],
    ['\u0003', 130, 0],
    ['\u0004', 130, 0],
  ])('key %j ends with %i and %i entries', async (key, ends, saved) => {
    const { run, files } = await project()
    const { code } = await run(['log', '-m', 'x'], typing([key]))
    expect(code).toBe(ends)
    expect(await files('narrative/log')).toHaveLength(saved)
    expect(await files('narrative/notes')).toHaveLength(1)
  })

  test('e saves and opens the saved file in the editor', async () => {
    const { run, files, cwd } = await project()
    const opened: string[] = []
    await run(['log', '-m', 'x'], {
      ...typing(['e']),
      env: { EDITOR: 'ed' },
      onInteractive: async (_, args) => {
        opened.push(...args)
        return 0
      },
    })
    const [entry = ''] = await files('narrative/log')
    expect(opened).toEqual([path.join(cwd, 'narrative/log', entry)])
  })

  test('r takes one more note into the same entry', async () => {
    const { run, files, read } = await project()
    await run(['log', '-m', 'first'], typing(['r', 'and a second\r', 's']))
    const [entry = ''] = await files('narrative/log')
    const text = await read(`narrative/log/${entry}`)
    expect(text).toContain('first')
    expect(text).toContain('and a second')
  })

  const UNKNOWN: FakeLog = {
    runs: [0.4, 0.6].map((value, index) => ({
      id: `abcd${index}`,
      startedAt: `2026-11-20T1${index}:00:00Z`,
      metrics: { wobble: [[0, value]] },
    })),
  }

  test('asks once which way a metric is better that nobody knows, and ranks by the answer', async () => {
    const { run, files, read, cwd } = await project({ log: UNKNOWN })
    const { stderr } = await run(['log', '-m', 'x'], typing(['h\r', 's']))
    expect(stderr).toContain('Is a higher or a lower wobble better?')
    const [entry = ''] = await files('narrative/log')
    expect(await read(`narrative/log/${entry}`)).toContain('Highest wobble')
    expect(JSON.parse(await readFile(path.join(cwd, '.narrate/answers.json'), 'utf8')).directions).toEqual({
      wobble: 'higher',
    })
  })

  test('a question that was skipped is never asked again', async () => {
    const { run, files } = await project({ log: UNKNOWN })
    await run(['log', '-m', 'x'], typing(['\r', 'q']))
    const again = await run(['log', '-m', 'y'], {
      ...typing(['s']),
      now: Date.parse('2026-11-20T18:30:00Z') + 3 * 24 * 3_600_000,
    })
    expect(again.stderr).not.toContain('wobble better')
    expect(await files('narrative/log')).toHaveLength(1)
  })

  test('without a note opens the form, which knows the runs, and keeps what was written', async () => {
    const { run, read, files } = await project()
    let form = ''
    const { code } = await run(['log'], {
      ...typing(['s']),
      env: { EDITOR: 'ed' },
      onInteractive: async (_, [file = '']) => {
        form = await readFile(file, 'utf8')
        await writeFile(file, form.replace('## What came out\n', '## What came out\n\nlgbm it is\n'))
        return 0
      },
    })
    expect(form).toContain('3 runs: 2 finished, 1 failed')
    expect(form).toMatch(/;; aaaa1111 {2}lgbm/)
    expect(await read('narrative/notes/2026-11-20.md')).toContain('lgbm it is')
    expect(await files('.narrate')).toEqual(['.gitignore'])
    expect(code).toBe(0)
  })

  test('a form that is left empty is opened once for a day, and the entry says that there are no notes', async () => {
    const { run, files } = await project()
    let opened = 0
    const leftEmpty = {
      ...typing(['q']),
      env: { EDITOR: 'ed' },
      onInteractive: async () => {
        opened += 1
        return 0
      },
    }
    const first = await run(['log'], leftEmpty)
    expect(first.stderr).toContain('No notes: the entry says so. -m "…" adds one.')
    const again = await run(['log'], { ...leftEmpty, ...typing(['s']) })
    expect(again.stderr).toContain('The form was left empty before; -m "…" adds one.')
    expect(opened).toBe(1)
    expect(again.stdout).toContain('no notes')
    expect(await files('narrative/log')).toHaveLength(1)
    const tomorrow = Date.parse('2026-11-21T18:30:00Z')
    await run(['log'], { ...leftEmpty, now: tomorrow })
    expect(opened).toBe(2)
  })

  test('an editor that fails stops, and what was written opens again next time', async () => {
    const { run, files } = await project()
    const failing = await run(['log'], {
      ...typing([]),
      env: { EDITOR: 'ed' },
      onInteractive: async (_, [file = '']) => {
        await writeFile(file, 'half a thought')
        return 1
      },
    })
    expect(failing.code).toBe(130)
    expect(await files('narrative/log')).toEqual([])
    const again = await run(['log'], {
      ...typing(['s']),
      env: { EDITOR: 'ed' },
      onInteractive: async () => 0,
    })
    expect(again.stdout).toContain('half a thought')
  })

  test('--yes asks nothing and opens nothing', async () => {
    const { run, files } = await project()
    const { code } = await run(['log', '--yes'], {
      ...typing([]),
      onInteractive: async () => {
        throw new Error('nothing may be opened')
      },
    })
    expect(code).toBe(0)
    expect(await files('narrative/log')).toHaveLength(1)
  })
})
