import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import type { Expectation, SessionNote } from '../../src/notes/note.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import { gather } from '../support/gather.ts'
import { makeNote } from '../support/make-note.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const HOUR = 3_600_000

function note(
  text: string,
  tied: Partial<Expectation> & { runs?: readonly string[]; id?: string } = {},
): SessionNote {
  const { runs = [], id = 'note-1', settings = [], recordedAt = NOON } = tied
  return { ...makeNote([text], recordedAt ?? NOON), id, runs, expectation: { settings, recordedAt } }
}

function run(id: string, sketch: Partial<RunSketch> = {}) {
  return makeRun({
    id,
    params: { lr: '0.1' },
    metrics: { val_auc: 0.7647 },
    startedAt: NOON + HOUR,
    endedAt: NOON + 2 * HOUR,
    ...sketch,
  })
}

/** The sentences about expectations, as they are printed. */
function scored(evidence: Evidence): readonly string[] {
  return evidence.findings
    .filter(({ kind }) => kind === 'expectation')
    .map(({ sentence }) => {
      expect(whyUnsound(sentence, evidence)).toBeNull()
      return plainSentence(sentence, evidence)
    })
}

describe('a prediction', () => {
  test.each<[string, string, RunSketch[], string]>([
    ['that held', 'val_auc > 0.76', [{ id: 'a1' }], 'held: r1 logged val_auc 0.7647, expected above 0.76.'],
    [
      'that did not',
      'val_auc > 0.77',
      [{ id: 'a1' }],
      'did not hold: r1 logged val_auc 0.7647, expected above 0.77.',
    ],
    [
      'of a range',
      'val_auc 0.75 to 0.77',
      [{ id: 'a1' }],
      'held: r1 logged val_auc 0.7647, expected 0.75 to 0.77.',
    ],
    [
      'in per cent',
      'val_auc at least 77 %',
      [{ id: 'a1' }],
      'did not hold: r1 logged val_auc 0.7647, expected at least 77%.',
    ],
    [
      'over several runs',
      'val_auc > 0.76',
      [{ id: 'a1' }, { id: 'a2', metrics: { val_auc: 0.7 } }],
      'held: r1 logged val_auc 0.7647; did not hold: r2 logged val_auc 0.7, expected above 0.76.',
    ],
    [
      'of a run that failed',
      'val_auc > 0.76',
      [{ id: 'a1', status: 'failed' }],
      'cannot be told: r1 failed.',
    ],
    [
      'of a run that is running',
      'val_auc > 0.76',
      [{ id: 'a1', status: 'running', endedAt: null }],
      'cannot be told: r1 is running.',
    ],
    [
      'of a metric that the run lacks',
      'val_auc > 0.76',
      [
        { id: 'a1', metrics: { test_auc: 0.7 } },
        { id: 'b9', params: { lr: '3' } },
      ],
      'cannot be told: r1 logged no val_auc.',
    ],
    [
      'in words',
      'lag features help',
      [{ id: 'a1' }],
      'cannot be told by a figure: r1 logged val_auc 0.7647.',
    ],
    [
      'against another run',
      'val_auc higher than base-1',
      [{ id: 'a1' }, { id: 'b9', name: 'base-1', params: { lr: '3' }, metrics: { val_auc: 0.7 } }],
      'held: r1 logged val_auc 0.7647, r2 0.7.',
    ],
    [
      'against a run that nobody knows',
      'val_auc higher than base-1',
      [{ id: 'a1' }],
      'cannot be told: the run it compares with is not known, or not one.',
    ],
  ])('%s', (_, text, sketches, expected) => {
    const evidence = gather(
      sketches.map(({ id, ...sketch }) => run(id, sketch)),
      [],
      { notes: [note(text, { settings: ['lr=1e-1'] })] },
    )
    expect(scored(evidence)).toEqual([`Expected "${text}": ${expected}`])
  })

  test('about a value waits until a run that started after it has the value', () => {
    const waits = 'Expected "val_auc > 0.76": waiting for a run with these settings.'
    const asked = { notes: [note('val_auc > 0.76', { settings: ['lr=0.1'] })] }
    expect(scored(gather([run('a1', { params: { lr: '0.2' } })], [], asked))).toEqual([waits])
    expect(scored(gather([run('a1', { startedAt: NOON - HOUR })], [], asked))).toEqual([waits])
  })

  test('tied to a run that had started says that it came after', () => {
    const about = (sketch: Partial<RunSketch>, recordedAt: number | null = NOON) =>
      scored(
        gather([run('a1b2c3', sketch)], [], {
          notes: [note('val_auc > 0.76', { runs: ['a1b2'], recordedAt })],
        }),
      )[0]
    expect(about({})).not.toContain('recorded')
    expect(about({ startedAt: NOON - HOUR })).toContain('; recorded after the run had started.')
    expect(about({ startedAt: NOON - HOUR, endedAt: NOON - 1 })).toContain(
      '; recorded after the run had ended.',
    )
    expect(about({}, null)).toContain('; when it was recorded is known by the day only.')
  })

  test('about a run that its words name is scored by it', () => {
    const evidence = gather([run('a1', { name: 'lgbm-2' }), run('a2', { name: 'lgbm-3' })], [], {
      notes: [note('lgbm-3 gets val_auc > 0.76')],
    })
    expect(scored(evidence)[0]).toContain('held: r2 logged')
  })

  test('of another day is told with the run that answers it, and not otherwise', () => {
    const old = note('val_auc > 0.76', { settings: ['lr=0.1'], recordedAt: NOON - 40 * 24 * HOUR })
    const answered = gather([run('a1')], ['today'], { expectations: [old] })
    expect(scored(answered)).toEqual([
      'Expected "val_auc > 0.76": held: r1 logged val_auc 0.7647, expected above 0.76.',
    ])
    const other = gather([run('a1', { params: { lr: '0.2' } })], ['today'], { expectations: [old] })
    expect(scored(other)).toEqual([])
    expect(other.quotes.map(({ text }) => text)).toEqual(['today'])
  })

  test('is not held against the log as a claim', () => {
    const evidence = gather([run('a1')], [], { notes: [note('val_auc 0.912', { settings: ['lr=0.1'] })] })
    expect(evidence.findings.filter(({ kind }) => kind === 'discrepancy')).toEqual([])
  })
})
