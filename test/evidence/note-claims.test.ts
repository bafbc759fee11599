import { beforeAll, describe, expect, it } from 'vitest'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { judgeNotes } from '../../src/evidence/note-claims/judge-notes.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'
import { readKeyedNotes, scoreNotes, sumScores } from '../support/score-notes.ts'

let sets: ReadonlyMap<string, NoteRunSet>
beforeAll(async () => {
  sets = await noteRunSets()
})

describe.each([['tuned.yaml', { precision: 0.95, contradict: 0.85, agree: 0.7 }]] as const)(
  'notes held against their runs (%s)',
  (file, floor) => {
    it('are warned of rightly, and most of what was planted is found', () => {
      const { precision, recall } = sumScores(scoreNotes(readKeyedNotes(file), sets))
      const share = (judgement: string): number => {
        const { found, planted } = recall.get(judgement) ?? { found: 0, planted: 0 }
        return found / planted
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
  },
)
