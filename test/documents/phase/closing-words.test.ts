import { describe, expect, test } from 'vitest'
import { closingWords } from '../../../src/documents/phase/closing-words.ts'
import { makeEvidence } from '../../support/make-evidence.ts'

const RUNS = [
  { name: 'rf-500', experiment: 'base', started: '2026-11-20T08:00:00Z', params: { model: 'random_forest' } },
  { name: 'rf-900', experiment: 'base', started: '2026-11-20T09:00:00Z', params: { model: 'random_forest' } },
  { name: 'lgbm-1', experiment: 'boost', started: '2026-11-20T10:00:00Z', params: { model: 'lightgbm' } },
  { name: 'lgbm-2', experiment: 'boost', started: '2026-11-20T11:00:00Z', params: { model: 'lightgbm' } },
]

function closing(note: string, value = 'random_forest'): string | null {
  const evidence = makeEvidence({ runs: RUNS, notes: [note] })
  const runs = evidence.runs.filter(({ run }) => run.params.get('model') === value)
  return closingWords({ value, runs }, evidence.runs, evidence.quotes)?.words ?? null
}

describe('what closes an approach', () => {
  test.each([
    ['random_forest is out. the pickle is too big', 'random_forest is out. the pickle is too big'],
    ['=> rf is out', '=> rf is out'],
    ['nice day. random forest dropped, no gain', 'random forest dropped, no gain'],
    ['giving up on random forests', 'giving up on random forests'],
    ['base: not worth more time', 'base: not worth more time'],
  ])('a person who names it and says so: %s', (note, words) => {
    expect(closing(note)).toBe(words)
  })

  test.each([
    'lgbm is out',
    'drop random_forest if the seeds agree',
    'is random_forest out?',
    'random_forest with dropout, lr 0.1',
    'random_forest looks fine',
    'random_forest is ahead, no more than seeds explain',
    'dropped the duplicates. random_forest next',
  ])('nothing else: %s', (note) => {
    expect(closing(note)).toBeNull()
  })

  test('a run a day and more later takes it up again', () => {
    const evidence = makeEvidence({ runs: RUNS, notes: ['rf is out'] })
    const quotes = evidence.quotes.map((quote) => ({ ...quote, at: Date.parse('2026-11-19T07:00:00Z') }))
    const runs = evidence.runs.slice(0, 2)
    expect(closingWords({ value: 'random_forest', runs }, evidence.runs, quotes)).toBeNull()
  })
})
