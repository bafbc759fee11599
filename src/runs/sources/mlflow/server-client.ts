import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { answerText } from '../../answer-text.ts'
import { causeCode, waitOf } from '../../busy-server.ts'
import { quoted } from '../../quoted.ts'
import type { ServerAccess } from './server-access.ts'

/** What a request asks; lists become repeated parameters of a GET. */
export type Asked = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** A refusal of the server: MLflow's error code where it gave one, and what it said, short. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly status: number
  readonly code: string | null
  readonly message: string
}

/** A tracking server, spoken to over REST. Waits and asks again where it is busy; throws `NarrateError`. */
export interface ServerClient {
  /** What people see of the address. */
  readonly shown: string
  /** `GET api/2.0/mlflow/<route>`: the JSON of its answer, or its refusal. */
  get(route: string, asked: Asked): Promise<object | Refusal>
  /** `POST api/2.0/mlflow/<route>`. */
  post(route: string, asked: object): Promise<object | Refusal>
  /** A file, its bytes not yet read; `range` as in the HTTP header. */
  file(asked: Asked, range: string): Promise<Response | Refusal>
  /** The error that a refusal stands for. */
  refused(refusal: Refusal, what: string): NarrateError
}

/** Those the client of MLflow tries again (`rest_utils.py`). */
const BUSY = new Set([408, 429, 500, 502, 503, 504])
const MOST_TRIES = 5
const LONGEST_WAIT = 30_000
const LONGEST_REFUSAL = 1024 * 1024

