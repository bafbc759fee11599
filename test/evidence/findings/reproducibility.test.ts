import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const complete: Omit<RunSketch, 'id'> = {
  code: { commit: 'abc', dirty: false, branch: 'main', entryPoint: 'train.py' },
  dataSets: [{ name: 'caravan', digest: 'cf70cc70', context: 'training' }],
  environmentKept: true,
  params: { seed: '1', lr: '0.1' },
}
const dirty = { commit: 'abc', dirty: true, branch: 'main', entryPoint: 'train.py' }
const noCommit = { commit: null, dirty: null, branch: null, entryPoint: 'train.ipynb' }

function day(count: number, sketchOf: (index: number) => Partial<RunSketch>): readonly Run[] {
  return Array.from({ length: count }, (_, index) =>
    makeRun({ ...complete, id: `a${index + 1}`, startedAt: index, ...sketchOf(index) }),
  )
}

function told(runs: readonly Run[]) {
  const evidence = gather(runs)
  const found = evidence.findings.filter(({ kind }) => kind === 'reproducibility')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found
}

describe('findings of reproducibility', () => {
  test('are silent where every log holds all', () => {
    expect(told(day(8, () => ({})))).toEqual([])
  })

  test('are silent where nothing but the state of the tree is not logged: trackers seldom do', () => {
    expect(told(day(8, () => ({ code: { ...dirty, dirty: null } })))).toEqual([])
  })

  test('name what most logs lack, counted, with the median score as n of m', () => {
    const [found, ...more] = told(
      day(8, (index) => ({ environmentKept: false, ...(index < 5 ? { dataSets: [] } : {}) })),
    )
    expect(more).toEqual([])
    expect(found?.sentence.replace(/\bk\d+\./g, 'k.')).toBe(
      'Most often not logged: environment (packages and their versions) ([[k.lackEnvironment]] of [[k.runs]] runs) and version of the data ([[k.lackDataVersion]]); the median log holds [[k.held]] of [[k.asked]] items that running it again takes.',
    )
    const values = Object.entries(found?.values ?? {}).map(([name, { value }]) => [name, value])
    expect(Object.fromEntries(values)).toEqual({
      runs: 8,
      held: 7,
      asked: 9,
      lackEnvironment: 8,
      lackDataVersion: 5,
    })
  })

  test('tell over a day only what the other runs of the project have', () => {
    const lacking = { environmentKept: false }
    const earlier = day(6, () => lacking).map((run) => ({ ...run, key: `${run.key}x`, id: `${run.id}x` }))
    const toldBeside = (runs: readonly Run[]) => {
      const evidence = gather(runs, [], { earlier })
      const found = evidence.findings.filter(({ kind }) => kind === 'reproducibility')
      for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
      return found.map(({ sentence, scope }) => [sentence.replace(/\bk\d+\./g, 'k.'), scope])
    }
    expect(toldBeside(day(4, () => lacking))).toEqual([])
    expect(toldBeside(day(4, () => ({ ...lacking, dataSets: [] })))).toEqual([
      [
        'Not logged here, while most of the project’s other runs have it: version of the data ([[k.lackDataVersion]] of [[k.runs]] runs).',
        'project',
      ],
    ])
  })

  test('name the runs that lack what the others have, and dirty trees', () => {
    const [found, ...more] = told(
      day(12, (index) => (index < 3 ? { code: noCommit } : index === 6 ? { code: dirty } : {})),
    )
    expect(more).toEqual([])
    expect(found?.sentence).toBe(
      'No commit is logged for [[r1]], [[r2]] and [[r3]]. The other runs have it. [[r7]] ran with uncommitted changes that the log does not keep.',
    )
    expect(found?.rests).toEqual(['r1', 'r2', 'r3', 'r7'])
  })

  test('say in one breath what the same runs lack', () => {
    const [found] = told(day(12, (index) => (index === 0 ? { params: {} } : {})))
    expect(found?.sentence).toBe('No seed and no parameter are logged for [[r1]].')
  })

  test('a single run is told without counts', () => {
    const [found] = told(day(1, () => ({ environmentKept: false })))
    expect(found?.sentence.replace(/\bk\d+\./g, 'k.')).toBe(
      'Not logged: environment (packages and their versions); its log holds [[k.held]] of [[k.asked]] items that running it again takes.',
    )
  })

  test('many runs without something are counted, not listed', () => {
    const [found] = told(day(400, (index) => (index < 90 ? { code: noCommit } : {})))
    expect(found?.sentence).toMatch(
      /^No commit is logged for \[\[r1\]\], \[\[r2\]\], \[\[r3\]\], \[\[r4\]\] and \[\[count\(r5, .*, r90\)\]\] more\./,
    )
  })
})
