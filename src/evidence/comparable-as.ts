import type { Run } from '../runs/run.ts'

/** A parameter that says what is predicted; losses of runs with different targets are no ranking. */
const TARGET = /^(.*[._/])?(target|label|response|y)([._](variable|column|col|name|feature))?s?$/i

/** Parameters that say on what it is measured. */
const TASK =
  /^(?!.*train)(.*[._/])?(task|dataset|data_?set|eval_?(data|set)|test_?(data|set)|val_?(data|set)|benchmark|split)([_.-]?(name|variable|column|col|version|id))?s?$/i

/** Whether a parameter says what is predicted. */
export function isTarget(param: string): boolean {
  return TARGET.test(param)
}

const EVALUATION = /eval|test|valid/i

/**
 * For each run a text that is the same for runs that may be ranked against each other: target, task and evaluation
 * data, as far as they are logged and differ. Where only some runs tell their data and those agree, the others are
 * taken to have used the same.
 */
export function comparableAs(runs: readonly Run[]): readonly string[] {
  const taskParams = [
    ...new Set(
      runs.flatMap((run) => [...run.params.keys()].filter((name) => isTarget(name) || TASK.test(name))),
    ),
  ].sort()
  const telling = taskParams.filter((name) => new Set(runs.map((run) => run.params.get(name))).size > 1)
  const digests = runs.map(evaluationDigests)
  const digestsDiffer = new Set(digests.filter((text) => text !== '')).size > 1
  return runs.map((run, index) =>
    [
      ...telling.map((name) => `${name}=${run.params.get(name) ?? 'not logged'}`),
      ...(digestsDiffer ? [`data=${digests[index] === '' ? 'not logged' : digests[index]}`] : []),
    ].join(' '),
  )
}

function evaluationDigests(run: Run): string {
  const evaluation = run.dataSets.filter((set) => set.context !== null && EVALUATION.test(set.context))
  return (evaluation.length > 0 ? evaluation : run.dataSets)
    .map((set) => set.digest)
    .sort()
    .join('+')
}
