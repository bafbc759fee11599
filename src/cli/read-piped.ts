import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Printer } from './terminal/printer.ts'

const PATIENCE = 1000

/** All of piped input. Where it does not end soon, it says what it is waiting for. */
export async function readPiped(world: World, print: Printer): Promise<string> {
  const timer = setTimeout(
    () => print.say('Reading your note from stdin, until it ends (-m "…" or --notes FILE read none).'),
    PATIENCE,
  )
  try {
    return await world.stdin.readAll()
  } catch (error) {
    if (world.signal.aborted)
      throw new NarrateError('cancelled', 'Stopped while reading stdin.', { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
  }
}
