import { NarrateError } from '../errors.ts'

/** The address of a provider's server. */
export interface Endpoint {
  /** What requests are built on, without a slash at its end. */
  readonly url: string
  /** What people see: without a query, which may hold a key. */
  readonly shown: string
  /** Whether it is this machine (loopback). */
  readonly isLocal: boolean
}

/**
 * Reads a base URL; `from` says where it stood. Anything but http and https is refused, and so is an address that holds
 * a user name or a password: those would be printed in messages, and fetch refuses them.
 */
export function parseEndpoint(text: string, from: string): Endpoint {
  const parsed = parseAddress(text)
  if (parsed.kind === 'endpoint') return parsed.endpoint
  throw new NarrateError('configuration', `${from} ${parsed.problem}.`, { hint: parsed.hint })
}

/** A base URL on this machine; null for any other text, which is then nobody's concern. */
export function localEndpoint(text: string): Endpoint | null {
  const parsed = parseAddress(text)
  return parsed.kind === 'endpoint' && parsed.endpoint.isLocal ? parsed.endpoint : null
}

function parseAddress(
  text: string,
):
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly kind: 'refused'; readonly problem: string; readonly hint: string } {
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return {
      kind: 'refused',
      problem: 'is no http or https address',
      hint: 'It looks like http://127.0.0.1:11434/v1.',
    }
  if (url.username !== '' || url.password !== '')
    return {
      kind: 'refused',
      problem: 'holds a user name or a password',
      hint: 'Leave them out of the address; a key goes into the environment.',
    }
  const path = url.pathname.replace(/\/+$/, '')
  const shown = `${url.origin}${path}`
  return {
    kind: 'endpoint',
    endpoint: { url: `${shown}${url.search}`, shown, isLocal: isLoopback(url.hostname) },
  }
}

/**
 * Whether a URL's host is this machine by its very address. Names under `.localhost` are left out, since some resolvers
 * ask the network for them, and 0.0.0.0, which is not an address to send to.
 */
function isLoopback(hostName: string): boolean {
  const host = hostName.replace(/^\[|\]$/g, '').toLowerCase()
  return (
    host === 'localhost' ||
    host === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) ||
    /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host)
  )
}

/** The server's root, where its own interface lives beside the OpenAI-compatible one at `/v1`. */
export function rootOf(endpoint: Endpoint): string {
  return endpoint.shown.replace(/\/v1$/, '')
}
