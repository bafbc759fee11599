import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { Model } from '../../src/models/model.ts'
import { makeWorld, type TestWorldOptions } from './make-world.ts'

const EXAMPLE = path.join(PACKAGE_ROOT, 'examples', 'forty-seven-runs')
const NOW = Date.parse('2026-03-11T18:00:00Z')

/** A copy of the example in a folder of its own, and the real command line in it. */
export interface ExampleCopy {
  readonly root: string
  run(
    argv: readonly string[],
    options?: Partial<TestWorldOptions> & { readonly model?: Model },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** The body of the newest document of a folder of the store, without front matter. */
  body(folder: string): Promise<string>
  /** Absolute path of the only file in a folder of the store. */
  file(folder: string): Promise<string>
}

/** It is removed when the test is over. */
export async function exampleCopy(): Promise<ExampleCopy> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-example-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const name of ['narrate.yaml', 'notes', 'mlflow.db'])
    await cp(path.join(EXAMPLE, name), path.join(root, name), { recursive: true })
  const fileOf = async (folder: string): Promise<string> => {
    const names = await readdir(path.join(root, 'narrative', folder))
    const newest = names
      .filter((name) => name.endsWith('.md'))
      .sort()
      .at(-1)
    if (newest === undefined) throw new Error(`no document in ${folder}`)
    return path.join(root, 'narrative', folder, newest)
  }
  return {
    root,
    async run(argv, { model, ...rest } = {}) {
      const { world, stdout, stderr } = makeWorld({
        cwd: root,
        now: NOW,
        timeZone: 'Europe/Oslo',
        env: { PATH: process.env.PATH, LOGNAME: 'ines', GIT_CEILING_DIRECTORIES: path.dirname(root) },
        ...rest,
      })
      const parts =
        model === undefined
          ? PARTS
          : { ...PARTS, chooseModel: async () => ({ model, reason: 'it was named', remember: null }) }
      const code = await main([...argv], world, parts)
      return { code, stdout: stdout(), stderr: stderr() }
    },
    file: fileOf,
    async body(folder) {
      const text = await readFile(await fileOf(folder), 'utf8')
      return text.replace(/^---\n[\s\S]*?\n---\n+/, '')
    },
  }
}
