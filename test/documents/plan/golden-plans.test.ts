import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { PACKAGE_ROOT } from '../../../src/cli/package-root.ts'
import { PARTS } from '../../../src/cli/parts.ts'
import { makeWorld } from '../../support/make-world.ts'
import { scriptedModel } from '../../support/scripted-model.ts'

const NOW = Date.parse('2026-03-11T08:00:00Z')
const GOLDEN = path.join(PACKAGE_ROOT, 'test', 'golden')

const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

interface Project {
  readonly from: string
  /** Files to copy; all where none is named. */
  readonly names?: readonly string[]
  readonly yaml?: string
  readonly flags: readonly string[]
}

const PROJECTS: Readonly<Record<string, Project>> = {
  'forty-seven-runs': {
    from: 'examples/forty-seven-runs',
    names: ['narrate.yaml', 'notes', 'mlflow.db'],
    flags: ['--target', 'val_f1=0.32', '--budget', '2 hours', '--deadline', '2026-03-20'],
  },
  'lost-pet': {
    from: 'test/fixtures/mlflow/lost-pet',
    yaml: 'project: lost pets\nusers: all\nsources:\n  - at: mlruns\n    as: mlflow\nmetrics:\n  directions: { Found_f1-score: higher }\n  primary: Found_f1-score\n',
    flags: ['--target', 'Found_f1-score=0.95'],
  },
  'stock-quant': {
    from: 'test/fixtures/mlflow/stock-quant',
    yaml: 'project: stock quant\nusers: all\nsources:\n  - at: mlruns\n    as: mlflow\nmetrics:\n  directions: { l2.valid: lower }\n  primary: l2.valid\n',
    flags: ['--target', 'l2.valid=0.98', '--budget', '10 runs'],
  },
}

async function plan(
  name: string,
  replies: readonly string[] | null,
): Promise<{ readonly body: string; readonly verified: number }> {
  const project = PROJECTS[name]
  if (project === undefined) throw new Error(`no project ${name}`)
  const cwd = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-golden-')))
  folders.push(cwd)
  const from = path.join(PACKAGE_ROOT, project.from)
  for (const one of project.names ?? (await readdir(from)))
    await cp(path.join(from, one), path.join(cwd, one), { recursive: true })
  if (project.yaml !== undefined) await writeFile(path.join(cwd, 'narrate.yaml'), project.yaml)
  const run = async (argv: readonly string[]) => {
    const { world, stdout } = makeWorld({ cwd, now: NOW, timeZone: 'UTC' })
    const model = replies === null ? null : scriptedModel(replies)
    const parts = {
      ...PARTS,
      chooseModel: async () =>
        model === null
          ? ({ model, reason: '--no-model.', remember: null } as const)
          : ({ model, reason: '--model names it.', remember: null } as const),
    }
    return { code: await main(argv, world, parts), stdout: stdout() }
  }
  const { stdout } = await run(['plan', ...project.flags, '--yes'])
  return { body: stdout, verified: (await run(['verify'])).code }
}

async function reply(name: string): Promise<string> {
  return readFile(path.join(GOLDEN, `plan-${name}.reply.json`), 'utf8')
}

describe('the plan of', () => {
  for (const name of Object.keys(PROJECTS)) {
    test(`${name} without a model is the one that was read and found good`, async () => {
      const { body, verified } = await plan(name, null)
      await expect(body).toMatchFileSnapshot(path.join(GOLDEN, `plan-${name}.md`))
      expect(verified).toBe(0)
    }, 60_000)

    test(`${name} by a model is the one that was read and found good`, async () => {
      const { body, verified } = await plan(name, [await reply(name)])
      await expect(body).toMatchFileSnapshot(path.join(GOLDEN, `plan-${name}-by-a-model.md`))
      expect(verified).toBe(0)
    }, 60_000)
  }
})
