import { isWanted } from '../../query-rules.ts'
import type { RunQuery } from '../../run-source.ts'
import type { ExperimentFolder } from './experiment-folder.ts'
import type { KeptRuns } from './kept-runs.ts'
import { readTag } from './run-files.ts'
import type { RunFolder } from './run-folder.ts'
import { TAG, userOf } from './run-record.ts'

/** Whether a query wants the runs of an experiment. */
export function isChosen(experiment: ExperimentFolder, query: RunQuery): boolean {
  if (experiment.deleted && !query.includeDeleted) return false
  const { experiments } = query
  return (
    experiments === undefined || experiments.includes(experiment.id) || experiments.includes(experiment.name)
  )
}

/** Whether a query wants a run. `meta.yaml` decides first; other files are read only where nothing else can tell. */
export function passes(run: RunFolder, query: RunQuery, kept: Pick<KeptRuns, 'files'>): boolean {
  const { meta, path } = run
  return isWanted(meta, query, {
    user: () => userOf(meta.user, undefined) ?? readTag(path, TAG.user),
    lastLogged: () => kept.files(run, []).lastLogged,
  })
}
