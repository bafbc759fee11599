import { describe, expect, test } from 'vitest'
import type { Break } from '../../src/evidence/protocol-timeline.ts'
import { type ReasonPassage, reasonForBreak } from '../../src/evidence/reason-for-break.ts'

const AT = Date.UTC(2026, 2, 9, 13, 46)
const DAY = 24 * 3_600_000
const TIME = { last: AT - DAY, at: AT, experiment: '4' }

function change(what: Break['what'], name: string, from: string | null, to: string): Break {
  return {
    what,
    name,
    field: 'param',
    from,
    to,
    last: 'a',
    at: 'b',
    among: null,
    runsBefore: 3,
    runsAfter: 3,
  }
}

function passage(text: string, more: Partial<ReasonPassage> = {}): ReasonPassage {
  return { text, place: 'notes.md', line: 1, at: AT, experiment: null, ...more }
}

const METRIC = change('primary metric', 'primary metric', 'val_auc', 'val_f1')
const DATA = change('evaluation data', 'caravan', 'cf70cc70', '7aba41d5')
const SPLIT = change('split', 'n_val', '100', '200')
const THRESHOLD = change('threshold', 'threshold', '0.5', 'tuned_on_val')

describe('reasonForBreak', () => {
  test.each<[Break, string]>([
    [METRIC, 'from now on F1 at a tuned threshold decides, the goal changed'],
    [METRIC, 'Marit wants F1, not AUC: it is the criterion now'],
    [DATA, 'dropped the duplicate rows before splitting'],
    [SPLIT, 'new split because the same customer sat in both'],
    [THRESHOLD, 'threshold is now tuned on val, default was useless'],
  ])('%o is explained by %s', (one, text) => {
    expect(reasonForBreak(one, TIME, [passage(text)])?.text).toBe(text)
  })

  test.each<[Break, string]>([
    [METRIC, 'val_f1 of the run is a bit higher'],
    [METRIC, 'the goal is a list to call'],
    [DATA, 'lgbm first try, below the forest'],
    [SPLIT, 'more epochs because it was still falling'],
    [THRESHOLD, 'lr changed to a tenth'],
  ])('%o is not explained by %s', (one, text) => {
    expect(reasonForBreak(one, TIME, [passage(text)])).toBeNull()
  })

  test.each<[string, number | null, boolean]>([
    ['a week before', AT - 8 * DAY, true],
    ['long before', AT - 9 * DAY, false],
    ['three weeks after', AT + 21 * DAY, true],
    ['long after', AT + 22 * DAY, false],
    ['undated', null, true],
  ])('a passage of %s counts: %s', (_, at, counts) => {
    expect(reasonForBreak(DATA, TIME, [passage('dropped the duplicate rows', { at })]) !== null).toBe(counts)
  })

  test('a description speaks of its own experiment alone', () => {
    const told = passage('cleaned rows', { experiment: '1', at: null })
    expect(reasonForBreak(DATA, TIME, [told])).toBeNull()
    expect(reasonForBreak(DATA, { ...TIME, experiment: '1' }, [told])).toEqual(told)
  })

  test('takes what tells most, then what is nearest', () => {
    const near = passage('removed some rows', { at: AT + DAY })
    const far = passage('dropped duplicate rows', { at: AT + 3 * DAY })
    const named = passage('caravan: dropped duplicate rows', { at: AT + 4 * DAY })
    expect(reasonForBreak(DATA, TIME, [far, near])).toEqual(near)
    expect(reasonForBreak(DATA, TIME, [far, near, named])).toEqual(named)
  })
})
