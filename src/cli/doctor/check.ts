import { EXIT_CODES, messageOf, NarrateError } from '../../errors.ts'

/** What one look at the setup gave. */
export interface Check {
  /** What was looked at: `narrate.yaml`, `git`. */
  readonly name: string
  readonly state: 'ok' | 'warning' | 'trouble'
  /** What is the case, without a full stop. */
  readonly says: string
  /** What to do, as a sentence; null where nothing is to be done. */
  readonly advice: string | null
  /** The exit code that a command which needs this ends with; 0 where it would work. */
  readonly exit: number
}

/** All is well. */
export function ok(name: string, says: string): Check {
  return { name, state: 'ok', says, advice: null, exit: 0 }
}

/** Commands work, but something may be amiss. */
export function warning(name: string, says: string, advice: string): Check {
  return { name, state: 'warning', says, advice, exit: 0 }
}

/** A command that needs this ends with the exit code given. */
export function trouble(name: string, says: string, advice: string, exit: number): Check {
  return { name, state: 'trouble', says, advice, exit }
}

/** The same as a command's error tells it; what is no error of the user's is thrown on. */
export function troubleOf(name: string, error: unknown): Check {
  if (!(error instanceof NarrateError) || error.kind === 'cancelled') throw error
  const says = messageOf(error).replace(/\.$/, '')
  return trouble(name, says, error.hint ?? 'Mend that.', EXIT_CODES[error.kind])
}

/** What a check gives, or the trouble that it ran into. */
export async function attempt(
  name: string,
  check: () => Promise<readonly Check[] | Check>,
): Promise<readonly Check[]> {
  try {
    const given = await check()
    return 'name' in given ? [given] : given
  } catch (error) {
    return [troubleOf(name, error)]
  }
}
