import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import { digestOf } from '../../src/stores/canonical-json.ts'
import { directoryStore } from '../../src/stores/directory-store.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    { id: 'aaaa1111', name: 'rf', params: { model: 'rf', depth: '6' }, metrics: { val_auc: [[0, 0.8471]] } },
    {
      id: 'bbbb2222',
      name: 'lgbm',
      params: { model: 'lgbm', depth: '4' },
      metrics: { val_auc: [[0, 0.86]] },
    },
    { id: 'cccc3333', name: 'boom', status: 'failed', params: { model: 'lgbm', depth: '9' } },
  ],
}
const MARKS = '# Mine\n\n<!-- narrate:begin -->\n<!-- narrate:end -->\n\nbelow\n'

async function project(readme: string | Buffer = MARKS) {
  const cwd = await temporaryFolder({
    'narrate.yaml':
      'project: churn\nusers: all\nmetrics:\n  primary: val_auc\n  directions:\n    val_auc: higher\nsources:\n  - at: runs\n    as: main\n',
  })
  await writeFile(path.join(cwd, 'README.md'), readme)
  async function run(argv: readonly string[], options: Partial<TestWorldOptions> & { log?: FakeLog } = {}) {
    const { world, stdout, stderr } = makeWorld({ cwd, ...options })
    const code = await main(['sync', ...argv], world, {
      ...PARTS,
      sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: options.log ?? LOG })],
    })
    return { code, stdout: stdout(), stderr: stderr() }
  }
  const read = async (): Promise<string> => readFile(path.join(cwd, 'README.md'), 'utf8')
  return { cwd, run, read }
}

