import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRows } from '../../../src/runs/files/read-rows.ts'
import type { Row } from '../../../src/runs/files/row.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const options = { most: Number.POSITIVE_INFINITY, stop: () => {} }

describe('rows that are taken instead of kept', () => {
  it.each([
    [
      'rows.jsonl',
      '{"a": 1, "b": {"c": NaN}}{"a": 2}\n\n{"a": "é\\u00e9"}\nno\n  {"a": 18446744073709551615}',
    ],
    ['rows.json', '[{"a": 1},\n {"a": [1, 2]}, 3,\n\n{"b": {"c": "x"}}]'],
    ['rows.csv', 'a,b,a\n1,"two\nlines",\n2,,3\nshort\n4,5'],
    ['rows.tsv', 'a\tUnnamed: 0\n1\t2\n"x y"\t3\n'],
  ])('are those of %s, and come again out of their text', async (name, text) => {
    const folder = await temporaryFolder()
    const path = join(folder, name)
    await writeFile(path, text)
    const kept = await readRows(path, name, options)
    const taken: { row: Row; again(): Row; header: readonly string[] | null }[] = []
    const read = await readRows(path, name, {
      ...options,
      take: (row, again, header) => taken.push({ row, again, header }),
    })
    expect(kept.rows.length).toBeGreaterThan(1)
    expect(taken.map(({ row }) => row)).toEqual(kept.rows)
    expect(taken.map(({ again }) => again())).toEqual(kept.rows)
    expect(taken.map(({ header }) => header)).toEqual(kept.rows.map(() => kept.header))
    expect(read).toEqual({ ...kept, rows: [] })
  })
})
