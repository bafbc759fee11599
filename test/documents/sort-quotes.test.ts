import { expect, test } from 'vitest'
import { shortestDecision, sortQuotes } from '../../src/documents/sort-quotes.ts'
import { gather } from '../support/gather.ts'

test.each([
  ['tmrw: rerun attention w/ fixed lr', 'next'],
  ['try lag 30 next', 'next'],
  ['dropping random forest, too slow and no better', 'decided'],
  ['switching from AUC to F1 after the call with product', 'decided'],
  ['not sure if attention is worth it', 'question'],
  ['is the seed even used?', 'question'],
  ['lag features just overfit', 'unworked'],
  ['HBV + discharge clearly the big win', 'said'],
])('"%s" stands under %s', (text, heading) => {
  const sorted = sortQuotes(gather([], [text]).quotes)
  expect(
    Object.entries(sorted)
      .filter(([, quotes]) => quotes.length > 0)
      .map(([name]) => name),
  ).toEqual([heading])
})

test('each sentence of a longer note stands under its own heading, word for word', () => {
  const text =
    'meeting with Marit changed the goal. they want ONE list. so from now on F1 decides, not auc. agreed w/ her. lakes useless. tmrw: rerun attention, also try longer sequence (50?)'
  const sorted = sortQuotes(gather([], [text]).quotes)
  const told = Object.fromEntries(
    Object.entries(sorted).map(([name, quotes]) => [name, quotes.map((quote) => quote.text)]),
  )
  expect(told).toEqual({
    said: ['meeting with Marit changed the goal. they want ONE list.'],
    decided: ['so from now on F1 decides, not auc. agreed w/ her. lakes useless.'],
    unworked: [],
    next: ['tmrw: rerun attention, also try longer sequence (50?)'],
    question: [],
  })
})

test('what follows a question is asked with it', () => {
  const text = 'does smote look different now? we dropped it on auc. products-only never got a second look.'
  expect(sortQuotes(gather([], [text]).quotes).question.map((quote) => quote.text)).toEqual([text])
})

test.each([
  ['=> rf is out. reasons: (1) the lead was the duplicates', 'rf is out'],
  ['one over, one under. => oversampling DROPPED. no gain in auc', 'oversampling DROPPED'],
  ['if they look the same -> drop it', null],
  [
    'dropped them before splitting, everything from today on is on the new table, as you know very well',
    null,
  ],
])('the shortest decision of "%s" is %s', (text, expected) => {
  const { decided } = sortQuotes(gather([], [text]).quotes)
  expect(shortestDecision(decided, 60)?.text ?? null).toBe(expected)
})
