import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'

const ERROR_TAG = /(error|exception|traceback|fail(ure|ed)?_?(reason|message|cause)?|oom)/i
const LONGEST_ERROR = 120

/** Runs that failed or were killed, with the error where one is logged. A document never leaves them out. */
export function failure(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const broken = evidence.runs.filter(({ run }) => run.status === 'failed' || run.status === 'killed')
  const told = broken.filter((one) => errorOf(one) !== null)
  const silent = broken.filter((one) => errorOf(one) === null)
  return [
    ...told.map((one) => ({
      kind: 'failure' as const,
      sentence: `[[${one.address}]] ${one.run.status}: ${errorOf(one)}`,
      rests: [one.address],
    })),
    ...[...Map.groupBy(silent, ({ run }) => run.status)].map(([status, runs]) => ({
      kind: 'failure' as const,
      sentence: `${runs.map((one) => `[[${one.address}]]`).join(', ')} ${status}; no error is logged.`,
      rests: runs.map((one) => one.address),
    })),
  ]
}

/** What the run's tags tell of its error, on one line. Slot marks are taken out: it is text, not an expression. */
function errorOf({ run }: EvidenceRun): string | null {
  const texts = [...run.tags].filter(([name]) => ERROR_TAG.test(name)).map(([, text]) => text.trim())
  const joined = texts
    .filter((text) => text !== '')
    .join(': ')
    .replace(/\s+/g, ' ')
    .replaceAll('[[', '[')
    .replaceAll(']]', ']')
  if (joined === '') return null
  return joined.length > LONGEST_ERROR ? `${joined.slice(0, LONGEST_ERROR)}…` : joined
}
