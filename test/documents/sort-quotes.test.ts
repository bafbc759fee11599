import { expect, test } from 'vitest'
import { sortQuotes } from '../../src/documents/sort-quotes.ts'
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
