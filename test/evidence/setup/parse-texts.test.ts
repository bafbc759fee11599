import { describe, expect, test } from 'vitest'
import { cluesOfTexts, isRead } from '../../../src/evidence/setup/clues-of-texts.ts'
import { notebookCode } from '../../../src/evidence/setup/notebook-code.ts'
import { isConfigFile, parseConfig } from '../../../src/evidence/setup/parse-config.ts'
import { parseEnvironment } from '../../../src/evidence/setup/parse-environment.ts'
import { parseScript } from '../../../src/evidence/setup/parse-script.ts'
import { callsIn, codeOf, literalOf } from '../../../src/evidence/setup/python-calls.ts'

const SCRIPT = `import argparse
# parser.add_argument("--commented", default=1)
"""
parser.add_argument("--documented", default=1)
"""
parser = argparse.ArgumentParser()
parser.add_argument("--lr", "-l", type=float, default=1e-3, help="a ) in a string")
parser.add_argument(
    "--num-leaves",
    default=7,
)
parser.add_argument("--fast", action="store_true")
parser.add_argument("--data", required=True)
parser.add_argument("--width", default=2 * BASE)
SEED = 13
def main(args):
    np.random.seed(SEED)
    X = scaler.fit_transform(X)
    train, val = train_test_split(X, random_state=SEED)
    mlflow.log_metric("val_auc", roc_auc_score(y, p))
    name.split(",")
`

describe('parseScript', () => {
  test('tells options with literal defaults, what must be given, constants, and where they stand', () => {
    const { values } = parseScript({ path: 'train.py', text: SCRIPT })
    expect(values.map(({ name, value, kind, line }) => [name, value, kind, line])).toEqual([
      ['lr', '1e-3', 'argument', 7],
      ['num-leaves', '7', 'argument', 8],
      ['fast', 'False', 'argument', 12],
      ['data', null, 'required argument', 13],
      ['width', null, 'argument', 14],
      ['SEED', '13', 'constant', 15],
    ])
  })

  test('tells the lines that seed, split, prepare and measure, and none in comments and strings', () => {
    const { seeds, splits, preparations, metrics } = parseScript({ path: 'train.py', text: SCRIPT })
    expect(seeds.map(({ line }) => line)).toEqual([17, 19])
    expect(splits.map(({ line, within }) => [line, within])).toEqual([[19, 'main']])
    expect(preparations.map(({ line }) => line)).toEqual([18])
    expect(metrics.map(({ metric, line }) => [metric, line])).toEqual([['val_auc', 20]])
  })

  test.each([
    ['@click.option("--lr", default=0.1)', [['lr', '0.1', '--lr']]],
    ['flags.DEFINE_float("lr", 0.1, "rate")', [['lr', '0.1', '--lr']]],
    ['@dataclass\nclass Config:\n    lr: float = 0.1\n    name: str = None\n', [['lr', '0.1', '--lr']]],
    ['parser.add_argument("--lr", default=0.1', []],
  ])('reads %s', (text, told) => {
    expect(
      parseScript({ path: 'a.py', text }).values.map(({ name, value, flag }) => [name, value, flag]),
    ).toEqual(told)
  })

  test('a text that is no Python at all tells nothing and does not fail', () => {
    for (const text of ['', '((((((', '"""', "'", '\\', 'add_argument('.repeat(2000)])
      expect(parseScript({ path: 'a.py', text }).values).toEqual([])
  })
})

describe('python-calls', () => {
  test('blanks comments and strings, keeping every place', () => {
    const text = "a(\"#\") # b(\"x\")\nc('''d(\ne''')"
    expect(codeOf(text)).toHaveLength(text.length)
    expect(callsIn(text, () => true).map(({ name, line }) => [name, line])).toEqual([
      ['a', 1],
      ['c', 2],
    ])
  })

  test.each([
    ['"it"', 'it'],
    ["'a\\'b'", "a'b"],
    ['1_000', '1000'],
    ['-1e-3', '-1e-3'],
    ['[1, "a"]', '[1, "a"]'],
    ['f(1)', null],
    ['"a" + b', null],
    ['1 +', null],
  ])('the literal %s is %s', (text, value) => {
    expect(literalOf(text)).toBe(value)
  })
})

