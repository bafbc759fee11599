import { expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { makeWorld } from '../support/make-world.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LEVELS = ['1', '2', '3', '4', '5', '6', '7', '8']

/** 120 runs of which three settings move the loss, two of them nearly alike. */
function sweep(seed: number): string {
  const random = seededRandom(seed)
  return Array.from({ length: 120 }, (_, index) => {
    const [lr = '', width = '', depth = ''] = [0, 1, 2].map(() => random.shuffled([...LEVELS])[0])
    const noise = random.whole(0, 100) / 100
    const loss = 3 * Number(lr) + 1.05 * Number(width) + Number(depth) + 2 * noise
    return JSON.stringify({ name: `run-${index}`, lr, width, depth, val_loss: loss, status: 'finished' })
  }).join('\n')
}

test.each([2, 9, 14])(
  'an entry of a third of sweep %i stands, whatever order the settings have in it alone',
  async (seed) => {
    const cwd = await temporaryFolder({ 'experiments.jsonl': `${sweep(seed)}\n` })
    const keys = Array.from({ length: 40 }, (_, index) => `ledger:run-${index}`)
    const log = makeWorld({ cwd })
    await main(['log', ...keys, '--no-model', '--all-users', '--yes', '--quiet'], log.world)
    expect(log.stdout()).toContain('What moved val_loss most')
    const verify = makeWorld({ cwd })
    const code = await main(['verify', '--quiet'], verify.world)
    expect(verify.stdout()).toContain('1 document: 1 stands.')
    expect(code).toBe(0)
  },
)
