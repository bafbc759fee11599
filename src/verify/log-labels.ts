import type { Part, ToldParts } from './told-parts.ts'

/** Parts of a record that may stand under a label. */
type Allowed = (parts: ToldParts) => readonly Part[]

const NOT_RECORDED: Allowed = () => [{ text: 'not recorded.', owner: 'nothing' }]

/** What may stand under each label that a version prints in the visible part of an entry. */
export const LABELS: ReadonlyMap<string, readonly Allowed[]> = new Map<string, readonly Allowed[]>([
  ['Reading (inferred)', [said('reading')]],
  ['In your words', [quotes]],
  ['Did not work; caveats', [said('unworked'), quotes]],
  ['Did not work, and caveats', [said('unworked'), quotes]],
  ['Did not work', [said('unworked'), quotes]],
  ['Decided', [said('decisions'), quotes, NOT_RECORDED]],
  ['Next', [said('next_steps'), quotes, NOT_RECORDED]],
  ['Decided, next', [NOT_RECORDED]],
  ['Suggested', [said('suggestions')]],
  ['Open', [said('questions'), quotes, (parts) => parts.questions]],
  ['Your note against the log', [said('discrepancies'), findings]],
  ['To know when comparing', [said('table.remarks'), findings]],
  ['Failures', [findings]],
  ['Failed', [findings]],
])

/** The same for the labels of single lines among what was too much for the visible part. */
export const MORE: ReadonlyMap<string, readonly Allowed[]> = new Map([
  ...LABELS,
  ['Computed', [findings]],
  ['Result', [findings, said('table.remarks')]],
  ['Remark', [said('table.remarks')]],
  ['Did not work, or a caveat', [said('unworked'), quotes]],
  ['Did not work, caveat', [said('unworked'), quotes]],
])

function said(section: string): Allowed {
  return (parts) => parts.statements(section)
}

function quotes(parts: ToldParts): readonly Part[] {
  return parts.quotes
}

function findings(parts: ToldParts): readonly Part[] {
  return parts.findings
}
