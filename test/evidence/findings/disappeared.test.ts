import { expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { FindingKind } from '../../../src/evidence/evidence.ts'
import { freezeEvidence, thawEvidence } from '../../../src/evidence/freeze-evidence.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import { plainSentence } from '../../../src/render/plain-sentence.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

function told(
  runs: readonly Run[],
  lines: readonly string[] = [],
  options: Partial<GatherRequest> = {},
  kind: FindingKind = 'disappeared',
): readonly string[] {
  const evidence = gather(runs, lines, options)
  return evidence.findings
    .filter((finding) => finding.kind === kind)
    .map(({ sentence }) => {
      expect(whyUnsound(sentence, evidence)).toBeNull()
      return plainSentence(sentence, evidence, 'names')
    })
}

const hour = (count: number): number => Date.UTC(2026, 2, 2, count)
const kept = [
  makeRun({
    id: 'aaaa1111',
    name: 'fox',
    params: { lr: '0.1' },
    metrics: { val_auc: 0.7 },
    startedAt: hour(1),
  }),
  makeRun({
    id: 'bbbb2222',
    name: 'wolf',
    params: { lr: '0.2' },
    metrics: { val_auc: 0.71 },
    startedAt: hour(2),
  }),
]
const gone = makeRun({
  id: 'dddd4444',
  name: 'lynx',
  deleted: true,
  params: { lr: '0.4' },
  metrics: { val_auc: 0.99 },
  startedAt: hour(3),
})

test('runs that were deleted in the tracker are told, without a reason where none is recorded', () => {
  expect(told(kept, [], { earlier: [gone] })).toEqual([
    '1 run was deleted in the tracker (lynx (dddd4444)), 1 with a finished status; no reason is recorded.',
  ])
})

test('the error of a deleted run is its reason, and other experiments are told apart', () => {
  const failed = { ...gone, status: 'failed' as const, tags: new Map([['error', 'out of memory']]) }
  const other = { ...gone, key: 'mlflow:2/eeee', id: 'eeee5555', experiment: { id: '2', name: 'other' } }
  expect(told(kept, [], { earlier: [failed, other] })).toEqual([
    '1 run was deleted in the tracker (lynx (dddd4444)), 0 with a finished status; lynx (dddd4444): out of memory.',
    '1 run of other experiments was deleted in the tracker (lynx (eeee5555)), 1 with a finished status; no reason is recorded.',
  ])
})

test('what was deleted before the span is old news, but not where nothing older is left', () => {
  const before = { ...gone, startedAt: hour(-30) }
  const older = makeRun({ id: 'cccc3333', params: { lr: '0.3' }, startedAt: hour(-40) })
  expect(told(kept, [], { earlier: [before, older] })).toEqual([])
  expect(told(kept, [], { earlier: [before] })).toEqual([
    '1 run was deleted in the tracker (lynx (dddd4444)), 1 with a finished status; no reason is recorded.',
  ])
})

test('a deleted run is in no ranking, whatever its value, and survives freezing', () => {
  const evidence = gather(kept, [], { earlier: [gone] })
  const others = evidence.findings.filter(({ kind }) => kind !== 'disappeared')
  expect(others.filter(({ sentence, rests }) => `${sentence} ${rests.join(' ')}`.includes('r3'))).toEqual([])
  expect(evidence.deleted.map(({ address, run }) => [address, run.id])).toEqual([['r3', 'dddd4444']])
  expect(evidence.earlier).toEqual([])
  const thawed = thawEvidence(JSON.parse(JSON.stringify(freezeEvidence(evidence))))
  expect(thawed.deleted).toEqual(evidence.deleted)
})

test('settings that only failed are told, those that finished in another run are not', () => {
  const failed = (id: string, lr: string) =>
    makeRun({ id, params: { lr }, status: 'failed', startedAt: hour(4) })
  expect(told([...kept, failed('cccc3333', '0.1')])).toEqual([])
  expect(told([...kept, failed('cccc3333', '0.3')])).toEqual([
    'Failed or killed, and never finished with the same settings: run-cccc (cccc3333). What they would have given is not known.',
  ])
  const late = {
    ...failed('cccc3333', '0.3'),
    metrics: makeRun({ id: 'x', metrics: { val_auc: 0.1 } }).metrics,
  }
  expect(told([...kept, late])).toEqual([
    'Failed or killed, and never finished with the same settings: run-cccc (cccc3333).',
  ])
  const before = makeRun({ id: 'eeee5555', params: { lr: '0.3' }, startedAt: hour(-9) })
  expect(told([...kept, failed('cccc3333', '0.3')], [], { earlier: [before] })).toEqual([])
  const again = makeRun({ id: 'eeee5555', params: { lr: '0.3' }, status: 'running', startedAt: hour(5) })
  expect(told([...kept, failed('cccc3333', '0.3'), again])).toEqual([])
  expect(told([failed('cccc3333', '0.3')])).toEqual([])
})

test('of many settings a few are named and the rest is counted', () => {
  const failed = Array.from({ length: 9 }, (_, index) =>
    makeRun({
      id: `f${index}f${index}1234`,
      params: { lr: `9.${index}` },
      status: 'killed',
      startedAt: hour(4),
    }),
  )
  expect(told([...kept, ...failed])[0]).toContain(' and 5 more. What')
})

test('a run that a note takes out is told in the words of the note', () => {
  expect(told(kept, ['loss exploded, drop wolf from the comparison, fox stays'])).toEqual([
    'Taken out by your note: wolf (bbbb2222) ("drop wolf from the comparison").',
  ])
  expect(told(kept, ['we ignore bbbb2222: wrong labels'])).toHaveLength(1)
})

test.each([
  ['fox is better than wolf'],
  ['dropped the learning rate'],
  ['exclude the first epoch, then wolf'],
])('"%s" takes no run out', (line) => {
  expect(told(kept, [line])).toEqual([])
})
