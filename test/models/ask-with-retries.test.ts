import { describe, expect, test } from 'vitest'
import { askWithRetries } from '../../src/models/ask-with-retries.ts'
import type { Answer } from '../../src/models/model.ts'
import type { Server } from '../../src/models/trouble.ts'
import { askOptions } from './asking.ts'

const server: Server = {
  shown: 'The server at http://127.0.0.1:9/v1',
  isLocal: true,
  modelName: 'm',
  keyHint: 'Check the key.',
  nameHint: 'Name another.',
  keys: [],
}
const answered: Answer = {
  kind: 'answered',
  text: '{}',
  modelName: 'm',
  use: { inputTokens: null, outputTokens: null },
}
const clock = { now: Date.now }

function busy(headers: Readonly<Record<string, string>>) {
  return Object.assign(new Error('busy'), { status: 429, error: {}, headers: new Headers(headers) })
}

describe('askWithRetries', () => {
  test('really waits, and then asks again', async () => {
    const options = askOptions()
    let tries = 0
    const answer = await askWithRetries(server, options, clock, async () => {
      tries += 1
      if (tries === 1) throw busy({ 'retry-after-ms': '5' })
      return answered
    })
    expect(answer).toBe(answered)
    expect(options.waits).toEqual([
      { reason: 'The server at http://127.0.0.1:9/v1 limits the rate of requests.', milliseconds: 5 },
    ])
  })

  test('stops a real wait at once when it is aborted', async () => {
    const abort = new AbortController()
    const asked = askWithRetries(
      server,
      askOptions({ signal: abort.signal, onWait: () => setTimeout(() => abort.abort(), 5) }),
      clock,
      async () => {
        throw busy({ 'retry-after': '50' })
      },
    )
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('does not tell what arrives after it was stopped', async () => {
    const options = askOptions({ timeLimitMilliseconds: 20 })
    let say: (text: string) => void = () => undefined
    const answer = await askWithRetries(server, options, clock, (_signal, onText) => {
      say = onText
      onText('early')
      return new Promise(() => undefined)
    })
    say('late')
    expect(answer).toMatchObject({ kind: 'failed', text: 'early' })
    expect(options.heard).toEqual(['early'])
  })

  test('stops the request it leaves behind', async () => {
    const signals: AbortSignal[] = []
    await askWithRetries(server, askOptions(), clock, async (signal) => {
      signals.push(signal)
      return answered
    })
    expect(signals.map((signal) => signal.aborted)).toEqual([true])
  })
})
