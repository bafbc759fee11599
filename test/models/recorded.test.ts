import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { promptDigest, recorded, recordReply } from '../../src/models/recorded.ts'
import { askOptions, prompt, repair } from './asking.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'narrate-recorded-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

const world = { randomName: () => 'abcdefgh' }
const byHand = { modelName: 'a reader', answeredBy: 'hand', world } as const

describe('recorded', () => {
  test('replays what was recorded for a prompt and its repair, and says that it does', async () => {
    const folder = await temporaryFolder()
    await recordReply({ ...byHand, folder, prompt, text: '{"txt":1}' })
    const path = await recordReply({ ...byHand, folder, prompt: repair, text: '{"text":"b"}' })
    const options = askOptions()
    const model = recorded({ folder })
    const answer = (text: string) => ({
      kind: 'answered',
      text,
      modelName: 'a reader (recorded, written by hand)',
      use: { inputTokens: null, outputTokens: null },
    })
    expect(await model.ask(prompt, options)).toEqual(answer('{"txt":1}'))
    expect(await model.ask(repair, options)).toEqual(answer('{"text":"b"}'))
    expect(options.heard).toEqual(['{"txt":1}', '{"text":"b"}'])
    expect([model.provider, model.isLocal, await model.contextSize()]).toEqual(['recorded', true, null])
    expect(await readdir(folder)).toEqual([`${promptDigest(prompt).slice(0, 16)}.json`])
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      format: 'narrate-recording-1',
      promptDigest: promptDigest(prompt),
      modelName: 'a reader',
      answeredBy: 'hand',
      turns: [
        { promptDigest: promptDigest(prompt), text: '{"txt":1}' },
        { promptDigest: promptDigest(repair), text: '{"text":"b"}' },
      ],
    })
  })

  test('takes a new reply to the same prompt for the old one and its repairs', async () => {
    const folder = await temporaryFolder()
    await recordReply({ ...byHand, folder, prompt, text: 'old' })
    await recordReply({ ...byHand, folder, prompt: repair, text: 'old repair' })
    await recordReply({ ...byHand, folder, prompt: repair, text: 'new repair' })
    expect(await recorded({ folder }).ask(repair, askOptions())).toMatchObject({ text: 'new repair' })
    await recordReply({ ...byHand, answeredBy: 'model', folder, prompt, text: 'new' })
    expect(await recorded({ folder }).ask(prompt, askOptions())).toMatchObject({
      text: 'new',
      modelName: 'a reader (recorded, answered by a model)',
    })
    expect(await recorded({ folder }).ask(repair, askOptions())).toMatchObject({ kind: 'failed' })
  })

  const other = (change: object) => ({ ...prompt, ...change })

  test.each([
    ['its instructions', other({ system: 'You draft a log entry. ' })],
    ['its evidence', other({ user: 'The evidence: r2 “søk”.' })],
    ['the name of its schema', other({ schema: { ...prompt.schema, name: 'log' } })],
    ['its schema', other({ schema: { name: 'log_entry', jsonSchema: { type: 'object' } } })],
    ['its turns', other({ turns: [{ role: 'user', text: 'again' }] })],
    ['where its parts begin', other({ system: `${prompt.system}T`, user: prompt.user.slice(1) })],
  ])('has no reply where a prompt differs in %s', async (_name, changed) => {
    const folder = await temporaryFolder()
    await recordReply({ ...byHand, folder, prompt, text: '{}' })
    expect(await recorded({ folder }).ask(changed, askOptions())).toEqual({
      kind: 'failed',
      reason: `No recorded reply answers this prompt (digest ${promptDigest(changed).slice(0, 16)}).`,
      hint: 'Recordings answer exactly the prompt they were made for: record the reply anew, or name a model.',
      text: '',
    })
  })

  test('fails where there is no folder, and where the file is something else', async () => {
    const folder = await temporaryFolder()
    expect(await recorded({ folder: join(folder, 'none') }).ask(prompt, askOptions())).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('No recorded reply'),
    })
    const path = await recordReply({ ...byHand, folder, prompt, text: '{}' })
    for (const text of ['{', '{"format":"narrate-recording-2"}']) {
      await writeFile(path, text)
      expect(await recorded({ folder }).ask(prompt, askOptions())).toMatchObject({
        kind: 'failed',
        reason: `${path} is not a recording that this narrate can read.`,
      })
    }
  })

  test('throws cancelled when it is aborted', async () => {
    const asked = recorded({ folder: 'none' }).ask(prompt, askOptions({ signal: AbortSignal.abort() }))
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })
})
