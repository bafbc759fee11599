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

test.each([
  ['README.md', null, 'Run the tests with `make test`', 'said'],
  ['README.md', '2026-03-02T10:00:00Z', 'Check the GPU before training', 'said'],
  ['docs/README.de.rst', null, 'Do you know what a seed is?', 'said'],
  ['README.md', 'TODO', 'try focal loss', 'next'],
  ['README.md', 'Churn › Future work', 'a larger model', 'next'],
  ['README.md', 'Open questions', 'why does lr 0.1 diverge?', 'question'],
  ['README.md', 'Contributing › How to open issues', 'Tell us what fails', 'said'],
  ['notes/ideas.txt', null, 'run train.py in the container', 'said'],
  ['notes/ideas.txt', null, 'TODO: try focal loss', 'next'],
  ['notes/ideas.txt', null, 'does smote help at all?', 'question'],
  ['notes/2026-03-02.md', '2026-03-02T10:00:00Z', 'run it with three seeds', 'next'],
])('of %s (%s) “%s” is %s', (place, of, text, heading) => {
  const isTime = of !== null && /^\d{4}-/.test(of)
  const quotes = gather([], [text]).quotes.map((quote) => ({
    ...quote,
    ...{ kind: 'file' as const, place, text },
    at: isTime ? Date.parse(of) : null,
    heading: isTime ? null : of,
  }))
  const told = Object.entries(sortQuotes(quotes)).flatMap(([name, found]) => found.map(() => name))
  expect(told).toEqual([heading])
})
