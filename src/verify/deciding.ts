import type { DecisionDraft } from '../documents/decision/decision-draft.ts'
import { optionSlot } from '../documents/decision/decision-findings.ts'
import { fieldName } from '../documents/decision/decision-given.ts'
import {
  type DecisionSubject,
  decisionSubjectSchema,
  type PeopleField,
} from '../documents/decision/decision-subject.ts'
import { type DecisionTable, scoreFinalists } from '../documents/decision/score-finalists.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import type { LogAccount } from './log-account.ts'
import { ours, type Stretch, statedIn } from './outline.ts'
import { mark, templateOf } from './source-lines.ts'

export const NOT_RECORDED = 'not recorded'

/** A decision while its lines are accounted for. */
export interface Deciding {
  readonly entry: LogAccount
  readonly evidence: Evidence
  readonly subject: DecisionSubject
  readonly options: DecisionDraft['options']
  readonly table: DecisionTable
  /** The place of the finalist that was chosen, or wins; null where none may. */
  readonly chosen: number | null
  /** Whether another one than the winner was chosen. */
  readonly isAgainst: boolean
}

export function decidingOf(entry: LogAccount): Deciding {
  const { evidence, frozen } = entry
  const subject = decisionSubjectSchema.parse(frozen.subject)
  const table = scoreFinalists(evidence, subject)
  const chosen = subject.selected?.finalist ?? table.winner
  const draft = frozen.draft as DecisionDraft | null
  return {
    ...{ entry, evidence, subject, table, chosen },
    options: draft?.options ?? [],
    isAgainst: table.winner !== null && subject.selected !== null && chosen !== table.winner,
  }
}

/** A finalist as it is called in the text: its run, or its name. */
export function nameOf({ table }: Pick<Deciding, 'table'>, place: number): string {
  const finalist = table.finalists[place]
  if (finalist === undefined) throw new Error('a finalist of the table')
  return templateOf(optionSlot(finalist, place)) ?? ''
}

export function findingsOf({ evidence }: Deciding, ...kinds: readonly Finding['kind'][]): readonly Finding[] {
  return evidence.findings.filter(({ kind }) => kinds.includes(kind))
}

/** The finding of a kind that is first of all about an address; null where it could not be told. */
export function findingAbout({ evidence }: Deciding, kind: Finding['kind'], address: string): Finding | null {
  return evidence.findings.find((one) => one.kind === kind && one.rests[0] === address) ?? null
}

/** The value of a finding as it stands in a line, or a dash. */
export function cellOf(finding: Finding | null, name: string): string {
  return finding?.values[name] === undefined ? '–' : mark(`${finding.address}.${name}`)
}

/** What a person wrote, whole and in quotation marks. */
export function spoken(expression: string): string {
  return `“${mark(expression)}”`
}

export function peopleSaid({ subject }: Deciding, field: PeopleField): readonly string[] {
  return (subject.people[field] ?? []).map((_, index) => spoken(`decision.${fieldName(field, index)}`))
}

/** Names that a person gave. */
export function people({ subject }: Deciding, field: PeopleField): readonly string[] {
  return (subject.people[field] ?? []).map((_, index) => mark(`decision.${fieldName(field, index)}`))
}

/** Lines of what people gave. */
export function peopleLines(deciding: Deciding, field: PeopleField): Stretch {
  return peopleSaid(deciding, field).map((text) => ours('what a person gave', text))
}

/** The same behind a label, which is there whether or not anything is recorded. */
export function labelled(deciding: Deciding, label: string, field: PeopleField): Stretch {
  const texts = peopleSaid(deciding, field)
  return texts.length === 0
    ? [ours(`the line “${label}”`, `${label}: ${NOT_RECORDED}.`)]
    : texts.map((text) => ours(`the line “${label}”`, `${label}: ${text}`))
}

/** Sections of what is proposed; in all others an inference says that it is one. */
const PROPOSED = /^(?:confirmation|revisit|questions)/

/** Statements of a section of the draft; `lead` stands before each. */
export function said({ entry }: Deciding, section: string, lead = ''): Stretch {
  const basisOf = new Map(entry.frozen.statements.map(({ path, basis }) => [path, basis]))
  return statedIn(entry, section, !PROPOSED.test(section)).map((line) => {
    const path = line.owners[0]?.replace(/^statement /, '') ?? ''
    const end = basisOf.get(path) === 'proposed' ? ' *(proposed)*' : ''
    return { ...line, forms: line.forms.map((text) => `${lead}${text}${end}`) }
  })
}
