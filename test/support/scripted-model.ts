import type { Answer, Model, Prompt } from '../../src/models/model.ts'

/** A model that answers what it is told to, in order, and keeps what it was asked. */
export interface ScriptedModel extends Model {
  readonly prompts: readonly Prompt[]
}

/** Texts are answers; anything else is given as it is. After the last one it fails. */
export function scriptedModel(
  answers: readonly (string | Answer)[],
  onAsk: () => void = () => undefined,
): ScriptedModel {
  const prompts: Prompt[] = []
  return {
    provider: 'scripted',
    name: 'one',
    endpoint: 'https://model.example',
    isLocal: false,
    prompts,
    contextSize: async () => null,
    async ask(prompt, options) {
      onAsk()
      options.signal.throwIfAborted()
      const answer = answers[prompts.length]
      prompts.push(prompt)
      if (answer === undefined) return { kind: 'failed', reason: 'The script is over.', text: '' }
      if (typeof answer !== 'string') return answer
      options.onText?.(answer)
      return {
        kind: 'answered',
        text: answer,
        modelName: 'one-2026',
        use: { inputTokens: 100, outputTokens: 20 },
      }
    },
  }
}

/** A draft that says little and nothing wrong about `r1`. */
export const QUIET_DRAFT = JSON.stringify({
  title: 'A look at [[r1]]',
  conclusions: [],
  table: { axis: null, metrics: [], remarks: [] },
  discrepancies: [],
  reading: [{ text: 'val_auc of [[r1]] is [[r1.val_auc]].', basis: 'observed', checks: [] }],
  unworked: [],
  decisions: [],
  next_steps: [],
  suggestions: [],
  questions: [],
})
