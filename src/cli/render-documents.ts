import type { DocumentSummary } from '../stores/store.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'

/** A table of documents for the terminal; a superseded one is marked. */
export function renderDocuments(
  documents: readonly DocumentSummary[],
  look: { readonly width: number; readonly style: Style },
): string {
  const rows = documents.map((document) => [
    document.date,
    document.kind,
    String(document.runs.length),
    `${document.supersededBy === null ? '' : '(superseded) '}${cleanLine(document.title)}`,
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
