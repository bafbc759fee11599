import { describe, expect, test } from 'vitest'
import { EMPTY_LOG_DRAFT } from '../support/empty-log-draft.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { scriptedModel } from '../support/scripted-model.ts'

describe('a question to the example', () => {
  test('"has anyone tried" a thing that metrics are called by finds the note of it, whatever documents say besides', async () => {
    const { run } = await exampleCopy()
    const ask = ['ask', 'has anyone tried focal loss, and what came of it?', '--no-model'] as const
    const parked = 'fixable, but would need a day. parked'
    expect((await run(ask)).stdout).toContain(parked)
    await run(['log', '--since', '2026-03-09', '--until', '2026-03-09', '--no-model', '--yes'])
    expect((await run(ask)).stdout).toContain(parked)
  })

  test('what changed by another data set is shown with the runs on both sides of it', async () => {
    const { run } = await exampleCopy()
    const model = scriptedModel([])
    await run(['ask', 'why were the duplicates removed, and what changed by it?'], { model })
    const prompt = model.prompts[0]?.user ?? ''
    expect(prompt).toContain('Same settings, other data')
    for (const name of ['rf-500-leaf20', 'rf-500-leaf20-dedup', 'lgbm-first-try', 'lgbm-dedup'])
      expect(prompt).toMatch(new RegExp(`^r\\d+ \\| ${name} `, 'm'))
  })

  test('what a document tells as an inference is found and quoted as one', async () => {
    const { run } = await exampleCopy()
    const told = 'The wobble of [[r1]] probably comes of too few buyers.'
    const draft = { ...EMPTY_LOG_DRAFT, title: 'A day with [[r1]]' }
    await run(['log', '--since', '2026-03-09', '--until', '2026-03-09', '--yes'], {
      model: scriptedModel([
        JSON.stringify({ ...draft, reading: [{ text: told, basis: 'inferred', checks: [] }] }),
      ]),
    })
    const answer = {
      recorded: 'yes',
      answer: [
        {
          text: '[[quote(d1, "probably comes of too few buyers")]]',
          basis: 'noted',
          checks: [],
        },
      ],
      not_recorded: [],
    }
    const model = scriptedModel([JSON.stringify(answer)])
    const { stdout } = await run(['ask', 'why is there a wobble?'], { model })
    expect(model.prompts[0]?.user).toMatch(/inferred\)?:? .*probably comes of too few buyers/)
    expect(stdout).toMatch(/“probably comes of too few buyers” \*\(inferred\)\*/)
  })
})
