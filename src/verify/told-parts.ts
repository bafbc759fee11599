import { z } from 'zod'
import { evaluate } from '../claims/evaluate.ts'
import { splitText } from '../claims/split-text.ts'
import { outcomePath } from '../documents/log-draft.ts'
import { withoutEnd } from '../documents/print-verdict.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { capital } from '../render/capital.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { mark, templateOf } from './source-lines.ts'

/** Something that a log entry may say, in the form of `templateOf`, and what of its record says it. */
export interface Part {
  readonly text: string
  /** `finding k3`, `statement reading[1]`, `quote n4`, `question`. */
  readonly owner: string
}

/** What a frozen record has to say: each finding's sentence, each statement that was not refused, each quotation. */
export interface ToldParts {
  readonly findings: readonly Part[]
  /** Statements of a section that may be printed, each with the mark that it carries. */
  statements(section: string): readonly Part[]
  /** The one at a path that may be printed, in each form in which it may; `isSeen` where it stands among what was seen. */
  statementAt(path: string, isSeen?: boolean): readonly Part[]
  /** Conclusions behind their outcome, which is in bold where they are visible. */
  conclusions(isVisible: boolean): readonly Part[]
  readonly quotes: readonly Part[]
  /** What narrate asks. */
  readonly questions: readonly Part[]
  readonly titles: readonly Part[]
}

type FrozenStatement = FrozenRecord['statements'][number]

const outcomesSchema = z.looseObject({
  conclusions: z.array(z.looseObject({ outcome: z.string() })).default([]),
})

export function toldParts({ thawed, statements, draft }: FrozenRecord): ToldParts {
  const byPath = new Map(statements.map((one) => [one.path, one]))
  const sayable = (path: string, isSeen = AMONG_SEEN.test(path)): readonly string[] => {
    const one = byPath.get(path)
    return one === undefined || one.verdict === 'contradicted' ? [] : printed(one, isSeen, thawed)
  }
  const sentences = (list: readonly { readonly sentence: string; readonly owner: string }[]) =>
    list.flatMap(({ sentence, owner }): Part[] => {
      const text = templateOf(sentence)
      return text === null || text === '' ? [] : [{ text, owner }]
    })
  const { conclusions } = outcomesSchema.parse(draft ?? {})
  return {
    findings: sentences(
      thawed.findings.map(({ address, sentence }) => ({ sentence, owner: `finding ${address}` })),
    ),
    statements: (section) =>
      statements.flatMap(({ path }) =>
        path.startsWith(`${section}[`)
          ? sayable(path).map((text) => ({ text, owner: `statement ${path}` }))
          : [],
      ),
    statementAt: (path, isSeen) =>
      sayable(path, isSeen).map((text) => ({ text, owner: `statement ${path}` })),
    conclusions: (isVisible) =>
      conclusions.flatMap(({ outcome }, index) => {
        const hypotheses = sayable(`conclusions[${index}].hypothesis`)
        // An outcome that its reason does not bear is none.
        const said = capital(byPath.has(outcomePath(index)) ? 'inconclusive' : outcome)
        const owner = `statement conclusions[${index}].reason`
        const lead = isVisible ? `**${said}.**` : `${said}.`
        const isSure = byPath.get(`conclusions[${index}].hypothesis`)?.verdict === 'supported'
        return sayable(`conclusions[${index}].reason`).flatMap((reason) => [
          ...hypotheses.map((hypothesis) => ({
            text: `${lead} ${withoutEnd(hypothesis)}: ${reason}`,
            owner,
          })),
          ...(isSure ? [] : [{ text: `${lead} ${reason}`, owner }]),
        ])
      }),
    quotes: thawed.quotes.map(({ address }) => ({ text: mark(address), owner: `quote ${address}` })),
    questions:
      thawed.question === null ? [] : sentences([{ sentence: thawed.question.sentence, owner: 'question' }]),
    titles: statements.flatMap((one) =>
      one.path === 'title' && one.verdict === 'supported'
        ? sayable('title').map((text) => ({ text: withoutEnd(text), owner: 'statement title' }))
        : [],
    ),
  }
}

/** Sections of a log entry that tell what was seen. */
const AMONG_SEEN = /^(conclusions|table|unworked)/

/**
 * A statement with the marks it carries: unchecked, where nothing bears it out; inferred, among what was seen; and where
 * a figure stands that a person reported. A version may take what is said to be seen for no more than inferred.
 */
function printed(
  { text, basis, verdict }: FrozenStatement,
  isSeen: boolean,
  evidence: Evidence,
): readonly string[] {
  const template = templateOf(text)
  if (template === null || template === '') return []
  const isReading = basis === 'inferred' && isSeen
  const unchecked = verdict === 'unsupported' ? ['unchecked'] : []
  const marked = (marks: readonly string[]): string => (marks.length === 0 ? '' : ` *(${marks.join(', ')})*`)
  const mayBeReading = verdict === 'supported' || basis === 'inferred'
  const ends = isReading ? [['inferred']] : mayBeReading ? [[], ['inferred']] : [[]]
  const places = reportedPlaces(text, evidence)
  const from = places.length === 0 ? [''] : [` (reported by hand, ${places.map(mark).join(', ')})`, '']
  return from.flatMap((place) => ends.map((end) => `${template}${place}${marked([...unchecked, ...end])}`))
}

/** Where the rows of tables stand whose cells a statement tells, as expressions. */
function reportedPlaces(text: string, evidence: Evidence): readonly string[] {
  const pieces = splitText(text)
  if (isRefusal(pieces)) return []
  const cites = pieces.flatMap((piece) => {
    const value = piece.kind === 'slot' ? evaluate(piece.expression, evidence) : null
    return value === null || isRefusal(value) ? [] : value.cites
  })
  return [...new Set(cites.flatMap((cite) => /^t\d+\.row\d+/.exec(cite)?.[0] ?? []))].map(
    (row) => `${row}.place`,
  )
}
