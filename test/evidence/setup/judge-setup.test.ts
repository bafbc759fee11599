import { describe, expect, test } from 'vitest'
import type { ReadClue, SetupSubject } from '../../../src/evidence/setup/setup-subject.ts'
import { setupOf } from '../../support/gather-setup.ts'
import type { RunSketch } from '../../support/make-run.ts'

const at = (minutes: number): Pick<RunSketch, 'startedAt' | 'endedAt'> => ({
  startedAt: Date.UTC(2026, 2, 2, 10, minutes),
  endedAt: Date.UTC(2026, 2, 2, 10, minutes + 1),
})
const sibling = (
  id: string,
  params: Readonly<Record<string, string>>,
  more: Partial<RunSketch> = {},
): RunSketch => ({
  id: id.padEnd(8, '0'),
  params,
  metrics: { val_auc: 0.7 + Number.parseInt(id.slice(0, 1), 16) / 1000 },
  ...at(Number.parseInt(id.slice(0, 1), 16)),
  ...more,
})
const BASE = { model: 'lgbm', features: 'all', depth: '6' }

describe('what the run itself logged', () => {
  const run: RunSketch = {
    id: 'f1',
    params: { ...BASE, seed: '3', empty: 'None' },
    tags: { command: 'python train.py --depth 6', gpu_name: 'T4' },
    code: { commit: 'a'.repeat(40), dirty: true, branch: null, entryPoint: 'train.py' },
    dataSets: [{ name: 'rain', digest: 'abcd', context: 'training' }],
  }
  test.each([
    ['param:depth', 'LOGGED 6'],
    ['param:seed', 'LOGGED 3'],
    ['seed', 'no item'],
    ['param:empty', 'no item'],
    ['command', 'LOGGED python train.py --depth 6'],
    ['hardware', 'LOGGED T4'],
    ['commit', `LOGGED ${'a'.repeat(40)}`],
    ['tree', 'LOGGED uncommitted changes, which are not kept'],
    ['script', 'LOGGED train.py'],
    ['data', 'LOGGED rain, digest abcd (training)'],
    ['user', 'LOGGED ines'],
    ['python', 'UNKNOWN'],
    ['packages', 'UNKNOWN'],
    ['split', 'UNKNOWN'],
  ])('%s: %s', (id, told) => {
    expect(setupOf([run]).told(id)).toBe(told)
  })

  test('a notebook kernel is no script, and a notebook has no command', () => {
    const code = { commit: null, dirty: null, branch: null }
    expect(
      setupOf([{ id: 'f1', code: { ...code, entryPoint: '/usr/lib/ipykernel_launcher.py' } }]).told('script'),
    ).toBe('UNKNOWN')
    expect(setupOf([{ id: 'f1', code: { ...code, entryPoint: 'a.ipynb' } }]).told('command')).toBe('no item')
  })
})

