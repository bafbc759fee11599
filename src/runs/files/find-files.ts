import { join } from 'node:path'
import { isGap } from '../../gap.ts'
import type { World } from '../../world.ts'
import { folderAt } from './path-at.ts'
import { walkFolders } from './walk-folders.ts'

/** The files at or below a directory that bear a name that is meant, and hold what is meant, folder by folder. */
export async function findFiles(
  directory: string,
  world: World,
  deepest: number,
  { isNamed, holds }: { isNamed(name: string): boolean; holds(path: string): Promise<boolean> },
): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const found: string[] = []
  for (const folder of walkFolders(root, { deepest })) {
    if (isGap(folder)) continue
    for (const file of folder.files.filter(isNamed))
      if (await holds(join(folder.path, file))) found.push(join(folder.path, file))
  }
  return found
}
