import { onTestFinished } from 'vitest'

/** What a server answers to one request. */
export interface RecordedReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The body, cut into pieces of `pieceBytes` (default: one piece). */
  readonly body?: string | object
  readonly pieceBytes?: number
  /** How the body ends: closed properly, by a broken connection, or never. */
  readonly end?: 'close' | 'break' | 'hang'
  /** No reply at all: the connection fails with this code. */
  readonly failure?: string
}

/** A request that is expected, in the order given, and its reply. */
export interface Exchange {
  /** `POST https://…`; GET where no method is written. */
  readonly request: string
  readonly reply: RecordedReply
}

export interface SentRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: unknown
  readonly redirect: string | undefined
}

export interface RecordedFetch {
  readonly fetch: typeof globalThis.fetch
  readonly sent: readonly SentRequest[]
}

/**
 * A fetch that knows these exchanges and no others, in this order (`anyOrder` for probes that are sent at once). A request
 * nobody recorded fails the test, even where the code under test swallows the error; so does an exchange that was not
 * used.
 */
export function recordedFetch(
  exchanges: readonly Exchange[],
  order: 'in-order' | 'any-order' = 'in-order',
): RecordedFetch {
  const left = [...exchanges]
  const sent: SentRequest[] = []
  const unexpected: string[] = []
  onTestFinished(() => {
    if (unexpected.length > 0) throw new Error(`Nobody recorded: ${unexpected.join(', ')}`)
    if (left.length > 0) throw new Error(`Never requested: ${left.map((each) => each.request).join(', ')}`)
  })
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    const method = init?.method?.toUpperCase() ?? 'GET'
    const written = method === 'GET' ? url : `${method} ${url}`
    const index = order === 'in-order' ? 0 : left.findIndex((each) => each.request === written)
    const exchange = left[index]
    if (exchange?.request !== written) {
      unexpected.push(written)
      throw new Error(`Nobody recorded ${written}`)
    }
    left.splice(index, 1)
    sent.push({
      url,
      method,
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : null,
      redirect: init?.redirect,
    })
    return replyOf(exchange.reply, init?.signal ?? null)
  }
  return { fetch, sent }
}

/** Server-sent events: each with its type as its name, or, like Chat Completions, without and with a last `[DONE]`. */
export function eventStream(events: readonly object[], style: 'named' | 'unnamed' = 'named'): string {
  if (style === 'unnamed')
    return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`
  return events
    .map((event) => `event: ${Reflect.get(event, 'type')}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

/** A reply that is a stream of events. */
export function streamReply(body: string, options: Partial<RecordedReply> = {}): RecordedReply {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body, ...options }
}

function replyOf(reply: RecordedReply, signal: AbortSignal | null): Response {
  if (reply.failure !== undefined)
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error(`connect ${reply.failure}`), { code: reply.failure }),
    })
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {})
  const bytes = Buffer.from(text, 'utf8')
  const size = reply.pieceBytes ?? Math.max(bytes.length, 1)
  let at = 0
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason))
      },
      pull(controller) {
        if (at < bytes.length) {
          controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)))
          at += size
          return
        }
        if (reply.end === 'hang') return new Promise<void>(() => undefined)
        if (reply.end === 'break')
          controller.error(
            new TypeError('terminated', {
              cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
            }),
          )
        else controller.close()
        return
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    status: reply.status ?? 200,
    headers: { 'content-type': 'application/json', ...reply.headers },
  })
}
