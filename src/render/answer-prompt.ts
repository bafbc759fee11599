import type { AnswerSubject } from '../documents/answer-kind.ts'
import type { PromptLevel } from '../documents/document-kind.ts'
import { cutText } from '../evidence/cut-text.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { evidenceContexts } from './evidence-contexts.ts'
import { plainSentence } from './plain-sentence.ts'

/** How many runs, passages and findings a prompt shows. */
const LADDER = [
  { runs: 30, quotes: 24, sentences: 24, findings: 10 },
  { runs: 20, quotes: 16, sentences: 14, findings: 8 },
  { runs: 12, quotes: 10, sentences: 8, findings: 5 },
  { runs: 6, quotes: 6, sentences: 4, findings: 3 },
  { runs: 3, quotes: 3, sentences: 2, findings: 1 },
] as const

/**
 * The contexts of an answer's prompt from most to least detail: the runs, passages and findings that were chosen, best
 * first; everything else of the evidence is only checked against.
 */
export function* answerPromptContexts(evidence: Evidence, subject: AnswerSubject): Generator<PromptLevel> {
  for (const most of LADDER) {
    const findings = evidence.findings.filter(({ address }) =>
      subject.findings.slice(0, most.findings).includes(address),
    )
    const mentioned = findings.flatMap(({ sentence }) => sentence.match(/\br\d+\b/g) ?? [])
    // Runs of a finding stand first where it is no list: the two sides of a change are what it is about.
    const sides = findings.flatMap(({ kind, sentence }) =>
      kind === 'minimal-pair' ? (sentence.match(/\br\d+\b/g) ?? []) : [],
    )
    const runs = new Set(
      [...subject.runs.slice(0, 1), ...sides, ...subject.runs, ...mentioned].slice(0, most.runs),
    )
    const quotes = new Set(subject.quotes.slice(0, most.quotes))
    const all = [...evidence.runs, ...evidence.earlier, ...evidence.deleted]
    const shown: Evidence = {
      ...evidence,
      runs: all.filter(({ address }) => runs.has(address)),
      earlier: [],
      deleted: [],
      quotes: evidence.quotes.filter(({ address }) => quotes.has(address)),
      // Their sentences speak of runs that are not shown.
      findings: [],
      groups: evidence.groups.filter(
        ({ kind, word, runs: members }) =>
          word !== null || kind === 'comparable' || members.every((address) => runs.has(address)),
      ),
    }
    const sentences = subject.sentences.slice(0, most.sentences)
    const documents = evidence.documents.flatMap(({ address, kind, date, title, passages }) => {
      const own = sentences.filter(({ document, text }) => document === address && passages.includes(text))
      return own.length === 0
        ? []
        : [
            {
              head: `${address} [${kind} of ${date}] ${fence(title)}`,
              sentences: own.map(({ text }) => fence(text)),
            },
          ]
    })
    const left = subject.runs.length - runs.size + subject.quotes.length - quotes.size
    for (const { context } of evidenceContexts(shown)) {
      yield {
        context: {
          ...context,
          question: fence(subject.question),
          documents,
          findings: findings.map(
            ({ address, kind, sentence }) => `${address} (${kind}) ${plainSentence(sentence, evidence)}`,
          ),
          allRuns: evidence.runs.length,
          searched: subject.searched,
        },
        leftOut: left > 0 ? [`${left} runs and passages that bear less on the question`] : [],
      }
      break
    }
  }
}

function fence(text: string): string {
  return `<<<${cutText(text.replace(/\s+/g, ' ').replaceAll('<<<', '‹‹‹').replaceAll('>>>', '›››').replaceAll('[[', '[ [').trim(), 800)}>>>`
}
