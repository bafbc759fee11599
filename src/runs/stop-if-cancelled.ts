import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'

/** Throws `NarrateError('cancelled')` where the user has stopped. */
export function stopIfCancelled({ signal }: Pick<World, 'signal'>): void {
  if (signal.aborted) throw new NarrateError('cancelled', 'Reading the runs was cancelled.')
}
