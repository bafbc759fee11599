import { expect, test } from 'vitest'
import { estimateTokens } from '../../src/models/count-tokens.ts'
import { phasePromptContexts } from '../../src/render/phase-prompt.ts'
import { makeEvidence } from '../support/make-evidence.ts'

test('a phase of five thousand runs and sixty entries has a level of detail that fits the smallest usual prompt', () => {
  const runs = Array.from({ length: 5000 }, (_, index) => ({
    name: `run-${index}`,
    params: { lr: index, depth: index % 7 },
    metrics: { val_auc: index / 5000 },
    dataSets: [{ name: 'train', digest: 'abc', context: null }],
  }))
  const documents = Array.from({ length: 60 }, (_, index) => ({
    address: `d${index + 1}`,
    id: `entry-${index}`,
    kind: 'log',
    title: `Entry ${index}`,
    date: '2026-11-20',
    path: `log/entry-${index}.md`,
    runs: [],
    passages: Array.from(
      { length: 80 },
      (_, line) => `Sentence ${line} of entry ${index} says what was learned.`,
    ),
  }))
  const evidence = makeEvidence({ runs, documents, directions: { val_auc: 'higher' }, primary: 'val_auc' })
  const levels = [...phasePromptContexts(evidence)]
  const fitting = levels.find(({ context }) => estimateTokens(JSON.stringify(context)) < 18_000)
  expect(fitting).toBeDefined()
  expect(fitting?.leftOut.join('\n')).toContain('of 5000 runs')
})
