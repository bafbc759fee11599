import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { withSoundFindings } from '../../src/claims/sound-findings.ts'
import { findProject } from '../../src/cli/find-project.ts'
import { gatherProject } from '../../src/cli/gather-project.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { makeWorld } from './make-world.ts'

/** The evidence of all runs of a folder with a narrate.yaml or a run log, read in a copy of it. */
export async function gatherStore(from: string): Promise<Evidence> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-store-')))
  try {
    await cp(from, folder, { recursive: true })
    const { world } = makeWorld({ cwd: folder, now: Date.parse('2026-03-11T18:00:00Z') })
    const project = await findProject(world, folder)
    const opened = await openSources(project, await PARTS.sourceKinds(), world)
    try {
      const { evidence } = await gatherProject(
        { project, sources: opened.sources, query: { order: 'oldest' }, withHistory: true },
        world,
      )
      return withSoundFindings(evidence)
    } finally {
      await opened.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
