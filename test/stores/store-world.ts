import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { pid } from 'node:process'
import type { DirectoryStoreOptions } from '../../src/stores/directory-store.ts'

/** What a store knows of the machine: this process, and a clock that moves on by a second at each look. */
export function storeWorld(
  changes: Partial<DirectoryStoreOptions['world']> = {},
): DirectoryStoreOptions['world'] {
  let now = Date.parse('2026-11-20T18:30:00Z')
  return {
    now: () => {
      now += 1000
      return now
    },
    processId: pid,
    hostName: hostname(),
    randomName: (length) => randomBytes(length).toString('hex').slice(0, length),
    signal: new AbortController().signal,
    ...changes,
  }
}
