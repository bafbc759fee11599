import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseQuote, splitIntoQuotes } from '../../src/notes/split-into-quotes.ts'

const split = (text: string) => splitIntoQuotes(text, { file: 'notes.md', firstLine: 1 })
/** Line, kind, heading and text of each quote: what a reader compares at a glance. */
const quotesOf = (text: string) =>
  split(text).quotes.map(({ line, kind, heading, text: words }) => [line, kind, heading, words])
const attachmentsOf = (text: string) =>
  split(text).attachments.map(({ line, lines, kind, heading }) => [line, lines, kind, heading])

describe('splitIntoQuotes', () => {
  test('gives list items with the headings and items above them as scope', () => {
    const text = [
      '# ppae',
      '### What did not work',
      '- Small dataset',
      '    - Encoder',
      '    - Mixed precision training REALLY HURTS!',
      '',
      '- Large dataset',
      '  accumulate gradient does not help',
      '## Later',
      '* [x] skip nan loss (done)',
      '1. Trener lenger, jo',
    ].join('\n')
    expect(quotesOf(text)).toEqual([
      [4, 'passage', 'ppae › What did not work › Small dataset', 'Encoder'],
      [5, 'passage', 'ppae › What did not work › Small dataset', 'Mixed precision training REALLY HURTS!'],
      [7, 'passage', 'ppae › What did not work', 'Large dataset'],
      [8, 'passage', 'ppae › What did not work', 'accumulate gradient does not help'],
      [10, 'passage', 'ppae › Later', '[x] skip nan loss (done)'],
      [11, 'passage', 'ppae › Later', 'Trener lenger, jo'],
    ])
  })

  test('keeps short lines apart and joins what was wrapped', () => {
    const text = [
      'tried lr 0.1, bad',
      'loss nan at step 300',
      '',
      'We oversampled the minority class with three ratios and',
      'kept the rest of the pipeline as it was yesterday. It did',
      'not help.',
      '',
      '**Status**: tested on the whole of the data that we have today',
      '**Outcome**: no',
    ].join('\n')
    expect(quotesOf(text)).toEqual([
      [1, 'passage', null, 'tried lr 0.1, bad'],
      [2, 'passage', null, 'loss nan at step 300'],
      [
        4,
        'passage',
        null,
        'We oversampled the minority class with three ratios and kept the rest of the pipeline as it was yesterday. It did not help.',
      ],
      [8, 'passage', null, '**Status**: tested on the whole of the data that we have today'],
      [9, 'passage', null, '**Outcome**: no'],
    ])
  })

  test('cuts a long paragraph into its sentences, not at abbreviations, and knows the line of each', () => {
    const first = `The forest was dropped, e.g. because of its size, cf. Fig. 3 in the report of ${'x'.repeat(120)}.`
    const text = `${first} Then we tried\nLightGBM vs. XGBoost. 数据太少。换模型。`
    expect(quotesOf(text)).toEqual([
      [1, 'passage', null, first],
      [1, 'passage', null, 'Then we tried LightGBM vs. XGBoost.'],
      [2, 'passage', null, '数据太少。'],
      [2, 'passage', null, '换模型。'],
    ])
  })

  test.each([
    ['a table with a head', '| model | auc |\n|---|---|\n| rf | 0.81 |', [[1, 3, 'table', null]]],
    ['a table without one', 'rf | 0.81\nlgbm | 0.84', [[1, 2, 'table', null]]],
    ['a single row of numbers', 'lmbda0_steps20k | 0.5126 | 0.8199 | 0.5461', [[1, 1, 'table', null]]],
    ['columns set apart by space', 'rf    0.81  0.79\nlgbm  0.84  0.80', [[1, 2, 'table', null]]],
    [
      'a table in a fence, over its blank lines',
      '```\na | 0.1 | 0.2\n\nb | 0.3 | 0.4\n```',
      [[2, 3, 'table', null]],
    ],
    ['bare numbers', '554\n2445\n3407', [[1, 3, 'numbers', null]]],
    ['bulleted numbers', '- 554\n- 2445\n- 3407', [[1, 3, 'numbers', null]]],
    [
      'a list of numbers under a label',
      '- "Dips": [4420, 4421, 90758, 90760, 90761, 90766, 90767, 73545]',
      [[1, 1, 'numbers', null]],
    ],
    ['pictures', '![loss](plots/loss.png)\n![](a.png) ![](b.png)', [[1, 2, 'picture', null]]],
    [
      'a long listing',
      ['```', ...Array.from({ length: 40 }, () => 'loss fell'), '```'].join('\n'),
      [[2, 40, 'listing', null]],
    ],
  ])('keeps %s out and counts it', (_, text, attachments) => {
    expect(attachmentsOf(text)).toEqual(attachments)
    expect(quotesOf(text)).toEqual([])
  })

  test('keeps numbers that follow a list item out of it', () => {
    const text = '- A strong cluster:\n554\n2445\n3407\nlooks odd'
    expect(quotesOf(text)).toEqual([
      [1, 'passage', null, 'A strong cluster:'],
      [5, 'passage', null, 'looks odd'],
    ])
    expect(attachmentsOf(text)).toEqual([[2, 3, 'numbers', 'A strong cluster']])
  })

  test('gives pasted commands and code as quotes of their own kind, with their lines', () => {
    const text = [
      'ran this:',
      'python train.py --lr 0.1 \\',
      '  --epochs 3',
      'python train.py crashed after two epochs again',
      '```bash',
      '# LR sweep (4 runs)',
      'k8s/train.sh a --lr 1e-5',
      '',
      'k8s/train.sh b --lr 2e-5',
      '```',
      '```python',
      '  def f():',
      '',
      '      return 1',
      '```',
    ].join('\n')
    expect(quotesOf(text)).toEqual([
      [1, 'passage', null, 'ran this:'],
      [2, 'command', 'ran this', 'python train.py --lr 0.1 \\\n  --epochs 3'],
      [4, 'passage', null, 'python train.py crashed after two epochs again'],
      [6, 'command', null, '# LR sweep (4 runs)\nk8s/train.sh a --lr 1e-5'],
      [9, 'command', null, 'k8s/train.sh b --lr 2e-5'],
      [12, 'code', null, 'def f():\n\n    return 1'],
    ])
  })

  test.each([
    ['$ make train', 'command'],
    ['(venv) ada@gpu1:~/runs$ ./run.sh', 'command'],
    ['CUDA_VISIBLE_DEVICES=0 python -m train lr=0.1', 'command'],
    ['sbatch --gres=gpu:1 job.slurm', 'command'],
    ['pip install lightgbm', 'command'],
    ['git checkout main', 'command'],
    ['!pip install lightgbm', 'command'],
    ['make it faster tomorrow', 'passage'],
    ['python is slow here -- use numpy', 'passage'],
    ['$5 per hour on the spot market', 'passage'],
    ['git blame shows that nothing changed', 'passage'],
    ['time to try -1 as the fill value for missing rows', 'passage'],
  ])('tells whether this is a command: %s', (line, kind) => {
    expect(split(line).quotes.map((quote) => [quote.kind, quote.text])).toEqual([[kind, line]])
  })

  test('leaves out front matter, comments, rules and markup, but not what only looks so', () => {
    const text = [
      '---',
      'title: x',
      '---',
      'one <!-- hidden --> two',
      '<!-- hidden',
      '- hidden',
      '--> three',
      'a line that is long enough to look as if it had been wrapped here',
      '***',
      'but was not',
      '<p align="center">',
      '[1]: https://example.org',
      '> quoted thought',
      'never closed <!-- four',
    ].join('\n')
    expect(quotesOf(text)).toEqual([
      [4, 'passage', null, 'one'],
      [4, 'passage', null, 'two'],
      [7, 'passage', null, 'three'],
      [8, 'passage', null, 'a line that is long enough to look as if it had been wrapped here'],
      [10, 'passage', null, 'but was not'],
      [13, 'passage', null, 'quoted thought'],
      [14, 'passage', null, 'never closed <!-- four'],
    ])
    expect(
      splitIntoQuotes('---\nnot: front matter\n\n---', { file: 'a', firstLine: 9 }).quotes,
    ).toMatchObject([{ line: 10, heading: null, text: 'not: front matter' }])
  })

  test('reads headings that are underlined and numbers lines from the first one given', () => {
    const quotes = splitIntoQuotes('Monday\n======\nall bad\r\n\r\nTuesday\n---\nfine', {
      file: 'a',
      firstLine: 40,
    }).quotes
    expect(quotes.map(({ line, heading, text }) => [line, heading, text])).toEqual([
      [42, 'Monday', 'all bad'],
      [46, 'Monday › Tuesday', 'fine'],
    ])
  })

  test('cuts an endless sentence at spaces and never within a character', () => {
    const { quotes } = split(`${'ord '.repeat(400)}${'𝒳'.repeat(700)}`)
    expect(quotes.every((quote) => quote.text.length <= 600 && quote.text.isWellFormed())).toBe(true)
    expect(
      quotes
        .map((quote) => quote.text)
        .join('')
        .replaceAll(' ', ''),
    ).toBe(`${'ord'.repeat(400)}${'𝒳'.repeat(700)}`)
  })

  test('reads a real write-up', () => {
    const path = 'test/fixtures/notes/modded-nanogpt/2024-10-29_Optimizers/README.md'
    const { quotes, attachments } = split(readFileSync(path, 'utf8'))
    expect([quotes.length, attachments.length]).toEqual([37, 1])
    expect(quotes.find((quote) => quote.line === 60)).toMatchObject({
      kind: 'passage',
      text: "Don't use epsilon above 1e-8; this loses performance. Epsilon 1e-12 performs as well as 1e-15",
    })
    expect(quotes.filter((quote) => quote.kind === 'code').map((quote) => quote.line)).toEqual([
      29, 36, 69, 79,
    ])
  })

  test('quotes only what stands in the text, at the line it says', () => {
    const line = fc.oneof(
      fc.string(),
      fc.lorem({ maxCount: 30 }),
      fc.constantFrom(
        '',
        '# Head',
        '- item',
        '```',
        '| a | b |',
        '554',
        '<!-- x',
        'y -->',
        '> said',
        '$ run',
        '---',
        '  - deep: x',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const text = lines.join('\n')
        const rows = text.split('\n')
        const { quotes, attachments } = split(text)
        for (const quote of quotes) {
          const own = rows.slice(quote.line - 1, quote.line - 1 + quote.lines)
          const unmarked = own.map((row) => row.replace(/^(?:\s*> ?)+/, ''))
          const joined = [own, unmarked].map((typed) => normaliseQuote(typed.join(' ')))
          expect(joined.some((typed) => typed.includes(normaliseQuote(quote.text)))).toBe(true)
        }
        const starts = quotes.map((quote) => quote.line)
        expect(starts).toEqual(starts.toSorted((one, other) => one - other))
        for (const { line: start, lines: count } of attachments) {
          expect(start + count - 1).toBeLessThanOrEqual(rows.length)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test.each([
    'a',
    '.',
    '- x\n',
    '|',
    '| a |\n',
    '<!--',
    '-->',
    '`',
    '# ',
    '1 2 3\n',
    '> ',
    'word \n',
    'a. ',
    '\t',
    '=',
    '*',
  ])('comes to an end on a long text that repeats %j', (part) => {
    // A quadratic step would run into the time limit of the test.
    const { quotes, attachments } = split(part.repeat(300_000 / part.length))
    expect(quotes.length + attachments.length).toBeGreaterThanOrEqual(0)
    expect(quotes.every((quote) => quote.line >= 1)).toBe(true)
  })
})
