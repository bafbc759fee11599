import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { checkStatements } from './check-draft.ts'
import { evaluate } from './evaluate.ts'
import { exemptNames } from './evidence-names.ts'
import type { Language } from './languages/language.ts'
import { segmentsOf } from './segments.ts'
import { splitText } from './split-text.ts'
import type { Segment, Statement, Verdict } from './statement.ts'
import type { EvaluatedPiece } from './tokens.ts'

/**
 * Judges the statements of a draft that is written in a language: each is read in English and judged as that. A verdict keeps the
 * statement as it was written, its reading (`readAs`), and prints its words; what cannot be read is unsupported and not printed.
 */
export function checkStatementsIn(
  language: Language,
  statements: readonly Statement[],
  evidence: Evidence,
): readonly Verdict[] {
  const isName = namesOf(evidence)
  const readings = statements.map(({ text }) => language.read(text, isName))
  const read = statements.flatMap((statement, index) => {
    const text = readings[index]
    return typeof text === 'string' ? [{ ...statement, text }] : []
  })
  const judged = checkStatements(read, evidence)
  let at = 0
  return statements.map((statement, index): Verdict => {
    const reading = readings[index]
    if (typeof reading !== 'string')
      return { kind: 'unsupported', statement, reason: reading?.reason ?? '', segments: null, checks: [] }
    const verdict = judged[at++]
    if (verdict === undefined) throw new Error('every statement that was read was judged')
    const reason = falseReason({ ...statement, text: reading }, evidence)
    return inLanguage(reason ?? verdict, statement, reading, language, evidence)
  })
}

/** Of a proposal that gives a reason which the log contradicts, that verdict: what is to be done may be meant, why is told. */
function falseReason(statement: Statement, evidence: Evidence): Verdict | null {
  const [, reason] = /,? because (.*)$/s.exec(statement.text) ?? []
  if (statement.basis !== 'proposed' || reason === undefined) return null
  const [verdict] = checkStatements([{ ...statement, text: reason, basis: 'inferred', checks: [] }], evidence)
  return verdict?.kind === 'contradicted' ? { ...verdict, statement } : null
}

function inLanguage(
  verdict: Verdict,
  written: Statement,
  readAs: string,
  language: Language,
  evidence: Evidence,
): Verdict {
  const statement = { ...verdict.statement, text: written.text }
  switch (verdict.kind) {
    case 'supported':
      return { ...verdict, statement, readAs, segments: segmentsIn(language, written.text, evidence) }
    case 'contradicted':
      return { ...verdict, statement, readAs, reason: readReason(verdict.reason, readAs) }
    case 'unsupported':
      return {
        ...verdict,
        statement,
        readAs,
        reason: readReason(verdict.reason, readAs),
        // A word that nothing checks may not stand, marked or not: what it claims is not known in this language.
        segments: null,
      }
    default:
      return verdict satisfies never
  }
}

function readReason(reason: string, readAs: string): string {
  return `Read as "${readAs}". ${reason}`
}

/** A statement's pieces as they are printed, in its language. */
function segmentsIn(language: Language, text: string, evidence: Evidence): readonly Segment[] {
  const pieces = splitText(text)
  if (isRefusal(pieces)) throw new Error(pieces.reason)
  const evaluated = pieces.map((piece): EvaluatedPiece => {
    if (piece.kind === 'words') return piece
    const value = evaluate(piece.expression, evidence)
    if (isRefusal(value)) throw new Error(value.reason)
    return { kind: 'slot', written: piece.written, value }
  })
  return segmentsOf(evaluated, evidence, (before) => language.tellsSize(before)).map(
    (segment, index): Segment => {
      const piece = evaluated[index]
      if (segment.kind === 'words' || piece?.kind !== 'slot') return segment
      const before = pieces
        .slice(0, index)
        .map((one) => (one.kind === 'words' ? one.text : ' | '))
        .join('')
      const printed = language.printed(piece.value, segment.printed, before, evidence)
      return printed === null ? segment : { ...segment, printed }
    },
  )
}

/** Whether a word, in lower case, is one that the log calls something by. */
function namesOf(evidence: Evidence): (word: string) => boolean {
  const names = new Set(exemptNames(evidence))
  for (const { run } of [...evidence.runs, ...evidence.earlier])
    for (const name of [...run.metrics.keys(), ...run.params.keys()]) names.add(name.toLowerCase())
  return (word) => names.has(word)
}

/** What a verdict's words say in English: as they were read, or as they stand. */
export function englishOf(verdict: Verdict): string {
  return verdict.readAs ?? verdict.statement.text
}
