import { acrossBudget } from './budget-breaks.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingText } from './evidence.ts'
import { notedBreaks } from './noted-breaks.ts'

/** Words for a ranking of runs that a change of the budget, or one that the notes alone tell of, lies between; empty where none does. */
export function acrossChanges(
  ranked: readonly EvidenceRun[],
  evidence: EvidenceWithoutFindings,
): { readonly words: string; readonly texts: Readonly<Record<string, FindingText>> } {
  const logged = acrossBudget(ranked, evidence)
  const noted = notedBreaks(evidence).find(
    ({ before, after }) =>
      ranked.some((one) => before.includes(one)) && ranked.some((one) => after.includes(one)),
  )
  if (noted === undefined) return logged
  return {
    words: `${logged.words}${logged.words === '' ? ' across' : ' and'} a change that is noted, not logged (“[[this.noted]]”)`,
    texts: { ...logged.texts, noted: { text: noted.text, from: `the notes, ${noted.place}` } },
  }
}