describe('siblings', () => {
  const same = ['1', '2', '3'].map((id) => sibling(id, { ...BASE, lr: '0.1', seed: id }))

  test('a value that all runs of its kind have is theirs, never LOGGED', () => {
    const setup = setupOf([sibling('f', BASE), ...same])
    expect(setup.told('param:lr')).toBe('SIBLING 0.1')
    expect(setup.item('param:lr')?.clue).toMatchObject({
      how: 'all siblings have it',
      where: expect.stringContaining('mlflow:1/'),
    })
  })

  test('of a seed that differs among them it says which there were, and none for this run', () => {
    const setup = setupOf([sibling('f', BASE), ...same])
    expect(setup.told('param:seed')).toBe('UNKNOWN')
    expect([...(setup.item('param:seed')?.candidates ?? [])].sort()).toEqual(['1', '2', '3'])
  })

  test('two runs are too few', () => {
    expect(setupOf([sibling('f', BASE), ...same.slice(0, 2)]).told('param:lr')).toBe('UNKNOWN')
  })

  test('runs of another model say nothing of its settings', () => {
    const others = ['1', '2', '3'].map((id) => sibling(id, { ...BASE, model: 'forest', trees: '500' }))
    expect(setupOf([sibling('f', BASE), ...others]).told('param:trees')).toBe('no item')
  })

  test('a value that goes with another setting is believed for runs with that setting', () => {
    const tied = ['1', '2', '3', '4', '5', '6'].map((id, index) =>
      sibling(id, { ...BASE, loss: index < 3 ? 'focal' : 'log', gamma: index < 3 ? '4' : '0', seed: id }),
    )
    const setup = setupOf([sibling('f', { ...BASE, loss: 'focal' }), ...tied])
    expect(setup.told('param:gamma')).toBe('SIBLING 4')
    expect(setup.item('param:gamma')?.clue?.how).toBe('goes with loss in the siblings')
  })

  test('a value that would make it the repeat of a run that came out otherwise is not believed', () => {
    const repeats = ['1', '2', '3'].map((id) => sibling(id, { ...BASE, lr: '0.1' }))
    expect(setupOf([sibling('f', BASE), ...repeats]).told('param:lr')).toBe('UNKNOWN')
  })

  test('a run that came out the same to the last digit tells what it logged', () => {
    const metrics = { val_auc: 0.7123456789, val_loss: 0.3123456789 }
    const twins = [
      sibling('1', { ...BASE, lr: '0.1', seed: '7' }, { metrics }),
      sibling('2', { ...BASE, lr: '0.3', seed: '8' }),
    ]
    const setup = setupOf([sibling('f', BASE, { metrics }), ...twins])
    expect(setup.told('param:lr')).toBe('SIBLING 0.1')
    expect(setup.item('param:seed')?.clue?.how).toBe('the same metrics to the last digit')
  })

  test('its name tells a value as the siblings’ names tell theirs', () => {
    const named = [
      ['1', '4'],
      ['2', '7'],
      ['3', '15'],
    ].map(([id = '', leaves = '']) => sibling(id, { ...BASE, leaves }, { name: `lgbm-leaves${leaves}` }))
    const setup = setupOf([sibling('f', BASE, { name: 'lgbm-leaves31' }), ...named])
    expect(setup.told('param:leaves')).toBe('INFERRED 31')
  })

  test('its number of steps tells its epochs as theirs does', () => {
    const stepped = [
      ['1', '10'],
      ['2', '20'],
      ['3', '30'],
    ].map(([id = '', epochs = '']) =>
      sibling(
        id,
        { ...BASE, epochs },
        { metrics: { val_auc: { last: Number(epochs) / 100, lastStep: Number(epochs) - 1 } } },
      ),
    )
    const setup = setupOf([
      sibling('f', BASE, { metrics: { val_auc: { last: 0.5, lastStep: 49 } } }),
      ...stepped,
    ])
    expect(setup.told('param:epochs')).toBe('INFERRED 50')
  })

  test('the commit of the runs right before and after it is taken for its own; who ran it is only inferred', () => {
    const code = (letter: string): Partial<RunSketch> => ({
      code: { commit: letter.repeat(40), dirty: null, branch: null, entryPoint: null },
    })
    const around = [
      sibling('1', BASE, code('a')),
      sibling('2', { ...BASE, depth: '7' }, code('b')),
      sibling('4', { ...BASE, depth: '8' }, code('b')),
    ]
    const setup = setupOf([sibling('3', { ...BASE, depth: '9' }, { user: null }), ...around])
    expect(setup.told('commit')).toBe(`SIBLING ${'b'.repeat(40)}`)
    expect(setup.told('user')).toBe('INFERRED ines')
  })
})

describe('notes', () => {
  const run = sibling('f', BASE, { name: 'deep-six' })
  const others = ['1', '2'].map((id) => sibling(id, { ...BASE, lr: '0.1', seed: id }))

  test.each([
    ['deep-six had lr = 0.3', 'REPORTED 0.3'],
    ['deep-six ran, lr: 0.3.', 'REPORTED 0.3'],
    ['deep-six: next time lr = 0.3', 'UNKNOWN'],
    ['deep-six: lr = 0.1, 0.3 tried', 'UNKNOWN'],
    ['was lr = 0.3 in deep-six?', 'UNKNOWN'],
    ['lr = 0.3 today', 'INFERRED 0.3'],
    ['nothing of it', 'UNKNOWN'],
  ])('%s: %s', (text, told) => {
    expect(setupOf([run, ...others], { notes: [{ text }] }).told('param:lr')).toBe(told)
  })

  test('a note against the log leaves it LOGGED, and both are told', () => {
    const setup = setupOf([run, ...others], { notes: [{ text: 'deep-six had depth = 8' }] })
    expect(setup.told('param:depth')).toBe('LOGGED 6')
    expect(setup.item('param:depth')?.against).toMatchObject([{ value: '8', label: 'REPORTED' }])
  })

  test('words that are no value of the setting are none', () => {
    const setup = setupOf([run, ...others], {
      notes: [{ text: 'deep-six, new features: pairwise products' }],
    })
    expect(setup.item('param:features')?.against).toEqual([])
  })

  test('a pasted command that fits it alone is its command, and its flags are its settings', () => {
    const text = '    python train.py --model lgbm --features all --depth 6 --lr 0.3\n'
    const rivals = others.map((one) => ({ ...one, params: { ...one.params, depth: '5' } }))
    const setup = setupOf([run, ...rivals], { notes: [{ text }] })
    expect(setup.told('command')).toBe(
      'REPORTED python train.py --model lgbm --features all --depth 6 --lr 0.3',
    )
    expect(setup.told('param:lr')).toBe('REPORTED 0.3')
    expect(setupOf([run, ...others], { notes: [{ text: text.replace('0.3', '0.1') }] }).told('command')).toBe(
      'UNKNOWN',
    )
  })
})

