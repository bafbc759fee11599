import type { PromptLevel } from '../documents/document-kind.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { evidenceContexts } from './evidence-contexts.ts'
import { plainSentence } from './plain-sentence.ts'

/** A phase is told by its approaches: more rows than these of its runs say less. */
const MOST_RUNS = 60

/** The contexts of a phase's prompt: the evidence, what narrate calls, and the approaches by the names that the answer uses. */
export function* phasePromptContexts(evidence: Evidence): Generator<PromptLevel> {
  const plain = (sentence: string): string => plainSentence(sentence, evidence).replace(/\s+/g, ' ')
  const call = evidence.findings.find(({ kind }) => kind === 'verdict')
  const approaches = evidence.findings
    .filter(({ kind }) => kind === 'approach')
    .map(({ address, sentence, texts }) => ({
      name: texts.approach?.text ?? '',
      status: texts.status?.text ?? '',
      address,
      told: plain(sentence),
    }))
  for (const { context, leftOut } of evidenceContexts(evidence, MOST_RUNS))
    yield {
      context: {
        ...context,
        approaches,
        call: call === undefined ? null : `${call.texts.call?.text ?? ''}: ${plain(call.sentence)}`,
      },
      leftOut,
    }
}
