import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('the demo writes the entry of a day without a model, and replays its recorded narrative', async () => {
  const TMPDIR = await temporaryFolder()
  const { world, stdout, stderr } = makeWorld({ cwd: TMPDIR, env: { PATH: process.env.PATH, TMPDIR } })
  const code = await main(['demo', '--json'], world)
  const { folder, entries, replayed } = JSON.parse(stdout())
  await rm(folder, { recursive: true })
  // After a change of prompt, evidence or example the recording is made anew: test/support/record-demo-reply.ts.
  expect(stderr()).not.toContain('does not fit this version')
  expect([code, replayed]).toEqual([0, true])
  const [plain, told] = entries
  expect(plain.model).toBeNull()
  expect(told.model.provider).toBe('recorded')
  expect(told.runs).toEqual(plain.runs)
  expect(told.statements).toBeGreaterThan(10)
  expect(told.verdicts).toEqual({ supported: told.statements, contradicted: 0, unsupported: 0 })
})
