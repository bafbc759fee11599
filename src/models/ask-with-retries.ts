import { setTimeout as sleep } from 'node:timers/promises'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Answer, AskOptions } from './model.ts'
import { brokenOff, type Server, type Trouble, troubleOf } from './trouble.ts'

/** What the adapters need of the world; `wait` is for tests. */
export interface Clock {
  readonly now: World['now']
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/**
 * What one call came to: an answer, or a stream that stopped early. `error` is the error that the server told inside
 * the stream, if it told one.
 */
export type Attempt = Answer | { readonly kind: 'broken-off'; readonly error?: object }

const TRIES = 5

/**
 * Calls until there is an answer: again after 408, 409, 429, 5xx, 529 and broken connections, also in mid-stream, as long
 * as the server asks to wait (Retry-After), else for doubling times. The time limit covers everything; when it is over,
 * or trying again cannot help, the answer is `failed` and keeps the text that came. Ctrl-C throws `cancelled` at once.
 * A new try begins the text anew: `onWait` comes between. Errors of our own pass through.
 */
export async function askWithRetries(
  server: Server,
  options: AskOptions,
  clock: Clock,
  attempt: (signal: AbortSignal, onText: (text: string) => void) => Promise<Attempt>,
): Promise<Answer> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), options.timeLimitMilliseconds)
  const signal = AbortSignal.any([options.signal, limit.signal])
  const start = clock.now()
  const heard = { text: '' }
  try {
    for (let tries = 1; ; tries += 1) {
      heard.text = ''
      if (signal.aborted) return stopped(server, options, '')
      const outcome = await orAborted(
        tryOnce(server, clock, () =>
          attempt(signal, (text) => {
            if (signal.aborted) return
            heard.text += text
            options.onText?.(text)
          }),
        ),
        signal,
      )
      if (signal.aborted || outcome === ABORTED) return stopped(server, options, heard.text)
      if ('kind' in outcome) return outcome
      const pause = pauseBefore(tries, outcome)
      const left = options.timeLimitMilliseconds - (clock.now() - start)
      if (pause === null || pause >= left) return failed(outcome, tries, pause, heard.text)
      options.onWait?.(outcome.reason, pause)
      await orAborted((clock.wait ?? waitFor)(pause, signal), signal)
    }
  } finally {
    clearTimeout(timer)
    limit.abort()
  }
}

async function tryOnce(
  server: Server,
  clock: Clock,
  attempt: () => Promise<Attempt>,
): Promise<Answer | Trouble> {
  try {
    const outcome = await attempt()
    if (outcome.kind !== 'broken-off') return outcome
    const told = outcome.error === undefined ? null : { status: undefined, error: outcome.error }
    return (told === null ? null : troubleOf(told, server, clock.now())) ?? brokenOff(server)
  } catch (error) {
    const trouble = troubleOf(error, server, clock.now())
    if (trouble === null) throw error
    return trouble
  }
}

function pauseBefore(tries: number, trouble: Trouble): number | null {
  if (trouble.retry === null || tries >= TRIES) return null
  return trouble.retry.afterMilliseconds ?? (trouble.retry.slowly ? 4000 : 1000) * 2 ** (tries - 1)
}

function failed(trouble: Trouble, tries: number, pause: number | null, text: string): Answer {
  const more =
    pause !== null
      ? ` It would take ${Math.ceil(pause / 1000)} s to try again, and the time limit is nearer.`
      : tries > 1
        ? ` It was tried ${tries} times.`
        : ''
  const hint = trouble.hint ?? (trouble.retry === null ? undefined : 'Try again later.')
  return { kind: 'failed', reason: trouble.reason + more, text, ...(hint === undefined ? {} : { hint }) }
}

function stopped(server: Server, options: AskOptions, text: string): Answer {
  if (options.signal.aborted) throw new NarrateError('cancelled', 'Cancelled while the model was asked.')
  return {
    kind: 'failed',
    reason: `${server.shown} did not finish within ${Math.round(options.timeLimitMilliseconds / 1000)} s.`,
    hint: 'Try again, or name a faster model.',
    text,
  }
}

const ABORTED = Symbol('aborted')

// The SDKs end a stream silently when it is aborted, and a fetch may not listen at all: so nothing is waited for.
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  const aborted = Promise.withResolvers<typeof ABORTED>()
  const stop = (): void => aborted.resolve(ABORTED)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([aborted.promise, work])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  // The rejection of an aborted wait says nothing that the signal does not.
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
