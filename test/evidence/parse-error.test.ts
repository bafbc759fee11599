import { describe, expect, test } from 'vitest'
import { causeOf, normaliseError, parseError, printError } from '../../src/evidence/parse-error.ts'

describe('the error a log ends with', () => {
  test.each<[string, string, string | null]>([
    [
      "Python's traceback",
      'Traceback (most recent call last):\n  File "train.py", line 9, in fit\n    raise ValueError(x)\nValueError: shapes (3,4) and (5,) not aligned.',
      'ValueError: shapes (3,4) and (5,) not aligned',
    ],
    [
      'the last one of a chain',
      'KeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\nmlflow.exceptions.MlflowException: no such run',
      'MlflowException: no such run',
    ],
    [
      'an exception that says nothing',
      'Traceback (most recent call last):\n  x\nKeyboardInterrupt',
      'KeyboardInterrupt',
    ],
    [
      'a line of a rank',
      '[rank0]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
      'OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
    ],
    [
      'an exception of Java',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat x.y(Z.java:1)',
      'OutOfMemoryError: Java heap space',
    ],
    ['a shell that was told', 'epoch 3\nKilled', 'Killed'],
    [
      'a scheduler',
      'epoch 3\nslurmstepd: error: *** JOB 7 ON c1 CANCELLED AT 2026 DUE TO TIME LIMIT ***',
      'slurmstepd: error: *** JOB 7 ON c1 CANCELLED AT 2026 DUE TO TIME LIMIT ***',
    ],
    [
      'killed after an exception was handled',
      'ValueError: bad row, skipped\nepoch 1\nepoch 2\nKilled',
      'Killed',
    ],
    [
      'a line that calls itself an error',
      'epoch 1\nfatal: could not read the data\nbye',
      'fatal: could not read the data',
    ],
    [
      'a level of a logger',
      '2026-11-20 10:00:01 [ERROR] lost the node\nbye',
      '2026-11-20 10:00:01 [ERROR] lost the node',
    ],
    ['a key that is a number', 'Traceback (most recent call last):\nKeyError: 7', 'KeyError: 7'],
    [
      'no metric that is called an error',
      'val error: 0.3\nerror: 0.25\nMeanSquaredError: 0.12\nERROR 0.5',
      null,
    ],
    ['no warning', 'FutureWarning: this will change\nepoch 3', null],
    ['nothing of the kind', 'epoch 1\nloss 0.3', null],
    ['a word that only looks like one', 'the ErrorRate: 3', null],
  ])('%s', (_, text, expected) => {
    const error = parseError(text.split('\n'))
    expect(error === null ? null : printError(error)).toBe(expected)
  })

  test('a long message is cut', () => {
    expect(printError({ type: 'ValueError', message: 'x'.repeat(900) })).toHaveLength(240)
  })

  test('a hostile log takes no time', () => {
    const lines = [
      'a.'.repeat(8000),
      'A'.repeat(16_000),
      `${'Caused by: '.repeat(1400)}x`,
      '/'.repeat(16_000),
    ]
    expect(parseError(lines)).toBeNull()
    for (const line of lines)
      expect(normaliseError({ type: null, message: line }).length).toBeLessThan(17_000)
  })
})

test.each<[string, string | null]>([
  ['RuntimeError: CUDA out of memory. Tried to allocate 2 GiB', 'out of memory'],
  ['MemoryError: Unable to allocate 49.6 GiB for an array', 'out of memory'],
  ['epoch 3\nKilled', 'out of memory'],
  ['the user killed it', null],
  ['FloatingPointError: train_focal_loss is nan in round 98', 'on a value that is no number'],
  ['ValueError: Input contains NaN', 'on a value that is no number'],
  ['KeyboardInterrupt', 'stopped from outside'],
  ['JOB 7 CANCELLED DUE TO TIME LIMIT', 'out of time'],
  ["FileNotFoundError: no such file 'a.csv'", null],
  ['room for improvement', null],
])('%s comes of %s', (text, cause) => {
  expect(causeOf(text)).toBe(cause)
})

describe('errors are alike', () => {
  const alike = (a: string, b: string): boolean =>
    normaliseError({ type: 'E', message: a }) === normaliseError({ type: 'E', message: b })
  test.each<[string, string, boolean]>([
    [
      'Unable to allocate 49.6 GiB for shape (3132, 2127210)',
      'Unable to allocate 3 GiB for shape (10, 20, 30)',
      true,
    ],
    ["no such file '/home/ana/x/a.csv'", "no such file '/data/b.csv'", true],
    ['at 0x7f3a', 'at 0x8811ff', true],
    ['run 3fa2c1d45678 is gone', 'run 99aabbccdd00 is gone', true],
    ['loss is nan in round 98', 'loss is nan in round 7', true],
    ['no column age', 'no column income', false],
    ['missing key', 'missing value', false],
  ])('%s | %s: %j', (a, b, expected) => {
    expect(alike(a, b)).toBe(expected)
  })
})
