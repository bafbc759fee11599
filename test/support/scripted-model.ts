import { NarrateError } from '../../src/errors.ts'
import type { Answer, Model, Prompt } from '../../src/models/model.ts'

/** A model for tests, and the prompts it was asked. */
export interface ScriptedModel extends Model {
  readonly prompts: readonly Prompt[]
}

interface ScriptedOptions {
  readonly contextSize?: number
  /** Called when the model is asked, before it answers. */
  readonly onAsk?: () => void
}

/** A model that gives these replies in order: a text as an answer, anything else as it is. After the last one it fails. */
export function scriptedModel(
  replies: readonly (string | Answer)[],
  options: ScriptedOptions = {},
): ScriptedModel {
  const prompts: Prompt[] = []
  return {
    provider: 'scripted',
    name: 'one',
    endpoint: 'https://model.example',
    isLocal: false,
    prompts,
    contextSize: async () => options.contextSize ?? null,
    async ask(prompt, { signal, onText }) {
      options.onAsk?.()
      if (signal.aborted) throw new NarrateError('cancelled', 'Stopped.')
      const reply = replies[prompts.length]
      prompts.push(prompt)
      if (reply === undefined) return { kind: 'failed', reason: 'The script is over.', text: '' }
      if (typeof reply !== 'string') return reply
      onText?.(reply)
      return {
        kind: 'answered',
        text: reply,
        modelName: 'one-2026',
        use: { inputTokens: 100, outputTokens: 20 },
      }
    },
  }
}

export const QUIET_DRAFT = JSON.stringify({
  title: 'A look at [[r1]]',
  title_checks: [],
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
