import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { writeFileStore } from '../runs/sources/mlflow/write-store.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../support/write-events.ts'

const ID = '3fa2c1d4e5f60718293a4b5c6d7e8f90'
const START = Date.parse('2026-11-20T09:00:00Z')

async function project(yaml = '') {
  const cwd = await temporaryFolder({ 'narrate.yaml': `project: churn\n${yaml}` })
  writeFileStore(join(cwd, 'mlruns'), {
    experiments: [{ id: '1', name: 'churn' }],
    runs: [
      {
        id: ID,
        experiment: '1',
        name: 'lgbm',
        status: 'FINISHED',
        start: START,
        end: START + 60_000,
        params: { lr: '0.1', log_dir: 'runs/lgbm' },
        metrics: { val_loss: [[START, 0.31, 3]] },
      },
    ],
  })
  const board = async (folder: string, metric: string, value: number) =>
    writeEvents(join(cwd, 'runs', folder), 'events.out.tfevents.1.host', [
      fileVersion(START / 1000),
      ...[1, 2, 3].map((step) =>
        event({ time: START / 1000 + step, step, values: [simpleValue(metric, value)] }),
      ),
    ])
  await board('lgbm', 'grad_norm', 2)
  await board('other', 'val_loss', 0.5)
  const run = async (...argv: readonly string[]) => {
    const { world, stdout, stderr } = makeWorld({ cwd })
    const code = await main(argv, world, PARTS)
    return { code, stdout: stdout(), stderr: stderr() }
  }
  return { cwd, run }
}

it('runs show tells where else a run is logged, and what may be the same', async () => {
  const { run } = await project()
  const list = await run('runs', 'list', '--json')
  expect(JSON.parse(list.stdout).runs.map(({ key }: { key: string }) => key)).toEqual([
    `mlflow:1/${ID}`,
    'tensorboard:other',
  ])
  const { code, stdout } = await run('runs', 'show', 'lgbm')
  expect(stdout).toContain('also in')
  expect(stdout).toContain('tensorboard:lgbm: the parameter log_dir names its folder')
  expect(stdout).toMatch(/maybe +the same as tensorboard:other: started in the same second/)
  expect(stdout).toMatch(/grad_norm +2/)
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(code).toBe(0)
})

it('joins: false in narrate.yaml tells both', async () => {
  const { run } = await project('joins: false\n')
  const { stdout } = await run('runs', 'list', '--json')
  expect(
    JSON.parse(stdout)
      .runs.map(({ key }: { key: string }) => key)
      .toSorted(),
  ).toEqual([`mlflow:1/${ID}`, 'tensorboard:lgbm', 'tensorboard:other'])
})

it('an entry tells a joined run once, says so, and is verified', async () => {
  const { cwd, run } = await project()
  const log = await run('log', '--model', 'none', '--since', '2026-11-20', '--all-users', '--yes')
  expect(log.code).toBe(0)
  const folder = join(cwd, 'narrative')
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'))
  const entry = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
  expect(entry).toContain('Logged in tensorboard too, and told once: ')
  const verified = await run('verify', '--live')
  expect(verified.stdout).toContain('1 document: 1 stands.')
  expect(verified.code).toBe(0)
})

it.each([
  ['log', ['log', '--since', '2026-11-20', '--all-users']],
  ['phase', ['phase', '--since', '2026-11-01']],
  ['plan', ['plan', '--target', 'val_loss=0.2']],
  ['decide', ['decide', '--finalists', 'lgbm,other', '--criteria', 'criteria.yaml']],
  ['reconstruct', ['reconstruct', 'lgbm']],
])(
  'a document of %s says in which logs a joined run stands and what one of them alone told, and is verified',
  async (_kind, words) => {
    const { cwd, run } = await project('metrics: { primary: val_loss }\n')
    await writeFile(join(cwd, 'criteria.yaml'), 'criteria:\n  - { metric: val_loss, weight: 1 }\n')
    const written = await run(...words, '--model', 'none', '--yes')
    expect(written.code).toBeLessThan(2)
    const folder = join(cwd, 'narrative')
    const [name = ''] = (await readdir(folder, { recursive: true })).filter((each) => each.endsWith('.md'))
    const text = await readFile(join(folder, name), 'utf8')
    expect(text).toMatch(/^- Logged in tensorboard too, and told once(\.|: .*)$/m)
    expect(text).toContain('- From tensorboard alone: metrics grad_norm.\n')
    expect((await run('verify')).code).toBe(0)
    await writeFile(join(folder, name), text.replace('alone: metrics grad_norm', 'alone: metrics val_loss'))
    expect((await run('verify')).code).toBe(1)
  },
)