export function serverClient(access: ServerAccess, world: World): ServerClient {
  const shown = access.base
  let agent: Promise<typeof fetch> | null = null

  return {
    shown,
    get: async (route, asked) =>
      json(await send(`/api/2.0/mlflow/${route}?${parameters(asked)}`, { method: 'GET' })),
    post: async (route, asked) =>
      json(
        await send(`/api/2.0/mlflow/${route}`, {
          method: 'POST',
          body: JSON.stringify(asked),
          headers: { 'content-type': 'application/json' },
        }),
      ),
    async file(asked, range) {
      const response = await send(`/get-artifact?${parameters(asked)}`, { method: 'GET', headers: { range } })
      // 416: the range begins behind the end of an empty file.
      return response.ok || response.status === 416 ? response : refusal(response)
    },
    refused,
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    for (let tried = 1; ; tried += 1) {
      const response = await sendOnce(path, init)
      if (!BUSY.has(response.status) || tried === MOST_TRIES) return response
      await response.body?.cancel()
      await pause(waitOf(response.headers.get('retry-after'), tried, world.now(), LONGEST_WAIT))
    }
  }

  async function sendOnce(path: string, init: RequestInit): Promise<Response> {
    const limit = AbortSignal.timeout(access.timeLimit)
    const headers = { accept: 'application/json, */*', ...(await access.headers()), ...init.headers }
    try {
      const ask = access.tls === null ? world.fetch : await withTls()
      return await ask(`${access.base}${path}`, {
        ...init,
        headers,
        signal: AbortSignal.any([world.signal, limit]),
      })
    } catch (error) {
      throw explained(error, limit.aborted)
    }
  }

  function withTls(): Promise<typeof fetch> {
    agent ??= tlsFetch(access)
    return agent
  }

  async function json(response: Response): Promise<object | Refusal> {
    if (!response.ok) return refusal(response)
    let text: string | null
    try {
      text = await answerText(response)
    } catch (error) {
      throw explained(error, false)
    }
    if (text === null) throw noServer('its answer is too long')
    const body = parsed(text)
    if (body === null)
      throw noServer(`it answers ${response.headers.get('content-type') ?? 'no'} instead of JSON`)
    return body
  }

  async function refusal(response: Response): Promise<Refusal> {
    const text = (await answerText(response, LONGEST_REFUSAL).catch(() => null)) ?? ''
    const body = parsed(text)
    const code = body !== null && 'error_code' in body ? String(body.error_code) : null
    const message = body !== null && 'message' in body ? String(body.message) : /^\s*</.test(text) ? '' : text
    return { kind: 'refusal', status: response.status, code, message: quoted(message.trim()) }
  }

  function refused({ status, code, message }: Refusal, what: string): NarrateError {
    const said = message === '' ? '' : ` It says: ${message}${/[.!?]$/.test(message) ? '' : '.'}`
    if (status === 401 || (status === 403 && access.authorizedBy === null))
      return new NarrateError(
        'source',
        `The tracking server ${shown} wants to know who asks (status ${status}).${said}`,
        {
          hint:
            access.withheld === null
              ? `${access.authorizedBy === null ? 'No credentials were sent' : `Those of ${access.authorizedBy} were refused`}: ${access.isDatabricks ? 'set DATABRICKS_TOKEN' : 'set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN'}.`
              : `${access.withheld}.`,
        },
      )
    if (status === 403)
      return new NarrateError(
        'source',
        `The tracking server ${shown} does not let this user read ${what}.${said}`,
        {
          hint: /host/i.test(message)
            ? 'Whoever runs it sets MLFLOW_SERVER_ALLOWED_HOSTS.'
            : 'Ask whoever runs it for the permission to read.',
        },
      )
    if (status === 404 && code === null) return noServer('it does not know the routes of one (status 404)')
    return new NarrateError(
      'source',
      `The tracking server ${shown} did not give ${what} (status ${status}).${said}`,
    )
  }

  function noServer(why: string): NarrateError {
    return new NarrateError('source', `${shown} is no MLflow tracking server: ${why}.`, {
      hint: 'Name the address that MLFLOW_TRACKING_URI has, with its path where there is one.',
    })
  }

  function explained(error: unknown, isLate: boolean): NarrateError {
    if (error instanceof NarrateError) return error
    if (world.signal.aborted) return new NarrateError('cancelled', 'Reading the runs was cancelled.')
    // The limit may end an answer that has begun, too.
    if (isLate || (error instanceof Error && error.name === 'TimeoutError'))
      return new NarrateError(
        'source',
        `The tracking server ${shown} did not answer within ${Math.round(access.timeLimit / 1000)} s.`,
        { hint: 'MLFLOW_HTTP_REQUEST_TIMEOUT sets how long it may take, in seconds.' },
      )
    const code = causeCode(error)
    const isCertificate = /CERT|SIGNED|TLS|SSL|ISSUER/i.test(`${code} ${messageOf(error)}`)
    return new NarrateError(
      'source',
      isCertificate
        ? `The certificate of the tracking server ${shown} cannot be trusted (${code}).`
        : `The tracking server ${shown} cannot be reached (${code}).`,
      {
        hint: isCertificate
          ? 'Name its authority with MLFLOW_TRACKING_SERVER_CERT_PATH.'
          : 'Check the address, and whether the server runs.',
        cause: error,
      },
    )
  }

  async function pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: world.signal })
    } catch (error) {
      throw explained(error, false)
    }
  }
}

/** `fetch` with other certificates than those that Node trusts, or none looked at. */
async function tlsFetch({ tls }: ServerAccess): Promise<typeof fetch> {
  const undici = await import('undici')
  const { rootCertificates } = await import('node:tls')
  const dispatcher = new undici.Agent({
    connect: {
      rejectUnauthorized: tls?.isUnchecked !== true,
      ...(tls?.authorities ? { ca: [...rootCertificates, tls.authorities] } : {}),
      ...(tls?.own ? { cert: tls.own, key: tls.own } : {}),
    },
  })
  return async (input, init) => {
    const response = await undici.fetch(String(input), { ...(init as object), dispatcher })
    return response as unknown as Response
  }
}

function parameters(asked: Asked): string {
  const list = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) list.append(name, String(one))
  }
  return String(list)
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
