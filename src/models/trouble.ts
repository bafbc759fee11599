/** The server that a prompt goes to, as sentences about it need it. */
export interface Server {
  /** `Anthropic at https://api.anthropic.com`. */
  readonly shown: string
  readonly isLocal: boolean
  readonly modelName: string
  /** What to look at when the key is refused: `Check ANTHROPIC_API_KEY.` */
  readonly keyHint: string
  /** How to name another model. */
  readonly nameHint: string
  /** Values that may appear in no message. */
  readonly keys: readonly string[]
}

/** Why a call did not give an answer, and whether trying again may help. */
export interface Trouble {
  /** One clear sentence: which server, what happened. */
  readonly reason: string
  readonly hint?: string
  /** Null where trying again cannot help; `afterMilliseconds` is what the server asked for. */
  readonly retry: { readonly afterMilliseconds: number | null; readonly slowly: boolean } | null
}

/**
 * What an error thrown by an SDK, or while its stream was read, means; null for an error that is ours. Formats: the error
 * bodies of Anthropic (`{type: 'error', error: {type, message, details}}`), OpenAI (`{error: {message, type, code}}`)
 * and of local servers, which also arrive inside a stream after HTTP 200. `now` is for a Retry-After that is a date.
 */
export function troubleOf(error: unknown, server: Server, now: number): Trouble | null {
  const codes = causeCodes(error)
  if (isObject(error) && 'status' in error && !isConnectionError(error))
    return troubleOfReply(readReply(error), server, now)
  if (error instanceof SyntaxError)
    return { reason: `${server.shown} sent something that cannot be read.`, retry: soon }
  const isConnection = codes.length > 0 || (isObject(error) && 'status' in error)
  return isConnection ? troubleOfConnection(error, codes, server) : null
}

/** The server closed the stream before the answer was complete. */
export function brokenOff(server: Server): Trouble {
  return { reason: `${server.shown} broke off before the answer was complete.`, retry: soon }
}

/** One line of foreign text: without keys, control characters and length. */
export function oneLine(text: string, keys: readonly string[]): string {
  const masked = keys
    .filter((key) => key.length > 3)
    .reduce((kept, key) => kept.replaceAll(key, '***'), text)
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 ***')
    .replace(/\b(sk|pk|key|api)-[\w*.-]{6,}/gi, '$1-***')
  const line = masked.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}

const soon = { afterMilliseconds: null, slowly: false } as const

interface Reply {
  readonly status: number
  readonly types: readonly string[]
  readonly message: string
  readonly headers: Headers | null
}

function readReply(error: object): Reply {
  const headers = 'headers' in error && error.headers instanceof Headers ? error.headers : null
  const outer = 'error' in error ? error.error : null
  const inner = isObject(outer) && 'error' in outer && outer.error !== null ? outer.error : outer
  const details = field(inner, 'details')
  const types = [
    field(inner, 'type'),
    field(inner, 'code'),
    field(details, 'error_code'),
    field(error, 'type'),
  ]
  const named = types.filter((type) => typeof type === 'string')
  const message =
    typeof inner === 'string'
      ? inner
      : textOf(field(inner, 'message')) || (outer == null ? textOf(field(error, 'message')) : '')
  return { status: statusOf(error, inner, named), types: named, message, headers }
}

// Inside a stream there is no status: the type of the error says which one it would have been.
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  authentication_error: 401,
  billing_error: 402,
  context_length_exceeded: 400,
  exceed_context_size_error: 400,
  insufficient_quota: 429,
  invalid_prompt: 400,
  invalid_request_error: 400,
  not_found_error: 404,
  overloaded_error: 529,
  permission_error: 403,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  request_too_large: 413,
}

function statusOf(error: object, inner: unknown, types: readonly string[]): number {
  const given = field(error, 'status')
  if (typeof given === 'number') return given
  const code = field(inner, 'code')
  if (typeof code === 'number' && code >= 400 && code < 600) return code
  return types.map((type) => STATUS_OF_TYPE[type]).find((status) => status !== undefined) ?? 500
}

