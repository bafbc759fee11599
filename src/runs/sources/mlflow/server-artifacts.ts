import { NarrateError } from '../../../errors.ts'
import { type Gap, gap } from '../../../gap.ts'
import { quoted } from '../../quoted.ts'
import { readSpan } from '../../read-span.ts'
import type { Artifact, RunKey } from '../../run.ts'
import { type ArtifactPart, spanOfPart } from '../../run-source.ts'
import { ENDLESS, pageTurner } from './page-turner.ts'
import type { ServerClient } from './server-client.ts'
import { filesPage } from './server-records.ts'

const MOST_LISTED = 10_000
const DEEPEST = 32

/** The files that a server lists for a run, folder by folder, in the order of their paths. */
export async function* listServerArtifacts(
  client: ServerClient,
  key: RunKey,
  runId: string,
  source: string,
): AsyncIterable<Artifact | Gap> {
  const files: { readonly path: string; readonly size: number }[] = []
  const gaps: Gap[] = []
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const found = await listFolder(client, key, runId, folder.path)
    if ('kind' in found) {
      gaps.push(found)
      continue
    }
    for (const { path, is_dir: isFolder, file_size: size } of found) {
      if (!isFolder) files.push({ path, size: size ?? 0 })
      else if (folder.depth < DEEPEST) folders.push({ path, depth: folder.depth + 1 })
      else gaps.push(gap(`artifacts in ${quoted(path)}`, ROUTE, `they lie more than ${DEEPEST} folders deep`))
    }
    if (files.length + folders.length > MOST_LISTED) {
      gaps.push(gap(`some artifacts of ${key}`, ROUTE, `only the first ${MOST_LISTED} are listed`))
      break
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const { path, size } of files.slice(0, MOST_LISTED))
    yield { path, size, origin: { source, file: `get-artifact?run_id=${runId}&path=${path}` } }
  yield* gaps
}

/** A part of one artifact; a path that the server does not list is `NarrateError('source')`. */
export async function readServerArtifact(
  client: ServerClient,
  key: RunKey,
  runId: string,
  path: string,
  part: ArtifactPart,
): Promise<Uint8Array | Gap> {
  const size = await sizeOf(client, key, runId, path)
  if (typeof size !== 'number') return size
  const { start: from, length: bytes } = spanOfPart(part, size)
  if (bytes === 0) return new Uint8Array()
  const response = await client.file({ run_id: runId, path }, `bytes=${from}-${from + bytes - 1}`)
  if ('kind' in response)
    return gap(
      `artifact ${quoted(path)}`,
      ROUTE,
      client.refused(response, `the artifact ${quoted(path)}`).message,
    )
  // Without ranges the whole file comes; what lies before the wanted part is passed over.
  const read = await readSpan(response, response.status === 206 ? 0 : from, bytes)
  return typeof read === 'string' ? gap(`artifact ${quoted(path)}`, ROUTE, read) : read
}

async function sizeOf(client: ServerClient, key: RunKey, runId: string, path: string): Promise<number | Gap> {
  const segments = path.split('/')
  const isPlain = segments.every((one) => one !== '' && one !== '.' && one !== '..' && !one.includes('\0'))
  const folder = isPlain ? await listFolder(client, key, runId, segments.slice(0, -1).join('/')) : []
  if ('kind' in folder) return folder
  const file = folder.find((one) => one.path === path && !one.is_dir)
  if (file !== undefined) return file.file_size ?? 0
  throw new NarrateError('source', `Run ${key} has no artifact called ${quoted(path)}.`, {
    hint: 'It is not in the list of its artifacts.',
  })
}

type Listed = readonly {
  readonly path: string
  readonly is_dir: boolean
  readonly file_size?: number | undefined
}[]

async function listFolder(
  client: ServerClient,
  key: RunKey,
  runId: string,
  path: string,
): Promise<Listed | Gap> {
  const found: { path: string; is_dir: boolean; file_size?: number | undefined }[] = []
  const turn = pageTurner()
  let token: string | null = null
  do {
    const answer = await client.get(ROUTE, {
      run_id: runId,
      path: path === '' ? undefined : path,
      page_token: token ?? undefined,
    })
    if ('kind' in answer)
      return gap(
        `artifacts of ${key}`,
        ROUTE,
        client.refused(answer as Parameters<ServerClient['refused']>[0], 'the artifacts').message,
      )
    const page = filesPage.safeParse(answer)
    // Servers name the root of an empty folder, too.
    if (!page.success || (page.data.root_uri === undefined && page.data.files.length === 0))
      return gap(`artifacts of ${key}`, ROUTE, 'the list has not the shape of one')
    // A folder holds only what lies below it: nothing leads round in a circle.
    found.push(...page.data.files.filter((one) => path === '' || one.path.startsWith(`${path}/`)))
    const next = turn(page.data)
    if (next.isEndless) return gap(`artifacts of ${key}`, ROUTE, ENDLESS)
    token = next.token
  } while (token !== null && found.length <= MOST_LISTED)
  return found
}

const ROUTE = 'artifacts/list'
