import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import { quoted } from '../../quoted.ts'
import { readSpan } from '../../read-span.ts'
import type { Artifact, RunKey } from '../../run.ts'
import { type ArtifactPart, spanOfPart } from '../../run-source.ts'
import type { ServerClient } from './server-client.ts'

const MOST_LISTED = 10_000
const PLACE = 'graphql files'

/** A file of a run as the server lists it. */
export interface ServerFile {
  readonly name: string
  readonly directUrl?: string | null | undefined
  readonly sizeBytes?: number | null | undefined
}

/** Pages of a run's files, and a gap where an answer holds none; `names` asks for these alone. */
export type AskFiles = (names: readonly string[] | undefined) => AsyncIterable<readonly ServerFile[] | Gap>

/** The files of a run, in the order of their paths. */
export async function* listServerFiles(
  ask: AskFiles,
  key: RunKey,
  source: string,
): AsyncIterable<Artifact | Gap> {
  const files = new Map<string, number>()
  const gaps: Gap[] = []
  for await (const page of ask(undefined)) {
    if (isGap(page)) {
      gaps.push(page)
      continue
    }
    for (const { name, sizeBytes } of page)
      if (isPlainPath(name)) files.set(name, sizeBytes ?? 0)
      else gaps.push(gap(`artifact ${quoted(name)}`, PLACE, 'its name is none that a file of a run may have'))
    if (files.size <= MOST_LISTED) continue
    gaps.push(gap(`some artifacts of ${key}`, PLACE, `only the first ${MOST_LISTED} are listed`))
    break
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_LISTED)
  for (const [path, size] of sorted) yield { path, size, origin: { source, file: `${PLACE} name=${path}` } }
  yield* gaps
}

/** A part of one file; a path that the server does not list is `NarrateError('source')`. */
export async function readServerFile(
  client: ServerClient,
  ask: AskFiles,
  key: RunKey,
  path: string,
  part: ArtifactPart,
): Promise<Uint8Array | Gap> {
  const file = isPlainPath(path) ? await fileNamed(ask, path) : null
  if (file !== null && isGap(file)) return file
  if (file === null)
    throw new NarrateError('source', `Run ${key} has no artifact called ${quoted(path)}.`, {
      hint: 'It is not in the list of its artifacts.',
    })
  const { start: from, length: bytes } = spanOfPart(part, file.sizeBytes ?? 0)
  if (bytes === 0) return new Uint8Array()
  const what = `artifact ${quoted(path)}`
  if (!file.directUrl) return gap(what, PLACE, 'the server does not tell where it lies')
  const response = await client.file(file.directUrl, `bytes=${from}-${from + bytes - 1}`)
  if (typeof response === 'string') return gap(what, PLACE, response)
  // Without ranges the whole file comes; what lies before the wanted part is passed over.
  const read = await readSpan(response, response.status === 206 ? 0 : from, bytes)
  return typeof read === 'string' ? gap(what, PLACE, read) : read
}

async function fileNamed(ask: AskFiles, path: string): Promise<ServerFile | Gap | null> {
  for await (const page of ask([path])) {
    if (isGap(page)) return page
    const found = page.find(({ name }) => name === path)
    if (found !== undefined) return found
  }
  return null
}

/** Whether a name from a log is a path below the run's own root that leads nowhere else. */
function isPlainPath(path: string): boolean {
  return (
    path.length <= 4096 &&
    !/\p{Cc}/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}
