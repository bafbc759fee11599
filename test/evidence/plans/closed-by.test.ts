import { describe, expect, test } from 'vitest'
import { closedBy, closingWords } from '../../../src/evidence/plans/closed-by.ts'
import { settleProposal } from '../../../src/evidence/plans/settle-proposal.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

function closed(
  line: string,
  set: Readonly<Record<string, string>>,
  params: Readonly<Record<string, string>> = {},
) {
  const evidence = gather(
    [makeRun({ id: 'aaaa', params: { model: 'lightgbm', sampling: 'none', lr: '0.1', ...params } })],
    [line],
  )
  const [from] = evidence.runs
  if (from === undefined) throw new Error('there is a run')
  return (
    closedBy(settleProposal({ set: new Map(Object.entries(set)) }, from, evidence.runs), evidence)?.words ??
    null
  )
}

describe('a direction that somebody closed', () => {
  test.each([
    ['smote dropped, no gain', { sampling: 'smote' }],
    ['=> oversampling DROPPED', { sampling: 'smote' }],
    ['random forest is out', { model: 'random_forest' }],
    ['rf is out. too big', { model: 'random_forest' }],
    ['gave up on focal loss', { objective: 'focal' }],
  ] as const)('%s closes %j', (line, set) => {
    expect(closed(line, set)).not.toBeNull()
  })

  test.each([
    ['if they look the same -> drop smote', { sampling: 'smote' }],
    ['should we drop smote?', { sampling: 'smote' }],
    ['smote is not dropped', { sampling: 'smote' }],
    ['dropped 12 rows before smote', { sampling: 'smote' }],
    ['no more than 0.3 for lr', { lr: '0.3' }],
    ['xgboost is ahead of smote, no more than seeds explain', { sampling: 'smote' }],
    ['smote comes close', { sampling: 'smote' }],
    ['random forest is out', { sampling: 'smote' }],
  ] as const)('%s does not close %j', (line, set) => {
    expect(closed(line, set)).toBeNull()
  })

  test('a long sentence is quoted by its first whole words', () => {
    const words = closed(`smote dropped because ${'considerations '.repeat(20)}`, { sampling: 'smote' })
    expect(words?.endsWith('considerations')).toBe(true)
    expect(words?.length).toBeLessThanOrEqual(160)
  })

  test.each([
    ['sampling random closed', { sampling: 'smote' }, null],
    ['sampling random closed', { sampling: 'random' }, 'sampling random closed'],
    ['oversampling closed', { sampling: 'smote' }, 'oversampling closed'],
  ] as const)('%s said beside other values, for %j', (line, set, expected) => {
    const evidence = gather(
      ['none', 'smote', 'random'].map((sampling, at) =>
        makeRun({ id: `aaa${at}`, params: { model: 'lightgbm', sampling } }),
      ),
      [line],
    )
    const [from] = evidence.runs
    if (from === undefined) throw new Error('there is a run')
    const settled = settleProposal({ set: new Map(Object.entries(set)) }, from, evidence.runs)
    expect(closedBy(settled, evidence)?.words ?? null).toBe(expected)
  })

  test('a note is quoted rather than a document that tells of it', () => {
    const evidence = gather(
      [makeRun({ id: 'aaaa', params: { model: 'lightgbm', sampling: 'smote' } })],
      ['oversampling DROPPED'],
    )
    const [from] = evidence.runs
    if (from === undefined) throw new Error('there is a run')
    const document = {
      address: 'd1',
      id: 'a',
      kind: 'phase',
      title: '',
      date: '2026-03-10',
      path: 'a.md',
      runs: [],
      passages: ['sampling smote (closed).'],
    } as const
    const settled = settleProposal({ set: new Map([['sampling', 'smote']]) }, from, evidence.runs)
    expect(closedBy(settled, { ...evidence, documents: [document] })?.words).toBe('oversampling DROPPED')
    expect(closedBy(settled, { ...evidence, quotes: [], documents: [document] })?.words).toBe(
      'sampling smote (closed).',
    )
  })

  test.each([
    [
      'focal -> nan after 100 rounds. would need a day. parked',
      'focal -> nan after 100 rounds. would need a day. parked',
    ],
    [`${'long '.repeat(40)}. would need a day. parked`, 'would need a day. parked'],
    ['parked', null],
  ])('one word is quoted with what was said before it: %s', (text, words) => {
    expect(closingWords(text)).toBe(words)
  })

  test('is quoted by its sentence', () => {
    expect(closingWords('seeds say nothing. => oversampling DROPPED. no gain in auc')).toBe(
      '=> oversampling DROPPED.',
    )
  })
})