it('runs show says which values another log alone told, and takes no other run of the same log for the same', async () => {
  const { cwd, run } = await project()
  const shown = (await run('runs', 'show', 'lgbm')).stdout.replace(/\s+/g, ' ')
  expect(shown).toContain(
    'tensorboard:lgbm: the parameter log_dir names its folder; from there alone: metrics grad_norm',
  )
  // A second pair that began in the same second: each is one run, and they are two.
  const other = ID.replace('3fa', '4fa')
  writeFileStore(join(cwd, 'mlruns'), {
    experiments: [{ id: '1', name: 'churn' }],
    runs: [
      { id: ID, experiment: '1', name: 'lgbm', start: START, params: { log_dir: 'runs/lgbm' } },
      { id: other, experiment: '1', name: 'other', start: START, params: { log_dir: 'runs/other' } },
    ],
  })
  const again = (await run('runs', 'show', 'lgbm')).stdout
  expect(again).toContain('also in')
  expect(again).not.toContain(other)
})

it('a run that was told under the key of its other source is not told again', async () => {
  const { cwd, run } = await project('joins: false\n')
  await writeFile(
    join(cwd, 'narrate.yaml'),
    'project: churn\njoins: false\nsources: [{ at: runs, as: tensorboard }]\n',
  )
  const words = ['--model', 'none', '--since', '2026-11-20', '--all-users', '--yes']
  expect((await run('log', ...words)).code).toBe(0)
  await writeFile(join(cwd, 'narrate.yaml'), 'project: churn\n')
  const { stdout } = await run('coverage', '--json')
  expect(JSON.parse(stdout).untold ?? []).toEqual([])
  const shown = await run('runs', 'show', 'lgbm')
  expect(shown.stdout).toContain('Documents that tell it')
})

it('a run that another source tells too by now is found by its old key, and verified by what its own source tells', async () => {
  const { cwd, run } = await project()
  const yaml = (sources: string) =>
    writeFile(join(cwd, 'narrate.yaml'), `project: churn\nsources: [${sources}]\n`)
  await yaml('{ at: runs, as: tensorboard }')
  await run('log', '--model', 'none', '--since', '2026-11-20', '--all-users', '--yes')
  await yaml('{ at: runs, as: tensorboard }, { at: mlruns, as: mlflow }')
  const shown = await run('runs', 'show', 'tensorboard:lgbm', '--json')
  expect(JSON.parse(shown.stdout).runs[0].key).toBe(`mlflow:1/${ID}`)
  const verified = await run('verify', '--live')
  expect(verified.stdout).toContain('1 document: 1 stands.')
  expect((await run('relink')).stdout).toBe('Every run that documents and notes name is there.\n')
})

async function twoStores() {
  const cwd = await temporaryFolder()
  const writeStore = (at: string, id: string) =>
    writeFileStore(join(cwd, at, 'mlruns'), {
      experiments: [{ id: '1', name: at }],
      runs: [{ id, experiment: '1', name: at, status: 'FINISHED', start: START, end: START + 60_000 }],
    })
  const run = async (...argv: readonly string[]) => {
    const { world, stdout } = makeWorld({ cwd })
    const code = await main(argv, world, PARTS)
    return { code, stdout: stdout() }
  }
  const keys = async (): Promise<readonly string[]> => {
    const { runs } = JSON.parse((await run('runs', 'list', '--json')).stdout)
    return runs.map(({ key }: { key: string }) => key).toSorted()
  }
  return { cwd, writeStore, run, keys }
}

it('where there are several logs of a kind each alias comes from its place, whatever is found beside it', async () => {
  const { cwd, writeStore, keys } = await twoStores()
  writeStore('b', ID)
  expect(await keys()).toEqual([`mlflow:1/${ID}`])
  writeStore('c', `${'c'.repeat(31)}1`)
  const two = await keys()
  expect(two.map((key) => key.replace(/-[0-9a-f]{4}:/, '-DIGEST:')).toSorted()).toEqual([
    `mlflow-DIGEST:1/${ID}`,
    `mlflow-DIGEST:1/${'c'.repeat(31)}1`,
  ])
  // One that sorts before the others changes nothing of theirs.
  writeStore('a', `${'a'.repeat(31)}1`)
  const three = await keys()
  expect(three.filter((key) => two.includes(key))).toEqual(two)
  expect(new Set(three.map((key) => key.slice(0, key.indexOf(':')))).size).toBe(3)
  expect(cwd).not.toBe('')
})

it('the log that documents tell by the name of its kind alone keeps it when others are found before it', async () => {
  const { writeStore, run, keys } = await twoStores()
  writeStore('b', ID)
  const log = await run('log', '--model', 'none', '--since', '2026-11-20', '--all-users', '--yes')
  expect(log.code).toBe(0)
  writeStore('a', `${'a'.repeat(31)}1`)
  const both = await keys()
  expect(both).toContain(`mlflow:1/${ID}`)
  expect(both.filter((key) => /^mlflow-[0-9a-f]{4}:/.test(key))).toHaveLength(1)
})

it('a log that documents tell by the digest of its place keeps that when it is the only one left', async () => {
  const { cwd, writeStore, run, keys } = await twoStores()
  writeStore('a', `${'a'.repeat(31)}1`)
  writeStore('b', ID)
  const both = await keys()
  await run('log', '--model', 'none', '--since', '2026-11-20', '--all-users', '--yes')
  await rm(join(cwd, 'a'), { recursive: true })
  expect(await keys()).toEqual(both.filter((key) => key.endsWith(ID)))
})
