import { describe, expect, it, test } from 'vitest'
import { languageOf } from '../../src/notes/said/language-of.ts'
import { parseCommands } from '../../src/notes/said/parse-command.ts'
import { parseTables } from '../../src/notes/said/parse-table.ts'
import { toldClauses } from '../../src/notes/said/told-clauses.ts'
import { writtenCount } from '../../src/notes/said/written-count.ts'

describe('languageOf', () => {
  test.each([
    ['best run so far, nothing crashed', 'en'],
    ['heute nur drei Läufe, keiner ist abgestürzt', 'de'],
    ['le meilleur est toujours lgbm, sans SMOTE', 'fr'],
    ['prøvde ikke dropout i dag', 'no'],
    ['hoy no hay mejor modelo que xgb', 'es'],
    ['vandaag negen runs, geen enkele is mislukt', 'nl'],
    ['模型不好', 'other'],
    // Figures and names are of no language.
    ['lr 0.1, auc 0.82', null],
    ['64 blocks × 86 ms = 5.5s I/O per token', null],
  ])('"%s" is %s', (text, language) => {
    expect(languageOf(text)).toBe(language)
  })
})

describe('toldClauses', () => {
  const stances = (text: string, heading: string | null = null) =>
    toldClauses(text, heading).map(({ text: words, stance }) => [words, stance])

  test.each([
    [
      'auc 0.8, but loss is odd',
      [
        ['auc 0.8', 'told'],
        ['loss is odd', 'told'],
      ],
    ],
    ['lgbm first try: below the forest', [['lgbm first try: below the forest', 'told']]],
    ['is rf really 0.9?', [['is rf really 0.9', 'asked']]],
    ['I expect about 0.91 from it', [['I expect about 0.91 from it', 'expected']]],
    ['the paper reports 0.91', [['the paper reports 0.91', 'elsewhere']]],
    ['Tomas got 0.91', [['Tomas got 0.91', 'elsewhere']]],
    ['Nine runs so far', [['Nine runs so far', 'told']]],
    ['try lr 0.1', [['try lr 0.1', 'planned']]],
    [
      'auc 0.8. tmrw: lr 0.1. then 0.2',
      [
        ['auc 0.8', 'told'],
        ['tmrw: lr 0.1', 'planned'],
        ['then 0.2', 'planned'],
      ],
    ],
    [
      'best was 0.8, I think',
      [
        ['best was 0.8', 'told'],
        ['I think', 'told'],
      ],
    ],
    ['~~auc 0.9~~', [['~~auc 0.9~~', 'elsewhere']]],
  ])('of "%s"', (text, expected) => {
    expect(stances(text)).toEqual(expected)
  })

  test.each([
    ['TODO', 'planned'],
    ['Results › Next steps', 'planned'],
    ['Hypotheses', 'expected'],
    ['Related work', 'elsewhere'],
    ['reran the comparison w/ threshold tuned', 'told'],
    ['After bug fix eval', 'told'],
  ])('under the heading "%s" are %s', (heading, stance) => {
    expect(stances('auc 0.8', heading)).toEqual([['auc 0.8', stance]])
  })

  it('gives places in the passage', () => {
    const text = 'first, second\nthird; fourth'
    for (const { text: words, index } of toldClauses(text, null))
      expect(text.slice(index, index + words.length)).toBe(words)
  })
})

describe('parseCommands', () => {
  it('reads flags, settings, switches and continued lines, each block under its comment', () => {
    const text = [
      '# LR sweep (2 runs)',
      'CUDA_VISIBLE_DEVICES=0 python train.py --lr 1e-3 \\',
      '  --augment --name="a b"',
      'python train.py lr=0.1 model.depth=4 -s -1',
      '',
      'pip install -r requirements.txt',
      'cd out && ls',
      '$ torchrun train.py --seed 2',
    ].join('\n')
    expect(
      parseCommands(text).map(({ comment, commands }) => [
        comment,
        commands.map(({ words, flags }) => [words, flags.map(({ name, value }) => `${name}=${value}`)]),
      ]),
    ).toEqual([
      [
        'LR sweep (2 runs)',
        [
          [
            ['python', 'train.py'],
            ['lr=1e-3', 'augment=true', 'name=a b'],
          ],
          [
            ['python', 'train.py'],
            ['lr=0.1', 'model.depth=4', 's=-1'],
          ],
        ],
      ],
      [null, [[['torchrun', 'train.py'], ['seed=2']]]],
    ])
  })
})

describe('parseTables', () => {
  it('keeps malformed and doubled rows, marked, and guesses no head', () => {
    const text = [
      'lmbda1 | 0.51 | 0.68',
      'lmbda0 | 0.52 | 0.67',
      'lmbda1 | 0.51 | 0.68',
      'lmbda0 | 0.55 | 0.67',
      'lmbda2 | 0.5',
    ].join('\n')
    expect(parseTables(text, 10)).toEqual([
      {
        header: null,
        rows: [
          { line: 10, text: 'lmbda1 | 0.51 | 0.68', cells: ['lmbda1', '0.51', '0.68'], mark: null },
          { line: 11, text: 'lmbda0 | 0.52 | 0.67', cells: ['lmbda0', '0.52', '0.67'], mark: null },
          { line: 12, text: 'lmbda1 | 0.51 | 0.68', cells: ['lmbda1', '0.51', '0.68'], mark: 'doubled' },
          {
            line: 13,
            text: 'lmbda0 | 0.55 | 0.67',
            cells: ['lmbda0', '0.55', '0.67'],
            mark: 'differs from its double',
          },
          { line: 14, text: 'lmbda2 | 0.5', cells: ['lmbda2', '0.5'], mark: 'malformed' },
        ],
      },
    ])
  })

  it('knows a head, and that a long table repeats its first cell', () => {
    const text = ['| model | level | tok |', '|---|---|---|', '| S | kv4 | 250 |', '| S | kv8 | 245 |'].join(
      '\n',
    )
    expect(
      parseTables(text, 1).map(({ header, rows }) => [header, rows.map(({ line, mark }) => [line, mark])]),
    ).toEqual([
      [
        ['model', 'level', 'tok'],
        [
          [3, null],
          [4, null],
        ],
      ],
    ])
  })
})

test('a count is read from digits and from words, and from nothing else', () => {
  expect(['12', 'Three', 'no', 'both', 'a dozen', 'some', '1.5'].map(writtenCount)).toEqual([
    12,
    3,
    0,
    2,
    12,
    null,
    null,
  ])
})
