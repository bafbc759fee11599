import type { AskOptions, Prompt } from '../../src/models/model.ts'
import type { World } from '../../src/world.ts'

/** A small prompt, with a repair turn where asked. */
export const prompt: Prompt = {
  system: 'You draft a log entry.',
  user: 'The evidence: r1 “søk”.',
  schema: {
    name: 'log_entry',
    jsonSchema: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  },
  turns: [],
}

export const repair: Prompt = {
  ...prompt,
  turns: [
    { role: 'assistant', text: '{"txt":1}' },
    { role: 'user', text: 'text: Invalid input' },
  ],
}

/** Ask options that note what they were told. */
export function askOptions(options: Partial<AskOptions> = {}): AskOptions & {
  readonly heard: string[]
  readonly waits: { readonly reason: string; readonly milliseconds: number }[]
} {
  const heard: string[] = []
  const waits: { reason: string; milliseconds: number }[] = []
  return {
    signal: new AbortController().signal,
    timeLimitMilliseconds: 60_000,
    maxOutputTokens: 2000,
    onText: (text) => heard.push(text),
    onWait: (reason, milliseconds) => waits.push({ reason, milliseconds }),
    heard,
    waits,
    ...options,
  }
}

/** The part of the world that models see; its clock moves only by waiting. */
export function modelWorld(
  fetch: World['fetch'],
): Pick<World, 'fetch' | 'now' | 'signal'> & { readonly wait: (milliseconds: number) => Promise<void> } {
  let now = Date.parse('2026-11-20T18:00:00Z')
  return {
    fetch,
    now: () => now,
    signal: new AbortController().signal,
    wait: async (milliseconds) => {
      now += milliseconds
    },
  }
}
