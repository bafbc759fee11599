import type { Readable, Writable } from 'node:stream'

/** Output that may be a terminal. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** Width in columns; 80 where it is not a terminal. */
  readonly columns: number
  /** The stream behind it, for libraries that draw. */
  readonly stream: Writable
}

/** Input that may be a terminal. */
export interface Input {
  readonly isTerminal: boolean
  readonly stream: Readable
  /** All of it as text; only sensible where it is not a terminal. */
  readAll(): Promise<string>
}

/**
 * All that the code may know of the machine it runs on: time, environment, network, streams, a way to start a program.
 * It is made once in `cli/bin.ts`; tests make their own.
 */
export interface World {
  /** Milliseconds since 1970 (UTC). */
  now(): number
  /** The user's IANA time zone, `Europe/Oslo`. */
  readonly timeZone: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly processId: number
  readonly hostName: string
  readonly fetch: typeof globalThis.fetch
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Random lower-case letters and digits, for names of temporary files. */
  randomName(length: number): string
  /**
   * Runs a program with the terminal attached (an editor) and resolves to its exit code. A text given goes to its standard
   * input (a pager); the program need not read it to the end.
   */
  runInteractive(command: string, args: readonly string[], input?: string): Promise<number>
}
