import type { World } from '../world.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { type LocalServer, readLocalServer } from './local-server.ts'

export interface FindOptions {
  /** Addresses to look at first: of narrate.yaml and the environment. */
  readonly endpoints: readonly Endpoint[]
  readonly world: Pick<World, 'fetch' | 'signal'>
  /** Where the usual servers listen: Ollama, llama.cpp, vLLM, LM Studio. */
  readonly ports?: readonly number[]
  /** For each request; the requests to one server come in two rounds. */
  readonly timeLimitMilliseconds?: number
}

const USUAL_PORTS = [11434, 8080, 8000, 1234]

/**
 * The model servers that run on this machine, in the order asked for. Only loopback addresses are looked at, all at once
 * and briefly; an endpoint elsewhere is passed over.
 */
export async function findLocalServers(options: FindOptions): Promise<readonly LocalServer[]> {
  const usual = (options.ports ?? USUAL_PORTS).map((port) =>
    parseEndpoint(`http://127.0.0.1:${port}/v1`, 'The address of a local server'),
  )
  const local = [...options.endpoints, ...usual].filter((endpoint) => endpoint.isLocal)
  const unlike = local.filter(
    (endpoint, index) => local.findIndex((each) => sameAddress(each, endpoint)) === index,
  )
  const found = await Promise.all(
    unlike.map((endpoint) =>
      readLocalServer(endpoint, {
        fetch: options.world.fetch,
        signal: options.world.signal,
        timeLimitMilliseconds: options.timeLimitMilliseconds ?? 300,
        key: 'local',
      }),
    ),
  )
  return found.filter((server) => server !== null)
}

function sameAddress(one: Endpoint, other: Endpoint): boolean {
  const plain = (endpoint: Endpoint): string => endpoint.shown.replace('//localhost', '//127.0.0.1')
  return plain(one) === plain(other)
}
