import { describe, expect, test } from 'vitest'
import { parseModelName, printModelName } from '../../src/models/model-name.ts'

const providers = ['anthropic', 'openai', 'local']

describe('parseModelName', () => {
  test.each([
    ['none', { kind: 'none' }],
    ['anthropic/claude-x', { kind: 'named', model: { provider: 'anthropic', name: 'claude-x' } }],
    [' local/org/model:8b ', { kind: 'named', model: { provider: 'local', name: 'org/model:8b' } }],
    ['openai', { kind: 'unnamed', provider: 'openai' }],
    ['openai/ ', { kind: 'unnamed', provider: 'openai' }],
  ])('reads %j', (text, parsed) => {
    expect(parseModelName(text, '--model', providers)).toEqual(parsed)
  })

  test.each(['gpt-x', 'Anthropic/claude', '/x', '', 'none/x'])('refuses %j', (text) => {
    expect(() => parseModelName(text, '--model', providers)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `--model names the model ${JSON.stringify(text)}, of no known provider.`,
        hint: 'Write provider/name, where the provider is anthropic, openai, local; or none.',
      }),
    )
  })

  test('is printed as it is written', () => {
    expect(printModelName({ provider: 'local', name: 'org/model:8b' })).toBe('local/org/model:8b')
  })
})
