import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Passage } from '../../src/search/passage.ts'
import { rankPassages, type SearchScope } from '../../src/search/rank-passages.ts'
import { openSearchIndex, searchIndexOf } from '../../src/search/search-index.ts'
import { termsOf } from '../../src/search/terms.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function passage(text: string, more: Partial<Passage> = {}): Passage {
  return {
    kind: 'note',
    id: 'n',
    of: null,
    title: '',
    place: 'notes.md',
    line: 1,
    date: '2026-03-03',
    text,
    at: null,
    author: null,
    ...more,
  }
}

const EVERYWHERE: SearchScope = { from: null, until: null, of: null }

function rank(
  question: string,
  passages: readonly Passage[],
  scope: SearchScope = EVERYWHERE,
): readonly string[] {
  const index = searchIndexOf({ passages, values: [] })
  const terms = termsOf(question, (phrase) => index.find([phrase]).size > 0)
  return rankPassages(question, terms, index, scope).map(({ passage: { text } }) => text)
}

describe('the index', () => {
  test('is read again under its stamp, and made anew under another', async () => {
    const file = path.join(await temporaryFolder(), 'cache', 'search.sqlite')
    const made: string[] = []
    const open = (stamp: string) =>
      openSearchIndex(file, stamp, 1, async () => {
        made.push(stamp)
        return { passages: [passage(`made under ${stamp}`)], values: [] }
      })
    for (const stamp of ['one', 'one', 'two', 'two', 'one']) (await open(stamp)).close()
    expect(made).toEqual(['one', 'two', 'one'])
  })

  test('a file that is no index is replaced', async () => {
    const file = path.join(await temporaryFolder(), 'search.sqlite')
    await writeFile(file, 'no database at all, and rather longer than a header would have to be '.repeat(20))
    const index = await openSearchIndex(file, 'one', 1, async () => ({
      passages: [passage('focal loss')],
      values: [],
    }))
    expect([...index.find(['focal'])]).toEqual([1])
    index.close()
  })

  test.each<[string, string, boolean]>([
    ['abandoned', 'we abandon it', true],
    ['val auc', 'val_auc fell', true],
    ['0.77', 'it is 0.77 now', true],
    ['0.77', 'it is 77', false],
    ['" OR text:*', 'nothing', false],
    ['NEAR(a b)', 'near a b', true],
    ['größe', 'Die GRÖSSE zählt nicht, die Größe schon', true],
  ])('%s is found in "%s": %s', (phrase, text, expected) => {
    expect(searchIndexOf({ passages: [passage(text)], values: [] }).find([phrase]).size === 1).toBe(expected)
  })

  test('a printed value is found by what it rounds to', () => {
    const value = {
      id: 'd',
      of: 'decision',
      date: '2026-03-10',
      place: 'd.md',
      printed: '0.8471',
      exact: '0.84712',
      name: 'val_auc',
      run: 'm:1/a',
    }
    const index = searchIndexOf({ passages: [], values: [value] })
    expect(index.values(0.847, 0.0005)).toEqual([value])
    expect(index.values(0.848, 0.0005)).toEqual([])
  })
})

describe('rankPassages', () => {
  test('puts a reason first where a reason is asked for', () => {
    expect(
      rank('why was random forest dropped?', [
        passage('rf best so far'),
        passage('=> rf is out. reasons: the pickle is too big'),
        passage('lgbm next'),
      ]),
    ).toEqual(['=> rf is out. reasons: the pickle is too big', 'rf best so far'])
  })

  test.each(['why was smote dropped?', 'was smote tried? With what result?', 'did smote help?'])(
    '%s puts the verdict first',
    (question) => {
      const verdict = 'last seeds of smote are a bit over control => DROPPED. no gain in auc'
      expect(
        rank(question, [
          passage('does smote look different now? we dropped it on auc'),
          passage('smote again with a ratio of 0.3 and other neighbours'),
          passage(verdict),
          ...Array.from({ length: 20 }, (_, at) => passage(`nothing of it on day ${at}`)),
        ])[0],
      ).toBe(verdict)
    },
  )

  test('what was written near a change comes first, entries aside', () => {
    const scope = { ...EVERYWHERE, near: ['2026-03-03'] }
    expect(
      rank(
        'data',
        [
          passage('the data again, nothing new there', { date: '2026-05-01' }),
          passage('an entry of that day on data', { kind: 'document', of: 'log' }),
          passage('the data had 602 rows twice'),
        ],
        scope,
      )[0],
    ).toBe('the data had 602 rows twice')
  })

  test('half of what is asked after is no answer', () => {
    expect(
      rank(
        'focal loss',
        Array.from({ length: 9 }, (_, at) => passage(`the loss fell a bit on day ${at}`)),
      ),
    ).toEqual([])
  })

  test('the note stands for the entry that quotes it', () => {
    const index = searchIndexOf({
      passages: [
        passage('Decided: “smote dropped, no gain in auc at all”', { kind: 'document', of: 'log', id: 'd1' }),
        passage('smote dropped, no gain in auc at all'),
      ],
      values: [],
    })
    const found = rankPassages(
      'smote',
      termsOf('smote', () => true),
      index,
      EVERYWHERE,
    )
    expect(found.map(({ passage: { kind } }) => kind)).toEqual(['note'])
  })

  test('days that are named come first', () => {
    const scope = { from: '2026-03-01', until: '2026-03-31', of: null }
    expect(
      rank(
        'smote',
        [passage('smote again, better', { date: '2026-05-01' }), passage('smote worse there')],
        scope,
      ),
    ).toEqual(['smote worse there', 'smote again, better'])
  })

  test('days alone give all that was written then', () => {
    const scope = { from: '2026-03-03', until: '2026-03-03', of: null }
    expect(
      rank('what happened?', [passage('one thing here'), passage('another', { date: '2026-05-01' })], scope),
    ).toEqual(['one thing here'])
  })
})
