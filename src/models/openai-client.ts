import type OpenAI from 'openai'
import type { World } from '../world.ts'
import type { Endpoint } from './endpoint.ts'
import { QUIET } from './sdk-options.ts'

/**
 * The OpenAI SDK for one request: loaded only now, and told everything, so that it looks for nothing in the environment.
 */
export async function openaiClient(
  to: {
    readonly endpoint: Endpoint
    readonly key: string | null
    readonly organization: string | null
    readonly project: string | null
    readonly world: Pick<World, 'fetch'>
  },
  timeout: number,
): Promise<OpenAI> {
  const { OpenAI } = await import('openai')
  return new OpenAI({
    ...QUIET,
    apiKey: to.key,
    adminAPIKey: null,
    webhookSecret: null,
    organization: to.organization,
    project: to.project,
    baseURL: to.endpoint.url,
    fetch: to.world.fetch,
    timeout,
  })
}
