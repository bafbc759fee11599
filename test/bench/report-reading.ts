import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import type { World } from '../../src/world.ts'

/** Begins to measure a reading; what it gives back prints, as JSON, what was seen, how long it took and the memory of this process. */
export function beginReading(world: World): (seen: Readonly<Record<string, number>>) => void {
  const began = performance.now()
  const used = process.cpuUsage()
  return (seen) => {
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(used)
    const megabytes = process.resourceUsage().maxRSS / 1024
    const result = { seen, seconds, cpu: (user + system) / 1e6, megabytes, private: privateMegabytes() }
    world.stdout.write(`${JSON.stringify(result)}\n`)
  }
}

/** Resident memory that is no file's: not the code of Node itself. Linux tells it, others do not (null). */
function privateMegabytes(): number | null {
  const status = '/proc/self/status'
  const found = existsSync(status) ? /RssAnon:\s+(\d+)/.exec(readFileSync(status, 'utf8')) : null
  return found === null ? null : Number(found[1]) / 1024
}
