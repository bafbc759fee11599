import type { Run, RunSummary } from '../run.ts'

/**
 * MLflow's own tags that a run tells in fields of its own. Those of `WHOLE` stand in a run that was read whole only.
 */
const SUMMARY: Readonly<Record<string, (run: RunSummary) => string | null>> = {
  'mlflow.runName': (run) => run.name,
  'mlflow.user': (run) => run.user,
  'mlflow.parentRunId': (run) =>
    run.parent === null ? null : run.parent.slice(run.parent.search(/[^:/]*$/)),
}

const WHOLE: Readonly<Record<string, (run: Run) => string | null>> = {
  'mlflow.note.content': (run) => run.note,
  'mlflow.source.name': (run) => run.code.entryPoint,
  'mlflow.source.git.commit': (run) => run.code.commit,
  'mlflow.source.git.branch': (run) => run.code.branch,
}

/** The names of MLflow's own tags that can be asked for. */
export const READ_TAGS: readonly string[] = [...Object.keys(SUMMARY), ...Object.keys(WHOLE)]

/** Whether a tag can be asked for: any of the user's, and those of MLflow's that narrate reads. */
export function isReadTag(name: string): boolean {
  return !name.startsWith('mlflow.') || READ_TAGS.includes(name)
}

/** Whether a tag is told by runs only that were read whole. */
export function isTagOfWholeRun(name: string): boolean {
  return Object.hasOwn(WHOLE, name)
}

/** The value of a tag, the user's or MLflow's; null where the run does not carry it. */
export function tagOf(run: RunSummary | Run, name: string): string | null {
  const own = run.tags.get(name)
  if (own !== undefined) return own
  if (Object.hasOwn(SUMMARY, name)) return SUMMARY[name]?.(run) ?? null
  if (!Object.hasOwn(WHOLE, name)) return null
  if (!isWhole(run)) throw new Error(`the tag ${name} was asked of a run that was not read whole`)
  return WHOLE[name]?.(run) ?? null
}

/** Whether a run was read whole, or is what a list tells of it. */
export function isWhole(run: RunSummary | Run): run is Run {
  return 'dataSets' in run
}
