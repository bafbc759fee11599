import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'

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
      sentence: `${runs.map((one) => `[[${one.address}]]`).join(', ')} ${status}; no error is logged.`,
      rests: runs.map((one) => one.address),
    })),
  ]
}

/** The names of the run's tags that tell of its error. */
function errorTags({ run }: EvidenceRun): readonly string[] {
  return [...run.tags]
    .filter(([name, text]) => ERROR_TAG.test(name) && text.trim() !== '')
    .map(([name]) => name)
}
