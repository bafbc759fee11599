import type { Verdict } from './statement.ts'

/**
 * What a model must mend, one line per reason, each beginning with the path of its statement:
 * `reading[2]: "lowest" has no check behind it; check r1.loss == min(loss, finished), …`. Supported statements give none.
 */
export function repairReasons(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap((verdict) =>
    verdict.kind === 'supported'
      ? []
      : verdict.reason.split('\n').map((reason) => `${verdict.statement.path}: ${reason}`),
  )
}
