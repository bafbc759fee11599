import { NarrateError } from '../../../errors.ts'
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

/** The error for a key that names nothing. */
export function noSuchRun(key: RunKey, location: string): NarrateError {
  return new NarrateError('source', `There is no run ${quoted(key)} in ${location}.`, {
    hint: 'narrate runs list --all-users --since 1970-01-01 shows every run.',
  })
}

/** The error for a metric that a run has not; `names` are those it has. */
export function noSuchMetric(runId: string, metric: string, names: readonly string[]): NarrateError {
  return new NarrateError('source', `Run ${runId} has no metric called ${quoted(metric)}.`, {
    hint: names.length === 0 ? 'It has no metrics.' : `It has: ${names.slice(0, 20).map(quoted).join(', ')}.`,
  })
}

/** Whether a name from a log may stand in a path: one segment, no hidden name, nothing that leads elsewhere. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(name)
}

/** A name from a log, short and without control characters, for a message. */
export function quoted(name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 80)}…` : name
  return JSON.stringify(short).slice(1, -1)
}
