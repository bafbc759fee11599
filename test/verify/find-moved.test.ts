import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/runs/run.ts'
import { findMoved, type LostRun, type Move, mayBeLost } from '../../src/verify/find-moved.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const DRAWN = '3fa2c1d4e5f60718293a4b5c6d7e8f90'
const TOLD = { params: { lr: '0.1' }, metrics: { auc: 0.8 } }

function run(key: string, facts: Partial<RunSketch> = {}): RunSummary {
  return makeRun({ id: key, key, ...TOLD, ...facts })
}

function lost(key: string, facts: Partial<RunSketch> | null = {}, document = 'd1'): LostRun {
  return {
    key,
    frozen: facts === null ? null : run(key, facts),
    documents: facts === null ? [] : [document],
    notes: [],
  }
}

function find(
  all: readonly LostRun[],
  present: readonly RunSummary[],
  held: Readonly<Record<string, readonly string[]>> = {},
): readonly Move[] {
  return findMoved(all, present, (id) => new Set(held[id] ?? []))
}

/** What became of the first lost run: a key, several with a question mark, or what speaks against one. */
function told(move: Move | undefined): string {
  switch (move?.kind) {
    case 'found':
      return `${move.to}: ${move.why}`
    case 'unsure':
      return `${move.candidates.join(' or ')}? ${move.why}`
    case 'gone':
      return move.differs === null
        ? 'gone'
        : `gone; not ${move.differs.key}: ${move.differs.lines.join('; ')}`
    default:
      return 'nothing'
  }
}

const OTHER_FACTS = { metrics: { auc: 0.9 } }

describe('a run that no source has any more', () => {
  test.each<[string, LostRun, readonly RunSummary[], string]>([
    [
      'is known by its drawn id under another alias',
      lost(`mlflow:1/${DRAWN}`),
      [run(`tracking:1/${DRAWN}`), run('tracking:1/other')],
      `tracking:1/${DRAWN}: the same id under another alias`,
    ],
    [
      'is known by its drawn id in another experiment',
      lost(`mlflow:1/${DRAWN}`),
      [run(`mlflow:5/${DRAWN}`)],
      `mlflow:5/${DRAWN}: the same id in another experiment`,
    ],
    [
      'is known by its drawn id where a note alone names it',
      lost(`mlflow:1/${DRAWN}`, null),
      [run(`tracking:1/${DRAWN}`)],
      `tracking:1/${DRAWN}: the same id under another alias`,
    ],
    [
      'is not the run of its drawn id where that logged something else, and that is told',
      lost(`mlflow:1/${DRAWN}`),
      [run(`tracking:1/${DRAWN}`, OTHER_FACTS)],
      `gone; not tracking:1/${DRAWN}: auc: 0.8 then, 0.9 now`,
    ],
    [
      'may be either of two sources that have its drawn id',
      lost(`mlflow:1/${DRAWN}`),
      [run(`a:1/${DRAWN}`), run(`b:1/${DRAWN}`)],
      `a:1/${DRAWN} or b:1/${DRAWN}? several sources have its id`,
    ],
    [
      'is known by a path under another alias with the same facts',
      lost('tb:exp/version_0'),
      [run('events:exp/version_0'), run('events:exp/version_1', OTHER_FACTS)],
      'events:exp/version_0: the same id under another alias, and the same start, settings and values',
    ],
    [
      'is not the run at its path where that logged something else',
      lost('tb:exp/version_0'),
      [run('events:exp/version_0', OTHER_FACTS)],
      'gone; not events:exp/version_0: auc: 0.8 then, 0.9 now',
    ],
    [
      'is not known by its path alone where only a note names it',
      lost('tb:exp/version_0', null),
      [run('events:exp/version_0')],
      'events:exp/version_0? no document holds what it logged',
    ],
    [
      'is known below another folder, where that logged the same',
      lost('tb:exp/version_0'),
      [run('tb:archive/2024/exp/version_0'), run('tb:exp2/version_0', OTHER_FACTS)],
      'tb:archive/2024/exp/version_0: the same place below another folder, and the same start, settings and values',
    ],
    [
      'is the one of its own place, of two that logged the same',
      lost('tb:old/seed1/run'),
      [run('tb:new/seed1/run'), run('tb:new/seed2/run')],
      'tb:new/seed1/run: the same place below another folder, and the same start, settings and values',
    ],
    [
      'is known by what it logged where its folder was renamed',
      lost('tb:baseline'),
      [run('tb:first-try'), run('tb:second', { params: { lr: '0.2' } })],
      'tb:first-try: the same start, settings and values',
    ],
    [
      'may be any of several that logged the same elsewhere',
      lost('tb:baseline'),
      [run('tb:first-try'), run('tb:copy')],
      'tb:copy or tb:first-try? each has the same start, settings and values',
    ],
    [
      'is not known by its values alone under another name',
      lost('tb:baseline', { startedAt: null, endedAt: null, params: {} }),
      [run('tb:first-try', { startedAt: null, endedAt: null, params: {} })],
      'tb:first-try? all that is known is the same values',
    ],
    [
      'that logged nothing is not known by its path',
      lost('tb:baseline', { startedAt: null, endedAt: null, params: {}, metrics: {} }),
      [run('other:baseline', { startedAt: null, endedAt: null, params: {}, metrics: {} })],
      'other:baseline? it logged nothing to know it by',
    ],
    [
      'is gone where nothing has its id or its facts',
      lost('tb:baseline'),
      [run('tb:other', OTHER_FACTS)],
      'gone',
    ],
    [
      'was open when it was told: what it logged since does not count',
      lost('tb:exp/version_0', { status: 'running', endedAt: null, metrics: { auc: 0.1 } }),
      [run('events:exp/version_0')],
      'events:exp/version_0: the same id under another alias, and the same start and settings',
    ],
  ])('%s', (_, one, present, expected) => {
    expect(told(find([one], present)[0])).toBe(expected)
    // Where candidates are chosen first, the same is found.
    expect(told(find([one], present.filter(mayBeLost([one])))[0])).toBe(expected)
  })

  test('is no run that a document holds beside it', () => {
    const held = { d1: ['tb:a', 'tb:b'] }
    expect(told(find([lost('tb:a')], [run('tb:b'), run('tb:c')], held)[0])).toBe(
      'tb:c: the same start, settings and values',
    )
  })

  test('two of one document are never taken for the same run', () => {
    const moves = find([lost('tb:a'), lost('tb:b')], [run('tb:c')])
    expect(moves.map(told)).toEqual([
      'tb:c? another run of the same document may be it as well',
      'tb:c? another run of the same document may be it as well',
    ])
  })

  test('two of different documents may be one run that was told twice', () => {
    const moves = find([lost(`old:1/${DRAWN}`), lost(`older:1/${DRAWN}`, {}, 'd2')], [run(`new:1/${DRAWN}`)])
    expect(moves.map(({ kind }) => kind)).toEqual(['found', 'found'])
  })
})
