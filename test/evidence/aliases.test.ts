import { beforeAll, describe, expect, it } from 'vitest'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'

let sets: ReadonlyMap<string, NoteRunSet>
beforeAll(async () => {
  sets = await noteRunSets()
})

function setOf(name: string): NoteRunSet {
  const set = sets.get(name)
  if (set === undefined) throw new Error(`no run set is called ${name}`)
  return set
}

/** The aliases that a note proposes: the words, and the name of the run. */
function proposed(name: string, note: string): readonly (readonly [string, string | undefined])[] {
  const evidence = gatherNote(setOf(name), note)
  return evidence.noteClaims
    .filter(({ kind }) => kind === 'alias')
    .map(({ said, runs, judgement, log }) => {
      expect([judgement, log]).toEqual(['proposed', null])
      return [said, evidence.runs.find(({ address }) => address === runs[0])?.run.name] as const
    })
}

describe('a name of the author’s own', () => {
  it.each([
    ['example 2026-03-02', 'the big forest got 0.7792', 'big forest', 'rf-500-leaf20'],
    ['cells', 'exp A: val_acc 0.871', 'exp A', 'resnet18-base'],
    ['cells', 'the workhorse is at val_loss .402 today', 'workhorse', 'resnet18-base'],
    ['cells', 'our monster (90.3 %) needs an hour', 'monster', 'resnet50-long'],
    ['cells', 'config B had epochs 60', 'config B', 'resnet50-long'],
    ['tuning', 'lr5e6 has the best mmlu, 0.6818', 'lr5e6', 'lmbda0_lr5e6'],
    ['tuning', 'lr5e5 went nowhere', 'lr5e5', 'lmbda0_lr5e5'],
    ['cells', 'exp A: val_acc 0.871\n\nexp A again: val_loss 0.402', 'exp A', 'resnet18-base'],
  ])('is proposed where its figures are one run’s (%s: %s)', (name, note, words, run) => {
    expect(proposed(name, note)).toEqual([[words, run]])
  })

  it.each([
    // Of no run, of two, or of several.
    ['cells', 'the big one got 0.777'],
    ['cells', 'exp A vs exp B: val_acc 0.871'],
    ['cells', 'exp A: val_acc 0.871\n\nexp A: val_acc 0.884'],
    ['cells', 'exp A: val_acc 0.871\n\nexp A: val_acc 0.666'],
    ['cells', 'the three seeds of the workhorse: 0.897'],
    ['cells', 'the mean workhorse had 0.871'],
    // Words that are no name.
    ['cells', 'the best got 0.871'],
    ['cells', 'the gap is 0.871'],
    ['cells', 'the val_acc is 0.871'],
    ['cells', 'the paper has 0.871'],
    // A name that the log has, a plan, a question, two digits.
    ['cells', 'resnet18-base, the workhorse, got 0.871'],
    ['cells', 'the workhorse should reach 0.871'],
    ['cells', 'did the workhorse get 0.871?'],
    ['cells', 'the workhorse got 0.90'],
    ['tuning', 'lr2e5 went nowhere'],
  ])('is not where the evidence is not plain (%s: %s)', (name, note) => {
    expect(proposed(name, note)).toEqual([])
  })

  it('is applied nowhere until narrate.yaml has it, and then is a name like any other', () => {
    const set = setOf('cells')
    const note = 'exp A: val_acc 0.871\n\nexp A crashed'
    const before = gatherNote(set, note)
    expect(before.noteClaims.map(({ kind, judgement }) => [kind, judgement])).not.toContainEqual([
      'status',
      'contradict',
    ])
    expect(before.quotes.map(({ about }) => about)).toEqual([
      { runs: ['r1'], confidence: 'likely', by: 'value' },
      { runs: [], confidence: 'open', by: null },
    ])
    const kept = gatherNote({ ...set, aliases: { 'exp A': 'a3f1c0d2' } }, note)
    expect(kept.quotes.map(({ about }) => about)).toEqual([
      { runs: ['r1'], confidence: 'certain', by: 'name' },
      { runs: ['r1'], confidence: 'certain', by: 'name' },
    ])
    expect(kept.noteClaims.map(({ kind, judgement, log }) => [kind, judgement, log])).toEqual([
      ['value', 'agree', null],
      ['status', 'contradict', '[[r1]] finished.'],
    ])
    const thawed = thawEvidence(JSON.parse(JSON.stringify(freezeEvidence(kept))))
    expect([thawed.rules.aliases, thawed.noteClaims]).toEqual([{ 'exp A': 'a3f1c0d2' }, kept.noteClaims])
  })

  it('that names no run of the log, or two, is no name', () => {
    const set = setOf('cells')
    for (const meant of ['nobody', 'resnet'])
      expect(
        gatherNote({ ...set, aliases: { 'exp A': meant } }, 'exp A crashed').quotes[0]?.about.runs,
      ).toEqual([])
  })
})
