import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import { parseTime } from '../../files/parse-time.ts'
import { readJsonLines } from '../../files/read-json-lines.ts'
import type { Row, Rows } from '../../files/row.ts'
import { quoted } from '../../quoted.ts'
import type { RegisteredVersion } from '../../run.ts'
import type { Fields } from './fields.ts'
import type { HeldRow } from './hold-rows.ts'
import { textOfRow } from './load-row.ts'

/** The file beside a ledger in which it is written what went into production. */
export const PROMOTIONS = 'promotions.jsonl'

/** What became of the rows of a ledger, by their place in it. */
export interface Promotions {
  readonly versions: ReadonlyMap<HeldRow, readonly RegisteredVersion[]>
  readonly gaps: readonly Gap[]
}

/**
 * Reads `promotions.jsonl`: `experiment_name`, `source_artifact`, `production_path`, `timestamp`. A promotion is of the latest run of that name
 * that was logged by then and left that artifact; names are not unique. Each place in production counts its promotions, and the last one is
 * what stands there.
 */
export async function readPromotions(
  folder: string,
  rows: readonly HeldRow[],
  fields: Fields,
  context: { readonly alias: string; readonly timeZone: string; readonly stop: () => void },
): Promise<Promotions> {
  if (!existsSync(join(folder, PROMOTIONS))) return { versions: new Map(), gaps: [] }
  const read = await readOrGap(folder, context.stop)
  if (isGap(read)) return { versions: new Map(), gaps: [read] }
  const gaps = [...read.gaps]
  const byName = Map.groupBy(rows, ({ name }) => name ?? '')
  const times = new Map<HeldRow, number | null>()
  const promoted = new Map<string, { readonly row: HeldRow; readonly line: number }[]>()
  for (const promotion of read.rows) {
    const name = textOfRow(promotion, ['experiment_name', 'name', 'run_id'])
    const path = textOfRow(promotion, ['production_path', 'target', 'path']) ?? 'production'
    if (name === null) continue
    const row = meant(promotion, name)
    const where = `${PROMOTIONS}:${promotion.line}`
    if (row === null)
      gaps.push(gap(`promotion of ${quoted(name)}`, where, 'no run of that name was logged before it'))
    else promoted.set(path, [...(promoted.get(path) ?? []), { row, line: promotion.line }])
  }
  const versions = new Map<HeldRow, RegisteredVersion[]>()
  for (const [model, all] of promoted)
    for (const [index, { row, line }] of all.entries()) {
      const version: RegisteredVersion = {
        model,
        version: String(index + 1),
        stage: index === all.length - 1 ? 'Production' : null,
        aliases: [],
        origin: { source: context.alias, file: PROMOTIONS, line },
      }
      versions.set(row, [...(versions.get(row) ?? []), version])
    }
  return { versions, gaps }

  function meant(promotion: Row, name: string): HeldRow | null {
    const at = timeOf(promotion, ['timestamp'])
    const artifact = textOfRow(promotion, ['source_artifact'])
    const named = (byName.get(name) ?? []).filter(
      (row) => (artifact === null || (row.artifact ?? artifact) === artifact) && !isAfter(loggedAt(row), at),
    )
    return named.at(-1) ?? null
  }

  function loggedAt(row: HeldRow): number | null {
    const known = times.get(row)
    if (known !== undefined) return known
    const time = timeOf(row.again(), fields.time)
    times.set(row, time)
    return time
  }

  function timeOf(row: Row, names: readonly string[]): number | null {
    const text = textOfRow(row, names)
    return text === null ? null : parseTime(text, context.timeZone)
  }
}

function isAfter(time: number | null, than: number | null): boolean {
  return time !== null && than !== null && time > than
}

/** The rows of a ledger are read whatever became of the file beside it. */
async function readOrGap(folder: string, stop: () => void): Promise<Rows | Gap> {
  try {
    return await readJsonLines(join(folder, PROMOTIONS), PROMOTIONS, { most: 100_000, stop })
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return gap('promotions', PROMOTIONS, error.message)
  }
}
