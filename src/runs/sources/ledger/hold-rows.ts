import type { Row, TakeRow } from '../../files/row.ts'
import { oneOfEqual } from '../../one-of-equal.ts'
import { type Fields, guessFields, LOOKED_AT } from './fields.ts'
import { headOfRow, type RowHead, textOfRow } from './load-row.ts'
import { wideRuns } from './wide-history.ts'

/** A row of a ledger as it is held: what it is named and chosen by. The rest is read again where the run is shown. */
export interface HeldRow extends RowHead {
  readonly line: number
  readonly id: string | null
  readonly name: string | null
  /** What its run is called by in keys: its id, else its name, else its commit. */
  readonly called: string | null
  readonly parent: string | null
  readonly experiment: string | null
  readonly artifact: string | null
  again(): Row
}

/** What was held of a ledger: rows of runs, or the whole rows of a table of values by step. */
export type HeldLedger =
  | { readonly kind: 'runs'; readonly rows: readonly HeldRow[]; readonly fields: Fields }
  | { readonly kind: 'wide'; readonly rows: readonly Row[] }

/**
 * Takes the rows of a ledger one by one and holds little of each, so that a hundred thousand take no more than some times their file. What the fields
 * mean is guessed once so many were taken as are looked at for it. `stem` is the name of the file without its ending.
 */
export function holdRows(
  stem: string,
  stated: Readonly<Record<string, string | readonly string[]>>,
  timeZone: string,
): { readonly take: TakeRow; held(header: readonly string[] | null): HeldLedger } {
  let first: { readonly row: Row; again(): Row }[] = []
  let ledger: { readonly held: HeldLedger; add(row: Row, again: () => Row): void } | null = null
  return {
    take(row, again, header) {
      if (ledger !== null) return ledger.add(row, again)
      first.push({ row, again })
      if (first.length >= LOOKED_AT) ledger = begin(header)
    },
    held: (header) => (ledger ?? begin(header)).held,
  }

  function begin(header: readonly string[] | null): NonNullable<typeof ledger> {
    const looked = first.map(({ row }) => row)
    const begun =
      wideRuns({ header, rows: looked, gaps: [] }, stem) === null ? ofRuns(looked, header) : ofSteps()
    for (const { row, again } of first) begun.add(row, again)
    first = []
    return begun
  }

  function ofSteps(): NonNullable<typeof ledger> {
    const rows: Row[] = []
    return { held: { kind: 'wide', rows }, add: (row) => rows.push(row) }
  }

  function ofRuns(looked: readonly Row[], header: readonly string[] | null): NonNullable<typeof ledger> {
    const fields = guessFields(looked, stated, header)
    const rows: HeldRow[] = []
    const equal = oneOfEqual()
    const same = (text: string | null): string | null => (text === null ? null : equal(text))
    return {
      held: { kind: 'runs', rows, fields },
      add(row, again) {
        const id = textOfRow(row, fields.id)
        const name = textOfRow(row, fields.name)
        const { user, status, startedAt, endedAt } = headOfRow(row, fields, timeZone)
        rows.push({
          line: row.line,
          id,
          name,
          called: id ?? name ?? textOfRow(row, fields.commit),
          parent: textOfRow(row, fields.parent),
          experiment: same(textOfRow(row, fields.experiment)),
          artifact: textOfRow(row, fields.artifact),
          user: same(user),
          status,
          startedAt,
          endedAt,
          again,
        })
      },
    }
  }
}
