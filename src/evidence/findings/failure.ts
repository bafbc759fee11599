import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'

const MOST_NAMED = 5
/** As many runs as one expression may list. */
const MOST_COUNTED = 300

const ERROR_TAG = /(error|exception|traceback|fail(ure|ed)?_?(reason|message|cause)?|oom)/i

/** Runs that failed or were killed, with the error where one is logged. A document never leaves them out. */
export function failure(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const broken = evidence.runs.filter(({ run }) => run.status === 'failed' || run.status === 'killed')
  const told = broken.filter((one) => errorTags(one).length > 0)
  const silent = broken.filter((one) => errorTags(one).length === 0)
  return [
    ...told.map((one) => ({
      kind: 'failure' as const,
      sentence: `[[${one.address}]] ${one.run.status}: ${errorTags(one)
        .map((name) => `[[${one.address}.tag[${JSON.stringify(name)}]]]`)
        .join(': ')}.`,
      rests: [one.address],
    })),
    ...[...Map.groupBy(silent, ({ run }) => run.status)].map(([status, runs]) => ({
      kind: 'failure' as const,
      sentence: `${listed(runs)} ${status}; no error is logged.`,
      rests: runs.map((one) => one.address),
    })),
  ]
}

/** Runs by name; many of them by the first few and a count of the rest. */
function listed(runs: readonly EvidenceRun[]): string {
  const shown = runs.length > MOST_NAMED ? runs.slice(0, MOST_NAMED - 1) : runs
  const rest = runs.slice(shown.length).map((one) => one.address)
  const names = shown.map((one) => `[[${one.address}]]`).join(', ')
  if (rest.length === 0) return names
  return rest.length > MOST_COUNTED ? `${names} and more` : `${names} and [[count(${rest.join(', ')})]] more`
}

/** The names of the run's tags that tell of its error. */
export function errorTags({ run }: EvidenceRun): readonly string[] {
  return [...run.tags]
    .filter(([name, text]) => ERROR_TAG.test(name) && text.trim() !== '')
    .map(([name]) => name)
}
