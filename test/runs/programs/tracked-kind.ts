import { join } from 'node:path'
import { filesSource } from '../../../src/runs/files/files-source.ts'
import type { RunPlace } from '../../../src/runs/files/loaded-run.ts'
import { folderAt } from '../../../src/runs/files/path-at.ts'
import { withPrograms } from '../../../src/runs/programs/with-programs.ts'
import type { RunSourceKind } from '../../../src/runs/run-source.ts'
import type { World } from '../../../src/world.ts'

/** What a tracker keeps of a run beside its files. */
export interface Tracked {
  readonly params?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  /** Step and value. */
  readonly metrics?: Readonly<Record<string, readonly (readonly [number, number])[]>>
}

/** A tracker whose runs are folders of artifacts; what else it keeps of them is handed in, and cannot be damaged. */
export function trackedKind(runs: Readonly<Record<string, Tracked>>): RunSourceKind {
  return {
    name: 'tracked',
    recognises: async (location, world) => folderAt(location, world) !== null,
    detect: async (directory) => [directory],
    open: async (location, alias, world) => withPrograms(openFolders(location, alias, world)),
  }

  function openFolders(location: string, alias: string, world: World) {
    const root = folderAt(location, world) ?? location
    return filesSource<RunPlace>(
      {
        kind: 'tracked',
        alias,
        location,
        root,
        idsAreUnique: false,
        hasCheapList: false,
        places: () =>
          Object.keys(runs).map((id) => ({
            kind: 'place',
            id,
            where: id,
            files: [],
            artifacts: { path: join(root, id), where: id },
          })),
        load: async ({ id }, reading) => {
          const { params = {}, tags = {}, metrics = {} } = runs[id] ?? {}
          for (const [name, points] of Object.entries(metrics))
            for (const [step, value] of points) reading.series(name, 'log')?.(step, null, value)
          return {
            experiment: { id: 'prompts', name: 'prompts' },
            name: id,
            status: 'finished',
            startedAt: null,
            endedAt: null,
            params: new Map(Object.entries(params).map(([name, text]) => [name, { text, file: 'log' }])),
            tags: new Map(Object.entries(tags)),
            gaps: [],
            origin: { file: 'log' },
          }
        },
      },
      world,
    )
  }
}
