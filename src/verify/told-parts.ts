import { z } from 'zod'
import { outcomePath } from '../documents/log-draft.ts'
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
  const sayable = (path: string): string | null => {
    const one = byPath.get(path)
    return one === undefined || one.verdict === 'contradicted' ? null : printed(one)
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
      statements.flatMap((one) => {
        const text = one.path.startsWith(`${section}[`) ? sayable(one.path) : null
        return text === null ? [] : [{ text, owner: `statement ${one.path}` }]
      }),
    conclusions: (isVisible) =>
      conclusions.flatMap(({ outcome }, index) => {
        const reason = sayable(`conclusions[${index}].reason`)
        const hypothesis = sayable(`conclusions[${index}].hypothesis`)
        if (reason === null) return []
        // An outcome that its reason does not bear is none.
        const said = capital(byPath.has(outcomePath(index)) ? 'inconclusive' : outcome)
        const owner = `statement conclusions[${index}].reason`
        const lead = isVisible ? `**${said}.**` : `${said}.`
        const isSure = byPath.get(`conclusions[${index}].hypothesis`)?.verdict === 'supported'
        return [
          ...(hypothesis === null ? [] : [{ text: `${lead} ${withoutEnd(hypothesis)}: ${reason}`, owner }]),
          ...(isSure ? [] : [{ text: `${lead} ${reason}`, owner }]),
        ]
      }),
    quotes: thawed.quotes.map(({ address }) => ({ text: mark(address), owner: `quote ${address}` })),
    questions:
      thawed.question === null ? [] : sentences([{ sentence: thawed.question.sentence, owner: 'question' }]),
    titles: statements.flatMap((one) => {
      const text = one.path === 'title' && one.verdict === 'supported' ? sayable('title') : null
      return text === null ? [] : [{ text: withoutEnd(text), owner: 'statement title' }]
    }),
  }
}

/** A statement with the marks it carries: unchecked, where nothing bears it out; inferred, among what was seen. */
function printed({ path, text, basis, verdict }: FrozenStatement): string | null {
  const template = templateOf(text)
  if (template === null || template === '') return null
  const isReading = basis === 'inferred' && /^(conclusions|table|unworked)/.test(path)
  const marks = [...(verdict === 'unsupported' ? ['unchecked'] : []), ...(isReading ? ['inferred'] : [])]
  return marks.length === 0 ? template : `${template} *(${marks.join(', ')})*`
}

function withoutEnd(text: string): string {
  return text.replace(/[.:;\s]+$/, '')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
