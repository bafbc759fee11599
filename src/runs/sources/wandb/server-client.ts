import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { answerText } from '../../answer-text.ts'
import { causeCode, waitOf } from '../../busy-server.ts'
import { quoted } from '../../quoted.ts'
import type { ServerAccess } from './server-access.ts'

/** A server of W&B, spoken to over GraphQL. Waits and asks again where it is busy; throws `NarrateError`. */
export interface ServerClient {
  /** The host, as people see it. */
  readonly shown: string
  /** The `data` of the answer. A selection that the server says it does not know is left out from then on, where it is an optional one. */
  ask(query: ServerQuery, variables: Readonly<Record<string, unknown>>): Promise<object>
  /** The bytes of a file, not yet read; `range` as in the HTTP header. Where it cannot be had, why not, in a sentence's words. */
  file(url: string, range: string): Promise<Response | string>
}

/** A query of which some selections of a run may be unknown to the server. */
export interface ServerQuery {
  /** What it is asked for, for a sentence: `the runs`. */
  readonly what: string
  /** The query's text with those of `fields` that are known. */
  text(fields: readonly string[]): string
  /** Selections of a run that older servers may not have. */
  readonly optional: readonly string[]
}

/** Those that W&B's own client tries again. */
function isBusy(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501)
}

const MOST_TRIES = 6
const LONGEST_WAIT = 60_000

