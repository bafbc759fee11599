import { NarrateError } from '../../../errors.ts'
import { type Gap, gap } from '../../../gap.ts'
import { quoted } from '../../quoted.ts'
import type { RunKey } from '../../run.ts'

/** The key of a run: `alias:experimentId/runId`. */
export function runKey(alias: string, experimentId: string, runId: string): RunKey {
  return `${alias}:${experimentId}/${runId}`
}

/** The parts of a key of this source; throws `NarrateError('source')` where the key is none. */
export function parseRunKey(
  key: RunKey,
  alias: string,
): { readonly experimentId: string; readonly runId: string } {
  const rest = key.startsWith(`${alias}:`) ? key.slice(alias.length + 1) : ''
  const [experimentId = '', runId = '', ...more] = rest.split('/')
  if (!isPlainName(experimentId) || !isPlainName(runId) || more.length > 0)
    throw new NarrateError('source', `${quoted(key)} is no run of the source ${alias}.`, {
      hint: `Its keys look like ${alias}:<experiment id>/<run id>.`,
    })
  return { experimentId, runId }
}

/** Whether a name from a log may stand in a path: one segment, no hidden name, nothing that leads elsewhere. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(name)
}

/**
 * A run names its parent by the id alone. Where no experiment has it, its key is that of a run of the same experiment, so that runs of one parent
 * stay together; this gap says so. `where` is the run's own place.
 */
export function lostParent(id: string, parent: string, where: string): Gap {
  return gap(
    `parent of run ${quoted(id)}`,
    where,
    `the run ${quoted(parent)} is in no experiment that can be read: which one it was in is not known`,
  )
}
