import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { quote, rerunScript } from '../../../src/evidence/setup/rerun-script.ts'
import { emptySubject, type SetupSubject } from '../../../src/evidence/setup/setup-subject.ts'
import { setupOf } from '../../support/gather-setup.ts'
import type { RunSketch } from '../../support/make-run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const bash = (script: string, cwd: string) => promisify(execFile)('bash', ['-c', script], { cwd })

const HOSTILE = [
  `it's`,
  '$(touch pwned)',
  '`touch pwned`',
  '"; touch pwned; "',
  "'; touch pwned; '",
  'a\nb; touch pwned',
  '-rf',
  '--flag=x',
  '~',
  '*',
  'a b\tc',
  'x\\',
  "\\'; touch pwned #",
  '\u0007\u001b[2J',
  '!history',
  '',
  '{a,b}',
  '# no comment',
  'ünï→',
]

describe('quote', () => {
  test.each(HOSTILE)('%j comes out as it went in, and runs nothing', async (text) => {
    const folder = await temporaryFolder()
    const { stdout } = await bash(`printf '%s' ${quote(text)}`, folder)
    expect(stdout).toBe(text)
    await expect(readFile(path.join(folder, 'pwned'))).rejects.toThrow('ENOENT')
  })

  test('plain words stay as they are', () => {
    for (const word of ['0.1', 'train.py', 'conf/a.yaml', 'lgbm', '--lr', 'a=b', 'x@y:1'])
      expect(quote(word)).toBe(word)
  })
})

const subject = (more: Partial<SetupSubject> = {}): SetupSubject => ({
  ...emptySubject('mlflow:1/f1'),
  ...more,
})
const script = (run: Partial<RunSketch>, more: Partial<SetupSubject> = {}) => {
  const given = subject(more)
  return rerunScript(setupOf([{ id: 'f1', ...run }], { subject: given }).items, given)
}

describe('rerunScript', () => {
  test('what is not known is a variable to fill in, and the script stops before it does anything', async () => {
    const { lines, open } = script({ params: { lr: '0.1' } })
    expect(open).toEqual(['COMMIT', 'SCRIPT'])
    const folder = await temporaryFolder()
    await expect(bash(`git() { touch ran; }\n${lines.join('\n')}`, folder)).rejects.toMatchObject({ code: 2 })
    await expect(readFile(path.join(folder, 'ran'))).rejects.toThrow('ENOENT')
  })

  test('a logged command is quoted word for word, whatever stands in it', async () => {
    const { lines } = script({
      tags: { command: `python train.py --name 'a b' --lr 0.1 --x $(touch pwned); touch pwned` },
      code: { commit: 'c'.repeat(40), dirty: false, branch: null, entryPoint: null },
    })
    expect(lines.at(-1)).toBe(
      `.rerun-venv/bin/python train.py --name 'a b' --lr 0.1 --x '$(touch' 'pwned);' touch pwned`,
    )
  })

  test('without a command the options of the script are given what is known, and what is not is a variable', () => {
    const { lines, open } = script(
      {
        params: { lr: '-0.1', fast: 'True', name: "it's" },
        code: { commit: 'c'.repeat(40), dirty: null, branch: null, entryPoint: 'train.py' },
      },
      {
        script: 'src/train.py',
        style: 'flags',
        options: [
          { name: 'lr', flag: '--lr', isSwitch: false, isRequired: false },
          { name: 'fast', flag: '--fast', isSwitch: true, isRequired: false },
          { name: 'name', flag: '--name', isSwitch: false, isRequired: false },
          { name: 'data', flag: '--data', isSwitch: false, isRequired: true },
          { name: 'depth', flag: '--depth', isSwitch: false, isRequired: false },
        ],
      },
    )
    expect(lines.at(-1)).toBe(
      String.raw`.rerun-venv/bin/python src/train.py --lr=-0.1 --fast --name 'it'\''s' --data "$DATA_VALUE"`,
    )
    expect(open).toEqual(['DATA_VALUE'])
  })

  test('the files that data came from are settings, and what a run wrote is none', () => {
    const { lines } = script({
      params: { train_file: 'data/rain.csv', out_path: 'results/a', lr: '0.1' },
      code: { commit: 'c'.repeat(40), dirty: null, branch: null, entryPoint: 'train.py' },
    })
    expect(lines.slice(-2)).toEqual([
      '# Data: data/rain.csv (train_file); in which version is not known',
      '.rerun-venv/bin/python train.py --train_file data/rain.csv --lr 0.1  # how the script takes its settings is not known',
    ])
  })

  test('packages come from the requirements at the commit, else from the versions that are known', () => {
    const clue = { from: 'artifact', standing: 'stated' } as const
    const clues = [
      { ...clue, item: 'package:numpy', value: '1.26.4', where: 'requirements.txt:1', line: 'numpy==1.26.4' },
      { ...clue, item: 'python', value: '3.10.2', where: 'python_env.yaml:1', line: 'python: 3.10.2' },
    ]
    expect(script({}, { clues }).lines.filter((line) => /-m venv|pip install/.test(line))).toEqual([
      'python3.10 -m venv .rerun-venv',
      '.rerun-venv/bin/pip install numpy==1.26.4',
    ])
    const requirements = { path: 'requirements.txt', from: 'commit' } as const
    expect(script({}, { requirements }).lines).toContain('.rerun-venv/bin/pip install -r requirements.txt')
  })

  test.each(HOSTILE)('is one script that bash reads, whatever the values: %j', async (text) => {
    const { lines } = script({
      params: { lr: text, 'na me': 'x' },
      tags: { command: `python ${text} --a b` },
      user: text,
    })
    expect(lines.every((line) => !line.includes('\n'))).toBe(true)
    await promisify(execFile)('bash', ['-n', '-c', lines.join('\n')])
  })
})
