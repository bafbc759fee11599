import { describe, expect, test } from 'vitest'
import { factAt } from '../../src/evidence/fact-at.ts'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { gather } from '../support/gather.ts'
import { gatherLogged } from '../support/gather-logged.ts'
import { makeRun } from '../support/make-run.ts'

async function errorOf(run: Parameters<typeof gatherLogged>[0][number]): Promise<string | null> {
  const fact = factAt(await gatherLogged([run]), 'r1.error')
  return 'reason' in fact ? null : fact.value.kind === 'text' ? fact.value.text : 'no text'
}

const failed = { id: 'aaaa1111', status: 'failed' } as const

describe('the error of a run', () => {
  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string | null]>([
    ['a tag', { exception: 'MemoryError: out\nof memory' }, {}, 'MemoryError: out of memory'],
    [
      'a traceback in a tag',
      { traceback: 'Traceback (most recent call last):\n  x\nValueError: a 3\n' },
      {},
      'ValueError: a 3',
    ],
    [
      'a type and a message',
      { error_type: 'builtins.ValueError', error_message: 'no rows.' },
      {},
      'ValueError: no rows',
    ],
    ['a reason', { failure_reason: 'disk full' }, {}, 'disk full'],
    [
      'the log',
      {},
      { 'logs/traceback.txt': 'Traceback (most recent call last):\nKeyError: 7' },
      'KeyError: 7',
    ],
    [
      'the log before a vague tag',
      { error: 'failed' },
      { 'train.log': 'ValueError: no rows' },
      'ValueError: no rows',
    ],
    ['no error rate', { error_rate: '0.3', error: 'None', failover: 'on' }, {}, null],
    ['nothing', {}, { 'train.log': 'epoch 3' }, null],
  ])('comes from %s', async (_, tags, artifacts, expected) => {
    expect(await errorOf({ ...failed, tags, artifacts })).toBe(expected)
  })

  test('is none where the run finished', async () => {
    expect(await errorOf({ id: 'aaaa1111', tags: { exception: 'ValueError: x' } })).toBeNull()
  })

  test('has the log as its origin, line by line masked and cut', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `epoch ${index} key=hunter2`)
    const evidence = await gatherLogged(
      [{ ...failed, artifacts: { 'train.log': [...lines, 'ValueError: hunter2 is wrong'].join('\n') } }],
      { mask: (text) => text.replaceAll('hunter2', '[masked]') },
    )
    expect(factAt(evidence, 'r1.error')).toMatchObject({
      value: { text: 'ValueError: [masked] is wrong' },
      origin: { file: 'train.log' },
    })
    expect(evidence.runs[0]?.logTail?.lines).toHaveLength(20)
    expect(JSON.stringify(freezeEvidence(evidence))).not.toContain('hunter2')
    expect(thawEvidence(freezeEvidence(evidence)).runs[0]?.logTail).toEqual(evidence.runs[0]?.logTail)
  })

  test('of one long line the beginning is kept', async () => {
    const evidence = await gatherLogged([
      { ...failed, artifacts: { 'train.log': `start ${'x'.repeat(9000)}` } },
    ])
    const [line = '', ...more] = evidence.runs[0]?.logTail?.lines ?? []
    expect([line.slice(0, 5), line.length, more]).toEqual(['start', 2000, []])
  })
})

test('a metric called error is what error means, but for a run that broke', () => {
  const evidence = gather([
    makeRun({ id: 'aaaa1111', metrics: { error: 0.25 }, startedAt: 1 }),
    makeRun({
      id: 'bbbb2222',
      metrics: { error: 0.5 },
      startedAt: 2,
      status: 'failed',
      tags: { exception: 'KeyError: 1' },
    }),
  ])
  expect(factAt(evidence, 'r1.error')).toMatchObject({ address: 'r1.metric["error"].last' })
  expect(factAt(evidence, 'r2.error')).toMatchObject({ address: 'r2.error', value: { text: 'KeyError: 1' } })
  expect(factAt(evidence, 'r2.metric["error"]')).toMatchObject({ value: { value: 0.5 } })
})

test('where no error is logged the address says so', () => {
  expect(factAt(gather([makeRun({ id: 'aaaa1111', status: 'killed' })]), 'r1.error')).toMatchObject({
    reason: 'r1 logs no error; its status is killed.',
  })
})
