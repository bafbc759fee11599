import { describe, expect, test } from 'vitest'
import { missingOf, reproducibilityOf } from '../../src/evidence/reproducibility.ts'
import { runOfRecord } from '../../src/runs/sources/mlflow/run-record.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const complete: RunSketch = {
  id: 'aaaa1111',
  code: { commit: 'abc', dirty: false, branch: 'main', entryPoint: 'train.py' },
  dataSets: [{ name: 'caravan', digest: 'cf70cc70', context: 'training' }],
  environmentKept: true,
  params: { seed: '1', lr: '0.1' },
}

describe('what a record lacks for its run to be run again', () => {
  test('nothing is missing from a complete record', () => {
    expect(missingOf(makeRun(complete))).toEqual([])
    expect(reproducibilityOf(makeRun(complete)).recorded).toHaveLength(9)
  })

  test('a bare record lacks all that applies, the most consequential first', () => {
    const bare = makeRun({ id: 'a', user: null, startedAt: null, endedAt: null })
    expect(missingOf(bare)).toEqual([
      'commit',
      'data version',
      'environment',
      'seed',
      'command',
      'parameters',
      'times',
      'user',
    ])
    expect(reproducibilityOf(bare).recorded).toEqual([])
  })

  const code = { commit: 'abc', dirty: false, branch: null, entryPoint: 'train.py' }
  test.each<[string, Partial<RunSketch>, readonly string[]]>([
    ['a dirty tree without its changes', { code: { ...code, dirty: true } }, ['diff']],
    ['a dirty tree whose changes are kept', { code: { ...code, dirty: true, diffKept: true } }, []],
    ['a commit that nobody says was clean', { code: { ...code, dirty: null } }, ['tree state']],
    ['no commit: the tree is not asked for', { code: { ...code, commit: null, dirty: null } }, ['commit']],
    [
      'a kernel launcher is no command',
      { code: { ...code, entryPoint: '/usr/lib/python3/dist-packages/ipykernel_launcher.py' } },
      ['command'],
    ],
    ['a seed of None', { params: { seed: 'None', lr: '0.1' } }, ['seed']],
    ['a fold is no seed', { params: { fold: '3' } }, ['seed']],
    ['scikit-learn writes its seed as random_state', { params: { clf__random_state: '3' } }, []],
    ['data told by a parameter', { dataSets: [], params: { seed: '1', dataset_version: 'v2' } }, []],
    ['data told by a tag', { dataSets: [], tags: { 'data.sha256': 'ab12' } }, []],
    [
      'a name of data is no version',
      { dataSets: [], params: { seed: '1', dataset: 'mnist' } },
      ['data version'],
    ],
    ['a version of Python', { environmentKept: false, tags: { python_version: '3.12' } }, []],
    [
      'a version of the model is no environment',
      { environmentKept: false, tags: { version: '3' } },
      ['environment'],
    ],
    ['a run still running has no end to log', { status: 'running', endedAt: null }, []],
    ['a failed run without an end', { status: 'failed', endedAt: null }, ['times']],
  ])('%s', (_, sketch, missing) => {
    expect(missingOf(makeRun({ ...complete, ...sketch }))).toEqual(missing)
  })

  test('MLflow tells of kept changes and of environments in tags of its own', () => {
    const read = (tags: Readonly<Record<string, string>>) =>
      runOfRecord(
        {
          key: 'mlflow:1/a',
          id: 'a',
          source: 'mlflow',
          experiment: { id: '1', name: 'x' },
          name: 'a',
          user: 'ines',
          status: 'finished',
          startedAt: 1,
          endedAt: 2,
          parent: null,
          sourceName: null,
          sourceVersion: null,
          deleted: false,
          params: new Map(),
          metrics: new Map(),
          tags: new Map(Object.entries(tags)),
        },
        {
          dataSets: [],
          artifacts: null,
          gaps: [],
          origins: { run: { source: 'mlflow', file: 'meta.yaml' }, params: new Map(), metrics: new Map() },
        },
      )
    expect(missingOf(read({ 'mlflow.source.git.commit': 'abc', 'mlflow.source.git.diff': '--- a' }))).toEqual(
      ['data version', 'environment', 'seed', 'command', 'parameters'],
    )
    expect(missingOf(read({ 'mlflow.log-model.history': '[{}]' }))).not.toContain('environment')
    expect(missingOf(read({}))).toContain('environment')
  })
})
