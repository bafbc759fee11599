import { expect, test } from 'vitest'
import { makeRun } from '../../support/make-run.ts'
import { toldFindings } from '../../support/told-findings.ts'

const parent = makeRun({ id: 'parent', startedAt: 0 })
const child = (seed: number, more: object = {}) =>
  makeRun({
    id: `child${seed}`,
    startedAt: seed,
    params: { lr: '0.1', seed: String(seed) },
    metrics: { acc: 0.5 + seed / 100 },
    parent: parent.key,
    ...more,
  })

test('a child of another day is named, so that no note is called wrong', () => {
  const told = toldFindings('variation', [parent, child(1), child(2)], [], { earlier: [child(3)] })
  expect(told).toContain(
    'project: 2 of the 3 runs nested in r1 are told here; others lie outside this session: r4.',
  )
})

test('so is one that started after the session, which is counted alone', () => {
  const told = toldFindings('variation', [parent, child(1), child(2)], [], {
    laterChildren: new Map([[parent.key, 1]]),
  })
  expect(told).toContain('project: 2 of the 3 runs nested in r1 are told here; 1 started after this session.')
})

test.each([
  ['all children are told', [child(3)], []],
  ['the other one was deleted', [], [child(3, { deleted: true })]],
  ['the other one has another parent', [], [child(3, { parent: 'mlflow:1/other' })]],
])('nothing is said where %s', (_, more, earlier) => {
  const told = toldFindings('variation', [parent, child(1), child(2), ...more], [], { earlier })
  expect(told.join()).not.toContain('nested in')
})
