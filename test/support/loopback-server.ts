import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as the server got it. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface LoopbackServer {
  readonly port: number
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly received: readonly ReceivedRequest[]
}

/** A real HTTP server on this machine, closed when the test ends. Paths without a handler answer 404. */
export async function loopbackServer(
  handlers: Readonly<
    Record<string, object | ((response: ServerResponse, request: ReceivedRequest) => void | Promise<void>)>
  >,
): Promise<LoopbackServer> {
  const received: ReceivedRequest[] = []
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const piece of incoming) text += piece
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: text === '' ? null : JSON.parse(text),
    }
    received.push(request)
    const handler = handlers[request.path]
    if (typeof handler === 'function') return handler(response, request)
    response.writeHead(handler === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(handler ?? { error: 'not found' }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}`, received }
}

/** A port on which nothing listens, just closed. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}
