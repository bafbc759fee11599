import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const gate = join(root, 'src/cli/bin.ts')

/** Makes a process believe that it runs under another Node. */
function pretend(version: string): readonly string[] {
  const code = `Object.defineProperty(process.versions, "node", { value: "${version}" })`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

function run(file: string, version: string, ...words: readonly string[]): SpawnSyncReturns<string> {
  const { NARRATE_NODE: _ours, ...env } = process.env
  return spawnSync(execPath, [...pretend(version), file, ...words], { encoding: 'utf8', env })
}

/** The gate alone in a folder, as an installed package has it: nothing else of narrate is beside it. */
async function lonelyGate(): Promise<string> {
  const folder = await temporaryFolder({ 'package.json': '{"type":"module"}' })
  await mkdir(join(folder, 'dist/cli'), { recursive: true })
  await copyFile(gate, join(folder, 'dist/cli/bin.ts'))
  return folder
}

async function bringNode(folder: string, script: string): Promise<void> {
  const node = join(folder, 'node_modules/.bin/node')
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
  await writeFile(node, `#!/bin/sh\n${script}\n`)
  await chmod(node, 0o755)
}

describe('the gate', () => {
  it('is written in syntax that old Nodes parse', async () => {
    const source = await readFile(gate, 'utf8')
    const written = (target: ts.ScriptTarget) =>
      ts.transpileModule(source, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText
    expect(written(ts.ScriptTarget.ES2019)).toBe(written(ts.ScriptTarget.ESNext))
  })

  it.each(['22.15.9', '20.20.2', '18.0.0', '12.20.0'])(
    'says what is needed in one line where Node is %s and no other is to be had',
    async (version) => {
      const folder = await lonelyGate()
      const { status, stdout, stderr } = run(join(folder, 'dist/cli/bin.ts'), version, '--version')
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toMatch(/^narrate: Node 22\.16 or newer is needed; this is [\d.]+\. [^\n]+\n$/)
      expect(stderr).toContain(`this is ${version}.`)
    },
  )

  it('goes on with the Node that npm put beside the code, and passes words and exit code on', async () => {
    const folder = await lonelyGate()
    await bringNode(folder, 'printf "%s\\n" "$@"; echo "$NARRATE_NODE"; exit 6')
    const file = join(folder, 'dist/cli/bin.ts')
    const { status, stdout } = run(file, '20.20.2', 'log', '-m', 'two words', '')
    expect(stdout.split('\n')).toEqual([
      file,
      'log',
      '-m',
      'two words',
      '',
      join(folder, 'node_modules/.bin/node'),
      '',
    ])
    expect(status).toBe(6)
  })

  it('does not start a Node that is itself too old again and again', async () => {
    const folder = await lonelyGate()
    const file = join(folder, 'dist/cli/bin.ts')
    await bringNode(
      folder,
      `exec "${execPath}" ${pretend('20.0.0')
        .map((word) => `'${word}'`)
        .join(' ')} "$@"`,
    )
    const { status, stderr } = run(file, '18.0.0')
    expect(status).toBe(2)
    expect(stderr).toContain('this is 20.0.0.')
  })

  it('ends by the signal that ended the other Node', async () => {
    const folder = await lonelyGate()
    await bringNode(folder, 'kill -TERM $$')
    const child = spawn(execPath, [...pretend('20.20.2'), join(folder, 'dist/cli/bin.ts')], {
      stdio: 'ignore',
    })
    const [code, signal] = await once(child, 'exit')
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' })
  })

  it.each(['22.16.0', '23.0.0', '24.21.0', '100.1.0'])('lets Node %s through', async (version) => {
    const { version: own } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const { status, stdout } = run(gate, version, '--version')
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${own}\n` })
  })
})
