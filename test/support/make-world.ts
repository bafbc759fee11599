import { PassThrough, Readable } from 'node:stream'
import type { World } from '../../src/world.ts'

/** A world whose output can be looked at. Everything may be set; nothing reaches the network or the real process. */
export interface TestWorld {
  readonly world: World
  stdout(): string
  stderr(): string
  readonly abort: AbortController
  /** What `runInteractive` was asked to run. */
  readonly programs: readonly (readonly string[])[]
}

export interface TestWorldOptions {
  readonly cwd: string
  /** Default: 2026-11-20T18:30:00Z. */
  readonly now?: number
  readonly timeZone?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Piped input; without it stdin is an empty pipe. */
  readonly stdin?: string
  /** Makes all three streams a terminal of this width. */
  readonly terminal?: number
  /** Keys typed at the terminal, each when a question is asked. */
  readonly keys?: readonly string[]
  /** Plays the editor or the pager: receives the program, its arguments and what is piped into it. */
  readonly onInteractive?: (command: string, args: readonly string[], input?: string) => Promise<number>
  readonly fetch?: typeof globalThis.fetch
}

export function makeWorld(options: TestWorldOptions): TestWorld {
  const abort = new AbortController()
  const programs: (readonly string[])[] = []
  const out = capture(options.terminal)
  const err = capture(options.terminal)
  const input: Readable =
    options.terminal === undefined ? Readable.from([options.stdin ?? '']) : typingStream(options.keys ?? [])
  let names = 0
  const world: World = {
    now: () => options.now ?? Date.parse('2026-11-20T18:30:00Z'),
    timeZone: options.timeZone ?? 'UTC',
    env: { NO_COLOR: '1', ...options.env },
    cwd: options.cwd,
    home: options.cwd,
    processId: 4242,
    hostName: 'test',
    fetch:
      options.fetch ??
      (async (request) => {
        throw new Error(`a request nobody expected: ${String(request)}`)
      }),
    stdin: {
      isTerminal: options.terminal !== undefined,
      stream: input,
      readAll: async () => options.stdin ?? '',
    },
    stdout: out.output,
    stderr: err.output,
    signal: abort.signal,
    randomName: (length) => {
      names += 1
      return String(names).padStart(length, 'n').slice(-length)
    },
    async runInteractive(command, args, input) {
      programs.push([command, ...args])
      return options.onInteractive === undefined ? 0 : await options.onInteractive(command, args, input)
    },
  }
  return { world, stdout: out.text, stderr: err.text, abort, programs }
}

function capture(columns: number | undefined): { readonly output: World['stdout']; text(): string } {
  const pieces: string[] = []
  const stream = new PassThrough()
  stream.on('data', (piece: Buffer) => pieces.push(piece.toString('utf8')))
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns, rows: 24 })
  return {
    output: {
      write: (text) => {
        stream.write(text)
      },
      isTerminal: columns !== undefined,
      columns: columns ?? 80,
      stream,
    },
    text: () => pieces.join(''),
  }
}

/** A terminal whose user types the next keys whenever a question puts it into raw mode. */
function typingStream(keys: readonly string[]): Readable {
  const stream = new PassThrough()
  const waiting = [...keys]
  return Object.assign(stream, {
    isTTY: true,
    setRawMode(isRaw: boolean) {
      const next = isRaw ? waiting.shift() : undefined
      if (next !== undefined)
        setImmediate(() => {
          for (const key of next) stream.write(key)
        })
      return stream
    },
  })
}
