import { describe, expect, test } from 'vitest'
import { consentKey, decideModel, type Wishes } from '../../src/models/consent.ts'
import type { LocalServer, ServedModel } from '../../src/models/local-server.ts'

const REMOTE = 'https://api.example'
const wishes: Wishes = {
  flag: null,
  noModel: false,
  settingsModel: null,
  env: {},
  providers: ['anthropic', 'openai', 'local'],
  place: (model) =>
    model.provider === 'local'
      ? { endpoint: 'http://127.0.0.1:11434/v1', isLocal: true }
      : { endpoint: REMOTE, isLocal: false },
  isTerminal: true,
  yes: false,
  rememberedConsent: [],
  localServers: null,
}

function server(...models: readonly Partial<ServedModel>[]): LocalServer {
  return {
    endpoint: { url: 'http://127.0.0.1:11434/v1', shown: 'http://127.0.0.1:11434/v1', isLocal: true },
    software: 'Ollama',
    models: models.map((model, index) => ({
      name: `m${index}`,
      contextSize: 8192,
      isLoaded: false,
      isRemote: false,
      ...model,
    })),
  }
}

const claude = { provider: 'anthropic', name: 'claude-x' }
const qwen = { provider: 'local', name: 'qwen' }
const key = { ANTHROPIC_API_KEY: 'k' }
const named = { NARRATE_MODEL: 'anthropic/claude-x' }
const agreed = consentKey(claude, REMOTE)

