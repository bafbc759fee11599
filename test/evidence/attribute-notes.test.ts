import { beforeAll, describe, expect, test } from 'vitest'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { sessionNote } from '../../src/notes/session-note.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'
import { attributeKeyed, sumAttributions } from '../support/score-attributions.ts'

let cells: NoteRunSet
beforeAll(async () => {
  const set = (await noteRunSets()).get('cells')
  if (set === undefined) throw new Error('no such set')
  cells = set
})

describe('a passage is about', () => {
  test.each([
    ['resnet50-long took ages', 'certain', 'name', ['r12']],
    ['f0a9d3c8 and 27e8b6c4 look alike', 'certain', 'id', ['r6', 'r9']],
    ['runs 1 to 3 were debugging', 'likely', 'order', ['r1', 'r2', 'r3']],
    ['the last run took an hour', 'likely', 'order', ['r12']],
    ['the 08:00 run was only to see whether it starts', 'likely', 'time', ['r1']],
    ['got val_acc 0.862 with more lr', 'likely', 'value', ['r4']],
    ['vit at 40 epochs is slow', 'likely', 'setting', ['r10', 'r11']],
    ['python train.py --model resnet50 --epochs 60', 'likely', 'command', ['r12']],
    ['no idea what to make of it', 'open', null, []],
    // What is said of most runs is said of the day.
    ['flips from now on', 'open', null, []],
  ] as const)('"%s"', (text, confidence, by, runs) => {
    expect(gatherNote(cells, text).quotes.map(({ about }) => about)).toEqual([
      { runs: [...runs], confidence, by },
    ])
  })

  test('the runs its author tied it to, whatever it says', () => {
    const note = sessionNote({
      kind: 'journal',
      place: 'n.md',
      text: 'looks fine',
      time: { kind: 'undated' },
      runs: ['c90d44'],
    })
    expect(gather(cells.runs, [], { notes: [note] }).quotes.map(({ about }) => about)).toEqual([
      { runs: ['r3'], confidence: 'certain', by: 'tied' },
    ])
  })
})

test('what is said of a kind of run is not laid on the one run that a document is about, where others of it ran beside it', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) =>
    makeRun({
      id: id.repeat(4),
      startedAt: Date.UTC(2026, 2, 2, 9 + at),
      params: { model: at < 5 ? 'lightgbm' : 'xgboost' },
    }),
  )
  const earlier = makeRun({ id: '9999', startedAt: Date.UTC(2026, 2, 1, 9), params: { model: 'lightgbm' } })
  const note = ['f1 drops for both, lightgbm more']
  expect(gather(all.slice(0, 1), note, { earlier: all.slice(1) }).quotes[0]?.about.runs).toEqual([])
  // A day's note still speaks of the day's runs.
  expect(
    gather([...all.slice(0, 2), ...all.slice(5)], note, { earlier: [earlier] }).quotes[0]?.about.runs,
  ).toEqual(['r1', 'r2'])
})

test('most passages of the key are attributed rightly, hardly any wrongly, and no wrong one is called certain', async () => {
  const attributed = attributeKeyed(await noteRunSets())
  const { right, wrong } = sumAttributions(attributed)
  expect(right / attributed.length).toBeGreaterThanOrEqual(0.93)
  expect(wrong.length / attributed.length).toBeLessThanOrEqual(0.02)
  expect(wrong.filter(({ confidence }) => confidence === 'certain')).toEqual([])
})

describe('a question', () => {
  test('is asked where a choice fits settings that came out differently', () => {
    expect(gatherNote(cells, 'so we go with mixup from here on').question).toEqual({
      quote: 'n1',
      sentence: '[[quote(n1, "so we go with mixup from here on")]]: which run is meant, [[r3]] or [[r11]]?',
    })
  })

  test.each(['we go with resnet50-long', 'which one do we go with, mixup?', 'mixup was nice'])(
    'is not asked of "%s"',
    (text) => {
      expect(gatherNote(cells, text).question).toBeNull()
    },
  )
})

test('evidence that was frozen before notes were judged holds no judgements', () => {
  const frozen = JSON.parse(JSON.stringify(freezeEvidence(gatherNote(cells, 'resnet50-long 0.9'))))
  const { noteClaims: _claims, reported: _reported, question: _question, ...old } = frozen
  for (const quote of old.quotes) delete quote.about
  const thawed = thawEvidence(old)
  expect([
    thawed.noteClaims,
    thawed.reported,
    thawed.question,
    thawed.quotes.map(({ about }) => about),
  ]).toEqual([[], [], null, [{ runs: [], confidence: 'open', by: null }]])
})