describe('parseEnvironment', () => {
  test.each([
    [
      'requirements.txt',
      'numpy==1.26.4\n# c\ntorch>=2 ; python_version>"3.8"\n-r other.txt\n',
      [
        ['numpy', '1.26.4'],
        ['torch', null],
      ],
      null,
    ],
    [
      'conda.yaml',
      'dependencies:\n  - python=3.10.2\n  - numpy=1.2\n  - pip:\n    - scikit_learn==1.1.3\n',
      [
        ['numpy', '1.2'],
        ['scikit-learn', '1.1.3'],
      ],
      '3.10.2',
    ],
    [
      'model/MLmodel',
      'flavors:\n  python_function:\n    python_version: 3.8.10\n  sklearn:\n    sklearn_version: 1.1.3\n',
      [['scikit-learn', '1.1.3']],
      '3.8.10',
    ],
    ['uv.lock', '[[package]]\nname = "numpy"\nversion = "1.26.4"\n', [['numpy', '1.26.4']], null],
    ['.python-version', '3.11.4\n', [], '3.11.4'],
    ['Dockerfile', 'FROM python:3.9-slim\n', [], '3.9'],
  ])('reads %s', (path, text, packages, python) => {
    const told = parseEnvironment({ path, text })
    expect(told.packages.map(({ name, version }) => [name, version])).toEqual(packages)
    expect(told.python?.version ?? null).toBe(python)
  })
})

describe('parseConfig', () => {
  test('joins nested names, keeps texts as written, and does not follow aliases', () => {
    const text = 'model: &m\n  lr: 1e-3\n  layers: [64, 32]\n  none: null\nother: *m\n'
    expect(parseConfig({ path: 'c.yaml', text })).toEqual([
      { name: 'model.lr', value: '1e-3', line: 2 },
      { name: 'model.layers', value: '[64, 32]', line: 3 },
    ])
  })

  test.each([
    ['conf/train.yaml', true],
    ['config.json', true],
    ['package.json', false],
    ['data.csv', false],
    ['metrics/config_metrics.json', false],
  ])('%s is a configuration: %s', (path, is) => {
    expect(isConfigFile(path)).toBe(is)
  })
})

describe('cluesOfTexts', () => {
  const read = (path: string, text: string, from: 'artifact' | 'commit' = 'artifact') => ({
    path,
    text,
    from,
    prefix: from === 'commit' ? '3fa2c1ab:' : '',
  })

  test('the head of a log tells the command, its arguments, the device and the seed', () => {
    const text =
      "+ python train.py --lr 0.1\nNamespace(lr=0.1, name='a b', gpu=None)\nGPU: Tesla T4\nGlobal seed set to 7\nepoch 1 loss 0.3\n"
    const { clues } = cluesOfTexts([read('train.log', text)], null, () => false)
    expect(clues.map(({ item, value, where }) => [item, value, where])).toEqual([
      ['command', 'python train.py --lr 0.1', 'train.log:1'],
      ['param:lr', '0.1', 'train.log:2'],
      ['param:name', 'a b', 'train.log:2'],
      ['hardware', 'Tesla T4', 'train.log:3'],
      ['param:seed', '7', 'train.log:4'],
    ])
  })

  test.each([
    ['code_status.txt', 'On branch main\nnothing to commit, working tree clean\n', 'clean'],
    ['code_status.txt', 'On branch main\n\tmodified:   train.py\n', 'uncommitted changes'],
    ['code_diff.txt', 'diff --git a/train.py b/train.py\n', 'uncommitted changes, kept as a diff'],
  ])('what git said of the tree, %s', (path, text, value) => {
    expect(cluesOfTexts([read(path, text)], null, () => false).clues).toMatchObject([{ item: 'tree', value }])
  })

  test('the order of preparing and splitting is told where both stand in one function', () => {
    const { clues } = cluesOfTexts([read('train.py', SCRIPT, 'commit')], 'train.py', () => false)
    expect(clues.find(({ item }) => item === 'order')).toMatchObject({
      value: 'prepared before the split',
      where: '3fa2c1ab:train.py:18–19',
    })
    expect(clues.every(isRead)).toBe(true)
  })

  test('a value that does not stand in its line was not read there', () => {
    const [clue] = cluesOfTexts([read('config.yaml', 'lr: 0.1\n')], null, () => true).clues
    expect(clue).toMatchObject({ item: 'param:lr', value: '0.1' })
    expect(clue !== undefined && isRead(clue)).toBe(true)
    expect(clue !== undefined && isRead({ ...clue, value: '0.2' })).toBe(false)
  })
})

test('a notebook is its code cells, without magic; what is none is null', () => {
  const cell = (type: string, source: string | readonly string[]) => ({ cell_type: type, source })
  const text = JSON.stringify({
    cells: [cell('markdown', 'x = 1'), cell('code', ['%matplotlib inline\n', 'seed = 1'])],
  })
  expect(notebookCode(text)).toBe('# cell 2\n# %matplotlib inline\nseed = 1')
  expect(notebookCode('{"cells": 3}')).toBeNull()
  expect(notebookCode('no json')).toBeNull()
})
