import { expect, test } from 'vitest'
import type { Basis, Verdict } from '../../src/claims/statement.ts'
import { countChecked } from '../../src/documents/count-checked.ts'

const held = { written: 'r1.auc > r2.auc', holds: true, actual: 'it holds' }

function supported(basis: Basis, cites: readonly string[], checks = [] as readonly (typeof held)[]): Verdict {
  const statement = { path: 'reading[0]', text: 'words', basis, checks: checks.map(({ written }) => written) }
  return { kind: 'supported', statement, segments: [], cites, checks }
}

const none = { againstLog: 0, quoted: 0, proposed: 0, inWords: 0, marked: 0, leftOut: 0 }
const { statement } = supported('observed', [])

test.each<[string, Verdict, object]>([
  ['a value of a run', supported('observed', ['r1.metric["auc"]']), { againstLog: 1 }],
  ['a reading that cites a finding', supported('inferred', ['k2']), { againstLog: 1 }],
  ['a data set', supported('observed', ['data1']), { againstLog: 1 }],
  ['a note beside a run', supported('noted', ['n1', 'r1']), { againstLog: 1 }],
  ['a title whose checks hold', supported('inferred', [], [held]), { againstLog: 1 }],
  ['a quotation', supported('noted', ['n1', 'n2.v1']), { quoted: 1 }],
  ['a suggestion, though it names a run', supported('proposed', ['r1']), { proposed: 1 }],
  ['words alone', supported('inferred', []), { inWords: 1 }],
  [
    'what is marked',
    { kind: 'unsupported', statement, reason: 'none', segments: [], checks: [] },
    { marked: 1 },
  ],
  [
    'what may not be printed',
    { kind: 'unsupported', statement, reason: 'none', segments: null, checks: [] },
    { leftOut: 1 },
  ],
  ['what is false', { kind: 'contradicted', statement, reason: 'no', checks: [] }, { leftOut: 1 }],
])('%s is counted once', (_, verdict, expected) => {
  expect(countChecked([verdict])).toEqual({ ...none, ...expected })
})
