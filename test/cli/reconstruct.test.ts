import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { Model } from '../../src/models/model.ts'
import { type CodeProject, codeProject } from '../support/code-project.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { makeWorld } from '../support/make-world.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const GOLDEN = path.resolve(import.meta.dirname, '../golden')
const FIXTURES = path.resolve(import.meta.dirname, '../fixtures')
const DRAFT = path.join(FIXTURES, 'answered-by-hand/reconstruction-forty-seven-runs.json')

async function run(
  cwd: string,
  argv: readonly string[],
  options: { readonly model?: Model; readonly now?: number } = {},
) {
  const { world, stdout, stderr } = makeWorld({
    cwd,
    now: options.now ?? Date.parse('2026-11-21T10:00:00Z'),
    timeZone: 'UTC',
    env: {
      PATH: process.env.PATH,
      LOGNAME: 'bo',
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CEILING_DIRECTORIES: path.dirname(cwd),
    },
  })
  const { model } = options
  const parts =
    model === undefined
      ? PARTS
      : { ...PARTS, chooseModel: async () => ({ model, reason: 'it was named', remember: null }) }
  return { code: await main([...argv], world, parts), stdout: stdout(), stderr: stderr() }
}

async function bodyIn(root: string): Promise<string> {
  const folder = path.join(root, 'narrative/reconstructions')
  const newest =
    (await readdir(folder))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .at(-1) ?? ''
  return (await readFile(path.join(folder, newest), 'utf8')).replace(/^---\n[\s\S]*?\n---\n+/, '')
}

