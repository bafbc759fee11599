import Table from 'cli-table3'
import { type Outcome, rowsOf, totalsOf } from './measure.ts'

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

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
