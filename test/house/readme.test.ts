import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string) => readFile(join(root, path), 'utf8')

async function scriptsOfPackage(): Promise<readonly string[]> {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await textOf('package.json')))
  return Object.keys(scripts)
}

/** Names behind `npm run`, and `test` for `npm test`. */
function scriptsNamedIn(text: string): readonly string[] {
  return [...text.matchAll(/\bnpm (?:run )(?:--silent )?([a-z][a-z:-]*)|\bnpm (test)\b/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
}

describe('README', () => {
  it('gives the two commands that a newcomer needs', async () => {
    const readme = await textOf('README.md')
    expect(readme).toContain('npm ci && npm run demo')
    expect(readme).toContain('npm ci && npm test')
  })

  it.each(['README.md', '.ci/run'])('names only commands that package.json has (%s)', async (path) => {
    const scripts = await scriptsOfPackage()
    const named = scriptsNamedIn(await textOf(path))
    expect(named).not.toEqual([])
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })
})

describe('.ci/run', () => {
  it('runs both commands of README, the checks, and the interop suite', async () => {
    expect(scriptsNamedIn(await textOf('.ci/run'))).toEqual(
      expect.arrayContaining(['test', 'demo', 'check', 'test:interop']),
    )
  })
})
