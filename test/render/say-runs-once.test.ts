import { expect, test } from 'vitest'
import type { Segment } from '../../src/claims/statement.ts'
import { sayRunsOnce } from '../../src/render/say-runs-once.ts'

test.each([
  ['The maximum of the ', ' is low', 'The maximum of the runs with encoder tcn is low'],
  ['The tcn runs ', ' are worse', 'The tcn runs with encoder tcn are worse'],
  ['The ', ' runs are worse', 'The encoder tcn runs are worse'],
])('a group in a sentence: "%s[[g1]]%s"', (before, after, printed) => {
  const segments: readonly Segment[] = [
    { kind: 'words', text: before },
    {
      kind: 'slot',
      expression: 'g1',
      printed: 'runs with encoder tcn',
      exact: 'g1',
      shows: 'text',
      cites: ['g1'],
    },
    { kind: 'words', text: after },
  ]
  const told = sayRunsOnce(segments).map((one) => (one.kind === 'words' ? one.text : one.printed))
  expect(told.join('')).toBe(printed)
})
