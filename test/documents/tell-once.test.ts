import { expect, test } from 'vitest'
import type { Verdict } from '../../src/claims/statement.ts'
import { isQuotedBefore, verdictWithoutLabel, withoutLabel } from '../../src/documents/tell-once.ts'

function quoting(text: string, behind = ''): Verdict {
  return {
    kind: 'supported',
    statement: { path: 'next_steps[0]', text: '[[quote(n1)]]', basis: 'noted', checks: [] },
    segments: [
      { kind: 'slot', expression: 'n1', printed: text, exact: text, shows: 'quote', cites: ['n1'] },
      { kind: 'words', text: behind },
    ],
    cites: ['n1'],
    checks: [],
  }
}

test.each([
  ['next_steps', 'Next: narrow lr range, more epochs.', 'narrow lr range, more epochs.'],
  ['next_steps', 'todo: look at the crash log', 'look at the crash log'],
  ['next_steps', 'tmrw: look at the duplicates', 'look at the duplicates'],
  ['next_steps', '- next -> 5 seeds', '5 seeds'],
  ['next_steps', 'next week the campaign starts', 'next week the campaign starts'],
  ['next_steps', 'tomorrow:', 'tomorrow:'],
  ['decisions', 'decided: no more smote', 'no more smote'],
  ['decisions', 'next: no more smote', 'next: no more smote'],
] as const)('among the %s "%s" is printed "%s"', (section, text, printed) => {
  expect(withoutLabel(text, section)).toBe(printed)
  const verdict = verdictWithoutLabel(quoting(text), section)
  expect(verdict.kind === 'supported' && verdict.segments[0]).toMatchObject({ printed, exact: text })
})

test.each([
  ['2 and 4 are useless and the same', '2 and 4 are useless and the same (0.80).', '', true],
  ['mehr Epochen machen es schlechter', 'Komisch: mehr Epochen machen es schlechter', '', true],
  ['mae does not follow', 'val_loss varies like crazy (0.2 - 0.67) but mae does not follow.', '', false],
  ['lr too high?', 'lr too high?', ' is refuted for the small runs', false],
  ['lr too high?', 'they diverged', '', false],
])(
  'a hypothesis "%s" and a caveat "%s%s" are the same words twice: %s',
  (hypothesis, text, behind, isTwice) => {
    expect(isQuotedBefore(quoting(text, behind), [quoting(hypothesis)])).toBe(isTwice)
  },
)