describe('sync', () => {
  test('writes what was run, chosen and with which settings between the marks', async () => {
    const { run, read } = await project()
    const { code, stderr } = await run(['README.md'])
    expect((await read()).replace(/end [0-9a-f]{12} /, 'end … ')).toBe(
      [
        '# Mine',
        '',
        '<!-- narrate:begin -->',
        '<!-- `narrate sync` writes what stands between these marks; write outside of them. -->',
        '',
        '**Runs conducted:** 3 runs: 2 finished, 1 failed, 20 Nov 2026.',
        '',
        '| run | model | depth | val_auc |',
        '| --- | --- | --- | --- |',
        '| lgbm (bbbb2222) | lgbm | 4 | **0.8600** |',
        '| rf (aaaa1111) | rf | 6 | 0.8471 |',
        '',
        '**Selected:** not recorded.',
        '',
        '**Hyperparameters:** lgbm (bbbb2222), highest val_auc of those ranked: model = lgbm, depth = 4.',
        '',
        '**Failed:** boom (cccc3333).',
        '<!-- narrate:end … -->',
        '',
        'below',
        '',
      ].join('\n'),
    )
    expect(stderr).toContain('was brought up to date')
    expect(code).toBe(0)
  })

  test('the same runs leave the file alone, new ones change the block', async () => {
    const { cwd, run, read } = await project()
    await run(['README.md'])
    const before = await read()
    const { mtimeMs } = await stat(path.join(cwd, 'README.md'))
    const again = await run(['README.md', '--json'])
    expect(JSON.parse(again.stdout)).toEqual({
      file: 'README.md',
      changed: false,
      written: false,
      blocks: [{ line: 3, runs: 3 }],
    })
    expect((await stat(path.join(cwd, 'README.md'))).mtimeMs).toBe(mtimeMs)
    const log = {
      runs: [...LOG.runs, { id: 'dddd4444', name: 'new', metrics: { val_auc: [[0, 0.9] as const] } }],
    }
    expect((await run(['README.md', '--check'], { log })).code).toBe(1)
    expect(await read()).toBe(before)
    expect((await run(['README.md'], { log })).code).toBe(0)
    expect(await read()).toContain('**0.900')
    expect((await run(['README.md', '--check'], { log })).code).toBe(0)
  })

  test('bytes outside of the marks stay, whatever they are', async () => {
    const head = Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0xff, 0xfe, 0x0d, 0x0a])
    const marks = Buffer.from('<!-- narrate:begin -->\r\n<!-- narrate:end -->\r\n')
    const tail = Buffer.from([0xc3, 0x28, 0x20, 0x20])
    const { cwd, run } = await project(Buffer.concat([head, marks, tail]))
    await run(['README.md'])
    const made = await readFile(path.join(cwd, 'README.md'))
    expect(made.subarray(0, head.length)).toEqual(head)
    expect(made.subarray(-tail.length)).toEqual(tail)
    const inside = made.subarray(head.length, -tail.length).toString('utf8')
    expect(inside.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  test('names of runs break neither the block nor the page', async () => {
    const name = '--> <!-- narrate:end --> <script>x</script> | [a](b)'
    const { run, read } = await project()
    const log = { runs: [{ id: 'aaaa1111', name, metrics: { val_auc: [[0, 0.5] as const] } }] }
    await run(['README.md'], { log })
    const once = await read()
    expect(once).not.toContain('<script>')
    expect((await run(['README.md'], { log })).stderr).toContain('is up to date')
    expect(await read()).toBe(once)
  })

  test.each<[string, readonly string[], string]>([
    ['# no marks\n', [], 'Put these two lines where it shall stand'],
    [
      'x\n<!-- narrate:begin -->\n',
      [],
      'README.md:2: the block that begins here never ends; nothing was changed.',
    ],
    [
      '<!-- narrate:begin colour="red" -->\n<!-- narrate:end -->\n',
      [],
      '"colour" is nothing that a block can ask for',
    ],
    ['<!-- narrate:begin rows="0" -->\n<!-- narrate:end -->\n', [], 'is no count of rows'],
    [
      '<!-- narrate:begin -->\nmy words\n<!-- narrate:end -->\n',
      [],
      'README.md:1: somebody wrote into the block',
    ],
    ['<!-- narrate:begin experiment="nowhere" -->\n<!-- narrate:end -->\n', [], 'No run is what the block'],
  ])('%j is refused and left as it is', async (readme, options, words) => {
    const { run, read } = await project(readme)
    const { code, stderr } = await run(['README.md', ...options])
    expect(stderr).toContain(words)
    expect(code).toBe(2)
    expect(await read()).toBe(readme)
  })

  test('--yes writes over what somebody wrote', async () => {
    const { run, read } = await project('<!-- narrate:begin -->\nmy words\n<!-- narrate:end -->\n')
    expect((await run(['README.md', '--yes'])).code).toBe(0)
    expect(await read()).not.toContain('my words')
  })

  test('a mark may say which runs, and how many rows', async () => {
    const mark = `<!-- narrate:begin filter="params.model = 'rf'" rows="1" -->`
    const { run, read } = await project(
      `${mark}\n<!-- narrate:end -->\n<!-- narrate:begin rows="1" -->\n<!-- narrate:end -->\n`,
    )
    await run(['README.md'])
    const [first = '', second = ''] = (await read()).split('<!-- narrate:begin rows="1" -->')
    expect(first).toContain('1 run, finished')
    expect(second).toContain('1 more finished with lesser values.')
  })

  test('runs that could not be read leave the file alone: exit code 3', async () => {
    const { run, read } = await project()
    const log = { ...LOG, gaps: [gap('run x', 'runs/x', 'its file is cut off')] }
    const { code } = await run(['README.md'], { log })
    expect(code).toBe(3)
    expect(await read()).toBe(MARKS)
  })

  test('a link and a file that is not there are refused', async () => {
    const { cwd, run } = await project()
    await symlink('README.md', path.join(cwd, 'LINK.md'))
    expect((await run(['LINK.md'])).stderr).toContain('is a symbolic link')
    expect((await run(['NOWHERE.md'])).code).toBe(2)
  })

  test('a decision says what was chosen and why', async () => {
    const { cwd, run, read } = await project()
    const store = directoryStore({ root: cwd, folder: 'narrative', world: makeWorld({ cwd }).world })
    const evidence = {
      kind: 'decision',
      subject: {
        finalists: [{ runs: ['main:1/bbbb2222'] }, { runs: ['main:1/aaaa1111'] }],
        selected: { finalist: 1, because: 'small enough <b>for the container' },
      },
      evidence: {},
    }
    const id = `2026-11-20-rf-${digestOf(evidence).slice(0, 4)}`
    const title = 'rf it is'
    await store.save({
      id,
      kind: 'decision',
      title,
      date: '2026-11-20',
      runs: ['main:1/aaaa1111'],
      notes: [],
      frontMatter: { id, kind: 'decision', title, date: '2026-11-20', runs: ['main:1/aaaa1111'] },
      body: '# rf it is\n',
      evidence: { id, ...evidence },
      supersedes: null,
    })
    await run(['README.md'])
    expect(await read()).toContain('**Selected:** rf (aaaa1111), val_auc 0.8471.')
    expect(await read()).toContain(
      `**Why:** small enough \\<b>for the container ([rf it is](narrative/decisions/${id}.md), 2026-11-20, not yet accepted)`,
    )
    expect(await read()).toContain('**Hyperparameters:** rf (aaaa1111): model = rf, depth = 6.')
  })
})
