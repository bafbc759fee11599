import type { Endpoint } from './endpoint.ts'
import type { Answer } from './model.ts'
import type { Server } from './trouble.ts'

/**
 * What both SDKs are told: no retries of their own (narrate's are told to the user), nothing printed, nothing said about
 * this machine, and no redirect: the prompt goes to the address that was shown and to no other.
 */
export const QUIET = {
  maxRetries: 0,
  logLevel: 'off',
  fetchOptions: { redirect: 'error' },
  defaultHeaders: {
    'X-Stainless-OS': null,
    'X-Stainless-Arch': null,
    'X-Stainless-Runtime': null,
    'X-Stainless-Runtime-Version': null,
  },
} as const

/** A key as an environment variable holds it: trimmed, null where it is missing or blank. */
export function keyFrom(text: string | undefined): string | null {
  const key = text?.trim() ?? ''
  return key === '' ? null : key
}

/** The answer where there is no key that could be sent, null where there is one. The key itself is never told. */
export function keyTrouble(key: string | null, variable: string, shown: string): Answer | null {
  if (key === null)
    return {
      kind: 'failed',
      reason: `There is no key for ${shown}.`,
      hint: `Set ${variable}, or use --no-model.`,
      text: '',
    }
  if (!/^[\x21-\x7e]+$/.test(key))
    return {
      kind: 'failed',
      reason: `${variable} holds a character that no key has, such as a space or a line break.`,
      hint: `Set ${variable} anew.`,
      text: '',
    }
  return null
}

/** A server in the words of messages. */
export function serverOf(
  provider: string,
  endpoint: Endpoint,
  modelName: string,
  variable: string,
  keys: readonly (string | null)[],
  nameHint: string,
): Server {
  return {
    shown: `${provider} at ${endpoint.shown}`,
    isLocal: endpoint.isLocal,
    modelName,
    keyHint: `Check ${variable}.`,
    nameHint,
    keys: keys.filter((key) => key !== null),
  }
}
