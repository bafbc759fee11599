import { TextDecoder } from 'node:util'
import { type Gap, gap, isGap } from '../../gap.ts'
import { isLooseList, isLooseMap, type LooseJson, parseLooseJson } from '../files/loose-json.ts'
import { quoted } from '../quoted.ts'
import type { Artifact, Origin, RunKey } from '../run.ts'
import { MOST_ARTIFACT_BYTES, type RunSource } from '../run-source.ts'

/** A row of a table by the names of its columns. */
export interface TableRow {
  readonly values: ReadonlyMap<string, LooseJson>
  readonly origin: Origin
}

const MOST_BYTES = 64 * 1024 * 1024

/** An artifact as text, read part by part; a gap where it cannot be read whole. */
export async function readWholeArtifact(
  source: Pick<RunSource, 'readArtifact'>,
  key: RunKey,
  { path, size, origin }: Artifact,
): Promise<string | Gap> {
  const what = `artifact ${quoted(path)}`
  if (size > MOST_BYTES) return gap(what, origin.file, `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`)
  const parts: Uint8Array[] = []
  for (let skip = 0; skip < size; skip += MOST_ARTIFACT_BYTES) {
    const part = await source.readArtifact(key, path, { from: 'head', bytes: MOST_ARTIFACT_BYTES, skip })
    if (isGap(part)) return part
    parts.push(part)
    if (part.length < MOST_ARTIFACT_BYTES) break
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return gap(what, origin.file, 'it holds bytes that are no UTF-8')
  }
}

/**
 * The rows of a table that MLflow (`log_table`) or W&B (`Table`) keeps as JSON, `{"columns": […], "data": [[…]]}`. A row that has not as many
 * values as there are columns is a gap.
 */
export function parseTable(
  text: string,
  path: string,
  origin: Origin,
): { readonly rows: readonly TableRow[]; readonly gaps: readonly Gap[] } {
  const what = `table ${quoted(path)}`
  const parsed = parseLooseJson(text)
  if (parsed.kind === 'broken') return { rows: [], gaps: [gap(what, origin.file, parsed.why)] }
  const columns = isLooseMap(parsed.value) ? parsed.value.get('columns') : undefined
  const data = isLooseMap(parsed.value) ? parsed.value.get('data') : undefined
  if (!isLooseList(columns) || !isLooseList(data))
    return { rows: [], gaps: [gap(what, origin.file, 'it holds no columns and rows')] }
  const names = columns.map((name) => (typeof name === 'string' ? name : null))
  const rows: TableRow[] = []
  const odd: number[] = []
  for (const [index, row] of data.entries()) {
    if (!isLooseList(row) || row.length !== names.length) {
      odd.push(index)
      continue
    }
    const values = new Map<string, LooseJson>()
    for (const [at, name] of names.entries()) if (name !== null) values.set(name, row[at] ?? null)
    rows.push({ values, origin: { ...origin, row: `data[${index}]` } })
  }
  return {
    rows,
    gaps:
      odd.length === 0
        ? []
        : [
            gap(
              `${odd.length === 1 ? `row ${odd[0]}` : `${odd.length} rows`} of ${what}`,
              origin.file,
              'they have not as many values as there are columns',
            ),
          ],
  }
}
