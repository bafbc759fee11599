import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { readSettings } from '../../src/cli/read-settings.ts'
import { writtenSettings } from '../../src/cli/written-settings.ts'
import { settingsSchema } from '../../src/settings.ts'
import { fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function run(
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  env: Record<string, string> = {},
) {
  const cwd = await temporaryFolder(files)
  const { world, stdout, stderr } = makeWorld({ cwd, env })
  const logs = { [`${cwd}/mlruns`]: { runs: [] }, [`${cwd}/old/mlruns`]: { runs: [] } }
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [fakeKind(logs, 'mlflow')] })
  return { code, stdout: stdout(), stderr: stderr(), cwd }
}

describe('init', () => {
  test('writes a narrate.yaml with the logs it found, and says which', async () => {
    const { code, stdout, stderr, cwd } = await run(['init'])
    expect(stderr).toBe(
      'Found mlflow at mlruns (by the project folder).\nFound mlflow at old/mlruns (by the project folder).\n',
    )
    expect(stdout).toBe('Wrote narrate.yaml. Next: narrate runs list\n')
    const settings = await readSettings(path.join(cwd, 'narrate.yaml'), 'narrate.yaml')
    expect(settings.sources).toEqual([
      { at: 'mlruns', as: expect.stringMatching(/^mlflow-[0-9a-f]{4}$/) },
      { at: 'old/mlruns', as: expect.stringMatching(/^mlflow-[0-9a-f]{4}$/) },
    ])
    expect(settings.project).toBe(path.basename(cwd))
    expect(code).toBe(0)
  })

  test('what it writes as comments on repeats, waivers, costs, production and plan are settings once the # is gone', async () => {
    const text = writtenSettings({ project: 'churn', sources: [] })
    const lines = text.split('\n')
    const block = (name: string): string =>
      lines
        .slice(lines.findIndex((line) => line.startsWith(`# ${name}:`)))
        .join('\n')
        .split('\n\n')[0]
        ?.replace(/^# /gm, '') ?? ''
    const settings = settingsSchema.parse(
      parse(['repeats', 'waivers', 'costs', 'production', 'plan'].map(block).join('\n')),
    )
    expect(settings.repeats).toEqual({ ignore: ['run_dir', 'log_*'], tolerance: 0.01 })
    expect(settings.waivers).toMatchObject([{ across: 'evaluation data' }])
    expect(settings.production).toEqual(['3fa2c1d0', 'lgbm-2025-11'])
    expect(settings.costs).toEqual({ perHour: 0.5, perGpuHour: 2.5, currency: 'EUR' })
    expect(settings.plan).toMatchObject({ target: { val_auc: 0.86 }, deadline: '2026-12-15' })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(88)
  })

  test('never overwrites a narrate.yaml', async () => {
    const { code, stderr, cwd } = await run(['init'], { 'narrate.yaml': 'goal: mine\n' })
    expect(stderr).toContain('narrate.yaml is there already; it was left as it is.')
    expect(await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')).toBe('goal: mine\n')
    expect(code).toBe(2)
  })

  test('takes only what is named where something is named', async () => {
    const { stdout } = await run(['init', '--json', '--source', 'old/mlruns'])
    expect(JSON.parse(stdout)).toEqual({
      settings: 'narrate.yaml',
      sources: [{ kind: 'mlflow', at: 'old/mlruns', as: 'mlflow' }],
    })
  })

  test('--dry-run prints the file and writes none', async () => {
    const { stdout, cwd } = await run(['init', '--dry-run'])
    expect(stdout).toMatch(/sources:\n {2}- at: mlruns\n {4}as: mlflow-[0-9a-f]{4}\n/)
    await expect(readFile(path.join(cwd, 'narrate.yaml'))).rejects.toThrow('ENOENT')
  })

  test('says that MLFLOW_TRACKING_URI could not be read, and writes the file all the same', async () => {
    const { code, stderr } = await run(['init'], {}, { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000' })
    expect(stderr).toContain('nothing that narrate can read is there')
    expect(stderr).toContain('Found no run log here: add yours under sources:.')
    expect(code).toBe(1)
  })
})
