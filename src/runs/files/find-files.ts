import { join } from 'node:path'
import { isGap } from '../../gap.ts'
import type { World } from '../../world.ts'
import { folderAt } from './path-at.ts'
import { walkFolders } from './walk-folders.ts'

/** The files at or below a directory that bear a name that is meant, and hold what is meant, folder by folder; no more than `mostInFolder` are looked into in one. */
export async function findFiles(
  directory: string,
  world: World,
  deepest: number,
  {
    isNamed,
    holds,
    mostInFolder = Number.POSITIVE_INFINITY,
  }: {
    isNamed(name: string): boolean
    holds(path: string): Promise<boolean>
    readonly mostInFolder?: number
  },
): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const found: string[] = []
  for (const folder of walkFolders(root, { deepest })) {
    if (isGap(folder)) continue
    for (const file of folder.files.filter(isNamed).slice(0, mostInFolder))
      if (await holds(join(folder.path, file))) found.push(join(folder.path, file))
  }
  return found
}
