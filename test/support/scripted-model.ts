import { NarrateError } from '../../src/errors.ts'
import type { Answer, Model, Prompt } from '../../src/models/model.ts'

/** A model for tests, and the prompts it was asked. */
export interface ScriptedModel extends Model {
  readonly prompts: readonly Prompt[]
}

/**
 * A model that gives these replies in order: a text as an answer, or a whole Answer (a refusal, a failure), or either by
 * the prompt. Asked more often than it has replies, it throws: the test then asked too much.
 */
export function scriptedModel(
  replies: readonly (string | Answer | ((prompt: Prompt) => string | Answer))[],
  options: { readonly contextSize?: number } = {},
): ScriptedModel {
  const left = [...replies]
  const prompts: Prompt[] = []
  return {
    provider: 'scripted',
    name: 'script',
    endpoint: 'none',
    isLocal: true,
    prompts,
    async contextSize() {
      return options.contextSize ?? null
    },
    async ask(prompt, askOptions) {
      if (askOptions.signal.aborted)
        throw new NarrateError('cancelled', 'Cancelled while the model was asked.')
      prompts.push(prompt)
      const next = left.shift()
      if (next === undefined)
        throw new Error(`The script has ${replies.length} replies and was asked once more.`)
      const reply = typeof next === 'function' ? next(prompt) : next
      if (typeof reply !== 'string') return reply
      askOptions.onText?.(reply)
      return {
        kind: 'answered',
        text: reply,
        modelName: 'script',
        use: { inputTokens: prompt.system.length + prompt.user.length, outputTokens: reply.length },
      }
    },
  }
}
