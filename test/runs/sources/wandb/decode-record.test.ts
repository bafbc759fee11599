import { describe, expect, it } from 'vitest'
import { decodeRecord, type LogRecord } from '../../../../src/runs/sources/wandb/decode-record.ts'
import { encodeRecord, type WandbEntry } from '../../../support/wandb-log.ts'

function decoded(entry: WandbEntry): LogRecord | null {
  return decodeRecord(Buffer.from(encodeRecord(entry, 1)))
}

const CASES: readonly (readonly [WandbEntry, unknown])[] = [
  [
    {
      kind: 'history',
      step: 0,
      values: { loss: 'NaN', '>a>b': '1', '>b.c': '2', big: '1152921504606846977' },
    },
    {
      kind: 'history',
      step: 0,
      items: [
        { path: ['loss'], json: 'NaN' },
        { path: ['a', 'b'], json: '1' },
        { path: ['b.c'], json: '2' },
        { path: ['big'], json: '1152921504606846977' },
      ],
    },
  ],
  [
    {
      kind: 'typed history',
      step: 300,
      values: { '>a': 0.1, b: -3n, c: true, d: null, e: 'say "é"', f: [1, 2], '>g>h': 4611686018427387904n },
    },
    {
      kind: 'history',
      step: 300,
      items: [
        { path: ['a'], json: '0.1' },
        { path: ['b'], json: '-3' },
        { path: ['c'], json: 'true' },
        { path: ['d'], json: 'null' },
        { path: ['e'], json: '"say \\"é\\""' },
        { path: ['f'], json: '[1,2]' },
        { path: ['g', 'h'], json: '4611686018427387904' },
      ],
    },
  ],
  [
    { kind: 'summary', update: { '>x>max': '0.5' }, remove: ['>x>min', 'y'] },
    {
      kind: 'summary',
      changes: { update: [{ path: ['x', 'max'], json: '0.5' }], remove: [['x', 'min'], ['y']] },
    },
  ],
  [{ kind: 'exit' }, { kind: 'exit', exitCode: 0, runtime: 0, isSent: true }],
  [
    { kind: 'exit', code: 255, runtime: 90 },
    { kind: 'exit', exitCode: 255, runtime: 90, isSent: true },
  ],
  [
    { kind: 'exit', code: -6 },
    { kind: 'exit', exitCode: -6, runtime: 0, isSent: true },
  ],
  [
    { kind: 'output', line: '\u001b[31mépoch 1\r', time: 1_700_000_000_123 },
    { kind: 'output', line: '\u001b[31mépoch 1\r', time: 1_700_000_000_123, isRaw: true },
  ],
  [
    { kind: 'output line', line: 'x' },
    { kind: 'output', line: 'x', time: null, isRaw: false },
  ],
  [
    { kind: 'alert', title: 'Low', text: 'acc' },
    { kind: 'alert', title: 'Low', text: 'acc', level: 'INFO' },
  ],
  [
    { kind: 'metric', name: 'val/acc', goal: 2 },
    { kind: 'metric', metric: { name: 'val/acc', stepMetric: '', isHidden: false, goal: 'maximise' } },
  ],
  [
    { kind: 'used', name: 'mnist:v3', type: 'dataset' },
    { kind: 'used', name: 'mnist:v3', type: 'dataset' },
  ],
  [
    { kind: 'stats', time: 1_700_000_000_000 },
    { kind: 'stats', time: 1_700_000_000_000 },
  ],
]

describe('a record of a transaction log', () => {
  it.each(CASES)('is decoded with every field a reader wants: %o', (entry, expected) => {
    expect(decoded(entry)).toEqual(expected)
  })

  it('tells all of a run, zeros and absent fields alike', () => {
    const run = decoded({
      kind: 'run',
      id: 'abc',
      entity: 'team',
      project: 'demo',
      group: 'g',
      jobType: 'train',
      name: 'first',
      notes: 'two\nlines',
      tags: ['a', 'b'],
      sweep: 's1',
      host: 'box',
      start: 1_700_000_000_500,
      resumed: true,
      commit: 'c0ffee',
      forkedFrom: 'xyz',
      config: { lr: '0.1' },
    })
    expect(run).toEqual({
      kind: 'run',
      run: {
        id: 'abc',
        entity: 'team',
        project: 'demo',
        group: 'g',
        jobType: 'train',
        displayName: 'first',
        notes: 'two\nlines',
        tags: ['a', 'b'],
        sweepId: 's1',
        host: 'box',
        startTime: 1_700_000_000_500,
        isResumed: true,
        commit: 'c0ffee',
        forkedFrom: 'xyz',
        config: { update: [{ path: ['lr'], json: '0.1' }], remove: [] },
        summary: { update: [], remove: [] },
      },
    })
  })

  it('is none where its bytes are no such message, wherever they are cut', () => {
    const whole = encodeRecord({ kind: 'history', step: 3, values: { loss: '0.25', '>a>b': '1' } }, 7)
    const outcomes = Array.from({ length: whole.length }, (_, length) =>
      decodeRecord(Buffer.from(whole.subarray(0, length))),
    )
    // At the borders of its fields a message may end.
    for (const each of outcomes) expect(each === null || ['history', 'other'].includes(each.kind)).toBe(true)
    expect(outcomes.filter((each) => each === null).length).toBeGreaterThan(outcomes.length / 2)
    expect(decodeRecord(Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]))).toBeNull()
    expect(decodeRecord(Buffer.from([0x13, 0x13, 0x13]))).toBeNull()
  })
})
