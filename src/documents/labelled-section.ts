/** A part of a document under its label: one text behind it, or a list. */
export interface LabelledSection {
  readonly label: string
  readonly inline: string | null
  readonly items: readonly string[]
}

/** A labelled part: one item stands behind the label, several make a list; an empty one is a word, or is not there. */
export function labelledSection(
  label: string,
  items: readonly string[],
  empty?: string,
): readonly LabelledSection[] {
  const [first, ...rest] = items
  if (first === undefined) return empty === undefined ? [] : [{ label, inline: empty, items: [] }]
  return rest.length === 0 ? [{ label, inline: first, items: [] }] : [{ label, inline: null, items }]
}
