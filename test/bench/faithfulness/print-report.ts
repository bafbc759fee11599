import Table from 'cli-table3'
import { type Outcome, type Row, rowsOf, totalsOf } from './measure.ts'
import type { DocumentOutcome } from './measure-documents.ts'
import type { KindsOutcome } from './measure-kinds.ts'

/** The table per kind of lie and the totals, as text. */
export function printReport(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['family', 'kind of lie', 'lies', 'caught', 'share', 'marked'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  })
  for (const { family, kind, lies, caught, marked } of rowsOf(outcomes))
    table.push([family, kind, lies, caught, share(caught, lies), marked])
  const { families, liars, honest, leaks } = totalsOf(outcomes)
  const totals = new Table({
    head: ['', 'lies', 'caught', 'share'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right'],
  })
  for (const [name, { lies, caught }] of [...families, ...liars])
    totals.push([name, lies, caught, share(caught, lies)])
  const all = [...families.values()]
  const lies = all.reduce((sum, one) => sum + one.lies, 0)
  const caught = all.reduce((sum, one) => sum + one.caught, 0)
  totals.push(['all', lies, caught, share(caught, lies)])
  return [
    table.toString(),
    totals.toString(),
    `false alarms: ${honest.refused} of ${honest.told} honest statements (${share(honest.refused, honest.told)}), ${honest.marked} of them still printed with a mark`,
    `leaked free digits: ${leaks}`,
    '',
  ].join('\n')
}

/** What was measured on finished documents, as text. */
export function printDocuments({ rows, omissions, clean, leaks }: DocumentOutcome): string {
  const table = new Table({
    head: ['verified by', 'change of a document', 'changes', 'caught', 'share'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  })
  const sums = Map.groupBy(rows, ({ family }) => family)
  for (const { family, kind, lies, caught } of [...rows, ...omissions])
    table.push([family, kind, lies, caught, share(caught, lies)])
  for (const [family, own] of sums) {
    const [lies, caught] = [sumOf(own, 'lies'), sumOf(own, 'caught')]
    table.push([family, 'all', lies, caught, share(caught, lies)])
  }
  return [
    table.toString(),
    `clean documents: ${clean.documents}, each verified twice: ${clean.findings.length} with a finding`,
    `digits of a lying model in the documents' text, out of no slot: ${leaks.length}`,
    '',
  ].join('\n')
}

/** What was measured on plans, decisions and reconstructions, as text. */
export function printKinds({ rows, documents, wrong }: KindsOutcome): string {
  const table = new Table({
    head: ['verified by, of', 'change of lines', 'changes', 'caught', 'share'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  })
  for (const [family, own] of Map.groupBy(rows, (row) => row.family)) {
    for (const { kind, lies, caught } of own) table.push([family, kind, lies, caught, share(caught, lies)])
    const [lies, caught] = [sumOf(own, 'lies'), sumOf(own, 'caught')]
    table.push([family, 'all', lies, caught, share(caught, lies)])
  }
  return [
    table.toString(),
    `clean plans, decisions and reconstructions: ${documents}, each verified twice: ${wrong.length} with a finding`,
    '',
  ].join('\n')
}

function sumOf(rows: readonly Row[], what: 'lies' | 'caught'): number {
  return rows.reduce((sum, row) => sum + row[what], 0)
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