describe('narrate reconstruct, on the example', () => {
  test('without a model tells every item with its label and place; verify finds nothing', async () => {
    const copy = await exampleCopy()
    const { code, stdout } = await copy.run(['reconstruct', '33a5450f', '--no-model', '--yes', '--quiet'])
    expect(code).toBe(0)
    expect(stdout).toContain(
      '| command | python train.py --model lightgbm --num-leaves 7 --sampling smote --sampling-ratio 0.15 --seed 2 | **REPORTED** |',
    )
    await expect(await copy.body('reconstructions')).toMatchFileSnapshot(
      `${GOLDEN}/reconstruction-forty-seven-runs.md`,
    )
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('with a draft answered by hand answers what was unclear; verify finds nothing', async () => {
    const copy = await exampleCopy()
    const unclear = [
      '--unclear',
      'which columns are the product columns?',
      '--unclear',
      'was it the same split as lgbm-leaves7?',
    ]
    // The numbers of findings move with what finders tell; the draft means the script.
    const payload = await copy.run(['reconstruct', 'c47640c4', '--show-payload', '--no-model', '--quiet'])
    const script = /(k\d+) script: products\.ipynb/.exec(payload.stdout)?.[1] ?? ''
    const model = scriptedModel([(await readFile(DRAFT, 'utf8')).replaceAll('k13', script)])
    const { code } = await copy.run(['reconstruct', 'c47640c4', ...unclear, '--yes', '--quiet'], { model })
    expect(code).toBe(0)
    expect(model.prompts).toHaveLength(1)
    const body = await copy.body('reconstructions')
    expect(body).toContain('“which columns are the product columns?”: not recorded.')
    expect(body).toContain('“was it the same split as lgbm-leaves7?”: Probably')
    await expect(body).toMatchFileSnapshot(`${GOLDEN}/reconstruction-forty-seven-runs-answered-by-hand.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test.each([
    ['a value', '| sampling_ratio | 0.15 |', '| sampling_ratio | 0.30 |', '0.30'],
    ['a tolerance', 'val_f1 comes out within 0.01305', 'val_f1 comes out within 0.05305', '0.05305'],
    ['a label', '**REPORTED** | notes', '**LOGGED** | notes', 'The text was changed'],
    ['a line of the script', '--seed 2', '--seed 3', '--seed 3'],
  ])('%s changed by hand is found', async (_, before, after, told) => {
    const copy = await exampleCopy()
    await copy.run(['reconstruct', '33a5450f', '--no-model', '--yes', '--quiet'])
    const file = await copy.file('reconstructions')
    const text = await readFile(file, 'utf8')
    expect(text).toContain(before)
    await writeFile(file, text.replace(before, after))
    const { code, stdout } = await copy.run(['verify', '--quiet'])
    expect(code).toBe(1)
    expect(stdout).toContain(told)
  })

  test('--check holds a run against another one, and its exit code says whether it holds', async () => {
    const copy = await exampleCopy()
    const same = await copy.run(['reconstruct', '8ab27e98', '--check', '2643bfc0', '--quiet'])
    expect(same.stdout).toMatch(/^candidate-xgb \(2643bfc0\) as a reproduction of xgb-depth2 \(8ab27e98\)/)
    expect(same).toMatchObject({ code: 0 })
    const other = await copy.run(['reconstruct', '1d89a2e7', '--check', '68f50f2c', '--json', '--quiet'])
    expect(other.code).toBe(1)
    const told = JSON.parse(other.stdout)
    expect(told.holds).toBe(false)
    expect(told.checks.find((one: { kind: string }) => one.kind === 'settings')).toMatchObject({
      outcome: 'fails',
      actual: 'seed=1, was 2',
    })
  })

  test.each([
    [['reconstruct', 'ffffff'], 'No run’s id begins with'.replace('’', "'")],
    [['reconstruct', '33a5450f', '--answer', 'seed'], '"seed" is no answer.'],
    [['reconstruct', '33a5450f', '--by', 'Ada'], '--by goes with --answer.'],
    [['reconstruct', '33a5450f', '--check', '33a5450f'], 'A run reproduces itself.'],
    [['reconstruct'], 'Missing required argument'],
  ])('says in a sentence what is wrong: %s', async (argv, sentence) => {
    const copy = await exampleCopy()
    const { code, stderr } = await copy.run([...argv, '--no-model', '--quiet'])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})

const TRAIN = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--depth", type=int, default=6)
parser.add_argument("--folds", type=int, default=5)
args = parser.parse_args()
def main():
    data = pd.read_csv("rain.csv")
    data = scaler.fit_transform(data)
    train, val = train_test_split(data, random_state=3)
    np.random.seed(3)
    mlflow.log_metric("val_auc", roc_auc_score(val))
`

async function rainProject(): Promise<CodeProject & { readonly first: string }> {
  const project = await codeProject()
  const first = await project.commit('a forest on the rain', '2026-03-01T10:00:00Z', {
    'train.py': TRAIN,
    'requirements.txt': 'numpy==1.26.4\nscikit-learn==1.4.0\n',
  })
  const second = await project.commit(
    'deeper',
    '2026-03-03T10:00:00Z',
    { 'train.py': TRAIN.replace('default=6', 'default=8') },
    'Cy <cy@example.org>',
  )
  const tags = (commit: string) => ({
    'mlflow.source.git.commit': commit,
    'mlflow.source.name': 'train.py',
    command: 'python train.py --lr 0.2',
  })
  await project.write({
    id: `a${'0'.repeat(31)}`,
    name: 'first',
    started: '2026-03-02T10:00:00Z',
    params: { lr: '0.2' },
    metrics: { val_auc: 0.81 },
    tags: tags(first),
  })
  await project.write({
    id: `b${'0'.repeat(31)}`,
    name: 'second',
    started: '2026-03-04T10:00:00Z',
    params: { lr: '0.3' },
    metrics: { val_auc: 0.82 },
    tags: { ...tags(second), command: 'python train.py --lr 0.3' },
  })
  await project.write({
    id: `c${'0'.repeat(31)}`,
    name: 'lost',
    started: '2026-03-02T12:00:00Z',
    params: { lr: '0.4', depth: '6' },
    metrics: { val_auc: 0.83 },
    user: 'cy',
  })
  return { ...project, first }
}

describe('narrate reconstruct, where the code is under git', () => {
  test('reads the script and the requirements at the run’s own commit, not as they are now', async () => {
    const { root, first } = await rainProject()
    const { code, stdout } = await run(root, [
      'reconstruct',
      'a000',
      '--no-model',
      '--yes',
      '--json',
      '--quiet',
    ])
    expect(code).toBe(0)
    const { setup } = JSON.parse(stdout)
    const told = new Map(
      setup.map((one: { item: string; label: string; value: string; where: string }) => [
        one.item,
        `${one.label} ${one.value} @ ${one.where}`,
      ]),
    )
    const at = first.slice(0, 8)
    expect(told.get('param:lr')).toMatch(/^LOGGED 0.2/)
    expect(told.get('param:depth')).toBe(`GIT 6 @ ${at}:train.py:4`)
    expect(told.get('package:numpy')).toBe(`GIT 1.26.4 @ ${at}:requirements.txt:1`)
    expect(told.get('split')).toContain(
      `GIT train, val = train_test_split(data, random_state=3) @ ${at}:train.py:10`,
    )
    expect(told.get('seed')).toContain('GIT')
    expect(told.get('order')).toBe(`INFERRED prepared before the split @ ${at}:train.py:9–10`)
    expect(told.get('metric')).toContain('roc_auc_score')
    const body = await bodyIn(root)
    expect(body).toContain('.rerun-venv/bin/python train.py --lr 0.2\n')
    expect(body).toContain('pip install -r requirements.txt')
    expect(body).toContain('[second (b0000000)](#r3), 1 file differs: train.py (2 lines)')
    expect(await run(root, ['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('of a run without a commit the newest one at its start is assumed, and nothing read there is more than inferred', async () => {
    const { root, first } = await rainProject()
    const { stdout } = await run(root, [
      'reconstruct',
      'c000',
      '--no-model',
      '--dry-run',
      '--json',
      '--quiet',
    ])
    const { setup } = JSON.parse(stdout)
    const label = (item: string) => setup.find((one: { item: string }) => one.item === item)
    expect(label('commit')).toMatchObject({ value: first, label: 'INFERRED' })
    expect(label('split')).toMatchObject({ label: 'INFERRED', how: 'the commit is assumed' })
    expect(setup.filter((one: { label: string; where: string | null }) => one.label === 'GIT')).toEqual([])
  })

  test('an answer makes an item REPORTED, dated, in a document that supersedes the one before; it is kept as a note', async () => {
    const { root } = await rainProject()
    await run(root, ['reconstruct', 'a000', '--no-model', '--yes', '--quiet'])
    const answered = await run(root, [
      'reconstruct',
      'a000',
      '--answer',
      'working tree=clean',
      '--by',
      'Ada',
      '--no-model',
      '--yes',
      '--quiet',
    ])
    expect(answered.code).toBe(0)
    expect(answered.stdout).toContain('| working tree | clean | **REPORTED** | answered by Ada on 2026-11-21')
    const again = await run(root, ['reconstruct', 'a000', '--no-model', '--yes', '--quiet'])
    expect(again.stdout).toContain('answered by Ada on 2026-11-21')
    const listed = await run(root, ['list', '--json', '--quiet'])
    expect(
      JSON.parse(listed.stdout).documents.filter(
        (one: { supersededBy: string | null }) => one.supersededBy === null,
      ),
    ).toHaveLength(1)
    const notes = await readdir(path.join(root, 'narrative/notes'))
    expect(await readFile(path.join(root, 'narrative/notes', notes[0] ?? ''), 'utf8')).toContain(
      'working tree = clean',
    )
    expect(await run(root, ['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('a label or a value forged in the evidence, with every digest made anew, is found', async () => {
    const { root } = await rainProject()
    await run(root, ['reconstruct', 'a000', '--no-model', '--yes', '--quiet'])
    const { rederive, resealed } = await import('../../src/verify/rederive.ts')
    const { templateEngine } = await import('../../src/cli/template-engine.ts')
    const { PACKAGE_ROOT, readVersion } = await import('../../src/cli/package-root.ts')
    const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
    const folder = path.join(root, 'narrative/evidence')
    const file = path.join(folder, (await readdir(folder)).find((name) => name.includes('first')) ?? '')
    const text = await readFile(file, 'utf8')
    const documents = path.join(root, 'narrative/reconstructions')
    const markdown = await readFile(path.join(documents, (await readdir(documents))[0] ?? ''), 'utf8')
    expect(rederive(JSON.parse(text), resealed(JSON.parse(text), markdown), composer)).toEqual([])
    for (const [before, after] of [
      ['"text":"GIT"', '"text":"LOGGED"'],
      ['**GIT**', '**LOGGED**'],
      ['"value":"1.26.4"', '"value":"1.26.5"'],
      ['"from":"commit"', '"from":"artifact"'],
    ] as const) {
      const compact = JSON.stringify(JSON.parse(text))
      expect(compact).toContain(before)
      const forged = JSON.parse(compact.replaceAll(before, after))
      expect(rederive(forged, resealed(forged, markdown), composer), `${before} as ${after}`).not.toEqual([])
    }
  })
})

describe('narrate reconstruct, of a hostile log', () => {
  test('nothing of it becomes HTML, a table cell, the end of a code block or a command', async () => {
    const project = await codeProject()
    const evil = 'x` | y\n```\n<script>alert(1)</script> $(touch pwned) [[r1.lr]] {{title}}'
    await project.commit(
      evil,
      '2026-03-01T10:00:00Z',
      { 'train.py': `parser.add_argument("--lr", default=${JSON.stringify(evil)})\n` },
      'Eve | `x` *b* <eve@example.org>',
    )
    await project.write({
      id: `e${'0'.repeat(31)}`,
      name: evil.split('\n')[0] ?? '',
      started: '2026-03-02T10:00:00Z',
      params: { lr: evil, depth: '<img src=x>' },
      metrics: { val_auc: 0.8 },
      tags: { command: `python train.py --lr '${evil}'` },
      user: '<i>mallory</i>',
    })
    const { code, stdout } = await run(project.root, [
      'reconstruct',
      'e000',
      '--unclear',
      evil,
      '--no-model',
      '--yes',
      '--quiet',
    ])
    expect(code).toBe(0)
    const outside = stdout.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')
    expect(outside).not.toMatch(/(?<!\\)<(?:script|img|b|i)\b/)
    const table = /## The setup\n([\s\S]*?)\nLOGGED:/.exec(outside)?.[1] ?? ''
    const rows = table.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(10)
    expect(rows.filter((line) => line.split(/(?<!\\)\|/).length !== 6)).toEqual([])
    expect(await run(project.root, ['verify', '--quiet'])).toMatchObject({ code: 0 })
  })
})

describe('narrate reconstruct, on real projects', () => {
  test.each([
    ['lost-pet', 'd4c20331'],
    ['stock-quant', ''],
  ])('%s: golden documents without a model and answered by hand; verify finds nothing', async (name, id) => {
    const root = await temporaryFolder()
    await cp(path.join(FIXTURES, 'mlflow', name), root, { recursive: true })
    const list = await run(root, ['runs', 'list', '--json', '--quiet', '--all'])
    const runs: readonly { readonly id: string; readonly status: string }[] = JSON.parse(list.stdout).runs
    const chosen = id === '' ? (runs.find(({ status }) => status === 'failed')?.id ?? '') : id
    await run(root, ['reconstruct', chosen, '--no-model', '--yes', '--quiet'])
    await expect(await bodyIn(root)).toMatchFileSnapshot(`${GOLDEN}/reconstruction-${name}.md`)
    expect((await run(root, ['verify', '--quiet'])).code).toBe(0)
    await rm(path.join(root, 'narrative'), { recursive: true })

    const draft = await readFile(path.join(FIXTURES, `answered-by-hand/reconstruction-${name}.json`), 'utf8')
    const model = scriptedModel([draft, draft, draft])
    await run(root, ['reconstruct', chosen, '--yes', '--quiet'], { model })
    expect(model.prompts).toHaveLength(1)
    await expect(await bodyIn(root)).toMatchFileSnapshot(
      `${GOLDEN}/reconstruction-${name}-answered-by-hand.md`,
    )
    expect((await run(root, ['verify', '--quiet'])).code).toBe(0)
  })
})
