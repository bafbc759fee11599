import { once } from 'node:events'
import type { Output } from '../../world.ts'

/** Whether whoever read an output went away (`| head -1`): what follows would be worked out for nobody. */
export function isClosed({ stream }: Output): boolean {
  return stream.destroyed || stream.errored !== null
}

/**
 * Writes and waits until the reader keeps up, so that a long answer is never held whole. Resolves to whether there is
 * somebody to go on for.
 */
export async function writeOn(output: Output, text: string): Promise<boolean> {
  if (isClosed(output)) return false
  output.write(text)
  if (output.stream.writableNeedDrain && !isClosed(output)) {
    const given = new AbortController()
    const { signal } = given
    try {
      await Promise.race([once(output.stream, 'drain', { signal }), once(output.stream, 'close', { signal })])
    } catch (error) {
      if (!isClosed(output)) throw error
    } finally {
      given.abort()
    }
  }
  return !isClosed(output)
}
