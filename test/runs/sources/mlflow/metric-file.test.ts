import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseMetricValue, readMetricFile } from '../../../../src/runs/sources/mlflow/metric-file.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeText } from './write-store.ts'

function read(text: string): {
  readonly points: readonly (readonly number[])[]
  readonly gaps: readonly (readonly string[])[]
} {
  const path = join(temporaryFolder(), 'loss')
  writeText(path, text)
  const points: (readonly number[])[] = []
  const gaps = readMetricFile(path, 'loss', 'm/loss', (...point) => points.push(point))
  return { points, gaps: gaps.map(({ where, why }) => [where, why]) }
}

it.each([
  ['1.5', 1.5],
  ['-0.25', -0.25],
  ['1e-05', 1e-5],
  ['1e+300', 1e300],
  ['5', 5],
  ['.5', 0.5],
  ['5.', 5],
  ['0.1234567890123456789', 0.12345678901234568],
  ['nan', Number.NaN],
  ['NaN', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['', null],
  ['abc', null],
  ['0x10', null],
  ['1_000', null],
  ['1,5', null],
  ['1.2.3', null],
  ['--1', null],
  ['1e', null],
])('reads the value %j', (text, value) => {
  expect(parseMetricValue(text)).toEqual(value)
})

it('reads lines of two, three, four, five, six and more fields', () => {
  expect(
    read(
      [
        '1000 0.5',
        '1001 0.5 7',
        '1002 0.5 8 0123456789abcdef0123456789abcdef',
        '1003 0.5 9 train d1g35t',
        '1004 0.5 10 my train set d1g35t',
        '1005 nan -3',
        '1006 -inf 11\r',
        '',
      ].join('\n'),
    ),
  ).toEqual({
    points: [
      [0, 1000, 0.5, 1],
      [7, 1001, 0.5, 2],
      [8, 1002, 0.5, 3],
      [9, 1003, 0.5, 4],
      [10, 1004, 0.5, 5],
      [-3, 1005, Number.NaN, 6],
      [11, 1006, Number.NEGATIVE_INFINITY, 7],
    ],
    gaps: [],
  })
})

it('says which lines it could not read, and reads the others', () => {
  expect(read('1000 0.5 1\n1001\nnow 0.5 2\n1002 high 3\n')).toEqual({
    points: [[1, 1000, 0.5, 1]],
    gaps: [
      ['m/loss:2', 'the line has one field'],
      ['m/loss:3', 'its time is no whole number'],
      ['m/loss:4', 'its value is no number'],
    ],
  })
})

it('drops a last line that does not end, whatever it holds', () => {
  for (const cut of ['1001 0.', '1001', '1001 0.25 2'])
    expect(read(`1000 0.5 1\n${cut}`)).toEqual({
      points: [[1, 1000, 0.5, 1]],
      gaps: [['m/loss:2', 'the last line does not end: it may be half written']],
    })
})

it('tells the first damaged lines and counts the others', () => {
  const { points, gaps } = read('broken\n'.repeat(5000))
  expect(points).toEqual([])
  expect(gaps).toHaveLength(4)
  expect(gaps[3]).toEqual(['m/loss', '4997 more of its lines could not be read'])
})

it.each([
  ['an empty file', '', [['m/loss', 'the file holds no value']]],
  ['an empty line', '\n', [['m/loss:1', 'the line has no field']]],
  ['a step that is none', '1000 0.5 x\n', [['m/loss:1', 'its step is no whole number']]],
  ['two spaces', '1000  0.5 1\n', [['m/loss:1', 'its value is no number']]],
  ['bytes', '\0\0\0 \0 1\n', [['m/loss:1', 'its time is no whole number']]],
])('says so of %s', (_, text, gaps) => {
  expect(read(text)).toEqual({ points: [], gaps })
})

it('reads a file of many times its buffer, with lines across the seams', () => {
  const lines = Array.from({ length: 20_000 }, (_, step) => `1700000000000 ${step / 3} ${step}\n`)
  const { points, gaps } = read(lines.join(''))
  expect(gaps).toEqual([])
  expect(points).toEqual(lines.map((_, step) => [step, 1_700_000_000_000, step / 3, step + 1]))
})

it('does not keep a line without end', () => {
  const { points, gaps } = read(`1000 0.5 1\n${'9'.repeat(3_000_000)}\n1001 0.25 2\n`)
  expect(points).toEqual([
    [1, 1000, 0.5, 1],
    [2, 1001, 0.25, 3],
  ])
  expect(gaps).toHaveLength(1)
})

it('says so where the file is gone or is a folder', () => {
  const folder = temporaryFolder()
  const why = (path: string) => readMetricFile(path, 'loss', 'm', () => {}).map((gap) => gap.why)
  expect(why(join(folder, 'gone'))).toEqual(['the file is gone'])
  expect(why(folder)).toEqual(['it is a folder where a file should be'])
})
