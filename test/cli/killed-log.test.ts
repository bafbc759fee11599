import { execFileSync, spawn } from 'node:child_process'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { checkChain } from '../../src/stores/chain.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const BIN = path.join(ROOT, 'src/cli/bin.ts')
/** How often it is killed: a few times spread over the whole run, or `NARRATE_KILLS=50` times at random moments. */
const KILLS = Number(process.env.NARRATE_KILLS ?? 6)

/** Milliseconds after the start, from before the note is read to after the entry is saved. */
function momentOf(round: number): number {
  const part = process.env.NARRATE_KILLS === undefined ? round / KILLS : Math.random()
  return 100 + part * 1200
}

interface Ended {
  readonly killed: boolean
  readonly stderr: string
}

/** Runs `narrate log` for real; after `afterMilliseconds` it is killed with no chance to clean up. */
function narrate(folder: string, note: string, afterMilliseconds: number | null): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [
      BIN,
      'log',
      '--no-model',
      '--yes',
      '--json',
      '--since',
      '2026-03-09',
      '--until',
      '2026-03-09',
      '-m',
      note,
    ],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, LOGNAME: 'ines', NO_COLOR: '1' },
    },
  )
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  if (afterMilliseconds !== null) void sleep(afterMilliseconds).then(() => child.kill('SIGKILL'))
  return new Promise((resolve) =>
    child.on('close', (_, signal) => resolve({ killed: signal === 'SIGKILL', stderr })),
  )
}

async function textsBelow(folder: string, ending: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const files = names.filter((name) => name.endsWith(ending))
  return new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const),
    ),
  )
}

test(`killed ${KILLS} times at any moment, it keeps every note it took, leaves no half document, and the chain holds`, {
  timeout: 600_000,
}, async () => {
  const folder = await temporaryFolder()
  await cp(path.join(ROOT, 'examples/forty-seven-runs/mlflow.db'), path.join(folder, 'mlflow.db'))
  await writeFile(
    path.join(folder, 'narrate.yaml'),
    'sources:\n  - at: mlflow.db\n    as: mlflow\nday:\n  zone: Europe/Oslo\n',
  )
  execFileSync('git', ['init', '-q'], { cwd: folder })
  await writeFile(path.join(folder, '.gitignore'), '.narrate/\n')

  const taken = new Set<string>()
  let killed = 0
  for (let round = 0; round < KILLS; round++) {
    const note = `thought number ${round} of this day`
    const ended = await narrate(folder, note, momentOf(round))
    if (ended.killed) killed++
    const journal = [...(await textsBelow(path.join(folder, 'narrative/notes'), '.md')).values()].join('')
    if (journal.includes(note)) taken.add(note)
    for (const kept of taken) expect(journal).toContain(kept)
    if (!ended.killed) expect(journal).toContain(note)
    execFileSync('git', ['clean', '-fdXq'], { cwd: folder })
  }

  const last = await narrate(folder, 'the last thought', null)
  expect(last.stderr).not.toContain('narrate: ')
  const documents = await textsBelow(path.join(folder, 'narrative/log'), '.md')
  const records = await textsBelow(path.join(folder, 'narrative/evidence'), '.json')
  expect(documents.size).toBeGreaterThan(0)
  for (const [name, text] of documents) {
    expect(text.startsWith('---\nid: '), name).toBe(true)
    expect(text.trimEnd().endsWith('</details>'), name).toBe(true)
    expect(records.has(name.replace(/\.md$/, '.json')), name).toBe(true)
  }
  const chain = [...records].map(([name, text]) => ({
    id: name.replace(/\.json$/, ''),
    evidence: JSON.parse(text) as JsonObject,
  }))
  expect(checkChain(chain).breaks).toEqual([])
  const journal = [...(await textsBelow(path.join(folder, 'narrative/notes'), '.md')).values()].join('')
  for (const kept of taken) expect(journal).toContain(kept)
  expect(killed).toBeGreaterThan(0)
})
