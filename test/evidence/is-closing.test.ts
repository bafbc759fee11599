import { describe, expect, test } from 'vitest'
import { isClosing, sentenceSpans } from '../../src/evidence/is-closing.ts'

describe('a sentence that closes something', () => {
  test.each([
    '=> oversampling DROPPED',
    'random forest is out.',
    'rf abandoned, too big',
    'gave up on focal loss',
    'i give up on smote',
    'giving up on random forests',
    'focal loss parked',
    'gru: dead end',
    'lstm is a dead-end',
    'no more random forests',
    'the lag features are exhausted',
    'rule out svm',
    'svm ruled out',
    'base: not worth more time',
    'no point in deeper trees',
    'we shelved the transformer',
    'done with smote',
    "we're done with smote",
    'stopped using mixup',
    'mixup is no longer used',
    'leave it at that with gru',
    '-> drop smote',
    "let's drop it",
  ])('%s', (sentence) => {
    expect(isClosing(sentence)).toBe(true)
  })

  test.each([
    ['only considers it', 'drop smote if the seeds agree'],
    ['only considers it', 'random_forest could be dropped'],
    ['only considers it', 'drop smote when the new data comes'],
    ['asks', 'should we drop smote?'],
    ['takes it back', 'smote is not dropped'],
    ['takes it back', "rf isn't abandoned"],
    ['takes it back', 'reopen the abandoned rf'],
    ['is about rows', 'dropped 602 rows before random_forest'],
    ['is about rows', 'dropped the duplicates, random_forest next'],
    ['is about a value', 'random_forest dropped the loss by 0.01'],
    ['is about a value', 'smote dropped val_auc from 0.81 to 0.79'],
    ['is about a value', 'a drop in recall with smote'],
    ['is about a value', 'no accuracy drop with smote'],
    ['is about a value', 'no more than seeds explain'],
    ['is about other things', 'random_forest with dropout, lr 0.1'],
    ['is about other things', 'smote runs in a closed loop'],
    ['is about other things', 'closed the gap to lightgbm'],
    ['is about other things', 'all runs were done with lightgbm'],
    ['is about other things', 'repeat with smote until the budget is exhausted'],
    ['is about other things', 'drop-in replacement for lightgbm'],
  ])('is none that %s: %s', (_, sentence) => {
    expect(isClosing(sentence)).toBe(false)
  })
})

test.each([
  ['no gain?? rf is out. next: lgbm', ['no gain??', 'rf is out.', 'next: lgbm']],
  ['  smote 0.5; done\nnew line', ['smote 0.5;', 'done', 'new line']],
  ['', []],
])('sentences end at marks and lines, not in figures: %j', (text, sentences) => {
  expect(sentenceSpans(text).map(({ start, end }) => text.slice(start, end))).toEqual(sentences)
})