export function serverClient(access: ServerAccess, world: World): ServerClient {
  const { base } = access
  const shown = new URL(base).host
  // Selections that this server said it has not.
  const unknown = new Set<string>()

  return {
    shown,
    async ask(query, variables) {
      for (;;) {
        const fields = query.optional.filter((field) => !unknown.has(field))
        const answer = await answerTo(query.text(fields), variables)
        const missing = fields.filter((field) => answer.errors.some((said) => isAbout(said, field)))
        if (missing.length === 0) return dataOf(answer, query.what)
        for (const field of missing) unknown.add(field)
      }
    },
    async file(url, range) {
      const target = URL.parse(url, `${base}/`)
      if (target === null || !isReachable(target)) return 'its address is none that is read'
      const isOwn = target.origin === new URL(base).origin
      const response = await send(target.href, {
        method: 'GET',
        // A place that is not the server's own is told nothing of who asks; `fetch` takes the header away where one leads to it.
        headers: {
          range,
          ...(isOwn && access.authorization !== null ? { authorization: access.authorization } : {}),
        },
      })
      const end = URL.parse(response.url)
      if (end !== null && !isReachable(end)) {
        await response.body?.cancel()
        return 'its address leads to one that is not read'
      }
      // 416: the range begins behind the end of an empty file.
      if (response.ok || response.status === 416) return response
      await response.body?.cancel()
      return `the server did not give it (status ${response.status})`
    },
  }

  function isReachable(target: URL): boolean {
    return target.protocol === 'https:' || (target.protocol === 'http:' && target.host === shown)
  }

  async function answerTo(text: string, variables: Readonly<Record<string, unknown>>): Promise<Answer> {
    const response = await send(`${base}/graphql`, {
      method: 'POST',
      redirect: 'manual',
      body: JSON.stringify({
        query: text,
        operationName: /^query (\w+)/.exec(text)?.[1],
        variables: Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined)),
      }),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(access.authorization === null ? {} : { authorization: access.authorization }),
      },
    })
    let body: object | null
    try {
      const text = await answerText(response)
      if (text === null) throw noServer('its answer is too long')
      body = parsed(text)
    } catch (error) {
      if (error instanceof NarrateError) throw error
      throw explained(error, false)
    }
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? 'nothing',
      errors: errorsOf(body),
      data: body !== null && 'data' in body && isObject(body.data) ? body.data : null,
    }
  }

  function dataOf({ status, type, errors, data }: Answer, what: string): object {
    const said = errors.length === 0 ? '' : ` It says: ${ended(quoted(errors.join('; ')))}`
    if (status === 401 || (status === 403 && access.authorization === null))
      throw new NarrateError(
        'source',
        `The W&B server ${shown} wants to know who asks (status ${status}).${said}`,
        {
          hint: keyHint(),
        },
      )
    if (status === 403)
      throw new NarrateError(
        'source',
        `The W&B server ${shown} does not let this user read ${what}.${said}`,
        {
          hint: 'Ask whoever owns the project for the permission to read.',
        },
      )
    if (errors.length > 0)
      throw new NarrateError('source', `The W&B server ${shown} did not give ${what}.${said}`, {
        ...(isAboutPermission(errors) ? { hint: keyHint() } : {}),
      })
    if (status === 404) throw noServer('it does not know the route of one (status 404)')
    if (status >= 300 && status < 400) throw noServer(`it sends elsewhere (status ${status})`)
    if (status < 200 || status > 299)
      throw new NarrateError('source', `The W&B server ${shown} did not give ${what} (status ${status}).`)
    if (data === null) throw noServer(`it answers ${type} instead of what was asked for`)
    return data
  }

  function keyHint(): string {
    if (access.withheld !== null) return `${access.withheld}.`
    const tried =
      access.authorizedBy === null ? 'No key was sent' : `The key of ${access.authorizedBy} was refused`
    return `${tried}: set WANDB_API_KEY, or keep the key in ~/.netrc for the machine ${shown}.`
  }

  function noServer(why: string): NarrateError {
    return new NarrateError('source', `${shown} is no W&B server: ${why}.`, {
      hint: 'Name the address of the server in WANDB_BASE_URL, with its path where it has one.',
    })
  }

  async function send(url: string, init: RequestInit): Promise<Response> {
    for (let tried = 1; ; tried += 1) {
      const response = await sendOnce(url, init)
      if (!isBusy(response.status) || tried === MOST_TRIES) return response
      await response.body?.cancel()
      const told =
        response.headers.get('retry-after') ??
        (response.status === 429 ? response.headers.get('ratelimit-reset') : null)
      await pause(waitOf(told, tried, world.now(), LONGEST_WAIT))
    }
  }

  async function sendOnce(url: string, init: RequestInit): Promise<Response> {
    const limit = AbortSignal.timeout(access.timeLimit)
    try {
      return await world.fetch(url, { ...init, signal: AbortSignal.any([world.signal, limit]) })
    } catch (error) {
      throw explained(error, limit.aborted)
    }
  }

  function explained(error: unknown, isLate: boolean): NarrateError {
    if (world.signal.aborted)
      return new NarrateError('cancelled', 'Reading the runs was cancelled.', { cause: error })
    if (isLate || (error instanceof Error && error.name === 'TimeoutError'))
      return new NarrateError(
        'source',
        `The W&B server ${shown} did not answer within ${Math.round(access.timeLimit / 1000)} s.`,
        { hint: 'WANDB_HTTP_TIMEOUT sets how many seconds it may take.', cause: error },
      )
    return new NarrateError('source', `The W&B server ${shown} cannot be reached (${causeCode(error)}).`, {
      hint: 'Check the address in WANDB_BASE_URL, and whether the server runs.',
      cause: error,
    })
  }

  async function pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: world.signal })
    } catch (error) {
      throw explained(error, false)
    }
  }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly errors: readonly string[]
  readonly data: object | null
}

/** Whether a server says that it does not know a selection: `Cannot query field "host" on type "Run"`. */
function isAbout(said: string, selection: string): boolean {
  const name = /^\w+/.exec(selection)?.[0] ?? selection
  const field = /Cannot query field ["'`](\w+)["'`]/i.exec(said)?.[1]
  if (field === undefined) return false
  return field === name || new RegExp(`\\{.*\\b${field}\\b`).test(selection)
}

function isAboutPermission(errors: readonly string[]): boolean {
  return errors.some((said) => /permission|denied|not logged in|unauthori[sz]ed|forbidden/i.test(said))
}

/** GraphQL's errors, in whatever status they come. */
function errorsOf(body: object | null): readonly string[] {
  if (body === null) return []
  const { errors, error } = body as { readonly errors?: unknown; readonly error?: unknown }
  if (typeof error === 'string') return [error]
  if (!Array.isArray(errors)) return []
  return errors.map((one: unknown) =>
    isObject(one) && 'message' in one ? String(one.message) : messageOf(one),
  )
}

function ended(said: string): string {
  return /[.!?]$/.test(said) ? said : `${said}.`
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object'
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