function troubleOfReply(reply: Reply, server: Server, now: number): Trouble {
  const { status, types } = reply
  const told = oneLine(reply.message, server.keys)
  const said = told === '' ? '.' : `: ${told.replace(/\.$/, '')}.`
  const is = (pattern: RegExp): boolean => types.some((type) => pattern.test(type))
  if (
    is(/^(insufficient_quota|billing_\w+|\w*spend_limit_reached)$/) ||
    status === 402 ||
    /exceeded your current quota|credit balance|spend(ing)? limit/i.test(told)
  )
    return {
      reason: `${server.shown} says that its quota or spending limit is reached${said}`,
      hint: 'Look at the account behind the key, or name another model.',
      retry: null,
    }
  const retry = mayRetry(reply)
    ? { afterMilliseconds: retryAfter(reply.headers, now), slowly: status === 529 }
    : null
  if (status === 429) return { reason: `${server.shown} limits the rate of requests${said}`, retry }
  if (status === 529 || is(/^overloaded_error$/))
    return { reason: `${server.shown} is overloaded${said}`, retry }
  if (status >= 500 || status === 408 || status === 409)
    return { reason: `${server.shown} failed with status ${status}${said}`, retry }
  if (
    is(/^(context_length_exceeded|exceed_context_size_error)$/) ||
    status === 413 ||
    (status === 400 && /prompt is too long|context (length|limit|window|size)|maximum context/i.test(told))
  )
    return {
      reason: `The prompt is too long for ${server.modelName} at ${server.shown}${said}`,
      hint: 'Lower promptTokens in narrate.yaml, or narrow the span with --since.',
      retry: null,
    }
  if (status === 401)
    return { reason: `${server.shown} does not accept the key${said}`, hint: server.keyHint, retry: null }
  if (status === 403)
    return {
      reason: `${server.shown} does not permit this to the key${said}`,
      hint: server.keyHint,
      retry: null,
    }
  if (status === 404 && !is(/model/) && !/model/i.test(told))
    return {
      reason: `${server.shown} has nothing at this address${said}`,
      hint: 'Is the endpoint complete? OpenAI and compatible servers have it end in /v1.',
      retry: null,
    }
  if (status === 404)
    return {
      reason: `${server.shown} knows no model named ${server.modelName}${said}`,
      hint: server.nameHint,
      retry: null,
    }
  return { reason: `${server.shown} refused the request with status ${status}${said}`, retry }
}

function mayRetry(reply: Reply): boolean {
  const asked = reply.headers?.get('x-should-retry')
  if (asked === 'true') return true
  if (asked === 'false') return false
  return reply.status === 408 || reply.status === 409 || reply.status === 429 || reply.status >= 500
}

/** Milliseconds that the headers ask to wait: `retry-after-ms`, else `retry-after` in seconds or as a date. */
function retryAfter(headers: Headers | null, now: number): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const written = headers?.get('retry-after')
  if (written == null || written.trim() === '') return null
  const seconds = Number(written)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(written)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

function troubleOfConnection(error: unknown, codes: readonly string[], server: Server): Trouble {
  const why = oneLine(deepestMessage(error), server.keys).replace(/\.$/, '')
  const has = (pattern: RegExp): boolean => codes.some((code) => pattern.test(code))
  if (has(/^ECONNREFUSED$/) && server.isLocal)
    return {
      reason: `No server answers at ${server.shown.replace(/^.* at /, '')}.`,
      hint: 'Start it, or name another model.',
      retry: null,
    }
  if (has(/^ENOTFOUND$/))
    return {
      reason: `${server.shown} cannot be found: ${why}.`,
      hint: 'Is this machine online, and the address right?',
      retry: null,
    }
  if (has(/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/))
    return {
      reason: `${server.shown} shows a certificate that this machine does not trust: ${why}.`,
      hint: 'Behind a proxy of your own, name its certificate in NODE_EXTRA_CA_CERTS.',
      retry: null,
    }
  if (/unexpected redirect/i.test(why))
    return {
      reason: `${server.shown} sends the request on to another address, which narrate does not follow.`,
      hint: 'Give the final address as the endpoint.',
      retry: null,
    }
  if (has(/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/))
    return { reason: `${server.shown} was silent for too long: ${why}.`, retry: null }
  return {
    reason: `${server.shown} could not be heard to the end: the connection broke (${why}).`,
    retry: soon,
  }
}

// The SDKs' connection errors carry a status too, but neither a status nor a body.
function isConnectionError(error: object): boolean {
  return field(error, 'status') === undefined && (!('error' in error) || error.error === undefined)
}

function causeCodes(error: unknown): readonly string[] {
  const codes: string[] = []
  for (let at = error, depth = 0; isObject(at) && depth < 5; at = field(at, 'cause'), depth += 1) {
    const code = field(at, 'code')
    // Not ERR_…: those are Node's complaints about our own code.
    if (typeof code === 'string' && /^(?!ERR_)[A-Z][A-Z_0-9]+$/.test(code)) codes.push(code)
  }
  return codes
}

function deepestMessage(error: unknown): string {
  let message = ''
  for (let at = error, depth = 0; isObject(at) && depth < 5; at = field(at, 'cause'), depth += 1)
    message = textOf(field(at, 'message')) || textOf(field(at, 'code')) || message
  return message
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && name in value ? Reflect.get(value, name) : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
