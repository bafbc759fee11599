import type { PromptLevel } from '../documents/document-kind.ts'
import type { Evidence, FindingKind } from '../evidence/evidence.ts'
import { evidenceContexts } from './evidence-contexts.ts'
import { plainSentence } from './plain-sentence.ts'

/** Findings that the prompt tells in places of their own. */
const APART: readonly FindingKind[] = ['target', 'pivot', 'proposal', 'low-return']

/** The contexts of a plan's prompt: the evidence, with as many runs as fit, and what the plan has worked out. */
export function* planPromptContexts(evidence: Evidence): Generator<PromptLevel> {
  const told = (kind: FindingKind): readonly string[] =>
    evidence.findings
      .filter((finding) => finding.kind === kind)
      .map(({ address, sentence, texts }) =>
        [address, texts.id?.text, plainSentence(sentence, evidence).replace(/\s+/g, ' ')]
          .filter((text) => text !== undefined)
          .join(' '),
      )
  const rest = { ...evidence, findings: evidence.findings.filter(({ kind }) => !APART.includes(kind)) }
  for (const { context, leftOut } of evidenceContexts(rest))
    yield {
      context: {
        ...context,
        asked: told('target'),
        pivot: told('pivot'),
        own: told('proposal'),
        lowReturn: told('low-return'),
      },
      leftOut,
    }
}
