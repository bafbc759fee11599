import type { EvidenceRun, ReportedTable } from '../evidence.ts'
import { metricSlot } from '../headline.ts'
import { numberOfCell } from '../reported-cell.ts'
import type { Ground } from './ground.ts'
import { slot } from './ground.ts'
import type { NoteClaim } from './note-claim.ts'

const MOST_CLAIMS = 200

/**
 * Rows of tables that people typed: where a row's first cell names one run, and a column one metric of it, their cell is held
 * against the log. Without a head no column is guessed.
 */
export function claimsOfTables(tables: readonly ReportedTable[], ground: Ground): readonly NoteClaim[] {
  return tables.flatMap((table) => claimsOfTable(table, ground)).slice(0, MOST_CLAIMS)
}

function claimsOfTable(table: ReportedTable, ground: Ground): readonly NoteClaim[] {
  const differing = table.rows
    .filter(({ mark }) => mark === 'differs from its double')
    .map((row) =>
      claim(table, row, 'note', 'contradict', [], {
        log: '[[this.row]] ([[this.place]]): the same table has this row with other values.',
        texts: {
          row: { text: row.cells.join(' | '), from: 'a table in the notes' },
          place: { text: `${table.file}:${row.line}`, from: 'where the table stands' },
        },
        consequence: 'detail',
      }),
    )
  const { header } = table
  if (header === null) return differing
  const columns = header.map((cell) => metricsNamed(cell, ground))
  const rows = table.rows
    .filter(({ mark }) => mark !== 'malformed')
    .flatMap((row) => {
      const runs = runsNamed(row.cells[0] ?? '', ground)
      if (runs.length === 0) return []
      const cells = columns.flatMap((metrics, index) => {
        const written = numberOfCell(row.cells[index] ?? '')
        if (written === null || metrics.length === 0) return []
        return [{ ...written, metrics }]
      })
      const judged = cells.flatMap((cell) => {
        const valued = runs.filter(({ run }) => cell.metrics.some((metric) => run.metrics.has(metric)))
        return valued.length === 0
          ? []
          : [
              {
                cell,
                valued,
                fits: valued.filter((one) => cell.metrics.some((metric) => fits(cell, one, metric, 0.5))),
              },
            ]
      })
      if (judged.length === 0) return []
      const wrong = judged.find(
        (one) =>
          one.fits.length === 0 &&
          !one.valued.some((run) => one.cell.metrics.some((metric) => fits(one.cell, run, metric, 1))),
      )
      if (wrong === undefined)
        return judged.every((one) => one.fits.length > 0)
          ? [
              claim(
                table,
                row,
                'table',
                'agree',
                judged.flatMap((one) => one.fits),
                {},
              ),
            ]
          : []
      const [run] = wrong.valued
      const metric = wrong.cell.metrics.find((name) => run?.run.metrics.has(name))
      if (run === undefined || metric === undefined || runs.length > 1) return []
      return [
        claim(table, row, 'table', 'contradict', [run], {
          log: `${slot(run)} logged ${metric} [[${metricSlot(run, metric)}]]; [[this.written]] is reported by hand in [[this.place]].`,
          texts: {
            written: { text: wrong.cell.text, from: 'a table in the notes' },
            place: { text: `${table.file}:${row.line}`, from: 'where the table stands' },
          },
        }),
      ]
    })
  return [...rows, ...differing]
}

function claim(
  table: ReportedTable,
  row: ReportedTable['rows'][number],
  kind: NoteClaim['kind'],
  judgement: NoteClaim['judgement'],
  runs: readonly EvidenceRun[],
  told: Partial<NoteClaim>,
): NoteClaim {
  return {
    quote: null,
    said: row.text,
    place: `${table.file}:${row.line}`,
    kind,
    judgement,
    consequence: 'run',
    log: null,
    values: {},
    texts: {},
    ...told,
    runs: [...new Set(runs.map(({ address }) => address))],
  }
}

/** The metrics that a column's head names, with all its words; a head that was cut ("hellaswa") is one metric's beginning. */
function metricsNamed(cell: string, ground: Ground): readonly string[] {
  const mentions = ground.vocabulary.mentionsIn(cell)
  const [only, ...others] = mentions
  if (only?.kind === 'metric' && others.length === 0 && only.end - only.start >= cell.trim().length - 2)
    return only.metrics
  const names = new Set(ground.evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  const begun = cell.length >= 6 ? [...names].filter((name) => name.startsWith(cell)) : []
  return begun.length === 1 ? begun : []
}

function runsNamed(cell: string, ground: Ground): readonly EvidenceRun[] {
  const mentions = ground.vocabulary.mentionsIn(cell)
  const [only, ...others] = mentions
  if (only?.kind !== 'run' || others.length > 0 || only.by === 'order') return []
  return only.end - only.start >= cell.trim().length ? only.runs : []
}

function fits(
  cell: { readonly text: string; readonly value: number },
  one: EvidenceRun,
  metric: string,
  units: number,
): boolean {
  const summary = one.run.metrics.get(metric)
  if (summary === undefined) return false
  const decimals = cell.text.toLowerCase().split('e')[0]?.split(/[.,]/)[1]?.length ?? 0
  const step = 10 ** -(decimals - Number(cell.text.toLowerCase().split('e')[1] ?? 0))
  return [summary.last, summary.min, summary.max].some(
    (value) =>
      value !== null &&
      [value, value * 100].some((logged) => Math.abs(logged - cell.value) <= units * step + 1e-12),
  )
}
