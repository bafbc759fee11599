import { NarrateError } from '../errors.ts'
import { quoted } from './quoted.ts'
import type { RunKey } from './run.ts'

/** The error for a key that names nothing. */
export function noSuchRun(key: RunKey, location: string): NarrateError {
  return new NarrateError('source', `There is no run ${quoted(key)} in ${location}.`, {
    hint: '`narrate runs list --all` shows every run.',
  })
}

/** The error for a metric that a run has not; `names` are those it has. */
export function noSuchMetric(runId: string, metric: string, names: readonly string[]): NarrateError {
  return new NarrateError('source', `Run ${runId} has no metric called ${quoted(metric)}.`, {
    hint: names.length === 0 ? 'It has no metrics.' : `It has: ${names.slice(0, 20).map(quoted).join(', ')}.`,
  })
}
