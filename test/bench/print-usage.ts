import { writeFileSync } from 'node:fs'
import process from 'node:process'

// Loaded before the command line (`node --import`): what the process took is written where it was asked for, when it ends.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  writeFileSync(
    process.env.USAGE_FILE ?? '',
    JSON.stringify({ megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
  )
})
