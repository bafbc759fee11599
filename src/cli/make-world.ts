import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { homedir, hostname } from 'node:os'
import { addAbortSignal, type Readable } from 'node:stream'
import { isatty } from 'node:tty'
import { EXIT_CODES, NarrateError } from '../errors.ts'
import type { Output, World } from '../world.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * The real world behind a process. Ctrl-C (and SIGTERM) aborts `signal`; a second one ends the process at once. While a
 * program runs with the terminal attached, Ctrl-C is that program's. Output into a closed pipe is dropped in silence; output that a
 * full disk does not take is told, with exit code 6.
 */
export function makeWorld(process: NodeJS.Process): World {
  const abort = new AbortController()
  let attached = 0
  let unwritten: Error | null = null

  const interrupt = (): void => {
    if (attached > 0) return
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || unwritten !== null) return
      unwritten = error
      if (stream === process.stdout) {
        process.stderr.write(`narrate: what it prints could not be written: ${error.message}.\n`)
      }
    })
  }
  // Not thrown: a full disk under a redirected stdout must not stop an entry that is being saved elsewhere.
  process.on('exit', () => {
    if (unwritten !== null && (process.exitCode === 0 || process.exitCode === 1)) {
      process.exitCode = EXIT_CODES.store
    }
  })

  return {
    now: () => Date.now(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    processId: process.pid,
    hostName: hostname(),
    fetch: (...request) => globalThis.fetch(...request),
    stdin: {
      isTerminal: isatty(0),
      // Node opens it when it is first asked for, and most commands read none.
      get stream() {
        return process.stdin
      },
      readAll: () => readAll(process.stdin, abort.signal),
    },
    stdout: makeOutput(process.stdout),
    stderr: makeOutput(process.stderr),
    signal: abort.signal,
    randomName: (length) => Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join(''),
    runInteractive(command, args, input) {
      attached += 1
      return new Promise<number>((resolve, reject) => {
        const child = spawn(command, args, {
          stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
        })
        child.on('error', reject)
        child.on('exit', (code) => resolve(code ?? 1))
        // A pager that was left early reads no further.
        child.stdin?.on('error', () => undefined)
        child.stdin?.end(input)
      }).finally(() => {
        attached -= 1
      })
    },
  }
}

function makeOutput(stream: NodeJS.WriteStream): Output {
  return {
    write(text) {
      stream.write(text)
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true && stream.columns > 0 ? stream.columns : 80
    },
    stream,
  }
}

async function readAll(stream: Readable, signal: AbortSignal): Promise<string> {
  const pieces: Uint8Array[] = []
  addAbortSignal(signal, stream)
  for await (const piece of stream) pieces.push(Buffer.from(piece))
  // Loaded here: help and most commands read no stdin.
  const [{ isGap }, { decodeText }] = await Promise.all([
    import('../gap.ts'),
    import('../notes/decode-text.ts'),
  ])
  const decoded = decodeText(Buffer.concat(pieces), 'stdin')
  if (!isGap(decoded)) return decoded.text
  throw new NarrateError('source', 'What came through stdin is binary, not text: nothing was kept.', {
    hint: 'Pipe text (UTF-8, UTF-16 or Latin-1), or name a file with --notes.',
  })
}
