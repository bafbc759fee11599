import type { DocumentSummary } from '../stores/store.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'

/** A table of documents for the terminal; a superseded or accepted one is marked. */
export function renderDocuments(
  documents: readonly DocumentSummary[],
  look: { readonly width: number; readonly style: Style },
): string {
  const rows = documents.map((document) => [
    document.date,
    document.kind,
    String(document.runs.length),
    `${standingMark(document)}${cleanLine(document.title)}`,
    cleanLine(document.id).slice(-4),
  ])
  return renderTable(
    [
      { head: 'date' },
      { head: 'kind' },
      { head: 'runs', align: 'right' },
      { head: 'title', least: 12 },
      { head: 'id' },
    ],
    rows,
    look.width,
    look.style,
  )
}

/** Draft, accepted, superseded: a draft, which is the rule, is not marked. */
function standingMark(document: DocumentSummary): string {
  if (document.supersededBy !== null) return '(superseded) '
  return document.acceptances.some(({ isOfThisText }) => isOfThisText) ? '(accepted) ' : ''
}
