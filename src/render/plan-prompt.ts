import type { Evidence } from '../evidence/evidence.ts'
import type { PlanSubject } from '../evidence/plans/plan-subject.ts'
import { logPromptContexts, type PromptContext } from './log-prompt.ts'
import { plainSentence } from './plain-sentence.ts'

/** Findings that the prompt tells in places of their own. */
const APART = ['target', 'pivot', 'proposal', 'low-return']

/** The contexts of a plan's prompt: those of a log entry, and what the plan has worked out. */
export function* planPromptContexts(
  evidence: Evidence,
  _: PlanSubject,
): Generator<{ readonly context: PromptContext; readonly leftOut: readonly string[] }> {
  const told = (kind: string): readonly string[] =>
    evidence.findings
      .filter((finding) => finding.kind === kind)
      .map(({ address, sentence, texts }) =>
        [address, texts.id?.text, plainSentence(sentence, evidence).replace(/[\r\n]+/g, ' ')]
          .filter((text) => text !== undefined)
          .join(' '),
      )
  const rest = { ...evidence, findings: evidence.findings.filter(({ kind }) => !APART.includes(kind)) }
  for (const { context, leftOut } of logPromptContexts(rest))
    yield {
      context: {
        ...context,
        asked: told('target'),
        pivot: told('pivot'),
        own: told('proposal'),
        lowReturn: told('low-return'),
        documents: evidence.documents.map(
          ({ address, kind, date, title }) => `${address} ${kind} of ${date}: ${title.replace(/[\r\n]+/g, ' ')}`,
        ),
      },
      leftOut,
    }
}
