import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import { type ChainLink, chainLink } from '../../stores/chain.ts'
import { readLock } from '../../stores/lock.ts'
import type { Store } from '../../stores/store.ts'
import { LOCK_FILE } from '../../stores/store-folder.ts'
import { checkRecords } from '../../verify/check-records.ts'
import type { World } from '../../world.ts'
import type { Project } from '../find-project.ts'
import { sentence } from '../open-sources.ts'
import { type Check, ok, trouble, warning } from './check.ts'

const SHOWN = 3

/** The folder of the documents: whether it can be written, who holds it, and whether its chain of digests is whole. */
export async function checkStore(store: Store, project: Project, world: World): Promise<readonly Check[]> {
  const folder = path.join(project.root, project.settings.store)
  const written = await checkWritable(folder, store)
  if (written.exit > 0) return [written]
  return [
    written,
    ...(await checkLock(path.join(folder, LOCK_FILE), store, world)),
    await checkChain(store, world),
  ]
}

async function checkWritable(folder: string, { location }: Store): Promise<Check> {
  // A folder that is not there yet is made in the nearest one that is.
  for (let place = folder; ; place = path.dirname(place)) {
    try {
      await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
      return ok(
        'store',
        place === folder ? `${location} can be written` : `${location} will be made with the first document`,
      )
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === 'ENOENT' && path.dirname(place) !== place) continue
      return trouble(
        'store',
        `${location} may not be read or written by this user`,
        'Change its permissions, or name another folder as "store" in narrate.yaml.',
        6,
      )
    }
  }
}

async function checkLock(file: string, { location }: Store, world: World): Promise<readonly Check[]> {
  const lock = await readLock(file, world)
  switch (lock.state) {
    case 'free':
      return []
    case 'gone':
      return [
        ok('lock', `${location} was left locked by a process that is gone; the next save takes it over`),
      ]
    case 'held':
      return [
        warning(
          'lock',
          `${location} is locked by ${lock.by}`,
          'Wait until it is done; if it is gone, remove the file .lock there.',
        ),
      ]
    case 'unknown':
      return [
        warning(
          'lock',
          `${location} is locked by a process that is not named`,
          'If no narrate is running, remove the file .lock there.',
        ),
      ]
    default:
      return lock satisfies never
  }
}

/** Digests alone: whether what the documents say still follows from their evidence is `narrate verify`'s to say. */
async function checkChain(store: Store, world: World): Promise<Check> {
  const { documents, recordIds, redactions, gaps } = await store.contents()
  const links: ChainLink[] = []
  const faults: string[] = gaps.map((gap) => sentence(gap).replace(/\.$/, ''))
  const unreadable = new Set<string>()
  for (const id of recordIds) {
    world.signal.throwIfAborted()
    const read = await store.evidence(id)
    if ('value' in read) links.push(chainLink({ id, evidence: read.value }))
    else {
      unreadable.add(id)
      faults.push(`evidence/${id}.json: ${read.why}`)
    }
  }
  const known = new Set(recordIds)
  faults.push(
    ...documents.filter(({ id }) => !known.has(id)).map((file) => `${file.path} has no evidence`),
    ...checkRecords(links, redactions, unreadable).broken.map(({ kind, id }) =>
      kind === 'missing'
        ? `evidence/${id}.json is gone`
        : `evidence/${id}.json was altered after it was saved`,
    ),
  )
  const many = `${documents.length} ${documents.length === 1 ? 'document' : 'documents'}`
  if (faults.length === 0)
    return ok(
      'documents',
      documents.length === 0 ? 'none yet' : `${many}, the chain of their digests is whole`,
    )
  const more = faults.length > SHOWN ? `, and ${faults.length - SHOWN} more` : ''
  return trouble(
    'documents',
    `${many}, and the chain of their digests is broken: ${faults.slice(0, SHOWN).join('; ')}${more}`,
    'Run narrate verify for the whole of it, and take the files back from git.',
    1,
  )
}
