import { fstatSync, readSync } from 'node:fs'
import { parquetMetadataAsync, parquetScan, snappyUncompress } from 'hyparquet'
import { withOpenFile } from '../../files/read-text.ts'

/** A row of an export: one value of one attribute of a run (`neptune_exporter/model.py`). Times are in milliseconds since 1970. */
export interface PartRow {
  readonly path: string
  readonly type: string
  /** With its fraction: Neptune counts in steps like 0.1. */
  readonly step: number | null
  readonly time: number | null
  /** What stands in the column of the row's type. */
  readonly value: unknown
  /** From 1. */
  readonly number: number
}

/** Whose rows a file holds. */
export interface PartOwner {
  readonly project: string
  readonly run: string
}

/** The columns that hold a value, by the types of attributes whose values they hold. */
const VALUE_COLUMNS: Readonly<Record<string, string>> = {
  int: 'int_value',
  float: 'float_value',
  float_series: 'float_value',
  string: 'string_value',
  bool: 'bool_value',
  datetime: 'datetime_value',
  string_set: 'string_set_value',
  file: 'file_value',
  file_series: 'file_value',
  file_set: 'file_value',
  artifact: 'file_value',
}
const COLUMNS = [
  'attribute_path',
  'attribute_type',
  'step',
  'timestamp',
  ...new Set(Object.values(VALUE_COLUMNS)),
]
const MOST_ROWS = 4_000_000
const MOST_PAGE_BYTES = 512 * 1024 * 1024
const MOST_FOOTER_BYTES = 64 * 1024 * 1024
const NO_PARQUET = 'it is no whole Parquet file of an export: it may be half written, or damaged'

const TIMES = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros: bigint) => Number(micros / 1000n),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000_000n),
}
/** Whatever a damaged page says of its size, no more memory is taken for it. */
const COMPRESSORS = {
  SNAPPY(packed: Uint8Array, size: number): Uint8Array {
    if (size < 0 || size > MOST_PAGE_BYTES) throw new Error('a page is too large')
    const page = new Uint8Array(size)
    snappyUncompress(packed, page)
    return page
  },
}

/**
 * Calls `take` with every row of a file of an export whose type is wanted, a group of rows in memory at a time; null, or why it cannot be read (to its end).
 * Never through a symbolic link.
 */
export async function readPart(
  file: string,
  wants: (type: string) => boolean,
  take: (row: PartRow) => void,
  stop: () => void,
): Promise<string | null> {
  return withScan(file, COLUMNS, async (scan, groups) => {
    let first = 0
    for (const { rowStart, rowEnd } of groups) {
      stop()
      const names = COLUMNS.map((column) => scan.readColumn({ column, rowStart, rowEnd }))
      const columns = await Promise.all(names)
      const cells = new Map(COLUMNS.map((name, index) => [name, columns[index]]))
      for (let index = 0; index < rowEnd - rowStart; index += 1) {
        const at = (name: string): unknown => cells.get(name)?.[index]
        const path = at('attribute_path')
        const type = at('attribute_type')
        const column = typeof type === 'string' ? VALUE_COLUMNS[type] : undefined
        if (typeof path !== 'string' || typeof type !== 'string' || column === undefined || !wants(type))
          continue
        take({
          path,
          type,
          step: stepOf(at('step')),
          time: finite(at('timestamp')),
          value: at(column) ?? null,
          number: first + index + 1,
        })
      }
      first += rowEnd - rowStart
    }
    return null
  })
}

/** Whose rows a file of an export holds, by its first row; a text is why that cannot be read. */
export async function readOwner(file: string): Promise<PartOwner | string> {
  return withScan(file, ['project_id', 'run_id'], async (scan) => {
    const [projects, runs] = await Promise.all(
      ['project_id', 'run_id'].map((column) => scan.readColumn({ column, rowStart: 0, rowEnd: 1 })),
    )
    const project: unknown = projects?.[0]
    const run: unknown = runs?.[0]
    return typeof project === 'string' && typeof run === 'string' ? { project, run } : NO_PARQUET
  })
}

type Scan = Awaited<ReturnType<typeof parquetScan>>

async function withScan<Value extends object | string | null>(
  path: string,
  columns: string[],
  read: (scan: Scan, groups: Scan['ranges']) => Promise<Value>,
): Promise<Value | string> {
  const opened = await withOpenFile(path, async (file): Promise<{ readonly read: Value | string }> => {
    const { size } = fstatSync(file)
    let scan: Scan
    try {
      const buffer = {
        byteLength: size,
        slice(start: number, end = size): ArrayBuffer {
          const length = Math.min(end, size) - start
          if (start < 0 || length < 0 || length > MOST_PAGE_BYTES) throw new Error('outside of the file')
          const bytes = new ArrayBuffer(length)
          const view = new Uint8Array(bytes)
          for (let filled = 0; filled < length; ) {
            const some = readSync(file, view, filled, length - filled, start + filled)
            if (some === 0) throw new Error('the file became shorter')
            filled += some
          }
          return bytes
        },
      }
      const metadata = await parquetMetadataAsync(buffer, {
        initialFetchSize: Math.min(size, MOST_FOOTER_BYTES, 1 << 16),
      })
      if (metadata.row_groups.some((group) => group.num_rows < 0 || group.num_rows > MOST_ROWS))
        return { read: `it has more than ${MOST_ROWS} rows in a group` }
      scan = await parquetScan({ file: buffer, metadata, columns, compressors: COMPRESSORS, parsers: TIMES })
    } catch (error) {
      return { read: whyDamaged(error) }
    }
    return { read: await whereDamaged(() => read(wrapped(scan), scan.ranges)) }
  })
  if ('kind' in opened) return opened.kind === 'missing' ? 'it is gone' : opened.why
  return opened.read
}

/** Marks what the library throws for a damaged file, apart from what is thrown for other reasons. */
class Damage extends Error {}

function wrapped(scan: Scan): Scan {
  return {
    ...scan,
    async readColumn(options) {
      try {
        return await scan.readColumn(options)
      } catch (error) {
        throw new Damage(whyDamaged(error), { cause: error })
      }
    },
  }
}

async function whereDamaged<Value>(read: () => Promise<Value>): Promise<Value | string> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Damage) return error.message
    throw error
  }
}

/** The library throws errors of every kind where bytes are not what they should be. */
function whyDamaged(error: unknown): string {
  if (!(error instanceof Error)) throw error
  return NO_PARQUET
}

/** A decimal of six places, as the number that is nearest to it. */
function stepOf(value: unknown): number | null {
  const number = finite(value)
  return number === null ? null : Math.round(number * 1e6) / 1e6
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
