import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { makeWorld } from '../support/make-world.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('demo', () => {
  test('writes the entry without a model in a copy of the example, each time in a new one', async () => {
    const temporary = await temporaryFolder()
    const outputs: string[] = []
    for (let round = 0; round < 2; round += 1) {
      const { world, stdout } = makeWorld({
        cwd: temporary,
        env: { TMPDIR: temporary, SECRET_TOKEN: 'val_f1 is 9' },
      })
      await main(['demo'], world)
      outputs.push(stdout())
    }
    const folders = await readdir(temporary)
    expect(folders).toHaveLength(2)
    for (const [index, output] of outputs.entries()) {
      expect(output).toContain('1. The entry of that day, written without a model')
      expect(output).toMatch(/9 Mar 2026 · 7 runs: 6 finished, 1 failed/)
      expect(output).toContain(`${temporary}/narrate-demo-`)
      expect(index).toBeLessThan(2)
    }
  })

  test('--model asks a model for the second, and says so where it fails', async () => {
    const temporary = await temporaryFolder()
    const { world, stdout, stderr } = makeWorld({ cwd: temporary, env: { TMPDIR: temporary } })
    const model = scriptedModel([])
    const code = await main(['demo', '--model', 'scripted/one'], world, {
      ...PARTS,
      chooseModel: async () => ({ model, reason: 'it was named.', remember: null }),
    })
    expect(model.prompts).toHaveLength(1)
    expect(stdout()).not.toContain('REPLAYED')
    expect(stderr()).toContain('scripted/one did not write it')
    expect(code).toBe(1)
  })
})
