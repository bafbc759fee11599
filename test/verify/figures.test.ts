import { describe, expect, test } from 'vitest'
import { candidatesFor } from '../../src/verify/candidates.ts'
import { canonicalBlocks } from '../../src/verify/canonical-blocks.ts'
import { diffBlocks } from '../../src/verify/diff-blocks.ts'
import { figuresIn } from '../../src/verify/figures.ts'

describe('figuresIn', () => {
  test.each<[string, readonly (readonly [string, number, string | null])[]]>([
    ['val_f1 is 0.287', [['0.287', 0.287, null]]],
    [
      '76.2 %, 12%',
      [
        ['76.2 %', 76.2, '%'],
        ['12%', 12, '%'],
      ],
    ],
    [
      '0,287 und 1,234 and 12 345.5',
      [
        ['0,287', 0.287, null],
        ['1,234', 1234, null],
        ['12 345.5', 12345.5, null],
      ],
    ],
    [
      '\u22120.5 and -3e-4',
      [
        ['\u22120.5', -0.5, null],
        ['-3e-4', -0.0003, null],
      ],
    ],
    [
      'took 2.5 h and 30 s',
      [
        ['2.5 h', 9000, 's'],
        ['30 s', 30, 's'],
      ],
    ],
    ['F1, ResNet-50, r4, 12a4eed7, 2026-03-09, 13:46, v1.2.3, [x](#r4) https://a.b/0.5', []],
  ])('%s', (text, expected) => {
    expect(figuresIn(text).map((one) => [one.text, one.value, one.unit])).toEqual(expected)
  })
})

describe('candidatesFor', () => {
  const of = (value: number, unit: string | null = null) => ({
    run: 'a',
    name: 'auc',
    point: 'last',
    value,
    unit,
  })
  test.each<[string, number, string | null]>([
    ['0.287', 0.28703703, 'rounded'],
    ['0.287', 0.2879, 'cut off'],
    ['0.287', 0.288, null],
    ['0.287', 0.287, 'exactly'],
    ['28.7 %', 0.28703703, 'in per cent'],
    ['0.5', -0.5, 'without its sign'],
    ['3', 3.4, 'rounded'],
  ])('%s may be %d: %s', (text, value, how) => {
    const [figure] = figuresIn(text)
    if (figure === undefined) throw new Error('no figure')
    expect(candidatesFor(figure, [of(value)]).map((one) => one.how)).toEqual(how === null ? [] : [how])
  })
})

describe('canonicalBlocks', () => {
  const texts = (markdown: string) => canonicalBlocks(markdown).map(({ text }) => text)
  test.each([
    ['a **b** _c_', 'a __b__ *c*'],
    ['- a\n- b', '* a\n\n\n+  b'],
    ['| a | b |\n| --- | --- |\n| 1 | 2 |', '|a|b|\n|:-:|---|\n|1   |  2|'],
    ['a\nb', 'a b'],
    ['Title\n===', '# Title'],
    ['test_loss \\~2', 'test\\_loss ~2'],
    ['a < 2', 'a \\< 2'],
  ])('%j says what %j says', (one, other) => {
    expect(texts(one)).toEqual(texts(other))
  })

  test.each([
    ['a **b**', 'a b'],
    ['2 \\* 3', '2 ** 3'],
    ['\\[a](b)', '[a](b)'],
    ['| a | b |\n| --- | --- |', '| a | b |\n| --- --- |'],
    ['<details>\n\n| a | b |', '<details>\n| a | b |'],
    ['- a', 'a'],
  ])('%j does not say what %j says', (one, other) => {
    expect(texts(one)).not.toEqual(texts(other))
  })

  test('a difference is told with what stood there before', () => {
    const changes = diffBlocks(canonicalBlocks('a\n\nb\n\nc'), canonicalBlocks('a\n\nx\n\nc\n\nd'))
    expect(
      changes.map(({ before, after }) => [
        before.map((one) => one.text),
        after.map((one) => [one.text, one.line]),
      ]),
    ).toEqual([
      [['b'], [['x', 3]]],
      [[], [['d', 7]]],
    ])
  })
})
