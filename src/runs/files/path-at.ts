import { realpathSync, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { World } from '../../world.ts'

/** The true path of the folder that a location names; null where it is none, or an address. */
export function folderAt(location: string, world: World): string | null {
  return pathAt(location, world, (found) => found.isDirectory())
}

/** The true path of the file that a location names; null where it is none, or an address. */
export function fileAt(location: string, world: World): string | null {
  return pathAt(location, world, (found) => found.isFile())
}

function pathAt(location: string, { cwd }: World, isMeant: (found: Stats) => boolean): string | null {
  if (location.includes('\0') || /^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return null
  const path = resolve(cwd, location)
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found !== undefined && isMeant(found) ? realpathSync(path) : null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