describe('decideModel', () => {
  test.each<[string, Partial<Wishes>, object]>([
    [
      '--no-model',
      { noModel: true, settingsModel: 'anthropic/claude-x' },
      { kind: 'none', reason: '--no-model was given.' },
    ],
    [
      '--no-model --model none',
      { noModel: true, flag: 'none' },
      { kind: 'none', reason: '--no-model was given.' },
    ],
    [
      '--model none over narrate.yaml',
      { flag: 'none', settingsModel: 'anthropic/claude-x' },
      { kind: 'none', reason: '--model says none.' },
    ],
    [
      'none in narrate.yaml',
      { settingsModel: 'none', env: named },
      { kind: 'none', reason: 'narrate.yaml says none.' },
    ],
    [
      'none in the environment',
      { env: { NARRATE_MODEL: 'none' } },
      { kind: 'none', reason: 'NARRATE_MODEL says none.' },
    ],
    [
      '--model, without a terminal, with --yes',
      { flag: 'anthropic/claude-x', isTerminal: false, yes: true },
      { kind: 'use', model: claude, reason: '--model names anthropic/claude-x.' },
    ],
    [
      '--model over narrate.yaml',
      { flag: 'local/qwen', settingsModel: 'anthropic/claude-x' },
      { kind: 'use', model: qwen, reason: '--model names local/qwen.' },
    ],
    [
      'narrate.yaml, without a terminal',
      { settingsModel: 'anthropic/claude-x', isTerminal: false },
      { kind: 'use', model: claude, reason: 'narrate.yaml names anthropic/claude-x.' },
    ],
    [
      'a provider without a name',
      { flag: 'local' },
      { kind: 'unnamed', provider: 'local', reason: '--model names the provider local without a model.' },
    ],
    [
      'the environment at a terminal',
      { env: named },
      {
        kind: 'confirm',
        model: claude,
        reason: `NARRATE_MODEL names anthropic/claude-x: the runs' figures and your notes would be sent to ${REMOTE}.`,
      },
    ],
    [
      'the environment, agreed to before',
      { env: named, isTerminal: false, rememberedConsent: [agreed] },
      {
        kind: 'use',
        model: claude,
        reason: `NARRATE_MODEL names anthropic/claude-x, and sending to ${REMOTE} was agreed to before.`,
      },
    ],
    [
      'the environment, another address agreed to before',
      { env: named, rememberedConsent: ['anthropic at https://other.example'] },
      expect.objectContaining({ kind: 'confirm' }),
    ],
    [
      'the environment with --yes',
      { env: named, yes: true },
      {
        kind: 'none',
        reason:
          'NARRATE_MODEL names anthropic/claude-x, but neither the environment nor --yes consents to sending: name it by --model or in narrate.yaml.',
      },
    ],
    [
      'the environment without a terminal',
      { env: { ...named, ...key }, isTerminal: false },
      {
        kind: 'none',
        reason:
          'NARRATE_MODEL names anthropic/claude-x, but neither the environment nor a missing terminal consents to sending: name it by --model or in narrate.yaml.',
      },
    ],
    [
      'the environment and this machine',
      { env: { NARRATE_MODEL: 'local/qwen' }, isTerminal: false, yes: true },
      { kind: 'use', model: qwen, reason: 'NARRATE_MODEL names local/qwen, which runs on this machine.' },
    ],
    [
      'nothing, before this machine was looked at',
      { env: key },
      { kind: 'look', reason: 'No model was named: one may run on this machine.' },
    ],
    [
      'nothing at all',
      { localServers: [] },
      { kind: 'none', reason: 'No model was named, and no model server was found on this machine.' },
    ],
    [
      'a key alone',
      { env: key, localServers: [] },
      {
        kind: 'none',
        reason:
          'No model was named. ANTHROPIC_API_KEY is set, but a key alone sends nothing: name a model by --model anthropic/NAME.',
      },
    ],
    [
      'a key alone, with --yes',
      { env: { OPENAI_API_KEY: 'k' }, yes: true, localServers: [] },
      {
        kind: 'none',
        reason:
          'No model was named. OPENAI_API_KEY is set, but a key alone sends nothing: name a model by --model openai/NAME.',
      },
    ],
    [
      'consent remembered, but nothing named',
      { env: key, rememberedConsent: [agreed], localServers: [] },
      expect.objectContaining({ kind: 'none' }),
    ],
    [
      'several models here',
      { localServers: [server({}, {}, {}, {}, {}, {}, { isRemote: true })] },
      {
        kind: 'none',
        reason:
          'Ollama at http://127.0.0.1:11434/v1 has several models: name one by --model local/NAME (m0, m1, m2, m3, m4, … (6 in all)).',
      },
    ],
    [
      'several loaded models here',
      { localServers: [server({ isLoaded: true }, { isLoaded: true })] },
      expect.objectContaining({ kind: 'none' }),
    ],
    [
      'only models that are elsewhere',
      { localServers: [server({ isRemote: true, isLoaded: true })] },
      { kind: 'none', reason: 'Ollama at http://127.0.0.1:11434/v1 has no model that runs on this machine.' },
    ],
  ])('%s', (_name, change, decision) => {
    expect(decideModel({ ...wishes, ...change })).toEqual(decision)
  })

  test.each<[string, LocalServer[], string]>([
    ['the only model', [server({ name: 'qwen' })], 'qwen'],
    ['the only one that is loaded', [server({}, { name: 'qwen', isLoaded: true }, {})], 'qwen'],
    ['the only one that runs here', [server({ isRemote: true, isLoaded: true }, { name: 'qwen' })], 'qwen'],
    [
      'that of the next server where the first is unclear',
      [server({}, {}), server({ name: 'qwen' })],
      'qwen',
    ],
  ])('uses by itself %s', (_name, localServers, name) => {
    expect(decideModel({ ...wishes, env: key, isTerminal: false, localServers })).toEqual({
      kind: 'use-local',
      model: { provider: 'local', name },
      server: localServers.at(-1),
      reason: `${name} runs on this machine, at http://127.0.0.1:11434/v1 (Ollama).`,
    })
  })

  test('refuses --model and --no-model together', () => {
    expect(() => decideModel({ ...wishes, noModel: true, flag: 'local/qwen' })).toThrow(
      expect.objectContaining({ kind: 'usage', message: '--model and --no-model exclude each other.' }),
    )
  })
})