describe('texts', () => {
  const clue = (more: Partial<ReadClue>): ReadClue => ({
    item: 'param:lr',
    value: '0.3',
    from: 'commit',
    where: '3fa2c1ab:train.py:4',
    line: 'parser.add_argument("--lr", default=0.3)',
    standing: 'default',
    ...more,
  })
  const options: SetupSubject['options'] = [{ name: 'lr', flag: '--lr', isSwitch: false, isRequired: false }]
  const run = sibling('f', BASE)
  const commanded = sibling('f', BASE, { tags: { command: 'python train.py --depth 6' } })

  test.each<[string, RunSketch, Partial<ReadClue>, string]>([
    ['a default, where the command is logged and does not give it', commanded, {}, 'GIT 0.3'],
    ['a default, where nobody knows the command', run, {}, 'INFERRED 0.3'],
    ['a constant', run, { standing: 'stated' }, 'GIT 0.3'],
    [
      'a configuration that is one of several',
      run,
      { standing: 'asked' },
      'INFERRED 0.3'.replace('INFERRED', 'GIT'),
    ],
    ['a default of a commit that is only assumed', commanded, { from: 'assumed commit' }, 'INFERRED 0.3'],
    [
      'a file that the run left',
      run,
      { from: 'artifact', standing: 'stated', where: 'config.yaml:3' },
      'LOGGED 0.3',
    ],
    [
      'a default of a script that the run left',
      run,
      { from: 'artifact', where: 'train.py:3' },
      'INFERRED 0.3',
    ],
    ['a value that does not stand in its line', run, { value: '0.4', standing: 'stated' }, 'no item'],
  ])('%s', (_, target, more, told) => {
    expect(setupOf([target], { subject: { clues: [clue(more)], options } }).told('param:lr')).toBe(told)
  })

  test('a default is not believed where runs of its kind had other values', () => {
    const others = [
      ['1', '0.1'],
      ['2', '0.2'],
      ['3', '0.3'],
    ].map(([id = '', lr = '']) => sibling(id, { ...BASE, lr }))
    expect(setupOf([run, ...others], { subject: { clues: [clue({})], options } }).told('param:lr')).toBe(
      'UNKNOWN',
    )
  })

  test('a flag of the logged command counts, and its default does not', () => {
    const target = sibling('f', BASE, { tags: { command: 'python train.py --lr 0.9' } })
    const setup = setupOf([target], { subject: { clues: [clue({})], options } })
    expect(setup.told('param:lr')).toBe('LOGGED 0.9')
    expect(setup.item('param:lr')?.against).toEqual([])
  })

  test('files that disagree are told both', () => {
    const setup = setupOf([sibling('f', { ...BASE, lr: '0.1' })], {
      subject: { clues: [clue({ from: 'artifact', standing: 'stated', where: 'config.yaml:3' })], options },
    })
    expect(setup.told('param:lr')).toBe('LOGGED 0.1')
    expect(setup.item('param:lr')?.against).toMatchObject([
      { value: '0.3', label: 'LOGGED', where: 'config.yaml:3' },
    ])
  })

  test('an exact version agrees with a range, and not with another version', () => {
    const python = (value: string, where: string): ReadClue =>
      clue({ item: 'python', value, where, line: value, from: 'artifact', standing: 'stated' })
    expect(
      setupOf([run], {
        subject: { clues: [python('3.8.10', 'a:1'), python('>=3.8', 'b:1'), python('3.8', 'c:1')] },
      }).item('python')?.against,
    ).toEqual([])
    expect(
      setupOf([run], { subject: { clues: [python('3.8.10', 'a:1'), python('3.9.1', 'b:1')] } }).item('python')
        ?.against,
    ).toHaveLength(1)
  })

  test('several lines of one kind stand together, with their places', () => {
    const line = (number: number): ReadClue =>
      clue({
        item: 'split',
        value: `split(${number})`,
        line: `split(${number})`,
        standing: 'stated',
        where: `3fa2c1ab:a.py:${number}`,
      })
    expect(setupOf([run], { subject: { clues: [line(3), line(9)] } }).item('split')?.clue).toMatchObject({
      label: 'GIT',
      value: 'split(3) ; split(9)',
      where: '3fa2c1ab:a.py:3, 9',
    })
  })
})

describe('answers', () => {
  const answer = (item: string, value: string, minutes = 0) => ({
    item,
    value,
    by: 'Ada',
    at: Date.UTC(2026, 10, 21, 9, minutes),
  })

  test('an answer makes what was unknown REPORTED, dated and by name', () => {
    const setup = setupOf([sibling('f', BASE)], {
      subject: { answers: [answer('Seed', '7'), answer('working tree', 'clean'), answer('num-layers', '2')] },
    })
    expect(setup.told('param:seed')).toBe('REPORTED 7')
    expect(setup.item('param:seed')?.clue?.where).toBe('answered by Ada on 2026-11-21')
    expect(setup.told('tree')).toBe('REPORTED clean')
    expect(setup.told('param:num-layers')).toBe('REPORTED 2')
  })

  test('the later of two counts; against the log both are told', () => {
    const setup = setupOf([sibling('f', BASE)], {
      subject: { answers: [answer('depth', '9'), answer('seed', '1'), answer('seed', '2', 1)] },
    })
    expect(setup.told('param:seed')).toBe('REPORTED 2')
    expect(setup.told('param:depth')).toBe('LOGGED 6')
    expect(setup.item('param:depth')?.against).toMatchObject([{ value: '9', label: 'REPORTED' }])
  })
})
