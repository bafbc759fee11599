import type { FindingKind } from '../../src/evidence/evidence.ts'
import type { GatherRequest } from '../../src/evidence/gather-evidence.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import type { Run } from '../../src/runs/run.ts'
import { gather } from './gather.ts'

/** The sentences of one kind of finding with every value printed; one that cannot be printed throws. */
export function toldFindings(
  kind: FindingKind,
  runs: readonly Run[],
  lines: readonly string[] = [],
  options: Partial<GatherRequest> = {},
): readonly string[] {
  const evidence = gather(runs, lines, options)
  return evidence.findings
    .filter((finding) => finding.kind === kind)
    .map(
      (finding) =>
        `${finding.scope === 'project' ? 'project: ' : ''}${plainSentence(finding.sentence, evidence)}`,
    )
}
