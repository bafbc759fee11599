import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { World } from '../world.ts'
import { normaliseQuote } from './split-into-quotes.ts'

const seenSchema = z.object({ at: z.number(), digests: z.array(z.string()) })

/** The quotes that were in the note files when these were last read (ms since 1970), as digests of their words. */
export type SeenNotes = Readonly<{ at: number; digests: readonly string[] }>

/** Digest of a quote's words, 16 hex digits. */
export function seenDigest(text: string): string {
  return createHash('sha256').update(normaliseQuote(text)).digest('hex').slice(0, 16)
}

/** What the last reading saw; null where there was none or its file, which may be thrown away at any time, is of no use. */
export async function readSeenNotes(project: string): Promise<SeenNotes | null> {
  try {
    const seen = seenSchema.safeParse(JSON.parse(await readFile(fileOf(project), 'utf8')))
    return seen.success ? seen.data : null
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null
    throw error
  }
}

/** Keeps what a reading saw, all or nothing. */
export async function saveSeenNotes(
  project: string,
  seen: SeenNotes,
  world: Pick<World, 'randomName'>,
): Promise<void> {
  const path = fileOf(project)
  const draft = `${path}.${world.randomName(8)}.tmp`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(draft, `${JSON.stringify(seen)}\n`)
  await rename(draft, path)
}

function fileOf(project: string): string {
  return join(project, '.narrate', 'cache', 'notes-seen.json')
}
