import { messageOf } from '../errors.ts'

/** Milliseconds to wait before a busy server is asked again: what `Retry-After` says (seconds or a date), else twice as long each time. */
export function waitOf(retryAfter: string | null, tried: number, now: number, longest: number): number {
  const seconds = Number(retryAfter)
  const until = retryAfter === null ? Number.NaN : Date.parse(retryAfter)
  const told = retryAfter !== null && Number.isFinite(seconds) ? seconds * 1000 : until - now
  const wait = Number.isFinite(told) ? told : 250 * 2 ** tried
  return Math.min(Math.max(wait, 0), longest)
}

/** The code of the error beneath a request that failed (`ECONNREFUSED`), or else what it says. */
export function causeCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at instanceof AggregateError && at.errors[0] !== undefined) return causeCode(at.errors[0])
  }
  return messageOf(error)
}
