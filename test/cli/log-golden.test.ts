import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { exampleCopy } from '../support/example-copy.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const GOLDEN = path.resolve(import.meta.dirname, '../golden')
const FIXTURES = path.resolve(import.meta.dirname, '../fixtures')
const QUIET = ['--yes', '--quiet']

describe('the log entry', () => {
  test('of a day before the primary metric changed is ranked by the metric that decided then', async () => {
    const copy = await exampleCopy()
    await copy.run(['log', '--since', '2026-03-05', '--until', '2026-03-05', '--no-model', ...QUIET])
    await expect(await copy.body('log')).toMatchFileSnapshot(`${GOLDEN}/log-2026-03-05.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('of the same day with a draft answered by hand', async () => {
    const copy = await exampleCopy()
    const draft = await readFile(path.join(FIXTURES, 'answered-by-hand/log-2026-03-05.json'), 'utf8')
    const model = scriptedModel([draft, draft, draft])
    await copy.run(['log', '--since', '2026-03-05', '--until', '2026-03-05', ...QUIET], { model })
    await expect(await copy.body('log')).toMatchFileSnapshot(`${GOLDEN}/log-2026-03-05-answered-by-hand.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('of a day with a decision bears it as its title', async () => {
    const copy = await exampleCopy()
    await copy.run(['log', '--since', '2026-03-06', '--until', '2026-03-06', '--no-model', ...QUIET])
    const body = await copy.body('log')
    expect(body).toContain('# caravan cross-sell: “oversampling DROPPED”')
    await expect(body).toMatchFileSnapshot(`${GOLDEN}/log-2026-03-06.md`)
  })

  test('over runs that were chosen takes what the notes say of them', async () => {
    const copy = await exampleCopy()
    await copy.run(['log', 'xgb-depth2', 'candidate-xgb', 'lgbm-leaves4', '--no-model', ...QUIET])
    const body = await copy.body('log')
    expect(body).toContain('chosen: xgb-depth2, candidate-xgb, lgbm-leaves4')
    expect(body).not.toContain('last day before the handover')
    await expect(body).toMatchFileSnapshot(`${GOLDEN}/log-chosen-runs.md`)
    expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
  })

  test.each(['lost-pet', 'stock-quant'])('of a real store, %s, without a note', async (store) => {
    const copy = await exampleCopy()
    await nameStore(copy.root, store)
    await copy.run(['log', ...SPAN, '--no-model', ...QUIET])
    await expect(await copy.body('log')).toMatchFileSnapshot(`${GOLDEN}/log-${store}.md`)
  })

  test.each(['lost-pet', 'stock-quant'])(
    'of a real store, %s, with a draft answered by hand',
    async (store) => {
      const copy = await exampleCopy()
      await nameStore(copy.root, store)
      const draft = await readFile(path.join(FIXTURES, `answered-by-hand/log-${store}.json`), 'utf8')
      const model = scriptedModel([draft, draft, draft])
      const { stderr } = await copy.run(['log', ...SPAN, '--yes'], { model })
      expect(model.prompts).toHaveLength(1)
      expect(stderr).toMatch(/\d+ of its statements stand\./)
      await expect(await copy.body('log')).toMatchFileSnapshot(`${GOLDEN}/log-${store}-answered-by-hand.md`)
      expect(await copy.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
    },
  )
})

const SPAN = ['--since', '2020-01-01', '--until', '2026-12-31']

async function nameStore(root: string, store: string): Promise<void> {
  const source = path.join(FIXTURES, 'mlflow', store, 'mlruns')
  await writeFile(
    path.join(root, 'narrate.yaml'),
    `project: ${store}\nusers: all\nsources:\n  - at: ${source}\n    as: ${store}\n`,
  )
}
