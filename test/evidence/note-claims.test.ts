import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { judgeNotes } from '../../src/evidence/note-claims/judge-notes.ts'
import { makeRun } from '../support/make-run.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'
import { readKeyedNotes, scoreNotes, sumScores } from '../support/score-notes.ts'

let sets: ReadonlyMap<string, NoteRunSet>
beforeAll(async () => {
  sets = await noteRunSets()
})

describe.each([
  ['tuned.yaml', { precision: 0.95, contradict: 0.85, agree: 0.8 }],
  ['held-out.yaml', { precision: 0.95, contradict: 0.8, agree: 0.8 }],
  ['held-out-again.yaml', { precision: 0.95, contradict: 0.8, agree: 0.8 }],
  ['other-manners.yaml', { precision: 0.95, contradict: 0.8, agree: 0.7 }],
  ['held-out-languages.yaml', { precision: 1, contradict: 0.7, agree: 0.7 }],
] as const)('notes held against their runs (%s)', (file, floor) => {
  it('are warned of rightly, and most of what was planted is found', () => {
    const { precision, recall } = sumScores(scoreNotes(readKeyedNotes(file), sets))
    const share = (judgement: string): number => {
      const { found, planted } = recall.get(judgement) ?? { found: 0, planted: 0 }
      return planted === 0 ? 1 : found / planted
    }
    expect(precision).toBeGreaterThanOrEqual(floor.precision)
    expect(share('contradict')).toBeGreaterThanOrEqual(floor.contradict)
    expect(share('agree')).toBeGreaterThanOrEqual(floor.agree)
    expect(share('not checked')).toBe(1)
  })

  it('give sentences that can all be said', () => {
    expect(scoreNotes(readKeyedNotes(file), sets).flatMap(({ unsound }) => unsound)).toEqual([])
  })

  it('come out the same from frozen evidence', () => {
    for (const { runs, text, id } of readKeyedNotes(file)) {
      const set = sets.get(runs)
      if (set === undefined) throw new Error(`no run set is called ${runs}`)
      const evidence = gatherNote(set, text)
      const thawed = thawEvidence(JSON.parse(JSON.stringify(freezeEvidence(evidence))))
      expect([id, thawed.noteClaims]).toEqual([id, evidence.noteClaims])
      expect([id, judgeNotes(thawed)]).toEqual([id, evidence.noteClaims])
    }
  })
})

