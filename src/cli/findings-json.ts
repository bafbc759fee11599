import { findRun } from '../evidence/address.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import { type JsonObject, jsonNumber } from '../json.ts'
import { plainSentence } from '../render/plain-sentence.ts'

/** A finding as `--json` tells it: its sentence with every value printed, the runs by their keys, its own values in full. */
export function findingToJson(finding: Finding, evidence: Evidence): JsonObject {
  return {
    kind: finding.kind,
    scope: finding.scope,
    sentence: plainSentence(finding.sentence, evidence, 'names'),
    runs: finding.rests.flatMap((address) => findRun(evidence, address)?.run.key ?? []),
    values: Object.fromEntries(
      Object.entries(finding.values).map(([name, one]) => [
        name,
        { value: jsonNumber(one.value), unit: one.unit, metric: one.metric, how: one.how },
      ]),
    ),
    texts: Object.fromEntries(Object.entries(finding.texts).map(([name, one]) => [name, { ...one }])),
  }
}
