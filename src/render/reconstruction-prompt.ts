import type { PromptLevel } from '../documents/document-kind.ts'
import { cutText } from '../evidence/cut-text.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import { chooseSiblings } from '../evidence/setup/choose-siblings.ts'
import type { SetupSubject } from '../evidence/setup/setup-subject.ts'
import { withoutControls } from './escape-markdown.ts'
import { evidenceContexts } from './evidence-contexts.ts'
import { plainSentence } from './plain-sentence.ts'

const MOST_SIBLINGS = 12
/** What bears on how the run was set up; what is best or untried does not. */
const TOLD: readonly Finding['kind'][] = [
  'minimal-pair',
  'replicates',
  'protocol',
  'repeat',
  'failure',
  'curve',
  'discrepancy',
  'cross-validation',
]

/** The contexts of a reconstruction's prompt: its items and checks, then the run, its siblings and the notes as a log's prompt shows them. */
export function* reconstructionPromptContexts(
  evidence: Evidence,
  subject: SetupSubject,
): Generator<PromptLevel> {
  const isOwn = ({ kind }: Finding): boolean => kind === 'setup' || kind === 'setup-check'
  const line = (finding: Finding): string =>
    `${finding.address} ${untrusted(plainSentence(finding.sentence, evidence), 400)}`
  const own = evidence.findings.filter(isOwn)
  const told = evidence.findings.filter((one) => !isOwn(one) && TOLD.includes(one.kind))
  const [target] = evidence.runs
  const near = new Set(
    target === undefined ? [] : chooseSiblings(target, evidence.earlier).slice(0, MOST_SIBLINGS),
  )
  const named = new Set(told.flatMap(({ sentence }) => sentence.match(/\br\d+\b/g) ?? []))
  const rest = {
    ...evidence,
    findings: told,
    earlier: evidence.earlier.filter((one) => near.has(one) || named.has(one.address)),
  }
  for (const { context, leftOut } of evidenceContexts(rest))
    yield {
      context: {
        ...context,
        run: evidence.runs[0]?.address ?? '',
        items: own.filter(({ kind, texts }) => kind === 'setup' && texts.item !== undefined).map(line),
        code: own.filter(({ kind, texts }) => kind === 'setup' && texts.item === undefined).map(line),
        checks: own.filter(({ kind }) => kind === 'setup-check').map(line),
        siblings: near.size > 0,
        unclear: subject.unclear.map((text) => `<<<${untrusted(text, 300)}>>>`),
      },
      leftOut,
    }
}

function untrusted(text: string, most: number): string {
  return cutText(
    withoutControls(text)
      .replace(/\s+/g, ' ')
      .replaceAll('[[', '[ [')
      .replaceAll('<<<', '‹‹‹')
      .replaceAll('>>>', '›››')
      .trim(),
    most,
  )
}