describe('the judgements of a note', () => {
  const warned = (name: string, text: string): readonly string[] => {
    const set = sets.get(name)
    if (set === undefined) throw new Error(`no run set is called ${name}`)
    return gatherNote(set, text)
      .findings.filter(({ kind }) => kind === 'discrepancy')
      .map(({ sentence }) => sentence)
  }

  it('are told by consequence, a changed conclusion first', () => {
    expect(
      warned(
        'cells',
        'LR 3e-3\n\nresnet50-drop had dropout 0.5\n\nthe best run is resnet18-flips\n\ndid 14 runs today',
      ),
    ).toEqual([
      '[[quote(n3, "the best run is resnet18-flips")]]: highest logged val_acc is [[r12.metric["val_acc"]]] ([[r12]]).',
      '[[quote(n2, "resnet50-drop had dropout 0.5")]]: [[r9]] logged dropout [[r9.param["dropout"]]].',
      expect.stringMatching(/^\[\[quote\(n4, "did 14 runs today"\)\]\]: \[\[k\d+\.count\]\] are logged\.$/),
    ])
  })

  it('leave the note as it was typed', () => {
    const set = sets.get('cells')
    if (set === undefined) throw new Error('no such set')
    const text = 'all runs finished, best val_acc 0.95 (resnet50-long)'
    expect(gatherNote(set, text).quotes.map((quote) => quote.text)).toEqual([text])
  })

  it('warn once of a clause', () => {
    expect(warned('cells', 'resnet18-flips is the best with 0.95')).toHaveLength(1)
  })

  it('tell many commands without a run in one line', () => {
    const lines = [0.1, 0.2, 0.3].map((lr) => `python train.py --model resnet18 --lr ${lr} --batch-size 64`)
    expect(warned('cells', lines.join('\n'))).toEqual([
      expect.stringMatching(/: launched, no run found; the same of \[\[k\d+\.others\]\] more commands\.$/),
    ])
  })

  it.each([
    [
      'two that are set against each other',
      'resnet50-drop is fine: better loss (10.74 vs 10.86), as val_acc 0.71 vs 0.66',
    ],
    ['a way from one to the other', 'resnet50-drop: val_acc 0.41→0.62 while it warms up, 0.5 -> 0.6'],
    ['a way told in words', 'resnet50-drop moved in val_acc from 0.036 to 0.323'],
    ['a share of a change', 'resnet50-drop: val_loss 10.1% decrease, 19.5% improvement'],
    ['a gain with a sign', 'resnet50-drop got +1.1% val_acc'],
    ['a setting that no run has', 'resnet50-drop with WARMDOWN_RATIO=0.4: val_acc looks fine'],
    ['a rate told in words', 'resnet50-drop: the initial learning rate was set to 2e-3 val_acc aside'],
    ['the share of another thing', 'resnet50-drop has val_acc at 55% occupancy'],
    ['what a program printed as a sample', 'val_acc:          0.997900'],
    [
      'a mark under a heading',
      '## resnet50-drop\n\nwith 95% validation accuracy reached at steps 4333 and 2597',
    ],
    ['another thing under a heading', '## resnet50-drop\n\na high mean consistency of 0.9667 all the same'],
    ['lines of a program', "resnet50-drop {'cells': {'val_acc': 0.61, 'val_loss': 0.72}}"],
  ])('do not warn of %s', (_, text) => {
    expect(warned('cells', text)).toEqual([])
  })

  it('do not warn of a usage that a README tells', () => {
    const set = sets.get('cells')
    if (set === undefined) throw new Error('no such set')
    const command = '    python train.py --model resnet18 --lr 0.5 --batch-size 64\n'
    const told = (text: string, place: string): number =>
      gatherNote(set, text, place).findings.filter(({ kind }) => kind === 'discrepancy').length
    expect([
      told(command, 'log.md'),
      told(command, 'README.md'),
      told(`## Usage\n\n${command}`, 'log.md'),
    ]).toEqual([1, 0, 0])
  })

  it('read the number of a run as its name where runs are so called', () => {
    const runs = [0, 1, 2].map((number) =>
      makeRun({
        id: `${number}a`.padEnd(32, '0'),
        name: `run_${number}`,
        startedAt: number,
        metrics: { val_acc: 0.5 + number / 10 },
      }),
    )
    const metrics = { directions: { val_acc: 'higher' as const }, headline: {}, units: {} }
    const evidence = gatherNote(
      { runs, earlier: [], metrics },
      'Run 1 got val_acc 0.600\n\nRun 2 got val_acc 0.600',
    )
    expect(evidence.noteClaims.map(({ judgement, runs: about }) => [judgement, about])).toEqual([
      ['agree', ['r2']],
      ['contradict', ['r3']],
    ])
    expect(evidence.quotes.map(({ about }) => about.by)).toEqual(['name', 'name'])
  })

  it('take commands under a plan for a plan', () => {
    expect(
      warned(
        'cells',
        'will start two more tonight\n\n    python train.py --model resnet18 --lr 0.5 --batch-size 64\n',
      ),
    ).toEqual([])
  })

  it('come of any text, and never with a sentence that cannot be said', () => {
    const words =
      `resnet50 resnet18-flips best lowest val_acc 0.9 0.871 90.3% all none never ran with dropout lr 0.01 beats worse than vs failed finished
      runs 12 three ( ) , . ? : ; -> | [[ ]] "x" tmrw \n - # not every above 1e-3 = -- python train.py --lr k3`.split(
        / +/,
      )
    const set = sets.get('cells')
    if (set === undefined) throw new Error('no such set')
    const text = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 30 })
      .map((list) => list.join(' '))
    fc.assert(
      fc.property(text, (note) => {
        const evidence = gatherNote(set, note)
        expect(
          evidence.findings
            .filter(({ kind }) => kind === 'discrepancy')
            .flatMap(({ sentence }) => {
              const why = whyUnsound(sentence, evidence)
              return why === null || /quote it with its/.test(why) ? [] : [why]
            }),
        ).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
