import { describe, expect, test } from 'vitest'
import { criteriaHistory } from '../../src/cli/criteria-history.ts'
import { criteriaFixed } from '../../src/documents/decision/criteria-fixed.ts'
import type { DecisionSubject } from '../../src/documents/decision/decision-subject.ts'
import type { FileVersion } from '../../src/repository/commit.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const file = (weight: number, rest = ''): string =>
  `criteria:\n  - metric: auc\n    weight: ${weight}\n  - metric: ms\n    weight: 1\n${rest}`
const version = (commit: string, at: string, text: string | null): FileVersion => ({
  commit: commit.repeat(40),
  author: 'Ada',
  at: Date.parse(at),
  text,
})

describe('criteriaHistory', () => {
  test.each([
    ['one version', file(3), [version('a', '2026-11-01T08:00:00Z', file(3))], 'a', 0],
    [
      'what people wrote beside the criteria may change',
      file(3, 'risks: drift\n'),
      [
        version('b', '2026-11-09T08:00:00Z', file(3, 'risks: x\n')),
        version('a', '2026-11-01T08:00:00Z', file(3)),
      ],
      'a',
      0,
    ],
    [
      'a weight that was changed counts from its commit on',
      file(4),
      [version('b', '2026-11-09T08:00:00Z', file(4)), version('a', '2026-11-01T08:00:00Z', file(3))],
      'b',
      1,
    ],
    [
      'a weight that was changed back counts from the last time',
      file(3),
      [
        version('c', '2026-11-10T08:00:00Z', file(3)),
        version('b', '2026-11-09T08:00:00Z', file(4)),
        version('a', '2026-11-01T08:00:00Z', file(3)),
      ],
      'c',
      2,
    ],
    [
      'what is not committed yet is since no commit',
      file(5),
      [version('a', '2026-11-01T08:00:00Z', file(3))],
      null,
      0,
    ],
    [
      'a version that is no file of criteria is another one',
      file(3),
      [version('b', '2026-11-09T08:00:00Z', file(3)), version('a', '2026-11-01T08:00:00Z', 'criteria: [')],
      'b',
      1,
    ],
  ] as const)('%s', (_, now, versions, since, changes) => {
    const history = criteriaHistory(now, versions)
    expect(history?.since?.commit[0] ?? null).toBe(since)
    expect(history?.changes).toBe(changes)
  })

  test('a file that was never committed has none', () => {
    expect(criteriaHistory(file(3), [])).toBeNull()
  })
})

describe('criteriaFixed', () => {
  const evidence = makeEvidence({
    runs: [
      { started: '2026-11-20T08:00:00Z', seconds: 3600 },
      { started: '2026-11-20T10:00:00Z', seconds: 3600 },
    ],
  })
  const fixed = (rest: Partial<DecisionSubject['fixed']>): DecisionSubject => ({
    date: '2026-11-20',
    audience: 'everyone',
    title: null,
    finalists: [],
    criteria: [],
    fixed: { asserted: null, file: 'criteria.yaml', history: null, ...rest },
    selected: null,
    people: {},
  })
  const since = (at: string): DecisionSubject['fixed']['history'] => ({
    since: { commit: 'abcdef1234', at, author: 'Ada' },
    first: null,
    changes: 0,
  })
  test.each([
    ['2026-11-20T07:59:59.000Z', /before the first finalist started .* proven by commit/, false],
    ['2026-11-20T08:00:00.000Z', /after the first finalist had started/, true],
    ['2026-11-20T11:00:00.000Z', /after the last finalist had ended/, true],
  ])('criteria of a commit at %s', (at, says, warns) => {
    const [finding] = criteriaFixed(evidence, fixed({ history: since(at) }))
    expect(finding?.sentence).toMatch(says)
    expect(finding?.warns).toBe(warns)
    expect(finding?.texts?.commit?.text).toBe('abcdef12')
  })

  test.each([
    [
      { asserted: '2026-11-01' },
      /asserted to stand since \[\[this.asserted\]\]; nothing proves it: git does not keep/,
      false,
    ],
    [{}, /is not recorded: git does not keep the file/, true],
    [{ file: null }, /is not recorded: they come from the command line/, true],
    [
      { asserted: '2026-11-01', history: { since: null, first: null, changes: 1 } },
      /nothing proves it: the file was changed since it was last committed/,
      false,
    ],
  ])('without a commit: %j', (rest, says, warns) => {
    const [finding] = criteriaFixed(evidence, fixed(rest))
    expect(finding?.sentence).toMatch(says)
    expect(finding?.warns).toBe(warns)
  })
})
