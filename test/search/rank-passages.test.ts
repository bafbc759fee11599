import { describe, expect, test } from 'vitest'
import type { Passage } from '../../src/search/passage.ts'
import { rankPassages } from '../../src/search/rank-passages.ts'
import { searchIndexOf } from '../../src/search/search-index.ts'
import { termsOf } from '../../src/search/terms.ts'

function passage(id: string, date: string, text: string): Passage {
  return {
    kind: 'document',
    id,
    of: 'log',
    title: id,
    place: `narrative/log/${id}.md`,
    line: 3,
    date,
    text,
    at: null,
    author: null,
  }
}

function found(question: string, passages: readonly Passage[]) {
  const index = searchIndexOf({ passages, values: [] })
  const scope = { from: null, until: null, of: null }
  try {
    return rankPassages(
      question,
      termsOf(question, () => false),
      index,
      scope,
    ).map(({ passage: one }) => one.id)
  } finally {
    index.close()
  }
}

describe('rankPassages', () => {
  test.each(['No dropout was logged.', 'Dropout hurts.', 'dropout'])(
    '“%s” in three documents is told once, of the newest',
    (text) => {
      const passages = ['2026-11-01', '2026-11-09', '2026-11-05'].map((day) => passage(day, day, text))
      expect(found('what of dropout?', passages)).toEqual(['2026-11-09'])
    },
  )

  test('sentences of few words that differ are all told', () => {
    const passages = [
      passage('a', '2026-11-01', 'Dropout hurts.'),
      passage('b', '2026-11-02', 'Dropout helps.'),
    ]
    expect(found('what of dropout?', passages)).toEqual(['b', 'a'])
  })
})
