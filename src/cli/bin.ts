#!/usr/bin/env node
// The gate. It must parse under any Node that knows ES modules (12.20 and up): nothing newer than dynamic import stands
// here, and whatever needs a newer Node is imported only after the version was checked.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = [22, 16]

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = NEEDED
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

/** A Node that npm put beside the code: a checkout brings its own. */
function findNode(from: string): string | null {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  let directory = from
  for (;;) {
    const candidate = path.join(directory, 'node_modules', '.bin', name)
    if (existsSync(candidate)) return candidate
    const parent = path.dirname(directory)
    if (parent === directory) return null
    directory = parent
  }
}

function runWith(node: string, file: string): void {
  const env = Object.assign({}, process.env, { NARRATE_NODE: node })
  const child = spawn(node, [file].concat(process.argv.slice(2)), { stdio: 'inherit', env })
  // At a terminal Ctrl-C reaches the child by itself: passing it on would count as a second one.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', (error) => {
    process.stderr.write(`narrate: ${node} could not be started: ${error.message}\n`)
    process.exitCode = 2
  })
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code === null ? 1 : code
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function quietSqliteWarning(): void {
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]): void => {
    const text = typeof warning === 'string' ? warning : warning.message
    if (/SQLite is an experimental feature/.test(text)) return
    Reflect.apply(emit, process, [warning].concat(rest as never[]))
  }) as typeof process.emitWarning
}

async function run(): Promise<void> {
  quietSqliteWarning()
  if (typeof module.enableCompileCache === 'function') module.enableCompileCache()
  const { keepHeapSmall } = await import('./keep-heap-small.ts')
  keepHeapSmall()
  const { makeWorld } = await import('./make-world.ts')
  const { main } = await import('./main.ts')
  try {
    process.cwd()
  } catch {
    process.stderr.write('narrate: the current folder is not there any more. Change into another one.\n')
    process.exitCode = 2
    return
  }
  const world = makeWorld(process)
  // Until something is known to be well, nothing is: work that is never finished must not end as a success.
  process.exitCode = 70
  process.exitCode = await main(process.argv.slice(2), world)
  // After Ctrl-C nothing that is still under way may keep the process.
  if (world.signal.aborted) process.exit()
}

const file = fileURLToPath(import.meta.url)
if (isNewEnough(process.versions.node)) {
  run().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 70
  })
} else {
  const node = process.env.NARRATE_NODE === undefined ? findNode(path.dirname(file)) : null
  if (node === null) {
    process.stderr.write(
      `narrate: Node ${NEEDED.join('.')} or newer is needed; this is ${process.versions.node}. Install it from https://nodejs.org, or run narrate from a clone after npm ci.\n`,
    )
    process.exitCode = 2
  } else {
    runWith(node, file)
  }
}
