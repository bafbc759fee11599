import { Worker } from 'node:worker_threads'

/** Ends the process where a look never ends, even one that lets nothing else run, and says which it was. */
export interface HangGuard {
  /** A look begins; `what` is printed where it does not end within the limit. */
  begin(what: string): void
  end(): void
  close(): Promise<void>
}

const NAME_BYTES = 1000
/** A machine that is shared may leave a process little of itself: what waits and does nothing has this many times as long. */
const PATIENCE = 6
const WATCH = `
const { workerData: { state, name, limit } } = require('node:worker_threads')
const { writeSync } = require('node:fs')
let began = 0
let busy = 0
const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
for (;;) {
  Atomics.wait(state, 2, 0, 1000)
  if (Atomics.load(state, 2) === 1) break
  const now = Atomics.load(state, 0)
  if (now !== began) {
    began = now
    busy = spent()
  }
  const since = Date.now() / 1000 - Math.abs(began)
  if (began <= 0 || (spent() - busy < limit && since < ${PATIENCE} * limit)) continue
  const what = Buffer.from(name.slice(0, Atomics.load(state, 1))).toString()
  writeSync(2, 'no end within ' + limit + ' s: ' + what + '\\n')
  process.kill(process.pid, 'SIGKILL')
}`

/** Watches from a thread of its own; `limit` is far beyond what any look takes of the processor, in seconds. */
export function hangGuard(limit: number): HangGuard {
  const state = new Int32Array(new SharedArrayBuffer(12))
  const name = new Uint8Array(new SharedArrayBuffer(NAME_BYTES))
  const worker = new Worker(WATCH, { eval: true, workerData: { state, name, limit } })
  worker.unref()
  return {
    begin(what) {
      const bytes = Buffer.from(what).subarray(0, NAME_BYTES)
      name.set(bytes)
      Atomics.store(state, 1, bytes.length)
      Atomics.store(state, 0, Math.floor(Date.now() / 1000))
    },
    end: () => void Atomics.store(state, 0, 0),
    async close() {
      Atomics.store(state, 2, 1)
      Atomics.notify(state, 2)
      await worker.terminate()
    },
  }
}
